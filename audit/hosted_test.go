package audit_test

import (
	"context"
	"testing"

	"opentote/audit"
	"opentote/engine"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

const (
	abroadWin  = tote.BetCode("SIMPLE_GAGNANT_INTERNATIONAL")
	abroadPair = tote.BetCode("COUPLE_ORDRE_INTERNATIONAL")
)

// abroad sells a bet of an international pool.
func (d *day) abroad(c engine.PlaceBet) {
	d.Helper()
	c.Key, c.Race = d.key(), raceOne
	d.must(&c)
}

// speaks has both members of staff read what a host sent.
func (d *day) speaks(bet tote.BetCode, lines ...rulebook.HostDividend) {
	d.Helper()
	said := rulebook.HostResult{Dividends: lines}
	d.must(&engine.EnterHostDividends{Race: raceOne, Bet: bet, Result: said, Staff: "anna"})
	d.must(&engine.ConfirmHostDividends{Race: raceOne, Bet: bet, Result: said, Staff: "bruno"})
}

// aDayAbroad is a journal with two international pools: one whose stakes lack what its
// bets win, one whose stakes leave some, with a non-runner.
func aDayAbroad(t *testing.T) *tape {
	t.Helper()
	d := newDay(t)
	d.must(&engine.DeclareRace{
		Race: raceOne, Start: d.ms() + 1_200_000, Deadline: d.ms() + 1_800_000, Declared: tote.Numbered(12), Staff: "anna",
		Offers: []engine.Offer{{Bet: abroadWin, BaseStake: 100}, {Bet: abroadPair, BaseStake: 100}},
	})
	d.must(&engine.OpenRace{Race: raceOne, Staff: "anna"})
	d.abroad(engine.PlaceBet{Bet: abroadWin, Account: 1, Pattern: tote.UnitPattern(1), Unit: 3_33})
	d.abroad(engine.PlaceBet{Bet: abroadWin, PointOfSale: 1, Pattern: tote.CombinedPattern(1, 2, 8), Unit: 5_00})
	d.abroad(engine.PlaceBet{Bet: abroadPair, Account: 2, Pattern: tote.CombinedPattern(1, 2, 3).InAllOrders(), Unit: 1_00})
	d.abroad(engine.PlaceBet{Bet: abroadPair, PointOfSale: 1, Pattern: tote.UnitPattern(5, 6), Unit: 40_00})
	d.must(&engine.DeclareNonRunner{Race: raceOne, Horse: 8, Staff: "anna"})
	arrival := [][]tote.Horse{{1}, {2}, {3}}
	d.must(&engine.StopRace{Race: raceOne, Staff: "anna"})
	d.must(&engine.EnterResult{Race: raceOne, Arrival: arrival, Staff: "anna"})
	d.must(&engine.ConfirmResult{Race: raceOne, Arrival: arrival, Staff: "bruno"})
	d.speaks(abroadWin, rulebook.HostDividend{Combination: "1", Dividend: 4_25})
	d.speaks(abroadPair, rulebook.HostDividend{Combination: "1-2", Dividend: 12_00})
	d.settle(raceOne)
	return d.tape()
}

func TestADayAbroadIsClean(t *testing.T) {
	r, err := audit.Verify(context.Background(), aDayAbroad(t), nil)
	if err != nil || !r.OK() {
		t.Errorf("got %+v, %v", r, err)
	}
	hosts := r.Ledger[engine.Hosts]
	// 18.33 and 46.00 of stakes; 14.15 and 21.25 won, 5.00 refunded, 12.00 won.
	if want := tote.Money(18_33 - 14_15 - 21_25 - 5_00 + 46_00 - 12_00); hosts.Class != "hosts" || hosts.Money != want {
		t.Errorf("%+v is owed to hosts, want %v", hosts, want)
	}
}

var ofHosts = []falsification{
	{"a dividend raised when confirmed", func(tp *tape) {
		change(tp, 0, func(e *event.HostDividendsConfirmed) { e.Lines[0].Dividend += 5 })
	}, "what was confirmed of the host is not what was entered"},
	{"one person twice", func(tp *tape) {
		change(tp, 0, func(e *event.HostDividendsConfirmed) { e.Staff = "anna" })
	}, `confirmed by "anna", who had entered it`},
	{"nobody entered it", func(tp *tape) { drop[*event.HostDividendsEntered](tp, 0) }, "confirmed before it was entered"},
	{"nobody confirmed it", func(tp *tape) { drop[*event.HostDividendsConfirmed](tp, 0) }, "before the host's were confirmed"},
	{"a loser that the host pays", func(tp *tape) {
		change(tp, 0, func(e *event.HostDividendsEntered) { e.Lines[0].Combination = "2" })
		change(tp, 0, func(e *event.HostDividendsConfirmed) { e.Lines[0].Combination = "2" })
	}, "a host cannot send that: combination is not payable on this arrival: 2"},
	{"a host of a pool of ours", func(tp *tape) {
		change(tp, 0, func(e *event.HostDividendsEntered) { e.Pool = 99 })
	}, "the pool was never declared"},
	{"another dividend declared", func(tp *tape) {
		change(tp, 0, func(e *event.DividendsDeclared) { e.Lines[0].Dividend += 5 })
	}, "the pool declares"},
	{"what the host owes, pocketed", func(tp *tape) {
		change(tp, 0, func(e *event.HostSettled) { e.Got -= 10 })
	}, "from its host, its bets leave it"},
	{"a host paid twice", func(tp *tape) {
		after(tp, 1, func(e *event.HostSettled) event.Event { return e })
	}, "out of its turn"},
	{"nothing for the host", func(tp *tape) { drop[*event.HostSettled](tp, 1) }, "from its host, its bets leave it"},
	{"a host that is paid a takeout", func(tp *tape) {
		change(tp, 1, func(e *event.DividendsDeclared) { e.Takeout += 5; e.Winnings -= 5 })
	}, "takeout of"},
	{"a winner gets more", func(tp *tape) { change(tp, 0, func(e *event.BetsSettled) { e.Ends[0].Won += 1 }) }, "the dividends give it"},
}

func TestTheAuditNamesFalsifiedHosts(t *testing.T) {
	day := aDayAbroad(t)
	for _, tt := range ofHosts {
		t.Run(tt.name, func(t *testing.T) { named(t, day, tt) })
	}
}
