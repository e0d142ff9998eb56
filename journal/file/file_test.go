package file

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
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

var small = Options{SegmentBytes: 1} // the least there is

func open(t *testing.T, dir string) journal.Journal {
	t.Helper()
	j, err := Open(context.Background(), filepath.Join(dir, "journal"), small)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func openOn(t *testing.T, d *disk) *Journal {
	t.Helper()
	j, err := OpenFS(context.Background(), d, small)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestJournal(t *testing.T) { journaltest.Run(t, open) }

func TestJournalKill(t *testing.T) { journaltest.Kill(t, open) }

func TestJournalInMemory(t *testing.T) {
	disks := map[string]*disk{}
	journaltest.Run(t, func(t *testing.T, dir string) journal.Journal {
		if disks[dir] == nil {
			disks[dir] = newDisk()
		}
		return openOn(t, disks[dir])
	})
}

// run opens the journal on d, leads, and appends n rows until the disk fails.
// It adds what was acknowledged to acked and returns the row in doubt, if one
// is.
func run(d *disk, n int, rnd *rand.Rand, acked *[]event.Row) (*event.Row, error) {
	j, err := OpenFS(context.Background(), d, small)
	if err != nil {
		return nil, err
	}
	defer j.Close()
	head, err := j.Lead(context.Background())
	if err != nil {
		return nil, err
	}
	for range n {
		payload := make([]byte, rnd.IntN(3000))
		if rnd.IntN(8) == 0 {
			payload = make([]byte, rnd.IntN(event.PayloadMax))
		}
		for i := range payload {
			payload[i] = byte(rnd.Uint32())
		}
		row := event.Row{First: head.Last + 1, Count: 1 + rnd.Uint32N(9), Epoch: head.Epoch, Payload: payload}
		row.Seal(head.Hash)
		if err := j.Append(context.Background(), row); err != nil {
			if again := j.Append(context.Background(), row); again == nil {
				return &row, errors.New("append after a failed one: got nil")
			}
			return &row, err
		}
		*acked = append(*acked, row)
		head.Last, head.Hash = row.Last(), row.Hash
	}
	return nil, nil
}

// check opens the journal on d and wants all of acked, and at most doubt
// beside. It returns what it found.
func check(t *testing.T, d *disk, acked []event.Row, doubt *event.Row) []event.Row {
	t.Helper()
	j, err := OpenFS(t.Context(), d, small)
	if err != nil {
		t.Fatalf("open after %d rows: %v", len(acked), err)
	}
	defer j.Close()
	var rows []event.Row
	if err := j.Read(t.Context(), 1, func(row event.Row) error { rows = append(rows, row); return nil }); err != nil {
		t.Fatalf("read: %v", err)
	}
	if len(rows) == len(acked)+1 && doubt != nil && rows[len(acked)].Hash == doubt.Hash {
		return rows
	}
	if len(rows) != len(acked) || len(rows) > 0 && rows[len(rows)-1].Hash != acked[len(acked)-1].Hash {
		t.Fatalf("found %d rows, %d were acknowledged", len(rows), len(acked))
	}
	return rows
}

// TestCrash cuts the power at random moments, several times in the life of a
// journal.
func TestCrash(t *testing.T) {
	seeds := 60
	if testing.Short() {
		seeds = 15
	}
	for seed := range uint64(seeds) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		d := newDisk()
		var acked []event.Row
		for life := range 5 {
			d.failAt, d.how = d.ops+1+rnd.IntN(90), fault(rnd.IntN(3))
			doubt, err := run(d, 40, rnd, &acked)
			if err != nil && !errors.Is(err, errDisk) {
				t.Fatalf("seed %d, life %d: %v", seed, life, err)
			}
			d = d.crash(rnd)
			acked = check(t, d, acked, doubt)
			d = d.crash(rnd) // what check repaired is durable, too
			acked = check(t, d, acked, nil)
			if t.Failed() {
				t.Fatalf("seed %d, life %d", seed, life)
			}
		}
	}
}

// TestEveryFault fails each change of the disk in turn, in each way, without a
// crash of the disk, and opens the journal again.
func TestEveryFault(t *testing.T) {
	for _, how := range []fault{faultBefore, faultAfter, faultTorn} {
		for at := 1; ; at++ {
			d := newDisk()
			d.failAt, d.how = at, how
			var acked []event.Row
			doubt, err := run(d, 12, rand.New(rand.NewPCG(1, 1)), &acked)
			if err != nil && !errors.Is(err, errDisk) {
				t.Fatalf("change %d: %v", at, err)
			}
			none := d.ops < at
			d.failAt = 0
			acked = check(t, d, acked, doubt)
			if _, err := run(d, 2, rand.New(rand.NewPCG(2, 2)), &acked); err != nil {
				t.Fatalf("change %d: append after the fault: %v", at, err)
			}
			check(t, d, acked, nil)
			if none {
				break
			}
		}
	}
}

// TestSeenIsDurable: a writer died between write and sync. Whoever sees its
// row, the next leader or a reader that was there, must not lose it to a power
// cut later.
func TestSeenIsDurable(t *testing.T) {
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		d := newOn(t, 3, 5000, false)
		reader := openOn(t, d)
		defer reader.Close()
		writer := openOn(t, d)
		defer writer.Close()
		head, err := writer.Lead(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		row := event.Row{First: 4, Count: 1, Epoch: head.Epoch, Payload: []byte(strings.Repeat("x", 5000))}
		row.Seal(head.Hash)
		d.failAt = d.ops + 2 // the write passes, the sync does not
		if err := writer.Append(t.Context(), row); !errors.Is(err, errDisk) {
			t.Fatalf("Append: got %v, want %v", err, errDisk)
		}
		d.failAt = 0
		if seed%2 == 0 {
			next := openOn(t, d)
			defer next.Close()
			reader = next
		}
		if head, err := reader.Head(t.Context()); err != nil || head.Last != 4 {
			t.Fatalf("Head: got %+v, %v, want event 4", head, err)
		}
		after := openOn(t, d.crash(rnd))
		defer after.Close()
		if head, err := after.Head(t.Context()); err != nil || head.Last != 4 {
			t.Errorf("Head after the power cut: got %+v, %v, want event 4", head, err)
		}
	}
}

// newOn returns a closed or abandoned journal of n rows of size bytes.
func newOn(t *testing.T, n, size int, closed bool) *disk {
	t.Helper()
	d := newDisk()
	j := openOn(t, d)
	head, err := j.Lead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		row := event.Row{First: head.Last + 1, Count: 1, Epoch: head.Epoch, Payload: []byte(strings.Repeat(string(rune('a'+i)), size))}
		row.Seal(head.Hash)
		if err := j.Append(t.Context(), row); err != nil {
			t.Fatal(err)
		}
		head.Last, head.Hash = row.Last(), row.Hash
	}
	if closed {
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	} else {
		t.Cleanup(func() { j.Close() })
	}
	return d
}

