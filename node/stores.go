package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"opentote/journal"
	"opentote/journal/postgres"
	"opentote/journal/sqlite"
	"opentote/registry"
)

// openStores opens journal and registry. The secret is made before there is a
// journal to lose it for.
func (n *Node) openStores(ctx context.Context, opts Options) error {
	if opts.Journal != "" {
		return n.openPostgres(ctx, opts)
	}
	path := n.dir.path("journal.db")
	if !missing(n.dir.path(elsewhere)) {
		return notHere(opts.Data)
	}
	if err := n.dir.takeSecret(!missing(path)); err != nil {
		return err
	}
	j, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	n.journal = j
	n.registry, err = registry.Open(ctx, n.dir.path("registry.db"))
	return err
}

// elsewhere is the file that says that a data directory's journal is not in it,
// so that nobody starts an empty one there by leaving out an option.
const elsewhere = "journal.postgres"

func notHere(data string) error {
	return fmt.Errorf("node: the journal of %s is in PostgreSQL: say where with --journal", data)
}

func (n *Node) openPostgres(ctx context.Context, opts Options) error {
	if !missing(n.dir.path("journal.db")) {
		return fmt.Errorf("node: %s holds a journal of its own, journal.db: it is not one for PostgreSQL", opts.Data)
	}
	j, err := postgres.Open(ctx, opts.Journal, postgres.Options{AcceptUnsafe: opts.AcceptUnsafe})
	if err != nil {
		return err
	}
	n.journal = j
	head, err := j.Head(ctx)
	if err != nil {
		return err
	}
	if err := n.dir.takeSecret(head.Epoch > 0); err != nil {
		return err
	}
	if err := os.WriteFile(n.dir.path(elsewhere), nil, 0o600); err != nil {
		return fmt.Errorf("node: %w", err)
	}
	n.registry, err = registry.OpenPostgres(ctx, opts.Journal)
	return err
}

// Migrate makes the schemas of journal and registry in a PostgreSQL database
// what this program needs. The role of the URL will own them.
func Migrate(ctx context.Context, url string) error {
	j, err := postgres.Open(ctx, url, postgres.Options{})
	if err != nil {
		return err
	}
	r, err := registry.OpenPostgres(ctx, url)
	if err != nil {
		return errors.Join(err, j.Close())
	}
	return errors.Join(r.Close(), j.Close())
}

// OpenJournal opens the journal for a tool that reads it. In a data directory,
// which must exist, it makes sure that no node runs until the journal is
// closed. One in PostgreSQL, which url names when it is not empty, may be in
// use.
func OpenJournal(ctx context.Context, data, url string) (journal.Reader, func() error, error) {
	if url != "" {
		j, err := postgres.Open(ctx, url, postgres.Options{MustExist: true})
		if err != nil {
			return nil, nil, err
		}
		return j, j.Close, nil
	}
	switch {
	case !missing(filepath.Join(data, elsewhere)):
		return nil, nil, notHere(data)
	case missing(JournalPath(data)):
		return nil, nil, fmt.Errorf("node: %s is not a data directory: it has no journal", data)
	}
	lock, err := lockFile(filepath.Join(data, "lock"))
	if err != nil {
		return nil, nil, err
	}
	j, err := sqlite.Open(ctx, JournalPath(data), sqlite.Options{})
	if err != nil {
		return nil, nil, errors.Join(err, lock.Close())
	}
	return j, func() error { return errors.Join(j.Close(), lock.Close()) }, nil
}

// JournalPath returns where the journal of a data directory is, if it is there.
func JournalPath(data string) string { return filepath.Join(data, "journal.db") }

// HasJournal reports whether a data directory has a journal, in it or elsewhere.
func HasJournal(data string) bool {
	return !missing(JournalPath(data)) || !missing(filepath.Join(data, elsewhere))
}
