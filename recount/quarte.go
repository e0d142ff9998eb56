package recount

import (
	"math/big"
	"slices"
)

// Ranks of e-Quarté Plus.
const (
	quarteOrdre    = "E_QUARTE_PLUS_ORDRE"
	quarteDesordre = "E_QUARTE_PLUS_DESORDRE"
	quarteBonus    = "E_QUARTE_PLUS_BONUS"
	quarteBonus1NP = "E_QUARTE_PLUS_BONUS_1NP"
	quarte2Horses  = "E_QUARTE_PLUS_2CHEVAUX"
)

// quarte is e-Quarté Plus (III-6).
type quarte struct {
	*pool
	level string
	sets  []payable // payable quartets
	trios [][]int   // payable for the Bonus
}

func (p *pool) quarte() (*Answer, error) {
	q := &quarte{pool: p, level: "nominal"}
	for i, u := range p.units {
		s := p.c.Stakes[i]
		if s.Bet == quintePlus { // III-9-3-I-b: the four that ran, in their order
			u.horses, u.running, u.absent = without(s.Selection, p.c.Race.NonRunners), without(s.Selection, p.c.Race.NonRunners), 0
			continue
		}
		if u.absent >= 2 || u.absent == 1 && p.c.basesOut(s) { // III-6-3-I-a and c
			u.fate = refunded
		}
	}
	arrival := p.c.Race.Arrival
	switch {
	case p.c.off():
		return p.refundAll(raceCancelled)
	case p.c.ran() < 5: // III-6-1
		return p.refundAll(tooFewRunners)
	case classified(arrival) < 3: // III-6-7-c
		return p.refundAll(tooFewPlaced)
	}
	q.trios = sets(strictOrders(arrival, 3))
	if classified(arrival) > 3 {
		q.sets = payables(arrival, strictOrders(arrival, 4))
	}
	if !q.nominal() && (classified(arrival) == 3 || !q.substitutes()) { // III-6-7-a and b
		k := newReckoning("normal")
		k.keep(add(p.mass(), p.added))
		a, err := p.answer(k)
		if err == nil {
			a.Level = "none"
		}
		return a, err
	}
	a, err := p.finish(p.conclude(q.ordinary(), func() *reckoning {
		return p.constrainedOrdre(q.sets, quarteOrdre, []string{quarteDesordre, quarteBonus, quarteBonus1NP, quarte2Horses})
	}))
	if err == nil && !a.RefundAll {
		a.Level = q.level
	}
	return a, err
}

// without is the horses that are not among others, in their order.
func without(horses, others []int) []int {
	return slices.DeleteFunc(slices.Clone(horses), func(h int) bool { return slices.Contains(others, h) })
}

// nominal ranks the units by the finish (III-6-1, III-6-2).
func (q *quarte) nominal() bool {
	found := false
	for _, u := range q.units {
		if u.fate != lost {
			continue
		}
		set := slices.IndexFunc(q.sets, func(s payable) bool { return s.key == asSet(u.horses) })
		trio := slices.IndexFunc(q.trios, func(t []int) bool { return holds(u.running, t) })
		switch {
		case u.absent == 0 && set >= 0 && q.sets[set].isExact(u.horses):
			u.win(quarteOrdre, q.sets[set].text)
		case u.absent == 0 && set >= 0:
			u.win(quarteDesordre, q.sets[set].text)
		case u.absent == 0 && trio >= 0:
			u.win(quarteBonus, write(q.trios[trio]))
		case u.absent == 1 && trio >= 0:
			u.win(quarteBonus1NP, write(q.trios[trio])+"-NP")
		default:
			continue
		}
		found = true
	}
	return found
}

