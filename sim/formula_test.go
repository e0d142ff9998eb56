package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// onSale are the bets of the rulebooks whose units end in one pool.
var onSale = []tote.BetCode{
	"E_SIMPLE_GAGNANT", "E_SIMPLE_PLACE", "E_COUPLE_GAGNANT", "E_COUPLE_PLACE", "E_COUPLE_ORDRE", "E_DEUX_SUR_QUATRE",
	"E_TIERCE", "E_QUARTE_PLUS", "E_MULTI", "E_MINI_MULTI", "E_PICK5", "TIERCE", "QUARTE_PLUS",
	"E_TRIO", "E_TRIO_ORDRE", "E_SUPER_QUATRE", "TRIO",
}

func offerOf(tb testing.TB, code tote.BetCode) *Offer {
	tb.Helper()
	o := &Offer{Code: code, Base: 100}
	book, ok := rulebook.For(code.Network(), 20251123)
	if !ok {
		tb.Fatalf("no rulebook for %s", code)
	}
	if o.Type, ok = book.Bet(code); !ok {
		tb.Fatalf("no bet %s", code)
	}
	if o.family, ok = familyOf(code); !ok {
		tb.Fatalf("the public does not know %s", code)
	}
	return o
}

// formOf names what a pattern is an example of.
func formOf(p *tote.Pattern) string {
	name := map[tote.Formula]string{tote.Unit: "unit", tote.Combined: "combined", tote.Base: "base", tote.Free: "free"}[p.Formula]
	if p.Flags&tote.FullField != 0 {
		name = "full"
	}
	if p.Formula == tote.Base && p.Sizes[2] != 0 {
		name += " placed"
	}
	if p.Flags&tote.AllOrders != 0 {
		name += " all orders"
	}
	if p.Variant != 0 {
		name += fmt.Sprintf(" in %d", p.Variant)
	}
	if p.Complement != 0 {
		name += " complement"
	}
	return name
}

// TestEveryFormulaIsPlayed draws bets of small purses and of large ones, on a
// large field and on the smallest.
func TestEveryFormulaIsPlayed(t *testing.T) {
	t.Parallel()
	wants := map[tote.BetCode][]string{
		"E_COUPLE_GAGNANT": {"unit", "combined", "base", "full"},
		"E_COUPLE_ORDRE":   {"unit", "unit all orders", "combined", "base placed", "base all orders", "full placed", "free"},
		"E_TIERCE":         {"unit", "unit all orders", "unit complement", "combined all orders", "base placed", "base all orders", "full placed", "full all orders", "free"},
		"QUARTE_PLUS":      {"unit", "unit all orders", "combined", "combined all orders", "base placed", "base all orders", "full placed", "free"},
		"E_TRIO":           {"unit", "unit complement", "combined", "base", "full"},
		"E_TRIO_ORDRE":     {"unit", "unit all orders", "unit complement", "combined all orders", "base placed", "base all orders", "full placed", "full all orders", "free"},
		"E_SUPER_QUATRE":   {"unit", "unit all orders", "unit complement", "combined", "base placed", "base all orders", "full placed", "free"},
		"E_MULTI":          {"unit in 4", "unit in 5", "unit in 6", "unit in 7", "combined in 4", "combined in 7", "base in 5", "full in 4"},
		"E_MINI_MULTI":     {"unit in 4", "unit in 6", "combined in 5", "base in 6"},
		"E_PICK5":          {"unit", "unit complement", "combined", "base", "full"},
	}
	for _, code := range onSale {
		o, rng := offerOf(t, code), rand.New(rand.NewPCG(1, 2))
		o.Complement = true
		seen := map[string]int{}
		for i := range 8000 {
			field := tote.Field{Declared: tote.Numbered(14), NonRunners: tote.SetOf(4)}
			if i%4 == 0 {
				field.Declared = tote.Numbered(o.family.horses + 2)
			}
			most := unitsOf(drawPurse(rng))
			p, units := o.choose(evenly(field), field, most, rng)
			if units < 1 || units > most {
				t.Fatalf("%s: %+v has %d units of %d", code, p, units, most)
			}
			seen[formOf(&p)]++
		}
		for _, want := range wants[code] {
			if seen[want] == 0 {
				t.Errorf("%s: no bet is %q: %v", code, want, seen)
			}
		}
		small := tote.Field{Declared: tote.Numbered(o.family.horses)}
		if p, units := o.choose(evenly(small), small, 24, rng); units != 0 {
			t.Errorf("%s on %d runners: %+v", code, o.family.horses, p)
		}
	}
}

