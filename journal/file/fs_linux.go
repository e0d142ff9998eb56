package file

import (
	"os"
	"syscall"
)

// syncData makes the file's data durable and what is needed to read it, but
// not its times, which would cost a transaction of the file system.
func syncData(f *os.File) error {
	for {
		// EINTR comes before anything was done: this is not a retry of a sync
		// that failed.
		if err := syscall.Fdatasync(int(f.Fd())); err != syscall.EINTR {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}
