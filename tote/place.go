package tote

import "iter"

// Places holds the competition rank of each horse by number, 0 for the horses
// not classified: after k horses comes place k+1, so that two firsts are
// followed by a third (II-12).
type Places [MaxHorse + 1]uint8

// PlacesOf ranks the horses of an arrival that passed Result.Check.
func PlacesOf(arrival [][]Horse) Places {
	var places Places
	next := uint8(1)
	for _, group := range arrival {
		for _, h := range group {
			places[h] = next
		}
		next += uint8(len(group))
	}
	return places
}

// Top returns the horses placed last or better: more than last horses when
// some of them tie for it.
func (p *Places) Top(last int) HorseSet {
	var s HorseSet
	for h, place := range p {
		if place != 0 && int(place) <= last {
			s = s.With(Horse(h))
		}
	}
	return s
}

// InTop reports whether some breaking of the ties puts every horse of set
// among the first n. It is the dead-heat principle of all chapters: a
// combination pays if it would pay in one of the finishes the tie stands for.
func InTop(arrival [][]Horse, set HorseSet, n int) bool {
	before := 0
	for _, group := range arrival {
		here := SetOf(group...) & set
		if set = set.Without(here); set == 0 {
			// The best breaking runs the whole of the earlier groups, then the
			// members of the last one that are in the set.
			return before+here.Len() <= n
		}
		before += len(group)
	}
	return false
}

// SetsInTop yields the sets of size horses that some breaking of the ties puts
// within the first n places. The order depends on the arrival alone.
func SetsInTop(arrival [][]Horse, size, n int) iter.Seq[HorseSet] {
	return func(yield func(HorseSet) bool) {
		var prior []Horse
		for _, group := range arrival {
			if len(prior) >= n {
				return
			}
			for here := 1; here <= min(size, len(group), n-len(prior)); here++ {
				last := func(s HorseSet) bool { return subsets(prior, size-here, s, yield) }
				if !subsets(group, here, 0, last) {
					return
				}
			}
			prior = append(prior, group...)
		}
	}
}

// subsets yields base joined with every choice of k of the horses, and reports
// whether the consumer wants more.
func subsets(horses []Horse, k int, base HorseSet, yield func(HorseSet) bool) bool {
	if k == 0 {
		return yield(base)
	}
	for i := 0; i+k <= len(horses); i++ {
		if !subsets(horses[i+1:], k-1, base.With(horses[i]), yield) {
			return false
		}
	}
	return true
}

// TopOrderings yields the exact orders of the first k places that the ties
// allow. The slice is reused between calls.
func TopOrderings(arrival [][]Horse, k int) iter.Seq[[]Horse] {
	return func(yield func([]Horse) bool) {
		order := make([]Horse, 0, k)
		orderings(arrival, 0, k, order, yield)
	}
}

// orderings completes order, whose members of the current group are in used.
func orderings(arrival [][]Horse, used HorseSet, k int, order []Horse, yield func([]Horse) bool) bool {
	if len(order) == k {
		return yield(order)
	}
	if len(arrival) == 0 {
		return true
	}
	if used.Len() == len(arrival[0]) {
		return orderings(arrival[1:], 0, k, order, yield)
	}
	for _, h := range arrival[0] {
		if used.Has(h) {
			continue
		}
		if !orderings(arrival, used.With(h), k, append(order, h), yield) {
			return false
		}
	}
	return true
}
