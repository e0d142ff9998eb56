package engine_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"opentote/engine"
	"opentote/tote"
)

// spot is a bet whose last horses, or all, are to be drawn.
func (m *machine) spot() tote.Pattern {
	var named []tote.Horse
	for range rapid.IntRange(0, 2).Draw(m.T, "named") {
		named = append(named, m.horse())
	}
	formula := rapid.SampledFrom([]tote.Formula{tote.Unit, tote.Unit, tote.Combined, tote.Base}).Draw(m.T, "formula")
	p := tote.SpotPattern(formula, rapid.SampledFrom([]int{1, 1, 2, 2, 4, 0, 6}).Draw(m.T, "drawn"), named...)
	if m.oneIn(10) {
		p.Complement = m.horse()
	}
	return p
}

// spotRace is a race beside the bench's whose bets know Spot.
const spotRace = theRace + 1

func openSpotShop(t *testing.T) *shop {
	s := openShop(t)
	s.must(&engine.DeclareRace{
		Race: spotRace, Start: s.ms(20 * minute), Deadline: s.ms(30 * minute), Declared: tote.Numbered(10), Staff: "anna",
		Offers: []engine.Offer{
			{Bet: toWin, BaseStake: 100, Spot: true}, {Bet: toPlace, BaseStake: 100},
			{Bet: two, BaseStake: 300, Complement: true, Spot: true}, {Bet: "E_TIERCE", BaseStake: 100, Spot: true},
			{Bet: "E_MULTI", BaseStake: 300, Spot: true, Complement: true},
		},
	})
	s.must(&engine.OpenRace{Race: spotRace, Staff: "anna"})
	return s
}

func (s *shop) onSpotRace(code tote.BetCode, unit tote.Money, p tote.Pattern) *engine.PlaceBet {
	c := s.bet(code, unit, p)
	c.Race = spotRace
	return c
}

// spot places a Spot and returns what was drawn.
func (s *shop) spot(code tote.BetCode, seed byte, p tote.Pattern) *engine.Spot {
	s.Helper()
	c := s.onSpotRace(code, 3_00, p)
	c.Seed = tote.Seed{seed}
	s.must(c)
	if asked := c.Receipt.Spot.Pattern.Undrawn(int(c.Receipt.Spot.Drawn)); asked != p || c.Pattern != p {
		s.Errorf("the bet drawn was asked for as %+v, was asked %+v", asked, p)
	}
	return c.Receipt.Spot
}

func TestSpotDrawsFromTheStakesOfOthers(t *testing.T) {
	s := openSpotShop(t)
	s.must(s.onSpotRace(two, 3_00, tote.UnitPattern(4, 7)))
	three := s.placed(s.onSpotRace(two, 300_00, tote.UnitPattern(3, 9)))
	s.must(&engine.CancelBet{Key: s.key(), Bet: three, Account: s.alice})
	for seed := range byte(20) {
		// Only 4 and 7 are backed, and what was drawn before does not count.
		got := s.spot(two, seed, tote.SpotPattern(tote.Unit, 2))
		if set := tote.SetOf(got.Pattern.Group(0)...); set != tote.SetOf(4, 7) || got.Pattern.Complement == 0 {
			t.Errorf("seed %d draws %v and complement %d, want 4 and 7 and any", seed, set, got.Pattern.Complement)
		}
	}
	s.must(&engine.DeclareNonRunner{Race: spotRace, Horse: 7, Staff: "anna"})
	for seed := range byte(20) {
		got := s.spot(two, seed, tote.SpotPattern(tote.Combined, 2, 5)).Pattern
		if got.Horses[0] != 5 || got.Horses[1] != 4 || got.Named().Has(7) || got.Sizes[0] != 3 {
			t.Errorf("seed %d draws %v; want 5, then 4, and no non-runner", seed, got.Group(0))
		}
	}
	if got := s.spot("E_TIERCE", 1, tote.SpotPattern(tote.Unit, 3).InAllOrders()).Pattern; got.Complement != 0 || got.Sizes[0] != 3 {
		t.Errorf("an offer without complement: %+v", got)
	}
	multi := tote.SpotPattern(tote.Unit, 5)
	multi.Variant = 5
	if got := s.spot("E_MULTI", 1, multi).Pattern; got.Complement != 0 || got.Sizes[0] != 5 {
		t.Errorf("a bet that knows no complement: %+v", got)
	}
}

