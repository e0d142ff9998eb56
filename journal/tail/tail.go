// Package tail lets the readers of a journal wait until its end moves: at once
// when the same handle appends, and by a look at the store now and then when
// somebody else may.
package tail

import (
	"context"
	"os"
	"sync"
	"time"

	"opentote/event"
)

// PollInterval is how often Wait looks at the store, however many wait.
const PollInterval = 50 * time.Millisecond

// Tail is the end of a journal as one handle knows it. Its methods are safe
// for concurrent use.
type Tail struct {
	mu     sync.Mutex
	last   event.Seq     // guarded by mu; never goes back
	moved  chan struct{} // guarded by mu; closed and replaced when last rises, nil while nobody waits
	polled time.Time     // guarded by mu; start of the last look at the store

	once sync.Once
	done chan struct{} // closed by Close
}

// New returns a Tail at event 0.
func New() *Tail { return &Tail{done: make(chan struct{})} }

// Advance says that the journal holds events up to last and wakes who waits
// for them. A last that is not news does nothing.
func (t *Tail) Advance(last event.Seq) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if last <= t.last {
		return
	}
	t.last = last
	if t.moved != nil {
		close(t.moved)
		t.moved = nil
	}
}

// Close ends every Wait, present and future, with os.ErrClosed. It is
// idempotent.
func (t *Tail) Close() { t.once.Do(func() { close(t.done) }) }

// Wait returns nil once the journal holds an event numbered after last. It
// calls poll, which returns the last event in the store, at the start and then
// every PollInterval while it waits, and returns poll's error if it has one.
func (t *Tail) Wait(ctx context.Context, last event.Seq, poll func(context.Context) (event.Seq, error)) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for first := true; ; first = false {
		moved, ok := t.watch(last)
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.done:
			return os.ErrClosed
		case <-moved:
			continue
		case <-timer.C:
		}
		if first || t.pollDue() {
			seen, err := poll(ctx)
			if err != nil {
				return err
			}
			t.Advance(seen)
		}
		timer.Reset(PollInterval)
	}
}

// watch returns a channel that is closed when the end moves, or true when it
// is already past last.
func (t *Tail) watch(last event.Seq) (<-chan struct{}, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last > last {
		return nil, true
	}
	if t.moved == nil {
		t.moved = make(chan struct{})
	}
	return t.moved, false
}

// pollDue reports whether nobody looked at the store for most of a
// PollInterval, and notes that the caller now does.
func (t *Tail) pollDue() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if now.Sub(t.polled) < PollInterval*9/10 {
		return false
	}
	t.polled = now
	return true
}
