package tote

import (
	"math/bits"
	"strconv"
)

// Horse is a runner's number on the official list, from 1 to MaxHorse. Zero
// means "none".
type Horse uint8

// MaxHorse is the highest runner number the system takes. The largest fields
// the operator sells have forty runners.
const MaxHorse Horse = 40

// Valid reports whether h can stand on an official list.
func (h Horse) Valid() bool { return h >= 1 && h <= MaxHorse }

func (h Horse) String() string { return strconv.Itoa(int(h)) }

// HorseSet is a set of runners, one bit a number: horse h is bit h.
type HorseSet uint64

// SetOf returns the set of the given horses.
func SetOf(horses ...Horse) HorseSet {
	var s HorseSet
	for _, h := range horses {
		s |= 1 << h
	}
	return s
}

// Numbered returns the set {1 .. n}.
func Numbered(n int) HorseSet { return (HorseSet(1)<<(n+1) - 1) &^ 1 }

// Has reports whether h is in the set.
func (s HorseSet) Has(h Horse) bool { return s>>h&1 == 1 }

// With returns the set with h added.
func (s HorseSet) With(h Horse) HorseSet { return s | 1<<h }

// Without returns the set with the members of t removed.
func (s HorseSet) Without(t HorseSet) HorseSet { return s &^ t }

// Len returns the number of horses in the set.
func (s HorseSet) Len() int { return bits.OnesCount64(uint64(s)) }

// Valid reports whether every member is a possible runner.
func (s HorseSet) Valid() bool { return s&1 == 0 && s>>(MaxHorse+1) == 0 }

// All yields the members in increasing order.
func (s HorseSet) All(yield func(Horse) bool) {
	for s != 0 {
		h := Horse(bits.TrailingZeros64(uint64(s)))
		if !yield(h) {
			return
		}
		s &= s - 1
	}
}

// Slice returns the members in increasing order.
func (s HorseSet) Slice() []Horse {
	horses := make([]Horse, 0, s.Len())
	for h := range s.All {
		horses = append(horses, h)
	}
	return horses
}
