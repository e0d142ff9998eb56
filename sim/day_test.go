package sim

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"opentote/gateway"
	"opentote/node"
	"opentote/racing/sample"
	"opentote/tote"
)

func sampleDay() []Document {
	return []Document{
		{Name: "programme", Content: sample.Programme()},
		{Name: "participants", Content: sample.Participants()},
	}
}

// serve starts a system in a new directory on the clock.
func serve(tb testing.TB, c *Clock) Server {
	tb.Helper()
	n, err := node.Open(tb.Context(), node.Options{
		Data: tb.TempDir(), Clock: c, Seed: func(key string) tote.Seed { return SeedOf(1, key) },
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := n.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	s := Server{URL: n.URL()}
	for name, to := range map[string]*string{"enter": &s.EnterToken, "confirm": &s.ConfirmToken} {
		if *to, err = n.Token(gateway.Identity{Role: gateway.Staff, Subject: name}); err != nil {
			tb.Fatal(err)
		}
	}
	return s
}

// runDay runs a day in a system of its own and returns the French report.
func runDay(tb testing.TB, documents []Document, o PlanOptions, clock func(time.Time) *Clock) (*Report, string) {
	tb.Helper()
	begins, err := Begins(documents, o)
	if err != nil {
		tb.Fatal(err)
	}
	c := clock(begins)
	r, err := Day(tb.Context(), DayOptions{Server: serve(tb, c), Documents: documents, PlanOptions: o, Clock: c})
	if err != nil {
		tb.Fatal(err)
	}
	var text bytes.Buffer
	if err := r.WriteText(&text, French); err != nil {
		tb.Fatal(err)
	}
	for _, c := range r.Failed() {
		tb.Errorf("check %s: %v", c.Name, c.Detail)
	}
	return r, text.String()
}

// TestDayIsTheSameAtAnySpeed runs the sample day twice as fast as the machine
// goes and once on a clock that runs, and compares all that is reported.
func TestDayIsTheSameAtAnySpeed(t *testing.T) {
	t.Parallel()
	o := PlanOptions{Seed: 1, Bettors: 600}
	first, text := runDay(t, sampleDay(), o, ManualClock)
	_, again := runDay(t, sampleDay(), o, ManualClock)
	if diff := cmp.Diff(text, again); diff != "" {
		t.Errorf("a second run differs:\n%s", diff)
	}
	_, scaled := runDay(t, sampleDay(), o, func(begins time.Time) *Clock { return ScaledClock(begins, 10_000) })
	if diff := cmp.Diff(text, scaled); diff != "" {
		t.Errorf("on a running clock it differs:\n%s", diff)
	}
	for _, c := range first.Checks {
		if c.Compared == 0 {
			t.Errorf("check %s compared nothing", c.Name)
		}
	}
	for _, l := range first.Ledger {
		if l.Class == "jackpots" && l.Cents == 0 {
			t.Error("no fund of a Jackpot holds anything")
		}
	}
	if first.Total.Stakes == 0 || first.Total.Refunds == 0 || first.Total.Unclaimed == 0 || len(first.Refusals) < 6 {
		t.Errorf("the day leaves much untried: %+v, refusals %v", first.Total, first.Refusals)
	}
}

// shared returns a day of ../shared, or skips the test.
func shared(tb testing.TB, date string) []Document {
	tb.Helper()
	var documents []Document
	for _, kind := range []string{"programme-", "participants-"} {
		path := filepath.Join("..", "..", "shared", "data", "pmu", kind+date+".json.gz")
		content, err := os.ReadFile(path)
		if err != nil {
			tb.Skipf("no shared data: %v", err)
		}
		documents = append(documents, Document{Name: filepath.Base(path), Content: content})
	}
	return documents
}

// TestSharedDays runs a small real day, and one with cancelled races and races
// without an arrival.
func TestSharedDays(t *testing.T) {
	t.Parallel()
	for _, date := range []string{"01012026", "07012026"} {
		t.Run(date, func(t *testing.T) {
			t.Parallel()
			r, text := runDay(t, shared(t, date), PlanOptions{Seed: 1, Bettors: 400}, ManualClock)
			if len(r.Races) == 0 {
				t.Errorf("no races:\n%s", text)
			}
		})
	}
}

// BenchmarkDay runs the biggest day with 20,000 bettors. SIM_DATE chooses
// another, SIM_REPORT a file for its report.
func BenchmarkDay(b *testing.B) {
	date := "11112025"
	if other := os.Getenv("SIM_DATE"); other != "" {
		date = other
	}
	documents := shared(b, date)
	for b.Loop() {
		r, text := runDay(b, documents, PlanOptions{Seed: 1, Bettors: 20_000}, ManualClock)
		b.ReportMetric(r.Measured.BetsPerSecond(), "bets/s")
		b.ReportMetric(float64(r.Measured.Bets), "bets")
		b.ReportMetric(float64(r.Measured.Retries), "retries")
		if path := os.Getenv("SIM_REPORT"); path != "" {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				b.Fatal(err)
			}
		}
	}
}
