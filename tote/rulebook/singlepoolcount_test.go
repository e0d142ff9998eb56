package rulebook_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// poolHorses is how many horses a unit of a bet holds.
func poolHorses(bet rulebook.PoolBet) int {
	if bet == rulebook.SuperQuatre {
		return 4
	}
	return 3
}

// drawPooled draws a valid bet of a single pool on a field where nothing is
// scratched yet: every formula of the chapters, with and without complement.
func drawPooled(t *rapid.T, declared tote.HorseSet) tote.Pattern {
	bet := rapid.SampledFrom([]rulebook.PoolBet{rulebook.Trio, rulebook.TrioOrdre, rulebook.SuperQuatre}).Draw(t, "bet")
	n := poolHorses(bet)
	field := rapid.Permutation(declared.Slice()).Draw(t, "field")
	ordered := bet != rulebook.Trio
	formulas := []string{"unit", "combined", "base", "full"}
	if ordered {
		formulas = append(formulas, "free")
	}
	var p tote.Pattern
	bases := rapid.IntRange(1, n-1).Draw(t, "bases")
	switch rapid.SampledFrom(formulas).Draw(t, "formula") {
	case "unit":
		p = tote.UnitPattern(field[:n]...)
	case "combined":
		p = tote.CombinedPattern(field[:rapid.IntRange(n, len(field)).Draw(t, "chosen")]...)
	case "base":
		p = tote.BasePattern(field[:bases], field[bases:rapid.IntRange(n, len(field)).Draw(t, "named")])
	case "full":
		p = tote.FullFieldPattern(field[:bases], declared)
	case "free":
		p = drawFree(t, field, n)
	}
	if ordered && p.Formula != tote.Free {
		if rapid.Bool().Draw(t, "all orders") {
			p = p.InAllOrders()
		} else if p.Formula == tote.Base {
			places := rapid.Permutation([]int{1, 2, 3, 4}[:n]).Draw(t, "places")
			p = p.At(places[:bases]...)
		}
	}
	free := field[int(p.Sizes[0]):]
	if p.Formula == tote.Free {
		free = field
	}
	if len(free) > 0 && rapid.Bool().Draw(t, "with complement") {
		p.Complement = rapid.SampledFrom(free).Draw(t, "complement")
	}
	p.Variant = uint8(bet)
	return p
}

// drawFree draws a free field; each list has a horse of its own, so that some unit
// exists.
func drawFree(t *rapid.T, field []tote.Horse, n int) tote.Pattern {
	lists := make([][]tote.Horse, n)
	for i := range lists {
		others := rapid.Permutation(slices.Concat(field[:i], field[i+1:])).Draw(t, "others")
		lists[i] = append([]tote.Horse{field[i]}, others[:rapid.IntRange(0, min(4, len(others))).Draw(t, "more")]...)
	}
	return tote.FreePattern(lists...)
}

// tuples yields every order of n horses of a race.
func tuples(horses []tote.Horse, n int, yield func([]tote.Horse)) {
	var extend func(unit []tote.Horse)
	extend = func(unit []tote.Horse) {
		if len(unit) == n {
			yield(unit)
			return
		}
		for _, h := range horses {
			if !slices.Contains(unit, h) {
				extend(append(unit, h))
			}
		}
	}
	extend(make([]tote.Horse, 0, n))
}

// holds reports whether an order of horses is a unit combination of p, by the
// words of the chapters.
func holds(p *tote.Pattern, unit []tote.Horse) bool {
	chosen := p.Group(0)
	switch {
	case p.Formula == tote.Free:
		for i, h := range unit {
			if !slices.Contains(p.Group(i), h) {
				return false
			}
		}
		return true
	case rulebook.PoolBet(p.Variant) == rulebook.Trio && !slices.IsSorted(unit):
		return false // one of the six orders stands for the set
	case p.Formula == tote.Base:
		for i, h := range chosen {
			at := slices.Index(unit, h)
			if at < 0 || p.Sizes[2+i] != 0 && at != int(p.Sizes[2+i])-1 {
				return false
			}
		}
		return tote.SetOf(unit...)&^(p.Bases()|p.Associates()) == 0
	case p.Flags&tote.AllOrders != 0 || rulebook.PoolBet(p.Variant) == rulebook.Trio:
		return tote.SetOf(unit...)&^tote.SetOf(chosen...) == 0
	}
	for _, h := range unit {
		i := slices.Index(chosen, h)
		if i < 0 {
			return false
		}
		chosen = chosen[i+1:]
	}
	return true
}

