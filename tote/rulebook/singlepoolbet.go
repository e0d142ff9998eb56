package rulebook

import "opentote/tote"

// SharedBet is one of the bets of a single pool as it is sold. Whoever records one
// of its patterns sets the Variant to its PoolBet: the pool's bets are counted
// together.
type SharedBet struct {
	pool *SinglePool
	bet  PoolBet
}

// Pool returns the pool that the bet shares.
func (b *SharedBet) Pool() *SinglePool { return b.pool }

// PoolBet returns which of the pool's bets it is.
func (b *SharedBet) PoolBet() PoolBet { return b.bet }

// Code is of tote.Bet.
func (b *SharedBet) Code() tote.BetCode { return b.pool.Code(b.bet) }

// MinStake is of tote.Bet.
func (b *SharedBet) MinStake() tote.Money { return b.pool.MinStake(b.bet) }

// Units is of tote.Bet. A bettor's pattern has no Variant yet.
func (b *SharedBet) Units(p *tote.Pattern, f tote.Field) (int, error) {
	named := *p
	if named.Variant == 0 {
		named.Variant = uint8(b.bet)
	}
	if named.Variant != uint8(b.bet) {
		return 0, &tote.PatternError{Code: tote.BadFormula}
	}
	return b.pool.Units(&named, f)
}
