package rulebook_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
)

// unitEnd is a slow model of how a unit ends: "refunded", or the names of the
// lines it is on, if the card has them. Names are ranks without the bet's code.
type unitEnd func(p *tote.Pattern, unit []tote.Horse, r tote.Result) []string

var refundedUnit = []string{"refunded"}

// coupleEnd follows III-3-3 and C-10.
func coupleEnd(ordered bool) unitEnd {
	return func(p *tote.Pattern, unit []tote.Horse, r tote.Result) []string {
		base := tote.HorseSet(0)
		if p.Formula == tote.Base {
			base = tote.SetOf(p.Horses[0])
		}
		unit = replacedIn(slices.Clone(unit), p, r)
		out := tote.SetOf(unit...) & r.NonRunners
		if out.Len() == 2 || out&base != 0 {
			return refundedUnit
		}
		if !ordered {
			slices.Sort(unit)
			if r.NonRunners.Has(unit[0]) {
				slices.Reverse(unit) // a non-runner stands last
			}
		}
		rank, name := "", ""
		for i, h := range unit {
			if i > 0 {
				name += "-"
			}
			if r.NonRunners.Has(h) {
				rank, name = "_1NP", name+"NP"
				continue
			}
			name += h.String()
		}
		return []string{rank + " " + name}
	}
}

// pick5End follows III-10-3 and section 4 of 07-tierce.
func pick5End(p *tote.Pattern, unit []tote.Horse, r tote.Result) []string {
	bases := p.Bases()
	set := tote.SetOf(unit...)
	if c := p.Complement; c != 0 && !r.NonRunners.Has(c) && !set.Has(c) {
		if i := slices.IndexFunc(unit, r.NonRunners.Has); i >= 0 {
			set = set.Without(tote.SetOf(unit[i])).With(c)
		}
	}
	ran := set.Without(r.NonRunners)
	switch out := 5 - ran.Len(); {
	case out > 1 || out == 1 && bases.Len() == 1 && bases&r.NonRunners != 0:
		return refundedUnit
	case out == 1:
		return []string{"_1NP " + joined(ran.Slice()) + "-NP"}
	}
	return []string{" " + joined(ran.Slice())}
}

// multiEnd follows III-7-4: every four of the runners left, of which those on the
// card are winning.
func multiEnd(_ *tote.Pattern, unit []tote.Horse, r tote.Result) []string {
	ran := tote.SetOf(unit...).Without(r.NonRunners)
	if ran.Len() < 4 {
		return refundedUnit
	}
	var names []string
	for set := range tote.SetsInTop([][]tote.Horse{ran.Slice()}, 4, ran.Len()) {
		names = append(names, "_EN_"+strconv.Itoa(ran.Len())+" "+joined(set.Slice()))
	}
	return names
}

func hostEnd(_ *tote.Pattern, unit []tote.Horse, r tote.Result) []string {
	if tote.SetOf(unit...)&r.NonRunners != 0 {
		return refundedUnit
	}
	return []string{" " + joined(unit)}
}

func endsOf(code tote.BetCode) unitEnd {
	switch code {
	case coupleO:
		return coupleEnd(true)
	case pickFive:
		return pick5End
	case multi, miniMulti:
		return multiEnd
	}
	if slices.Contains(internationals, code) {
		return hostEnd
	}
	return coupleEnd(false)
}

// TestCountEqualsExpandedUnits compares the closed forms with units taken one by
// one: what a line holds, counted there or at another line of its finish.
func TestCountEqualsExpandedUnits(t *testing.T) {
	for _, code := range slices.Concat(onlineOthers, internationals) {
		t.Run(string(code), rapid.MakeCheck(func(t *rapid.T) { checkExpanded(t, code) }))
	}
}

