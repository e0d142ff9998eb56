package rulebook

import (
	"math/big"

	"opentote/tote"
)

// multiCard is the Multi's Card. Line i + n·len(fours) is four i "en 4+n".
type multiCard struct {
	bet        *multi
	nonRunners tote.HorseSet
	fours      []four
	finishes   []int // fours up to the end of the real finish, of its first substitute ...
	lines      []tote.Line
}

var (
	_ tote.Card     = (*multiCard)(nil)
	_ tote.Overlaps = (*multiCard)(nil)
)

func (c *multiCard) Lines() []tote.Line { return c.lines }

// Count takes the non-runners out of each unit, which then competes as a smaller
// one, or is refunded with fewer than four horses left (III-7-4). A unit with
// several winning fours counts once (Y-1) in each finish, of which one is paid.
func (c *multiCard) Count(p *tote.Pattern, t *tote.Tally) {
	bases, pool, size := multiUnits(p)
	fixedOut := (bases & c.nonRunners).Len()
	poolOut := (pool & c.nonRunners).Len()
	for out := max(0, int(p.Variant)-multiLeast+1-fixedOut); out <= min(size, poolOut); out++ {
		t.Refunded += tote.Choose(poolOut, out) * tote.Choose(pool.Len()-poolOut, size-out)
	}
	for i, f := range c.fours {
		c.countFour(p, f, 1, t.Won[i:])
	}
}

// CountAlso counts the units with several winning fours at those where Count did
// not.
func (c *multiCard) CountAlso(p *tote.Pattern, also []int) {
	for i, f := range c.fours {
		c.countFour(p, four{set: f.set}, 1, also[i:])
		c.countFour(p, f, -1, also[i:])
	}
}

// multiUnits returns the horses every unit of p holds and those of which it
// holds size.
func multiUnits(p *tote.Pattern) (bases, pool tote.HorseSet, size int) {
	if p.Formula == tote.Base {
		return p.Bases(), p.Associates(), int(p.Variant - p.Sizes[0])
	}
	return 0, tote.SetOf(p.Horses[:p.Sizes[0]]...), int(p.Variant)
}

// countFour adds sign times the units of p that hold the four and none of its
// skipped horses: by non-runners held, since each makes the unit one smaller.
// won is the four's lines, len(fours) apart.
func (c *multiCard) countFour(p *tote.Pattern, f four, sign int, won []int) {
	bases, pool, size := multiUnits(p)
	chosen := f.set.Without(bases)
	free := size - chosen.Len()
	if free < 0 || bases&f.skip != 0 || chosen.Without(pool) != 0 {
		return
	}
	others := pool.Without(f.set | f.skip)
	othersOut := (others & c.nonRunners).Len()
	largest := int(p.Variant) - (bases & c.nonRunners).Len()
	for out := range min(free, othersOut) + 1 {
		n := tote.Choose(othersOut, out) * tote.Choose(others.Len()-othersOut, free-out)
		won[(largest-out-multiLeast)*len(c.fours)] += sign * n
	}
}

// Share computes one dividend a k: the weights times a common base, or the minima
// (III-7-5, III-7-6, III-7-8). A k somebody holds has its dividend on every four
// of the finish that is paid.
func (c *multiCard) Share(s tote.Stakes) tote.Settlement {
	finish, won := c.backed(s.OnLine)
	terms := &c.bet.terms
	pool := terms.Open(s, new(big.Rat))
	weighted := tote.Money(0) // W
	for n, e := range won {
		weighted += e * tote.Money(c.bet.figures.weights[n])
	}
	if weighted == 0 {
		pool.Keep(pool.Surplus)
		pool.Procedure = tote.NoWinner
		return pool.Settlement(make([]tote.Dividend, len(c.lines)), s.OnLine)
	}
	var settled tote.Settlement
	c.noteNext(pool, finish)
	common := pool.Increment(pool.Surplus, weighted)
	base := terms.Round(common)
	payable := c.payable(base)
	if s.Working != nil {
		s.Working.Note(&MultiBase{Base: base, Weights: c.bet.figures.weights, Minima: c.bet.figures.minima, Stakes: won, Payable: payable})
	}
	if payable {
		paid := c.dividends(finish, won, func(n int) tote.Dividend {
			return base * tote.Dividend(c.bet.figures.weights[n])
		})
		settled = pool.Settlement(paid, s.OnLine)
	} else {
		settled = c.minima(s, finish, won, weighted)
	}
	if !settled.RefundAll() {
		settled.Substitute = finish
	}
	return settled
}

// payable reports whether the base's cheapest multiple reaches its minimum, held
// by somebody or not (Y-2, Y-5).
func (c *multiCard) payable(base tote.Dividend) bool {
	last := len(c.bet.figures.weights) - 1
	return base*tote.Dividend(c.bet.figures.weights[last]) >= c.bet.figures.minima[last]
}

// backed returns the first finish that anybody backs and the stakes on it by k.
func (c *multiCard) backed(onLine []tote.Money) (finish int, won []tote.Money) {
	first := 0
	for finish, end := range c.finishes {
		won, any := make([]tote.Money, len(c.bet.ranks)), false
		for n := range won {
			for i := first; i < end; i++ {
				won[n] += onLine[n*len(c.fours)+i]
			}
			any = any || won[n] != 0
		}
		if any {
			return finish, won
		}
		first = end
	}
	return 0, nil
}

// dividends spreads one figure a k over the fours of the finish.
func (c *multiCard) dividends(finish int, won []tote.Money, figure func(n int) tote.Dividend) []tote.Dividend {
	paid := make([]tote.Dividend, len(c.lines))
	first := 0
	if finish > 0 {
		first = c.finishes[finish-1]
	}
	for n, e := range won {
		if e == 0 {
			continue
		}
		dividend := figure(n)
		for i := first; i < c.finishes[finish]; i++ {
			paid[n*len(c.fours)+i] = dividend
		}
	}
	return paid
}

// minima shares what is left beyond the stakes of the winners by the weights,
// each dividend rounded and lifted on its own (III-7-6, III-8-6). The surplus may
// be negative: no clause cuts the take (Y-3). Nothing is deducted progressively.
func (c *multiCard) minima(s tote.Stakes, finish int, won []tote.Money, weighted tote.Money) tote.Settlement {
	terms := c.bet.terms
	terms.Scale = nil
	pool := terms.Open(s, new(big.Rat))
	pool.Procedure = tote.Minima
	reserved := tote.Money(0)
	for _, e := range won {
		reserved += e
	}
	pool.Reserve(reserved.Rat())
	c.noteNext(pool, finish)
	increment := pool.Increment(pool.Surplus, weighted)
	paid := c.dividends(finish, won, func(n int) tote.Dividend {
		part := new(big.Rat).SetInt64(c.bet.figures.weights[n])
		net, minimum := pool.Net(part.Mul(part, increment)), c.bet.figures.minima[n]
		figure := max(terms.Round(net), minimum)
		if s.Working != nil {
			s.Working.Note(&MultiMinimum{
				K: n + multiLeast, Weight: c.bet.figures.weights[n], Increment: increment, Net: net, Minimum: minimum, Paid: figure,
			})
		}
		return figure
	})
	if !pool.Covers(paid, s.OnLine) {
		if !s.TopUp {
			return tote.RefundWhole(tote.BelowMinimum, len(paid), s)
		}
		pool.Procedure = tote.MinimaToppedUp
	}
	return pool.Settlement(paid, s.OnLine)
}
