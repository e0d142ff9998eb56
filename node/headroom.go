package node

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// headroom sets after each cycle of the garbage collector how much may be
// allocated until the next one. The runtime's own rule, as much again as is in
// use, suits neither end of the day: an almost empty process collects without
// end, one with millions of bets in memory takes twice what it needs. Bets hold
// no pointers, so a cycle costs little however many there are, and a fixed room
// costs little more.
type headroom struct {
	mu      sync.Mutex // guards what follows
	percent int        // set last
	before  int        // the percentage to go back to
	ended   bool
}

const (
	roomBytes = 96 << 20
	roomMin   = 10  // percent of what is in use: beyond, cycles come too often
	roomMax   = 400 // percent, for an almost empty process
)

// keepHeadroom sets the room until the function it returns is called. A GOGC in
// the environment is the operator's word, and nothing is done.
func keepHeadroom() (stop func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	h := &headroom{percent: roomMax}
	h.before = debug.SetGCPercent(h.percent)
	h.arm()
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.ended = true
		debug.SetGCPercent(h.before)
	}
}

// sentinel is collected in the next cycle. It holds a pointer, so that it is not
// put together with others.
type sentinel struct{ _ *int }

func (h *headroom) arm() { runtime.AddCleanup(new(sentinel), (*headroom).cycle, h) }

func (h *headroom) cycle() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	percent := roomPercent(live[0].Value.Uint64())
	// To set it stops the world for a moment: not for a trifle.
	if percent < h.percent*9/10 || percent > h.percent*11/10 {
		h.percent = percent
		debug.SetGCPercent(percent)
	}
	h.arm()
}

// roomPercent returns the room as a percentage of what is in use.
func roomPercent(live uint64) int {
	return int(min(roomMax, max(roomMin, 100*roomBytes/max(1, live))))
}
