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
)

//go:embed sqlite.sql
var schema string

// version is the schema's, kept in the database's user_version.
const version = 1

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
	db.SetMaxOpenConns(connsMax)
	if err := migrate(ctx, db); err != nil {
		return nil, errors.Join(fmt.Errorf("registry: %s: %w", path, err), db.Close())
	}
	return &Registry{db: db, put: "INSERT INTO programme (day, document) VALUES (?, ?)"}, nil
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
