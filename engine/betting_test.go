package engine_test

import (
	"testing"
	"time"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

func TestReceipt(t *testing.T) {
	s := openShop(t)
	c := s.bet(two, 300, tote.CombinedPattern(1, 2, 3, 4))
	s.must(c)
	now := s.ms(0)
	want := engine.Receipt{Bet: event.BetIn(3, 0), Units: 6, Cost: 18_00, AcceptedAt: now, CancelUntil: now + 15*60*1000}
	if c.Receipt != want {
		t.Errorf("got %+v, want %+v", c.Receipt, want)
	}
	if got, want := s.balance(s.alice), tote.Money(1000_00-18_00); got != want {
		t.Errorf("wallet holds %v, want %v", got, want)
	}
	if got, want := s.accounts(two).Stakes, tote.Money(18_00); got != want {
		t.Errorf("pool holds %v, want %v", got, want)
	}
	v := s.view(c.Receipt.Bet)
	if v.State != engine.Live || v.Receipt != want || v.Pattern != c.Pattern || v.Unit != 300 || v.Bet != two || v.Race != theRace {
		t.Errorf("bet reads as %+v", v)
	}
}

func TestStakesAtTheirLimits(t *testing.T) {
	tests := []struct {
		name string
		make func(*shop) *engine.PlaceBet
		cost tote.Money
	}{
		{"base stake", func(s *shop) *engine.PlaceBet { return s.win(s.alice, 1, 100) }, 100},
		{"a whole wallet", func(s *shop) *engine.PlaceBet { return s.win(s.alice, 1, 1000_00) }, 1000_00},
		{"full stake on a formula", func(s *shop) *engine.PlaceBet { return s.bet(two, 300, tote.CombinedPattern(1, 2, 3)) }, 900},
		{"flexi on a formula", func(s *shop) *engine.PlaceBet { return s.bet(two, 150, tote.CombinedPattern(1, 2, 3)) }, 450},
		{"flexi on a base", func(s *shop) *engine.PlaceBet {
			return s.bet(two, 150, tote.BasePattern([]tote.Horse{1}, []tote.Horse{2, 3, 4}))
		}, 450},
		{"the largest pool", func(s *shop) *engine.PlaceBet { return s.ticket(s.till, 1, tote.MaxStake) }, tote.MaxStake},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := openShop(t)
			c := tt.make(s)
			s.must(c)
			if c.Receipt.Cost != tt.cost {
				t.Errorf("cost: got %v, want %v", c.Receipt.Cost, tt.cost)
			}
			s.balanced()
		})
	}
}

func TestAPoolTakesNoMoreThanItCanCount(t *testing.T) {
	s := openShop(t)
	s.must(s.ticket(s.till, 1, tote.MaxStake-200))
	s.refused(s.ticket(s.till, 2, 201), engine.StakeTooLarge)
	s.must(s.ticket(s.till, 2, 200))
	s.refused(s.ticket(s.till, 3, 200), engine.StakeTooLarge)
	s.finish(inOrder...)
	s.balanced()
}

func TestTheFieldIsFixedAtTheSale(t *testing.T) {
	s := openShop(t)
	s.must(&engine.DeclareNonRunner{Race: theRace, Horse: 10})
	full := tote.FullFieldPattern([]tote.Horse{1}, 0)
	before := s.bet(two, 300, full)
	s.must(before)
	s.must(&engine.DeclareNonRunner{Race: theRace, Horse: 9})
	after := s.bet(two, 300, full)
	s.must(after)
	if got, want := before.Receipt.Units, uint32(8); got != want {
		t.Errorf("sold with nine runners: got %d combinations, want %d", got, want)
	}
	if got, want := after.Receipt.Units, uint32(7); got != want {
		t.Errorf("sold with eight runners: got %d combinations, want %d", got, want)
	}
	if got, want := s.view(before.Receipt.Bet).Pattern.Field, tote.SetOf(2, 3, 4, 5, 6, 7, 8, 9); got != want {
		t.Errorf("field: got %v, want %v", got.Slice(), want.Slice())
	}
	// A retry names no field, and the field has changed since.
	again := *before
	again.Pattern = full
	s.must(&again)
	if again.Receipt != before.Receipt {
		t.Errorf("retry got %+v, want %+v", again.Receipt, before.Receipt)
	}
}

