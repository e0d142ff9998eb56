package sim

import (
	"math/rand/v2"
	"slices"
	"strings"

	"opentote/tote"
)

// family is what the public does with the bets of one name, on any network.
type family struct {
	name    string
	horses  int     // in a combination; the fewest where the bettor chooses
	money   float64 // staked, for 100 on the two Simples of the race
	cost    float64 // base stakes that one bet costs on average, as simulated
	flat    float64 // exponent on the perceived chances: below 1 where being placed is enough
	ordered bool    // a combination stipulates the order
	forms   forms
	// variants are the shares of "en k", from k = horses on: Multi, Mini Multi.
	variants []float64
}

// forms are the shares of a family's formulas; the rest are single
// combinations.
type forms struct {
	combined, base, full, free float64
	allOrders                  float64 // of bets that are no free field
	complement                 float64 // of bets, where the offer takes one
}

// families are the bets the public knows, in the order of reports. Whether one
// is sold is the server's to say: a new bet sells here as soon as the server
// offers it.
//
// Money divides as it did on R1C7 of 21 May 2026, averaged over both networks and
// worked back from the published winners, dividends and takeouts
// (shared/data/pmu, real_*.json). The k of the Multi are of the same race: winning
// stakes on each k, divided by how many fours it holds. What Couplé Ordre, Mini
// Multi, Pick5 and the bets that nobody sells yet draw is a guess, and so is how
// often each formula is played.
var families = []family{
	{name: "SIMPLE_GAGNANT", horses: 1, money: 52, cost: 4, flat: 1, forms: forms{combined: 0.06}},
	{name: "SIMPLE_PLACE", horses: 1, money: 48, cost: 4.1, flat: 0.8, forms: forms{combined: 0.04}},
	{name: "COUPLE_GAGNANT", horses: 2, money: 20, cost: 6.8, flat: 0.9, forms: forms{combined: 0.25, base: 0.12, full: 0.03, complement: 0.05}},
	{name: "COUPLE_PLACE", horses: 2, money: 36, cost: 6.5, flat: 0.8, forms: forms{combined: 0.25, base: 0.10, full: 0.02, complement: 0.05}},
	{name: "COUPLE_ORDRE", horses: 2, money: 20, cost: 7.6, flat: 0.9, ordered: true, forms: forms{
		combined: 0.15, base: 0.12, full: 0.03, free: 0.02, allOrders: 0.3, complement: 0.05,
	}},
	{name: "DEUX_SUR_QUATRE", horses: 2, money: 38, cost: 6.3, flat: 0.75, forms: forms{combined: 0.25, base: 0.12, full: 0.03, complement: 0.05}},
	{name: "TRIO", horses: 3, money: 20, cost: 8, flat: 0.85, forms: forms{combined: 0.3, base: 0.15, full: 0.03, complement: 0.05}},
	{name: "TRIO_ORDRE", horses: 3, money: 8, cost: 9, flat: 0.85, ordered: true, forms: forms{
		combined: 0.15, base: 0.15, full: 0.03, free: 0.02, allOrders: 0.3, complement: 0.05,
	}},
	{name: "TIERCE", horses: 3, money: 35, cost: 11, flat: 0.85, ordered: true, forms: forms{
		combined: 0.15, base: 0.15, full: 0.05, free: 0.02, allOrders: 0.5, complement: 0.06,
	}},
	{name: "QUARTE_PLUS", horses: 4, money: 44, cost: 15, flat: 0.85, ordered: true, forms: forms{
		combined: 0.12, base: 0.15, full: 0.05, free: 0.02, allOrders: 0.4, complement: 0.06,
	}},
	{name: "QUINTE_PLUS", horses: 5, money: 85, cost: 15, flat: 0.85, ordered: true, forms: forms{
		combined: 0.1, base: 0.1, full: 0.02, free: 0.01, allOrders: 0.3, complement: 0.05,
	}},
	{name: "MULTI", horses: 4, money: 21, cost: 6.9, flat: 0.8, variants: []float64{0.2, 0.15, 0.3, 0.35}, forms: forms{
		combined: 0.15, base: 0.12, full: 0.02,
	}},
	{name: "MINI_MULTI", horses: 4, money: 21, cost: 6, flat: 0.8, variants: []float64{0.25, 0.25, 0.5}, forms: forms{
		combined: 0.15, base: 0.12, full: 0.02,
	}},
	{name: "SUPER_QUATRE", horses: 4, money: 8, cost: 13, flat: 0.85, ordered: true, forms: forms{
		combined: 0.15, base: 0.15, full: 0.03, free: 0.02, allOrders: 0.3, complement: 0.05,
	}},
	{name: "PICK5", horses: 5, money: 15, cost: 14, flat: 0.85, forms: forms{combined: 0.3, base: 0.15, full: 0.03, complement: 0.05}},
}

// familyOf returns the family of a code.
func familyOf(code tote.BetCode) (family, bool) {
	i := familyIndex(code)
	if i == len(families) {
		return family{}, false
	}
	return families[i], true
}

// familyIndex returns where a code's family stands in families, behind the last
// for a bet that the public does not know: E_ is the online network's mark, and
// an international pool is bet on like the national one.
func familyIndex(code tote.BetCode) int {
	name := strings.TrimSuffix(strings.TrimPrefix(string(code), "E_"), "_INTERNATIONAL")
	if i := slices.IndexFunc(families, func(f family) bool { return f.name == name }); i >= 0 {
		return i
	}
	return len(families)
}

// weight is how many bets the offer draws beside others: the dearer each, the
// fewer.
func (o *Offer) weight() float64 { return o.family.money / (o.family.cost * float64(o.Base)) }

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
