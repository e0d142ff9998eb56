package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"opentote/event"
	"opentote/journal"
	"opentote/journal/journaltest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, dir string) journal.Journal { return openFile(t, journalIn(dir), Options{}) }

func journalIn(dir string) string { return filepath.Join(dir, "journal.db") }

func openFile(tb testing.TB, path string, opts Options) *Journal {
	tb.Helper()
	j, err := Open(context.Background(), path, opts)
	if err != nil {
		tb.Fatalf("Open: %v", err)
	}
	return j
}

func TestJournal(t *testing.T) { journaltest.Run(t, open) }

func TestJournalKill(t *testing.T) { journaltest.Kill(t, open) }

// TestJournalSmall runs the suite with a checkpoint after almost every append.
func TestJournalSmall(t *testing.T) {
	journaltest.Run(t, func(t *testing.T, dir string) journal.Journal {
		return openFile(t, journalIn(dir), Options{CheckpointBytes: 1, WALBytes: 1, ReadersMax: 1})
	})
}

// appendRows appends n rows of one event and the size given.
func appendRows(tb testing.TB, j journal.Journal, n, size int) {
	tb.Helper()
	head, err := j.Lead(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	payload := make([]byte, size)
	for range n {
		row := event.Row{First: head.Last + 1, Count: 1, Epoch: head.Epoch, Payload: payload}
		row.Seal(head.Hash)
		if err := j.Append(tb.Context(), row); err != nil {
			tb.Fatal(err)
		}
		head.Last, head.Hash = row.Last(), row.Hash
	}
}

// raw runs statements on the file at path as somebody else would.
func raw(t *testing.T, path string, stmts ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, stmt := range stmts {
		if _, err := db.Exec(stmt); err != nil {
			t.Fatalf("%s: %v", stmt, err)
		}
	}
}

func TestCorruption(t *testing.T) {
	tests := []struct {
		name string
		stmt string
		want event.Seq
	}{
		{"payload", "UPDATE rows SET payload = CAST(zeroblob(99) || x'01' AS BLOB) WHERE first = 4", 4},
		{"payload shorter", "UPDATE rows SET payload = zeroblob(99) WHERE first = 4", 4},
		{"hash", "UPDATE rows SET hash = zeroblob(32) WHERE first = 4", 4},
		{"prev", "UPDATE rows SET prev = zeroblob(32) WHERE first = 4", 4},
		{"epoch", "UPDATE rows SET epoch = 9 WHERE first = 4", 4},
		{"negative epoch", "UPDATE rows SET epoch = -1 WHERE first = 4", 4},
		{"count", "UPDATE rows SET count = 2 WHERE first = 4", 4},
		{"large count", "UPDATE rows SET count = 4294967297 WHERE first = 4", 4},
		{"first", "UPDATE rows SET first = 44 WHERE first = 10; UPDATE head SET last = 44", 44},
		{"row missing", "DELETE FROM rows WHERE first = 4", 5},
		{"first row missing", "DELETE FROM rows WHERE first = 1", 2},
		{"last row missing", "DELETE FROM rows WHERE first = 10", 10},
		{"all rows missing", "DELETE FROM rows", 1},
		{"rows swapped", "UPDATE rows SET first = 99 WHERE first = 4; UPDATE rows SET first = 4 WHERE first = 5; UPDATE rows SET first = 5 WHERE first = 99", 4},
		{"head's hash", "UPDATE head SET hash = zeroblob(32)", 10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := journalIn(t.TempDir())
			j := openFile(t, path, Options{})
			defer j.Close()
			appendRows(t, j, 10, 100)
			raw(t, path, tt.stmt)
			seen := event.Seq(0)
			err := j.Read(t.Context(), 1, func(row event.Row) error {
				seen = row.Last()
				return nil
			})
			var bad *journal.CorruptError
			if !errors.As(err, &bad) || bad.First != tt.want {
				t.Errorf("Read: got %v, want a CorruptError at event %d", err, tt.want)
			}
			if seen >= tt.want && tt.name != "head's hash" {
				t.Errorf("Read handed out event %d before the corrupt row at %d", seen, tt.want)
			}
		})
	}
}