func TestTheWindowOfCancellation(t *testing.T) {
	const late = 15*minute + time.Millisecond
	tests := []struct {
		name  string
		after time.Duration
		then  func(*shop)
		want  engine.Code
	}{
		{"at once", 0, nil, ""},
		{"in the last millisecond", 15 * minute, nil, ""},
		{"a millisecond later", late, nil, engine.CancelTooLate},
		{"suspended", 15 * minute, func(s *shop) { s.must(&engine.SuspendRace{Race: theRace}) }, ""},
		{"late, another horse out", late, func(s *shop) { s.must(&engine.DeclareNonRunner{Race: theRace, Horse: 9}) }, engine.CancelTooLate},
		{"late, its horse out", late, func(s *shop) { s.must(&engine.DeclareNonRunner{Race: theRace, Horse: 2}) }, ""},
		{"late, its complement out", late, func(s *shop) { s.must(&engine.DeclareNonRunner{Race: theRace, Horse: 3}) }, ""},
		{"its horse out, after STOP", 0, func(s *shop) {
			s.must(&engine.DeclareNonRunner{Race: theRace, Horse: 2})
			s.must(&engine.StopRace{Race: theRace})
		}, engine.RaceStopped},
		{"after the deadline", 30 * minute, nil, engine.RaceStopped},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := openShop(t)
			p := tote.UnitPattern(1, 2)
			p.Complement = 3
			id := s.placed(s.bet(two, 300, p))
			s.clock.advance(tt.after)
			if tt.then != nil {
				tt.then(s)
			}
			c := &engine.CancelBet{Key: s.key(), Bet: id, Account: s.alice}
			if tt.want != "" {
				s.refused(c, tt.want)
				return
			}
			s.must(c)
			if got, want := c.Returned, tote.Money(300); got != want {
				t.Errorf("returned %v, want %v", got, want)
			}
			if got, want := s.balance(s.alice), tote.Money(1000_00); got != want {
				t.Errorf("wallet holds %v, want %v", got, want)
			}
			p2 := s.accounts(two)
			if p2.Stakes != 0 || p2.Cancelled != 1 || p2.Bets != 0 {
				t.Errorf("pool after cancellation: %+v", p2)
			}
		})
	}
}

func TestATicketIsCancelledAtAnyTill(t *testing.T) {
	s := openShop(t)
	other := s.bench.till()
	id := s.placed(s.ticket(s.till, 1, 20_00))
	c := &engine.CancelBet{Key: s.key(), Bet: id, PointOfSale: other}
	s.must(c)
	if got, want := c.Returned, tote.Money(20_00); got != want {
		t.Errorf("returned %v, want %v", got, want)
	}
	if got := s.balanced()[engine.Cash]; got != 0 {
		t.Errorf("tills hold %v together, want nothing", -got)
	}
}

// repeats are commands that take a key, ready to be sent, and what their answer
// is.
var repeats = []struct {
	name   string
	make   func(*shop) engine.Command
	answer func(engine.Command) any
}{
	{"bet", func(s *shop) engine.Command { return s.win(s.alice, 1, 100) },
		func(c engine.Command) any { return c.(*engine.PlaceBet).Receipt }},
	{"ticket", func(s *shop) engine.Command { return s.ticket(s.till, 1, 200) },
		func(c engine.Command) any { return c.(*engine.PlaceBet).Receipt }},
	{"cancellation", func(s *shop) engine.Command {
		return &engine.CancelBet{Key: s.key(), Bet: s.placed(s.win(s.alice, 1, 100)), Account: s.alice}
	}, func(c engine.Command) any { return c.(*engine.CancelBet).Returned }},
	{"account", func(s *shop) engine.Command { return &engine.OpenAccount{Key: s.key()} },
		func(c engine.Command) any { return c.(*engine.OpenAccount).Account }},
	{"till", func(s *shop) engine.Command { return &engine.OpenPointOfSale{Key: s.key()} },
		func(c engine.Command) any { return c.(*engine.OpenPointOfSale).PointOfSale }},
	{"deposit", func(s *shop) engine.Command {
		return &engine.Deposit{Key: s.key(), Account: s.alice, Amount: 100_000_00}
	},
		func(c engine.Command) any { return c.(*engine.Deposit).Balance }},
	{"payment", func(s *shop) engine.Command {
		id := s.placed(s.ticket(s.till, 1, 200))
		s.finish(inOrder...)
		return &engine.PayTicket{Key: s.key(), Bet: id, PointOfSale: s.till}
	}, func(c engine.Command) any { return c.(*engine.PayTicket).Paid }},
	{"void key", func(s *shop) engine.Command { return &engine.GetOutcome{Key: s.key(), Void: true} },
		func(c engine.Command) any { return c.(*engine.GetOutcome).Kind }},
}

