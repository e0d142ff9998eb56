package cases

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"opentote/tote"
)

// soldBet is what formulas need of a bet: the shape of its units, its minimum
// stake and, for a Multi, how far the "en k" goes.
type soldBet struct {
	shape tote.Shape
	least tote.Money
	kMax  int
}

// soldBets are the bets of the French online rulebook and its international ones,
// by code. The formulas are those of the chapters (III-1 to III-10, III bis, III
// ter).
var soldBets = map[string]soldBet{
	"E_SIMPLE_GAGNANT":             {tote.Shape{Horses: 1}, 150, 0},
	"E_SIMPLE_PLACE":               {tote.Shape{Horses: 1}, 150, 0},
	"E_COUPLE_GAGNANT":             {tote.Shape{Horses: 2, Bases: 1, Complement: true}, 150, 0},
	"E_COUPLE_PLACE":               {tote.Shape{Horses: 2, Bases: 1, Complement: true}, 150, 0},
	"E_COUPLE_ORDRE":               {tote.Shape{Horses: 2, Bases: 1, Complement: true, Ordered: true}, 150, 0},
	"E_TIERCE":                     {tote.Shape{Horses: 3, Bases: 2, Complement: true, Ordered: true}, 100, 0},
	"E_DEUX_SUR_QUATRE":            {tote.Shape{Horses: 2, Bases: 1, Complement: true}, 300, 0},
	"E_QUARTE_PLUS":                {tote.Shape{Horses: 4, Bases: 3, Complement: true, Ordered: true}, 130, 0},
	"E_MULTI":                      {tote.Shape{}, 300, 7},
	"E_MINI_MULTI":                 {tote.Shape{}, 300, 6},
	"E_QUINTE_PLUS":                {tote.Shape{Horses: 5, Bases: 4, Complement: true, Ordered: true}, 200, 0},
	"E_PICK5":                      {tote.Shape{Horses: 5, Bases: 4, Complement: true}, 100, 0},
	"E_TRIO":                       {tote.Shape{Horses: 3, Bases: 2, Complement: true}, 150, 0},
	"E_TRIO_ORDRE":                 {tote.Shape{Horses: 3, Bases: 2, Complement: true, Ordered: true}, 150, 0},
	"E_SUPER_QUATRE":               {tote.Shape{Horses: 4, Bases: 3, Complement: true, Ordered: true}, 100, 0},
	"SIMPLE_GAGNANT_INTERNATIONAL": {tote.Shape{Horses: 1}, 150, 0},
	"SIMPLE_PLACE_INTERNATIONAL":   {tote.Shape{Horses: 1}, 150, 0},
	"COUPLE_ORDRE_INTERNATIONAL":   {tote.Shape{Horses: 2, Bases: 1, Ordered: true}, 150, 0},
	"TRIO_ORDRE_INTERNATIONAL":     {tote.Shape{Horses: 3, Bases: 2, Ordered: true}, 150, 0},
}

// shape returns the bet of the formula and the shape of its units, "en k" of a
// Multi included (III-7-7).
func (f *formula) shape() (soldBet, tote.Shape, error) {
	kind, ok := soldBets[f.Bet]
	if f.Bet == "" {
		return soldBet{}, tote.Shape{}, errors.New("bet is missing")
	}
	if !ok {
		return soldBet{}, tote.Shape{}, fmt.Errorf("bet %q is unknown", f.Bet)
	}
	const kMin = 4
	switch {
	case kind.kMax == 0 && f.K != nil:
		return soldBet{}, tote.Shape{}, fmt.Errorf("k does not concern %s", f.Bet)
	case kind.kMax == 0:
		return kind, kind.shape, nil
	case f.K == nil:
		return soldBet{}, tote.Shape{}, fmt.Errorf("k is missing: want %d to %d", kMin, kind.kMax)
	case *f.K < kMin || *f.K > kind.kMax:
		return soldBet{}, tote.Shape{}, fmt.Errorf("k is %d: want %d to %d", *f.K, kMin, kind.kMax)
	}
	return kind, tote.Shape{Horses: *f.K, Bases: *f.K - 1}, nil
}

// patterns returns the formula as patterns that share its units. Keys of other
// formulas are refused: they may have meant money.
func (f *formula) patterns(s tote.Shape, field tote.Field) ([]tote.Pattern, error) {
	all, err := f.allOrders(s)
	if err != nil {
		return nil, err
	}
	var p tote.Pattern
	var patterns []tote.Pattern
	switch f.Formula {
	case "unit", "combined":
		p, err = f.flat()
	case "field":
		p, err = f.withBases(s, field, all)
	case "free":
		patterns, err = f.free(s, all)
	case "":
		err = errors.New("formula is missing: want unit, combined, field or free")
	default:
		err = fmt.Errorf("formula %q is unknown: want unit, combined, field or free", f.Formula)
	}
	if err != nil {
		return nil, err
	}
	if f.Formula != "free" {
		patterns = []tote.Pattern{p}
	}
	for i := range patterns {
		if all {
			patterns[i] = patterns[i].InAllOrders()
		}
		if f.Complement == nil {
			continue
		}
		complement, err := horses([]int{*f.Complement}, "complement")
		if err != nil {
			return nil, err
		}
		patterns[i].Complement = complement[0]
	}
	return patterns, nil
}

func (f *formula) allOrders(s tote.Shape) (bool, error) {
	switch {
	case f.Orders == "" || f.Orders == "one":
		return false, nil
	case f.Orders != "all":
		return false, fmt.Errorf("orders %q is unknown: want one or all", f.Orders)
	case !s.Ordered:
		return false, fmt.Errorf("%s has no order", f.Bet)
	}
	return true, nil
}

