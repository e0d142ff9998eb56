package engine_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

// refusal is one way to be refused: the code, and what leads to it.
type refusal struct {
	name string
	code engine.Code
	make func(*shop) engine.Command
}

// unknown numbers of things that do not exist.
const (
	noAccount = event.AccountID(99)
	noTill    = event.PointOfSaleID(99)
	noRace    = theRace + 98
)

var noBet = event.BetIn(1, 1<<31)

func pattern(f tote.Formula, sizes []uint8, horses ...tote.Horse) tote.Pattern {
	p := tote.Pattern{Formula: f}
	copy(p.Sizes[:], sizes)
	copy(p.Horses[:], horses)
	return p
}

var bettingRefusals = []refusal{
	{"bet without a key", engine.KeyMissing, func(s *shop) engine.Command {
		c := s.win(s.alice, 1, 100)
		c.Key = event.Key{}
		return c
	}},
	{"bet with the key of a deposit", engine.KeyReused, func(s *shop) engine.Command {
		d := &engine.Deposit{Key: s.key(), Account: s.alice, Amount: 1}
		s.must(d)
		c := s.win(s.alice, 1, 100)
		c.Key = d.Key
		return c
	}},
	{"another stake under the same key", engine.KeyReused, func(s *shop) engine.Command {
		c := s.win(s.alice, 1, 100)
		s.must(c)
		c.Unit = 200
		return c
	}},
	{"another horse under the same key", engine.KeyReused, func(s *shop) engine.Command {
		c := s.win(s.alice, 1, 100)
		s.must(c)
		c.Pattern = tote.UnitPattern(2)
		return c
	}},
	{"another payer under the same key", engine.KeyReused, func(s *shop) engine.Command {
		c := s.win(s.alice, 1, 100)
		s.must(c)
		c.Account = s.bob
		return c
	}},
	{"bet with a void key", engine.KeyIsVoid, func(s *shop) engine.Command {
		c := s.win(s.alice, 1, 100)
		s.must(&engine.GetOutcome{Key: c.Key, Void: true})
		return c
	}},
	{"bet of an unknown account", engine.UnknownAccount, func(s *shop) engine.Command { return s.win(noAccount, 1, 100) }},
	{"bet of an account at a till", engine.UnknownAccount, func(s *shop) engine.Command {
		c := s.win(s.alice, 1, 100)
		c.PointOfSale = s.till
		return c
	}},
	{"bet at an unknown till", engine.UnknownTill, func(s *shop) engine.Command { return s.ticket(noTill, 1, 200) }},
	{"bet of nobody", engine.UnknownTill, func(s *shop) engine.Command { return s.ticket(0, 1, 200) }},
	{"bet on an unknown race", engine.UnknownRace, func(s *shop) engine.Command {
		c := s.win(s.alice, 1, 100)
		c.Race = noRace
		return c
	}},
	{"bet the race does not offer", engine.BetNotOffered, func(s *shop) engine.Command {
		return s.bet("SIMPLE_PLACE", 200, tote.UnitPattern(1))
	}},
	{"account in a shop's pool", engine.WrongNetwork, func(s *shop) engine.Command { return s.bet(shopWin, 200, tote.UnitPattern(1)) }},
	{"till in an online pool", engine.WrongNetwork, func(s *shop) engine.Command {
		c := s.ticket(s.till, 1, 200)
		c.Bet = toWin
		return c
	}},
	{"bet before the opening", engine.RaceNotOpen, func(s *shop) engine.Command {
		c := s.win(s.alice, 1, 100)
		c.Race = theRace + 1
		s.must(declaration(s, c.Race))
		return c
	}},
	{"bet during a suspension", engine.RaceSuspended, func(s *shop) engine.Command {
		s.must(&engine.SuspendRace{Race: theRace})
		return s.win(s.alice, 1, 100)
	}},
	{"bet after STOP", engine.RaceStopped, func(s *shop) engine.Command {
		s.must(&engine.StopRace{Race: theRace})
		return s.win(s.alice, 1, 100)
	}},
	{"bet at the deadline", engine.RaceStopped, func(s *shop) engine.Command {
		s.clock.advance(30 * minute)
		s.must(&engine.GetTrialBalance{})
		return s.win(s.alice, 1, 100)
	}},
	{"stake of nothing", engine.StakeTooSmall, func(s *shop) engine.Command { return s.win(s.alice, 1, 0) }},
	{"negative stake", engine.StakeTooSmall, func(s *shop) engine.Command { return s.win(s.alice, 1, math.MinInt64) }},
	{"stake a cent too small", engine.StakeTooSmall, func(s *shop) engine.Command { return s.win(s.alice, 1, 99) }},
	{"flexi on a single combination", engine.StakeTooSmall, func(s *shop) engine.Command {
		return s.bet(two, 150, tote.UnitPattern(1, 2))
	}},
	{"flexi below its percentage", engine.StakeTooSmall, func(s *shop) engine.Command {
		return s.bet(two, 149, tote.CombinedPattern(1, 2, 3))
	}},
	{"stake a cent too large", engine.StakeTooLarge, func(s *shop) engine.Command { return s.win(s.alice, 1, tote.MaxStake+1) }},
	{"stake of 2^63-1", engine.StakeTooLarge, func(s *shop) engine.Command { return s.win(s.alice, 1, math.MaxInt64) }},
	{"formula too dear", engine.StakeTooLarge, func(s *shop) engine.Command {
		return s.bet(two, tote.MaxStake/3+1, tote.CombinedPattern(1, 2, 3))
	}},
	{"above the offer's limit", engine.StakeTooLarge, func(s *shop) engine.Command {
		c := s.win(s.alice, 1, 501)
		c.Race = theRace + 1
		d := declaration(s, c.Race)
		d.Offers[0].MaxStake = 500
		s.must(d)
		s.must(&engine.OpenRace{Race: c.Race})
		return c
	}},
	{"wallet a cent short", engine.InsufficientFunds, func(s *shop) engine.Command { return s.win(s.alice, 1, 1000_01) }},
	{"complement where none is taken", engine.NoComplement, func(s *shop) engine.Command {
		c := s.win(s.alice, 1, 100)
		c.Pattern.Complement = 2
		return c
	}},
	{"complement that is in the bet", engine.Code(tote.BadComplement), func(s *shop) engine.Command {
		c := s.bet(two, 300, tote.UnitPattern(1, 2))
		c.Pattern.Complement = 2
		return c
	}},
	{"no formula", engine.Code(tote.BadFormula), func(s *shop) engine.Command { return s.bet(toWin, 100, tote.Pattern{}) }},
	{"horse 41", engine.Code(tote.BadHorse), func(s *shop) engine.Command { return s.win(s.alice, 41, 100) }},
	{"horse 255", engine.Code(tote.BadHorse), func(s *shop) engine.Command { return s.win(s.alice, 255, 100) }},
	{"horse not on the list", engine.Code(tote.NotDeclared), func(s *shop) engine.Command { return s.win(s.alice, 11, 100) }},
	{"non-runner", engine.Code(tote.IsNonRunner), func(s *shop) engine.Command {
		s.must(&engine.DeclareNonRunner{Race: theRace, Horse: 1})
		return s.win(s.alice, 1, 100)
	}},
	{"horse twice", engine.Code(tote.RepeatedHorse), func(s *shop) engine.Command { return s.bet(two, 300, tote.UnitPattern(3, 3)) }},
	{"one horse for two", engine.Code(tote.TooFewHorses), func(s *shop) engine.Command { return s.bet(two, 300, tote.UnitPattern(3)) }},
	{"two bases for one", engine.Code(tote.TooManyHorses), func(s *shop) engine.Command {
		return s.bet(two, 300, tote.FullFieldPattern([]tote.Horse{1, 2}, 0))
	}},
	{"more bases than a pattern holds", engine.Code(tote.TooManyHorses), func(s *shop) engine.Command {
		p := pattern(tote.Base, []uint8{21})
		p.Flags = tote.FullField
		return s.bet(two, 300, p)
	}},
	{"255 horses and no room", engine.Code(tote.TooManyHorses), func(s *shop) engine.Command {
		return s.bet(two, 300, pattern(tote.Combined, []uint8{255}, 1, 2, 3))
	}},
}

