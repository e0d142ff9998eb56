package recount

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func numbers(from, to int) []int {
	var out []int
	for h := from; h <= to; h++ {
		out = append(out, h)
	}
	return out
}

// TestExpandCounts is the tables of the chapters: III-3-6, III-4-6, III-5-6,
// III-6-6, III-7-7, III-9-8, III-10-6, IIIb-1-5 to 3-5.
func TestExpandCounts(t *testing.T) {
	field := func(bet, orders string, bases, associates int) Formula {
		f := Formula{Bet: bet, Formula: "field", Orders: orders, Bases: numbers(1, bases), Runners: 9}
		if associates > 0 {
			f.Associates = numbers(bases+1, bases+associates)
		}
		if of, err := formOf(bet, 4); err == nil && of.ordered && orders != "all" {
			f.BasePlaces = numbers(1, bases)
		}
		return f
	}
	combined := func(bet, orders string, k int) Formula {
		return Formula{Bet: bet, Formula: "combined", Orders: orders, Horses: numbers(1, k), Runners: 16}
	}
	multi := func(k, bases, associates, runners int) Formula {
		f := field("E_MULTI", "", bases, associates)
		f.K, f.Runners = k, runners
		return f
	}
	for _, row := range []struct {
		f    Formula
		want int
	}{
		{combined("E_COUPLE_GAGNANT", "", 4), 6},
		{combined("E_COUPLE_ORDRE", "", 4), 6},
		{combined("E_COUPLE_ORDRE", "all", 4), 12},
		{field("E_COUPLE_PLACE", "", 1, 0), 8},
		{field("E_COUPLE_ORDRE", "", 1, 0), 8},
		{field("E_COUPLE_ORDRE", "all", 1, 5), 10},
		{combined("E_DEUX_SUR_QUATRE", "", 5), 10},
		{combined("E_TRIO", "", 6), 20},
		{combined("E_TRIO_ORDRE", "", 6), 20},
		{combined("E_TRIO_ORDRE", "all", 6), 120},
		{combined("E_SUPER_QUATRE", "", 6), 15},
		{combined("E_SUPER_QUATRE", "all", 6), 360},
		{field("E_TRIO", "", 2, 0), 7},
		{field("E_TRIO", "", 1, 0), 28},
		{field("E_TRIO_ORDRE", "", 1, 0), 56},
		{field("E_TRIO_ORDRE", "all", 2, 0), 42},
		{field("E_TRIO_ORDRE", "all", 1, 0), 168},
		{field("E_SUPER_QUATRE", "", 2, 0), 42},
		{field("E_SUPER_QUATRE", "all", 2, 0), 504},
		{field("E_SUPER_QUATRE", "", 1, 0), 336},
		{field("E_SUPER_QUATRE", "all", 1, 0), 1344},
		{field("E_SUPER_QUATRE", "all", 1, 4), 96},
		{field("E_TIERCE", "", 1, 4), 12},
		{field("E_TIERCE", "all", 1, 4), 36},
		{combined("E_TIERCE", "all", 3), 6},
		{field("E_QUARTE_PLUS", "", 2, 4), 12},
		{field("E_QUARTE_PLUS", "all", 1, 4), 96},
		{combined("E_QUINTE_PLUS", "", 7), 21},
		{combined("E_QUINTE_PLUS", "all", 6), 720},
		{field("E_QUINTE_PLUS", "", 3, 4), 12},
		{field("E_QUINTE_PLUS", "all", 3, 0), 1800},
		{combined("E_PICK5", "", 8), 56},
		{field("E_PICK5", "", 2, 0), 35},
		{multi(4, 3, 0, 16), 13},
		{multi(4, 2, 0, 16), 91},
		{multi(4, 1, 0, 16), 455},
		{multi(7, 6, 0, 16), 10},
		{multi(5, 3, 4, 16), 6},
	} {
		stakes, err := Expand(row.f)
		if err != nil || len(stakes) != row.want {
			t.Errorf("%+v: %d units and error %v, want %d", row.f, len(stakes), err, row.want)
		}
	}
}

