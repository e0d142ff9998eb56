package recount

import (
	"math/big"
	"slices"
	"strings"
)

// couple is e-Couplé Gagnant, Placé and Ordre (III-3): three pools that follow
// one article, the Placé with shares of its own.
type couple struct {
	*pool
	main, absent string // the two ranks
	ordered      bool
	place        bool
	firsts       []int
	step         int // line of III-3-7-2 used instead of the finish, 0 is none
	stakes, np   *tally
}

func (p *pool) couple() (*Answer, error) {
	q := &couple{
		pool: p, main: p.c.Bet, absent: p.c.Bet + "_1NP",
		ordered: strings.HasSuffix(p.c.Bet, "_ORDRE"), place: strings.HasSuffix(p.c.Bet, "_PLACE"),
	}
	least := 3 // III-3-1
	switch {
	case q.ordered:
		least = 2
	case q.place:
		least = 4
	}
	switch {
	case p.c.off():
		return p.refundAll(raceCancelled)
	case p.c.ran() < least:
		return p.refundAll(tooFewRunners)
	case classified(p.c.Race.Arrival) < 2: // III-3-7-1
		return p.refundAll(tooFewPlaced)
	}
	q.firsts = p.c.Race.Arrival[0]
	q.nonRunners()
	if !q.combinations() {
		return p.refundAll(noWinningStake)
	}
	a, err := p.finish(p.conclude(q.ordinary(), q.constrained))
	if err == nil && !a.RefundAll {
		a.SubstituteStep = q.step
	}
	return a, err
}

// write names a combination as this bet does.
func (q *couple) write(horses []int) string {
	if q.ordered {
		return write(horses)
	}
	return asSet(horses)
}

// nonRunners is III-3-3-I: both out is refunded, so is a unit that still holds
// the absent base of its field; one out plays for the rank 1 NP.
func (q *couple) nonRunners() {
	for i, u := range q.units {
		s := q.c.Stakes[i]
		baseLeft := slices.ContainsFunc(u.horses, func(h int) bool { return slices.Contains(s.Bases, h) && !slices.Contains(u.running, h) })
		switch {
		case u.absent == 2, u.absent == 1 && q.c.basesOut(s) && baseLeft:
			u.fate = refunded
		case u.absent == 1 && q.paysAlone(u):
			key := write(u.running) + "-NP"
			if q.ordered && !slices.Contains(u.running, u.horses[0]) {
				key = "NP-" + write(u.running)
			}
			u.win(q.absent, key)
		}
	}
}

// paysAlone is III-3-2-3 and III-3-2-4: what the runner left must have done.
func (q *couple) paysAlone(u *unit) bool {
	h := u.running[0]
	switch {
	case q.place && q.c.Race.Runners >= 8:
		at := place(q.c.Race.Arrival, h)
		return at >= 1 && at <= 3
	case q.place:
		at := place(q.c.Race.Arrival, h)
		return at >= 1 && at <= 2
	case q.ordered && len(q.firsts) > 1:
		return slices.Contains(q.firsts, h) && u.horses[0] == h // 04 C-2
	}
	return slices.Contains(q.firsts, h)
}

// combinations finds the line of winning combinations that has stakes: those of
// the finish, else its substitutes (III-3-7-2). False is a refund.
func (q *couple) combinations() bool {
	lines := [][][]int{strictOrders(q.c.Race.Arrival, 2)}
	if q.place {
		lines = [][][]int{placePairs(q.c.Race.Arrival)}
	} else {
		lines = append(lines, q.substitutes()...)
	}
	for step, line := range lines {
		for _, u := range q.units {
			if u.absent == 0 && u.fate == lost && slices.ContainsFunc(line, func(l []int) bool { return q.write(l) == q.write(u.horses) }) {
				u.win(q.main, q.write(u.horses))
			}
		}
		if q.stakes = q.at(q.main); len(q.stakes.names) > 0 {
			q.step, q.np = step, q.at(q.absent)
			return true
		}
	}
	return false
}

// placePairs is every pair among the first three, in every strict order; a pair
// is listed once an order.
func placePairs(arrival [][]int) [][]int {
	var out [][]int
	for _, o := range strictOrders(arrival, 3) {
		out = append(out, subsets(o, 2)...)
	}
	return out
}

// substitutes is the table of 04 section 8.
func (q *couple) substitutes() [][][]int {
	arrival := q.c.Race.Arrival
	group := func(i int) []int {
		if i < len(arrival) {
			return arrival[i]
		}
		return nil
	}
	pairs := func(a, b []int) [][]int {
		var out [][]int
		for _, x := range a {
			for _, y := range b {
				if x != y {
					out = append(out, []int{x, y})
				}
			}
		}
		return out
	}
	first, second := q.firsts, group(1)
	switch {
	case len(first) > 2: // 8.2
		return nil
	case len(first) == 2 && q.ordered: // 8.3; the group after two firsts is third
		return [][][]int{pairs(first, second), pairs(second, first)}
	case len(first) == 2:
		return [][][]int{pairs(first, second)}
	case len(second) > 1 && q.ordered: // 8.4
		return [][][]int{pairs(second, first), pairs(second, second)}
	case len(second) > 1:
		return [][][]int{pairs(second, second)}
	case q.ordered: // 8.1
		third := group(2)
		return [][][]int{pairs(second, first), pairs(first, third), pairs(third, first), pairs(second, third), pairs(third, second)}
	}
	third := group(2)
	return [][][]int{pairs(first, third), pairs(second, third)}
}

