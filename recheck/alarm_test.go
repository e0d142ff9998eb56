package recheck_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"opentote/event"
	"opentote/recheck"
	"opentote/recount"
	"opentote/tote"
	"opentote/tote/cases"
)

// disputed is a calculation of one pool, and what the engine would say against it.
func disputed(race tote.RaceID) (*recheck.Calculation, []event.Figures) {
	f := event.Figures{Pool: 7, Procedure: tote.Normal, Held: 10_00, Winnings: 8_60, Lines: []event.DividendLine{{Rank: "E_SIMPLE_GAGNANT", Combination: "4", Dividend: 430, Stakes: 200}}}
	c := &recheck.Calculation{Race: race, At: 99, Pools: []recheck.Pool{{Figures: f, Case: &recount.Case{
		ID: "one", Bet: "E_SIMPLE_GAGNANT", Race: recount.Race{Runners: 8, Arrival: [][]int{{4}, {5}, {6}}},
		Stakes: []recount.Stake{{Selection: []int{4}, Cents: 200}, {Selection: []int{5}, Cents: 800}},
	}}}}
	f.Winnings++
	return c, []event.Figures{f}
}

const raceOne = tote.RaceID(202511230101)

func openAlarms(t *testing.T, folder string) *recheck.Alarms {
	t.Helper()
	a, err := recheck.OpenAlarms(folder)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestAnAlarmOutlivesTheProcess: it is raised again at the same race without a
// second file, and found by the next process.
func TestAnAlarmOutlivesTheProcess(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "alarms")
	a := openAlarms(t, folder)
	want := recheck.Alarm{Race: raceOne, Difference: "E_SIMPLE_GAGNANT: winnings 8.61, or 8.60", File: "alarms/202511230101.json"}
	for range 2 {
		got, err := a.Raise(disputed(raceOne))
		if err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
	if names := list(t, folder); !slices.Equal(names, []string{"202511230101.json", "202511230101.jsonl"}) {
		t.Errorf("the folder holds %v", names)
	}
	next := openAlarms(t, folder)
	if got, ok := next.Of(raceOne); !ok || got != want || !slices.Equal(next.Races(), []tote.RaceID{raceOne}) {
		t.Errorf("the next process finds %+v, %v", got, ok)
	}
	next.End(raceOne)
	if _, ok := next.Of(raceOne); ok || len(list(t, folder)) != 2 {
		t.Error("an alarm that ended still stands, or its files are gone")
	}
}

func list(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestAlarmsAreBounded: the files of a hundred races are kept.
func TestAlarmsAreBounded(t *testing.T) {
	folder := t.TempDir()
	a := openAlarms(t, folder)
	for i := range 120 {
		if _, err := a.Raise(disputed(raceOne + tote.RaceID(i))); err != nil {
			t.Fatal(err)
		}
	}
	names := list(t, folder)
	if len(names) != 200 || !slices.Contains(names, "202511230220.json") {
		t.Errorf("%d files are kept", len(names))
	}
}

// TestAnAlarmThatCannotBeWrittenStands: a full disk makes no agreement.
func TestAnAlarmThatCannotBeWrittenStands(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "alarms")
	a := openAlarms(t, folder)
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	got, err := a.Raise(disputed(raceOne))
	if err == nil || got.File != "" {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, ok := a.Of(raceOne); !ok {
		t.Error("the alarm is forgotten")
	}
}

// TestTheCasesOfADisputeCanBeComputed: both calculators read the case of every
// pool of random races as the command line does, and agree on it. Only the
// rounding of units that were put together may differ from the race's.
func TestTheCasesOfADisputeCanBeComputed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := open(t)
		defer r.engine.Close()
		r.run()
		for _, p := range r.calculate().Pools {
			if slices.Contains(abroad, tote.BetCode(p.Case.Bet)) {
				continue // its host computes it
			}
			line, err := json.Marshal(p.Case)
			if err != nil {
				t.Fatal(err)
			}
			first, err := cases.Answer(line)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			text, err := json.Marshal(first)
			if err != nil {
				t.Fatal(err)
			}
			got := new(recount.Answer)
			if err := json.Unmarshal(text, got); err != nil {
				t.Fatal(err)
			}
			c, err := recount.Decode(bytes.TrimSpace(line))
			if err != nil {
				t.Fatal(err)
			}
			want, err := recount.Compute(c)
			if err != nil {
				t.Fatal(err)
			}
			if d := recount.Differences(got, want); len(d) > 0 {
				t.Errorf("%s\n%s", line, strings.Join(d, "\n"))
			}
		}
	})
}
