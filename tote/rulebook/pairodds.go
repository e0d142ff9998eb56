package rulebook

import "opentote/tote"

var _ tote.ScratchOdds = (*deuxSurQuatrePair)(nil)

// Cells has one cell a pair.
func (b *deuxSurQuatrePair) Cells() int { return pairCells }

// AddStakes puts stakes on the pairs as they were sold. Once a horse of an open
// pool is out they show at the non-runner rank, complement horses and scratched
// bases unheeded: AddStakesScratched is exact.
func (b *deuxSurQuatrePair) AddStakes(p *tote.Pattern, unit tote.Money, cells []tote.Money) {
	b.AddStakesScratched(p, unit, 0, cells)
}

// AddStakesScratched lets the complement take its place and leaves out the units
// of a field formula whose base is out, as pairCard.Count will.
func (b *deuxSurQuatrePair) AddStakesScratched(p *tote.Pattern, unit tote.Money, out tote.HorseSet, cells []tote.Money) {
	addPairs(p, unit, out, cells)
}

// addPairs adds the units of an unordered bet of two horses as pairLines.Count
// will find them once the horses of out are non-runners.
func addPairs(p *tote.Pattern, unit tote.Money, out tote.HorseSet, cells []tote.Money) {
	replaced, complement := replacement(p, out)
	add := func(g, h tote.Horse) {
		baseOut := p.Formula == tote.Base && out.Has(g)
		if complement != 0 && complement != g && complement != h {
			switch replaced {
			case g:
				g, baseOut = complement, false
			case h:
				h = complement
			}
		}
		if !baseOut {
			cells[pairCell(g, h)] += unit
		}
	}
	chosen := p.Horses[:p.Sizes[0]]
	if p.Formula == tote.Base {
		for h := range p.Associates().All {
			add(chosen[0], h)
		}
		return
	}
	for i, h := range chosen {
		for _, g := range chosen[:i] {
			add(g, h)
		}
	}
}

// Probables computes every first four without dead heat of the horses that
// still run, by the calculation of the final dividends. Low and High are the
// extremes over the finishes in which the pair wins and the pool pays.
func (b *deuxSurQuatrePair) Probables(f tote.Field, cells []tote.Money) []tote.Probable {
	w := pairWalk{bet: b, field: f}
	w.fill(cells)
	n := w.n
	probables := make([]tote.Probable, 0, n*(n-1)/2)
	var index [tote.MaxHorse][tote.MaxHorse]int
	for i := range n {
		for j := i + 1; j < n; j++ {
			index[i][j] = len(probables)
			cell := pairCell(w.runners[i], w.runners[j])
			probables = append(probables, tote.Probable{Combination: pairNames[cell], Cell: cell})
		}
	}
	w.walk(func(four *[placesTop]int, paid tote.Dividend) {
		for i, x := range four {
			for _, y := range four[i+1:] {
				if w.stakes[x][y] != 0 {
					widen(&probables[index[x][y]], paid)
				}
			}
		}
	}, nil)
	return probables
}

// Estimate reads "if it won" as: some first four without dead heat that holds
// at least one of p's pairs. The return of a finish is the sum over all of p's
// pairs it holds; a finish that refunds the pool returns the stakes. low and
// high are the least and the greatest of these returns, 0 when p is not a bet
// on this field or too few horses are left to run.
func (b *deuxSurQuatrePair) Estimate(p *tote.Pattern, unit tote.Money, f tote.Field, cells []tote.Money) (low, high tote.Money) {
	units, err := b.Units(p, f)
	if err != nil {
		return 0, 0
	}
	var with [pairCells]tote.Money
	copy(with[:], cells)
	b.AddStakes(p, unit, with[:])
	w := pairWalk{bet: b, field: f}
	w.fill(with[:])
	won, first := 0, true
	holds := func(four *[placesTop]int) bool {
		won = w.wonBy(p, four)
		return won > 0
	}
	w.walk(func(_ *[placesTop]int, paid tote.Dividend) {
		sum := paid.Pay(unit) * tote.Money(won)
		if paid == 0 {
			sum = unit * tote.Money(units)
		}
		if first || sum < low {
			low = sum
		}
		high, first = max(high, sum), false
	}, holds)
	return low, high
}

// pairWalk enumerates the first fours of one open pool. Horses are numbered by
// their index among the runners.
type pairWalk struct {
	bet     *deuxSurQuatrePair
	field   tote.Field
	runners [tote.MaxHorse]tote.Horse
	n       int
	stakes  [tote.MaxHorse][tote.MaxHorse]tote.Money // on two runners, above the diagonal
	out     [tote.MaxHorse]tote.Money                // on a runner and a non-runner
	played  tote.Money
}

