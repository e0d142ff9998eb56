package rulebook

import (
	"math/bits"

	"opentote/tote"
)

// walkPlaced visits the finishes of a Placé: every three runners, and with seven
// declared or fewer, where the third has no part of the 1 NP rank, each of them as
// the third.
func (w *coupleWalk) walkPlaced(wanted func(*coupleFinish) bool, visit func(*coupleFinish)) {
	thirds := 3
	if w.bet.placedTop(w.field.Declared.Len()) == 3 {
		thirds = 1
	}
	var pairs [3]couplePair
	f := coupleFinish{pairs: pairs[:]}
	for a := range w.n {
		for b := a + 1; b < w.n; b++ {
			for c := b + 1; c < w.n; c++ {
				f.pairs[0] = couplePair{i: a, j: b, stakes: w.stakes[a][b]}
				f.pairs[1] = couplePair{i: a, j: c, stakes: w.stakes[a][c]}
				f.pairs[2] = couplePair{i: b, j: c, stakes: w.stakes[b][c]}
				if f.pairs[0].stakes+f.pairs[1].stakes+f.pairs[2].stakes == 0 || wanted != nil && !wanted(&f) {
					continue
				}
				f.placed = [3]int{a, b, c}
				for range thirds {
					w.payFirstThree(&f, thirds == 1)
					visit(&f)
					f.placed = [3]int{f.placed[1], f.placed[2], f.placed[0]}
				}
			}
		}
	}
}

// payFirstThree computes the three dividends of a finish.
func (w *coupleWalk) payFirstThree(f *coupleFinish, thirdPays bool) {
	b := w.bet
	if b.quick.usable && w.quickThree(f, thirdPays) {
		return
	}
	w.share(f, 3)
}

// placeParts is the denominator of the Placé's shares: a hundredth of the surplus
// in up to three equal parts.
const placeParts = 6 * uint64(percents)

// quickThree is coupleCard.Share for a finish without dead heat: done is false where
// the constrained calculation may decide, or where the sum of three increments is
// too near a step to be told from their approximations.
//
// Bounds: an increment's numerator stays under 2^88, its value under 2^33 euros.
func (w *coupleWalk) quickThree(f *coupleFinish, thirdPays bool) (done bool) {
	q, main := &w.bet.quick, uint64(w.bet.shares.main/percent)
	var of [tote.MaxHorse]fixed // by horse, of the three
	divisors := [3]tote.Money{}
	paying, backed := 3, uint64(0)
	if !thirdPays {
		paying = 2
	}
	reserved, horses := tote.Money(0), uint64(0)
	for k := range f.pairs {
		if f.pairs[k].stakes != 0 {
			reserved += f.pairs[k].stakes
			backed++
		}
	}
	for n, h := range f.placed[:paying] {
		divisors[n] = w.out[h]
		reserved += w.out[h]
		for k := range f.pairs {
			if f.pairs[k].i == h || f.pairs[k].j == h {
				divisors[n] += f.pairs[k].stakes
			}
		}
		if divisors[n] != 0 {
			horses++
		}
	}
	x := q.surplus(w.played, reserved)
	var pay coupledPay
	for n, h := range f.placed[:paying] {
		if divisors[n] == 0 {
			continue
		}
		of[h] = pay.divide(q, product(x, (percents-main)*(6/horses)), divisors[n])
		if e := w.out[h]; e != 0 && !pay.publish(q, e, of[h], nil) {
			return false
		}
	}
	for k := range f.pairs {
		pair := &f.pairs[k]
		if pair.paid = 0; pair.stakes == 0 {
			continue
		}
		own := pay.divide(q, product(x, main*(6/backed)), pair.stakes)
		if !pay.publish(q, pair.stakes, own.plus(of[pair.i]).plus(of[pair.j]), &pair.paid) {
			return false
		}
	}
	// Without a lift winners and booster get the mass at most, and the take is
	// the margin or more.
	if !pay.lifted || q.covers(w.played, pay.sum, pay.booster, placeParts) {
		return true
	}
	for k := range f.pairs {
		f.pairs[k].paid = 0
	}
	return w.bet.neverConstrained
}

// coupledPay adds up what a finish pays and keeps.
type coupledPay struct {
	sum     uint64 // hundredths of a cent
	booster wide   // over placeParts·ppm·minStake
	lifted  bool
}

// divide returns the increment of a division of share, over placeParts, among the
// stakes.
func (p *coupledPay) divide(q *quick, share wide, stakes tote.Money) fixed {
	p.booster = p.booster.plus(share.times(thin(q, stakes)))
	d := q.divisor(stakes)
	return fixedOf(q.increment(share, d, placeParts), d, placeParts*ppm*percents)
}

// publish rounds one euro and the increments to the dividend of the stakes, and
// reports whether their approximations allow it.
func (p *coupledPay) publish(q *quick, stakes tote.Money, increments fixed, paid *tote.Dividend) bool {
	steps, sure := increments.steps(100 / q.step)
	if !sure {
		return false
	}
	d := steps*q.step + 100
	if d < q.minimum {
		d, p.lifted = q.minimum, true
	}
	p.sum += uint64(stakes) * d
	if paid != nil {
		*paid = tote.Dividend(d)
	}
	return true
}

// fixed approximates a sum of increments from below, in 2^-fixedBits euros: the
// sum is value where terms is 0, else less than value + terms.
type fixed struct {
	value uint64
	terms uint64 // that were rounded
}

// fixedBits leaves the sum of three increments, times the steps in a euro, in 64
// bits.
const fixedBits = 24

// fixedOf returns the quotient of n by a·b, where n is under 2^104.
func fixedOf(n wide, a, b uint64) fixed {
	n = wide{n.hi<<fixedBits | n.lo>>(64-fixedBits), n.lo << fixedBits}
	quotient := n.over(a).over(b)
	f := fixed{value: quotient.lo}
	if back := quotient.times(a).times(b); back != n {
		f.terms = 1
	}
	return f
}

func (f fixed) plus(g fixed) fixed { return fixed{f.value + g.value, f.terms + g.terms} }

// steps returns the sum in whole steps, of which perEuro make a euro, and
// whether no multiple of the step lies between the bounds of the sum.
func (f fixed) steps(perEuro uint64) (steps uint64, sure bool) {
	hi, lo := bits.Mul64(f.value, perEuro)
	low := wide{hi, lo}
	high := low
	if f.terms > 0 {
		high = low.plus(wide{0, f.terms*perEuro - 1})
	}
	steps = low.over(1 << fixedBits).lo
	return steps, high.over(1<<fixedBits).lo == steps
}
