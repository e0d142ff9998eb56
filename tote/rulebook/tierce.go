package rulebook

import (
	"math/big"
	"slices"

	"opentote/tote"
)

// tierce is the Tiercé (III-4): the first three in the order or not, the first two
// with a non-runner, the first with two.
type tierce struct {
	orderedBet
}

var _ tote.BetType = (*tierce)(nil)

// tiercePlaces is how many horses a Tiercé names.
const tiercePlaces = 3

// tierceOf returns the strategy for a book's shares: those of the exact and of the
// other orders, then of the 1 NP and of the 2 NP rank (III-4-4-II-c).
func tierceOf(shares orderedShares) func(tote.BetCode, tote.Terms) tote.BetType {
	return func(code tote.BetCode, terms tote.Terms) tote.BetType {
		shape := tote.Shape{Horses: tiercePlaces, Bases: 2, Complement: true, Ordered: true}
		return &tierce{orderedBet{code: code, terms: terms, shape: shape, weight: 5, shares: shares}}
	}
}

// Card returns the payable sets of the real finish and of its substitutes, the
// pairs and horses that pay with non-runners, or why the pool is refunded
// (III-4-1, III-4-2, III-4-7).
func (b *tierce) Card(r tote.Result) (tote.Card, tote.Reason) {
	const ranMin, classifiedMin = 4, 3
	switch {
	case r.Refunded():
		return nil, tote.RaceCancelled
	case r.Ran().Len() < ranMin:
		return nil, tote.TooFewRunners
	case r.Classified() < classifiedMin:
		return nil, tote.TooFewClassified
	}
	c := &tierceCard{result: r}
	c.bet, c.out, c.ran, c.refundOut = &b.orderedBet, r.NonRunners, r.Ran(), tiercePlaces
	c.build()
	return &c.orderedCard, ""
}

// tierceCard is a Tiercé's Card while it is made.
type tierceCard struct {
	orderedCard
	result tote.Result
	levels []tierceLevel
	sets   []rungSet
	pairs  []tote.HorseSet // that pay with a non-runner
	firsts []tote.HorseSet // horses that pay with two
	with1  []int           // lines of the pairs with a non-runner
	with2  []int           // lines of the firsts with two
}

// tierceLevel is a finish and its sets, the substitute ones not tried before.
type tierceLevel struct {
	name string
	sets []tote.HorseSet
}

func (c *tierceCard) build() {
	c.levels = tierceLevels(c.result.Arrival)
	var all []tote.HorseSet
	for _, level := range c.levels {
		all = append(all, level.sets...)
	}
	c.sets = c.addSets(finishSets(c.result.Arrival, all))
	c.pairs = sortedSets(c.result.Arrival, 2)
	c.firsts = sortedSets(c.result.Arrival, 1)
	for _, pair := range c.pairs {
		c.with1 = append(c.with1, c.add("_1NP", setName(pair)+"-NP", counter{out: 1, parts: []tote.Part{tote.Whole(pair)}}))
	}
	for _, first := range c.firsts {
		c.with2 = append(c.with2, c.add("_2NP", setName(first)+"-NP-NP", counter{out: 2, parts: []tote.Part{tote.Whole(first)}}))
	}
	for _, level := range c.levels {
		c.ladders = append(c.ladders, c.ladder(level))
	}
	if c.result.Classified() == tiercePlaces {
		c.addTwoHorses()
	}
	none := c.ladder(c.levels[0])
	none.level, none.asks = "none", nil
	c.ladders = append(c.ladders, none)
}

// sortedSets returns the sets of n horses that can be the first n, sorted.
func sortedSets(arrival [][]tote.Horse, n int) []tote.HorseSet {
	sets := slices.Collect(tote.SetsInTop(arrival, n, n))
	slices.SortFunc(sets, compareSets)
	return sets
}

// tierceLevels returns the real finish and, when four horses or more are
// classified, what is tried in turn when nobody backs its sets (III-4-7-a-3).
func tierceLevels(arrival [][]tote.Horse) []tierceLevel {
	nominal := slices.Collect(tote.SetsInTop(arrival, tiercePlaces, tiercePlaces))
	levels := []tierceLevel{{"nominal", nominal}}
	tried := nominal
	for _, s := range threeOfFour {
		sets := notIn(positionSets(arrival, s.places...), tried)
		if len(sets) == 0 {
			continue
		}
		levels = append(levels, tierceLevel{s.level, sets})
		tried = append(tried, sets...)
	}
	return levels
}

