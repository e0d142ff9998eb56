package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"go.uber.org/goleak"

	"opentote/event"
	"opentote/internal/pgtest"
	"opentote/journal"
	"opentote/journal/journaltest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.Cleanup(pgtest.Exit)) }

// databaseOf names the database of a folder, the same in every process.
func databaseOf(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return "j_" + hex.EncodeToString(sum[:8])
}

func openURL(tb testing.TB, url string, opts Options) *Journal {
	tb.Helper()
	j, err := Open(context.Background(), url, opts)
	if err != nil {
		tb.Fatalf("Open: %v", err)
	}
	return j
}

// fresh opens a journal in a database of its own and closes it with the test.
func fresh(t *testing.T, opts Options, params ...string) (j *Journal, url string) {
	t.Helper()
	url = pgtest.Shared(t).Database(t, databaseOf(t.Name()), params...)
	j = openURL(t, url, opts)
	closes(t, j)
	return j, url
}

func closes(t *testing.T, j *Journal) {
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
}

// TestJournal runs the suite with one reading connection, where a read that
// kept it while it calls back would never end.
func TestJournal(t *testing.T) {
	journaltest.Run(t, func(t *testing.T, dir string) journal.Journal {
		return openURL(t, pgtest.Shared(t).Database(t, databaseOf(dir)), Options{ReadersMax: 1})
	})
}

// TestJournalKill kills the writing process. Its server-side half may live a
// little longer and finish a statement: it is ended before one looks, as Lead
// would fence it.
func TestJournalKill(t *testing.T) {
	journaltest.Kill(t, func(t *testing.T, dir string) journal.Journal {
		s, database := pgtest.Shared(t), databaseOf(dir)
		url := s.Database(t, database)
		s.Query(t, database, `SELECT count(pg_terminate_backend(pid, 10000))::text FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		return openURL(t, url, Options{})
	})
}

// bettor is a writer as a test sees it: what was acknowledged, in order.
type bettor struct {
	*testing.T
	j    *Journal
	head journal.Head
	rows []event.Row
}

func leadWith(t *testing.T, j *Journal) *bettor {
	t.Helper()
	head, err := j.Lead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &bettor{T: t, j: j, head: head}
}

// next returns the row that follows.
func (b *bettor) next(size int) event.Row {
	row := event.Row{First: b.head.Last + 1, Count: 1, Epoch: b.head.Epoch, Payload: make([]byte, size)}
	row.Seal(b.head.Hash)
	return row
}

// try appends a row and keeps it when it is acknowledged.
func (b *bettor) try(size int) error {
	row := b.next(size)
	err := b.j.Append(context.Background(), row)
	if err == nil {
		b.head.Last, b.head.Hash = row.Last(), row.Hash
		b.rows = append(b.rows, row)
	}
	return err
}

// append appends n rows that must be acknowledged.
func (b *bettor) append(n, size int) {
	b.Helper()
	for range n {
		if err := b.try(size); err != nil {
			b.Fatal(err)
		}
	}
}

// heldBy fails the test unless r holds every acknowledged row, and extraMax
// more at most.
func (b *bettor) heldBy(r journal.Reader, extraMax int) {
	b.Helper()
	n := 0
	err := r.Read(context.Background(), 1, func(row event.Row) error {
		if n < len(b.rows) && row.Hash != b.rows[n].Hash {
			b.Errorf("row %d is not the one acknowledged", row.First)
		}
		n++
		return nil
	})
	if err != nil || n < len(b.rows) || n > len(b.rows)+extraMax {
		b.Errorf("read %d rows, %v; acknowledged %d, want at most %d more", n, err, len(b.rows), extraMax)
	}
}
