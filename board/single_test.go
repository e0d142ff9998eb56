package board_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"opentote/board"
	"opentote/engine"
	"opentote/event"
	"opentote/journal/journaltest"
	"opentote/tote"
)

var singleBets = []tote.BetCode{"E_SUPER_QUATRE", "E_TRIO", "E_TRIO_ORDRE"}

// drawSingle draws a bet of a single pool of seven horses.
func (h *history) drawSingle(t *rapid.T) *engine.PlaceBet {
	c := &engine.PlaceBet{Key: h.key(), Account: 1, Race: firstID, Unit: tote.Money(100 * rapid.IntRange(1, 9).Draw(t, "euros"))}
	c.Bet = rapid.SampledFrom(singleBets).Draw(t, "bet")
	n := 3
	if c.Bet == "E_SUPER_QUATRE" {
		n = 4
	}
	order := rapid.Permutation(tote.Numbered(horses).Slice()).Draw(t, "order")
	switch rapid.IntRange(0, 3).Draw(t, "formula") {
	case 0:
		c.Pattern = tote.CombinedPattern(order[:n+1]...)
	case 1:
		c.Pattern = tote.FullFieldPattern(order[:1], 0)
	default:
		c.Pattern = tote.UnitPattern(order[:n]...)
	}
	if c.Bet != "E_TRIO" && c.Pattern.Formula != tote.Unit {
		c.Pattern.Flags |= tote.AllOrders
	}
	if rapid.IntRange(0, 3).Draw(t, "complement") == 0 {
		c.Pattern.Complement = order[n+1]
	}
	return c
}

