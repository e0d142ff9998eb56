package rulebook

import (
	"opentote/tote"
)

// PoolBet is one of the three bets that share a race's single pool (Title III
// bis). It is the Variant of their patterns. Their order is that of chapter 4:
// the first of those treated gives the reference rank.
type PoolBet uint8

// The bets of a single pool.
const (
	Trio        PoolBet = iota + 1 // three horses, any order (III bis-1)
	TrioOrdre                      // three horses in their order (III bis-2)
	SuperQuatre                    // four horses in their order (III bis-3)
)

// PoolBetCount is how many bets share the pool.
const PoolBetCount = 3

// Index is the bet's place in arrays of one entry a bet.
func (b PoolBet) Index() int { return int(b) - 1 }

// ordered reports whether the bet stipulates an order.
func (b PoolBet) ordered() bool { return b != Trio }

// horses is how many horses a unit combination holds, which is how many the
// arrival must name.
func (b PoolBet) horses() int {
	if b == SuperQuatre {
		return 4
	}
	return 3
}

// ranMin is how many horses must have taken part (articles 1).
func (b PoolBet) ranMin() int {
	if b == TrioOrdre {
		return 3
	}
	return 4
}

// PoolBets is a set of bets of a single pool.
type PoolBets uint8

// PoolBetsOf returns the set of the given bets.
func PoolBetsOf(bets ...PoolBet) PoolBets {
	var s PoolBets
	for _, b := range bets {
		s |= 1 << b
	}
	return s
}

// Has reports whether the bet is in the set.
func (s PoolBets) Has(b PoolBet) bool { return s>>b&1 == 1 }

// All yields the bets in the order of the chapter.
func (s PoolBets) All(yield func(PoolBet) bool) {
	for b := Trio; b <= SuperQuatre; b++ {
		if s.Has(b) && !yield(b) {
			return
		}
	}
}

// SingleTerms are the dated figures of a single pool.
type SingleTerms struct {
	Codes [PoolBetCount]tote.BetCode
	// Bets differ in take and in minimum stake; the rest of their terms is the
	// first one's.
	Bets [PoolBetCount]tote.Terms
	// Reserve is the part of the masses that goes to the reserve funds (III bis-4-6).
	Reserve tote.Rate
	// Cap bounds the coefficient of the Super4, in times that of the Trio Ordre
	// (III bis-4-5).
	Cap int64
}

// SinglePool is the one pool of a race's e-Trio, e-Trio Ordre and e-Super4: the
// stakes of the bets on offer are put together, and each winning combination is
// paid by how improbable it was in the eyes of the public. It is stateless and
// safe for concurrent use.
//
// A pool is settled like any other, except that two things beside the tally are
// gathered from its bets: stakes by bet, and the table of citations.
//
//	SinglePool.Card     what a result makes payable, at every level of article 8
//	SingleCard.Count    each bet's units: refunded, won on a line of a level, or lost
//	Citations.Add       each bet's units, whatever becomes of them
//	SingleCard.Share    the level, the coefficients, the dividends, the funds
//	SingleSettlement.Split   where every cent went
type SinglePool struct{ terms SingleTerms }

// Terms returns the dated figures of the pool.
func (p *SinglePool) Terms() SingleTerms { return p.terms }

// SinglePool returns the book's single pool.
func (b *Book) SinglePool() (*SinglePool, bool) { return b.single, b.single != nil }

// At is the pool with other take rates, one a bet: a partner's, or a what-if.
func (p *SinglePool) At(takes [PoolBetCount]tote.Rate) *SinglePool {
	terms := p.terms
	for i, take := range takes {
		terms.Bets[i].Take = take
	}
	return &SinglePool{terms}
}

// Code returns the code of one of the pool's bets.
func (p *SinglePool) Code(b PoolBet) tote.BetCode { return p.terms.Codes[b.Index()] }

// Bet returns the bet of a code.
func (p *SinglePool) Bet(code tote.BetCode) (PoolBet, bool) {
	for i, c := range p.terms.Codes {
		if c == code {
			return PoolBet(i + 1), true
		}
	}
	return 0, false
}

// MinStake is the minimum stake of a unit combination of a bet.
func (p *SinglePool) MinStake(b PoolBet) tote.Money { return p.terms.Bets[b.Index()].MinStake }

// Treated returns which of the bets on offer compete for the pool, and why the
// others are refunded whole (III bis, articles 1 and 6 of chapters 1 to 3). A bet
// on offer that nobody played is treated too (III bis-4-4).
func (p *SinglePool) Treated(r tote.Result, offered PoolBets) (treated PoolBets, refunds [PoolBetCount]tote.Reason) {
	for b := range offered.All {
		switch {
		case r.Refunded():
			refunds[b.Index()] = tote.RaceCancelled
		case r.Ran().Len() < b.ranMin():
			refunds[b.Index()] = tote.TooFewRunners
		case r.Classified() < b.horses():
			refunds[b.Index()] = tote.TooFewClassified
		default:
			treated |= 1 << b
		}
	}
	return treated, refunds
}

// rate returns the take that the winners of a rank bear. The Super4's ranks with
// non-runners ask no more than a Trio Ordre, and the Trio Ordre's with two no
// more than a Trio: they bear that bet's take where it is treated (III bis-4-6).
func (p *SinglePool) rate(k rank, treated PoolBets) tote.Rate {
	b := k.bet
	switch {
	case b == SuperQuatre && k.out > 0 && treated.Has(TrioOrdre):
		b = TrioOrdre
	case b == TrioOrdre && k.out == 2 && treated.Has(Trio):
		b = Trio
	}
	return p.terms.Bets[b.Index()].Take
}

// rank is one of the pool's nine ranks.
type rank struct {
	bet PoolBet
	out int // non-runners among the horses, 0 to 2
}

func (p *SinglePool) rankName(k rank) string {
	return string(p.Code(k.bet)) + [...]string{"", "_1NP", "_2NP"}[k.out]
}
