package registry

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"opentote/internal/pgschema"
)

//go:embed postgres/*.sql
var steps embed.FS

// OpenPostgres opens the registry in a PostgreSQL database, in the schema
// registry, which it makes when it is missing and its role may. The URL is as
// for journal/postgres. After the loss of a connection the call under way fails;
// the next connects again.
func OpenPostgres(ctx context.Context, url string) (*Registry, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	if err := bring(ctx, config); err != nil {
		return nil, fmt.Errorf("registry: %s:%d/%s: %w", config.Host, config.Port, config.Database, err)
	}
	config.RuntimeParams["search_path"] = "registry"
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(connsMax)
	return &Registry{db: db, put: "INSERT INTO programme (day, document) VALUES ($1, $2)"}, nil
}

func bring(ctx context.Context, config *pgx.ConnConfig) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	files, err := fs.Sub(steps, "postgres")
	if err == nil {
		err = pgschema.Bring(ctx, conn, "registry", files)
	}
	return errors.Join(err, conn.Close(ctx))
}
