package rulebook_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
)

// TestOthersConserveMoney is promise P4 for the bets of drawOther.
func TestOthersConserveMoney(t *testing.T) { rapid.Check(t, checkOthersConserved) }

// FuzzOthers lets the fuzzer look for pools that lose a cent.
func FuzzOthers(f *testing.F) {
	for i := range 8 {
		f.Add(bytes.Repeat([]byte{byte(31 * i), byte(i), 0, 0, 0, 0, 0, 0}, 64))
	}
	f.Fuzz(rapid.MakeFuzz(checkOthersConserved))
}

func checkOthersConserved(t *rapid.T) { checkConservedIn(t, drawOthers(t)) }

// TestOthersDividends holds what is true of every settlement of these bets: lines
// are paid at least the minimum in multiples of the step, somebody backs every
// line that is paid, and unless a finish was substituted every backed line of
// the real one is.
func TestOthersDividends(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawOthers(t)
		s := d.settle(t)
		code := d.bet.Code()
		for i, paid := range s.settlement.Dividends {
			backed := len(s.stakes.OnLine) > 0 && s.stakes.OnLine[i] != 0
			if paid == 0 {
				continue
			}
			switch {
			case s.settlement.RefundAll() || s.settlement.Procedure == tote.NoWinner:
				t.Fatalf("%s pays %v %s", s.settlement.Procedure, s.lines[i], paid)
			case slices.Contains(internationals, code):
				if paid < 100 || !backed {
					t.Fatalf("%v pays %s, backed %v", s.lines[i], paid, backed)
				}
			case strings.HasSuffix(string(code), "MULTI"):
				if paid < 105 || paid%5 != 0 {
					t.Fatalf("%v pays %s", s.lines[i], paid)
				}
			case paid < 110 || paid%10 != 0 || !backed:
				t.Fatalf("%v pays %s, backed %v", s.lines[i], paid, backed)
			}
		}
		if again := d.settle(t); cmp.Diff(s.settlement.Dividends, again.settlement.Dividends) != "" {
			t.Fatal("the same pool gives other dividends")
		}
	})
}

// TestOthersDeadHeatIsSymmetric holds that the order in which tied horses are
// written means nothing.
func TestOthersDeadHeatIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawOthers(t)
		before := d.settle(t)
		for _, group := range d.result.Arrival {
			slices.Reverse(group)
		}
		after := d.settle(t)
		if diff := cmp.Diff(before.byName(), after.byName()); diff != "" {
			t.Fatalf("%v (-before +after):\n%s", d.result.Arrival, diff)
		}
		if before.settlement.Booster.Cmp(after.settlement.Booster) != 0 {
			t.Fatalf("%v: booster %s, then %s", d.result.Arrival, before.settlement.Booster, after.settlement.Booster)
		}
	})
}

// otherPatterns returns wide bets on 20 runners.
func otherPatterns() []struct {
	name string
	bet  tote.BetCode
	p    tote.Pattern
} {
	field := tote.Numbered(20)
	all := field.Slice()
	of := func(p tote.Pattern, variant uint8, complement tote.Horse) tote.Pattern {
		p.Variant, p.Complement = variant, complement
		return p
	}
	return []struct {
		name string
		bet  tote.BetCode
		p    tote.Pattern
	}{
		{"CoupleGagnantCombined", coupleG, of(tote.CombinedPattern(all[:12]...), 0, 13)},
		{"CouplePlaceFullField", coupleP, of(tote.FullFieldPattern(all[:1], field), 0, 2)},
		{"CoupleOrdreUnit", coupleO, tote.UnitPattern(3, 5)},
		{"CoupleOrdreAllOrders", coupleO, of(tote.CombinedPattern(all[:12]...).InAllOrders(), 0, 13)},
		{"CoupleOrdreFree", coupleO, tote.FreePattern(all[:8], all[4:12])},
		{"MultiUnit", multi, of(tote.UnitPattern(all[:6]...), 6, 0)},
		{"MultiCombined", multi, of(tote.CombinedPattern(all...), 7, 0)},
		{"MultiFullField", multi, of(tote.FullFieldPattern(all[2:4], field), 7, 0)},
		{"Pick5Unit", pickFive, tote.UnitPattern(1, 2, 3, 5, 7)},
		{"Pick5Combined", pickFive, of(tote.CombinedPattern(all[:14]...), 0, 15)},
		{"Pick5FullField", pickFive, of(tote.FullFieldPattern(all[2:3], field), 0, 5)},
	}
}

// TestOthersAllocateNothing guards the settlement scan: millions of bets.
func TestOthersAllocateNothing(t *testing.T) {
	f := tote.Field{Declared: tote.Numbered(20)}
	for _, tt := range otherPatterns() {
		card, bet := cardOf(t, tt.bet), betOf(t, tt.bet, "")
		var tally tote.Tally
		tally.Reset(len(card.Lines()))
		if got := testing.AllocsPerRun(100, func() { card.Count(&tt.p, &tally) }); got != 0 {
			t.Errorf("%s: Count allocates %v times", tt.name, got)
		}
		if got := testing.AllocsPerRun(100, func() {
			if _, err := bet.Units(&tt.p, f); err != nil {
				t.Fatal(tt.name, err)
			}
		}); got != 0 {
			t.Errorf("%s: Units allocates %v times", tt.name, got)
		}
	}
}

func BenchmarkOthersCount(b *testing.B) {
	for _, tt := range otherPatterns() {
		b.Run(tt.name, func(b *testing.B) {
			card := cardOf(b, tt.bet)
			var tally tote.Tally
			tally.Reset(len(card.Lines()))
			b.ReportAllocs()
			for b.Loop() {
				card.Count(&tt.p, &tally)
			}
		})
	}
}

func BenchmarkOthersShare(b *testing.B) {
	for _, code := range onlineOthers {
		b.Run(string(code), func(b *testing.B) {
			card := cardOf(b, code)
			s := tote.Stakes{Total: 10_000_000, OnLine: make([]tote.Money, len(card.Lines()))}
			for i := range s.OnLine {
				s.OnLine[i] = tote.Money(10_000 * (i + 1))
			}
			b.ReportAllocs()
			for b.Loop() {
				card.Share(s)
			}
		})
	}
}
