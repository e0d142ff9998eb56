// Package pgschema brings a schema of a PostgreSQL database to the version that
// a program knows, whoever else tries at the same moment.
package pgschema

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
)

// Bring makes the schema name what the files 1.sql, 2.sql, ... in steps make of
// an empty database, one version a file. It changes nothing, and needs no right
// to, when the schema has the last version already. It refuses a schema of a
// later version, and one of that name that Bring has not made.
func Bring(ctx context.Context, conn *pgx.Conn, name string, steps fs.FS) error {
	last, err := count(steps)
	if err != nil {
		return err
	}
	have, err := version(ctx, conn, name, last)
	if err != nil || have == last {
		return err
	}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return advance(ctx, tx, name, steps, last) })
	if err != nil {
		return fmt.Errorf("bring schema %s from version %d to %d: %w", name, have, last, err)
	}
	return nil
}

// Has fails unless the schema is there and of the last version. It changes
// nothing.
func Has(ctx context.Context, conn *pgx.Conn, name string, steps fs.FS) error {
	last, err := count(steps)
	if err != nil {
		return err
	}
	have, err := version(ctx, conn, name, last)
	if err == nil && have < last {
		err = fmt.Errorf("schema %s is missing, or older than this program", name)
	}
	return err
}

// count returns the last version.
func count(steps fs.FS) (int, error) {
	files, err := fs.Glob(steps, "*.sql")
	return len(files), err
}

// querier is a connection or a transaction.
type querier interface {
	QueryRow(ctx context.Context, query string, args ...any) pgx.Row
}

// version returns the version of the schema, 0 when it is not there.
func version(ctx context.Context, q querier, name string, last int) (int, error) {
	var there, ours bool
	// From the catalogues, not by to_regclass: a session that has waited for the
	// lock would be told what it knew before.
	err := q.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1),
		EXISTS (SELECT FROM pg_tables WHERE schemaname = $1 AND tablename = 'version')`, name).Scan(&there, &ours)
	switch {
	case err != nil:
		return 0, fmt.Errorf("look for schema %s: %w", name, err)
	case !there:
		return 0, nil
	case !ours:
		return 0, fmt.Errorf("the database has a schema %s of something else", name)
	}
	var have int
	if err := q.QueryRow(ctx, "SELECT number FROM "+table(name)).Scan(&have); err != nil {
		return 0, fmt.Errorf("version of schema %s: %w", name, err)
	}
	if have < 1 || have > last {
		return 0, fmt.Errorf("schema %s is of version %d: this program knows %d", name, have, last)
	}
	return have, nil
}

func table(name string) string { return pgx.Identifier{name, "version"}.Sanitize() }

// advance runs the steps that are missing, one process at a time.
func advance(ctx context.Context, tx pgx.Tx, name string, steps fs.FS, last int) error {
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended('opentote schema ' || $1, 0))", name); err != nil {
		return err
	}
	have, err := version(ctx, tx, name, last) // another process may have been faster
	if err != nil || have == last {
		return err
	}
	if have == 0 {
		if err := run(ctx, tx, "CREATE SCHEMA "+pgx.Identifier{name}.Sanitize(),
			"CREATE TABLE "+table(name)+" (number integer NOT NULL)", "INSERT INTO "+table(name)+" VALUES (0)"); err != nil {
			return err
		}
	}
	for have < last {
		have++
		file := fmt.Sprintf("%d.sql", have)
		text, err := fs.ReadFile(steps, file)
		if err != nil {
			return err
		}
		if err := run(ctx, tx, string(text)); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	tag, err := tx.Exec(ctx, "UPDATE "+table(name)+" SET number = $1", last)
	if err == nil && tag.RowsAffected() != 1 {
		err = errors.New("the version is not one row")
	}
	return err
}

func run(ctx context.Context, tx pgx.Tx, scripts ...string) error {
	for _, script := range scripts {
		// Without arguments, so that a script may hold several statements.
		if _, err := tx.Conn().PgConn().Exec(ctx, script).ReadAll(); err != nil {
			return err
		}
	}
	return nil
}
