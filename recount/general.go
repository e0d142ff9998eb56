package recount

import (
	"math/big"
	"slices"
)

// What a unit may end as.
const (
	lost        = "lost"
	won         = "won"
	refunded    = "refunded"
	transferred = "transferred" // e-Quinté+ units that play in e-Quarté Plus
)

// Reasons of a whole refund (01 section 15, 12 and FORMAT.md).
const (
	raceCancelled  = "RACE_CANCELLED"
	tooFewRunners  = "TOO_FEW_RUNNERS"
	nobodyPlaced   = "NO_HORSE_CLASSIFIED"
	tooFewPlaced   = "TOO_FEW_CLASSIFIED"
	noWinningStake = "NO_WINNING_STAKE"
	minimumFails   = "MINIMUM_DIVIDEND"
	notOffered     = "BET_NOT_OFFERED"
)

// unit is a stake on its way: its horses after the complement horse, and its
// fate. Units that won are paid what their rank and key are paid.
type unit struct {
	horses  []int // in the bettor's order
	running []int // those of them that took part, same order
	absent  int   // non-runners left
	cents   *big.Rat
	fate    string
	rank    string
	key     string // the combination as it is published
}

func (u *unit) win(rank, key string) { u.fate, u.rank, u.key = won, rank, key }

// pool is one bet of one race.
type pool struct {
	c       *Case
	r       rules
	take    *big.Rat // t
	minimum *big.Rat // m, in cents
	reserve *big.Rat // c_n
	added   *big.Rat // booster money added to the mass
	units   []*unit
}

func newPool(c *Case) (*pool, error) {
	r, err := rulesOf(c.Rulebook, c.Bet)
	if err != nil {
		return nil, err
	}
	p := &pool{c: c, r: r, minimum: num(r.minimum), added: num(c.ReserveCents), reserve: num(0)}
	if r.reserve != "" {
		p.reserve = dec(r.reserve)
	}
	rate := c.TakeRate
	if rate == "" {
		rate = r.rate
	}
	if p.take, err = amount(rate); err != nil {
		return nil, err
	}
	for _, s := range c.Stakes {
		u := &unit{horses: c.replaced(s), cents: num(s.Cents), fate: lost}
		u.running = u.horses
		if u.absent = c.nonRunnersIn(u.horses); u.absent > 0 {
			u.running = without(u.horses, c.Race.NonRunners)
		}
		p.units = append(p.units, u)
	}
	return p, nil
}

// replaced is the unit after the complement horse (II-9-II): it takes the place
// of the first named non-runner and goes last; not when it is a non-runner or
// already in the unit.
func (c *Case) replaced(s Stake) []int {
	out := slices.Clip(s.Selection)
	if s.Complement == 0 || slices.Contains(c.Race.NonRunners, s.Complement) || slices.Contains(out, s.Complement) {
		return out
	}
	for i, h := range out {
		if slices.Contains(c.Race.NonRunners, h) {
			return append(slices.Concat(out[:i], out[i+1:]), s.Complement)
		}
	}
	return out
}

// basesOut reports whether a unit comes from a field formula all of whose bases
// are non-runners.
func (c *Case) basesOut(s Stake) bool {
	return len(s.Bases) > 0 && holds(c.Race.NonRunners, s.Bases)
}

// ran is how many horses took part; a faller did (02 section 1).
func (c *Case) ran() int { return c.Race.Runners - len(c.Race.NonRunners) }

// off reports that the race was not run, or run another day (II-4).
func (c *Case) off() bool {
	return c.Race.Status == "cancelled" || c.Race.Status == "rerun_other_day"
}

// sum adds up the stakes of the units that a test accepts.
func (p *pool) sum(accept func(*unit) bool) *big.Rat {
	total := new(big.Rat)
	for _, u := range p.units {
		if accept(u) {
			total.Add(total, u.cents)
		}
	}
	return total
}

// played is S': stakes less those refunded, less those that left (01 section 9).
func (p *pool) played() *big.Rat {
	return p.sum(func(u *unit) bool { return u.fate == lost || u.fate == won })
}

// mass is M = (1-t)·S'.
func (p *pool) mass() *big.Rat { return mul(p.kept(), p.played()) }

// kept is 1-t.
func (p *pool) kept() *big.Rat { return sub(num(1), p.take) }

// at tallies the winning stakes of a rank by key.
func (p *pool) at(rank string) *tally {
	t := new(tally)
	for _, u := range p.units {
		if u.fate == won && u.rank == rank {
			t.add(u.key, u.cents)
		}
	}
	return t
}

// scales of the progressive deduction (II-16): upper bounds of the gross
// rapport for 0, 10, 15 and 20 %; above the last it is 25 %.
var scales = map[int][]int64{
	2: {50, 100, 200, 500},
	3: {20, 50, 100, 200},
	4: {10, 25, 50, 100},
	5: {10, 20, 30, 50},
}