var cancelRefusals = []refusal{
	{"cancel without a key", engine.KeyMissing, func(s *shop) engine.Command {
		return &engine.CancelBet{Bet: s.placed(s.win(s.alice, 1, 100)), Account: s.alice}
	}},
	{"cancel another bet under the same key", engine.KeyReused, func(s *shop) engine.Command {
		other := s.placed(s.win(s.alice, 1, 100))
		c := &engine.CancelBet{Key: s.key(), Bet: s.placed(s.win(s.alice, 1, 100)), Account: s.alice}
		s.must(c)
		c.Bet = other
		return c
	}},
	{"cancel an unknown bet", engine.UnknownBet, func(s *shop) engine.Command {
		return &engine.CancelBet{Key: s.key(), Bet: noBet, Account: s.alice}
	}},
	{"cancel in an unknown pool", engine.UnknownBet, func(s *shop) engine.Command {
		return &engine.CancelBet{Key: s.key(), Bet: event.BetIn(1<<31, 0), Account: s.alice}
	}},
	{"cancel bet 0", engine.UnknownBet, func(s *shop) engine.Command { return &engine.CancelBet{Key: s.key(), Account: s.alice} }},
	{"cancel another's bet", engine.UnknownBet, func(s *shop) engine.Command {
		return &engine.CancelBet{Key: s.key(), Bet: s.placed(s.win(s.alice, 1, 100)), Account: s.bob}
	}},
	{"cancel a ticket from an account", engine.UnknownBet, func(s *shop) engine.Command {
		return &engine.CancelBet{Key: s.key(), Bet: s.placed(s.ticket(s.till, 1, 200)), Account: s.alice}
	}},
	{"cancel an account's bet in cash", engine.NotATicket, func(s *shop) engine.Command {
		return &engine.CancelBet{Key: s.key(), Bet: s.placed(s.win(s.alice, 1, 100)), PointOfSale: s.till}
	}},
	{"cancel a ticket at an unknown till", engine.UnknownTill, func(s *shop) engine.Command {
		return &engine.CancelBet{Key: s.key(), Bet: s.placed(s.ticket(s.till, 1, 200)), PointOfSale: noTill}
	}},
	{"cancel after the delay", engine.CancelTooLate, func(s *shop) engine.Command {
		id := s.placed(s.win(s.alice, 1, 100))
		s.clock.advance(15*minute + time.Millisecond)
		return &engine.CancelBet{Key: s.key(), Bet: id, Account: s.alice}
	}},
	{"cancel after STOP", engine.RaceStopped, func(s *shop) engine.Command {
		id := s.placed(s.win(s.alice, 1, 100))
		s.must(&engine.StopRace{Race: theRace})
		return &engine.CancelBet{Key: s.key(), Bet: id, Account: s.alice}
	}},
	{"cancel twice", engine.AlreadyEnded, func(s *shop) engine.Command {
		id := s.placed(s.win(s.alice, 1, 100))
		s.must(&engine.CancelBet{Key: s.key(), Bet: id, Account: s.alice})
		return &engine.CancelBet{Key: s.key(), Bet: id, Account: s.alice}
	}},
	{"read an unknown bet", engine.UnknownBet, func(s *shop) engine.Command { return &engine.GetBet{Bet: noBet} }},
	{"read another's bet", engine.UnknownBet, func(s *shop) engine.Command {
		return &engine.GetBet{Bet: s.placed(s.win(s.alice, 1, 100)), Account: s.bob}
	}},
}

