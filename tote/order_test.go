package tote_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"opentote/tote"
)

var (
	orderedTriple = tote.Shape{Horses: 3, Bases: 2, Complement: true, Ordered: true}
	orderedFive   = tote.Shape{Horses: 5, Bases: 4, Complement: true, Ordered: true}
	shuffledSix   = tote.CombinedPattern(9, 2, 7, 4, 11, 1)
)

// TestOrderedUnits holds the tables of formulas of 07, 08, 09 and 11.
func TestOrderedUnits(t *testing.T) {
	nine := tote.Field{Declared: tote.Numbered(9)}
	full := func(bases ...tote.Horse) tote.Pattern { return tote.FullFieldPattern(bases, nine.Declared) }
	part := func(bases ...tote.Horse) tote.Pattern { return tote.BasePattern(bases, numbers(5, 6, 7, 8)) }
	four := tote.Shape{Horses: 4, Bases: 3, Ordered: true}
	free := func(lists ...[]tote.Horse) tote.Pattern { return tote.FreePattern(lists...) }
	tests := []struct {
		name  string
		shape tote.Shape
		p     tote.Pattern
		f     tote.Field
		want  int
		code  tote.PatternCode
	}{
		{"unit", orderedTriple, tote.UnitPattern(3, 1, 2), nine, 1, ""},
		{"unit, all orders", orderedTriple, tote.UnitPattern(3, 1, 2).InAllOrders(), nine, 6, ""},
		{"combined of six", orderedTriple, shuffledSix, wideField, 20, ""},
		{"combined of six, all orders", orderedTriple, shuffledSix.InAllOrders(), wideField, 120, ""},
		{"combined of six fours", four, shuffledSix, wideField, 15, ""},
		{"combined of six fours, all orders", four, shuffledSix.InAllOrders(), wideField, 360, ""},
		{"combined of twenty, all orders", orderedFive, tote.CombinedPattern(wideHorses[:20]...).InAllOrders(), wideField, 1_860_480, ""},
		{"two bases, full field", orderedTriple, full(1, 2).At(1, 3), nine, 7, ""},
		{"two bases, full field, all orders", orderedTriple, full(1, 2).InAllOrders(), nine, 42, ""},
		{"one base, full field", orderedTriple, full(1).At(2), nine, 56, ""},
		{"one base, full field, all orders", orderedTriple, full(1).InAllOrders(), nine, 168, ""},
		{"one base, full field, fours", four, full(1).At(4), nine, 336, ""},
		{"one base, full field, fours, all orders", four, full(1).InAllOrders(), nine, 1344, ""},
		{"two bases, fours", four, part(1, 2).At(4, 1), nine, 12, ""},
		{"two bases, fours, all orders", four, part(1, 2).InAllOrders(), nine, 144, ""},
		{"one base, partial field, fours, all orders", four, part(1).InAllOrders(), nine, 96, ""},
		{"four bases, fives", orderedFive, part(1, 2, 3, 4).At(5, 1, 2, 4), nine, 4, ""},
		{"four bases, fives, all orders", orderedFive, part(1, 2, 3, 4).InAllOrders(), nine, 480, ""},
		{"free, nothing shared", orderedTriple, free(numbers(1), numbers(2, 3), numbers(4, 5, 6)), nine, 6, ""},
		{"free, rows that repeat a horse", orderedTriple, free(numbers(1, 2), numbers(1, 2), numbers(1, 2, 3)), nine, 2, ""},
		{"free, complement in the selection", orderedTriple, completed(free(numbers(1), numbers(2), numbers(3)), 3), nine, 1, ""},

		{"free, no unit", orderedTriple, free(numbers(1), numbers(1), numbers(3)), nine, 0, tote.TooFewHorses},
		{"free, a place without horse", orderedTriple, free(numbers(1), nil, numbers(3)), nine, 0, tote.TooFewHorses},
		{"free, a place too many", orderedTriple, free(numbers(1), numbers(2), numbers(3), numbers(4)), nine, 0, tote.BadFormula},
		{"free, repeated at a place", orderedTriple, free(numbers(1), numbers(2, 2), numbers(3)), nine, 0, tote.RepeatedHorse},
		{"free in all orders", orderedTriple, free(numbers(1), numbers(2), numbers(3)).InAllOrders(), nine, 0, tote.BadFormula},
		{"free with twenty-one numbers (II-6)", orderedTriple, changed(free(wideHorses[:7], wideHorses[:7], wideHorses[:6]), func(p *tote.Pattern) { p.Sizes[2]++ }), wideField, 0, tote.TooManyHorses},
		{"free, complement out", orderedTriple, completed(free(numbers(1), numbers(2), numbers(3)), 9), sampleField, 0, tote.IsNonRunner},
		{"base without place", orderedTriple, full(1), nine, 0, tote.BadPlaces},
		{"two bases at one place", orderedTriple, full(1, 2).At(2, 2), nine, 0, tote.BadPlaces},
		{"place out of range", orderedTriple, full(1).At(4), nine, 0, tote.BadPlaces},
		{"a place too many", orderedTriple, changed(full(1).At(1), func(p *tote.Pattern) { p.Sizes[3] = 2 }), nine, 0, tote.BadPlaces},
		{"places in all orders", orderedTriple, full(1).At(1).InAllOrders(), nine, 0, tote.BadFormula},
		{"places of an unordered bet", triple, full(1).At(1), nine, 0, tote.BadFormula},
		{"places without bases", orderedTriple, tote.UnitPattern(1, 2, 3).At(1), nine, 0, tote.BadFormula},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.shape.Units(&tt.p, tt.f)
			var wrong *tote.PatternError
			if !errors.As(err, &wrong) {
				wrong = &tote.PatternError{}
			}
			if got != tt.want || wrong.Code != tt.code {
				t.Errorf("got %d, %q, want %d, %q", got, wrong.Code, tt.want, tt.code)
			}
		})
	}
}

