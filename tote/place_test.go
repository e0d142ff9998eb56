package tote_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
)

func TestPlacesOf(t *testing.T) {
	tests := []struct {
		name    string
		arrival [][]tote.Horse
		want    map[tote.Horse]uint8
		top     int
		wantTop tote.HorseSet
	}{
		{"plain", [][]tote.Horse{{7}, {3}, {5}}, map[tote.Horse]uint8{7: 1, 3: 2, 5: 3}, 2, tote.SetOf(7, 3)},
		{"1, 1, 3", [][]tote.Horse{{7, 3}, {5}}, map[tote.Horse]uint8{7: 1, 3: 1, 5: 3}, 2, tote.SetOf(7, 3)},
		{"1, 2, 2, 4", [][]tote.Horse{{7}, {3, 5}, {1}}, map[tote.Horse]uint8{7: 1, 3: 2, 5: 2, 1: 4}, 2, tote.SetOf(7, 3, 5)},
		{"nobody", nil, map[tote.Horse]uint8{}, 4, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			places := tote.PlacesOf(tt.arrival)
			got := map[tote.Horse]uint8{}
			for h, place := range places {
				if place != 0 {
					got[tote.Horse(h)] = place
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got, want := places.Top(tt.top), tt.wantTop; got != want {
				t.Errorf("top %d: got %v, want %v", tt.top, got.Slice(), want.Slice())
			}
		})
	}
}

// drawArrival draws a finish of up to seven horses with dead heats.
func drawArrival(t *rapid.T) [][]tote.Horse {
	horses := rapid.Permutation(tote.Numbered(7).Slice()).Draw(t, "order")
	horses = horses[:rapid.IntRange(0, 7).Draw(t, "classified")]
	var arrival [][]tote.Horse
	for len(horses) > 0 {
		n := rapid.IntRange(1, min(4, len(horses))).Draw(t, "tied")
		arrival = append(arrival, horses[:n:n])
		horses = horses[n:]
	}
	return arrival
}

// breakings returns every strict order the finish stands for.
func breakings(arrival [][]tote.Horse) [][]tote.Horse {
	orders := [][]tote.Horse{nil}
	for _, group := range arrival {
		var next [][]tote.Horse
		for _, o := range orders {
			for _, g := range permutations(group) {
				next = append(next, append(slices.Clone(o), g...))
			}
		}
		orders = next
	}
	return orders
}

func permutations(horses []tote.Horse) [][]tote.Horse {
	if len(horses) == 0 {
		return [][]tote.Horse{nil}
	}
	var all [][]tote.Horse
	for i, h := range horses {
		rest := slices.Delete(slices.Clone(horses), i, i+1)
		for _, p := range permutations(rest) {
			all = append(all, append([]tote.Horse{h}, p...))
		}
	}
	return all
}

// TestDeadHeatPrinciple compares the closed forms with every breaking of the
// ties (01-general section 6.1).
func TestDeadHeatPrinciple(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		arrival := drawArrival(t)
		size := rapid.IntRange(1, 4).Draw(t, "size")
		top := rapid.IntRange(size, 5).Draw(t, "top")
		wantSets, wantOrders := map[tote.HorseSet]bool{}, map[string]bool{}
		for _, o := range breakings(arrival) {
			head := o[:min(top, len(o))]
			for set := range choices(head, size) {
				wantSets[set] = true
			}
			if len(o) >= size {
				wantOrders[fmt.Sprint(o[:size])] = true
			}
		}
		gotSets := map[tote.HorseSet]bool{}
		for set := range tote.SetsInTop(arrival, size, top) {
			if gotSets[set] {
				t.Fatalf("%v yielded twice", set.Slice())
			}
			gotSets[set] = true
		}
		if diff := cmp.Diff(wantSets, gotSets); diff != "" {
			t.Fatalf("sets of %d in the top %d of %v (-want +got):\n%s", size, top, arrival, diff)
		}
		for set := range choices(tote.Numbered(7).Slice(), size) {
			if got, want := tote.InTop(arrival, set, top), wantSets[set]; got != want {
				t.Fatalf("InTop(%v, %v, %d): got %v, want %v", arrival, set.Slice(), top, got, want)
			}
		}
		gotOrders := map[string]bool{}
		for o := range tote.TopOrderings(arrival, size) {
			if gotOrders[fmt.Sprint(o)] {
				t.Fatalf("%v yielded twice", o)
			}
			gotOrders[fmt.Sprint(o)] = true
		}
		if diff := cmp.Diff(wantOrders, gotOrders); diff != "" {
			t.Fatalf("orders of %d of %v (-want +got):\n%s", size, arrival, diff)
		}
	})
}

// choices returns the subsets of a size, found among all subsets.
func choices(horses []tote.Horse, size int) map[tote.HorseSet]bool {
	sets := map[tote.HorseSet]bool{}
	for bits := range 1 << len(horses) {
		var set tote.HorseSet
		for i, h := range horses {
			if bits>>i&1 == 1 {
				set = set.With(h)
			}
		}
		if set.Len() == size {
			sets[set] = true
		}
	}
	return sets
}

// TestSequencesStop holds that a consumer may leave early.
func TestSequencesStop(t *testing.T) {
	arrival := [][]tote.Horse{{1, 2, 3}, {4, 5}}
	for range tote.SetsInTop(arrival, 2, 4) {
		break
	}
	for range tote.TopOrderings(arrival, 4) {
		break
	}
	for range tote.SetOf(1, 2).All {
		break
	}
}
