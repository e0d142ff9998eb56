package rulebook

import (
	"math/big"
	"slices"

	"opentote/tote"
)

// coefficients returns the difficulty coefficient of each group (III bis-4-4): how
// many times less probable it is than the reference combination, the most
// probable one of the reference rank, with the groups that a dead heat gives each
// rank weighed. Then the maximum proportions apply.
func (c *SingleCard) coefficients(cited *Citations, w *tote.Working) []*big.Rat {
	o := cited.odds(c.result.Ran())
	chances := make([]*big.Rat, len(c.groups))
	for g := range c.groups {
		chances[g] = new(big.Rat)
		for _, order := range c.groups[g].orders {
			chances[g].Add(chances[g], o.of(order))
		}
	}
	ref := c.reference(chances)
	among := c.size(c.groups[ref].rank)
	coefficients := make([]*big.Rat, len(c.groups))
	for g, chance := range chances {
		k := big.NewRat(int64(among), int64(c.size(c.groups[g].rank)))
		k.Mul(k, chances[ref])
		coefficients[g] = k.Quo(k, chance)
	}
	uncapped := slices.Clone(coefficients)
	c.limit(coefficients)
	c.noteChances(w, o, ref, chances, uncapped, coefficients)
	return coefficients
}

// reference returns the group of the reference rank, the main one of the first
// treated bet, with the highest probability; of equal ones, that of the smallest
// numbers.
func (c *SingleCard) reference(chances []*big.Rat) int {
	// The groups of the reference rank come first.
	ref := 0
	for g := range c.groups {
		if c.groups[g].rank != c.groups[0].rank {
			break
		}
		order := chances[g].Cmp(chances[ref])
		if order > 0 || order == 0 && slices.Compare(c.groups[g].key.Slice(), c.groups[ref].key.Slice()) < 0 {
			ref = g
		}
	}
	return ref
}

// size returns how many groups a rank has.
func (c *SingleCard) size(k rank) int {
	n := 0
	for i := range c.groups {
		if c.groups[i].rank == k {
			n++
		}
	}
	return n
}

// limit applies the maximum proportions (III bis-4-5) in the order of the article.
// Ranks of bets that are not treated have no group: without a Trio Ordre nothing
// bounds the Super4 (AMB-8).
func (c *SingleCard) limit(coefficients []*big.Rat) {
	c.bound(coefficients, rank{SuperQuatre, 0}, rank{TrioOrdre, 0}, c.pool.terms.Cap)
	switch c.level {
	case Nominal:
		c.bound(coefficients, rank{Trio, 1}, rank{Trio, 0}, 1)
		c.bound(coefficients, rank{Trio, 2}, rank{Trio, 1}, 1) // AMB-7
	case LevelA:
		c.bound(coefficients, rank{Trio, 2}, rank{Trio, 0}, 1)
		c.bound(coefficients, rank{TrioOrdre, 2}, rank{Trio, 2}, 1)
	}
}

// bound limits the coefficients of a rank to times the least one of another rank's
// groups that hold the same horses, or that the same horses hold, whether or not
// anybody backs them.
func (c *SingleCard) bound(coefficients []*big.Rat, of, by rank, times int64) {
	for g := range c.groups {
		if c.groups[g].rank != of {
			continue
		}
		var least *big.Rat
		for o := range c.groups {
			if c.groups[o].rank == by && nested(c.groups[o].key, c.groups[g].key) && (least == nil || coefficients[o].Cmp(least) < 0) {
				least = coefficients[o]
			}
		}
		if least == nil {
			continue
		}
		most := big.NewRat(times, 1)
		if most.Mul(most, least); coefficients[g].Cmp(most) > 0 {
			coefficients[g] = most
		}
	}
}

func nested(a, b tote.HorseSet) bool { return a&^b == 0 || b&^a == 0 }
