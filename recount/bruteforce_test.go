package recount_test

import (
	"slices"
	"strings"

	"opentote/recount"
)

// bruteForce lists the units of a formula that can be sold: of every choice of
// runners in every order, those that the definition of the formula accepts
// (01-general section 4, articles "Formules" of the chapters). Units without order
// have their horses in increasing order.
func bruteForce(f recount.Formula, size int, ordered bool) [][]int {
	var units [][]int
	var choose func(unit []int)
	choose = func(unit []int) {
		if len(unit) == size {
			if isUnit(f, unit, ordered) {
				units = append(units, slices.Clone(unit))
			}
			return
		}
		for h := 1; h <= f.Runners; h++ {
			rises := len(unit) == 0 || unit[len(unit)-1] < h
			if !slices.Contains(unit, h) && !slices.Contains(f.NonRunners, h) && (ordered || rises) {
				choose(append(unit, h))
			}
		}
	}
	choose(nil)
	return units
}

// isUnit reports whether a choice of runners is a unit of the formula.
func isUnit(f recount.Formula, unit []int, ordered bool) bool {
	stipulated := ordered && f.Orders != "all"
	last := -1
	for i, h := range unit {
		switch f.Formula {
		case "unit", "combined":
			at := slices.Index(f.Horses, h)
			if at < 0 || stipulated && at < last { // each choice once, in the order of the bettor's list
				return false
			}
			last = at
		case "field":
			base := slices.Index(f.Bases, h)
			if base < 0 && f.Associates != nil && !slices.Contains(f.Associates, h) || base >= 0 && stipulated && f.BasePlaces[base] != i+1 {
				return false
			}
		case "free":
			if !slices.Contains(f.Positions[i], h) {
				return false
			}
		}
	}
	return !slices.ContainsFunc(f.Bases, func(base int) bool { return !slices.Contains(unit, base) })
}

// unitOf is how many horses a unit of the bet holds, and whether in a stipulated order.
func unitOf(f recount.Formula) (size int, ordered bool) {
	switch name := strings.TrimPrefix(f.Bet, "E_"); name {
	case "MULTI", "MINI_MULTI":
		return f.K, false
	case "TRIO":
		return 3, false
	case "TIERCE", "TRIO_ORDRE", "TRIO_ORDRE_INTERNATIONAL":
		return 3, true
	case "QUARTE_PLUS", "SUPER_QUATRE":
		return 4, true
	case "QUINTE_PLUS":
		return 5, true
	case "PICK5":
		return 5, false
	default:
		return 2, strings.HasPrefix(name, "COUPLE_ORDRE")
	}
}
