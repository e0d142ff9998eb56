package rulebook

import (
	"slices"

	"opentote/tote"
)

// OpenSingle is a single pool while it is open: its stakes by unit combination
// and its citations, from which the dividends of any finish follow. It belongs to
// one goroutine. When a horse is scratched, open another one on the new field and
// add every bet again: units are then where the final count will find them.
type OpenSingle struct {
	pool    *SinglePool
	field   tote.Field
	offered PoolBets
	treated PoolBets
	side    int // numbers from 0 to the highest declared
	played  [PoolBetCount]tote.Money
	primes  [PoolBetCount]tote.Money
	cited   Citations
	// stakes by bet, non-runners and the horses left, at index.
	stakes [PoolBetCount][3][]tote.Money
}

// Open returns the pool of a race without bets.
func (p *SinglePool) Open(offered PoolBets, f tote.Field) *OpenSingle {
	o := &OpenSingle{pool: p, field: f, offered: offered}
	for h := range f.Declared.All {
		o.side = int(h) + 1
	}
	ran := f.Declared.Without(f.NonRunners).Slice()
	o.treated, _ = p.Treated(o.result(ran[:min(len(ran), SuperQuatre.horses())]), offered)
	for b := range offered.All {
		for out := range 3 {
			size := 1
			for range b.horses() - out {
				size *= o.side
			}
			o.stakes[b.Index()][out] = make([]tote.Money, size)
		}
	}
	return o
}

// AddPrime announces money of a bet's reserve fund for its main rank (II-17-II).
func (o *OpenSingle) AddPrime(b PoolBet, m tote.Money) { o.primes[b.Index()] += m }

// result is a race that ends with the given horses.
func (o *OpenSingle) result(finish []tote.Horse) tote.Result {
	r := tote.Result{Declared: o.field.Declared, NonRunners: o.field.NonRunners}
	for i := range finish {
		r.Arrival = append(r.Arrival, finish[i:i+1])
	}
	return r
}

// index numbers the orders of some horses; the Trio's are in increasing order.
func (o *OpenSingle) index(horses []tote.Horse) int {
	i := 0
	for _, h := range horses {
		i = i*o.side + int(h)
	}
	return i
}

// Add counts a valid bet on offer at unit cents a combination, negative to take it
// back. It visits the bet's units one by one: a cell of each changes.
func (o *OpenSingle) Add(p *tote.Pattern, unit tote.Money) {
	o.cited.Add(p, unit)
	bet := PoolBet(p.Variant)
	complement := p.Complement
	if o.field.NonRunners.Has(complement) {
		complement = 0
	}
	basesOut := p.Formula == tote.Base && p.Bases()&^o.field.NonRunners == 0
	for named := range poolShapes[bet.Index()].All(p) {
		var room [4]tote.Horse
		ran := room[:0]
		for _, h := range named {
			if !o.field.NonRunners.Has(h) {
				ran = append(ran, h)
			}
		}
		if len(ran) < len(named) && complement != 0 && !slices.Contains(ran, complement) {
			ran = append(ran, complement)
		}
		out := len(named) - len(ran)
		if out > 2 || out > 0 && basesOut {
			continue // refunded
		}
		if !bet.ordered() {
			slices.Sort(ran)
		}
		o.played[bet.Index()] += unit
		o.stakes[bet.Index()][out][o.index(ran)] += unit
	}
}

// Probables returns what each Trio would be paid if the pool closed now, in
// increasing order, leaving out those that hold a non-runner. Low and High
// differ where other bets share the pool: the order of the three and the
// fourth horse decide how much of it they take. They are exact. Cell is the
// Probable's place in the list.
func (o *OpenSingle) Probables() []tote.Probable {
	ran := o.field.Declared.Without(o.field.NonRunners).Slice()
	probables := make([]tote.Probable, 0, tote.Choose(len(ran), 3))
	if !o.treated.Has(Trio) {
		return probables
	}
	t := o.tables()
	for i, a := range ran {
		for j, b := range ran[i+1:] {
			for _, c := range ran[i+j+2:] {
				set := [3]tote.Horse{a, b, c}
				low, high := t.trio(set)
				probables = append(probables, tote.Probable{
					Combination: trioName(set), Cell: len(probables), Low: low, High: high,
				})
			}
		}
	}
	return probables
}

// Favourite is the Probable of a Trio and the stakes on it.
type Favourite struct {
	tote.Probable
	Stakes tote.Money
}

// Favourites returns the Trios that have the most stakes, at most n, in the order
// of their stakes, then of their combinations. They are Probables without a Cell.
func (o *OpenSingle) Favourites(n int) []Favourite {
	if !o.treated.Has(Trio) {
		return nil
	}
	most := make([]int, 0, n+1) // cells
	stakes := o.stakes[Trio.Index()][0]
	for cell, stake := range stakes {
		if stake == 0 || len(most) == n && stake <= stakes[most[n-1]] {
			continue
		}
		at := len(most)
		for at > 0 && stake > stakes[most[at-1]] {
			at--
		}
		most = slices.Insert(most, at, cell)
		most = most[:min(n, len(most))]
	}
	t := o.tables()
	favourites := make([]Favourite, len(most))
	for i, cell := range most {
		set := [3]tote.Horse{tote.Horse(cell / o.side / o.side), tote.Horse(cell / o.side % o.side), tote.Horse(cell % o.side)}
		f := &favourites[i]
		f.Combination, f.Stakes = trioName(set), stakes[cell]
		f.Low, f.High = t.trio(set)
	}
	return favourites
}

