package pgtest

import "syscall"

// diesWithUs makes the kernel stop the server when the test process ends
// without having done it.
func diesWithUs(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }
