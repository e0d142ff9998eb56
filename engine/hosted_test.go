package engine_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"opentote/engine"
	"opentote/event"
	"opentote/recheck/rechecktest"
	"opentote/tote"
	"opentote/tote/rulebook"
)

const (
	abroadWin   = tote.BetCode("SIMPLE_GAGNANT_INTERNATIONAL")
	abroadPlace = tote.BetCode("SIMPLE_PLACE_INTERNATIONAL")
	abroadPair  = tote.BetCode("COUPLE_ORDRE_INTERNATIONAL")
)

// openAbroad is a shop whose second race is shared out by a host, beside a pool of
// our own.
func openAbroad(t *testing.T) *shop {
	s := openShop(t)
	s.must(&engine.DeclareRace{
		Race: spotRace, Start: s.ms(20 * minute), Deadline: s.ms(30 * minute), Declared: tote.Numbered(10), Staff: "anna",
		Stables: []tote.HorseSet{tote.SetOf(1, 9)},
		Offers: []engine.Offer{
			{Bet: abroadWin, BaseStake: 100}, {Bet: abroadPlace, BaseStake: 100}, {Bet: abroadPair, BaseStake: 100}, {Bet: two, BaseStake: 300},
		},
	})
	s.must(&engine.OpenRace{Race: spotRace, Staff: "anna"})
	return s
}

func (s *shop) abroad(bet tote.BetCode, unit tote.Money, p tote.Pattern) *engine.PlaceBet {
	return &engine.PlaceBet{Key: s.key(), Account: s.alice, Race: spotRace, Bet: bet, Pattern: p, Unit: unit}
}

// pays is what a host sends.
func pays(lines ...rulebook.HostDividend) rulebook.HostResult {
	return rulebook.HostResult{Dividends: lines}
}

func line(combination string, d tote.Dividend) rulebook.HostDividend {
	return rulebook.HostDividend{Combination: combination, Dividend: d}
}

func (s *shop) entered(bet tote.BetCode, said rulebook.HostResult) *engine.EnterHostDividends {
	return &engine.EnterHostDividends{Race: spotRace, Bet: bet, Result: said, Staff: "anna"}
}

func (s *shop) confirmed(bet tote.BetCode, said rulebook.HostResult) *engine.ConfirmHostDividends {
	return &engine.ConfirmHostDividends{Race: spotRace, Bet: bet, Result: said, Staff: "bruno"}
}

// speaks has both read what a host sent.
func (s *shop) speaks(bet tote.BetCode, said rulebook.HostResult) {
	s.Helper()
	s.must(s.entered(bet, said))
	s.must(s.confirmed(bet, said))
}

// hosts is what the ledger owes to hosts.
func (s *shop) hosts() tote.Money {
	s.Helper()
	return s.balanced()[engine.Hosts]
}

