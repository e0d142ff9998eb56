package rulebook_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// drawnPool is a settled pool of random bets.
type drawnPool struct {
	bet      tote.BetType
	result   tote.Result
	patterns []tote.Pattern
	units    []tote.Money // cents a combination, by pattern
	added    tote.Money
	topUp    bool
}

func drawBets(t *rapid.T) drawnPool {
	d := drawnPool{bet: drawBet(t), result: drawResult(t)}
	code := gagnant
	if isPair(d.bet) {
		code = deux
	}
	for range rapid.IntRange(0, 12).Draw(t, "bets") {
		d.patterns = append(d.patterns, drawPattern(t, code, d.result.Declared))
		d.units = append(d.units, drawCents(t))
	}
	d.added = drawCents(t)
	d.topUp = rapid.Bool().Draw(t, "top-up")
	return d
}

// settled is what the engine would keep of a pool.
type settled struct {
	stakes           tote.Stakes
	lines            []tote.Line
	tallies          []tote.Tally
	settlement       tote.Settlement
	refunded, payout tote.Money
	rounding         tote.Money // what rounding wins to the cent added at most
}

func (d *drawnPool) settle(t *rapid.T) settled {
	s := settled{stakes: tote.Stakes{Added: d.added, TopUp: d.topUp}}
	card, reason := d.bet.Card(d.result)
	if reason == "" {
		s.lines = card.Lines()
	}
	s.stakes.OnLine = make([]tote.Money, len(s.lines))
	for i := range d.patterns {
		units, err := d.bet.Units(&d.patterns[i], tote.Field{Declared: d.result.Declared})
		if err != nil {
			t.Fatal(err)
		}
		s.stakes.Total += d.units[i] * tote.Money(units)
		var tally tote.Tally
		tally.Reset(len(s.lines))
		if card != nil {
			card.Count(&d.patterns[i], &tally)
		}
		s.stakes.Refunded += d.units[i] * tote.Money(tally.Refunded)
		for line, n := range tally.Won {
			s.stakes.OnLine[line] += d.units[i] * tote.Money(n)
		}
		s.tallies = append(s.tallies, tally)
	}
	if card == nil {
		s.settlement = tote.RefundWhole(reason, 0, s.stakes)
	} else {
		s.settlement = card.Share(s.stakes)
	}
	if s.settlement.RefundAll() {
		s.refunded = s.stakes.Total
		return s
	}
	for i, tally := range s.tallies {
		s.refunded += d.units[i] * tote.Money(tally.Refunded)
		for line, n := range tally.Won {
			s.payout += s.settlement.Dividends[line].Pay(d.units[i]) * tote.Money(n)
			s.rounding += tote.Money(n)
		}
	}
	return s
}

// TestMoneyIsConserved is promise P4 for one pool: stakes, added money and
// top-up equal everything that leaves, every part is possible, and a topped-up
// pool is the only one the operator pays into, but for wins of a few cents
// whose rounding can pass the margin.
func TestMoneyIsConserved(t *testing.T) { rapid.Check(t, checkConserved) }

// FuzzPool lets the fuzzer look for pools that lose a cent.
func FuzzPool(f *testing.F) {
	for i := range 8 {
		f.Add(bytes.Repeat([]byte{byte(31 * i), byte(i), 0, 0, 0, 0, 0, 0}, 64))
	}
	f.Fuzz(rapid.MakeFuzz(checkConserved))
}

func checkConserved(t *rapid.T) {
	checkConservedIn(t, drawBets(t))
}

