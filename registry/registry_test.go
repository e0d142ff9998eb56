package registry_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"opentote/registry"
	"opentote/tote"
)

func open(t *testing.T, path string) *registry.Registry {
	t.Helper()
	r, err := registry.Open(t.Context(), path)
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
	// Names that mean something in a URL are file names like others.
	for _, name := range []string{"registry.db", "a?b=c.db", "100%.db", "a#b.db", "é à.db"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			r := open(t, path)
			if got := programmes(t, r); got != nil {
				t.Errorf("a new registry holds %v", got)
			}
			large := string(bytes.Repeat([]byte{0, 1, 255}, 1<<20))
			for _, p := range []day{{20251124, "old"}, {20251123, large}, {20251124, "new"}} {
				if err := r.PutProgramme(t.Context(), p.Day, []byte(p.Document)); err != nil {
					t.Fatal(err)
				}
			}
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]day{{20251123, large}, {20251124, "new"}}, programmes(t, open(t, path))); diff != "" {
				t.Errorf("after reopening (-want +got):\n%.200s", diff)
			}
			files, err := os.ReadDir(filepath.Dir(path))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				if !strings.HasPrefix(f.Name(), name) {
					t.Errorf("%q was made beside the registry", f.Name())
				}
			}
		})
	}
}

func TestTheReadersErrorEndsTheReading(t *testing.T) {
	r := open(t, filepath.Join(t.TempDir(), "registry.db"))
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
}

func TestNobodyElseReadsTheFiles(t *testing.T) {
	folder := t.TempDir()
	r := open(t, filepath.Join(folder, "registry.db"))
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