// horsesOf reads the horses of a key back.
func horsesOf(key string) []int {
	var out []int
	for s := range strings.SplitSeq(key, "-") {
		if s != "NP" {
			h := 0
			for _, digit := range s {
				h = 10*h + int(digit-'0')
			}
			out = append(out, h)
		}
	}
	return out
}

// bySet is the stakes of combinations that differ by their horses.
func bySet(stakes *tally) *tally {
	out := new(tally)
	for _, n := range stakes.names {
		out.add(asSet(horsesOf(n)), stakes.of(n))
	}
	return out
}

// mainParts is how the main part is cut: equal parts between combinations that
// differ by their horses (III-3-4-1); Placé, by the finish (III-3-4-2).
func (q *couple) mainParts() *tally {
	parts := new(tally)
	if q.place {
		for _, l := range placePairs(q.c.Race.Arrival) {
			parts.add(asSet(l), num(1))
		}
		return parts
	}
	for _, n := range bySet(q.stakes).names {
		parts.add(n, num(1))
	}
	return parts
}

// aloneParts is how the 1 NP part is cut between horses payable at 1 NP, where
// each horse has its own increment (III-3-4-1-III, III-3-4-2).
func (q *couple) aloneParts() *tally {
	arrival := q.c.Race.Arrival
	parts := new(tally)
	switch {
	case !q.place:
		for _, h := range q.firsts {
			parts.add(write([]int{h}), num(1))
		}
		return parts
	case q.c.Race.Runners >= 8:
		return seatParts(arrival, 3)
	case len(q.firsts) == 1 && len(arrival) > 1 && len(arrival[1]) > 1: // 04 C-3: the 1/3 and 2/3 are kept
		parts.add(write(q.firsts), ratio(1, 3))
		for _, h := range arrival[1] {
			parts.add(write([]int{h}), ratio(2, int64(3*len(arrival[1]))))
		}
		return parts
	}
	for _, o := range strictOrders(arrival, 2) { // equal parts for the horses of the first two places
		for _, h := range o {
			if parts.of(write([]int{h})).Sign() == 0 {
				parts.add(write([]int{h}), num(1))
			}
		}
	}
	return parts
}

// ordinary is III-3-4.
func (q *couple) ordinary() *reckoning {
	x, procedure, possible := q.surplus(add(q.stakes.total(), q.np.total()))
	if !possible {
		return nil
	}
	k := newReckoning(procedure)
	main, alone := mul(dec(q.r.shares[0]), x), mul(dec(q.r.shares[1]), x)
	byHorses := bySet(q.stakes)
	paid := shares(main, byHorses, q.mainParts())
	increment := map[string]*big.Rat{}
	for _, n := range byHorses.names {
		gross, rest := q.increment(paid[n], byHorses.of(n))
		increment[n] = gross
		k.keep(rest)
	}
	each := q.aloneIncrements(k, alone)
	for _, n := range q.stakes.names {
		k.pay(q.main, n, q.net(append(each(horsesOf(n)), increment[asSet(horsesOf(n))])...))
	}
	for _, n := range q.np.names {
		k.pay(q.absent, n, q.net(each(horsesOf(n))...))
	}
	return k
}

// aloneIncrements cuts the 1 NP part. With one winner (or by the observed rule)
// there is one increment for all; else every horse payable at 1 NP has its own,
// over its 1 NP stakes and the main stakes that contain it.
func (q *couple) aloneIncrements(k *reckoning, part *big.Rat) func(horses []int) []*big.Rat {
	if !q.place && (len(q.firsts) == 1 || q.r.commonNP) {
		gross, rest := q.increment(part, add(q.stakes.total(), q.np.total()))
		k.keep(rest)
		return func([]int) []*big.Rat { return []*big.Rat{gross} }
	}
	parts := q.aloneParts()
	held := new(tally) // T_h
	for _, h := range parts.names {
		for _, t := range []*tally{q.stakes, q.np} {
			for _, n := range t.names {
				if holds(horsesOf(n), horsesOf(h)) {
					held.add(h, t.of(n))
				}
			}
		}
	}
	share := shares(part, held, parts)
	increment := map[string]*big.Rat{}
	for _, h := range held.names {
		gross, rest := q.increment(share[h], held.of(h))
		increment[h] = gross
		k.keep(rest)
	}
	return func(horses []int) []*big.Rat {
		var out []*big.Rat
		for _, h := range horses {
			if i := increment[write([]int{h})]; i != nil {
				out = append(out, i)
			}
		}
		return out
	}
}

// constrained is III-3-5: 1 NP at 1.10, the rest of 90 % to the main rank.
func (q *couple) constrained() *reckoning {
	k := newReckoning("constrained")
	x := sub(q.constrainedMass(), mul(minimumPay, q.np.total()), q.stakes.total())
	byHorses := bySet(q.stakes)
	share := shares(x, byHorses, q.mainParts())
	net := map[string]*big.Rat{}
	for _, n := range byHorses.names {
		given, rest := thin(share[n], byHorses.of(n), q.minimum)
		net[n] = add(num(1), div(given, byHorses.of(n)))
		k.keep(rest)
	}
	for _, n := range q.stakes.names {
		k.pay(q.main, n, net[asSet(horsesOf(n))])
	}
	for _, n := range q.np.names {
		k.pay(q.absent, n, minimumPay)
	}
	return k
}
