package rulebook

import "opentote/tote"

var _ tote.ScratchOdds = (*couple)(nil)

// orderCells is how many ordered pairs MaxHorse numbers make, equal ones included
// to keep the index simple.
const orderCells = int(tote.MaxHorse) * int(tote.MaxHorse)

func orderCell(first, second tote.Horse) int {
	return int(first-1)*int(tote.MaxHorse) + int(second-1)
}

// orderNames holds the combination of each ordered cell.
var orderNames = func() (names [orderCells]string) {
	for a := tote.Horse(1); a <= tote.MaxHorse; a++ {
		for b := tote.Horse(1); b <= tote.MaxHorse; b++ {
			names[orderCell(a, b)] = a.String() + "-" + b.String()
		}
	}
	return names
}()

// Cells has one cell a pair, or one an order of two horses.
func (b *couple) Cells() int {
	if b.kind == coupleOrdre {
		return orderCells
	}
	return pairCells
}

// AddStakes puts stakes on the pairs as they were sold, as for the 2sur4.
func (b *couple) AddStakes(p *tote.Pattern, unit tote.Money, cells []tote.Money) {
	b.AddStakesScratched(p, unit, 0, cells)
}

// AddStakesScratched lets the complement take its place and leaves out the units
// of a field formula whose base is out, as the Card's Count will.
func (b *couple) AddStakesScratched(p *tote.Pattern, unit tote.Money, out tote.HorseSet, cells []tote.Money) {
	if b.kind != coupleOrdre {
		addPairs(p, unit, out, cells)
		return
	}
	replaced, complement := replacement(p, out)
	baseOut := p.Bases() & out
	for u := range ordreShape.All(p) {
		first, second := u[0], u[1]
		switch {
		case complement == 0 || complement == first || complement == second || replaced != first && replaced != second:
			if baseOut == 0 {
				cells[orderCell(first, second)] += unit
			}
		case replaced == first: // the other moves up, the complement is last
			cells[orderCell(second, complement)] += unit
		default:
			cells[orderCell(first, complement)] += unit
		}
	}
}

// Probables computes, for the Gagnant and the Ordre, every first two, and for the
// Placé every first three without dead heat of the horses that still run, by
// the calculation of the final dividends. Low and High are the extremes over the
// finishes whose first two, or two of whose first three, are the pair. What a
// pair would be paid as a substitute is left out.
func (b *couple) Probables(f tote.Field, cells []tote.Money) []tote.Probable {
	w := coupleWalk{bet: b, field: f}
	w.fill(cells)
	var index [tote.MaxHorse][tote.MaxHorse]int
	probables := make([]tote.Probable, 0, w.n*w.n)
	for i := range w.n {
		for j := range w.n {
			if i == j || i > j && b.kind != coupleOrdre {
				continue
			}
			index[i][j] = len(probables)
			probables = append(probables, w.probable(i, j))
		}
	}
	w.walk(nil, func(f *coupleFinish) {
		for k := range f.pairs {
			pair := &f.pairs[k]
			if pair.stakes != 0 {
				widen(&probables[index[pair.i][pair.j]], pair.paid)
			}
		}
	})
	return probables
}