// TestCorruption changes bytes of a journal of 10 rows, each in a frame of
// 104+600 bytes. Row n starts at offset 32+704(n-1).
func TestCorruption(t *testing.T) {
	at := func(row, off int) int { return segmentHeader + 704*(row-1) + off }
	flip := func(off int) func([]byte) { return func(b []byte) { b[off] ^= 0x40 } }
	zero := func(from, to int) func([]byte) { return func(b []byte) { clear(b[from:to]) } }
	tests := []struct {
		name   string
		closed bool // by Close, else the last frame may be a torn one
		edit   func([]byte)
		want   event.Seq // first event of the CorruptError; 0 when there is none
		rows   int       // that are left then
	}{
		{"magic", true, flip(at(4, 0)), 4, 0},
		{"header checksum", true, flip(at(4, 5)), 4, 0},
		{"length", true, flip(at(4, 14)), 4, 0},
		{"count", true, flip(at(4, 19)), 4, 0},
		{"first", true, flip(at(4, 30)), 4, 0},
		{"epoch", true, flip(at(4, 39)), 4, 0},
		{"prev", true, flip(at(4, 40)), 4, 0},
		{"hash", true, flip(at(4, 103)), 4, 0},
		{"payload", true, flip(at(4, 300)), 4, 0},
		{"first row", true, flip(at(1, 300)), 1, 0},
		{"frame zeroed", true, zero(at(4, 0), at(5, 0)), 4, 0},
		{"frame zeroed, not closed", false, zero(at(4, 0), at(5, 0)), 4, 0},
		{"sector zeroed", false, zero(512*4, 512*5), 3, 0},
		{"last frame zeroed after Close", true, zero(at(10, 0), at(11, 0)), 10, 0},
		{"last frame torn after Close", true, zero(at(10, 300), at(11, 0)), 10, 0},
		{"last frame, payload", false, flip(at(10, 300)), 10, 0},
		{"last frame, length", false, flip(at(10, 15)), 10, 0},
		{"last frame, hash", false, flip(at(10, 80)), 10, 0},
		{"something after the last frame", true, flip(at(11, 300)), 0, 10},
		{"something far after the last frame", true, flip(at(11, 400<<10)), 11, 0},
		{"last frame not written", false, zero(at(10, 0), at(11, 0)), 0, 9},
		{"last frame torn", false, zero(512*13, at(11, 0)), 0, 9},
		{"last frame without its start", false, zero(at(10, 0), 512*13), 0, 9},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newOn(t, 10, 600, tt.closed)
			tt.edit(d.names[segmentName(1)].data)
			before := string(d.names[segmentName(1)].data)
			j, err := OpenFS(t.Context(), d, small)
			var rows []event.Row
			if err == nil {
				defer j.Close()
				err = j.Read(t.Context(), 1, func(row event.Row) error { rows = append(rows, row); return nil })
			}
			var bad *journal.CorruptError
			if errors.As(err, &bad) != (tt.want > 0) || bad != nil && bad.First != tt.want || bad == nil && err != nil {
				t.Fatalf("got %v, want a CorruptError at event %d", err, tt.want)
			}
			if tt.want > 0 && string(d.names[segmentName(1)].data) != before {
				t.Error("a corrupt journal was changed")
			}
			if tt.want == 0 && len(rows) != tt.rows {
				t.Errorf("rows: got %d, want %d", len(rows), tt.rows)
			}
		})
	}
}

