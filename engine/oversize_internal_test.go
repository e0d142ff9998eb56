package engine

import (
	"strings"
	"testing"

	"opentote/event"
	"opentote/tote"
)

// manyLines is a bet type whose every result pays more combinations than a row
// can name.
type manyLines struct{ tote.BetType }

func (manyLines) Card(tote.Result) (tote.Card, tote.Reason) { return manyCard{}, "" }

type manyCard struct{}

func (manyCard) Lines() []tote.Line {
	return make([]tote.Line, 20_000)
}

func (manyCard) Count(_ *tote.Pattern, t *tote.Tally) {
	for i := range t.Won {
		t.Won[i]++
	}
}

func (manyCard) Share(s tote.Stakes) tote.Settlement {
	settlement := tote.RefundWhole("", 20_000, s)
	settlement.Procedure = tote.Normal
	for i := range settlement.Dividends {
		settlement.Dividends[i] = tote.Dividend(100 << (i % 20))
	}
	return settlement
}

// TestDividendsThatFitNoRowAreRefused: an assertion in the writer would stop all
// sales, and stop them again at each retry.
func TestDividendsThatFitNoRowAreRefused(t *testing.T) {
	b := newBare(t)
	b.programme(bareRace)
	b.must(b.win(bareRace, 1))
	staff := event.Staff(strings.Repeat("x", staffMax))
	b.must(&StopRace{Race: bareRace, Staff: staff})
	b.must(&EnterResult{Race: bareRace, Arrival: [][]tote.Horse{{1}}, Staff: staff})
	b.must(&ConfirmResult{Race: bareRace, Arrival: [][]tote.Horse{{1}}, Staff: "b"})
	was := b.d.pools[0].bet.(tote.BetType)
	for i := range b.d.pools {
		b.d.pools[i].bet = manyLines{was}
	}
	hash := b.d.Hash()
	if rej := b.do(&DeclareDividends{Race: bareRace}); rej == nil || rej.Code != BadResult {
		t.Errorf("got %v, want %s", rej, BadResult)
	}
	if b.d.Hash() != hash {
		t.Error("the refusal changed the state")
	}
}

// TestWhatOnlyExplainsGivesWay: stakes counted by line that do not fit are left out
// before the dividends are refused.
func TestWhatOnlyExplainsGivesWay(t *testing.T) {
	c := &computed{}
	for pool := range event.PoolID(2) {
		e := &event.DividendsDeclared{Pool: pool + 1, Winnings: 5_00, Lines: []event.DividendLine{{Rank: "TIERCE_ORDRE", Combination: "1-2-3", Dividend: 500}}}
		for range 10_000 {
			e.Counted = append(e.Counted, event.LineStakes{Rank: "TIERCE_1NP", Combination: "1-2-NP", Stakes: 100})
		}
		c.declare(e, 5_00)
	}
	if c.fits(1) {
		t.Fatal("20,000 lines fit into a row")
	}
	c.shorten()
	e := c.events[1].(*event.DividendsDeclared)
	if !c.fits(1) || e.Counted != nil || len(e.Lines) != 1 || e.Winnings != 5_00 {
		t.Errorf("shortened to %+v", e)
	}
}

// TestAFullPoolTakesNoMoreBets: past its last number a ticket would have no
// code, and could never be paid.
func TestAFullPoolTakesNoMoreBets(t *testing.T) {
	b := newBare(t)
	b.programme(bareRace)
	b.must(b.win(bareRace, 1))
	b.d.pools[0].bets.n = poolBetsMax
	if rej := b.do(b.win(bareRace, 1)); rej == nil || rej.Code != PoolFull {
		t.Errorf("got %v, want %s", rej, PoolFull)
	}
}

// TestEveryCommandFitsBehindAFullBatch takes the largest each command can be.
func TestEveryCommandFitsBehindAFullBatch(t *testing.T) {
	b := newBare(t)
	b.programme(bareRace)
	staff := event.Staff(strings.Repeat("x", staffMax))
	declare := &DeclareRace{
		Race: bareRace + 1, Start: 1 << 60, Deadline: 1 << 60, Declared: tote.Numbered(40), Staff: staff,
		Stables: make([]tote.HorseSet, stablesMax),
	}
	flexi := make([]uint8, flexiMax)
	for i := range flexi {
		flexi[i] = 100
	}
	for i := range declare.Stables {
		declare.Stables[i] = tote.Numbered(40)
	}
	for _, code := range []tote.BetCode{"E_SIMPLE_GAGNANT", "E_SIMPLE_PLACE", "E_DEUX_SUR_QUATRE"} {
		declare.Offers = append(declare.Offers, Offer{Bet: code, BaseStake: tote.MaxStake, MaxStake: tote.MaxStake, Flexi: flexi})
	}
	fits := func(c Command, times int) {
		t.Helper()
		b.must(c)
		if got := b.enc.Len() * times; got > commandMax {
			t.Errorf("%T takes %d bytes, more than %d", c, got, commandMax)
		}
	}
	fits(declare, offersMax/len(declare.Offers)+1)
	long := make([]tote.Horse, 20)
	for i := range long {
		long[i] = tote.Horse(i + 1)
	}
	report := &PlaceReport{Key: b.key(), Account: 1, Stake: 1_00, Pick: 3}
	for i := range 8 { // 8 choose 3 is 56 chains
		race := tote.RaceOf(bareRace.Day(), 9, i+1)
		b.must(&DeclareRace{
			Race: race, Start: b.d.now, Deadline: 1 << 60, Declared: tote.Numbered(20),
			Offers: []Offer{{Bet: "E_COUPLE_GAGNANT", BaseStake: 100, Report: true}},
		})
		b.must(&OpenRace{Race: race})
		leg := ReportLeg{Race: race, Bet: "E_COUPLE_GAGNANT", Carry: 4}
		for range reportBetsMax {
			leg.Patterns = append(leg.Patterns, tote.CombinedPattern(long...))
		}
		report.Legs = append(report.Legs, leg)
	}
	b.enc.Reset(b.d.now)
	fits(report, 1)
	if most := (carryMax + reportBetsMax + 1 + reportLegsMax) * (b.enc.Len()/int(b.enc.Count()) + 16); most > commandMax {
		t.Errorf("carrying may take %d bytes, more than %d", most, commandMax)
	}
	late := b.d.now
	for range purgeMax {
		b.must(b.ticket(bareRace, 1))
	}
	b.must(&StopRace{Race: bareRace})
	b.enc.Reset(b.d.now)
	// The numbers of bets take ten bytes at most, here they take five.
	fits(&PurgeLate{Race: bareRace, Started: late, Staff: staff}, 1)
	if most := (purgeMax+1)*(2+1+10) + staffMax + 32; most > commandMax {
		t.Errorf("PurgeLate may take %d bytes, more than %d", most, commandMax)
	}
}
