package engine_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// won has bob back the winner and a loser of a race, so that dividends exist.
func (m *meeting) public(races ...int) {
	m.Helper()
	for _, i := range races {
		m.backs(i, 1, 100_00)
		m.backs(i, 2, 200_00)
	}
}

// noReport is a request that is refused.
type noReport struct {
	name string
	c    *engine.PlaceReport
	want engine.Code
}

// noReports lists them on a meeting of four races, the last of which it stops.
func (m *meeting) noReports() []noReport {
	other := tote.RaceOf(theRace.Day(), 2, 5)
	m.must(&engine.DeclareRace{Race: other, Start: m.ms(time.Hour), Deadline: m.ms(time.Hour), Declared: tote.Numbered(10), Offers: []engine.Offer{{Bet: toWin, BaseStake: 150, Report: true}}})
	m.must(&engine.DeclareRace{
		Race: m.race(6), Start: m.ms(3 * time.Hour), Deadline: m.ms(3 * time.Hour), Declared: tote.Numbered(10),
		Offers: []engine.Offer{{Bet: toWin, BaseStake: 150, Report: true}, {Bet: toPlace, BaseStake: 150}},
	})
	m.must(&engine.StopRace{Race: m.race(3)})
	m.must(&engine.DeclareNonRunner{Race: m.race(1), Horse: 9, Staff: "anna"})
	one, two := m.leg(0, 4, 1), m.leg(1, 4, 1)
	with := func(l engine.ReportLeg, f func(l *engine.ReportLeg)) engine.ReportLeg { f(&l); return l }
	bet := func(l engine.ReportLeg, code tote.BetCode, p tote.Pattern) engine.ReportLeg {
		return with(l, func(l *engine.ReportLeg) { l.Bet, l.Patterns = code, []tote.Pattern{p} })
	}
	complement := tote.UnitPattern(1, 2)
	complement.Complement = 3
	many := make([]engine.ReportLeg, 13)
	tests := []noReport{
		{"no leg", m.chain(1_00), engine.Code(rulebook.ReportTooShort)},
		{"one leg", m.chain(1_00, one), engine.Code(rulebook.ReportTooShort)},
		{"a leg without bets", m.chain(1_00, one, m.leg(1, 4)), engine.Code(rulebook.ReportTooShort)},
		{"backwards", m.chain(1_00, two, one), engine.Code(rulebook.ReportOrder)},
		{"twice the same race", m.chain(1_00, one, one), engine.Code(rulebook.ReportOrder)},
		{"another meeting", m.chain(1_00, one, engine.ReportLeg{Race: other, Bet: toWin, Patterns: []tote.Pattern{tote.UnitPattern(1)}}), engine.Code(rulebook.ReportMeeting)},
		{"an unknown race", m.chain(1_00, one, m.leg(9, 4, 1)), engine.UnknownRace},
		{"a bet that is no leg", m.chain(1_00, one, bet(two, "E_TRIO", tote.UnitPattern(1, 2, 3))), engine.Code(rulebook.ReportBet)},
		{"a bet not offered", m.chain(1_00, one, bet(two, "E_TIERCE", tote.UnitPattern(1, 2, 3))), engine.BetNotOffered},
		{"a bet of this race that is no leg", m.chain(1_00, one, bet(m.leg(6, 4, 1), toPlace, tote.UnitPattern(1))), engine.Code(rulebook.ReportBet)},
		{"a field formula", m.chain(1_00, one, bet(two, pair, tote.BasePattern([]tote.Horse{1}, []tote.Horse{2, 3}))), engine.Code(rulebook.ReportFormula)},
		{"a Spot", m.chain(1_00, one, bet(two, toWin, tote.SpotPattern(tote.Unit, 1))), engine.Code(rulebook.ReportFormula)},
		{"a complement horse", m.chain(1_00, one, bet(two, "E_DEUX_SUR_QUATRE", complement)), engine.Code(rulebook.ReportComplement)},
		{"no quarter", m.chain(1_00, m.leg(0, 0, 1), two), engine.Code(rulebook.ReportQuarters)},
		{"five quarters", m.chain(1_00, m.leg(0, 5, 1), two), engine.Code(rulebook.ReportQuarters)},
		{"too small a stake", m.chain(99, one, two), engine.Code(rulebook.ReportStake)},
		{"too large a stake", m.chain(1000_01, one, two), engine.Code(rulebook.ReportStake)},
		{"a horse of no list", m.chain(1_00, one, m.leg(1, 4, 11)), engine.Code(tote.NotDeclared)},
		{"a non-runner", m.chain(1_00, one, m.leg(1, 4, 9)), engine.Code(tote.IsNonRunner)},
		{"a race stopped", m.chain(1_00, one, two, m.leg(3, 4, 1)), engine.RaceStopped},
		{"a first race not open", m.chain(1_00, m.leg(6, 4, 1), two), engine.RaceNotOpen},
		{"more races than a request takes", m.chain(1_00, many...), engine.ReportTooLarge},
		{"more bets than a leg takes", m.chain(1_00, one, m.leg(1, 4, 1, 2, 3, 4, 5, 6, 7, 8, 10)), engine.ReportTooLarge},
		{"no account", &engine.PlaceReport{Key: m.key(), Account: 99, Legs: []engine.ReportLeg{one, two}, Stake: 1_00}, engine.UnknownAccount},
		{"not enough money", m.chain(1000_00, m.leg(0, 4, 1, 2, 3, 4, 5, 6, 7, 8), two, m.leg(2, 4, 1)), engine.InsufficientFunds},
		{"no key", &engine.PlaceReport{Account: m.alice, Legs: []engine.ReportLeg{one, two}, Stake: 1_00}, engine.KeyMissing},
	}
	tests[len(tests)-2].c.Pick, tests[len(tests)-2].c.Integral = 2, true
	return tests
}

