package tote

import (
	"fmt"
	"math/big"
)

// Money is an amount in euro cents. Ledgers may hold negative amounts; stakes
// may not.
type Money int64

// MaxStake bounds one stake and one pool alike: ten billion euros. Every sum
// of stakes that passes CheckedAdd stays far from the limits of int64, so the
// arithmetic behind it needs no further checks.
const MaxStake Money = 1_000_000_000_000

// String writes the amount in euros with two decimals: "-12.05".
func (m Money) String() string {
	sign := ""
	u := uint64(m)
	if m < 0 {
		sign, u = "-", -u
	}
	return fmt.Sprintf("%s%d.%02d", sign, u/100, u%100)
}

// Rat returns the amount in cents as an exact rational.
func (m Money) Rat() *big.Rat { return new(big.Rat).SetInt64(int64(m)) }

// Times returns n times the amount and whether the product is a possible
// stake: neither operand negative, the product at most MaxStake.
func (m Money) Times(n int) (Money, bool) {
	if m < 0 || n < 0 {
		return 0, false
	}
	if n != 0 && m > MaxStake/Money(n) {
		return 0, false
	}
	return m * Money(n), true
}

// CheckedAdd returns a+b and whether the sum is a possible stake.
func CheckedAdd(a, b Money) (Money, bool) {
	if a < 0 || b < 0 || a > MaxStake-b {
		return 0, false
	}
	return a + b, true
}

// Dividend is what one euro staked is paid, in hundredths of a euro: 4.30 is
// 430. Dividends exist as exact rationals until the rulebook rounds them; this
// type holds only the rounded, published figure.
type Dividend int64

// DividendMax bounds a dividend: the largest pool on a stake of one cent pays a
// tenth of it. Only a combination that nobody holds can come to more, where
// difficulty coefficients multiply next to nothing.
const DividendMax Dividend = 1_000_000_000_000_000

// String writes the dividend with two decimals: "4.30".
func (d Dividend) String() string { return Money(d).String() }

// Pay returns the win of a stake at this dividend, to the nearest cent, exact
// halves up (II-14 as read in AMB-1). The stake must not be negative.
func (d Dividend) Pay(stake Money) Money {
	// A dividend never passes a pool's size, a stake never MaxStake; the
	// product of the two can pass int64, hence the division by parts.
	whole, part := stake/100, stake%100
	return whole*Money(d) + (part*Money(d)+50)/100
}
