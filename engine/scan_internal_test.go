package engine

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/event"
	"opentote/tote"
)

// fatal is a test, drawn or not.
type fatal interface {
	Helper()
	Fatal(...any)
}

// crowded returns a race with a Quinté Plus of so many bets, a Quarté Plus and a
// Multi of a third as many.
func crowded(tb fatal, seed uint64, bets int, out tote.HorseSet) *race {
	tb.Helper()
	r := &race{declared: tote.Numbered(12), nonRunners: out, status: Official}
	for i := range tote.Horse(7) {
		r.arrival = append(r.arrival, []tote.Horse{i + 1})
	}
	for i, code := range []tote.BetCode{"E_QUINTE_PLUS", "E_QUARTE_PLUS", "E_MULTI"} {
		r.pools = append(r.pools, newPool(r, event.PoolDeclared{Pool: event.PoolID(i + 1), Bet: code, Rulebook: "fr-online-2020"}))
	}
	r.link()
	rng := rand.New(rand.NewPCG(seed, 0))
	field := tote.Field{Declared: r.declared}
	for i, size := range []int{5, 4, 4} {
		p, n := r.pools[i], bets
		if i > 0 {
			n /= 3
		}
		for p.bets.len() < uint32(n) {
			b := row{pattern: pattern(rng, size, i == 2), unit: tote.Money(100 + rng.IntN(900)), state: Live}
			units, err := p.bet.Units(&b.pattern, field)
			if err != nil {
				tb.Fatal(err)
			}
			b.units = uint32(units)
			if rng.IntN(10) == 0 {
				b.state = CancelledBet
			} else {
				p.stakes += b.cost()
			}
			p.bets.add(b)
		}
	}
	return r
}

// pattern draws a bet of so many horses a unit.
func pattern(rng *rand.Rand, size int, variant bool) (p tote.Pattern) {
	horses := make([]tote.Horse, 12)
	for i, h := range rng.Perm(12) {
		horses[i] = tote.Horse(h + 1)
	}
	switch rng.IntN(4) {
	case 0:
		p = tote.UnitPattern(horses[:size]...)
	case 1:
		p = tote.CombinedPattern(horses[:size+1+rng.IntN(2)]...)
	case 2:
		p = tote.BasePattern(horses[:size-1], horses[size-1:size+1])
	default:
		p = tote.FullFieldPattern(horses[:size-1], tote.Numbered(12))
	}
	if variant {
		p.Variant = uint8(size)
		return p
	}
	if p.Formula == tote.Base || rng.IntN(2) == 0 {
		p = p.InAllOrders()
	}
	if p.Flags&tote.FullField == 0 && rng.IntN(4) == 0 {
		p.Complement = horses[11]
	}
	return p
}

// figures are all that scans of a race tell.
type figures struct {
	Stakes   []tote.Stakes
	Staked   [][]tote.Money
	Winnings []tote.Money
}

func (r *race) figures() (f figures) {
	for _, p := range r.pools {
		card, _ := p.alone(r.result())
		if card == nil {
			continue // too few run
		}
		stakes := p.count(card)
		s := card.Share(stakes)
		f.Stakes = append(f.Stakes, stakes)
		f.Staked = append(f.Staked, p.staked(card, stakes))
		f.Winnings = append(f.Winnings, p.winnings(card, s.Dividends))
	}
	return f
}

