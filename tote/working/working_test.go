package working_test

import (
	"slices"
	"strings"
	"testing"

	"opentote/tote"
	"opentote/tote/rulebook"
	"opentote/tote/working"
)

// settle settles a pool of the online rulebook with one bet of each pattern, a euro and
// a half a combination, and returns it with the bets as they ended.
func settle(t *testing.T, code tote.BetCode, result tote.Result, patterns ...tote.Pattern) (*working.Pool, []working.Bet) {
	t.Helper()
	book, _ := rulebook.ByID("fr-online-2020")
	bet, ok := book.Type(code)
	if !ok {
		t.Fatalf("no bet %s", code)
	}
	p := &working.Pool{Bet: code, Rulebook: "fr-online-2020", Result: result}
	card, reason := bet.Card(result)
	if card == nil {
		p.Settlement = tote.RefundWhole(reason, 0, p.Stakes)
	} else {
		p.Lines = card.Lines()
		p.Stakes.OnLine = make([]tote.Money, len(p.Lines))
	}
	const unit = 155
	var bets []working.Bet
	for _, pattern := range patterns {
		units, err := bet.Units(&pattern, tote.Field{Declared: result.Declared})
		if err != nil {
			t.Fatal(err)
		}
		b := working.Bet{Pattern: pattern, Unit: unit, Units: units}
		b.Tally.Reset(len(p.Lines))
		p.Stakes.Total += unit * tote.Money(units)
		if card != nil {
			card.Count(&pattern, &b.Tally)
			p.Stakes.Refunded += unit * tote.Money(b.Tally.Refunded)
			for i, n := range b.Tally.Won {
				p.Stakes.OnLine[i] += unit * tote.Money(n)
			}
		}
		bets = append(bets, b)
	}
	if card != nil {
		s := p.Stakes
		s.Working = &p.Working
		p.Settlement = card.Share(s)
	}
	return p, bets
}

func texts(lines []working.Line) (all []string) {
	for _, l := range lines {
		all = append(all, strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(l.Text))
	}
	return all
}

// field is a race of so many horses, of which some do not run.
func field(runners int, out tote.HorseSet, arrival ...tote.Horse) tote.Result {
	r := tote.Result{Declared: tote.Numbered(runners), NonRunners: out}
	for _, h := range arrival {
		r.Arrival = append(r.Arrival, []tote.Horse{h})
	}
	return r
}

