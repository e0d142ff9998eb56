package recount

import (
	"fmt"
	"math/big"
	"strings"
)

// rate is the take of a rank: its bet's, except that the NP ranks of e-Super4
// and the 2 NP rank of e-Trio Ordre take the rate of the bet they resemble when
// that one is treated (IIIb-4-6).
func (s *single) rate(g *group) *big.Rat {
	switch {
	case strings.HasPrefix(g.rank, "E_SUPER_QUATRE_") && s.isTreated("E_TRIO_ORDRE"):
		return s.rates["E_TRIO_ORDRE"]
	case g.rank == "E_TRIO_ORDRE_2NP" && s.isTreated("E_TRIO"):
		return s.rates["E_TRIO"]
	}
	return s.rates[g.bet]
}

// left is 1 - t of a group's rank.
func (s *single) left(g *group) *big.Rat { return sub(num(1), s.rate(g)) }

// played is S' of a bet.
func (s *single) played(bet string) *big.Rat {
	total := new(big.Rat)
	for _, u := range s.units {
		if u.bet == bet && u.fate != refunded {
			total = add(total, u.cents)
		}
	}
	return total
}

// mass is M of a bet, at the bet's own rate.
func (s *single) mass(bet string) *big.Rat {
	return mul(s.played(bet), sub(num(1), s.rates[bet]))
}

// over adds something up over the treated bets.
func (s *single) over(what func(bet string) *big.Rat) *big.Rat {
	total := new(big.Rat)
	for _, bet := range s.treated {
		total = add(total, what(bet))
	}
	return total
}

// weighted is W: net payable stakes times their coefficients, all ranks.
func (s *single) weighted() *big.Rat {
	w := new(big.Rat)
	for _, g := range s.groups {
		w = add(w, mul(g.stake, s.left(g), g.k))
	}
	return w
}

// leastNet is the smallest minimum stake of the bets offered, net of its take.
func (s *single) leastNet() *big.Rat {
	var least, net *big.Rat
	for _, bet := range s.offered {
		r, _ := rulesOf(s.c.Rulebook, bet) // open has read it
		m := num(r.minimum)
		if least == nil || less(m, least) {
			least, net = m, mul(m, sub(num(1), s.rates[bet]))
		}
	}
	return net
}

// mostPublished bounds what is published for 1 €: more than any pool can hold. Only
// a combination that nobody has, tied with one that somebody has, gets there.
var mostPublished = num(10_000_000_000_000)

// money is 11 section 15, steps 6 to 11.
func (s *single) money() (*Answer, error) {
	funds := new(tally)
	procedure := "normal"
	s.ordinary(funds)
	for _, g := range s.groups {
		if g.stake.Sign() > 0 && less(g.net, minimumPay) { // IIIb-4-7
			procedure = "minimum"
		}
	}
	if procedure == "minimum" {
		funds = new(tally)
		s.minimum()
	}
	primes := s.primes(funds)
	payments := new(big.Rat)
	for _, g := range s.groups {
		g.paid = smaller(lifted(g.net), mostPublished)
		payments = add(payments, mul(g.stake, g.paid))
	}
	played := s.over(s.played)
	if less(sub(add(played, primes), payments), mul(tenth, played)) { // II-15, on the title as a whole
		if !s.c.TopUp {
			return s.refundAll(minimumFails)
		}
		procedure = "minimum_topped_up"
	}
	return s.answer(procedure, funds)
}

// ordinary is IIIb-4-6: 1.50 % of each mass to the reserve fund of its bet, the
// rest shared in proportion to weighted stakes.
func (s *single) ordinary(funds *tally) {
	levy := ratio(15, 1000)
	balance := func(bet string) *big.Rat { return mul(sub(num(1), levy), s.mass(bet)) }
	for _, bet := range s.treated {
		funds.add(bet, mul(levy, s.mass(bet)))
	}
	all, w := s.over(balance), s.weighted()
	given, rest := thin(all, w, s.leastNet()) // II-17-II
	for _, bet := range s.treated {
		if all.Sign() > 0 {
			funds.add(bet, div(mul(rest, balance(bet)), all))
		}
	}
	rho := div(given, w)
	for _, g := range s.groups {
		r, _ := rulesOf(s.c.Rulebook, g.bet) // open has read it
		g.gross = progressive(r.scale, mul(rho, g.k))
		g.net = mul(g.gross, s.left(g))
	}
}

