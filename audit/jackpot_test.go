package audit_test

import (
	"context"
	"testing"

	"opentote/audit"
	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

// aDayWithJackpots is a journal with the service on both kinds of bets: multipliers
// that win, one whose pair goes back, and a late bet.
func aDayWithJackpots(t *testing.T) *tape {
	t.Helper()
	d := newDay(t)
	d.must(&engine.DeclareRace{
		Race: raceOne, Start: d.ms() + 1_200_000, Deadline: d.ms() + 1_800_000, Declared: tote.Numbered(12), Staff: "anna",
		Offers: []engine.Offer{{Bet: two, BaseStake: 300, Complement: true, Jackpot: 2}, {Bet: toWin, BaseStake: 150, Jackpot: 1}, {Bet: toPlace, BaseStake: 150}},
	})
	d.must(&engine.FundJackpot{Key: d.key(), Bet: two, Amount: 50_000_00, Loan: true, Staff: "anna"})
	d.must(&engine.FundJackpot{Key: d.key(), Bet: toWin, Amount: 50_000_00, Staff: "anna"})
	d.must(&engine.OpenRace{Race: raceOne, Staff: "anna"})
	for n := range byte(6) {
		d.jackpot(two, n, 3_00, tote.CombinedPattern(1, 2, 8, 9))
		d.jackpot(toWin, n, 3_00, tote.UnitPattern(1+tote.Horse(n%2)))
	}
	d.bet(2, raceOne, two, 30_00, tote.UnitPattern(5, 6))
	d.bet(2, raceOne, toPlace, 30_00, tote.UnitPattern(5))
	d.must(&engine.DeclareNonRunner{Race: raceOne, Horse: 8, Staff: "anna"})
	d.must(&engine.DeclareNonRunner{Race: raceOne, Horse: 9, Staff: "anna"})
	d.now = d.now.Add(60_000_000_000)
	off := d.ms()
	d.jackpot(toWin, 9, 3_00, tote.UnitPattern(1))
	d.must(&engine.StopRace{Race: raceOne, Staff: "anna"})
	d.must(&engine.PurgeLate{Race: raceOne, Started: off, Staff: "anna"})
	d.finish(raceOne, []tote.Horse{1}, []tote.Horse{2}, []tote.Horse{3}, []tote.Horse{4})
	d.must(&engine.FundJackpot{Key: d.key(), Bet: two, Amount: -1_00, Loan: true, Staff: "anna"})
	return d.tape()
}

func (d *day) jackpot(bet tote.BetCode, seed byte, unit tote.Money, p tote.Pattern) {
	d.Helper()
	d.must(&engine.PlaceBet{Key: d.key(), Account: 1, Race: raceOne, Bet: bet, Pattern: p, Unit: unit, Seed: tote.Seed{seed, 5}, Jackpot: true})
}

func TestADayWithJackpotsIsClean(t *testing.T) {
	r, err := audit.Verify(context.Background(), aDayWithJackpots(t), nil)
	if err != nil || !r.OK() {
		t.Errorf("got %+v, %v", r, err)
	}
	if r.Totals.Jackpot != 6*6_00+7*1_00 {
		t.Errorf("%v staked on the service", r.Totals.Jackpot)
	}
}

var ofJackpots = []falsification{
	{"a higher multiplier", func(tp *tape) {
		change(tp, 0, func(e *event.BetPlaced) { e.Multipliers[0] = 0 })
	}, "its draw gives"},
	{"another seed", func(tp *tape) { change(tp, 0, func(e *event.BetPlaced) { e.Seed[0] ^= 9 }) }, "its draw gives"},
	{"multipliers for nothing", func(tp *tape) {
		change(tp, 0, func(e *event.BetPlaced) { e.Jackpot = 0 })
	}, "multipliers were drawn for a bet without the Jackpot"},
	{"a cheaper service", func(tp *tape) { change(tp, 0, func(e *event.BetPlaced) { e.Jackpot = 99 }) }, "the Jackpot costs 0.99 on 6 combinations of 3.00"},
	{"a service on a bet that knows none", func(tp *tape) {
		change(tp, 13, func(e *event.BetPlaced) { e.Jackpot = 1_00 })
	}, "the bet has a Jackpot that its pool does not offer"},
	{"another table announced", func(tp *tape) {
		change(tp, 0, func(e *event.RaceDeclared) { e.Pools[0].Jackpot[0].Slots++ })
	}, "the multipliers announced are none of rulebook"},
	{"a table where there is no service", func(tp *tape) {
		change(tp, 0, func(e *event.RaceDeclared) {
			e.Pools[2].Bet = "E_TIERCE"
			e.Pools[2].Jackpot = []tote.Slot{{Tenths: 10, Slots: 1}}
		})
	}, "has no Jackpot on E_TIERCE"},
	{"a bet with the service cancelled", func(tp *tape) {
		after(tp, 12, func(*event.BetPlaced) event.Event {
			return &event.BetCancelled{Bet: event.BetIn(1, 0), Key: event.Key{9}}
		})
	}, "a bet with the Jackpot was cancelled"},
	{"the operator takes more", func(tp *tape) {
		change(tp, 0, func(e *event.JackpotSettled) { e.Takeout += 5; e.Income -= 5 })
	}, "taken"},
	{"stakes pocketed", func(tp *tape) {
		change(tp, 0, func(e *event.JackpotSettled) { e.Income -= 5 })
	}, "of them are accounted for"},
	{"no service computed", func(tp *tape) { drop[*event.JackpotSettled](tp, 0) }, "the Jackpot comes to 0.00 refunded"},
	{"a service computed twice", func(tp *tape) {
		after(tp, 0, func(e *event.JackpotSettled) event.Event { return e })
	}, "the Jackpot was computed before"},
	{"a fund overdrawn", func(tp *tape) {
		change(tp, 0, func(e *event.JackpotFunded) { e.Amount = 5_00 })
	}, "the Jackpot's fund falls to"},
	{"a gift taken back", func(tp *tape) {
		change(tp, 2, func(e *event.JackpotFunded) { e.Bet = toWin })
	}, "1.00 is taken from the Jackpot of E_SIMPLE_GAGNANT"},
	{"what the fund owes, owed by the pool", func(tp *tape) {
		change(tp, 0, func(e *event.BetsSettled) { e.Ends[0].JackpotWon = 0 })
	}, "the Jackpot gives the bet 0.00 won"},
	{"a service that does not go back", func(tp *tape) {
		change(tp, 0, func(e *event.BetsSettled) { e.Ends[0].JackpotRefunded--; e.Ends[0].Refunded-- })
	}, "the Jackpot gives the bet"},
	{"a winner multiplied once more", func(tp *tape) {
		change(tp, 0, func(e *event.BetsSettled) { e.Ends[0].JackpotWon += 5_00; e.Ends[0].Won += 5_00 })
	}, "the dividends give it"},
	{"money lent under a key used before", func(tp *tape) {
		after(tp, 0, func(e *event.JackpotFunded) event.Event { return e })
	}, "was used before"},
}

func TestTheAuditNamesFalsifiedJackpots(t *testing.T) {
	day := aDayWithJackpots(t)
	for _, tt := range ofJackpots {
		t.Run(tt.name, func(t *testing.T) { named(t, day, tt) })
	}
}
