package sim

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"opentote/racing/sample"
	"opentote/tote"
)

// abroadDay is the sample day with the shops' bets on pools that a host shares out.
func abroadDay() []Document {
	programme := sample.Programme()
	for old, abroad := range map[string]string{ // order-free: none is part of another
		`"SIMPLE_GAGNANT"`: `"SIMPLE_GAGNANT_INTERNATIONAL"`, `"SIMPLE_PLACE"`: `"SIMPLE_PLACE_INTERNATIONAL"`,
		`"COUPLE_GAGNANT"`: `"COUPLE_ORDRE_INTERNATIONAL"`, `"COUPLE_PLACE"`: `"TRIO_ORDRE_INTERNATIONAL"`,
		`"complement":true`: `"complement":false`, `"spotAutorise":true`: `"spotAutorise":false`,
	} {
		programme = bytes.ReplaceAll(programme, []byte(old), []byte(abroad))
	}
	return []Document{{Name: "programme", Content: programme}, {Name: "participants", Content: sample.Participants()}}
}

// TestADayAbroad: accounts and tills bet in the same pools, the host sends the same
// dividends for the same seed, and all checks hold, with what is between it and us.
func TestADayAbroad(t *testing.T) {
	t.Parallel()
	o := PlanOptions{Seed: 1, Bettors: 500}
	r, text := runDay(t, abroadDay(), o, ManualClock)
	if _, again := runDay(t, abroadDay(), o, ManualClock); again != text {
		t.Errorf("a second run differs:\n%s", cmp.Diff(text, again))
	}
	var position, ledger tote.Money
	lines := map[string]int{}
	for i := range r.Races {
		for _, p := range r.Races[i].Pools {
			position -= p.Host
			if !strings.HasSuffix(p.Bet, "_INTERNATIONAL") {
				continue
			}
			lines[p.Bet] += len(p.Dividends)
			if p.Procedure != tote.Hosted && p.Procedure != tote.Refund {
				t.Errorf("%s %s was computed as %s", r.Races[i].Race, p.Bet, p.Procedure)
			}
			if p.Takeout+p.Breakage+p.Booster+p.Progressive != 0 || p.Stakes+p.Host != p.Winnings+p.Refunds {
				t.Errorf("%s %s: %+v", r.Races[i].Race, p.Bet, p)
			}
		}
	}
	for _, l := range r.Ledger {
		if l.Class == "hosts" {
			ledger = l.Cents
		}
	}
	if position != ledger || ledger == 0 {
		t.Errorf("%v is owed to hosts, the pools say %v", ledger, position)
	}
	if len(lines) != 4 || lines["TRIO_ORDRE_INTERNATIONAL"] == 0 || lines["SIMPLE_PLACE_INTERNATIONAL"] == 0 {
		t.Errorf("dividends of %v", lines)
	}
	if r.Total.Refunds == 0 || !strings.Contains(text, "l'organisateur étranger a envoyé les rapports") {
		t.Error("nothing is refunded, or nothing is said of the host")
	}
}
