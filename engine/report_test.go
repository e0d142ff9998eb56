package engine_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"opentote/engine"
	"opentote/event"
	"opentote/journal/journaltest"
	"opentote/tote"
	"opentote/tote/rulebook"
)

const pair, pairPlaced = tote.BetCode("E_COUPLE_GAGNANT"), tote.BetCode("E_COUPLE_PLACE")

// meeting is a bench with races of ten horses whose bets may be legs of reports.
type meeting struct {
	*bench
	alice, bob event.AccountID
}

func openMeeting(t *testing.T, races int) *meeting {
	t.Helper()
	b := &bench{T: t, journal: journaltest.NewMemory(), clock: newClock()}
	b.start()
	m := &meeting{bench: b}
	for i := range races {
		start := time.Duration(i+1) * 20 * time.Minute
		b.must(&engine.DeclareRace{
			Race: m.race(i), Start: b.ms(start), Deadline: b.ms(start + 10*time.Hour), Declared: tote.Numbered(10),
			Offers: []engine.Offer{
				{Bet: toWin, BaseStake: 150, Report: true}, {Bet: toPlace, BaseStake: 150, Report: true},
				{Bet: pair, BaseStake: 150, Report: true}, {Bet: pairPlaced, BaseStake: 150, Report: true},
				{Bet: two, BaseStake: 300, Complement: true, Report: true}, {Bet: "E_TRIO", BaseStake: 100},
			},
			Staff: "anna",
		})
		b.must(&engine.OpenRace{Race: m.race(i), Staff: "anna"})
	}
	m.alice, m.bob = b.account(10_000_00), b.account(100_000_00)
	return m
}

// race is the i-th race of the meeting, from 0.
func (*meeting) race(i int) tote.RaceID { return theRace + tote.RaceID(i) }

// leg is a leg of unit bets on horses to win.
func (m *meeting) leg(i int, carry rulebook.Quarters, horses ...tote.Horse) engine.ReportLeg {
	l := engine.ReportLeg{Race: m.race(i), Bet: toWin, Carry: carry}
	for _, h := range horses {
		l.Patterns = append(l.Patterns, tote.UnitPattern(h))
	}
	return l
}

func (m *meeting) chain(stake tote.Money, legs ...engine.ReportLeg) *engine.PlaceReport {
	return &engine.PlaceReport{Key: m.key(), Account: m.alice, Legs: legs, Stake: stake}
}

// backs has bob bet on a horse to win.
func (m *meeting) backs(i int, h tote.Horse, stake tote.Money) {
	m.Helper()
	m.must(&engine.PlaceBet{Key: m.key(), Account: m.bob, Race: m.race(i), Bet: toWin, Pattern: tote.UnitPattern(h), Unit: stake})
}

// ends runs a race as far as its dividends.
func (m *meeting) declares(i int, arrival ...[]tote.Horse) {
	m.Helper()
	m.result(i, arrival...)
	m.must(&engine.DeclareDividends{Race: m.race(i), Staff: "bruno"})
}

func (m *meeting) result(i int, arrival ...[]tote.Horse) {
	m.Helper()
	m.must(&engine.StopRace{Race: m.race(i), Staff: "anna"})
	m.must(&engine.EnterResult{Race: m.race(i), Arrival: arrival, Staff: "anna"})
	m.must(&engine.ConfirmResult{Race: m.race(i), Arrival: arrival, Staff: "bruno"})
}

// settles ends all bets of a race and carries what reports got.
func (m *meeting) settles(i int) {
	m.Helper()
	for more := true; more; {
		c := &engine.SettleBets{Race: m.race(i)}
		m.must(c)
		more = c.More
	}
}

func (m *meeting) runs(i int, arrival ...[]tote.Horse) {
	m.Helper()
	m.declares(i, arrival...)
	m.settles(i)
}

func (m *meeting) report(id event.ReportID) engine.ReportView {
	m.Helper()
	c := &engine.GetReport{Report: id, Account: m.alice}
	m.must(c)
	return c.View
}

// nothingUnderway holds that the ledger is balanced and nothing is left between races.
func (m *meeting) nothingUnderway() {
	m.Helper()
	c := &engine.GetTrialBalance{}
	m.must(c)
	sum := tote.Money(0)
	for _, b := range c.Balances {
		sum += b.Money
		if b.Class == engine.Reports && b.Money != 0 {
			m.Errorf("%v is on its way to no race", b.Money)
		}
	}
	if sum != 0 {
		m.Errorf("the ledger sums to %v", sum)
	}
}

