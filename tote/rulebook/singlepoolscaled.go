package rulebook

import (
	"math/bits"

	"opentote/tote"
)

// scaled is a positive number of 64 significant bits, m·2^e with the highest bit
// of m set, or zero. Operations round towards zero and lose less than one part in
// 2^62. Coefficients of an open pool are products of many ratios, far beyond what
// integers hold and a hundred times too slow as rationals; with scaled a figure
// either is known to be the exact one or says that it is too close to call.
type scaled struct {
	m uint64
	e int
}

// slack is the error that figures are taken to carry, in units of m: some
// thousand operations' worth.
const slack = 1 << 12

func scaledOf(n int64) scaled {
	if n <= 0 {
		return scaled{}
	}
	shift := bits.LeadingZeros64(uint64(n))
	return scaled{uint64(n) << shift, -shift}
}

func (x scaled) times(y scaled) scaled {
	hi, lo := bits.Mul64(x.m, y.m)
	if hi == 0 {
		return scaled{}
	}
	e := x.e + y.e + 64
	if hi>>63 == 0 {
		hi, e = hi<<1|lo>>63, e-1
	}
	return scaled{hi, e}
}

// over returns x/y; y is not zero.
func (x scaled) over(y scaled) scaled {
	if x.m == 0 {
		return x
	}
	// x.m/2 is below 2^63 and y.m is not: the quotient fits.
	q, _ := bits.Div64(x.m>>1, x.m<<63, y.m)
	e := x.e - y.e - 63
	if q>>63 == 0 {
		q, e = q<<1, e-1
	}
	return scaled{q, e}
}

func (x scaled) plus(y scaled) scaled {
	if x.m == 0 || y.m != 0 && y.e > x.e {
		x, y = y, x
	}
	if y.m == 0 || x.e-y.e > 63 {
		return x
	}
	sum, carry := bits.Add64(x.m, y.m>>(x.e-y.e), 0)
	if carry != 0 {
		return scaled{sum>>1 | 1<<63, x.e + 1}
	}
	return scaled{sum, x.e}
}

func (x scaled) below(y scaled) bool {
	if x.m == 0 || y.m == 0 || x.e == y.e {
		return x.m < y.m
	}
	return x.e < y.e
}

// sure reports whether x and y differ by more than their errors.
func (x scaled) sure(y scaled) bool {
	if y.below(x) {
		x, y = y, x
	}
	return x.m == 0 || x.plus(scaled{x.m | 1, x.e - 50}).below(y)
}

// floor returns the integer part, and whether it is sure.
func (x scaled) floor() (n int64, sure bool) {
	switch {
	case x.m == 0:
		return 0, true
	case x.e <= -64:
		return 0, x.e < -64 || x.m < ^uint64(slack)
	case x.e > -14:
		return 0, false // no room for errors in the fraction
	}
	part := x.m << (64 + x.e) >> (64 + x.e)
	return int64(x.m >> -x.e), part > slack && part < 1<<-x.e-slack
}

// ratioOf returns n/d.
func ratioOf(n, d int64) scaled { return scaledOf(n).over(scaledOf(d)) }

// scaledScale is a progressive deduction ready for scaled figures.
type scaledScale []struct{ bound, kept, floor scaled }

func scaledScaleOf(s tote.Scale) (out scaledScale) {
	floor := scaled{}
	for _, b := range s {
		kept, bound := ratioOf(int64(tote.One-b.Rate), int64(tote.One)), scaledOf(b.UpTo)
		out = append(out, struct{ bound, kept, floor scaled }{bound, kept, floor})
		floor = bound.times(kept)
	}
	return out
}

// apply is tote.Scale.Apply. On which side of a bound a figure falls needs no
// care: the deduction is continuous.
func (s scaledScale) apply(gross scaled) scaled {
	for i := range s {
		b := &s[i]
		if b.bound.m != 0 && b.bound.below(gross) {
			continue
		}
		if left := gross.times(b.kept); b.floor.below(left) {
			return left
		}
		return b.floor
	}
	return gross
}