func trioName(set [3]tote.Horse) string {
	return set[0].String() + "-" + set[1].String() + "-" + set[2].String()
}

// Quote returns the least and the most that a bet on offer, at unit cents a
// combination, would return if it won with the pool as it is plus this bet. It
// tries every finish that one of the bet's units would win.
func (o *OpenSingle) Quote(p *tote.Pattern, unit tote.Money) (low, high tote.Money) {
	bet := PoolBet(p.Variant)
	o.Add(p, unit)
	defer o.Add(p, -unit)
	if !o.treated.Has(bet) {
		return 0, 0
	}
	t := o.tables()
	least, most := tote.Dividend(0), tote.Dividend(0)
	note := func(d tote.Dividend) {
		if d != 0 && (least == 0 || d < least) {
			least = d
		}
		most = max(most, d)
	}
	for named := range poolShapes[bet.Index()].All(p) {
		finish := [4]tote.Horse{}
		switch copy(finish[:], named); bet {
		case Trio:
			set := [3]tote.Horse(finish[:3])
			slices.Sort(set[:])
			l, h := t.trio(set)
			note(l)
			note(h)
		case TrioOrdre:
			t.fourths(&finish, func() { note(t.dividend(&finish, bet)) })
		case SuperQuatre:
			note(t.dividend(&finish, bet))
		}
	}
	return least.Pay(unit), most.Pay(unit)
}

// oddsTables are an open pool's probabilities at one moment, and the figures that
// all its finishes share.
type oddsTables struct {
	o       *OpenSingle
	odds    *odds
	ran     tote.HorseSet
	outs    int   // most non-runners of a rank that can have stakes
	mass    int64 // of the treated bets, in millionths of a cent
	played  tote.Money
	kept    [PoolBetCount][3]scaled // what the take of a rank leaves
	balance scaled                  // mass less the reserve funds' part
	least   scaled                  // the net minimum stake of II-17-II, in millionths of a cent
	whole   scaled                  // weighted stakes at which every prime is paid whole, likewise
	million scaled                  // millionths in a cent

	scale                     scaledScale
	minimum, perStep, reserve scaled // net dividend, steps in a euro, net coefficient
	first                     PoolBet
}

func (o *OpenSingle) tables() *oddsTables {
	terms := &o.pool.terms
	one, common := int64(tote.One), &terms.Bets[0]
	t := &oddsTables{
		o:       o,
		ran:     o.field.Declared.Without(o.field.NonRunners),
		outs:    min(2, o.field.NonRunners.Len()),
		million: scaledOf(one),
		scale:   scaledScaleOf(common.Scale),
		minimum: ratioOf(int64(common.Minimum), 100),
		perStep: ratioOf(100, int64(common.Step)),
		reserve: ratioOf(int64(common.Coefficient), one),
	}
	t.odds = o.cited.odds(t.ran)
	for b := range o.treated.All {
		if t.first == 0 {
			t.first = b
		}
		for out := range 3 {
			t.kept[b.Index()][out] = ratioOf(one-int64(o.pool.rate(rank{b, out}, o.treated)), one)
		}
		t.mass += int64(o.played[b.Index()]) * (one - int64(terms.Bets[b.Index()].Take))
		t.played += o.played[b.Index()]
		if o.primes[b.Index()] != 0 {
			net := scaledOf(int64(o.pool.MinStake(b)) * (one - int64(terms.Bets[b.Index()].Take)))
			if t.whole.below(net) {
				t.whole = net
			}
		}
	}
	t.balance = scaledOf(t.mass).times(ratioOf(one-int64(terms.Reserve), one))
	least := o.pool.leastBet(o.offered)
	t.least = scaledOf(int64(o.pool.MinStake(least)) * (one - int64(terms.Bets[least.Index()].Take)))
	return t
}

// chance is odds.of in scaled figures.
func (t *oddsTables) chance(order []tote.Horse) scaled {
	p := t.step(order, 0)
	for place := 1; place < len(order); place++ {
		p = p.times(t.step(order, place))
	}
	return p
}

// step is the probability of the horse at a place once those before it are known.
func (t *oddsTables) step(order []tote.Horse, place int) scaled {
	left := t.odds.total[place]
	for _, placed := range order[:place] {
		left -= t.odds.cited[place][placed]
	}
	return ratioOf(t.odds.cited[place][order[place]], left)
}

// fourths completes a finish of three with each fourth horse that can make a
// difference: those that a Super4 bet names there, and any one that none does.
func (t *oddsTables) fourths(finish *[4]tote.Horse, each func()) {
	unbacked := false
	three := tote.SetOf(finish[:3]...)
	for f := range t.ran.Without(three).All {
		finish[3] = f
		if t.o.treated.Has(SuperQuatre) && t.o.stakes[SuperQuatre.Index()][0][t.o.index(finish[:])] != 0 {
			each()
			continue
		}
		if !unbacked {
			unbacked = true
			each()
		}
	}
	if finish[3] == 0 {
		each() // only three horses run
	}
	finish[3] = 0
}
