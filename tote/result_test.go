package tote_test

import (
	"testing"

	"opentote/tote"
)

func TestResultCheck(t *testing.T) {
	field := tote.Numbered(5)
	tests := []struct {
		name string
		r    tote.Result
		want string
	}{
		{"sound", tote.Result{Declared: field, NonRunners: tote.SetOf(4), Arrival: [][]tote.Horse{{1, 2}, {3}}}, ""},
		{"cancelled without arrival", tote.Result{Declared: field, Status: tote.Cancelled}, ""},
		{"no field", tote.Result{}, "no horse is declared"},
		{"horse 0 declared", tote.Result{Declared: field | 1}, "declared horse out of range 1 to 40"},
		{"horse 41 declared", tote.Result{Declared: field.With(41)}, "declared horse out of range 1 to 40"},
		{"unknown non-runner", tote.Result{Declared: field, NonRunners: tote.SetOf(9)}, "non-runner 9 is not on the official list"},
		{"unknown stable mate", tote.Result{Declared: field, Stables: []tote.HorseSet{tote.SetOf(1, 7)}},
			"stable names horse 7, not on the official list"},
		{"unknown status", tote.Result{Declared: field, Status: 9}, "race status 9 is unknown"},
		{"empty place", tote.Result{Declared: field, Arrival: [][]tote.Horse{{1}, {}}}, "place number 2 of the arrival holds no horse"},
		{"horse 0 placed", tote.Result{Declared: field, Arrival: [][]tote.Horse{{0}}}, "arrival names horse 0, out of range 1 to 40"},
		{"horse 99 placed", tote.Result{Declared: field, Arrival: [][]tote.Horse{{99}}}, "arrival names horse 99, out of range 1 to 40"},
		{"undeclared placed", tote.Result{Declared: field, Arrival: [][]tote.Horse{{6}}}, "arrival names horse 6, not on the official list"},
		{"non-runner placed", tote.Result{Declared: field, NonRunners: tote.SetOf(4), Arrival: [][]tote.Horse{{4}}},
			"arrival names horse 4, a non-runner"},
		{"placed twice", tote.Result{Declared: field, Arrival: [][]tote.Horse{{1}, {2}, {1}}}, "arrival names horse 1 twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if err := tt.r.Check(); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestStatusRefunds holds II-4 for bets on one race.
func TestStatusRefunds(t *testing.T) {
	want := map[tote.RaceStatus]bool{tote.Run: false, tote.Cancelled: true, tote.RerunSameDay: false, tote.RerunOtherDay: true}
	for status := tote.Run; status <= tote.RerunOtherDay; status++ {
		r := tote.Result{Status: status, Arrival: [][]tote.Horse{{1, 2}, {3}}}
		if got := r.Refunded(); got != want[status] {
			t.Errorf("status %d: got %v, want %v", status, got, want[status])
		}
		if got, want := r.Classified(), 3; got != want {
			t.Errorf("classified: got %d, want %d", got, want)
		}
	}
}
