package recount

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// Reasons of a refund that only the host's pools know.
const (
	notComputed  = "NOT_COMPUTED"
	exceedsMass  = "PAYMENTS_EXCEED_MASS"
	simpleFirst  = "SIMPLE_GAGNANT_INTERNATIONAL"
	simplePlaced = "SIMPLE_PLACE_INTERNATIONAL"
	trioAbroad   = "TRIO_ORDRE_INTERNATIONAL"
)

// host is the menu of Title III ter with its defaults filled in.
type host struct {
	places, minRunners                    int
	split, placeSplit, unbacked, noWinner string
	step, least, frenchShare              *big.Rat
	stables, topUp                        bool
}

func (c *Case) host() (*host, error) {
	h := Host{}
	if c.Host != nil {
		h = *c.Host
	}
	choose := func(s, byDefault string) string {
		if s == "" {
			return byDefault
		}
		return s
	}
	out := &host{
		places: 3, minRunners: 2, stables: h.Stables, topUp: h.TopUp == nil || *h.TopUp,
		split: choose(h.Split, "mass"), placeSplit: choose(h.PlaceSplit, "by_rank"),
		unbacked: choose(h.Unbacked, "reserve"), noWinner: choose(h.NoWinner, "refund"),
	}
	if h.Places != nil {
		out.places = *h.Places
	}
	if h.MinRunners != nil {
		out.minRunners = *h.MinRunners
	}
	for _, s := range []string{h.Step, h.MinDividend} {
		if s != "" && !decimalForm(s, 2, 2) {
			return nil, fmt.Errorf("host: %q: want euros with at most two decimals", s)
		}
	}
	if whole, _ := strings.CutPrefix(h.FrenchShare, "1"); h.FrenchShare != "" && !isRate(h.FrenchShare) && strings.Trim(whole, ".0") != "" {
		return nil, fmt.Errorf("host: french_share %q", h.FrenchShare)
	}
	var err error
	read := func(s, byDefault string) *big.Rat {
		x, e := amount(choose(s, byDefault))
		if e != nil {
			err = fmt.Errorf("host: %w", e)
		}
		return x
	}
	out.step, out.least, out.frenchShare = read(h.Step, "0.10"), read(h.MinDividend, "1.00"), read(h.FrenchShare, "1")
	if err != nil {
		return nil, err
	}
	return out, out.check(c.Bet)
}

func (h *host) check(bet string) error {
	splits := []string{"mass", "profit"}
	if bet == trioAbroad {
		splits = append(splits, "pro_rata")
	}
	switch {
	case h.places != 2 && h.places != 3:
		return fmt.Errorf("host: %d paid places: want 2 or 3", h.places)
	case !slices.Contains(splits, h.split):
		return fmt.Errorf("host: split %q is not known", h.split)
	case h.placeSplit != "by_rank" && h.placeSplit != "per_horse":
		return fmt.Errorf("host: place_split %q is not known", h.placeSplit)
	case h.unbacked != "reserve" && h.unbacked != "share":
		return fmt.Errorf("host: unbacked %q is not known", h.unbacked)
	case h.noWinner != "refund" && h.noWinner != "reserve":
		return fmt.Errorf("host: no_winner %q is not known", h.noWinner)
	case h.step.Sign() == 0 || less(num(1), h.step):
		return fmt.Errorf("host: step of %s: want 0.01 to 1.00", h.step.FloatString(2))
	case less(num(10), h.least):
		return fmt.Errorf("host: minimum dividend of %s: want 0.00 to 10.00", h.least.FloatString(2))
	case less(num(1), h.frenchShare):
		return fmt.Errorf("host: french_share is above 1")
	case h.minRunners < 0 || h.minRunners > runnersMax:
		return fmt.Errorf("host: min_runners is %d: want 0 to %d", h.minRunners, runnersMax)
	}
	return nil
}

// abroad is a pool that a foreign operator shares out (III ter).
type abroad struct {
	*pool
	h      *host
	finish [][]int // the arrival with stable-mates merged where they are
	parts  *tally  // w of every payable combination, by key
	shared map[string]string
	keys   []string
}

