package rulebook

import (
	"math/big"

	"opentote/tote"
)

// ladder is one finish that an ordered bet may pay: its sets on top, each with the
// ranks of the exact and of the other orders, then the steps below.
type ladder struct {
	level string
	asks  []int // the ladder is paid when any of these lines is backed
	sets  []rungSet
	// order and disorder are the parts of the surplus that the sets share
	// equally.
	order, disorder tote.Rate
	steps           []step
	// spill is the step that gets what is left over by the sets, -1 to keep it.
	spill int
	lines []int // of the steps, each once
	// cap is how many times the rapport of its other orders a set's exact order
	// may have, 0 without limit (III-9-5).
	cap int64
}

// rungSet is a payable set: its lines, disorder -1 when all orders are exact, and
// how many times its stakes in the exact order count.
type rungSet struct {
	horses          tote.HorseSet
	order, disorder int
	weight          *big.Rat
}

// step is a division below the sets: its increment goes to its lines and its
// sets, whose stakes together are the divisor.
type step struct {
	share *big.Rat // of the surplus
	lines []int
	sets  []int // numbers of the ladder's sets
	next  int   // the step that gets what is left over, -1 to keep it
}

// ladderStakes are the stakes of a ladder, in cents. Sets nobody backs are nil:
// an absurd dead heat has thousands.
type ladderStakes struct {
	onLine []*big.Rat // by line of the card, with the line's weight; nil off the ladder
	exact  []*big.Rat // by set: on its exact orders
	other  []*big.Rat // by set: on its other orders
	whole  []*big.Rat // by set: both, the exact with their weight
	lines  []int
}

// stakesOf reads the stakes of a ladder. Those of no importance are left zero.
func (c *orderedCard) stakesOf(l *ladder, onLine []tote.Money) *ladderStakes {
	e := &ladderStakes{onLine: make([]*big.Rat, len(onLine)), lines: l.lines}
	for _, i := range l.lines {
		e.onLine[i] = new(big.Rat).SetInt64(int64(onLine[i]) * c.weights[i])
	}
	e.exact = make([]*big.Rat, len(l.sets))
	e.other = make([]*big.Rat, len(l.sets))
	e.whole = make([]*big.Rat, len(l.sets))
	for i, set := range l.sets {
		if stakesOn(linesOf(set), onLine) == 0 {
			continue
		}
		e.exact[i], e.other[i] = onLine[set.order].Rat(), new(big.Rat)
		if set.disorder >= 0 {
			e.other[i] = onLine[set.disorder].Rat()
		}
		whole := new(big.Rat).Mul(e.exact[i], set.weight)
		e.whole[i] = whole.Add(whole, e.other[i])
	}
	return e
}

// reserved is what the reservation coefficient applies to (III-4-4-II).
func (e *ladderStakes) reserved() *big.Rat { return e.sum(e.whole) }

// others are the payable stakes but for the exact orders: the constrained
// calculation pays them the minimum (III-4-5-c).
func (e *ladderStakes) others() *big.Rat { return e.sum(e.other) }

// inOrder are the stakes on exact orders.
func (e *ladderStakes) inOrder() *big.Rat { return total(e.exact) }

// nothing reports whether the ladder has no stake at all.
func (e *ladderStakes) nothing() bool { return e.reserved().Sign() == 0 }

func (e *ladderStakes) sum(sets []*big.Rat) *big.Rat {
	sum := total(sets)
	for _, i := range e.lines {
		sum.Add(sum, e.onLine[i])
	}
	return sum
}

func total(amounts []*big.Rat) *big.Rat {
	sum := new(big.Rat)
	for _, amount := range amounts {
		if amount != nil {
			sum.Add(sum, amount)
		}
	}
	return sum
}

// divisor adds up the stakes that a step's increment goes to.
func (e *ladderStakes) divisor(s *step) *big.Rat {
	sum := new(big.Rat)
	for _, i := range s.lines {
		sum.Add(sum, e.onLine[i])
	}
	for _, i := range s.sets {
		if e.whole[i] != nil {
			sum.Add(sum, e.whole[i])
		}
	}
	return sum
}

