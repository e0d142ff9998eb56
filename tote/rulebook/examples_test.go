package rulebook_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// backed is an amount on one combination, in cents.
type backed struct {
	horses []tote.Horse
	cents  tote.Money
}

func on(cents tote.Money, horses ...tote.Horse) backed { return backed{horses, cents} }

// example is a worked example of the rulebook's notes.
type example struct {
	label     string
	bet       tote.BetCode
	take      string
	declared  int
	out       []tote.Horse // non-runners
	arrival   [][]tote.Horse
	status    tote.RaceStatus
	stakes    []backed
	added     tote.Money
	topUp     bool
	paid      string // "combination dividend ..." in the order of the lines
	procedure tote.Procedure
	reason    tote.Reason
	booster   string // exact cents
}

func order(horses ...tote.Horse) [][]tote.Horse {
	var arrival [][]tote.Horse
	for _, h := range horses {
		arrival = append(arrival, []tote.Horse{h})
	}
	return arrival
}

func tie(horses ...tote.Horse) []tote.Horse { return horses }

// tester is what the helpers need of testing.TB and of rapid.T.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// betOf returns the bet of an online example.
func betOf(t tester, code tote.BetCode, take string) tote.BetType {
	t.Helper()
	book, ok := rulebook.ByID("fr-online-2020")
	if !ok {
		t.Fatal("no book fr-online-2020")
	}
	if take == "" {
		bet, ok := book.Type(code)
		if !ok {
			t.Fatalf("no bet %s", code)
		}
		return bet
	}
	rate, err := tote.ParseRate(take)
	if err != nil {
		t.Fatal(err)
	}
	bet, ok := book.TypeAt(code, rate)
	if !ok {
		t.Fatalf("no bet %s", code)
	}
	return bet
}

// settlePool counts unit stakes on the card and shares the pool.
func settlePool(t tester, bet tote.BetType, r tote.Result, s tote.Stakes, stakes []backed) (tote.Settlement, []tote.Line, tote.Stakes) {
	t.Helper()
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	for _, b := range stakes {
		s.Total += b.cents
	}
	card, reason := bet.Card(r)
	if reason != "" {
		return tote.RefundWhole(reason, 0, s), nil, s
	}
	s.OnLine = make([]tote.Money, len(card.Lines()))
	var tally tote.Tally
	for _, b := range stakes {
		p := tote.UnitPattern(b.horses...)
		tally.Reset(len(s.OnLine))
		card.Count(&p, &tally)
		s.Refunded += b.cents * tote.Money(tally.Refunded)
		for i, n := range tally.Won {
			s.OnLine[i] += b.cents * tote.Money(n)
		}
	}
	return card.Share(s), card.Lines(), s
}

func (e example) run(t *testing.T) {
	r := tote.Result{
		Declared:   tote.Numbered(e.declared),
		NonRunners: tote.SetOf(e.out...),
		Arrival:    e.arrival,
		Status:     e.status,
	}
	s, lines, _ := settlePool(t, betOf(t, e.bet, e.take), r, tote.Stakes{Added: e.added, TopUp: e.topUp}, e.stakes)
	var paid []string
	for i, line := range lines {
		if s.Dividends[i] != 0 {
			paid = append(paid, fmt.Sprintf("%s %s", line.Combination, s.Dividends[i]))
		}
	}
	if diff := cmp.Diff(e.paid, strings.Join(paid, " ")); diff != "" {
		t.Errorf("dividends (-want +got):\n%s", diff)
	}
	want := e.procedure
	if want == "" {
		want = tote.Normal
	}
	if got := s.Procedure; got != want {
		t.Errorf("procedure: got %s, want %s", got, want)
	}
	if got, want := s.Reason, e.reason; got != want {
		t.Errorf("reason: got %q, want %q", got, want)
	}
	booster := e.booster
	if booster == "" {
		booster = "0.0000"
	}
	if got, want := s.Booster.FloatString(4), booster; got != want {
		t.Errorf("booster: got %s, want %s", got, want)
	}
}

func runExamples(t *testing.T, examples []example) {
	for _, e := range examples {
		t.Run(e.label, e.run)
	}
}

// TestRetailBook holds what the provisional book changes: no progressive
// deduction, a minimum stake of 2 euros, 75/25 in the 2sur4.
func TestRetailBook(t *testing.T) {
	book, _ := rulebook.ByID("fr-retail-2026-observed")
	win, _ := book.Type("SIMPLE_GAGNANT")
	pair, _ := book.Type("DEUX_SUR_QUATRE")
	tests := []struct {
		name   string
		bet    tote.BetType
		out    tote.HorseSet
		stakes []backed
		want   string
	}{
		{"W6 without the flat part", win, 0, []backed{on(200, 3), on(124_800, 4)}, "[3 530.90]"},
		{"W8 thin under 2 euros", win, 0, []backed{on(100, 3), on(29_900, 4)}, "[3 127.90]"},
		{"D10 without deduction", pair, 0, []backed{on(3_000, 3, 5), on(60_000, 8, 10)}, "[3-5 15.30]"},
		{"D2 at 75/25", pair, tote.SetOf(9), []backed{
			on(700_000, 3, 5), on(500_000, 1, 7), on(300_000, 3, 9), on(4_500_000, 8, 9),
		}, "[1-7 3.20 3-5 3.20 3-NP 1.40]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := tote.Result{Declared: tote.Numbered(12), NonRunners: tt.out, Arrival: order(3, 5, 7, 1, 2)}
			s, lines, _ := settlePool(t, tt.bet, r, tote.Stakes{}, tt.stakes)
			var got []string
			for i, line := range lines {
				if s.Dividends[i] != 0 {
					got = append(got, line.Combination+" "+s.Dividends[i].String())
				}
			}
			if diff := cmp.Diff(tt.want, fmt.Sprint(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
