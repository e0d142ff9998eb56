package engine_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

// workedSingle is what a case of a single pool has beside the others'.
type workedSingle struct {
	worked
	Input struct {
		Bets      []tote.BetCode
		Primes    map[string]int64           `json:"primes_cents"`
		Takes     map[string]string          `json:"take_rates"`
		Citations map[string]json.RawMessage `json:"citations"`
	}
	Expected struct {
		Refunded map[tote.BetCode]tote.Reason `json:"refunded_bets"`
		Funds    map[tote.BetCode]string      `json:"reserve_fund_cents"`
	}
}

// playable reports whether a race on sale can come to the case.
func (w *workedSingle) playable() bool {
	in := &w.Input
	return w.worked.playable() && len(in.Primes) == 0 && len(in.Takes) == 0 && len(in.Citations) == 0 && len(w.offered()) > 0
}

// offered are the bets of the race: those with stakes unless the case says.
func (w *workedSingle) offered() []tote.BetCode {
	if w.Input.Bets != nil {
		return w.Input.Bets
	}
	return slices.DeleteFunc(slices.Clone(singleBets), func(code tote.BetCode) bool {
		return !slices.ContainsFunc(w.worked.Input.Stakes, func(s workedStake) bool { return s.Bet == string(code) })
	})
}

// TestTheWorkedCasesOfSinglePoolsThroughTheEngine plays the cases of chapter 11.
func TestTheWorkedCasesOfSinglePoolsThroughTheEngine(t *testing.T) {
	played := 0
	for _, folder := range []string{"../tote/cases/testdata", "../../shared/rules/cases"} {
		f, err := os.Open(filepath.Join(folder, "single_pool.jsonl"))
		if err != nil {
			continue
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var w workedSingle
			if json.Unmarshal(lines.Bytes(), &w.worked) != nil || json.Unmarshal(lines.Bytes(), &w) != nil || !w.playable() {
				continue // malformed on purpose
			}
			played++
			t.Run(w.worked.Input.ID, w.play)
		}
	}
	if played < 20 {
		t.Errorf("only %d cases were played", played)
	}
}

func (w *workedSingle) play(t *testing.T) {
	in, want := &w.worked.Input, &w.worked.Expected
	o := openOrderedOf(t, in.Race.Runners, 1, w.offered()...)
	var bets []event.BetID
	for _, s := range in.Stakes {
		for range 1 + s.Cents/100_000_00 { // deposits are bounded
			o.must(&engine.Deposit{Key: o.key(), Account: o.player, Amount: 100_000_00})
		}
		x := stake{tote.BetCode(s.Bet), tote.UnitPattern(s.Selection...), s.Cents}
		x.pattern.Complement = s.Complement
		bets = append(bets, o.sell(x)...)
	}
	for _, h := range in.Race.NonRunners {
		o.must(&engine.DeclareNonRunner{Race: o.race, Horse: h, Staff: "anna"})
	}
	o.run(in.Race.Arrival...)
	var lines []string
	var refunds, winnings tote.Money
	for _, code := range w.offered() {
		d := o.pool(code).Declared
		refunds, winnings = refunds+d.Refunds, winnings+d.Winnings
		if d.Reason != w.Expected.Refunded[code] || d.Reason == "" && d.Procedure != want.Procedure {
			t.Errorf("%s: %s %q, want %s %q", code, d.Procedure, d.Reason, want.Procedure, w.Expected.Refunded[code])
		}
		if fund, ok := new(big.Rat).SetString(w.Expected.Funds[code]); !ok || d.Booster != tote.Money(new(big.Int).Quo(fund.Num(), fund.Denom()).Int64()) {
			t.Errorf("%s: the fund gets %v, want %s", code, d.Booster, w.Expected.Funds[code])
		}
		for _, l := range d.Lines {
			lines = append(lines, fmt.Sprint(l.Rank, " ", l.Combination, " ", l.Dividend, " on ", l.Stakes))
		}
	}
	var wanted []string
	for _, l := range want.Dividends {
		if l.Stakes > 0 {
			wanted = append(wanted, fmt.Sprint(l.Rank, " ", l.Combination, " ", l.Dividend, " on ", l.Stakes))
		}
	}
	slices.Sort(lines)
	slices.Sort(wanted)
	if diff := cmp.Diff(wanted, lines); diff != "" {
		t.Errorf("dividends (-want +got)\n%s", diff)
	}
	if refunds != want.Refunded || winnings != want.Payout {
		t.Errorf("refunds %v and winnings %v, want %v and %v", refunds, winnings, want.Refunded, want.Payout)
	}
	w.checkBets(o, bets)
}
