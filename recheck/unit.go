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
	list   []recount.Stake
	at     map[unit]int // on the list
	sold   []units
	soldAt map[soldUnit]int
}

// units are equal units at one stake, each of which is paid on its own (II-14).
type units struct {
	stake        int // on the list
	cents, count int64
}

type soldUnit struct {
	unit
	cents int64
}

func newStakes() stakes {
	return stakes{list: []recount.Stake{}, at: map[unit]int{}, soldAt: map[soldUnit]int{}}
}

// add notes a unit that so many bets hold. The stake's lists may be used again.
func (s *stakes) add(x recount.Stake, bets int64) {
	key := soldUnit{unit: unitOf(&x), cents: x.Cents}
	i, known := s.soldAt[key]
	if !known {
		i = len(s.sold)
		s.soldAt[key] = i
		s.sold = append(s.sold, units{stake: s.of(key.unit, x), cents: x.Cents})
	}
	u := &s.sold[i]
	u.count += bets
	s.list[u.stake].Cents += x.Cents * bets
}

// of is where a unit is on the list, to which it is added.
func (s *stakes) of(u unit, x recount.Stake) int {
	i, known := s.at[u]
	if !known {
		i = len(s.list)
		s.at[u] = i
		x.Cents, x.Selection = 0, slices.Clone(x.Selection)
		s.list = append(s.list, x)
	}
	return i
}

// bets are a pool's bets as stakes of a case.
type bets struct {
	*pool
	*alike
	stakes stakes
	from   int // where its stakes begin in the case
}

// bets expands the bets of a pool, which gives up their list.
func (r *race) bets(ctx context.Context, p *pool, from int) (*bets, error) {
	a := r.alike(p)
	b := &bets{pool: p, alike: a, stakes: newStakes(), from: from}
	lines, err := a.merged(ctx, p.lines)
	if err != nil {
		return nil, err
	}
	p.lines = nil
	out := a.numbers.set(r.nonRunners)
	for i := range lines {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l := &lines[i]
		if err := recount.Lines(a.formula(l), out, func(s recount.Stake) { b.stakes.add(a.stake(s), l.count) }); err != nil {
			return nil, err
		}
	}
	return b, nil
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
func (a *alike) formula(l *line) recount.Formula {
	p := &l.pattern
	f := recount.Formula{
		Bet: a.bet, K: int(p.Variant), Runners: a.all.Len(), Cents: int64(l.unit), Complement: int(p.Complement),
	}
	if p.Flags&tote.AllOrders != 0 {
		f.Orders = "all"
	}
	switch p.Formula {
	case tote.Unit:
		f.Formula, f.Horses = "unit", ints(p.Group(0))
	case tote.Combined:
		f.Formula, f.Horses = "combined", ints(p.Group(0))
	case tote.Base:
		f.Formula, f.Bases = "field", ints(p.Group(0))
		for _, place := range p.Sizes[2:] {
			if place != 0 {
				f.BasePlaces = append(f.BasePlaces, int(place))
			}
		}
		if p.Flags&tote.FullField == 0 {
			f.Associates = ints(p.Group(1))
			break
		}
		f.NonRunners = ints((a.all &^ p.Field).Slice()) // out when the bet was sold
	case tote.Free:
		f.Formula = "free"
		for i := range p.Sizes {
			if p.Sizes[i] != 0 {
				f.Positions = append(f.Positions, ints(p.Group(i)))
			}
		}
	}
	return f
}

func ints(horses []tote.Horse) []int {
	out := make([]int, len(horses))
	for i, h := range horses {
		out[i] = int(h)
	}
	return out
}

// numbers are the horses of an official list in increasing order, from index 1:
// recount has no gaps in its numbers.
type numbers []tote.Horse

func numbersOf(declared tote.HorseSet) numbers {
	return append(numbers{0}, declared.Slice()...)
}

// of is the place of a horse on the list, 0 when it is not there.
func (n numbers) of(h tote.Horse) tote.Horse {
	if int(h) < len(n) && n[h] == h { // no gaps so far
		return h
	}
	return tote.Horse(max(0, slices.Index(n, h)))
}

// places are the places of horses on the list.
func (n numbers) places(horses tote.HorseSet) (set tote.HorseSet) {
	for h := range horses.All {
		set = set.With(n.of(h))
	}
	return set
}

func (n numbers) list(horses []tote.Horse) []int {
	out := make([]int, len(horses))
	for i, h := range horses {
		out[i] = int(n.of(h))
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
