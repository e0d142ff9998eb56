package tote

import "math/big"

// Bracket is one step of the progressive deduction: gross rapports up to
// UpTo euros, that bound included, lose Rate. A zero UpTo has no bound.
type Bracket struct {
	UpTo int64
	Rate Rate
}

// Scale is the progressive deduction on rapports of one group of bets (II-16),
// brackets in increasing order, the last one without bound. An empty scale
// deducts nothing.
type Scale []Bracket

// Apply returns what the deduction leaves of the gross rapport g. The bracket's
// rate bears on the whole of g, but never below the most that the bracket before
// leaves, hence the flat parts (AMB-9, AMB-10).
func (s Scale) Apply(g *big.Rat) *big.Rat {
	floor := new(big.Rat)
	for _, b := range s {
		kept := (One - b.Rate).Rat()
		if bound := new(big.Rat).SetInt64(b.UpTo); b.UpTo != 0 && g.Cmp(bound) > 0 {
			floor = bound.Mul(bound, kept)
			continue
		}
		if kept.Mul(kept, g); kept.Cmp(floor) < 0 {
			return floor
		}
		return kept
	}
	return new(big.Rat).Set(g)
}