func TestWhatIsNoReport(t *testing.T) {
	m := openMeeting(t, 4)
	tests := m.noReports()
	before := m.hash()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inner := *m.bench
			inner.T = t
			inner.refused(tt.c, tt.want)
		})
	}
	for _, pick := range []int{1, 3, 4} {
		c := m.chain(1_00, m.leg(0, 4, 1), m.leg(1, 4, 1), m.leg(2, 4, 1))
		c.Pick = pick
		m.refused(c, engine.Code(rulebook.ReportMix))
	}
	c := m.chain(1_00, m.leg(0, 4, 1), m.leg(1, 4, 1))
	c.Integral = true
	m.refused(c, engine.Code(rulebook.ReportMix))
	if m.hash() != before {
		t.Error("a refusal changed the state")
	}
}

func TestARaceThatIsNotOpenYetMayBeALaterLeg(t *testing.T) {
	m := openMeeting(t, 1)
	m.must(&engine.DeclareRace{Race: m.race(4), Start: m.ms(2 * time.Hour), Deadline: m.ms(2 * time.Hour), Declared: tote.Numbered(10), Offers: []engine.Offer{{Bet: toWin, BaseStake: 150, Report: true}}})
	m.must(m.chain(1_00, m.leg(0, 4, 1), m.leg(4, 4, 1)))
}

func TestTheSameKeyPlacesTheSameReport(t *testing.T) {
	m := openMeeting(t, 3)
	c := m.chain(2_00, m.leg(0, 4, 1, 2), m.leg(1, 3, 1), m.leg(2, 4, 3))
	c.Pick, c.Integral = 2, true
	m.must(c)
	want := c.Receipt
	if want.Chains != 4 || want.Cost != 2*2_00*3+2_00 {
		t.Errorf("%d chains for %v", want.Chains, want.Cost)
	}
	m.restart()
	again := *c
	again.Receipt = engine.ReportReceipt{}
	m.must(&again)
	if again.Receipt != want || m.balance(m.alice) != 10_000_00-want.Cost {
		t.Errorf("again: %+v, first %+v", again.Receipt, want)
	}
	out := &engine.GetOutcome{Key: c.Key}
	m.must(out)
	if out.Kind != engine.ReportWasPlaced || out.Reports != want {
		t.Errorf("outcome %+v", out)
	}
	for _, change := range []func(*engine.PlaceReport){
		func(c *engine.PlaceReport) { c.Stake++ },
		func(c *engine.PlaceReport) { c.Account = m.bob },
		func(c *engine.PlaceReport) { c.Integral = false },
		func(c *engine.PlaceReport) { c.Legs = c.Legs[:2] },
		func(c *engine.PlaceReport) { c.Legs = append([]engine.ReportLeg{m.leg(0, 4, 1, 3)}, c.Legs[1:]...) },
		func(c *engine.PlaceReport) { c.Legs = append([]engine.ReportLeg{m.leg(0, 2, 1, 2)}, c.Legs[1:]...) },
	} {
		other := *c
		change(&other)
		m.refused(&other, engine.KeyReused)
	}
}