// pooledEnd is the slow model of one unit of a single pool: II-9-II word for
// word, articles 3 of the three chapters, then the table of sections 5 and 13.
func pooledEnd(p *tote.Pattern, unit []tote.Horse, r tote.Result, level int) string {
	unit = slices.Clone(unit)
	if c := p.Complement; c != 0 && !r.NonRunners.Has(c) && !slices.Contains(unit, c) {
		if i := slices.IndexFunc(unit, r.NonRunners.Has); i >= 0 {
			unit = append(slices.Delete(unit, i, i+1), c)
		}
	}
	n := len(unit)
	ran := slices.DeleteFunc(unit, r.NonRunners.Has)
	out := n - len(ran)
	if out > 2 || out > 0 && p.Formula == tote.Base && p.Bases()&^r.NonRunners == 0 {
		return "refunded"
	}
	rank := [...]string{"E_TRIO", "E_TRIO_ORDRE", "E_SUPER_QUATRE"}[p.Variant-1]
	counting, rest := n-level, strings.Repeat("-*", level)
	if out > level {
		counting, rest = n-out, strings.Repeat("-NP", out)
		rank += [...]string{"", "_1NP", "_2NP"}[out]
	}
	if rulebook.PoolBet(p.Variant) != rulebook.Trio {
		for order := range tote.TopOrderings(r.Arrival, counting) {
			if slices.Equal(order, ran[:counting]) {
				return rank + " " + joined(order) + rest
			}
		}
		return "lost"
	}
	for set := range tote.SetsInTop(r.Arrival, counting, counting) {
		if set&^tote.SetOf(ran...) == 0 {
			return rank + " " + joined(set.Slice()) + rest
		}
	}
	return "lost"
}

func joined(horses []tote.Horse) string {
	names := make([]string, len(horses))
	for i, h := range horses {
		names[i] = h.String()
	}
	return strings.Join(names, "-")
}

// TestSinglePoolCountEqualsExpansion compares counts by line, at every level of
// article 8, and citations with units taken one by one.
func TestSinglePoolCountEqualsExpansion(t *testing.T) {
	pool := singlePool(t)
	rapid.Check(t, func(t *rapid.T) {
		r := drawResult(t)
		p := drawPooled(t, r.Declared)
		bet := rulebook.PoolBet(p.Variant)
		var units [][]tote.Horse
		tuples(r.Declared.Slice(), poolHorses(bet), func(unit []tote.Horse) {
			if holds(&p, unit) {
				units = append(units, slices.Clone(unit))
			}
		})
		if n, err := pool.Units(&p, tote.Field{Declared: r.Declared}); err != nil || n != len(units) {
			t.Fatalf("units of %+v: got %d, %v, want %d", p, n, err, len(units))
		}
		checkCitations(t, &p, units)
		card := pool.Card(r, rulebook.PoolBetsOf(rulebook.Trio, rulebook.TrioOrdre, rulebook.SuperQuatre))
		for level, more := 0, true; more; level++ {
			onLine := checkEnds(t, card, &p, units, r, level)
			card, more = card.Widen(onLine)
		}
	})
}

func checkCitations(t *rapid.T, p *tote.Pattern, units [][]tote.Horse) {
	const unit = 150
	var want, got rulebook.Citations
	for _, u := range units {
		for place, h := range u {
			if rulebook.PoolBet(p.Variant) != rulebook.Trio {
				want[place][h] += unit * 3
				continue
			}
			for place := range u {
				want[place][h] += unit
			}
		}
	}
	got.Add(p, unit)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("citations of %+v (-want +got):\n%s", p, diff)
	}
	if got.Add(p, -unit); got != (rulebook.Citations{}) {
		t.Fatalf("citations of %+v do not go back to nothing", p)
	}
}