func TestRepeatedCommandsHappenOnce(t *testing.T) {
	for _, tt := range repeats {
		t.Run(tt.name, func(t *testing.T) {
			s := openShop(t)
			c := tt.make(s)
			s.must(c)
			want, hash := tt.answer(c), s.hash()
			for _, when := range []string{"again", "after a restart", "after STOP"} {
				switch when {
				case "after a restart":
					s.restart()
				case "after STOP":
					s.must(&engine.StopRace{Race: theRace})
					hash = s.hash()
				}
				s.must(c)
				if got := tt.answer(c); got != want {
					t.Errorf("%s: got %v, want %v", when, got, want)
				}
				if s.hash() != hash {
					t.Errorf("%s: the repetition changed the state", when)
				}
			}
		})
	}
}

func TestOutcomes(t *testing.T) {
	s := openShop(t)
	bet := s.win(s.alice, 1, 100)
	ticket := s.ticket(s.till, 1, 200)
	s.must(bet)
	s.must(ticket)
	cancel := &engine.CancelBet{Key: s.key(), Bet: bet.Receipt.Bet, Account: s.alice}
	s.must(cancel)
	s.finish(inOrder...)
	pay := &engine.PayTicket{Key: s.key(), Bet: ticket.Receipt.Bet, PointOfSale: s.till}
	s.must(pay)
	deposit := &engine.Deposit{Key: s.key(), Account: s.alice, Amount: 7}
	s.must(deposit)
	void := s.key()
	s.must(&engine.GetOutcome{Key: void, Void: true})

	c := new(engine.GetOutcome) // one for all: answers do not linger
	tests := []struct {
		name string
		key  event.Key
		want engine.GetOutcome
	}{
		{"bet", bet.Key, engine.GetOutcome{Kind: engine.BetWasPlaced, Receipt: bet.Receipt, Bet: bet.Receipt.Bet}},
		{"cancellation", cancel.Key, engine.GetOutcome{Kind: engine.BetWasCancelled, Bet: cancel.Bet, Amount: 100}},
		{"payment", pay.Key, engine.GetOutcome{Kind: engine.TicketWasPaid, Bet: pay.Bet, Amount: pay.Paid}},
		{"deposit", deposit.Key, engine.GetOutcome{Kind: engine.WasDeposited, Amount: 7}},
		{"void", void, engine.GetOutcome{Kind: engine.KeyWasVoided}},
		{"unknown", s.key(), engine.GetOutcome{Kind: engine.NothingKnown}},
	}
	for _, tt := range tests {
		c.Key = tt.key
		s.must(c)
		tt.want.Key = tt.key
		if *c != tt.want {
			t.Errorf("%s: got %+v, want %+v", tt.name, *c, tt.want)
		}
	}
	voiding := &engine.GetOutcome{Key: bet.Key, Void: true}
	s.must(voiding)
	if voiding.Kind != engine.BetWasPlaced {
		t.Errorf("voiding the key of a bet: got %v, want the bet", voiding.Kind)
	}
}

func TestKeysAreForgottenAfterOneWindowAtLeast(t *testing.T) {
	s := openShop(t)
	c := &engine.Deposit{Key: s.key(), Account: s.bob, Amount: 100}
	s.must(c)
	kind := func() engine.OutcomeKind {
		o := &engine.GetOutcome{Key: c.Key}
		s.must(o)
		return o.Kind
	}
	s.clock.advance(72*time.Hour - time.Millisecond)
	s.must(&engine.Deposit{Key: s.key(), Account: s.alice, Amount: 1})
	if kind() != engine.WasDeposited {
		t.Error("forgotten before the window ended")
	}
	s.restart()
	s.clock.advance(time.Hour)
	s.must(&engine.Deposit{Key: s.key(), Account: s.alice, Amount: 1})
	if kind() != engine.WasDeposited {
		t.Error("forgotten with the older generation")
	}
	s.clock.advance(72 * time.Hour)
	if kind() != engine.NothingKnown {
		t.Error("remembered after two windows")
	}
	s.must(c)
	if got, want := s.balance(s.bob), tote.Money(1000_00+2*100); got != want {
		t.Errorf("wallet holds %v, want %v", got, want)
	}
}

func TestWalletsEmptyToTheCent(t *testing.T) {
	s := openShop(t)
	for range 10 {
		s.must(s.win(s.alice, 1, 100_00))
	}
	if got := s.balance(s.alice); got != 0 {
		t.Errorf("wallet holds %v, want nothing", got)
	}
	s.refused(s.win(s.alice, 1, 100), engine.InsufficientFunds)
	s.must(&engine.Deposit{Key: s.key(), Account: s.alice, Amount: 99})
	s.refused(s.win(s.alice, 1, 100), engine.InsufficientFunds)
	s.must(&engine.Deposit{Key: s.key(), Account: s.alice, Amount: 1})
	s.must(s.win(s.alice, 1, 100))
}
