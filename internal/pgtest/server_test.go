package pgtest

import (
	"syscall"
	"testing"
	"time"
)

// TestLife is what the tests elsewhere stand on: a killed server comes back
// with what was committed, and a standby has it too and takes over.
func TestLife(t *testing.T) {
	began := time.Now()
	s := Start(t, "synchronous_standby_names=standby", "synchronous_commit=local")
	t.Logf("started in %v", time.Since(began))
	s.Database(t, "a")
	s.Exec(t, "a", "CREATE TABLE x (n text)", "INSERT INTO x VALUES ('kept')")
	s.Kill(t)
	s.Restart(t)
	s.Stop(t, syscall.SIGQUIT)
	s.Restart(t)
	s.Database(t, "a") // it is there, which is no error
	standby := s.Standby(t)
	s.Exec(t, "a", "SET synchronous_commit = remote_apply; INSERT INTO x VALUES ('copied')")
	s.Kill(t)
	standby.Promote(t)
	standby.Exec(t, "a", "INSERT INTO x VALUES ('alone')")
	if got, want := standby.Query(t, "a", "SELECT string_agg(n, ',' ORDER BY n) FROM x"), "alone,copied,kept"; got != want {
		t.Errorf("rows: got %s, want %s", got, want)
	}
}
