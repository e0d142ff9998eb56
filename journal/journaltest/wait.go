package journaltest

import (
	"context"
	"errors"
	"os"
	"testing"
)

func testWait(t *testing.T, open Open) {
	w, _ := start(t, open)
	const waiters, rows = 4, 20
	for range rows {
		last := w.head.Last
		done := make(chan error, waiters)
		for range waiters {
			go func() { done <- w.j.Wait(t.Context(), last) }()
		}
		w.append(t, 2, []byte("wake up"))
		for range waiters {
			if err := <-done; err != nil {
				t.Fatalf("Wait for an event after %d: %v", last, err)
			}
		}
		if err := w.j.Wait(t.Context(), last+1); err != nil { // the row's second event
			t.Fatalf("Wait for an event after %d: %v", last+1, err)
		}
	}
}

func testWaitOtherHandle(t *testing.T, open Open) {
	w, dir := start(t, open)
	other := openIn(t, open, dir)
	for range 3 {
		last := w.head.Last
		done := make(chan error, 1)
		go func() { done <- other.Wait(t.Context(), last) }()
		row := w.append(t, 1, []byte("wake up"))
		if err := <-done; err != nil {
			t.Fatalf("Wait: %v", err)
		}
		if head, err := other.Head(t.Context()); err != nil || head.Last != row.Last() {
			t.Fatalf("Head after Wait: got %+v, %v, want event %d", head, err, row.Last())
		}
	}
}

func testWaitCancel(t *testing.T, open Open) {
	w, _ := start(t, open)
	w.fill(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.j.Wait(ctx, w.head.Last) }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Wait: got %v, want context.Canceled", err)
	}
}

func testWaitClose(t *testing.T, open Open) {
	w, _ := start(t, open)
	w.fill(t, 1)
	done := make(chan error, 1)
	go func() { done <- w.j.Wait(context.Background(), w.head.Last) }()
	if err := w.j.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, os.ErrClosed) {
		t.Errorf("Wait on a journal that closes: got %v, want os.ErrClosed", err)
	}
}
