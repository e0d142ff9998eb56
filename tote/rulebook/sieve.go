package rulebook

import (
	"slices"

	"opentote/tote"
)

var (
	_ tote.Sieve = (*simpleCard)(nil)
	_ tote.Sieve = (*pairLines)(nil)
	_ tote.Sieve = (*ordreLines)(nil)
	_ tote.Sieve = (*orderedCard)(nil)
	_ tote.Sieve = (*multiCard)(nil)
	_ tote.Sieve = (*pick5Card)(nil)
	_ tote.Sieve = (*hostCard)(nil)
	_ tote.Sieve = (*SingleCard)(nil)
)

// needs returns what a bet must select to win, one set a line, or to hold a
// non-runner, less the sets that hold another one.
func needs(out tote.HorseSet, lines []tote.HorseSet) []tote.HorseSet {
	all := slices.Clone(lines)
	for h := range out.All {
		all = append(all, tote.SetOf(h))
	}
	slices.SortFunc(all, func(a, b tote.HorseSet) int { return a.Len() - b.Len() })
	var least []tote.HorseSet
	for _, set := range all {
		if !slices.ContainsFunc(least, func(smaller tote.HorseSet) bool { return smaller.Without(set) == 0 }) {
			least = append(least, set)
		}
	}
	return least
}

func (c *simpleCard) Needs() []tote.HorseSet {
	lines := make([]tote.HorseSet, len(c.horses))
	for i, h := range c.horses {
		lines[i] = tote.SetOf(h)
	}
	return needs(c.nonRunners, lines)
}

func (c *pairLines) Needs() []tote.HorseSet { return needs(c.nonRunners, c.pairs) }

func (c *ordreLines) Needs() []tote.HorseSet {
	lines := make([]tote.HorseSet, len(c.orders))
	for i, o := range c.orders {
		lines[i] = tote.SetOf(o.first, o.second)
	}
	return needs(c.nonRunners, lines)
}

func (c *orderedCard) Needs() []tote.HorseSet {
	lines := make([]tote.HorseSet, len(c.counters))
	for i := range c.counters {
		lines[i] = c.counters[i].need
	}
	return needs(c.out, lines)
}

func (c *multiCard) Needs() []tote.HorseSet {
	lines := make([]tote.HorseSet, len(c.fours))
	for i, f := range c.fours {
		lines[i] = f.set
	}
	return needs(c.nonRunners, lines)
}

func (c *pick5Card) Needs() []tote.HorseSet { return needs(c.nonRunners, c.fives) }

func (c *hostCard) Needs() []tote.HorseSet {
	lines := make([]tote.HorseSet, len(c.payable))
	for i, horses := range c.payable {
		lines[i] = tote.SetOf(horses...)
	}
	return needs(c.result.NonRunners, lines)
}

// Needs is of tote.Sieve. A bet that is not treated needs nothing to be refunded.
func (c *SingleCard) Needs() []tote.HorseSet {
	lines := make([]tote.HorseSet, len(c.groups))
	for i := range c.groups {
		lines[i] = c.groups[i].key
	}
	if c.treated != c.offered {
		lines = append(lines, 0)
	}
	return needs(c.result.NonRunners, lines)
}
