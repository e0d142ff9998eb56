package recount

import (
	"math/big"
	"slices"
)

// Ranks of e-Tiercé.
const (
	tierceOrdre    = "E_TIERCE_ORDRE"
	tierceDesordre = "E_TIERCE_DESORDRE"
	tierce1NP      = "E_TIERCE_1NP"
	tierce2NP      = "E_TIERCE_2NP"
	tierce2Horses  = "E_TIERCE_2CHEVAUX"
)

// tierce is e-Tiercé (III-4).
type tierce struct {
	*pool
	level string
	sets  []payable // of the level
	pairs [][]int   // payable at 1 NP
	heads []int     // payable at 2 NP: the firsts
	all   bool      // substitutes 1-3-4 and 2-3-4 take every NP increment
}

func (p *pool) tierce() (*Answer, error) {
	t := &tierce{pool: p}
	for i, u := range p.units {
		if u.absent == 3 || u.absent > 0 && p.c.basesOut(p.c.Stakes[i]) { // III-4-3-I-a and d
			u.fate = refunded
		}
	}
	switch {
	case p.c.off():
		return p.refundAll(raceCancelled)
	case p.c.ran() < 4: // III-4-1
		return p.refundAll(tooFewRunners)
	case classified(p.c.Race.Arrival) < 3: // III-4-7-b
		return p.refundAll(tooFewPlaced)
	}
	t.pairs = sets(strictOrders(p.c.Race.Arrival, 2))
	t.heads = sorted(p.c.Race.Arrival[0])
	t.ranks()
	if len(p.at(tierceOrdre).names)+len(p.at(tierceDesordre).names)+len(p.at(tierce1NP).names)+len(p.at(tierce2NP).names)+len(p.at(tierce2Horses).names) == 0 {
		k := newReckoning("normal") // III-4-7-a: the whole mass is kept, no refund
		k.keep(add(p.mass(), p.added))
		a, err := p.answer(k)
		if err == nil {
			a.Level = t.level
		}
		return a, err
	}
	a, err := p.finish(p.conclude(t.ordinary(), t.constrained))
	if err == nil && !a.RefundAll {
		a.Level = t.level
	}
	return a, err
}

// ranks gives every unit its rank, by the finish or by the first substitute
// that somebody has (III-4-2, III-4-7-a).
func (t *tierce) ranks() {
	for _, u := range t.units {
		switch {
		case u.fate != lost:
		case u.absent == 2 && holds(t.heads, u.running):
			u.win(tierce2NP, write(u.running)+"-NP-NP")
		case u.absent == 1 && containsSet(t.pairs, u.running):
			u.win(tierce1NP, asSet(u.running)+"-NP")
		}
	}
	arrival := t.c.Race.Arrival
	four := strictOrders(arrival, 4)
	levels := []struct {
		name    string
		winning [][]int
		all     bool
	}{
		{"nominal", strictOrders(arrival, 3), false},
		{"1-2-4", pick(four, 1, 2, 4), false},
		{"1-3-4", pick(four, 1, 3, 4), true},
		{"2-3-4", pick(four, 2, 3, 4), true},
	}
	var tried []string
	for _, l := range levels {
		t.sets, t.all, t.level = nil, l.all, l.name
		for _, s := range payables(arrival, l.winning) {
			if !slices.Contains(tried, s.key) {
				t.sets = append(t.sets, s)
				tried = append(tried, s.key)
			}
		}
		if t.levelWins() {
			return
		}
	}
	t.sets, t.level = nil, "none"
	if classified(arrival) == 3 && t.twoHorses() {
		t.level = "2 horses"
	}
}

// levelWins ranks the units that hold a set of the level.
func (t *tierce) levelWins() bool {
	found := false
	for _, u := range t.units {
		for _, s := range t.sets {
			if u.absent > 0 || asSet(u.horses) != s.key {
				continue
			}
			found = true
			rank := tierceDesordre
			if s.isExact(u.horses) {
				rank = tierceOrdre
			}
			u.win(rank, s.text)
		}
	}
	return found
}

