package rulebook

import (
	"math/big"

	"opentote/tote"
)

// pick5Card is the Pick5's Card. Its lines are the fives, then the fours with a
// non-runner; fours is empty without non-runners.
type pick5Card struct {
	bet        *pick5
	nonRunners tote.HorseSet
	fives      []tote.HorseSet
	fours      []tote.HorseSet
	lines      []tote.Line
}

var _ tote.Card = (*pick5Card)(nil)

func (c *pick5Card) Lines() []tote.Line { return c.lines }

// Count applies the complement horse first, then the rules on non-runners: two
// left are refunded, one left competes at its own rank, but is refunded in a
// field formula of one base that is out (III-10-3). A unit of a field that holds
// the complement itself keeps its non-runner (II-9-II).
func (c *pick5Card) Count(p *tote.Pattern, t *tote.Tally) {
	units := unitsOf(p, pick5Horses, c.nonRunners)
	complement := tote.HorseSet(0)
	if p.Complement != 0 {
		complement = tote.SetOf(p.Complement).Without(c.nonRunners)
	}
	refundFrom := 2
	if units.bases&c.nonRunners != 0 && units.bases.Len() == 1 {
		refundFrom = 1
	}
	if complement == 0 {
		c.countUnits(units, refundFrom, t)
		return
	}
	if complement&units.pool != 0 {
		with, without := units.split(complement)
		c.countUnits(with, refundFrom, t)
		units = without
	}
	c.countReplaced(units, complement, refundFrom, t)
}

// countUnits counts units that keep their non-runners.
func (c *pick5Card) countUnits(u setUnits, refundFrom int, t *tote.Tally) {
	for i, set := range c.fives {
		t.Won[i] += u.withRunners(set, 0)
	}
	if refundFrom > 1 {
		for i, set := range c.fours {
			t.Won[len(c.fives)+i] += u.withRunners(set, 1)
		}
	}
	t.Refunded += u.withOut(refundFrom)
}

// countReplaced counts units none of which holds the complement, which replaces
// one non-runner of each.
func (c *pick5Card) countReplaced(u setUnits, complement tote.HorseSet, refundFrom int, t *tote.Tally) {
	for i, set := range c.fives {
		t.Won[i] += u.withRunners(set, 0)
		if set&complement != 0 {
			t.Won[i] += u.withRunners(set.Without(complement), 1)
		}
	}
	if refundFrom > 1 {
		for i, set := range c.fours {
			if set&complement != 0 {
				t.Won[len(c.fives)+i] += u.withRunners(set.Without(complement), 2)
			}
		}
	}
	t.Refunded += u.withOut(refundFrom + 1)
}

// Share computes one dividend a five and one for the fours (III-10-4, III-10-5,
// III-10-7).
func (c *pick5Card) Share(s tote.Stakes) tote.Settlement {
	var won, out tote.Money // E and E_np
	for i, e := range s.OnLine {
		if i < len(c.fives) {
			won += e
			continue
		}
		out += e
	}
	terms := &c.bet.terms
	ordinary := terms.Open(s, (won + out).Rat())
	if won+out == 0 {
		// The whole mass waits for a later race; losers stay losers (III-10-7-c).
		ordinary.Keep(ordinary.Surplus)
		return ordinary.Settlement(make([]tote.Dividend, len(c.lines)), s.OnLine)
	}
	return settle(terms, s, calculation{
		ordinary: ordinary,
		constrained: func() *tote.Pool {
			p := terms.OpenConstrained(s, won.Rat())
			lifted := out.Rat()
			p.Reserve(lifted.Mul(lifted, c.minimum()))
			return p
		},
		divide: func(p *tote.Pool) ([]*big.Rat, bool) {
			if p.Procedure == tote.Constrained {
				payable := won != 0 || p.Surplus.Sign() >= 0 // P-4
				return c.nets(p, s.OnLine, p.Surplus, c.minimum(), nil), payable
			}
			return c.divide(p, s.OnLine, won+out), true
		},
	})
}

func (c *pick5Card) rank() string { return string(c.bet.code) }

func (c *pick5Card) minimum() *big.Rat { return big.NewRat(int64(c.bet.terms.Minimum), 100) }

// divide shares the surplus of the ordinary calculation: one increment for all
// that is paid, another for each five (III-10-4).
func (c *pick5Card) divide(p *tote.Pool, onLine []tote.Money, payable tote.Money) []*big.Rat {
	main := c.bet.main.Rat()
	main.Mul(main, p.Surplus)
	out := new(big.Rat).Sub(p.Surplus, main)
	noteCut(p, c.bet.main, c.rank())
	noteNext(p, c.rank(), "_1NP", len(c.lines), out)
	common := p.Increment(out, payable)
	return c.nets(p, onLine, main, p.Net(common), common)
}

// nets gives each five its equal part of main, on top of the reservation
// coefficient and of the common increment, if any, and each four the net rapport
// of its rank. The part of a five nobody backs is kept for a booster, not given
// to the others (III-10-7-b, P-4).
func (c *pick5Card) nets(p *tote.Pool, onLine []tote.Money, main, four, common *big.Rat) []*big.Rat {
	nets := make([]*big.Rat, len(c.lines))
	fraction := big.NewRat(1, int64(len(c.fives)))
	part := new(big.Rat).Mul(main, fraction)
	for i, e := range onLine {
		switch {
		case i >= len(c.fives):
			if e != 0 {
				nets[i] = four
			}
		case e == 0:
			if part.Sign() > 0 {
				p.KeepOf(c.rank(), part)
			}
		default:
			if p.Working != nil {
				p.Next(tote.Division{Rank: c.rank(), Lines: []int{i}, Of: main, Fraction: fraction})
			}
			nets[i] = p.Net(p.Increment(part, e))
			if common != nil {
				nets[i].Add(nets[i], common)
			}
		}
	}
	return nets
}
