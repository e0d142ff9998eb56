package tote

import "math/big"

// Accounts say where every cent of a settled pool goes. Stakes, added money and
// top-up on one side equal the sum of the others on the other side.
type Accounts struct {
	Payout      Money // to winners
	Refunds     Money // to bettors whose bets do not count
	Transferred Money // to another pool of the race
	Takeout     Money // deduction on stakes, what the minimum dividends left of it
	Progressive Money // deduction on high dividends
	Breakage    Money // rounding of dividends and of wins
	Booster     Money // kept for later races, or returned to their fund
	TopUp       Money // paid in by the operator when winners get more than there is
}

// Split shares the pool's cents once its bets are refunded and paid one by
// one. refunded and payout are the sums of those integer amounts; everything
// else is derived, so that no cent is lost: the booster is the exact one rounded
// down, and the gross product that remains is progressive deduction,
// breakage beyond the exact take, and takeout.
func (s *Settlement) Split(st Stakes, refunded, payout Money) Accounts {
	a := Accounts{Payout: payout, Refunds: refunded, Transferred: st.Transferred, Booster: floorCents(s.Booster)}
	product := st.Total + st.Added - refunded - st.Transferred - payout - a.Booster
	if product < 0 {
		a.TopUp, product = -product, 0
	}
	a.Progressive = min(floorCents(s.Progressive), product)
	a.Breakage = max(0, product-a.Progressive-floorCents(s.Take))
	a.Takeout = product - a.Progressive - a.Breakage
	return a
}

// Add adds the accounts of another pool.
func (a *Accounts) Add(b *Accounts) {
	a.Payout += b.Payout
	a.Refunds += b.Refunds
	a.Transferred += b.Transferred
	a.Takeout += b.Takeout
	a.Progressive += b.Progressive
	a.Breakage += b.Breakage
	a.Booster += b.Booster
	a.TopUp += b.TopUp
}

// Out returns all that leaves the pool: stakes, added money and top-up together.
func (a Accounts) Out() Money {
	return a.Payout + a.Refunds + a.Transferred + a.Takeout + a.Progressive + a.Breakage + a.Booster
}

func floorCents(r *big.Rat) Money {
	return Money(new(big.Int).Quo(r.Num(), r.Denom()).Int64())
}
