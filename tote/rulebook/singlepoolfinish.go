package rulebook

import (
	"slices"

	"opentote/tote"
)

// trio returns the least and the most that a backed Trio would be paid, over the
// orders of its horses and, where the Super4 shares the pool, the fourth ones.
func (t *oddsTables) trio(set [3]tote.Horse) (low, high tote.Dividend) {
	if t.o.stakes[Trio.Index()][0][t.o.index(set[:])] == 0 {
		return 0, 0
	}
	together := t.together(set)
	once := t.o.treated == PoolBetsOf(Trio) && t.outs == 0
	note := func(d tote.Dividend) {
		if d != 0 && (low == 0 || d < low) {
			low = d
		}
		high = max(high, d)
	}
	for _, order := range sixOrders {
		finish := [4]tote.Horse{set[order[0]], set[order[1]], set[order[2]]}
		f := outcome{t: t}
		f.read(&finish, together)
		t.fourths(&finish, func() { note(f.dividend(&finish, Trio)) })
		if once {
			break // the order changes nothing
		}
	}
	return low, high
}

var sixOrders = [trioOrders][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}

// together is the probability of three horses in any order.
func (t *oddsTables) together(set [3]tote.Horse) (p scaled) {
	for _, order := range sixOrders {
		finish := [3]tote.Horse{set[order[0]], set[order[1]], set[order[2]]}
		p = p.plus(t.chance(finish[:]))
	}
	return p
}

// dividend returns what the winners of a bet's main rank would be paid if the
// race finished so, 0 if nobody wins or all is refunded.
func (t *oddsTables) dividend(finish *[4]tote.Horse, bet PoolBet) tote.Dividend {
	f := outcome{t: t}
	f.read(finish, t.together([3]tote.Horse(finish[:3])))
	return f.dividend(finish, bet)
}

// exact asks the settlement itself, where a figure is too close to call.
func (t *oddsTables) exact(finish *[4]tote.Horse, bet PoolBet) tote.Dividend {
	order := finish[:]
	if finish[3] == 0 {
		order = finish[:3]
	}
	card := t.o.pool.Card(t.o.result(order), t.o.offered)
	s := SingleStakes{OnLine: make([]tote.Money, len(card.lines)), Cited: t.o.cited}
	for i, played := range t.o.played {
		s.Bets[i].Total, s.Bets[i].Prime = played, t.o.primes[i]
	}
	won := -1
	for i, line := range card.payable {
		k := card.groups[line.group].rank
		s.OnLine[i] = t.backing(finish, k)
		if k == (rank{bet, 0}) {
			won = i
		}
	}
	return card.Share(s).Dividends[won]
}

// backing returns the stakes that a finish makes win at a rank.
func (t *oddsTables) backing(finish *[4]tote.Horse, k rank) tote.Money {
	if !t.o.treated.Has(k.bet) {
		return 0
	}
	horses := *finish
	left := horses[:k.bet.horses()-k.out]
	if !k.bet.ordered() {
		slices.Sort(left)
	}
	return t.o.stakes[k.bet.Index()][k.out][t.o.index(left)]
}

// outcome is the nine ranks of a pool under one finish without dead heat.
type outcome struct {
	t     *oddsTables
	ranks [PoolBetCount][3]rankOdds
	three scaled // the probability of the first three
	ref   scaled // that of the reference, where it is not a Super4
}

// rankOdds is a rank's stakes and its coefficient.
type rankOdds struct {
	stake tote.Money
	k     scaled
}

// read takes the stakes and coefficients that the first three horses of a finish
// give (III bis-4-4, 4-5): those of every rank but the main one of the Super4,
// as long as the latter is not the reference.
func (f *outcome) read(finish *[4]tote.Horse, together scaled) {
	t := f.t
	for b := range t.o.treated.All {
		for out := range t.outs + 1 {
			if b != SuperQuatre || out > 0 {
				f.ranks[b.Index()][out].stake = t.backing(finish, rank{b, out})
			}
		}
	}
	f.three = t.chance(finish[:3])
	f.ref = together
	if t.first == TrioOrdre {
		f.ref = f.three
	}
	f.ranks[Trio.Index()][0].k = f.ref.over(together)
	f.ranks[TrioOrdre.Index()][0].k = f.ref.over(f.three)
	if t.outs == 0 {
		return
	}
	one, two := t.chance(finish[:1]), t.chance(finish[:2])
	either := two.plus(t.chance([]tote.Horse{finish[1], finish[0]}))
	for b, chances := range [PoolBetCount][2]scaled{{either, one}, {two, one}, {f.three, two}} {
		f.ranks[b][1].k, f.ranks[b][2].k = f.ref.over(chances[0]), f.ref.over(chances[1])
	}
	trio := &f.ranks[Trio.Index()]
	trio[1].k = lower(trio[1].k, trio[0].k)
	trio[2].k = lower(trio[2].k, trio[1].k)
}

func lower(a, b scaled) scaled {
	if b.below(a) {
		return b
	}
	return a
}

