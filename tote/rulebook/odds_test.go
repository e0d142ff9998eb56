package rulebook_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// drawBet draws a Simple or a 2sur4 of either book, at its own take or at
// another: below 10 % the odds take the slow way.
func drawBet(t *rapid.T) tote.BetType {
	id := rapid.SampledFrom([]rulebook.ID{"fr-online-2020", "fr-retail-2026-observed"}).Draw(t, "book")
	book, _ := rulebook.ByID(id)
	codes := []tote.BetCode{gagnant, place, deux}
	if book.Network == tote.Retail {
		codes = []tote.BetCode{"SIMPLE_GAGNANT", "SIMPLE_PLACE", "DEUX_SUR_QUATRE"}
	}
	code := rapid.SampledFrom(codes).Draw(t, "bet")
	if rapid.Bool().Draw(t, "own take") {
		bet, _ := book.Type(code)
		return bet
	}
	take := rapid.SampledFrom([]tote.Rate{50_000, 99_999, 100_000, 123_456, 300_000}).Draw(t, "take")
	bet, _ := book.TypeAt(code, take)
	return bet
}

// drawCents draws a stake that may be nothing, thin, ordinary, or so huge that
// the 36 pairs of a race come near tote.MaxStake.
func drawCents(t *rapid.T) tote.Money {
	size := rapid.SampledFrom([]int64{0, 5, 400, 20_000, 3_000_000, 25_000_000_000}).Draw(t, "size")
	return tote.Money(rapid.Int64Range(0, size).Draw(t, "cents"))
}

// openPool is a race whose pool is open.
type openPool struct {
	bet   tote.BetType
	odds  tote.Odds
	field tote.Field
	cells []tote.Money
}

func drawPool(t *rapid.T) openPool {
	bet := drawBet(t)
	declared := rapid.IntRange(3, 9).Draw(t, "declared")
	o := openPool{bet: bet, odds: bet.(tote.Odds), field: tote.Field{Declared: tote.Numbered(declared)}}
	o.cells = make([]tote.Money, o.odds.Cells())
	for h := tote.Horse(1); h <= tote.Horse(declared); h++ {
		if rapid.IntRange(0, 5).Draw(t, "out") == 0 {
			o.field.NonRunners = o.field.NonRunners.With(h)
		}
		if isPair(bet) {
			for g := tote.Horse(1); g < h; g++ {
				o.add(drawCents(t), g, h)
			}
			continue
		}
		o.add(drawCents(t), h)
	}
	return o
}

func (o *openPool) add(cents tote.Money, horses ...tote.Horse) {
	p := tote.UnitPattern(horses...)
	o.odds.AddStakes(&p, cents, o.cells)
}

func isPair(bet tote.BetType) bool { return bet.Code() == deux || bet.Code() == "DEUX_SUR_QUATRE" }

// cell reads one combination's stake through the interface.
func (o *openPool) cell(cells []tote.Money, horses ...tote.Horse) tote.Money {
	probe := make([]tote.Money, len(cells))
	p := tote.UnitPattern(horses...)
	o.odds.AddStakes(&p, 1, probe)
	for i, one := range probe {
		if one == 1 {
			return cells[i]
		}
	}
	return 0
}

// finish is a hypothetical result and what its lines pay.
type finish struct {
	placed tote.HorseSet
	card   tote.Card
	paid   map[string]tote.Dividend
	refund bool
}

// finishes settles every plain finish of the pool by Card and Share alone.
func (o *openPool) finishes(cells []tote.Money) []finish {
	places := 4
	if !isPair(o.bet) {
		places = 1
		if c := o.bet.Code(); c == place || c == "SIMPLE_PLACE" {
			places = 2
			if o.field.Declared.Len() >= 8 {
				places = 3
			}
		}
	}
	var all []finish
	runners := o.field.Declared.Without(o.field.NonRunners).Slice()
	for set := range tote.SetsInTop([][]tote.Horse{runners}, places, len(runners)) {
		r := tote.Result{Declared: o.field.Declared, NonRunners: o.field.NonRunners, Arrival: order(set.Slice()...)}
		card, reason := o.bet.Card(r)
		if reason != "" {
			continue
		}
		all = append(all, o.settle(cells, set, card))
	}
	return all
}

