package recount

import "slices"

// twoFour is e-2sur4 (III-5): one rapport for every winning pair, one for every
// pair of which one horse did not run.
func (p *pool) twoFour() (*Answer, error) {
	main, absent := p.c.Bet, p.c.Bet+"_1NP"
	arrival := p.c.Race.Arrival
	switch {
	case p.c.off():
		return p.refundAll(raceCancelled)
	case p.c.ran() < 5: // III-5-1
		return p.refundAll(tooFewRunners)
	case classified(arrival) < 2: // III-5-7-1
		return p.refundAll(tooFewPlaced)
	}
	orders := strictOrders(arrival, 4)
	among := func(horses []int) bool { // of the first four, in some strict order
		return slices.ContainsFunc(orders, func(o []int) bool { return holds(o, horses) })
	}
	for i, u := range p.units {
		s := p.c.Stakes[i]
		baseLeft := slices.ContainsFunc(u.horses, func(h int) bool { return slices.Contains(s.Bases, h) && !slices.Contains(u.running, h) })
		switch {
		case u.absent == 2, u.absent == 1 && p.c.basesOut(s) && baseLeft: // III-5-3
			u.fate = refunded
		case u.absent == 1 && among(u.running):
			u.win(absent, write(u.running)+"-NP")
		case u.absent == 0 && among(u.horses):
			u.win(main, asSet(u.horses))
		}
	}
	if len(p.at(main).names)+len(p.at(absent).names) == 0 { // III-5-7-3
		k := newReckoning("no_winner")
		k.keep(add(p.mass(), p.added))
		return p.answer(k)
	}
	return p.finish(p.conclude(p.twoFourOrdinary(main, absent), func() *reckoning {
		return p.twoFourConstrained(main, absent)
	}))
}

// twoFourOrdinary is III-5-4. Without a main stake its part is kept (III-5-7-2).
func (p *pool) twoFourOrdinary(main, absent string) *reckoning {
	stakes, np := p.at(main), p.at(absent)
	both := add(stakes.total(), np.total())
	x, procedure, possible := p.surplus(both)
	if !possible {
		return nil
	}
	k := newReckoning(procedure)
	alone, rest := p.increment(mul(dec(p.r.shares[1]), x), both)
	k.keep(rest)
	for _, n := range np.names {
		k.pay(absent, n, p.net(alone))
	}
	part := mul(dec(p.r.shares[0]), x)
	if len(stakes.names) == 0 {
		k.keep(part)
		return k
	}
	own, rest := p.increment(part, stakes.total())
	k.keep(rest)
	for _, n := range stakes.names {
		k.pay(main, n, p.net(alone, own))
	}
	return k
}

// twoFourConstrained is III-5-5: 1 NP at 1.10, the rest of 90 % to the pairs.
func (p *pool) twoFourConstrained(main, absent string) *reckoning {
	stakes, np := p.at(main), p.at(absent)
	k := newReckoning("constrained")
	x := sub(p.constrainedMass(), mul(minimumPay, np.total()), stakes.total())
	for _, n := range np.names {
		k.pay(absent, n, minimumPay)
	}
	if len(stakes.names) == 0 { // 05 section 6.2
		k.short = x.Sign() < 0
		k.keep(larger(x, num(0)))
		return k
	}
	given, rest := thin(x, stakes.total(), p.minimum)
	k.keep(rest)
	for _, n := range stakes.names {
		k.pay(main, n, add(num(1), div(given, stakes.total())))
	}
	return k
}
