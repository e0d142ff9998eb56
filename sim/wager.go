package sim

import (
	"math/rand/v2"
	"strings"

	"opentote/tote"
)

// family is what the public does with the bets of one name, on any network.
type family struct {
	horses int     // in a combination
	share  float64 // of the bets where all are on offer
	flat   float64 // exponent on the perceived chances: below 1 where being placed is enough
	forms  forms
}

// forms are the shares of a family's formulas; the rest are single
// combinations.
type forms struct {
	combined, base, full float64
	complement           float64 // of bets, where the offer takes one
}

// families are the bets the public knows. Whether one is sold is the server's
// to say: a new bet sells here as soon as the server offers it. Shares follow
// the order of the operator's published turnover by bet.
var families = map[string]family{
	"SIMPLE_GAGNANT":  {horses: 1, share: 0.30, flat: 1, forms: forms{combined: 0.06}},
	"SIMPLE_PLACE":    {horses: 1, share: 0.22, flat: 0.8, forms: forms{combined: 0.04}},
	"DEUX_SUR_QUATRE": {horses: 2, share: 0.16, flat: 0.75, forms: forms{combined: 0.25, base: 0.12, full: 0.03, complement: 0.05}},
	"COUPLE_GAGNANT":  {horses: 2, share: 0.10, flat: 0.9, forms: forms{combined: 0.25, base: 0.12, full: 0.03, complement: 0.05}},
	"COUPLE_PLACE":    {horses: 2, share: 0.08, flat: 0.8, forms: forms{combined: 0.25, base: 0.10, full: 0.02, complement: 0.05}},
	"COUPLE_ORDRE":    {horses: 2, share: 0.05, flat: 0.9, forms: forms{complement: 0.05}},
	"TRIO":            {horses: 3, share: 0.08, flat: 0.85, forms: forms{combined: 0.3, base: 0.15, complement: 0.05}},
	"TRIO_ORDRE":      {horses: 3, share: 0.03, flat: 0.85},
	"TIERCE":          {horses: 3, share: 0.10, flat: 0.85},
	"QUARTE_PLUS":     {horses: 4, share: 0.10, flat: 0.85},
	"QUINTE_PLUS":     {horses: 5, share: 0.25, flat: 0.85},
	"SUPER_QUATRE":    {horses: 4, share: 0.02, flat: 0.85},
	"PICK5":           {horses: 5, share: 0.04, flat: 0.85, forms: forms{combined: 0.3}},
}

// familyOf returns the family of a code: E_ is the online network's mark, and
// an international pool is bet on like the national one.
func familyOf(code tote.BetCode) (family, bool) {
	name := strings.TrimPrefix(string(code), "E_")
	f, ok := families[strings.TrimSuffix(name, "_INTERNATIONAL")]
	return f, ok
}

// combinedMax bounds the horses of a combined formula.
const combinedMax = 6

// choose composes a bet of the offer on the runners, as one bettor sees them.
// It returns false when the field is too small for the bet.
func (o *Offer) choose(seen chances, runs tote.HorseSet, rng *rand.Rand) (tote.Pattern, bool) {
	f := o.family
	if runs.Len() < f.horses+1 {
		return tote.Pattern{}, false
	}
	u := rng.Float64()
	spare := min(combinedMax, runs.Len()) - f.horses // horses a formula may add
	var p tote.Pattern
	switch {
	case u < f.forms.combined:
		p = tote.CombinedPattern(picked(&seen, f.horses+1+rng.IntN(spare), f.flat, rng)...)
	case u < f.forms.combined+f.forms.base:
		bases := picked(&seen, f.horses-1, f.flat, rng)
		p = tote.BasePattern(bases, picked(&seen, 2+rng.IntN(spare), f.flat, rng))
	case u < f.forms.combined+f.forms.base+f.forms.full:
		p = tote.FullFieldPattern(picked(&seen, f.horses-1, f.flat, rng), runs)
	default:
		p = tote.UnitPattern(picked(&seen, f.horses, f.flat, rng)...)
	}
	if o.Complement && rng.Float64() < f.forms.complement {
		// Every horse already picked has left the weights.
		p.Complement = seen.pick(f.flat, rng)
	}
	return p, true
}

func picked(seen *chances, n int, flat float64, rng *rand.Rand) []tote.Horse {
	horses := make([]tote.Horse, 0, n)
	for range n {
		if h := seen.pick(flat, rng); h != 0 {
			horses = append(horses, h)
		}
	}
	return horses
}

// unitStake returns the stake of each combination: a multiple of the base
// stake, or, for formulas where it is offered, a fraction of it.
func (o *Offer) unitStake(purse float64, units int, rng *rand.Rand) tote.Money {
	formula := units > 1
	stake := o.Base * tote.Money(drawMultiple(purse, formula, rng))
	if formula && len(o.Flexi) > 0 && rng.Float64() < flexiShare {
		percent := o.Flexi[rng.IntN(len(o.Flexi))]
		return (o.Base*tote.Money(percent) + 99) / 100
	}
	return stake
}

// flexiShare is how many of the formulas are played at a fraction where they
// can be.
const flexiShare = 0.4
