package rulebook_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// pooled is an amount on one combination of a bet of a single pool.
type pooled struct {
	bet    rulebook.PoolBet
	cents  tote.Money
	horses []tote.Horse
}

func trio(cents tote.Money, horses ...tote.Horse) pooled {
	return pooled{rulebook.Trio, cents, horses}
}

func ordre(cents tote.Money, horses ...tote.Horse) pooled {
	return pooled{rulebook.TrioOrdre, cents, horses}
}

func super(cents tote.Money, horses ...tote.Horse) pooled {
	return pooled{rulebook.SuperQuatre, cents, horses}
}

func singlePool(t tester) *rulebook.SinglePool {
	t.Helper()
	book, _ := rulebook.ByID("fr-online-2020")
	pool, ok := book.SinglePool()
	if !ok {
		t.Fatal("the online book has no single pool")
	}
	return pool
}

// singlePoolExample is a worked example of 11-single-pool section 16.
type singlePoolExample struct {
	label     string
	declared  int
	out       []tote.Horse
	arrival   [][]tote.Horse
	stakes    []pooled
	offered   rulebook.PoolBets // beside the bets that have stakes
	primes    map[rulebook.PoolBet]tote.Money
	topUp     bool
	paid      string // "rank combination dividend, ..." without the E_ of the ranks
	procedure tote.Procedure
	reason    tote.Reason
	level     rulebook.Level
	funds     string // exact cents by bet
}

// counted counts stakes on the card of the level they ask for.
func counted(pool *rulebook.SinglePool, r tote.Result, offered rulebook.PoolBets, stakes []pooled, s *rulebook.SingleStakes) *rulebook.SingleCard {
	for _, b := range stakes {
		p := tote.UnitPattern(b.horses...)
		p.Variant = uint8(b.bet)
		s.Bets[b.bet-rulebook.Trio].Total += b.cents
		s.Cited.Add(&p, b.cents)
	}
	card := pool.Card(r, offered)
	for {
		s.OnLine = make([]tote.Money, len(card.Lines()))
		refunded := [3]tote.Money{}
		var tally tote.Tally
		for _, b := range stakes {
			p := tote.UnitPattern(b.horses...)
			p.Variant = uint8(b.bet)
			tally.Reset(len(s.OnLine))
			card.Count(&p, &tally)
			refunded[b.bet-rulebook.Trio] += b.cents * tote.Money(tally.Refunded)
			for i, n := range tally.Won {
				s.OnLine[i] += b.cents * tote.Money(n)
			}
		}
		for i := range refunded {
			s.Bets[i].Refunded = refunded[i]
		}
		wider, ok := card.Widen(s.OnLine)
		if !ok {
			return card
		}
		card = wider
	}
}

func (e singlePoolExample) run(t *testing.T) {
	r := tote.Result{Declared: tote.Numbered(e.declared), NonRunners: tote.SetOf(e.out...), Arrival: e.arrival}
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	s := rulebook.SingleStakes{TopUp: e.topUp}
	offered := e.offered
	for _, b := range e.stakes {
		offered |= rulebook.PoolBetsOf(b.bet)
	}
	for bet, prime := range e.primes {
		s.Bets[bet-rulebook.Trio].Prime = prime
	}
	card := counted(singlePool(t), r, offered, e.stakes, &s)
	got := card.Share(s)
	var paid []string
	for i, line := range card.Lines() {
		if got.Dividends[i] != 0 {
			paid = append(paid, fmt.Sprintf("%s %s %s", strings.TrimPrefix(line.Rank, "E_"), line.Combination, got.Dividends[i]))
		}
	}
	if diff := cmp.Diff(e.paid, strings.Join(paid, ", ")); diff != "" {
		t.Errorf("dividends (-want +got):\n%s", diff)
	}
	want := e.procedure
	if want == "" {
		want = tote.Normal
	}
	if got.Procedure != want || got.Reason != e.reason || got.Level != e.level {
		t.Errorf("got %s, reason %q, level %q, want %s, %q, %q", got.Procedure, got.Reason, got.Level, want, e.reason, e.level)
	}
	if e.funds != "" {
		var funds []string
		for _, f := range got.Funds {
			funds = append(funds, f.FloatString(4))
		}
		if diff := cmp.Diff(e.funds, strings.Join(funds, " ")); diff != "" {
			t.Errorf("funds (-want +got):\n%s", diff)
		}
	}
}

