package engine

import (
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
			for line, n := range t.Won {
				won += s.Dividends[line].Pay(units[i]) * tote.Money(n)
			}
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
			e := p.endings(0)
			for i := range p.bets.len() {
				e.of(i, p.bets.at(i))
			}
		})
		return count, winnings, ends
	}
	// A range of bets has sums and a list of hits, which grows by doubling.
	const perRange = 40
	count, winnings, ends := allocs(rangeRows)
	if count > perRange || winnings != 0 || ends != 0 {
		t.Errorf("%d bets: count allocates %v times, winnings %v, ends %v", rangeRows, count, winnings, ends)
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
	onAllCores(&p.bets, sieve{}, func(*int) func(uint32, *row) { return func(uint32, *row) { panic("bug") } })
	t.Error("the bug was lost")
}

// TestEndsAreFoundAgain holds that bets end as declared, whether what was counted is
// still known or a restart has forgotten it, in whatever slices they end.
func TestEndsAreFoundAgain(t *testing.T) {
	r := crowded(t, 3, rangeRows+999, tote.SetOf(9, 12))
	for _, ev := range r.compute("anna").events {
		switch e := ev.(type) {
		case *event.StakesTransferred:
			r.pools[e.From-1].sent, r.pools[e.To-1].received = e.Amount, e.Amount
		case *event.DividendsDeclared:
			r.pools[e.Pool-1].declared = e
		}
	}
	if r.pools[0].sent == 0 || r.pools[1].hits == nil {
		t.Fatal("nothing is transferred, or nothing is kept")
	}
	endsOf := func(p *pool, slice uint32) (all []event.BetEnd) {
		for from := uint32(0); from < p.bets.len(); from += slice {
			e := p.endings(from)
			for i := from; i < min(from+slice, p.bets.len()); i++ {
				end := e.of(i, p.bets.at(i))
				end.Index = i
				if p.bets.at(i).state == Live && end != (event.BetEnd{Index: i}) {
					all = append(all, end)
				}
			}
		}
		return all
	}
	won, refunded := make([]tote.Money, len(r.pools)), make([]tote.Money, len(r.pools))
	for n, p := range r.pools {
		kept := endsOf(p, 1024)
		for _, end := range kept {
			won[n] += end.Won - end.ReceiverWon
			refunded[n] += end.Refunded - end.ReceiverRefunded
			if p.to != nil {
				won[1] += end.ReceiverWon
				refunded[1] += end.ReceiverRefunded
			}
		}
		for _, p := range r.pools {
			p.hits, p.settling = nil, nil
		}
		if diff := cmp.Diff(kept, endsOf(p, 777)); diff != "" {
			t.Errorf("pool %d after a restart (-want +got):\n%s", p.id, diff)
		}
	}
	for n, p := range r.pools {
		if won[n] != p.declared.Winnings || refunded[n] != p.declared.Refunds {
			t.Errorf("pool %d: bets win %v and get back %v, declared %v and %v", p.id, won[n], refunded[n], p.declared.Winnings, p.declared.Refunds)
		}
	}
}
