package rulebook_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
)

// ends counts how the units of p end, by line of the card.
type ends struct {
	Refunded int
	Won      map[string]int
}

func countedBy(card tote.Card, p *tote.Pattern) ends {
	lines := card.Lines()
	var t tote.Tally
	t.Reset(len(lines))
	card.Count(p, &t)
	got := ends{Refunded: t.Refunded, Won: map[string]int{}}
	for i, n := range t.Won {
		if n != 0 {
			got.Won[lines[i].Combination] += n
		}
	}
	return got
}

// expanded returns the unit combinations of a bet of one or two horses, each in
// the order of designation, base first.
func expanded(p *tote.Pattern, size int) [][]tote.Horse {
	var units [][]tote.Horse
	chosen := p.Group(0)
	if p.Formula == tote.Base {
		for h := range p.Associates().All {
			units = append(units, []tote.Horse{chosen[0], h})
		}
		return units
	}
	for i, h := range chosen {
		if size == 1 {
			units = append(units, []tote.Horse{h})
			continue
		}
		for _, g := range chosen[i+1:] {
			units = append(units, []tote.Horse{h, g})
		}
	}
	return units
}

// TestCountEqualsExpansion compares the closed forms with units counted one by
// one by a model that follows the text.
func TestCountEqualsExpansion(t *testing.T) {
	t.Run("2sur4", rapid.MakeCheck(func(t *rapid.T) {
		bet := betOf(t, deux, "")
		r := drawResult(t)
		p := drawPattern(t, deux, r.Declared)
		units := expanded(&p, 2)
		if n, err := bet.Units(&p, tote.Field{Declared: r.Declared}); err != nil || n != len(units) {
			t.Fatalf("units of %+v: got %d, %v, want %d", p, n, err, len(units))
		}
		card, reason := bet.Card(r)
		if reason != "" {
			return
		}
		want := ends{Won: map[string]int{}}
		for _, u := range units {
			switch end := endOf(&p, u, r); end {
			case "lost":
			case "refunded":
				want.Refunded++
			default:
				want.Won[end]++
			}
		}
		if diff := cmp.Diff(want, countedBy(card, &p)); diff != "" {
			t.Fatalf("%+v on %+v (-want +got):\n%s", p, r, diff)
		}
	}))
	for _, code := range []tote.BetCode{gagnant, place} {
		t.Run(string(code), rapid.MakeCheck(func(t *rapid.T) {
			bet := betOf(t, code, "")
			r := drawResult(t)
			p := drawPattern(t, code, r.Declared)
			card, reason := bet.Card(r)
			if reason != "" {
				return
			}
			last := 1
			if code == place {
				last = 2
				if r.Declared.Len() >= 8 {
					last = 3
				}
			}
			places := tote.PlacesOf(r.Arrival)
			want := ends{Won: map[string]int{}}
			for _, u := range expanded(&p, 1) {
				switch h := u[0]; {
				case r.NonRunners.Has(h):
					want.Refunded++
				case places[h] != 0 && int(places[h]) <= last:
					want.Won[h.String()]++
				}
			}
			if diff := cmp.Diff(want, countedBy(card, &p)); diff != "" {
				t.Fatalf("%+v on %+v (-want +got):\n%s", p, r, diff)
			}
		}))
	}
}