// TestAHostsDividendsArePaid sells in both networks into one pool: units are paid at
// the host's dividends to the cent, and what the stakes leave or lack is between the
// operator and the host.
func TestAHostsDividendsArePaid(t *testing.T) {
	s := openAbroad(t)
	online := s.placed(s.abroad(abroadWin, 1_33, tote.UnitPattern(4)))
	ticket := &engine.PlaceBet{Key: s.key(), PointOfSale: s.till, Race: spotRace, Bet: abroadWin, Pattern: tote.CombinedPattern(4, 5, 8), Unit: 3_00}
	s.must(ticket)
	placed := s.placed(s.abroad(abroadPlace, 50_00, tote.UnitPattern(7)))
	pair := s.placed(s.abroad(abroadPair, 1_00, tote.CombinedPattern(4, 5, 8).InAllOrders()))
	s.must(&engine.DeclareNonRunner{Race: spotRace, Horse: 8, Staff: "anna"})
	s.ended("anna", []tote.Horse{4}, []tote.Horse{5}, []tote.Horse{6}, []tote.Horse{7})
	s.refused(&engine.DeclareDividends{Race: spotRace, Second: rechecktest.Figures(t, s.journal, spotRace)}, engine.HostAwaited)

	s.speaks(abroadWin, pays(line("4", 2_45)))
	s.speaks(abroadPlace, pays(line("6", 1_05), line("4", 1_00), line("5", 3_20)))
	s.must(s.entered(abroadPair, pays(line("4-5", 20_00))))
	s.refused(&engine.DeclareDividends{Race: spotRace, Second: rechecktest.Figures(t, s.journal, spotRace)}, engine.HostAwaited)
	s.must(s.confirmed(abroadPair, pays(line("4-5", 20_00))))
	s.restart()
	s.settleSpotRace()

	for _, tt := range []struct {
		bet           event.BetID
		won, refunded tote.Money
	}{
		{online, 3_26, 0}, // 3.2585
		{ticket.Receipt.Bet, 7_35, 3_00},
		{placed, 0, 0},
		{pair, 20_00, 4_00},
	} {
		if v := s.view(tt.bet); v.Won != tt.won || v.Refunded != tt.refunded {
			t.Errorf("bet %d got %v and %v, want %v and %v", tt.bet, v.Won, v.Refunded, tt.won, tt.refunded)
		}
	}
	// Stakes of 10.33, 50.00 and 6.00.
	for bet, want := range map[tote.BetCode]tote.Money{
		abroadWin: 3_00 + 3_26 + 7_35 - 10_33, abroadPlace: -50_00, abroadPair: 20_00 + 4_00 - 6_00, two: 0,
	} {
		if got := s.poolOn(spotRace, bet).Host; got != want {
			t.Errorf("%s got %v from the host, want %v", bet, got, want)
		}
	}
	if got, want := s.hosts(), tote.Money(50_00-18_00-3_28); got != want {
		t.Errorf("%v is owed to hosts, want %v", got, want)
	}
	want := []event.DividendLine{
		{Rank: string(abroadPlace), Combination: "4", Dividend: 1_00}, {Rank: string(abroadPlace), Combination: "5", Dividend: 3_20},
		{Rank: string(abroadPlace), Combination: "6", Dividend: 1_05},
	}
	if d := s.poolOn(spotRace, abroadPlace).Declared; d.Procedure != tote.Hosted || !cmp.Equal(d.Lines, want) {
		t.Errorf("declared %+v", d)
	}
	s.must(&engine.PayTicket{Key: s.key(), Bet: ticket.Receipt.Bet, PointOfSale: s.till})
}

// hostRefusals are what no host can send of the race, which 4, 5, 6 and 1 finish in that order
// without 8.
var hostRefusals = []struct {
	name string
	bet  tote.BetCode
	said rulebook.HostResult
	want engine.Code
}{
	{"a bet of ours", two, oneWinner, engine.NotHosted},
	{"a bet not sold", "TRIO_ORDRE_INTERNATIONAL", oneWinner, engine.BetNotOffered},
	{"nothing", abroadWin, pays(), "HOST_REASON"},
	{"a reason nobody knows", abroadWin, rulebook.HostResult{Refund: "TIRED"}, "HOST_REASON"},
	{"that a race is called off", abroadWin, rulebook.HostResult{Refund: tote.RaceCancelled}, "HOST_REASON"},
	{"a refund and dividends", abroadWin, rulebook.HostResult{Refund: rulebook.NotComputed, Dividends: oneWinner.Dividends}, "HOST_REASON"},
	{"a loser", abroadWin, pays(line("5", 2_45)), "HOST_COMBINATION"},
	{"a non-runner", abroadWin, pays(line("8", 2_45)), "HOST_COMBINATION"},
	{"a number written otherwise", abroadWin, pays(line("04", 2_45)), "HOST_COMBINATION"},
	{"a fourth placed", abroadPlace, pays(line("5", 1_10), line("1", 1_10)), "HOST_COMBINATION"},
	{"the wrong order", abroadPair, pays(line("5-4", 11_00)), "HOST_COMBINATION"},
	{"one horse of two", abroadPair, pays(line("4", 11_00)), "HOST_COMBINATION"},
	{"a horse twice", abroadPlace, pays(line("5", 1_10), line("5", 1_10)), "HOST_REPEATED"},
	{"less than the stake", abroadWin, pays(line("4", 95)), "HOST_DIVIDEND"},
	{"between two steps", abroadWin, pays(line("4", 2_44)), "HOST_DIVIDEND"},
	{"a negative dividend", abroadWin, pays(line("4", -2_45)), "HOST_DIVIDEND"},
	{"more than anybody pays", abroadWin, pays(line("4", 1_000_000_05)), "HOST_DIVIDEND"},
	{"without the horse we hold", abroadPlace, pays(line("4", 1_10), line("6", 1_10)), engine.HostLacks},
}

var oneWinner = pays(line("4", 2_45))