// TestTheOddsOfASinglePoolHoldWhatItPays plays random races with cancelled bets
// and scratches: the Trio that comes in pays between the two figures that the
// board showed last, and what a quote said before the last bet bounds what that
// bet wins.
func TestTheOddsOfASinglePoolHoldWhatItPays(t *testing.T) {
	compared := 0
	rapid.Check(t, func(t *rapid.T) {
		h := &history{T: t, journal: journaltest.NewMemory(), board: board.New(), now: time.UnixMilli(1_764_000_000_000)}
		var err error
		h.engine, err = engine.Start(context.Background(), h.journal, engine.Options{Now: func() time.Time { return h.now }, Tick: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		defer h.engine.Close()
		start := event.Millis(h.now.Add(time.Hour).UnixMilli())
		declare := &engine.DeclareRace{Race: firstID, Start: start, Deadline: start, Declared: tote.Numbered(horses), Staff: "anna"}
		for _, code := range singleBets {
			declare.Offers = append(declare.Offers, engine.Offer{Bet: code, BaseStake: 100, Complement: true})
		}
		h.do(declare)
		h.do(&engine.OpenRace{Race: firstID, Staff: "anna"})
		h.do(&engine.OpenAccount{Key: h.key()})
		h.do(&engine.Deposit{Key: h.key(), Account: 1, Amount: 100_000_00})
		out := tote.HorseSet(0)
		for range rapid.IntRange(1, 12).Draw(t, "bets") {
			c := h.drawSingle(t)
			if h.do(c) && rapid.IntRange(0, 4).Draw(t, "cancelled") == 0 {
				h.do(&engine.CancelBet{Key: h.key(), Bet: c.Receipt.Bet, Account: 1})
			}
			if rapid.IntRange(0, 9).Draw(t, "scratched") == 0 && out.Len() < 3 {
				out = out.With(h.horse(t, "non-runner"))
				for x := range out.All {
					h.do(&engine.DeclareNonRunner{Race: firstID, Horse: x, Staff: "anna"})
				}
			}
		}
		last := h.drawSingle(t)
		quote, _, wrong := h.board.Quote(board.Ask{Race: firstID, Bet: last.Bet, Pattern: last.Pattern, Unit: last.Unit})
		if accepted := h.do(last); accepted != (wrong == nil) {
			t.Fatalf("accepted: %v, the quote says %v", accepted, wrong)
		}
		compared += h.finishSingle(t, last, quote, out)
	})
	if compared == 0 {
		t.Error("no figures were compared")
	}
}

// finishSingle ends the race without dead heat and compares. It returns how many
// figures there were.
func (h *history) finishSingle(t *rapid.T, last *engine.PlaceBet, quote board.Quote, out tote.HorseSet) (compared int) {
	shown, _ := h.board.Race(firstID, 0)
	order := rapid.Permutation(tote.Numbered(horses).Slice()).Draw(t, "finish")
	if rapid.Bool().Draw(t, "the last bet comes in") {
		first := last.Pattern.Group(0)
		order = append(slices.Clone(first), slices.DeleteFunc(order, func(h tote.Horse) bool { return slices.Contains(first, h) })...)
	}
	order = slices.DeleteFunc(order, out.Has)
	var arrival [][]tote.Horse
	for _, x := range order {
		arrival = append(arrival, []tote.Horse{x})
	}
	h.do(&engine.StopRace{Race: firstID, Staff: "anna"})
	h.do(&engine.EnterResult{Race: firstID, Arrival: arrival, Staff: "anna"})
	h.do(&engine.ConfirmResult{Race: firstID, Arrival: arrival, Staff: "bruno"})
	h.do(&engine.DeclareDividends{Race: firstID, Staff: "bruno"})
	for range singleBets {
		h.do(&engine.SettleBets{Race: firstID})
	}
	paid, _ := h.board.Race(firstID, 0)
	for _, l := range paid.Pools[1].Result.Dividends {
		i := slices.IndexFunc(shown.Pools[1].Odds, func(o board.Odd) bool { return o.Combination == l.Combination })
		if l.Rank != "E_TRIO" || i < 0 {
			continue
		}
		if o := shown.Pools[1].Odds[i]; l.Stakes != o.Stakes || l.Dividend < o.Low || l.Dividend > o.High {
			t.Errorf("%+v was shown, %+v is paid", o, l)
		}
		compared++
	}
	if paid.Pools[1].Odds != nil {
		t.Error("odds remain beside dividends")
	}
	if last.Pattern.Formula == tote.Unit && last.Pattern.Complement == 0 && last.Receipt.Bet != 0 {
		c := &engine.GetBet{Bet: last.Receipt.Bet}
		h.do(c)
		for _, l := range paid.Pools[slices.Index(singleBets, last.Bet)].Result.Dividends {
			if won := c.View.Won; l.Rank == string(last.Bet) && won > 0 && !slices.Contains([]byte(l.Combination), '*') {
				if won < quote.Low || won > quote.High {
					t.Errorf("%+v won %v, quoted %v to %v", last, won, quote.Low, quote.High)
				}
				compared++
			}
		}
	}
	return compared
}

// TestAQuoteOfManyUnitsTellsNoReturn: it would hold up the board.
func TestAQuoteOfManyUnitsTellsNoReturn(t *testing.T) {
	s := setup(t)
	start := event.Millis(1_764_000_000_000 + 3_600_000)
	s.do(&engine.DeclareRace{
		Race: race + 1, Start: start, Deadline: start, Declared: tote.Numbered(20), Staff: "anna",
		Offers: []engine.Offer{{Bet: "E_SUPER_QUATRE", BaseStake: 100}},
	}, &engine.OpenRace{Race: race + 1, Staff: "anna"}, &engine.OpenAccount{Key: s.key()}, &engine.Deposit{Key: s.key(), Account: 1, Amount: 10_000_00})
	s.do(&engine.PlaceBet{
		Key: s.key(), Account: 1, Race: race + 1, Bet: "E_SUPER_QUATRE", Pattern: tote.UnitPattern(17, 18, 19, 20), Unit: 9_000_00,
	})
	for _, tt := range []struct {
		pattern tote.Pattern
		units   int
		tells   bool
	}{
		{tote.UnitPattern(1, 2, 3, 4), 1, true},
		{tote.CombinedPattern(1, 2, 3, 4, 5, 6).InAllOrders(), 360, true},
		{tote.FullFieldPattern([]tote.Horse{1}, 0).InAllOrders(), 4 * 19 * 18 * 17, false},
	} {
		q, ok, err := s.board.Quote(board.Ask{Race: race + 1, Bet: "E_SUPER_QUATRE", Pattern: tt.pattern, Unit: 1_00})
		if !ok || err != nil || q.Units != tt.units || (q.High > 0) != tt.tells {
			t.Errorf("%v: got %+v, %v, %v", tt.pattern, q, ok, err)
		}
	}
}