// TestComplement holds the examples of 01-general section 4 and of 04-couple
// 10.3 that concern pairs, and each special case once.
func TestComplement(t *testing.T) {
	const c = 8
	field := tote.Numbered(12)
	with := func(p tote.Pattern, complement tote.Horse) tote.Pattern {
		p.Complement = complement
		return p
	}
	base := func(b tote.Horse, associates ...tote.Horse) tote.Pattern {
		return tote.BasePattern([]tote.Horse{b}, associates)
	}
	tests := []struct {
		name    string
		pattern tote.Pattern
		out     tote.HorseSet
		want    ends
	}{
		{"one out, replaced", with(tote.UnitPattern(3, 9), 5), tote.SetOf(9), ends{Won: map[string]int{"3-5": 1}}},
		{"one out, complement out", with(tote.UnitPattern(3, 9), 10), tote.SetOf(9, 10), ends{Won: map[string]int{"3-NP": 1}}},
		{"both out, one replaced", with(tote.UnitPattern(9, 10), 5), tote.SetOf(9, 10), ends{Won: map[string]int{"5-NP": 1}}},
		{"both out, replaced by a loser", with(tote.UnitPattern(9, 10), c), tote.SetOf(9, 10), ends{}},
		{"both out, no complement", tote.UnitPattern(9, 10), tote.SetOf(9, 10), ends{Refunded: 1}},
		{"combined, partner of two replaced", with(tote.CombinedPattern(3, 9, 10), 5), tote.SetOf(9, 10),
			ends{Won: map[string]int{"3-5": 1, "3-NP": 1, "5-NP": 1}}},
		{"combined, the example of C-10", with(tote.CombinedPattern(10, 3, 5), 7), tote.SetOf(10, 9),
			ends{Won: map[string]int{"3-5": 1, "3-7": 1, "5-7": 1}}},
		{"associates out, one replaced", with(base(3, 9, 10, 11), 5), tote.SetOf(9, 10, 11),
			ends{Won: map[string]int{"3-5": 1, "3-NP": 2}}},
		{"associate is the complement: held twice", with(base(7, 3, 5), 3), tote.SetOf(5), ends{Won: map[string]int{"3-7": 2}}},
		{"base out, not replaced", base(7, 3, 5), tote.SetOf(7), ends{Refunded: 2}},
		{"base out, replaced but in the unit that holds it", with(base(7, 3, 5), 3), tote.SetOf(7),
			ends{Refunded: 1, Won: map[string]int{"3-5": 1}}},
		{"base and associate out, base replaced", with(base(7, 9, 3), 5), tote.SetOf(7, 9),
			ends{Won: map[string]int{"3-5": 1, "5-NP": 1}}},
		{"base out in a full field", tote.FullFieldPattern([]tote.Horse{7}, field), tote.SetOf(7), ends{Refunded: 11}},
		{"base runs, associates out", base(3, 5, 9, 10), tote.SetOf(9, 10), ends{Won: map[string]int{"3-5": 1, "3-NP": 2}}},
		{"base loses, associates out", base(12, 5, 9, 10), tote.SetOf(9, 10), ends{}},
	}
	bet := betOf(t, deux, "")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var arrival [][]tote.Horse
			for _, h := range []tote.Horse{3, 5, 7, 1, 2} {
				if !tt.out.Has(h) {
					arrival = append(arrival, []tote.Horse{h})
				}
			}
			card, reason := bet.Card(tote.Result{Declared: field, NonRunners: tt.out, Arrival: arrival})
			if reason != "" {
				t.Fatal(reason)
			}
			if tt.want.Won == nil {
				tt.want.Won = map[string]int{}
			}
			if diff := cmp.Diff(tt.want, countedBy(card, &tt.pattern)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// patterns returns one bet of each formula, the widest where there is a choice.
func patterns() []struct {
	name string
	bet  tote.BetCode
	p    tote.Pattern
} {
	field := tote.Numbered(20)
	all := field.Slice()
	combined := tote.CombinedPattern(all[:12]...)
	combined.Complement = 13
	full := tote.FullFieldPattern(all[:1], field)
	full.Complement = 2
	return []struct {
		name string
		bet  tote.BetCode
		p    tote.Pattern
	}{
		{"SimpleUnit", place, tote.UnitPattern(3)},
		{"SimpleCombined", place, tote.CombinedPattern(all[:12]...)},
		{"2sur4Unit", deux, tote.UnitPattern(3, 5)},
		{"2sur4Combined", deux, combined},
		{"2sur4FullField", deux, full},
	}
}

// cardOf returns the card of a 20-horse race with two non-runners.
func cardOf(t tester, code tote.BetCode) tote.Card {
	card, reason := betOf(t, code, "").Card(tote.Result{
		Declared:   tote.Numbered(20),
		NonRunners: tote.SetOf(9, 17),
		Arrival:    order(3, 5, 7, 1, 2),
	})
	if reason != "" {
		t.Fatal(reason)
	}
	return card
}

// TestCountAllocatesNothing guards the settlement scan: millions of bets.
func TestCountAllocatesNothing(t *testing.T) {
	for _, tt := range patterns() {
		card, bet := cardOf(t, tt.bet), betOf(t, tt.bet, "")
		var tally tote.Tally
		tally.Reset(len(card.Lines()))
		f := tote.Field{Declared: tote.Numbered(20)}
		if got := testing.AllocsPerRun(100, func() { card.Count(&tt.p, &tally) }); got != 0 {
			t.Errorf("%s: Count allocates %v times", tt.name, got)
		}
		if got := testing.AllocsPerRun(100, func() {
			if _, err := bet.Units(&tt.p, f); err != nil {
				t.Fatal(err)
			}
		}); got != 0 {
			t.Errorf("%s: Units allocates %v times", tt.name, got)
		}
	}
}

func BenchmarkCount(b *testing.B) {
	for _, tt := range patterns() {
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

func BenchmarkUnits(b *testing.B) {
	for _, tt := range patterns() {
		b.Run(tt.name, func(b *testing.B) {
			bet, f := betOf(b, tt.bet, ""), tote.Field{Declared: tote.Numbered(20)}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := bet.Units(&tt.p, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
