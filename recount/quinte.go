package recount

import (
	"math/big"
	"slices"
)

// Ranks of e-Quinté+.
const (
	quinteOrdre    = "E_QUINTE_PLUS_ORDRE"
	quinteDesordre = "E_QUINTE_PLUS_DESORDRE"
	quinteBonus4   = "E_QUINTE_PLUS_BONUS_4" // or the observed Bonus 4sur5
	quinteBonus3   = "E_QUINTE_PLUS_BONUS_3"
)

// quinte is e-Quinté+ (III-9).
type quinte struct {
	*pool
	level    string
	sets     []payable
	tirelire *big.Rat // announced, in cents: outside the mass (III-9-7.1)
}

func (p *pool) quinte() (*Answer, error) {
	q := &quinte{pool: p, tirelire: p.added}
	p.added = num(0)
	q.nonRunners()
	arrival := p.c.Race.Arrival
	switch {
	case p.c.off():
		return q.refund(raceCancelled)
	case p.c.ran() < 7: // III-9-1
		return q.refund(tooFewRunners)
	case classified(arrival) < 3: // III-9-9-3
		return q.refund(tooFewPlaced)
	}
	if !q.ranks() {
		return q.refund(noWinningStake)
	}
	k := p.conclude(q.ordinary(), func() *reckoning {
		return p.constrainedOrdre(q.sets, quinteOrdre, []string{quinteDesordre, quinteBonus4, quinteBonus3})
	})
	if k == nil {
		return q.refund(minimumFails)
	}
	return q.publish(k)
}

// nonRunners is III-9-3: one out goes to e-Quarté Plus, more are refunded.
func (q *quinte) nonRunners() {
	offered := q.c.Race.OffersQuarte == nil || *q.c.Race.OffersQuarte
	for i, u := range q.units {
		switch {
		case u.absent == 1 && offered && !q.c.basesOut(q.c.Stakes[i]):
			u.fate = transferred
		case u.absent > 0:
			u.fate = refunded
		}
	}
}

// ranks gives every unit its rank. With four classified there are no quintets;
// with three, or four that nobody has, a single mass (III-9-9-3).
func (q *quinte) ranks() bool {
	arrival := q.c.Race.Arrival
	n := classified(arrival)
	q.level = "nominal"
	switch {
	case n > 4:
		q.sets = payables(arrival, strictOrders(arrival, 5))
	case n == 4:
		q.level = "four_classified"
	default:
		q.level = "three_classified"
	}
	fours := sets(strictOrders(arrival, 4))
	if q.r.fourOfFive && n > 4 {
		fours = nil
		for _, s := range q.sets {
			fours = append(fours, subsets(s.horses, 4)...)
		}
	}
	trios := sets(strictOrders(arrival, 3))
	for _, u := range q.units {
		if u.fate == lost {
			q.rank(u, n, fours, trios)
		}
	}
	if n == 4 && len(q.at(quinteBonus4).names) == 0 {
		q.level = "three_classified"
		for _, u := range q.units {
			if i := firstHeld(trios, u.running); i >= 0 && (u.fate == lost || u.fate == won) {
				u.win(quinteBonus3, write(trios[i]))
			}
		}
	}
	return slices.ContainsFunc(q.units, func(u *unit) bool { return u.fate == won })
}

func firstHeld(all [][]int, horses []int) int {
	return slices.IndexFunc(all, func(s []int) bool { return holds(horses, s) })
}

// rank is III-9-1 and III-9-2: the best rank of a unit whose five horses ran.
func (q *quinte) rank(u *unit, n int, fours, trios [][]int) {
	i := slices.IndexFunc(q.sets, func(s payable) bool { return s.key == asSet(u.horses) })
	four := firstHeld(fours, u.horses)
	switch {
	case i >= 0 && q.sets[i].isExact(u.horses):
		u.win(quinteOrdre, q.sets[i].text)
	case i >= 0:
		u.win(quinteDesordre, q.sets[i].text)
	case four >= 0 && n > 3:
		u.win(quinteBonus4, write(fours[four]))
	default:
		for _, trio := range trios {
			if u.fate == lost && holds(u.horses, trio) && (n == 3 || q.othersBeyond(u.horses, trio)) {
				u.win(quinteBonus3, write(trio))
			}
		}
	}
}

// othersBeyond is the condition of Bonus 3 on the two other horses: beyond the
// fourth place, beyond the fifth when a tie starts at place 1, 2 or 3 (09 V-1).
func (q *quinte) othersBeyond(horses, trio []int) bool {
	limit := 4
	for _, group := range q.c.Race.Arrival {
		if at := place(q.c.Race.Arrival, group[0]); len(group) > 1 && at <= 3 {
			limit = 5
		}
	}
	if q.r.fourOfFive {
		limit = 0 // the better ranks were tried before
	}
	for _, h := range without(horses, trio) {
		if at := place(q.c.Race.Arrival, h); at != 0 && at <= limit {
			return false
		}
	}
	return true
}

func (q *quinte) weighted(s payable) *big.Rat {
	return q.pool.weighted(s, weight(s, 50, 120), quinteOrdre, quinteDesordre)
}