func evenly(f tote.Field) (c chances) {
	for h := range f.Declared.Without(f.NonRunners).All {
		c[h] = 1
	}
	return c
}

// TestJudgeReadsTheBoard compares the judge with a bettor who writes all his
// combinations down and looks each up among the published dividends. The fourth
// place is a dead heat, so that combinations of a Multi hold several winning
// fours: they are paid once.
func TestJudgeReadsTheBoard(t *testing.T) {
	t.Parallel()
	arrival := [][]tote.Horse{{3}, {1}, {5}, {7}, {2}, {8}, {4}, {6}, {9}}
	tied := [][]tote.Horse{{3}, {1}, {5}, {7, 2}, {8}, {4}, {6}, {9}}
	for _, code := range onSale {
		o, rng := offerOf(t, code), rand.New(rand.NewPCG(3, 4))
		res := tote.Result{Declared: tote.Numbered(9), Arrival: arrival}
		if o.family.variants != nil {
			res.Arrival = tied
		}
		field := tote.Field{Declared: res.Declared}
		var wagers []Wager
		for range 300 {
			w := Wager{Unit: 100}
			if w.Pattern, w.Units = o.choose(evenly(field), field, 240, rng); w.Units == 0 {
				t.Fatalf("%s: no bet", code)
			}
			wagers = append(wagers, w)
		}
		said := published(t, o, res, wagers)
		j := judgeOf(o, res, said, rulebook.HostResult{})
		winners := 0
		for i := range wagers {
			w := &wagers[i]
			units := unitsHeld(o, w, field)
			if len(units) != w.Units {
				t.Fatalf("%s: %+v: %d units, written down %d", code, w.Pattern, w.Units, len(units))
			}
			var want tote.Money
			for _, unit := range units {
				want += lookUp(o, said, unit).Pay(w.Unit)
			}
			if won, refunded, _, twice := j.end(w); won != want || refunded != 0 || twice {
				t.Errorf("%s: %+v: won %d, refunded %d, twice %v, want %d", code, w.Pattern, won, refunded, twice, want)
			}
			if want > 0 {
				winners++
			}
		}
		if winners == 0 {
			t.Errorf("%s: nobody wins", code)
		}
	}
}

// published returns the dividends of a pool of these wagers.
func published(tb testing.TB, o *Offer, res tote.Result, wagers []Wager) *opentotev1.PoolResult {
	tb.Helper()
	card, variant, reason := o.payable(res, nil)
	if reason != "" {
		tb.Fatalf("%s: %s", o.Code, reason)
	}
	stakes := tote.Stakes{OnLine: make([]tote.Money, len(card.Lines()))}
	var cited rulebook.Citations
	var tally tote.Tally
	for i := range wagers {
		named := wagers[i].Pattern
		if variant != 0 {
			named.Variant = variant
			cited.Add(&named, wagers[i].Unit)
		}
		stakes.Total += wagers[i].Cost()
		tally.Reset(len(stakes.OnLine))
		card.Count(&named, &tally)
		for line, n := range tally.Won {
			stakes.OnLine[line] += wagers[i].Unit * tote.Money(n)
		}
	}
	s := shareOf(card, variant, stakes, cited)
	said := &opentotev1.PoolResult{Procedure: string(s.Procedure)}
	for i, l := range card.Lines() {
		if s.Dividends[i] > 0 {
			said.Dividends = append(said.Dividends, &opentotev1.Dividend{
				Rank: l.Rank, Combination: l.Combination, Dividend: int64(s.Dividends[i]),
			})
		}
	}
	return said
}

