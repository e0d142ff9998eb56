package board_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"opentote/board"
	"opentote/engine"
	"opentote/event"
	"opentote/follow"
	"opentote/journal/journaltest"
	"opentote/recheck/rechecktest"
	"opentote/tote"
)

const race = tote.RaceID(202511230101)

// show is an engine and the board that follows its journal.
type show struct {
	*testing.T
	engine  *engine.Engine
	journal *journaltest.Memory
	board   *board.Board
	last    event.Seq
	keys    uint16
}

func setup(t *testing.T) *show {
	s := &show{T: t, journal: journaltest.NewMemory(), board: board.New()}
	now := time.UnixMilli(1_764_000_000_000)
	var err error
	s.engine, err = engine.Start(context.Background(), s.journal, engine.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.engine.Close() })
	start := event.Millis(now.Add(time.Hour).UnixMilli())
	s.do(&engine.DeclareRace{
		Race: race, Start: start, Deadline: start, Declared: tote.Numbered(8), Staff: "anna",
		Offers: []engine.Offer{
			{Bet: "SIMPLE_GAGNANT", BaseStake: 200}, {Bet: "SIMPLE_PLACE", BaseStake: 200}, {Bet: "DEUX_SUR_QUATRE", BaseStake: 300, Complement: true},
		},
	}, &engine.OpenRace{Race: race, Staff: "anna"}, &engine.OpenPointOfSale{Key: s.key()})
	return s
}

func (s *show) key() (k event.Key) {
	s.keys++
	k[0], k[1] = byte(s.keys), byte(s.keys>>8)
	return k
}

// do has commands decided, and the board follow.
func (s *show) do(commands ...engine.Command) {
	s.Helper()
	for _, c := range commands {
		if c, ok := c.(*engine.DeclareDividends); ok {
			c.Second = rechecktest.Figures(s, s.journal, c.Race)
		}
	}
	rejections, err := s.engine.DoAll(context.Background(), commands)
	if err != nil {
		s.Fatal(err)
	}
	for i, rej := range rejections {
		if rej != nil {
			s.Fatalf("%T: %v", commands[i], rej)
		}
	}
	if s.last, err = follow.CatchUp(context.Background(), s.journal, s.last, s.board); err != nil {
		s.Fatal(err)
	}
}

func (s *show) bet(code tote.BetCode, unit tote.Money, horses ...tote.Horse) *engine.PlaceBet {
	return &engine.PlaceBet{Key: s.key(), PointOfSale: 1, Race: race, Bet: code, Pattern: tote.UnitPattern(horses...), Unit: unit}
}

func (s *show) view() board.Race {
	s.Helper()
	v, ok := s.board.Race(race, 0)
	if !ok {
		s.Fatal("the board does not know the race")
	}
	return v
}

func (s *show) settle(arrival ...[]tote.Horse) {
	s.Helper()
	s.do(&engine.StopRace{Race: race, Staff: "anna"})
	s.do(&engine.EnterResult{Race: race, Arrival: arrival, Staff: "anna"})
	s.do(&engine.ConfirmResult{Race: race, Arrival: arrival, Staff: "bruno"})
	s.do(&engine.DeclareDividends{Race: race, Staff: "bruno"})
	for more := true; more; {
		c := &engine.SettleBets{Race: race}
		s.do(c)
		more = c.More
	}
}

func TestOddsAreTheDividendsOfTheMoment(t *testing.T) {
	s := setup(t)
	s.do(s.bet("SIMPLE_GAGNANT", 10_00, 4), s.bet("SIMPLE_GAGNANT", 30_00, 7))
	win := s.view().Pools[0]
	if got, want := win.Stakes, tote.Money(40_00); got != want {
		t.Errorf("pool holds %v, want %v", got, want)
	}
	// 40.00 x 0.8495 = 33.98 for 10.00.
	odds := map[string]board.Odd{}
	for _, o := range win.Odds {
		odds[o.Combination] = o
	}
	if got, want := odds["4"].Low, tote.Dividend(330); got != want {
		t.Errorf("horse 4 shows %v, want %v", got, want)
	}
	if got, want := odds["4"].Stakes, tote.Money(10_00); got != want {
		t.Errorf("horse 4 carries %v, want %v", got, want)
	}
	if got := odds["1"].Low; got != 0 {
		t.Errorf("horse 1, which nobody backs, shows %v", got)
	}
	s.settle([]tote.Horse{4}, []tote.Horse{7}, []tote.Horse{1}, []tote.Horse{2})
	v := s.view()
	if v.Status != board.Settled {
		t.Errorf("status %d, want settled", v.Status)
	}
	want := []event.DividendLine{{Rank: "SIMPLE_GAGNANT", Combination: "4", Dividend: 330, Stakes: 10_00}}
	if diff := cmp.Diff(want, v.Pools[0].Result.Dividends); diff != "" {
		t.Errorf("dividends (-want +got):\n%s", diff)
	}
	if v.Pools[0].Odds != nil {
		t.Error("odds remain beside dividends")
	}
}

