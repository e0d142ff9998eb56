package bench

import (
	"context"

	"opentote/event"
	"opentote/journal"
)

// forgetful is a journal that is not there: rows are sealed, counted and handed to
// keep, if there is one, and no disk is waited for. What is left is the engine.
type forgetful struct {
	head journal.Head
	keep func(event.Row) error
}

var _ journal.Journal = (*forgetful)(nil)

func (f *forgetful) Head(context.Context) (journal.Head, error) { return journal.Head{}, nil }

func (f *forgetful) Read(context.Context, event.Seq, func(event.Row) error) error { return nil }

func (f *forgetful) Wait(ctx context.Context, _ event.Seq) error {
	<-ctx.Done()
	return ctx.Err()
}

func (f *forgetful) Lead(context.Context) (journal.Head, error) {
	f.head.Epoch++
	return f.head, nil
}

func (f *forgetful) Append(_ context.Context, row event.Row) error {
	f.head.Last, f.head.Hash = row.Last(), row.Hash
	if f.keep != nil {
		return f.keep(row)
	}
	return nil
}

func (f *forgetful) Close() error { return nil }