// ordinary is III-9-4: a levy of 8 % of the mass for the reserve fund gives way
// first when the surplus is negative, then the take.
func (q *quinte) ordinary() *reckoning {
	total := new(big.Rat)
	for _, s := range q.sets {
		total = add(total, q.weighted(s))
	}
	four, three := q.at(quinteBonus4).total(), q.at(quinteBonus3).total()
	held := mul(q.reserve, add(total, four, three))
	levy := mul(ratio(8, 100), q.mass())
	x, procedure := sub(q.mass(), levy, held), "normal"
	if x.Sign() < 0 {
		procedure = "levy_reduced"
		levy = add(levy, x)
		x = new(big.Rat)
		if levy.Sign() < 0 {
			var possible bool
			levy = new(big.Rat)
			if x, procedure, possible = q.surplus(held); !possible {
				return nil
			}
		}
	}
	k := newReckoning(procedure)
	k.levy = levy
	q.divide(k, x, total, four, three)
	return k
}

// divide is III-9-4-III and the missing stakes of III-9-9. All on gross stakes:
// there is no progressive deduction.
func (q *quinte) divide(k *reckoning, x, total, four, three *big.Rat) {
	part := func(i int) *big.Rat { return mul(dec(q.r.shares[i]), x) }
	for3, for4 := part(3), part(2)
	own, second := map[string]*big.Rat{}, map[string]*big.Rat{}
	n := num(int64(len(q.sets)))
	for _, s := range q.sets {
		exact, all := q.at(quinteOrdre).of(s.text), q.weighted(s)
		rest := div(part(0), n)
		own[s.key], rest = q.each(rest, exact)
		second[s.key], rest = q.each(add(rest, div(part(1), n)), all)
		for4 = add(for4, rest)
	}
	switch q.level {
	case "four_classified":
		for4 = add(for4, part(0), part(1))
	case "three_classified":
		for3, for4 = x, num(0)
	}
	j4, rest := q.each(for4, add(four, total))
	j3, rest := q.each(add(for3, rest), add(three, four, total))
	k.keep(rest)
	for _, s := range q.sets {
		desordre := add(q.reserve, j3, j4, second[s.key])
		ordre := add(own[s.key], mul(weight(s, 50, 120), desordre))
		exact, other := q.at(quinteOrdre).of(s.text), q.at(quinteDesordre).of(s.text)
		if most := num(120); exact.Sign() > 0 && other.Sign() > 0 && less(mul(most, desordre), ordre) { // III-9-5
			desordre = div(add(mul(ordre, exact), mul(desordre, other)), add(mul(most, exact), other))
			ordre = mul(most, desordre)
		}
		if exact.Sign() > 0 {
			k.pay(quinteOrdre, s.text, ordre)
		}
		if other.Sign() > 0 {
			k.pay(quinteDesordre, s.text, desordre)
		}
	}
	for _, key := range q.at(quinteBonus4).names {
		k.pay(quinteBonus4, key, add(q.reserve, j3, j4))
	}
	for _, key := range q.at(quinteBonus3).names {
		k.pay(quinteBonus3, key, add(q.reserve, j3))
	}
}

// each is a share per euro of stakes and what is left of it: all when nobody
// has stakes, some when they are thin (II-17-I-1-a).
func (q *quinte) each(share, stake *big.Rat) (increment, rest *big.Rat) {
	if stake.Sign() == 0 {
		return new(big.Rat), share
	}
	given, rest := thin(share, stake, q.minimum)
	return div(given, stake), rest
}

// refund is a whole refund; the units with one non-runner stay in e-Quarté Plus
// and the Tirelire goes back to its fund.
func (q *quinte) refund(reason string) (*Answer, error) {
	a, err := q.refundAll(reason)
	if err != nil {
		return nil, err
	}
	q.figures(a, num(0), num(0), q.tirelire)
	return a, nil
}

func (q *quinte) figures(a *Answer, levy, spent, fund *big.Rat) {
	a.TransferredCents = q.sum(func(u *unit) bool { return u.fate == transferred }).Num().Int64()
	a.FundLevyCents = decimal(levy, decimalPlaces)
	a.TirelireCents = decimal(spent, decimalPlaces)
	a.FundInCents = decimal(fund, decimalPlaces)
	a.fund = fund
	if a.OrdreWithoutTirelire == nil {
		a.OrdreWithoutTirelire = map[string]string{}
	}
}

// publish adds the Tirelire to Ordre (III-9-7.1): divided by all Ordre stakes,
// for stakes/2.00 € only when they are thin.
func (q *quinte) publish(k *reckoning) (*Answer, error) {
	stakes := q.at(quinteOrdre)
	without := map[string]string{}
	spent := new(big.Rat)
	if total := stakes.total(); total.Sign() > 0 {
		spent, _ = thin(q.tirelire, total, q.minimum)
		for _, n := range stakes.names {
			without[n] = decimal(k.paid[quinteOrdre+" "+n], decimalPlaces)
			before := larger(k.net[quinteOrdre+" "+n], minimumPay) // lifted, not rounded: 09 V-12
			k.paid[quinteOrdre+" "+n] = lifted(add(before, div(spent, total)))
		}
	}
	a, err := q.answer(k)
	if err != nil {
		return nil, err
	}
	levy := new(big.Rat)
	if k.levy != nil {
		levy = k.levy
	}
	a.Level, a.OrdreWithoutTirelire = q.level, without
	q.figures(a, levy, spent, add(levy, k.kept, sub(q.tirelire, spent)))
	return a, nil
}
