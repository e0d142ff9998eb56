package sim

import (
	"math/rand/v2"

	"opentote/tote"
)

// triesMax is how many formulas a bettor thinks of before he takes a single
// combination.
const triesMax = 3

// choose composes a bet of at most the given units on the runners, as one bettor
// sees them, and returns how many units it has: none when the field is too small
// for the bet.
func (o *Offer) choose(seen chances, field tote.Field, unitsMax int, rng *rand.Rand) (p tote.Pattern, units int) {
	c := composer{family: &o.family, runs: field.Declared.Without(field.NonRunners), rng: rng}
	if c.runs.Len() <= o.family.horses {
		return p, 0
	}
	for try := range triesMax + 1 {
		c.seen = seen
		c.draw()
		if try < triesMax {
			p = c.compose()
		} else {
			p = c.single()
		}
		p.Variant = c.variant
		if o.Complement && rng.Float64() < o.family.forms.complement {
			// Every horse already picked has left the weights.
			p.Complement = c.seen.pick(c.family.flat, rng)
		}
		units, err := o.Type.Units(&p, field)
		if err != nil {
			return p, 0
		}
		if units <= unitsMax {
			return p, units
		}
	}
	return p, 0
}

// composer makes one bettor's bet.
type composer struct {
	family  *family
	runs    tote.HorseSet
	seen    chances // of the horses not picked yet
	horses  int     // in a combination
	variant uint8   // "en k"
	rng     *rand.Rand
}

// draw decides how many horses a combination names. One more must run, so that
// there is a choice.
func (c *composer) draw() {
	c.horses, c.variant = c.family.horses, 0
	if len(c.family.variants) == 0 {
		return
	}
	more, at := 0, c.rng.Float64()
	for i, share := range c.family.variants {
		more = i
		if at -= share; at < 0 {
			break
		}
	}
	c.horses = min(c.horses+more, c.runs.Len()-1)
	c.variant = uint8(c.horses)
}

// single returns one combination.
func (c *composer) single() tote.Pattern { return tote.UnitPattern(c.picked(c.horses)...) }

// compose draws a formula and its horses.
func (c *composer) compose() tote.Pattern {
	f := &c.family.forms
	u := c.rng.Float64()
	all := c.family.ordered && c.rng.Float64() < f.allOrders
	var p tote.Pattern
	switch {
	case u < f.combined:
		p = tote.CombinedPattern(c.picked(c.horses + 1 + c.rng.IntN(c.spare()))...)
	case u < f.combined+f.base:
		bases := c.picked(c.bases())
		p = c.placed(tote.BasePattern(bases, c.picked(c.horses-len(bases)+1+c.rng.IntN(c.spare()))), all)
	case u < f.combined+f.base+f.full:
		p = c.placed(tote.FullFieldPattern(c.picked(c.bases()), c.runs), all)
	case u < f.combined+f.base+f.full+f.free:
		return c.free()
	default:
		p = c.single()
	}
	if all {
		p = p.InAllOrders()
	}
	return p
}

// formulaHorses is how many horses a formula usually names at most.
const formulaHorses = 6

// spare is how many horses a formula may add to a combination, at least one.
func (c *composer) spare() int {
	return min(max(formulaHorses-c.horses, 2), c.runs.Len()-c.horses)
}

// bases draws how many bases a field formula has: all but one of the horses,
// sometimes all but two.
func (c *composer) bases() int {
	if c.horses > 2 && c.rng.Float64() < 0.3 {
		return c.horses - 2
	}
	return c.horses - 1
}

// placed gives the bases of an ordered bet their places, unless it takes all
// orders: what the bettor thinks best comes first, or he has another idea.
func (c *composer) placed(p tote.Pattern, all bool) tote.Pattern {
	if !c.family.ordered || all {
		return p
	}
	places := c.rng.Perm(c.horses)[:p.Sizes[0]]
	ranked := c.rng.Float64() < 0.6
	for i := range places {
		if ranked {
			places[i] = i
		}
		places[i]++
	}
	return p.At(places...)
}

// free lists horses for each place: the bettor's order, give or take a place.
func (c *composer) free() tote.Pattern {
	horses := c.picked(c.horses + 1)
	lists := make([][]tote.Horse, c.horses)
	for i := range lists {
		lists[i] = horses[max(0, i-1):min(len(horses), i+2)]
	}
	return tote.FreePattern(lists...)
}

func (c *composer) picked(n int) []tote.Horse {
	horses := make([]tote.Horse, 0, n)
	for range n {
		if h := c.seen.pick(c.family.flat, c.rng); h != 0 {
			horses = append(horses, h)
		}
	}
	return horses
}
