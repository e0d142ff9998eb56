package tote_test

import (
	"testing"

	"pgregory.net/rapid"

	"opentote/tote"
)

// TestBackingCountsEveryUnit compares stakes by horse with the units listed one by
// one, for every formula; taking them back leaves nothing.
func TestBackingCountsEveryUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		field := tote.Field{Declared: tote.Numbered(9)}
		shape := tote.Shape{
			Horses: rapid.IntRange(1, 5).Draw(t, "n"), Bases: 4, Complement: true, Ordered: rapid.Bool().Draw(t, "ordered"),
		}
		horses := rapid.Permutation([]tote.Horse{1, 2, 3, 4, 5, 6, 7, 8, 9}).Draw(t, "horses")
		named, bases := rapid.IntRange(1, 8).Draw(t, "named"), rapid.IntRange(1, 4).Draw(t, "bases")
		var p tote.Pattern
		switch rapid.IntRange(0, 4).Draw(t, "formula") {
		case 0:
			p = tote.CombinedPattern(horses[:named]...)
		case 1:
			p = tote.BasePattern(horses[:min(bases, named)], horses[min(bases, named):named])
		case 2:
			p = tote.FullFieldPattern(horses[:bases], field.Declared)
		case 3:
			lists := make([][]tote.Horse, shape.Horses)
			for i := range lists {
				lists[i] = horses[i : i+rapid.IntRange(1, 3).Draw(t, "listed")]
			}
			p = tote.FreePattern(lists...)
		default:
			p = tote.UnitPattern(horses[:shape.Horses]...)
		}
		if rapid.Bool().Draw(t, "all") {
			p = p.InAllOrders()
		}
		if rapid.Bool().Draw(t, "complement") {
			p.Complement = horses[8]
		}
		units, err := shape.Units(&p, field)
		if err != nil {
			t.Skip("no bet")
		}
		const unit = 7
		var want, got tote.Backing
		for horses := range shape.All(&p) {
			for _, h := range horses {
				want[h] += unit
			}
		}
		if got.Add(shape, &p, unit, units); got != want {
			t.Fatalf("%+v: %v, unit by unit %v", p, got, want)
		}
		if got.Add(shape, &p, -unit, units); got != (tote.Backing{}) {
			t.Fatalf("%+v taken back leaves %v", p, got)
		}
	})
}

func TestBackingAllocatesNothing(t *testing.T) {
	shape := tote.Shape{Horses: 3, Bases: 2, Ordered: true}
	free := tote.FreePattern([]tote.Horse{1, 2}, []tote.Horse{2, 3}, []tote.Horse{4})
	full := tote.FullFieldPattern([]tote.Horse{1}, tote.Numbered(20)).InAllOrders()
	var b tote.Backing
	if n := testing.AllocsPerRun(100, func() { b.Add(shape, &free, 100, 4); b.Add(shape, &full, 100, 6*171) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
