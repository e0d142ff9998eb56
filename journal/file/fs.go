package file

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// FS is the folder a journal lives in: all its I/O goes through here, so that
// a test can put a disk under it that loses what was not synced. Names are
// plain file names. Its methods are safe for concurrent use.
type FS interface {
	// Names returns the names of all files.
	Names() ([]string, error)
	// Create makes a file that does not exist yet, for reading and writing.
	Create(name string) (File, error)
	// Open opens a file for reading and writing.
	Open(name string) (File, error)
	// Rename gives a file another name, replacing the file that had it.
	Rename(from, to string) error
	// Remove removes a file.
	Remove(name string) error
	// Sync makes creations, renames and removals before it durable.
	Sync() error
	// NewLock returns a lock that excludes others on the same folder, in this
	// process and in others.
	NewLock() (Lock, error)
}

// File is an open file.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Size() (int64, error)
	// Sync makes the data written before it durable, and the size.
	Sync() error
}

// LockMode says with whom a lock is shared.
type LockMode int

// A Shared lock excludes Exclusive ones, an Exclusive lock all others.
const (
	Shared LockMode = iota
	Exclusive
)

// Lock is a lock that its holder's death releases. It is for one goroutine.
type Lock interface {
	// Try takes the lock or returns false when it is held by others.
	Try(mode LockMode) (bool, error)
	// Unlock releases what Try took.
	Unlock() error
	// Close releases the lock for good.
	Close() error
}

// lockName is the file that is locked. It is never removed: two processes
// could lock two files of the same name.
const lockName = "lock"

// folder is an FS in a folder of the operating system.
type folder string

// openFolder returns the folder at path, which it makes, mode 0700 and
// durably, when only the last element is missing.
func openFolder(path string) (folder, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	err = os.Mkdir(path, 0o700)
	switch {
	case err == nil:
		return folder(path), folder(filepath.Dir(path)).Sync()
	case !errors.Is(err, fs.ErrExist):
		return "", err
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.IsDir() {
		return "", errors.New("not a folder")
	}
	return folder(path), nil
}

func (d folder) Names() ([]string, error) {
	entries, err := os.ReadDir(string(d))
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, nil
}

func (d folder) Create(name string) (File, error) {
	return d.open(name, os.O_RDWR|os.O_CREATE|os.O_EXCL)
}

func (d folder) Open(name string) (File, error) { return d.open(name, os.O_RDWR) }

func (d folder) open(name string, flag int) (File, error) {
	f, err := os.OpenFile(d.path(name), flag, 0o600)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (d folder) path(name string) string { return filepath.Join(string(d), name) }

func (d folder) Rename(from, to string) error { return os.Rename(d.path(from), d.path(to)) }

func (d folder) Remove(name string) error { return os.Remove(d.path(name)) }

func (d folder) Sync() error {
	f, err := os.Open(string(d))
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (d folder) NewLock() (Lock, error) {
	f, err := os.OpenFile(d.path(lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	return fileLock{f}, nil
}

type osFile struct{ *os.File }

func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (f osFile) Sync() error { return syncData(f.File) }

type fileLock struct{ f *os.File }

func (l fileLock) Close() error { return l.f.Close() }