// substitutes is III-6-7-b: all of the surplus to who holds the horses of the
// first line that somebody has, a non-runner or not beside them (08 Q-3).
func (q *quarte) substitutes() bool {
	four := strictOrders(q.c.Race.Arrival, 4)
	levels := []struct {
		name, rank string
		at         []int
	}{
		{"1-2-4", quarteBonus, []int{1, 2, 4}},
		{"1-3-4", quarteBonus, []int{1, 3, 4}},
		{"2-3-4", quarteBonus, []int{2, 3, 4}},
		{"1-2", quarte2Horses, []int{1, 2}},
		{"1-3", quarte2Horses, []int{1, 3}},
		{"2-3", quarte2Horses, []int{2, 3}},
	}
	q.sets = nil
	for _, l := range levels {
		found := false
		for _, u := range q.units {
			for _, s := range sets(pick(four, l.at...)) {
				if u.fate == lost && holds(u.running, s) {
					u.win(l.rank, write(s))
					found = true
				}
			}
		}
		if found {
			q.level = l.name
			return true
		}
	}
	return false
}

func (q *quarte) weighted(s payable) *big.Rat {
	return q.pool.weighted(s, weight(s, 8, 24), quarteOrdre, quarteDesordre)
}

// bonusStakes is E_b: a 1 NP unit is paid twice and counts twice (08 Q-1).
func (q *quarte) bonusStakes() *big.Rat {
	return add(q.at(quarteBonus).total(), q.at(quarte2Horses).total(), mul(num(2), q.at(quarteBonus1NP).total()))
}

// ordinary is III-6-4.
func (q *quarte) ordinary() *reckoning {
	total := new(big.Rat)
	for _, s := range q.sets {
		total = add(total, q.weighted(s))
	}
	below := q.bonusStakes()
	x, procedure, possible := q.surplus(mul(q.reserve, add(total, below)))
	if !possible {
		return nil
	}
	k := newReckoning(procedure)
	bonus := x // without quartets all of it is a Bonus
	own, second := map[string]*big.Rat{}, map[string]*big.Rat{}
	if len(q.sets) > 0 {
		n := num(int64(len(q.sets)))
		bonus = mul(dec(q.r.shares[2]), x)
		for _, s := range q.sets {
			ordre, desordre := div(mul(dec(q.r.shares[0]), x), n), div(mul(dec(q.r.shares[1]), x), n)
			var rest *big.Rat
			own[s.key], second[s.key], rest = q.cascade(s, ordre, desordre)
			bonus = add(bonus, rest)
		}
	}
	common, rest := q.increment(bonus, add(below, total))
	k.keep(rest)
	for _, s := range q.sets {
		base := q.net(common, second[s.key])
		if q.at(quarteOrdre).of(s.text).Sign() > 0 {
			k.pay(quarteOrdre, s.text, add(mul(q.kept(), own[s.key]), mul(weight(s, 8, 24), base)))
		}
		if q.at(quarteDesordre).of(s.text).Sign() > 0 {
			k.pay(quarteDesordre, s.text, base)
		}
	}
	for _, rank := range []string{quarteBonus, quarte2Horses} {
		for _, n := range q.at(rank).names {
			k.pay(rank, n, q.net(common))
		}
	}
	for _, n := range q.at(quarteBonus1NP).names { // III-6-3-I-b: twice the Bonus as paid
		k.paid[quarteBonus1NP+" "+n] = mul(num(2), lifted(q.net(common)))
	}
	return k
}

// cascade divides the parts of one quartet: what its Ordre does not take goes to
// its Désordre, what that does not take to the Bonus (III-6-7-a, II-17-I-1-c).
func (q *quarte) cascade(s payable, ordre, desordre *big.Rat) (own, second, rest *big.Rat) {
	exact, all := q.at(quarteOrdre).of(s.text), q.weighted(s)
	own, second = new(big.Rat), new(big.Rat)
	if exact.Sign() > 0 {
		own, ordre = q.increment(ordre, exact)
	}
	desordre = add(desordre, ordre)
	if all.Sign() == 0 {
		return own, second, desordre
	}
	second, rest = q.increment(desordre, all)
	return own, second, rest
}
