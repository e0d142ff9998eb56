package journaltest

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"opentote/event"
	"opentote/journal"
)

func testGap(t *testing.T, open Open) {
	w, _ := start(t, open)
	w.fill(t, 3)
	tests := []struct {
		name string
		edit func(*event.Row)
	}{
		{"skips an event", func(r *event.Row) { r.First++ }},
		{"repeats an event", func(r *event.Row) { r.First-- }},
		{"starts again", func(r *event.Row) { r.First, r.Prev = 1, event.Hash{} }},
		{"other previous row", func(r *event.Row) { r.Prev[31]++ }},
		{"no previous row", func(r *event.Row) { r.Prev = event.Hash{} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			row := w.next(2, []byte("gap"))
			tt.edit(&row)
			row.Seal(row.Prev)
			if err := w.j.Append(t.Context(), row); !errors.Is(err, journal.ErrGap) {
				t.Errorf("Append: got %v, want ErrGap", err)
			}
			same(t, w.j, w.head, w.rows)
		})
	}
	w.append(t, 1, []byte("a gap is not the end"))
}

// testInvalid appends what no journal may hold, and then wants no more
// appends, for the writer does not know what it does.
func testInvalid(t *testing.T, open Open) {
	tests := []struct {
		name string
		edit func(*event.Row)
	}{
		{"no event", func(r *event.Row) { r.Count = 0; r.Seal(r.Prev) }},
		{"too many events", func(r *event.Row) { r.First = 1<<63 - 3; r.Seal(r.Prev) }},
		{"payload too large", func(r *event.Row) { r.Payload = make([]byte, event.PayloadMax+1); r.Seal(r.Prev) }},
		{"hash of another row", func(r *event.Row) { r.Payload = []byte("other") }},
		{"no hash", func(r *event.Row) { r.Hash = event.Hash{} }},
		{"epoch of the future", func(r *event.Row) { r.Epoch++; r.Seal(r.Prev) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, dir := start(t, open)
			w.fill(t, 3)
			good := w.next(9, []byte("good"))
			bad := good
			tt.edit(&bad)
			err := w.j.Append(t.Context(), bad)
			if err == nil || errors.Is(err, journal.ErrFenced) {
				t.Fatalf("Append: got %v, want an error that is not ErrFenced", err)
			}
			if !errors.Is(err, journal.ErrGap) {
				if err := w.j.Append(t.Context(), good); err == nil {
					t.Error("Append after an error: got nil, want an error")
				}
			}
			same(t, w.j, w.head, w.rows)
			w2 := lead(t, openIn(t, open, dir))
			w2.append(t, 1, []byte("recovered"))
			same(t, w2.j, w2.head, append(w.rows, w2.rows...))
		})
	}
}

func testLimits(t *testing.T, open Open) {
	w, dir := start(t, open)
	noise := make([]byte, event.PayloadMax)
	src := rand.NewChaCha8([32]byte{7})
	src.Read(noise)
	w.append(t, 1, nil)
	w.append(t, 1, []byte{})
	w.append(t, 1, []byte{0})
	w.append(t, 4096, noise)
	w.append(t, 1, make([]byte, event.PayloadMax)) // zeros, as in a block never written
	w.append(t, 1<<32-1, bytes.Repeat([]byte{0xff}, event.PayloadMax-1))
	for range 8 { // enough to fill small segments and caches
		w.append(t, 600, noise)
	}
	same(t, w.j, w.head, w.rows)
	same(t, openIn(t, open, dir), w.head, w.rows)
}

func testFence(t *testing.T, open Open) {
	a, dir := start(t, open)
	a.fill(t, 4)
	jb := openIn(t, open, dir)
	b := lead(t, jb)
	if want := (journal.Head{Last: a.head.Last, Hash: a.head.Hash, Epoch: a.head.Epoch + 1}); b.head != want {
		t.Fatalf("Lead of the second: got %+v, want %+v", b.head, want)
	}
	refused := func(when string) {
		t.Helper()
		if err := a.j.Append(t.Context(), a.next(1, []byte("late"))); !errors.Is(err, journal.ErrFenced) {
			t.Errorf("Append of the first %s: got %v, want ErrFenced", when, err)
		}
	}
	refused("before the second appends")
	same(t, jb, b.head, a.rows)
	b.fill(t, 3)
	refused("after the second appended")
	refused("once more")
	all := append(a.rows, b.rows...)
	same(t, jb, b.head, all)
	same(t, a.j, b.head, all) // a fenced writer reads what the leader wrote
	if err := jb.Close(); err != nil {
		t.Fatal(err)
	}
	refused("after the second closed")

	c := openIn(t, open, dir)
	same(t, c, b.head, all)
	refused("after reopening")

	old := b.next(1, []byte("an earlier leader of the same handle"))
	again := lead(t, a.j) // who was fenced may lead again
	if got, want := again.head.Epoch, b.head.Epoch+1; got != want {
		t.Errorf("Lead after ErrFenced: got epoch %d, want %d", got, want)
	}
	if err := a.j.Append(t.Context(), old); !errors.Is(err, journal.ErrFenced) {
		t.Errorf("Append of an earlier epoch through the leader's handle: got %v, want ErrFenced", err)
	}
	again.fill(t, 2)
	same(t, c, again.head, append(all, again.rows...))
}

// testFenceGap: a fenced writer whose row does not follow the head either is
// told that it is fenced, because that is why.
func testFenceGap(t *testing.T, open Open) {
	a, dir := start(t, open)
	a.fill(t, 4)
	b := lead(t, openIn(t, open, dir))
	b.fill(t, 1)
	row := a.next(1, []byte("late"))
	row.First += 5
	row.Seal(row.Prev)
	if err := a.j.Append(t.Context(), row); !errors.Is(err, journal.ErrFenced) {
		t.Errorf("Append: got %v, want ErrFenced", err)
	}
}

// testNotLeading appends through handles that never called Lead.
func testNotLeading(t *testing.T, open Open) {
	w, dir := start(t, open)
	w.fill(t, 2)
	j := openIn(t, open, dir)
	if err := j.Append(t.Context(), w.next(1, []byte("whose?"))); !errors.Is(err, journal.ErrFenced) {
		t.Errorf("Append beside the leader with its epoch: got %v, want ErrFenced", err)
	}
	same(t, j, w.head, w.rows)

	nobody := writer{j: openIn(t, open, t.TempDir())}
	if err := nobody.j.Append(t.Context(), nobody.next(1, nil)); err == nil {
		t.Error("Append to a journal that nobody leads: got nil, want an error")
	}
	same(t, nobody.j, journal.Head{}, nil)
}

func testEpoch(t *testing.T, open Open) {
	dir := t.TempDir()
	for want := event.Epoch(1); want <= 6; want++ {
		j := open(t, dir)
		head, err := j.Head(t.Context())
		if err != nil || head.Epoch != want-1 {
			t.Fatalf("Head: got epoch %d, %v, want %d", head.Epoch, err, want-1)
		}
		w := lead(t, j)
		if w.head.Epoch != want {
			t.Fatalf("Lead: got epoch %d, want %d", w.head.Epoch, want)
		}
		if want%2 == 0 { // an epoch without rows counts too
			w.fill(t, 1)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func testCancelledAppend(t *testing.T, open Open) {
	w, dir := start(t, open)
	w.fill(t, 2)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.j.Append(ctx, w.next(1, []byte("cancelled"))); !errors.Is(err, context.Canceled) {
		t.Errorf("Append with a cancelled context: got %v", err)
	}
	same(t, openIn(t, open, dir), w.head, w.rows)
}
