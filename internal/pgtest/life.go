package pgtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Stop ends the server: SIGINT is PostgreSQL's fast shutdown, which breaks
// connections and writes a checkpoint; SIGQUIT the immediate one, after which
// it recovers from its log.
func (s *Server) Stop(tb testing.TB, how syscall.Signal) {
	tb.Helper()
	if err := s.signal(how); err != nil {
		tb.Fatal(err)
	}
}

func (s *Server) signal(how syscall.Signal) error {
	if s.cmd == nil {
		return nil
	}
	children := s.children()
	if err := s.cmd.Process.Signal(how); err != nil {
		return err
	}
	_ = s.cmd.Wait() // its status says that it was told to end
	s.cmd = nil
	return gone(children)
}

// Kill ends every process of the server with SIGKILL, as the loss of the
// machine's power would, but for what the kernel still writes to the disk.
func (s *Server) Kill(tb testing.TB) {
	tb.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGSTOP); err != nil { // so that it starts no more
		tb.Fatal(err)
	}
	children := s.children()
	for _, pid := range children {
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.cmd = nil
	if err := gone(children); err != nil {
		tb.Fatal(err)
	}
}

// Restart starts a server that was stopped or killed, on its old port, with
// these settings besides those it had.
func (s *Server) Restart(tb testing.TB, settings ...string) {
	tb.Helper()
	s.settings = append(s.settings, settings...)
	if err := s.start(); err != nil {
		tb.Fatal(err)
	}
}

// children returns the server's processes but the first.
func (s *Server) children() (pids []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		pid, parent, _ := status(path)
		if parent == s.cmd.Process.Pid {
			pids = append(pids, pid)
		}
	}
	return pids
}

// status reads a process's number, its parent's and its state from
// /proc/N/stat: "12 (a name) S 1 ...". All are zero when it is gone.
func status(path string) (pid, parent int, state string) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, ""
	}
	before, after, _ := strings.Cut(string(text), " (")
	fields := strings.Fields(after[strings.LastIndex(after, ")")+1:])
	if len(fields) < 2 {
		return 0, 0, ""
	}
	pid, _ = strconv.Atoi(before)
	parent, _ = strconv.Atoi(fields[1])
	return pid, parent, fields[0]
}

// gone waits until processes have ended: while one lives, the cluster cannot be
// started again.
func gone(pids []int) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.Now().Add(startMax)
	for _, pid := range pids {
		for {
			_, _, state := status(fmt.Sprintf("/proc/%d/stat", pid))
			if state == "" || state == "Z" { // Z: dead, but nobody asked how
				break
			}
			if time.Now().After(deadline) {
				return fmt.Errorf("process %d of PostgreSQL does not end", pid)
			}
			<-tick.C
		}
	}
	return nil
}

// Standby makes a copy of the running server that follows it by streaming under
// the name "standby", and starts it.
func (s *Server) Standby(tb testing.TB, settings ...string) *Server {
	tb.Helper()
	standby, err := newServer(settings)
	if standby != nil {
		tb.Cleanup(func() { standby.remove(tb.Failed(), tb.Logf) })
	}
	if err != nil {
		tb.Fatal(err)
	}
	standby.password = s.password // of the role, which is copied; it streams with it too
	source := fmt.Sprintf("host=127.0.0.1 port=%d user=%s application_name=standby", s.port, superuser)
	if err := standby.tool("pg_basebackup", "--pgdata", standby.data(), "--dbname", source,
		"--wal-method=stream", "--checkpoint=fast", "--no-sync", "--write-recovery-conf"); err != nil {
		tb.Fatal(err)
	}
	if err := standby.start(); err != nil {
		tb.Fatal(err)
	}
	return standby
}

// Promote makes a standby take writes.
func (s *Server) Promote(tb testing.TB) {
	tb.Helper()
	s.Exec(tb, "postgres", "SELECT pg_promote(true, 60)")
}

// Mount gives the server a folder on a file system of its own, of so many
// bytes. The test is skipped where that is not permitted.
func (s *Server) Mount(tb testing.TB, sizeBytes int) string {
	tb.Helper()
	dir := filepath.Join(s.dir, "mount")
	if err := os.Mkdir(dir, 0o700); err != nil {
		tb.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%d,mode=0700", sizeBytes), "pgtest", dir).CombinedOutput(); err != nil {
		tb.Skipf("a small file system cannot be mounted here, which takes root: %v: %s", err, out)
	}
	tb.Cleanup(func() {
		if err := s.signal(syscall.SIGQUIT); err != nil {
			tb.Error(err)
		}
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			tb.Errorf("umount: %v: %s", err, out)
		}
	})
	if err := s.own(dir); err != nil {
		tb.Fatal(err)
	}
	return dir
}
