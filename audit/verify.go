package audit

import (
	"context"
	"errors"
	"fmt"

	"opentote/engine"
	"opentote/event"
	"opentote/journal"
	"opentote/journal/chain"
)

// Progress tells how far an audit is.
type Progress struct {
	Done, Total event.Seq // events
}

// Verify audits a journal up to its end as it is at the call. It calls
// progress, when not nil, after every row. What is wrong with the journal is in
// the report; the error says why it could not be read.
func Verify(ctx context.Context, j journal.Reader, progress func(Progress)) (*Report, error) {
	head, err := j.Head(ctx)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	a := newAuditor()
	replay := newReplay(a)
	links := chain.From(journal.Head{})
	var dec event.Decoder
	enough := errors.New("the end as it was at the call")
	err = j.Read(ctx, 1, func(row event.Row) error {
		if row.First > head.Last {
			return enough
		}
		if err := links.Next(&row); err != nil {
			return err
		}
		a.report.Rows++
		if err := a.row(&dec, &row, replay); err != nil {
			return &journal.CorruptError{First: row.First, What: err.Error()}
		}
		if progress != nil {
			progress(Progress{Done: row.Last(), Total: head.Last})
		}
		return nil
	})
	if errors.Is(err, enough) {
		err = nil
	}
	if err == nil {
		err = links.End(head)
	}
	var corrupt *journal.CorruptError
	if errors.As(err, &corrupt) {
		a.seq = corrupt.First
		a.found(Finding{}, "the row is not what was written: %s", corrupt.What)
		err = nil
	}
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	last := links.Head()
	a.report.Events, a.report.Epoch, a.report.Head = last.Last, last.Epoch, last.Hash.String()
	a.finish()
	if corrupt == nil {
		replay.finish()
	}
	return &a.report, nil
}

// row folds the events of a row.
func (a *auditor) row(dec *event.Decoder, row *event.Row, replay *replay) error {
	a.seq = row.First - 1
	err := dec.Decode(row.Payload, func(at event.Millis, ev event.Event) error {
		a.seq++
		a.event(at, ev)
		replay.apply(at, ev)
		return nil
	})
	if err != nil {
		return err
	}
	if a.seq != row.Last() {
		return fmt.Errorf("it holds %d events, its header says %d", a.seq+1-row.First, row.Count)
	}
	return nil
}

// replay is the engine beside the audit.
type replay struct {
	a     *auditor
	state *engine.State
	dead  bool // it has refused an event, and its state is worth nothing
}

func newReplay(a *auditor) *replay { return &replay{a: a, state: engine.NewState()} }

func (r *replay) apply(at event.Millis, ev event.Event) {
	if r.dead {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			r.dead = true
			r.a.found(Finding{}, "the engine refuses to replay this event: %v", p)
		}
	}()
	r.state.Apply(at, ev)
}

// finish compares the engine's ledger with the audit's.
func (r *replay) finish() {
	if r.dead {
		return
	}
	r.a.report.StateHash = r.state.Hash().String()
	for i, b := range r.state.TrialBalance() {
		if got, want := b.Money, r.a.ledger[i]; got != want {
			r.a.found(Finding{}, "the engine's ledger holds %v in %v, the audit's %v", got, b.Class, want)
		}
	}
}
