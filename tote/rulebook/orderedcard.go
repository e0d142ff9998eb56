package rulebook

import (
	"math/big"

	"opentote/tote"
)

// orderedCard is the Card of an ordered bet. Its lines belong to ladders: the
// real finish and, for when nobody backs it, its substitutes. A unit may be
// counted on lines of several ladders; only one ladder is paid.
type orderedCard struct {
	bet *orderedBet
	// out are the non-runners, ran the horses that took part.
	out, ran tote.HorseSet
	// Units with refundOut non-runners or more are refunded, all units that
	// still hold one when the bases of their field formula are out.
	refundOut int
	// transfers says that units with one non-runner leave for another pool.
	transfers bool
	lines     []tote.Line
	counters  []counter // by line
	weights   []int64   // by line: what a stake on it counts for, 2 where paid twice
	ladders   []ladder
	// refundUnbacked refunds the pool when no ladder is backed, instead of
	// keeping the mass (III-9-9-1).
	refundUnbacked bool
}

// counter says which units a line counts: those that hold, with out non-runners,
// what parts ask for, less those of less; for an exact order, in the order of
// the parts.
type counter struct {
	how   counting
	out   int
	parts []tote.Part
	less  [][]tote.Part
	// outs is what parts and less become for units with one non-runner more,
	// which the line counts too.
	outs *counter
	need tote.HorseSet // what every unit of the line holds
}

type counting uint8

const (
	anyOrder counting = iota
	exactOrder
	otherOrders
)

func (c *orderedCard) Lines() []tote.Line { return c.lines }

// add adds a line and returns its number.
func (c *orderedCard) add(suffix, combination string, count counter) int {
	c.lines = append(c.lines, tote.Line{Rank: c.bet.rank(suffix), Combination: combination})
	count.need = count.needs()
	c.counters = append(c.counters, count)
	c.weights = append(c.weights, 1)
	return len(c.lines) - 1
}

// addSets adds the lines of the exact orders, then those of the other orders, of
// the sets of all ladders, and fills in the ladders' numbers of lines.
func (c *orderedCard) addSets(sets []finishSet) []rungSet {
	rungs := make([]rungSet, len(sets))
	for i, set := range sets {
		count := counter{how: exactOrder, parts: set.parts}
		rungs[i] = rungSet{horses: set.horses, order: c.add("_ORDRE", set.name(), count), disorder: -1, weight: c.bet.weightOf(set)}
	}
	for i, set := range sets {
		if !set.anyOrder() {
			rungs[i].disorder = c.add("_DESORDRE", set.name(), counter{how: otherOrders, parts: set.parts})
		}
	}
	return rungs
}

// Count applies the complement horse and the rules on non-runners (III-4-3,
// III-6-3, III-9-3).
func (c *orderedCard) Count(p *tote.Pattern, t *tote.Tally) {
	choice := c.bet.shape.Read(p, c.out)
	basesOut := choice.BasesOut()
	t.Refunded += c.refunded(&choice, basesOut)
	if c.transfers && c.out != 0 && !basesOut {
		t.Transferred += c.holding(&choice, 1)
	}
	named := choice.Named()
	for i := range c.counters {
		if l := &c.counters[i]; l.need.Without(named) == 0 {
			t.Won[i] += l.count(&choice, 0, basesOut)
		}
	}
}

// needs returns the horses that every unit of the line holds. Most bets lack one,
// which is seen at once.
func (l *counter) needs() tote.HorseSet {
	all := tote.HorseSet(0)
	for _, part := range l.parts {
		if part.N == part.From.Len() {
			all |= part.From
		}
	}
	if l.outs != nil {
		all &= l.outs.needs()
	}
	return all
}

// refunded counts the units that the non-runners refund.
func (c *orderedCard) refunded(choice *tote.Choice, basesOut bool) int {
	if c.out == 0 {
		return 0
	}
	from := c.refundOut
	if basesOut {
		from = 1
	}
	n := 0
	for out := from; out <= c.bet.shape.Horses; out++ {
		n += c.holding(choice, out)
	}
	return n
}