func TestAReportIsCancelledWhole(t *testing.T) {
	m := openMeeting(t, 3)
	c := m.chain(5_00, m.leg(0, 4, 1, 2), m.leg(1, 4, 1), m.leg(2, 4, 1))
	c.Pick = 2
	m.must(c)
	leg := event.BetIn(1, 0)
	if v := m.view(leg); v.Report != c.Receipt.Report || v.Unit != 5_00 {
		t.Errorf("its bet %+v", v)
	}
	m.refused(&engine.CancelBet{Key: m.key(), Bet: leg, Account: m.alice}, engine.ReportStands)
	m.refused(&engine.CancelReport{Key: m.key(), Report: c.Receipt.Report, Account: m.bob}, engine.UnknownReport)
	m.refused(&engine.CancelReport{Key: m.key(), Report: 99, Account: m.alice}, engine.UnknownReport)
	m.refused(&engine.GetReport{Report: 99}, engine.UnknownReport)
	m.refused(&engine.GetReport{Report: 1, Account: m.bob}, engine.UnknownReport)
	cancel := &engine.CancelReport{Key: m.key(), Report: c.Receipt.Report, Account: m.alice}
	m.must(cancel)
	m.must(cancel) // the same key
	m.refused(&engine.CancelReport{Key: cancel.Key, Report: 2, Account: m.alice}, engine.KeyReused)
	m.refused(&engine.CancelReport{Key: m.key(), Report: c.Receipt.Report, Account: m.alice}, engine.AlreadyEnded)
	if cancel.Returned != 10_00 || m.balance(m.alice) != 10_000_00-c.Receipt.Cost+10_00 {
		t.Errorf("returned %v", cancel.Returned)
	}
	if v := m.report(c.Receipt.Report); v.State != engine.CancelledReport || v.Paid != 10_00 {
		t.Errorf("cancelled: %+v", v)
	}
	if v := m.report(c.Receipt.Report + 1); v.State != engine.LiveReport {
		t.Errorf("the other chains stand: %+v", v)
	}
	// Past the delay only a non-runner among its horses opens the way again, in any race.
	m.clock.advance(16 * minute)
	m.refused(&engine.CancelReport{Key: m.key(), Report: 2, Account: m.alice}, engine.CancelTooLate)
	m.must(&engine.DeclareNonRunner{Race: m.race(2), Horse: 1, Staff: "anna"})
	m.must(&engine.CancelReport{Key: m.key(), Report: 2, Account: m.alice})
	m.must(&engine.StopRace{Race: m.race(1)})
	m.refused(&engine.CancelReport{Key: m.key(), Report: 3, Account: m.alice}, engine.RaceStopped)
}

