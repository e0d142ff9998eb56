package engine_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

// worked is a case of the rulebook's files, as far as a sale can play it.
type worked struct {
	Input struct {
		ID, Bet, Rulebook string
		Race              struct {
			Runners      int
			Arrival      [][]tote.Horse
			NonRunners   []tote.Horse `json:"non_runners"`
			OffersQuarte *bool        `json:"offers_quarte"`
			Status       string
		}
		Stakes  []workedStake
		Reserve tote.Money `json:"reserve_cents"`
		TopUp   bool       `json:"top_up"`
		Take    string     `json:"take_rate"`
	}
	Expected struct {
		Error       json.RawMessage
		Procedure   tote.Procedure
		Reason      tote.Reason
		Refunded    tote.Money `json:"refunded_cents"`
		Payout      tote.Money `json:"payout_cents"`
		Transferred tote.Money `json:"transferred_cents"`
		Dividends   []struct {
			Rank, Combination, Dividend string
			Stakes                      tote.Money `json:"stake_cents"`
		}
		Selections []struct{ Outcome, Dividend string }
	}
}

type workedStake struct {
	Selection, Bases []tote.Horse
	Cents            tote.Money
	Complement       tote.Horse
	Bet              string
}

// playable reports whether a race on sale can come to the case: bases of single
// units, complements in the bet, other rates, top-ups and prizes without a fund it
// cannot.
func (w *worked) playable() bool {
	in := &w.Input
	for _, s := range in.Stakes {
		if len(s.Bases) > 0 || slices.Contains(s.Selection, s.Complement) {
			return false
		}
	}
	book := in.Rulebook == "" || in.Rulebook == "fr-online-2020"
	return book && w.Expected.Error == nil && in.Reserve == 0 && in.Take == "" && !in.TopUp && in.Race.Status == "" && in.Race.Runners > 0
}

// TestTheWorkedCasesThroughTheEngine plays the cases of the Quinté and the Quarté
// Plus, those beside the rules as well where they are at hand.
func TestTheWorkedCasesThroughTheEngine(t *testing.T) {
	played := 0
	for _, folder := range []string{"../tote/cases/testdata", "../../shared/rules/cases"} {
		for _, name := range []string{"quinte.jsonl", "quarte.jsonl"} {
			f, err := os.Open(filepath.Join(folder, name))
			if err != nil {
				continue
			}
			defer f.Close()
			lines := bufio.NewScanner(f)
			lines.Buffer(nil, 1<<20)
			for lines.Scan() {
				var w worked
				if json.Unmarshal(lines.Bytes(), &w) != nil || !w.playable() {
					continue // malformed on purpose
				}
				played++
				t.Run(name+" "+w.Input.ID, func(t *testing.T) { w.play(t) })
			}
		}
	}
	if played < 20 {
		t.Errorf("only %d cases were played", played)
	}
}

func (w *worked) play(t *testing.T) {
	in, want := &w.Input, &w.Expected
	pools := []tote.BetCode{quinte, quarte}
	if in.Race.OffersQuarte != nil && !*in.Race.OffersQuarte {
		pools = pools[:1]
	}
	o := openOrderedOf(t, in.Race.Runners, 1, pools...)
	var bets []event.BetID
	for _, s := range in.Stakes {
		for range s.Cents / 100_000_00 { // deposits are bounded
			o.must(&engine.Deposit{Key: o.key(), Account: o.player, Amount: 100_000_00})
		}
		x := stake{tote.BetCode(in.Bet), tote.UnitPattern(s.Selection...), s.Cents}
		if s.Bet != "" {
			x.bet = tote.BetCode(s.Bet)
		}
		x.pattern.Complement = s.Complement
		bets = append(bets, o.sell(x)...)
	}
	for _, h := range in.Race.NonRunners {
		o.must(&engine.DeclareNonRunner{Race: o.race, Horse: h, Staff: "anna"})
	}
	o.run(in.Race.Arrival...)
	got := o.pool(tote.BetCode(in.Bet))
	d := got.Declared
	if d.Procedure != want.Procedure || d.Reason != want.Reason || d.Refunds != want.Refunded || d.Winnings != want.Payout ||
		got.Sent != want.Transferred {
		t.Errorf("got %+v, sent %v, want %+v", d, got.Sent, want)
	}
	var lines []event.DividendLine
	for _, l := range want.Dividends {
		lines = append(lines, event.DividendLine{
			Rank: l.Rank, Combination: l.Combination, Dividend: dividend(t, l.Dividend), Stakes: l.Stakes,
		})
	}
	if diff := cmp.Diff(lines, d.Lines); diff != "" {
		t.Errorf("dividends (-want +got)\n%s", diff)
	}
	w.checkBets(o, bets)
}

// checkBets compares what each stake's bet got.
func (w *worked) checkBets(o *ordered, bets []event.BetID) {
	o.Helper()
	in, want := &w.Input, &w.Expected
	for i, s := range want.Selections {
		v, cents := o.view(bets[i]), in.Stakes[i].Cents
		var won, refunded tote.Money
		switch s.Outcome {
		case "won":
			won = dividend(o.T, s.Dividend).Pay(cents)
		case "refunded":
			refunded = cents
		case "transferred":
			continue // what it gets is the other pool's case
		}
		if v.Won != won || v.Refunded != refunded {
			o.Errorf("stake %d (%s): won %v, refunded %v, want %v and %v", i, s.Outcome, v.Won, v.Refunded, won, refunded)
		}
	}
}

func dividend(t *testing.T, s string) tote.Dividend {
	t.Helper()
	n, err := strconv.ParseInt(strings.Replace(s, ".", "", 1), 10, 64) // two decimals
	if err != nil {
		t.Fatal(err)
	}
	return tote.Dividend(n)
}
