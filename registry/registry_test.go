package registry_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"opentote/internal/pgtest"
	"opentote/registry"
	"opentote/tote"
)

func TestMain(m *testing.M) { pgtest.Exit(m.Run()) }

// store is one of the places a registry may be in.
type store struct {
	name string
	// place makes a new one and returns how to open it.
	place func(t *testing.T) func() (*registry.Registry, error)
}

func stores() []store {
	return []store{
		{"SQLite", func(t *testing.T) func() (*registry.Registry, error) {
			return file(t, "registry.db")
		}},
		{"PostgreSQL", func(t *testing.T) func() (*registry.Registry, error) {
			url := pgtest.Shared(t).Database(t, databaseOf(t))
			return func() (*registry.Registry, error) { return registry.OpenPostgres(t.Context(), url) }
		}},
	}
}

// databaseOf names a database after the test.
func databaseOf(t *testing.T) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, strings.ToLower(t.Name()))
}

// file returns how to open a registry in a new folder.
func file(t *testing.T, name string) func() (*registry.Registry, error) {
	path := filepath.Join(t.TempDir(), name)
	return func() (*registry.Registry, error) { return registry.Open(t.Context(), path) }
}

func open(t *testing.T, opens func() (*registry.Registry, error)) *registry.Registry {
	t.Helper()
	r, err := opens()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// onEach runs a test on every store.
func onEach(t *testing.T, f func(t *testing.T, opens func() (*registry.Registry, error))) {
	for _, s := range stores() {
		t.Run(s.name, func(t *testing.T) { f(t, s.place(t)) })
	}
}

type day struct {
	Day      tote.Day
	Document string
}

func programmes(t *testing.T, r *registry.Registry) (out []day) {
	t.Helper()
	err := r.Programmes(t.Context(), func(d tote.Day, document []byte) error {
		out = append(out, day{d, string(document)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestProgrammesOutliveTheProcess(t *testing.T) {
	onEach(t, func(t *testing.T, opens func() (*registry.Registry, error)) {
		r := open(t, opens)
		if got := programmes(t, r); got != nil {
			t.Errorf("a new registry holds %v", got)
		}
		large := string(bytes.Repeat([]byte{0, 1, 255}, 1<<20))
		for _, p := range []day{{20251124, "old"}, {20251123, large}, {20251124, "new"}, {20251125, ""}} {
			if err := r.PutProgramme(t.Context(), p.Day, []byte(p.Document)); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]day{{20251123, large}, {20251124, "new"}, {20251125, ""}}, programmes(t, open(t, opens))); diff != "" {
			t.Errorf("after reopening (-want +got):\n%.200s", diff)
		}
	})
}

func TestTheReadersErrorEndsTheReading(t *testing.T) {
	onEach(t, func(t *testing.T, opens func() (*registry.Registry, error)) {
		r := open(t, opens)
		for _, d := range []tote.Day{20251123, 20251124} {
			if err := r.PutProgramme(t.Context(), d, []byte("text")); err != nil {
				t.Fatal(err)
			}
		}
		enough, calls := errors.New("enough"), 0
		err := r.Programmes(t.Context(), func(tote.Day, []byte) error {
			calls++
			return enough
		})
		if !errors.Is(err, enough) || calls != 1 {
			t.Errorf("%v after %d calls", err, calls)
		}
	})
}

// TestOpenedTogether: whoever makes the schema, the others use it, and each
// sees what the others put.
func TestOpenedTogether(t *testing.T) {
	onEach(t, func(t *testing.T, opens func() (*registry.Registry, error)) {
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				r, err := opens()
				if err != nil {
					t.Error(err)
					return
				}
				if err := r.PutProgramme(t.Context(), tote.Day(20251101+i), []byte("text")); err != nil {
					t.Error(err)
				}
				if err := r.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := programmes(t, open(t, opens)); len(got) != 6 {
			t.Errorf("programmes: got %v, want 6", got)
		}
	})
}

func TestFailuresSaySo(t *testing.T) {
	onEach(t, func(t *testing.T, opens func() (*registry.Registry, error)) {
		r := open(t, opens)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		put := r.PutProgramme(t.Context(), 20251123, []byte("text"))
		read := r.Programmes(t.Context(), func(tote.Day, []byte) error { return nil })
		for _, err := range []error{put, read} {
			if err == nil || !strings.HasPrefix(err.Error(), "registry: ") {
				t.Errorf("after Close: got %v, want an error of the registry", err)
			}
		}
	})
}

// Names that mean something in a URL are file names like others.
func TestOddFileNames(t *testing.T) {
	for _, name := range []string{"a?b=c.db", "100%.db", "a#b.db", "é à.db"} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			r := open(t, func() (*registry.Registry, error) { return registry.Open(t.Context(), filepath.Join(folder, name)) })
			if err := r.PutProgramme(t.Context(), 20251123, []byte("text")); err != nil {
				t.Fatal(err)
			}
			files, err := os.ReadDir(folder)
			if err != nil || len(files) == 0 {
				t.Fatal(files, err)
			}
			for _, f := range files {
				if !strings.HasPrefix(f.Name(), name) {
					t.Errorf("%q was made beside the registry", f.Name())
				}
			}
		})
	}
}

// TestAfterARestart: a server that was restarted costs a call at most.
func TestAfterARestart(t *testing.T) {
	s := pgtest.Start(t)
	url := s.Database(t, "a")
	r := open(t, func() (*registry.Registry, error) { return registry.OpenPostgres(t.Context(), url) })
	put := func() error { return r.PutProgramme(t.Context(), 20251123, []byte("text")) }
	if err := put(); err != nil {
		t.Fatal(err)
	}
	s.Kill(t)
	if err := put(); err == nil {
		t.Error("a programme is put while there is no server")
	}
	s.Restart(t)
	if err := put(); err != nil {
		t.Error(err)
	}
	if got := programmes(t, r); len(got) != 1 {
		t.Errorf("programmes: %v", got)
	}
}

func TestDatabasesThatAreNoRegistry(t *testing.T) {
	s := pgtest.Shared(t)
	later, other := databaseOf(t)+"_later", databaseOf(t)+"_other"
	s.Database(t, later)
	open(t, func() (*registry.Registry, error) { return registry.OpenPostgres(t.Context(), s.URL(later)) })
	s.Exec(t, later, "UPDATE registry.version SET number = 99")
	s.Database(t, other)
	s.Exec(t, other, "CREATE SCHEMA registry")
	for _, tt := range []struct{ name, url, says string }{
		{"a newer version", s.URL(later), "version 99"},
		{"another's schema", s.URL(other), "something else"},
		{"no database", s.URL("nowhere"), "nowhere"},
		{"no URL", "postgres://%%", "parse"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := registry.OpenPostgres(t.Context(), tt.url)
			if err == nil {
				r.Close()
				t.Fatal("it opens")
			}
			if !strings.Contains(err.Error(), tt.says) || !strings.HasPrefix(err.Error(), "registry: ") {
				t.Errorf("error %q, want one with %q", err, tt.says)
			}
		})
	}
}

func TestNobodyElseReadsTheFiles(t *testing.T) {
	folder := t.TempDir()
	r := open(t, func() (*registry.Registry, error) {
		return registry.Open(t.Context(), filepath.Join(folder, "registry.db"))
	})
	if err := r.PutProgramme(t.Context(), 20251123, []byte("text")); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("%s has mode %o, want 600", f.Name(), got)
		}
	}
}

// database makes an SQLite file by statements.
func database(t *testing.T, statements string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "registry.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFilesThatAreNoRegistry(t *testing.T) {
	text := filepath.Join(t.TempDir(), "registry.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, path, says string }{
		{"text", text, "not a database"},
		{"a newer version", database(t, "PRAGMA user_version = 2"), "version 2"},
		{"another's database", database(t, "CREATE TABLE customers (name)"), "something else"},
		{"a folder", t.TempDir(), "directory"},
		{"no folder", filepath.Join(t.TempDir(), "none", "registry.db"), "no such file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before, _ := os.ReadFile(tt.path)
			r, err := registry.Open(context.Background(), tt.path)
			if err == nil {
				r.Close()
				t.Fatal("it opens")
			}
			if !strings.Contains(err.Error(), tt.says) || !strings.HasPrefix(err.Error(), "registry: ") {
				t.Errorf("error %q, want one with %q", err, tt.says)
			}
			if after, _ := os.ReadFile(tt.path); tt.name == "text" && !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}