// shareOf settles a pool by itself, one of a single pool too.
func shareOf(card payable, variant uint8, stakes tote.Stakes, cited rulebook.Citations) tote.Settlement {
	alone, ok := card.(*rulebook.SingleCard)
	if !ok {
		return card.(tote.Card).Share(stakes)
	}
	single := rulebook.SingleStakes{OnLine: stakes.OnLine, Cited: cited}
	single.Bets[rulebook.PoolBet(variant).Index()].Total = stakes.Total
	return alone.Share(single).Settlement
}

// unitsHeld writes every unit of a bet down, by trying all choices of different
// horses.
func unitsHeld(o *Offer, w *Wager, field tote.Field) (units [][]tote.Horse) {
	size := max(o.family.horses, int(w.Pattern.Variant))
	var extend func(unit []tote.Horse)
	extend = func(unit []tote.Horse) {
		if len(unit) == size {
			if holds(o, &w.Pattern, unit) {
				units = append(units, slices.Clone(unit))
			}
			return
		}
		for h := range field.Declared.All {
			last := len(unit) - 1
			if slices.Contains(unit, h) || !o.family.ordered && last >= 0 && h < unit[last] {
				continue
			}
			extend(append(unit, h))
		}
	}
	extend(nil)
	return units
}

// holds reports whether a unit, in its order if the bet has one, is of the bet.
func holds(o *Offer, p *tote.Pattern, unit []tote.Horse) bool {
	stipulated := o.family.ordered && p.Flags&tote.AllOrders == 0
	set := tote.SetOf(unit...)
	switch p.Formula {
	case tote.Free:
		for i, h := range unit {
			if !slices.Contains(p.Group(i), h) {
				return false
			}
		}
		return true
	case tote.Base:
		for i, base := range p.Group(0) {
			if at := slices.Index(unit, base); at < 0 || stipulated && at+1 != int(p.Sizes[2+i]) {
				return false
			}
		}
		return set.Without(p.Bases()).Without(p.Associates()) == 0
	}
	for i, h := range unit {
		at := slices.Index(p.Group(0), h)
		if at < 0 || stipulated && i > 0 && at < slices.Index(p.Group(0), unit[i-1]) {
			return false
		}
	}
	return true
}

// lookUp returns the first dividend on the board that a unit has a right to.
func lookUp(o *Offer, said *opentotev1.PoolResult, unit []tote.Horse) tote.Dividend {
	name := func(horses []tote.Horse) string {
		return strings.ReplaceAll(arrivalText([][]tote.Horse{horses}), "=", "-")
	}
	sorted := slices.Sorted(slices.Values(unit))
	for _, d := range said.GetDividends() {
		var combination tote.HorseSet
		for _, number := range strings.Split(d.GetCombination(), "-") {
			var h tote.Horse
			if _, err := fmt.Sscan(number, &h); err == nil {
				combination = combination.With(h)
			}
		}
		same := combination == tote.SetOf(unit...)
		var right bool
		switch suffix := strings.TrimPrefix(d.GetRank(), string(o.Code)); {
		case suffix == "_ORDRE" || suffix == "" && o.family.ordered:
			right = name(unit) == d.GetCombination()
		case suffix == "_DESORDRE":
			right = same && name(unit) != d.GetCombination()
		case suffix == "_BONUS":
			right = combination.Without(tote.SetOf(unit...)) == 0
		case strings.HasPrefix(suffix, "_EN_"):
			right = suffix == fmt.Sprintf("_EN_%d", len(unit)) && combination.Without(tote.SetOf(unit...)) == 0
		default:
			right = name(sorted) == d.GetCombination()
		}
		if right {
			return tote.Dividend(d.GetDividend())
		}
	}
	return 0
}
