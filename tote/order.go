package tote

// Part asks for N horses of From. Parts are how a result asks a pattern for unit
// combinations: the set {4, 7, 2} is one part of three; two of the seconds behind
// the first are a part of one and a part of two.
type Part struct {
	From HorseSet
	N    int
}

// Whole returns the part that asks for every horse of a set.
func Whole(s HorseSet) Part { return Part{From: s, N: s.Len()} }

// InFinish returns the horses of set as parts in the order of the finish, tied
// horses together: the exact orders of the set, as Choice.InOrder wants them.
func InFinish(arrival [][]Horse, set HorseSet) []Part {
	var parts []Part
	for _, group := range arrival {
		if here := SetOf(group...) & set; here != 0 {
			parts = append(parts, Whole(here))
		}
	}
	return parts
}

// Orders returns in how many orders the parts can be filled one after the other
// once their horses are known: the product of the factorials.
func Orders(parts []Part) int {
	n := 1
	for _, part := range parts {
		n *= factorial(part.N)
	}
	return n
}

// Choice is a valid pattern read for counting its unit combinations on a result,
// after the non-runners and the complement horse (II-9-II). It is a value
// that aliases the pattern and allocates nothing.
type Choice struct {
	way        way
	n          int // horses in a unit
	orders     int // units a set of horses makes, but for a free field
	fixed      HorseSet
	pool       HorseSet            // completes the fixed horses
	chosen     []Horse             // bettorsOrder: the list
	places     [placesMax]HorseSet // placedBases, freeField: what may stand at each place
	out        HorseSet
	complement Horse // that runs, else 0
}

// way is how the horses of a unit are ordered.
type way uint8

const (
	bettorsOrder way = iota // as in the bettor's list, or without order
	everyOrder
	placedBases
	freeField
)

// Read prepares a pattern that Units accepted for counting, once the horses of
// out are known not to run.
func (s Shape) Read(p *Pattern, out HorseSet) Choice {
	c := Choice{n: s.Horses, orders: 1, out: out}
	if p.Complement != 0 && !out.Has(p.Complement) {
		c.complement = p.Complement
	}
	switch p.Formula {
	case Base:
		c.fixed, c.pool = p.Bases(), p.Associates()
	case Free:
		c.way = freeField
		for i := range s.Horses {
			c.places[i] = SetOf(p.Group(i)...)
		}
		return c
	default:
		c.chosen = p.Horses[:p.Sizes[0]]
		c.pool = SetOf(c.chosen...)
	}
	switch {
	case p.Flags&AllOrders != 0:
		c.way = everyOrder
		c.orders = factorial(s.Horses)
	case s.placed(p):
		c.way = placedBases
		c.orders = factorial(s.Horses - int(p.Sizes[0]))
		c.place(p)
	}
	return c
}

// place puts each base at its place and the associates at the others.
func (c *Choice) place(p *Pattern) {
	for i := range c.n {
		c.places[i] = c.pool
	}
	for i, base := range p.Group(0) {
		c.places[p.Sizes[2+i]-1] = SetOf(base)
	}
}

// BasesOut reports whether the units come from a field formula whose every base
// is a non-runner.
func (c *Choice) BasesOut() bool { return c.fixed != 0 && c.fixed&^c.out == 0 }

// Named returns every horse that a unit can hold, the complement included if it
// runs: a quick way to see that no unit holds some horse.
func (c *Choice) Named() HorseSet {
	named := c.fixed | c.pool
	if c.way == freeField {
		for _, list := range c.places[:c.n] {
			named |= list
		}
	}
	return (named | SetOf(c.complement)) &^ 1
}

// Count returns how many units hold what the parts ask for and, besides, out
// non-runners once the complement has replaced one, in any order. The parts hold no
// non-runner, are disjoint, and with out make a unit.
func (c *Choice) Count(out int, parts []Part) int {
	if c.complement == 0 || c.out == 0 {
		return c.count(out, parts)
	}
	named := c.partOf(parts)
	n := 0
	switch {
	case out == 0:
		n = c.count(0, parts)
	case named >= 0:
		// The complement replaces nothing in a unit that holds it already.
		without := c.strip(parts)
		n = c.count(out, parts) - c.count(out, without[:len(parts)])
	}
	if named < 0 || parts[named].N == 0 {
		return n
	}
	replaced := c.strip(parts)
	replaced[named].N--
	return n + c.count(out+1, replaced[:len(parts)])
}

