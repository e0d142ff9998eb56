package engine

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"opentote/event"
	"opentote/internal/assert"
	"opentote/journal/journaltest"
)

// bomb is a command with a bug.
type bomb struct{ emits bool }

func (b *bomb) decide(d *decider) *Rejection {
	if b.emits {
		d.emit(&event.AccountOpened{Account: 1, Key: event.Key{9}})
	}
	assert.Fail("bomb")
	return nil
}

// TestABugStopsTheWriter: what was durable is answered, what was in the batch
// of the bug is not, and none of it is in the journal.
func TestABugStopsTheWriter(t *testing.T) {
	for _, emits := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			j := journaltest.NewMemory()
			gate := make(chan struct{})
			j.BeforeAppend = func(int, event.Row) error { <-gate; return nil }
			e, err := Start(t.Context(), j, Options{})
			if err != nil {
				t.Fatal(err)
			}
			send := func(c Command) <-chan error {
				done := make(chan error, 1)
				go func() { done <- e.Do(context.Background(), c) }()
				synctest.Wait()
				return done
			}
			before := send(&OpenPointOfSale{Key: event.Key{1}})
			decided := send(&OpenPointOfSale{Key: event.Key{2}})
			beside := send(&OpenPointOfSale{Key: event.Key{3}})
			bug := send(&bomb{emits: emits})
			after := send(&OpenPointOfSale{Key: event.Key{4}})
			close(gate)
			if err := errors.Join(<-before, <-decided); err != nil {
				t.Errorf("commands before the bug: %v", err)
			}
			for name, done := range map[string]<-chan error{"beside": beside, "bug": bug, "after": after} {
				if err := <-done; !errors.Is(err, ErrStopped) {
					t.Errorf("command %s: got %v, want %v", name, err, ErrStopped)
				}
			}
			<-e.Stopped()
			if err := e.Close(); err == nil || !strings.Contains(err.Error(), "bomb") {
				t.Errorf("engine stopped with %v, want the bug", err)
			}
			if head, err := j.Head(context.Background()); err != nil || head.Last != 2 {
				t.Errorf("journal ends at event %d, %v, want 2", head.Last, err)
			}
		})
	}
}