func (o *openPool) settle(cells []tote.Money, set tote.HorseSet, card tote.Card) finish {
	lines := card.Lines()
	s := tote.Stakes{OnLine: make([]tote.Money, len(lines))}
	var tally tote.Tally
	field := o.field.Declared.Slice()
	for i, h := range field {
		partners := field[:i]
		if !isPair(o.bet) {
			partners = []tote.Horse{0}
		}
		for _, g := range partners {
			p := tote.UnitPattern(h)
			cents := o.cell(cells, h)
			if g != 0 {
				p = tote.UnitPattern(g, h)
				cents = o.cell(cells, g, h)
			}
			tally.Reset(len(lines))
			card.Count(&p, &tally)
			s.Total += cents
			s.Refunded += cents * tote.Money(tally.Refunded)
			for i, n := range tally.Won {
				s.OnLine[i] += cents * tote.Money(n)
			}
		}
	}
	settled := card.Share(s)
	f := finish{placed: set, card: card, paid: map[string]tote.Dividend{}, refund: settled.RefundAll()}
	for i, d := range settled.Dividends {
		f.paid[lines[i].Combination] = d
	}
	return f
}

// TestProbablesEqualShare holds the odds of an open pool to the final
// calculation, finish by finish.
func TestProbablesEqualShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawPool(t)
		all := o.finishes(o.cells)
		got := o.odds.Probables(o.field, o.cells)
		for _, p := range got {
			want := tote.Probable{Combination: p.Combination, Cell: p.Cell}
			for _, f := range all {
				d := f.paid[p.Combination]
				if d == 0 {
					continue
				}
				if want.Low == 0 || d < want.Low {
					want.Low = d
				}
				want.High = max(want.High, d)
			}
			if diff := cmp.Diff(want, p); diff != "" {
				t.Fatalf("%s, field %+v (-want +got):\n%s", o.bet.Code(), o.field, diff)
			}
		}
		n := o.field.Declared.Without(o.field.NonRunners).Len()
		if isPair(o.bet) {
			n = n * (n - 1) / 2
		}
		if len(got) != n {
			t.Fatalf("probables: got %d, want %d", len(got), n)
		}
	})
}

// TestEstimateEqualsShare holds the estimate of a bet to the best and worst
// finish in which any of it wins.
func TestEstimateEqualsShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawPool(t)
		runners := o.field.Declared.Without(o.field.NonRunners)
		if runners.Len() < 2 {
			return
		}
		code := gagnant
		if isPair(o.bet) {
			code = deux
		}
		p := drawPattern(t, code, runners)
		unit := tote.Money(rapid.Int64Range(1, 5000).Draw(t, "unit"))
		with := append([]tote.Money(nil), o.cells...)
		o.odds.AddStakes(&p, unit, with)
		units, err := o.bet.Units(&p, o.field)
		if err != nil {
			t.Fatal(err)
		}
		p.Complement = 0 // nobody can be scratched after the finishes below
		var low, high tote.Money
		found := false
		for _, f := range o.finishes(with) {
			lines := f.card.Lines()
			var tally tote.Tally
			tally.Reset(len(lines))
			f.card.Count(&p, &tally)
			sum, won := tote.Money(0), 0
			for i, n := range tally.Won {
				sum += tote.Money(n) * f.paid[lines[i].Combination].Pay(unit)
				won += n
			}
			if won == 0 {
				continue
			}
			if f.refund {
				sum = unit * tote.Money(units)
			}
			if !found || sum < low {
				low = sum
			}
			high, found = max(high, sum), true
		}
		gotLow, gotHigh := o.odds.Estimate(&p, unit, o.field, o.cells)
		if gotLow != low || gotHigh != high {
			t.Fatalf("%s %+v: got %s to %s, want %s to %s", o.bet.Code(), p, gotLow, gotHigh, low, high)
		}
	})
}