// drawOrdered draws a bet of the shape that Units accepts, on a field where
// nothing is scratched yet.
func drawOrdered(t *rapid.T, s tote.Shape, f tote.Field) tote.Pattern {
	horses := rapid.Permutation(f.Declared.Slice()).Draw(t, "horses")
	all := s.Ordered && rapid.Bool().Draw(t, "all orders")
	bases := rapid.IntRange(1, s.Bases).Draw(t, "bases")
	formulas := []string{"unit", "combined", "base", "full", "free", "free"}
	if !s.Ordered {
		formulas = formulas[:4]
	}
	var p tote.Pattern
	switch formula := rapid.SampledFrom(formulas).Draw(t, "formula"); formula {
	case "unit":
		p = tote.UnitPattern(horses[:s.Horses]...)
	case "combined":
		p = tote.CombinedPattern(horses[:rapid.IntRange(s.Horses, len(horses)).Draw(t, "chosen")]...)
	case "free":
		return drawFree(t, s, f, horses)
	default:
		n := rapid.IntRange(s.Horses, len(horses)).Draw(t, "named")
		p = tote.BasePattern(horses[:bases], horses[bases:n])
		if formula == "full" {
			p = tote.FullFieldPattern(horses[:bases], f.Declared)
		}
		if s.Ordered && !all {
			places := rapid.Permutation([]int{1, 2, 3, 4, 5}[:s.Horses]).Draw(t, "places")
			p = p.At(places[:bases]...)
		}
	}
	if all {
		p = p.InAllOrders()
	}
	if others := horses[p.Sizes[0]:]; len(others) > 0 && rapid.Bool().Draw(t, "with complement") {
		p.Complement = rapid.SampledFrom(others).Draw(t, "complement")
	}
	return p
}

func drawFree(t *rapid.T, s tote.Shape, f tote.Field, horses []tote.Horse) tote.Pattern {
	lists := make([][]tote.Horse, s.Horses)
	for i := range lists {
		n := rapid.IntRange(1, 4).Draw(t, "listed")
		lists[i] = rapid.Permutation(horses).Draw(t, "list")[:n]
	}
	p := tote.FreePattern(lists...)
	if rapid.Bool().Draw(t, "with complement") {
		p.Complement = rapid.SampledFrom(horses).Draw(t, "complement")
	}
	if _, err := s.Units(&p, f); err != nil {
		return tote.UnitPattern(horses[:s.Horses]...) // the lists share too few horses
	}
	return p
}

