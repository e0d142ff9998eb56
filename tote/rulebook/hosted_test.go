package rulebook_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"opentote/tote"
	"opentote/tote/rulebook"
)

func hostedBet(t interface{ Fatalf(string, ...any) }, code tote.BetCode) *rulebook.HostedBet {
	book, ok := rulebook.For(tote.Common, 20251123)
	if !ok {
		t.Fatalf("no book for both networks")
	}
	bet, _ := book.Bet(code)
	hosted, ok := bet.(*rulebook.HostedBet)
	if !ok {
		t.Fatalf("%s is %T", code, bet)
	}
	return hosted
}

// TestInternationalBetsAreOnSale: one pool for both networks, from the day of the text.
func TestInternationalBetsAreOnSale(t *testing.T) {
	for code, formulas := range map[tote.BetCode]int{
		"SIMPLE_GAGNANT_INTERNATIONAL": 4, "SIMPLE_PLACE_INTERNATIONAL": 4, "COUPLE_ORDRE_INTERNATIONAL": 12, "TRIO_ORDRE_INTERNATIONAL": 24,
	} {
		bet := hostedBet(t, code)
		if code.Network() != tote.Common || !code.Network().Takes(tote.Online) || !code.Network().Takes(tote.Retail) {
			t.Errorf("%s is of network %d", code, code.Network())
		}
		p := tote.CombinedPattern(1, 2, 3, 4)
		if formulas > 4 {
			p = p.InAllOrders()
		}
		if n, err := bet.Units(&p, tote.Field{Declared: tote.Numbered(8)}); n != formulas || err != nil || bet.MinStake() != 150 {
			t.Errorf("%s makes %d units of four horses, %v", code, n, err)
		}
	}
	if _, ok := rulebook.For(tote.Common, 20200204); ok {
		t.Error("there is a book before the text")
	}
	if tote.BetCode("E_TRIO").Network().Takes(tote.Retail) || tote.BetCode("TRIO").Network().Takes(tote.Online) {
		t.Error("a network takes the other's stakes")
	}
}

// TestWhatSomeHostMayPay: the order of the arrival, dead heats, and what hosts choose.
func TestWhatSomeHostMayPay(t *testing.T) {
	stable := []tote.HorseSet{tote.SetOf(4, 5)}
	for _, tt := range []struct {
		name    string
		bet     tote.BetCode
		arrival [][]tote.Horse
		stables []tote.HorseSet
		pays    []string
		order   []string // as checked; nil is refused
	}{
		{"first", "SIMPLE_GAGNANT_INTERNATIONAL", [][]tote.Horse{{3}, {4}}, nil, []string{"3"}, []string{"3"}},
		{"both firsts", "SIMPLE_GAGNANT_INTERNATIONAL", [][]tote.Horse{{3, 4}, {1}}, nil, []string{"4", "3"}, []string{"3", "4"}},
		{"second", "SIMPLE_GAGNANT_INTERNATIONAL", [][]tote.Horse{{3}, {4}}, nil, []string{"4"}, nil},
		{"a mate of the first", "SIMPLE_GAGNANT_INTERNATIONAL", [][]tote.Horse{{5}, {3}}, stable, []string{"4", "5"}, []string{"4", "5"}},
		{"two places", "SIMPLE_PLACE_INTERNATIONAL", [][]tote.Horse{{3}, {4}, {1}, {2}}, nil, []string{"4", "3"}, []string{"3", "4"}},
		{"three places", "SIMPLE_PLACE_INTERNATIONAL", [][]tote.Horse{{3}, {4}, {1}, {2}}, nil, []string{"1", "3", "4"}, []string{"3", "4", "1"}},
		{"four places", "SIMPLE_PLACE_INTERNATIONAL", [][]tote.Horse{{3}, {4}, {1}, {2}}, nil, []string{"1", "2"}, nil},
		{"tied thirds", "SIMPLE_PLACE_INTERNATIONAL", [][]tote.Horse{{3}, {4}, {1, 2}}, nil, []string{"2", "1"}, []string{"1", "2"}},
		{"one order", "COUPLE_ORDRE_INTERNATIONAL", [][]tote.Horse{{3}, {4}, {1}}, nil, []string{"3-4"}, []string{"3-4"}},
		{"the other order", "COUPLE_ORDRE_INTERNATIONAL", [][]tote.Horse{{3}, {4}, {1}}, nil, []string{"4-3"}, nil},
		{"both orders of mates", "COUPLE_ORDRE_INTERNATIONAL", [][]tote.Horse{{5}, {4}, {1}}, stable, []string{"5-4", "4-5"}, []string{"5-4", "4-5"}},
		{"one classified", "COUPLE_ORDRE_INTERNATIONAL", [][]tote.Horse{{3}}, nil, []string{"3-4"}, nil},
		{"tied seconds", "TRIO_ORDRE_INTERNATIONAL", [][]tote.Horse{{3}, {4, 1}, {2}}, nil, []string{"3-1-4", "3-4-1"}, []string{"3-4-1", "3-1-4"}},
	} {
		res := tote.Result{Declared: tote.Numbered(8), Arrival: tt.arrival, Stables: tt.stables}
		var said rulebook.HostResult
		for _, c := range tt.pays {
			said.Dividends = append(said.Dividends, rulebook.HostDividend{Combination: c, Dividend: 1_25})
		}
		got, err := hostedBet(t, tt.bet).Check(res, said)
		var refused *rulebook.HostError
		if tt.order == nil {
			if !errors.As(err, &refused) || refused.Code != rulebook.HostCombination || refused.Error() == "" {
				t.Errorf("%s: %v, %v", tt.name, got, err)
			}
			continue
		}
		var order []string
		for _, d := range got.Dividends {
			order = append(order, d.Combination)
		}
		if err != nil || !slices.Equal(order, tt.order) {
			t.Errorf("%s: %v, %v", tt.name, order, err)
		}
	}
}

