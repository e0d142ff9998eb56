package tail

import (
	"context"
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"opentote/event"
)

func TestWait(t *testing.T) {
	broken := errors.New("store is gone")
	tests := []struct {
		name  string
		store event.Seq // what poll finds
		err   error     // what poll returns
		act   func(*Tail, context.CancelFunc)
		want  error
	}{
		{"already in the store", 6, nil, func(*Tail, context.CancelFunc) {}, nil},
		{"appended by this handle", 5, nil, func(tl *Tail, _ context.CancelFunc) { tl.Advance(6) }, nil},
		{"cancelled", 5, nil, func(_ *Tail, cancel context.CancelFunc) { cancel() }, context.Canceled},
		{"closed", 5, nil, func(tl *Tail, _ context.CancelFunc) { tl.Close(); tl.Close() }, os.ErrClosed},
		{"poll fails", 0, broken, func(*Tail, context.CancelFunc) {}, broken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				tl := New()
				got := make(chan error, 1)
				go func() {
					got <- tl.Wait(ctx, 5, func(context.Context) (event.Seq, error) { return tt.store, tt.err })
				}()
				synctest.Wait()
				tt.act(tl, cancel)
				if got := <-got; !errors.Is(got, tt.want) {
					t.Errorf("Wait: got %v, want %v", got, tt.want)
				}
			})
		})
	}
}

// TestPollIsShared counts the looks at the store while many wait, in fake
// time.
func TestPollIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const waiters, ticks = 20, 10
		tl := New()
		var polls atomic.Int64
		var store atomic.Uint64
		var wg sync.WaitGroup
		for range waiters {
			wg.Go(func() {
				if err := tl.Wait(t.Context(), 0, func(context.Context) (event.Seq, error) {
					if polls.Add(1) >= waiters+ticks {
						store.Store(1)
					}
					return event.Seq(store.Load()), nil
				}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got, want := polls.Load(), int64(waiters+ticks); got > want+1 {
			t.Errorf("looks at the store: got %d, want at most %d", got, want+1)
		}
	})
}
