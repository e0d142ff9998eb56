package rulebook_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// orderedPool is a pool of random bets of an ordered bet.
type orderedPool struct {
	code     tote.BetCode
	bet      tote.BetType
	result   tote.Result
	patterns []tote.Pattern
	cents    []tote.Money // a unit, by pattern
	added    tote.Money
	topUp    bool
}

func drawOrderedPool(t *rapid.T) orderedPool {
	d := orderedPool{code: rapid.SampledFrom(orderedCodes).Draw(t, "bet"), result: drawOrderedResult(t)}
	d.bet = orderedBetOf(t, d.code)
	if rapid.Bool().Draw(t, "low take") {
		take := tote.Rate(rapid.IntRange(0, 200_000).Draw(t, "take"))
		d.bet = orderedBetAt(t, d.code, take)
	}
	if rapid.Bool().Draw(t, "alone") {
		d.bet = rulebook.WithoutQuarte(d.bet)
	}
	for range rapid.IntRange(0, 10).Draw(t, "bets") {
		p := drawOrderedPattern(t, d.code, d.result.Declared)
		if rapid.Bool().Draw(t, "likely") {
			p = drawLikely(t, d.code, d.result)
		}
		if _, err := d.bet.Units(&p, tote.Field{Declared: d.result.Declared}); err != nil {
			continue
		}
		d.patterns = append(d.patterns, p)
		d.cents = append(d.cents, drawCents(t))
	}
	d.added = rapid.SampledFrom([]tote.Money{0, 0, 100, 1_000_000}).Draw(t, "added")
	d.topUp = rapid.Bool().Draw(t, "top-up")
	return d
}

func orderedBetAt(t tester, code tote.BetCode, take tote.Rate) tote.BetType {
	t.Helper()
	book, _ := rulebook.ByID("fr-online-2020")
	if bet, ok := book.Apart(code, &take); ok {
		return bet
	}
	bet, ok := book.TypeAt(code, take)
	if !ok {
		t.Fatalf("no bet %s", code)
	}
	return bet
}

// drawLikely draws a unit near the finish, so that the ranks are often backed.
func drawLikely(t *rapid.T, code tote.BetCode, r tote.Result) tote.Pattern {
	n := orderedSizes[code]
	horses := slices.Concat(r.Arrival...)
	horses = append(horses, r.Declared.Without(tote.SetOf(horses...)).Slice()...)
	front := rapid.Permutation(horses[:n+rapid.IntRange(0, 1).Draw(t, "beyond")]).Draw(t, "front")
	if rapid.Bool().Draw(t, "exact") {
		front = horses
	}
	return tote.UnitPattern(front[:n]...)
}

// settledOrdered is what became of an ordered pool.
type settledOrdered struct {
	lines            []tote.Line
	stakes           tote.Stakes
	tallies          []tote.Tally
	settlement       tote.Settlement
	refunded, payout tote.Money
	rounding         tote.Money
}

func (d *orderedPool) settle(t *rapid.T) settledOrdered {
	s := settledOrdered{stakes: tote.Stakes{Added: d.added, TopUp: d.topUp}}
	card, reason := d.bet.Card(d.result)
	if card != nil {
		s.lines = card.Lines()
	}
	s.stakes.OnLine = make([]tote.Money, len(s.lines))
	for i := range d.patterns {
		units, err := d.bet.Units(&d.patterns[i], tote.Field{Declared: d.result.Declared})
		if err != nil {
			t.Fatal(err)
		}
		s.stakes.Total += d.cents[i] * tote.Money(units)
		var tally tote.Tally
		tally.Reset(len(s.lines))
		if card != nil {
			card.Count(&d.patterns[i], &tally)
		}
		s.stakes.Refunded += d.cents[i] * tote.Money(tally.Refunded)
		s.stakes.Transferred += d.cents[i] * tote.Money(tally.Transferred)
		for line, n := range tally.Won {
			s.stakes.OnLine[line] += d.cents[i] * tote.Money(n)
		}
		s.tallies = append(s.tallies, tally)
	}
	if card == nil {
		s.settlement = tote.RefundWhole(reason, 0, s.stakes)
	} else {
		s.settlement = card.Share(s.stakes)
	}
	if s.settlement.RefundAll() {
		s.refunded = s.stakes.Total - s.stakes.Transferred
		return s
	}
	s.refunded = s.stakes.Refunded
	for i, tally := range s.tallies {
		for line, n := range tally.Won {
			s.payout += s.settlement.Dividends[line].Pay(d.cents[i]) * tote.Money(n)
			s.rounding += tote.Money(n)
		}
	}
	return s
}

// TestOrderedMoneyIsConserved is promise P4 for the ordered bets: every cent of
// stakes, added money and top-up leaves, and only a topped-up pool costs the
// operator more than roundings.
func TestOrderedMoneyIsConserved(t *testing.T) { rapid.Check(t, checkOrderedConserved) }

