//go:build unix && !solaris && !illumos && !aix

package file

import (
	"os"
	"syscall"
)

func (l fileLock) Try(mode LockMode) (bool, error) {
	how := syscall.LOCK_SH
	if mode == Exclusive {
		how = syscall.LOCK_EX
	}
	for {
		switch err := syscall.Flock(int(l.f.Fd()), how|syscall.LOCK_NB); err {
		case nil:
			return true, nil
		case syscall.EWOULDBLOCK:
			return false, nil
		case syscall.EINTR:
		default:
			return false, os.NewSyscallError("flock", err)
		}
	}
}

func (l fileLock) Unlock() error {
	return os.NewSyscallError("flock", syscall.Flock(int(l.f.Fd()), syscall.LOCK_UN))
}
