package sim

import (
	"math/rand/v2"
	"slices"
	"time"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// Chain is a planned e-Report+, or a Mix of them.
type Chain struct {
	At        time.Time
	Payer     int // account
	Legs      []ChainLeg
	Mix       int // of how many races each chain is, 0 for one on all
	Integral  bool
	Stake     tote.Money
	Cost      tote.Money // of all chains
	Again     bool       // a double click: sent twice under the same key
	Withdrawn bool       // each chain is cancelled at once
}

// ChainLeg is what a chain holds on one race.
type ChainLeg struct {
	Race  int // of the plan
	Offer int // of the race
	Bets  []ChainBet
	Carry uint32 // quarters
}

// ChainBet is one bet of a leg.
type ChainBet struct {
	Pattern tote.Pattern
	Units   int
}

func (l *ChainLeg) units() (n int) {
	for i := range l.Bets {
		n += l.Bets[i].Units
	}
	return n
}

const (
	// chainShare of the bettors online play reports on a day.
	chainShare = 0.12
	// chainStream draws who they are and what: apart, so that they shift nothing else.
	chainStream = 0x6368616e << 32

	mixShare          = 0.4 // of those of three races or more
	chainLegsMax      = 4
	chainBefore       = time.Minute // at the latest, before the first race
	chainBeforeSpread = 20 * time.Minute
)

// planChains has some of the bettors online play reports.
func (p *Plan) planChains() {
	rng := rand.New(rand.NewPCG(p.Options.Seed, chainStream))
	meetings := p.chainMeetings()
	for i := range p.people {
		b := &p.people[i]
		if u := rng.Float64(); !b.online || u >= chainShare || len(meetings) == 0 {
			continue
		}
		c := &Chain{Payer: b.payer, Again: rng.Float64() < 0.1, Withdrawn: rng.Float64() < 0.05}
		if p.planChain(c, b, meetings[rng.IntN(len(meetings))], rng) {
			p.Chains = append(p.Chains, c)
			p.Deposits[c.Payer] += c.Cost
		}
	}
}

// chainMeetings lists the races of each meeting on which reports are sold, in their
// order.
func (p *Plan) chainMeetings() (meetings [][]int) {
	byMeeting := map[int]int{}
	for i, rp := range p.Races {
		if !slices.ContainsFunc(rp.Race.Offers, func(o Offer) bool { return o.Report }) {
			continue
		}
		at, ok := byMeeting[rp.Race.ID.Meeting()]
		if !ok {
			at = len(meetings)
			byMeeting[rp.Race.ID.Meeting()] = at
			meetings = append(meetings, nil)
		}
		meetings[at] = append(meetings[at], i)
	}
	for _, races := range meetings {
		slices.SortFunc(races, func(a, b int) int { return int(p.Races[a].Race.ID) - int(p.Races[b].Race.ID) })
	}
	return slices.DeleteFunc(meetings, func(races []int) bool { return len(races) < 2 })
}

// planChain draws the races, the bets and the stake. It returns false where the races
// leave no moment, or no field, for it.
func (p *Plan) planChain(c *Chain, b *bettor, races []int, rng *rand.Rand) bool {
	first := rng.IntN(len(races) - 1)
	n := min(2+rng.IntN(chainLegsMax-1), len(races)-first)
	chosen := races[first : first+n]
	c.At = p.Races[chosen[0]].closes().Add(-chainBefore - time.Duration(rng.Float64()*float64(chainBeforeSpread))).Truncate(time.Second)
	if n > 2 && rng.Float64() < mixShare {
		c.Mix, c.Integral = 2+rng.IntN(n-2), rng.IntN(2) == 0
	}
	for _, race := range chosen {
		rp := p.Races[race]
		if !c.At.Before(rp.closes()) || c.At.Before(rp.Opens) {
			return false
		}
		leg := ChainLeg{Race: race, Carry: uint32(1 + rng.IntN(4))}
		if !rp.planLeg(&leg, c.At, rng) {
			return false
		}
		c.Legs = append(c.Legs, leg)
	}
	terms := p.Races[chosen[0]].Race.report.Terms()
	c.Stake = min(max(terms.MinStake, terms.MinStake*tote.Money(drawMultiple(b.purse, false, rng))), terms.MaxStake)
	for _, way := range c.ways() {
		c.Cost += c.Stake * tote.Money(c.Legs[way[0]].units())
	}
	return true
}

// planLeg draws the bets on one race.
func (rp *RacePlan) planLeg(leg *ChainLeg, at time.Time, rng *rand.Rand) bool {
	var offers []int
	for i := range rp.Race.Offers {
		if rp.Race.Offers[i].Report {
			offers = append(offers, i)
		}
	}
	leg.Offer = offers[rng.IntN(len(offers))]
	o := &rp.Race.Offers[leg.Offer]
	runs := rp.runs(at)
	field := tote.Field{Declared: rp.Race.Declared, NonRunners: rp.Race.Declared.Without(runs)}
	for range 1 + rng.IntN(2) {
		seen := rp.Chances.perceived(runs, rng)
		horses := o.family.horses
		if combined := rng.Float64() < 0.25; combined {
			horses++
		}
		if runs.Len() <= horses {
			return false
		}
		var picked []tote.Horse
		for range horses {
			if h := seen.pick(o.family.flat, rng); h != 0 {
				picked = append(picked, h)
			}
		}
		bet := ChainBet{Pattern: tote.UnitPattern(picked...)}
		if horses > o.family.horses {
			bet.Pattern = tote.CombinedPattern(picked...)
		}
		var err error
		if bet.Units, err = o.Type.Units(&bet.Pattern, field); err != nil {
			return false
		}
		leg.Bets = append(leg.Bets, bet)
	}
	return true
}

// ways lists the legs of each chain: all, or those of the Mix in the order of the
// choices.
func (c *Chain) ways() (ways [][]int) {
	n := len(c.Legs)
	choose := func(size int) {
		way := make([]int, size)
		for i := range way {
			way[i] = i
		}
		for {
			ways = append(ways, slices.Clone(way))
			i := size - 1
			for i >= 0 && way[i] == n-size+i {
				i--
			}
			if i < 0 {
				return
			}
			way[i]++
			for k := i + 1; k < size; k++ {
				way[k] = way[k-1] + 1
			}
		}
	}
	if c.Mix != 0 {
		choose(c.Mix)
	}
	if c.Mix == 0 || c.Integral {
		choose(n)
	}
	return ways
}

// chainRun is what the public knows of one chain.
type chainRun struct {
	plan  *Chain
	id    uint64
	way   []int
	state ticketState
	steps []chainStep // of the legs reached
	over  bool
}

// chainStep is a leg worked out here.
type chainStep struct {
	part          tote.Money // on each unit bet
	won, refunded tote.Money
	kept          tote.Money // credited
	ended         bool
}

func (r *chainRun) leg(i int) *ChainLeg { return &r.plan.Legs[r.way[i]] }

func (r *chainRun) paid() (sum tote.Money) {
	for i := range r.steps {
		sum += r.steps[i].kept
	}
	return sum
}

// carry ends the current leg and begins the next: what is kept is the quarters not
// carried, halves of a cent up, and what equal parts in whole cents leave; parts below
// the least stake are not carried, and none is above the largest (III-2-1).
func (r *chainRun) carry(terms rulebook.ReportTerms) {
	at := len(r.steps) - 1
	step := &r.steps[at]
	brought := step.won + step.refunded
	step.kept, step.ended = brought, true
	if at+1 == len(r.way) {
		r.over = true
		return
	}
	quarters := tote.Money(4 - r.leg(at).Carry)
	units := tote.Money(r.leg(at + 1).units())
	part := min((brought-(brought*quarters+2)/4)/units, terms.MaxStake)
	if part < terms.MinStake {
		r.over = true
		return
	}
	step.kept = brought - part*units
	r.steps = append(r.steps, chainStep{part: part})
}
