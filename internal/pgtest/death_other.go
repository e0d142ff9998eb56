//go:build !linux

package pgtest

import "syscall"

// diesWithUs does nothing: only Linux can do it.
func diesWithUs(*syscall.SysProcAttr) {}
