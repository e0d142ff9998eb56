package sim_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"opentote/sim"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// TestThePublicDrawsTheSame holds that a stream is a function of its seed and
// number, whatever other streams do, and that all formulas are played.
func TestThePublicDrawsTheSame(t *testing.T) {
	book, _ := rulebook.ByID("fr-online-2020")
	bet, ok := book.Type("E_QUINTE_PLUS")
	if !ok {
		t.Fatal("no Quinté Plus")
	}
	type drawn struct {
		Pattern tote.Pattern
		Unit    tote.Money
		Units   int
	}
	formulas := map[tote.Formula]int{}
	draw := func(seed, stream uint64) (all []drawn) {
		p, ok := sim.NewPublic(seed, bet, 200, []uint8{50}, tote.Numbered(16))
		if !ok {
			t.Fatal("the public does not know the bet")
		}
		p.Draw(stream, 2000, func(p *tote.Pattern, unit tote.Money, units int) {
			all = append(all, drawn{*p, unit, units})
			formulas[p.Formula]++
			if want, err := bet.Units(p, tote.Field{Declared: tote.Numbered(16)}); err != nil || units != want {
				t.Errorf("%+v: %d units, want %d, %v", p, units, want, err)
			}
		})
		return all
	}
	first := draw(1, 5)
	if diff := cmp.Diff(first, draw(1, 5)); diff != "" {
		t.Errorf("drawn again:\n%s", diff)
	}
	for _, other := range [][]drawn{draw(1, 6), draw(2, 5)} {
		if cmp.Equal(first, other) {
			t.Error("another stream drew the same")
		}
	}
	if len(formulas) < 3 {
		t.Errorf("formulas played: %v", formulas)
	}
}
