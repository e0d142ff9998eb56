package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"opentote/event"
	"opentote/journal"
	"opentote/journal/chain"
)

// A Read takes rows in chunks of one short transaction each and calls f
// outside of it, because the WAL cannot start again while a transaction that
// began earlier is open: a slow reader would let it grow.
const (
	chunkBytes = 1 << 20 // a chunk ends with the row that passes this
	chunkRows  = 256
)

// readers is a pool of connections that cannot write. Its methods are safe for
// concurrent use.
type readers struct {
	db                  *sql.DB
	look, locate, chunk *sql.Stmt
}

func openReaders(ctx context.Context, path string, opts Options) (_ *readers, err error) {
	r := &readers{} // not a result: an error's return would make it nil before it is closed
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()
	if r.db, err = connect(path, "ro", opts.ReadersMax, opts, "query_only=1"); err != nil {
		return nil, err
	}
	for _, p := range []struct {
		stmt **sql.Stmt
		text string
	}{
		{&r.look, "SELECT last, hash, epoch FROM head"},
		{&r.locate, "SELECT coalesce(max(first), 1) FROM rows WHERE first <= ?"},
		{&r.chunk, "SELECT first, count, epoch, prev, hash, payload FROM rows WHERE first >= ? AND first <= ? ORDER BY first LIMIT ?"},
	} {
		if *p.stmt, err = r.db.PrepareContext(ctx, p.text); err != nil {
			return nil, fmt.Errorf("prepare %q: %w", p.text, err)
		}
	}
	return r, nil
}

func (r *readers) head(ctx context.Context) (journal.Head, error) {
	return scanHead(r.look.QueryRowContext(ctx))
}

func (r *readers) close() error {
	var errs []error
	for _, stmt := range []*sql.Stmt{r.look, r.locate, r.chunk} {
		if stmt != nil {
			errs = append(errs, stmt.Close())
		}
	}
	if r.db != nil {
		errs = append(errs, r.db.Close())
	}
	return errors.Join(errs...)
}

// Read implements journal.Reader. It holds no transaction while f runs, so f
// may take its time, append to the journal, or read it.
func (j *Journal) Read(ctx context.Context, from event.Seq, f func(event.Row) error) error {
	fail := func(err error) error {
		var bad *journal.CorruptError
		if err == nil || errors.As(err, &bad) {
			return err
		}
		if closed := j.usable(ctx); closed != nil {
			err = closed
		}
		return fmt.Errorf("journal/sqlite: read from event %d: %w", from, err)
	}
	if err := j.usable(ctx); err != nil {
		return fail(err)
	}
	head, err := j.r.head(ctx)
	if err != nil || from > head.Last {
		return fail(err)
	}
	from = max(from, 1)
	var at int64
	if err := j.r.locate.QueryRowContext(ctx, int64(from)).Scan(&at); err != nil {
		return fail(err)
	}
	var stopped error // f's own
	next := func(at event.Seq) ([]event.Row, error) { return j.r.rows(ctx, int64(at), int64(head.Last)) }
	err = chain.Read(head, event.Seq(at), from, next, func(row event.Row) error {
		if err := j.usable(ctx); err != nil {
			return err
		}
		stopped = f(row)
		return stopped
	})
	if stopped != nil {
		return stopped
	}
	return fail(err)
}

// rows returns the next chunk of rows that start at from or later and not
// after to.
func (r *readers) rows(ctx context.Context, from, to int64) ([]event.Row, error) {
	q, err := r.chunk.QueryContext(ctx, from, to, chunkRows)
	if err != nil {
		return nil, err
	}
	defer q.Close()
	var rows []event.Row
	for size := 0; size < chunkBytes && q.Next(); {
		row, err := scanRow(q)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
		size += len(row.Payload)
	}
	return rows, errors.Join(q.Err(), q.Close())
}

func scanRow(q *sql.Rows) (event.Row, error) {
	var first, count, epoch int64
	var prev, hash, payload sql.RawBytes
	if err := q.Scan(&first, &count, &epoch, &prev, &hash, &payload); err != nil {
		return event.Row{}, err
	}
	return chain.Stored(first, count, epoch, prev, hash, bytes.Clone(payload))
}
