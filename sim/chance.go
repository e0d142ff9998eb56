package sim

import (
	"math"
	"math/rand/v2"

	"opentote/tote"
)

// chances are probabilities, or weights, by horse number.
type chances [tote.MaxHorse + 1]float64

// distortion is the exponent of Prelec's probability weighting,
// w(p) = exp(-(-ln p)^a), that Snowberg and Wolfers estimate from 5.6 million
// starts ("Explaining the Favorite-Longshot Bias: Is It Risk-Love or
// Misperceptions?", Journal of Political Economy 118(4), 2010, a = 0.928). The
// public sees a chance of 1 % as 1.6 % and one of 50 % as 49 %; horses are
// backed in proportion, so long shots are overbet, as Ali described in
// "Probability and Utility Estimates for Racetrack Bettors" (JPE 85(4), 1977).
const distortion = 0.928

// opinion is the standard deviation, in logs, of a bettor's own view of each
// horse. It spreads bets and flattens the favourites' share a little more.
const opinion = 0.35

// weighed returns how a chance is perceived.
func weighed(p float64) float64 {
	if p <= 0 {
		return 0
	}
	return math.Exp(-math.Pow(-math.Log(min(p, 1)), distortion))
}

// unweighed is the inverse of weighed.
func unweighed(w float64) float64 {
	if w <= 0 {
		return 0
	}
	return math.Exp(-math.Pow(-math.Log(min(w, 1)), 1/distortion))
}

// trueChances returns the probability of each horse to win. Reference odds are
// read as the biased public's: its share of the money, 1/odds normalised, with
// the bias taken out. A horse without odds draws a log-normal share beside the
// known ones; without any odds the whole field is drawn, on a spread like that
// of real fields.
func trueChances(r *Race, rng *rand.Rand) chances {
	var share chances
	known, sum := 0, 0.0
	for h := range r.Declared.All {
		if odds := r.Odds[h]; odds >= 1 {
			share[h] = 1 / odds
			known, sum = known+1, sum+share[h]
		}
	}
	typical := 1.0
	if known > 0 {
		typical = sum / float64(known) / 2 // horses nobody quotes are seldom favourites
	}
	for h := range r.Declared.All {
		drawn := typical * math.Exp(0.9*rng.NormFloat64()) // drawn always: the seed's sequence depends on the field alone
		if share[h] == 0 {
			share[h] = drawn
		}
	}
	share.normalise()
	for h := range r.Declared.All {
		share[h] = unweighed(share[h])
	}
	share.normalise()
	return share
}

// perceived returns the weights one bettor gives to the horses that run: the
// distorted chances times his own opinion.
func (c *chances) perceived(runs tote.HorseSet, rng *rand.Rand) chances {
	var seen chances
	for h := range runs.All {
		seen[h] = weighed(c[h]) * math.Exp(opinion*rng.NormFloat64())
	}
	return seen
}

func (c *chances) normalise() {
	sum := 0.0
	for _, p := range c {
		sum += p
	}
	if sum == 0 {
		return
	}
	for i := range c {
		c[i] /= sum
	}
}

// pick draws a horse in proportion to the weights raised to flat, and takes it
// out. It returns 0 when no weight is left.
func (c *chances) pick(flat float64, rng *rand.Rand) tote.Horse {
	sum := 0.0
	var power chances
	for h, p := range c {
		if p > 0 {
			power[h] = p
			if flat != 1 {
				power[h] = math.Pow(p, flat)
			}
			sum += power[h]
		}
	}
	at := rng.Float64() * sum
	last := 0
	for h, p := range power {
		if p == 0 {
			continue
		}
		last = h
		if at -= p; at < 0 {
			break
		}
	}
	c[last] = 0
	return tote.Horse(last)
}