// progressive is P(g): the bracket's rate on the whole rapport, but never below
// the highest result of the bracket before (01 section 10).
func progressive(scale int, g *big.Rat) *big.Rat {
	rates := []*big.Rat{num(0), ratio(10, 100), ratio(15, 100), ratio(20, 100), ratio(25, 100)}
	bounds := scales[scale]
	switch scale {
	case 0:
		return g
	case 1:
		bounds, rates = []int64{500}, []*big.Rat{num(0), ratio(25, 100)}
	}
	floor := new(big.Rat)
	for i, bound := range bounds {
		rest := sub(num(1), rates[i])
		if g.Cmp(num(bound)) <= 0 {
			return larger(floor, mul(g, rest))
		}
		floor = mul(num(bound), rest)
	}
	return larger(floor, mul(g, sub(num(1), rates[len(bounds)])))
}

// thin splits a share between what the winners get and what is kept when their
// stakes are below the minimum (II-17-I).
func thin(share, stake, minimum *big.Rat) (given, rest *big.Rat) {
	if share.Sign() <= 0 || !less(stake, minimum) {
		return share, num(0)
	}
	given = div(mul(share, stake), minimum)
	return given, sub(share, given)
}

// increment is P(share/net stakes), and what a thin winner leaves.
func (p *pool) increment(share, stake *big.Rat) (gross, rest *big.Rat) {
	given, rest := thin(share, stake, p.minimum)
	return progressive(p.r.scale, div(given, mul(p.kept(), stake))), rest
}

// net is (1-t)·(c_g + increments) with c_g = c_n/(1-t) (01 section 12.1).
func (p *pool) net(increments ...*big.Rat) *big.Rat {
	return mul(p.kept(), add(append(increments, div(p.reserve, p.kept()))...))
}

var (
	tenth      = ratio(1, 10)
	minimumPay = ratio(110, 100)
)

// lifted rounds a net rapport down to 0.10, 1.10 at least (01 section 12.1).
func lifted(net *big.Rat) *big.Rat {
	return larger(floorTo(net, tenth), minimumPay)
}

// surplus is what is left of the mass when every winner has his stake back. A
// negative one cuts the take if the take is enough (01 section 9.2).
func (p *pool) surplus(held *big.Rat) (x *big.Rat, procedure string, possible bool) {
	x = sub(add(p.mass(), p.added), held)
	if x.Sign() >= 0 {
		return x, "normal", true
	}
	if add(x, mul(p.take, p.played())).Sign() >= 0 {
		return num(0), "deduction_reduced", true
	}
	return x, "", false
}

// reckoning is one way of computing a pool: rapports as paid, by rank and key.
type reckoning struct {
	procedure string
	paid      map[string]*big.Rat
	net       map[string]*big.Rat // the same before rounding and lift
	kept      *big.Rat            // money of this race that is not distributed
	short     bool                // a rapport is below 1.10 before its lift
	levy      *big.Rat            // e-Quinté+: what the reserve fund takes, nil is none
}

func newReckoning(procedure string) *reckoning {
	return &reckoning{procedure: procedure, paid: map[string]*big.Rat{}, net: map[string]*big.Rat{}, kept: new(big.Rat)}
}

func (k *reckoning) keep(x *big.Rat) { k.kept = add(k.kept, x) }

// pay records a net rapport, rounded and lifted.
func (k *reckoning) pay(rank, key string, net *big.Rat) {
	if less(net, minimumPay) {
		k.short = true
	}
	k.net[rank+" "+key], k.paid[rank+" "+key] = net, lifted(net)
}

// payments is what the winners get, before rounding to cents.
func (p *pool) payments(k *reckoning) *big.Rat {
	total := new(big.Rat)
	for _, u := range p.units {
		if u.fate == won {
			total.Add(total, mul(u.cents, k.paid[u.rank+" "+u.key]))
		}
	}
	return total
}

// tenPercent is the test of II-15: the gross product left is at least 10 % of
// the stakes played.
func (p *pool) tenPercent(k *reckoning) bool {
	left := sub(add(p.played(), p.added), p.payments(k), k.kept)
	if k.levy != nil {
		left = sub(left, k.levy)
	}
	return !less(left, mul(tenth, p.played()))
}

// conclude chooses between the ordinary computation (nil when it is impossible)
// and the minimum rapports, as 01 section 12.3 says; nil is a refund.
func (p *pool) conclude(ordinary *reckoning, constrained func() *reckoning) *reckoning {
	if ordinary != nil && p.tenPercent(ordinary) {
		return ordinary
	}
	k := constrained()
	if k.short && !p.c.TopUp {
		return nil
	}
	if k.short {
		k.procedure = "constrained_topped_up"
	}
	return k
}

// constrainedMass is 0.9·S' and the money added (01 section 12.3).
func (p *pool) constrainedMass() *big.Rat {
	return add(mul(ratio(9, 10), p.played()), p.added)
}
