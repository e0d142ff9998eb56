package recheck

import (
	"cmp"
	"context"
	"slices"

	"opentote/recount"
	"opentote/tote"
)

// placesMost is the last place of an arrival that any rank looks at, substitute
// finishes included (III-4-7, III-6-7, III-7-8, III-9-2, III-10-2).
const placesMost = 5

// alike says which horses of a race no rule tells apart. How a unit ends depends on
// its horses that did not run and on those at the first five places; any other is
// just another horse, which wins nothing. The single pool reads more of the bets,
// what the public thought of every horse at each place; but it takes the other
// horses together (III bis-4-2), and each stays at its place.
//
// So these horses may be renamed, in every bet and in every unit of it, as long as
// the horses of a unit stay different: they become the others with the smallest
// numbers. Of millions of bets some thousands of different ones are left, and of a
// pool's units those that can end in different ways. What is paid is the same to
// the cent: a test computes random races with all horses told apart.
//
// Horses are places on the official list, as in a case.
type alike struct {
	bet        string
	ordered    bool
	byTicket   bool
	all        tote.HorseSet
	nonRunners tote.HorseSet
	apart      bool          // nothing is renamed
	stands     tote.HorseSet // told apart
	others     []tote.Horse
	numbers    numbers
	unit       []int // that is being renamed
}

func (r *race) alike(p *pool) *alike {
	n := numbersOf(r.declared)
	a := &alike{bet: string(p.terms.Bet), numbers: n, all: tote.Numbered(len(n) - 1)}
	f := recount.Formula{Bet: a.bet}
	a.ordered, a.byTicket = f.Ordered(), f.ByTicket()
	a.nonRunners = n.places(r.nonRunners)
	a.apart = r.apart || abroad(p.terms.Bet) // a host pays what it says (III ter)
	a.stands = n.places(r.decisive())
	a.others = (a.all &^ a.stands).Slice()
	return a
}

// decisive returns the horses of the race that a rule may tell apart.
func (r *race) decisive() tote.HorseSet {
	set, before := r.nonRunners, 0
	for _, group := range r.arrival {
		if before < placesMost {
			set |= tote.SetOf(group...)
		}
		before += len(group)
	}
	return set
}

// merged returns bets with their horses renamed and equal ones put together.
func (a *alike) merged(ctx context.Context, lines []line) ([]line, error) {
	var m pool
	for i := range lines {
		if i%betsBlock == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if l := &lines[i]; l.count != 0 {
			at := m.find(sold{pattern: a.renamed(l.pattern), unit: l.unit})
			m.lines[at].count += l.count
		}
	}
	return m.lines, nil
}

// renamed returns an equal bet of places on the list.
func (a *alike) renamed(p tote.Pattern) tote.Pattern {
	held := tote.HorseSet(0)
	for i, h := range p.Horses {
		if h != 0 {
			p.Horses[i] = a.numbers.of(h)
			held = held.With(p.Horses[i])
		}
	}
	p.Complement = a.numbers.of(p.Complement)
	if p.Flags&tote.FullField != 0 {
		p.Field = a.numbers.places(p.Field) | held
		held = p.Field
	}
	if a.apart || p.Flags&tote.FullField != 0 && p.Field|a.stands != a.all { // or a horse is left out that is as good as those within
		return p
	}
	if held&a.nonRunners == 0 || a.nonRunners.Has(p.Complement) { // it replaces nothing (II-9-II)
		p.Complement = 0
	}
	anyOrder := p.Complement == 0 || !a.byTicket // of designation
	if anyOrder && p.Formula == tote.Free {
		byLists(&p)
	}
	r := renaming{next: a.others}
	for h := range a.stands.All {
		r.to[h] = h
	}
	for i, h := range p.Horses {
		p.Horses[i] = r.of(h)
	}
	p.Complement = r.of(p.Complement)
	if anyOrder {
		a.sort(&p)
	}
	return p
}

// byLists puts the horses of a list that stand in the same lists side by side:
// these are alike in the bet, if they are in the race, and take names in turn.
func byLists(p *tote.Pattern) {
	var lists [64]uint8 // by horse, a bit a list
	for i := range p.Sizes {
		for _, h := range p.Group(i) {
			lists[h] |= 1 << i
		}
	}
	for i := range p.Sizes {
		slices.SortFunc(p.Group(i), func(x, y tote.Horse) int { return cmp.Compare(lists[x], lists[y]) })
	}
}

// sort puts the horses of a bet that is the same in any order into one.
func (a *alike) sort(p *tote.Pattern) {
	anyOrder := !a.ordered || p.Flags&tote.AllOrders != 0
	for i := range p.Sizes {
		switch {
		case p.Formula == tote.Base && i > 1: // places
		case p.Formula == tote.Free, p.Formula == tote.Base && i == 1, anyOrder:
			slices.Sort(p.Group(i))
		}
	}
}

// renaming is of one bet.
type renaming struct {
	to   [64]tote.Horse
	next []tote.Horse // the others that are not taken
}

func (r *renaming) of(h tote.Horse) tote.Horse {
	if h != 0 && r.to[h] == 0 {
		r.to[h], r.next = r.next[0], r.next[1:]
	}
	return r.to[h]
}

// stake renames the other horses of a unit, in memory that is used again for the
// next.
func (a *alike) stake(s recount.Stake) recount.Stake {
	if a.apart {
		return s
	}
	next := a.others
	rename := func(h int) int {
		if a.stands.Has(tote.Horse(h)) {
			return h
		}
		to := int(next[0])
		next = next[1:]
		return to
	}
	a.unit = a.unit[:0]
	for _, h := range s.Selection {
		a.unit = append(a.unit, rename(h))
	}
	if i := slices.Index(s.Selection, s.Complement); i >= 0 {
		s.Complement = a.unit[i]
	} else if s.Complement != 0 {
		s.Complement = rename(s.Complement)
	}
	if s.Selection = a.unit; !a.ordered && s.Complement == 0 {
		slices.Sort(a.unit)
	}
	return s
}
