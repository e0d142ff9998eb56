package rulebook

import (
	"math/big"
	"slices"

	"opentote/tote"
)

// deuxSurQuatrePair is the 2sur4 (III-5): two horses among the first four, any
// order. One dividend for all winning pairs, one for all pairs of a placed
// horse and a non-runner.
type deuxSurQuatrePair struct {
	code  tote.BetCode
	terms tote.Terms
	main  tote.Rate // part of the surplus that the winning pairs alone share, in whole percent
	quick quick
}

var _ tote.BetType = (*deuxSurQuatrePair)(nil)

// placesTop is the last place that counts.
const placesTop = 4

var pairShape = tote.Shape{Horses: 2, Bases: 1, Complement: true}

// deuxSurQuatre returns the strategy for a book's split of the surplus.
func deuxSurQuatre(main tote.Rate) func(tote.BetCode, tote.Terms) tote.BetType {
	return func(code tote.BetCode, terms tote.Terms) tote.BetType {
		return &deuxSurQuatrePair{code: code, terms: terms, main: main, quick: quickTerms(terms)}
	}
}

func (b *deuxSurQuatrePair) Code() tote.BetCode   { return b.code }
func (b *deuxSurQuatrePair) MinStake() tote.Money { return b.terms.MinStake }

// Units counts the pairs of each formula (III-5-6).
func (b *deuxSurQuatrePair) Units(p *tote.Pattern, f tote.Field) (int, error) {
	return pairShape.Units(p, f)
}

// Card returns the winning pairs, then each placed horse with a non-runner, or
// why the pool is refunded (III-5-1, III-5-2, III-5-7-1).
func (b *deuxSurQuatrePair) Card(r tote.Result) (tote.Card, tote.Reason) {
	const ranMin, classifiedMin = 5, 2
	switch {
	case r.Refunded():
		return nil, tote.RaceCancelled
	case r.Ran().Len() < ranMin:
		return nil, tote.TooFewRunners
	case r.Classified() < classifiedMin:
		return nil, tote.TooFewClassified
	}
	c := &pairCard{bet: b, pairLines: pairLines{nonRunners: r.NonRunners}}
	c.addPairs(b.code, slices.Collect(tote.SetsInTop(r.Arrival, 2, placesTop)))
	if r.NonRunners != 0 {
		places := tote.PlacesOf(r.Arrival)
		c.addPlaced(b.code, places.Top(placesTop))
	}
	return c, ""
}

// pairCard is the 2sur4's Card: the winning pairs, then the placed horses.
type pairCard struct {
	pairLines
	bet *deuxSurQuatrePair
}

// Share computes the two dividends (III-5-4, III-5-5, III-5-7).
func (c *pairCard) Share(s tote.Stakes) tote.Settlement {
	var won, out tote.Money // E and Q
	for i, e := range s.OnLine {
		if i < len(c.pairs) {
			won += e
			continue
		}
		out += e
	}
	terms := &c.bet.terms
	ordinary := terms.Open(s, (won + out).Rat())
	if won+out == 0 {
		// The whole mass waits for a later race; losers stay losers (III-5-7-3).
		ordinary.Keep(ordinary.Surplus)
		ordinary.Procedure = tote.NoWinner
		return ordinary.Settlement(make([]tote.Dividend, len(c.lines)), s.OnLine)
	}
	return settle(terms, s, calculation{
		ordinary:    ordinary,
		constrained: func() *tote.Pool { return c.constrained(s, won, out) },
		divide: func(p *tote.Pool) ([]*big.Rat, bool) {
			if p.Procedure == tote.Constrained {
				main, payable := c.divideConstrained(p, won)
				return c.nets(s.OnLine, main, c.minimum()), payable
			}
			main, reduced := c.divide(p, won, out)
			return c.nets(s.OnLine, main, reduced), true
		},
	})
}

// constrained opens the minimum-rapport calculation: the non-runner rank is
// paid the minimum before anything else (III-5-5).
func (c *pairCard) constrained(s tote.Stakes, won, out tote.Money) *tote.Pool {
	p := c.bet.terms.OpenConstrained(s, won.Rat())
	lifted := out.Rat()
	p.Reserve(lifted.Mul(lifted, c.minimum()))
	return p
}

func (c *pairCard) minimum() *big.Rat { return big.NewRat(int64(c.bet.terms.Minimum), 100) }

// divide returns the net rapports of the main and of the non-runner rank. The
// two increments are deducted from separately (III-5-4); the main part stays in
// the booster when nobody holds a winning pair (III-5-7-2).
func (c *pairCard) divide(p *tote.Pool, won, out tote.Money) (main, reduced *big.Rat) {
	a := c.bet.main.Rat()
	a.Mul(a, p.Surplus)
	b := new(big.Rat).Sub(p.Surplus, a)
	noteCut(p, c.bet.main, c.rank())
	noteNext(p, c.rank(), "_1NP", len(c.lines), b)
	n := p.Increment(b, won+out)
	if won == 0 {
		p.KeepOf(c.rank(), a)
		return nil, p.Net(n)
	}
	noteNext(p, c.rank(), "", len(c.pairs), a)
	return p.Net(n, p.Increment(a, won)), p.Net(n)
}

func (c *pairCard) rank() string { return string(c.bet.code) }

// divideConstrained gives the whole constrained surplus to the winning pairs.
// Without any it is kept for a booster, if there is one at all (D-3).
func (c *pairCard) divideConstrained(p *tote.Pool, won tote.Money) (main *big.Rat, payable bool) {
	if won != 0 {
		noteNext(p, c.rank(), "", len(c.pairs), p.Surplus)
		return p.Net(p.Increment(p.Surplus, won)), true
	}
	if p.Surplus.Sign() < 0 {
		return nil, false
	}
	p.KeepOf(c.rank(), p.Surplus)
	return nil, true
}

// nets spreads the two rapports over the lines that anybody backs.
func (c *pairCard) nets(onLine []tote.Money, main, reduced *big.Rat) []*big.Rat {
	nets := make([]*big.Rat, len(c.lines))
	for i := range nets {
		switch {
		case onLine[i] == 0:
		case i < len(c.pairs):
			nets[i] = main
		default:
			nets[i] = reduced
		}
	}
	return nets
}
