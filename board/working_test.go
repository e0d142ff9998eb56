package board_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"opentote/board"
	"opentote/engine"
	"opentote/event"
	"opentote/follow"
	"opentote/journal/journaltest"
	"opentote/tote"
	"opentote/tote/working"
)

// explained are the bets of an explained race without their network, and how many
// horses each names.
var explained = []struct {
	code       tote.BetCode
	horses     int
	onlineOnly bool
}{
	{"SIMPLE_GAGNANT", 1, false},
	{"SIMPLE_PLACE", 1, false},
	{"COUPLE_GAGNANT", 2, false},
	{"COUPLE_PLACE", 2, false},
	{"COUPLE_ORDRE", 2, true},
	{"DEUX_SUR_QUATRE", 2, false},
	{"TIERCE", 3, false},
	{"QUARTE_PLUS", 4, false},
	{"QUINTE_PLUS", 5, false},
	{"MULTI", 4, false},
	{"MINI_MULTI", 4, true},
	{"PICK5", 5, true},
	{"TRIO", 3, false},
	{"TRIO_ORDRE", 3, false},
	{"SUPER_QUATRE", 4, false},
}

const explainedHorses = 11

// explainedBet is a bet of a network and how many horses it names.
type explainedBet struct {
	code   tote.BetCode
	horses int
}

// explainedIn returns the bets under their codes in a network.
func explainedIn(network tote.Network) []explainedBet {
	var bets []explainedBet
	for _, bet := range explained {
		if network == tote.Online {
			bets = append(bets, explainedBet{"E_" + bet.code, bet.horses})
		} else if !bet.onlineOnly {
			bets = append(bets, explainedBet{bet.code, bet.horses})
		}
	}
	return bets
}

// declarations keeps the dividends as the journal has them.
type declarations struct {
	of map[event.PoolID]*event.DividendsDeclared
}

func (*declarations) Begin()        {}
func (*declarations) End(event.Seq) {}

func (d *declarations) Apply(_ event.Seq, _ event.Millis, ev event.Event) error {
	if e, ok := ev.(*event.DividendsDeclared); ok {
		kept := *e
		kept.Lines = slices.Clone(e.Lines)
		d.of[e.Pool] = &kept
	}
	return nil
}

