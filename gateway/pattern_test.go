package gateway

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
)

// horseLists draws lists of different horses, most numbers in all.
func horseLists(t *rapid.T, lists, most int) [][]uint32 {
	out := make([][]uint32, lists)
	n := rapid.IntRange(lists, most).Draw(t, "horses")
	for i, h := range rapid.Permutation(tote.Numbered(40).Slice()).Draw(t, "order")[:n] {
		out[i%lists] = append(out[i%lists], uint32(h))
	}
	return out
}

func drawBet(t *rapid.T) *opentotev1.Bet {
	b := &opentotev1.Bet{
		RaceId: 202511230101, Bet: "E_QUINTE_PLUS", StakeCents: 200,
		AllOrders: rapid.Bool().Draw(t, "all orders"),
		Variant:   rapid.Uint32Range(0, 7).Draw(t, "variant"),
	}
	b.Formula = opentotev1.Formula(rapid.IntRange(1, 4).Draw(t, "formula"))
	switch b.Formula {
	case opentotev1.Formula_FORMULA_BASE:
		lists := horseLists(t, 2, tote.MaxNumbers)
		b.Bases = lists[0]
		if b.FullField = rapid.Bool().Draw(t, "full field"); !b.FullField {
			b.Associates = lists[1]
		}
		if len(b.Bases) <= 4 && rapid.Bool().Draw(t, "placed") {
			for i := range b.Bases {
				b.BasePlaces = append(b.BasePlaces, uint32(i+1))
			}
		}
	case opentotev1.Formula_FORMULA_FREE:
		for _, list := range horseLists(t, rapid.IntRange(2, 5).Draw(t, "places"), tote.MaxNumbers) {
			b.Positions = append(b.Positions, &opentotev1.Place{Horses: list})
		}
	default:
		b.Horses = horseLists(t, 1, tote.MaxNumbers)[0]
	}
	return b
}

func TestATicketSaysTheBetThatWasPlaced(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bet := drawBet(t)
		p, err := patternOf(context.Background(), bet)
		if err != nil {
			t.Fatalf("%v: %v", bet, err)
		}
		back := betOf(tote.RaceID(bet.RaceId), tote.BetCode(bet.Bet), tote.Money(bet.StakeCents), &p, 0)
		if diff := cmp.Diff(bet, back, protocmp.Transform()); diff != "" {
			t.Fatalf("(-placed +read):\n%s", diff)
		}
	})
}

func TestFormulasAndListsThatDoNotGoTogether(t *testing.T) {
	places := func(lists ...[]uint32) (out []*opentotev1.Place) {
		for _, l := range lists {
			out = append(out, &opentotev1.Place{Horses: l})
		}
		return out
	}
	for _, tt := range []struct {
		name string
		bet  *opentotev1.Bet
	}{
		{"no bet", nil},
		{"no formula", &opentotev1.Bet{Horses: []uint32{1}}},
		{"unit with bases", &opentotev1.Bet{Formula: opentotev1.Formula_FORMULA_UNIT, Horses: []uint32{1}, Bases: []uint32{2}}},
		{"combined with places", &opentotev1.Bet{Formula: opentotev1.Formula_FORMULA_COMBINED, Horses: []uint32{1, 2}, BasePlaces: []uint32{1}}},
		{"base with horses", &opentotev1.Bet{Formula: opentotev1.Formula_FORMULA_BASE, Bases: []uint32{1}, Horses: []uint32{2}}},
		{"full field with associates", &opentotev1.Bet{Formula: opentotev1.Formula_FORMULA_BASE, Bases: []uint32{1}, Associates: []uint32{2}, FullField: true}},
		{"places of other bases", &opentotev1.Bet{Formula: opentotev1.Formula_FORMULA_BASE, Bases: []uint32{1}, BasePlaces: []uint32{1, 2}, FullField: true}},
		{"a place beyond all", &opentotev1.Bet{Formula: opentotev1.Formula_FORMULA_BASE, Bases: []uint32{1}, BasePlaces: []uint32{1 << 31}, FullField: true}},
		{"free with horses", &opentotev1.Bet{Formula: opentotev1.Formula_FORMULA_FREE, Horses: []uint32{1}, Positions: places([]uint32{1}, []uint32{2})}},
		{"free with too many places", &opentotev1.Bet{Formula: opentotev1.Formula_FORMULA_FREE, Positions: places([]uint32{1}, []uint32{2}, []uint32{3}, []uint32{4}, []uint32{5}, []uint32{6}, []uint32{7}, []uint32{8}, []uint32{9})}},
		{"a variant beyond all", &opentotev1.Bet{Formula: opentotev1.Formula_FORMULA_UNIT, Horses: []uint32{1}, Variant: 256 + 4}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := patternOf(context.Background(), tt.bet)
			if got := rejectionIn(err).GetCode(); err == nil || got != "BAD_SHAPE" {
				t.Errorf("refused with %q, %v", got, err)
			}
		})
	}
	many := &opentotev1.Bet{Formula: opentotev1.Formula_FORMULA_FREE, Positions: places(make([]uint32, 0), nil)}
	for range 40 {
		many.Positions = append(many.Positions, &opentotev1.Place{})
	}
	if _, err := patternOf(context.Background(), many); rejectionIn(err).GetCode() != "TOO_MANY_HORSES" {
		t.Errorf("forty places: %v", err)
	}
}
