package recount

import (
	"fmt"
	"math/big"
)

// refundAll answers a pool whose every stake goes back, except what left it for
// another pool. Money that was added returns to its fund (04 C-13); the pools of
// chapters 4, 6 and 10 book that return elsewhere, not in booster_cents.
func (p *pool) refundAll(reason string) (*Answer, error) {
	for _, u := range p.units {
		if u.fate != transferred {
			u.fate = refunded
		}
	}
	a, err := p.answer(newReckoning("refund"))
	if err != nil {
		return nil, err
	}
	a.RefundAll, a.Reason, a.fund = true, reason, p.added
	switch p.r.chapter {
	case "tierce", "quarte", "quinte", "pick5":
	default:
		a.BoosterCents = decimal(p.added, decimalPlaces)
	}
	return a, nil
}

// answer writes the fate of every unit. Lines are one a rank and key.
func (p *pool) answer(k *reckoning) (*Answer, error) {
	a := &Answer{
		ID: p.c.ID, Procedure: k.procedure,
		NetPoolCents: decimal(p.mass(), decimalPlaces), BoosterCents: decimal(k.kept, decimalPlaces),
		fund: k.kept,
	}
	var err error
	total := func(x *big.Rat) int64 {
		if !x.IsInt() || !x.Num().IsInt64() {
			err = fmt.Errorf("%s cents cannot be written", x.FloatString(2))
			return 0
		}
		return x.Num().Int64()
	}
	a.StakesCents = total(p.sum(func(*unit) bool { return true }))
	a.RefundedCents = total(p.sum(func(u *unit) bool { return u.fate == refunded }))
	payout := new(big.Rat)
	lines := new(tally)
	for _, u := range p.units {
		s := Selection{Outcome: u.fate}
		if u.fate == won {
			paid := k.paid[u.rank+" "+u.key]
			s.Rank, s.Dividend = u.rank, decimal(paid, decimalPlaces)
			payout.Add(payout, new(big.Rat).SetInt(nearest(mul(u.cents, paid))))
			if lines.sums[u.rank+" "+u.key] == nil {
				a.Dividends = append(a.Dividends, Dividend{Rank: u.rank, Combination: u.key, Dividend: s.Dividend})
			}
			lines.add(u.rank+" "+u.key, u.cents)
		}
		a.Selections = append(a.Selections, s)
	}
	for i, d := range a.Dividends {
		a.Dividends[i].StakeCents = total(lines.of(d.Rank + " " + d.Combination))
	}
	a.PayoutCents = total(payout)
	return a, err
}

// finish is the answer of the reckoning that applies; none is a refund because
// of the minimum rapports.
func (p *pool) finish(k *reckoning) (*Answer, error) {
	if k == nil {
		return p.refundAll(minimumFails)
	}
	return p.answer(k)
}