// base is the pool of section 16, in its three bets.
var (
	baseTrio  = []pooled{trio(6_000, 1, 2, 3), trio(3_000, 1, 2, 4), trio(3_000, 2, 3, 5), trio(78_000, 3, 4, 6)}
	baseOrdre = []pooled{ordre(500, 1, 2, 3), ordre(4_500, 2, 1, 4), ordre(15_000, 3, 5, 1)}
	baseSuper = []pooled{super(100, 1, 2, 3, 4), super(3_900, 2, 1, 3, 4), super(6_000, 1, 3, 2, 6)}
	base      = slices.Concat(baseTrio, baseOrdre, baseSuper)
)

const baseFunds = "1010.4750 224.5500 124.8750"

func with(stakes []pooled, more ...pooled) []pooled { return slices.Concat(stakes, more) }

// TestSinglePoolBase holds the examples on the base pool: finishes, levels of
// article 8, configurations, a prime.
func TestSinglePoolBase(t *testing.T) {
	usual := order(1, 2, 3, 4, 5)
	without6 := slices.DeleteFunc(slices.Clone(base), func(b pooled) bool { return slices.Contains(b.horses, 6) })
	for _, e := range []singlePoolExample{
		{label: "A normal", arrival: usual, stakes: base, funds: baseFunds,
			paid: "TRIO 1-2-3 3.80, TRIO_ORDRE 1-2-3 72.40, SUPER_QUATRE 1-2-3-4 190.40"},
		{label: "B dead heat third", arrival: [][]tote.Horse{{1}, {2}, tie(3, 4), {5}}, stakes: base, funds: baseFunds,
			paid: "TRIO 1-2-3 2.60, TRIO 1-2-4 3.80, TRIO_ORDRE 1-2-3 53.50, TRIO_ORDRE 1-2-4 56.90, " +
				"SUPER_QUATRE 1-2-3-4 256.50, SUPER_QUATRE 1-2-4-3 256.50"},
		{label: "C dead heat first", arrival: [][]tote.Horse{tie(1, 2), {3}, {4}, {5}}, stakes: base,
			paid: "TRIO 1-2-3 1.20, TRIO_ORDRE 1-2-3 7.00, TRIO_ORDRE 2-1-3 7.00, " +
				"SUPER_QUATRE 1-2-3-4 19.50, SUPER_QUATRE 2-1-3-4 19.50"},
		{label: "D dead heat second", arrival: [][]tote.Horse{{1}, tie(2, 3), {4}, {5}}, stakes: base,
			paid: "TRIO 1-2-3 8.60, TRIO_ORDRE 1-2-3 43.20, TRIO_ORDRE 1-3-2 43.20, " +
				"SUPER_QUATRE 1-2-3-4 114.10, SUPER_QUATRE 1-3-2-4 114.10"},
		{label: "F level a", arrival: order(3, 5, 4, 1), stakes: base, level: rulebook.LevelA,
			paid: "TRIO 3-5-* 4.70, TRIO_ORDRE 3-5-* 4.90"},
		{label: "G level b", arrival: order(5, 4, 1, 2), stakes: base, level: rulebook.LevelB, paid: "TRIO 5-*-* 29.70"},
		{label: "H level c", arrival: order(6, 5, 2, 1), stakes: without6, procedure: tote.Refund, reason: tote.NoWinningStake},
		{label: "R Trio and Super4", arrival: usual, stakes: with(baseTrio, baseSuper...),
			paid: "TRIO 1-2-3 8.30, SUPER_QUATRE 1-2-3-4 197.50"},
		{label: "S Ordre and Super4", arrival: usual, stakes: with(baseOrdre, baseSuper...),
			paid: "TRIO_ORDRE 1-2-3 29.40, SUPER_QUATRE 1-2-3-4 74.00"},
		{label: "T Trio alone", arrival: usual, stakes: baseTrio, paid: "TRIO 1-2-3 11.00"},
		{label: "U Ordre alone", arrival: usual, stakes: baseOrdre, paid: "TRIO_ORDRE 1-2-3 29.40"},
		{label: "V Super4 alone", arrival: usual, stakes: baseSuper, paid: "SUPER_QUATRE 1-2-3-4 73.80"},
		{label: "P prime on Trio", arrival: usual, stakes: base, funds: baseFunds,
			primes: map[rulebook.PoolBet]tote.Money{rulebook.Trio: 100_000},
			paid:   "TRIO 1-2-3 20.40, TRIO_ORDRE 1-2-3 72.40, SUPER_QUATRE 1-2-3-4 190.40"},
		{label: "P, nobody wins the Trio", arrival: order(1, 2, 4, 3, 5), stakes: []pooled{trio(1_000, 1, 2, 3), ordre(900, 1, 2, 4), ordre(5_000, 4, 2, 1)},
			primes: map[rulebook.PoolBet]tote.Money{rulebook.Trio: 100_000},
			paid:   "TRIO_ORDRE 1-2-4 5.60", funds: "100011.2275 66.2423 0.0000"},
	} {
		e.declared = 6
		t.Run(e.label, e.run)
	}
}

