package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"opentote/event"
	"opentote/journal"
	"opentote/journal/chain"
)

// A Read takes rows in chunks of one short statement each and calls f outside
// of it, because the server can reclaim nothing, head's old rows included,
// while a snapshot that began earlier is open.
const (
	lookSQL   = "SELECT last, hash, epoch FROM journal.head"
	locateSQL = "SELECT coalesce(max(first), 1) FROM journal.rows WHERE first <= $1"
	// A chunk ends with the row that passes a MiB, or after 256 rows.
	chunkSQL = `
SELECT first, count, epoch, prev, hash, payload FROM (
  SELECT *, sum(octet_length(payload)) OVER (ORDER BY first) - octet_length(payload) AS before
  FROM journal.rows WHERE first >= $1 AND first <= $2 ORDER BY first LIMIT 256) AS chunk
WHERE before < 1048576 ORDER BY first`
)

// readers is a pool of connections that do not write. Its methods are safe for
// concurrent use.
type readers struct {
	pool *pgxpool.Pool
	opts Options
}

func openReaders(ctx context.Context, config *pgx.ConnConfig, opts Options) (*readers, error) {
	p, err := pool(config, opts)
	if err != nil {
		return nil, err
	}
	r := &readers{opts: opts}
	r.pool, err = pgxpool.NewWithConfig(ctx, p)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// try calls f until it succeeds, or fails for a reason that does not pass.
func (r *readers) try(ctx context.Context, f func(context.Context) error) error {
	return persist(ctx, nil, r.opts.ResumeMax, func() error {
		ctx, cancel := context.WithTimeout(ctx, r.opts.AttemptMax)
		defer cancel()
		return f(ctx)
	})
}

func (r *readers) head(ctx context.Context) (head journal.Head, err error) {
	err = r.try(ctx, func(ctx context.Context) error {
		head, err = scanHead(r.pool.QueryRow(ctx, lookSQL))
		return err
	})
	return head, err
}

// Read implements journal.Reader. It holds no transaction while f runs, so f
// may take its time, append to the journal, or read it.
func (j *Journal) Read(ctx context.Context, from event.Seq, f func(event.Row) error) error {
	fail := func(err error) error {
		var bad *journal.CorruptError
		if err == nil || errors.As(err, &bad) {
			return err
		}
		return fmt.Errorf("journal/postgres: read from event %d: %w", from, j.reason(err))
	}
	if err := j.usable(ctx); err != nil {
		return fail(err)
	}
	head, err := j.r.head(ctx)
	if err != nil || from > head.Last {
		return fail(err)
	}
	from = max(from, 1)
	at, err := j.r.locate(ctx, from)
	if err != nil {
		return fail(err)
	}
	var stopped error // f's own
	next := func(at event.Seq) ([]event.Row, error) { return j.r.rows(ctx, at, head.Last) }
	err = chain.Read(head, at, from, next, func(row event.Row) error {
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

// locate returns the first event of the row that holds event seq.
func (r *readers) locate(ctx context.Context, seq event.Seq) (event.Seq, error) {
	var at int64
	err := r.try(ctx, func(ctx context.Context) error { return r.pool.QueryRow(ctx, locateSQL, int64(seq)).Scan(&at) })
	return event.Seq(at), err
}

// rows returns the next chunk of rows that start at from or later and not
// after to.
func (r *readers) rows(ctx context.Context, from, to event.Seq) (rows []event.Row, err error) {
	err = r.try(ctx, func(ctx context.Context) error {
		q, err := r.pool.Query(ctx, chunkSQL, int64(from), int64(to))
		if err != nil {
			return err
		}
		rows, err = pgx.CollectRows(q, scanRow)
		return err
	})
	return rows, err
}

func scanRow(q pgx.CollectableRow) (event.Row, error) {
	var first, count, epoch int64
	var prev, hash, payload []byte
	if err := q.Scan(&first, &count, &epoch, &prev, &hash, &payload); err != nil {
		return event.Row{}, err
	}
	return chain.Stored(first, count, epoch, prev, hash, payload)
}

// scanHead reads a row of last, hash, epoch.
func scanHead(row pgx.Row) (journal.Head, error) {
	var last, epoch int64
	var hash []byte
	if err := row.Scan(&last, &hash, &epoch); err != nil {
		return journal.Head{}, err
	}
	return chain.StoredHead(last, epoch, hash)
}