// minimum is IIIb-4-7: masses, a net coefficient of 0.8, no fund, no
// progressive deduction.
func (s *single) minimum() {
	stakes := new(big.Rat)
	for _, g := range s.groups {
		stakes = add(stakes, g.stake)
	}
	x := larger(num(0), sub(s.over(s.mass), mul(ratio(8, 10), stakes)))
	each := div(x, s.weighted())
	for _, g := range s.groups {
		g.gross = add(mul(each, g.k), div(ratio(8, 10), s.left(g)))
		g.net = mul(g.gross, s.left(g))
	}
}

// primes adds the announced primes to the main ranks (II-17-II); what is not
// used goes back to the fund. The result is what was used.
func (s *single) primes(funds *tally) *big.Rat {
	total := new(big.Rat)
	for _, bet := range s.offered {
		prime := num(s.c.PrimesCents[bet])
		net := new(big.Rat)
		for _, g := range s.ofRank(bet) {
			net = add(net, mul(g.stake, s.left(g)))
		}
		if net.Sign() == 0 {
			funds.add(bet, prime)
			continue
		}
		r, _ := rulesOf(s.c.Rulebook, bet) // open has read it
		used, rest := thin(prime, s.weighted(), mul(num(r.minimum), sub(num(1), s.rates[bet])))
		funds.add(bet, rest)
		total = add(total, used)
		for _, g := range s.ofRank(bet) {
			g.net = add(g.net, mul(div(used, net), s.left(g)))
		}
	}
	return total
}

// answer writes a computed pool. A rank with stakes has all its combinations.
func (s *single) answer(procedure string, funds *tally) (*Answer, error) {
	a := &Answer{
		ID: s.c.ID, Procedure: procedure, BoosterCents: "0.00", SpecialCase: s.level, Treated: s.treated,
		NetPoolCents: decimal(s.over(s.mass), decimalPlaces), RefundedBets: s.refunds, ReserveFundCents: map[string]string{},
		funds: map[string]*big.Rat{},
	}
	for _, bet := range s.offered {
		a.funds[bet] = funds.of(bet)
		a.ReserveFundCents[bet] = decimal(a.funds[bet], 4)
	}
	stakes := new(tally)
	for _, u := range s.units {
		a.StakesCents += u.cents.Num().Int64()
		sel := Selection{Outcome: u.fate}
		switch u.fate {
		case refunded:
			a.RefundedCents += u.cents.Num().Int64()
		case won:
			stakes.add(u.rank+" "+u.key, u.cents)
			paid := s.paidTo(u)
			sel.Rank, sel.Dividend = u.rank, decimal(paid, decimalPlaces)
			cents := nearest(mul(u.cents, paid))
			if !cents.IsInt64() || a.PayoutCents+cents.Int64() < a.PayoutCents {
				return nil, fmt.Errorf("the payout of pool %q cannot be written", s.c.ID)
			}
			a.PayoutCents += cents.Int64()
		}
		a.Selections = append(a.Selections, sel)
	}
	for _, g := range s.groups {
		if !s.rankBacked(g.rank) {
			continue
		}
		for _, line := range g.lines {
			a.Dividends = append(a.Dividends, Dividend{
				Rank: g.rank, Combination: line, Dividend: decimal(g.paid, decimalPlaces),
				StakeCents: stakes.of(g.rank + " " + line).Num().Int64(), Coefficient: g.k.FloatString(6),
			})
		}
	}
	return a, nil
}

func (s *single) rankBacked(rank string) bool {
	for _, g := range s.ofRank(rank) {
		if g.stake.Sign() > 0 {
			return true
		}
	}
	return false
}

// paidTo is the dividend of the group a winning unit is in.
func (s *single) paidTo(u *singleUnit) *big.Rat {
	for _, g := range s.ofRank(u.rank) {
		if g.pays(u) {
			return g.paid
		}
	}
	panic("recount: a winning unit of no group")
}

// refundAll refunds the race; primes go back to their funds.
func (s *single) refundAll(reason string) (*Answer, error) {
	for _, u := range s.units {
		u.fate = refunded
	}
	s.treated, s.level, s.groups = nil, "", nil
	funds := new(tally)
	for _, bet := range s.offered {
		funds.add(bet, num(s.c.PrimesCents[bet]))
		if s.refunds[bet] == "" {
			s.refunds[bet] = reason
		}
	}
	a, err := s.answer("refund", funds)
	if err != nil {
		return nil, err
	}
	a.RefundAll, a.Reason = true, reason
	return a, nil
}