func TestBetLines(t *testing.T) {
	race := field(12, tote.SetOf(9), 3, 5, 7, 1)
	combined := tote.CombinedPattern(3, 5, 7, 9)
	lost := tote.UnitPattern(6, 7)
	complemented := tote.UnitPattern(9, 3)
	complemented.Complement = 5
	var others []tote.Pattern
	for range 40 {
		others = append(others, tote.CombinedPattern(1, 2, 4, 6, 8, 10))
	}
	pool, bets := settle(t, "E_COUPLE_GAGNANT", race, append([]tote.Pattern{combined, lost, complemented}, others...)...)
	if bets[0].Tally.Refunded != 0 {
		t.Fatalf("a unit of one placed horse and a non-runner is refunded: %+v", bets[0].Tally)
	}
	for _, c := range []struct {
		bet  int
		lang working.Language
		want []string
	}{
		{0, working.English, []string{
			"e-Couplé Gagnant, 6 combinations at €1.55: €9.30.",
			"Non-runners in this bet: 9.",
			"3-5: won, €1.55 × €159.30 = €246.915 → €246.92; 1 combination.",
			"3-NP: won, €1.55 × €31.50 = €48.825 → €48.83; 1 combination.",
			"The others lose: 4 combinations.",
			"It took the first two.",
			"Its horses finished: 3 (1st), 5 (2nd), 7 (3rd).",
			"Won: €295.75.",
		}},
		{1, working.French, []string{
			"e-Couplé Gagnant, 1 combinaison à 1,55 € : 1,55 €.",
			"Perdant : 1 combinaison.",
			"Il fallait les deux premiers.",
			"Arrivée de ses chevaux : 7 (3e).",
			"Non classés : 6.",
		}},
		{2, working.English, []string{
			"e-Couplé Gagnant, 1 combination at €1.55: €1.55.",
			"Non-runners in this bet: 9.",
			"The replacement horse, 5, replaces one non-runner in each combination that does not hold it already.",
			"3-5: won, €1.55 × €159.30 = €246.915 → €246.92.",
			"Won: €246.92.",
		}},
	} {
		got := texts(bets[c.bet].Lines(pool, c.lang))
		if !slices.Equal(got, c.want) {
			t.Errorf("bet %d:\n%s\nwant\n%s", c.bet, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

func TestRefundLines(t *testing.T) {
	pool, bets := settle(t, "E_DEUX_SUR_QUATRE", field(6, tote.SetOf(1, 2), 3, 4, 5, 6), tote.CombinedPattern(3, 4, 5))
	got := texts(bets[0].Lines(pool, working.French))
	want := []string{
		"e-2sur4, 3 combinaisons à 1,55 € : 4,65 €.",
		"Remboursé en entier, 4,65 € : trop peu de chevaux ont pris part à la course.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	pool, bets = settle(t, "E_SIMPLE_GAGNANT", field(9, tote.SetOf(4), 1, 2, 3), tote.CombinedPattern(4, 1), tote.CombinedPattern(5, 6, 7, 8))
	got = texts(bets[0].Lines(pool, working.English))
	if !slices.Contains(got, "Refunded because of non-runners: 1 combination, €1.55.") || !slices.Contains(got, "Won: €6.67.") {
		t.Errorf("%q", got)
	}
}

// TestReasonsAreSaid holds that every reason to refund a pool is a sentence in both
// languages and names an article.
func TestReasonsAreSaid(t *testing.T) {
	for _, reason := range []tote.Reason{
		tote.RaceCancelled, tote.TooFewRunners, tote.NoHorseClassified, tote.TooFewClassified, tote.NoWinningStake, tote.BelowMinimum,
		tote.BetNotOffered, rulebook.NotComputed, rulebook.PaymentsExceedMass,
	} {
		for _, book := range []rulebook.ID{"fr-online-2020", "fr-retail-2026-observed"} {
			b, _ := rulebook.ByID(book)
			for _, code := range b.Codes() {
				checkReason(t, code, reason)
			}
		}
	}
}

func checkReason(t *testing.T, code tote.BetCode, reason tote.Reason) {
	t.Helper()
	p := working.Pool{Bet: code, Settlement: tote.RefundWhole(reason, 0, tote.Stakes{})}
	var said [2]working.Line
	for lang := range said {
		sections := p.Sections(working.Language(lang))
		said[lang] = sections[len(sections)-1].Lines[0]
	}
	if strings.Contains(said[0].Text, string(reason)) || said[0].Text == said[1].Text || said[0].Article == "" {
		t.Errorf("%s, %s: %q", code, reason, said)
	}
	if working.BetName(code) == string(code) {
		t.Errorf("%s has no name", code)
	}
}

func TestText(t *testing.T) {
	got := working.Text([]working.Section{{Title: "A", Lines: []working.Line{{Text: "b", Article: "II-14"}, {Text: "c"}}}})
	if want := "A\n  b  [II-14]\n  c\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestJackpotIsTold(t *testing.T) {
	plain := strings.NewReplacer("\u00a0", " ", "\u202f", " ")
	for _, tt := range []struct {
		lang          working.Language
		won, refunded tote.Money
		want          []string
	}{
		{working.English, 0, 0, []string{"Jackpot service for €2.00: ×2.00, ×1.50."}},
		{working.French, 0, 0, []string{"Service Jackpot pour 2,00 € : ×2,00 ; ×1,50."}},
		{working.English, 6_80, 0, []string{"Jackpot", "Won with the service, what the pool pays included: €6.80."}},
		{working.French, 6_80, 1_00, []string{"Service", "Gain avec le service, celui de la masse compris : 6,80 €.", "Remboursé, part du service comprise : 1,00 €."}},
	} {
		got := working.Jackpot(2_00, []uint32{20, 15}, tt.won, tt.refunded, tt.lang)
		if len(got) != len(tt.want) {
			t.Errorf("%+v: %+v", tt, got)
			continue
		}
		for i, l := range got {
			if l.Article != "II-11 ter" || !strings.HasPrefix(plain.Replace(l.Text), tt.want[i]) {
				t.Errorf("%+v: %+v", tt, l)
			}
		}
	}
}

// TestASinglePoolHasItsNetwork: in either network a bet of a single pool goes by its
// own name, and is refunded where all of that name are.
func TestASinglePoolHasItsNetwork(t *testing.T) {
	for _, tt := range []struct {
		pool, bet  tote.BetCode
		name, told string
	}{
		{"E_MASSE_UNIQUE", "E_TRIO_ORDRE", "e-Trio, e-Trio Ordre, e-Super4", "e-Trio Ordre, 1 combination at €2.00: €2.00."},
		{"MASSE_UNIQUE", "TRIO_ORDRE", "Trio, Trio Ordre, Super4", "Trio Ordre, 1 combination at €2.00: €2.00."},
	} {
		p := &working.Pool{Bet: tt.pool, Refunds: []working.Refund{{Bet: tt.bet, Reason: tote.NoWinningStake}}}
		pattern := tote.UnitPattern(1, 2, 3)
		pattern.Variant = uint8(rulebook.TrioOrdre)
		b := working.Bet{Pattern: pattern, Unit: 200, Units: 1}
		if won, refunded := b.Pays(p); won != 0 || refunded != 200 {
			t.Errorf("%s: won %v, refunded %v", tt.pool, won, refunded)
		}
		if got := working.BetName(tt.pool); got != tt.name {
			t.Errorf("%s is called %q, want %q", tt.pool, got, tt.name)
		}
		if got := texts(b.Lines(p, working.English))[0]; got != tt.told {
			t.Errorf("%s: told %q, want %q", tt.pool, got, tt.told)
		}
	}
}