func TestRaceTellsWhatChangedSince(t *testing.T) {
	s := setup(t)
	first := s.view()
	if len(first.Pools) != 3 {
		t.Fatalf("snapshot has %d pools, want 3", len(first.Pools))
	}
	if _, ok := s.board.Race(race, first.Seq); ok {
		t.Error("a change without any event")
	}
	_, moved := s.board.Changes()
	s.do(s.bet("DEUX_SUR_QUATRE", 3_00, 2, 5))
	select {
	case <-moved:
	default:
		t.Error("nobody is told that the board moved on")
	}
	change, ok := s.board.Race(race, first.Seq)
	if !ok || len(change.Pools) != 1 || change.Pools[0].Terms.Bet != "DEUX_SUR_QUATRE" {
		t.Errorf("change %+v, want the one pool that was bet in", change)
	}
	s.do(&engine.DeclareNonRunner{Race: race, Horse: 5, Staff: "anna"})
	change, _ = s.board.Race(race, change.Seq)
	if got, want := change.NonRunners, tote.SetOf(5); got != want || len(change.Pools) != 3 {
		t.Errorf("after a non-runner: %v and %d pools, want %v and all", got, len(change.Pools), want)
	}
}

func TestCancelledAndPurgedBetsLeaveThePool(t *testing.T) {
	s := setup(t)
	kept, cancelled := s.bet("SIMPLE_GAGNANT", 10_00, 4), s.bet("SIMPLE_GAGNANT", 90_00, 7)
	s.do(kept, cancelled)
	s.do(&engine.CancelBet{Key: s.key(), Bet: cancelled.Receipt.Bet, PointOfSale: 1})
	if got := s.view().Pools[0]; got.Stakes != 10_00 || got.Bets != 1 {
		t.Errorf("pool holds %v in %d bets, want 10.00 in 1", got.Stakes, got.Bets)
	}
	s.do(&engine.StopRace{Race: race, Staff: "anna"})
	s.do(&engine.PurgeLate{Race: race, Started: kept.Receipt.AcceptedAt, Staff: "anna"})
	if got := s.view().Pools[0]; got.Stakes != 0 || got.Bets != 0 {
		t.Errorf("pool holds %v in %d bets, want none", got.Stakes, got.Bets)
	}
}

func TestOddsFollowAScratch(t *testing.T) {
	s := setup(t)
	// The full field of 2 without 5, and a pair whose 5 is replaced by 3.
	full := s.bet("DEUX_SUR_QUATRE", 3_00)
	full.Pattern = tote.FullFieldPattern([]tote.Horse{2}, 0)
	swap := s.bet("DEUX_SUR_QUATRE", 3_00, 1, 5)
	swap.Pattern.Complement = 3
	s.do(full, swap)
	s.do(&engine.DeclareNonRunner{Race: race, Horse: 5, Staff: "anna"})
	stakes := map[string]tote.Money{}
	for _, p := range s.view().Pools {
		for _, o := range p.Odds {
			if p.Terms.Bet == "DEUX_SUR_QUATRE" && o.Stakes > 0 {
				stakes[o.Combination] = o.Stakes
			}
		}
	}
	want := map[string]tote.Money{"1-2": 3_00, "2-3": 3_00, "2-4": 3_00, "2-6": 3_00, "2-7": 3_00, "2-8": 3_00, "1-3": 3_00}
	if diff := cmp.Diff(want, stakes); diff != "" {
		t.Errorf("stakes (-want +got):\n%s", diff)
	}
}

