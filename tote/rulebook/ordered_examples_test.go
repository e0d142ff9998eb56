package rulebook_test

import (
	"cmp"
	"math/big"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// orderedExample is a line of the files of worked examples.
type orderedExample struct {
	bet          tote.BetCode
	result       tote.Result
	stakes       []orderedStake
	added        tote.Money
	topUp, alone bool
	procedure    string // or the reason of a refund
	level        string
	paid         string
	payout       string
	others       string
}

// orderedStake is a stake on one combination. field is the formula it comes from,
// received a unit of the Quinté Plus in a Quarté Plus.
type orderedStake struct {
	unit     tote.Pattern
	field    *tote.Pattern
	received bool
	cents    tote.Money
}

// TestOrderedExamples holds the worked examples T1 to T30 of 07-tierce, Q1 to Q24
// of 08-quarte and V1 to V28 of 09-quinte.
func TestOrderedExamples(t *testing.T) {
	for _, file := range []struct {
		name string
		bet  tote.BetCode
	}{{"tierce", "E_TIERCE"}, {"quarte", "E_QUARTE_PLUS"}, {"quinte", "E_QUINTE_PLUS"}} {
		data, err := os.ReadFile("testdata/" + file.name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			columns := strings.Split(strings.TrimSuffix(line, "\n"), "|")
			for i := range columns {
				columns[i] = strings.TrimSpace(columns[i])
			}
			t.Run(columns[0], func(t *testing.T) { readOrdered(t, file.bet, columns).run(t) })
		}
	}
}

func readOrdered(t *testing.T, bet tote.BetCode, c []string) *orderedExample {
	e := &orderedExample{
		bet:       bet,
		topUp:     strings.Contains(c[5], "top up"),
		alone:     strings.Contains(c[5], "alone"),
		procedure: c[6],
		level:     c[7],
		paid:      c[8],
		payout:    c[9],
		others:    c[10],
	}
	for place := range strings.SplitSeq(c[1], "-") {
		e.result.Arrival = append(e.result.Arrival, numbersIn(t, strings.Trim(place, "()"), "="))
	}
	e.result.NonRunners = tote.SetOf(numbersIn(t, c[2], ", ")...)
	named := tote.SetOf(slices.Concat(e.result.Arrival...)...) | e.result.NonRunners
	for stake := range splitOutside(c[3]) {
		s := readOrderedStake(t, stake)
		named |= s.unit.Named()
		e.stakes = append(e.stakes, s)
	}
	last := tote.Horse(0)
	for h := range named.All {
		last = h
	}
	e.result.Declared = tote.Numbered(int(last))
	if c[4] != "" {
		e.added = centsIn(t, c[4])
	}
	return e
}

// splitOutside splits at ", " outside brackets.
func splitOutside(list string) func(func(string) bool) {
	return func(yield func(string) bool) {
		depth, from := 0, 0
		for i, r := range list {
			switch {
			case r == '[':
				depth++
			case r == ']':
				depth--
			case r == ',' && depth == 0:
				if !yield(strings.TrimSpace(list[from:i])) {
					return
				}
				from = i + 1
			}
		}
		yield(strings.TrimSpace(list[from:]))
	}
}

// readOrderedStake reads "16-4-7 [complement 2]: 100" or "4-16-7 [bases [4, 16]]: 50".
func readOrderedStake(t *testing.T, text string) orderedStake {
	i := strings.LastIndex(text, ":")
	selection, options, _ := strings.Cut(text[:i], " [")
	horses := numbersIn(t, selection, "-")
	s := orderedStake{unit: tote.UnitPattern(horses...), cents: centsIn(t, strings.TrimSpace(text[i+1:]))}
	options = strings.TrimSuffix(options, "]")
	if list, ok := strings.CutPrefix(options, "bases ["); ok {
		bases := numbersIn(t, strings.TrimSuffix(list, "]"), ", ")
		rest := slices.DeleteFunc(slices.Clone(horses), func(h tote.Horse) bool { return slices.Contains(bases, h) })
		var places []int
		for _, b := range bases {
			places = append(places, slices.Index(horses, b)+1)
		}
		field := tote.BasePattern(bases, rest).At(places...)
		s.field = &field
	}
	if horse, ok := strings.CutPrefix(options, "complement "); ok {
		s.unit.Complement = numbersIn(t, horse, ",")[0]
	}
	s.received = options == "bet E_QUINTE_PLUS"
	return s
}

func numbersIn(t *testing.T, text, separator string) []tote.Horse {
	var horses []tote.Horse
	for _, number := range strings.Split(text, separator) {
		if number == "" {
			continue
		}
		n, err := strconv.Atoi(number)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		horses = append(horses, tote.Horse(n))
	}
	return horses
}

func centsIn(t *testing.T, text string) tote.Money {
	amount, ok := new(big.Rat).SetString(text)
	if !ok || !amount.Mul(amount, big.NewRat(100, 1)).IsInt() {
		t.Fatalf("amount %q", text)
	}
	return tote.Money(amount.Num().Int64())
}

// orderedBetOf returns the bet, wherever the book has it.
func orderedBetOf(t tester, code tote.BetCode) tote.BetType {
	t.Helper()
	book, _ := rulebook.ByID("fr-online-2020")
	if bet, ok := book.Apart(code, nil); ok {
		return bet
	}
	return betOf(t, code, "")
}

// tallyOf counts one stake as the engine would.
func (s *orderedStake) tallyOf(card tote.Card, t *tote.Tally) {
	t.Reset(len(card.Lines()))
	if s.received {
		card.(tote.Receiver).CountReceived(&s.unit, t)
		return
	}
	if s.field != nil {
		card.Count(s.field, t)
		if t.Refunded > 0 {
			t.Refunded = 1 // the units of a field hold the same horses
			return
		}
		t.Reset(len(card.Lines()))
	}
	card.Count(&s.unit, t)
}

func (e *orderedExample) run(t *testing.T) {
	if err := e.result.Check(); err != nil {
		t.Fatal(err)
	}
	bet := orderedBetOf(t, e.bet)
	if e.alone {
		bet = rulebook.WithoutQuarte(bet)
	}
	stakes := tote.Stakes{Added: e.added, TopUp: e.topUp}
	card, reason := bet.Card(e.result)
	if card == nil {
		if string(reason) != e.procedure {
			t.Errorf("refund: got %s, want %s", reason, e.procedure)
		}
		return
	}
	lines := card.Lines()
	stakes.OnLine = make([]tote.Money, len(lines))
	tallies := make([]tote.Tally, len(e.stakes))
	for i := range e.stakes {
		s := &e.stakes[i]
		s.tallyOf(card, &tallies[i])
		stakes.Total += s.cents
		stakes.Refunded += s.cents * tote.Money(tallies[i].Refunded)
		stakes.Transferred += s.cents * tote.Money(tallies[i].Transferred)
		for line, n := range tallies[i].Won {
			stakes.OnLine[line] += s.cents * tote.Money(n)
		}
	}
	settled := card.Share(stakes)
	if got := cmp.Or(string(settled.Reason), string(settled.Procedure)); got != e.procedure {
		t.Fatalf("procedure: got %s, want %s", got, e.procedure)
	}
	if settled.RefundAll() {
		return
	}
	e.checkPaid(t, &settled, lines, stakes.OnLine, tallies)
	e.checkOthers(t, &settled, stakes)
}

func (e *orderedExample) checkPaid(t *testing.T, settled *tote.Settlement, lines []tote.Line, onLine []tote.Money, tallies []tote.Tally) {
	if got, want := settled.Level, cmp.Or(e.level, "nominal"); got != want {
		t.Errorf("level: got %s, want %s", got, want)
	}
	var paid []string
	for i, line := range lines {
		if settled.Dividends[i] != 0 && onLine[i] != 0 {
			rank := strings.TrimPrefix(line.Rank, string(e.bet)+"_")
			paid = append(paid, rank+" "+line.Combination+" "+settled.Dividends[i].String())
		}
	}
	if diff := gocmp.Diff(e.paid, strings.Join(paid, "; ")); diff != "" {
		t.Errorf("dividends (-want +got):\n%s", diff)
	}
	payout := tote.Money(0)
	for i := range tallies {
		for line, n := range tallies[i].Won {
			payout += settled.Dividends[line].Pay(e.stakes[i].cents) * tote.Money(n)
		}
	}
	if want := centsIn(t, e.payout); payout != want {
		t.Errorf("payout: got %s, want %s", payout, want)
	}
}

// checkOthers holds the figures beside the dividends: every one that the example
// does not write is zero.
func (e *orderedExample) checkOthers(t *testing.T, settled *tote.Settlement, stakes tote.Stakes) {
	want := map[string]string{}
	for figure := range strings.SplitSeq(e.others, ", ") {
		name, value, _ := strings.Cut(figure, " ")
		want[name] = value
	}
	check := func(name string, got *big.Rat) {
		amount, _ := new(big.Rat).SetString(cmp.Or(want[name], "0"))
		if half := big.NewRat(1, 200); new(big.Rat).Sub(got, amount).Cmp(half) > 0 || new(big.Rat).Sub(amount, got).Cmp(half) > 0 {
			t.Errorf("%s: got %s, want %s", name, got.FloatString(4), want[name])
		}
	}
	if settled.Fund == nil {
		check("booster_cents", settled.Booster)
		return
	}
	check("fund_in_cents", settled.Booster)
	check("fund_levy_cents", settled.Fund.Levy)
	check("tirelire_cents", settled.Fund.Paid)
	check("transferred_cents", stakes.Transferred.Rat())
}
