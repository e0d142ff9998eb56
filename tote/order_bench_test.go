package tote_test

import (
	"testing"

	"opentote/tote"
)

// countedPatterns are bets of five horses in order, the widest of each formula.
func countedPatterns() []struct {
	name string
	p    tote.Pattern
} {
	list := func(from int) []tote.Horse { return wideHorses[from : from+4] }
	withComplement := completed(tote.CombinedPattern(wideHorses[:12]...), 13)
	return []struct {
		name string
		p    tote.Pattern
	}{
		{"Unit", tote.UnitPattern(1, 2, 3, 4, 5)},
		{"Combined", withComplement},
		{"CombinedAllOrders", withComplement.InAllOrders()},
		{"PartialField", tote.BasePattern(wideHorses[:2], wideHorses[2:12]).At(1, 2)},
		{"FullFieldAllOrders", tote.FullFieldPattern(wideHorses[:1], wideField.Declared).InAllOrders()},
		{"Free", tote.FreePattern(list(0), list(0), list(1), list(2), list(2))},
	}
}

var (
	benchParts   = []tote.Part{tote.Whole(tote.SetOf(1)), tote.Whole(tote.SetOf(2, 3)), tote.Whole(tote.SetOf(4, 5))}
	benchOutside = []tote.Part{tote.Whole(tote.SetOf(1, 2, 3)), {From: tote.SetOf(6, 7, 8, 9, 10, 11), N: 2}}
	benchOut     = tote.SetOf(12, 14)
)

func TestOrderedCountAllocatesNothing(t *testing.T) {
	for _, tt := range countedPatterns() {
		got := testing.AllocsPerRun(100, func() {
			if _, err := orderedFive.Units(&tt.p, wideField); err != nil {
				t.Fatal(err)
			}
			c := orderedFive.Read(&tt.p, benchOut)
			c.Count(0, benchOutside)
			c.InOrder(0, benchParts)
		})
		if got != 0 {
			t.Errorf("%s allocates %v times", tt.name, got)
		}
	}
}

func BenchmarkChoice(b *testing.B) {
	for _, tt := range countedPatterns() {
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c := orderedFive.Read(&tt.p, benchOut)
				c.Count(0, benchParts)
				c.Count(0, benchOutside)
				c.InOrder(0, benchParts)
			}
		})
	}
}
