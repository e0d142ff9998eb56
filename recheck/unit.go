package recheck

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"opentote/recount"
	"opentote/tote"
)

// unit names a stake's combination, with all that decides how it ends.
type unit struct {
	horses uint64 // six bits each, in order; the complement in the highest
	bases  tote.HorseSet
}

// unitOf packs a stake: at most eight horses of a unit, numbers to 63.
func unitOf(s *recount.Stake) unit {
	u := unit{horses: uint64(s.Complement) << 56}
	for i, h := range s.Selection {
		u.horses |= uint64(h) << (6 * i)
	}
	for _, h := range s.Bases {
		u.bases |= 1 << h
	}
	return u
}

// stakes sum the money on equal units of bets.
type stakes struct {
	list []recount.Stake
	room []int // for selections: one allocation for many
	at   map[unit]int
	// Of a long list, where units without complement and bases are: their horses
	// are the digits of a number, and the list's index plus one stands there.
	base  int
	size  int // horses of such a unit
	dense []uint32
}

// A list is long from denseFrom units on; there is room for denseMax units.
const (
	denseFrom = 1 << 12
	denseMax  = 1 << 22
)

func newStakes(runners int) *stakes {
	return &stakes{list: []recount.Stake{}, at: map[unit]int{}, base: runners + 1}
}

// densify makes room for all units of the size of the first.
func (s *stakes) densify() {
	size, n := len(s.list[0].Selection), 1
	for range size {
		if n *= s.base; n > denseMax {
			return
		}
	}
	s.size, s.dense = size, make([]uint32, n)
	for i := range s.list {
		if n := s.digits(&s.list[i]); n >= 0 {
			s.dense[n] = uint32(i) + 1
		}
	}
}

// digits is where a unit is in the room for those without complement and bases,
// -1 where it is not.
func (s *stakes) digits(x *recount.Stake) int {
	if s.size == 0 || len(x.Selection) != s.size || x.Complement != 0 || len(x.Bases) != 0 {
		return -1
	}
	n := 0
	for _, h := range x.Selection {
		n = n*s.base + h
	}
	return n
}

// find is where a unit is on the list, -1 when it is not.
func (s *stakes) find(x *recount.Stake) int {
	if n := s.digits(x); n >= 0 {
		return int(s.dense[n]) - 1
	}
	if i, known := s.at[unitOf(x)]; known {
		return i
	}
	return -1
}

// add notes a unit that so many bets hold. The stake's lists may be used again.
func (s *stakes) add(x recount.Stake, bets int64) {
	x.Cents *= bets
	if i := s.find(&x); i >= 0 {
		s.list[i].Cents += x.Cents
		return
	}
	if n := s.digits(&x); n >= 0 {
		s.dense[n] = uint32(len(s.list)) + 1
	} else {
		s.at[unitOf(&x)] = len(s.list)
	}
	const roomFor = 4096
	n := len(x.Selection)
	if len(s.room)+n > cap(s.room) {
		s.room = make([]int, 0, roomFor)
	}
	s.room = append(s.room, x.Selection...)
	x.Selection = s.room[len(s.room)-n : len(s.room) : len(s.room)]
	if s.list = append(s.list, x); len(s.list) == denseFrom {
		s.densify()
	}
}

// bets are a pool's bets as stakes of a case.
type bets struct {
	*pool
	numbers    numbers
	nonRunners []int
	stakes     *stakes
	from       int // where its stakes begin in the case
}

// bets expands the bets of a pool.
func (r *race) bets(ctx context.Context, p *pool, from int) (*bets, error) {
	n := numbersOf(r.declared)
	b := &bets{pool: p, numbers: n, nonRunners: n.set(r.nonRunners), stakes: newStakes(len(n) - 1), from: from}
	return b, b.each(ctx, func(l *line, s recount.Stake) { b.stakes.add(s, l.count) })
}

