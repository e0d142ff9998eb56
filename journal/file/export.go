package file

import (
	"context"
	"errors"
	"fmt"

	"opentote/event"
	"opentote/journal"
	"opentote/journal/chain"
)

// Export copies the rows of a journal, as they are, to a new journal in the
// folder at path, which must be empty or missing. It verifies the chain on the
// way. The copy is durable and complete when Export returns nil; the copy's
// epoch is the one in force at the source, so that a leader of the copy is
// later than every leader of the source so far. f, when not nil, is called
// after each row, to show progress.
func Export(ctx context.Context, path string, from journal.Reader, f func(event.Row)) error {
	to, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	if err := errors.Join(to.fill(ctx, from, f), to.Close()); err != nil {
		return fmt.Errorf("journal/file: export to %s: %w", path, err)
	}
	return nil
}

func (j *Journal) fill(ctx context.Context, from journal.Reader, f func(event.Row)) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	head, err := from.Head(ctx)
	if err != nil {
		return err
	}
	return j.locked(ctx, Exclusive, func() error {
		e := *j.end.Load()
		if e.head != (journal.Head{}) {
			return errors.New("there is a journal already")
		}
		v := chain.From(journal.Head{})
		err := from.Read(ctx, 1, func(row event.Row) error {
			if err := v.Next(&row); err != nil {
				return err
			}
			before := e.seg
			if err := j.put(&e, &row); err != nil {
				return err
			}
			if e.seg != before {
				j.startSpare(e.seg + 1)
			}
			if f != nil {
				f(row)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := j.active.Sync(); err != nil {
			return err
		}
		e.head.Epoch = max(head.Epoch, v.Head().Epoch)
		if err := writeHead(j.fs, e.head); err != nil {
			return err
		}
		j.publish(&e)
		return nil
	})
}
