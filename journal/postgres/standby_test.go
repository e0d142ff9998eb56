package postgres

import (
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"opentote/event"
	"opentote/internal/pgtest"
	"opentote/journal"
)

// pair is a primary whose commits wait for a standby, with a database a. The
// standby, once promoted, waits for nobody.
func pair(t *testing.T) (primary, standby *pgtest.Server) {
	t.Helper()
	if testing.Short() {
		t.Skip("two servers take some seconds")
	}
	primary = pgtest.Start(t)
	primary.Database(t, "a")
	standby = primary.Standby(t)
	primary.Stop(t, syscall.SIGINT)
	primary.Restart(t, "synchronous_standby_names=standby")
	primary.Await(t, "a", "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
	return primary, standby
}

// both is the URL of whichever of two servers takes writes.
func both(a, b *pgtest.Server) string {
	return strings.Replace(a.URL("a", "target_session_attrs=read-write"), a.Address(), a.Address()+","+b.Address(), 1)
}

// TestStandbyTakesOver kills the primary in the middle of appends and promotes
// the standby: nothing acknowledged is lost, the writer that knows both goes on
// there, and the next leader fences it.
func TestStandbyTakesOver(t *testing.T) {
	primary, standby := pair(t)
	j := openURL(t, both(primary, standby), Options{})
	closes(t, j)
	b := leadWith(t, j)
	whileAppending(b, func(wait func(int)) {
		wait(100)
		primary.Kill(t)
		standby.Promote(t)
		wait(50)
	})
	next := openURL(t, standby.URL("a"), Options{})
	closes(t, next)
	b.heldBy(next, 0)
	b2 := leadWith(t, next)
	if err := b.try(100); !errors.Is(err, journal.ErrFenced) {
		t.Errorf("Append of the old writer: got %v, want ErrFenced", err)
	}
	b2.append(3, 100)
	t.Logf("%d rows", len(b.rows))
}

// TestOldPrimaryComesBack: the writer that knows only the old primary, which an
// operator starts again after the standby took over, gets nothing
// acknowledged: no standby confirms it.
func TestOldPrimaryComesBack(t *testing.T) {
	primary, standby := pair(t)
	j := openURL(t, primary.URL("a"), Options{AttemptMax: 200 * time.Millisecond, ResumeMax: 500 * time.Millisecond})
	closes(t, j)
	b := leadWith(t, j)
	b.append(20, 3000)
	primary.Kill(t)
	standby.Promote(t)
	next := openURL(t, standby.URL("a"), Options{})
	closes(t, next)
	b.heldBy(next, 0)
	b2 := leadWith(t, next)
	b2.append(3, 100)
	primary.Restart(t)
	for range 2 {
		if err := b.try(100); err == nil {
			t.Fatal("the old primary acknowledges a row of the old writer")
		}
	}
	b2.append(3, 100)
	if _, err := next.Head(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestPromotedWithoutAllRows promotes an asynchronous standby that lacks
// acknowledged rows. The writer, which alone can know, says so and stops.
func TestPromotedWithoutAllRows(t *testing.T) {
	primary, standby := pair(t)
	primary.Stop(t, syscall.SIGINT)
	primary.Restart(t, "synchronous_standby_names=")
	j := openURL(t, both(primary, standby), Options{})
	closes(t, j)
	b := leadWith(t, j)
	b.append(5, 100)
	primary.Exec(t, "a", "CREATE TABLE barrier ()")
	primary.Await(t, "a", "SELECT count(*) = 1 FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()")
	standby.Stop(t, syscall.SIGINT)
	b.append(5, 100)
	primary.Kill(t)
	standby.Restart(t)
	standby.Promote(t)
	for _, says := range []string{"has not what was acknowledged", "refused after an earlier error"} {
		if err := b.try(100); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("Append: got %v, want %q", err, says)
		}
	}
	if head, err := j.Head(t.Context()); err != nil || head.Last >= b.head.Last {
		t.Errorf("Head: got %+v, %v, want one before event %d", head, err, b.head.Last)
	}
}

// TestCommitOnOneMachine takes the standby away and cancels the writer's wait
// for it. PostgreSQL then says that the row is committed, and warns; Append
// must not believe it before the standby has it.
func TestCommitOnOneMachine(t *testing.T) {
	for _, how := range []string{"pg_cancel_backend", "pg_terminate_backend"} {
		t.Run(how, func(t *testing.T) {
			primary, standby := pair(t)
			j := openURL(t, primary.URL("a"), Options{AttemptMax: time.Minute, ResumeMax: time.Minute})
			closes(t, j)
			b := leadWith(t, j)
			b.append(5, 100)
			standby.Stop(t, syscall.SIGINT)
			row := b.next(100)
			done := make(chan error, 1)
			go func() { done <- b.try(100) }()
			const waits = "FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query LIKE "
			for _, query := range []string{"'%moved%'", "'%SET epoch = epoch WHERE%'", "'%SET epoch = epoch WHERE%'"} {
				primary.Await(t, "a", "SELECT count(*) = 1 "+waits+query)
				primary.Query(t, "a", "SELECT count("+how+"(pid))::text "+waits+query)
			}
			primary.Await(t, "a", "SELECT count(*) = 1 "+waits+"'%SET epoch = epoch WHERE%'")
			select {
			case err := <-done:
				t.Fatalf("Append returned %v although only the primary has the row", err)
			default:
			}
			standby.Restart(t)
			if err := <-done; err != nil {
				t.Fatalf("Append: %v", err)
			}
			primary.Kill(t)
			copied := openURL(t, standby.URL("a"), Options{})
			closes(t, copied)
			b.heldBy(copied, 0)
			if head, err := copied.Head(t.Context()); err != nil || head.Hash != row.Hash {
				t.Errorf("Head of the standby: got %+v, %v, want row %d", head, err, row.First)
			}
		})
	}
}

// TestReadOnStandby follows the journal on a standby, where nothing may be
// written.
func TestReadOnStandby(t *testing.T) {
	primary, standby := pair(t)
	j := openURL(t, primary.URL("a"), Options{})
	closes(t, j)
	b := leadWith(t, j)
	b.append(3, 100)
	primary.Exec(t, "a", "SET synchronous_commit = remote_apply; CREATE TABLE barrier ()")
	copied := openURL(t, standby.URL("a"), Options{ResumeMax: 100 * time.Millisecond})
	closes(t, copied)
	b.heldBy(copied, 0)
	last := b.head.Last
	b.append(3, 100)
	for last < b.head.Last {
		if err := copied.Wait(t.Context(), last); err != nil {
			t.Fatal(err)
		}
		if err := copied.Read(t.Context(), last+1, func(row event.Row) error { last = row.Last(); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	b.heldBy(copied, 0)
	if _, err := copied.Lead(t.Context()); err == nil {
		t.Error("Lead on a standby: got nil")
	}
}