// only refuses the keys given that a formula does not have.
func (f *formula) only(keys ...string) error {
	given := []struct {
		key   string
		given bool
	}{
		{"horses", f.Horses != nil},
		{"bases", f.Bases != nil},
		{"base_places", f.BasePlaces != nil},
		{"associates", f.Associates != nil},
		{"positions", f.Positions != nil},
	}
	has := " " + strings.Join(keys, " ") + " "
	for _, g := range given {
		if g.given && !strings.Contains(has, " "+g.key+" ") {
			return fmt.Errorf("%s does not belong to a formula %q", g.key, f.Formula)
		}
	}
	return nil
}

// errTooMany is what a bet of more than MaxNumbers horses gets (II-6), errTooFew
// one that holds no unit combination.
var (
	errTooMany = &tote.PatternError{Code: tote.TooManyHorses}
	errTooFew  = &tote.PatternError{Code: tote.TooFewHorses}
)

func (f *formula) flat() (tote.Pattern, error) {
	if err := f.only("horses"); err != nil {
		return tote.Pattern{}, err
	}
	list, err := horses(f.Horses, "horses")
	switch {
	case err != nil:
		return tote.Pattern{}, err
	case len(list) > tote.MaxNumbers:
		return tote.Pattern{}, errTooMany
	case f.Formula == "unit":
		return tote.UnitPattern(list...), nil
	}
	return tote.CombinedPattern(list...), nil
}

// withBases returns a field formula: partial with associates, else full.
func (f *formula) withBases(s tote.Shape, field tote.Field, all bool) (tote.Pattern, error) {
	if err := f.only("bases", "base_places", "associates"); err != nil {
		return tote.Pattern{}, err
	}
	bases, err := horses(f.Bases, "bases")
	if err != nil {
		return tote.Pattern{}, err
	}
	var p tote.Pattern
	if f.Associates == nil {
		if f.Runners == nil {
			return tote.Pattern{}, errors.New("runners is missing: a full field needs it")
		}
		if len(bases) > tote.MaxNumbers {
			return tote.Pattern{}, errTooMany
		}
		p = tote.FullFieldPattern(bases, field.Declared.Without(field.NonRunners))
	} else {
		associates, err := horses(*f.Associates, "associates")
		if err != nil {
			return tote.Pattern{}, err
		}
		if len(bases)+len(associates) > tote.MaxNumbers {
			return tote.Pattern{}, errTooMany
		}
		p = tote.BasePattern(bases, associates)
	}
	return f.placed(p, s, all)
}

// placed puts the bases at their places, which are asked for in the stipulated order
// alone.
func (f *formula) placed(p tote.Pattern, s tote.Shape, all bool) (tote.Pattern, error) {
	if !s.Ordered || all {
		if f.BasePlaces != nil {
			return tote.Pattern{}, errors.New("base_places belongs to ordered bets in one order")
		}
		return p, nil
	}
	if len(f.BasePlaces) != len(f.Bases) {
		return tote.Pattern{}, fmt.Errorf("base_places has %d places for %d bases", len(f.BasePlaces), len(f.Bases))
	}
	for _, place := range f.BasePlaces {
		if place < 1 || place > s.Horses {
			return tote.Pattern{}, fmt.Errorf("base_places names place %d: want 1 to %d", place, s.Horses)
		}
	}
	if len(f.Bases) > s.Bases {
		return tote.Pattern{}, errTooMany
	}
	return p.At(f.BasePlaces...), nil
}

// free returns a free field, one list of horses a place. A horse listed at several
// places is one of the twenty (II-6).
func (f *formula) free(s tote.Shape, all bool) ([]tote.Pattern, error) {
	if err := f.only("positions"); err != nil {
		return nil, err
	}
	if !s.Ordered || all {
		return nil, errors.New("a free field belongs to ordered bets in one order")
	}
	if len(f.Positions) != s.Horses {
		return nil, fmt.Errorf("positions has %d lists: want %d, one a place", len(f.Positions), s.Horses)
	}
	lists := make([][]tote.Horse, len(f.Positions))
	var named tote.HorseSet
	for i, numbers := range f.Positions {
		list, err := horses(numbers, "positions")
		if err != nil {
			return nil, err
		}
		for n, h := range list {
			if slices.Contains(list[:n], h) {
				return nil, &tote.PatternError{Code: tote.RepeatedHorse, Horse: h}
			}
			named = named.With(h)
		}
		lists[i] = list
	}
	if named.Len() > tote.MaxNumbers {
		return nil, errTooMany
	}
	return freeParts(lists), nil
}

// holdsNothing reports whether a pattern is refused for want of a unit combination.
func holdsNothing(err error) bool {
	var refused *tote.PatternError
	return errors.As(err, &refused) && refused.Code == tote.TooFewHorses
}

// freeParts returns the patterns of a free field: one, or parts that share its
// units when it lists more numbers than a pattern holds.
func freeParts(lists [][]tote.Horse) []tote.Pattern {
	listed, longest := 0, 0
	for i, list := range lists {
		listed += len(list)
		if len(list) > len(lists[longest]) {
			longest = i
		}
	}
	if listed <= tote.MaxNumbers {
		return []tote.Pattern{tote.FreePattern(lists...)}
	}
	var parts []tote.Pattern
	half := len(lists[longest]) / 2
	for _, list := range [][]tote.Horse{lists[longest][:half], lists[longest][half:]} {
		one := slices.Clone(lists)
		one[longest] = list
		parts = append(parts, freeParts(one)...)
	}
	return parts
}
