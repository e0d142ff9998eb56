package engine_test

import (
	"testing"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

// dividends returns what a pool declared, by combination.
func (s *shop) dividends(code tote.BetCode) map[string]tote.Dividend {
	s.Helper()
	d := s.accounts(code).Declared
	if d == nil {
		s.Fatalf("pool %s has no dividends", code)
	}
	of := map[string]tote.Dividend{}
	for _, l := range d.Lines {
		of[l.Combination] = l.Dividend
	}
	return of
}

// pairsOf expands a bet on pairs into its combinations, in the plainest way.
func pairsOf(p tote.Pattern, field []tote.Horse) (pairs [][2]tote.Horse) {
	first, second := p.Group(0), p.Group(0)
	if p.Formula == tote.Base {
		if second = p.Group(1); p.Flags&tote.FullField != 0 {
			second = field
		}
	}
	for i, a := range first {
		for j, b := range second {
			switch {
			case a == b, p.Formula != tote.Base && j <= i:
			default:
				pairs = append(pairs, [2]tote.Horse{min(a, b), max(a, b)})
			}
		}
	}
	return pairs
}

func TestFormulasArePaidCombinationByCombination(t *testing.T) {
	field := tote.Numbered(10).Slice()
	tests := []struct {
		name string
		p    tote.Pattern
		unit tote.Money
	}{
		{"unit", tote.UnitPattern(1, 2), 301},
		{"combined", tote.CombinedPattern(1, 2, 3, 5, 6), 333},
		{"combined, flexi", tote.CombinedPattern(1, 2, 3, 5, 6), 151},
		{"base", tote.BasePattern([]tote.Horse{4}, []tote.Horse{1, 7, 3}), 307},
		{"base that lost", tote.BasePattern([]tote.Horse{9}, []tote.Horse{1, 2, 3}), 300},
		{"full field", tote.FullFieldPattern([]tote.Horse{3}, 0), 300},
		{"full field, flexi", tote.FullFieldPattern([]tote.Horse{3}, 0), 159},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := openShop(t)
			for _, h := range field[1:] { // others, so that there is something to win
				c := s.bet(two, 300, tote.UnitPattern(1, h))
				c.Account = s.bob
				s.must(c)
			}
			c := s.bet(two, tt.unit, tt.p)
			s.must(c)
			pairs := pairsOf(tt.p, field)
			if got, want := int(c.Receipt.Units), len(pairs); got != want {
				t.Errorf("combinations: got %d, want %d", got, want)
			}
			s.finish(inOrder...)
			of := s.dividends(two)
			var want tote.Money
			for _, pair := range pairs {
				want += of[pair[0].String()+"-"+pair[1].String()].Pay(tt.unit)
			}
			if got := s.view(c.Receipt.Bet).Won; got != want {
				t.Errorf("won %v, want %v of dividends %v", got, want, of)
			}
			if got, want := s.balance(s.alice), 1000_00-c.Receipt.Cost+want; got != want {
				t.Errorf("wallet holds %v, want %v", got, want)
			}
		})
	}
}

func TestADeadHeatPaysBoth(t *testing.T) {
	s := openShop(t)
	var bets []event.BetID
	for _, h := range []tote.Horse{1, 2, 3} {
		bets = append(bets, s.placed(s.win(s.alice, h, 10_00)))
	}
	s.finish([]tote.Horse{1, 2}, []tote.Horse{3})
	if a, b := s.view(bets[0]).Won, s.view(bets[1]).Won; a == 0 || a != b {
		t.Errorf("the two winners got %v and %v", a, b)
	}
	if got := s.view(bets[2]).State; got != engine.LostBet {
		t.Errorf("the third horse: got state %d, want lost", got)
	}
}

