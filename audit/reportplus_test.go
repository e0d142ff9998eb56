package audit_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"opentote/audit"
	"opentote/engine"
	"opentote/event"
	"opentote/journal/journaltest"
	"opentote/tote"
	"opentote/tote/rulebook"
)

const raceThree = tote.RaceID(202411230103)

// chainRace is a race whose bets may be legs of reports.
func chainRace(race tote.RaceID, now event.Millis) []engine.Command {
	return []engine.Command{
		&engine.DeclareRace{
			Race: race, Start: now + 1_200_000, Deadline: now + 1<<40, Declared: tote.Numbered(12), Staff: "anna",
			Offers: []engine.Offer{{Bet: toWin, BaseStake: 150, Report: true}, {Bet: toPlace, BaseStake: 150, Report: true}, {Bet: two, BaseStake: 300}},
		},
		&engine.OpenRace{Race: race, Staff: "anna"},
	}
}

func chainLeg(race tote.RaceID, carry rulebook.Quarters, horses ...tote.Horse) engine.ReportLeg {
	l := engine.ReportLeg{Race: race, Bet: toWin, Carry: carry}
	for _, h := range horses {
		l.Patterns = append(l.Patterns, tote.UnitPattern(h))
	}
	return l
}

// aDayWithReports is a journal with chains that win, lose, are cancelled and come too
// late, with a Mix, and with a last race whose parts enter no pool.
func aDayWithReports(t *testing.T) *tape {
	t.Helper()
	d := newDay(t)
	races := []tote.RaceID{raceOne, raceTwo, raceThree}
	for _, race := range races {
		for _, c := range chainRace(race, d.ms()) {
			d.must(c)
		}
	}
	for _, race := range races {
		d.bet(2, race, toWin, 20_00, tote.UnitPattern(1))
		d.bet(2, race, toWin, 70_00, tote.UnitPattern(3))
		d.bet(2, race, toPlace, 20_00, tote.UnitPattern(3))
	}
	report := func(pick int, legs ...engine.ReportLeg) event.ReportID {
		c := &engine.PlaceReport{Key: d.key(), Account: 1, Legs: legs, Stake: 3_00, Pick: pick, Integral: pick > 0}
		d.must(c)
		return c.Receipt.Report
	}
	report(0, chainLeg(raceOne, 3, 1, 2), chainLeg(raceTwo, 4, 1), chainLeg(raceThree, 4, 1)) // 1
	report(0, chainLeg(raceOne, 4, 5), chainLeg(raceTwo, 4, 1))                               // 2, lost
	gone := report(0, chainLeg(raceOne, 4, 1), chainLeg(raceTwo, 4, 1, 2))                    // 3
	d.must(&engine.CancelReport{Key: d.key(), Report: gone, Account: 1})
	report(2, chainLeg(raceOne, 4, 1), chainLeg(raceTwo, 2, 1), chainLeg(raceThree, 4, 1)) // 4 to 7
	d.now = d.now.Add(time.Minute)
	off := d.ms()
	report(0, chainLeg(raceOne, 4, 1), chainLeg(raceTwo, 4, 1)) // 8, late
	d.must(&engine.StopRace{Race: raceOne, Staff: "anna"})
	d.must(&engine.PurgeLate{Race: raceOne, Started: off, Staff: "anna"})
	arrival := [][]tote.Horse{{1}, {3}, {4}, {6}}
	d.must(&engine.StopRace{Race: raceTwo, Staff: "anna"}) // what comes after it is carried
	d.finish(raceOne, arrival...)
	d.must(&engine.DetachReports{Race: raceThree, Staff: "anna"})
	d.finish(raceTwo, arrival...)
	d.finish(raceThree, arrival...)
	return d.tape()
}

func TestADayWithReportsIsClean(t *testing.T) {
	r, err := audit.Verify(context.Background(), aDayWithReports(t), nil)
	if err != nil || !r.OK() {
		t.Errorf("got %+v, %v", r, err)
	}
	if r.Totals.Reports != 8 || r.Totals.Carried == 0 {
		t.Errorf("%d chains carry %v", r.Totals.Reports, r.Totals.Carried)
	}
	for _, b := range r.Ledger {
		if b.Class == "reports" && b.Money != 0 || b.Class == "operator" && b.Money == 0 {
			t.Errorf("the ledger holds %v in %s", b.Money, b.Class)
		}
	}
}