// TestWorkingsComeToTheDividends plays random races of every bet: what the board
// works out again from the journal pays the dividends declared, and tells of each
// bet what the engine pays it.
func TestWorkingsComeToTheDividends(t *testing.T) {
	counts := map[tote.Procedure]int{}
	rapid.Check(t, func(t *rapid.T) {
		h := &history{T: t, journal: journaltest.NewMemory(), board: board.New(), now: time.UnixMilli(1_764_000_000_000), out: map[tote.RaceID]tote.HorseSet{}}
		var err error
		h.engine, err = engine.Start(context.Background(), h.journal, engine.Options{Now: func() time.Time { return h.now }, Tick: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		defer h.engine.Close()
		bets := explainedIn(rapid.SampledFrom([]tote.Network{tote.Online, tote.Retail}).Draw(t, "network"))
		sold := h.sellExplained(t, bets)
		h.finishExplained(t)
		declared := &declarations{of: map[event.PoolID]*event.DividendsDeclared{}}
		if _, err := follow.CatchUp(context.Background(), h.journal, 0, declared); err != nil {
			t.Fatal(err)
		}
		for i, bet := range bets {
			w, ok := h.board.Working(firstID, bet.code)
			if !ok {
				t.Fatalf("%s has no working", bet.code)
			}
			d := declared.of[event.PoolID(i+1)]
			counts[d.Procedure]++
			h.compareWorking(t, w, d)
			for _, c := range sold[bet.code] {
				h.compareBet(t, w, c)
			}
		}
	})
	if counts[tote.Normal] == 0 || counts[tote.Refund] == 0 {
		t.Errorf("procedures were %v", counts)
	}
	t.Logf("procedures: %v", counts)
}

// sellExplained sells random bets, most on the horses of low numbers.
func (h *history) sellExplained(t *rapid.T, bets []explainedBet) map[tote.BetCode][]*engine.PlaceBet {
	start := event.Millis(h.now.Add(time.Hour).UnixMilli())
	declare := &engine.DeclareRace{Race: firstID, Start: start, Deadline: start, Declared: tote.Numbered(explainedHorses), Staff: "anna"}
	for _, bet := range bets {
		declare.Offers = append(declare.Offers, engine.Offer{Bet: bet.code, BaseStake: 100, Complement: !strings.HasSuffix(string(bet.code), "MULTI")})
	}
	if !h.do(declare) {
		t.Fatal("the race is refused")
	}
	h.do(&engine.OpenRace{Race: firstID, Staff: "anna"})
	h.do(&engine.OpenAccount{Key: h.key()})
	h.do(&engine.Deposit{Key: h.key(), Account: 1, Amount: 100_000_00})
	h.do(&engine.OpenPointOfSale{Key: h.key()})
	sold := map[tote.BetCode][]*engine.PlaceBet{}
	busy := rapid.SampledFrom([]int{0, 2, 6, 12}).Draw(t, "busy")
	for _, bet := range bets {
		for range rapid.SampledFrom([]int{busy, busy, busy / 2, 0}).Draw(t, "bets") {
			if c := h.drawExplained(t, bet.code, bet.horses); h.do(c) {
				sold[bet.code] = append(sold[bet.code], c)
			}
		}
	}
	return sold
}

func (h *history) drawExplained(t *rapid.T, code tote.BetCode, n int) *engine.PlaceBet {
	c := &engine.PlaceBet{Key: h.key(), Race: firstID, Bet: code}
	if code.Network() == tote.Online {
		c.Account = 1
	} else {
		c.PointOfSale = 1
	}
	c.Unit = tote.Money(rapid.SampledFrom([]int{100, 150, 155, 700, 20_000}).Draw(t, "unit"))
	order := tote.Numbered(explainedHorses).Slice()
	if rapid.IntRange(0, 2).Draw(t, "anything") == 1 {
		order = rapid.Permutation(order).Draw(t, "order")
	} else {
		i, j := rapid.IntRange(0, n).Draw(t, "swapped"), rapid.IntRange(0, len(order)-1).Draw(t, "with")
		order[i], order[j] = order[j], order[i]
	}
	k := n
	if strings.HasSuffix(string(code), "MULTI") {
		k = rapid.IntRange(4, 6).Draw(t, "k")
	}
	switch rapid.IntRange(0, 3).Draw(t, "formula") {
	case 0:
		c.Pattern = tote.CombinedPattern(order[:k+rapid.IntRange(1, 3).Draw(t, "more")]...)
	case 1:
		if n > 1 {
			c.Pattern = tote.FullFieldPattern(order[:k-1], 0)
			break
		}
		fallthrough
	default:
		c.Pattern = tote.UnitPattern(order[:k]...)
	}
	if k != n || strings.HasSuffix(string(code), "MULTI") {
		c.Pattern.Variant = uint8(k)
	} else if c.Pattern.Formula != tote.Unit {
		switch strings.TrimPrefix(string(code), "E_") {
		case "COUPLE_ORDRE", "TIERCE", "QUARTE_PLUS", "QUINTE_PLUS", "TRIO_ORDRE", "SUPER_QUATRE":
			c.Pattern.Flags |= tote.AllOrders
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "complement") == 0 && c.Pattern.Formula == tote.Unit && n > 1 && c.Pattern.Variant == 0 {
		c.Pattern.Complement = order[n]
	}
	return c
}

// finishExplained scratches, ends the race, dead heats now and then, and settles it.
func (h *history) finishExplained(t *rapid.T) {
	for range rapid.IntRange(0, 3).Draw(t, "scratched") {
		if horse := tote.Horse(rapid.IntRange(1, explainedHorses).Draw(t, "non-runner")); h.do(&engine.DeclareNonRunner{Race: firstID, Horse: horse, Staff: "anna"}) {
			h.out[firstID] = h.out[firstID].With(horse)
		}
	}
	var arrival [][]tote.Horse
	for _, x := range tote.Numbered(rapid.SampledFrom([]int{8, 11, 6, 4, 3, 2}).Draw(t, "classified")).Slice() {
		if len(arrival) > 0 && rapid.IntRange(0, 6).Draw(t, "tied") == 5 {
			arrival[len(arrival)-1] = append(arrival[len(arrival)-1], x)
		} else {
			arrival = append(arrival, []tote.Horse{x})
		}
	}
	arrival = h.run(firstID, arrival)
	h.do(&engine.StopRace{Race: firstID, Staff: "anna"})
	if rapid.IntRange(0, 9).Draw(t, "called off") == 7 {
		h.do(&engine.CancelRace{Race: firstID, Staff: "anna"})
	} else {
		h.do(&engine.EnterResult{Race: firstID, Arrival: arrival, Staff: "anna"})
		h.do(&engine.ConfirmResult{Race: firstID, Arrival: arrival, Staff: "bruno"})
	}
	if !h.do(&engine.DeclareDividends{Race: firstID, Staff: "anna"}) {
		t.Fatal("the dividends are refused")
	}
	for more := true; more; {
		c := &engine.SettleBets{Race: firstID}
		h.do(c)
		more = c.More
	}
}

// compareWorking holds a working against the dividends declared, line by line.
func (h *history) compareWorking(t *rapid.T, w *board.Working, d *event.DividendsDeclared) {
	paid := map[tote.Line]tote.Dividend{}
	for i, l := range w.Lines {
		if dividend := w.Settlement.Dividends[i]; dividend != 0 && w.Stakes.OnLine[i] != 0 {
			paid[l] = dividend
		}
	}
	for _, l := range d.Lines {
		i := slices.Index(w.Lines, tote.Line{Rank: l.Rank, Combination: l.Combination})
		if i < 0 || w.Settlement.Dividends[i] != l.Dividend {
			t.Errorf("%+v is declared, the working has %v", l, paid)
		}
		delete(paid, tote.Line{Rank: l.Rank, Combination: l.Combination})
	}
	for l := range paid {
		if strings.HasPrefix(l.Rank, string(w.Pool.Bet)) && len(d.Lines) > 0 {
			t.Errorf("%v is paid by the working alone", l)
		}
	}
	in := w.Stakes.Total + w.Stakes.Added + w.Accounts.TopUp
	if out := w.Accounts.Out(); in != out {
		t.Errorf("%s: the working takes %v in and %v out", w.Pool.Bet, in, out)
	}
	for _, lang := range []working.Language{working.English, working.French} {
		if len(w.Sections(lang)) < 3 {
			t.Errorf("%s: %v", w.Pool.Bet, w.Sections(lang))
		}
	}
}

// compareBet holds what is told of a bet against what the engine gave it.
func (h *history) compareBet(t *rapid.T, w *board.Working, c *engine.PlaceBet) {
	view := &engine.GetBet{Bet: c.Receipt.Bet}
	h.do(view)
	v := &view.View
	b := w.Bet(v.Pattern, v.Unit, int(v.Receipt.Units))
	won, refunded := b.Pays(&w.Pool)
	if b.Tally.Transferred > 0 {
		there := w.Receiver.Received(v.Pattern, v.Unit, b.Tally.Transferred)
		more, back := there.Pays(&w.Receiver.Pool)
		won, refunded = won+more, refunded+back
	}
	if won != v.Won || refunded != v.Refunded {
		t.Errorf("%s %+v is told to win %v and get back %v; the engine gives %v and %v", c.Bet, v.Pattern, won, refunded, v.Won, v.Refunded)
	}
	lines := b.Lines(&w.Pool, working.French)
	if len(lines) == 0 || strings.HasPrefix(lines[0].Text, "e-") != (c.Bet.Network() == tote.Online) {
		t.Errorf("of a bet on %s is told %v", c.Bet, lines)
	}
}
