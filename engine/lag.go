package engine

import (
	"sync/atomic"
	"time"
)

// lag is how long goroutines that can run wait for a processor, as those feel it
// whose answers are ready. Under more load than the machine has cores for, work
// piles up there and not in the engine's queue.
type lag struct {
	mean atomic.Int64 // nanoseconds, of about the last eight
	at   atomic.Int64 // when it was felt last, nanoseconds
}

// lagForgotten is how long a lag is believed. When nobody is let in because of
// it, nobody feels whether it is over.
const lagForgotten = 100 * time.Millisecond

// felt notes that an answer that was ready then is being looked at now.
func (l *lag) felt(ready, now time.Time) {
	mean := l.mean.Load()
	if now.UnixNano()-l.at.Load() > int64(lagForgotten) {
		mean = 0
	}
	l.mean.Store(mean + (int64(now.Sub(ready))-mean)/8)
	l.at.Store(now.UnixNano())
}

func (l *lag) now(now time.Time) time.Duration {
	if now.UnixNano()-l.at.Load() > int64(lagForgotten) {
		return 0
	}
	return time.Duration(l.mean.Load())
}

// Lag returns how long work that is ready waits for a processor, on average of
// late. It says nothing, 0, when no request has been answered for a moment.
func (e *Engine) Lag() time.Duration { return e.lag.now(time.Now()) }