// twoHorses is III-4-7-a-5: three classified and nobody has them, so whoever
// holds the first two wins, a non-runner or not beside them.
func (t *tierce) twoHorses() bool {
	found := false
	for _, u := range t.units {
		for _, pair := range t.pairs {
			if u.fate != refunded && holds(u.running, pair) {
				u.win(tierce2Horses, write(pair))
				found = true
			}
		}
	}
	return found
}

// containsSet reports whether horses are, in some order, one of the sets.
func containsSet(all [][]int, horses []int) bool {
	return slices.ContainsFunc(all, func(s []int) bool { return slices.Equal(s, sorted(horses)) })
}

// weight of exact stakes: most ÷ exact permutations, 1 when all are exact.
func weight(s payable, most, permutations int64) *big.Rat {
	if int64(len(s.exact)) == permutations {
		return num(1)
	}
	return ratio(most, int64(len(s.exact)))
}

// weighted is W(s) = E_d + w·E_o.
func (p *pool) weighted(s payable, w *big.Rat, ordre, desordre string) *big.Rat {
	return add(p.at(desordre).of(s.text), mul(w, p.at(ordre).of(s.text)))
}

func (t *tierce) weighted(s payable) *big.Rat {
	return t.pool.weighted(s, weight(s, 5, 6), tierceOrdre, tierceDesordre)
}

// reserved is what the winners' own stakes take, 1 time each, 5 for Ordre.
func (t *tierce) reserved() *big.Rat {
	total := add(t.at(tierce1NP).total(), t.at(tierce2NP).total(), t.at(tierce2Horses).total())
	for _, s := range t.sets {
		total = add(total, t.weighted(s))
	}
	return total
}

// touches reports whether a set shares in the increment of some horses.
func (t *tierce) touches(s payable, horses []int) bool {
	return t.all || holds(s.horses, horses)
}

// shareOut divides one part, or keeps it when nobody may have it.
func (p *pool) shareOut(k *reckoning, part, stake *big.Rat) *big.Rat {
	if stake.Sign() == 0 {
		k.keep(part)
		return new(big.Rat)
	}
	gross, rest := p.increment(part, stake)
	k.keep(rest)
	return gross
}

// ordinary is III-4-4 with the missing stakes of III-4-7-a.
func (t *tierce) ordinary() *reckoning {
	x, procedure, possible := t.surplus(mul(t.reserve, t.reserved()))
	if !possible {
		return nil
	}
	k := newReckoning(procedure)
	two := t.twoNP(k, mul(dec(t.r.shares[3]), x))
	part := func(i int) *big.Rat { return mul(dec(t.r.shares[i]), x) }
	switch {
	case t.level == "2 horses":
		t.payTwoHorses(k, add(part(0), part(1), part(2)), two)
		return k
	case t.level == "none":
		k.keep(add(part(0), part(1)))
	}
	one := t.oneNP(k, part(2), two)
	n := num(int64(len(t.sets)))
	for _, s := range t.sets {
		t.paySet(k, s, div(part(0), n), div(part(1), n), one, two)
	}
	return k
}

// twoNP is i_2(h): the increment of every head, over everything that holds it.
func (t *tierce) twoNP(k *reckoning, part *big.Rat) map[int]*big.Rat {
	out := map[int]*big.Rat{}
	for _, h := range t.heads {
		me := []int{h}
		stake := t.at(tierce2NP).of(write(me) + "-NP-NP")
		for _, pair := range t.pairs {
			if holds(pair, me) {
				stake = add(stake, t.at(tierce1NP).of(write(pair)+"-NP"), t.at(tierce2Horses).of(write(pair)))
			}
		}
		for _, s := range t.sets {
			if t.touches(s, me) {
				stake = add(stake, t.weighted(s))
			}
		}
		out[h] = t.shareOut(k, div(part, num(int64(len(t.heads)))), stake)
		if n := t.at(tierce2NP).of(write(me) + "-NP-NP"); n.Sign() > 0 {
			k.pay(tierce2NP, write(me)+"-NP-NP", t.net(out[h]))
		}
	}
	return out
}

