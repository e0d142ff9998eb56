package recount

import (
	"fmt"
	"math/big"
)

// Fund is what an answered pool leaves to the funds of its bet, money that was
// added and comes back included, in whole cents: parts of one stay with the
// operator.
func (a *Answer) Fund() int64 { return wholeCents(a.fund) }

// FundOf is the same for one bet of a single pool.
func (a *Answer) FundOf(bet string) int64 { return wholeCents(a.funds[bet]) }

func wholeCents(x *big.Rat) int64 { return floorTo(x, num(1)).Num().Int64() }

// Winnings is what a unit of some cents wins at a dividend of an answer, rounded
// to the cent on its own (II-14).
func Winnings(cents int64, dividend string) (int64, error) {
	d, err := amount(dividend)
	if err != nil {
		return 0, err
	}
	won := nearest(mul(num(cents), d))
	if !won.IsInt64() {
		return 0, fmt.Errorf("%d cents at %s win too much", cents, dividend)
	}
	return won.Int64(), nil
}

// Hundredths is a dividend of an answer in hundredths of a euro for one euro.
func Hundredths(dividend string) (int64, error) {
	d, err := amount(dividend)
	if err != nil {
		return 0, err
	}
	d.Mul(d, big.NewRat(100, 1))
	if !d.IsInt() || !d.Num().IsInt64() {
		return 0, fmt.Errorf("a dividend of %s", dividend)
	}
	return d.Num().Int64(), nil
}

// Received is a stake that its answer transfers, as the pool that takes it over
// counts it (III-9-3-I-b).
func (c *Case) Received(stake Stake) Stake {
	return Stake{Bet: c.Bet, Selection: c.replaced(stake), Cents: stake.Cents}
}