func checkEnds(t *rapid.T, card *rulebook.SingleCard, p *tote.Pattern, units [][]tote.Horse, r tote.Result, level int) []tote.Money {
	want := ends{Won: map[string]int{}}
	for _, u := range units {
		end := "refunded"
		if card.Refund(rulebook.PoolBet(p.Variant)) == "" {
			end = pooledEnd(p, u, r, level)
		}
		switch end {
		case "lost":
		case "refunded":
			want.Refunded++
		default:
			want.Won[end]++
		}
	}
	lines := card.Lines()
	var tally tote.Tally
	tally.Reset(len(lines))
	card.Count(p, &tally)
	got := ends{Refunded: tally.Refunded, Won: map[string]int{}}
	onLine := make([]tote.Money, len(lines))
	for i, n := range tally.Won {
		onLine[i] = tote.Money(n)
		if n != 0 {
			got.Won[lines[i].Rank+" "+lines[i].Combination] += n
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("level %d, %+v on %+v (-want +got):\n%s", level, p, r, diff)
	}
	return onLine
}

// pooledPatterns returns one bet of each formula, the widest where there is a choice.
func pooledPatterns() []struct {
	name string
	p    tote.Pattern
} {
	field := tote.Numbered(20)
	all := field.Slice()
	of := func(bet rulebook.PoolBet, p tote.Pattern, complement tote.Horse) tote.Pattern {
		p.Variant, p.Complement = uint8(bet), complement
		return p
	}
	lists := tote.FreePattern(all[:5], all[2:7], all[4:9], all[6:11])
	return []struct {
		name string
		p    tote.Pattern
	}{
		{"TrioUnit", of(rulebook.Trio, tote.UnitPattern(3, 5, 7), 0)},
		{"TrioCombined", of(rulebook.Trio, tote.CombinedPattern(all[:12]...), 13)},
		{"TrioFullField", of(rulebook.Trio, tote.FullFieldPattern(all[2:3], field), 4)},
		{"OrdreUnit", of(rulebook.TrioOrdre, tote.UnitPattern(3, 5, 7), 0)},
		{"OrdreAllOrders", of(rulebook.TrioOrdre, tote.CombinedPattern(all[:12]...).InAllOrders(), 13)},
		{"Super4Unit", of(rulebook.SuperQuatre, tote.UnitPattern(3, 5, 7, 1), 0)},
		{"Super4Combined", of(rulebook.SuperQuatre, tote.CombinedPattern(all[:12]...), 13)},
		{"Super4FullField", of(rulebook.SuperQuatre, tote.FullFieldPattern(all[2:4], field).At(1, 3), 6)},
		{"Super4Free", of(rulebook.SuperQuatre, lists, 0)},
	}
}

// pooledCard returns the card of a 20-horse race with two non-runners.
func pooledCard(t tester) *rulebook.SingleCard {
	return singlePool(t).Card(tote.Result{
		Declared:   tote.Numbered(20),
		NonRunners: tote.SetOf(9, 17),
		Arrival:    order(3, 5, 7, 1, 2),
	}, rulebook.PoolBetsOf(rulebook.Trio, rulebook.TrioOrdre, rulebook.SuperQuatre))
}

// TestSinglePoolAllocatesNothing guards the scans of an open and of a closed pool.
func TestSinglePoolAllocatesNothing(t *testing.T) {
	pool, card, f := singlePool(t), pooledCard(t), tote.Field{Declared: tote.Numbered(20)}
	var cited rulebook.Citations
	for _, tt := range pooledPatterns() {
		var tally tote.Tally
		tally.Reset(len(card.Lines()))
		if got := testing.AllocsPerRun(100, func() { card.Count(&tt.p, &tally) }); got != 0 {
			t.Errorf("%s: Count allocates %v times", tt.name, got)
		}
		if got := testing.AllocsPerRun(100, func() { cited.Add(&tt.p, 150) }); got != 0 {
			t.Errorf("%s: Citations.Add allocates %v times", tt.name, got)
		}
		if got := testing.AllocsPerRun(100, func() {
			if _, err := pool.Units(&tt.p, f); err != nil {
				t.Fatal(tt.name, err)
			}
		}); got != 0 {
			t.Errorf("%s: Units allocates %v times", tt.name, got)
		}
	}
}

func BenchmarkSinglePoolCount(b *testing.B) {
	card := pooledCard(b)
	for _, tt := range pooledPatterns() {
		b.Run(tt.name, func(b *testing.B) {
			var tally tote.Tally
			tally.Reset(len(card.Lines()))
			b.ReportAllocs()
			for b.Loop() {
				card.Count(&tt.p, &tally)
			}
		})
	}
}

func BenchmarkCitations(b *testing.B) {
	for _, tt := range pooledPatterns() {
		b.Run(tt.name, func(b *testing.B) {
			var cited rulebook.Citations
			b.ReportAllocs()
			for b.Loop() {
				cited.Add(&tt.p, 150)
			}
		})
	}
}

func BenchmarkSinglePoolShare(b *testing.B) {
	card := pooledCard(b)
	s := rulebook.SingleStakes{OnLine: make([]tote.Money, len(card.Lines()))}
	for _, tt := range pooledPatterns() {
		s.Cited.Add(&tt.p, 150)
		s.Bets[tt.p.Variant-1].Total += 100_000
	}
	for i := range s.OnLine {
		s.OnLine[i] = 300
	}
	b.ReportAllocs()
	for b.Loop() {
		card.Share(s)
	}
}
