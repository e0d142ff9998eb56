package rulebook

import (
	"math/bits"

	"opentote/tote"
)

// ends returns the lower and the higher horse of a pair.
func ends(pair tote.HorseSet) (low, high tote.Horse) {
	return tote.Horse(bits.TrailingZeros64(uint64(pair))), tote.Horse(63 - bits.LeadingZeros64(uint64(pair)))
}

// pairCells is how many pairs MaxHorse runners make.
const pairCells = int(tote.MaxHorse) * int(tote.MaxHorse-1) / 2

// pairCell numbers the pairs 1-2, 1-3, 2-3, 1-4 ... from 0; a and b differ.
func pairCell(a, b tote.Horse) int {
	if a > b {
		a, b = b, a
	}
	return int(b-1)*int(b-2)/2 + int(a-1)
}

// pairNames holds the combination of each cell, so that a board recomputed
// every second does not format them again.
var pairNames = func() (names [pairCells]string) {
	for b := tote.Horse(2); b <= tote.MaxHorse; b++ {
		for a := tote.Horse(1); a < b; a++ {
			names[pairCell(a, b)] = a.String() + "-" + b.String()
		}
	}
	return names
}()