// holds is the slow model of which ordered combinations a pattern contains.
func holds(s tote.Shape, p *tote.Pattern, unit []tote.Horse) bool {
	all := p.Flags&tote.AllOrders != 0
	set, fixed, list := tote.SetOf(unit...), p.Bases(), p.Horses[:p.Sizes[0]]
	switch p.Formula {
	case tote.Free:
		for i, h := range unit {
			if !slices.Contains(p.Group(i), h) {
				return false
			}
		}
		return true
	case tote.Base:
		if fixed&^set != 0 || set&^fixed&^p.Associates() != 0 {
			return false
		}
		for i, base := range list {
			if s.Ordered && !all && unit[p.Sizes[2+i]-1] != base {
				return false
			}
		}
		return s.Ordered || slices.IsSorted(unit)
	}
	at := -1
	for _, h := range unit {
		i := slices.Index(list, h)
		if i < 0 || i < at && !all {
			return false
		}
		at = i
	}
	return true
}

// tuples yields every choice of n different horses in every order.
func tuples(unit, horses []tote.Horse, n int, yield func([]tote.Horse)) {
	if len(unit) == n {
		yield(unit)
		return
	}
	for _, h := range horses {
		if !slices.Contains(unit, h) {
			tuples(append(unit, h), horses, n, yield)
		}
	}
}

// TestUnitsAndListing compares both with a search through all ordered
// combinations of the field.
func TestUnitsAndListing(t *testing.T) {
	for _, s := range []tote.Shape{triple, orderedTriple, {Horses: 4, Bases: 3, Complement: true, Ordered: true}} {
		rapid.Check(t, func(t *rapid.T) {
			f := tote.Field{Declared: tote.Numbered(rapid.IntRange(5, 8).Draw(t, "declared"))}
			p := drawOrdered(t, s, f)
			var want []string
			tuples(nil, f.Declared.Slice(), s.Horses, func(unit []tote.Horse) {
				if holds(s, &p, unit) {
					want = append(want, string(inOrderOf(s, unit)))
				}
			})
			n, err := s.Units(&p, f)
			if err != nil || n != len(want) {
				t.Fatalf("units of %+v: got %d, %v, want %d", p, n, err, len(want))
			}
			var got []string
			for unit := range s.All(&p) {
				got = append(got, string(inOrderOf(s, unit)))
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("listing of %+v: got %q, want %q", p, got, want)
			}
		})
	}
}

// inOrderOf returns the unit's numbers, sorted where the bet has no order.
func inOrderOf(s tote.Shape, unit []tote.Horse) []byte {
	var numbers []byte
	for _, h := range unit {
		numbers = append(numbers, byte(h))
	}
	if !s.Ordered {
		slices.Sort(numbers)
	}
	return numbers
}

// replaced applies the complement horse word for word (II-9-II).
func replaced(p *tote.Pattern, unit []tote.Horse, out tote.HorseSet) []tote.Horse {
	unit = slices.Clone(unit)
	c := p.Complement
	if c == 0 || out.Has(c) || slices.Contains(unit, c) {
		return unit
	}
	if i := slices.IndexFunc(unit, out.Has); i >= 0 {
		unit = append(slices.Delete(unit, i, i+1), c)
	}
	return unit
}