// divide works out the increments from top to bottom, then the net rapports from
// bottom to top (III-4-4-III, IV; III-6-4; III-9-4). What thin winners or
// ranks that nobody backs leave goes from the exact order to the others of the same
// set, and from there to the step the ladder names.
func (c *orderedCard) divide(p *tote.Pool, l *ladder, e *ladderStakes) []*big.Rat {
	carried := make([]*big.Rat, len(l.steps))
	for i := range carried {
		carried[i] = new(big.Rat)
	}
	pass := func(to int, rest *big.Rat) {
		if to < 0 {
			p.Keep(rest)
			return
		}
		carried[to].Add(carried[to], rest)
	}
	c.noteWeights(p, l, e)
	c.noteCut(p, l)
	orders, disorders := c.divideSets(p, l, e, pass)
	steps := make([]*big.Rat, len(l.steps))
	for i := range l.steps {
		s := &l.steps[i]
		share := new(big.Rat).Mul(s.share, p.Surplus)
		if p.Working != nil {
			p.Next(tote.Division{
				Rank: c.rankOf(s), Lines: l.linesOfStep(s), Weighted: true, Of: p.Surplus, Fraction: s.share,
				Carried: new(big.Rat).Set(carried[i]), RestTo: c.rankOfStep(l, s.next),
			})
		}
		increment, rest := p.Divide(share.Add(share, carried[i]), e.divisor(s))
		pass(s.next, rest)
		steps[i] = increment
	}
	return c.nets(p, l, e, orders, disorders, steps)
}

// divideSets returns the increments of each backed set's exact and other orders.
// The latter's divisor holds the former's stakes with their weight.
func (c *orderedCard) divideSets(p *tote.Pool, l *ladder, e *ladderStakes, pass func(int, *big.Rat)) (orders, disorders []*big.Rat) {
	orders, disorders = make([]*big.Rat, len(l.sets)), make([]*big.Rat, len(l.sets))
	n := big.NewRat(1, int64(max(1, len(l.sets))))
	perSet := n.Mul(n, p.Surplus)
	ofOrder, ofDisorder := l.order.Rat(), l.disorder.Rat()
	ofOrder.Mul(ofOrder, perSet)
	ofDisorder.Mul(ofDisorder, perSet)
	unbacked := int64(0)
	for i := range l.sets {
		if e.whole[i] == nil {
			unbacked++
			continue
		}
		c.noteOrder(p, l, i)
		order, rest := p.Divide(ofOrder, e.exact[i])
		c.noteDisorder(p, l, i, rest)
		disorder, rest := p.Divide(rest.Add(rest, ofDisorder), e.whole[i])
		pass(l.spill, rest)
		orders[i], disorders[i] = order, disorder
	}
	rest := new(big.Rat).Add(ofOrder, ofDisorder)
	pass(l.spill, rest.Mul(rest, big.NewRat(unbacked, 1)))
	return orders, disorders
}