// TestExpandUnits holds the units of small formulas, as they are written.
func TestExpandUnits(t *testing.T) {
	for _, row := range []struct {
		name string
		f    Formula
		want string
	}{
		{"the order of the bettor's list", Formula{Bet: "E_TRIO_ORDRE", Formula: "combined", Horses: []int{7, 2, 5, 1}, Runners: 8}, "[2 5 1] [7 2 1] [7 2 5] [7 5 1]"},
		{"without order", Formula{Bet: "E_TRIO", Formula: "combined", Horses: []int{7, 2, 5}, Runners: 8}, "[2 5 7]"},
		{"a base at its place", Formula{Bet: "E_TIERCE", Formula: "field", Bases: []int{4}, BasePlaces: []int{2}, Associates: []int{1, 9}, Runners: 9}, "[1 4 9] [9 4 1]"},
		{"a field without a non-runner", Formula{Bet: "E_COUPLE_GAGNANT", Formula: "field", Bases: []int{2}, Runners: 4, NonRunners: []int{3}}, "[1 2] [2 4]"},
		{"a free field", Formula{Bet: "E_COUPLE_ORDRE", Formula: "free", Positions: [][]int{{1, 2}, {2, 3}}, Runners: 4}, "[1 2] [1 3] [2 3]"},
		{"e-TIC 3", Formula{Bet: "TIC3", Horses: []int{5, 1, 4, 2, 3}, Runners: 9}, "[5 1 4 2 3] [5 1 4 2] [5 1 4]"},
	} {
		stakes, err := Expand(row.f)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
		var units []string
		for _, s := range stakes {
			units = append(units, fmt.Sprint(s.Selection))
		}
		if row.name != "e-TIC 3" {
			slices.Sort(units)
		}
		if got := strings.Join(units, " "); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
}

// TestExpandRefuses holds what cannot be sold.
func TestExpandRefuses(t *testing.T) {
	unit := func(change func(*Formula)) Formula {
		f := Formula{Bet: "E_TRIO", Formula: "unit", Horses: []int{1, 2, 3}, Runners: 30}
		change(&f)
		return f
	}
	for _, row := range []struct {
		want string
		f    Formula
	}{
		{"no formulas", unit(func(f *Formula) { f.Bet = "E_REPORT_PLUS" })},
		{"horse 1 twice", unit(func(f *Formula) { f.Horses = []int{1, 1, 3} })},
		{"2 horses in a unit", unit(func(f *Formula) { f.Horses = []int{1, 3} })},
		{"at least 3", unit(func(f *Formula) { f.Formula, f.Horses = "combined", []int{1, 3} })},
		{"at most 20", unit(func(f *Formula) { f.Formula, f.Horses = "combined", numbers(1, 21) })},
		{"non-runner", unit(func(f *Formula) { f.NonRunners = []int{3} })},
		{"horse 31", unit(func(f *Formula) { f.Horses = []int{1, 2, 31} })},
		{"already in the bet", unit(func(f *Formula) { f.Complement = 2 })},
		{"does not run", unit(func(f *Formula) { f.Complement, f.NonRunners = 9, []int{9} })},
		{"no complement", Formula{Bet: "E_MULTI", K: 4, Formula: "unit", Horses: []int{1, 2, 3, 4}, Complement: 5, Runners: 9}},
		{"en 8", Formula{Bet: "E_MULTI", K: 8, Formula: "unit", Horses: numbers(1, 8), Runners: 9}},
		{"en 7", Formula{Bet: "E_MINI_MULTI", K: 7, Formula: "unit", Horses: numbers(1, 7), Runners: 9}},
		{"3 bases", unit(func(f *Formula) { f.Formula, f.Bases, f.Horses = "field", []int{1, 2, 3}, nil })},
		{"a base and an associate", unit(func(f *Formula) { f.Formula, f.Bases, f.Associates, f.Horses = "field", []int{1}, []int{1, 2, 3}, nil })},
		{"no unit", unit(func(f *Formula) { f.Formula, f.Bases, f.Associates, f.Horses = "field", []int{1}, []int{2}, nil })},
		{"places", Formula{Bet: "E_TIERCE", Formula: "field", Bases: []int{1}, Runners: 9}},
		{"free field", unit(func(f *Formula) { f.Formula, f.Positions, f.Horses = "free", [][]int{{1}, {2}, {3}}, nil })},
		{"horses in a field", unit(func(f *Formula) { f.Formula, f.Bases = "field", []int{1} })},
		{"formula", unit(func(f *Formula) { f.Formula = "spot" })},
	} {
		if _, err := Expand(row.f); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%+v: error %v, want one with %q", row.f, err, row.want)
		}
	}
}

// TestLines is 04 C-10: combined 1-2-3 with complement 9, 1 and 2 out. The
// ticket's first non-runner is replaced wherever it stands, the other stays.
func TestLines(t *testing.T) {
	f := Formula{Bet: "E_COUPLE_GAGNANT", Formula: "combined", Horses: []int{1, 2, 3}, Runners: 10, Complement: 9, Cents: 150}
	c := Case{Race: Race{Runners: 10, NonRunners: []int{1, 2}}}
	var got []string
	if err := Lines(f, c.Race.NonRunners, func(s Stake) { got = append(got, asSet(c.replaced(s))) }); err != nil {
		t.Fatal(err)
	}
	if want := "2-9 3-9 2-3"; strings.Join(got, " ") != want {
		t.Errorf("units %v, want %s", got, want)
	}
}
