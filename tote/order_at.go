package tote

import "slices"

// At returns how many units of an ordered pattern, as they were sold, name h at a
// place, counted from 0. It is what a table of citations is made of.
func (c *Choice) At(h Horse, place int) int {
	switch c.way {
	case everyOrder:
		// Each horse of a set stands at each place in as many of its orders.
		return c.orders / c.n * c.holding(h)
	case placedBases:
		return c.placedAt(h, place)
	case freeField:
		lists := c.places
		lists[place] &= SetOf(h)
		return distinct(&lists, c.n)
	default:
		i := slices.Index(c.chosen, h)
		if i < 0 {
			return 0
		}
		return Choose(i, place) * Choose(len(c.chosen)-1-i, c.n-1-place)
	}
}

// holding returns how many sets of horses of the pattern hold h.
func (c *Choice) holding(h Horse) int {
	free := c.n - c.fixed.Len()
	switch {
	case c.fixed.Has(h):
		return Choose(c.pool.Len(), free)
	case c.pool.Has(h):
		return Choose(c.pool.Len()-1, free-1)
	}
	return 0
}

// placedAt is At for a field in the stipulated order: a base stands at its
// place in every unit, an associate as often at each of the others.
func (c *Choice) placedAt(h Horse, place int) int {
	if !c.places[place].Has(h) {
		return 0
	}
	if c.fixed.Has(h) {
		return c.orders * c.holding(h)
	}
	return c.orders / (c.n - c.fixed.Len()) * c.holding(h)
}
