package rulebook_test

import (
	"slices"
	"testing"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// TestQuote holds that a quote is what the worked examples pay: T1 of 07-tierce and
// V1 of 09-quinte, whose winner's own stake is the bet quoted.
func TestQuote(t *testing.T) {
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
		ok   bool
	}{
		{"T1", "E_TIERCE", live(20_000, 4, 7, 2), []rulebook.LiveBet{
			live(70_000, 4, 2, 7), live(50_000, 2, 7, 4), live(9_860_000, 14, 15, 16),
		}, 170_80 * 200, true},
		{"V1", "E_QUINTE_PLUS", live(2_000, 4, 7, 2, 9, 1), []rulebook.LiveBet{
			live(100_000, 7, 4, 2, 9, 1), live(300_000, 4, 7, 2, 9, 5), live(50_000, 4, 7, 2, 10, 5),
			live(1_600_000, 4, 7, 2, 5, 3), live(27_948_000, 12, 13, 14, 15, 16),
		}, 3057_40 * 20, true},
		{"alone in the pool: refunded", "E_TIERCE", live(20_000, 4, 7, 2), nil, 0, false},
	}
	for _, tt := range tests {
		bet := orderedBetOf(t, tt.bet)
		f := tote.Field{Declared: tote.Numbered(16)}
		got, ok := rulebook.Quote(bet, f, rulebook.FinishOf(tt.p.Pattern), tt.p, slices.Values(tt.pool))
		if got != tt.want || ok != tt.ok {
			t.Errorf("%s: got %s, %v, want %s, %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
	three := tote.Field{Declared: tote.Numbered(3)}
	p := live(100, 1, 2, 3)
	if _, ok := rulebook.Quote(orderedBetOf(t, "E_TIERCE"), three, rulebook.FinishOf(p.Pattern), p, slices.Values([]rulebook.LiveBet(nil))); ok {
		t.Error("three runners: quoted")
	}
}
