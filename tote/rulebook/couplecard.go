package rulebook

import (
	"math/big"

	"opentote/tote"
)

// coupleCard is a Couplé's Card: the pairs of each level, then the placed
// horses.
type coupleCard struct {
	pairLines
	coupleRanks
}

var _ tote.Card = (*coupleCard)(nil)

// coupleRanks share a Couplé's pool among its lines, ordered or not.
type coupleRanks struct {
	bet    *couple
	out    []int         // lines of the 1 NP rank
	levels []coupleLevel // the real finish, then its substitutes (III-3-7-2)
}

// coupleLevel is a finish that may be paid: the first one that anybody backs.
type coupleLevel struct {
	lines []int      // payable combinations of the main rank
	main  []division // of the main part of the surplus
	out   []division // of the 1 NP part: its divisors hold main stakes too
}

// Share computes one dividend a combination (III-3-4, III-3-5, III-3-7).
func (c *coupleRanks) Share(s tote.Stakes) tote.Settlement {
	level, won := c.backed(s.OnLine)
	if won == 0 {
		return tote.RefundWhole(tote.NoWinningStake, len(s.OnLine), s)
	}
	l := &c.levels[level]
	out := stakesOn(c.out, s.OnLine)
	terms := &c.bet.terms
	settled := settle(terms, s, calculation{
		ordinary:    terms.Open(s, (won + out).Rat()),
		constrained: func() *tote.Pool { return c.constrained(s, won, out) },
		divide: func(p *tote.Pool) ([]*big.Rat, bool) {
			if p.Procedure == tote.Constrained {
				return c.divideConstrained(p, l, s.OnLine), true
			}
			return c.divide(p, l, s.OnLine), true
		},
	})
	if !settled.RefundAll() {
		settled.Substitute = level
	}
	return settled
}

// backed returns the first level that anybody backs and the stakes on it, 0
// when there is none: a Placé has no substitute.
func (c *coupleRanks) backed(onLine []tote.Money) (level int, won tote.Money) {
	for i := range c.levels {
		if won := stakesOn(c.levels[i].lines, onLine); won != 0 {
			return i, won
		}
	}
	return 0, 0
}

// divide adds to the reservation coefficient, taken once a stake (C-1), the
// increment of the pair and those of its horses (III-3-4). The cut of the
// surplus is made whether or not there are non-runners.
func (c *coupleRanks) divide(p *tote.Pool, l *coupleLevel, onLine []tote.Money) []*big.Rat {
	nets := backedLines(p, append(l.lines[:len(l.lines):len(l.lines)], c.out...), onLine)
	main := c.bet.shares.main.Rat()
	main.Mul(main, p.Surplus)
	out := new(big.Rat).Sub(p.Surplus, main)
	noteCut(p, c.bet.shares.main, c.rank())
	cascade(p, c.rank(), "_1NP", out, l.out, onLine, nets)
	cascade(p, c.rank(), "", main, l.main, onLine, nets)
	return nets
}

// constrained opens the minimum-rapport calculation: the 1 NP rank is paid the
// minimum before anything else (III-3-5-c).
func (c *coupleRanks) constrained(s tote.Stakes, won, out tote.Money) *tote.Pool {
	p := c.bet.terms.OpenConstrained(s, won.Rat())
	lifted := out.Rat()
	p.Reserve(lifted.Mul(lifted, c.minimum()))
	return p
}

func (c *coupleRanks) rank() string { return string(c.bet.code) }

func (c *coupleRanks) minimum() *big.Rat { return big.NewRat(int64(c.bet.terms.Minimum), 100) }

// divideConstrained gives the whole constrained surplus to the main rank
// (III-3-5). Combinations nobody backs drop out as ever (C-8).
func (c *coupleRanks) divideConstrained(p *tote.Pool, l *coupleLevel, onLine []tote.Money) []*big.Rat {
	nets := backedLines(p, l.lines, onLine)
	cascade(p, c.rank(), "", p.Surplus, l.main, onLine, nets)
	for _, i := range c.out {
		if onLine[i] != 0 {
			nets[i] = c.minimum()
		}
	}
	return nets
}
