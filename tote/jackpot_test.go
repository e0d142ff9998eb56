package tote_test

import (
	"crypto/sha256"
	"encoding/binary"
	"testing"

	"opentote/tote"
)

var table = []tote.Slot{{Tenths: 10_000, Slots: 1}, {Tenths: 1_000, Slots: 5}, {Tenths: 100, Slots: 15}, {Tenths: 50, Slots: 150}, {Tenths: 20, Slots: 6_104}, {Tenths: 10, Slots: 18_725}}

// TestMultipliersCanBeDrawnAgainByHand does a draw with the published recipe alone.
func TestMultipliersCanBeDrawnAgainByHand(t *testing.T) {
	for n := range byte(50) {
		seed := tote.Seed{9, n}
		sum := sha256.Sum256(append(append([]byte("opentote jackpot 1\n"), seed[:]...), 0, 0, 0, 0))
		var want tote.Multipliers
		for i := range 3 {
			slot := binary.BigEndian.Uint64(sum[8*i:]) % 25_000
			for _, below := range []uint64{1, 6, 21, 171, 6_275} {
				if slot >= below {
					want[i]++
				}
			}
		}
		if got := tote.DrawMultipliers(seed, table, 3); got != want {
			t.Errorf("seed %v: %v, want %v", seed, got, want)
		}
	}
}

// TestMultipliersAreFair counts a million draws of fixed seeds: each multiplier comes
// as often as its slots say, within four standard deviations, whichever combination
// of the bet it is drawn for.
func TestMultipliersAreFair(t *testing.T) {
	const bets, units = 250_000, 4
	var met [units][6]int
	for n := range uint32(bets) {
		var seed tote.Seed
		binary.LittleEndian.PutUint32(seed[5:], n)
		drawn := tote.DrawMultipliers(seed, table, units)
		for i := range units {
			met[i][drawn[i]]++
		}
	}
	for k, slot := range table {
		all := 0
		for i := range units {
			want := bets * int(slot.Slots) / 25_000
			all += met[i][k]
			if off := met[i][k] - want; off*off > 16*want {
				t.Errorf("x%d/10 for combination %d: %d times, want about %d", slot.Tenths, i, met[i][k], want)
			}
		}
		want := units * bets * int(slot.Slots) / 25_000
		if off := all - want; off*off > 16*want {
			t.Errorf("x%d/10: %d times, want about %d", slot.Tenths, all, want)
		}
	}
}