// TestSinglePoolRules holds the other examples of section 16.
func TestSinglePoolRules(t *testing.T) {
	usual := order(1, 2, 3, 4)
	for _, e := range []singlePoolExample{
		{label: "E two non-runners", declared: 8, out: []tote.Horse{7, 8}, arrival: usual,
			stakes: with(base, trio(1_200, 1, 2, 7), trio(600, 1, 7, 8), ordre(500, 7, 1, 2), ordre(400, 1, 7, 8),
				super(100, 1, 7, 2, 3), super(200, 1, 7, 2, 8), super(200, 1, 6, 7, 8)),
			procedure: rulebook.Minimum, funds: "0.0000 0.0000 0.0000",
			paid: "TRIO 1-2-3 3.50, TRIO_1NP 1-2-NP 3.50, TRIO_2NP 1-NP-NP 1.70, " +
				"TRIO_ORDRE 1-2-3 57.50, TRIO_ORDRE_1NP 1-2-NP 21.40, TRIO_ORDRE_2NP 1-NP-NP 1.70, " +
				"SUPER_QUATRE 1-2-3-4 159.40, SUPER_QUATRE_1NP 1-2-3-NP 57.50, SUPER_QUATRE_2NP 1-2-NP-NP 21.40"},
		{label: "I cap 5a", declared: 6, arrival: usual,
			stakes: []pooled{trio(6_000, 1, 2, 3), trio(94_000, 3, 4, 6), ordre(1_000, 1, 2, 3), ordre(9_000, 1, 2, 5),
				super(100, 1, 2, 3, 4), super(400_000, 2, 1, 3, 5)},
			procedure: rulebook.Minimum, paid: "TRIO 1-2-3 1.10, TRIO_ORDRE 1-2-3 34.50, SUPER_QUATRE 1-2-3-4 3752.40"},
		{label: "J case 2", declared: 5, arrival: usual, stakes: []pooled{trio(675_000, 1, 2, 3), trio(325_000, 2, 3, 4)},
			procedure: rulebook.Minimum, paid: "TRIO 1-2-3 1.10"},
		{label: "K case 3", declared: 5, arrival: usual, stakes: []pooled{trio(760_000, 1, 2, 3), trio(240_000, 2, 3, 4)},
			procedure: rulebook.Minimum, paid: "TRIO 1-2-3 1.10"},
		{label: "L case 4", declared: 5, arrival: usual, stakes: []pooled{trio(830_000, 1, 2, 3), trio(170_000, 2, 3, 4)},
			procedure: tote.Refund, reason: tote.BelowMinimum},
		{label: "L topped up", declared: 5, arrival: usual, stakes: []pooled{trio(830_000, 1, 2, 3), trio(170_000, 2, 3, 4)},
			topUp: true, procedure: rulebook.MinimumToppedUp, paid: "TRIO 1-2-3 1.10"},
		{label: "case 6 negative surplus", declared: 5, arrival: usual, stakes: []pooled{trio(990_000, 1, 2, 3), trio(10_000, 2, 3, 4)},
			topUp: true, procedure: rulebook.MinimumToppedUp, paid: "TRIO 1-2-3 1.10"},
		{label: "M three bets", declared: 5, arrival: usual,
			stakes: []pooled{trio(620_000, 1, 2, 3), trio(200_000, 2, 3, 4), ordre(5_000, 1, 2, 3), ordre(60_000, 2, 1, 3),
				super(1_000, 1, 2, 3, 4), super(9_000, 1, 2, 4, 3), super(7_000, 2, 1, 4, 5)},
			procedure: rulebook.Minimum, paid: "TRIO 1-2-3 1.10, TRIO_ORDRE 1-2-3 2.50, SUPER_QUATRE 1-2-3-4 14.90"},
		{label: "N thin", declared: 5, arrival: usual, stakes: []pooled{trio(75, 1, 2, 3), trio(40_000, 2, 3, 4)},
			paid: "TRIO 1-2-3 157.50", funds: "15223.0398 0.0000 0.0000"},
		{label: "O thin, Super4 on offer", declared: 5, arrival: usual,
			stakes: []pooled{trio(75, 1, 2, 3), trio(40_000, 2, 3, 4), super(10_000, 1, 2, 4, 3)},
			paid:   "TRIO 1-2-3 271.50", funds: "10072.4192 0.0000 2795.4563"},
		{label: "Q three ran", declared: 5, out: []tote.Horse{4, 5}, arrival: order(1, 2, 3),
			stakes: []pooled{trio(9_000, 1, 2, 3), ordre(2_000, 1, 2, 3), ordre(8_000, 2, 1, 3), super(400, 1, 2, 3, 4)},
			paid:   "TRIO_ORDRE 1-2-3 3.60"},
		{label: "two ran", declared: 5, out: []tote.Horse{3, 4, 5}, arrival: order(1, 2), stakes: []pooled{trio(100, 1, 2, 3)},
			procedure: tote.Refund, reason: tote.TooFewRunners},
		{label: "nothing on offer", declared: 5, arrival: usual, procedure: tote.Refund, reason: tote.BetNotOffered},
	} {
		t.Run(e.label, e.run)
	}
}

