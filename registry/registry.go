// Package registry stores what is not money and not in the journal. So far:
// the texts of programmes, one document a day.
package registry

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver

	"opentote/tote"
)

//go:embed schema.sql
var schema string

// version is the schema's, kept in the database's user_version.
const version = 1

// Registry is a store on SQLite. Its methods are safe for concurrent use.
type Registry struct{ db *sql.DB }

// Open opens the registry in a file, which it creates when it is missing.
func Open(ctx context.Context, path string) (*Registry, error) {
	// Created here, so that nobody else on the machine can read it.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return nil, fmt.Errorf("registry: open %s: %w", path, err)
	}
	db.SetMaxOpenConns(4)
	if err := migrate(ctx, db); err != nil {
		return nil, errors.Join(fmt.Errorf("registry: %s: %w", path, err), db.Close())
	}
	return &Registry{db: db}, nil
}

// dsn names the file at path for the driver. A path may hold what means
// something in a URL.
func dsn(path string) string {
	q := url.Values{
		"_txlock": {"immediate"},
		"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)"},
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}).String()
}

func migrate(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var have int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return err
	}
	switch have {
	case version:
		return nil
	case 0:
		var tables int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&tables); err != nil {
			return err
		}
		if tables > 0 {
			return errors.New("is a database of something else")
		}
	default:
		return fmt.Errorf("schema version %d is not %d", have, version)
	}
	if _, err := tx.ExecContext(ctx, schema); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		return err
	}
	return tx.Commit()
}

// Close closes the store.
func (r *Registry) Close() error { return r.db.Close() }

// PutProgramme stores the programme of a day, in place of the one before.
func (r *Registry) PutProgramme(ctx context.Context, day tote.Day, document []byte) error {
	_, err := r.db.ExecContext(ctx,
		"INSERT INTO programme (day, document) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET document = excluded.document",
		day, document)
	if err != nil {
		return fmt.Errorf("registry: put programme of %v: %w", day, err)
	}
	return nil
}

// Programmes calls f with each stored programme, in order of days.
func (r *Registry) Programmes(ctx context.Context, f func(day tote.Day, document []byte) error) error {
	rows, err := r.db.QueryContext(ctx, "SELECT day, document FROM programme ORDER BY day")
	if err != nil {
		return fmt.Errorf("registry: read programmes: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var day tote.Day
		var document []byte
		if err := rows.Scan(&day, &document); err != nil {
			return fmt.Errorf("registry: read programmes: %w", err)
		}
		if err := f(day, document); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("registry: read programmes: %w", err)
	}
	return nil
}
