package rulebook

import (
	"math/big"
	"slices"
	"strconv"

	"opentote/tote"
)

// hostGroup is the lines of one card that share a dividend, as a stable's do, and
// their part of the pool before unbacked groups drop out.
type hostGroup struct {
	part  *big.Rat
	lines []int
}

// hostCard is the Card of an international pool. payable holds the horses of each
// line, in order where the bet has one.
type hostCard struct {
	bet     *international
	result  tote.Result
	payable [][]tote.Horse
	groups  []hostGroup
	lines   []tote.Line
}

var _ tote.Card = (*hostCard)(nil)

// add adds a line to the group.
func (c *hostCard) add(group int, horses ...tote.Horse) {
	var name []byte
	for i, h := range horses {
		if i > 0 {
			name = append(name, '-')
		}
		name = strconv.AppendInt(name, int64(h), 10)
	}
	c.groups[group].lines = append(c.groups[group].lines, len(c.lines))
	c.payable = append(c.payable, horses)
	c.lines = append(c.lines, tote.Line{Rank: string(c.bet.code), Combination: string(name)})
}

// horseCard returns the Card of a Simple: a group for each paid horse, or for its
// stable, whose other horses that took part are paid too (IIIt-2-3).
func (b *international) horseCard(r tote.Result) *hostCard {
	c := &hostCard{bet: b, result: r}
	ties := tiesOf(r.Arrival, b.kind.paid)
	equal := b.host.PerHorse || r.Classified() < b.kind.paid // AMB-2
	var done tote.HorseSet
	for _, group := range r.Arrival {
		for _, h := range group {
			if ties[h].covered == 0 || done.Has(h) {
				continue
			}
			together := b.stableOf(r, h)
			done |= together
			part := new(big.Rat)
			c.groups = append(c.groups, hostGroup{part: part})
			for mate := range together.All {
				switch {
				case ties[mate].covered == 0: // a mate that ran and is not among the paid
				case equal && b.place:
					part.Add(part, big.NewRat(1, 1))
				default:
					part.Add(part, ties.horse(mate))
				}
				c.add(len(c.groups)-1, mate)
			}
		}
	}
	c.scale()
	return c
}

// stableOf returns the horses paid with h.
func (b *international) stableOf(r tote.Result, h tote.Horse) tote.HorseSet {
	if b.host.Stables && !b.place {
		for _, stable := range r.Stables {
			if stable.Has(h) {
				return stable.Without(r.NonRunners)
			}
		}
	}
	return tote.SetOf(h)
}

// orderedCard returns the Card of a Couplé Ordre or a Trio Ordre: equal parts by
// permutation, those of a stable's horses that differ by its mates alone in one
// group (IIIt-3-3, IIIt-3-5).
func (b *international) orderedCard(r tote.Result) *hostCard {
	c := &hostCard{bet: b, result: r}
	arrival := r.Arrival
	if b.host.Stables {
		arrival = mergeStables(r, b.kind.paid)
	}
	groups := map[string]int{}
	for order := range tote.TopOrderings(arrival, b.kind.paid) {
		key := b.orderKey(r, order)
		group, ok := groups[key]
		if !ok {
			group = len(c.groups)
			groups[key] = group
			c.groups = append(c.groups, hostGroup{part: new(big.Rat)})
		}
		part := c.groups[group].part
		part.Add(part, big.NewRat(1, 1))
		c.add(group, slices.Clone(order)...)
	}
	c.scale()
	return c
}

// orderKey is the same for the orders that differ by stable-mates alone.
func (b *international) orderKey(r tote.Result, order []tote.Horse) string {
	key := make([]byte, len(order))
	for i, h := range order {
		key[i] = byte(h)
		for n, stable := range r.Stables {
			if b.host.Stables && stable.Has(h) {
				key[i] = byte(int(tote.MaxHorse) + 1 + n)
			}
		}
	}
	return string(key)
}

// mergeStables ties stable-mates at consecutive paid places: two neighbouring
// places become one where every horse on both is of that stable (AMB-3).
func mergeStables(r tote.Result, paid int) [][]tote.Horse {
	var merged [][]tote.Horse
	place := 1
	for _, group := range r.Arrival {
		last := len(merged) - 1
		if last >= 0 && place <= paid && oneStable(r, slices.Concat(merged[last], group)) {
			merged[last] = slices.Concat(merged[last], group)
		} else {
			merged = append(merged, group)
		}
		place += len(group)
	}
	return merged
}

func oneStable(r tote.Result, horses []tote.Horse) bool {
	set := tote.SetOf(horses...)
	return slices.ContainsFunc(r.Stables, func(stable tote.HorseSet) bool { return set.Without(stable) == 0 })
}

// scale makes the parts add up to one.
func (c *hostCard) scale() {
	sum := new(big.Rat)
	for _, g := range c.groups {
		sum.Add(sum, g.part)
	}
	for _, g := range c.groups {
		g.part.Quo(g.part, sum)
	}
}

func (c *hostCard) Lines() []tote.Line { return c.lines }

// Count refunds the units that hold a non-runner (IIIt-2-5, IIIt-3-4, IIIt-4-4).
func (c *hostCard) Count(p *tote.Pattern, t *tote.Tally) {
	countAbroad(c.bet.kind.shape, &c.result, c.payable, p, t)
}

// countAbroad adds to t the units that hold a non-runner and those on each payable
// combination.
func countAbroad(shape tote.Shape, r *tote.Result, payable [][]tote.Horse, p *tote.Pattern, t *tote.Tally) {
	units := shape.Read(p, 0)
	if r.NonRunners != 0 {
		all := [...]tote.Part{{From: r.Declared, N: shape.Horses}}
		ran := [...]tote.Part{{From: r.Ran(), N: shape.Horses}}
		t.Refunded += units.Count(0, all[:]) - units.Count(0, ran[:])
	}
	for i, horses := range payable {
		var parts [3]tote.Part
		for n, h := range horses {
			parts[n] = tote.Part{From: tote.SetOf(h), N: 1}
		}
		t.Won[i] += units.InOrder(0, parts[:len(horses)])
	}
}
