package engine

import (
	"testing"
	"time"
)

func TestLagIsFeltAndForgotten(t *testing.T) {
	var l lag
	now := time.Unix(1_764_000_000, 0)
	if got := l.now(now); got != 0 {
		t.Errorf("before the first answer: %v", got)
	}
	for range 100 {
		now = now.Add(time.Millisecond)
		l.felt(now.Add(-400*time.Millisecond), now)
	}
	if got := l.now(now); got < 390*time.Millisecond || got > 400*time.Millisecond {
		t.Errorf("after a hundred waits of 400 ms: %v", got)
	}
	for range 40 {
		l.felt(now, now)
	}
	if got := l.now(now); got > 10*time.Millisecond {
		t.Errorf("after forty answers without a wait: %v", got)
	}
	l.felt(now.Add(-8*time.Second), now)
	if got := l.now(now.Add(lagForgotten + 1)); got != 0 {
		t.Errorf("nobody has felt anything for a while: %v", got)
	}
	now = now.Add(time.Second)
	l.felt(now, now)
	if got := l.now(now); got != 0 {
		t.Errorf("the first after a while feels nothing: %v", got)
	}
}