// TestOddsAfterScratches holds the odds of a pool whose bets meet non-runners to
// the final count of those bets: complements, bases out and refunds included.
func TestOddsAfterScratches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bet := drawBet(t)
		declared := rapid.IntRange(7, 9).Draw(t, "declared")
		o := openPool{bet: bet, odds: bet.(tote.Odds), field: tote.Field{Declared: tote.Numbered(declared)}}
		for range rapid.IntRange(0, 3).Draw(t, "scratches") {
			o.field.NonRunners = o.field.NonRunners.With(tote.Horse(rapid.IntRange(1, declared).Draw(t, "out")))
		}
		o.cells = make([]tote.Money, o.odds.Cells())
		code := gagnant
		if isPair(bet) {
			code = deux
		}
		d := drawnPool{bet: bet}
		for range rapid.IntRange(1, 6).Draw(t, "bets") {
			p, unit := drawPattern(t, code, o.field.Declared), drawCents(t)
			d.patterns, d.units = append(d.patterns, p), append(d.units, unit)
			bet.(tote.ScratchOdds).AddStakesScratched(&p, unit, o.field.NonRunners, o.cells)
		}
		low, high := map[string]tote.Dividend{}, map[string]tote.Dividend{}
		for _, f := range o.finishes(o.cells) {
			d.result = tote.Result{Declared: o.field.Declared, NonRunners: o.field.NonRunners, Arrival: order(f.placed.Slice()...)}
			s := d.settle(t)
			for i, paid := range s.settlement.Dividends {
				name := s.lines[i].Combination
				if paid != 0 && (low[name] == 0 || paid < low[name]) {
					low[name] = paid
				}
				high[name] = max(high[name], paid)
			}
		}
		for _, p := range o.odds.Probables(o.field, o.cells) {
			if p.Low != low[p.Combination] || p.High != high[p.Combination] {
				t.Fatalf("%s %s: got %s to %s, want %s to %s", bet.Code(), p.Combination,
					p.Low, p.High, low[p.Combination], high[p.Combination])
			}
		}
	})
}

// TestAddStakesTakesBack holds that a cancelled bet leaves no trace.
func TestAddStakesTakesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawPool(t)
		code := gagnant
		if isPair(o.bet) {
			code = deux
		}
		p := drawPattern(t, code, o.field.Declared)
		before := append([]tote.Money(nil), o.cells...)
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

// racePool fills a 20-runner pool as a race has it: stakes spread over four
// orders of magnitude.
func racePool(tb testing.TB, code tote.BetCode, out tote.HorseSet) openPool {
	bet := betOf(tb, code, "")
	o := openPool{bet: bet, odds: bet.(tote.Odds), field: tote.Field{Declared: tote.Numbered(20), NonRunners: out}}
	o.cells = make([]tote.Money, o.odds.Cells())
	for h := tote.Horse(1); h <= 20; h++ {
		if code != deux {
			o.add(tote.Money(4_000_000/(int64(h)*int64(h))), h)
			continue
		}
		for g := tote.Horse(1); g < h; g++ {
			o.add(tote.Money(4_000_000/(int64(h)*int64(h)*int64(g))), g, h)
		}
	}
	return o
}

func BenchmarkProbables(b *testing.B) {
	for _, tt := range []struct {
		name string
		code tote.BetCode
		out  tote.HorseSet
	}{
		{"Gagnant20", gagnant, 0},
		{"Place20", place, 0},
		{"2sur4of20", deux, 0},
		{"2sur4of20TwoOut", deux, tote.SetOf(4, 9)},
	} {
		b.Run(tt.name, func(b *testing.B) {
			o := racePool(b, tt.code, tt.out)
			b.ReportAllocs()
			for b.Loop() {
				o.odds.Probables(o.field, o.cells)
			}
		})
	}
}

func BenchmarkEstimate(b *testing.B) {
	for _, tt := range []struct {
		name string
		code tote.BetCode
		p    tote.Pattern
	}{
		{"Gagnant", gagnant, tote.UnitPattern(7)},
		{"Place", place, tote.UnitPattern(7)},
		{"2sur4", deux, tote.UnitPattern(3, 7)},
		{"2sur4Combined6", deux, tote.CombinedPattern(3, 7, 1, 5, 12, 14)},
	} {
		b.Run(tt.name, func(b *testing.B) {
			o := racePool(b, tt.code, 0)
			b.ReportAllocs()
			for b.Loop() {
				o.odds.Estimate(&tt.p, 150, o.field, o.cells)
			}
		})
	}
}

func BenchmarkShare(b *testing.B) {
	for _, code := range []tote.BetCode{gagnant, place, deux} {
		b.Run(string(code), func(b *testing.B) {
			card := cardOf(b, code)
			s := tote.Stakes{Total: 10_000_000, OnLine: make([]tote.Money, len(card.Lines()))}
			for i := range s.OnLine {
				s.OnLine[i] = tote.Money(100_000 * (i + 1))
			}
			b.ReportAllocs()
			for b.Loop() {
				card.Share(s)
			}
		})
	}
}
