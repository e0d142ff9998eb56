package rulebook

import "math/bits"

// wide is an unsigned 128-bit integer: room for a product of stakes, which pass
// 64 bits, without the allocations of big.Int. Odds of open pools are computed
// with it many times a second; settlements use rationals. Every use states why
// it cannot overflow.
type wide struct{ hi, lo uint64 }

func product(a, b uint64) wide {
	hi, lo := bits.Mul64(a, b)
	return wide{hi, lo}
}

// times returns w·b, which must fit in 128 bits.
func (w wide) times(b uint64) wide {
	hi, lo := bits.Mul64(w.lo, b)
	return wide{hi + w.hi*b, lo}
}

func (w wide) plus(v wide) wide {
	lo, carry := bits.Add64(w.lo, v.lo, 0)
	hi, _ := bits.Add64(w.hi, v.hi, carry)
	return wide{hi, lo}
}

// over returns w/d rounded down. Dividing by one factor after the other rounds
// to the same integer as dividing by their product.
func (w wide) over(d uint64) wide {
	hi := w.hi / d
	lo, _ := bits.Div64(w.hi%d, w.lo, d)
	return wide{hi, lo}
}

func (w wide) atMost(v wide) bool { return w.hi < v.hi || w.hi == v.hi && w.lo <= v.lo }
