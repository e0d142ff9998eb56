package tote

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
)

// Seed makes a draw: with it and what is journaled anybody can do the draw again.
// It must be unpredictable, and never the bettor's to choose.
type Seed [16]byte

// stream is the endless sequence of numbers that a seed makes for one purpose:
// SHA-256 of the purpose, the seed and a counter of 32 bits, most significant byte
// first, read as four numbers of 64 bits.
type stream struct {
	purpose string
	seed    Seed
	blocks  uint32
	block   [sha256.Size]byte
	used    int
}

func newStream(purpose string, seed Seed) *stream {
	return &stream{purpose: purpose, seed: seed, used: sha256.Size}
}

func (s *stream) next() uint64 {
	if s.used == len(s.block) {
		in := append([]byte(s.purpose), s.seed[:]...)
		s.block = sha256.Sum256(binary.BigEndian.AppendUint32(in, s.blocks))
		s.blocks++
		s.used = 0
	}
	s.used += 8
	return binary.BigEndian.Uint64(s.block[s.used-8:])
}

// below returns a number from 0 to n-1, each as likely as the others: numbers of
// the last, incomplete run of n are passed over.
func (s *stream) below(n uint64) uint64 {
	const all = math.MaxUint64
	limit := all - (all%n+1)%n // the last number of the last whole run
	for {
		if x := s.next(); x <= limit {
			return x % n
		}
	}
}

// spotPurpose separates this draw from others of the same seed.
const spotPurpose = "opentote spot 1\n"

// DrawHorses draws n horses of a set one after the other, each with a chance in
// proportion to its stakes among those left: the rulebook does not say how a Spot
// is weighted (II-11). Where none of those left is backed they are equally likely.
// Fewer are returned when the set has no more.
func DrawHorses(seed Seed, from HorseSet, b *Backing, n int) []Horse {
	numbers := newStream(spotPurpose, seed)
	drawn := make([]Horse, 0, n)
	for from != 0 && len(drawn) < n {
		var total uint64
		for h := range from.All {
			total += uint64(b[h])
		}
		weight := func(h Horse) uint64 { return uint64(b[h]) }
		if total == 0 {
			total = uint64(from.Len())
			weight = func(Horse) uint64 { return 1 }
		}
		at := numbers.below(total)
		for h := range from.All {
			w := weight(h)
			if at < w {
				drawn = append(drawn, h)
				from = from.Without(SetOf(h))
				break
			}
			at -= w
		}
	}
	return drawn
}

// SpotPattern returns the pattern of a Spot before its draw: horses that the bettor
// names, none or some, and how many the system is to draw behind them. It makes
// one combination or, with Combined, every combination of all the horses.
func SpotPattern(f Formula, drawn int, named ...Horse) Pattern {
	p := flat(f, named)
	if drawn < 0 || drawn > MaxNumbers-int(p.Sizes[0]) {
		return Pattern{}
	}
	p.Flags |= Spot
	p.Sizes[1] = uint8(drawn)
	return p
}

// Draw makes a bet of a Spot before its draw: it adds as many horses as Sizes[1]
// says, none of them a non-runner, and a complement horse with complement (II-9-II,
// II-11). The error is a *PatternError; whether the horses make a bet is for Units
// to say.
func (p *Pattern) Draw(seed Seed, complement bool, f Field, b *Backing) error {
	named, n := int(p.Sizes[0]), int(p.Sizes[1])
	switch {
	case p.Flags&Spot == 0 || p.Formula != Unit && p.Formula != Combined || n == 0 || !onlyZeros(p.Sizes[2:]):
		return &PatternError{Code: BadFormula}
	case named+n > MaxNumbers:
		return &PatternError{Code: TooManyHorses}
	case p.Complement != 0:
		return &PatternError{Code: BadComplement, Horse: p.Complement}
	}
	if err := checkHorses(p.Horses[:named], f); err != nil {
		return err
	}
	from := f.Declared.Without(f.NonRunners).Without(SetOf(p.Horses[:named]...))
	drawn := DrawHorses(seed, from, b, n+1)
	if len(drawn) < n {
		return &PatternError{Code: TooFewHorses}
	}
	copy(p.Horses[named:], drawn[:n])
	p.Sizes[0], p.Sizes[1] = uint8(named+n), 0
	if complement && len(drawn) > n {
		p.Complement = drawn[n]
	}
	return nil
}

// Undrawn returns a Spot as it was before its draw of n horses.
func (p Pattern) Undrawn(n int) Pattern {
	all := int(p.Sizes[0])
	n = min(n, all)
	clear(p.Horses[all-n : all])
	p.Sizes[0], p.Sizes[1], p.Complement = uint8(all-n), uint8(n), 0
	return p
}
