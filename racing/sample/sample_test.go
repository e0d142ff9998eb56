package sample_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"opentote/racing"
	"opentote/racing/sample"
	"opentote/tote"
)

func TestSample(t *testing.T) {
	p, rep, err := racing.Import(
		racing.Source{Name: "programme", Reader: bytes.NewReader(sample.Programme())},
		racing.Source{Name: "participants", Reader: bytes.NewReader(sample.Participants())},
	)
	if err != nil {
		t.Fatal(err)
	}
	want := &racing.Report{
		Day: 20260905, Meetings: 3, Races: 12, Runners: 148, Offers: rep.Offers, NonRunners: 1, Stables: 1, DeadHeats: 1,
	}
	if diff := cmp.Diff(want, rep); diff != "" {
		t.Errorf("report differs (-want +got):\n%s", diff)
	}
	var last time.Time
	var starts int
	for at := p.Meetings[0].Races[0].Start; starts < 12; at = at.Add(10 * time.Minute) {
		for r := range p.Races {
			if r.Start.Equal(at) {
				starts, last = starts+1, at
			}
		}
		if !last.Equal(at) {
			t.Fatalf("no race starts at %s", at)
		}
	}
	for r := range p.Races {
		wantRace(t, r)
	}
	for _, text := range [][]byte{sample.Programme(), sample.Participants()} {
		if len(text) > 200_000 {
			t.Errorf("a document has %d bytes", len(text))
		}
	}
}

func wantRace(t *testing.T, r *racing.Race) {
	t.Helper()
	result, ok := r.Result()
	if !ok || !r.ArrivalOfficial {
		t.Fatalf("%s: no official result", r.ID)
	}
	if err := result.Check(); err != nil {
		t.Errorf("%s: %v", r.ID, err)
	}
	if n := r.Declared().Len(); n < 8 || n > 18 || result.Classified() < 5 {
		t.Errorf("%s: %d runners, %d classified", r.ID, n, result.Classified())
	}
	for _, code := range []tote.BetCode{"E_SIMPLE_GAGNANT", "SIMPLE_GAGNANT", "E_SIMPLE_PLACE", "SIMPLE_PLACE", "E_TRIO"} {
		if r.Offer(code) == nil {
			t.Errorf("%s: no offer of %s", r.ID, code)
		}
	}
	if got, want := r.Offer("E_DEUX_SUR_QUATRE") != nil && r.Offer("DEUX_SUR_QUATRE") != nil, r.Announced >= 10; got != want {
		t.Errorf("%s: 2sur4 offered: %v, want %v", r.ID, got, want)
	}
	for i := range r.Runners {
		h := &r.Runners[i]
		if h.Name == "" || h.Jockey == "" || h.Trainer == "" || h.Owner == "" || h.Form == "" || h.Silks == "" {
			t.Errorf("%s: runner %d lacks a name or a text", r.ID, h.Number)
		}
		if got, want := h.ReferenceOdds > 0, !h.NonRunner; got != want {
			t.Errorf("%s: runner %d has odds: %v, want %v", r.ID, h.Number, got, want)
		}
	}
}

// TestFavourites checks that the odds say something about the arrival: over
// the day winners are shorter priced than the middle of the field.
func TestFavourites(t *testing.T) {
	p, err := sample.Load()
	if err != nil {
		t.Fatal(err)
	}
	shorter := 0
	for r := range p.Races {
		winner := r.Runner(r.Arrival[0][0])
		better := 0
		for i := range r.Runners {
			if odds := r.Runners[i].ReferenceOdds; odds > 0 && odds < winner.ReferenceOdds {
				better++
			}
		}
		if better < len(r.Runners)/2 {
			shorter++
		}
	}
	if shorter < 9 {
		t.Errorf("only %d of 12 winners were in the better half of the odds", shorter)
	}
}

func TestBytesAreCopies(t *testing.T) {
	sample.Programme()[0] = 'x'
	sample.Participants()[0] = 'x'
	if _, err := sample.Load(); err != nil {
		t.Error(err)
	}
}
