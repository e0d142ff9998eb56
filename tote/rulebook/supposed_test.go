package rulebook_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// TestReturn holds that a supposed finish returns what the worked examples pay: T1 of
// 07-tierce and V1 of 09-quinte, whose winner's own stake is the bet asked about.
func TestReturn(t *testing.T) {
	live := func(cents tote.Money, horses ...tote.Horse) rulebook.LiveBet {
		p := tote.UnitPattern(horses...)
		return rulebook.LiveBet{Pattern: &p, Unit: cents, Units: 1}
	}
	tests := []struct {
		name string
		bet  tote.BetCode
		p    rulebook.LiveBet
		pool []rulebook.LiveBet
		want tote.Money
	}{
		{"T1", "E_TIERCE", live(20_000, 4, 7, 2), []rulebook.LiveBet{
			live(70_000, 4, 2, 7), live(50_000, 2, 7, 4), live(9_860_000, 14, 15, 16),
		}, 170_80 * 200},
		{"V1", "E_QUINTE_PLUS", live(2_000, 4, 7, 2, 9, 1), []rulebook.LiveBet{
			live(100_000, 7, 4, 2, 9, 1), live(300_000, 4, 7, 2, 9, 5), live(50_000, 4, 7, 2, 10, 5),
			live(1_600_000, 4, 7, 2, 5, 3), live(27_948_000, 12, 13, 14, 15, 16),
		}, 3057_40 * 20},
		{"alone in the pool: its cost back", "E_TIERCE", live(20_000, 4, 7, 2), nil, 20_000},
	}
	for _, tt := range tests {
		bet := orderedBetOf(t, tt.bet)
		finish := rulebook.Finishes(bet, tt.p.Pattern, &tote.Backing{})[0]
		s, ok := rulebook.Suppose(bet, tote.Field{Declared: tote.Numbered(16)}, finishOf(finish))
		if !ok {
			t.Fatalf("%s: the finish refunds the bet", tt.name)
		}
		gone := live(123_00, 4, 7, 2, 9, 1)
		if tt.bet == "E_TIERCE" {
			gone = live(123_00, 4, 7, 2)
		}
		s.Add(gone)
		for _, b := range tt.pool {
			s.Add(b)
		}
		gone.Unit = -gone.Unit
		s.Add(gone)
		for range 2 { // asking changes nothing
			if got := s.Return(tt.p, 0); got != tt.want {
				t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
			}
		}
	}
	if _, ok := rulebook.Suppose(orderedBetOf(t, "E_TIERCE"), tote.Field{Declared: tote.Numbered(3)}, finishOf([]tote.Horse{1, 2, 3})); ok {
		t.Error("three runners: not refunded")
	}
}

func finishOf(horses []tote.Horse) [][]tote.Horse {
	finish := make([][]tote.Horse, len(horses))
	for i, h := range horses {
		finish[i] = []tote.Horse{h}
	}
	return finish
}

// TestFinishes holds the finishes that stand for a bet: its best backed combination,
// its least backed one, and both turned round where the order counts.
func TestFinishes(t *testing.T) {
	var backing tote.Backing // the higher the number, the more is staked
	for h := tote.Horse(1); h <= 9; h++ {
		backing[h] = tote.Money(h) * 100
	}
	horses := func(h ...tote.Horse) []tote.Horse { return h }
	multi := tote.CombinedPattern(1, 2, 3, 4, 5, 6)
	multi.Variant = 5
	tests := []struct {
		name string
		bet  tote.BetCode
		p    tote.Pattern
		want [][]tote.Horse
	}{
		{"one order", "E_TIERCE", tote.UnitPattern(5, 9, 2), [][]tote.Horse{{5, 9, 2}, {2, 9, 5}}},
		{"combined, in the bettor's order", "E_TIERCE", tote.CombinedPattern(5, 9, 2, 7), [][]tote.Horse{{5, 9, 7}, {7, 9, 5}, {5, 2, 7}, {7, 2, 5}}},
		{"base at its place", "E_TIERCE", tote.BasePattern(horses(3), horses(1, 5, 7)).At(2), [][]tote.Horse{{5, 3, 7}, {7, 3, 5}, {1, 3, 5}, {5, 3, 1}}},
		{"full field", "E_TIERCE", tote.FullFieldPattern(horses(3, 4), tote.Numbered(9)).InAllOrders(), [][]tote.Horse{{3, 4, 9}, {9, 4, 3}, {3, 4, 1}, {1, 4, 3}}},
		{"free field", "E_TIERCE", tote.FreePattern(horses(9), horses(9, 8), horses(1, 2)), [][]tote.Horse{{9, 8, 2}, {2, 8, 9}, {9, 8, 1}, {1, 8, 9}}},
		{"five whatever their order", "E_PICK5", tote.CombinedPattern(1, 2, 3, 4, 5, 6), [][]tote.Horse{{2, 3, 4, 5, 6}, {1, 2, 3, 4, 5}}},
		{"four of an en 5", "E_MULTI", multi, [][]tote.Horse{{6, 5, 4, 3}, {1, 2, 3, 4}}},
	}
	for _, tt := range tests {
		book, _ := rulebook.ByID("fr-online-2020")
		bet, ok := book.Type(tt.bet)
		if !ok {
			t.Fatalf("%s: %s is unknown", tt.name, tt.bet)
		}
		if diff := cmp.Diff(tt.want, rulebook.Finishes(bet, &tt.p, &backing)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