// each calls f with every unit of every line that counts, on the stake of one
// bet. The stake's lists are used again for the next.
func (b *bets) each(ctx context.Context, f func(*line, recount.Stake)) error {
	for i := range b.pool.lines {
		l := &b.pool.lines[i]
		if l.count == 0 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := recount.Lines(b.numbers.formula(b.terms.Bet, l), b.nonRunners, func(s recount.Stake) { f(l, s) }); err != nil {
			return err
		}
	}
	return nil
}

// caseOf is the race and the rulebook of a pool as a case without stakes.
func (r *race) caseOf(p *pool) *recount.Case {
	n := numbersOf(r.declared)
	c := &recount.Case{
		ID: strconv.FormatUint(uint64(r.id), 10) + " " + string(p.terms.Bet), Rulebook: p.terms.Rulebook, Bet: string(p.terms.Bet),
		Race:   recount.Race{Runners: len(n) - 1, NonRunners: n.set(r.nonRunners), Arrival: [][]int{}},
		Stakes: []recount.Stake{},
	}
	for _, stable := range r.stables {
		c.Race.Stables = append(c.Race.Stables, n.set(stable))
	}
	for _, place := range r.arrival {
		c.Race.Arrival = append(c.Race.Arrival, n.list(place))
	}
	if r.cancelled {
		c.Race.Status = "cancelled"
	}
	if to, ok := receivers[p.terms.Bet]; ok {
		offers := slices.ContainsFunc(r.pools, func(other *pool) bool { return other.terms.Bet == to })
		c.Race.OffersQuarte = &offers
	}
	return c
}

// formula is a line's pattern as recount reads it.
func (n numbers) formula(bet tote.BetCode, l *line) recount.Formula {
	p := &l.pattern
	f := recount.Formula{
		Bet: string(bet), K: int(p.Variant), Runners: len(n) - 1, Cents: int64(l.unit),
	}
	if p.Complement != 0 {
		f.Complement = n.of(p.Complement)
	}
	if p.Flags&tote.AllOrders != 0 {
		f.Orders = "all"
	}
	switch p.Formula {
	case tote.Unit:
		f.Formula, f.Horses = "unit", n.list(p.Group(0))
	case tote.Combined:
		f.Formula, f.Horses = "combined", n.list(p.Group(0))
	case tote.Base:
		f.Formula, f.Bases = "field", n.list(p.Group(0))
		for _, place := range p.Sizes[2:] {
			if place != 0 {
				f.BasePlaces = append(f.BasePlaces, int(place))
			}
		}
		if p.Flags&tote.FullField == 0 {
			f.Associates = n.list(p.Group(1))
			break
		}
		for _, h := range n[1:] { // out when the bet was sold
			if !p.Field.Has(h) && !p.Bases().Has(h) {
				f.NonRunners = append(f.NonRunners, n.of(h))
			}
		}
	case tote.Free:
		f.Formula = "free"
		for i := range p.Sizes {
			if p.Sizes[i] != 0 {
				f.Positions = append(f.Positions, n.list(p.Group(i)))
			}
		}
	}
	return f
}

// numbers are the horses of an official list in increasing order, from index 1:
// recount has no gaps in its numbers.
type numbers []tote.Horse

func numbersOf(declared tote.HorseSet) numbers {
	return append(numbers{0}, declared.Slice()...)
}

// of is the place of a horse on the list, 0 when it is not there.
func (n numbers) of(h tote.Horse) int {
	if int(h) < len(n) && n[h] == h { // no gaps so far
		return int(h)
	}
	for i, x := range n {
		if x == h {
			return i
		}
	}
	return 0
}

func (n numbers) list(horses []tote.Horse) []int {
	out := make([]int, len(horses))
	for i, h := range horses {
		out[i] = n.of(h)
	}
	return out
}

func (n numbers) set(horses tote.HorseSet) []int { return n.list(horses.Slice()) }

// named writes a combination of recount's with the horses' own numbers.
func (n numbers) named(combination string) string {
	parts := strings.Split(combination, "-")
	for i, part := range parts {
		if at, err := strconv.Atoi(part); err == nil && at > 0 && at < len(n) {
			parts[i] = n[at].String()
		}
	}
	return strings.Join(parts, "-")
}