func TestRefunds(t *testing.T) {
	tests := []struct {
		name   string
		finish func(*shop)
		whole  bool // the other horse's backers as well
		reason tote.Reason
	}{
		{"race called off", func(s *shop) { s.must(&engine.CancelRace{Race: theRace, Staff: "anna"}) }, true, tote.RaceCancelled},
		{"race called off after STOP", func(s *shop) {
			s.must(&engine.StopRace{Race: theRace})
			s.must(&engine.CancelRace{Race: theRace, Staff: "anna"})
		}, true, tote.RaceCancelled},
		{"race called off after a provisional result", func(s *shop) {
			s.must(&engine.StopRace{Race: theRace})
			s.must(&engine.EnterResult{Race: theRace, Arrival: inOrder, Staff: "anna"})
			s.must(&engine.CancelRace{Race: theRace, Staff: "anna"})
		}, true, tote.RaceCancelled},
		{"nobody backed the winner", func(s *shop) { s.result([]tote.Horse{9}) }, true, tote.NoWinningStake},
		{"no horse classified", func(s *shop) { s.result() }, true, tote.NoHorseClassified},
		{"non-runner", func(s *shop) {
			s.must(s.win(s.bob, 3, 50_00))
			s.must(&engine.DeclareNonRunner{Race: theRace, Horse: 1, Staff: "anna"})
			s.result([]tote.Horse{2}, []tote.Horse{3})
		}, false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := openShop(t)
			out, other := s.placed(s.win(s.alice, 1, 10_00)), s.placed(s.win(s.bob, 2, 10_00))
			ticket := s.placed(s.ticket(s.till, 1, 10_00))
			tt.finish(s)
			s.settle()
			if v := s.view(out); v.Refunded != 10_00 || v.Won != 0 || v.State != engine.PaidBet {
				t.Errorf("bet to refund: %+v", v)
			}
			if v := s.view(other); (v.Refunded == 10_00) != tt.whole {
				t.Errorf("other bet: %+v", v)
			}
			if got := s.accounts(toWin).Declared.Reason; got != tt.reason {
				t.Errorf("reason: got %q, want %q", got, tt.reason)
			}
			pay := &engine.PayTicket{Key: s.key(), Bet: ticket, PointOfSale: s.till}
			s.must(pay)
			if pay.Paid != 10_00 {
				t.Errorf("ticket refunded %v, want its stake", pay.Paid)
			}
			of := s.balanced()
			if of[engine.Pools] != 0 || of[engine.Owed] != 0 || of[engine.Cash] != 0 {
				t.Errorf("ledger: %v", of)
			}
		})
	}
}

func TestTheComplementRunsInstead(t *testing.T) {
	s := openShop(t)
	with, without := tote.UnitPattern(1, 9), tote.UnitPattern(1, 9)
	with.Complement = 2
	replaced, reduced := s.placed(s.bet(two, 300, with)), s.placed(s.bet(two, 300, without))
	for range 5 {
		s.must(s.bet(two, 300, tote.UnitPattern(1, 8)))
	}
	s.must(&engine.DeclareNonRunner{Race: theRace, Horse: 9})
	s.finish(inOrder...)
	of := s.dividends(two)
	if got, want := s.view(replaced).Won, of["1-2"].Pay(300); got != want || got == 0 {
		t.Errorf("bet with a complement won %v, want %v", got, want)
	}
	if got, want := s.view(reduced).Won, of["1-NP"].Pay(300); got != want || got == 0 {
		t.Errorf("bet without won %v, want %v", got, want)
	}
}

func TestRacesNobodyBetOn(t *testing.T) {
	t.Run("no bets", func(t *testing.T) {
		s := openShop(t)
		s.result(inOrder...)
		s.must(&engine.DeclareDividends{Race: theRace})
		if got := s.status(); got != engine.Settled {
			t.Errorf("status: got %d, want settled", got)
		}
		c := &engine.SettleBets{Race: theRace, More: true}
		s.must(c)
		if c.More || c.Ended != 0 {
			t.Errorf("settled %+v", c)
		}
	})
	t.Run("only cancelled bets", func(t *testing.T) {
		s := openShop(t)
		s.must(&engine.CancelBet{Key: s.key(), Bet: s.placed(s.win(s.alice, 1, 100)), Account: s.alice})
		s.finish(inOrder...)
		if got := s.status(); got != engine.Settled {
			t.Errorf("status: got %d, want settled", got)
		}
	})
	t.Run("no pools", func(t *testing.T) {
		s := openShop(t)
		d := declaration(s, theRace+1)
		d.Offers = nil
		s.must(d)
		s.must(&engine.CancelRace{Race: d.Race})
		c := &engine.GetRaceAccounts{Race: d.Race}
		s.must(c)
		if c.View.Status != engine.Settled {
			t.Errorf("status: got %d, want settled", c.View.Status)
		}
	})
}