// nets adds up the rapports of the lines that anybody backs. The rapport of the
// exact order is its increment and its weight times the whole rapport of the
// other orders, whether or not anybody holds those (T-1, V-9).
func (c *orderedCard) nets(p *tote.Pool, l *ladder, e *ladderStakes, orders, disorders, steps []*big.Rat) []*big.Rat {
	nets := make([]*big.Rat, len(c.lines))
	for _, i := range l.lines {
		if e.onLine[i].Sign() != 0 {
			nets[i] = p.Net()
		}
	}
	whole := make([]*big.Rat, len(l.sets))
	for i := range l.sets {
		if e.whole[i] != nil {
			whole[i] = p.Net(disorders[i])
		}
	}
	for k := range l.steps {
		for _, i := range l.steps[k].lines {
			if nets[i] != nil {
				nets[i].Add(nets[i], steps[k])
			}
		}
		for _, i := range l.steps[k].sets {
			if whole[i] != nil {
				whole[i].Add(whole[i], steps[k])
			}
		}
	}
	for i, set := range l.sets {
		if whole[i] == nil {
			continue
		}
		if e.exact[i].Sign() != 0 {
			order := new(big.Rat).Mul(set.weight, whole[i])
			nets[set.order] = order.Add(order, orders[i])
			if p.Working != nil {
				p.Working.Note(&tote.Ordered{
					Line: set.order, Weight: set.weight, Whole: new(big.Rat).Set(whole[i]), Increment: orders[i], Net: new(big.Rat).Set(order),
				})
			}
		}
		if e.other[i].Sign() != 0 {
			nets[set.disorder] = whole[i]
		}
		l.hold(p.Working, set, e.exact[i], e.other[i], nets)
	}
	return nets
}

// hold keeps the exact order of a set within the cap: what passes it is shared by
// both ranks of the set. With one of them backed there is nothing to compare
// (V-6).
func (l *ladder) hold(w *tote.Working, set rungSet, exact, other *big.Rat, nets []*big.Rat) {
	if l.cap == 0 || exact.Sign() == 0 || other.Sign() == 0 {
		return
	}
	limit := new(big.Rat).SetInt64(l.cap)
	if nets[set.order].Cmp(new(big.Rat).Mul(limit, nets[set.disorder])) <= 0 {
		return
	}
	amount := new(big.Rat).Mul(nets[set.order], exact)
	amount.Add(amount, new(big.Rat).Mul(nets[set.disorder], other))
	stakes := new(big.Rat).Mul(limit, exact)
	before := [2]*big.Rat{nets[set.order], nets[set.disorder]}
	nets[set.disorder] = amount.Quo(amount, stakes.Add(stakes, other))
	nets[set.order] = limit.Mul(limit, nets[set.disorder])
	w.Note(&tote.Capped{
		Order: set.order, Disorder: set.disorder, Times: l.cap,
		Before: before, After: [2]*big.Rat{nets[set.order], nets[set.disorder]},
	})
}

// divideConstrained gives the constrained surplus to the exact orders, in equal
// parts a set, and the minimum to all other ranks (III-4-5-c, III-6-5, III-9-6).
// A set without stake in the exact order leaves its part to the fund (T-8,
// V-7). A negative surplus without any such stake cannot be paid (T-9).
func (c *orderedCard) divideConstrained(p *tote.Pool, l *ladder, e *ladderStakes) (nets []*big.Rat, payable bool) {
	nets = make([]*big.Rat, len(c.lines))
	for _, i := range l.lines {
		if e.onLine[i].Sign() != 0 {
			nets[i] = c.minimum()
		}
	}
	perSet := new(big.Rat).Mul(p.Surplus, big.NewRat(1, int64(max(1, len(l.sets)))))
	unbacked := int64(0)
	for i, set := range l.sets {
		if e.whole[i] == nil {
			unbacked++
			continue
		}
		if e.other[i].Sign() != 0 {
			nets[set.disorder] = c.minimum()
		}
		if p.Working != nil {
			p.Next(tote.Division{
				Rank: c.lines[set.order].Rank, Lines: []int{set.order}, Of: p.Surplus, Fraction: big.NewRat(1, int64(len(l.sets))),
			})
		}
		increment, rest := p.Divide(perSet, e.exact[i])
		if rest.Sign() > 0 {
			p.Keep(rest)
		}
		if e.exact[i].Sign() != 0 {
			nets[set.order] = p.Net(increment)
		}
	}
	if len(l.sets) == 0 {
		unbacked = 1 // no set at all: nobody is in the exact order
	}
	if p.Surplus.Sign() > 0 {
		p.Keep(perSet.Mul(perSet, big.NewRat(unbacked, 1)))
	}
	return nets, p.Surplus.Sign() >= 0 || e.inOrder().Sign() != 0
}