// TestCorruptByte changes one byte of the closed file, as a disk would.
func TestCorruptByte(t *testing.T) {
	path := journalIn(t.TempDir())
	j := openFile(t, path, Options{})
	head, err := j.Lead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		row := event.Row{First: head.Last + 1, Count: 1, Epoch: head.Epoch, Payload: fmt.Appendf(nil, "payload %d", i)}
		row.Seal(head.Hash)
		if err := j.Append(t.Context(), row); err != nil {
			t.Fatal(err)
		}
		head.Last, head.Hash = row.Last(), row.Hash
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file = bytes.Replace(file, []byte("payload 6"), []byte("paylobd 6"), 1)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	j = openFile(t, path, Options{})
	defer j.Close()
	var bad *journal.CorruptError
	if err := j.Read(t.Context(), 1, func(event.Row) error { return nil }); !errors.As(err, &bad) || bad.First != 7 {
		t.Errorf("Read: got %v, want a CorruptError at event 7", err)
	}
}

// TestOpenDamagedSchema: a schema the statements do not fit is an error, which
// leaves nothing open, for each connection.
func TestOpenDamagedSchema(t *testing.T) {
	path := journalIn(t.TempDir())
	if err := openFile(t, path, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Replace(content, []byte("payload BLOB"), []byte("pazload BLOB"), 1)
	if bytes.Equal(damaged, content) {
		t.Fatal("the file does not hold its schema as text")
	}
	if err := os.WriteFile(path, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	opts := Options{}.withDefaults()
	if w, err := openWriter(t.Context(), path, opts); err == nil || w != nil {
		t.Errorf("openWriter: %v, %v; want an error alone", w, err)
	}
	if r, err := openReaders(t.Context(), path, opts); err == nil || r != nil {
		t.Errorf("openReaders: %v, %v; want an error alone", r, err)
	}
	if _, err := Open(t.Context(), path, Options{}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("Open: %v; want an error that names the file", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, damaged) {
		t.Errorf("the file was changed, %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	tests := []struct {
		name string
		make func(t *testing.T, path string)
		want string
	}{
		{"text file", func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("not a database\n", 999)), 0o644); err != nil {
				t.Fatal(err)
			}
		}, "not a journal"},
		{"empty file", func(t *testing.T, path string) {
			if err := os.WriteFile(path, nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}, "not a journal: an empty file"},
		{"folder", func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}, "not a journal: not a regular file"},
		{"other database", func(t *testing.T, path string) { raw(t, path, "CREATE TABLE a (b)") }, "application id"},
		{"other database in WAL mode", func(t *testing.T, path string) {
			raw(t, path, "PRAGMA journal_mode=WAL", "CREATE TABLE a (b)")
		}, "application id"},
		{"later format", func(t *testing.T, path string) {
			j := openFile(t, path, Options{})
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			raw(t, path, "PRAGMA user_version=2")
		}, "journal of format 2"},
		{"no folder", func(t *testing.T, path string) {
			if err := os.Remove(filepath.Dir(path)); err != nil {
				t.Fatal(err)
			}
		}, "no such file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "sub", "file")
			if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			tt.make(t, path)
			before, _ := os.ReadFile(path)
			j, err := Open(t.Context(), path, Options{})
			if err == nil {
				j.Close()
				t.Fatal("Open: got nil, want an error")
			}
			if got := err.Error(); !strings.Contains(got, tt.want) || strings.Contains(got, "\n") || !strings.Contains(got, path) {
				t.Errorf("Open: got %q, want one line with %q and the path", got, tt.want)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("Open changed the file")
			}
		})
	}
}

