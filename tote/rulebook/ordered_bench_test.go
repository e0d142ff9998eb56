package rulebook_test

import (
	"testing"

	"opentote/tote"
)

// orderedPatterns are bets of each formula for each ordered bet, wide ones.
func orderedPatterns(code tote.BetCode) []struct {
	name string
	p    tote.Pattern
} {
	n := orderedSizes[code]
	field := tote.Numbered(20)
	all := field.Slice()
	lists := make([][]tote.Horse, n)
	for i := range lists {
		lists[i] = all[i : i+4]
	}
	combined := tote.CombinedPattern(all[:10]...)
	combined.Complement = 13
	places := []int{2, 1, 3, 4}[:n-1]
	return []struct {
		name string
		p    tote.Pattern
	}{
		{"Unit", tote.UnitPattern(all[:n]...)},
		{"Combined", combined},
		{"CombinedAllOrders", combined.InAllOrders()},
		{"PartialField", tote.BasePattern(all[:n-1], all[n-1:12]).At(places...)},
		{"FullFieldOneBase", tote.FullFieldPattern(all[:1], field).At(1)},
		{"FullFieldAllOrders", tote.FullFieldPattern(all[:1], field).InAllOrders()},
		{"Free", tote.FreePattern(lists...)},
	}
}

// orderedBenchCard is the card of a race of twenty: a normal finish, or ties and
// non-runners.
func orderedBenchCard(tb testing.TB, code tote.BetCode, hard bool) tote.Card {
	r := tote.Result{Declared: tote.Numbered(20), Arrival: order(3, 5, 7, 1, 2, 12, 6)}
	if hard {
		r.NonRunners = tote.SetOf(9, 10)
		r.Arrival = [][]tote.Horse{{3}, {5, 7}, {1}, {2, 12}, {6}}
	}
	card, reason := orderedBetOf(tb, code).Card(r)
	if reason != "" {
		tb.Fatal(reason)
	}
	return card
}

// TestOrderedCountAllocatesNothing guards the settlement scan: millions of bets.
func TestOrderedCountAllocatesNothing(t *testing.T) {
	for _, code := range orderedCodes {
		card, bet := orderedBenchCard(t, code, true), orderedBetOf(t, code)
		var tally tote.Tally
		tally.Reset(len(card.Lines()))
		f := tote.Field{Declared: tote.Numbered(20)}
		for _, tt := range orderedPatterns(code) {
			if got := testing.AllocsPerRun(100, func() { card.Count(&tt.p, &tally) }); got != 0 {
				t.Errorf("%s %s: Count allocates %v times", code, tt.name, got)
			}
			if got := testing.AllocsPerRun(100, func() {
				if _, err := bet.Units(&tt.p, f); err != nil {
					t.Fatal(err)
				}
			}); got != 0 {
				t.Errorf("%s %s: Units allocates %v times", code, tt.name, got)
			}
		}
	}
}

func BenchmarkOrderedCount(b *testing.B) {
	for _, code := range orderedCodes {
		for _, finish := range []string{"Normal", "Hard"} {
			card := orderedBenchCard(b, code, finish == "Hard")
			var tally tote.Tally
			tally.Reset(len(card.Lines()))
			for _, tt := range orderedPatterns(code) {
				b.Run(string(code)+"/"+finish+"/"+tt.name, func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						card.Count(&tt.p, &tally)
					}
				})
			}
		}
	}
}

func BenchmarkOrderedShare(b *testing.B) {
	for _, code := range orderedCodes {
		b.Run(string(code), func(b *testing.B) {
			card := orderedBenchCard(b, code, true)
			stakes := tote.Stakes{Total: 100_000_000, OnLine: make([]tote.Money, len(card.Lines()))}
			for i := range stakes.OnLine {
				stakes.OnLine[i] = 10_000
			}
			for b.Loop() {
				card.Share(stakes)
			}
		})
	}
}
