package rulebook_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
)

// checkSieve holds that nothing comes of a pattern that a card's sieve holds back,
// and returns whether it was.
func checkSieve(t *rapid.T, card payable, p *tote.Pattern) (held bool) {
	sieve, ok := card.(tote.Sieve)
	if !ok {
		t.Fatalf("%T has no sieve", card)
	}
	needs := sieve.Needs()
	if slices.ContainsFunc(needs, func(need tote.HorseSet) bool { return need.Without(p.Selection()) == 0 }) {
		return false
	}
	var got tote.Tally
	got.Reset(len(card.Lines()))
	card.Count(p, &got)
	also := make([]int, len(card.Lines()))
	if overlaps, ok := card.(tote.Overlaps); ok {
		overlaps.CountAlso(p, also)
	}
	if receiver, ok := card.(tote.Receiver); ok {
		receiver.CountReceived(p, &got)
	}
	some := func(n int) bool { return n != 0 }
	if got.Refunded != 0 || got.Transferred != 0 || slices.ContainsFunc(got.Won, some) || slices.ContainsFunc(also, some) {
		t.Fatalf("held back by %v, but counted: %+v, %+v, also %v", needs, p, got, also)
	}
	return true
}

// payable is what a sieve needs of a card: a single pool's shares differently.
type payable interface {
	Lines() []tote.Line
	Count(p *tote.Pattern, t *tote.Tally)
}

// TestTheSieveHoldsBackOnlyLosers covers every bet.
func TestTheSieveHoldsBackOnlyLosers(t *testing.T) {
	held := 0
	check := func(t *rapid.T, bet tote.BetType, r tote.Result, patterns []tote.Pattern) {
		card, reason := bet.Card(r)
		if reason != "" {
			return
		}
		for i := range patterns {
			if checkSieve(t, card, &patterns[i]) {
				held++
			}
		}
	}
	t.Run("ordered", rapid.MakeCheck(func(t *rapid.T) {
		d := drawOrderedPool(t)
		check(t, d.bet, d.result, d.patterns)
	}))
	t.Run("single pool", rapid.MakeCheck(func(t *rapid.T) {
		d := drawSingle(t)
		card := d.settle(t).card
		for i := range d.patterns {
			if checkSieve(t, card, &d.patterns[i]) {
				held++
			}
		}
	}))
	t.Run("simple and 2sur4", rapid.MakeCheck(func(t *rapid.T) {
		d := drawBets(t)
		check(t, d.bet, d.result, d.patterns)
	}))
	t.Run("others", rapid.MakeCheck(func(t *rapid.T) {
		d := drawOthers(t)
		check(t, d.bet, d.result, d.patterns)
	}))
	t.Run("received from a Quinté", rapid.MakeCheck(func(t *rapid.T) {
		p := drawOrderedPattern(t, "E_QUINTE_PLUS", tote.Numbered(10))
		r := drawOrderedResult(t)
		r.Declared = tote.Numbered(10)
		check(t, orderedBetOf(t, "E_QUARTE_PLUS"), r, []tote.Pattern{p})
	}))
	if held == 0 {
		t.Error("nothing was held back")
	}
}

func TestNeeds(t *testing.T) {
	arrival := order(3, 5, 7, 1, 2)
	sets := func(lists ...[]tote.Horse) (s []tote.HorseSet) {
		for _, list := range lists {
			s = append(s, tote.SetOf(list...))
		}
		return s
	}
	type list = []tote.Horse
	for _, tt := range []struct {
		bet  tote.BetType
		out  tote.HorseSet
		want []tote.HorseSet
	}{
		{betOf(t, place, ""), 0, sets(list{3}, list{5}, list{7})},
		{betOf(t, deux, ""), 0, sets(list{1, 3}, list{3, 5}, list{1, 5}, list{3, 7}, list{1, 7}, list{5, 7})},
		{betOf(t, deux, ""), tote.SetOf(9), sets(list{9}, list{1, 3}, list{3, 5}, list{1, 5}, list{3, 7}, list{1, 7}, list{5, 7})},
		{orderedBetOf(t, "E_QUINTE_PLUS"), 0, sets(list{3, 5, 7})},
		{orderedBetOf(t, "E_QUINTE_PLUS"), tote.SetOf(9, 10), sets(list{9}, list{10}, list{3, 5, 7})},
	} {
		card, reason := tt.bet.Card(tote.Result{Declared: tote.Numbered(12), NonRunners: tt.out, Arrival: arrival})
		if reason != "" {
			t.Fatal(reason)
		}
		got := card.(tote.Sieve).Needs()
		slices.Sort(got)
		slices.Sort(tt.want)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s with %v out (-want +got):\n%s", tt.bet.Code(), tt.out, diff)
		}
	}
}