func checkExpanded(t *rapid.T, code tote.BetCode) {
	var bet tote.BetType
	if slices.Contains(internationals, code) {
		bet = drawInternational(t, code)
	} else {
		bet = betOf(t, code, "")
	}
	r := drawRace(t)
	s, variant := shapeOf(t, code, r.Declared.Len())
	p := drawFormula(t, s, r.Declared)
	var units [][]tote.Horse
	for u := range s.All(&p) {
		units = append(units, slices.Clone(u))
	}
	p.Variant = variant
	if n, err := bet.Units(&p, tote.Field{Declared: r.Declared}); err != nil || n != len(units) {
		t.Fatalf("units of %+v: got %d, %v, want %d", p, n, err, len(units))
	}
	card, reason := bet.Card(r)
	if reason != "" {
		return
	}
	onCard := map[string]bool{}
	for _, line := range card.Lines() {
		onCard[line.Rank[len(code):]+" "+line.Combination] = true
	}
	want := ends{Won: map[string]int{}}
	for _, u := range units {
		for _, end := range endsOf(code)(&p, u, r) {
			if end == "refunded" {
				want.Refunded++
			} else if onCard[end] {
				want.Won[end]++
			}
		}
	}
	if diff := cmp.Diff(want, heldBy(card, code, &p)); diff != "" {
		t.Fatalf("%+v on %+v (-want +got):\n%s", p, r, diff)
	}
}

// heldBy counts the units of p by the line they hold, wherever they count.
func heldBy(card tote.Card, code tote.BetCode, p *tote.Pattern) ends {
	lines := card.Lines()
	var t tote.Tally
	t.Reset(len(lines))
	card.Count(p, &t)
	if overlaps, ok := card.(tote.Overlaps); ok {
		overlaps.CountAlso(p, t.Won)
	}
	got := ends{Refunded: t.Refunded, Won: map[string]int{}}
	for i, n := range t.Won {
		if n != 0 {
			got.Won[lines[i].Rank[len(code):]+" "+lines[i].Combination] += n
		}
	}
	return got
}

// TestMultiCountsOnce holds that a unit with several winning fours counts at one
// of them in each finish (Y-1), and which fours the finishes have (Y-4).
func TestMultiCountsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bet, r := betOf(t, multi, ""), drawResult(t)
		s, variant := shapeOf(t, multi, r.Declared.Len())
		p := drawFormula(t, s, r.Declared)
		units := slices.Collect(func(yield func(tote.HorseSet) bool) {
			for u := range s.All(&p) {
				if !yield(tote.SetOf(u...).Without(r.NonRunners)) {
					return
				}
			}
		})
		p.Variant = variant
		card, reason := bet.Card(r)
		if reason != "" {
			return
		}
		lines := card.Lines()
		var tally tote.Tally
		tally.Reset(len(lines))
		card.Count(&p, &tally)
		counted := map[string]int{}
		for i, n := range tally.Won {
			counted[lines[i].Combination] += n
		}
		seen := map[tote.HorseSet]bool{}
		for _, places := range [][]int{{1, 2, 3, 4}, {1, 2, 3, 5}, {1, 2, 4, 5}, {1, 3, 4, 5}, {2, 3, 4, 5}} {
			fours := map[tote.HorseSet]bool{}
			for order := range tote.TopOrderings(r.Arrival, places[3]) {
				set := tote.HorseSet(0)
				for _, place := range places {
					set = set.With(order[place-1])
				}
				if !seen[set] {
					fours[set] = true
				}
			}
			want, got := 0, 0
			for _, u := range units {
				if u.Len() >= 4 && holdsOne(u, fours) && !holdsOne(u, seen) {
					want++
				}
			}
			for set := range fours {
				got += counted[joined(set.Slice())]
				seen[set] = true
			}
			if len(fours) > 0 && got < want || places[3] == 4 && got != want {
				t.Fatalf("places %v of %v: %d of %d units counted", places, r.Arrival, got, want)
			}
		}
		if len(seen)*4 != len(lines) {
			t.Fatalf("%v: %d fours, %d lines", r.Arrival, len(seen), len(lines))
		}
	})
}

func holdsOne(unit tote.HorseSet, sets map[tote.HorseSet]bool) bool {
	for set := range sets {
		if set&^unit == 0 {
			return true
		}
	}
	return false
}
