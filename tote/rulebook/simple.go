package rulebook

import (
	"math/big"

	"opentote/tote"
)

// simple is the Simple Gagnant or the Simple Placé (III-1): one horse, no
// complement, no stable rule.
type simple struct {
	code  tote.BetCode
	terms tote.Terms
	place bool // Placé: two or three paying places
	shape tote.Shape
	quick quick
}

var _ tote.BetType = (*simple)(nil)

func simpleGagnant(code tote.BetCode, terms tote.Terms) tote.BetType {
	return &simple{code: code, terms: terms, shape: tote.Shape{Horses: 1}, quick: quickTerms(terms)}
}

func simplePlace(code tote.BetCode, terms tote.Terms) tote.BetType {
	return &simple{code: code, terms: terms, place: true, shape: tote.Shape{Horses: 1}, quick: quickTerms(terms)}
}

func (b *simple) Code() tote.BetCode   { return b.code }
func (b *simple) MinStake() tote.Money { return b.terms.MinStake }

// Units counts one combination a horse: a combined bet is several bets of one
// horse each.
func (b *simple) Units(p *tote.Pattern, f tote.Field) (int, error) { return b.shape.Units(p, f) }

// placesPaid returns how many places pay and how many horses must have run, 0
// when the bet is not offered (III-1-1). Scratches never change it. A Gagnant on one
// horse is refunded because too few ran, which says as much.
func (b *simple) placesPaid(declared int) (places, ranMin int) {
	switch {
	case !b.place:
		return 1, 2
	case b.place && declared >= 8:
		return 3, 4
	case b.place && declared >= 4:
		return 2, 3
	}
	return 0, 0
}

// Card returns the paying horses in the order of the finish, or why the pool is
// refunded (III-1-1, III-1-8).
func (b *simple) Card(r tote.Result) (tote.Card, tote.Reason) {
	places, ranMin := b.placesPaid(r.Declared.Len())
	switch {
	case r.Refunded():
		return nil, tote.RaceCancelled
	case places == 0:
		return nil, tote.BetNotOffered
	case r.Ran().Len() < ranMin:
		return nil, tote.TooFewRunners
	case r.Classified() == 0:
		return nil, tote.NoHorseClassified
	}
	c := &simpleCard{bet: b, nonRunners: r.NonRunners}
	place := 1
	for _, group := range r.Arrival {
		if place > places {
			break
		}
		// Each paying place has an equal part; a tie shares the parts of the
		// places it covers, as in the tables of III-1-6-1 and -2.
		covered := min(len(group), places-place+1)
		for _, h := range group {
			c.horses = append(c.horses, h)
			c.weights = append(c.weights, big.NewRat(int64(covered), int64(len(group))))
			c.lines = append(c.lines, tote.Line{Rank: string(b.code), Combination: h.String()})
		}
		place += len(group)
	}
	return c, ""
}

// simpleCard is the Simple's Card. horses, weights and lines run in parallel.
type simpleCard struct {
	bet        *simple
	nonRunners tote.HorseSet
	horses     []tote.Horse
	weights    []*big.Rat // part of the surplus before unbacked horses drop out
	lines      []tote.Line
}

func (c *simpleCard) Lines() []tote.Line { return c.lines }

func (c *simpleCard) Count(p *tote.Pattern, t *tote.Tally) {
	chosen := tote.SetOf(p.Horses[:p.Sizes[0]]...)
	t.Refunded += (chosen & c.nonRunners).Len() // III-1-4
	for i, h := range c.horses {
		if chosen.Has(h) {
			t.Won[i]++
		}
	}
}

// Share computes one dividend a horse (III-1-6, III-1-7).
func (c *simpleCard) Share(s tote.Stakes) tote.Settlement {
	winning := tote.Money(0)
	for _, e := range s.OnLine {
		winning += e
	}
	if winning == 0 {
		return tote.RefundWhole(tote.NoWinningStake, len(c.lines), s)
	}
	terms := &c.bet.terms
	reserved := winning.Rat()
	return settle(terms, s, calculation{
		ordinary:    terms.Open(s, reserved),
		constrained: func() *tote.Pool { return terms.OpenConstrained(s, reserved) },
		divide:      func(p *tote.Pool) ([]*big.Rat, bool) { return c.divide(p, s.OnLine), true },
	})
}

// divide returns the net rapport of each backed horse, nil for the others.
// An unbacked horse's part goes to the others in proportion (III-1-8-1,
// AMB-2), as does the part of a place nobody was classified at (III-1-8-3).
func (c *simpleCard) divide(p *tote.Pool, onLine []tote.Money) []*big.Rat {
	sum := new(big.Rat)
	for i, w := range c.weights {
		if onLine[i] != 0 {
			sum.Add(sum, w)
		}
	}
	perWeight := new(big.Rat).Quo(p.Surplus, sum)
	nets := make([]*big.Rat, len(c.horses))
	for i, w := range c.weights {
		if onLine[i] != 0 {
			share := new(big.Rat).Mul(perWeight, w)
			if p.Working != nil {
				p.Next(tote.Division{Rank: string(c.bet.code), Lines: []int{i}, Of: p.Surplus, Fraction: new(big.Rat).Quo(w, sum)})
			}
			nets[i] = p.Net(p.Increment(share, onLine[i]))
		}
	}
	return nets
}
