package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"opentote/event"
	"opentote/journal"
	"opentote/journal/chain"
)

const (
	appendSQL = `
WITH moved AS (
  UPDATE journal.head SET last = $1, hash = $2 WHERE last = $3 AND hash = $4 AND epoch = $5 RETURNING one)
INSERT INTO journal.rows (first, count, epoch, prev, hash, payload) SELECT $6, $7, $5, $4, $2, $8 FROM moved`
	raiseSQL = "UPDATE journal.head SET epoch = epoch + 1 WHERE epoch = $1 RETURNING last, hash, epoch"
	touchSQL = "UPDATE journal.head SET epoch = epoch WHERE epoch = $1 RETURNING last, hash, epoch"
	heldSQL  = "SELECT count(*) FROM journal.rows WHERE first = $1 AND hash = $2"
)

// writer is the one connection that writes. Its methods are for one goroutine
// at a time: whoever holds Journal.mu.
type writer struct {
	config *pgx.ConnConfig
	opts   Options
	closed <-chan struct{} // closed when the journal is

	conn    *pgx.Conn // nil before lead
	warning string    // what the server said beside an answer

	head   journal.Head // as this writer left it; Epoch is the one it leads with, 0 before lead
	broken error        // the outcome of a write is unknown: no more writes
}

// writing is how the writer connects. Isolation levels above read committed
// would only add failures: one statement that swaps one row needs none.
func writing(config *pgx.ConnConfig) *pgx.ConnConfig {
	config = config.Copy()
	config.RuntimeParams["default_transaction_isolation"] = "read committed"
	config.RuntimeParams["default_transaction_read_only"] = "off"
	return config
}

// connected makes sure of a connection to a server that may be written to.
func (w *writer) connected(ctx context.Context) error {
	if w.conn != nil && !w.conn.IsClosed() {
		return nil
	}
	config := w.config.Copy()
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		if n.SeverityUnlocalized == "WARNING" {
			w.warning = n.Message
		}
	}
	conn, err := connect(ctx, config)
	if err != nil {
		return err
	}
	if err := prepare(ctx, conn, w.opts.AcceptUnsafe); err != nil {
		return errors.Join(err, conn.Close(ctx))
	}
	w.conn = conn
	return nil
}

func prepare(ctx context.Context, conn *pgx.Conn, acceptUnsafe bool) error {
	if err := checkSettings(ctx, conn, acceptUnsafe); err != nil {
		return err
	}
	for _, sql := range []string{appendSQL, raiseSQL, touchSQL, heldSQL, lookSQL} {
		if _, err := conn.Prepare(ctx, sql, sql); err != nil {
			return fmt.Errorf("prepare: %w", err)
		}
	}
	return nil
}

// checkSettings reads back the settings on which durability rests and keeps
// the session's from being changed under it.
func checkSettings(ctx context.Context, conn *pgx.Conn, acceptUnsafe bool) error {
	const sql = `
SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),
       set_config('synchronous_commit', current_setting('synchronous_commit'), false)`
	var fsync, pages, commit, set string
	if err := conn.QueryRow(ctx, sql).Scan(&fsync, &pages, &commit, &set); err != nil {
		return fmt.Errorf("read the server's settings: %w", err)
	}
	if acceptUnsafe || fsync == "on" && pages == "on" && (commit == "on" || commit == "remote_apply") {
		return nil
	}
	return fmt.Errorf("the server may lose what it has acknowledged: fsync=%s, full_page_writes=%s, synchronous_commit=%s; want on, on, and on or remote_apply",
		fsync, pages, commit)
}

// usable returns why the writer writes no more.
func (w *writer) usable() error {
	if w.broken != nil {
		return fmt.Errorf("refused after an earlier error: %w", w.broken)
	}
	return nil
}

// poison makes err the reason of all refusals to come.
func (w *writer) poison(err error) {
	if w.broken == nil {
		w.broken = err
	}
}

// attempt calls f with a connection and the time that one answer may take.
// What was begun is not interrupted by the caller.
func (w *writer) attempt(ctx context.Context, f func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.opts.AttemptMax)
	defer cancel()
	if err := w.connected(ctx); err != nil {
		return err
	}
	w.warning = ""
	err := f(ctx)
	if err == nil && w.warning != "" {
		err = fmt.Errorf("%w: the server warns: %s", errDoubt, w.warning)
	}
	return err
}

// lead raises the epoch.
func (w *writer) lead(ctx context.Context) error {
	if err := w.usable(); err != nil {
		return err
	}
	return persist(ctx, w.closed, w.opts.ResumeMax, func() error {
		return w.attempt(ctx, func(ctx context.Context) error {
			now, err := scanHead(w.conn.QueryRow(ctx, lookSQL))
			if err != nil {
				return err
			}
			// From the epoch that was seen, so that a statement whose answer was
			// lost cannot raise it once more behind this writer's back.
			head, err := scanHead(w.conn.QueryRow(ctx, raiseSQL, int64(now.Epoch)))
			if errors.Is(err, pgx.ErrNoRows) {
				return fmt.Errorf("%w: another took the lead", errDoubt)
			}
			if err == nil && w.warning == "" {
				w.head = head
			}
			return err
		})
	})
}

