package racing

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"opentote/tote"
)

func smallDay(tb testing.TB) *Programme {
	tb.Helper()
	programme, participants := small(tb)
	p, _, err := importTexts(programme, participants)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func TestResult(t *testing.T) {
	run := tote.Result{
		Declared: tote.Numbered(5), NonRunners: tote.SetOf(3), Stables: []tote.HorseSet{tote.SetOf(1, 2)},
		Arrival: [][]tote.Horse{{4}, {1, 2}},
	}
	cancelled := run
	cancelled.Status, cancelled.Arrival = tote.Cancelled, nil
	tests := []struct {
		name   string
		change func(r *Race)
		want   tote.Result
		ok     bool
	}{
		{"run", func(*Race) {}, run, true},
		{"not official yet", func(r *Race) { r.ArrivalOfficial, r.Status = false, StatusProvisional }, run, true},
		{"cancelled", func(r *Race) { r.Status, r.Arrival = StatusCancelled, nil }, cancelled, true},
		{"cancelled in spite of an arrival", func(r *Race) { r.Status = StatusCancelled }, cancelled, true},
		{"not run", func(r *Race) { r.Status, r.Arrival = StatusOff, nil }, tote.Result{}, false},
		{"runners unknown", func(r *Race) { r.Runners = nil }, tote.Result{}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := smallDay(t).Race(202609050101)
			test.change(r)
			got, ok := r.Result()
			if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
				t.Errorf("ok %v, want %v; result (-want +got):\n%s", ok, test.ok, diff)
			}
		})
	}
}

func TestRace(t *testing.T) {
	p := smallDay(t)
	first, second := p.Race(202609050101), p.Race(202609050102)
	if p.Race(202609050103) != nil || first.Runner(9) != nil || first.Offer("TRIO") != nil {
		t.Error("something was found that is not there")
	}
	if got, want := first.Field(), (tote.Field{Declared: tote.Numbered(5), NonRunners: tote.SetOf(3)}); got != want {
		t.Errorf("field: got %v, want %v", got, want)
	}
	if diff := cmp.Diff([]Stable{{"A", tote.SetOf(1, 2)}}, first.Stables()); diff != "" {
		t.Errorf("stables (-want +got):\n%s", diff)
	}
	if first.Sellable() || !second.Sellable() {
		t.Errorf("sellable: got %v and %v, want the second race only", first.Sellable(), second.Sellable())
	}
	if !first.DeadHeat() || second.DeadHeat() {
		t.Errorf("dead heat: got %v and %v, want the first race only", first.DeadHeat(), second.DeadHeat())
	}
	if got, want := second.Start.Format(time.RFC3339), "2026-09-06T00:40:00+02:00"; got != want {
		t.Errorf("start after midnight: got %s, want %s", got, want)
	}
}

func TestOffer(t *testing.T) {
	tests := []struct {
		code          tote.BetCode
		network       tote.Network
		international bool
		known         bool
	}{
		{"E_SIMPLE_GAGNANT", tote.Online, false, true},
		{"SIMPLE_GAGNANT", tote.Retail, false, true},
		{"COUPLE_ORDRE_INTERNATIONAL", tote.Common, true, true},
		{"E_TRUC", tote.Online, false, false},
	}
	for _, test := range tests {
		o := Offer{Code: test.code}
		if o.Network() != test.network || o.International() != test.international || knownBets[betName(o.Code)] != test.known {
			t.Errorf("%s: got network %d, international %v, known %v", o.Code, o.Network(), o.International(), knownBets[betName(o.Code)])
		}
	}
}

func TestShift(t *testing.T) {
	p := smallDay(t)
	before := p.Clone()
	moved := p.Shift(20270301)
	if diff := cmp.Diff(before, p); diff != "" {
		t.Fatalf("Shift changed its receiver:\n%s", diff)
	}
	r := moved.Race(202703010102)
	if r == nil {
		t.Fatal("the race has not the id of its new day")
	}
	if got, want := r.Start.Format(time.RFC3339), "2027-03-02T00:40:00+02:00"; got != want {
		t.Errorf("start: got %s, want %s", got, want)
	}
	wantRoundTrip(t, moved)
	if diff := cmp.Diff(p, moved.Shift(p.Day)); diff != "" {
		t.Errorf("there and back differs:\n%s", diff)
	}
	moved.Meetings[0].Weather.Sky = "Neige"
	moved.Race(202703010101).Arrival[0][0] = 9
	moved.Race(202703010101).Offers[1].FlexiPercent[0] = 10
	moved.Race(202703010101).Runners[0].Name = ""
	if diff := cmp.Diff(before, p); diff != "" {
		t.Errorf("the copy shares memory:\n%s", diff)
	}
}

func TestStartAt(t *testing.T) {
	p := smallDay(t)
	moved := p.StartAt(time.Date(2026, 12, 31, 23, 50, 0, 5, time.FixedZone("", -5*60*60-1)))
	first, second := moved.Race(202612310101), moved.Race(202612310102)
	if first == nil || second == nil {
		t.Fatal("the races have not the ids of their new day")
	}
	if got, want := first.Start.Format(time.RFC3339Nano), "2026-12-31T23:50:01-05:00"; got != want {
		t.Errorf("first start: got %s, want %s", got, want)
	}
	if got, want := second.Start.Sub(first.Start), 10*time.Hour+40*time.Minute; got != want {
		t.Errorf("between the starts: got %s, want %s", got, want)
	}
	wantRoundTrip(t, moved)
	empty := &Programme{Day: 20260905, Meetings: []Meeting{{Number: 1}}}
	if diff := cmp.Diff(empty, empty.StartAt(time.Unix(0, 0))); diff != "" {
		t.Errorf("a day without races moved:\n%s", diff)
	}
}

func TestBeforeRacing(t *testing.T) {
	p := smallDay(t)
	morning := p.BeforeRacing()
	for r := range morning.Races {
		if _, ok := r.Result(); ok || !r.Sellable() {
			t.Errorf("%s: not as before the race", r.ID)
		}
	}
	r := morning.Race(202609050101)
	if got, want := r.NonRunners(), tote.SetOf(3); got != want {
		t.Errorf("non-runners: got %v, want %v", got.Slice(), want.Slice())
	}
	if diff := cmp.Diff([]Incident{{IncidentNonRunner, tote.SetOf(3)}}, r.Incidents); diff != "" {
		t.Errorf("incidents (-want +got):\n%s", diff)
	}
	for _, o := range r.Offers {
		if o.OnSale != o.Sellable() || o.Paying {
			t.Errorf("%s: on sale %v, paying %v", o.Code, o.OnSale, o.Paying)
		}
	}
	wantRoundTrip(t, morning)
}
