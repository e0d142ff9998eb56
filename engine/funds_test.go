package engine_test

import (
	"slices"
	"testing"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

// fund returns what a bet's fund holds.
func (b *bench) fund(code tote.BetCode) tote.Money {
	b.Helper()
	c := &engine.GetFunds{}
	b.must(c)
	if !slices.IsSortedFunc(c.Funds, func(x, y engine.FundView) int { return slices.Compare([]byte(x.Bet), []byte(y.Bet)) }) {
		b.Errorf("funds are not sorted: %v", c.Funds)
	}
	var held tote.Money
	for _, f := range c.Funds {
		if f.Bet == code {
			held = f.Money
		}
	}
	return held
}

// withFund opens a shop whose race is run and left 28.65 in the fund of the win
// pool: mass 86.96, surplus 85.96, of which 1.00 of the minimum of 1.50 is won
// (II-17-I).
func withFund(t *testing.T) *shop {
	t.Helper()
	s := openShop(t)
	s.must(s.win(s.alice, 1, 1_00))
	s.must(s.win(s.bob, 2, 100_00))
	s.finish(inOrder...)
	if got, want := s.fund(toWin), tote.Money(28_65); got != want {
		t.Fatalf("the fund holds %v, want %v", got, want)
	}
	s.must(declaration(s, theRace+1))
	return s
}

func (s *shop) release(amount tote.Money) *engine.ReleaseBooster {
	return &engine.ReleaseBooster{Key: s.key(), Race: theRace + 1, Bet: toWin, Amount: amount, Staff: "anna"}
}

// next returns the win pool of the next race.
func (s *shop) next() engine.PoolView {
	s.Helper()
	c := &engine.GetRaceAccounts{Race: theRace + 1}
	s.must(c)
	return c.View.Pools[0]
}

func TestABoosterIsPaidOnALaterRace(t *testing.T) {
	s := withFund(t)
	c := s.release(28_00)
	for range 2 { // a retry changes nothing
		s.must(c)
		if c.Added != 28_00 || c.Fund != 65 {
			t.Errorf("added %v, the fund holds %v", c.Added, c.Fund)
		}
	}
	before := s.hash()
	s.restart()
	if s.hash() != before || s.fund(toWin) != 65 || s.next().Added != 28_00 {
		t.Errorf("after a restart: fund %v, pool %+v", s.fund(toWin), s.next())
	}
	if of := s.balanced(); of[engine.Boosters] != 65 || of[engine.Pools] != 28_00 {
		t.Errorf("ledger: %v", of)
	}
	s.must(&engine.OpenRace{Race: theRace + 1, Staff: "anna"})
	s.must(c) // the answer to a retry does not depend on the race
	for h, account := range map[tote.Horse]event.AccountID{1: s.alice, 2: s.bob} {
		bet := s.win(account, h, 100_00)
		bet.Race = theRace + 1
		s.must(bet)
	}
	s.must(&engine.StopRace{Race: theRace + 1})
	s.must(&engine.EnterResult{Race: theRace + 1, Arrival: inOrder, Staff: "anna"})
	s.must(&engine.ConfirmResult{Race: theRace + 1, Arrival: inOrder, Staff: "bruno"})
	s.must(&engine.DeclareDividends{Race: theRace + 1})
	// 200.00 x 0.861 + 28.00 = 200.20 for 100.00; without the booster 1.70.
	if d := s.next().Declared; len(d.Lines) != 1 || d.Lines[0].Dividend != 200 || d.Booster != 0 {
		t.Errorf("dividends: %+v", d)
	}
	if of := s.balanced(); of[engine.Boosters] != 65 || of[engine.Pools] != 0 {
		t.Errorf("ledger: %v", of)
	}
}

func TestARefundedPoolReturnsItsBooster(t *testing.T) {
	for _, tt := range []struct {
		name   string
		refund func(*shop)
	}{
		{"called off before any bet", func(s *shop) {}},
		{"called off", func(s *shop) { s.must(&engine.OpenRace{Race: theRace + 1}) }},
		{"nobody backed the winner", func(s *shop) {
			s.must(&engine.OpenRace{Race: theRace + 1})
			bet := s.win(s.alice, 7, 10_00)
			bet.Race = theRace + 1
			s.must(bet)
			s.must(&engine.StopRace{Race: theRace + 1})
			s.must(&engine.EnterResult{Race: theRace + 1, Arrival: inOrder, Staff: "anna"})
			s.must(&engine.ConfirmResult{Race: theRace + 1, Arrival: inOrder, Staff: "bruno"})
			s.must(&engine.DeclareDividends{Race: theRace + 1})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := withFund(t)
			s.must(s.release(20_00))
			s.must(s.release(8_65)) // releases add up
			tt.refund(s)
			if s.next().Declared == nil {
				s.must(&engine.CancelRace{Race: theRace + 1, Staff: "anna"})
				s.must(&engine.DeclareDividends{Race: theRace + 1})
			}
			if d := s.next().Declared; d.Booster != 28_65 || d.Refunds != s.next().Stakes || s.fund(toWin) != 28_65 {
				t.Errorf("dividends %+v, the fund holds %v", d, s.fund(toWin))
			}
			s.balanced()
		})
	}
}

func TestBoostersThatAreNotReleased(t *testing.T) {
	void := event.Key{9}
	for _, tt := range []struct {
		name  string
		spoil func(*shop, *engine.ReleaseBooster)
		want  engine.Code
	}{
		{"more than there is", func(s *shop, c *engine.ReleaseBooster) { c.Amount = 28_66 }, engine.FundTooSmall},
		{"of a fund that never held anything", func(s *shop, c *engine.ReleaseBooster) { c.Bet = two }, engine.FundTooSmall},
		{"nothing", func(s *shop, c *engine.ReleaseBooster) { c.Amount = 0 }, engine.BadAmount},
		{"less than nothing", func(s *shop, c *engine.ReleaseBooster) { c.Amount = -1 }, engine.BadAmount},
		{"more than a pool can count", func(s *shop, c *engine.ReleaseBooster) { c.Amount = tote.MaxStake + 1 }, engine.BadAmount},
		{"during the sales", func(s *shop, c *engine.ReleaseBooster) { s.must(&engine.OpenRace{Race: c.Race}) }, engine.WrongStatus},
		{"after STOP", func(s *shop, c *engine.ReleaseBooster) { s.must(&engine.StopRace{Race: c.Race}) }, engine.WrongStatus},
		{"on a race that was run", func(s *shop, c *engine.ReleaseBooster) { c.Race = theRace }, engine.WrongStatus},
		{"on no race", func(s *shop, c *engine.ReleaseBooster) { c.Race = 7 }, engine.UnknownRace},
		{"on a bet that is not offered", func(s *shop, c *engine.ReleaseBooster) { c.Bet = shopWin }, engine.BetNotOffered},
		{"without a key", func(s *shop, c *engine.ReleaseBooster) { c.Key = event.Key{} }, engine.KeyMissing},
		{"with a void key", func(s *shop, c *engine.ReleaseBooster) {
			s.must(&engine.GetOutcome{Key: void, Void: true})
			c.Key = void
		}, engine.KeyIsVoid},
		{"with another release's key", func(s *shop, c *engine.ReleaseBooster) {
			other := s.release(1)
			s.must(other)
			c.Key = other.Key
		}, engine.KeyReused},
		{"with a deposit's key", func(s *shop, c *engine.ReleaseBooster) {
			s.must(&engine.Deposit{Key: c.Key, Account: s.alice, Amount: 1})
		}, engine.KeyReused},
		{"by nobody the journal can name", func(s *shop, c *engine.ReleaseBooster) { c.Staff = "\xff" }, engine.BadStaff},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := withFund(t)
			c := s.release(5_00)
			tt.spoil(s, c)
			held := s.fund(toWin)
			s.refused(c, tt.want)
			if got := s.fund(toWin); got != held {
				t.Errorf("the fund holds %v, want %v", got, held)
			}
			s.balanced()
		})
	}
}

func TestTheOutcomeOfARelease(t *testing.T) {
	s := withFund(t)
	c := s.release(5_00)
	s.must(c)
	o := &engine.GetOutcome{Key: c.Key}
	s.must(o)
	if o.Kind != engine.BoosterWasReleased || o.Amount != 5_00 {
		t.Errorf("got %+v", o)
	}
}