// Of the BetPlaced events of aDayWithReports the first nine are the public's, then come
// those of reports: 9 and 10 of the first, 11, 12 (cancelled), 13 to 16 of the Mix, 17
// late, and the carried ones.
var ofReports = []falsification{
	{"a cent more kept", func(tp *tape) { change(tp, 0, func(e *event.ReportCarried) { e.Kept++ }) }, "its bets and the rules give"},
	{"a cent more carried", func(tp *tape) { change(tp, 0, func(e *event.ReportCarried) { e.Part++; e.Kept-- }) }, "its bets and the rules give"},
	{"more brought", func(tp *tape) { change(tp, 0, func(e *event.ReportCarried) { e.Brought += 5 }) }, "its bets and the rules give"},
	{"nothing carried", func(tp *tape) { change(tp, 0, func(e *event.ReportCarried) { e.Kept, e.Part = e.Brought, 0 }) }, "its bets and the rules give"},
	{"carried outside the pools", func(tp *tape) { change(tp, 0, func(e *event.ReportCarried) { e.Outside = true }) }, "(outside: true)"},
	{"carried twice", func(tp *tape) { after(tp, 0, func(e *event.ReportCarried) event.Event { return e }) }, "report 1 carries before its leg 2 has ended"},
	{"not carried", func(tp *tape) { drop[*event.ReportCarried](tp, 0) }, "is not the next of report 1"},
	{"another chain's money", func(tp *tape) { change(tp, 0, func(e *event.ReportCarried) { e.Report = 2 }) }, "report 2 brings"},
	{"a chain that never was", func(tp *tape) { change(tp, 0, func(e *event.ReportCarried) { e.Report = 99 }) }, "report 99 was never placed"},
	{"a carried bet left out", func(tp *tape) { drop[*event.BetPlaced](tp, 18) }, "where"},
	{"a carried bet on another horse", func(tp *tape) {
		change(tp, 18, func(e *event.BetPlaced) { e.Pattern = tote.UnitPattern(3) })
	}, "is not what report 1 carries to it"},
	{"a carried bet of a larger stake", func(tp *tape) { change(tp, 18, func(e *event.BetPlaced) { e.Unit++ }) }, "is not what report 1 carries to it"},
	{"a carried bet of nobody's chain", func(tp *tape) { change(tp, 18, func(e *event.BetPlaced) { e.Report = 99 }) }, "report 99 was never placed"},
	{"an ordinary bet after STOP", func(tp *tape) {
		change(tp, 18, func(e *event.BetPlaced) { e.Report, e.Key = 0, event.Key{8} })
	}, "the bet was placed while the race was stopped"},
	{"a first stake with a key", func(tp *tape) { change(tp, 9, func(e *event.BetPlaced) { e.Key = event.Key{7} }) }, "has a key or a service of its own"},
	{"a larger first stake", func(tp *tape) { change(tp, 0, func(e *event.ReportPlaced) { e.Stake = 2_00 }) }, "is not what report 1 carries to it"},
	{"a stake that no report has", func(tp *tape) { change(tp, 0, func(e *event.ReportPlaced) { e.Stake = 50 }) }, "report 1 is none"},
	{"a report of one race", func(tp *tape) {
		change(tp, 0, func(e *event.ReportPlaced) { e.Chains[0].Legs = e.Chains[0].Legs[:1] })
	}, "report 1 is none"},
	{"a leg that is not there", func(tp *tape) {
		change(tp, 0, func(e *event.ReportPlaced) { e.Chains[0].Legs[1] = 9 })
	}, "report 1 has leg 9 of 3"},
	{"a leg in a pool that offers none", func(tp *tape) {
		change(tp, 0, func(e *event.RaceDeclared) { e.Pools[0].Report = false })
	}, "report 1 has a leg in a pool that offers none"},
	{"more combinations than its horses make", func(tp *tape) {
		change(tp, 0, func(e *event.ReportPlaced) { e.Legs[1].Bets[0].Units = 2 })
	}, "report 1 says 2 combinations, its horses make 1"},
	{"reports out of order", func(tp *tape) { change(tp, 1, func(e *event.ReportPlaced) { e.Report = 7 }) }, "report 7 is placed where 2 was next"},
	{"placed under a key used before", func(tp *tape) {
		change(tp, 1, func(e *event.ReportPlaced) { e.Key = event.Key{1, 1} })
	}, "was used before"},
	{"cancelled though its bets stay", func(tp *tape) { drop[*event.BetCancelled](tp, 0) }, "report 3 has ended, 1 of its bets have not"},
	{"a leg cancelled by itself", func(tp *tape) { drop[*event.ReportCancelled](tp, 0) }, "a bet of report 3 was cancelled without it"},
	{"another chain cancelled", func(tp *tape) { change(tp, 0, func(e *event.ReportCancelled) { e.Report = 2 }) }, "a bet of report 3 was cancelled without it"},
	{"cancelled twice", func(tp *tape) {
		after(tp, 0, func(e *event.ReportCancelled) event.Event {
			return &event.ReportCancelled{Report: 3, Key: event.Key{5}}
		})
	}, "report 3 was cancelled when it had ended"},
	{"cancelled after its first race", func(tp *tape) {
		after(tp, 0, func(*event.ReportCarried) event.Event { return &event.ReportCancelled{Report: 4, Key: event.Key{5}} })
	}, "report 4 was cancelled while its first race was official"},
	{"dividends before the parts", func(tp *tape) { drop[*event.ReportsDetached](tp, 0) }, "(outside: true)"},
	{"the order changed before the first parts", func(tp *tape) {
		after(tp, 0, func(*event.RaceStopped) event.Event { return &event.ReportsDetached{Race: raceTwo} })
	}, "(outside: false)"},
	{"the order of an unknown race changed", func(tp *tape) {
		change(tp, 0, func(e *event.ReportsDetached) { e.Race = 77 })
	}, "the race was never declared"},
}