var payRefusals = []refusal{
	{"pay without a key", engine.KeyMissing, func(s *shop) engine.Command {
		return &engine.PayTicket{Bet: s.placed(s.ticket(s.till, 1, 200)), PointOfSale: s.till}
	}},
	{"pay another ticket under the same key", engine.KeyReused, func(s *shop) engine.Command {
		one, other := s.placed(s.ticket(s.till, 1, 200)), s.placed(s.ticket(s.till, 1, 200))
		s.finish(inOrder...)
		c := &engine.PayTicket{Key: s.key(), Bet: one, PointOfSale: s.till}
		s.must(c)
		c.Bet = other
		return c
	}},
	{"pay an unknown ticket", engine.UnknownBet, func(s *shop) engine.Command {
		return &engine.PayTicket{Key: s.key(), Bet: noBet, PointOfSale: s.till}
	}},
	{"pay an account's bet in cash", engine.NotATicket, func(s *shop) engine.Command {
		id := s.placed(s.win(s.alice, 1, 100))
		s.finish(inOrder...)
		return &engine.PayTicket{Key: s.key(), Bet: id, PointOfSale: s.till}
	}},
	{"pay at an unknown till", engine.UnknownTill, func(s *shop) engine.Command {
		id := s.placed(s.ticket(s.till, 1, 200))
		s.finish(inOrder...)
		return &engine.PayTicket{Key: s.key(), Bet: id, PointOfSale: noTill}
	}},
	{"pay before settlement", engine.NotSettled, func(s *shop) engine.Command {
		id := s.placed(s.ticket(s.till, 1, 200))
		s.result(inOrder...)
		s.must(&engine.DeclareDividends{Race: theRace})
		return &engine.PayTicket{Key: s.key(), Bet: id, PointOfSale: s.till}
	}},
	{"pay a losing ticket", engine.TicketLost, func(s *shop) engine.Command {
		s.must(s.ticket(s.till, 1, 200))
		id := s.placed(s.ticket(s.till, 9, 200))
		s.finish(inOrder...)
		return &engine.PayTicket{Key: s.key(), Bet: id, PointOfSale: s.till}
	}},
	{"pay a cancelled ticket", engine.TicketCanceled, func(s *shop) engine.Command {
		id := s.placed(s.ticket(s.till, 1, 200))
		s.must(&engine.CancelBet{Key: s.key(), Bet: id, PointOfSale: s.till})
		return &engine.PayTicket{Key: s.key(), Bet: id, PointOfSale: s.till}
	}},
	{"pay twice", engine.TicketPaid, func(s *shop) engine.Command {
		id := s.placed(s.ticket(s.till, 1, 200))
		s.finish(inOrder...)
		s.must(&engine.PayTicket{Key: s.key(), Bet: id, PointOfSale: s.till})
		return &engine.PayTicket{Key: s.key(), Bet: id, PointOfSale: s.till}
	}},
}

