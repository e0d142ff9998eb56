package rulebook

import (
	"math/big"
	"slices"

	"opentote/tote"
)

// quinte is the Quinté Plus (III-9): the first five in the order or not, four or
// three of them as a Bonus. A levy on the mass feeds a reserve fund, which
// some days adds a Tirelire to the exact order. Units left with one non-runner go
// to the Quarté Plus of the race.
type quinte struct {
	orderedBet
	rules quinteRules
	alone bool // the race has no Quarté Plus
}

var _ tote.BetType = (*quinte)(nil)

// quinteRules are what books differ in besides the shares.
type quinteRules struct {
	// cap is how many times the rapport of the other orders the one of the exact
	// order may be (III-9-5).
	cap int64
	// fourOfFive says that the Bonus for four horses takes any four of the first
	// five instead of the first four.
	fourOfFive bool
}

// quintePlaces is how many horses a Quinté Plus names.
const quintePlaces = 5

var quinteShape = tote.Shape{Horses: quintePlaces, Bases: 4, Complement: true, Ordered: true}

// quinteOf returns the strategy for a book's shares: those of the exact and of the
// other orders, then of the two Bonuses (III-9-4-II-d).
func quinteOf(shares orderedShares, rules quinteRules) func(tote.BetCode, tote.Terms) tote.BetType {
	return func(code tote.BetCode, terms tote.Terms) tote.BetType {
		return &quinte{
			orderedBet: orderedBet{code: code, terms: terms, shape: quinteShape, weight: 50, shares: shares},
			rules:      rules,
		}
	}
}

// WithoutQuarte returns the bet as sold on a race that has no Quarté Plus, where
// units with one non-runner are refunded (III-9-3-I-b). Other bets are returned
// as they are.
func WithoutQuarte(bet tote.BetType) tote.BetType {
	b, ok := bet.(*quinte)
	if !ok {
		return bet
	}
	sole := *b
	sole.alone = true
	return &sole
}

// Card returns the payable sets and the Bonuses. A refund of the whole pool is the
// Card's own, so that the units that leave for the Quarté Plus can be
// counted: no refund concerns them (V-11).
func (b *quinte) Card(r tote.Result) (tote.Card, tote.Reason) {
	c := &quinteCard{cap: b.rules.cap}
	c.bet, c.out, c.ran = &b.orderedBet, r.NonRunners, r.Ran()
	c.refundOut, c.transfers, c.refundUnbacked = 2, true, true
	if b.alone {
		c.refundOut, c.transfers = 1, false
	}
	if c.reason = refundOf(r); c.reason == "" {
		c.build(r.Arrival, b.rules)
	}
	return c, ""
}

// refundOf returns why every bet of the race is refunded, "" when none is
// (III-9-1, III-9-9-3).
func refundOf(r tote.Result) tote.Reason {
	const ranMin, classifiedMin = 7, 3
	switch {
	case r.Refunded():
		return tote.RaceCancelled
	case r.Ran().Len() < ranMin:
		return tote.TooFewRunners
	case r.Classified() < classifiedMin:
		return tote.TooFewClassified
	}
	return ""
}

// quinteCard is the Card of a Quinté Plus.
type quinteCard struct {
	orderedCard
	reason tote.Reason // of a refund of every bet that stays here
	sets   []rungSet
	cap    int64
}

// build adds the sets, then the Bonuses, and the ladders of five, four and three
// horses classified.
func (c *quinteCard) build(arrival [][]tote.Horse, rules quinteRules) {
	quintets := slices.Collect(tote.SetsInTop(arrival, quintePlaces, quintePlaces))
	c.sets = c.addSets(finishSets(arrival, quintets))
	four := c.addFours(arrival, rules)
	three := c.addThrees(arrival, rules)
	bonus3 := step{share: c.bet.shares.lower[1].Rat(), lines: slices.Concat(three, four), next: -1}
	if len(quintets) > 0 {
		l := ladder{
			level: "nominal", sets: c.sets, order: c.bet.shares.order, disorder: c.bet.shares.disorder,
			asks: bonus3.lines, lines: bonus3.lines, cap: c.cap,
		}
		bonus4 := step{share: c.bet.shares.lower[0].Rat(), lines: four, next: 1}
		l.asks = slices.Clone(l.asks)
		for i, set := range c.sets {
			l.asks = append(l.asks, linesOf(set)...)
			bonus4.sets = append(bonus4.sets, i)
		}
		l.steps = []step{bonus4, bonus3}
		l.steps[1].sets = bonus4.sets
		c.ladders = []ladder{l}
		return
	}
	if len(four) > 0 {
		// Four classified: the sets' shares join the Bonus of the four.
		one := c.bet.shares.order + c.bet.shares.disorder + c.bet.shares.lower[0]
		c.ladders = append(c.ladders, ladder{
			level: "four_classified", asks: four, lines: bonus3.lines, spill: -1,
			steps: []step{{share: one.Rat(), lines: four, next: 1}, bonus3},
		})
	}
	c.ladders = append(c.ladders, ladder{
		level: "three_classified", asks: three, lines: three, spill: -1,
		steps: []step{{share: big.NewRat(1, 1), lines: three, next: -1}},
	})
}

