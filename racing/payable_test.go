package racing

import (
	"path/filepath"
	"strings"
	"testing"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// leastField is what the first articles of the chapters ask for: horses that took
// part, and horses classified. Below it the pool is refunded.
var leastField = map[string]struct {
	ran, classified int
	few             tote.Reason // when too few are classified
}{
	"SIMPLE_GAGNANT":  {2, 1, tote.NoHorseClassified},
	"COUPLE_GAGNANT":  {3, 2, tote.TooFewClassified},
	"COUPLE_PLACE":    {4, 2, tote.TooFewClassified},
	"COUPLE_ORDRE":    {2, 2, tote.TooFewClassified},
	"DEUX_SUR_QUATRE": {5, 2, tote.TooFewClassified},
	"MULTI":           {8, 4, tote.TooFewClassified},
	"MINI_MULTI":      {7, 4, tote.TooFewClassified},
	"TIERCE":          {4, 3, tote.TooFewClassified},
	"QUARTE_PLUS":     {5, 3, tote.TooFewClassified},
	"QUINTE_PLUS":     {7, 3, tote.TooFewClassified},
	"PICK5":           {6, 5, tote.TooFewClassified},
	"TRIO":            {4, 3, tote.TooFewClassified},
	"TRIO_ORDRE":      {3, 3, tote.TooFewClassified},
	"SUPER_QUATRE":    {4, 4, tote.TooFewClassified},
}

// refundOf says by which rule a pool of the bet is refunded whatever is staked, ""
// if by none.
func refundOf(code tote.BetCode, r tote.Result) tote.Reason {
	name := betName(code)
	need := leastField[name]
	if name == "SIMPLE_PLACE" {
		need = leastField["SIMPLE_GAGNANT"]
		need.ran = 3
		if r.Declared.Len() >= 8 {
			need.ran = 4
		}
	}
	switch {
	case r.Refunded():
		return tote.RaceCancelled
	case r.Ran().Len() < need.ran:
		return tote.TooFewRunners
	case r.Classified() < need.classified:
		return need.few
	}
	return ""
}

// TestPayableOnRealArrivals holds that on every real finish every bet that was on
// offer has payable combinations, and pays whoever holds the first one, unless a rule
// refunds it.
func TestPayableOnRealArrivals(t *testing.T) {
	dir := sharedDir(t)
	files, err := filepath.Glob(filepath.Join(dir, "programme-*.json.gz"))
	if err != nil || len(files) == 0 {
		t.Skipf("no real days in %s", dir)
	}
	pools, refunds := 0, 0
	for _, file := range files {
		day := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "programme-"), ".json.gz")
		p, _, err := Import(realDay(t, dir, day)...)
		if err != nil {
			t.Fatal(err)
		}
		for race := range p.Races {
			result, known := race.Result()
			if !known {
				continue
			}
			for i := range race.Offers {
				if o := &race.Offers[i]; o.Sellable() && !strings.HasPrefix(betName(o.Code), "REPORT_") && betName(o.Code) != "TIC_TROIS" {
					pools++
					if checkPayable(t, race, o.Code, result) {
						refunds++
					}
				}
			}
		}
	}
	if pools < 9_000 {
		t.Errorf("only %d pools were looked at", pools)
	}
	t.Logf("%d pools, %d of them refunded by a rule", pools, refunds)
}

// checkPayable reports whether the pool is refunded by a rule.
func checkPayable(t *testing.T, race *Race, code tote.BetCode, r tote.Result) bool {
	book, ok := rulebook.For(code.Network(), race.ID.Day())
	if !ok {
		t.Fatalf("%v %s: no rulebook", race.ID, code)
	}
	if pool, ok := book.SinglePool(); ok {
		if bet, ok := pool.Bet(code); ok {
			return checkShared(t, race, pool, bet, r)
		}
	}
	bet, ok := book.Type(code)
	if rulebook.IsInternational(code) {
		abroad, err := rulebook.International(code, 200_000, rulebook.DefaultHost())
		if err != nil {
			t.Fatal(err)
		}
		bet, ok = abroad, true
	}
	if !ok {
		t.Errorf("%v: rulebook %s does not know %s", race.ID, book.ID, code)
		return false
	}
	want := refundOf(code, r)
	card, reason := bet.Card(r)
	if !rulebook.IsInternational(code) && reason != want || (card == nil) != (reason != "") {
		t.Errorf("%v %s: refunded because of %q, want %q; %v of %v", race.ID, code, reason, want, r.Arrival, r.Declared)
	}
	if card == nil {
		return true
	}
	const played, winning = 100_000_00, 100_00
	stakes := tote.Stakes{Total: played, OnLine: make([]tote.Money, len(card.Lines()))}
	card.Share(stakes) // nobody wins: refunded or kept, as the chapter says
	stakes.OnLine[0] = winning
	if s := card.Share(stakes); s.RefundAll() || s.Dividends[0] <= 110 {
		t.Errorf("%v %s: %v pays %s and is refunded because of %q", race.ID, code, card.Lines()[0], s.Dividends[0], s.Reason)
	}
	return false
}

// checkShared is checkPayable for a bet of the single pool.
func checkShared(t *testing.T, race *Race, pool *rulebook.SinglePool, bet rulebook.PoolBet, r tote.Result) bool {
	code := pool.Code(bet)
	treated, refunds := pool.Treated(r, rulebook.PoolBetsOf(bet))
	want := refundOf(code, r)
	if got := refunds[bet.Index()]; got != want || treated.Has(bet) == (want != "") {
		t.Errorf("%v %s: refunded because of %q, want %q", race.ID, code, got, want)
	}
	if want != "" {
		return true
	}
	card := pool.Card(r, rulebook.PoolBetsOf(bet))
	if len(card.Lines()) == 0 {
		t.Errorf("%v %s: nothing is payable on %v", race.ID, code, r.Arrival)
	}
	return false
}
