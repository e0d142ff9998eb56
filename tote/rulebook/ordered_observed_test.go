package rulebook_test

import (
	"slices"
	"sort"
	"strings"
	"testing"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// observedOrdered are the pools of 2026 of which PMU published dividends and winning
// stakes, not the total (07-tierce section 13, 08-quarte section 12, 09-quinte
// section 14). Each line is "rank combination stakes dividend", stakes in units of
// the base stake. A dividend of 0 is not compared: a sum added to the exact order
// alone, which the text of 2020 does not know, is in it.
var observedOrdered = []observedOrderedPool{
	{"21 May, online", "fr-2026-observed", "E_TIERCE", 100, 0, "4 11 3,6 15", "ORDRE 4-11-3 76 90.50; ORDRE 4-11-6 53 122.70;" +
		" DESORDRE 4-11-3 593.5 14.50; DESORDRE 4-11-6 291 19.40; 1NP 4-11-NP 39 8.00"},
	{"21 May, shops", "fr-retail-2026-observed", "TIERCE", 100, 0, "4 11 3,6 15", "ORDRE 4-11-3 564.58 109.20; ORDRE 4-11-6 405.13 147.00;" +
		" DESORDRE 4-11-3 5538.69 16.90; DESORDRE 4-11-6 2814.32 22.60; 1NP 4-11-NP 561.51 9.20"},
	{"30 August", "fr-2026-observed", "E_TIERCE", 100, 0, "4,11 8 9", "ORDRE 4-11-8 130.5 199.10; DESORDRE 4-11-8 182 67.90; 1NP 4-11-NP 1 32.70"},
	{"8 October", "fr-2026-observed", "E_TIERCE", 100, 0, "1 5 8 4", "ORDRE 1-5-8 493 0; DESORDRE 1-5-8 1570.5 7.70"},
	{"21 May, online", "fr-2026-observed", "E_QUARTE_PLUS", 150, 0, "4 11 3,6 15", "ORDRE 4-11-3-6 23 0; DESORDRE 4-11-3-6 474.83 22.70; BONUS 3-4-11 2579.67 4.40"},
	{"21 May, shops", "fr-retail-2026-observed", "QUARTE_PLUS", 150, 0, "4 11 3,6 15", "ORDRE 4-11-3-6 299.44 0; DESORDRE 4-11-3-6 7187.31 20.50;" +
		" BONUS 3-4-11 22478.73 4.30; BONUS 4-6-11 11469.8 4.30"},
	{"30 August", "fr-2026-observed", "E_QUARTE_PLUS", 150, 0, "4,11 8 9 7,16", "ORDRE 4-11-8-9 10.33 523.40; DESORDRE 4-11-8-9 88.83 83.50; BONUS 4-8-11 702.17 13.30"},
	{"8 October", "fr-2026-observed", "E_QUARTE_PLUS", 150, 0, "1 5 8 4 15,16", "ORDRE 1-5-8-4 7.5 445.00; DESORDRE 1-5-8-4 115.5 35.20; BONUS 1-5-8 2863.17 2.70"},
	{"21 May, online", "fr-online-2026-observed", "E_QUINTE_PLUS", 200, 0, "4 11 3,6 15", "ORDRE 4-11-3-6-15 3.75 2504.80; DESORDRE 4-11-3-6-15 381.5 38.10;" +
		" BONUS_4 3-4-6-11 10078.42 1.90; BONUS_3 3-4-11 7796 1.60"},
	{"21 May, shops", "fr-retail-2026-observed", "QUINTE_PLUS", 200, 0, "4 11 3,6 15", "ORDRE 4-11-3-6-15 28.32 2569.60; DESORDRE 4-11-3-6-15 3816.97 48.00;" +
		" BONUS_4 3-4-6-11 38610.78 2.00; BONUS_4 3-4-11-15 11741.62 2.00; BONUS_4 4-6-11-15 6660.26 2.00; BONUS_4 3-4-6-15 9427.55 2.00;" +
		" BONUS_4 3-6-11-15 34359.81 2.00; BONUS_3 3-4-11 46276.45 1.70; BONUS_3 4-6-11 26234.63 1.70"},
	{"30 August, Tirelire", "fr-online-2026-observed", "E_QUINTE_PLUS", 200, 10_000_000, "4,11 8 9 7,16", "ORDRE 4-11-8-9-7 7.25 6070.60; ORDRE 4-11-8-9-16 6 6115.60;" +
		" DESORDRE 4-11-8-9-7 104.5 61.10; DESORDRE 4-11-8-9-16 160.5 56.50; BONUS_4 4-8-9-11 11299.25 3.40; BONUS_3 4-8-11 3277 2.90"},
	{"8 October", "fr-online-2026-observed", "E_QUINTE_PLUS", 200, 0, "1 5 8 4 15,16", "ORDRE 1-5-8-4-15 2.25 3072.90; ORDRE 1-5-8-4-16 4.5 1613.90;" +
		" DESORDRE 1-5-8-4-15 130.75 36.10; DESORDRE 1-5-8-4-16 241.25 19.60; BONUS_4 1-4-5-8 13081.25 1.50; BONUS_3 1-5-8 9608 1.30"},
	{"7 July, shops, capped", "fr-retail-2026-observed", "QUINTE_PLUS", 200, 0, "5 3 7 10 2", "ORDRE 5-3-7-10-2 1.25 63175.70; DESORDRE 5-3-7-10-2 451.23 526.40;" +
		" BONUS_4 3-5-7-10 24692.91 6.00; BONUS_3 3-5-7 42446.33 4.40"},
}

// observedOrderedPool is a pool as published; base is the base stake and prize the
// Tirelire, in cents.
type observedOrderedPool struct {
	name        string
	book        rulebook.ID
	bet         tote.BetCode
	base, prize tote.Money
	finish      string
	lines       string
}

// TestObservedOrdered holds that one total of each pool gives every dividend
// published for it.
func TestObservedOrdered(t *testing.T) {
	for _, o := range observedOrdered {
		t.Run(string(o.bet)+" "+o.name, func(t *testing.T) {
			book, ok := rulebook.ByID(o.book)
			if !ok {
				t.Fatalf("no book %s", o.book)
			}
			bet, ok := book.Apart(o.bet, nil)
			if !ok {
				bet, ok = book.Type(o.bet)
			}
			if !ok {
				t.Fatalf("%s has no %s", o.book, o.bet)
			}
			r := tote.Result{Declared: tote.Numbered(18), NonRunners: tote.SetOf(17)}
			for group := range strings.FieldsSeq(o.finish) {
				r.Arrival = append(r.Arrival, numbersIn(t, group, ","))
			}
			card, _ := bet.Card(r)
			stakes, published := o.read(t, card)
			checkOneTotal(t, card, stakes, published)
		})
	}
}

func (o observedOrderedPool) read(t *testing.T, card tote.Card) (tote.Stakes, []tote.Dividend) {
	lines := card.Lines()
	stakes := tote.Stakes{Added: o.prize, OnLine: make([]tote.Money, len(lines))}
	published := make([]tote.Dividend, len(lines))
	for text := range strings.SplitSeq(o.lines, "; ") {
		fields := strings.Fields(text)
		i := slices.IndexFunc(lines, func(l tote.Line) bool {
			return strings.HasSuffix(l.Rank, "_"+fields[0]) && l.Combination == fields[1]
		})
		if i < 0 {
			t.Fatalf("no line %s %s", fields[0], fields[1])
		}
		stakes.OnLine[i] = euros(t, fields[2]) * o.base / 100
		stakes.Total += stakes.OnLine[i]
		published[i] = tote.Dividend(euros(t, fields[3]))
	}
	return stakes, published
}

// checkOneTotal holds that the totals that give each published dividend have one in
// common. Dividends rise with the money lost, so those totals are an interval.
func checkOneTotal(t *testing.T, card tote.Card, stakes tote.Stakes, published []tote.Dividend) {
	const lostMax = 4_000_000_000
	won := stakes.Total
	low, high := 0, lostMax
	for i, want := range published {
		if want == 0 {
			continue
		}
		paidAt := func(lost int) tote.Dividend {
			s := stakes
			s.Total = won + tote.Money(lost)
			settled := card.Share(s)
			if settled.RefundAll() {
				return 0
			}
			return settled.Dividends[i]
		}
		from := sort.Search(lostMax, func(lost int) bool { return paidAt(lost) >= want })
		to := sort.Search(lostMax, func(lost int) bool { return paidAt(lost) > want }) - 1
		if from > to {
			t.Errorf("%v: no total pays %s", card.Lines()[i], want)
			continue
		}
		low, high = max(low, from), min(high, to)
	}
	if low > high {
		t.Errorf("no total in common: %d to %d cents lost", low, high)
	}
}
