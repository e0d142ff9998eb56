// Package follow consumes the journal in order. Everything beside the writer is
// a follower: boards, exporters, standbys. A follower remembers the position it
// has come to and resumes there; it cannot slow or disturb the writer.
package follow

import (
	"context"
	"fmt"

	"opentote/event"
	"opentote/journal"
)

// Handler receives events. Begin and End bracket each row, so that a handler
// can take a lock, or commit, once a batch.
type Handler interface {
	Begin()
	// Apply receives one event and its position. The event is valid until Apply
	// returns.
	Apply(seq event.Seq, at event.Millis, ev event.Event) error
	// End is told the last position of the row, up to which everything has been
	// applied.
	End(last event.Seq)
}

// Run feeds h with every event after last, waits for more, and goes on until
// ctx ends or something fails. It returns ctx's error in the first case.
func Run(ctx context.Context, j journal.Reader, last event.Seq, h Handler) error {
	for {
		var err error
		if last, err = CatchUp(ctx, j, last, h); err != nil {
			return err
		}
		if err := j.Wait(ctx, last); err != nil {
			return err
		}
	}
}

// CatchUp feeds h with every event after last that is durable now and returns
// the position it has come to.
func CatchUp(ctx context.Context, j journal.Reader, last event.Seq, h Handler) (event.Seq, error) {
	var dec event.Decoder
	err := j.Read(ctx, last+1, func(row event.Row) error {
		h.Begin()
		seq := row.First
		err := dec.Decode(row.Payload, func(at event.Millis, ev event.Event) error {
			if seq++; seq-1 <= last {
				return nil
			}
			return h.Apply(seq-1, at, ev)
		})
		if err == nil {
			last = row.Last()
		}
		h.End(last)
		if err != nil {
			return fmt.Errorf("follow: events %d to %d: %w", row.First, row.Last(), err)
		}
		return nil
	})
	return last, err
}
