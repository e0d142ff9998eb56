package tote

// Formula is the way a bettor's horses make unit combinations.
type Formula uint8

// The formulas of the rulebook (III, articles "Formules").
const (
	Unit     Formula = iota + 1 // one combination
	Combined                    // every combination of the chosen horses
	Base                        // base horses completed by associates: champ partiel, or champ total with FullField
	Free                        // one list of horses a place: champ libre
)

// Flags of a pattern.
type Flags uint8

const (
	// AllOrders takes every order of an ordered bet; without it the order
	// given is the one stipulated.
	AllOrders Flags = 1 << iota
	// FullField completes the bases with every horse of Pattern.Field.
	FullField
	// Spot marks horses drawn by the system (II-11).
	Spot
)

// MaxNumbers is how many horse numbers one bet may hold, whatever its formula
// (II-6).
const MaxNumbers = 20

// Pattern is what a bettor chose: one bet, never expanded into its unit
// combinations. It is a plain value without pointers, so that millions of live
// bets cost the garbage collector nothing, and comparable, so that two equal
// bets are equal values.
//
// Horses holds the numbers in the bettor's order, group after group; Sizes
// says how long each group is:
//
//	Unit, Combined   Sizes[0] = number of horses, Sizes[1] = horses still to be
//	                 drawn of a Spot, which is no bet before
//	Base             Sizes[0] = bases, Sizes[1] = associates (0 with FullField),
//	                 Sizes[2..] = the place of each base, 1-based, or 0 where
//	                 the bet has no order or takes all of them
//	Free             Sizes[i] = horses listed for place i+1
//
// Everything past the last group is zero.
type Pattern struct {
	Formula    Formula
	Flags      Flags
	Variant    uint8 // "en k" of Multi, or which bet of a single pool; else 0
	Complement Horse // replacement horse (II-9-II), 0 without
	Sizes      [8]uint8
	Horses     [MaxNumbers]Horse
	Field      HorseSet // FullField only: the runners that complete the bases, as known when the bet was sold
}

// UnitPattern returns the pattern of one combination, in the order given. It
// returns the zero Pattern, which no bet type accepts, when there are more
// than MaxNumbers horses.
func UnitPattern(horses ...Horse) Pattern { return flat(Unit, horses) }

// CombinedPattern returns the pattern of every combination of the horses.
func CombinedPattern(horses ...Horse) Pattern { return flat(Combined, horses) }

func flat(f Formula, horses []Horse) Pattern {
	if len(horses) > MaxNumbers {
		return Pattern{}
	}
	p := Pattern{Formula: f}
	p.Sizes[0] = uint8(len(horses))
	copy(p.Horses[:], horses)
	return p
}

// BasePattern returns the pattern of bases completed by each of the
// associates (champ partiel), for bets without order.
func BasePattern(bases, associates []Horse) Pattern {
	if len(bases)+len(associates) > MaxNumbers {
		return Pattern{}
	}
	p := Pattern{Formula: Base}
	p.Sizes[0], p.Sizes[1] = uint8(len(bases)), uint8(len(associates))
	copy(p.Horses[:], bases)
	copy(p.Horses[len(bases):], associates)
	return p
}

// FullFieldPattern returns the pattern of bases completed by every other
// runner of the field (champ total), for bets without order. The field is
// fixed when the bet is sold: horses scratched earlier are not in it.
func FullFieldPattern(bases []Horse, field HorseSet) Pattern {
	p := BasePattern(bases, nil)
	p.Flags |= FullField
	p.Field = field.Without(SetOf(bases...))
	return p
}

// At returns the Base pattern with its bases at the stated places, 1-based, for
// ordered bets that stipulate the order. The associates take the other places
// in every order. It returns the zero Pattern when there is not one place a base.
func (p Pattern) At(places ...int) Pattern {
	if p.Formula != Base || len(places) != int(p.Sizes[0]) || len(places) > len(p.Sizes)-2 {
		return Pattern{}
	}
	for i, place := range places {
		if place < 0 || place > MaxNumbers {
			return Pattern{}
		}
		p.Sizes[2+i] = uint8(place)
	}
	return p
}

// InAllOrders returns the pattern with every order of its combinations.
func (p Pattern) InAllOrders() Pattern {
	p.Flags |= AllOrders
	return p
}

// FreePattern returns the pattern of one horse of each list at each place
// (champ libre), for ordered bets. A horse may stand in several lists; a unit
// holds it once. It returns the zero Pattern when there are more lists than a
// bet has places or more than MaxNumbers numbers.
func FreePattern(lists ...[]Horse) Pattern {
	p := Pattern{Formula: Free}
	if len(lists) > len(p.Sizes) {
		return Pattern{}
	}
	n := 0
	for i, list := range lists {
		if n+len(list) > MaxNumbers {
			return Pattern{}
		}
		p.Sizes[i] = uint8(len(list))
		n += copy(p.Horses[n:], list)
	}
	return p
}

// Group returns the i-th group of horses. The slice aliases the pattern.
func (p *Pattern) Group(i int) []Horse {
	from := 0
	for _, n := range p.Sizes[:i] {
		from += int(n)
	}
	return p.Horses[from : from+int(p.Sizes[i])]
}

// Bases returns the base horses of a Base pattern, none for other formulas.
func (p *Pattern) Bases() HorseSet {
	if p.Formula != Base {
		return 0
	}
	return SetOf(p.Horses[:p.Sizes[0]]...)
}

// Associates returns the horses that complete the bases of a Base pattern.
func (p *Pattern) Associates() HorseSet {
	if p.Formula != Base {
		return 0
	}
	if p.Flags&FullField != 0 {
		return p.Field
	}
	return SetOf(p.Group(1)...)
}

// Selection returns every horse that a unit can hold, but for a complement horse,
// which enters only where a non-runner of the selection leaves.
func (p *Pattern) Selection() HorseSet { return (SetOf(p.Horses[:]...) | p.Field) &^ 1 }

// Named returns every horse the bettor named: bases, associates, positions,
// complement; not the field of a full-field formula.
func (p *Pattern) Named() HorseSet {
	s := SetOf(p.Horses[:]...)
	if p.Complement != 0 {
		s = s.With(p.Complement)
	}
	return s &^ 1
}
