package recount

import (
	"fmt"
	"slices"
	"strings"
)

// Formula is a bet as it is sold: horses, and how they make unit combinations,
// in the JSON of `opentote expand`.
type Formula struct {
	Bet        string  `json:"bet"`
	Formula    string  `json:"formula,omitempty"`     // unit, combined, field, free
	K          int     `json:"k,omitempty"`           // the "en k" of e-Multi and e-Mini Multi
	Horses     []int   `json:"horses,omitempty"`      // of unit and combined, in the bettor's order
	Orders     string  `json:"orders,omitempty"`      // of ordered bets: "" or one is the stipulated order, all is every order
	Bases      []int   `json:"bases,omitempty"`       // of field
	BasePlaces []int   `json:"base_places,omitempty"` // from 1, one a base: of field in one order
	Associates []int   `json:"associates,omitempty"`  // of field; nil is the whole field
	Positions  [][]int `json:"positions,omitempty"`   // of free: one list a place
	Runners    int     `json:"runners"`               // declared
	NonRunners []int   `json:"non_runners,omitempty"` // known when the bet was sold
	Complement int     `json:"complement,omitempty"`  // 0 is none
	Cents      int64   `json:"cents,omitempty"`       // on each unit
}

// namedMost is how many horses one bet may name (II-6).
const namedMost = 20

// form is what a formula makes: units of some horses, with or without order.
type form struct {
	size       int
	ordered    bool
	complement bool // the bet knows a replacement horse
}

// formOf is the unit of a bet, in any rulebook: retail's codes lack the "E_".
func formOf(bet string, k int) (form, error) {
	switch strings.TrimPrefix(bet, "E_") {
	case "SIMPLE_GAGNANT", "SIMPLE_PLACE", simpleFirst, simplePlaced:
		return form{size: 1}, nil
	case "COUPLE_GAGNANT", "COUPLE_PLACE", "DEUX_SUR_QUATRE":
		return form{size: 2, complement: true}, nil
	case "COUPLE_ORDRE":
		return form{size: 2, ordered: true, complement: true}, nil
	case "COUPLE_ORDRE_INTERNATIONAL":
		return form{size: 2, ordered: true}, nil
	case "TRIO":
		return form{size: 3, complement: true}, nil
	case "TIERCE", "TRIO_ORDRE":
		return form{size: 3, ordered: true, complement: true}, nil
	case trioAbroad:
		return form{size: 3, ordered: true}, nil
	case "QUARTE_PLUS", "SUPER_QUATRE":
		return form{size: 4, ordered: true, complement: true}, nil
	case "QUINTE_PLUS":
		return form{size: 5, ordered: true, complement: true}, nil
	case "PICK5":
		return form{size: 5, complement: true}, nil
	case "MULTI", "MINI_MULTI":
		if k < 4 || k > 7 || k == 7 && strings.HasSuffix(bet, "MINI_MULTI") {
			return form{}, fmt.Errorf("%s en %d is not sold", bet, k)
		}
		return form{size: k}, nil
	}
	return form{}, fmt.Errorf("bet %q has no formulas", bet)
}

// Ordered reports whether the bet's units have an order. Those of other bets have
// their horses in increasing order.
func (f Formula) Ordered() bool {
	of, _ := formOf(f.Bet, f.K) // none of a bet without formulas
	return of.ordered
}

// ByTicket reports whether the bet's complement horse replaces the first non-runner
// that the ticket names, whatever the unit: in e-Couplé and e-2sur4 (04 C-10).
func (f Formula) ByTicket() bool {
	bet := strings.TrimPrefix(f.Bet, "E_")
	return strings.HasPrefix(bet, "COUPLE_") || bet == "DEUX_SUR_QUATRE"
}

// Expand lists the units of a formula as stakes of a pool. A unit without order
// has its horses in increasing order. e-TIC 3 gives three units, of five, four
// and three horses (II-11 bis).
func Expand(f Formula) ([]Stake, error) {
	if f.Bet == "TIC3" {
		return expandTic3(f)
	}
	var out []Stake
	err := f.each(func(unit []int) { out = append(out, f.stake(slices.Clone(unit))) })
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("the formula makes no unit")
	}
	return out, err
}

// each checks a formula and calls yield with each of its units, whose memory is
// used again for the next.
func (f Formula) each(yield func(unit []int)) error {
	of, err := formOf(f.Bet, f.K)
	if err != nil {
		return err
	}
	if err := f.check(of); err != nil {
		return err
	}
	f.units(of, yield)
	return nil
}

// Lines calls yield with each unit of a formula as its pool counts it once the
// non-runners are known. The stake's memory is used again for the next one.
//
// A complement horse only says what becomes of a unit with a non-runner (II-9-II),
// and bases, of one when none of them ran: other units have neither, so that equal
// units are equal stakes. Where it goes by the ticket, a complement horse replaces
// the first non-runner named there and no other; else each unit has its own.
func Lines(f Formula, nonRunners []int, yield func(Stake)) error {
	var gone [runnersMax + 1]bool
	for _, h := range nonRunners {
		gone[h] = true
	}
	out := func(h int) bool { return gone[h] }
	var bases []int
	if f.Formula == "field" && holds(nonRunners, f.Bases) {
		bases = f.Bases
	}
	first := 0
	if f.ByTicket() {
		if i := slices.IndexFunc(f.named(), out); i >= 0 {
			first = f.named()[i]
		}
	}
	return f.each(func(unit []int) {
		s := Stake{Selection: unit, Cents: f.Cents}
		if slices.Contains(singleBets, f.Bet) {
			s.Bet = f.Bet
		}
		if slices.ContainsFunc(unit, out) {
			if first == 0 || slices.Contains(unit, first) {
				s.Complement = f.Complement
			}
			if first != 0 && unit[1] == first && out(unit[0]) { // of two out, the one to replace
				s.Selection = []int{first, unit[0]}
			}
			s.Bases = bases
		}
		yield(s)
	})
}

func (f Formula) stake(unit []int) Stake {
	s := Stake{Selection: unit, Cents: f.Cents, Complement: f.Complement}
	if f.Formula == "field" {
		s.Bases = slices.Clone(f.Bases)
	}
	if slices.Contains(singleBets, f.Bet) {
		s.Bet = f.Bet
	}
	return s
}

// field is the runners not known to be out when the bet was sold.
func (f Formula) field() []int {
	var out []int
	for h := 1; h <= f.Runners; h++ {
		if !slices.Contains(f.NonRunners, h) {
			out = append(out, h)
		}
	}
	return out
}

func distinctHorses(horses []int) []int {
	return slices.Compact(sorted(horses))
}

// named is the horses of the ticket in the order of designation.
func (f Formula) named() []int {
	switch f.Formula {
	case "field":
		if f.Associates == nil {
			return slices.Concat(f.Bases, without(f.field(), f.Bases))
		}
		return slices.Concat(f.Bases, f.Associates)
	case "free":
		return slices.Concat(f.Positions...)
	}
	return f.Horses
}

func expandTic3(f Formula) ([]Stake, error) {
	f.Bet, f.Formula = quintePlus, "unit"
	if _, err := Expand(f); err != nil {
		return nil, err
	}
	var out []Stake
	for i, bet := range []string{quintePlus, quartePlus, "E_TIERCE"} {
		r, err := rulesOf("", bet)
		if err != nil {
			return nil, err
		}
		out = append(out, Stake{Bet: bet, Selection: slices.Clone(f.Horses[:5-i]), Cents: r.minimum, Complement: f.Complement})
	}
	return out, nil
}
