// Package follow consumes the journal in order. Everything beside the writer is
// a follower: boards, exporters, standbys. A follower remembers the position it
// has come to and resumes there; it cannot slow or disturb the writer.
package follow

import (
	"context"
	"fmt"
	"runtime/debug"

	"opentote/event"
	"opentote/journal"
)

// Handler receives events. Begin and End bracket each row, so that a handler
// can take a lock, or commit, once a batch.
type Handler interface {
	Begin()
	// Apply receives one event and its position. The event is valid until Apply
	// returns. A handler that fails, or panics, has applied a part of a row: it
	// receives nothing more.
	Apply(seq event.Seq, at event.Millis, ev event.Event) error
	// End is told the position up to which whole rows have been applied: the
	// row's last, or the one before the row when it failed.
	End(last event.Seq)
}

// HandlerError says where a handler failed; the journal itself could be read.
type HandlerError struct {
	First, Last event.Seq // of the row
	Err         error
}

func (e *HandlerError) Error() string {
	return fmt.Sprintf("follow: events %d to %d: %v", e.First, e.Last, e.Err)
}

func (e *HandlerError) Unwrap() error { return e.Err }

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
	err := j.Read(ctx, last+1, func(row event.Row) (err error) {
		last, err = feed(h, &dec, &row, last)
		return err
	})
	return last, err
}

// feed gives h the events of a row that follow last, and returns the row's last
// position. A panic of the handler is an error like another: followers share
// the writer's process, which their bugs must not end.
func feed(h Handler, dec *event.Decoder, row *event.Row, last event.Seq) (at event.Seq, err error) {
	h.Begin()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		if err != nil {
			at, err = last, &HandlerError{First: row.First, Last: row.Last(), Err: err}
		}
		h.End(at)
	}()
	seq := row.First
	err = dec.Decode(row.Payload, func(at event.Millis, ev event.Event) error {
		if seq++; seq-1 <= last {
			return nil
		}
		return h.Apply(seq-1, at, ev)
	})
	if err == nil && seq != row.Last()+1 {
		err = fmt.Errorf("the row holds %d events, says %d", seq-row.First, row.Count)
	}
	return row.Last(), err
}
