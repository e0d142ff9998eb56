package sim

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestManualClockJumps(t *testing.T) {
	t.Parallel()
	c := ManualClock(firstStart)
	later := firstStart.Add(time.Hour)
	if err := c.Wait(t.Context(), later); err != nil || !c.Now().Equal(later) {
		t.Errorf("after Wait the clock shows %s, %v", c.Now(), err)
	}
	c.Skip(firstStart)
	if !c.Now().Equal(later) {
		t.Error("the clock went back")
	}
}

func TestScaledClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := ScaledClock(firstStart, 60)
		pauseFor(t, time.Second)
		if !c.Now().Equal(firstStart) {
			t.Errorf("before anybody lets it go the clock shows %s", c.Now())
		}
		c.Hold(time.Time{})
		began := time.Now()
		if err := c.Wait(t.Context(), firstStart.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < time.Minute || took > time.Minute+10*time.Millisecond {
			t.Errorf("an hour at 60x took %s", took)
		}
		// Held, it stands; let go, it goes on from there without catching up.
		limit := c.Now().Add(time.Minute)
		c.Hold(limit)
		pauseFor(t, time.Hour)
		if !c.Now().Equal(limit) {
			t.Errorf("held clock shows %s, want %s", c.Now(), limit)
		}
		c.Hold(time.Time{})
		pauseFor(t, time.Second)
		if got := c.Now().Sub(limit); got != time.Minute {
			t.Errorf("a second after the hold %s have passed", got)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := c.Wait(ctx, limit.Add(24*time.Hour)); err == nil {
			t.Error("Wait ignores its context")
		}
	})
}

// pauseFor lets the bubble's time pass.
func pauseFor(t *testing.T, d time.Duration) {
	t.Helper()
	if err := pause(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}
