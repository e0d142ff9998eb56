package sim

import (
	"math"
	"math/rand/v2"
)

// Stakes follow a Pareto law, as turnover by customer does at every operator:
// most bets are the smallest allowed, a few are hundreds of times larger. A
// bettor's purse is drawn once, from a law of exponent 1.5 (mean 3, infinite
// variance before the cap), and each bet is a draw of exponent 3 around it,
// rounded down to a multiple of the base stake.
const (
	purseExponent = 1.5
	betExponent   = 3.0
	purseMax      = 150
	// multipleMax bounds one bet: 500 times the base stake.
	multipleMax = 500
	// formulaMax bounds the multiple of each combination of a formula, whose
	// cost the number of combinations multiplies already.
	formulaMax = 3
)

// pareto draws from the Pareto law of minimum 1.
func pareto(exponent float64, rng *rand.Rand) float64 {
	return math.Pow(1-rng.Float64(), -1/exponent)
}

// drawPurse draws how many base stakes a bettor's smallest bets are.
func drawPurse(rng *rand.Rand) float64 { return min(pareto(purseExponent, rng), purseMax) }

// drawMultiple draws how many base stakes each combination of a bet gets.
func drawMultiple(purse float64, formula bool, rng *rand.Rand) int {
	multiple := int(purse * pareto(betExponent, rng))
	if formula {
		return min(multiple, formulaMax)
	}
	return min(multiple, multipleMax)
}

// unitsOf returns how many combinations a bettor at most takes in one bet: all
// orders of four horses for a small purse, and no more than a full field of all
// orders for any. A dearer formula is thought over.
func unitsOf(purse float64) int { return min(int(24*purse), 240) }
