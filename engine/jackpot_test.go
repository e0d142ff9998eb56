package engine_test

import (
	"reflect"
	"slices"
	"testing"

	"opentote/engine"
	"opentote/event"
	"opentote/recheck/rechecktest"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// openJackpotShop is a shop whose second race offers the Jackpot on the e-Simple and
// the e-2sur4.
func openJackpotShop(t *testing.T) *shop {
	s := openShop(t)
	s.must(&engine.DeclareRace{
		Race: spotRace, Start: s.ms(20 * minute), Deadline: s.ms(30 * minute), Declared: tote.Numbered(10), Staff: "anna",
		Offers: []engine.Offer{
			{Bet: toWin, BaseStake: 150, Jackpot: 1, Spot: true}, {Bet: toPlace, BaseStake: 150, Jackpot: 1},
			{Bet: two, BaseStake: 300, Flexi: []uint8{50}, Complement: true, Jackpot: 1}, {Bet: "E_TIERCE", BaseStake: 100},
		},
	})
	s.must(&engine.OpenRace{Race: spotRace, Staff: "anna"})
	return s
}

// seedOf finds a seed that draws the given multipliers, in tenths.
func seedOf(t *testing.T, bet tote.BetCode, tenths ...uint32) tote.Seed {
	t.Helper()
	book, _ := rulebook.ByID("fr-online-2020")
	terms, _ := book.Jackpot(bet)
	for n := range 1 << 20 {
		seed := tote.Seed{byte(n), byte(n >> 8), byte(n >> 16)}
		drawn := tote.DrawMultipliers(seed, terms.Tables[0], len(tenths))
		if matches(terms.Tables[0], drawn, tenths) {
			return seed
		}
	}
	t.Fatalf("no seed draws %v", tenths)
	return tote.Seed{}
}

func matches(table []tote.Slot, drawn tote.Multipliers, tenths []uint32) bool {
	for i, want := range tenths {
		if table[drawn[i]].Tenths != want {
			return false
		}
	}
	return true
}

// lucky places a bet of alice's with the service and the multipliers given.
func (s *shop) lucky(bet tote.BetCode, unit tote.Money, p tote.Pattern, tenths ...uint32) *engine.PlaceBet {
	s.Helper()
	c := s.onSpotRace(bet, unit, p)
	c.Jackpot, c.Seed = true, seedOf(s.T, bet, tenths...)
	s.must(c)
	if got := c.Receipt.Jackpot; got == nil || !slices.Equal(got.Multipliers, tenths) || got.Stake != unit/3*tote.Money(len(tenths)) || c.Receipt.Cost != unit*tote.Money(len(tenths))*4/3 {
		s.Errorf("the receipt says %+v, %+v", c.Receipt, got)
	}
	return c
}

func (s *shop) ended(staff event.Staff, arrival ...[]tote.Horse) {
	s.Helper()
	s.must(&engine.StopRace{Race: spotRace, Staff: staff})
	s.must(&engine.EnterResult{Race: spotRace, Arrival: arrival, Staff: staff})
	s.must(&engine.ConfirmResult{Race: spotRace, Arrival: arrival, Staff: staff + "2"})
}

func (s *shop) settleSpotRace() {
	s.Helper()
	s.must(&engine.DeclareDividends{Race: spotRace, Staff: "anna"})
	for more := true; more; {
		c := &engine.SettleBets{Race: spotRace}
		s.must(c)
		more = c.More
	}
}

// ledger is what the classes of the Jackpot hold.
func (s *shop) ledger() (services, jackpots, operator, sum tote.Money) {
	s.Helper()
	c := &engine.GetTrialBalance{}
	s.must(c)
	for _, b := range c.Balances {
		sum += b.Money
	}
	return c.Balances[engine.Services].Money, c.Balances[engine.Jackpots].Money, c.Balances[engine.Operator].Money, sum
}

func (s *shop) lend(bet tote.BetCode, m tote.Money) {
	s.Helper()
	s.must(&engine.FundJackpot{Key: s.key(), Bet: bet, Amount: m, Loan: true, Staff: "anna"})
}

// TestJackpotPaysBeyondThePool is the example of 02-simple section 9 through real
// sales: ×10, the pool pays ×1, the fund the rest.
func TestJackpotPaysBeyondThePool(t *testing.T) {
	s := openJackpotShop(t)
	s.lend(toWin, 500_00)
	c := s.lucky(toWin, 3_00, tote.UnitPattern(4), 100)
	s.lucky(toWin, 15_00, tote.UnitPattern(5), 20) // loses, and so does its service
	s.must(s.onSpotRace(toWin, 12_00, tote.UnitPattern(6)))
	if services, jackpots, operator, sum := s.ledger(); services != 6_00 || jackpots != 500_00 || operator != -500_00 || sum != 0 {
		t.Errorf("before: %v, %v, %v, %v", services, jackpots, operator, sum)
	}
	s.ended("anna", []tote.Horse{4}, []tote.Horse{5}, []tote.Horse{6}, []tote.Horse{7})
	s.settleSpotRace()
	// 30.00 less 13.90 % is 25.83 for 3.00: 8.60; ten times 25.80, 232.20 of the fund.
	v := s.view(c.Receipt.Bet)
	if v.Won != 258_00 || v.Refunded != 0 || v.State != engine.PaidBet {
		t.Errorf("the bet got %v and %v", v.Won, v.Refunded)
	}
	// 6.00 less 17.25 % is 4.965: take 1.04, fund 4.96.
	want := engine.JackpotView{Stakes: 6_00, Takeout: 1_04, Income: 4_96, Winnings: 232_20, Paid: 232_20}
	pool := s.poolOn(spotRace, toWin)
	if pool.Jackpot != want || pool.Stakes != 30_00 || pool.Declared.Winnings != 25_80 || pool.Paid != 25_80 {
		t.Errorf("got %+v, the pool %+v", pool.Jackpot, pool)
	}
	if services, jackpots, operator, sum := s.ledger(); services != 0 || jackpots != 500_00+4_96-232_20 || operator != -500_00 || sum != 0 {
		t.Errorf("after: %v, %v, %v, %v", services, jackpots, operator, sum)
	}
}

// poolOn returns the pool of a bet on a race.
func (b *bench) poolOn(race tote.RaceID, code tote.BetCode) engine.PoolView {
	b.Helper()
	c := &engine.GetRaceAccounts{Race: race}
	b.must(c)
	i := slices.IndexFunc(c.View.Pools, func(p engine.PoolView) bool { return p.Bet == code })
	return c.View.Pools[i]
}

// TestJackpotByCombination: each pair of four horses has its own multiplier; a pair
// with a non-runner wins at its rank with it, a pair of two goes back with its
// service (05-2sur4 section 9).
func TestJackpotByCombination(t *testing.T) {
	s := openJackpotShop(t)
	s.lend(two, 500_00)
	c := s.lucky(two, 3_00, tote.CombinedPattern(4, 5, 8, 9), 20, 10, 15, 10, 10, 15)
	for range 20 {
		s.must(s.onSpotRace(two, 3_00, tote.UnitPattern(1, 2)))
	}
	for _, h := range []tote.Horse{8, 9} {
		s.must(&engine.DeclareNonRunner{Race: spotRace, Horse: h, Staff: "anna"})
	}
	s.ended("anna", []tote.Horse{4}, []tote.Horse{5}, []tote.Horse{6}, []tote.Horse{7})
	s.settleSpotRace()
	d := map[string]tote.Dividend{}
	for _, l := range s.poolOn(spotRace, two).Declared.Lines {
		d[l.Combination] = l.Dividend
	}
	// In the order of the bettor's horses: 4-5 ×2, 4-8 ×1, 4-9 ×1.5, 5-8 ×1, 5-9 ×1, 8-9 goes back.
	won := d["4-5"].PayTimes(3_00, 20) + d["4-NP"].PayTimes(3_00, 10) + d["4-NP"].PayTimes(3_00, 15) + 2*d["5-NP"].PayTimes(3_00, 10)
	if v := s.view(c.Receipt.Bet); v.Won != won || v.Refunded != 3_00+1_00 || d["4-5"] == 0 || d["4-NP"] == 0 {
		t.Errorf("got %v and %v, want %v and 4.00 at %v", v.Won, v.Refunded, won, d)
	}
	if got := s.poolOn(spotRace, two).Jackpot; got.Refunds != 1_00 || got.Takeout != 1_48 || got.Income != 3_52 { // 29.51 % of 5.00
		t.Errorf("got %+v", got)
	}
}

// TestJackpotGoesBackWhole: a cancelled race returns both stakes, and a late bet's
// go back with the purge.
func TestJackpotGoesBackWhole(t *testing.T) {
	s := openJackpotShop(t)
	before := s.wallet(s.alice)
	early := s.lucky(toWin, 15_00, tote.UnitPattern(4), 50)
	s.clock.advance(minute)
	late := s.lucky(toPlace, 1_50, tote.UnitPattern(4), 20)
	s.must(&engine.StopRace{Race: spotRace, Staff: "anna"})
	purge := &engine.PurgeLate{Race: spotRace, Started: s.ms(0), Staff: "anna"}
	s.must(purge)
	if v := s.view(late.Receipt.Bet); purge.Refunded != 2_00 || v.Refunded != 2_00 {
		t.Errorf("purged %v, refunded %v", purge.Refunded, v.Refunded)
	}
	s.must(&engine.CancelRace{Race: spotRace, Staff: "anna"})
	s.settleSpotRace()
	if v := s.view(early.Receipt.Bet); v.Refunded != 20_00 || s.wallet(s.alice) != before {
		t.Errorf("refunded %v, the wallet holds %v of %v", v.Refunded, s.wallet(s.alice), before)
	}
	if services, jackpots, operator, sum := s.ledger(); services != 0 || jackpots != 0 || operator != 0 || sum != 0 {
		t.Errorf("left: %v, %v, %v, %v", services, jackpots, operator, sum)
	}
	if p := s.poolOn(spotRace, toPlace); p.Jackpot.Paid != 50 || p.Paid != 1_50 {
		t.Errorf("paid %v of the service, %v of the pool", p.Jackpot.Paid, p.Paid)
	}
}

func (b *bench) wallet(id event.AccountID) tote.Money {
	b.Helper()
	c := &engine.GetAccount{Account: id}
	b.must(c)
	return c.Balance
}

// TestAJackpotBetStands: it cannot be cancelled, not even when a horse of it does not
// run, and the same command has the same multipliers.
func TestAJackpotBetStands(t *testing.T) {
	s := openJackpotShop(t)
	c := s.lucky(toWin, 3_00, tote.UnitPattern(4), 20)
	s.refused(&engine.CancelBet{Key: s.key(), Bet: c.Receipt.Bet, Account: s.alice}, engine.JackpotStands)
	s.must(&engine.DeclareNonRunner{Race: spotRace, Horse: 4, Staff: "anna"})
	s.refused(&engine.CancelBet{Key: s.key(), Bet: c.Receipt.Bet, Account: s.alice}, engine.JackpotStands)
	s.restart()
	again := *c
	again.Seed, again.Receipt = tote.Seed{7, 7}, engine.Receipt{}
	s.must(&again)
	if !reflect.DeepEqual(again.Receipt, c.Receipt) || !reflect.DeepEqual(s.view(c.Receipt.Bet).Receipt, c.Receipt) {
		t.Errorf("again: %+v, first %+v", again.Receipt, c.Receipt)
	}
	again.Jackpot = false
	s.refused(&again, engine.KeyReused)
}

// TestP5AJackpotBetWithAComplement: horses and complement are the bettor's, so the same
// command is recognized by them and another is not.
func TestP5AJackpotBetWithAComplement(t *testing.T) {
	s := openJackpotShop(t)
	p := tote.CombinedPattern(1, 2, 3)
	p.Complement = 9
	c := s.lucky(two, 3_00, p, 10, 15, 10)
	again := *c
	again.Receipt = engine.Receipt{}
	s.must(&again)
	if !reflect.DeepEqual(again.Receipt, c.Receipt) {
		t.Errorf("again: %+v, first %+v", again.Receipt, c.Receipt)
	}
	for _, complement := range []tote.Horse{0, 8} {
		again.Pattern.Complement = complement
		s.refused(&again, engine.KeyReused)
	}
}

func TestJackpotIsRefused(t *testing.T) {
	s := openJackpotShop(t)
	poor := s.account(3_00)
	for _, tt := range []struct {
		name  string
		bet   tote.BetCode
		unit  tote.Money
		p     tote.Pattern
		want  engine.Code
		payer event.AccountID
	}{
		{"not offered", "E_TIERCE", 3_00, tote.UnitPattern(1, 2, 3), engine.NoJackpot, s.alice},
		{"five horses", two, 3_00, tote.CombinedPattern(1, 2, 3, 4, 5), engine.JackpotFormula, s.alice},
		{"a base", two, 3_00, tote.BasePattern([]tote.Horse{1}, []tote.Horse{2, 3}), engine.JackpotFormula, s.alice},
		{"two horses of a Simple", toWin, 3_00, tote.CombinedPattern(1, 2), engine.JackpotFormula, s.alice},
		{"a fraction", two, 1_50, tote.CombinedPattern(1, 2, 3), engine.StakeTooSmall, s.alice},
		{"cents that three do not divide", toWin, 2_00, tote.UnitPattern(1), engine.JackpotStake, s.alice},
		{"more than twenty euros together", toWin, 15_03, tote.UnitPattern(1), engine.JackpotStake, s.alice},
		{"money for the bet alone", toWin, 3_00, tote.UnitPattern(1), engine.InsufficientFunds, poor},
	} {
		before := s.hash()
		s.Run(tt.name, func(t *testing.T) {
			c := s.onSpotRace(tt.bet, tt.unit, tt.p)
			c.Jackpot, c.Account = true, tt.payer
			b := *s.bench
			b.T = t
			b.refused(c, tt.want)
		})
		if s.hash() != before {
			t.Errorf("%s: refused, yet something changed", tt.name)
		}
	}
	s.refused(&engine.DeclareRace{
		Race: spotRace + 1, Start: s.ms(20 * minute), Deadline: s.ms(30 * minute), Declared: tote.Numbered(10), Staff: "anna",
		Offers: []engine.Offer{{Bet: toWin, BaseStake: 150, Jackpot: 2}},
	}, engine.BadProgramme)
}

// TestTheFundIsNeverOverdrawn: dividends wait until the operator has lent what the
// race owes, and what was lent can be taken back as far as it is there.
func TestTheFundIsNeverOverdrawn(t *testing.T) {
	s := openJackpotShop(t)
	s.lucky(toWin, 3_00, tote.UnitPattern(4), 100)
	s.must(s.onSpotRace(toWin, 27_00, tote.UnitPattern(6)))
	s.ended("anna", []tote.Horse{4}, []tote.Horse{5}, []tote.Horse{6}, []tote.Horse{7})
	before := s.hash()
	second := rechecktest.Figures(s, s.journal, spotRace)
	c := &engine.DeclareDividends{Race: spotRace, Second: second, Staff: "anna"}
	s.refused(c, engine.JackpotShort) // 232.20 owed, 0.83 of income
	if s.hash() != before {
		t.Error("refused, yet something changed")
	}
	s.lend(toWin, 231_36)
	s.refused(c, engine.JackpotShort)
	s.must(&engine.FundJackpot{Key: s.key(), Bet: toWin, Amount: 1, Staff: "anna"}) // a gift
	s.settleSpotRace()
	if _, jackpots, operator, _ := s.ledger(); jackpots != 0 || operator != -231_37 {
		t.Errorf("the fund holds %v, the operator put in %v", jackpots, -operator)
	}
	back := &engine.FundJackpot{Key: s.key(), Bet: toWin, Amount: -1, Loan: true, Staff: "anna"}
	s.refused(back, engine.FundTooSmall)
	s.must(&engine.FundJackpot{Key: s.key(), Bet: toWin, Amount: 300_00, Staff: "anna"})
	back = &engine.FundJackpot{Key: s.key(), Bet: toWin, Amount: -231_36, Loan: true, Staff: "anna"}
	s.must(back)
	s.must(back)
	if back.Fund != 68_64 || back.Lent != 0 {
		t.Errorf("after taking back: %v, %v lent", back.Fund, back.Lent)
	}
	s.refused(&engine.FundJackpot{Key: s.key(), Bet: toWin, Amount: -1, Loan: true, Staff: "anna"}, engine.FundTooSmall) // gifts stay
	s.refused(&engine.FundJackpot{Key: back.Key, Bet: two, Amount: -231_36, Loan: true, Staff: "anna"}, engine.KeyReused)
	s.refused(&engine.FundJackpot{Key: s.key(), Bet: "E_TIERCE", Amount: 1, Staff: "anna"}, engine.NoJackpot)
	s.refused(&engine.FundJackpot{Key: s.key(), Bet: toWin, Amount: -1, Staff: "anna"}, engine.BadAmount)
	funds := &engine.GetFunds{}
	s.must(funds)
	if want := []engine.FundView{{Bet: toWin, Money: 68_64}}; !slices.Equal(funds.Jackpots, want) {
		t.Errorf("got %+v, want %+v", funds.Jackpots, want)
	}
}
