package rulebook_test

import (
	"slices"
	"sort"
	"strings"
	"testing"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// observedPool is a pool of 2026 of which PMU published dividends and winning
// stakes, not the total. Source: 04-couple section 13. Each line is
// "combination stakes dividend", in euros; a line nobody backs has none.
type observedPool struct {
	name   string
	bet    tote.BetCode
	finish string
	lines  string
}

var observedPools = []observedPool{
	{"21 May 2026, online", "COUPLE_GAGNANT", "4 11 {3,6} 15", "4-11 385 44.50; 4-NP 29 11.30"},
	{"21 May 2026, online", "COUPLE_PLACE", "4 11 {3,6} 15", "4-11 616 10.00; 3-4 866 5.50; 3-11 2086 3.50; 4-6 647 6.80;" +
		" 6-11 931.10 5.20; 4-NP 88 2.70; 11-NP 97 2.00; 3-NP 123 1.60; 6-NP 78 2.10"},
	{"21 May 2026, shops", "COUPLE_GAGNANT", "4 11 {3,6} 15", "4-11 1625.81 41.40; 4-NP 362.15 9.60"},
	{"21 May 2026, shops", "COUPLE_PLACE", "4 11 {3,6} 15", "4-11 3276.36 8.50; 3-4 4488.25 4.80; 4-6 2885.59 6.30;" +
		" 3-11 10152.39 3.20; 6-11 5466.76 4.30; 4-NP 847.87 2.40; 11-NP 893.91 1.80; 3-NP 1435.05 1.50; 6-NP 842.36 1.90"},
	{"30 August 2026, dead heat for first", "COUPLE_GAGNANT", "{4,11} 8 9", "4-11 1026 23.50; 4-NP 1 6.60"},
	{"30 August 2026, dead heat for first", "COUPLE_PLACE", "{4,11} 8 9", "4-11 1581 9.80; 4-8 1009 13.00; 8-11 532 18.80;" +
		" 4-NP 4 3.20; 11-NP 5 3.80"},
	{"8 October 2026", "COUPLE_GAGNANT", "1 5 8 4", "1-5 1288 13.10"},
	{"8 October 2026", "COUPLE_PLACE", "1 5 8 4", "1-5 1663 5.60; 1-8 1754 5.40; 5-8 1456 6.00"},
	{"July 2026, shops", "COUPLE_GAGNANT", "5 3 7 10", "3-5 1164.81 67.60"},
	{"July 2026, shops", "COUPLE_PLACE", "5 3 7 10", "3-5 2306.47 18.40; 5-7 3776.80 13.80; 3-7 3233.76 15.10"},
}

// TestObservedCouples holds that one total of the pool gives every dividend
// published for it.
func TestObservedCouples(t *testing.T) {
	book, _ := rulebook.ByID("fr-retail-2026-observed")
	for _, o := range observedPools {
		t.Run(o.name+" "+string(o.bet), func(t *testing.T) {
			bet, _ := book.Type(o.bet)
			o.run(t, bet)
		})
	}
}

func (o observedPool) run(t *testing.T, bet tote.BetType) {
	const out, totalMax = tote.Horse(17), 1_000_000_000
	r := tote.Result{Declared: tote.Numbered(17), NonRunners: tote.SetOf(out)}
	for group := range strings.FieldsSeq(o.finish) {
		r.Arrival = append(r.Arrival, horsesOf(strings.Trim(group, "{}"), ","))
	}
	card, reason := bet.Card(r)
	if reason != "" {
		t.Fatal(reason)
	}
	stakes := tote.Stakes{OnLine: make([]tote.Money, len(card.Lines()))}
	published := make([]tote.Dividend, len(card.Lines()))
	for text := range strings.SplitSeq(o.lines, ";") {
		fields := strings.Fields(text)
		i := slices.IndexFunc(card.Lines(), func(l tote.Line) bool { return l.Combination == fields[0] })
		if i < 0 {
			t.Fatalf("no line %s", fields[0])
		}
		stakes.OnLine[i] = euros(t, fields[1])
		stakes.Total += stakes.OnLine[i]
		published[i] = tote.Dividend(euros(t, fields[2]))
	}
	// Dividends rise with the money lost: the totals that give a published one
	// are an interval, and the intervals must meet.
	won := stakes.Total
	paidAt := func(total int, line int) tote.Dividend {
		s := stakes
		s.Total = won + tote.Money(total)
		return card.Share(s).Dividends[line]
	}
	least, most := 0, totalMax
	for i, want := range published {
		if want == 0 {
			continue
		}
		least = max(least, sort.Search(totalMax, func(total int) bool { return paidAt(total, i) >= want }))
		most = min(most, sort.Search(totalMax, func(total int) bool { return paidAt(total, i) > want })-1)
	}
	if least > most {
		t.Errorf("no total gives every dividend: some ask for %d cents lost or more, others for %d or less", least, most)
	}
}
