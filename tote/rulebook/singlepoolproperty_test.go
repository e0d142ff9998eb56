package rulebook_test

import (
	"bytes"
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// drawnSingle is a single pool of random bets.
type drawnSingle struct {
	pool     *rulebook.SinglePool
	result   tote.Result
	offered  rulebook.PoolBets
	patterns []tote.Pattern
	units    []tote.Money
	primes   [3]tote.Money
	topUp    bool
}

func drawSingle(t *rapid.T) drawnSingle {
	d := drawnSingle{pool: singlePool(t), result: drawResult(t)}
	if rapid.IntRange(0, 9).Draw(t, "takes") == 0 {
		low := tote.Rate(rapid.IntRange(0, 150_000).Draw(t, "take"))
		d.pool = d.pool.At([3]tote.Rate{low, low / 2, low})
	}
	for range rapid.IntRange(0, 12).Draw(t, "bets") {
		p := drawPooled(t, d.result.Declared)
		d.patterns = append(d.patterns, p)
		d.units = append(d.units, drawCents(t))
		d.offered |= rulebook.PoolBetsOf(rulebook.PoolBet(p.Variant))
	}
	for i := range d.primes {
		if rapid.Bool().Draw(t, "with prime") {
			d.primes[i] = 100_000
		}
	}
	d.topUp = rapid.Bool().Draw(t, "top-up")
	return d
}

// settledSingle is what the engine would keep of a single pool.
type settledSingle struct {
	stakes           rulebook.SingleStakes
	card             *rulebook.SingleCard
	settlement       rulebook.SingleSettlement
	refunded, payout [3]tote.Money
	rounding         tote.Money // what rounding wins to the cent added at most
}

func (d *drawnSingle) settle(t *rapid.T) settledSingle {
	s := settledSingle{stakes: rulebook.SingleStakes{TopUp: d.topUp}}
	for i := range d.patterns {
		p := &d.patterns[i]
		n, err := d.pool.Units(p, tote.Field{Declared: d.result.Declared})
		if err != nil {
			t.Fatal(err)
		}
		s.stakes.Bets[p.Variant-1].Total += d.units[i] * tote.Money(n)
		s.stakes.Cited.Add(p, d.units[i])
	}
	for i, prime := range d.primes {
		s.stakes.Bets[i].Prime = prime
	}
	s.card = d.pool.Card(d.result, d.offered)
	tallies := make([]tote.Tally, len(d.patterns))
	for more := true; more; {
		card := s.card
		s.stakes.OnLine = make([]tote.Money, len(card.Lines()))
		for i := range tallies {
			tallies[i].Reset(len(card.Lines()))
			card.Count(&d.patterns[i], &tallies[i])
			for line, n := range tallies[i].Won {
				s.stakes.OnLine[line] += d.units[i] * tote.Money(n)
			}
		}
		s.card, more = card.Widen(s.stakes.OnLine)
	}
	for i, tally := range tallies {
		s.stakes.Bets[d.patterns[i].Variant-1].Refunded += d.units[i] * tote.Money(tally.Refunded)
	}
	s.settlement = s.card.Share(s.stakes)
	for i, tally := range tallies {
		bet := d.patterns[i].Variant - 1
		s.refunded[bet] += d.units[i] * tote.Money(tally.Refunded)
		for line, n := range tally.Won {
			s.payout[bet] += s.settlement.Dividends[line].Pay(d.units[i]) * tote.Money(n)
			s.rounding += tote.Money(n)
		}
	}
	if s.settlement.RefundAll() {
		for i, b := range s.stakes.Bets {
			s.refunded[i] = b.Total
		}
	}
	return s
}

func (s *settledSingle) total() tote.Money {
	return s.stakes.Bets[0].Total + s.stakes.Bets[1].Total + s.stakes.Bets[2].Total
}

// TestSinglePoolMoneyIsConserved is promise P4 for a single pool: stakes, primes
// and top-up equal everything that leaves, the funds' parts included.
func TestSinglePoolMoneyIsConserved(t *testing.T) { rapid.Check(t, checkSingleConserved) }

// FuzzSinglePool lets the fuzzer look for pools that lose a cent.
func FuzzSinglePool(f *testing.F) {
	for i := range 8 {
		f.Add(bytes.Repeat([]byte{byte(31 * i), byte(i), 0, 0, 0, 0, 0, 0}, 64))
	}
	f.Fuzz(rapid.MakeFuzz(checkSingleConserved))
}

func checkSingleConserved(t *rapid.T) {
	d := drawSingle(t)
	s := d.settle(t)
	var out, topUp tote.Money
	for i, a := range s.settlement.Split(s.stakes, s.refunded, s.payout) {
		out += a.Out()
		topUp += a.TopUp
		if a.Payout != s.payout[i] || a.Refunds != s.refunded[i] {
			t.Fatalf("bet %d pays %s and %s back: %+v", i, s.payout[i], s.refunded[i], a)
		}
		if s.stakes.Bets[i].Total == 0 && a != (tote.Accounts{Booster: d.primes[i]}) {
			t.Fatalf("bet %d without stakes: %+v", i, a)
		}
		for _, part := range []tote.Money{a.Payout, a.Refunds, a.Takeout, a.Progressive, a.Breakage, a.TopUp, a.Booster} {
			if part < 0 {
				t.Fatalf("negative part: %+v", a)
			}
		}
		if s.settlement.RefundAll() && (a.Takeout != 0 || a.Booster != d.primes[i]) {
			t.Fatalf("refunded pool keeps money: %+v, prime %s", a, d.primes[i])
		}
	}
	primes := d.primes[0] + d.primes[1] + d.primes[2]
	if want := s.total() + primes + topUp; out != want {
		t.Fatalf("out %s, in %s: %+v", out, want, s.stakes.Bets)
	}
	if topUp > s.rounding && s.settlement.Procedure != rulebook.MinimumToppedUp {
		t.Fatalf("%s pool topped up by %s", s.settlement.Procedure, topUp)
	}
}

// TestSinglePoolDividends holds what is true of every settlement: at least the
// minimum, a multiple of the step, ranks without stakes unpaid and others paid on
// every line, one dividend a group of horses, coefficients positive and the
// reference's at 1 unless it is capped.
func TestSinglePoolDividends(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawSingle(t)
		s := d.settle(t)
		if s.settlement.RefundAll() {
			return
		}
		backed := map[string]bool{}
		for i, line := range s.card.Lines() {
			backed[line.Rank] = backed[line.Rank] || s.stakes.OnLine[i] != 0
		}
		one := big.NewRat(1, 1)
		reference := false
		for i, line := range s.card.Lines() {
			paid, k := s.settlement.Dividends[i], s.settlement.Coefficients[i]
			if paid != 0 && (paid < 110 || paid%10 != 0) || (paid != 0) != backed[line.Rank] {
				t.Fatalf("%v, rank backed %v, pays %s", line, backed[line.Rank], paid)
			}
			if k.Sign() <= 0 {
				t.Fatalf("%v has the coefficient %s", line, k)
			}
			reference = reference || k.Cmp(one) == 0
		}
		if !reference {
			t.Fatalf("no coefficient is 1: %v", s.settlement.Coefficients)
		}
	})
}