// TestFourEyesReadAHost: what one enters another confirms, and both can only say what
// may be of the official arrival.
func TestFourEyesReadAHost(t *testing.T) {
	s := openAbroad(t)
	s.must(s.abroad(abroadPlace, 1_00, tote.UnitPattern(5)))
	s.must(s.abroad(abroadPair, 1_00, tote.UnitPattern(4, 5)))
	win := oneWinner
	s.refused(s.entered(abroadWin, win), engine.WrongStatus)
	s.must(&engine.DeclareNonRunner{Race: spotRace, Horse: 8, Staff: "anna"})
	s.ended("anna", []tote.Horse{4}, []tote.Horse{5}, []tote.Horse{6}, []tote.Horse{1})
	s.refused(s.confirmed(abroadWin, win), engine.WrongStatus)
	for _, tt := range hostRefusals {
		t.Run(tt.name, func(t *testing.T) {
			before := s.head()
			s.refused(s.entered(tt.bet, tt.said), tt.want)
			if s.head() != before {
				t.Error("something was recorded")
			}
		})
	}
	nobody := s.entered(abroadWin, win)
	nobody.Staff = ""
	s.refused(nobody, engine.FourEyes)
	s.must(s.entered(abroadWin, pays(line("4", 2_50))))
	s.must(s.entered(abroadWin, win)) // corrected
	at := s.head()
	s.must(s.entered(abroadWin, win)) // said again
	same := s.confirmed(abroadWin, win)
	same.Staff = "anna"
	s.refused(same, engine.FourEyes)
	s.refused(s.confirmed(abroadWin, pays(line("4", 2_50))), engine.HostDiffers)
	if got := s.head(); got != at {
		t.Errorf("event %d follows %d", got, at)
	}
	s.must(s.confirmed(abroadWin, win))
	at = s.head()
	s.must(s.confirmed(abroadWin, win))
	if got := s.head(); got != at {
		t.Errorf("event %d follows %d", got, at)
	}
	s.must(s.entered(abroadWin, win)) // so it is
	if got := s.head(); got != at {
		t.Errorf("event %d follows %d", got, at)
	}
	s.must(s.entered(abroadWin, pays(line("4", 2_50)))) // no, it is not
	s.refused(&engine.DeclareDividends{Race: spotRace, Second: rechecktest.Figures(t, s.journal, spotRace)}, engine.HostAwaited)
	s.refused(s.confirmed(abroadWin, win), engine.HostDiffers)
	s.must(s.confirmed(abroadWin, pays(line("4", 2_50))))

	folder := filepath.Join(t.TempDir(), "snapshots")
	if _, err := engine.WriteSnapshot(context.Background(), s.journal, folder); err != nil {
		t.Fatal(err)
	}
	if restored(t, s.bench, folder) != s.hash() {
		t.Error("a snapshot forgets what a host said")
	}
	s.speaks(abroadPair, pays(line("4-5", 11_00)))
	s.speaks(abroadPlace, pays(line("4", 1_10), line("5", 1_20)))
	s.settleSpotRace()
	s.refused(s.entered(abroadWin, win), engine.WrongStatus)
	if d := s.poolOn(spotRace, abroadWin).Declared; d.Lines[0].Dividend != 2_50 {
		t.Errorf("declared %+v", d)
	}
}

// TestAHostThatDoesNotShareRefunds: not computed the same day, all bets go back
// (IIIt-1-2); so they do when the race is called off, and the host is not awaited.
func TestAHostThatDoesNotShareRefunds(t *testing.T) {
	for _, called := range []bool{false, true} {
		s := openAbroad(t)
		s.must(s.abroad(abroadWin, 7_00, tote.UnitPattern(4)))
		reason := tote.RaceCancelled
		if called {
			s.must(&engine.CancelRace{Race: spotRace, Staff: "anna"})
			s.refused(s.entered(abroadWin, pays(line("4", 2_45))), engine.WrongStatus)
		} else {
			reason = rulebook.NotComputed
			s.ended("anna", []tote.Horse{4}, []tote.Horse{5}, []tote.Horse{6})
			for _, bet := range []tote.BetCode{abroadWin, abroadPlace, abroadPair} {
				s.speaks(bet, rulebook.HostResult{Refund: reason})
			}
		}
		s.settleSpotRace()
		if got := s.balance(s.alice); got != 1000_00 || s.hosts() != 0 {
			t.Errorf("the wallet holds %v, %v is owed to hosts", got, s.hosts())
		}
		if d := s.poolOn(spotRace, abroadWin).Declared; d.Procedure != tote.Refund || d.Reason != reason {
			t.Errorf("declared %+v", d)
		}
	}
}
