package recent_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"opentote/event"
	"opentote/journal"
	"opentote/journal/journaltest"
	"opentote/journal/recent"
	"opentote/journal/sqlite"
)

func TestJournal(t *testing.T) {
	journaltest.Run(t, func(t *testing.T, dir string) journal.Journal {
		j, err := sqlite.Open(context.Background(), filepath.Join(dir, "journal.db"), sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return recent.Of(j)
	})
}

// deaf is a journal whose store is not to be read.
type deaf struct{ *journaltest.Memory }

var errAsked = errors.New("the store was asked")

func (deaf) Read(context.Context, event.Seq, func(event.Row) error) error { return errAsked }

// leader appends rows of a few events.
type leader struct {
	*testing.T
	journal.Journal
	head journal.Head
}

func lead(t *testing.T, j journal.Journal) *leader {
	head, err := j.Lead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &leader{t, j, head}
}

func (l *leader) append(payload int) {
	l.Helper()
	row := event.Row{First: l.head.Last + 1, Count: 3, Epoch: l.head.Epoch, Payload: make([]byte, payload)}
	row.Seal(l.head.Hash)
	if err := l.Append(l.Context(), row); err != nil {
		l.Fatal(err)
	}
	clear(row.Payload) // the writer's buffer is used again
	l.head.Last, l.head.Hash = row.Last(), row.Hash
}

// read returns the first events of the rows read, or the error.
func (l *leader) read(from event.Seq) string {
	var firsts []event.Seq
	err := l.Read(l.Context(), from, func(row event.Row) error {
		if row.Hash != row.Sum() {
			return errors.New("the payload is not what was appended")
		}
		firsts = append(firsts, row.First)
		return nil
	})
	return fmt.Sprint(firsts, err)
}

func TestWhatWasAppendedLastIsReadFromMemory(t *testing.T) {
	l := lead(t, recent.Of(deaf{journaltest.NewMemory()}))
	for range 3 {
		l.append(100)
	}
	for from, want := range map[event.Seq]string{
		1: "[1 4 7] <nil>", 3: "[1 4 7] <nil>", 4: "[4 7] <nil>", 9: "[7] <nil>",
		0: "[] the store was asked", 10: "[] the store was asked",
	} {
		if got := l.read(from); got != want {
			t.Errorf("from event %d: %s, want %s", from, got, want)
		}
	}
	// The memory is bounded, in rows and in bytes.
	for range 600 {
		l.append(1)
	}
	if got := l.read(1); got != "[] the store was asked" {
		t.Errorf("600 rows are kept: %s", got)
	}
	before := l.head.Last
	for range 17 {
		l.append(256 << 10)
	}
	if got := l.read(before); got != "[] the store was asked" {
		t.Errorf("4 MiB and a quarter are kept: %s", got)
	}
}

// TestAnotherAppendsInBetween: rows of another handle are not in memory, and are
// not skipped.
func TestAnotherAppendsInBetween(t *testing.T) {
	store := journaltest.NewMemory()
	ours := lead(t, recent.Of(store))
	ours.append(1)
	theirs := lead(t, store.Reopen())
	theirs.append(1)
	again := lead(t, ours.Journal)
	again.append(1)
	if got := again.read(1); got != "[1 4 7] <nil>" {
		t.Errorf("got rows %s, want all three", got)
	}
	if got := again.read(7); got != "[7] <nil>" {
		t.Errorf("got rows %s, want the last", got)
	}
}
