package rulebook

import "opentote/tote"

var _ tote.ScratchOdds = (*simple)(nil)

// placesMax is the most horses that a Simple pays without a dead heat.
const placesMax = 3

// Cells has one cell a horse: horse h is cell h-1.
func (b *simple) Cells() int { return int(tote.MaxHorse) }

func (b *simple) AddStakes(p *tote.Pattern, unit tote.Money, cells []tote.Money) {
	b.AddStakesScratched(p, unit, 0, cells)
}

// AddStakesScratched leaves out the horses that are refunded (III-1-4).
func (b *simple) AddStakesScratched(p *tote.Pattern, unit tote.Money, out tote.HorseSet, cells []tote.Money) {
	for _, h := range p.Horses[:p.Sizes[0]] {
		if !out.Has(h) {
			cells[h-1] += unit
		}
	}
}

// Probables computes every finish without dead heat of the horses that still
// run, by the calculation of the final dividends. Low and High are the
// extremes over the finishes that would pay.
func (b *simple) Probables(f tote.Field, cells []tote.Money) []tote.Probable {
	runners := f.Declared.Without(f.NonRunners)
	probables := make([]tote.Probable, 0, runners.Len())
	var index [tote.MaxHorse + 1]int
	for h := range runners.All {
		index[h] = len(probables)
		probables = append(probables, tote.Probable{Combination: h.String(), Cell: int(h - 1)})
	}
	b.finishes(f, cells, 0, func(placed []tote.Horse, paid *[placesMax]tote.Dividend) {
		for i, h := range placed {
			widen(&probables[index[h]], paid[i])
		}
	})
	return probables
}

// widen takes a dividend into a probable's range; 0 means that nothing is paid.
func widen(p *tote.Probable, paid tote.Dividend) {
	if paid == 0 {
		return
	}
	if p.Low == 0 || paid < p.Low {
		p.Low = paid
	}
	p.High = max(p.High, paid)
}

// Estimate reads "if it won" as: some finish without dead heat in which at
// least one of p's horses is paid. The return of a finish is the sum over all
// of p's horses it pays; a finish that refunds the pool returns the stakes. low
// and high are the least and the greatest of these returns, 0 when p is not a
// bet on this field or too few horses are left to run.
func (b *simple) Estimate(p *tote.Pattern, unit tote.Money, f tote.Field, cells []tote.Money) (low, high tote.Money) {
	units, err := b.Units(p, f)
	if err != nil {
		return 0, 0
	}
	var with [tote.MaxHorse]tote.Money
	copy(with[:], cells)
	b.AddStakes(p, unit, with[:])
	chosen := tote.SetOf(p.Horses[:p.Sizes[0]]...)
	first := true
	b.finishes(f, with[:], chosen, func(placed []tote.Horse, paid *[placesMax]tote.Dividend) {
		sum, refunded := tote.Money(0), true
		for i, h := range placed {
			refunded = refunded && paid[i] == 0
			if chosen.Has(h) {
				sum += paid[i].Pay(unit)
			}
		}
		if refunded {
			sum = unit * tote.Money(units)
		}
		if first || sum < low {
			low = sum
		}
		high, first = max(high, sum), false
	})
	return low, high
}

// finishes calls visit for every set of horses that a finish without dead heat
// can pay and that holds one of wanted (any, when wanted is empty), with the
// dividend of each: all 0 when the pool would be refunded.
func (b *simple) finishes(f tote.Field, cells []tote.Money, wanted tote.HorseSet, visit func([]tote.Horse, *[placesMax]tote.Dividend)) {
	places, ranMin := b.placesPaid(f.Declared.Len())
	var list [tote.MaxHorse]tote.Horse
	runners, played := list[:0], tote.Money(0)
	for h := range f.Declared.Without(f.NonRunners).All {
		runners = append(runners, h)
		played += cells[h-1]
	}
	if places == 0 || len(runners) < ranMin {
		return
	}
	w := simpleWalk{bet: b, field: f, cells: cells, played: played, wanted: wanted, visit: visit}
	w.walk(runners, places)
}

// simpleWalk enumerates the finishes of one open pool.
type simpleWalk struct {
	bet    *simple
	field  tote.Field
	cells  []tote.Money
	played tote.Money
	wanted tote.HorseSet
	visit  func([]tote.Horse, *[placesMax]tote.Dividend)

	placed [placesMax]tote.Horse
	n      int
	paid   [placesMax]tote.Dividend
}

// walk completes the placed horses with every choice of places of the runners.
func (w *simpleWalk) walk(runners []tote.Horse, places int) {
	if places == 0 {
		placed := w.placed[:w.n]
		if w.wanted != 0 && tote.SetOf(placed...)&w.wanted == 0 {
			return
		}
		w.paid = [placesMax]tote.Dividend{}
		w.bet.dividends(w, placed)
		w.visit(placed, &w.paid)
		return
	}
	for i := 0; i+places <= len(runners); i++ {
		w.placed[w.n] = runners[i]
		w.n++
		w.walk(runners[i+1:], places-1)
		w.n--
	}
}

// dividends fills w.paid for one finish: quickly where quick knows the terms,
// else by the Card itself.
func (b *simple) dividends(w *simpleWalk, placed []tote.Horse) {
	if b.quick.usable {
		b.quickDividends(w, placed)
		return
	}
	r := tote.Result{Declared: w.field.Declared, NonRunners: w.field.NonRunners}
	s := tote.Stakes{Total: w.played}
	for i := range placed {
		r.Arrival = append(r.Arrival, placed[i:i+1])
		s.OnLine = append(s.OnLine, w.cells[placed[i]-1])
	}
	card, reason := b.Card(r)
	if reason == "" {
		copy(w.paid[:], card.Share(s).Dividends)
	}
}

// quickDividends is simpleCard.Share for a finish without dead heat. When the
// gross product cannot bear the lifts the pool is refunded: with a take of the
// margin or more the constrained calculation never pays (02-simple section 7).
func (b *simple) quickDividends(w *simpleWalk, placed []tote.Horse) {
	q := &b.quick
	reserved, backed := tote.Money(0), uint64(0)
	for _, h := range placed {
		if e := w.cells[h-1]; e != 0 {
			reserved += e
			backed++
		}
	}
	x := q.surplus(w.played, reserved)
	pay, booster, anyLifted := uint64(0), wide{}, false
	for i, h := range placed {
		e := w.cells[h-1]
		if e == 0 {
			continue
		}
		d := q.divisor(e)
		paid, lifted := q.publish(q.increment(wide{0, x}, d, backed), d, 1, backed)
		w.paid[i] = tote.Dividend(paid)
		pay += uint64(e) * paid
		booster = booster.plus(product(x, thin(q, e)))
		anyLifted = anyLifted || lifted
	}
	// Without a lift winners and booster get the mass at most, and the take is
	// the margin or more.
	if anyLifted && !q.covers(w.played, pay, booster, backed) {
		w.paid = [placesMax]tote.Dividend{}
	}
}

// thin returns by how much stakes miss the minimum stake.
func thin(q *quick, stakes tote.Money) uint64 { return q.divisor(stakes) - uint64(stakes) }