// TestSinglePoolIllustrations holds the official illustrations of chapter 4: the
// citations of III bis-4-1, the probabilities of 4-2 and 4-3, the coefficients of
// 4-4 and the dividends of 4-6 (those of unrounded coefficients, AMB-9).
func TestSinglePoolIllustrations(t *testing.T) {
	var cited rulebook.Citations
	for _, b := range []pooled{trio(450, 1, 2, 3), ordre(150, 2, 1, 5), super(100, 4, 1, 5, 3)} {
		p := tote.UnitPattern(b.horses...)
		p.Variant = uint8(b.bet)
		cited.Add(&p, b.cents)
	}
	euros := map[[2]int]tote.Money{ // by place and horse, in cents
		{1, 1}: 150, {1, 2}: 150 + 150, {1, 3}: 150, {1, 4}: 100,
		{2, 1}: 150 + 150 + 100, {2, 2}: 150, {2, 3}: 150,
		{3, 1}: 150, {3, 2}: 150, {3, 3}: 150, {3, 5}: 150 + 100,
		{4, 3}: 100,
	}
	for place := range cited {
		for h, got := range cited[place] {
			if want := int64(euros[[2]int{place + 1, h}]) * rulebook.CitedEuro / 100; got != want {
				t.Errorf("place %d, horse %d: got %d thirds of cents, want %d", place+1, h, got, want)
			}
		}
	}

	s := rulebook.SingleStakes{Bets: [3]rulebook.PoolBetStakes{{Total: 500_000}, {Total: 600_000}, {Total: 900_000}}}
	for place, row := range [4][5]int64{{236, 156, 111, 91, 31}, {206, 151, 121, 106, 41}, {181, 136, 126, 111, 71}, {11, 16, 26, 26, 26}} {
		for i, euros := range row {
			s.Cited[place][i+1] = (euros - 1) * rulebook.CitedEuro
		}
	}
	card := singlePool(t).Card(tote.Result{Declared: tote.Numbered(5), Arrival: order(1, 2, 3, 4, 5)},
		rulebook.PoolBetsOf(rulebook.Trio, rulebook.TrioOrdre, rulebook.SuperQuatre))
	s.OnLine = []tote.Money{10_000, 500, 200}
	got := card.Share(s)
	var lines []string
	for i, line := range card.Lines() {
		lines = append(lines, fmt.Sprintf("%s %s %s", line.Combination, got.Coefficients[i].FloatString(6), got.Dividends[i]))
	}
	want := "1-2-3 1.000000 94.00, 1-2-3 4.239832 351.60, 1-2-3-4 8.479665 782.20"
	if diff := cmp.Diff(want, strings.Join(lines, ", ")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, want := got.Funds[0].FloatString(2)+" "+got.Funds[1].FloatString(2)+" "+got.Funds[2].FloatString(2), "5613.75 6736.50 11238.75"; got != want {
		t.Errorf("funds: got %s, want %s", got, want)
	}
}

// TestSinglePoolUnits holds the table of section 3 and the refusals.
func TestSinglePoolUnits(t *testing.T) {
	pool, f := singlePool(t), tote.Field{Declared: tote.Numbered(9)}
	all := f.Declared.Slice()
	six, two, one := tote.CombinedPattern(all[:6]...), tote.FullFieldPattern(all[:2], f.Declared), tote.FullFieldPattern(all[:1], f.Declared)
	four := tote.BasePattern(all[:1], all[1:5])
	three := tote.BasePattern(all[:3], all[3:8])
	tests := []struct {
		name    string
		pattern tote.Pattern
		at      []int // places of the bases of the simplified field
		want    [5]int
	}{
		{"K = 6", six, nil, [5]int{20, 20, 120, 15, 360}},
		{"N = 9, 2 bases", two, []int{3, 1}, [5]int{7, 7, 42, 42, 504}},
		{"N = 9, 1 base", one, []int{2}, [5]int{28, 56, 168, 336, 1344}},
		{"P = 4, 1 base", four, []int{1}, [5]int{6, 12, 36, 24, 96}},
		{"P = 5, 3 bases", three, []int{1, 2, 4}, [5]int{0, 0, 0, 5, 120}},
	}
	for _, tt := range tests {
		placed := tt.pattern
		if tt.at != nil {
			placed = placed.At(tt.at...)
		}
		var got [5]int
		for i, p := range []tote.Pattern{tt.pattern, placed, tt.pattern.InAllOrders(), placed, tt.pattern.InAllOrders()} {
			p.Variant = []uint8{1, 2, 2, 3, 3}[i]
			got[i], _ = pool.Units(&p, f)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	for variant, want := range map[uint8]string{
		0: "this bet does not know the formula", 1: "too many horses", 2: "too many horses", 3: "", 4: "this bet does not know the formula",
	} {
		p := tote.UnitPattern(1, 2, 3, 4)
		p.Variant = variant
		got := ""
		if _, err := pool.Units(&p, f); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("variant %d: got %q, want %q", variant, got, want)
		}
	}
}