func TestTheAuditNamesFalsifiedReports(t *testing.T) {
	day := aDayWithReports(t)
	for _, tt := range ofReports {
		t.Run(tt.name, func(t *testing.T) { named(t, day, tt) })
	}
}

// TestWhateverReportsCarryIsClean audits random reports on random races, run in any
// order and detached at any time.
func TestWhateverReportsCarryIsClean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := journaltest.NewMemory()
		now := time.Date(2025, 11, 23, 12, 0, 0, 0, time.UTC)
		e, err := engine.Start(context.Background(), j, engine.Options{Now: func() time.Time { return now }, Tick: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		r := &randomDay{T: t, journal: j, ms: func() event.Millis { return event.Millis(now.UnixMilli()) }}
		for _, c := range r.morning()[:2] {
			r.send(e, c)
		}
		races := []tote.RaceID{raceOne, raceTwo, raceThree}
		for _, race := range races {
			for _, c := range chainRace(race, r.ms()) {
				r.send(e, c)
			}
		}
		for range rapid.IntRange(5, 60).Draw(t, "commands") {
			r.send(e, r.chainCommand(rapid.SampledFrom(races).Draw(t, "race")))
			now = now.Add(time.Duration(rapid.IntRange(0, 120).Draw(t, "seconds")) * time.Second)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		report, err := audit.Verify(context.Background(), j, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report.Findings {
			t.Errorf("found %+v", f)
		}
	})
}

func (r *randomDay) chainCommand(race tote.RaceID) engine.Command {
	arrival := [][]tote.Horse{{1}, {2, 3}, {4}, {5}}
	switch rapid.IntRange(0, 16).Draw(r.T, "command") {
	case 0, 1, 2:
		return &engine.PlaceBet{Key: r.key(), Account: 1, Race: race, Bet: toWin, Pattern: tote.UnitPattern(r.horse()), Unit: 3_00}
	case 3, 4, 5:
		c := &engine.PlaceReport{Key: r.key(), Account: 1, Stake: tote.Money(rapid.IntRange(1_00, 20_00).Draw(r.T, "stake"))}
		for _, race := range []tote.RaceID{raceOne, raceTwo, raceThree} {
			c.Legs = append(c.Legs, chainLeg(race, rulebook.Quarters(rapid.IntRange(1, 4).Draw(r.T, "carry")), r.horse(), 1))
		}
		if c.Pick = rapid.SampledFrom([]int{0, 2}).Draw(r.T, "pick"); c.Pick == 0 {
			c.Legs = c.Legs[rapid.IntRange(0, 1).Draw(r.T, "from"):]
		}
		return c
	case 6:
		return &engine.CancelReport{Key: r.key(), Report: event.ReportID(rapid.IntRange(1, 6).Draw(r.T, "report")), Account: 1}
	case 7:
		return &engine.DeclareNonRunner{Race: race, Horse: r.horse(), Staff: "anna"}
	case 8:
		return &engine.PurgeLate{Race: race, Started: r.ms() - 100_000, Staff: "anna"}
	case 9:
		return &engine.StopRace{Race: race}
	case 10:
		return &engine.EnterResult{Race: race, Arrival: arrival, Staff: "anna"}
	case 11, 12:
		return &engine.ConfirmResult{Race: race, Arrival: arrival, Staff: "bruno"}
	case 13:
		if rapid.IntRange(0, 3).Draw(r.T, "rare") > 0 {
			return &engine.SettleBets{Race: race}
		}
		return &engine.DetachReports{Race: race, Staff: "anna"}
	case 14:
		return &engine.DeclareDividends{Race: race, Staff: "anna"}
	case 15:
		if rapid.IntRange(0, 3).Draw(r.T, "rare") > 0 {
			return &engine.DeclareDividends{Race: race, Staff: "anna"}
		}
		return &engine.CancelRace{Race: race, Staff: "anna"}
	}
	return &engine.SettleBets{Race: race}
}