// end is how a leg of a worked example ends.
type end struct {
	horses []tote.Horse // alice's unit bets
	carry  rulebook.Quarters
	pays   map[tote.Horse]tote.Dividend // what the winners must pay, steered
	out    tote.Horse                   // a non-runner
}

// TestTheWorkedExamples plays the examples of the rules through real sales: bob's
// stakes make the dividends what they say, with what alice carries in the pools.
func TestTheWorkedExamples(t *testing.T) {
	tests := []struct {
		name  string
		stake tote.Money
		legs  []end
		parts []tote.Money // on each unit bet of the legs, 0 where the chain does not come
		paid  tote.Money
	}{
		{"R1 all", 10_00, []end{{horses: []tote.Horse{1}, carry: 4, pays: map[tote.Horse]tote.Dividend{1: 420}}, {horses: []tote.Horse{1}, pays: map[tote.Horse]tote.Dividend{1: 250}}}, []tote.Money{1000, 4200}, 105_00},
		{"R2 half to two bets", 10_00, []end{{horses: []tote.Horse{1}, carry: 2, pays: map[tote.Horse]tote.Dividend{1: 420}}, {horses: []tote.Horse{1, 3}, carry: 4, pays: map[tote.Horse]tote.Dividend{1: 250}}, {horses: []tote.Horse{2}, pays: map[tote.Horse]tote.Dividend{2: 140}}}, []tote.Money{1000, 1050, 2625}, 57_75},
		{"R3 three quarters", 1_50, []end{{horses: []tote.Horse{1, 3}, carry: 3, pays: map[tote.Horse]tote.Dividend{1: 130}}, {horses: []tote.Horse{1}, pays: map[tote.Horse]tote.Dividend{1: 200}}}, []tote.Money{150, 146}, 3_41},
		{"R4 to three bets", 1_00, []end{{horses: []tote.Horse{1}, carry: 4, pays: map[tote.Horse]tote.Dividend{1: 430}}, {horses: []tote.Horse{1, 2, 3}, carry: 4, pays: map[tote.Horse]tote.Dividend{1: 200, 2: 310}}, {horses: []tote.Horse{1}, pays: map[tote.Horse]tote.Dividend{1: 150}}}, []tote.Money{100, 143, 729}, 10_95},
		{"R5 too little to carry", 1_00, []end{{horses: []tote.Horse{1}, carry: 4, pays: map[tote.Horse]tote.Dividend{1: 150}}, {horses: []tote.Horse{1, 2}, pays: map[tote.Horse]tote.Dividend{1: 250}}}, []tote.Money{100, 0}, 1_50},
		{"R6 too much to carry", 100_00, []end{{horses: []tote.Horse{1}, carry: 4, pays: map[tote.Horse]tote.Dividend{1: 2500}}, {horses: []tote.Horse{1}, pays: map[tote.Horse]tote.Dividend{1: 200}}}, []tote.Money{100_00, 1000_00}, 3500_00},
		{"R7 a non-runner", 5_00, []end{{horses: []tote.Horse{1}, carry: 4, pays: map[tote.Horse]tote.Dividend{1: 300}}, {horses: []tote.Horse{4}, carry: 4, out: 4, pays: map[tote.Horse]tote.Dividend{1: 200}}, {horses: []tote.Horse{1}, pays: map[tote.Horse]tote.Dividend{1: 220}}}, []tote.Money{500, 1500, 1500}, 33_00},
		{"R8 one quarter, lost", 5_00, []end{{horses: []tote.Horse{1}, carry: 1, pays: map[tote.Horse]tote.Dividend{1: 300}}, {horses: []tote.Horse{5}, pays: map[tote.Horse]tote.Dividend{1: 200}}}, []tote.Money{500, 375}, 11_25},
		{"R9 a refund and a win", 2_00, []end{{horses: []tote.Horse{4, 1}, carry: 4, out: 4, pays: map[tote.Horse]tote.Dividend{1: 230}}, {horses: []tote.Horse{1}, pays: map[tote.Horse]tote.Dividend{1: 200}}}, []tote.Money{200, 660}, 13_20},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := openMeeting(t, len(tt.legs))
			var legs []engine.ReportLeg
			for i, e := range tt.legs {
				legs = append(legs, m.leg(i, e.carry, e.horses...))
			}
			c := m.chain(tt.stake, legs...)
			m.must(c)
			if want := tt.stake * tote.Money(len(tt.legs[0].horses)); c.Receipt.Cost != want || m.balance(m.alice) != 10_000_00-want {
				t.Fatalf("cost %v, wallet %v", c.Receipt.Cost, m.balance(m.alice))
			}
			for i, e := range tt.legs {
				m.steer(i, &e, tt.parts[i])
				if e.out != 0 {
					m.must(&engine.DeclareNonRunner{Race: m.race(i), Horse: e.out, Staff: "anna"})
				}
			}
			for i, e := range tt.legs {
				m.restart() // the chain is in the journal
				m.runs(i, e.arrival()...)
				m.paysAsSteered(i, &e)
			}
			v := m.report(c.Receipt.Report)
			for i := range v.Legs {
				if v.Legs[i].Part != tt.parts[i] || v.Legs[i].Outside {
					t.Errorf("leg %d: staked %v, want %v", i+1, v.Legs[i].Part, tt.parts[i])
				}
			}
			if v.State != engine.EndedReport || v.Paid != tt.paid {
				t.Errorf("paid %v in state %d, want %v", v.Paid, v.State, tt.paid)
			}
			if got, want := m.balance(m.alice), 10_000_00-c.Receipt.Cost+tt.paid; got != want {
				t.Errorf("wallet holds %v, want %v", got, want)
			}
			m.nothingUnderway()
		})
	}
}