func TestSpotIsRefused(t *testing.T) {
	s := openSpotShop(t)
	with := tote.SpotPattern(tote.Unit, 1, 4)
	with.Complement = 5
	unit := tote.UnitPattern(4, 5)
	unit.Flags |= tote.Spot
	for _, tt := range []struct {
		name string
		bet  tote.BetCode
		p    tote.Pattern
		want engine.Code
	}{
		{"not offered", toPlace, tote.SpotPattern(tote.Unit, 1), engine.NoSpot},
		{"nothing to draw", two, unit, engine.Code(tote.BadFormula)},
		{"bases", two, tote.SpotPattern(tote.Base, 1, 4), engine.Code(tote.BadFormula)},
		{"a complement named", two, with, engine.Code(tote.BadComplement)},
		{"a stranger named", two, tote.SpotPattern(tote.Unit, 1, 11), engine.Code(tote.NotDeclared)},
		{"a horse twice", two, tote.SpotPattern(tote.Combined, 1, 4, 4), engine.Code(tote.RepeatedHorse)},
		{"more than run", two, tote.SpotPattern(tote.Combined, 11), engine.Code(tote.TooFewHorses)},
		{"too few for a combination", "E_TIERCE", tote.SpotPattern(tote.Unit, 1, 4), engine.Code(tote.TooFewHorses)},
		{"too many for one", two, tote.SpotPattern(tote.Unit, 2, 4), engine.Code(tote.TooManyHorses)},
		{"en 9", "E_MULTI", func() tote.Pattern { p := tote.SpotPattern(tote.Unit, 4); p.Variant = 9; return p }(), engine.Code(tote.BadFormula)},
	} {
		before := s.hash()
		s.Run(tt.name, func(t *testing.T) {
			b := *s.bench
			b.T = t
			b.refused(s.onSpotRace(tt.bet, 3_00, tt.p), tt.want)
		})
		if s.hash() != before {
			t.Errorf("%s: refused, yet something changed", tt.name)
		}
	}
}

// TestP5ASpotIsDrawnOnce: the same command has the same horses whatever seed it comes
// with again, also after a restart.
func TestP5ASpotIsDrawnOnce(t *testing.T) {
	s := openSpotShop(t)
	first := s.onSpotRace(toWin, 3_00, tote.SpotPattern(tote.Unit, 1))
	first.Seed = tote.Seed{1}
	s.must(first)
	for i := range byte(3) {
		again := *first
		again.Seed, again.Receipt = tote.Seed{9, i}, engine.Receipt{}
		s.must(&again)
		if !reflect.DeepEqual(again.Receipt, first.Receipt) {
			t.Errorf("again: %+v, first %+v", again.Receipt, first.Receipt)
		}
		out := &engine.GetOutcome{Key: first.Key}
		s.must(out)
		if view := s.view(first.Receipt.Bet); !reflect.DeepEqual(view.Receipt, first.Receipt) || view.Pattern != first.Receipt.Spot.Pattern || !reflect.DeepEqual(out.Receipt, first.Receipt) {
			t.Errorf("the bet reads %+v, the outcome %+v, the receipt was %+v", view, out.Receipt, first.Receipt)
		}
		s.restart()
	}
	other := *first
	other.Pattern = tote.SpotPattern(tote.Combined, 1)
	s.refused(&other, engine.KeyReused) // another Spot under the same key
	other.Pattern = first.Receipt.Spot.Pattern
	s.refused(&other, engine.KeyReused) // the horses drawn, named
}
