package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"opentote/event"
	"opentote/journal"
	"opentote/journal/chain"
)

// versionMin is the first SQLite without the WAL-reset bug, in which a
// checkpoint and a write by two connections at the same moment could corrupt
// the file (3.7.0 to 3.51.2).
const versionMin = 3_051_003

// writer is the one connection that writes. Its methods are for one goroutine
// at a time: whoever holds Journal.mu.
type writer struct {
	db   *sql.DB
	conn *sql.Conn

	begin, update, insert, commit, rollback, look, raise *sql.Stmt

	head   journal.Head // as this writer left it; Epoch is the one it leads with, 0 before lead
	broken error        // the outcome of a write is unknown: no more writes
}

func openWriter(ctx context.Context, path string, opts Options) (_ *writer, err error) {
	w := &writer{} // not a result: an error's return would make it nil before it is closed
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	w.db, err = connect(path, "rw", 1, opts, "synchronous=FULL", "wal_autocheckpoint=0", "fullfsync=1", "checkpoint_fullfsync=1")
	if err != nil {
		return nil, err
	}
	if w.conn, err = w.db.Conn(ctx); err != nil {
		return nil, err
	}
	for query, want := range map[string]string{
		"PRAGMA journal_mode":       "wal",
		"PRAGMA synchronous":        "2", // FULL
		"PRAGMA wal_autocheckpoint": "0",
		"PRAGMA locking_mode":       "normal",
	} {
		if err := expect(ctx, w.conn, query, want); err != nil {
			return nil, err
		}
	}
	if err := checkVersion(ctx, w.conn); err != nil {
		return nil, err
	}
	if err := w.prepare(ctx); err != nil {
		return nil, err
	}
	return w, nil
}

func checkVersion(ctx context.Context, q queryer) error {
	var major, minor, patch int
	var text string
	if err := q.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&text); err != nil {
		return err
	}
	if _, err := fmt.Sscanf(text, "%d.%d.%d", &major, &minor, &patch); err != nil {
		return fmt.Errorf("version %q: %w", text, err)
	}
	if major*1_000_000+minor*1_000+patch < versionMin {
		return fmt.Errorf("built with SQLite %s, which may corrupt a journal: want 3.51.3 or later", text)
	}
	return nil
}

func (w *writer) prepare(ctx context.Context) error {
	for _, p := range []struct {
		stmt **sql.Stmt
		text string
	}{
		{&w.begin, "BEGIN IMMEDIATE"},
		{&w.update, "UPDATE head SET last = ?, hash = ? WHERE last = ? AND epoch = ?"},
		{&w.insert, "INSERT INTO rows (first, count, epoch, prev, hash, payload) VALUES (?, ?, ?, ?, ?, ?)"},
		{&w.commit, "COMMIT"},
		{&w.rollback, "ROLLBACK"},
		{&w.look, "SELECT last, hash, epoch FROM head"},
		{&w.raise, "UPDATE head SET epoch = epoch + 1"},
	} {
		stmt, err := w.conn.PrepareContext(ctx, p.text)
		if err != nil {
			return fmt.Errorf("prepare %q: %w", p.text, err)
		}
		*p.stmt = stmt
	}
	return nil
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

// lead raises the epoch.
func (w *writer) lead() error {
	if err := w.usable(); err != nil {
		return err
	}
	if err := w.exec(w.begin); err != nil {
		return err
	}
	head, err := w.raiseEpoch()
	if err != nil {
		err = w.cancel(err)
		w.poison(err)
		return err
	}
	w.head = head
	return nil
}

func (w *writer) raiseEpoch() (journal.Head, error) {
	if err := w.exec(w.raise); err != nil {
		return journal.Head{}, err
	}
	head, err := scanHead(w.look.QueryRow())
	if err != nil {
		return journal.Head{}, err
	}
	return head, w.exec(w.commit)
}

// append makes row durable. After an error that is neither ErrFenced nor
// ErrGap the writer is broken.
func (w *writer) append(row *event.Row) error {
	if err := w.usable(); err != nil {
		return err
	}
	err := w.check(row)
	if err == nil {
		err = w.transact(row)
	}
	if err != nil && err != journal.ErrFenced && err != journal.ErrGap {
		w.poison(err)
	}
	return err
}

// check refuses what cannot be right without a transaction.
func (w *writer) check(row *event.Row) error {
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
	head, lookErr := scanHead(w.look.QueryRow())
	switch {
	case lookErr != nil:
		return errors.Join(err, lookErr)
	case head.Epoch > w.head.Epoch:
		return journal.ErrFenced
	}
	return err
}

// transact appends the row unless head moved.
func (w *writer) transact(row *event.Row) error {
	if err := w.exec(w.begin); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := w.swap(row); err != nil {
		return w.cancel(err)
	}
	w.head.Last, w.head.Hash = row.Last(), row.Hash
	return nil
}

func (w *writer) swap(row *event.Row) error {
	res, err := w.update.Exec(int64(row.Last()), row.Hash[:], int64(w.head.Last), int64(w.head.Epoch))
	if err != nil {
		return fmt.Errorf("move head: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("move head: %w", err)
	}
	if n != 1 {
		return w.refusal()
	}
	payload := row.Payload
	if payload == nil {
		payload = []byte{} // nil would be NULL
	}
	if _, err := w.insert.Exec(int64(row.First), int64(row.Count), int64(row.Epoch), row.Prev[:], row.Hash[:], payload); err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	if err := w.exec(w.commit); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// refusal says why head was not where this writer left it.
func (w *writer) refusal() error {
	head, err := scanHead(w.look.QueryRow())
	switch {
	case err != nil:
		return err
	case head.Epoch != w.head.Epoch:
		return journal.ErrFenced
	}
	return journal.ErrGap
}

// cancel rolls back the transaction that err ended. If that is refused too,
// which is normal when SQLite already did it after an I/O error, the result is
// no longer err itself and the writer will be poisoned.
func (w *writer) cancel(err error) error {
	if cancelErr := w.exec(w.rollback); cancelErr != nil {
		return errors.Join(err, fmt.Errorf("roll back: %w", cancelErr))
	}
	return err
}

// leads reports whether no other writer took the lead since lead.
func (w *writer) leads() bool {
	if w.head.Epoch == 0 || w.broken != nil {
		return false
	}
	head, err := scanHead(w.look.QueryRow())
	return err == nil && head.Epoch == w.head.Epoch
}

func (w *writer) exec(stmt *sql.Stmt) error {
	_, err := stmt.Exec()
	return err
}

func (w *writer) close() error {
	var errs []error
	for _, stmt := range []*sql.Stmt{w.begin, w.update, w.insert, w.commit, w.rollback, w.look, w.raise} {
		if stmt != nil {
			errs = append(errs, stmt.Close())
		}
	}
	if w.conn != nil {
		errs = append(errs, w.conn.Close())
	}
	if w.db != nil {
		errs = append(errs, w.db.Close())
	}
	return errors.Join(errs...)
}

// scanHead reads a row of last, hash, epoch.
func scanHead(row interface{ Scan(...any) error }) (journal.Head, error) {
	var last, epoch int64
	var hash []byte
	if err := row.Scan(&last, &hash, &epoch); err != nil {
		return journal.Head{}, err
	}
	return chain.StoredHead(last, epoch, hash)
}