var accountRefusals = []refusal{
	{"account without a key", engine.KeyMissing, func(*shop) engine.Command { return &engine.OpenAccount{} }},
	{"account under a till's key", engine.KeyReused, func(s *shop) engine.Command {
		c := &engine.OpenPointOfSale{Key: s.key()}
		s.must(c)
		return &engine.OpenAccount{Key: c.Key}
	}},
	{"till without a key", engine.KeyMissing, func(*shop) engine.Command { return &engine.OpenPointOfSale{} }},
	{"till under a void key", engine.KeyIsVoid, func(s *shop) engine.Command {
		k := s.key()
		s.must(&engine.GetOutcome{Key: k, Void: true})
		return &engine.OpenPointOfSale{Key: k}
	}},
	{"deposit without a key", engine.KeyMissing, func(s *shop) engine.Command { return &engine.Deposit{Account: s.alice, Amount: 1} }},
	{"deposit of another amount", engine.KeyReused, func(s *shop) engine.Command {
		c := &engine.Deposit{Key: s.key(), Account: s.alice, Amount: 5}
		s.must(c)
		c.Amount = 6
		return c
	}},
	{"deposit to another account", engine.KeyReused, func(s *shop) engine.Command {
		c := &engine.Deposit{Key: s.key(), Account: s.alice, Amount: 5}
		s.must(c)
		c.Account = s.bob
		return c
	}},
	{"deposit to nobody", engine.UnknownAccount, func(s *shop) engine.Command {
		return &engine.Deposit{Key: s.key(), Account: noAccount, Amount: 1}
	}},
	{"deposit of nothing", engine.BadAmount, func(s *shop) engine.Command { return &engine.Deposit{Key: s.key(), Account: s.alice} }},
	{"deposit of less than nothing", engine.BadAmount, func(s *shop) engine.Command {
		return &engine.Deposit{Key: s.key(), Account: s.alice, Amount: math.MinInt64}
	}},
	{"deposit of 2^63-1", engine.BadAmount, func(s *shop) engine.Command {
		return &engine.Deposit{Key: s.key(), Account: s.alice, Amount: math.MaxInt64}
	}},
	{"deposit a cent too large", engine.BadAmount, func(s *shop) engine.Command {
		return &engine.Deposit{Key: s.key(), Account: s.alice, Amount: 100_000_01}
	}},
	{"balance of nobody", engine.UnknownAccount, func(*shop) engine.Command { return &engine.GetAccount{Account: noAccount} }},
	{"balance of account 0", engine.UnknownAccount, func(*shop) engine.Command { return &engine.GetAccount{} }},
	{"outcome without a key", engine.KeyMissing, func(*shop) engine.Command { return &engine.GetOutcome{Void: true} }},
}

