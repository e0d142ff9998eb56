package rulebook_test

import (
	"math/bits"
	"slices"

	"pgregory.net/rapid"

	"opentote/tote"
)

// drawResult draws a race of 5 to 12 runners, with non-runners and a finish that
// may have dead heats anywhere and leave horses unclassified.
func drawResult(t *rapid.T) tote.Result {
	declared := rapid.IntRange(5, 12).Draw(t, "declared")
	r := tote.Result{Declared: tote.Numbered(declared)}
	field := r.Declared.Slice()
	shuffled := rapid.Permutation(field).Draw(t, "order")
	out := rapid.IntRange(0, 3).Draw(t, "non-runners")
	r.NonRunners = tote.SetOf(shuffled[:out]...)
	ran := shuffled[out:]
	ran = ran[:rapid.IntRange(0, len(ran)).Draw(t, "classified")]
	for len(ran) > 0 {
		n := min(len(ran), rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(t, "tied"))
		r.Arrival = append(r.Arrival, ran[:n:n])
		ran = ran[n:]
	}
	return r
}

// drawPattern draws a valid bet of the type on a field where nothing is
// scratched yet: every formula, with and without complement.
func drawPattern(t *rapid.T, code tote.BetCode, declared tote.HorseSet) tote.Pattern {
	field := rapid.Permutation(declared.Slice()).Draw(t, "field")
	size := 1
	if code == deux {
		size = 2
	}
	formula := rapid.SampledFrom([]string{"unit", "combined", "base", "full"}).Draw(t, "formula")
	if size == 1 && (formula == "base" || formula == "full") {
		formula = "combined"
	}
	var p tote.Pattern
	switch formula {
	case "unit":
		p = tote.UnitPattern(field[:size]...)
	case "combined":
		p = tote.CombinedPattern(field[:rapid.IntRange(size, len(field)).Draw(t, "chosen")]...)
	case "base":
		p = tote.BasePattern(field[:1], field[1:rapid.IntRange(2, len(field)).Draw(t, "associates")])
	case "full":
		p = tote.FullFieldPattern(field[:1], declared)
	}
	free := field[int(p.Sizes[0]):]
	if code == deux && len(free) > 0 && rapid.Bool().Draw(t, "with complement") {
		p.Complement = rapid.SampledFrom(free).Draw(t, "complement")
	}
	return p
}

// endOf is the slow model of one unit combination of the 2sur4: II-9-II as C-10
// reads it, then III-5-3.
func endOf(p *tote.Pattern, unit []tote.Horse, r tote.Result) string {
	unit = slices.Clone(unit)
	base := tote.Horse(0)
	if p.Formula == tote.Base {
		base = unit[0]
	}
	unit = replacedIn(unit, p, r)
	if base != 0 && r.NonRunners.Has(base) && slices.Contains(unit, base) {
		return "refunded"
	}
	set := tote.SetOf(unit...)
	places := tote.PlacesOf(r.Arrival)
	runners := set.Without(r.NonRunners)
	switch runners.Len() {
	case 0:
		return "refunded"
	case 1:
		if h := tote.Horse(bits.TrailingZeros64(uint64(runners))); places[h] >= 1 && places[h] <= 4 {
			return h.String() + "-NP"
		}
		return "lost"
	}
	if !tote.InTop(r.Arrival, set, 4) {
		return "lost"
	}
	pair := set.Slice()
	return pair[0].String() + "-" + pair[1].String()
}

// replacedIn puts the complement last in place of the bet's first named
// non-runner, if the unit holds that one and not the complement.
func replacedIn(unit []tote.Horse, p *tote.Pattern, r tote.Result) []tote.Horse {
	named := slices.Concat(p.Horses[:], p.Field.Slice())
	first := slices.IndexFunc(named, r.NonRunners.Has)
	c := p.Complement
	if first < 0 || c == 0 || r.NonRunners.Has(c) || slices.Contains(unit, c) {
		return unit
	}
	if i := slices.Index(unit, named[first]); i >= 0 {
		return append(slices.Delete(unit, i, i+1), c)
	}
	return unit
}