// readFourth completes read with the Super4 that the fourth horse makes win.
func (f *outcome) readFourth(finish *[4]tote.Horse) {
	t := f.t
	if !t.o.treated.Has(SuperQuatre) {
		return
	}
	super := &f.ranks[SuperQuatre.Index()]
	super[0].stake = t.backing(finish, rank{SuperQuatre, 0})
	four := f.three.times(t.step(finish[:], 3))
	if t.first == SuperQuatre {
		// Alone in the pool: every other coefficient changes with it.
		for out, chance := range [3]scaled{four, f.three, t.chance(finish[:2])} {
			super[out].k = four.over(chance)
		}
		return
	}
	super[0].k = f.ref.over(four)
	if t.o.treated.Has(TrioOrdre) {
		most := f.ranks[TrioOrdre.Index()][0].k.times(scaledOf(t.o.pool.terms.Cap))
		super[0].k = lower(super[0].k, most)
	}
}

// dividend is the dividend of a bet's main rank once the fourth horse is known.
func (f *outcome) dividend(finish *[4]tote.Horse, bet PoolBet) tote.Dividend {
	f.readFourth(finish)
	if f.ranks[bet.Index()][0].stake == 0 {
		return 0
	}
	if paid, sure := f.ordinary(bet); sure {
		return paid
	}
	return f.t.exact(finish, bet)
}

// each visits the ranks that have a stake.
func (f *outcome) each(visit func(r *rankOdds, kept scaled, k rank)) {
	for b := range f.t.o.treated.All {
		for out := range f.t.outs + 1 {
			if r := &f.ranks[b.Index()][out]; r.stake != 0 {
				visit(r, f.t.kept[b.Index()][out], rank{b, out})
			}
		}
	}
}

// ordinary is poolShare.ordinary: the dividend of a bet's main rank, and whether
// it is sure.
func (f *outcome) ordinary(bet PoolBet) (paid tote.Dividend, sure bool) {
	t := f.t
	weighted := scaled{}
	f.each(func(r *rankOdds, kept scaled, _ rank) {
		weighted = weighted.plus(scaledOf(int64(r.stake)).times(kept).times(r.k))
	})
	weighted = weighted.times(t.million)
	divisor := weighted
	if weighted.below(t.least) {
		divisor = t.least
	}
	if weighted.below(t.whole) {
		return 0, false // a part of a prime goes back (AMB-15)
	}
	reference := t.balance.over(divisor)
	lifted := false
	out := publication{t: t, sure: true}
	f.each(func(r *rankOdds, kept scaled, k rank) {
		net := t.scale.apply(reference.times(r.k)).times(kept)
		out.sure = out.sure && net.sure(t.minimum)
		lifted = lifted || net.below(t.minimum)
		out.add(net, r.stake, k, bet)
	})
	if lifted && out.sure {
		out = f.minimum(bet, weighted)
	}
	return out.end()
}

// minimum is poolShare.minimum.
func (f *outcome) minimum(bet PoolBet, weighted scaled) publication {
	t := f.t
	surplus := t.mass
	f.each(func(r *rankOdds, _ scaled, _ rank) {
		surplus -= int64(r.stake) * int64(t.o.pool.terms.Bets[0].Coefficient)
	})
	increment := scaledOf(surplus).over(weighted)
	out := publication{t: t, sure: true}
	f.each(func(r *rankOdds, kept scaled, k rank) {
		net := t.reserve.plus(increment.times(r.k).times(kept))
		out.sure = out.sure && net.sure(t.minimum)
		out.add(net, r.stake, k, bet)
	})
	return out
}

// publication rounds rapports and adds up what they pay.
type publication struct {
	t    *oddsTables
	sure bool
	paid tote.Dividend // of the rank asked for
	out  wide          // hundredths of a cent to winners
	in   tote.Money    // primes that are won
}

// add publishes a rank of an outcome that a bet is asked about.
func (p *publication) add(net scaled, stake tote.Money, k rank, asked PoolBet) {
	terms := &p.t.o.pool.terms.Bets[0]
	if prime := p.t.o.primes[k.bet.Index()]; prime != 0 && k.out == 0 {
		net = net.plus(ratioOf(int64(prime), int64(stake)))
		p.in += prime
	}
	steps, sure := net.times(p.t.perStep).floor()
	paid := min(max(terms.Minimum, tote.Dividend(steps)*terms.Step), tote.DividendMax)
	// Below the minimum the rounding does not matter: net.sure says which side.
	p.sure = p.sure && (sure || tote.Dividend(steps)*terms.Step < terms.Minimum)
	p.out = p.out.plus(product(uint64(stake), uint64(paid)))
	if k == (rank{asked, 0}) {
		p.paid = paid
	}
}

// end applies the test of II-15 to the stakes played, primes beside them.
func (p *publication) end() (tote.Dividend, bool) {
	all := product(uint64(p.t.played+p.in), 100) // fits in 64 bits
	if !p.out.atMost(all) {
		return 0, p.sure
	}
	least := product(uint64(p.t.played)*100, uint64(p.t.o.pool.terms.Bets[0].Margin))
	if !least.atMost(product(all.lo-p.out.lo, ppm)) {
		return 0, p.sure
	}
	return p.paid, p.sure
}
