package tote

import "math/big"

// Slot is a multiplier of the Jackpot service and how many of its equally likely
// slots bear it (II-11 ter).
type Slot struct {
	Tenths uint32 // the multiplier: 15 is x1.5
	Slots  uint32
}

// JackpotUnitsMax is how many combinations a bet with the service has at most: the
// pairs of four horses (III-5-3.1).
const JackpotUnitsMax = 6

// Multipliers are what was drawn for a bet, one a combination: positions in the
// table of slots that was announced.
type Multipliers [JackpotUnitsMax]uint8

// jackpotPurpose separates this draw from others of the same seed.
const jackpotPurpose = "opentote jackpot 1\n"

// DrawMultipliers draws a slot for each of the first units of a bet, each time with
// all slots equally likely, and returns which multipliers they bear. The table has
// a slot.
func DrawMultipliers(seed Seed, table []Slot, units int) (drawn Multipliers) {
	var all uint64
	for _, s := range table {
		all += uint64(s.Slots)
	}
	numbers := newStream(jackpotPurpose, seed)
	for i := range drawn[:units] {
		at := numbers.below(all)
		for at >= uint64(table[drawn[i]].Slots) {
			at -= uint64(table[drawn[i]].Slots)
			drawn[i]++
		}
	}
	return drawn
}

// PayTimes is Pay with a multiplier: the product of the three is rounded once.
func (d Dividend) PayTimes(stake Money, tenths uint32) Money {
	win := new(big.Int).Mul(big.NewInt(int64(stake)), big.NewInt(int64(d)))
	win.Mul(win, big.NewInt(int64(tenths)))
	win.Add(win, big.NewInt(500))
	return Money(win.Quo(win, big.NewInt(1000)).Int64())
}
