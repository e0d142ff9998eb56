package tote

// Backing is stakes by horse: the stake of each unit combination counts for every
// horse it names. Index 0 is unused.
type Backing [MaxHorse + 1]Money

// Add adds the stakes of p, a valid pattern of units combinations at unit cents
// each; a negative unit takes them back. The complement is not part of a
// unit. It allocates nothing.
func (b *Backing) Add(s Shape, p *Pattern, unit Money, units int) {
	if p.Formula == Free {
		b.addFree(s, p, unit, units)
		return
	}
	stakes := unit * Money(units)
	if p.Formula != Base {
		// Of K horses taken n at a time each is in n units of K.
		n := Money(p.Sizes[0])
		for _, h := range p.Horses[:p.Sizes[0]] {
			b[h] += stakes * Money(s.Horses) / n
		}
		return
	}
	for _, h := range p.Horses[:p.Sizes[0]] {
		b[h] += stakes
	}
	associates := p.Associates()
	completing, n := Money(s.Horses-int(p.Sizes[0])), Money(associates.Len())
	for h := range associates.All {
		b[h] += stakes * completing / n
	}
}

// addFree counts the units that hold a horse as those there are, less those left
// without it.
func (b *Backing) addFree(s Shape, p *Pattern, unit Money, units int) {
	c := s.Read(p, 0)
	var listed HorseSet
	for _, list := range c.places[:s.Horses] {
		listed |= list
	}
	for h := range listed.All {
		without := c.places
		for i := range s.Horses {
			without[i] = without[i].Without(SetOf(h))
		}
		b[h] += unit * Money(units-distinct(&without, s.Horses))
	}
}
