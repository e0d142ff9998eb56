package tote

import "iter"

// All yields the unit combinations of a pattern that Units accepted, each in its
// stipulated order, bases first where the bet has none. The slice is reused. It is
// for listings: nothing counts or settles a bet with it.
func (s Shape) All(p *Pattern) iter.Seq[[]Horse] {
	c := s.Read(p, 0)
	return func(yield func([]Horse) bool) {
		unit := make([]Horse, 0, s.Horses)
		switch c.way {
		case placedBases, freeField:
			c.eachPlaced(unit, yield)
		case everyOrder:
			c.eachSet(p, func(set []Horse) bool { return eachOrder(set, 0, yield) })
		default:
			c.eachSet(p, yield)
		}
	}
}

// eachSet yields the sets of horses of a pattern, in the bettor's order.
func (c *Choice) eachSet(p *Pattern, yield func([]Horse) bool) bool {
	unit := make([]Horse, 0, c.n)
	if p.Formula != Base {
		return eachChoice(unit, c.chosen, c.n, yield)
	}
	associates := p.Group(1)
	if p.Flags&FullField != 0 {
		associates = p.Field.Slice()
	}
	return eachChoice(append(unit, p.Group(0)...), associates, c.n, yield)
}

// eachChoice completes unit to n horses with every choice from the list.
func eachChoice(unit, list []Horse, n int, yield func([]Horse) bool) bool {
	if len(unit) == n {
		return yield(unit)
	}
	for i := range list {
		if !eachChoice(append(unit, list[i]), list[i+1:], n, yield) {
			return false
		}
	}
	return true
}

// eachOrder yields every order of the horses from position i on, and leaves them
// as they were.
func eachOrder(horses []Horse, i int, yield func([]Horse) bool) bool {
	if i == len(horses) {
		return yield(horses)
	}
	for j := i; j < len(horses); j++ {
		horses[i], horses[j] = horses[j], horses[i]
		more := eachOrder(horses, i+1, yield)
		horses[i], horses[j] = horses[j], horses[i]
		if !more {
			return false
		}
	}
	return true
}

// eachPlaced completes unit place by place with different horses.
func (c *Choice) eachPlaced(unit []Horse, yield func([]Horse) bool) bool {
	if len(unit) == c.n {
		return yield(unit)
	}
	for h := range c.places[len(unit)].Without(SetOf(unit...)).All {
		if !c.eachPlaced(append(unit, h), yield) {
			return false
		}
	}
	return true
}