// TestAPurgeRefundsAChainOnlyBeforeItsFirstRace: a part that is carried comes after
// the start of its race, and stays.
func TestAPurgeRefundsAChainOnlyBeforeItsFirstRace(t *testing.T) {
	m := openMeeting(t, 2)
	m.public(0, 1)
	on := m.chain(10_00, m.leg(0, 4, 1), m.leg(1, 4, 1))
	m.must(on)
	m.clock.advance(minute)
	off := m.ms(0)
	late := m.chain(10_00, m.leg(0, 4, 1), m.leg(1, 4, 1))
	m.must(late)
	m.must(&engine.StopRace{Race: m.race(0)})
	m.must(&engine.StopRace{Race: m.race(1)})
	purge := &engine.PurgeLate{Race: m.race(0), Started: off, Staff: "anna"}
	m.must(purge)
	if purge.Bets != 1 || purge.Refunded != 10_00 {
		t.Errorf("purged %d bets, %v", purge.Bets, purge.Refunded)
	}
	if v := m.report(late.Receipt.Report); v.State != engine.PurgedReport || v.Paid != 10_00 {
		t.Errorf("late: %+v", v)
	}
	m.runs(0, inOrder...)
	purge = &engine.PurgeLate{Race: m.race(1), Started: off, Staff: "anna"}
	m.must(purge)
	if purge.Bets != 0 {
		t.Errorf("%d carried bets purged", purge.Bets)
	}
	m.runs(1, inOrder...)
	if v := m.report(on.Receipt.Report); v.State != engine.EndedReport || !v.Legs[1].Reached || v.Paid == 0 {
		t.Errorf("in time: %+v", v)
	}
	m.nothingUnderway()
}

// TestDividendsWaitForReports holds AMB-3: parts are recorded before a pool is
// computed.
func TestDividendsWaitForReports(t *testing.T) {
	m := openMeeting(t, 3)
	m.public(0, 1, 2)
	c := m.chain(10_00, m.leg(0, 4, 1), m.leg(2, 4, 1))
	m.must(c)
	m.result(2, inOrder...)
	m.runs(1, inOrder...) // no chain comes to it
	waits := &engine.DeclareDividends{Race: m.race(2), Staff: "bruno"}
	err := m.engine.Do(context.Background(), waits)
	if rej, ok := err.(*engine.Rejection); !ok || rej.Code != engine.ReportsPending || rej.Detail != m.race(0).String() {
		t.Errorf("got %v", err)
	}
	m.declares(0, inOrder...)
	m.refused(waits, engine.ReportsPending) // until what it brought is carried
	m.settles(0)
	m.must(waits)
	m.settles(2)
	if v := m.report(c.Receipt.Report); v.State != engine.EndedReport || v.Legs[1].Part != v.Legs[0].Brought {
		t.Errorf("%+v", v)
	}
	m.nothingUnderway()
}

// TestRacesInAnotherOrder holds III-2-4 and AMB-4.
func TestRacesInAnotherOrder(t *testing.T) {
	for _, settled := range []bool{false, true} {
		m := openMeeting(t, 3)
		m.public(0, 1, 2)
		c := m.chain(10_00, m.leg(0, 2, 1), m.leg(1, 4, 1, 3), m.leg(2, 4, 1))
		m.must(c)
		m.refused(&engine.DetachReports{Race: m.race(8), Staff: "anna"}, engine.UnknownRace)
		m.must(&engine.DetachReports{Race: m.race(1), Staff: "anna"})
		m.must(&engine.DetachReports{Race: m.race(1), Staff: "anna"})
		m.refused(m.chain(10_00, m.leg(0, 4, 1), m.leg(1, 4, 1)), engine.ReportsDetached)
		m.runs(2, inOrder...)
		if settled {
			m.runs(1, inOrder...)
		}
		m.runs(0, inOrder...)
		if !settled {
			m.restart()
			m.runs(1, inOrder...)
		}
		v := m.report(c.Receipt.Report)
		dividend := func(i int) tote.Dividend {
			a := &engine.GetRaceAccounts{Race: m.race(i)}
			m.must(a)
			return a.View.Pools[0].Declared.Lines[0].Dividend
		}
		first := dividend(0).Pay(10_00)
		half := first - first/2
		part := (first - half) / 2
		second := dividend(1).Pay(part)
		third := dividend(2).Pay(second)
		if v.State != engine.EndedReport || !v.Legs[1].Outside || !v.Legs[2].Outside || v.Legs[1].Part != part || v.Legs[2].Part != second {
			t.Errorf("settled %v: %+v", settled, v)
		}
		if want := first - 2*part + third; v.Paid != want || m.balance(m.alice) != 10_000_00-10_00+want {
			t.Errorf("settled %v: paid %v, want %v", settled, v.Paid, want)
		}
		a := &engine.GetRaceAccounts{Race: m.race(1)}
		m.must(a)
		if a.View.Pools[0].Stakes != 300_00 || a.View.Status != engine.Settled {
			t.Errorf("a part entered a pool: %+v", a.View.Pools[0])
		}
		m.nothingUnderway()
	}
}

