package recount

import (
	"fmt"
	"math/big"
	"strings"
)

// num is a whole number of cents, of horses, of anything.
func num(i int64) *big.Rat { return new(big.Rat).SetInt64(i) }

func ratio(a, b int64) *big.Rat { return big.NewRat(a, b) }

// dec reads a decimal constant of this package.
func dec(s string) *big.Rat {
	x, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(fmt.Sprintf("recount: %q is not a decimal", s))
	}
	return x
}

func add(xs ...*big.Rat) *big.Rat {
	sum := new(big.Rat)
	for _, x := range xs {
		sum.Add(sum, x)
	}
	return sum
}

func sub(a *big.Rat, bs ...*big.Rat) *big.Rat {
	return new(big.Rat).Sub(a, add(bs...))
}

func mul(xs ...*big.Rat) *big.Rat {
	product := num(1)
	for _, x := range xs {
		product.Mul(product, x)
	}
	return product
}

func div(a, b *big.Rat) *big.Rat { return new(big.Rat).Quo(a, b) }

func less(a, b *big.Rat) bool { return a.Cmp(b) < 0 }

func smaller(a, b *big.Rat) *big.Rat {
	if less(b, a) {
		return b
	}
	return a
}

func larger(a, b *big.Rat) *big.Rat {
	if less(a, b) {
		return b
	}
	return a
}

// floorTo is the largest multiple of step not above x.
func floorTo(x, step *big.Rat) *big.Rat {
	q := div(x, step)
	whole := new(big.Int)
	whole.Div(q.Num(), q.Denom()) // Euclidean: downwards, as the denominator is positive
	return mul(new(big.Rat).SetInt(whole), step)
}

// nearest is the nearest whole number, exact halves up (01 AMB-1).
func nearest(x *big.Rat) *big.Int {
	y := floorTo(add(x, ratio(1, 2)), num(1))
	return y.Num()
}

// decimal writes x with at least two decimals, at most places, half up.
func decimal(x *big.Rat, places int) string {
	s := x.FloatString(places)
	dot := strings.IndexByte(s, '.')
	for len(s) > dot+3 && s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	return s
}

// tally adds amounts up under names, and remembers the order of first use.
type tally struct {
	names []string
	sums  map[string]*big.Rat
}

func (t *tally) add(name string, x *big.Rat) {
	if t.sums == nil {
		t.sums = map[string]*big.Rat{}
	}
	if t.sums[name] == nil {
		t.names = append(t.names, name)
		t.sums[name] = new(big.Rat)
	}
	t.sums[name].Add(t.sums[name], x)
}

// of is the sum under a name, zero when there is none.
func (t *tally) of(name string) *big.Rat {
	if x := t.sums[name]; x != nil {
		return x
	}
	return new(big.Rat)
}

func (t *tally) total() *big.Rat {
	sum := new(big.Rat)
	for _, n := range t.names {
		sum.Add(sum, t.sums[n])
	}
	return sum
}