func checkConservedIn(t *rapid.T, d drawnPool) {
	s := d.settle(t)
	a := s.settlement.Split(s.stakes, s.refunded, s.payout)
	if got, want := a.Out(), s.stakes.Total+s.stakes.Added+a.TopUp; got != want {
		t.Fatalf("out %s, in %s: %+v of %+v", got, want, a, s.stakes)
	}
	for _, part := range []tote.Money{a.Payout, a.Refunds, a.Takeout, a.Progressive, a.Breakage, a.Booster, a.TopUp} {
		if part < 0 {
			t.Fatalf("negative part: %+v", a)
		}
	}
	toppedUp := []tote.Procedure{tote.ConstrainedToppedUp, tote.MinimaToppedUp}
	// Abroad the minimum dividend of thin winners is paid beside what their thinness
	// carries over.
	abroad := slices.Contains(internationals, d.bet.Code()) && a.TopUp <= a.Payout
	if a.TopUp > s.rounding && !abroad && !slices.Contains(toppedUp, s.settlement.Procedure) {
		t.Fatalf("%s pool topped up: %+v", s.settlement.Procedure, a)
	}
	if s.settlement.RefundAll() && (a.Takeout != 0 || a.Booster != s.stakes.Added) {
		t.Fatalf("refunded pool keeps money: %+v", a)
	}
}

// TestDeductions holds the exact take and progressive deduction of examples of
// 02-simple and 05-2sur4, in cents.
func TestDeductions(t *testing.T) {
	r := tote.Result{Declared: tote.Numbered(12), Arrival: order(3, 5, 7, 1, 2)}
	tests := []struct {
		name              string
		bet               tote.BetCode
		stakes            []backed
		take, progressive string
	}{
		{"W1 none", gagnant, []backed{on(200_000, 3), on(800_000, 4)}, "139000.0000", "0.0000"},
		{"W7 a quarter of the increment", gagnant, []backed{on(160, 3), on(499_840, 4)}, "69500.0000", "107585.0000"},
		{"W9 the lift eats the take", gagnant, []backed{on(800_000, 3), on(200_000, 4)}, "120000.0000", "0.0000"},
		{"D10 a tenth of the main increment", deux, []backed{on(3_000, 3, 5), on(60_000, 8, 10)}, "16915.5000", "3446.7600"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, _, _ := settlePool(t, betOf(t, tt.bet, ""), r, tote.Stakes{}, tt.stakes)
			if got, want := s.Take.FloatString(4), tt.take; got != want {
				t.Errorf("take: got %s, want %s", got, want)
			}
			if got, want := s.Progressive.FloatString(4), tt.progressive; got != want {
				t.Errorf("progressive: got %s, want %s", got, want)
			}
		})
	}
}

// TestDividends holds what is true of every settlement: at least the minimum, a
// multiple of the step, none on a line nobody backs, and ten percent left.
func TestDividends(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawBets(t)
		s := d.settle(t)
		for i, paid := range s.settlement.Dividends {
			if paid != 0 && (paid < 110 || paid%10 != 0) {
				t.Fatalf("%v pays %s", s.lines[i], paid)
			}
			refund := s.settlement.RefundAll() || s.settlement.Procedure == tote.NoWinner
			if backed := len(s.stakes.OnLine) > 0 && s.stakes.OnLine[i] != 0; (paid != 0) != (backed && !refund) {
				t.Fatalf("%v, backed %v, %s, pays %s", s.lines[i], backed, s.settlement.Procedure, paid)
			}
		}
		if again := d.settle(t); cmp.Diff(s.settlement.Dividends, again.settlement.Dividends) != "" {
			t.Fatal("the same pool gives other dividends")
		}
	})
}

// byName returns the dividends by combination.
func (s settled) byName() map[string]tote.Dividend {
	m := map[string]tote.Dividend{}
	for i, d := range s.settlement.Dividends {
		m[s.lines[i].Rank+" "+s.lines[i].Combination] = d
	}
	return m
}

// TestDeadHeatIsSymmetric holds that the order in which tied horses are written
// means nothing.
func TestDeadHeatIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawBets(t)
		before := d.settle(t).byName()
		for _, group := range d.result.Arrival {
			slices.Reverse(group)
		}
		if diff := cmp.Diff(before, d.settle(t).byName()); diff != "" {
			t.Fatalf("%v (-before +after):\n%s", d.result.Arrival, diff)
		}
	})
}