// append makes row durable. After an error that is neither ErrFenced nor
// ErrGap the writer is broken.
func (w *writer) append(ctx context.Context, row *event.Row) error {
	if err := w.usable(); err != nil {
		return err
	}
	err := w.check(ctx, row)
	if err == nil {
		err = w.transact(ctx, row)
	}
	if err != nil && err != journal.ErrFenced && err != journal.ErrGap {
		w.poison(err)
	}
	return err
}

// check refuses what cannot be right without a write.
func (w *writer) check(ctx context.Context, row *event.Row) error {
	var err error
	if w.head.Epoch == 0 {
		err = errors.New("append before Lead")
	} else {
		err = chain.Check(w.head, row)
	}
	if err == nil || err == journal.ErrFenced {
		return err
	}
	// It may look wrong because somebody else appended in between.
	head, lookErr := w.look(ctx)
	switch {
	case lookErr != nil:
		return errors.Join(err, lookErr)
	case head.Epoch > w.head.Epoch:
		return journal.ErrFenced
	}
	return err
}

func (w *writer) look(ctx context.Context) (head journal.Head, err error) {
	err = persist(ctx, w.closed, w.opts.ResumeMax, func() error {
		return w.attempt(ctx, func(ctx context.Context) error {
			head, err = scanHead(w.conn.QueryRow(ctx, lookSQL))
			return err
		})
	})
	return head, err
}

// transact appends the row unless head moved.
func (w *writer) transact(ctx context.Context, row *event.Row) error {
	swap := func(ctx context.Context) error { return w.swap(ctx, row) }
	err := w.attempt(ctx, swap)
	if passes(err) {
		began := time.Now()
		err = persist(ctx, w.closed, w.opts.ResumeMax, func() error {
			err := w.resume(ctx, row)
			if err == journal.ErrFenced {
				err = w.overtaken(ctx, row)
			}
			return err
		})
		if passes(err) {
			err = fmt.Errorf("outcome unknown after %v: %w", time.Since(began).Round(time.Millisecond), err)
		}
	}
	if err == nil {
		w.head.Last, w.head.Hash = row.Last(), row.Hash
	}
	return err
}

// swap moves head over the row and inserts it.
func (w *writer) swap(ctx context.Context, row *event.Row) error {
	payload := row.Payload
	if payload == nil {
		payload = []byte{} // nil would be NULL
	}
	tag, err := w.conn.Exec(ctx, appendSQL, int64(row.Last()), row.Hash[:], int64(w.head.Last), row.Prev[:], int64(row.Epoch),
		int64(row.First), int64(row.Count), payload)
	if err != nil || tag.RowsAffected() == 1 {
		return err
	}
	head, err := scanHead(w.conn.QueryRow(ctx, lookSQL))
	switch {
	case err != nil:
		return err
	case head.Epoch != w.head.Epoch:
		return journal.ErrFenced
	case head.Last == row.Last() && head.Hash == row.Hash:
		return fmt.Errorf("%w: an earlier attempt was slow", errDoubt)
	}
	return journal.ErrGap
}

// resume finds out what became of the row and appends it when nothing did. See
// the package's comment.
func (w *writer) resume(ctx context.Context, row *event.Row) error {
	var head journal.Head
	err := w.attempt(ctx, func(ctx context.Context) (err error) {
		head, err = scanHead(w.conn.QueryRow(ctx, touchSQL, int64(w.head.Epoch)))
		return err
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return w.passedBy(ctx)
	case err != nil:
		return err
	case head.Last == row.Last() && head.Hash == row.Hash:
		return nil
	case head == w.head:
		return w.attempt(ctx, func(ctx context.Context) error { return w.swap(ctx, row) })
	}
	return fmt.Errorf("the journal ends at event %d with hash %v: this server has not what was acknowledged up to event %d",
		head.Last, head.Hash, w.head.Last)
}

// overtaken finds out what became of the row before another took the lead: under a
// higher epoch no attempt of ours that is still on its way can append it.
func (w *writer) overtaken(ctx context.Context, row *event.Row) error {
	return w.attempt(ctx, func(ctx context.Context) error {
		var held int
		err := w.conn.QueryRow(ctx, heldSQL, int64(row.First), row.Hash[:]).Scan(&held)
		if err == nil && held == 0 {
			err = journal.ErrFenced
		}
		return err
	})
}

// passedBy says why the writer's epoch is not in force.
func (w *writer) passedBy(ctx context.Context) error {
	var head journal.Head
	err := w.attempt(ctx, func(ctx context.Context) (err error) {
		head, err = scanHead(w.conn.QueryRow(ctx, lookSQL))
		return err
	})
	switch {
	case err != nil:
		return err
	case head.Epoch < w.head.Epoch:
		return fmt.Errorf("the journal is at epoch %d: this server has not the lead of epoch %d", head.Epoch, w.head.Epoch)
	}
	return journal.ErrFenced
}

// close ends the connection. That it could not say goodbye changes nothing.
func (w *writer) close() {
	if w.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), w.opts.AttemptMax)
	defer cancel()
	_ = w.conn.Close(ctx)
}
