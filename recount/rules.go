package recount

import (
	"fmt"
)

// retail is the shops' rulebook.
const retail = "fr-retail-2026-observed"

// Codes of pools whose stakes may be of several bets.
const (
	masseUnique = "E_MASSE_UNIQUE"
	quartePlus  = "E_QUARTE_PLUS"
	quintePlus  = "E_QUINTE_PLUS"
)

// rules is what a rulebook fixes for one bet.
type rules struct {
	chapter    string
	horses     int    // of a unit, at least
	horsesMost int    // and at most
	rate       string // take, II-14; "" is the host's
	minimum    int64  // stake m in cents, heads of the chapters
	reserve    string // net reservation coefficient, 01 section 9.1
	shares     []string
	scale      int  // group of the progressive deduction, II-16; 0 is none
	commonNP   bool // one 1 NP increment in a dead heat for first (observed 2026)
	fourOfFive bool // Bonus 4sur5 instead of Bonus 4 (observed 2026)
}

// rulesOf is the rules of a bet in a rulebook.
func rulesOf(rulebook, bet string) (rules, error) {
	known := rules2020(bet)
	switch rulebook {
	case "", "fr-online-2020":
	case "fr-2026-observed", "fr-online-2026-observed":
		known = observedOnline(bet, known)
	case retail:
		known = observedRetail(bet, known)
	default:
		return rules{}, fmt.Errorf("rulebook %q is not known", rulebook)
	}
	if known.chapter == "" {
		return rules{}, fmt.Errorf("bet %q is not in the rulebook", bet)
	}
	return known, nil
}

// rules2020 is the text of 5 February 2020.
func rules2020(bet string) rules {
	switch bet {
	case "E_SIMPLE_GAGNANT", "E_SIMPLE_PLACE":
		return rules{chapter: "simple", horses: 1, horsesMost: 1, rate: "0.1390", minimum: 150, reserve: "1", scale: 1}
	case "E_COUPLE_GAGNANT":
		return rules{chapter: "couple", horses: 2, horsesMost: 2, rate: "0.2670", minimum: 150, reserve: "1", scale: 3, shares: []string{"0.77", "0.23"}}
	case "E_COUPLE_ORDRE":
		return rules{chapter: "couple", horses: 2, horsesMost: 2, rate: "0.2670", minimum: 150, reserve: "1", scale: 3, shares: []string{"0.86", "0.14"}}
	case "E_COUPLE_PLACE":
		return rules{chapter: "couple", horses: 2, horsesMost: 2, rate: "0.2670", minimum: 150, reserve: "1", scale: 3, shares: []string{"0.52", "0.48"}}
	case "E_DEUX_SUR_QUATRE":
		return rules{chapter: "twofour", horses: 2, horsesMost: 2, rate: "0.2685", minimum: 300, reserve: "1", scale: 5, shares: []string{"0.80", "0.20"}}
	case "E_MULTI":
		return rules{chapter: "multi", horses: 4, horsesMost: 7, rate: "0.3185", minimum: 300, reserve: "1", scale: 5}
	case "E_MINI_MULTI":
		return rules{chapter: "multi", horses: 4, horsesMost: 6, rate: "0.3185", minimum: 300, reserve: "1", scale: 5}
	case "E_TIERCE":
		return rules{chapter: "tierce", horses: 3, horsesMost: 3, rate: "0.2265", minimum: 100, reserve: "1", scale: 5, shares: []string{"0.10", "0.50", "0.30", "0.10"}}
	case quartePlus:
		return rules{chapter: "quarte", horses: 4, horsesMost: 4, rate: "0.2465", minimum: 130, reserve: "0.8", scale: 4, shares: []string{"0.10", "0.46", "0.44"}}
	case quintePlus:
		return rules{chapter: "quinte", horses: 5, horsesMost: 5, rate: "0.3565", minimum: 200, reserve: "0.6", shares: []string{"0.12", "0.405", "0.15", "0.325"}}
	case "E_PICK5":
		return rules{chapter: "pick5", horses: 5, horsesMost: 5, rate: "0.3655", minimum: 100, reserve: "1", shares: []string{"0.50", "0.50"}}
	case "E_TRIO":
		return rules{chapter: "single", horses: 3, horsesMost: 3, rate: "0.2515", minimum: 150, reserve: "0.8", scale: 2}
	case "E_TRIO_ORDRE":
		return rules{chapter: "single", horses: 3, horsesMost: 3, rate: "0.2515", minimum: 150, reserve: "0.8", scale: 2}
	case "E_SUPER_QUATRE":
		return rules{chapter: "single", horses: 4, horsesMost: 4, rate: "0.1675", minimum: 100, reserve: "0.8", scale: 2}
	case "SIMPLE_GAGNANT_INTERNATIONAL", "SIMPLE_PLACE_INTERNATIONAL":
		return rules{chapter: "international", horses: 1, horsesMost: 1, minimum: 150}
	case "COUPLE_ORDRE_INTERNATIONAL":
		return rules{chapter: "international", horses: 2, horsesMost: 2, minimum: 150}
	case "TRIO_ORDRE_INTERNATIONAL":
		return rules{chapter: "international", horses: 3, horsesMost: 3, minimum: 150}
	}
	return rules{}
}

// observedOnline is the table of rules/README.md: what the published dividends
// of 2025-26 show, evidence and not law. No progressive deduction, the base
// stakes of the programmes; of the bets whose dividends tell nothing the shares
// are those of 2020.
func observedOnline(bet string, r rules) rules {
	r.scale = 0
	switch bet {
	case "E_SIMPLE_GAGNANT", "E_SIMPLE_PLACE", "E_COUPLE_ORDRE", "E_TRIO", "E_TRIO_ORDRE":
		r.minimum = 100
	case "E_COUPLE_GAGNANT":
		r.shares, r.commonNP, r.minimum = []string{"0.75", "0.25"}, true, 100
	case "E_COUPLE_PLACE":
		r.shares, r.minimum = []string{"0.50", "0.50"}, 100
	case "E_DEUX_SUR_QUATRE":
		r.shares = []string{"0.75", "0.25"} // and 3.00 € still (05 section 12)
	case "E_TIERCE": // 43 % for 1 NP and 2 NP together; cut as in 2020, 3 to 1
		r.shares, r.reserve = []string{"0.10", "0.47", "0.3225", "0.1075"}, "0.6"
	case quartePlus:
		r.shares, r.reserve, r.minimum = []string{"0.09", "0.42", "0.49"}, "0.6", 150
	case quintePlus:
		r.shares, r.fourOfFive = []string{"0.13", "0.385", "0.07", "0.415"}, true
	}
	return r
}

// observedRetail is the same for the shops, whose base stakes and whose take of
// the Simple are others.
func observedRetail(bet string, r rules) rules {
	r = observedOnline(bet, r)
	switch bet {
	case "E_SIMPLE_GAGNANT", "E_SIMPLE_PLACE":
		r.rate, r.minimum = "0.1505", 200
	case "E_COUPLE_GAGNANT", "E_COUPLE_PLACE", "E_COUPLE_ORDRE", "E_TRIO", "E_TRIO_ORDRE":
		r.minimum = 200
	case quintePlus:
		r.shares = []string{"0.08", "0.43", "0.065", "0.425"}
	}
	return r
}
