package rulebook

import (
	"slices"

	"opentote/tote"
)

// pick5 is the Pick5 (III-10): the first five, any order, and a rank of four
// horses among the first four with one non-runner.
type pick5 struct {
	code  tote.BetCode
	terms tote.Terms
	main  tote.Rate // part of the surplus that the five share; the rest is the 1 NP rank's
}

var _ tote.BetType = (*pick5)(nil)

const pick5Horses = 5

var pick5Shape = tote.Shape{Horses: pick5Horses, Bases: pick5Horses - 1, Complement: true}

// pick5Of returns the strategy for a book's split of the surplus.
func pick5Of(main tote.Rate) func(tote.BetCode, tote.Terms) tote.BetType {
	return func(code tote.BetCode, terms tote.Terms) tote.BetType {
		return &pick5{code: code, terms: terms, main: main}
	}
}

func (b *pick5) Code() tote.BetCode   { return b.code }
func (b *pick5) MinStake() tote.Money { return b.terms.MinStake }

// Units counts the fives of each formula (III-10-6).
func (b *pick5) Units(p *tote.Pattern, f tote.Field) (int, error) { return pick5Shape.Units(p, f) }

// Card returns the payable fives, then the payable fours with a non-runner, or
// why the pool is refunded (III-10-1, III-10-2, III-10-7-a).
func (b *pick5) Card(r tote.Result) (tote.Card, tote.Reason) {
	const ranMin, classifiedMin = 6, 5
	switch {
	case r.Refunded():
		return nil, tote.RaceCancelled
	case r.Ran().Len() < ranMin:
		return nil, tote.TooFewRunners
	case r.Classified() < classifiedMin:
		return nil, tote.TooFewClassified
	}
	c := &pick5Card{bet: b, nonRunners: r.NonRunners}
	c.fives = slices.SortedFunc(tote.SetsInTop(r.Arrival, pick5Horses, pick5Horses), compareSets)
	for _, set := range c.fives {
		c.lines = append(c.lines, tote.Line{Rank: string(b.code), Combination: setName(set)})
	}
	if r.NonRunners == 0 {
		return c, ""
	}
	c.fours = slices.SortedFunc(tote.SetsInTop(r.Arrival, pick5Horses-1, pick5Horses-1), compareSets)
	for _, set := range c.fours {
		c.lines = append(c.lines, tote.Line{Rank: string(b.code) + "_1NP", Combination: setName(set) + "-NP"})
	}
	return c, ""
}

// compareSets orders sets of one size by their lowest horse, then the next.
func compareSets(a, b tote.HorseSet) int {
	differ := a ^ b
	switch {
	case differ == 0:
		return 0
	case a&differ&-differ != 0: // a has the lowest horse in which they differ
		return -1
	}
	return 1
}