// international is Title III ter.
func (p *pool) international() (*Answer, error) {
	h, err := p.c.host()
	if err != nil {
		return nil, err
	}
	if less(p.take, ratio(10, 100)) || less(ratio(40, 100), p.take) {
		return nil, fmt.Errorf("take rate %s of an international pool: want 0.10 to 0.40", p.take.FloatString(4))
	}
	a := &abroad{pool: p, h: h, finish: p.c.Race.Arrival}
	for _, u := range p.units {
		if u.absent > 0 { // IIIt-2-5, 3-4
			u.fate = refunded
		}
	}
	n := classified(a.finish)
	switch {
	case p.c.off():
		return p.refundAll(raceCancelled)
	case p.c.Race.Status == "not_computed": // IIIt-1-2
		return p.refundAll(notComputed)
	case p.c.ran() < h.minRunners:
		return p.refundAll(tooFewRunners)
	case p.r.horses == 1 && n == 0: // IIIt-2-7-4
		return p.refundAll(nobodyPlaced)
	case p.r.horses > n: // IIIt-3-7-5
		return p.refundAll(tooFewPlaced)
	}
	a.payable()
	return a.settle()
}

// payable finds what pays and its part of the pool.
func (a *abroad) payable() {
	a.parts, a.shared = new(tally), map[string]string{}
	switch {
	case a.c.Bet == simplePlaced:
		a.placed()
	case a.c.Bet == simpleFirst:
		for _, h := range a.finish[0] {
			a.share([]int{h}, a.stable(h))
		}
		a.mates()
	default:
		if a.h.stables {
			a.finish = merged(a.finish, a.c.Race.Stables, a.r.horses)
		}
		for _, o := range strictOrders(a.finish, a.r.horses) {
			a.share(o, a.likeness(o))
		}
	}
	for _, u := range a.units {
		if u.fate == lost && slices.Contains(a.keys, write(u.horses)) {
			u.win(a.c.Bet, write(u.horses))
		}
	}
}

// share gives one more part to the combinations that are paid alike.
func (a *abroad) share(horses []int, like string) {
	a.keys = append(a.keys, write(horses))
	a.shared[write(horses)] = like
	a.parts.add(like, num(1))
}

// stable names the stable of a horse, or the horse alone.
func (a *abroad) stable(horse int) string {
	for i, mates := range a.c.Race.Stables {
		if a.h.stables && slices.Contains(mates, horse) {
			return fmt.Sprintf("stable %d", i)
		}
	}
	return write([]int{horse})
}

// mates pays the horses of a winning stable that took part (IIIt-2-3).
func (a *abroad) mates() {
	for h := 1; h <= a.c.Race.Runners; h++ {
		key := write([]int{h})
		won := a.parts.of(a.stable(h)).Sign() > 0
		if won && !slices.Contains(a.keys, key) && !slices.Contains(a.c.Race.NonRunners, h) {
			a.keys = append(a.keys, key)
			a.shared[key] = a.stable(h)
		}
	}
}

// likeness is the same for permutations that differ only by which mates of a
// stable hold its places (IIIt-3-3).
func (a *abroad) likeness(order []int) string {
	out := ""
	for _, h := range order {
		out += a.stable(h) + "/"
	}
	return out
}

// merged ties neighbouring places when every horse on both is of one stable
// (12 AMB-3).
func merged(arrival, stables [][]int, places int) [][]int {
	var out [][]int
	for _, group := range arrival {
		if n := len(out); n > 0 {
			both := slices.Concat(out[n-1], group)
			if classified(out) < places && slices.ContainsFunc(stables, func(s []int) bool { return holds(s, both) }) {
				out[n-1] = both
				continue
			}
		}
		out = append(out, slices.Clone(group))
	}
	return out
}

