package sim

import (
	"math/rand/v2"

	"opentote/tote"
)

// Public is the bettors of one bet on one race without the day around them, for
// measurements of pools larger than any day's. Its methods are safe for
// concurrent use.
type Public struct {
	offer   Offer
	field   tote.Field
	chances chances
	seed    uint64
}

// NewPublic returns the public of a bet whose combinations cost base or, in a
// formula, one of the percentages flexi of it, on a field whose chances the seed
// draws. ok is false for a bet that the public does not know.
func NewPublic(seed uint64, bet tote.BetType, base tote.Money, flexi []uint8, declared tote.HorseSet) (p *Public, ok bool) {
	p = &Public{seed: seed, field: tote.Field{Declared: declared}}
	p.offer = Offer{Code: bet.Code(), Type: bet, Base: base, Flexi: flexi, Complement: true}
	if p.offer.family, ok = familyOf(bet.Code()); !ok {
		return nil, false
	}
	rng := rand.New(rand.NewPCG(seed, raceStream))
	p.chances = trueChances(&Race{Declared: declared}, rng)
	return p, true
}

// Draw calls f with n bets of different bettors: the pattern, the stake of each of
// its combinations, and how many they are. The same seed and stream draw the same
// bets.
func (p *Public) Draw(stream uint64, n int, f func(pattern *tote.Pattern, unit tote.Money, units int)) {
	rng := rand.New(rand.NewPCG(p.seed, bettorStream^stream))
	for drawn := 0; drawn < n; {
		purse := drawPurse(rng)
		seen := p.chances.perceived(p.field.Declared, rng)
		pattern, units := p.offer.choose(seen, p.field, unitsOf(purse), rng)
		if units == 0 {
			continue // nothing that he could afford
		}
		f(&pattern, p.offer.unitStake(purse, units, rng), units)
		drawn++
	}
}