// TestHongKongOfNovember2025: what was published of two races can be entered as it is.
func TestHongKongOfNovember2025(t *testing.T) {
	first := [][]tote.Horse{{1}, {2}, {5}, {8}, {6}, {7}, {12}, {3}, {4}, {11}, {9}, {10}}
	second := [][]tote.Horse{{1}, {11}, {9}, {2}, {7}, {5}, {4}, {3}, {6}, {10}, {12}, {8}}
	for _, tt := range []struct {
		bet     tote.BetCode
		arrival [][]tote.Horse
		pays    []rulebook.HostDividend
	}{
		{"SIMPLE_GAGNANT_INTERNATIONAL", first, []rulebook.HostDividend{{Combination: "1", Dividend: 6_45}}},
		{"SIMPLE_PLACE_INTERNATIONAL", first, []rulebook.HostDividend{{Combination: "1", Dividend: 2_10}, {Combination: "2", Dividend: 1_55}, {Combination: "5", Dividend: 9_75}}},
		{"COUPLE_ORDRE_INTERNATIONAL", first, []rulebook.HostDividend{{Combination: "1-2", Dividend: 32_30}}},
		{"SIMPLE_GAGNANT_INTERNATIONAL", second, []rulebook.HostDividend{{Combination: "1", Dividend: 5_85}}},
		{"SIMPLE_PLACE_INTERNATIONAL", second, []rulebook.HostDividend{{Combination: "1", Dividend: 2_10}, {Combination: "11", Dividend: 1_60}, {Combination: "9", Dividend: 2_15}}},
		{"COUPLE_ORDRE_INTERNATIONAL", second, []rulebook.HostDividend{{Combination: "1-11", Dividend: 27_60}}},
	} {
		said := rulebook.HostResult{Dividends: tt.pays}
		got, err := hostedBet(t, tt.bet).Check(tote.Result{Declared: tote.Numbered(12), Arrival: tt.arrival}, said)
		if err != nil || !got.Equal(said) {
			t.Errorf("%s: %v, %v", tt.bet, got, err)
		}
	}
}

// TestEveryHostIsUnderstood: whatever the host's choices, what International computes
// can be sent, holds every combination that all hosts pay where anybody has it, and
// pays each unit once at most.
func TestEveryHostIsUnderstood(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.SampledFrom([]tote.BetCode{
			"SIMPLE_GAGNANT_INTERNATIONAL", "SIMPLE_PLACE_INTERNATIONAL", "COUPLE_ORDRE_INTERNATIONAL", "TRIO_ORDRE_INTERNATIONAL",
		}).Draw(t, "bet")
		hosted := hostedBet(t, code)
		host := rulebook.DefaultHost()
		host.Places = rapid.IntRange(2, 3).Draw(t, "places")
		host.Stables = rapid.Bool().Draw(t, "stables")
		host.PerHorse = rapid.Bool().Draw(t, "per horse")
		host.Split = rulebook.HostSplit(rapid.IntRange(0, 1).Draw(t, "split"))
		host.Step = 5
		bet, err := rulebook.International(code, 200_000, host)
		if err != nil {
			t.Fatal(err)
		}
		horses := rapid.Permutation(tote.Numbered(6).Slice()).Draw(t, "order")
		res := tote.Result{Declared: tote.Numbered(7), NonRunners: tote.SetOf(7), Stables: []tote.HorseSet{tote.SetOf(1, 2), tote.SetOf(3, 4)}}
		for len(horses) > 0 {
			n := min(len(horses), rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(t, "tied"))
			res.Arrival, horses = append(res.Arrival, horses[:n]), horses[n:]
		}
		card, _ := bet.Card(res)
		if card == nil {
			t.Fatal("no card of six classified")
		}
		var said rulebook.HostResult
		for _, l := range card.Lines() {
			said.Dividends = append(said.Dividends, rulebook.HostDividend{Combination: l.Combination, Dividend: 1_00})
		}
		said, err = hosted.Check(res, said)
		if err != nil {
			t.Fatalf("%v of %v", err, res.Arrival)
		}
		for _, l := range hosted.Must(res).Lines() {
			if !slices.Contains(card.Lines(), l) {
				t.Errorf("%s is not paid by all hosts", l.Combination)
			}
		}
		// All units of the race: each ends as the host's own card says.
		got, reason := hosted.Card(res, said)
		if got == nil {
			t.Fatal(reason)
		}
		all := tote.CombinedPattern(tote.Numbered(7).Slice()...)
		if code != "SIMPLE_GAGNANT_INTERNATIONAL" && code != "SIMPLE_PLACE_INTERNATIONAL" {
			all = all.InAllOrders()
		}
		var mine, its tote.Tally
		mine.Reset(len(got.Lines()))
		its.Reset(len(card.Lines()))
		got.Count(&all, &mine)
		card.Count(&all, &its)
		won := func(t tote.Tally) (n int) {
			for _, m := range t.Won {
				if m != 1 {
					return -1
				}
				n += m
			}
			return n
		}
		if mine.Refunded != its.Refunded || mine.Refunded == 0 || won(mine) != len(said.Dividends) || won(its) != won(mine) {
			t.Errorf("%+v, the host's own %+v", mine, its)
		}
	})
}