// oneNP is i_1(p), and pays the rank.
func (t *tierce) oneNP(k *reckoning, part *big.Rat, two map[int]*big.Rat) map[string]*big.Rat {
	out := map[string]*big.Rat{}
	for _, pair := range t.pairs {
		key := write(pair) + "-NP"
		stake := t.at(tierce1NP).of(key)
		for _, s := range t.sets {
			if t.touches(s, pair) {
				stake = add(stake, t.weighted(s))
			}
		}
		out[key] = t.shareOut(k, div(part, num(int64(len(t.pairs)))), stake)
		if t.at(tierce1NP).of(key).Sign() > 0 {
			k.pay(tierce1NP, key, t.net(append(heads(two, pair), out[key])...))
		}
	}
	return out
}

// heads is the 2 NP increments of those of the horses that have one.
func heads(two map[int]*big.Rat, horses []int) []*big.Rat {
	var out []*big.Rat
	for _, h := range horses {
		if two[h] != nil {
			out = append(out, two[h])
		}
	}
	return out
}

// paySet is i_o, i_d and the two rapports of a set (III-4-4-III and IV).
func (t *tierce) paySet(k *reckoning, s payable, ordre, desordre *big.Rat, one map[string]*big.Rat, two map[int]*big.Rat) {
	w, exact := t.weighted(s), t.at(tierceOrdre).of(s.text)
	if w.Sign() == 0 { // III-4-7-a-2
		k.keep(add(ordre, desordre))
		return
	}
	increments := []*big.Rat{}
	for _, pair := range t.pairs {
		if t.touches(s, pair) {
			increments = append(increments, one[write(pair)+"-NP"])
		}
	}
	for _, h := range t.heads {
		if t.touches(s, []int{h}) {
			increments = append(increments, two[h])
		}
	}
	own := new(big.Rat)
	if exact.Sign() == 0 { // III-4-7-a-1
		desordre = add(desordre, ordre)
	} else {
		gross, rest := t.increment(ordre, exact)
		own, desordre = gross, add(desordre, rest)
	}
	increments = append(increments, t.shareOut(k, desordre, w))
	common := t.net(increments...)
	if exact.Sign() > 0 {
		k.pay(tierceOrdre, s.text, add(mul(t.kept(), own), mul(weight(s, 5, 6), common)))
	}
	if t.at(tierceDesordre).of(s.text).Sign() > 0 {
		k.pay(tierceDesordre, s.text, common)
	}
}

// payTwoHorses pays the rank of III-4-7-a-5.
func (t *tierce) payTwoHorses(k *reckoning, part *big.Rat, two map[int]*big.Rat) {
	stakes := t.at(tierce2Horses)
	gross := t.shareOut(k, part, stakes.total())
	for _, n := range stakes.names {
		k.pay(tierce2Horses, n, t.net(append(heads(two, horsesOf(n)), gross)...))
	}
}

// constrained is III-4-5-c: everything but Ordre at 1.10.
func (t *tierce) constrained() *reckoning {
	return t.constrainedOrdre(t.sets, tierceOrdre, []string{tierceDesordre, tierce1NP, tierce2NP, tierce2Horses})
}

// constrainedOrdre is common to e-Tiercé, e-Quarté Plus, e-Quinté+ and e-Pick5:
// 90 % of the stakes less 1.10 for the lower ranks and the coefficient of the
// first one, in equal parts per set; a set without stakes leaves its part.
func (p *pool) constrainedOrdre(all []payable, ordre string, lower []string) *reckoning {
	k := newReckoning("constrained")
	exact := p.at(ordre)
	x := sub(p.constrainedMass(), mul(p.reserve, exact.total()))
	for _, rank := range lower {
		stakes := p.at(rank)
		least := minimumPay
		if rank == quarteBonus1NP {
			least = mul(num(2), minimumPay)
		}
		x = sub(x, mul(least, stakes.total()))
		for _, n := range stakes.names {
			k.pay(rank, n, least)
		}
	}
	if len(exact.names) == 0 { // 07 T-9
		k.short = x.Sign() < 0
		k.keep(larger(x, num(0)))
		return k
	}
	part := div(x, num(int64(len(all))))
	for _, s := range all {
		stake := exact.of(s.text)
		if stake.Sign() == 0 {
			k.keep(larger(part, num(0)))
			continue
		}
		given, rest := thin(part, stake, p.minimum)
		k.keep(rest)
		k.pay(ordre, s.text, add(p.reserve, div(given, stake)))
	}
	return k
}
