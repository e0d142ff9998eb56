//go:build !unix || solaris || illumos || aix

package file

import "errors"

// Without a lock that a dying process releases there is no fence between
// processes, so there is no journal.
func (l fileLock) Try(LockMode) (bool, error) { return false, errors.ErrUnsupported }

func (l fileLock) Unlock() error { return errors.ErrUnsupported }