// substitute is a finish tried when nobody backs the real one.
type substitute struct {
	level  string
	places []int
}

// threeOfFour are the substitutes of the first three.
var threeOfFour = []substitute{{"1-2-4", []int{1, 2, 4}}, {"1-3-4", []int{1, 3, 4}}, {"2-3-4", []int{2, 3, 4}}}

// ladder makes the steps of a level. The sets of the real finish and of 1-2-4
// have the increments of the pairs and horses they hold; those of the other
// substitutes have all of them (T-6).
func (c *tierceCard) ladder(level tierceLevel) ladder {
	l := ladder{
		level:    level.name,
		order:    c.bet.shares.order,
		disorder: c.bet.shares.disorder,
		spill:    -1,
	}
	of := make(map[tote.HorseSet]bool, len(level.sets))
	for _, set := range level.sets {
		of[set] = true
	}
	for _, set := range c.sets {
		if of[set.horses] {
			l.sets = append(l.sets, set)
			l.asks = append(l.asks, linesOf(set)...)
		}
	}
	all := level.name == "1-3-4" || level.name == "2-3-4"
	for i, pair := range c.pairs {
		s := c.step(c.bet.shares.lower[0], len(c.pairs))
		s.lines = []int{c.with1[i]}
		s.sets = l.setsWith(pair, all)
		l.steps = append(l.steps, s)
	}
	for i, first := range c.firsts {
		s := c.step(c.bet.shares.lower[1], len(c.firsts))
		s.lines = []int{c.with2[i]}
		for k, pair := range c.pairs {
			if first&pair != 0 {
				s.lines = append(s.lines, c.with1[k])
			}
		}
		s.sets = l.setsWith(first, all)
		l.steps = append(l.steps, s)
	}
	l.lines = append(slices.Clone(c.with1), c.with2...)
	return l
}

// step returns a step that gets an equal part of a share and keeps what it does
// not distribute (T-2, T-3).
func (c *tierceCard) step(share tote.Rate, parts int) step {
	part := share.Rat()
	return step{share: part.Mul(part, big.NewRat(1, int64(parts))), next: -1}
}

// linesOf returns the lines of a set.
func linesOf(set rungSet) []int {
	if set.disorder < 0 {
		return []int{set.order}
	}
	return []int{set.order, set.disorder}
}

// setsWith returns the numbers of the sets that hold some horses, or of all.
func (l *ladder) setsWith(horses tote.HorseSet, all bool) []int {
	var numbers []int
	for i, set := range l.sets {
		if all || horses.Without(set.horses) == 0 {
			numbers = append(numbers, i)
		}
	}
	return numbers
}

// addTwoHorses adds the ladder of a finish of three horses that nobody has: the
// first two with any third horse, one that does not run included (III-4-7-a-5).
// It takes the place of the 1 NP rank, whose share it has.
func (c *tierceCard) addTwoHorses() {
	all := tote.SetOf(slices.Concat(c.result.Arrival...)...)
	one := c.bet.shares.order + c.bet.shares.disorder + c.bet.shares.lower[0]
	two := step{share: one.Rat(), next: -1}
	l := ladder{level: "2 horses", spill: -1}
	for _, pair := range c.pairs {
		whole := tote.Whole(pair)
		line := c.add("_2CHEVAUX", setName(pair), counter{
			parts: []tote.Part{whole, {From: c.ran.Without(all), N: 1}},
			outs:  &counter{out: 1, parts: []tote.Part{whole}},
		})
		two.lines = append(two.lines, line)
	}
	l.asks = two.lines
	l.steps = []step{two}
	for i, first := range c.firsts {
		s := c.step(c.bet.shares.lower[1], len(c.firsts))
		s.lines = []int{c.with2[i]}
		for k, pair := range c.pairs {
			if first&pair != 0 {
				s.lines = append(s.lines, two.lines[k])
			}
		}
		l.steps = append(l.steps, s)
	}
	l.lines = append(slices.Clone(two.lines), c.with2...)
	c.ladders = append(c.ladders, l)
}
