package rulebook_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
	"opentote/tote/rulebook"
)

var orderedCodes = []tote.BetCode{"E_TIERCE", "E_QUARTE_PLUS", "E_QUINTE_PLUS"}

// orderedShape returns the shape of an ordered bet, for listings.
func orderedShape(code tote.BetCode) tote.Shape {
	n := orderedSizes[code]
	return tote.Shape{Horses: n, Bases: n - 1, Complement: true, Ordered: true}
}

// drawOrderedPattern draws a valid bet on a field where nothing is scratched yet:
// every formula, in one order or all, with and without complement.
func drawOrderedPattern(t *rapid.T, code tote.BetCode, declared tote.HorseSet) tote.Pattern {
	n := orderedSizes[code]
	field := rapid.Permutation(declared.Slice()).Draw(t, "field")
	widest := min(len(field), n+2)
	all := rapid.Bool().Draw(t, "all orders")
	bases := rapid.IntRange(1, n-1).Draw(t, "bases")
	places := rapid.Permutation([]int{1, 2, 3, 4, 5}[:n]).Draw(t, "places")[:bases]
	p := tote.UnitPattern(field[:n]...)
	switch rapid.SampledFrom([]string{"unit", "combined", "base", "full", "free"}).Draw(t, "formula") {
	case "combined":
		p = tote.CombinedPattern(field[:rapid.IntRange(n, widest).Draw(t, "chosen")]...)
	case "base":
		p = tote.BasePattern(field[:bases], field[bases:rapid.IntRange(n, widest).Draw(t, "named")])
	case "full":
		bases = max(bases, n-2) // fewer make too many units to list
		places = rapid.Permutation([]int{1, 2, 3, 4, 5}[:n]).Draw(t, "places of the full field")[:bases]
		p = tote.FullFieldPattern(field[:bases], declared)
	case "free":
		lists := make([][]tote.Horse, n)
		for i := range lists {
			other := field[rapid.IntRange(0, len(field)-1).Draw(t, "other")]
			lists[i] = []tote.Horse{field[i]}
			if other != field[i] {
				lists[i] = append(lists[i], other)
			}
		}
		all, p = false, tote.FreePattern(lists...)
	}
	switch {
	case all:
		p = p.InAllOrders()
	case p.Formula == tote.Base:
		p = p.At(places...)
	}
	if others := field[p.Sizes[0]:]; p.Formula != tote.Free && len(others) > 0 && rapid.Bool().Draw(t, "with complement") {
		p.Complement = rapid.SampledFrom(others).Draw(t, "complement")
	}
	return p
}

// orderedEnds counts a pattern by line: rank without the bet's code, and
// combination.
func orderedEnds(code tote.BetCode, card tote.Card, count func(*tote.Tally)) map[string]int {
	lines := card.Lines()
	var tally tote.Tally
	tally.Reset(len(lines))
	count(&tally)
	got := map[string]int{}
	add := func(name string, n int) {
		if n != 0 {
			got[name] += n
		}
	}
	add("refunded", tally.Refunded)
	add("transferred", tally.Transferred)
	for i, n := range tally.Won {
		add(strings.TrimPrefix(lines[i].Rank, string(code)+"_")+" "+lines[i].Combination, n)
	}
	return got
}

// drawOrderedResult draws a race that pays, most of the time: many runners are
// classified.
func drawOrderedResult(t *rapid.T) tote.Result {
	r := tote.Result{Declared: tote.Numbered(rapid.IntRange(7, 10).Draw(t, "declared"))}
	horses := rapid.Permutation(r.Declared.Slice()).Draw(t, "order")
	out := rapid.IntRange(0, 3).Draw(t, "non-runners")
	r.NonRunners = tote.SetOf(horses[:out]...)
	ran := horses[out:]
	ran = ran[:min(len(ran), rapid.SampledFrom([]int{3, 4, 5, 6, 7, 8}).Draw(t, "classified"))]
	for len(ran) > 0 {
		n := min(len(ran), rapid.SampledFrom([]int{1, 1, 1, 1, 2, 3, 4}).Draw(t, "tied"))
		r.Arrival = append(r.Arrival, ran[:n:n])
		ran = ran[n:]
	}
	return r
}

// TestOrderedCountEqualsExpansion compares the closed forms with the units counted
// one by one by the slow model.
func TestOrderedCountEqualsExpansion(t *testing.T) {
	for _, name := range []string{"E_TIERCE", "E_QUARTE_PLUS", "E_QUINTE_PLUS", "E_QUINTE_PLUS as observed"} {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			r := drawOrderedResult(t)
			text, _, observed := strings.Cut(name, " ")
			code := tote.BetCode(text)
			p := drawOrderedPattern(t, code, r.Declared)
			bet := orderedBetOf(t, code)
			if observed {
				book, _ := rulebook.ByID("fr-online-2026-observed")
				bet, _ = book.Apart(code, nil)
			}
			n, err := bet.Units(&p, tote.Field{Declared: r.Declared})
			if err != nil {
				t.Skip(err) // lists of a free field that share too few horses
			}
			card, reason := bet.Card(r)
			if reason != "" || len(card.Lines()) == 0 {
				return
			}
			model, want, units := modelOf(code, r), map[string]int{}, 0
			model.fourOfFive = observed
			for unit := range orderedShape(code).All(&p) {
				units++
				for _, end := range model.ends(&p, unit) {
					want[end]++
				}
			}
			if units != n {
				t.Fatalf("units of %+v: got %d, want %d", p, n, units)
			}
			got := orderedEnds(code, card, func(tally *tote.Tally) { card.Count(&p, tally) })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%+v on %+v (-want +got):\n%s", p, r, diff)
			}
		}))
	}
}

// TestReceivedCountEqualsExpansion holds that the Quarté Plus counts exactly the
// units that the Quinté Plus sends it, each as its four runners in their order.
func TestReceivedCountEqualsExpansion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawOrderedResult(t)
		p := drawOrderedPattern(t, "E_QUINTE_PLUS", r.Declared)
		if _, err := orderedBetOf(t, "E_QUINTE_PLUS").Units(&p, tote.Field{Declared: r.Declared}); err != nil {
			t.Skip(err)
		}
		card, reason := orderedBetOf(t, "E_QUARTE_PLUS").Card(r)
		if reason != "" {
			return
		}
		sender, receiver := modelOf("E_QUINTE_PLUS", r), modelOf("E_QUARTE_PLUS", r)
		want := map[string]int{}
		for unit := range orderedShape("E_QUINTE_PLUS").All(&p) {
			if ends := sender.ends(&p, unit); len(ends) != 1 || ends[0] != "transferred" {
				continue
			}
			four := afterComplement(&p, unit, r.NonRunners)
			alone := tote.Pattern{} // no complement is left, no base either
			for i, h := range four {
				if r.NonRunners.Has(h) {
					four = append(four[:i:i], four[i+1:]...)
					break
				}
			}
			for _, end := range receiver.ends(&alone, four) {
				want[end]++
			}
		}
		got := orderedEnds("E_QUARTE_PLUS", card, func(tally *tote.Tally) {
			card.(tote.Receiver).CountReceived(&p, tally)
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%+v on %+v (-want +got):\n%s", p, r, diff)
		}
	})
}
