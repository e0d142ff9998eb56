package engine

import (
	"runtime"
	"sync"
	"sync/atomic"

	"opentote/tote"
)

// A pool of millions of bets is counted when its race is official, while sales
// of other races wait for the writer. So all cores scan its columns at once:
// each takes one range of bets after the other, looks at their horses alone,
// and reads the rows only of those of which something may come. Each core sums
// for itself; sums of integers do not depend on who added what, so neither the
// number of cores nor their speed changes any figure.

// rangeRows is how many bets a core takes at a time: a fraction of a
// millisecond of work, whole blocks.
const rangeRows = 16 * blockRows

// onAllCores calls start once on each core, with that core's sum, and what start
// returned with every bet that counts and that the sieve lets through. It returns
// the sums. The bets must not change meanwhile.
func onAllCores[T any](c *columns, s sieve, start func(sum *T) func(*row)) []T {
	workers := min(runtime.GOMAXPROCS(0), int(c.n+rangeRows-1)/rangeRows)
	if workers <= 1 {
		var sum T
		c.scan(s, 0, c.n, start(&sum))
		return []T{sum}
	}
	sums := make([]T, workers)
	bugs := make([]any, workers)
	var next atomic.Uint32 // range
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() {
			defer func() { bugs[i] = recover() }()
			var sum T // apart from the others' cache lines
			look := start(&sum)
			for {
				from := uint64(next.Add(1)-1) * rangeRows
				if from >= uint64(c.n) {
					break
				}
				c.scan(s, uint32(from), min(uint32(from)+rangeRows, c.n), look)
			}
			sums[i] = sum
		})
	}
	wg.Wait()
	for _, bug := range bugs {
		if bug != nil {
			panic(bug) // on the writer's goroutine, which stops the engine
		}
	}
	return sums
}

// scan calls look with the bets from one to another that count and that the sieve
// lets through.
func (c *columns) scan(s sieve, from, to uint32, look func(*row)) {
	for from < to {
		b := &c.blocks[from/blockRows]
		first := from % blockRows
		last := min(first+to-from, blockRows)
		for i, horses := range b.horses[first:last] {
			if !s.passes(horses) {
				continue
			}
			if r := &b.rows[first+uint32(i)]; r.state == Live {
				look(r)
			}
		}
		from += last - first
	}
}

// sieve holds back bets of which nothing comes on a card. The zero sieve lets
// every bet through.
type sieve struct {
	needs []tote.HorseSet // nil: no card, or one that cannot tell
	holds bool
}

func sieveOf(card payable) sieve {
	if s, ok := card.(tote.Sieve); ok {
		return sieve{needs: s.Needs(), holds: true}
	}
	return sieve{}
}

func (s *sieve) passes(horses tote.HorseSet) bool {
	for _, need := range s.needs {
		if need.Without(horses) == 0 {
			return true
		}
	}
	return !s.holds
}
