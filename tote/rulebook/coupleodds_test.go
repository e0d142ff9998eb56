package rulebook_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// openCouple is a Couplé's pool that is open.
type openCouple struct {
	bet     tote.BetType
	odds    tote.ScratchOdds
	field   tote.Field
	cells   []tote.Money
	tickets []ticket
	total   tote.Money
}

// drawCoupleBet draws a Couplé of either book at its own take or at one where the
// constrained calculation pays.
func drawCoupleBet(t *rapid.T) tote.BetType {
	id := rulebook.ID("fr-online-2020")
	code := rapid.SampledFrom(slices.Concat([]tote.BetCode{coupleG, coupleO, coupleP}, retailOthers)).Draw(t, "bet")
	if code.Network() == tote.Retail {
		id = "fr-retail-2026-observed"
	}
	return drawBetOf(t, id, code)
}

func drawCouple(t *rapid.T) openCouple {
	bet := drawCoupleBet(t)
	declared := tote.Numbered(rapid.IntRange(4, 9).Draw(t, "declared"))
	o := openCouple{bet: bet, odds: bet.(tote.ScratchOdds), field: tote.Field{Declared: declared}}
	for range rapid.IntRange(0, 3).Draw(t, "scratches") {
		o.field.NonRunners = o.field.NonRunners.With(tote.Horse(rapid.IntRange(1, declared.Len()).Draw(t, "out")))
	}
	o.cells = make([]tote.Money, o.odds.Cells())
	for range rapid.IntRange(0, 12).Draw(t, "bets") {
		o.add(t, drawFormula(t, shapes[bet.Code()], declared), drawCents(t))
	}
	return o
}

// add takes a bet unless the pool would pass tote.MaxStake.
func (o *openCouple) add(t *rapid.T, p tote.Pattern, unit tote.Money) {
	units, err := o.bet.Units(&p, tote.Field{Declared: o.field.Declared})
	if err != nil {
		t.Fatal(err)
	}
	total, ok := tote.CheckedAdd(o.total, unit*tote.Money(units))
	if !ok {
		return
	}
	o.total = total
	o.tickets = append(o.tickets, ticket{pattern: p, unit: unit})
	o.odds.AddStakesScratched(&p, unit, o.field.NonRunners, o.cells)
}

func isPlace(bet tote.BetType) bool { return bet.Code() == coupleP || bet.Code() == "COUPLE_PLACE" }

// eachFinish settles by Card and Share alone every plain finish of as many horses
// as the bet looks at. names holds the pairs of the finish.
func (o *openCouple) eachFinish(t *rapid.T, tickets []ticket, visit func(names []string, card tote.Card, s tote.Settlement)) {
	places := 2
	if isPlace(o.bet) {
		places = 3
	}
	runners := o.field.Declared.Without(o.field.NonRunners).Slice()
	if len(runners) < places {
		return
	}
	tuples(runners, places, func(finish []tote.Horse) {
		r := tote.Result{Declared: o.field.Declared, NonRunners: o.field.NonRunners, Arrival: order(finish...)}
		card, reason := o.bet.Card(r)
		if reason != "" {
			return
		}
		var names []string
		for i, h := range finish {
			for _, g := range finish[:i] {
				if o.bet.Code() != coupleO && h < g {
					names = append(names, fmt.Sprintf("%d-%d", h, g))
					continue
				}
				names = append(names, fmt.Sprintf("%d-%d", g, h))
			}
		}
		s, _, _, _ := settleTickets(t, o.bet, r, tote.Stakes{}, tickets)
		visit(names, card, s)
	})
}

// TestCoupleProbablesEqualShare holds the odds of an open pool, whose bets may have
// met non-runners, to the final calculation of those bets, finish by finish.
func TestCoupleProbablesEqualShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawCouple(t)
		low, high := map[string]tote.Dividend{}, map[string]tote.Dividend{}
		o.eachFinish(t, o.tickets, func(names []string, card tote.Card, s tote.Settlement) {
			for i, line := range card.Lines() {
				paid, name := s.Dividends[i], line.Combination
				if paid == 0 || !slices.Contains(names, name) || len(line.Rank) != len(o.bet.Code()) {
					continue
				}
				if low[name] == 0 || paid < low[name] {
					low[name] = paid
				}
				high[name] = max(high[name], paid)
			}
		})
		got := o.odds.Probables(o.field, o.cells)
		for _, p := range got {
			want := tote.Probable{Combination: p.Combination, Cell: p.Cell, Low: low[p.Combination], High: high[p.Combination]}
			if diff := cmp.Diff(want, p); diff != "" {
				t.Fatalf("%s, field %+v (-want +got):\n%s", o.bet.Code(), o.field, diff)
			}
		}
		n := o.field.Declared.Without(o.field.NonRunners).Len()
		n *= n - 1
		if o.bet.Code() != coupleO {
			n /= 2
		}
		if len(got) != n {
			t.Fatalf("probables: got %d, want %d", len(got), n)
		}
	})
}

