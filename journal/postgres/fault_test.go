package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"opentote/event"
	"opentote/internal/pgtest"
	"opentote/journal"
)

// whileAppending appends, and follows the journal, until f returns, which does
// to the server what it likes; then both must have gone through it. f may wait
// for the acknowledgement of n more rows.
func whileAppending(b *bettor, f func(wait func(n int))) {
	b.Helper()
	stop, wrote, read := make(chan struct{}), make(chan error, 1), make(chan error, 1)
	acked := make(chan struct{})
	go func() {
		defer close(acked)
		for i := 0; ; i++ {
			if err := b.try(i % 3 * 5000); err != nil {
				wrote <- err
				return
			}
			select {
			case <-stop:
				wrote <- nil
				return
			case acked <- struct{}{}:
			default:
			}
		}
	}()
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		var err error
		for last := event.Seq(0); err == nil; {
			if err = b.j.Wait(ctx, last); err == nil {
				err = b.j.Read(ctx, last+1, func(row event.Row) error { last = row.Last(); return nil })
			}
		}
		read <- err
	}()
	f(func(n int) {
		for range n {
			<-acked
		}
	})
	close(stop)
	if err := <-wrote; err != nil {
		b.Errorf("Append: %v", err)
	}
	cancel()
	if err := <-read; !errors.Is(err, context.Canceled) {
		b.Errorf("Wait and Read: %v", err)
	}
}

// others is what pg_stat_activity holds but the one who asks.
const others = " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "

// TestTerminated ends the server's half of every connection, again and again.
func TestTerminated(t *testing.T) {
	j, _ := fresh(t, Options{})
	b := leadWith(t, j)
	s, database := pgtest.Shared(t), databaseOf(t.Name())
	whileAppending(b, func(wait func(int)) {
		for range 40 {
			wait(3)
			s.Query(t, database, "SELECT count(pg_terminate_backend(pid))::text"+others)
		}
	})
	b.append(1, 10)
	b.heldBy(j, 0)
	t.Logf("%d rows", len(b.rows))
}

// TestRestarts goes through crashes of the server and of the machine.
func TestRestarts(t *testing.T) {
	rounds := 3
	if testing.Short() {
		rounds = 1
	}
	s := pgtest.Start(t)
	j := openURL(t, s.Database(t, "a"), Options{})
	closes(t, j)
	b := leadWith(t, j)
	whileAppending(b, func(wait func(int)) {
		for range rounds {
			for _, end := range []func(){
				func() { s.Stop(t, syscall.SIGINT) }, func() { s.Stop(t, syscall.SIGQUIT) }, func() { s.Kill(t) },
			} {
				wait(50)
				end()
				s.Restart(t)
			}
		}
		wait(50)
	})
	b.append(1, 10)
	b.heldBy(j, 0)
	t.Logf("%d rows", len(b.rows))
}

// TestServerStaysAway gives up after ResumeMax, for good, and the next process
// goes on from what was acknowledged.
func TestServerStaysAway(t *testing.T) {
	s := pgtest.Start(t)
	url := s.Database(t, "a")
	j := openURL(t, url, Options{ResumeMax: 200 * time.Millisecond})
	closes(t, j)
	b := leadWith(t, j)
	b.append(5, 100)
	s.Kill(t)
	for _, says := range []string{"outcome unknown", "refused after an earlier error"} {
		if err := b.try(100); err == nil || !strings.Contains(err.Error(), says) {
			t.Fatalf("Append: got %v, want %q", err, says)
		}
	}
	if _, err := j.Head(t.Context()); err == nil {
		t.Error("Head without a server: got nil")
	}
	s.Restart(t)
	if err := b.try(100); err == nil {
		t.Error("Append after it gave up: got nil")
	}
	again := openURL(t, url, Options{})
	closes(t, again)
	b.heldBy(again, 0)
	b2 := leadWith(t, again)
	b2.append(1, 100)
	if err := b.try(100); err == nil {
		t.Error("Append of the one before: got nil")
	}
}

