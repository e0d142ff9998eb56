// Package journal is the contract of the system's truth: one ordered,
// append-only, hash-chained sequence of rows, each a batch of events.
//
// One writer at a time may append. Who wants to write calls Lead, which raises
// the epoch; from then on every append of an earlier epoch is refused, whoever
// is still alive and believes in it. Anybody may read, in order and from any
// position.
//
// An implementation is right when journaltest.Run passes on it.
package journal

import (
	"context"
	"errors"
	"fmt"

	"opentote/event"
)

// Head is the end of the journal.
type Head struct {
	Last  event.Seq   // sequence number of the last event, 0 when empty
	Hash  event.Hash  // of the last row, zero when empty
	Epoch event.Epoch // the epoch in force, 0 before the first Lead
}

// Reader reads the journal in order. Its methods are safe for concurrent use.
type Reader interface {
	// Head returns the end of the durable journal.
	Head(ctx context.Context) (Head, error)
	// Read calls f for every durable row that holds an event numbered from or
	// later, in order, until the end of the journal as it was at the call or
	// the first error of f, which it returns. The row is f's to keep. Read
	// checks each row's own hash and that the rows follow each other, and
	// returns a *CorruptError at the first that does not.
	Read(ctx context.Context, from event.Seq, f func(event.Row) error) error
	// Wait returns nil once the journal holds an event numbered after last, or
	// ctx's error.
	Wait(ctx context.Context, last event.Seq) error
}

// Journal is a Reader that one leader may append to.
type Journal interface {
	Reader
	// Lead raises the epoch by one, durably, and returns the head with the new
	// epoch: the caller is now the only one whose appends are accepted.
	Lead(ctx context.Context) (Head, error)
	// Append makes the row durable before it returns nil. The row must follow
	// the head: its First is Last+1 and its Prev the head's Hash. It returns
	// ErrFenced when a higher epoch is in force and ErrGap when the row does
	// not follow the head; then nothing was written. After any other error the
	// caller does not know whether the row is durable: it must stop and
	// recover by reading. Append is for one goroutine.
	Append(ctx context.Context, row event.Row) error
	// Close releases the journal. It is idempotent.
	Close() error
}

// ErrFenced means that another writer leads.
var ErrFenced = errors.New("journal: fenced: another writer leads")

// ErrGap means that a row does not follow the head.
var ErrGap = errors.New("journal: row does not follow the head")

// CorruptError says where the journal is not what was written.
type CorruptError struct {
	First event.Seq // first sequence number of the bad row
	What  string    // "hash differs", "expected event 120"
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("journal: corrupt row at event %d: %s", e.First, e.What)
}
