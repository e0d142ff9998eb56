package rulebook_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"opentote/tote"
	"opentote/tote/rulebook"
)

func jackpotOf(t testing.TB, code tote.BetCode) *rulebook.JackpotTerms {
	book, _ := rulebook.ByID("fr-online-2020")
	terms, ok := book.Jackpot(code)
	if !ok {
		t.Fatalf("no Jackpot on %s", code)
	}
	return terms
}

// TestJackpotTables: each table has 25,000 slots, and the two default ones the means
// that 02-simple section 9 and 05-2sur4 section 9 state.
func TestJackpotTables(t *testing.T) {
	for _, tt := range []struct {
		bet    tote.BetCode
		tables int
		mean   uint32 // of the default, in tenths over all slots
	}{{"E_SIMPLE_GAGNANT", 1, 333_330}, {"E_SIMPLE_PLACE", 1, 333_330}, {"E_DEUX_SUR_QUATRE", 7, 333_390}} {
		terms := jackpotOf(t, tt.bet)
		if len(terms.Tables) != tt.tables {
			t.Errorf("%s has %d tables, want %d", tt.bet, len(terms.Tables), tt.tables)
		}
		for i, table := range terms.Tables {
			var slots, sum uint32
			for _, s := range table {
				slots += s.Slots
				sum += s.Slots * s.Tenths
			}
			if slots != 25_000 || i == 0 && sum != tt.mean {
				t.Errorf("%s, table %d: %d slots that sum to %d tenths", tt.bet, i, slots, sum)
			}
		}
	}
	observed, _ := rulebook.ByID("fr-online-2026-observed")
	if terms, ok := observed.Jackpot("E_SIMPLE_PLACE"); !ok || terms.StakeMax() != 13_32 {
		t.Error("0.50 beside 1.00 is the offer of 2025-26")
	} else if service, ok := terms.Price(1_00); !ok || service != 50 {
		t.Errorf("beside 1.00 the service costs %v, %v", service, ok)
	}
	book, _ := rulebook.ByID("fr-online-2020")
	if _, ok := book.Jackpot("E_TIERCE"); ok || rulebook.KnowsJackpot("SIMPLE_GAGNANT") || !rulebook.KnowsJackpot("E_DEUX_SUR_QUATRE") {
		t.Error("the service is on the e-Simple and the e-2sur4 alone (II-11 ter)")
	}
}

// TestJackpotExamples are the worked examples of 02-simple section 9 and 05-2sur4
// section 9, and a win whose parts each round away what the whole keeps.
func TestJackpotExamples(t *testing.T) {
	for _, tt := range []struct {
		stake    tote.Money
		dividend tote.Dividend
		tenths   uint32
		pool     tote.Money
		fund     tote.Money
	}{
		{2_00, 2_60, 100, 5_20, 46_80},
		{3_00, 1_30, 15, 3_90, 1_95},
		{3_00, 1_30, 10, 3_90, 0},
		{1_05, 1_10, 15, 1_16, 57}, // 1.7325 is 1.73; 1.155 is 1.16
		{15_00, 431_50, 10_000, 6472_50, 6466027_50},
	} {
		if pool, fund := tt.dividend.Pay(tt.stake), rulebook.Boost(tt.dividend, tt.stake, tt.tenths); pool != tt.pool || fund != tt.fund {
			t.Errorf("%v at %v times %d/10: %v and %v, want %v and %v", tt.stake, tt.dividend, tt.tenths, pool, fund, tt.pool, tt.fund)
		}
	}
	terms := jackpotOf(t, "E_DEUX_SUR_QUATRE")
	for _, tt := range []struct {
		unit, service tote.Money
		ok            bool
	}{{3_00, 1_00, true}, {15_00, 5_00, true}, {15_03, 5_01, false}, {1_50, 50, true}, {1_00, 33, false}, {0, 0, false}, {-3, -1, false}} {
		if service, ok := terms.Price(tt.unit); service != tt.service || ok != tt.ok {
			t.Errorf("with %v: %v, %v; want %v, %v", tt.unit, service, ok, tt.service, tt.ok)
		}
	}
	if terms.StakeMax() != 15_00 {
		t.Errorf("at most %v", terms.StakeMax())
	}
	if take, fund := terms.Income(100_00); take != 29_51 || fund != 70_49 {
		t.Errorf("of 100.00 the take is %v, the fund gets %v", take, fund)
	}
	if take, fund := jackpotOf(t, "E_SIMPLE_PLACE").Income(50); take != 9 || fund != 41 { // 0.08625
		t.Errorf("of 0.50 the take is %v, the fund gets %v", take, fund)
	}
}

// TestJackpotUnitsAreTheBet: a bet's combinations one by one end as the whole does,
// whatever runs and whatever the complement replaces.
func TestJackpotUnitsAreTheBet(t *testing.T) {
	book, _ := rulebook.ByID("fr-online-2020")
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.SampledFrom([]tote.BetCode{"E_DEUX_SUR_QUATRE", "E_DEUX_SUR_QUATRE", "E_SIMPLE_PLACE"}).Draw(t, "bet")
		bet, _ := book.Type(code)
		terms, _ := book.Jackpot(code)
		horses := rapid.Permutation(tote.Numbered(9).Slice()).Draw(t, "horses")
		p := tote.UnitPattern(horses[0])
		if code == "E_DEUX_SUR_QUATRE" {
			p = tote.CombinedPattern(horses[:rapid.IntRange(2, 4).Draw(t, "named")]...)
			if rapid.Bool().Draw(t, "complement") {
				p.Complement = horses[rapid.IntRange(4, 8).Draw(t, "which")]
			}
		}
		units, err := bet.Units(&p, tote.Field{Declared: tote.Numbered(9)})
		if err != nil || !terms.Takes(&p) {
			t.Fatal(err)
		}
		res := tote.Result{Declared: tote.Numbered(9)}
		for _, h := range rapid.SliceOfNDistinct(rapid.IntRange(1, 9), 0, 4, rapid.ID).Draw(t, "out") {
			res.NonRunners = res.NonRunners.With(tote.Horse(h))
		}
		for _, h := range rapid.Permutation(res.Ran().Slice()).Draw(t, "arrival") {
			if n := len(res.Arrival); n > 0 && rapid.IntRange(0, 5).Draw(t, "dead heat") == 0 {
				res.Arrival[n-1] = append(res.Arrival[n-1], h)
			} else {
				res.Arrival = append(res.Arrival, []tote.Horse{h})
			}
		}
		card, _ := bet.Card(res)
		if card == nil {
			t.Skip("refunded")
		}
		var whole, one, sum tote.Tally
		whole.Reset(len(card.Lines()))
		sum.Reset(len(card.Lines()))
		card.Count(&p, &whole)
		n := 0
		for i, unit := range terms.Units(&p, res.NonRunners) {
			if i != n {
				t.Fatalf("combination %d where %d was next", i, n)
			}
			n++
			one.Reset(len(card.Lines()))
			card.Count(unit, &one)
			sum.Refunded += one.Refunded
			for line, k := range one.Won {
				sum.Won[line] += k
			}
		}
		if n != units || sum.Refunded != whole.Refunded || !slices.Equal(sum.Won, whole.Won) {
			t.Fatalf("%+v without %v, arrival %v: %d combinations end as %+v, the bet of %d as %+v", p, res.NonRunners, res.Arrival, n, sum, units, whole)
		}
	})
}