// 200 winners of a cent at 1.60 are paid two cents each: more than the pool.
func TestTheOperatorTopsUpWhatRoundingAdds(t *testing.T) {
	s := openShop(t)
	d := declaration(s, theRace+1)
	d.Offers = []engine.Offer{{Bet: toWin, BaseStake: 1}}
	s.must(d)
	s.must(&engine.OpenRace{Race: d.Race})
	for i := range 380 {
		c := s.win(s.alice, 1, 1)
		if c.Race = d.Race; i >= 200 {
			c.Pattern = tote.UnitPattern(2)
		}
		s.must(c)
	}
	s.must(&engine.StopRace{Race: d.Race})
	s.must(&engine.EnterResult{Race: d.Race, Arrival: inOrder, Staff: "anna"})
	s.must(&engine.ConfirmResult{Race: d.Race, Arrival: inOrder, Staff: "bruno"})
	s.must(&engine.DeclareDividends{Race: d.Race})
	s.must(&engine.SettleBets{Race: d.Race})
	c := &engine.GetRaceAccounts{Race: d.Race}
	s.must(c)
	got := c.View.Pools[0].Declared
	if got.Winnings != 400 || got.TopUp != 20 || got.Takeout != 0 {
		t.Errorf("200 winners of a cent at %v: %+v", got.Lines, got)
	}
	if of := s.balanced(); of[engine.Takeout] != -20 || of[engine.Pools] != 0 {
		t.Errorf("ledger: %v", of)
	}
	s.restart()
	s.balanced()
}

func TestSettlementGoesOnBetweenSales(t *testing.T) {
	s := openShop(t)
	other := declaration(s, theRace+1)
	s.must(other)
	s.must(&engine.OpenRace{Race: other.Race})
	const bets = 2500
	for i := range bets {
		c := s.win(s.alice, 1, 100)
		if i%2 == 1 {
			c.Account, c.PointOfSale, c.Bet, c.Unit = 0, s.till, shopWin, 200
		} else if i >= 1000 {
			c.Account = s.bob
		}
		s.must(c)
	}
	s.result(inOrder...)
	s.must(&engine.DeclareDividends{Race: theRace})
	slices, ended := 0, 0
	c := &engine.SettleBets{Race: theRace}
	for c.More = true; c.More; slices++ {
		s.must(c)
		ended += c.Ended
		online := s.win(s.alice, 1, 100)
		online.Race = other.Race
		s.must(online)
		if slices == 1 {
			s.restart()
		}
	}
	if ended != bets || slices != 4 {
		t.Errorf("ended %d bets in %d slices, want %d in 4", ended, slices, bets)
	}
	s.balanced()
}

// Two of a formula's combinations end on one line: each is rounded by itself.
func TestCombinationsOnOneLineAreRoundedOneByOne(t *testing.T) {
	for _, unit := range []tote.Money{301, 303, 305, 307, 333} {
		s := openShop(t)
		for range 5 {
			s.must(s.bet(two, 300, tote.UnitPattern(1, 2)))
			s.must(s.bet(two, 300, tote.UnitPattern(5, 6)))
		}
		id := s.placed(s.bet(two, unit, tote.CombinedPattern(1, 9, 10)))
		s.must(&engine.DeclareNonRunner{Race: theRace, Horse: 9})
		s.must(&engine.DeclareNonRunner{Race: theRace, Horse: 10})
		s.finish(inOrder...)
		d := s.dividends(two)["1-NP"]
		v := s.view(id)
		if got, want := v.Won, 2*d.Pay(unit); got != want || got == 0 {
			t.Errorf("stake %v at %v: won %v, want %v", unit, d, got, want)
		}
		if got, want := v.Refunded, unit; got != want {
			t.Errorf("stake %v: refunded %v, want %v", unit, got, want)
		}
	}
}

// TestARehearsalTellsWhatIsDeclared rehearses every phase and declares.
func TestARehearsalTellsWhatIsDeclared(t *testing.T) {
	s := openShop(t)
	s.must(s.win(s.alice, 1, 10_01))
	s.must(s.win(s.bob, 2, 33_33))
	rehearse := func(until engine.SettlementPhase) *engine.Rehearse {
		c := &engine.Rehearse{Race: theRace, Bet: toWin, Until: until}
		s.must(c)
		return c
	}
	s.refused(&engine.Rehearse{Race: theRace, Bet: toWin}, engine.WrongStatus)
	s.result(inOrder...)
	count, share, all := rehearse(engine.CountPhase), rehearse(engine.SharePhase), rehearse(engine.WinningsPhase)
	if count.Winnings != 0 || count.Settlement.Dividends != nil || share.Winnings != 0 {
		t.Errorf("phases went too far: %+v, %+v", count, share)
	}
	s.settle()
	d := s.accounts(toWin).Declared
	if all.Winnings != d.Winnings || all.Stakes.OnLine[0] != d.Lines[0].Stakes || share.Settlement.Dividends[0] != d.Lines[0].Dividend {
		t.Errorf("rehearsed %+v, declared %+v", all, d)
	}
}