// placed is the table of IIIt-2-6-II.
func (a *abroad) placed() {
	if classified(a.finish) < a.h.places || a.h.placeSplit == "per_horse" {
		for _, o := range strictOrders(a.finish, a.h.places) {
			for _, h := range o {
				if !slices.Contains(a.keys, write([]int{h})) {
					a.share([]int{h}, write([]int{h}))
				}
			}
		}
		return
	}
	seats := seatParts(a.finish, a.h.places)
	for _, n := range seats.names {
		a.keys = append(a.keys, n)
		a.shared[n] = n
		a.parts.add(n, seats.of(n))
	}
}

// settle divides the mass (IIIt-2-6, 3-5, 4-5).
func (a *abroad) settle() (*Answer, error) {
	stakes := new(tally) // by likeness
	for _, u := range a.units {
		if u.fate == won {
			stakes.add(a.shared[u.key], u.cents)
		}
	}
	mass := add(a.mass(), a.added)
	if len(stakes.names) == 0 {
		if a.h.noWinner == "refund" {
			return a.refundAll(noWinningStake)
		}
		k := newReckoning("normal")
		k.keep(mul(mass, a.h.frenchShare))
		return a.answer(k)
	}
	k := newReckoning("normal")
	gross := a.rapports(k, mass, stakes)
	for _, u := range a.units {
		if u.fate == won {
			k.paid[u.rank+" "+u.key] = larger(floorTo(gross[a.shared[u.key]], a.h.step), a.h.least)
		}
	}
	// AMB-1: a minimum is a top-up, allowed up to the stakes played.
	most := mass
	if a.h.topUp {
		most = larger(mass, a.played())
	}
	if less(most, a.payments(k)) {
		return a.refundAll(exceedsMass)
	}
	k.kept = mul(k.kept, a.h.frenchShare)
	return a.answer(k)
}

// rapports is the gross rapport of every backed likeness.
func (a *abroad) rapports(k *reckoning, mass *big.Rat, stakes *tally) map[string]*big.Rat {
	out := map[string]*big.Rat{}
	total := stakes.total()
	factor := num(1)
	if a.r.horses > 1 { // IIIt-3-7-4, 4-7-e: thin winners
		factor, _ = thin(num(1), total, a.minimum)
	}
	if a.h.split == "pro_rata" {
		for _, n := range stakes.names {
			out[n] = mul(factor, div(mass, total))
		}
		k.keep(mul(sub(num(1), factor), mass))
		return out
	}
	shared, base := mass, num(0)
	if a.h.split == "profit" && len(a.parts.names) > 1 {
		shared, base = sub(mass, total), num(1)
	}
	parts := a.backedParts(stakes)
	spread := new(big.Rat)
	for _, n := range stakes.names {
		rapport := add(base, div(mul(shared, parts.of(n)), stakes.of(n)))
		out[n] = mul(factor, rapport)
		spread = add(spread, mul(out[n], stakes.of(n)))
	}
	k.keep(larger(num(0), sub(mass, spread))) // a negative profit is nobody's carry-over
	return out
}

// backedParts is w of the backed likenesses: those of the others are spread, or
// left for a carry-over.
func (a *abroad) backedParts(stakes *tally) *tally {
	whole, left := a.parts.total(), new(big.Rat)
	for _, n := range a.parts.names {
		if stakes.of(n).Sign() == 0 {
			left = add(left, a.parts.of(n))
		}
	}
	out := new(tally)
	for _, n := range stakes.names {
		part := a.parts.of(n)
		switch {
		case a.c.Bet == "COUPLE_ORDRE_INTERNATIONAL" || a.h.unbacked == "reserve": // IIIt-3-7-2
		case a.c.Bet == trioAbroad, a.c.Bet == simpleFirst:
			// In the same proportions (4-7-a); Gagnant in equal shares between the
			// other firsts (2-7-1), a stable's two firsts being two of them.
			part = div(mul(part, whole), sub(whole, left))
		default: // in equal shares between the horses backed (2-7-2)
			part = add(part, div(left, num(int64(len(stakes.names)))))
		}
		out.add(n, div(part, whole))
	}
	return out
}
