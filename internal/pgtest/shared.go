package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// sharedEnv tells the children of a test process where its shared server is.
const sharedEnv = "OPENTOTE_PGTEST_SERVER"

var shared struct {
	sync.Mutex
	server *Server
	err    error
}

// Shared returns the server that the tests of a package have in common, each
// with databases of its own; it starts with the first who asks. A package that
// uses it ends its TestMain with Exit. Nobody stops or kills it but Exit.
func Shared(tb testing.TB) *Server {
	tb.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil && shared.err == nil {
		shared.server, shared.err = join()
	}
	switch {
	case errors.Is(shared.err, errNotInstalled):
		tb.Skip(shared.err)
	case shared.err != nil:
		tb.Fatal(shared.err)
	}
	return shared.server
}

// join returns the parent's server, or starts one.
func join() (*Server, error) {
	s := new(Server)
	if text := os.Getenv(sharedEnv); text != "" {
		_, err := fmt.Sscanf(text, "%d %s", &s.port, &s.password)
		return s, err
	}
	s, err := begin([]string{"max_connections=200"})
	if err != nil {
		if s != nil {
			s.remove(false, func(string, ...any) {})
		}
		return nil, err
	}
	return s, os.Setenv(sharedEnv, fmt.Sprintf("%d %s", s.port, s.password))
}

// Exit stops the shared server, if there is one, and ends the process.
func Exit(status int) {
	shared.Lock()
	defer shared.Unlock()
	if s := shared.server; s != nil && s.cmd != nil {
		s.remove(status != 0, func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) })
	}
	os.Exit(status)
}

// Database makes an empty database when there is none of that name, and
// returns its URL.
func (s *Server) Database(tb testing.TB, name string, params ...string) string {
	tb.Helper()
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		tb.Fatalf("database %q: letters, digits and _ only", name)
	}
	var found bool
	s.use(tb, "postgres", func(ctx context.Context, conn *pgx.Conn) error {
		err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&found)
		if err != nil || found {
			return err
		}
		_, err = conn.Exec(ctx, "CREATE DATABASE "+name)
		var refused *pgconn.PgError
		if errors.As(err, &refused) && (refused.Code == "42P04" || refused.Code == "23505") {
			return nil // another process was faster
		}
		return err
	})
	return s.URL(name, params...)
}

// Exec runs statements in a database as the superuser, each by itself.
func (s *Server) Exec(tb testing.TB, database string, statements ...string) {
	tb.Helper()
	s.use(tb, database, func(ctx context.Context, conn *pgx.Conn) error {
		for _, statement := range statements {
			if _, err := conn.Exec(ctx, statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		return nil
	})
}

// Query returns the one text that a query gives.
func (s *Server) Query(tb testing.TB, database, query string, args ...any) (answer string) {
	tb.Helper()
	s.use(tb, database, func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, query, args...).Scan(&answer)
	})
	return answer
}

// Await returns once a query gives "true". It is for what nobody announces.
func (s *Server) Await(tb testing.TB, database, query string) {
	tb.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(startMax); s.Query(tb, database, "SELECT ("+query+")::text") != "true"; <-tick.C {
		if time.Now().After(deadline) {
			tb.Fatalf("it does not come true: %s", query)
		}
	}
}

// use calls f with a connection of its own.
func (s *Server) use(tb testing.TB, database string, f func(context.Context, *pgx.Conn) error) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startMax)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL(database))
	if err != nil {
		tb.Fatal(err)
	}
	if err := errors.Join(f(ctx, conn), conn.Close(ctx)); err != nil {
		tb.Fatal(err)
	}
}
