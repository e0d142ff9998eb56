// Package journaltest holds what every journal must pass, Run and Kill, and
// Memory, a journal for the tests of what stands on one.
package journaltest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"opentote/event"
	"opentote/journal"
)

// Open opens the journal that lives in or at dir, creating it when there is
// none. It may be called again while another handle on the same dir is open.
// It fails the test when the journal cannot be opened; it need not close it.
type Open = func(t *testing.T, dir string) journal.Journal

// Run checks that the journals returned by open keep the contract of package
// journal. What the contract leaves to the store, the detection of bytes that
// changed on disk, is for the store's own tests, and so is the crash of a
// process: see Kill.
func Run(t *testing.T, open Open) {
	tests := []struct {
		name string
		run  func(*testing.T, Open)
	}{
		{"Empty", testEmpty},
		{"RoundTrip", testRoundTrip},
		{"ReadFrom", testReadFrom},
		{"ReadStops", testReadStops},
		{"ReadWhileAppending", testReadWhileAppending},
		{"AppendWhileReading", testAppendWhileReading},
		{"Gap", testGap},
		{"Invalid", testInvalid},
		{"Limits", testLimits},
		{"Fence", testFence},
		{"FenceGap", testFenceGap},
		{"NotLeading", testNotLeading},
		{"Epoch", testEpoch},
		{"Wait", testWait},
		{"WaitOtherHandle", testWaitOtherHandle},
		{"WaitCancel", testWaitCancel},
		{"WaitClose", testWaitClose},
		{"CancelledAppend", testCancelledAppend},
		{"Close", testClose},
		{"Abandon", testAbandon},
		{"Reopen", testReopen},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, open) })
	}
}

// writer appends to j what follows head.
type writer struct {
	j    journal.Journal
	head journal.Head
	rows []event.Row // appended by this writer
}

// start opens a journal in a new folder and leads it.
func start(t *testing.T, open Open) (*writer, string) {
	t.Helper()
	dir := t.TempDir()
	return lead(t, openIn(t, open, dir)), dir
}

// openIn opens the journal in dir and closes it when the test ends.
func openIn(t *testing.T, open Open, dir string) journal.Journal {
	t.Helper()
	j := open(t, dir)
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return j
}

func lead(t *testing.T, j journal.Journal) *writer {
	t.Helper()
	head, err := j.Lead(t.Context())
	if err != nil {
		t.Fatalf("Lead: %v", err)
	}
	return &writer{j: j, head: head}
}

// next returns the row that follows, sealed.
func (w *writer) next(count uint32, payload []byte) event.Row {
	row := event.Row{First: w.head.Last + 1, Count: count, Epoch: w.head.Epoch, Payload: payload}
	row.Seal(w.head.Hash)
	return row
}

// append appends a row of count events, which must succeed.
func (w *writer) append(t *testing.T, count uint32, payload []byte) event.Row {
	t.Helper()
	row := w.next(count, payload)
	if err := w.j.Append(t.Context(), row); err != nil {
		t.Fatalf("Append row %d: %v", row.First, err)
	}
	w.head.Last, w.head.Hash = row.Last(), row.Hash
	w.rows = append(w.rows, row)
	return row
}

// fill appends n rows of 1, 2, ... 5, 1, 2, ... events.
func (w *writer) fill(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		w.append(t, uint32(1+i%5), payload(w.head.Last+1))
	}
}

// payload returns bytes that only the row starting at first has.
func payload(first event.Seq) []byte {
	return bytes.Repeat([]byte{byte(first), byte(first >> 8), 0xa5}, 1+int(first*37%900))
}

