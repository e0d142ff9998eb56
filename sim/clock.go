package sim

import (
	"context"
	"sync"
	"time"
)

// Clock is the time of a simulated operator. The server reads it and the day's
// runner steers it: a scaled clock runs by itself but never past the runner's
// Hold, a manual one moves only when somebody waits. It is safe for concurrent
// use and never goes back.
type Clock struct {
	mu     sync.Mutex
	rate   float64   // simulated seconds a second; 0: manual
	base   time.Time // simulated time at anchor
	anchor time.Time // real time
	hold   time.Time // never passed; zero: none
}

// RealClock returns the wall clock.
func RealClock() *Clock {
	now := time.Now()
	return &Clock{rate: 1, base: now, anchor: now}
}

// ScaledClock returns a clock that shows base and will run rate times faster
// than the wall clock. It is held at base until the runner begins its day, or
// anybody calls Hold.
func ScaledClock(base time.Time, rate float64) *Clock {
	return &Clock{rate: rate, base: base, anchor: time.Now(), hold: base}
}

// ManualClock returns a clock that stands at base until it is moved by Wait or
// Skip.
func ManualClock(base time.Time) *Clock { return &Clock{base: base} }

// Now returns the simulated time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

// now is Now for holders of mu.
func (c *Clock) now() time.Time {
	if c.rate == 0 {
		return c.base
	}
	elapsed := float64(time.Since(c.anchor)) * c.rate
	now := c.base.Add(time.Duration(elapsed))
	if !c.hold.IsZero() && now.After(c.hold) {
		now = c.hold
		if now.Before(c.base) {
			now = c.base
		}
	}
	return now
}

// Rate returns how many simulated seconds pass in a second, 0 for a manual
// clock: it stands still between jumps.
func (c *Clock) Rate() float64 { return c.rate }

// Hold keeps the clock from passing t until the next Hold, so that a slow
// machine delays the day instead of changing it. The zero time lets go. Time
// spent at the limit is not caught up.
func (c *Clock) Hold(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rate != 0 {
		c.base, c.anchor = c.now(), time.Now()
	}
	c.hold = t
}

// Skip moves the clock forward to t at once, over a night for example. It does
// nothing when t is past.
func (c *Clock) Skip(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); t.After(now) {
		c.base, c.anchor = t, time.Now()
	}
}

// Wait returns once the clock shows t or later; a manual clock jumps there. The
// error is the context's.
func (c *Clock) Wait(ctx context.Context, t time.Time) error {
	if c.rate == 0 {
		c.Skip(t)
		return ctx.Err()
	}
	for {
		left := t.Sub(c.Now())
		if left <= 0 {
			return ctx.Err()
		}
		// At least a millisecond: a held clock must not spin.
		if err := pause(ctx, max(time.Millisecond, time.Duration(float64(left)/c.rate))); err != nil {
			return err
		}
	}
}

// pause waits for a real duration.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