func TestOpenOddNames(t *testing.T) {
	for _, name := range []string{"a b", "50%", "x?mode=memory", "a#b", "é"} {
		path := filepath.Join(t.TempDir(), name)
		j := openFile(t, path, Options{})
		appendRows(t, j, 1, 1)
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

func TestFilesArePrivate(t *testing.T) {
	dir := t.TempDir()
	j := openFile(t, journalIn(dir), Options{})
	defer j.Close()
	appendRows(t, j, 2, 100)
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(files), "[- journal.db - journal.db-shm - journal.db-wal]"; got != want {
		t.Errorf("files: got %s, want %s", got, want)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := info.Mode().Perm(), os.FileMode(0o600); got != want {
			t.Errorf("mode of %s: got %o, want %o", f.Name(), got, want)
		}
	}
}

// TestReadersCannotWrite holds the promise that a Reader changes nothing.
func TestReadersCannotWrite(t *testing.T) {
	j := openFile(t, journalIn(t.TempDir()), Options{})
	defer j.Close()
	if _, err := j.r.db.Exec("DELETE FROM rows"); err == nil {
		t.Error("a reading connection could write")
	}
}

// TestPoison breaks an append inside its transaction and wants no more writes,
// nothing half written, and all well after reopening.
func TestPoison(t *testing.T) {
	path := journalIn(t.TempDir())
	j := openFile(t, path, Options{})
	defer j.Close()
	appendRows(t, j, 3, 100)
	raw(t, path, "CREATE TRIGGER fault BEFORE INSERT ON rows BEGIN SELECT raise(FAIL, 'no space'); END")
	head, err := j.Lead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	row := event.Row{First: 4, Count: 1, Epoch: head.Epoch}
	row.Seal(head.Hash)
	if err := j.Append(t.Context(), row); err == nil || !strings.Contains(err.Error(), "no space") {
		t.Fatalf("Append: got %v, want no space", err)
	}
	raw(t, path, "DROP TRIGGER fault")
	if err := j.Append(t.Context(), row); err == nil || !strings.Contains(err.Error(), "no space") {
		t.Errorf("Append after an error: got %v, want the first error", err)
	}
	if _, err := j.Lead(t.Context()); err == nil {
		t.Error("Lead after an error: got nil")
	}
	if got, err := j.Head(t.Context()); err != nil || got != head {
		t.Errorf("Head: got %+v, %v, want %+v", got, err, head)
	}
	again := openFile(t, path, Options{})
	defer again.Close()
	appendRows(t, again, 1, 100)
}

// TestWALIsBounded appends without rest, with readers, and wants the WAL to
// start again: appended 64 times the limit, it must not pass a few of it.
func TestWALIsBounded(t *testing.T) {
	path := journalIn(t.TempDir())
	const limit = 1 << 20
	j := openFile(t, path, Options{CheckpointBytes: limit, WALBytes: 2 * limit})
	defer j.Close()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		last := event.Seq(0)
		for {
			if err := j.Wait(ctx, last); err != nil {
				done <- err
				return
			}
			if err := j.Read(ctx, last+1, func(row event.Row) error { last = row.Last(); return nil }); err != nil {
				done <- err
				return
			}
		}
	}()
	appendRows(t, j, 1024, 64<<10)
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	info, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("WAL of %d KiB after %d KiB", info.Size()>>10, 64<<10)
	if got, want := info.Size(), int64(16*limit); got > want {
		t.Errorf("size of the WAL: got %d, want at most %d", got, want)
	}
}

func TestCloseEmptiesTheWAL(t *testing.T) {
	path := journalIn(t.TempDir())
	j := openFile(t, path, Options{})
	other := openFile(t, path, Options{})
	defer other.Close()
	appendRows(t, j, 10, 1000)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() != 0 {
		t.Errorf("WAL after the leader's Close: got %v, %v, want an empty file", info, err)
	}
	if head, err := other.Head(t.Context()); err != nil || head.Last != 10 {
		t.Errorf("Head: got %+v, %v, want event 10", head, err)
	}
}

// TestAppendAllocates keeps the garbage of an append small: most of it is
// database/sql's.
func TestAppendAllocates(t *testing.T) {
	j := openFile(t, journalIn(t.TempDir()), Options{})
	defer j.Close()
	head, err := j.Lead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	row := event.Row{First: 1, Count: 1, Epoch: head.Epoch, Payload: make([]byte, 6400)}
	got := testing.AllocsPerRun(50, func() {
		row.Seal(head.Hash)
		if err := j.Append(t.Context(), row); err != nil {
			t.Fatal(err)
		}
		head.Last, head.Hash = row.Last(), row.Hash
		row.First = head.Last + 1
	})
	t.Logf("%.0f allocations an append", got)
	if want := 100.0; got > want {
		t.Errorf("allocations an append: got %.0f, want at most %.0f", got, want)
	}
}