// addFours adds the lines of the Bonus of four horses: the first four with a fifth
// beyond the fifth place, or any four of the first five without making a
// payable set. A unit that holds several such fours is counted at the first.
func (c *quinteCard) addFours(arrival [][]tote.Horse, rules quinteRules) []int {
	top := quintePlaces - 1
	if rules.fourOfFive && len(c.sets) > 0 {
		top = quintePlaces
	}
	places := tote.PlacesOf(arrival)
	beyond := c.ran.Without(places.Top(quintePlaces))
	var lines []int
	for _, four := range slices.SortedFunc(tote.SetsInTop(arrival, quintePlaces-1, top), compareSets) {
		// With a horse of the first five places the first four make a payable
		// set, but four of five need not.
		others := beyond
		if top == quintePlaces {
			others = c.completing(arrival, four)
		}
		parts := []tote.Part{tote.Whole(four), {From: others, N: 1}}
		lines = append(lines, c.add("_BONUS_4", setName(four), counter{parts: parts}))
	}
	return lines
}

// completing returns the horses that, with four of the first five, neither make a
// payable set nor hold another four of five that comes before this one.
func (c *quinteCard) completing(arrival [][]tote.Horse, four tote.HorseSet) tote.HorseSet {
	others := c.ran.Without(four)
	for h := range others.All {
		unit := four.With(h)
		if tote.InTop(arrival, unit, quintePlaces) {
			others = others.Without(tote.SetOf(h))
			continue
		}
		for left := range four.All {
			other := unit.Without(tote.SetOf(left))
			if compareSets(other, four) < 0 && tote.InTop(arrival, other, quintePlaces) {
				others = others.Without(tote.SetOf(h))
				break
			}
		}
	}
	return others
}

// addThrees adds the lines of the Bonus of three horses: the first three with two
// beyond the fourth place, or beyond the fifth when a tie starts at the third or
// before (V-1) or when the fifth makes four of five.
func (c *quinteCard) addThrees(arrival [][]tote.Horse, rules quinteRules) []int {
	places := tote.PlacesOf(arrival)
	last := quintePlaces - 1
	if rules.fourOfFive || tiedByThird(arrival) {
		last = quintePlaces
	}
	beyond := c.ran.Without(places.Top(last))
	var lines []int
	for _, trio := range sortedSets(arrival, 3) {
		parts := []tote.Part{tote.Whole(trio), {From: beyond, N: 2}}
		lines = append(lines, c.add("_BONUS_3", setName(trio), counter{parts: parts}))
	}
	return lines
}

// tiedByThird reports whether a tie starts at the third place or before.
func tiedByThird(arrival [][]tote.Horse) bool {
	before := 0
	for _, group := range arrival {
		if before >= 3 {
			return false
		}
		if len(group) > 1 {
			return true
		}
		before += len(group)
	}
	return false
}

// Share settles what stays in the pool, then adds the Tirelire, which is outside
// mass, cap and margin, to the exact orders (III-9-7.1).
func (c *quinteCard) Share(s tote.Stakes) tote.Settlement {
	pool := s
	pool.Refunded += s.Transferred
	pool.Added = 0
	var nets []*big.Rat
	var settled tote.Settlement
	if c.reason != "" {
		settled = tote.RefundWhole(c.reason, 0, pool)
	} else {
		settled, nets = c.share(pool)
	}
	if settled.Fund == nil {
		settled.Fund = &tote.ReserveFund{Levy: new(big.Rat), Paid: new(big.Rat)}
	}
	if !settled.RefundAll() {
		c.addPrize(&settled, nets, s)
	}
	unspent := new(big.Rat).Sub(s.Added.Rat(), settled.Fund.Paid)
	settled.Booster.Add(settled.Booster, unspent)
	return settled
}

// addPrize divides the Tirelire among all stakes in the exact order, those of
// every payable set together. Below the minimum stake they get it in
// proportion. The sum with the rapport is rounded, not each (V-12).
func (c *quinteCard) addPrize(settled *tote.Settlement, nets []*big.Rat, s tote.Stakes) {
	settled.Fund.Without = make([]tote.Dividend, len(c.lines))
	inOrder := tote.Money(0)
	for i := range c.counters {
		if c.counters[i].how == exactOrder && settled.Dividends[i] != 0 {
			settled.Fund.Without[i] = settled.Dividends[i]
			inOrder += s.OnLine[i]
		}
	}
	if inOrder == 0 || s.Added == 0 {
		return
	}
	perEuro := big.NewRat(int64(s.Added), int64(max(inOrder, c.bet.terms.MinStake)))
	settled.Fund.Paid.Mul(perEuro, inOrder.Rat())
	s.Working.Note(&tote.Prized{
		Prize: s.Added, Stakes: inOrder, Least: c.bet.terms.MinStake, PerEuro: perEuro, Paid: settled.Fund.Paid,
	})
	for i, without := range settled.Fund.Without {
		if without == 0 {
			continue
		}
		net := nets[i]
		if !c.bet.terms.Reaches(net) {
			net = c.minimum()
		}
		sum := new(big.Rat).Add(net, perEuro)
		settled.Dividends[i] = c.bet.terms.Publish(sum)
		s.Working.Note(&tote.Rapport{Line: i, Net: sum, Rounded: settled.Dividends[i], Paid: settled.Dividends[i]})
	}
}