// read returns the rows from from on.
func read(t *testing.T, j journal.Reader, from event.Seq) []event.Row {
	t.Helper()
	var rows []event.Row
	err := j.Read(t.Context(), from, func(row event.Row) error {
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		t.Fatalf("Read from %d: %v", from, err)
	}
	return rows
}

// same fails the test when the rows or the head of j are not those wanted.
func same(t *testing.T, j journal.Reader, head journal.Head, rows []event.Row) {
	t.Helper()
	got, err := j.Head(t.Context())
	if err != nil {
		t.Fatalf("Head: %v", err)
	}
	if got != head {
		t.Errorf("Head: got %+v, want %+v", got, head)
	}
	diffRows(t, read(t, j, 1), rows)
}

func diffRows(t *testing.T, got, want []event.Row) {
	t.Helper()
	empty := cmp.Transformer("payload", func(b []byte) string { return string(b) }) // nil is empty
	if diff := cmp.Diff(want, got, empty); diff != "" && len(got)+len(want) > 0 {
		t.Errorf("rows (-want +got):\n%.2000s", diff)
	}
}

func testEmpty(t *testing.T, open Open) {
	j := openIn(t, open, t.TempDir())
	same(t, j, journal.Head{}, nil)
	head, err := j.Lead(t.Context())
	if want := (journal.Head{Epoch: 1}); err != nil || head != want {
		t.Errorf("Lead: got %+v, %v, want %+v", head, err, want)
	}
	same(t, j, journal.Head{Epoch: 1}, nil)
	if rows := read(t, j, 12); len(rows) > 0 {
		t.Errorf("Read from 12 of an empty journal: got %d rows", len(rows))
	}
}

func testRoundTrip(t *testing.T, open Open) {
	w, dir := start(t, open)
	for range 40 {
		w.append(t, 3, payload(w.head.Last+1))
		if got, err := w.j.Head(t.Context()); err != nil || got != w.head {
			t.Fatalf("Head after Append: got %+v, %v, want %+v", got, err, w.head)
		}
	}
	same(t, w.j, w.head, w.rows)
	same(t, openIn(t, open, dir), w.head, w.rows)
}

func testReadFrom(t *testing.T, open Open) {
	w, _ := start(t, open)
	w.fill(t, 30)
	for from := event.Seq(0); from <= w.head.Last+2; from++ {
		var want []event.Row
		for _, row := range w.rows {
			if row.Last() >= from {
				want = append(want, row)
			}
		}
		got := read(t, w.j, from)
		diffRows(t, got, want)
		if t.Failed() {
			t.Fatalf("Read from %d", from)
		}
	}
}

func testReadStops(t *testing.T, open Open) {
	w, _ := start(t, open)
	w.fill(t, 10)
	enough := errors.New("enough")
	n := 0
	err := w.j.Read(t.Context(), 1, func(event.Row) error {
		if n++; n == 4 {
			return enough
		}
		return nil
	})
	if n != 4 || err != enough {
		t.Errorf("Read with f failing at row 4: got %d calls and %v, want 4 and f's own error", n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = w.j.Read(ctx, 1, func(event.Row) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Read with a cancelled context: got %v", err)
	}
}

func testReadWhileAppending(t *testing.T, open Open) {
	w, dir := start(t, open)
	const rows = 200
	readers := []journal.Reader{w.j, openIn(t, open, dir)}
	done := make(chan error, len(readers))
	for _, r := range readers {
		go func() { done <- follow(t.Context(), r, rows) }()
	}
	for range rows {
		w.append(t, 1, payload(w.head.Last+1))
	}
	for range readers {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// follow reads r as it grows until it has seen n events of one row each.
func follow(ctx context.Context, r journal.Reader, n event.Seq) error {
	last := event.Seq(0)
	for last < n {
		if err := r.Wait(ctx, last); err != nil {
			return err
		}
		before := last
		err := r.Read(ctx, last+1, func(row event.Row) error {
			if row.First != last+1 || !bytes.Equal(row.Payload, payload(row.First)) {
				return &journal.CorruptError{First: row.First, What: "read while appending"}
			}
			last = row.Last()
			return nil
		})
		if err != nil {
			return err
		}
		if last == before {
			return errors.New("Wait returned but Read found nothing new")
		}
	}
	return nil
}

// testAppendWhileReading appends from inside Read, which a Read that holds a
// lock on the writer would not survive, and wants the rows of the call only.
func testAppendWhileReading(t *testing.T, open Open) {
	w, _ := start(t, open)
	w.fill(t, 20)
	calls := 0
	err := w.j.Read(t.Context(), 1, func(event.Row) error {
		calls++
		w.append(t, 1, []byte("meanwhile"))
		return nil
	})
	if err != nil || calls != 20 {
		t.Errorf("Read: got %d rows and %v, want the 20 of the call", calls, err)
	}
	same(t, w.j, w.head, w.rows)
}

func testClose(t *testing.T, open Open) {
	w, _ := start(t, open)
	w.fill(t, 3)
	for range 3 {
		if err := w.j.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
	}
	ctx := t.Context()
	_, headErr := w.j.Head(ctx)
	_, leadErr := w.j.Lead(ctx)
	got := map[string]error{
		"Head":   headErr,
		"Lead":   leadErr,
		"Append": w.j.Append(ctx, w.next(1, nil)),
		"Read":   w.j.Read(ctx, 1, func(event.Row) error { return nil }),
		"Wait":   w.j.Wait(ctx, w.head.Last),
	}
	for method, err := range got {
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s after Close: got %v, want os.ErrClosed", method, err)
		}
	}
}

// testAbandon opens a journal whose writer stopped without a word.
func testAbandon(t *testing.T, open Open) {
	w, dir := start(t, open)
	w.fill(t, 12)
	same(t, openIn(t, open, dir), w.head, w.rows)
}

func testReopen(t *testing.T, open Open) {
	dir := t.TempDir()
	var rows []event.Row
	for round := range 5 {
		j := open(t, dir)
		w := lead(t, j)
		w.fill(t, 7)
		rows = append(rows, w.rows...)
		same(t, j, w.head, rows)
		if err := j.Close(); err != nil {
			t.Fatalf("Close of round %d: %v", round, err)
		}
	}
}