// TestACombinationNobodyHeldBringsItsPart, where a leg is valued outside the pools.
func TestACombinationNobodyHeldBringsItsPart(t *testing.T) {
	m := openMeeting(t, 2)
	m.public(0)
	second := engine.ReportLeg{Race: m.race(1), Bet: toPlace, Patterns: []tote.Pattern{tote.UnitPattern(3), tote.UnitPattern(9)}}
	m.must(&engine.PlaceBet{Key: m.key(), Account: m.bob, Race: m.race(1), Bet: toPlace, Pattern: tote.UnitPattern(1), Unit: 50_00})
	m.must(&engine.PlaceBet{Key: m.key(), Account: m.bob, Race: m.race(1), Bet: toPlace, Pattern: tote.UnitPattern(7), Unit: 50_00})
	c := m.chain(10_00, m.leg(0, 4, 1), second)
	m.must(c)
	m.must(&engine.DetachReports{Race: m.race(1), Staff: "anna"})
	m.runs(0, inOrder...)
	m.runs(1, inOrder...)
	if v := m.report(c.Receipt.Report); v.Legs[1].Brought != v.Legs[1].Part || v.Legs[1].Part == 0 {
		t.Errorf("%+v", v.Legs[1])
	}
}

// TestARaceCalledOffPaysOneForOne holds III-2-4 and AMB-7.
func TestARaceCalledOffPaysOneForOne(t *testing.T) {
	m := openMeeting(t, 3)
	m.public(0, 1, 2)
	c := m.chain(10_00, m.leg(0, 4, 1, 2), m.leg(1, 2, 1), m.leg(2, 4, 1))
	m.must(c)
	m.must(&engine.CancelRace{Race: m.race(0), Staff: "anna"})
	m.refused(&engine.CancelReport{Key: m.key(), Report: c.Receipt.Report, Account: m.alice}, engine.RaceStopped)
	m.must(&engine.CancelRace{Race: m.race(1), Staff: "anna"})
	for i := range 2 {
		m.must(&engine.DeclareDividends{Race: m.race(i), Staff: "bruno"})
		m.settles(i)
	}
	m.runs(2, inOrder...)
	v := m.report(c.Receipt.Report)
	for i, want := range []tote.Money{10_00, 20_00, 10_00} {
		if v.Legs[i].Part != want {
			t.Errorf("leg %d: %v, want %v", i+1, v.Legs[i].Part, want)
		}
	}
	if v.Legs[1].Kept != 10_00 {
		t.Errorf("kept %v", v.Legs[1].Kept)
	}
	m.nothingUnderway()
}

// TestManyChainsAreCarriedInSlices, and whatever is between two of them is in
// snapshots.
func TestManyChainsAreCarriedInSlices(t *testing.T) {
	m := openMeeting(t, 3)
	m.public(0, 1, 2)
	for range 300 {
		c := m.chain(1_00, m.leg(0, 4, 1), m.leg(1, 4, 1, 2), m.leg(2, 4, 1))
		c.Pick, c.Integral = 2, true
		m.must(c)
	}
	m.backs(0, 3, 20_000_00) // so that each part is enough for two
	m.declares(0, inOrder...)
	folder := filepath.Join(t.TempDir(), "snapshots")
	slices := 0
	for more := true; more; slices++ {
		c := &engine.SettleBets{Race: m.race(0)}
		m.must(c)
		more = c.More
		if slices%3 == 0 {
			if _, err := engine.WriteSnapshot(context.Background(), m.journal, folder); err != nil {
				t.Fatal(err)
			}
			if restored(t, m.bench, folder) != m.hash() {
				t.Error("a snapshot between two slices is another state")
			}
		}
	}
	if slices < 5 {
		t.Errorf("%d slices", slices)
	}
	m.runs(1, inOrder...)
	m.runs(2, inOrder...)
	if v := m.report(1200); v.State != engine.EndedReport {
		t.Errorf("the last chain: %+v", v)
	}
	m.nothingUnderway()
}
