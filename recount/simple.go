package recount

import (
	"math/big"
	"slices"
)

// simple is e-Simple Gagnant and Placé (III-1).
func (p *pool) simple() (*Answer, error) {
	places, least := 1, 2
	if p.isPlace() {
		places, least = 2, 3 // 4 to 7 declared (III-1-1)
		if p.c.Race.Runners >= 8 {
			places, least = 3, 4
		}
	}
	for i, s := range p.c.Stakes {
		if slices.Contains(p.c.Race.NonRunners, s.Selection[0]) { // III-1-4
			p.units[i].fate = refunded
		}
	}
	switch {
	case p.c.off():
		return p.refundAll(raceCancelled)
	case p.isPlace() && p.c.Race.Runners < 4: // III-1-1: the bet exists from 4 declared
		return p.refundAll(notOffered)
	case p.c.ran() < least:
		return p.refundAll(tooFewRunners)
	case classified(p.c.Race.Arrival) == 0: // III-1-8-4
		return p.refundAll(nobodyPlaced)
	}
	for _, u := range p.units {
		at := place(p.c.Race.Arrival, u.horses[0])
		if u.fate == lost && at >= 1 && at <= places {
			u.win(p.c.Bet, write(u.horses))
		}
	}
	stakes := p.at(p.c.Bet)
	if len(stakes.names) == 0 { // III-1-8-2
		return p.refundAll(noWinningStake)
	}
	parts := seatParts(p.c.Race.Arrival, places)
	return p.finish(p.conclude(p.simpleOrdinary(stakes, parts), func() *reckoning {
		return p.simpleConstrained(stakes, parts)
	}))
}

func (p *pool) isPlace() bool {
	return p.c.Bet == "E_SIMPLE_PLACE" || p.c.Bet == "SIMPLE_PLACE"
}

// seatParts gives each paid horse its part of the surplus (III-1-6 c d): every
// paid place is worth the same, and tied horses share the places they could
// take. Each strict order seats one horse a place.
func seatParts(arrival [][]int, places int) *tally {
	parts := new(tally)
	orders := strictOrders(arrival, places)
	for _, o := range orders {
		for _, h := range o {
			parts.add(write([]int{h}), ratio(1, int64(len(o)*len(orders))))
		}
	}
	return parts
}

// shares cuts an amount between the backed names in the proportion of their
// parts; the parts of the others are spread likewise (III-1-8-1).
func shares(amount *big.Rat, backed, parts *tally) map[string]*big.Rat {
	whole := new(big.Rat)
	for _, n := range backed.names {
		whole = add(whole, parts.of(n))
	}
	out := map[string]*big.Rat{}
	for _, n := range backed.names {
		out[n] = div(mul(amount, parts.of(n)), whole)
	}
	return out
}

func (p *pool) simpleOrdinary(stakes, parts *tally) *reckoning {
	x, procedure, possible := p.surplus(stakes.total())
	if !possible {
		return nil
	}
	k := newReckoning(procedure)
	share := shares(x, stakes, parts)
	for _, n := range stakes.names {
		gross, rest := p.increment(share[n], stakes.of(n))
		k.keep(rest)
		k.pay(p.c.Bet, n, p.net(gross))
	}
	return k
}

// simpleConstrained is III-1-7: take 10 %, no progressive deduction.
func (p *pool) simpleConstrained(stakes, parts *tally) *reckoning {
	k := newReckoning("constrained")
	share := shares(sub(p.constrainedMass(), stakes.total()), stakes, parts)
	for _, n := range stakes.names {
		given, rest := thin(share[n], stakes.of(n), p.minimum)
		k.keep(rest)
		k.pay(p.c.Bet, n, add(num(1), div(given, stakes.of(n))))
	}
	return k
}
