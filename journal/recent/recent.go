// Package recent keeps the rows that a process appended last in its memory, for
// followers in the same process: they read each row within a millisecond of its
// commit, and the store need not be asked for what has just been given to it.
package recent

import (
	"bytes"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"opentote/event"
	"opentote/journal"
	"opentote/journal/tail"
)

// Bounds of what is kept. A follower that is farther behind reads the store.
const (
	rowsMax  = 512
	bytesMax = 4 << 20
)

// Journal is a journal that remembers what was appended through it. Where another
// process appends to the same journal, a Read that is answered from memory ends
// at the last row of ours; the next one goes on from there.
type Journal struct {
	journal.Journal
	tail  *tail.Tail
	asked atomic.Int64 // when the store was asked last for its end, in nanoseconds

	mu    sync.Mutex
	rows  []event.Row // guarded by mu: each follows the one before
	bytes int         // guarded by mu: their payloads
}

var _ journal.Journal = (*Journal)(nil)

// Of returns the journal with a memory. It is closed instead of j.
func Of(j journal.Journal) *Journal { return &Journal{Journal: j, tail: tail.New()} }

// Append implements journal.Journal.
func (j *Journal) Append(ctx context.Context, row event.Row) error {
	if err := j.Journal.Append(ctx, row); err != nil {
		j.forget() // another process may have appended
		return err
	}
	row.Payload = bytes.Clone(row.Payload) // the caller's to use again
	j.keep(row)
	j.tail.Advance(row.Last())
	return nil
}

func (j *Journal) keep(row event.Row) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if n := len(j.rows); n > 0 && j.rows[n-1].Last()+1 != row.First {
		j.rows, j.bytes = nil, 0 // somebody else appended in between
	}
	j.rows = append(j.rows, row)
	j.bytes += len(row.Payload)
	drop := 0
	for len(j.rows)-drop > rowsMax || j.bytes > bytesMax {
		j.bytes -= len(j.rows[drop].Payload)
		j.rows[drop] = event.Row{} // its payload can go
		drop++
	}
	j.rows = j.rows[drop:]
}

// Read implements journal.Reader.
func (j *Journal) Read(ctx context.Context, from event.Seq, f func(event.Row) error) error {
	rows, ok := j.since(from)
	if !ok {
		return j.Journal.Read(ctx, from, f)
	}
	for _, row := range rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(row); err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal) forget() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.rows, j.bytes = nil, 0
}

// since returns the rows that hold an event numbered from or later, if the first
// of them is in memory.
func (j *Journal) since(from event.Seq) ([]event.Row, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := len(j.rows)
	if n == 0 || from < j.rows[0].First || from > j.rows[n-1].Last() {
		return nil, false
	}
	i := n - 1
	for j.rows[i].First > from {
		i--
	}
	return append([]event.Row(nil), j.rows[i:]...), true
}

// Wait implements journal.Reader.
func (j *Journal) Wait(ctx context.Context, last event.Seq) error {
	return j.tail.Wait(ctx, last, func(ctx context.Context) (event.Seq, error) {
		// Others append rarely, if ever: asking once in an interval is enough.
		now := time.Now().UnixNano()
		if then := j.asked.Load(); now-then < int64(tail.PollInterval)/2 || !j.asked.CompareAndSwap(then, now) {
			return 0, nil
		}
		head, err := j.Head(ctx)
		return head.Last, err
	})
}

// Close implements journal.Journal.
func (j *Journal) Close() error {
	j.forget() // so that a Read is refused by the store
	j.tail.Close()
	return j.Journal.Close()
}
