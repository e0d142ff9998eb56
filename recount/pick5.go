package recount

// pick5 is e-Pick5 (III-10): five of the first five, without order.
func (p *pool) pick5() (*Answer, error) {
	const main, absent = "E_PICK5", "E_PICK5_1NP"
	arrival := p.c.Race.Arrival
	for i, u := range p.units {
		oneBaseOut := len(p.c.Stakes[i].Bases) == 1 && p.c.basesOut(p.c.Stakes[i])
		if u.absent > 1 || u.absent == 1 && oneBaseOut { // III-10-3-I
			u.fate = refunded
		}
	}
	switch {
	case p.c.off():
		return p.refundAll(raceCancelled)
	case p.c.ran() < 6: // III-10-1
		return p.refundAll(tooFewRunners)
	case classified(arrival) < 5: // III-10-7-a
		return p.refundAll(tooFewPlaced)
	}
	var all []payable
	for _, s := range sets(strictOrders(arrival, 5)) {
		all = append(all, payable{horses: s, key: write(s), text: write(s)})
	}
	fours := sets(strictOrders(arrival, 4))
	for _, u := range p.units {
		switch {
		case u.fate != lost:
		case u.absent == 1 && containsSet(fours, u.running):
			u.win(absent, asSet(u.running)+"-NP")
		case u.absent == 0:
			for _, s := range all {
				if asSet(u.horses) == s.key {
					u.win(main, s.text)
				}
			}
		}
	}
	if len(p.at(main).names)+len(p.at(absent).names) == 0 { // III-10-7-b
		k := newReckoning("normal")
		k.keep(add(p.mass(), p.added))
		return p.answer(k)
	}
	return p.finish(p.conclude(p.pick5Ordinary(all, main, absent), func() *reckoning {
		return p.constrainedOrdre(all, main, []string{absent}) // III-10-5
	}))
}

// pick5Ordinary is III-10-4.
func (p *pool) pick5Ordinary(all []payable, main, absent string) *reckoning {
	stakes, np := p.at(main), p.at(absent)
	both := add(stakes.total(), np.total())
	x, procedure, possible := p.surplus(both)
	if !possible {
		return nil
	}
	k := newReckoning(procedure)
	common, rest := p.increment(mul(dec(p.r.shares[1]), x), both)
	k.keep(rest)
	for _, n := range np.names {
		k.pay(absent, n, p.net(common))
	}
	part := div(mul(dec(p.r.shares[0]), x), num(int64(len(all))))
	for _, s := range all {
		own := p.shareOut(k, part, stakes.of(s.text)) // an unbacked quintet leaves its part
		if stakes.of(s.text).Sign() > 0 {
			k.pay(main, s.text, p.net(common, own))
		}
	}
	return k
}
