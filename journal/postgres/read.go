package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

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
	pool      *pgxpool.Pool
	resumeMax time.Duration
}

func openReaders(ctx context.Context, config *pgx.ConnConfig, opts Options) (*readers, error) {
	p, err := pool(config, opts)
	if err != nil {
		return nil, err
	}
	r := &readers{resumeMax: opts.ResumeMax}
	r.pool, err = pgxpool.NewWithConfig(ctx, p)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// try calls f until it succeeds, or fails for a reason that does not pass.
func (r *readers) try(ctx context.Context, f func() error) error {
	return persist(ctx, nil, r.resumeMax, f)
}

func (r *readers) head(ctx context.Context) (head journal.Head, err error) {
	err = r.try(ctx, func() error {
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
	var v chain.Verifier
	if at == 1 {
		v = *chain.From(journal.Head{})
	}
	for v.Head().Last < head.Last {
		rows, err := j.r.rows(ctx, at, head.Last)
		if err != nil {
			return fail(err)
		}
		if len(rows) == 0 {
			break // End tells
		}
		for i := range rows {
			if err := v.Next(&rows[i]); err != nil {
				return fail(err)
			}
			if rows[i].Last() < from {
				continue
			}
			if err := j.usable(ctx); err != nil {
				return fail(err)
			}
			if err := f(rows[i]); err != nil {
				return err
			}
		}
		at = rows[len(rows)-1].First + 1 // not Last+1, which would skip an overlapping row
	}
	return fail(v.End(head))
}

// locate returns the first event of the row that holds event seq.
func (r *readers) locate(ctx context.Context, seq event.Seq) (event.Seq, error) {
	var at int64
	err := r.try(ctx, func() error { return r.pool.QueryRow(ctx, locateSQL, int64(seq)).Scan(&at) })
	return event.Seq(at), err
}

// rows returns the next chunk of rows that start at from or later and not
// after to.
func (r *readers) rows(ctx context.Context, from, to event.Seq) (rows []event.Row, err error) {
	err = r.try(ctx, func() error {
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
	row := event.Row{First: event.Seq(first), Count: uint32(count), Epoch: event.Epoch(epoch), Payload: payload}
	if count != int64(row.Count) || epoch < 0 || len(prev) != len(row.Prev) || len(hash) != len(row.Hash) {
		return event.Row{}, &journal.CorruptError{First: row.First, What: "not well formed"}
	}
	copy(row.Prev[:], prev)
	copy(row.Hash[:], hash)
	return row, nil
}

// scanHead reads a row of last, hash, epoch.
func scanHead(row pgx.Row) (journal.Head, error) {
	var last, epoch int64
	var hash []byte
	if err := row.Scan(&last, &hash, &epoch); err != nil {
		return journal.Head{}, err
	}
	head := journal.Head{Last: event.Seq(last), Epoch: event.Epoch(epoch)}
	if last < 0 || epoch < 0 || copy(head.Hash[:], hash) != len(head.Hash) {
		return journal.Head{}, &journal.CorruptError{First: head.Last, What: "head is not well formed"}
	}
	return head, nil
}