// TestHung stops the processes that serve the journal in the middle, as a
// machine that does not answer would, and lets them go on when writer and
// readers have long gone on by themselves: what they then do must change
// nothing.
func TestHung(t *testing.T) {
	j, _ := fresh(t, Options{AttemptMax: 300 * time.Millisecond})
	b := leadWith(t, j)
	s, database := pgtest.Shared(t), databaseOf(t.Name())
	signal := func(pids string, sig syscall.Signal) {
		for _, text := range strings.Fields(pids) {
			pid, err := strconv.Atoi(text)
			if err == nil {
				err = syscall.Kill(pid, sig)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 3 { // the driver keeps a place in the pool for a hung connection, 15 s long
		b.append(3, 100)
		pids := s.Query(t, database, "SELECT string_agg(pid::text, ' ')"+others)
		if len(strings.Fields(pids)) < 2 {
			t.Fatalf("processes %q, want the writer's and the readers'", pids)
		}
		signal(pids, syscall.SIGSTOP)
		b.append(1, 100)
		b.heldBy(j, 0)
		signal(pids, syscall.SIGCONT)
		b.append(3, 100)
		s.Await(t, database, "SELECT count(*) = 0"+others+"AND pid IN ("+strings.Join(strings.Fields(pids), ",")+")")
	}
	b.heldBy(j, 0)
}

// TestASlowAttempt sends a row again that, unknown to the writer, is already
// there: what a session that was given up did at the last moment.
func TestASlowAttempt(t *testing.T) {
	j, _ := fresh(t, Options{})
	b := leadWith(t, j)
	b.append(3, 100)
	before := j.w.head
	b.append(1, 100)
	j.w.head = before
	if err := j.Append(t.Context(), b.rows[3]); err != nil {
		t.Errorf("Append: %v", err)
	}
	b.append(1, 100)
	b.heldBy(j, 0)
}

// session is somebody else's connection with a transaction open.
type session struct {
	*testing.T
	conn *pgx.Conn
}

func begin(t *testing.T, url string) *session {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	s := &session{T: t, conn: conn}
	s.exec("BEGIN")
	return s
}

func (s *session) exec(sql string) {
	s.Helper()
	if _, err := s.conn.Exec(context.Background(), sql); err != nil {
		s.Fatalf("%s: %v", sql, err)
	}
}

// appending starts an Append and returns once it waits for a lock.
func appending(b *bettor, s *pgtest.Server, database string) <-chan error {
	b.Helper()
	done := make(chan error, 1)
	go func() { done <- b.try(100) }()
	s.Await(b, database, "SELECT count(*) > 0"+others+"AND query LIKE '%moved%' AND wait_event_type = 'Lock'")
	return done
}

// TestDeadlock makes the writer the one that PostgreSQL ends a deadlock with.
func TestDeadlock(t *testing.T) {
	j, url := fresh(t, Options{}, "options=-c deadlock_timeout=50ms -c log_lock_waits=off")
	b := leadWith(t, j)
	b.append(1, 100)
	other := begin(t, strings.Replace(url, "50ms", "60s", 1))
	other.exec("LOCK TABLE journal.rows IN EXCLUSIVE MODE")
	done := appending(b, pgtest.Shared(t), databaseOf(t.Name())) // it has head, and waits for rows
	other.exec("UPDATE journal.head SET epoch = epoch")          // gets head when the writer has lost
	other.exec("COMMIT")
	if err := <-done; err != nil {
		t.Errorf("Append: %v", err)
	}
	b.append(1, 100)
	b.heldBy(j, 0)
}

// TestSerializationFailure sets the writer's session to an isolation level in
// which an update that overtakes it makes it fail.
func TestSerializationFailure(t *testing.T) {
	j, url := fresh(t, Options{})
	b := leadWith(t, j)
	b.append(1, 100)
	if _, err := j.w.conn.Exec(t.Context(), "SET default_transaction_isolation = 'serializable'"); err != nil {
		t.Fatal(err)
	}
	other := begin(t, url)
	other.exec("UPDATE journal.head SET epoch = epoch")
	done := appending(b, pgtest.Shared(t), databaseOf(t.Name()))
	other.exec("COMMIT")
	if err := <-done; err != nil {
		t.Errorf("Append: %v", err)
	}
	b.append(1, 100)
	b.heldBy(j, 0)
}

// TestTimeouts: the server gives up a statement because somebody holds a lock.
// The writer outlasts him, or says that it could not.
func TestTimeouts(t *testing.T) {
	for _, setting := range []string{"statement_timeout=40ms", "lock_timeout=40ms"} {
		t.Run(setting, func(t *testing.T) {
			j, url := fresh(t, Options{}, "options=-c "+setting)
			b := leadWith(t, j)
			other := begin(t, strings.Split(url, "&options")[0])
			other.exec("UPDATE journal.head SET epoch = epoch")
			done := appending(b, pgtest.Shared(t), databaseOf(t.Name()))
			pgtest.Shared(t).Await(t, databaseOf(t.Name()), "SELECT count(*) > 0"+others+"AND query LIKE '%SET epoch = epoch WHERE%'")
			other.exec("ROLLBACK")
			if err := <-done; err != nil {
				t.Errorf("Append: %v", err)
			}
			b.append(1, 100)
			b.heldBy(j, 0)

			impatient := openURL(t, url, Options{ResumeMax: 100 * time.Millisecond})
			closes(t, impatient)
			b2 := leadWith(t, impatient)
			other.exec("BEGIN")
			other.exec("LOCK TABLE journal.head")
			var refused *pgconn.PgError
			if err := b2.try(100); !errors.As(err, &refused) || !strings.Contains(err.Error(), "outcome unknown") {
				t.Errorf("Append: got %v, want the server's time-out", err)
			}
			other.exec("ROLLBACK")
			if err := b2.try(100); err == nil {
				t.Error("Append after it gave up: got nil")
			}
			b.heldBy(j, 0)
		})
	}
}

// TestDiskFull fills a real file system. Nothing that was acknowledged goes, and
// the writer stops.
func TestDiskFull(t *testing.T) {
	s := pgtest.Start(t)
	s.Exec(t, "postgres", fmt.Sprintf("CREATE TABLESPACE small LOCATION '%s'", s.Mount(t, 24<<20)), "CREATE DATABASE a TABLESPACE small")
	j := openURL(t, s.URL("a"), Options{})
	closes(t, j)
	b := leadWith(t, j)
	var err error
	for err == nil && len(b.rows) < 1000 {
		err = b.try(event.PayloadMax)
	}
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || refused.Code != "53100" {
		t.Fatalf("Append on a full disk: got %v after %d rows, want disk_full", err, len(b.rows))
	}
	t.Logf("%d rows: %v", len(b.rows), err)
	if err := b.try(1); err == nil {
		t.Error("Append after a full disk: got nil")
	}
	b.heldBy(j, 0)
	s.Exec(t, "a", "ALTER TABLE journal.rows SET TABLESPACE pg_default") // the operator makes room
	again := openURL(t, s.URL("a"), Options{})
	closes(t, again)
	b2 := leadWith(t, again)
	b2.append(3, event.PayloadMax)
	b.rows = append(b.rows, b2.rows...)
	b.heldBy(again, 0)
}

// TestTwoLeaders lets two writers take the lead from each other as fast as they
// can: each acknowledged row is there, and nothing else.
func TestTwoLeaders(t *testing.T) {
	j, url := fresh(t, Options{})
	acked := make(chan event.Row, 10_000)
	done := make(chan error, 2)
	for i := range 2 {
		rival := openURL(t, url, Options{})
		closes(t, rival)
		go func() { done <- usurp(rival, i, acked) }()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	close(acked)
	want := map[event.Hash]bool{}
	for row := range acked {
		want[row.Hash] = true
	}
	n := len(want)
	err := j.Read(t.Context(), 1, func(row event.Row) error {
		if !want[row.Hash] {
			t.Errorf("row %d was acknowledged to nobody", row.First)
		}
		delete(want, row.Hash)
		return nil
	})
	if err != nil || len(want) > 0 {
		t.Errorf("%v, %d of %d acknowledged rows are lost", err, len(want), n)
	}
	t.Logf("%d rows", n)
}

// usurp leads 60 times, and appends while it leads.
func usurp(j *Journal, me int, acked chan<- event.Row) error {
	for lead := range 60 {
		head, err := j.Lead(context.Background())
		if err != nil {
			return err
		}
		for i := range 20 {
			row := event.Row{First: head.Last + 1, Count: 1, Epoch: head.Epoch, Payload: fmt.Append(nil, me, lead, i)}
			row.Seal(head.Hash)
			err := j.Append(context.Background(), row)
			if errors.Is(err, journal.ErrFenced) {
				break
			}
			if err != nil {
				return err
			}
			head.Last, head.Hash = row.Last(), row.Hash
			acked <- row
		}
	}
	return nil
}
