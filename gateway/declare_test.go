package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"opentote/engine"
	"opentote/event"
	"opentote/recheck"
	"opentote/tote"
)

// official runs the first race to its official result, with a winner of 2 euros.
func (w *world) official() {
	w.Helper()
	for i, horse := range []int{1, 2, 2} {
		if a := w.post(w.http1, w.till, "BettingService/PlaceBet", w.bet(fmt.Sprint("bet ", i), horse)); a.status != 200 {
			w.Fatalf("bet: %d %s", a.status, a.body)
		}
	}
	race := tote.RaceID(w.race)
	arrival := [][]tote.Horse{{1}, {2}, {3}, {4}}
	for _, c := range []engine.Command{
		&engine.StopRace{Race: race},
		&engine.EnterResult{Race: race, Arrival: arrival, Staff: "bruno"}, &engine.ConfirmResult{Race: race, Arrival: arrival, Staff: "carla"},
	} {
		w.ok(w.engine.Do(context.Background(), c))
	}
}

func (w *world) declare(headers ...string) answer {
	w.Helper()
	return w.post(w.http1, w.staff, "OfficeService/DeclareDividends", `{"raceId":`+number(w.race)+`}`, headers...)
}

func (w *world) accounts() string {
	w.Helper()
	return strings.ReplaceAll(w.post(w.http1, w.staff, "OfficeService/GetRaceAccounts", `{"raceId":`+number(w.race)+`}`).body, " ", "")
}

// falsified makes the second calculator pay a cent too much in one pool.
func falsified(c *recheck.Calculation) error {
	for i := range c.Pools {
		if f := &c.Pools[i].Figures; c.Pools[i].Case.Bet == "SIMPLE_GAGNANT" {
			f.Winnings++
		}
	}
	return nil
}

// TestADisputeBlocksARaceAndNoOther: nothing of the race is paid, both workings
// are kept, staff see it, another race is sold; and the race is declared when the
// calculators agree again.
func TestADisputeBlocksARaceAndNoOther(t *testing.T) {
	inWorld(t, func(w *world) {
		w.official()
		w.err = falsified
		name := "alarms/" + number(w.race) + ".json"
		for language, says := range map[string]string{
			"en": "The two calculators disagree: nothing is declared or paid. Both workings: " + name + ".",
			"fr": "Les deux calculateurs sont en désaccord : rien n'est déclaré ni payé. Les deux calculs : " + name + ".",
		} {
			a := w.declare("Accept-Language", language)
			if a.status != 400 || a.code() != "CALCULATORS_DISAGREE" || a.message() != says {
				w.Errorf("%d %s %q, want %q", a.status, a.code(), a.message(), says)
			}
		}
		want := `"dispute":{"difference":"SIMPLE_GAGNANT:winnings5.00,or5.01","file":"` + name + `"}`
		if got := w.accounts(); !strings.Contains(got, want) || !strings.Contains(got, "RACE_STATUS_OFFICIAL") {
			w.Errorf("accounts %s, want %s", got, want)
		}
		w.kept(name)
		if a := w.post(w.http1, w.staff, "OfficeService/Settle", `{"raceId":`+number(w.race)+`}`); a.code() != "WRONG_STATUS" {
			w.Errorf("settle: %d %s", a.status, a.body)
		}
		w.sellsElsewhere()

		w.err = nil
		for range 2 { // a retry changes nothing
			if a := w.declare(); a.status != 200 {
				w.Errorf("declare: %d %s", a.status, a.body)
			}
		}
		if got := w.accounts(); strings.Contains(got, "dispute") || !strings.Contains(got, "RACE_STATUS_PAYABLE") {
			w.Errorf("accounts after the dispute: %s", got)
		}
	})
}

// kept checks both workings of a dispute.
func (w *world) kept(name string) {
	w.Helper()
	text, err := os.ReadFile(filepath.Join(w.data, name))
	w.ok(err)
	var d struct {
		Race  uint64
		Pools []struct {
			Bet, Difference string
			Engine, Second  struct {
				Payout    int64 `json:"payout_cents"`
				Dividends []struct{ Combination, Dividend string }
			}
		}
	}
	w.ok(json.Unmarshal(text, &d))
	if d.Race != w.race || len(d.Pools) != 1 || d.Pools[0].Engine.Payout != 5_00 || d.Pools[0].Second.Payout != 5_01 || len(d.Pools[0].Second.Dividends) != 1 {
		w.Errorf("kept %+v", d)
	}
	cases, err := os.ReadFile(filepath.Join(w.data, name+"l"))
	w.ok(err)
	if bytes.Count(cases, []byte("\n")) != 1 || !bytes.Contains(cases, []byte(`"bet":"SIMPLE_GAGNANT"`)) {
		w.Errorf("cases %s", cases)
	}
}

// sellsElsewhere opens another race and sells a bet there.
func (w *world) sellsElsewhere() {
	w.Helper()
	const distant = event.Millis(1 << 42)
	other := tote.RaceID(w.race) + 50
	w.ok(w.engine.Do(context.Background(), &engine.DeclareRace{
		Race: other, Start: distant, Deadline: distant, Declared: tote.Numbered(8),
		Offers: []engine.Offer{{Bet: "SIMPLE_GAGNANT", BaseStake: 100}},
	}))
	w.ok(w.engine.Do(context.Background(), &engine.OpenRace{Race: other}))
	body := strings.Replace(w.bet("elsewhere", 1), `"raceId":`+number(w.race), `"raceId":`+number(uint64(other)), 1)
	if a := w.post(w.http1, w.till, "BettingService/PlaceBet", body); a.status != 200 {
		w.Errorf("a bet on another race: %d %s", a.status, a.body)
	}
}

// TestADifferenceThatGoesAwayIsNoDispute: a bet purged while the second
// calculator computed makes the figures differ once.
func TestADifferenceThatGoesAwayIsNoDispute(t *testing.T) {
	inWorld(t, func(w *world) {
		w.official()
		calculations := 0
		w.err = func(*recheck.Calculation) error {
			if calculations++; calculations == 1 {
				w.ok(w.engine.Do(context.Background(), &engine.PurgeLate{Race: tote.RaceID(w.race), Started: 1}))
			}
			return nil
		}
		if a := w.declare(); a.status != 200 || calculations != 2 || !strings.Contains(a.body, "purgedBets") {
			w.Errorf("%d calculations: %d %s", calculations, a.status, a.body)
		}
		if got := w.accounts(); strings.Contains(got, "dispute") {
			w.Errorf("accounts %s", got)
		}
	})
}

// TestDividendsWaitForTheSecondCalculator: one that is behind, or fails, is no
// dispute, and nothing is declared without it.
func TestDividendsWaitForTheSecondCalculator(t *testing.T) {
	inWorld(t, func(w *world) {
		w.official()
		w.err = func(*recheck.Calculation) error { return errors.New("out of order") }
		if a := w.declare(); a.status != 503 || a.code() != "NOT_RECOMPUTED" {
			w.Errorf("failing: %d %s", a.status, a.body)
		}
		w.behind, w.err = true, nil
		if a := w.declare("Accept-Language", "fr"); a.status != 503 || a.code() != "SECOND_LATE" || !strings.Contains(a.message(), "en retard") {
			w.Errorf("behind: %d %s", a.status, a.body)
		}
		if got := w.accounts(); strings.Contains(got, "dispute") || !strings.Contains(got, "RACE_STATUS_OFFICIAL") {
			w.Errorf("accounts %s", got)
		}
		w.behind = false
		if a := w.declare(); a.status != 200 {
			w.Errorf("declare: %d %s", a.status, a.body)
		}
	})
}