// fill reads the cells; pairs of two non-runners are refunded and left out.
func (w *pairWalk) fill(cells []tote.Money) {
	for h := range w.field.Declared.Without(w.field.NonRunners).All {
		for i, g := range w.runners[:w.n] {
			w.stakes[i][w.n] = cells[pairCell(g, h)]
			w.played += w.stakes[i][w.n]
		}
		for g := range w.field.NonRunners.All {
			w.out[w.n] += cells[pairCell(g, h)]
		}
		w.played += w.out[w.n]
		w.runners[w.n] = h
		w.n++
	}
}

// wonBy returns how many of p's pairs the four hold.
func (w *pairWalk) wonBy(p *tote.Pattern, four *[placesTop]int) int {
	set := tote.HorseSet(0)
	for _, i := range four {
		set = set.With(w.runners[i])
	}
	if p.Formula == tote.Base {
		if !set.Has(p.Horses[0]) {
			return 0
		}
		return (set & p.Associates()).Len()
	}
	k := 0
	for _, h := range p.Horses[:p.Sizes[0]] {
		if set.Has(h) {
			k++
		}
	}
	return k * (k - 1) / 2
}

// walk visits every four that wanted accepts (nil accepts all) and that anybody
// backs, with the main dividend, 0 when the pool would be refunded.
func (w *pairWalk) walk(visit func(*[placesTop]int, tote.Dividend), wanted func(*[placesTop]int) bool) {
	const ranMin = 5
	if w.n < ranMin {
		return
	}
	var four [placesTop]int
	s := &w.stakes
	for a := range w.n {
		for b := a + 1; b < w.n; b++ {
			for c := b + 1; c < w.n; c++ {
				won := s[a][b] + s[a][c] + s[b][c]
				out := w.out[a] + w.out[b] + w.out[c]
				for d := c + 1; d < w.n; d++ {
					four = [placesTop]int{a, b, c, d}
					if wanted != nil && !wanted(&four) {
						continue
					}
					if e := won + s[a][d] + s[b][d] + s[c][d]; e != 0 {
						visit(&four, w.dividend(&four, e, out+w.out[d]))
					}
				}
			}
		}
	}
}

// dividend returns the main dividend of a finish on whose pairs won cents are,
// and out cents on its horses with a non-runner.
func (w *pairWalk) dividend(four *[placesTop]int, won, out tote.Money) tote.Dividend {
	if w.bet.quick.usable {
		if paid, ok := w.bet.quickDividend(w.played, won, out); ok {
			return paid
		}
	}
	return w.shared(four, won, out)
}

// shared asks the Card.
func (w *pairWalk) shared(four *[placesTop]int, won, out tote.Money) tote.Dividend {
	r := tote.Result{Declared: w.field.Declared, NonRunners: w.field.NonRunners}
	for _, i := range four {
		r.Arrival = append(r.Arrival, []tote.Horse{w.runners[i]})
	}
	card, _ := w.bet.Card(r)
	// All lines of a rank share one dividend: put its stakes on the first.
	s := tote.Stakes{Total: w.played, OnLine: make([]tote.Money, len(card.Lines()))}
	s.OnLine[0] = won
	if w.field.NonRunners != 0 {
		s.OnLine[len(s.OnLine)-1] = out
	}
	return card.Share(s).Dividends[0]
}

// quickDividend is pairCard.Share's main dividend where somebody holds a winning
// pair and the ordinary dividends can be paid; ok is false where the constrained
// calculation must decide.
func (b *deuxSurQuatrePair) quickDividend(played, won, out tote.Money) (paid tote.Dividend, ok bool) {
	return b.quick.mainDividend(b.main, played, won, out)
}

// mainDividend returns the dividend of one main rank and one rank of non-runners
// that share the surplus: main goes to the stakes won alone, the rest to those
// and to the stakes out.
func (q *quick) mainDividend(share tote.Rate, played, won, out tote.Money) (paid tote.Dividend, ok bool) {
	const parts = uint64(percents)
	main := uint64(share / percent)
	x := q.surplus(played, won+out)
	shareA, shareB := product(x, main), product(x, parts-main)
	dA, dB := q.divisor(won), q.divisor(won+out)
	n := q.increment(shareB, dB, parts)
	p := q.increment(shareA, dA, parts)
	var net wide
	d2 := uint64(1)
	if dA == dB {
		net = n.plus(p)
	} else {
		net, d2 = n.times(dA).plus(p.times(dB)), dB
	}
	high, lifted := q.publish(net, dA, d2, parts)
	pay := uint64(won) * high
	if out != 0 {
		low, lowLifted := q.publish(n, dB, 1, parts)
		pay += uint64(out) * low
		lifted = lifted || lowLifted
	}
	if !lifted {
		return tote.Dividend(high), true
	}
	booster := shareA.times(dA - uint64(won)).plus(shareB.times(dB - uint64(won+out)))
	return tote.Dividend(high), q.covers(played, pay, booster, parts)
}
