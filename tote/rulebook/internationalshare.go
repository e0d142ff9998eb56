package rulebook

import (
	"math/big"

	"opentote/tote"
)

// hostPool is an international pool being shared.
type hostPool struct {
	host   *Host
	groups []hostGroup
	parts  []*big.Rat   // of each group, once unbacked ones dropped out
	backed []tote.Money // stakes of each group
	won    tote.Money
	mass   *big.Rat
	carry  *big.Rat
}

// Share computes the dividends by the host's method (Title III ter). The French
// part of what is carried over is the settlement's booster.
func (c *hostCard) Share(s tote.Stakes) tote.Settlement {
	pool := c.bet.terms.Open(s, new(big.Rat))
	h := &hostPool{host: &c.bet.host, groups: c.groups, mass: pool.Surplus, carry: new(big.Rat)}
	for _, g := range c.groups {
		stakes := stakesOn(g.lines, s.OnLine)
		h.backed = append(h.backed, stakes)
		h.parts = append(h.parts, new(big.Rat).Set(g.part))
		h.won += stakes
	}
	paid := make([]tote.Dividend, len(c.lines))
	switch {
	case h.won == 0 && !h.host.CarryOver:
		return tote.RefundWhole(tote.NoWinningStake, len(c.lines), s)
	case h.won == 0:
		h.carry.Set(h.mass)
	default:
		h.dropUnbacked(c.bet)
		for i, rapport := range h.rapports(c.bet) {
			for _, line := range c.groups[i].lines {
				if rapport != nil && s.OnLine[line] != 0 {
					paid[line] = max(c.bet.terms.Round(rapport), h.host.Minimum)
				}
			}
			h.noteDivision(s.Working, c.bet, i, rapport)
		}
	}
	if !h.pays(paid, s) {
		return tote.RefundWhole(PaymentsExceedMass, len(c.lines), s)
	}
	pool.Keep(h.carry.Mul(h.carry, h.host.French.Rat()))
	return pool.Settlement(paid, s.OnLine)
}

// dropUnbacked moves the parts of the groups nobody backs. A Gagnant's firsts
// and a Placé's horses have equal shares of them, a Trio Ordre's permutations share
// in proportion, if the host shares at all; a Couplé Ordre always carries over
// (IIIt-2-7, IIIt-3-7-2, IIIt-4-7-a).
func (h *hostPool) dropUnbacked(b *international) {
	if b.kind.paid == 2 && b.kind.shape.Ordered || !h.host.Share || h.host.Split == SplitProRata {
		return
	}
	free, left, backed := new(big.Rat), new(big.Rat), int64(0)
	for i, stakes := range h.backed {
		if stakes == 0 {
			free.Add(free, h.parts[i])
			h.parts[i] = new(big.Rat)
			continue
		}
		left.Add(left, h.parts[i])
		backed++
	}
	for i, part := range h.parts {
		switch {
		case h.backed[i] == 0:
		case b.place:
			part.Add(part, new(big.Rat).Quo(free, big.NewRat(backed, 1)))
		default: // equal by horse: a group's part is its number of firsts
			part.Quo(part, left)
		}
	}
}

// rapports returns the gross rapport of each group, nil for those nobody backs,
// and adds to the carry-over the parts that stay unbacked and what thin winners
// leave. Of a negative profit an unbacked part is a debt, which what thin winners
// leave pays first: the carry-over and the rapports never exceed the mass.
func (h *hostPool) rapports(b *international) []*big.Rat {
	base, amount := new(big.Rat), new(big.Rat).Set(h.mass)
	if h.host.Split == SplitProfit {
		base.SetInt64(1)
		amount.Sub(amount, h.won.Rat())
	}
	rapports := make([]*big.Rat, len(h.parts))
	for i, part := range h.parts {
		share := new(big.Rat).Mul(amount, part)
		switch {
		case h.backed[i] == 0 && h.host.Split != SplitProRata:
			h.carry.Add(h.carry, share)
		case h.backed[i] == 0:
		case h.host.Split == SplitProRata:
			rapports[i] = new(big.Rat).Quo(h.mass, h.won.Rat())
		default:
			rapports[i] = share.Quo(share, h.backed[i].Rat())
			rapports[i].Add(rapports[i], base)
		}
	}
	if b.kind.shape.Ordered && h.won < b.terms.MinStake {
		h.thin(rapports, b.terms.MinStake)
	}
	if h.carry.Sign() < 0 {
		h.carry.SetInt64(0) // a negative profit leaves nothing to carry over
	}
	return rapports
}

// thin cuts the rapports of an ordered bet whose winners have less than the
// minimum stake together (IIIt-3-7-4, IIIt-4-7-e).
func (h *hostPool) thin(rapports []*big.Rat, minStake tote.Money) {
	kept := big.NewRat(int64(h.won), int64(minStake))
	for i, rapport := range rapports {
		if rapport == nil {
			continue
		}
		whole := new(big.Rat).Set(rapport)
		rapport.Mul(rapport, kept)
		whole.Sub(whole, rapport)
		h.carry.Add(h.carry, whole.Mul(whole, h.backed[i].Rat()))
	}
}

// pays reports whether the mass bears the payments, or the operator tops them up:
// at most to the stakes played (AMB-1).
func (h *hostPool) pays(paid []tote.Dividend, s tote.Stakes) bool {
	sum := new(big.Int)
	for i, d := range paid {
		pay := big.NewInt(int64(s.OnLine[i]))
		sum.Add(sum, pay.Mul(pay, big.NewInt(int64(d))))
	}
	payments := new(big.Rat).SetFrac(sum, big.NewInt(100))
	passed := payments.Cmp(h.mass) <= 0 || h.host.TopUp && payments.Cmp((s.Total-s.Refunded).Rat()) <= 0
	s.Working.Note(&HostPayments{Payments: payments, Mass: h.mass, Played: s.Total - s.Refunded, TopUp: h.host.TopUp, Passed: passed})
	return passed
}