// TestScale holds that dividends depend on proportions alone, as long as nobody
// is a thin winner.
func TestScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawBets(t)
		factor := tote.Money(rapid.IntRange(2, 9).Draw(t, "factor"))
		for i := range d.units {
			d.units[i] = d.units[i]%1_000_000 + d.bet.MinStake()
		}
		before := d.settle(t)
		for i := range d.units {
			d.units[i] *= factor
		}
		d.added *= factor
		after := d.settle(t)
		if diff := cmp.Diff(before.byName(), after.byName()); diff != "" {
			t.Fatalf("times %d (-before +after):\n%s", factor, diff)
		}
		if got, want := after.settlement.Procedure, before.settlement.Procedure; got != want {
			t.Fatalf("procedure: got %s, want %s", got, want)
		}
	})
}

// TestMoreLosers holds that money on losers never lowers an ordinary dividend.
func TestMoreLosers(t *testing.T) {
	bet := betOf(t, gagnant, "")
	r := tote.Result{Declared: tote.Numbered(9), Arrival: order(4)}
	rapid.Check(t, func(t *rapid.T) {
		winning := rapid.Int64Range(1, 1_000_000).Draw(t, "winning")
		lost := rapid.Int64Range(0, 10_000_000).Draw(t, "lost")
		more := rapid.Int64Range(0, 1_000_000).Draw(t, "more")
		pay := func(lost int64) tote.Dividend {
			s, _, _ := settlePool(t, bet, r, tote.Stakes{}, []backed{on(tote.Money(winning), 4), on(tote.Money(lost), 1)})
			return s.Dividends[0]
		}
		if less, more := pay(lost), pay(lost+more); more < less {
			t.Fatalf("dividend fell from %s to %s", less, more)
		}
	})
}

// TestBooks holds the look-ups and that every book is complete and sorted.
func TestBooks(t *testing.T) {
	tests := []struct {
		network tote.Network
		day     tote.Day
		want    rulebook.ID
	}{
		{tote.Online, 20200204, ""},
		{tote.Online, 20200205, "fr-online-2020"},
		{tote.Online, 20251023, "fr-online-2020"},
		{tote.Online, 20251024, "fr-online-2026-observed"},
		{tote.Online, 20261124, "fr-online-2026-observed"},
		{tote.Retail, 20141231, ""},
		{tote.Retail, 20261124, "fr-retail-2026-observed"},
	}
	for _, tt := range tests {
		book, ok := rulebook.For(tt.network, tt.day)
		if !ok {
			book = &rulebook.Book{}
		}
		if got := book.ID; got != tt.want {
			t.Errorf("network %d on %s: got %q, want %q", tt.network, tt.day, got, tt.want)
		}
		if tt.want == "" {
			continue
		}
		codes := book.Codes()
		if !slices.IsSorted(codes) || len(codes) == 0 {
			t.Errorf("%s: codes %v", book.ID, codes)
		}
		for _, code := range codes {
			bet, ok := book.Type(code)
			if !ok || bet.Code() != code || code.Network() != tt.network {
				t.Errorf("%s: bet %s on network %d, found %v", book.ID, code, code.Network(), ok)
			}
			terms, _ := book.Terms(code)
			if bet.MinStake() != terms.MinStake {
				t.Errorf("%s: minimum stake %s, terms say %s", code, bet.MinStake(), terms.MinStake)
			}
		}
		if book.CancelDelay != 900_000 {
			t.Errorf("%s: cancel delay %d ms", book.ID, book.CancelDelay)
		}
		if book.Provisional != strings.HasSuffix(string(book.ID), "-observed") {
			t.Errorf("%s: provisional %v", book.ID, book.Provisional)
		}
	}
	if _, ok := rulebook.ByID("fr-online-1999"); ok {
		t.Error("found a book that does not exist")
	}
	online, _ := rulebook.ByID("fr-online-2020")
	if _, ok := online.Type("SIMPLE_GAGNANT"); ok {
		t.Error("the online book knows a bet of the shops")
	}
	if _, ok := online.TypeAt("SIMPLE_GAGNANT", 0); ok {
		t.Error("the online book knows a bet of the shops at another take")
	}
	if _, ok := online.Terms("SIMPLE_GAGNANT"); ok {
		t.Error("the online book has terms for a bet of the shops")
	}
}
