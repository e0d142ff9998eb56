package bench

import (
	"fmt"
	"slices"

	"opentote/tote"
)

// expanded returns the pool as its units, with what a system that works from them
// must be told: which combinations win, in how many ways.
func (s *settling) expanded() (*Units, error) {
	card, reason := s.bet.Card(tote.Result{Declared: s.field.Declared, Arrival: s.arrival})
	if card == nil {
		return nil, fmt.Errorf("bench: no card: %s", reason)
	}
	u := &Units{Path: s.units, Bets: s.o.Bets, Count: s.result.Units, Winners: map[Key]int{}}
	c := classes{card: card, lines: len(card.Lines())}
	loses := map[Key]bool{}
	var needs []tote.HorseSet
	if sieve, ok := card.(tote.Sieve); ok {
		needs = sieve.Needs()
	}
	err := u.Each(func(unit Unit) error {
		if _, ok := u.Winners[unit.Key]; ok || loses[unit.Key] {
			return nil
		}
		horses := unit.Key.horses()
		set := tote.SetOf(horses...)
		if needs != nil && !slices.ContainsFunc(needs, func(need tote.HorseSet) bool { return need.Without(set) == 0 }) {
			return nil
		}
		class := c.of(horses)
		if class == 0 {
			loses[unit.Key] = true
			return nil
		}
		u.Winners[unit.Key] = class
		return nil
	})
	if err != nil {
		return nil, err
	}
	u.Classes = len(c.won)
	// The places that count are those the bet's ranks are made of, and one more
	// for four horses of the first five.
	counts := tote.HorseSet(0)
	for _, place := range s.arrival[:min(len(s.arrival), s.shaped.Firsts()+1)] {
		counts |= tote.SetOf(place...)
	}
	for _, need := range needs {
		counts |= need
	}
	for i, place := range s.arrival[:min(len(s.arrival), unitHorses)] {
		if counts.Has(place[0]) {
			u.Places[place[0]] = uint8(i + 1)
		}
	}
	u.Share = func(stakes []tote.Money) ([]tote.Dividend, error) { return c.share(s.stakes, stakes) }
	return u, nil
}

// classes are the ways in which a unit is counted on a card, found as units come.
type classes struct {
	card  tote.Card
	lines int
	won   [][]int // by class less one: Tally.Won
}

// of returns the class of a unit combination, 0 when it loses.
func (c *classes) of(horses []tote.Horse) int {
	p := tote.UnitPattern(horses...)
	p.Variant = variantOf(c.card, horses)
	var t tote.Tally
	t.Reset(c.lines)
	c.card.Count(&p, &t)
	if !slices.ContainsFunc(t.Won, func(n int) bool { return n != 0 }) {
		return 0
	}
	i := slices.IndexFunc(c.won, func(won []int) bool { return slices.Equal(won, t.Won) })
	if i < 0 {
		c.won = append(c.won, t.Won)
		i = len(c.won) - 1
	}
	return i + 1
}

// variantOf returns the Variant of a unit: the number of its horses where a unit
// may hold more than the card's combinations do.
func variantOf(card tote.Card, horses []tote.Horse) uint8 {
	if _, ok := card.(tote.Overlaps); ok {
		return uint8(len(horses))
	}
	return 0
}

// share shares the pool from what is staked on each class.
func (c *classes) share(pool tote.Stakes, stakes []tote.Money) ([]tote.Dividend, error) {
	pool.OnLine = make([]tote.Money, c.lines)
	for class, m := range stakes {
		for line, n := range c.won[class] {
			pool.OnLine[line] += m * tote.Money(n)
		}
	}
	settled := c.card.Share(pool)
	dividends := make([]tote.Dividend, len(c.won))
	for class, won := range c.won {
		for line, n := range won {
			d := settled.Dividends[line]
			if d == 0 || n == 0 {
				continue
			}
			if n > 1 || dividends[class] != 0 {
				return nil, fmt.Errorf("a unit is paid twice")
			}
			dividends[class] = d
		}
	}
	return dividends, nil
}
