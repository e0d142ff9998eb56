package rulebook

import "opentote/tote"

var ordreShape = tote.Shape{Horses: 2, Bases: 1, Complement: true, Ordered: true}

// orderedPair is one payable order of two horses.
type orderedPair struct{ first, second tote.Horse }

// ordreLines are the payable lines of a Couplé Ordre and count the units that end
// on them: the orders, then each order of a placed horse and a non-runner. placed
// is empty without non-runners.
type ordreLines struct {
	nonRunners tote.HorseSet
	orders     []orderedPair
	placed     []ordrePlaced
	lines      []tote.Line
}

// ordrePlaced is a placed horse with a non-runner, named before it or after.
type ordrePlaced struct {
	horse tote.Horse
	last  bool
}

// coupleOrdreCard is the Couplé Ordre's Card.
type coupleOrdreCard struct {
	ordreLines
	coupleRanks
}

var _ tote.Card = (*coupleOrdreCard)(nil)

// ordreCard returns the Card of a race whose bets are not refunded. The 1 NP rank
// takes the winner at either place, but in a dead heat for first only those
// named first (III-3-2-3, III-3-3-I, C-2).
func (b *couple) ordreCard(r tote.Result) *coupleOrdreCard {
	c := &coupleOrdreCard{ordreLines: ordreLines{nonRunners: r.NonRunners}}
	all := coupleLines{}
	var ends []int
	for _, orders := range ordreFinishes(r.Arrival) {
		for _, o := range orders {
			c.lines = append(c.lines, tote.Line{Rank: string(b.code), Combination: o.first.String() + "-" + o.second.String()})
			all.pairs = append(all.pairs, tote.SetOf(o.first, o.second))
		}
		c.orders = append(c.orders, orders...)
		ends = append(ends, len(c.orders))
	}
	if r.NonRunners != 0 {
		c.addOut(b.code, r.Arrival[0])
	}
	for _, placed := range c.placed {
		all.placed = append(all.placed, placed.horse)
	}
	c.coupleRanks = b.ranks(r, ends, all)
	return c
}

func (c *ordreLines) addOut(code tote.BetCode, firsts []tote.Horse) {
	for h := range tote.SetOf(firsts...).All {
		c.placed = append(c.placed, ordrePlaced{horse: h})
		c.lines = append(c.lines, tote.Line{Rank: string(code) + "_1NP", Combination: h.String() + "-NP"})
		if len(firsts) == 1 {
			c.placed = append(c.placed, ordrePlaced{horse: h, last: true})
			c.lines = append(c.lines, tote.Line{Rank: string(code) + "_1NP", Combination: "NP-" + h.String()})
		}
	}
}

// ordreFinishes returns the orders of the real finish, then those of each line of
// the table of III-3-7-2, in turn.
func ordreFinishes(arrival [][]tote.Horse) [][]orderedPair {
	var nominal []orderedPair
	for order := range tote.TopOrderings(arrival, 2) {
		nominal = append(nominal, orderedPair{order[0], order[1]})
	}
	finishes := [][]orderedPair{nominal}
	for _, s := range ordreSubstitutes(arrival) {
		var orders []orderedPair
		for _, first := range s.ahead {
			for _, second := range s.behind {
				if first != second {
					orders = append(orders, orderedPair{first, second})
				}
			}
		}
		finishes = append(finishes, orders)
	}
	return finishes
}

// ordreSubstitutes returns what is tried in turn when nobody backs the first two
// in order: each horse of ahead before each of behind.
func ordreSubstitutes(arrival [][]tote.Horse) []coupleSubstitute {
	firsts := arrival[0]
	if len(firsts) > 2 || len(arrival) < 2 {
		return nil
	}
	seconds := arrival[1] // the thirds, behind two firsts
	if len(firsts) == 2 {
		return []coupleSubstitute{{firsts, seconds}, {seconds, firsts}}
	}
	if len(seconds) > 1 {
		return []coupleSubstitute{{seconds, firsts}, {seconds, seconds}}
	}
	var thirds []tote.Horse
	if len(arrival) > 2 {
		thirds = arrival[2]
	}
	return []coupleSubstitute{
		{seconds, firsts}, {firsts, thirds}, {thirds, firsts}, {seconds, thirds}, {thirds, seconds},
	}
}

func (c *ordreLines) Lines() []tote.Line { return c.lines }

// Count applies the complement horse first, then the rules on non-runners, as
// for the unordered Couplé. The complement takes the last place: a non-runner
// followed by 5 becomes 5 followed by the complement (II-9-II).
func (c *ordreLines) Count(p *tote.Pattern, t *tote.Tally) {
	u := ordreUnits{choice: ordreShape.Read(p, 0)}
	replaced, complement := replacement(p, c.nonRunners)
	baseOut := p.Bases()&c.nonRunners != 0
	if baseOut && complement == 0 {
		t.Refunded += u.either(p.Bases(), p.Associates())
		return
	}
	stays := c.nonRunners // non-runners that no complement replaces
	if complement != 0 {
		u.replaced, u.complement = tote.SetOf(replaced), tote.SetOf(complement)
		stays = stays.Without(u.replaced)
	}
	for i, o := range c.orders {
		first, second := tote.SetOf(o.first), tote.SetOf(o.second)
		t.Won[i] += u.count(first, second)
		if second == u.complement {
			t.Won[i] += u.either(first, u.replaced)
		}
	}
	for i, placed := range c.placed {
		t.Won[len(c.orders)+i] += u.withOut(placed, stays, baseOut)
	}
	t.Refunded += u.both(stays)
	if baseOut {
		t.Refunded += u.either(u.replaced, u.complement)
	}
}

// ordreUnits count the units of a bet as sold, by what they name first and second.
type ordreUnits struct {
	choice               tote.Choice
	replaced, complement tote.HorseSet // of the bet's complement horse, empty when it replaces nothing
}

// count returns how many units name a horse of first, then one of second. The two
// sets are disjoint.
func (u *ordreUnits) count(first, second tote.HorseSet) int {
	if first == 0 || second == 0 {
		return 0
	}
	parts := [...]tote.Part{{From: first, N: 1}, {From: second, N: 1}}
	return u.choice.InOrder(0, parts[:])
}

func (u *ordreUnits) either(a, b tote.HorseSet) int { return u.count(a, b) + u.count(b, a) }

// both returns how many units name two horses of the set.
func (u *ordreUnits) both(set tote.HorseSet) int {
	if set.Len() < 2 {
		return 0
	}
	parts := [...]tote.Part{{From: set, N: 2}}
	return u.choice.InOrder(0, parts[:])
}

// withOut returns how many units end as the placed horse with a non-runner. Where
// the complement is in the unit it replaces nothing, and in a field whose base is
// out such a unit is refunded.
func (u *ordreUnits) withOut(placed ordrePlaced, stays tote.HorseSet, baseOut bool) int {
	h := tote.SetOf(placed.horse)
	before, after := h, stays
	if placed.last {
		before, after = stays, h
	}
	n := u.count(before, after)
	if h != u.complement {
		return n
	}
	if !placed.last {
		if !baseOut {
			n += u.count(h, u.replaced)
		}
		return n
	}
	if !baseOut {
		n += u.count(u.replaced, h)
	}
	// The other of two non-runners moves up before the complement.
	return n + u.either(u.replaced, stays)
}
