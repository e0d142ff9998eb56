package recount

import "slices"

// units calls yield with each unit of a formula that was checked. A unit is made
// place by place in memory that is used again for the next.
func (f Formula) units(of form, yield func(unit []int)) {
	unit := make([]int, 0, of.size)
	stipulated := of.ordered && f.Orders != "all"
	switch {
	case f.Formula == "free":
		f.free(unit, yield)
	case stipulated && f.Formula == "field":
		f.placed(make([]int, of.size), yield)
	case stipulated: // in the order of the bettor's list
		choose(f.Horses, of.size, unit, yield)
	default:
		f.chosen(of, func(set []int) {
			if !of.ordered {
				unit = append(unit[:0], set...)
				slices.Sort(unit)
				yield(unit)
				return
			}
			arrange(set, of.size, unit[:0], yield)
		})
	}
}

// chosen calls yield with each set of horses of a formula that takes them in any
// order: the bases and each choice of the others.
func (f Formula) chosen(of form, yield func(set []int)) {
	set := make([]int, 0, of.size)
	if f.Formula != "field" {
		choose(f.Horses, of.size, set, yield)
		return
	}
	set = append(set, f.Bases...)
	choose(without(f.completing(), f.Bases), of.size-len(f.Bases), set, yield)
}

// completing is the horses that complete the bases of a field formula.
func (f Formula) completing() []int {
	if f.Associates == nil {
		return f.field()
	}
	return f.Associates
}

// placed puts the bases of a field at their places and others in every order at
// the places between.
func (f Formula) placed(unit []int, yield func(unit []int)) {
	var free []int // places
	for i := range unit {
		if b := slices.Index(f.BasePlaces, i+1); b >= 0 {
			unit[i] = f.Bases[b]
		} else {
			free = append(free, i)
		}
	}
	others := without(f.completing(), f.Bases)
	arrange(others, len(free), make([]int, 0, len(free)), func(order []int) {
		for i, h := range order {
			unit[free[i]] = h
		}
		yield(unit)
	})
}

// free takes one horse of each list at each place, no horse twice.
func (f Formula) free(unit []int, yield func(unit []int)) {
	if len(unit) == len(f.Positions) {
		yield(unit)
		return
	}
	for _, h := range f.Positions[len(unit)] {
		if !slices.Contains(unit, h) {
			f.free(append(unit, h), yield)
		}
	}
}

// choose adds n of the horses to a unit in every way, in the order of the list.
func choose(horses []int, n int, unit []int, yield func(unit []int)) {
	if n == 0 {
		yield(unit)
		return
	}
	for i := 0; i+n <= len(horses); i++ {
		choose(horses[i+1:], n-1, append(unit, horses[i]), yield)
	}
}

// arrange adds n of the horses to a unit in every way and every order.
func arrange(horses []int, n int, unit []int, yield func(unit []int)) {
	if n == 0 {
		yield(unit)
		return
	}
	for _, h := range horses {
		if !slices.Contains(unit, h) {
			arrange(horses, n-1, append(unit, h), yield)
		}
	}
}