// TestCoupleEstimateEqualsShare holds the estimate of a bet to the best and worst
// finish in which any of it wins.
func TestCoupleEstimateEqualsShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawCouple(t)
		runners := o.field.Declared.Without(o.field.NonRunners)
		if runners.Len() < 2 {
			return
		}
		p := drawFormula(t, shapes[o.bet.Code()], runners)
		p.Complement = 0 // nobody can be scratched after the finishes below
		unit := tote.Money(rapid.Int64Range(1, 5000).Draw(t, "unit"))
		units, err := o.bet.Units(&p, o.field)
		if err != nil {
			t.Fatal(err)
		}
		var low, high tote.Money
		found := false
		o.eachFinish(t, append(slices.Clone(o.tickets), ticket{p, unit, o.field.NonRunners}), func(names []string, card tote.Card, s tote.Settlement) {
			var tally tote.Tally
			tally.Reset(len(card.Lines()))
			card.Count(&p, &tally)
			sum, won := tote.Money(0), 0
			for i, n := range tally.Won {
				if line := card.Lines()[i]; slices.Contains(names, line.Combination) && len(line.Rank) == len(o.bet.Code()) && n > 0 {
					won += n
					if !s.RefundAll() {
						sum += tote.Money(n) * s.Dividends[i].Pay(unit)
					}
				}
			}
			if won == 0 {
				return
			}
			if s.RefundAll() {
				sum = unit * tote.Money(units)
			}
			if !found || sum < low {
				low = sum
			}
			high, found = max(high, sum), true
		})
		gotLow, gotHigh := o.odds.Estimate(&p, unit, o.field, o.cells)
		if gotLow != low || gotHigh != high {
			t.Fatalf("%s %+v: got %s to %s, want %s to %s", o.bet.Code(), p, gotLow, gotHigh, low, high)
		}
	})
}

// TestCoupleAddStakesTakesBack holds that a cancelled bet leaves no trace, and that
// every unit has its stake before any scratch.
func TestCoupleAddStakesTakesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawCouple(t)
		p := drawFormula(t, shapes[o.bet.Code()], o.field.Declared)
		before := slices.Clone(o.cells)
		o.odds.AddStakes(&p, 150, o.cells)
		added := tote.Money(0)
		for i, cents := range o.cells {
			added += cents - before[i]
		}
		units, err := o.bet.Units(&p, tote.Field{Declared: o.field.Declared})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := added, 150*tote.Money(units); got != want {
			t.Fatalf("added: got %s, want %s", got, want)
		}
		o.odds.AddStakes(&p, -150, o.cells)
		if diff := cmp.Diff(before, o.cells); diff != "" {
			t.Fatalf("(-before +after):\n%s", diff)
		}
	})
}

// fullCouple is a 20-runner pool as a race has it: stakes spread over four orders
// of magnitude.
func fullCouple(tb testing.TB, code tote.BetCode, out tote.HorseSet) openCouple {
	bet := betOf(tb, code, "")
	o := openCouple{bet: bet, odds: bet.(tote.ScratchOdds), field: tote.Field{Declared: tote.Numbered(20), NonRunners: out}}
	o.cells = make([]tote.Money, o.odds.Cells())
	for h := tote.Horse(1); h <= 20; h++ {
		for g := tote.Horse(1); g <= 20; g++ {
			if g != h && (g < h || code == coupleO) {
				p := tote.UnitPattern(g, h)
				o.odds.AddStakes(&p, tote.Money(4_000_000/(int64(h)*int64(h)*int64(g))), o.cells)
			}
		}
	}
	return o
}

func BenchmarkCoupleProbables(b *testing.B) {
	for _, code := range []tote.BetCode{coupleG, coupleO, coupleP} {
		for name, out := range map[string]tote.HorseSet{"of20": 0, "of20TwoOut": tote.SetOf(4, 9)} {
			b.Run(string(code)+name, func(b *testing.B) {
				o := fullCouple(b, code, out)
				b.ReportAllocs()
				for b.Loop() {
					o.odds.Probables(o.field, o.cells)
				}
			})
		}
	}
}

func BenchmarkCoupleEstimate(b *testing.B) {
	for _, code := range []tote.BetCode{coupleG, coupleO, coupleP} {
		b.Run(string(code), func(b *testing.B) {
			o := fullCouple(b, code, 0)
			p := tote.CombinedPattern(3, 7, 1, 5)
			b.ReportAllocs()
			for b.Loop() {
				o.odds.Estimate(&p, 150, o.field, o.cells)
			}
		})
	}
}