// slowly is figures by plain loops over all bets.
func (r *race) slowly() (f figures) {
	for _, p := range r.pools {
		card, _ := p.alone(r.result())
		if card == nil {
			continue
		}
		stakes := tote.Stakes{Total: p.stakes, OnLine: make([]tote.Money, len(card.Lines()))}
		also := make([]tote.Money, len(card.Lines()))
		var tallies []tote.Tally
		var units []tote.Money
		each := func(p *pool, count func(*tote.Pattern, *tote.Tally)) {
			for i := range p.bets.len() {
				b := p.bets.at(i)
				if b.state != Live {
					continue
				}
				var t tote.Tally
				t.Reset(len(card.Lines()))
				count(&b.pattern, &t)
				tallies, units = append(tallies, t), append(units, b.unit)
			}
		}
		each(p, card.Count)
		if receiver, ok := card.(tote.Receiver); ok && r.nonRunners != 0 {
			each(p.from, receiver.CountReceived)
		}
		for i, t := range tallies {
			stakes.Refunded += units[i] * tote.Money(t.Refunded)
			stakes.Transferred += units[i] * tote.Money(t.Transferred)
			for line, n := range t.Won {
				stakes.OnLine[line] += units[i] * tote.Money(n)
			}
		}
		copy(also, stakes.OnLine)
		if overlaps, ok := card.(tote.Overlaps); ok {
			each(p, func(p *tote.Pattern, t *tote.Tally) { overlaps.CountAlso(p, t.Won) })
			for i := len(tallies) / 2; i < len(tallies); i++ {
				for line, n := range tallies[i].Won {
					also[line] += units[i] * tote.Money(n)
				}
			}
			tallies = tallies[:len(tallies)/2]
		}
		s := card.Share(stakes)
		var won tote.Money
		for i, t := range tallies {
			b := row{unit: units[i]}
			won += b.wins(&t, s.Dividends)
		}
		f.Stakes = append(f.Stakes, stakes)
		f.Staked = append(f.Staked, also)
		f.Winnings = append(f.Winnings, won)
	}
	return f
}

// TestCoresChangeNoFigure compares scans on one and on many cores with plain loops
// that know no sieve.
func TestCoresChangeNoFigure(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for name, out := range map[string]tote.HorseSet{"all run": 0, "two do not": tote.SetOf(9, 12)} {
		r := crowded(t, 1, 3*rangeRows+77, out)
		want := r.slowly()
		for _, cores := range []int{1, 2, 3, 16} {
			runtime.GOMAXPROCS(cores)
			if diff := cmp.Diff(want, r.figures()); diff != "" {
				t.Errorf("%s, %d cores (-want +got):\n%s", name, cores, diff)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		bets := rapid.IntRange(0, 2*blockRows+10).Draw(t, "bets")
		out := tote.HorseSet(rapid.Uint64Range(0, 1<<13-1).Draw(t, "out")) & tote.Numbered(12) &^ tote.Numbered(7)
		r := crowded(t, rapid.Uint64().Draw(t, "seed"), bets, out)
		if diff := cmp.Diff(r.slowly(), r.figures()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestScansAllocateNothingPerBet counts a small and a large pool.
func TestScansAllocateNothingPerBet(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	allocs := func(bets int) (count, winnings, ends float64) {
		p := crowded(t, 1, bets, 0).pools[0]
		card, _ := p.alone(p.race.result())
		s := card.Share(p.count(card))
		count = testing.AllocsPerRun(3, func() { p.count(card) })
		winnings = testing.AllocsPerRun(3, func() { p.winnings(card, s.Dividends) })
		p.declared = &event.DividendsDeclared{Pool: p.id, Procedure: s.Procedure}
		for i, l := range card.Lines() {
			p.declared.Lines = append(p.declared.Lines, event.DividendLine{Rank: l.Rank, Combination: l.Combination, Dividend: s.Dividends[i]})
		}
		ends = testing.AllocsPerRun(3, func() {
			for i := range p.bets.len() {
				p.ending(i)
			}
		})
		return count, winnings, ends
	}
	count, winnings, _ := allocs(10)
	manyCount, manyWinnings, ends := allocs(20_000)
	if count != manyCount || winnings != manyWinnings || ends != 0 {
		t.Error(fmt.Sprint("count: ", count, " then ", manyCount, ", winnings: ", winnings, " then ", manyWinnings, ", ends: ", ends))
	}
}

// TestABugOnAnotherCoreReachesTheCaller holds that it can stop the engine as any
// other.
func TestABugOnAnotherCoreReachesTheCaller(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	defer func() {
		if got := recover(); got != "bug" {
			t.Errorf("recovered %v", got)
		}
	}()
	p := crowded(t, 1, 2*rangeRows, 0).pools[0]
	onAllCores(&p.bets, sieve{}, func(*int) func(*row) { return func(*row) { panic("bug") } })
	t.Error("the bug was lost")
}