// TestCountEqualsExpansion draws what a result may ask for, and compares with
// every unit looked at one by one.
func TestCountEqualsExpansion(t *testing.T) {
	for _, s := range []tote.Shape{triple, orderedTriple, orderedFive} {
		rapid.Check(t, func(t *rapid.T) {
			f := tote.Field{Declared: tote.Numbered(rapid.IntRange(6, 9).Draw(t, "declared"))}
			p := drawOrdered(t, s, f)
			horses := rapid.Permutation(f.Declared.Slice()).Draw(t, "runners first")
			running := rapid.IntRange(s.Horses-1, len(horses)).Draw(t, "running")
			out := tote.SetOf(horses[running:]...)
			outs := rapid.IntRange(0, min(out.Len(), 2)).Draw(t, "outs")
			parts := drawParts(t, horses[:running], s.Horses-outs)
			c := s.Read(&p, out)
			wantSets, wantOrders := 0, 0
			for unit := range s.All(&p) {
				unit := replaced(&p, unit, out)
				runners := slices.DeleteFunc(slices.Clone(unit), out.Has)
				sets, inOrder := fits(runners, parts)
				if sets && len(runners) == s.Horses-outs {
					wantSets++
					if inOrder {
						wantOrders++
					}
				}
			}
			if got := c.Count(outs, parts); got != wantSets {
				t.Fatalf("%+v, out %b, %d of them, parts %v: got %d, want %d", p, out, outs, parts, got, wantSets)
			}
			if got := c.InOrder(outs, parts); s.Ordered && got != wantOrders {
				t.Fatalf("%+v, out %b, %d of them, parts %v in order: got %d, want %d", p, out, outs, parts, got, wantOrders)
			}
			if missing := heldBy(s, &p, out).Without(c.Named()); missing != 0 {
				t.Fatalf("%+v: named lacks %b", p, missing)
			}
			if got, want := c.BasesOut(), p.Bases() != 0 && p.Bases()&^out == 0; got != want {
				t.Fatalf("bases out: got %v", got)
			}
		})
	}
}

// heldBy returns the horses that some unit holds on the result.
func heldBy(s tote.Shape, p *tote.Pattern, out tote.HorseSet) tote.HorseSet {
	var held tote.HorseSet
	for unit := range s.All(p) {
		held |= tote.SetOf(replaced(p, unit, out)...)
	}
	return held
}

// drawParts cuts n places into parts that share out some of the horses.
func drawParts(t *rapid.T, horses []tote.Horse, n int) []tote.Part {
	var parts []tote.Part
	for n > 0 && len(horses) > 0 {
		from := rapid.IntRange(1, len(horses)).Draw(t, "from")
		part := tote.Part{From: tote.SetOf(horses[:from]...), N: min(n, rapid.IntRange(1, from).Draw(t, "take"))}
		parts = append(parts, part)
		horses, n = horses[from:], n-part.N
	}
	if n > 0 {
		parts = append(parts, tote.Part{N: n}) // nothing fills it
	}
	return parts
}

// fits tells whether the runners of a unit are what the parts ask for, and
// whether part after part.
func fits(runners []tote.Horse, parts []tote.Part) (sets, inOrder bool) {
	inOrder = true
	at := 0
	for _, part := range parts {
		n := (tote.SetOf(runners...) & part.From).Len()
		if n != part.N {
			return false, false
		}
		for range part.N {
			inOrder = inOrder && part.From.Has(runners[at])
			at++
		}
	}
	return at == len(runners), inOrder && at == len(runners)
}

// TestInFinish holds the exact orders of payable sets in dead heats (07 section
// 3, 09 section 3).
func TestInFinish(t *testing.T) {
	arrival := [][]tote.Horse{{4}, {7, 2, 9}, {1}}
	tests := []struct {
		set   tote.HorseSet
		parts []tote.Part
		want  int
	}{
		{tote.SetOf(4, 7, 2), []tote.Part{tote.Whole(tote.SetOf(4)), tote.Whole(tote.SetOf(7, 2))}, 2},
		{tote.SetOf(4, 7, 2, 9, 1), []tote.Part{tote.Whole(tote.SetOf(4)), tote.Whole(tote.SetOf(7, 2, 9)), tote.Whole(tote.SetOf(1))}, 6},
		{tote.SetOf(7, 2, 9), []tote.Part{tote.Whole(tote.SetOf(7, 2, 9))}, 6},
		{0, nil, 1},
	}
	for _, tt := range tests {
		parts := tote.InFinish(arrival, tt.set)
		if !slices.Equal(parts, tt.parts) {
			t.Errorf("%b: got %v, want %v", tt.set, parts, tt.parts)
		}
		if got := tote.Orders(parts); got != tt.want {
			t.Errorf("%b: %d orders, want %d", tt.set, got, tt.want)
		}
	}
}