// arrival has the winners in front, together when there are several.
func (e *end) arrival() [][]tote.Horse {
	var winners []tote.Horse
	for h := tote.Horse(1); h <= 10; h++ {
		if e.pays[h] > 0 {
			winners = append(winners, h)
		}
	}
	places := [][]tote.Horse{winners}
	for h := tote.Horse(6); h <= 9; h++ {
		places = append(places, []tote.Horse{h})
	}
	return places
}

// steer has bob bet so that the winners pay what they must, with part on each of
// alice's horses.
func (m *meeting) steer(i int, e *end, part tote.Money) {
	m.Helper()
	book, _ := rulebook.For(tote.Online, theRace.Day())
	bet, _ := book.Bet(toWin)
	result := tote.Result{Declared: tote.Numbered(10), Arrival: e.arrival()}
	if e.out != 0 {
		result.NonRunners = tote.SetOf(e.out)
	}
	card, _ := bet.(tote.BetType).Card(result)
	lines := card.Lines()
	alice := map[string]tote.Money{}
	lost, refunded := tote.Money(0), tote.Money(0)
	for _, h := range e.horses {
		switch {
		case h == e.out:
			refunded += part
		case e.pays[h] > 0:
			alice[h.String()] += part
		default:
			lost += part
		}
	}
	share := func(bob []tote.Money, loser tote.Money) []tote.Dividend {
		stakes := tote.Stakes{Total: lost + loser + refunded, Refunded: refunded, OnLine: make([]tote.Money, len(lines))}
		for k, l := range lines {
			stakes.OnLine[k] = bob[k] + alice[l.Combination]
			stakes.Total += stakes.OnLine[k]
		}
		return card.Share(stakes).Dividends
	}
	want := make([]tote.Dividend, len(lines))
	for k, l := range lines {
		for h, d := range e.pays {
			if h.String() == l.Combination {
				want[k] = d
			}
		}
	}
	const first = tote.Money(2000_00)
	for second := tote.Money(200_00); second <= first; second += 5_00 {
		bob := []tote.Money{first, second}[:len(lines)]
		low, high := tote.Money(1_50), tote.Money(60_000_00)
		for low < high {
			if mid := (low + high) / 2; share(bob, mid)[0] < want[0] {
				low = mid + 1
			} else {
				high = mid
			}
		}
		if slices.Equal(share(bob, low), want) {
			for k, l := range lines {
				for h := range e.pays {
					if h.String() == l.Combination {
						m.backs(i, h, bob[k])
					}
				}
			}
			m.backs(i, 10, low)
			return
		}
	}
	m.Fatalf("no stakes make race %d pay %v", i+1, e.pays)
}

func (m *meeting) paysAsSteered(i int, e *end) {
	m.Helper()
	c := &engine.GetRaceAccounts{Race: m.race(i)}
	m.must(c)
	if c.View.Status != engine.Settled {
		m.Errorf("race %d has status %d, want settled", i+1, c.View.Status)
	}
	for _, l := range c.View.Pools[0].Declared.Lines {
		for h, d := range e.pays {
			if h.String() == l.Combination && d != l.Dividend {
				m.Errorf("race %d: horse %d pays %v, want %v", i+1, h, l.Dividend, d)
			}
		}
	}
	if got := fmt.Sprint(c.View.Pools[0].Declared.Procedure); got == string(tote.Refund) {
		m.Errorf("race %d is refunded", i+1)
	}
}
