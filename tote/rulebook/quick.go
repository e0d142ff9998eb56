package rulebook

import "opentote/tote"

// quick computes the dividends of an open pool in 128-bit integers, exactly as
// a Card's Share does in rationals: an outcome takes a tenth of a microsecond
// instead of ten, and a board has thousands. A property test holds the two equal.
// It knows terms with a coefficient of one, rates in whole percent and a take
// of the margin or more; usable says whether the terms are such.
//
// Bounds: stakes and their sums stay under 2^40 cents (tote.MaxStake), minimum
// stakes under 2^20, so that no product below passes 2^118.
type quick struct {
	kept     uint64 // 1 - t, parts per million
	margin   uint64 // parts per million
	minStake uint64
	minimum  uint64 // hundredths
	step     uint64 // hundredths
	brackets []quickBracket
	usable   bool
}

// quickBracket is a bracket of the progressive deduction: gross rapports up to
// upTo euros (0: no bound) leave kept percent, but not less than floor
// hundredths of a euro.
type quickBracket struct{ upTo, kept, floor uint64 }

// percents is the denominator of the deduction's rates.
const percents = 100

// ppm is the denominator of shares, kept parts and margins.
const ppm = uint64(tote.One)

func quickTerms(t tote.Terms) quick {
	q := quick{
		kept:     uint64(tote.One - t.Take),
		margin:   uint64(t.Margin),
		minStake: uint64(t.MinStake),
		minimum:  uint64(t.Minimum),
		step:     uint64(t.Step),
	}
	q.usable = t.Coefficient == tote.One && t.Take >= t.Margin && t.MinStake < 1<<20 && t.Step > 0 && 100%t.Step == 0
	scale := t.Scale
	if len(scale) == 0 {
		scale = tote.Scale{{}}
	}
	floor := uint64(0)
	for _, b := range scale {
		q.usable = q.usable && b.Rate%percent == 0 && b.UpTo <= 1000
		kept := uint64((tote.One - b.Rate) / percent)
		q.brackets = append(q.brackets, quickBracket{upTo: uint64(b.UpTo), kept: kept, floor: floor})
		floor = uint64(b.UpTo) * kept
	}
	return q
}

// surplus returns X in millionths of a cent, 0 where the take is cut (9.2).
// With one network and a coefficient of one it is never impossible.
func (q *quick) surplus(played, reserved tote.Money) uint64 {
	mass, out := uint64(played)*q.kept, uint64(reserved)*ppm
	return mass - min(out, mass)
}

// divisor applies the thin winners' rule (II-17-I).
func (q *quick) divisor(stakes tote.Money) uint64 { return max(uint64(stakes), q.minStake) }

// increment divides share/parts millionths of a cent among d cents and deducts
// progressively. It returns the numerator of the net increment of one euro
// whose denominator is d·parts·ppm·percents.
func (q *quick) increment(share wide, d, parts uint64) wide {
	perGross := product(d, q.kept).times(parts)
	for _, b := range q.brackets {
		if b.upTo != 0 && !share.atMost(perGross.times(b.upTo)) {
			continue
		}
		left, floor := share.times(b.kept), perGross.times(b.floor)
		if left.atMost(floor) {
			return floor
		}
		return left
	}
	return share.times(percents)
}

// publish rounds 1 + increments down to the step; the increments come as a
// numerator over d1·d2·parts·ppm·percents. lifted reports a rapport below the
// minimum, raised to it.
func (q *quick) publish(increments wide, d1, d2, parts uint64) (paid uint64, lifted bool) {
	steps := increments.times(100 / q.step).over(d1).over(d2).over(parts * ppm * percents)
	paid = steps.lo*q.step + 100
	if paid < q.minimum {
		return q.minimum, true
	}
	return paid, false
}

// covers is the test of II-15: pay hundredths of a cent go to winners, and
// booster/(parts·ppm·minStake) cents are kept.
func (q *quick) covers(played tote.Money, pay uint64, booster wide, parts uint64) bool {
	all := uint64(played) * 100
	if pay > all {
		return false
	}
	unit := parts * q.minStake
	least := product(all, q.margin).times(unit).plus(booster.times(100))
	return least.atMost(product(all-pay, ppm).times(unit))
}
