package recount_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"opentote/recount"
	"opentote/tote/cases"
)

// TestFormulasAgree holds that both list the units of every formula that brute force
// finds, and refuse the same formulas.
func TestFormulasAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFormula(t)
		line, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		stakes, err := recount.Expand(f)
		var out bytes.Buffer
		if _, err := cases.Expand(bytes.NewReader(append(line, '\n')), &out, false); err != nil {
			t.Fatal(err)
		}
		var answer struct {
			Error string
			Count int
			Cents int64
			Units [][]int
		}
		if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		if (err != nil) != (answer.Error != "") {
			t.Fatalf("%s\nrecount: %d units, %v\ntote: %d units, %q", line, len(stakes), err, answer.Count, answer.Error)
		}
		units, cents := [][]int{}, int64(0)
		for _, s := range stakes {
			units, cents = append(units, s.Selection), cents+s.Cents
		}
		slices.SortFunc(units, slices.Compare)
		slices.SortFunc(answer.Units, slices.Compare)
		if err == nil && (fmt.Sprint(units) != fmt.Sprint(answer.Units) || cents != answer.Cents || len(units) != answer.Count) {
			t.Fatalf("%s\nrecount: %d units for %d, %v\ntote: %d units for %d, %v", line, len(units), cents, units, answer.Count, answer.Cents, answer.Units)
		}
		if err != nil {
			return
		}
		size, ordered := unitOf(f)
		if want := bruteForce(f, size, ordered); fmt.Sprint(units) != fmt.Sprint(want) {
			t.Fatalf("%s\nlisted %v\nbrute force finds %v", line, units, want)
		}
	})
}

// drawFormula draws a formula, now and then one that cannot be sold.
func drawFormula(t *rapid.T) recount.Formula {
	bets := []string{
		"E_COUPLE_GAGNANT", "E_COUPLE_PLACE", "E_COUPLE_ORDRE", "E_DEUX_SUR_QUATRE", "E_MULTI", "E_MINI_MULTI", "E_TIERCE", "E_QUARTE_PLUS",
		"E_QUINTE_PLUS", "E_PICK5", "E_TRIO", "E_TRIO_ORDRE", "E_SUPER_QUATRE", "COUPLE_ORDRE_INTERNATIONAL", "TRIO_ORDRE_INTERNATIONAL",
	}
	sizes := []int{2, 2, 2, 2, 4, 4, 3, 4, 5, 5, 3, 3, 4, 2, 3}
	ordered := []bool{false, false, true, false, false, false, true, true, true, false, false, true, true, true, true}
	i := rapid.IntRange(0, len(bets)-1).Draw(t, "bet")
	f := recount.Formula{Bet: bets[i], Runners: rapid.IntRange(2, 9).Draw(t, "runners"), Cents: 100}
	size := sizes[i]
	if i == 4 || i == 5 {
		f.K = rapid.IntRange(4, 7).Draw(t, "k")
		size = f.K
	}
	if ordered[i] {
		f.Orders = oneOf(t, []string{"one", "all"}, "orders")
	}
	var horses []int
	for h := 1; h <= f.Runners; h++ {
		horses = append(horses, h)
	}
	horses = rapid.Permutation(horses).Draw(t, "horses")
	if chance(t, 3, "out") {
		f.NonRunners, horses = horses[:1], horses[1:]
	}
	take := func(least, most int, label string) []int {
		n := min(rapid.IntRange(least, most).Draw(t, label), len(horses))
		return slices.Clone(horses[:n])
	}
	f.Formula = oneOf(t, []string{"unit", "combined", "field", "field", "free"}, "formula")
	switch f.Formula {
	case "unit":
		f.Horses = take(size, size, "named")
	case "combined":
		f.Horses = take(size-1, 9, "named")
	case "field":
		f.Bases = take(1, max(size-1, 1), "bases")
		if chance(t, 2, "partial") {
			f.Associates = slices.Clone(horses[len(f.Bases):min(len(horses), len(f.Bases)+rapid.IntRange(1, 6).Draw(t, "associates"))])
		}
		if f.Orders == "one" {
			for i := range f.Bases {
				f.BasePlaces = append(f.BasePlaces, i+1)
			}
			f.BasePlaces[0] = rapid.IntRange(1, size).Draw(t, "place")
		}
	case "free":
		if f.Orders == "all" {
			f.Orders = "one"
		}
		for range size { // far more than 20 numbers; a horse at two places is one of the 20 (II-6)
			most := min(len(horses), 7)
			f.Positions = append(f.Positions, rapid.Permutation(horses).Draw(t, "position")[:rapid.IntRange(1, most).Draw(t, "how many")])
		}
	}
	if chance(t, 4, "complement") {
		f.Complement = rapid.IntRange(1, f.Runners).Draw(t, "horse")
	}
	return f
}