// byName returns the dividends by combination.
func (s *settledSingle) byName() map[tote.Line]tote.Dividend {
	m := map[tote.Line]tote.Dividend{}
	for i, paid := range s.settlement.Dividends {
		m[s.card.Lines()[i]] = paid
	}
	return m
}

// TestSinglePoolDeadHeatIsSymmetric holds that the order in which tied horses are
// written means nothing.
func TestSinglePoolDeadHeatIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawSingle(t)
		before := d.settle(t)
		for _, group := range d.result.Arrival {
			slices.Reverse(group)
		}
		after := d.settle(t)
		if diff := cmp.Diff(before.byName(), after.byName()); diff != "" {
			t.Fatalf("%v (-before +after):\n%s", d.result.Arrival, diff)
		}
	})
}

// TestSinglePoolOrderOfBets holds that citations and counts of parts of a pool add
// up to those of the whole, so that cores can share the scan.
func TestSinglePoolOrderOfBets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawSingle(t)
		var whole, first, second rulebook.Citations
		for i := range d.patterns {
			whole.Add(&d.patterns[i], d.units[i])
			part := &first
			if i%2 == 1 {
				part = &second
			}
			part.Add(&d.patterns[i], d.units[i])
		}
		if first.Merge(&second); first != whole {
			t.Fatal("citations of two halves differ from those of the whole")
		}
	})
}
