package node

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestRoomForGarbage(t *testing.T) {
	for _, test := range []struct {
		live uint64
		want int
	}{{0, roomMax}, {1 << 20, roomMax}, {96 << 20, 100}, {480 << 20, 20}, {1 << 40, roomMin}} {
		if got := roomPercent(test.live); got != test.want {
			t.Errorf("%d bytes in use: %d percent, want %d", test.live, got, test.want)
		}
	}
}

// TestTheRoomFollowsWhatIsInUse: it shrinks after a cycle that found much in use,
// and goes back to what it was in the end.
func TestTheRoomFollowsWhatIsInUse(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	t.Setenv("GOGC", "")
	percent := func() int {
		p := debug.SetGCPercent(100)
		debug.SetGCPercent(p)
		return p
	}
	stop := keepHeadroom()
	if got := percent(); got != roomMax {
		t.Errorf("an empty process has %d percent, want %d", got, roomMax)
	}
	bets := make([]byte, 192<<20)
	for deadline := time.Now().Add(20 * time.Second); percent() > 60; runtime.GC() {
		if time.Now().After(deadline) {
			t.Fatalf("with %d bytes in use there are %d percent", len(bets), percent())
		}
	}
	runtime.KeepAlive(bets)
	stop()
	runtime.GC()
	if got := percent(); got != 100 {
		t.Errorf("afterwards there are %d percent, want 100", got)
	}
	t.Setenv("GOGC", "50")
	keepHeadroom()()
	if got := percent(); got != 100 {
		t.Errorf("against the environment's word the room is %d percent", got)
	}
}
