package tote

import "math/bits"

// inPlaces counts the choices of one horse a place, where what may stand at each
// place is known: for each choice of the non-runners' places, the runners
// fill the others part by part.
func (c *Choice) inPlaces(out int, parts []Part) int {
	var slots [placesMax]HorseSet
	spread(parts, &slots)
	total := 0
	for outs := range uint(1) << c.n {
		if bits.OnesCount(outs) != out {
			continue
		}
		var at [placesMax]HorseSet
		r := 0
		for i := range c.n {
			if outs>>i&1 == 1 {
				at[i] = c.places[i] & c.out
				continue
			}
			at[i] = c.places[i] & slots[r]
			r++
		}
		total += distinct(&at, c.n)
	}
	return total
}

// countFree counts the units of a free field that hold what the parts ask for:
// for each way to give the places to the parts, the choices of different horses.
func (c *Choice) countFree(out int, parts []Part) int {
	a := allotment{c: c, parts: parts}
	for i, part := range parts {
		a.left[i] = part.N
	}
	a.left[len(parts)] = out
	return a.from(0)
}

// allotment is a search over the ways to give the places of a free field to the
// parts, the non-runners being one more part: at most 5!/(2!·2!) = 30 ways for a
// bet of five horses with three parts.
type allotment struct {
	c     *Choice
	parts []Part
	left  [placesMax + 1]int  // places still to give to each part
	at    [placesMax]HorseSet // what may stand at the places given
}

func (a *allotment) from(place int) int {
	if place == a.c.n {
		return distinct(&a.at, place)
	}
	total := 0
	for i := range len(a.parts) + 1 {
		from := a.c.out
		if i < len(a.parts) {
			from = a.parts[i].From
		}
		a.at[place] = a.c.places[place] & from
		if a.left[i] == 0 || a.at[place] == 0 {
			continue
		}
		a.left[i]--
		total += a.from(place + 1)
		a.left[i]++
	}
	return total
}

// distinct returns in how many ways one horse a place can be taken from the first
// n lists, all different: every choice for the last place, less those that
// repeat the horse of an earlier one. Lists are restored; at most n! steps,
// and n where no two lists meet.
func distinct(lists *[placesMax]HorseSet, n int) int {
	if n == 0 {
		return 1
	}
	last := lists[n-1]
	if last == 0 {
		return 0
	}
	total := last.Len() * distinct(lists, n-1)
	for i := range n - 1 {
		both := lists[i] & last
		if both == 0 {
			continue
		}
		list := lists[i]
		lists[i] = both
		total -= distinct(lists, n-1)
		lists[i] = list
	}
	return total
}

// factorial returns n!, for n from 0 to placesMax.
func factorial(n int) int {
	f := 1
	for i := 2; i <= n; i++ {
		f *= i
	}
	return f
}