func TestRefusalsChangeNothing(t *testing.T) {
	var all []refusal
	for _, list := range [][]refusal{bettingRefusals, cancelRefusals, payRefusals, accountRefusals, controlRefusals} {
		all = append(all, list...)
	}
	reached := map[engine.Code]bool{}
	for _, tt := range all {
		t.Run(strings.ReplaceAll(tt.name, " ", "_"), func(t *testing.T) {
			s := openShop(t)
			c := tt.make(s)
			before := s.hash()
			s.refused(c, tt.code)
			if s.hash() != before {
				t.Errorf("%T changed the state", c)
			}
			s.balanced()
			reached[tt.code] = true
		})
	}
	for _, code := range everyCode {
		if !reached[code] {
			t.Errorf("no row reaches %s", code)
		}
	}
}

// everyCode lists the codes but BadResult and PoolFull, which take a bet type
// of another kind and millions of bets to reach (oversize_internal_test.go).
var everyCode = []engine.Code{
	engine.KeyMissing, engine.KeyReused, engine.KeyIsVoid, engine.UnknownAccount, engine.UnknownTill,
	engine.UnknownRace, engine.UnknownBet, engine.BadAmount, engine.InsufficientFunds,
	engine.BetNotOffered, engine.WrongNetwork, engine.RaceNotOpen, engine.RaceSuspended, engine.RaceStopped,
	engine.StakeTooSmall, engine.StakeTooLarge, engine.NoComplement, engine.CancelTooLate, engine.AlreadyEnded,
	engine.NotATicket, engine.NotSettled, engine.TicketLost, engine.TicketPaid, engine.TicketCanceled,
	engine.BadProgramme, engine.AlreadyDeclared, engine.WrongStatus, engine.ResultDiffers,
	engine.FourEyes, engine.BadHorse, engine.BadStaff, engine.BadTime, engine.HorseArrived, engine.Code(tote.ArrivalNotDeclared),
	engine.Code(tote.BadFormula), engine.Code(tote.BadHorse), engine.Code(tote.NotDeclared), engine.Code(tote.IsNonRunner),
	engine.Code(tote.RepeatedHorse), engine.Code(tote.TooFewHorses), engine.Code(tote.TooManyHorses), engine.Code(tote.BadComplement),
}
