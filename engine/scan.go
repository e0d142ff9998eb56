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
// and reads the rows only of those of which something may come. Each range has a
// sum of its own, and sums stand in the order of the ranges, so neither the number
// of cores nor their speed changes any figure.

// rangeRows is how many bets a core takes at a time: a fraction of a
// millisecond of work, whole blocks.
const rangeRows = 32 * blockRows

// onAllCores calls start with the sum of each range of bets, and what start
// returned with every bet of the range that counts and that the sieve lets
// through. It returns the sums in order. The bets must not change meanwhile.
func onAllCores[T any](c *columns, s sieve, start func(sum *T) func(uint32, *row)) []T {
	sums := make([]T, (uint64(c.n)+rangeRows-1)/rangeRows)
	workers := min(runtime.GOMAXPROCS(0), len(sums))
	bugs := make([]any, workers)
	var next atomic.Int64 // range
	work := func(worker int) {
		defer func() { bugs[worker] = recover() }()
		for {
			i := int(next.Add(1) - 1)
			if i >= len(sums) {
				return
			}
			var sum T // apart from the cache lines of other cores' sums
			from := uint32(i) * rangeRows
			c.scan(s, from, min(c.n-from, rangeRows), start(&sum))
			sums[i] = sum
		}
	}
	var wg sync.WaitGroup
	for i := 1; i < workers; i++ {
		wg.Go(func() { work(i) })
	}
	if workers > 0 {
		work(0)
	}
	wg.Wait()
	for _, bug := range bugs {
		if bug != nil {
			panic(bug) // on the writer's goroutine, which stops the engine
		}
	}
	return sums
}

// scan calls look with the n bets from one on that count and that the sieve lets
// through.
func (c *columns) scan(s sieve, from, n uint32, look func(uint32, *row)) {
	for to := from + n; from < to; {
		b := &c.blocks[from/blockRows]
		first := from % blockRows
		last := min(first+to-from, blockRows)
		for i, horses := range b.horses[first:last] {
			if !s.passes(horses) {
				continue
			}
			if r := &b.rows[first+uint32(i)]; r.state == Live {
				look(from+uint32(i), r)
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
