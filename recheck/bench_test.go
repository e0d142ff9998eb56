package recheck_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"opentote/event"
	"opentote/recheck"
	"opentote/tote"
)

// horsesBy draws n of the first 16 horses, those with low numbers more often.
func horsesBy(rng *rand.Rand, n int) []tote.Horse {
	var out []tote.Horse
	for taken := tote.HorseSet(0); len(out) < n; {
		h := tote.Horse(1 + min(int(rng.ExpFloat64()*5), 15))
		if !taken.Has(h) {
			taken = taken.With(h)
			out = append(out, h)
		}
	}
	return out
}

// quinteBet draws a bet of the Quinté Plus: two thirds are single combinations,
// one in twenty takes six or seven horses, or four bases, in all orders.
func quinteBet(rng *rand.Rand) tote.Pattern {
	switch u := rng.IntN(100); {
	case u < 66:
		return tote.UnitPattern(horsesBy(rng, 5)...)
	case u < 80:
		return tote.CombinedPattern(horsesBy(rng, 6+rng.IntN(2))...)
	case u < 84:
		return tote.CombinedPattern(horsesBy(rng, 6)...).InAllOrders()
	case u < 85:
		return tote.CombinedPattern(horsesBy(rng, 7)...).InAllOrders()
	case u < 95:
		h := horsesBy(rng, 8)
		return tote.BasePattern(h[:4], h[4:]).At(1, 2, 3, 4)
	default:
		return tote.FullFieldPattern(horsesBy(rng, 4), tote.Numbered(16)).At(1, 2, 3, 4)
	}
}

// BenchmarkQuinte computes a Quinté Plus of a million bets, some 58 million units,
// with the more horses out the more to tell apart. It tells what following costs a
// bet, and what the race takes in memory.
func BenchmarkQuinte(b *testing.B) {
	const bets = 1_000_000
	rng := rand.New(rand.NewPCG(1, 2))
	f := recheck.New()
	apply := func(ev event.Event) {
		if err := f.Apply(1, 1, ev); err != nil {
			b.Fatal(err)
		}
	}
	empty := heap()
	f.Begin()
	apply(&event.RaceDeclared{Race: raceOne, Declared: tote.Numbered(16), Pools: []event.PoolDeclared{
		{Pool: 1, Bet: "E_QUINTE_PLUS", Rulebook: "fr-online-2020"}, {Pool: 2, Bet: "E_QUARTE_PLUS", Rulebook: "fr-online-2020"},
	}})
	start := time.Now()
	for i := range uint32(bets) {
		apply(&event.BetPlaced{Bet: event.BetIn(1, i), Account: 1, Unit: 200, Units: 1, Pattern: quinteBet(rng)})
	}
	followed := float64(time.Since(start).Nanoseconds()) / bets
	kept := heap() - empty
	apply(&event.ResultConfirmed{Race: raceOne, Arrival: []event.Place{
		{Horses: []tote.Horse{2}}, {Horses: []tote.Horse{1}}, {Horses: []tote.Horse{7}}, {Horses: []tote.Horse{4}}, {Horses: []tote.Horse{9}},
	}})
	f.End(1)
	out := 0
	for _, horses := range []tote.HorseSet{0, tote.SetOf(3), tote.SetOf(6, 11, 16)} {
		f.Begin()
		for h := range horses.All {
			apply(&event.NonRunnerDeclared{Race: raceOne, Horse: h})
			out++
		}
		f.End(1)
		b.Run(fmt.Sprintf("out=%d", out), func(b *testing.B) {
			most := 0.0
			for b.Loop() {
				var c *recheck.Calculation
				most = max(most, highest(func() {
					var err error
					if c, err = f.Calculate(context.Background(), raceOne); err != nil || len(c.Pools) != 2 {
						b.Fatal(c, err)
					}
				}))
				b.ReportMetric(float64(len(c.Pools[0].Case.Stakes)), "units")
			}
			b.ReportMetric(followed, "ns/bet-followed")
			b.ReportMetric(kept, "MiB-kept")
			b.ReportMetric(most-empty, "MiB-most")
		})
	}
}

// heap is what is allocated and used, in MiB.
func heap() float64 {
	runtime.GC()
	return allocated()
}

func allocated() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// highest is the most that is allocated, in MiB, while something is done.
func highest(do func()) (most float64) {
	done, sampled := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(sampled)
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-tick.C:
				most = max(most, allocated())
			case <-done:
				tick.Stop()
				return
			}
		}
	}()
	do()
	close(done)
	<-sampled
	return most
}