// holding counts the units that still hold so many non-runners.
func (c *orderedCard) holding(choice *tote.Choice, out int) int {
	runners := [1]tote.Part{{From: c.ran, N: c.bet.shape.Horses - out}}
	return choice.Count(out, runners[:])
}

// count counts the units of a line. Units of a larger bet are looked at with more
// non-runners, which leave it.
func (l *counter) count(c *tote.Choice, more int, basesOut bool) int {
	if basesOut && l.out+more > 0 {
		return 0
	}
	n := 0
	switch l.how {
	case exactOrder:
		n = c.InOrder(l.out+more, l.parts)
	case otherOrders:
		if n = c.Count(l.out+more, l.parts); n != 0 {
			n -= c.InOrder(l.out+more, l.parts)
		}
	default:
		n = c.Count(l.out+more, l.parts)
	}
	for _, parts := range l.less {
		n -= c.Count(l.out+more, parts)
	}
	if l.outs != nil {
		n += l.outs.count(c, more, basesOut)
	}
	return n
}

// Share finds the ladder to pay and pays it (III-4-7, III-6-7, III-9-9).
func (c *orderedCard) Share(s tote.Stakes) tote.Settlement {
	settled, _ := c.share(s)
	return settled
}

// share is Share that also returns the exact net rapports, by line.
func (c *orderedCard) share(s tote.Stakes) (settled tote.Settlement, nets []*big.Rat) {
	l := c.backed(s.OnLine)
	if l == nil {
		if c.refundUnbacked {
			return tote.RefundWhole(tote.NoWinningStake, len(c.lines), s), nil
		}
		l = &c.ladders[len(c.ladders)-1]
	}
	settled, nets = c.climb(l, s)
	if !settled.RefundAll() {
		settled.Level = l.level
	}
	return settled, nets
}

// backed returns the first ladder that anybody backs where it asks for it, nil
// for none.
func (c *orderedCard) backed(onLine []tote.Money) *ladder {
	for i := range c.ladders {
		if stakesOn(c.ladders[i].asks, onLine) != 0 {
			return &c.ladders[i]
		}
	}
	return nil
}

// climb shares the pool on one ladder. What is staked on other ladders' lines
// has lost.
func (c *orderedCard) climb(l *ladder, s tote.Stakes) (settled tote.Settlement, nets []*big.Rat) {
	terms := &c.bet.terms
	e := c.stakesOf(l, s.OnLine)
	ordinary := terms.Open(s, e.reserved())
	if e.nothing() {
		// The whole mass waits for a later race; bets are lost (III-4-7-a-4).
		ordinary.Keep(ordinary.Surplus)
		return ordinary.Settlement(make([]tote.Dividend, len(c.lines)), s.OnLine), nil
	}
	settled = settle(terms, s, calculation{
		ordinary: ordinary,
		constrained: func() *tote.Pool {
			p := terms.OpenConstrained(s, e.inOrder())
			p.Reserve(new(big.Rat).Mul(e.others(), c.minimum()))
			return p
		},
		divide: func(p *tote.Pool) (_ []*big.Rat, payable bool) {
			if p.Procedure == tote.Constrained {
				nets, payable = c.divideConstrained(p, l, e)
				return nets, payable
			}
			nets = c.divide(p, l, e)
			return nets, true
		},
		finish: c.double,
	})
	return settled, nets
}

// double pays the rapport of a line as many times as it counts: a Bonus of the
// Quarté Plus with a non-runner is twice the one published (III-6-3-I-b).
func (c *orderedCard) double(paid []tote.Dividend) {
	for i := range paid {
		paid[i] *= tote.Dividend(c.weights[i])
	}
}

func (c *orderedCard) minimum() *big.Rat { return big.NewRat(int64(c.bet.terms.Minimum), 100) }