// InOrder returns how many units name, once the complement has replaced a
// non-runner, first the horses of the first part in any order, then those of the
// second, and so on, with out non-runners anywhere between: a replaced
// non-runner leaves, the horses behind it move up and the complement is last. The
// parts are as for Count.
func (c *Choice) InOrder(out int, parts []Part) int {
	if c.complement == 0 || c.out == 0 {
		return c.inOrder(out, parts)
	}
	named := c.partOf(parts)
	n := 0
	switch {
	case out == 0:
		n = c.inOrder(0, parts)
	case named >= 0:
		without := c.strip(parts)
		n = c.inOrder(out, parts) - c.inOrder(out, without[:len(parts)])
	}
	last := len(parts) - 1
	if named < 0 || named != last || parts[last].N == 0 {
		return n
	}
	replaced := c.strip(parts)
	replaced[last].N--
	return n + c.inOrder(out+1, replaced[:len(parts)])
}

// partOf returns which part can hold the complement, -1 for none.
func (c *Choice) partOf(parts []Part) int {
	for i := range parts {
		if parts[i].From.Has(c.complement) {
			return i
		}
	}
	return -1
}

// strip returns the parts without the complement.
func (c *Choice) strip(parts []Part) (rest [placesMax]Part) {
	for i, part := range parts {
		rest[i] = Part{From: part.From.Without(SetOf(c.complement)), N: part.N}
	}
	return rest
}

// count is Count for units as they were sold, before any replacement.
func (c *Choice) count(out int, parts []Part) int {
	if out > 0 && c.out == 0 {
		return 0
	}
	if c.way == freeField {
		return c.countFree(out, parts)
	}
	n, left := c.orders, c.fixed
	for i := range parts {
		if n = n * c.sets(parts[i], &left); n == 0 {
			return 0
		}
	}
	if out > 0 {
		n *= c.sets(Part{From: c.out, N: out}, &left)
	}
	if left != 0 {
		return 0 // a base that no part wants
	}
	return n
}

// sets returns in how many ways the part can be taken, and takes the bases it
// holds from left.
func (c *Choice) sets(part Part, left *HorseSet) int {
	*left = left.Without(part.From)
	return Choose((c.pool & part.From).Len(), part.N-(c.fixed&part.From).Len())
}

// inOrder is InOrder for units as they were sold.
func (c *Choice) inOrder(out int, parts []Part) int {
	if out > 0 && c.out == 0 {
		return 0
	}
	if c.way == freeField {
		return c.inPlaces(out, parts)
	}
	n := c.count(out, parts)
	if n == 0 {
		return 0
	}
	switch c.way {
	case everyOrder:
		// Of the n! orders of a set, those that keep the parts in turn.
		return n / factorial(c.n-out) * Orders(parts)
	case placedBases:
		return c.inPlaces(out, parts)
	default:
		return c.inList(out, parts)
	}
}

// inList counts the choices from the bettor's list, in its order, that fill the
// parts one after the other with out non-runners between.
func (c *Choice) inList(out int, parts []Part) int {
	var slots [placesMax]HorseSet
	runners := spread(parts, &slots)
	// ways[r][o]: choices so far of the first r runners and o non-runners.
	var ways [placesMax + 1][placesMax + 1]int
	ways[0][0] = 1
	for _, h := range c.chosen {
		if c.out.Has(h) {
			for r := range runners + 1 {
				for o := out; o > 0; o-- {
					ways[r][o] += ways[r][o-1]
				}
			}
			continue
		}
		for r := runners; r > 0; r-- {
			if !slots[r-1].Has(h) {
				continue
			}
			for o := range out + 1 {
				ways[r][o] += ways[r-1][o]
			}
		}
	}
	return ways[runners][out]
}

// spread writes what may stand at each place of the runners and returns how many
// places that makes.
func spread(parts []Part, slots *[placesMax]HorseSet) int {
	r := 0
	for _, part := range parts {
		for range part.N {
			slots[r] = part.From
			r++
		}
	}
	return r
}