// FuzzOrderedPool lets the fuzzer look for pools that lose a cent.
func FuzzOrderedPool(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkOrderedConserved)) }

func checkOrderedConserved(t *rapid.T) {
	d := drawOrderedPool(t)
	s := d.settle(t)
	a := s.settlement.Split(s.stakes, s.refunded, s.payout)
	if got, want := a.Out(), s.stakes.Total+s.stakes.Added+a.TopUp; got != want {
		t.Fatalf("out %s, in %s: %+v of %+v", got, want, a, s.stakes)
	}
	for _, part := range []tote.Money{a.Payout, a.Refunds, a.Transferred, a.Takeout, a.Progressive, a.Breakage, a.Booster, a.TopUp} {
		if part < 0 {
			t.Fatalf("negative part: %+v", a)
		}
	}
	if a.TopUp > s.rounding && s.settlement.Procedure != tote.ConstrainedToppedUp {
		t.Fatalf("%s pool topped up: %+v", s.settlement.Procedure, a)
	}
	if s.settlement.RefundAll() && (a.Takeout != 0 || a.Booster != s.stakes.Added) {
		t.Fatalf("refunded pool keeps money: %+v", a)
	}
}

// TestOrderedDividends holds what is true of every settlement: at least the
// minimum, a multiple of the step, none on a line nobody backs, and every unit paid
// on one line at most.
func TestOrderedDividends(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawOrderedPool(t)
		s := d.settle(t)
		for i, paid := range s.settlement.Dividends {
			if paid != 0 && (paid < 110 || paid%10 != 0) {
				t.Fatalf("%v pays %s", s.lines[i], paid)
			}
			if paid != 0 && s.stakes.OnLine[i] == 0 {
				t.Fatalf("%v pays %s to nobody", s.lines[i], paid)
			}
		}
		for i, tally := range s.tallies {
			paid := 0
			for line, n := range tally.Won {
				if !s.settlement.RefundAll() && s.settlement.Dividends[line] != 0 {
					paid += n
				}
			}
			units, _ := d.bet.Units(&d.patterns[i], tote.Field{Declared: d.result.Declared})
			if paid+tally.Refunded+tally.Transferred > units {
				t.Fatalf("%d units of %+v end %d times", units, d.patterns[i], paid+tally.Refunded+tally.Transferred)
			}
		}
		again := d.settle(t)
		if diff := cmp.Diff(s.settlement.Dividends, again.settlement.Dividends); diff != "" {
			t.Fatalf("the same pool gives other dividends:\n%s", diff)
		}
	})
}

// TestOrderedDeadHeatIsSymmetric holds that the order in which tied horses are
// written means nothing.
func TestOrderedDeadHeatIsSymmetric(t *testing.T) {
	byName := func(s settledOrdered) map[string]tote.Dividend {
		m := map[string]tote.Dividend{}
		for i, dividend := range s.settlement.Dividends {
			m[s.lines[i].Rank+" "+s.lines[i].Combination] = dividend
		}
		return m
	}
	rapid.Check(t, func(t *rapid.T) {
		d := drawOrderedPool(t)
		before := byName(d.settle(t))
		for _, group := range d.result.Arrival {
			slices.Reverse(group)
		}
		if diff := cmp.Diff(before, byName(d.settle(t))); diff != "" {
			t.Fatalf("%v (-before +after):\n%s", d.result.Arrival, diff)
		}
	})
}

// TestQuinteCap holds that the exact order, as published, never passes 120 times
// the other orders of the same horses but by a rounding (III-9-5).
func TestQuinteCap(t *testing.T) {
	bet := orderedBetOf(t, "E_QUINTE_PLUS")
	card, _ := bet.Card(tote.Result{Declared: tote.Numbered(16), Arrival: order(4, 7, 2, 9, 1, 5, 3)})
	rapid.Check(t, func(t *rapid.T) {
		s := tote.Stakes{OnLine: make([]tote.Money, len(card.Lines()))}
		s.OnLine[0] = tote.Money(rapid.Int64Range(1, 100_000).Draw(t, "exact"))
		s.OnLine[1] = tote.Money(rapid.Int64Range(1, 10_000_000).Draw(t, "others"))
		s.Total = s.OnLine[0] + s.OnLine[1] + tote.Money(rapid.Int64Range(0, 1_000_000_000).Draw(t, "lost"))
		settled := card.Share(s)
		if settled.Procedure != tote.Normal {
			return
		}
		if exact, other := settled.Dividends[0], settled.Dividends[1]; exact >= 120*(other+10) || other > 110 && exact < 50*other {
			t.Fatalf("%s in order, %s in others", exact, other)
		}
	})
}
