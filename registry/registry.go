// Package registry stores what is not money and not in the journal. So far:
// the texts of programmes, one document a day. It keeps them in an SQLite file
// or in a PostgreSQL database.
package registry

import (
	"context"
	"database/sql"
	"fmt"

	"opentote/tote"
)

// connsMax bounds the connections to a store.
const connsMax = 4

// Registry is a store. Its methods are safe for concurrent use.
type Registry struct {
	db  *sql.DB
	put string // inserts a programme, in the store's dialect
}

// Close closes the store.
func (r *Registry) Close() error { return r.db.Close() }

// PutProgramme stores the programme of a day, in place of the one before.
func (r *Registry) PutProgramme(ctx context.Context, day tote.Day, document []byte) error {
	_, err := r.db.ExecContext(ctx,
		r.put+" ON CONFLICT (day) DO UPDATE SET document = excluded.document", day, document)
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
