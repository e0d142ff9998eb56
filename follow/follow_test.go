package follow_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"opentote/event"
	"opentote/follow"
	"opentote/journal"
	"opentote/journal/journaltest"
)

// book is a handler that writes down what it is told.
type book struct {
	lines []string
	fail  func(event.Seq) error // may be nil
}

func (b *book) Begin() { b.lines = append(b.lines, "begin") }

func (b *book) Apply(seq event.Seq, at event.Millis, ev event.Event) error {
	if b.fail != nil {
		if err := b.fail(seq); err != nil {
			return err
		}
	}
	b.lines = append(b.lines, fmt.Sprintf("%d at %d: account %d", seq, at, ev.(*event.AccountOpened).Account))
	return nil
}

func (b *book) End(last event.Seq) { b.lines = append(b.lines, fmt.Sprint("end ", last)) }

// writer appends rows of accounts opened to a journal.
type writer struct {
	*testing.T
	*journaltest.Memory
	head    journal.Head
	account event.AccountID
}

func newWriter(t *testing.T) *writer {
	w := &writer{T: t, Memory: journaltest.NewMemory()}
	var err error
	if w.head, err = w.Lead(context.Background()); err != nil {
		t.Fatal(err)
	}
	return w
}

// row appends a row of n events that says it holds says.
func (w *writer) row(at event.Millis, n, says int) {
	w.Helper()
	var enc event.Encoder
	enc.Reset(at)
	for range n {
		w.account++
		enc.Append(&event.AccountOpened{Account: w.account, Key: event.Key{byte(w.account)}})
	}
	row := event.Row{First: w.head.Last + 1, Count: uint32(says), Epoch: w.head.Epoch, Payload: enc.Payload()}
	row.Seal(w.head.Hash)
	if err := w.Append(context.Background(), row); err != nil {
		w.Fatal(err)
	}
	w.head.Last, w.head.Hash = row.Last(), row.Hash
}

func TestCatchUpFromAnyPosition(t *testing.T) {
	w := newWriter(t)
	w.row(10, 2, 2)
	w.row(20, 3, 3)
	for from, want := range [][]string{
		{"begin", "1 at 10: account 1", "2 at 10: account 2", "end 2", "begin", "3 at 20: account 3", "4 at 20: account 4", "5 at 20: account 5", "end 5"},
		{"begin", "2 at 10: account 2", "end 2", "begin", "3 at 20: account 3", "4 at 20: account 4", "5 at 20: account 5", "end 5"},
		{"begin", "3 at 20: account 3", "4 at 20: account 4", "5 at 20: account 5", "end 5"},
		{"begin", "4 at 20: account 4", "5 at 20: account 5", "end 5"},
		{"begin", "5 at 20: account 5", "end 5"},
		nil,
	} {
		var b book
		last, err := follow.CatchUp(t.Context(), w, event.Seq(from), &b)
		if err != nil || last != 5 {
			t.Errorf("from %d: came to %d, %v", from, last, err)
		}
		if diff := cmp.Diff(want, b.lines); diff != "" {
			t.Errorf("from %d (-want +got):\n%s", from, diff)
		}
	}
}

func TestAHandlerThatFails(t *testing.T) {
	errBad := errors.New("does not fit")
	for _, tt := range []struct {
		name string
		fail func(event.Seq) error
		says string
	}{
		{"with an error", func(s event.Seq) error {
			if s == 4 {
				return errBad
			}
			return nil
		}, "does not fit"},
		{"with a panic", func(s event.Seq) error {
			if s == 4 {
				panic("index out of range")
			}
			return nil
		}, "index out of range"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWriter(t)
			w.row(10, 2, 2)
			w.row(20, 3, 3)
			w.row(30, 1, 1)
			b := &book{fail: tt.fail}
			last, err := follow.CatchUp(t.Context(), w, 0, b)
			var broken *follow.HandlerError
			if !errors.As(err, &broken) || broken.First != 3 || broken.Last != 5 || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("error %v, want one of the handler in events 3 to 5", err)
			}
			if last != 2 {
				t.Errorf("came to %d, want 2: the row of event 4 is not applied whole", last)
			}
			want := []string{"begin", "1 at 10: account 1", "2 at 10: account 2", "end 2", "begin", "3 at 20: account 3", "end 2"}
			if diff := cmp.Diff(want, b.lines); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestARowThatHoldsLessThanItSays(t *testing.T) {
	w := newWriter(t)
	w.row(10, 2, 3)
	if last, err := follow.CatchUp(t.Context(), w, 0, &book{}); err == nil || last != 0 {
		t.Errorf("came to %d, %v; want an error", last, err)
	}
}

func TestRunWaitsForMoreUntilItIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWriter(t)
		w.row(10, 1, 1)
		ctx, cancel := context.WithCancel(t.Context())
		var b book
		over := make(chan error, 1)
		go func() { over <- follow.Run(ctx, w, 0, &b) }()
		synctest.Wait()
		w.row(20, 1, 1)
		synctest.Wait()
		want := []string{"begin", "1 at 10: account 1", "end 1", "begin", "2 at 20: account 2", "end 2"}
		if diff := cmp.Diff(want, b.lines); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		cancel()
		if err := <-over; !errors.Is(err, context.Canceled) {
			t.Errorf("Run ends with %v, want the context's error", err)
		}
	})
}