// Estimate reads "if it won" as: some finish without dead heat whose first two, or
// two of whose first three, are one of p's pairs. The return of a finish is the
// sum over all of p's pairs it pays; a finish that refunds the pool returns
// the stakes. low and high are the least and the greatest of these returns, 0 when p
// is not a bet on this field or too few horses are left to run.
func (b *couple) Estimate(p *tote.Pattern, unit tote.Money, f tote.Field, cells []tote.Money) (low, high tote.Money) {
	units, err := b.Units(p, f)
	if err != nil {
		return 0, 0
	}
	with := make([]tote.Money, len(cells))
	copy(with, cells)
	b.AddStakes(p, unit, with)
	own := make([]tote.Money, len(cells))
	b.AddStakes(p, 1, own)
	w := coupleWalk{bet: b, field: f}
	w.fill(with)
	first := true
	held := func(pair *couplePair) tote.Money { return own[w.cell(pair.i, pair.j)] }
	wanted := func(f *coupleFinish) bool {
		for k := range f.pairs {
			if held(&f.pairs[k]) != 0 {
				return true
			}
		}
		return false
	}
	w.walk(wanted, func(f *coupleFinish) {
		sum, refunded := tote.Money(0), true
		for k := range f.pairs {
			pair := &f.pairs[k]
			sum += pair.paid.Pay(unit) * held(pair)
			refunded = refunded && pair.paid == 0
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

// coupleWalk enumerates the finishes of one open pool. Horses are numbered by
// their index among the runners.
type coupleWalk struct {
	bet     *couple
	field   tote.Field
	runners [tote.MaxHorse]tote.Horse
	n       int
	// stakes on two runners: in order, or the same for both.
	stakes [tote.MaxHorse][tote.MaxHorse]tote.Money
	out    [tote.MaxHorse]tote.Money // on a runner and a non-runner
	played tote.Money
}

// coupleFinish is a hypothetical finish and what its pairs are paid: nothing when
// the pool would be refunded.
type coupleFinish struct {
	placed [3]int // the second one, then for a Placé the third
	pairs  []couplePair
}

type couplePair struct {
	i, j   int
	stakes tote.Money
	paid   tote.Dividend
}

func (w *coupleWalk) cell(i, j int) int {
	if w.bet.kind == coupleOrdre {
		return orderCell(w.runners[i], w.runners[j])
	}
	return pairCell(w.runners[i], w.runners[j])
}

func (w *coupleWalk) probable(i, j int) tote.Probable {
	cell := w.cell(i, j)
	if w.bet.kind == coupleOrdre {
		return tote.Probable{Combination: orderNames[cell], Cell: cell}
	}
	return tote.Probable{Combination: pairNames[cell], Cell: cell}
}

// fill reads the cells; pairs of two non-runners are refunded and left out.
func (w *coupleWalk) fill(cells []tote.Money) {
	for h := range w.field.Declared.Without(w.field.NonRunners).All {
		w.runners[w.n] = h
		w.n++
	}
	ordered := w.bet.kind == coupleOrdre
	for i := range w.n {
		for j := range i {
			w.stakes[i][j] = cells[w.cell(i, j)]
			w.stakes[j][i] = cells[w.cell(j, i)]
			w.played += w.stakes[i][j]
			if ordered {
				w.played += w.stakes[j][i]
			}
		}
		h := w.runners[i]
		for g := range w.field.NonRunners.All {
			if ordered {
				w.out[i] += cells[orderCell(h, g)] + cells[orderCell(g, h)]
				continue
			}
			w.out[i] += cells[pairCell(g, h)]
		}
		w.played += w.out[i]
	}
}

// walk visits every finish that wanted accepts (nil accepts all) and on which
// anybody has a stake.
func (w *coupleWalk) walk(wanted func(*coupleFinish) bool, visit func(*coupleFinish)) {
	if w.n < w.bet.ranMin() {
		return
	}
	if w.bet.kind == couplePlace {
		w.walkPlaced(wanted, visit)
		return
	}
	var pairs [1]couplePair
	f := coupleFinish{pairs: pairs[:]}
	for i := range w.n {
		for j := range w.n {
			if i == j || w.stakes[i][j] == 0 {
				continue
			}
			f.placed[0], f.placed[1] = i, j
			pair := &f.pairs[0]
			pair.i, pair.j, pair.stakes = i, j, w.stakes[i][j]
			if i > j && w.bet.kind != coupleOrdre {
				if w.out[i] == w.out[j] {
					continue // whichever wins
				}
				pair.i, pair.j = j, i
			}
			if wanted == nil || wanted(&f) {
				w.payFirstTwo(&f)
				visit(&f)
			}
		}
	}
}

// payFirstTwo computes the one dividend of a finish: its structure is that of the
// 2sur4 (III-3-4-1-II).
func (w *coupleWalk) payFirstTwo(f *coupleFinish) {
	pair, b := &f.pairs[0], w.bet
	if b.quick.usable {
		paid, ok := b.quick.mainDividend(b.shares.main, w.played, pair.stakes, w.out[f.placed[0]])
		if ok || b.neverConstrained {
			pair.paid = 0
			if ok {
				pair.paid = paid
			}
			return
		}
	}
	w.share(f, 2)
}

// share asks the Card for the dividends of a finish of n horses.
func (w *coupleWalk) share(f *coupleFinish, n int) {
	r := tote.Result{Declared: w.field.Declared, NonRunners: w.field.NonRunners}
	for _, i := range f.placed[:n] {
		r.Arrival = append(r.Arrival, []tote.Horse{w.runners[i]})
	}
	card, _ := w.bet.Card(r)
	lines := card.Lines()
	s := tote.Stakes{Total: w.played, OnLine: make([]tote.Money, len(lines))}
	var lineOf [3]int
	for line := range lines {
		for k := range f.pairs {
			pair := &f.pairs[k]
			if lines[line].Combination == w.probable(pair.i, pair.j).Combination {
				s.OnLine[line], lineOf[k] = pair.stakes, line
			}
		}
		for _, i := range f.placed[:n] {
			// The Ordre's second line of a placed horse may stay empty.
			if lines[line].Combination == w.runners[i].String()+"-NP" {
				s.OnLine[line] = w.out[i]
			}
		}
	}
	dividends := card.Share(s).Dividends
	for k := range f.pairs {
		f.pairs[k].paid = dividends[lineOf[k]]
	}
}
