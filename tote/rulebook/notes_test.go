package rulebook_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"opentote/tote"
)

// note is a worked example as the rulebook's notes write it: amounts in euros,
// "{5,7}" for a dead heat, "3-9: 60" for a stake on a unit.
type note struct {
	label    string
	bet      tote.BetCode
	declared int
	out      string // non-runners
	finish   string
	stakes   string // "3-5: 200; 4-7-9 [complement 2]: 5"
	take     string
	topUp    bool

	paid      string // "3-5 7.30; 3-NP 1.80", a Multi's with "en 4" before, in the order of the lines
	total     string // paid out, empty for a refund
	procedure tote.Procedure
	reason    tote.Reason
	booster   string
}

// ticket is a bet of a note or of a property.
type ticket struct {
	pattern tote.Pattern
	unit    tote.Money
	out     tote.HorseSet // non-runners when it was sold
}

// settleTickets counts the bets on the card, shares the pool and pays each unit.
func settleTickets(t tester, bet tote.BetType, r tote.Result, s tote.Stakes, tickets []ticket) (tote.Settlement, []tote.Line, tote.Stakes, tote.Money) {
	t.Helper()
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	for _, b := range tickets {
		units, err := bet.Units(&b.pattern, tote.Field{Declared: r.Declared, NonRunners: b.out})
		if err != nil {
			t.Fatalf("%+v: %v", b.pattern, err)
		}
		s.Total += b.unit * tote.Money(units)
	}
	card, reason := bet.Card(r)
	if reason != "" {
		return tote.RefundWhole(reason, 0, s), nil, s, 0
	}
	s.OnLine = make([]tote.Money, len(card.Lines()))
	tallies := make([]tote.Tally, len(tickets))
	for i, b := range tickets {
		tallies[i].Reset(len(s.OnLine))
		card.Count(&b.pattern, &tallies[i])
		s.Refunded += b.unit * tote.Money(tallies[i].Refunded)
		for line, n := range tallies[i].Won {
			s.OnLine[line] += b.unit * tote.Money(n)
		}
	}
	settled := card.Share(s)
	payout := tote.Money(0)
	for i, b := range tickets {
		for line, n := range tallies[i].Won {
			payout += settled.Dividends[line].Pay(b.unit) * tote.Money(n)
		}
	}
	return settled, card.Lines(), s, payout
}

func (n note) run(t *testing.T) {
	r := tote.Result{Declared: tote.Numbered(n.declared), NonRunners: tote.SetOf(horsesOf(n.out, ",")...)}
	for group := range strings.FieldsSeq(n.finish) {
		r.Arrival = append(r.Arrival, horsesOf(strings.Trim(group, "{}"), ","))
	}
	var tickets []ticket
	for stake := range strings.SplitSeq(n.stakes, "; ") {
		tickets = append(tickets, n.ticket(t, stake))
	}
	s, lines, stakes, payout := settleTickets(t, betOf(t, n.bet, n.take), r, tote.Stakes{TopUp: n.topUp}, tickets)
	var paid []string
	for i, line := range lines {
		// A Multi pays a k on every winning four, backed or not (Y-1).
		if s.Dividends[i] != 0 && (stakes.OnLine[i] != 0 || strings.Contains(n.paid, line.Combination)) {
			paid = append(paid, strings.TrimSpace(variantOf(n.bet, line)+" "+line.Combination+" "+s.Dividends[i].String()))
		}
	}
	if diff := cmp.Diff(n.paid, strings.Join(paid, "; ")); diff != "" {
		t.Errorf("dividends (-want +got):\n%s", diff)
	}
	want := note{procedure: n.procedure, reason: n.reason, booster: n.booster, total: n.total}
	switch {
	case want.reason != "":
		want.procedure = tote.Refund
	case want.procedure == "":
		want.procedure = tote.Normal
	}
	got := note{procedure: s.Procedure, reason: s.Reason}
	if s.Booster.Sign() != 0 {
		got.booster = inEuros(s.Booster)
	}
	if !s.RefundAll() {
		got.total = payout.String()
		want.total = euros(t, n.total).String()
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// variantOf returns "en 4" of a Multi's line, else nothing.
func variantOf(code tote.BetCode, line tote.Line) string {
	rank := strings.TrimPrefix(line.Rank, string(code))
	if !strings.HasPrefix(rank, "_EN_") {
		return ""
	}
	return "en " + strings.TrimPrefix(rank, "_EN_")
}

// ticket reads "3-9: 60", "4-7-9-1-16 [bases [16]]: 30" and "9-3 [complement 5]: 3".
func (n note) ticket(t *testing.T, text string) ticket {
	unit, amount, _ := strings.Cut(text, ": ")
	unit, extra, _ := strings.Cut(unit, " [")
	horses := horsesOf(unit, "-")
	p := tote.UnitPattern(horses...)
	if bases, ok := strings.CutPrefix(extra, "bases ["); ok {
		base := horsesOf(strings.TrimRight(bases, "]"), ", ")
		// With several bases the formula changes nothing in a Pick5.
		if len(base) == 1 {
			p = tote.BasePattern(base, tote.SetOf(horses...).Without(tote.SetOf(base...)).Slice())
		}
	}
	if complement, ok := strings.CutPrefix(extra, "complement "); ok {
		p.Complement = horsesOf(strings.TrimRight(complement, "]"), ",")[0]
	}
	if strings.HasSuffix(string(n.bet), "MULTI") {
		p.Variant = uint8(len(horses))
	}
	return ticket{pattern: p, unit: euros(t, amount)}
}

func horsesOf(text, separator string) []tote.Horse {
	if text == "" {
		return nil
	}
	var horses []tote.Horse
	for number := range strings.SplitSeq(text, separator) {
		h := tote.Horse(0)
		for _, digit := range []byte(number) {
			h = h*10 + tote.Horse(digit-'0')
		}
		horses = append(horses, h)
	}
	return horses
}

// euros reads "0.75" as 75 cents.
func euros(t tester, text string) tote.Money {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("amount %q", text)
	}
	return tote.Money(r.Mul(r, big.NewRat(100, 1)).Num().Int64())
}

// inEuros writes exact cents as euros with two decimals.
func inEuros(cents *big.Rat) string {
	return new(big.Rat).Quo(cents, big.NewRat(100, 1)).FloatString(2)
}

func runNotes(t *testing.T, notes []note) {
	for _, n := range notes {
		t.Run(n.label, n.run)
	}
}
