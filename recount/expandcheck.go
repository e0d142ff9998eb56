package recount

import (
	"fmt"
	"slices"
)

// check refuses a formula that cannot be sold (01 sections 3 and 4).
func (f Formula) check(of form) error {
	race := Race{Runners: f.Runners, NonRunners: f.NonRunners}
	if err := race.check(); err != nil {
		return err
	}
	if f.Cents < 0 {
		return fmt.Errorf("%d cents on a unit", f.Cents)
	}
	if f.Orders != "" && f.Orders != "one" && f.Orders != "all" {
		return fmt.Errorf("orders %q: want one or all", f.Orders)
	}
	lists := [][]int{f.Horses, f.Bases, f.Associates}
	for _, l := range slices.Concat(lists, f.Positions) {
		if err := race.known(l); err != nil {
			return err
		}
		for _, h := range l {
			if slices.Contains(f.NonRunners, h) {
				return fmt.Errorf("horse %d is a non-runner", h) // II-9-I
			}
		}
	}
	if n := len(distinctHorses(slices.Concat(slices.Concat(lists...), slices.Concat(f.Positions...)))); n > namedMost {
		return fmt.Errorf("%d horses named: want at most %d", n, namedMost)
	}
	if err := f.checkShape(of); err != nil {
		return err
	}
	return f.checkComplement(of)
}

// checkShape holds that the lists of the formula, and no others, are given.
func (f Formula) checkShape(of form) error {
	var given []string
	for _, l := range []struct {
		name string
		here bool
	}{
		{"horses", f.Horses != nil}, {"bases", f.Bases != nil}, {"associates", f.Associates != nil},
		{"base places", f.BasePlaces != nil}, {"positions", f.Positions != nil},
	} {
		if l.here {
			given = append(given, l.name)
		}
	}
	only := func(names ...string) error {
		for _, g := range given {
			if !slices.Contains(names, g) {
				return fmt.Errorf("%s in a %s formula", g, f.Formula)
			}
		}
		return nil
	}
	switch f.Formula {
	case "unit":
		if len(f.Horses) != of.size {
			return fmt.Errorf("%d horses in a unit of %d", len(f.Horses), of.size)
		}
		return only("horses")
	case "combined":
		if len(f.Horses) < of.size {
			return fmt.Errorf("%d horses: want at least %d", len(f.Horses), of.size)
		}
		return only("horses")
	case "field":
		if err := f.checkField(of); err != nil {
			return err
		}
		return only("bases", "associates", "base places")
	case "free":
		if !of.ordered || f.Orders == "all" || len(f.Positions) != of.size {
			return fmt.Errorf("a free field is of ordered bets, one list a place")
		}
		return only("positions")
	}
	return fmt.Errorf("formula %q is not known", f.Formula)
}

func (f Formula) checkField(of form) error {
	if n := len(f.Bases); n < 1 || n > of.size-1 {
		return fmt.Errorf("%d bases: want 1 to %d", n, of.size-1)
	}
	for _, h := range f.Associates {
		if slices.Contains(f.Bases, h) {
			return fmt.Errorf("horse %d is a base and an associate", h)
		}
	}
	if !of.ordered || f.Orders == "all" {
		if f.BasePlaces != nil {
			return fmt.Errorf("base places in a formula without places")
		}
		return nil
	}
	if len(f.BasePlaces) != len(f.Bases) {
		return fmt.Errorf("%d places for %d bases", len(f.BasePlaces), len(f.Bases))
	}
	for i, at := range f.BasePlaces {
		if at < 1 || at > of.size || slices.Contains(f.BasePlaces[:i], at) {
			return fmt.Errorf("base place %d: want each of 1 to %d once", at, of.size)
		}
	}
	return nil
}

// checkComplement is the table of 01 section 4.
func (f Formula) checkComplement(of form) error {
	c := f.Complement
	switch {
	case c == 0:
		return nil
	case !of.complement:
		return fmt.Errorf("%s knows no complement horse", f.Bet)
	case c < 1 || c > f.Runners || slices.Contains(f.NonRunners, c):
		return fmt.Errorf("complement horse %d does not run", c)
	case slices.Contains(f.Horses, c), slices.Contains(f.Bases, c):
		return fmt.Errorf("complement horse %d is already in the bet", c)
	}
	return nil
}
