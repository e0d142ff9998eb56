package rulebook

import (
	"math/big"
	"slices"

	"opentote/tote"
)

// quarte is the Quarté Plus (III-6): the first four in the order or not, the first
// three as a Bonus, twice the Bonus when the fourth horse does not run. Its pool
// also takes the Quinté Plus units left with one non-runner (III-6-4).
type quarte struct {
	orderedBet
}

var _ tote.BetType = (*quarte)(nil)

// quartePlaces is how many horses a Quarté Plus names.
const quartePlaces = 4

// quarteOf returns the strategy for a book's shares: those of the exact and of the
// other orders, then of the Bonus (III-6-4-II-c).
func quarteOf(shares orderedShares) func(tote.BetCode, tote.Terms) tote.BetType {
	return func(code tote.BetCode, terms tote.Terms) tote.BetType {
		shape := tote.Shape{Horses: quartePlaces, Bases: 3, Complement: true, Ordered: true}
		return &quarte{orderedBet{code: code, terms: terms, shape: shape, weight: 8, shares: shares}}
	}
}

// Card returns the payable sets, the trios of the Bonus and the substitutes, or
// why the pool is refunded (III-6-1, III-6-2, III-6-7).
func (b *quarte) Card(r tote.Result) (tote.Card, tote.Reason) {
	const ranMin, classifiedMin = 5, 3
	switch {
	case r.Refunded():
		return nil, tote.RaceCancelled
	case r.Ran().Len() < ranMin:
		return nil, tote.TooFewRunners
	case r.Classified() < classifiedMin:
		return nil, tote.TooFewClassified
	}
	c := &quarteCard{}
	c.bet, c.out, c.ran, c.refundOut = &b.orderedBet, r.NonRunners, r.Ran(), 2
	c.addNominal(r.Arrival)
	if r.Classified() > classifiedMin {
		c.addSubstitutes(r.Arrival)
	}
	c.ladders = append(c.ladders, ladder{level: "none", spill: -1})
	return c, ""
}

// quarteCard is the Card of a Quarté Plus.
type quarteCard struct{ orderedCard }

var _ tote.Receiver = (*quarteCard)(nil)

// addNominal adds the real finish. With three horses classified there is no set,
// and the Bonus has the whole surplus (III-6-7-c).
func (c *quarteCard) addNominal(arrival [][]tote.Horse) {
	places := tote.PlacesOf(arrival)
	quartets := slices.Collect(tote.SetsInTop(arrival, quartePlaces, quartePlaces))
	l := ladder{
		level:    "nominal",
		sets:     c.addSets(finishSets(arrival, quartets)),
		order:    c.bet.shares.order,
		disorder: c.bet.shares.disorder,
	}
	bonus := step{share: c.bet.shares.lower[0].Rat(), next: -1}
	if len(quartets) == 0 {
		bonus.share = big.NewRat(1, 1)
	}
	for i, set := range l.sets {
		l.asks = append(l.asks, linesOf(set)...)
		bonus.sets = append(bonus.sets, i)
	}
	// A horse at one of the first four places would make a payable quartet.
	beyond := c.ran.Without(places.Top(quartePlaces))
	trios := sortedSets(arrival, 3)
	for _, trio := range trios {
		parts := []tote.Part{tote.Whole(trio), {From: beyond, N: 1}}
		bonus.lines = append(bonus.lines, c.add("_BONUS", setName(trio), counter{parts: parts}))
	}
	for _, trio := range trios {
		line := c.add("_BONUS_1NP", setName(trio)+"-NP", counter{out: 1, parts: []tote.Part{tote.Whole(trio)}})
		c.weights[line] = 2
		bonus.lines = append(bonus.lines, line)
	}
	l.asks = append(l.asks, bonus.lines...)
	l.steps = []step{bonus}
	l.lines = bonus.lines
	c.ladders = append(c.ladders, l)
}

// twoOfThree are the last substitutes of the first three.
var twoOfThree = []substitute{{"1-2", []int{1, 2}}, {"1-3", []int{1, 3}}, {"2-3", []int{2, 3}}}

// addSubstitutes adds what is tried in turn when nobody has anything of the real
// finish: three horses with any fourth, then two with any others, one that does not
// run included (III-6-7-b, Q-3, Q-4).
func (c *quarteCard) addSubstitutes(arrival [][]tote.Horse) {
	tried := slices.Collect(tote.SetsInTop(arrival, 3, 3))
	for _, s := range slices.Concat(threeOfFour, twoOfThree) {
		sets := notIn(positionSets(arrival, s.places...), tried)
		slices.SortFunc(sets, compareSets)
		tried = append(tried, sets...)
		suffix := "_BONUS"
		if len(s.places) == 2 {
			suffix = "_2CHEVAUX"
		}
		whole := step{share: big.NewRat(1, 1), next: -1}
		for i, set := range sets {
			whole.lines = append(whole.lines, c.add(suffix, setName(set), c.holdingFirst(sets, i)))
		}
		c.ladders = append(c.ladders, ladder{
			level: s.level, asks: whole.lines, steps: []step{whole}, spill: -1, lines: whole.lines,
		})
	}
}

// holdingFirst counts the units that hold sets[i] but no earlier set of the same
// size: a unit that holds several is paid once.
func (c *quarteCard) holdingFirst(sets []tote.HorseSet, i int) counter {
	set := sets[i]
	others := c.ran.Without(set)
	for _, earlier := range sets[:i] {
		// With this horse a unit would hold the earlier set.
		if missing := earlier.Without(set); missing.Len() == 1 {
			others = others.Without(missing)
		}
	}
	count := counter{parts: []tote.Part{tote.Whole(set), {From: others, N: quartePlaces - set.Len()}}}
	if rest := quartePlaces - set.Len() - 1; rest > 0 {
		count.outs = &counter{out: 1, parts: []tote.Part{tote.Whole(set), {From: others, N: rest}}}
	} else {
		count.outs = &counter{out: 1, parts: []tote.Part{tote.Whole(set)}}
	}
	for _, earlier := range sets[:i] {
		if missing := earlier.Without(set); set.Len() == 2 && missing.Len() == 2 && missing.Without(others) == 0 {
			count.less = append(count.less, []tote.Part{tote.Whole(set | earlier)})
		}
	}
	return count
}

// CountReceived counts the units of a Quinté Plus that hold one non-runner: they
// play here with their four runners in their order (III-9-3-I-b). They hold no
// non-runner any more, so no rank of units that do can take them.
func (c *quarteCard) CountReceived(p *tote.Pattern, t *tote.Tally) {
	choice := quinteShape.Read(p, c.out)
	if choice.BasesOut() {
		return
	}
	named := choice.Named()
	for i := range c.counters {
		l := c.counters[i]
		if l.out > 0 || l.need.Without(named) != 0 {
			continue
		}
		l.outs = nil
		t.Won[i] += l.count(&choice, 1, false)
	}
}
