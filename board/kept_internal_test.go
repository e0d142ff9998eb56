package board

import (
	"testing"

	"pgregory.net/rapid"

	"opentote/tote"
)

func anyBet(t *rapid.T) (b bet) {
	p := &b.pattern
	for i := range rapid.IntRange(0, len(p.Horses)).Draw(t, "horses") {
		p.Horses[i] = tote.Horse(rapid.Uint8().Draw(t, "horse"))
	}
	for i := range rapid.IntRange(0, len(p.Sizes)).Draw(t, "sizes") {
		p.Sizes[i] = rapid.Uint8().Draw(t, "size")
	}
	p.Formula = tote.Unit
	if rapid.Bool().Draw(t, "more") {
		p.Formula = tote.Formula(rapid.Uint8().Draw(t, "formula"))
		p.Flags = tote.Flags(rapid.Uint8().Draw(t, "flags"))
		p.Variant = rapid.Uint8().Draw(t, "variant")
		p.Complement = tote.Horse(rapid.Uint8().Draw(t, "complement"))
		p.Field = tote.HorseSet(rapid.Uint64().Draw(t, "field"))
	}
	b.unit = tote.Money(rapid.Int64Min(0).Draw(t, "unit"))
	b.units = rapid.Uint32().Draw(t, "units")
	return b
}

func TestABetIsKeptAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var k kept
		var bets []bet
		for range rapid.IntRange(1, 3*betsBlock).Draw(t, "bets") {
			b := anyBet(t)
			k.add(&b)
			bets = append(bets, b)
		}
		for range rapid.IntRange(0, 20).Draw(t, "drops") {
			i := rapid.IntRange(0, len(bets)-1).Draw(t, "drop")
			k.drop(uint32(i))
			bets[i].gone = true
		}
		for i, want := range bets {
			if got := k.at(uint32(i)); got != want {
				t.Fatalf("bet %d of %d: got %+v, want %+v", i, len(bets), got, want)
			}
		}
	})
}

func TestAPlainBetTakesADozenBytes(t *testing.T) {
	b := bet{pattern: tote.UnitPattern(3, 7), unit: 200, units: 1}
	if got := len(packed(nil, &b)); got > 12 {
		t.Errorf("%d bytes", got)
	}
}