func TestRacesWithoutBetsAndCancelledRaces(t *testing.T) {
	s := setup(t)
	s.settle([]tote.Horse{4}, []tote.Horse{7})
	if got := s.view().Status; got != board.Settled {
		t.Errorf("a race without bets ends at %d, want settled", got)
	}
	s = setup(t)
	s.do(s.bet("SIMPLE_GAGNANT", 10_00, 4))
	s.do(&engine.CancelRace{Race: race, Staff: "anna"})
	s.do(&engine.DeclareDividends{Race: race, Staff: "anna"}, &engine.SettleBets{Race: race})
	v := s.view()
	if v.Status != board.Cancelled || v.Pools[0].Result.Reason != tote.RaceCancelled {
		t.Errorf("cancelled race: status %d, %+v", v.Status, v.Pools[0].Result)
	}
}

func TestQuote(t *testing.T) {
	s := setup(t)
	s.do(s.bet("SIMPLE_GAGNANT", 10_00, 4), s.bet("SIMPLE_GAGNANT", 30_00, 7))
	q, ok, err := s.board.Quote(board.Ask{Race: race, Bet: "SIMPLE_GAGNANT", Pattern: tote.CombinedPattern(4, 7), Unit: 2_00})
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	// With the bet the pool is 44.00: 37.378 for 32.00 or for 12.00.
	want := board.Quote{Units: 2, Cost: 4_00, Low: 2_20, High: 6_20}
	if diff := cmp.Diff(want, q); diff != "" {
		t.Errorf("quote (-want +got):\n%s", diff)
	}
	if _, _, err := s.board.Quote(board.Ask{Race: race, Bet: "SIMPLE_GAGNANT", Pattern: tote.UnitPattern(9), Unit: 2_00}); err == nil {
		t.Error("a horse that is not declared has a quote")
	}
	if _, ok, _ := s.board.Quote(board.Ask{Race: race, Bet: "TRIO", Pattern: tote.UnitPattern(1, 2, 3), Unit: 2_00}); ok {
		t.Error("a bet that is not offered has a quote")
	}
}

// TestARaceIsSettledWithItsLastBet: bets are settled in slices, and the race is
// not settled before the last one.
func TestARaceIsSettledWithItsLastBet(t *testing.T) {
	s := setup(t)
	for range 300 {
		s.do(s.bet("SIMPLE_GAGNANT", 2_00, 4), s.bet("SIMPLE_GAGNANT", 2_00, 7), s.bet("SIMPLE_GAGNANT", 2_00, 1), s.bet("SIMPLE_GAGNANT", 2_00, 2))
	}
	arrival := [][]tote.Horse{{4}, {7}, {1}, {2}}
	s.do(&engine.StopRace{Race: race, Staff: "anna"})
	s.do(&engine.EnterResult{Race: race, Arrival: arrival, Staff: "anna"})
	s.do(&engine.ConfirmResult{Race: race, Arrival: arrival, Staff: "bruno"})
	s.do(&engine.DeclareDividends{Race: race, Staff: "bruno"})
	slices := 0
	for more := true; more; slices++ {
		if got := s.view().Status; got != board.Payable {
			t.Fatalf("after %d slices the race is at %d, want payable", slices, got)
		}
		c := &engine.SettleBets{Race: race}
		s.do(c)
		more = c.More
	}
	if got := s.view().Status; got != board.Settled || slices < 2 {
		t.Errorf("after %d slices the race is at %d, want settled", slices, got)
	}
}

// TestPoolsLargerThanABlock: bets are kept in blocks; those of any block can
// leave, and all are counted again after a scratch.
func TestPoolsLargerThanABlock(t *testing.T) {
	s := setup(t)
	var cancelled event.BetID
	for i := range 600 {
		b := s.bet("SIMPLE_GAGNANT", 2_00, 4)
		s.do(b)
		if i == 400 {
			cancelled = b.Receipt.Bet
		}
	}
	s.do(&engine.CancelBet{Key: s.key(), Bet: cancelled, PointOfSale: 1})
	for range 2 {
		p := s.view().Pools[0]
		if p.Bets != 599 || p.Stakes != 599*2_00 || p.Odds[3].Stakes != 599*2_00 {
			t.Errorf("%d bets, %v, %v on horse 4; want 599 of 2.00", p.Bets, p.Stakes, p.Odds[3].Stakes)
		}
		s.do(&engine.DeclareNonRunner{Race: race, Horse: 8, Staff: "anna"})
	}
}
