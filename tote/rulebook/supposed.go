package rulebook

import (
	"slices"

	"opentote/tote"
)

// LiveBet is a bet of an open pool: a pattern, its stake a unit and how many units
// it holds.
type LiveBet struct {
	Pattern *tote.Pattern
	Unit    tote.Money
	Units   int
}

// Supposed is an open pool as it would be shared if the race finished in a given
// way. It is for bets whose combinations are too many to keep stakes by: the
// pool's bets are counted once, and those that come and go afterwards added and
// taken out. What other pools of the race would send is left out.
type Supposed struct {
	card   tote.Card
	stakes tote.Stakes
	tally  tote.Tally
}

// Suppose returns the pool before its bets are counted. ok is false when the bet is
// refunded on such a finish.
func Suppose(bet tote.BetType, f tote.Field, finish [][]tote.Horse) (s *Supposed, ok bool) {
	card, reason := bet.Card(tote.Result{Declared: f.Declared, NonRunners: f.NonRunners, Arrival: finish})
	if reason != "" {
		return nil, false
	}
	return &Supposed{card: card, stakes: tote.Stakes{OnLine: make([]tote.Money, len(card.Lines()))}}, true
}

// Add counts a bet; one with a negative Unit is taken out.
func (s *Supposed) Add(b LiveBet) { s.add(&s.stakes, b) }

func (s *Supposed) add(stakes *tote.Stakes, b LiveBet) {
	s.tally.Reset(len(stakes.OnLine))
	s.card.Count(b.Pattern, &s.tally)
	stakes.Total += b.Unit * tote.Money(b.Units)
	stakes.Refunded += b.Unit * tote.Money(s.tally.Refunded)
	stakes.Transferred += b.Unit * tote.Money(s.tally.Transferred)
	for line, n := range s.tally.Won {
		stakes.OnLine[line] += b.Unit * tote.Money(n)
	}
}

// Return estimates what a bet would return if the pool, with added cents from the
// bet's fund, closed with the bets counted and this one: its cost where the pool
// would be refunded.
func (s *Supposed) Return(b LiveBet, added tote.Money) tote.Money {
	with := s.stakes
	with.OnLine = slices.Clone(s.stakes.OnLine)
	with.Added = added
	s.add(&with, b)
	settled := s.card.Share(with)
	if settled.RefundAll() {
		return b.Unit * tote.Money(b.Units)
	}
	back := b.Unit * tote.Money(s.tally.Refunded)
	for line, n := range s.tally.Won {
		back += settled.Dividends[line].Pay(b.Unit) * tote.Money(n)
	}
	return back
}

// FinishesMax is how many finishes Finishes returns at most.
const FinishesMax = 4

// Finishes returns finishes at which p wins, for Suppose: first the best and the
// least backed of its combinations, then, where a combination stipulates the order,
// the same horses the other way round. What a bet returns lies, as a rule,
// between its returns there. None are returned for a bet without a shape.
func Finishes(bet tote.BetType, p *tote.Pattern, backing *tote.Backing) [][]tote.Horse {
	shaped, ok := bet.(tote.Shaped)
	if !ok {
		return nil
	}
	shape, ok := shaped.Shape(p.Variant)
	if !ok {
		return nil
	}
	plain := *p
	plain.Variant = 0
	var finishes [][]tote.Horse
	add := func(finish []tote.Horse) {
		if !slices.ContainsFunc(finishes, func(f []tote.Horse) bool { return slices.Equal(f, finish) }) {
			finishes = append(finishes, finish)
		}
	}
	for _, sign := range []tote.Money{1, -1} {
		by := func(g, h tote.Horse) int {
			switch d := sign * (backing[h] - backing[g]); {
			case d < 0:
				return -1
			case d > 0:
				return 1
			}
			return int(g) - int(h)
		}
		unit := extreme(shape, &plain, by)
		if first := shaped.Firsts(); first < len(unit) {
			slices.SortStableFunc(unit, by)
			unit = unit[:first]
		}
		add(unit)
		if shape.Ordered {
			back := slices.Clone(unit)
			slices.Reverse(back)
			add(back)
		}
	}
	return finishes
}

// extreme returns the unit of p that is first by the order given, horse by horse:
// without bases those that come first, with bases those that complete them first.
func extreme(s tote.Shape, p *tote.Pattern, by func(g, h tote.Horse) int) []tote.Horse {
	reduced := *p
	switch p.Formula {
	case tote.Free:
		return fill(p, make([]tote.Horse, 0, s.Horses), by)
	case tote.Base:
		associates := slices.SortedFunc(p.Associates().All, by)[:s.Horses-int(p.Sizes[0])]
		base := tote.BasePattern(p.Group(0), associates)
		copy(base.Sizes[2:], p.Sizes[2:])
		base.Flags = p.Flags &^ tote.FullField
		reduced = base
	default:
		chosen := slices.Clone(p.Group(0))
		slices.SortFunc(chosen, by)
		keep := tote.SetOf(chosen[:s.Horses]...)
		kept := slices.DeleteFunc(slices.Clone(p.Group(0)), func(h tote.Horse) bool { return !keep.Has(h) })
		flat := tote.CombinedPattern(kept...)
		flat.Flags = p.Flags
		reduced = flat
	}
	for unit := range s.All(&reduced) {
		return slices.Clone(unit)
	}
	return nil
}

// fill completes a unit of a free field place by place, with the first horse of each
// list that leaves one for the places behind it.
func fill(p *tote.Pattern, unit []tote.Horse, by func(g, h tote.Horse) int) []tote.Horse {
	if len(unit) == cap(unit) {
		return unit
	}
	list := slices.Clone(p.Group(len(unit)))
	slices.SortFunc(list, by)
	for _, h := range list {
		if !slices.Contains(unit, h) {
			if whole := fill(p, append(unit, h), by); whole != nil {
				return whole
			}
		}
	}
	return nil
}
