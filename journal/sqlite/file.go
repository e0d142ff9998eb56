package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
)

const (
	applicationID = 0x4f544a52 // "OTJR" at offset 68 of the file
	formatVersion = 1          // user_version
	// pageSize by BenchmarkTuning, appends a second of 100 B, 6.4 KB, 64 KiB:
	//
	//	 4 KiB   8,500   6,600   2,950
	//	 8 KiB   7,850   6,100   3,170
	//	16 KiB   7,570   6,060   3,200
	//	64 KiB   3,780   3,550   1,940
	pageSize = 8192
)

const schema = `
CREATE TABLE rows (
  first   INTEGER PRIMARY KEY CHECK (first > 0),
  count   INTEGER NOT NULL CHECK (count > 0),
  epoch   INTEGER NOT NULL,
  prev    BLOB NOT NULL CHECK (length(prev) = 32),
  hash    BLOB NOT NULL CHECK (length(hash) = 32),
  payload BLOB NOT NULL
) STRICT;
CREATE TABLE head (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  last  INTEGER NOT NULL,
  hash  BLOB NOT NULL CHECK (length(hash) = 32),
  epoch INTEGER NOT NULL
) STRICT;
INSERT INTO head VALUES (1, 0, zeroblob(32), 0);
`

// dsn names the file at path for the driver. mode is SQLite's: ro or rw.
func dsn(path, mode string, opts Options, pragmas []string) string {
	q := url.Values{"mode": {mode}, "_dqs": {"0"}}
	q.Set("_busy_timeout", strconv.FormatInt(opts.BusyTimeout.Milliseconds(), 10))
	q["_pragma"] = pragmas
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}).String()
}

// create makes an empty journal at path when there is no file. The file appears with its name only when it is complete and
// durable, so that neither a crash nor another process sees half of it:
//
//	open(".journal-*", O_CREAT|O_EXCL, 0600)
//	SQLite writes the schema, syncs, and closes
//	link(".journal-*", path)   fails when another process was first, which is as good
//	unlink(".journal-*")
//	fsync(the folder)
func create(ctx context.Context, path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	folder := filepath.Dir(path)
	tmp, err := os.CreateTemp(folder, ".journal-*")
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	defer os.Remove(tmp.Name())
	if err := tmp.Close(); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	if err := writeSchema(ctx, tmp.Name(), pageSize); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("create: %w", err)
	}
	if err := os.Remove(tmp.Name()); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	return syncFolder(folder)
}

func writeSchema(ctx context.Context, path string, pageSize int) error {
	db, err := connect(path, "rw", 1, Options{},
		fmt.Sprintf("page_size=%d", pageSize), "journal_mode=DELETE", "synchronous=EXTRA")
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, stmt := range []string{
		fmt.Sprintf("PRAGMA application_id=%d", applicationID),
		fmt.Sprintf("PRAGMA user_version=%d", formatVersion),
		schema,
	} {
		if _, err := tx.ExecContext(ctx, stmt); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	if err := expect(ctx, db, "PRAGMA journal_mode=WAL", "wal"); err != nil {
		return err
	}
	return db.Close()
}

// syncFolder makes the names in folder durable.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// probe reads what the file at path is without writing to it.
func probe(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("not a journal: not a regular file")
	case info.Size() == 0:
		return errors.New("not a journal: an empty file")
	}
	db, err := connect(path, "ro", 1, Options{}.withDefaults())
	if err != nil {
		return err
	}
	defer db.Close()
	var id, version int
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return fmt.Errorf("not a journal: %w", err)
	}
	if id != applicationID {
		return fmt.Errorf("not a journal: an SQLite database with application id %#x, want %#x", id, applicationID)
	}
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version != formatVersion {
		return fmt.Errorf("journal of format %d: this program knows format %d", version, formatVersion)
	}
	return db.Close()
}

// queryer is a *sql.DB or a *sql.Conn.
type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// expect runs query and wants one value.
func expect(ctx context.Context, q queryer, query, want string) error {
	var got string
	if err := q.QueryRowContext(ctx, query).Scan(&got); err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	if got != want {
		return fmt.Errorf("%s: got %s, want %s", query, got, want)
	}
	return nil
}
