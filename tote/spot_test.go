package tote_test

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"opentote/tote"
)

// TestADrawCanBeDoneAgainByHand does a draw with the published recipe alone: the
// first numbers of SHA-256 of the purpose, the seed and a counter, each taken modulo
// the stakes of the horses that are left.
func TestADrawCanBeDoneAgainByHand(t *testing.T) {
	seed := tote.Seed{1, 2, 3}
	b := tote.Backing{2: 10_00, 5: 60_00, 9: 30_00}
	sum := sha256.Sum256(append(append([]byte("opentote spot 1\n"), seed[:]...), 0, 0, 0, 0))
	var want []tote.Horse
	left, total := []tote.Horse{2, 5, 9}, uint64(100_00)
	for i := range 3 {
		at := binary.BigEndian.Uint64(sum[8*i:]) % total
		for j, h := range left {
			if at < uint64(b[h]) {
				want = append(want, h)
				left = slices.Delete(left, j, j+1)
				total -= uint64(b[h])
				break
			}
			at -= uint64(b[h])
		}
	}
	// The three backed ones go before 7, which nobody backs.
	if got := tote.DrawHorses(seed, tote.SetOf(2, 5, 7, 9), &b, 9); !slices.Equal(got, append(want, 7)) {
		t.Errorf("got %v, want %v and then 7", got, want)
	}
}

// TestDrawsAreInProportion: over many seeds horses come first in proportion to
// their stakes, and second in proportion among those left; without stakes all are
// alike. The seeds are fixed, so are the counts; four standard deviations.
func TestDrawsAreInProportion(t *testing.T) {
	const n = 40_000
	backed := tote.Backing{1: 100, 2: 200, 3: 300, 4: 400}
	for _, tt := range []struct {
		name    string
		backing tote.Backing
		order   []tote.Horse
		chance  int // that this is the order, in millionths
	}{
		{"the favourite first", backed, []tote.Horse{4}, 400_000},
		{"the outsider first", backed, []tote.Horse{1}, 100_000},
		{"4 then 3", backed, []tote.Horse{4, 3}, 400_000 * 3 / 6},
		{"1 then 2 then 3", backed, []tote.Horse{1, 2, 3}, 100_000 * 2 / 9 * 3 / 7},
		{"nobody backed", tote.Backing{}, []tote.Horse{2}, 250_000},
		{"nobody backed, 2 then 4", tote.Backing{}, []tote.Horse{2, 4}, 83_333},
	} {
		met := 0
		for i := range n {
			var seed tote.Seed
			binary.BigEndian.PutUint32(seed[3:], uint32(i))
			if slices.Equal(tote.DrawHorses(seed, tote.Numbered(4), &tt.backing, len(tt.order)), tt.order) {
				met++
			}
		}
		want := n * tt.chance / 1_000_000
		if off := met - want; off*off > 16*want {
			t.Errorf("%s: %d of %d draws, want about %d", tt.name, met, n, want)
		}
	}
}

// TestDrawnPatterns: a draw keeps the horses named, adds as many as asked for, all
// different and none of them out, and can be taken back to what was asked.
func TestDrawnPatterns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		field := tote.Field{Declared: tote.Numbered(12)}
		for _, h := range rapid.SliceOfNDistinct(rapid.IntRange(1, 12), 0, 4, rapid.ID).Draw(t, "out") {
			field.NonRunners = field.NonRunners.With(tote.Horse(h))
		}
		var b tote.Backing
		for h := range field.Declared.All {
			b[h] = tote.Money(rapid.IntRange(0, 3).Draw(t, "stakes"))
		}
		var named []tote.Horse
		for _, h := range rapid.SliceOfNDistinct(rapid.IntRange(1, 12), 0, 5, rapid.ID).Draw(t, "named") {
			named = append(named, tote.Horse(h))
		}
		n, complement := rapid.IntRange(0, 8).Draw(t, "drawn"), rapid.Bool().Draw(t, "complement")
		asked := tote.SpotPattern(tote.Combined, n, named...)
		p := asked
		seed := tote.Seed{byte(rapid.IntRange(0, 255).Draw(t, "seed"))}
		left := field.Declared.Without(field.NonRunners).Without(tote.SetOf(named...)).Len()
		out := field.NonRunners&tote.SetOf(named...) != 0
		if err := p.Draw(seed, complement, field, &b); err != nil {
			if n > 0 && n <= left && !out {
				t.Fatalf("%d of %d drawn: %v", n, left, err)
			}
			return
		}
		horses := p.Group(0)
		all := tote.SetOf(horses...)
		if n == 0 || out || !slices.Equal(horses[:len(named)], named) || len(horses) != len(named)+n || all.Len() != len(horses) || all&field.NonRunners != 0 {
			t.Fatalf("%v and %d more: %v without %v", named, n, horses, field.NonRunners)
		}
		if c := p.Complement; (c != 0) != (complement && left > n) || all.Has(c) || field.NonRunners.Has(c) {
			t.Fatalf("complement %d of %v", c, horses)
		}
		if p.Undrawn(n) != asked {
			t.Fatalf("undrawn: %+v, asked %+v", p.Undrawn(n), asked)
		}
		again := asked
		if again.Draw(seed, complement, field, &b) != nil || again != p {
			t.Fatal("the same draw twice differs")
		}
	})
}
