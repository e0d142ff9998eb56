package audit_test

import (
	"context"
	"testing"

	"opentote/audit"
	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

// aDayWithAFund is a journal where a pool kept money, some of which was added to
// the next race's and some to the one after, which is called off.
func aDayWithAFund(t *testing.T) *tape {
	t.Helper()
	d := newDay(t)
	for _, race := range []tote.RaceID{raceOne, raceTwo, raceTwo + 1} {
		d.must(&engine.DeclareRace{
			Race: race, Start: d.ms() + 1_200_000, Deadline: d.ms() + 1_800_000, Declared: tote.Numbered(12), Staff: "anna",
			Offers: []engine.Offer{{Bet: toWin, BaseStake: 100}},
		})
	}
	d.must(&engine.OpenRace{Race: raceOne, Staff: "anna"})
	d.bet(1, raceOne, toWin, 1_00, tote.UnitPattern(1)) // less than the minimum
	d.bet(2, raceOne, toWin, 100_00, tote.UnitPattern(2))
	d.finish(raceOne, []tote.Horse{1}, []tote.Horse{2}, []tote.Horse{3}, []tote.Horse{4})
	for race, amount := range map[tote.RaceID]tote.Money{raceTwo: 20_00, raceTwo + 1: 5_00} {
		d.must(&engine.ReleaseBooster{Key: d.key(), Race: race, Bet: toWin, Amount: amount, Staff: "anna"})
	}
	d.must(&engine.OpenRace{Race: raceTwo, Staff: "anna"})
	d.bet(1, raceTwo, toWin, 50_00, tote.UnitPattern(1))
	d.bet(2, raceTwo, toWin, 50_00, tote.UnitPattern(2))
	d.finish(raceTwo, []tote.Horse{1}, []tote.Horse{2}, []tote.Horse{3}, []tote.Horse{4})
	d.must(&engine.CancelRace{Race: raceTwo + 1, Staff: "anna"})
	d.settle(raceTwo + 1)
	return d.tape()
}

func TestADayWithAFundIsClean(t *testing.T) {
	r, err := audit.Verify(context.Background(), aDayWithAFund(t), nil)
	if err != nil || !r.OK() {
		t.Errorf("got %+v, %v", r, err)
	}
}

var ofFunds = []falsification{
	{"a release made larger", func(tp *tape) {
		change(tp, 0, func(e *event.BoosterReleased) { e.Amount += 50_00 })
	}, "is taken from a fund of"},
	{"a release of less than nothing", func(tp *tape) {
		change(tp, 0, func(e *event.BoosterReleased) { e.Amount = -1 })
	}, "-0.01 is taken from a fund of"},
	{"a release left out", func(tp *tape) { drop[*event.BoosterReleased](tp, 0) }, "its dividends account for"},
	{"a release to another pool", func(tp *tape) {
		change(tp, 0, func(e *event.BoosterReleased) { e.Pool = 5 - e.Pool })
	}, "its dividends account for"},
	{"a release to no pool", func(tp *tape) {
		change(tp, 0, func(e *event.BoosterReleased) { e.Pool = 9 })
	}, "the pool was never declared"},
	{"a release before there was a fund", func(tp *tape) {
		after(tp, 0, func(e *event.RaceOpened) event.Event {
			return &event.BoosterReleased{Pool: 2, Amount: 1, Key: event.Key{9}}
		})
	}, "0.01 is taken from a fund of 0.00"},
	{"a release during the sales", func(tp *tape) {
		after(tp, 1, func(e *event.RaceOpened) event.Event {
			return &event.BoosterReleased{Pool: 2, Amount: 1, Key: event.Key{9}}
		})
	}, "0.01 is added to the pool while the race is open"},
	{"a release with a key used before", func(tp *tape) {
		after(tp, 0, func(e *event.BoosterReleased) event.Event { return e })
	}, "was used before"},
	{"a returned booster pocketed", func(tp *tape) {
		change(tp, 2, func(e *event.DividendsDeclared) { e.Takeout, e.Booster = e.Booster, 0 })
	}, "the pool declares booster of"},
}

func TestTheAuditNamesFalsifiedFunds(t *testing.T) {
	day := aDayWithAFund(t)
	for _, tt := range ofFunds {
		t.Run(tt.name, func(t *testing.T) { named(t, day, tt) })
	}
}