// TestCorruptOldSegment: what Open does not scan is for Read to find.
func TestCorruptOldSegment(t *testing.T) {
	d := newOn(t, 20, 100_000, true)
	if names, _ := d.Names(); len(names) < 4 {
		t.Fatalf("files: got %q, want several segments", names)
	}
	d.names[segmentName(1)].data[segmentHeader+frameSize(100_000)*2+5000]++
	j := openOn(t, d)
	defer j.Close()
	var bad *journal.CorruptError
	if err := j.Read(t.Context(), 1, func(event.Row) error { return nil }); !errors.As(err, &bad) || bad.First != 3 {
		t.Errorf("Read: got %v, want a CorruptError at event 3", err)
	}
	if err := j.Read(t.Context(), 15, func(event.Row) error { return nil }); err != nil {
		t.Errorf("Read of what is good: %v", err)
	}
}

func TestCorruptFiles(t *testing.T) {
	tests := []struct {
		name string
		edit func(d *disk)
		want string
	}{
		{"head gone", func(d *disk) { delete(d.names, headName) }, "head file is missing"},
		{"head changed", func(d *disk) { d.names[headName].data[15]++ }, "head: checksum differs"},
		{"head empty", func(d *disk) { d.names[headName].data = nil }, "head is another file"},
		{"segments gone", func(d *disk) {
			for i := range uint64(9) {
				delete(d.names, segmentName(i))
			}
		}, "there are no segments"},
		{"first segment gone", func(d *disk) { delete(d.names, segmentName(1)) }, "0000000001.seg is missing"},
		{"last segment gone", func(d *disk) { delete(d.names, segmentName(4)) }, "missing, the head file records event 20"},
		{"segment cut", func(d *disk) { n := d.names[segmentName(2)]; n.data = n.data[:1000] }, "0000000002.seg has 1000 bytes"},
		{"segments swapped", func(d *disk) {
			a, b := segmentName(1), segmentName(2)
			d.names[a], d.names[b] = d.names[b], d.names[a]
		}, "0000000001.seg is not the journal's segment 1"},
		{"other file", func(d *disk) { d.names["photo.jpg"] = &inode{} }, `not a journal: the folder holds "photo.jpg"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newOn(t, 20, 100_000, true)
			tt.edit(d)
			j, err := OpenFS(t.Context(), d, small)
			if err == nil {
				j.Close()
				t.Fatal("Open: got nil, want an error")
			}
			if got := err.Error(); !strings.Contains(got, tt.want) {
				t.Errorf("Open: got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.tex"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		dir:                                  "not a journal",
		filepath.Join(dir, "thesis.tex"):     "not a folder",
		filepath.Join(dir, "none", "deeper"): "no such file",
	} {
		_, err := Open(t.Context(), path, small)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("Open %s: got %v, want %s", path, err, want)
		}
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("a folder that is not a journal was changed: %v", files)
	}
}

func TestFilesArePrivate(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	defer j.Close()
	if _, err := j.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(filepath.Join(dir, "journal"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(files), "[- 0000000001.seg - head - lock]"; got != want {
		t.Errorf("files: got %s, want %s", got, want)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode of %s: got %v, %v, want 0600", f.Name(), info.Mode(), err)
		}
	}
}

func TestExport(t *testing.T) {
	source := journaltest.NewMemory()
	head := journal.Head{}
	var want []event.Row
	for range 3 { // three leaders
		head, _ = source.Lead(t.Context())
		for range 15 {
			row := event.Row{First: head.Last + 1, Count: 2, Epoch: head.Epoch, Payload: make([]byte, 50_000)}
			row.Seal(head.Hash)
			if err := source.Append(t.Context(), row); err != nil {
				t.Fatal(err)
			}
			head.Last, head.Hash = row.Last(), row.Hash
			want = append(want, row)
		}
	}
	dir := filepath.Join(t.TempDir(), "export")
	calls := 0
	if err := Export(t.Context(), dir, source, func(event.Row) { calls++ }); err != nil {
		t.Fatal(err)
	}
	j, err := Open(t.Context(), dir, small)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if got, err := j.Head(t.Context()); err != nil || got != head {
		t.Errorf("Head of the export: got %+v, %v, want %+v", got, err, head)
	}
	n := 0
	err = j.Read(t.Context(), 1, func(row event.Row) error {
		if row.Hash != want[n].Hash {
			t.Errorf("row %d differs", row.First)
		}
		n++
		return nil
	})
	if err != nil || n != len(want) || calls != n {
		t.Errorf("Read of the export: got %d rows, %d calls, %v, want %d", n, calls, err, len(want))
	}
	if err := Export(t.Context(), dir, source, nil); err == nil {
		t.Error("Export over a journal: got nil, want an error")
	}
}

func TestAppendAllocates(t *testing.T) {
	j := open(t, t.TempDir())
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
	if want := 20.0; got > want {
		t.Errorf("allocations an append: got %.0f, want at most %.0f", got, want)
	}
}

func BenchmarkAppend(b *testing.B) {
	journaltest.Bench(b, func(b *testing.B, dir string) journal.Journal {
		j, err := Open(b.Context(), dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		return j
	})
}
