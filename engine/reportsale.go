package engine

import (
	"errors"
	"slices"

	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// Bounds of a request, whose events have to fit into the part of a row that is a
// command's.
const (
	reportLegsMax   = 12
	reportBetsMax   = 8  // of a leg
	reportChainsMax = 64 // of a Mix
)

// ReportLeg is what is asked for on one race.
type ReportLeg struct {
	Race     tote.RaceID
	Bet      tote.BetCode
	Patterns []tote.Pattern    // of unit and combined formulas
	Carry    rulebook.Quarters // of what it brings, to the next leg; any on the last race
}

// PlaceReport places an e-Report+: bets on several races of a meeting, each staked
// with what the one before brought (III-2). With Pick it places a Mix: an independent
// chain for each choice of Pick of the races, and with Integral the one on all
// (III-2-3-2). All are placed, or none.
type PlaceReport struct {
	Key      event.Key
	Account  event.AccountID
	Legs     []ReportLeg
	Pick     int // 0 for one chain
	Integral bool
	Stake    tote.Money // of each unit bet of a chain's first leg

	Receipt ReportReceipt // answer
}

// ReportReceipt is what the bettor of accepted reports holds.
type ReportReceipt struct {
	Report      event.ReportID // the first chain
	Chains      int            // numbered on from it
	Cost        tote.Money     // of all
	AcceptedAt  event.Millis
	CancelUntil event.Millis
}

func (o *reportOrder) receipt() ReportReceipt {
	r := ReportReceipt{
		Report: o.chains[0].id, Chains: len(o.chains),
		AcceptedAt: o.at, CancelUntil: o.at + o.legs[0].pool.delay,
	}
	for _, chain := range o.chains {
		r.Cost += chain.cost()
	}
	return r
}

func (c *PlaceReport) decide(d *decider) *Rejection {
	o, again, rej := d.repeat(c.Key, ReportWasPlaced)
	if rej != nil {
		return rej
	}
	if again {
		return c.again(d, event.ReportID(o.ref))
	}
	if len(c.Legs) == 0 {
		return reject(Code(rulebook.ReportTooShort))
	}
	if len(c.Legs) > reportLegsMax || slices.ContainsFunc(c.Legs, func(l ReportLeg) bool { return len(l.Patterns) > reportBetsMax }) {
		return reject(ReportTooLarge)
	}
	chains, rej := c.chains()
	if rej != nil {
		return rej
	}
	e := &event.ReportPlaced{
		Report: event.ReportID(len(d.reports) + 1), Account: c.Account, Stake: c.Stake, Chains: chains, Key: c.Key,
	}
	pools, rej := c.legs(d, e)
	if rej != nil {
		return rej
	}
	if rej := c.checkPayer(d, e, pools); rej != nil {
		return rej
	}
	first := len(d.reports)
	d.emit(e)
	for _, r := range d.reports[first:] {
		d.placeBets(r)
	}
	c.Receipt = d.reports[first].order.receipt()
	return nil
}

// chains lists the legs of each chain asked for.
func (c *PlaceReport) chains() (chains []event.ReportChain, rej *Rejection) {
	n, pick, integral := len(c.Legs), c.Pick, c.Integral
	if pick == 0 && !integral {
		pick = n
	} else if err := rulebook.CheckMix(n, pick); err != nil {
		return nil, rejectReport(err)
	}
	for way := range rulebook.Mix(n, pick, integral) {
		if len(chains) == reportChainsMax {
			return nil, reject(ReportTooLarge)
		}
		chain := event.ReportChain{}
		for _, leg := range way {
			chain.Legs = append(chain.Legs, uint8(leg))
		}
		chains = append(chains, chain)
	}
	return chains, nil
}

// legs checks the legs against their races and the rules, and adds them to the event.
func (c *PlaceReport) legs(d *decider, e *event.ReportPlaced) (pools []*pool, rej *Rejection) {
	asked := &rulebook.Report{Stake: c.Stake}
	var fields []tote.Field
	for i := range c.Legs {
		leg := &c.Legs[i]
		p, rej := leg.pool(d, slices.ContainsFunc(e.Chains, func(x event.ReportChain) bool { return int(x.Legs[0]) == i }))
		if rej != nil {
			return nil, rej
		}
		bet, _ := p.bet.(tote.BetType)
		asked.Legs = append(asked.Legs, rulebook.ReportLeg{Race: leg.Race, Bet: bet, Patterns: leg.Patterns, Carry: leg.Carry})
		pools, fields = append(pools, p), append(fields, p.race.field())
	}
	book, _ := rulebook.ByID(rulebook.ID(pools[0].terms.Rulebook))
	rules, ok := book.ReportPlus()
	if !ok {
		return nil, reject(Code(rulebook.ReportBet))
	}
	if _, err := rules.Cost(asked, fields); err != nil {
		return nil, rejectReport(err)
	}
	for i, p := range pools {
		leg := event.ReportLeg{Pool: p.id}
		if i+1 < len(pools) {
			leg.Carry = uint8(c.Legs[i].Carry)
		}
		for _, pattern := range c.Legs[i].Patterns {
			units, _ := p.bet.Units(&pattern, fields[i])
			leg.Bets = append(leg.Bets, event.ReportBet{Pattern: pattern, Units: uint32(units)})
		}
		e.Legs = append(e.Legs, leg)
	}
	return pools, nil
}

// pool finds the pool of a leg. Bets enter it at once where a chain begins with it;
// otherwise it is enough that its race has not been stopped.
func (l *ReportLeg) pool(d *decider, begins bool) (*pool, *Rejection) {
	_, rej := (&PlaceBet{Race: l.Race, Bet: l.Bet}).findPool(d)
	waits := !begins && (rej == rejectNotOpen || rej == rejectSuspended)
	if rej != nil && !waits {
		return nil, rej
	}
	p, _ := d.raceByID[l.Race].pool(l.Bet)
	if !p.terms.Report {
		return nil, reject(Code(rulebook.ReportBet))
	}
	if p.race.detached {
		return nil, reject(ReportsDetached)
	}
	for i := range l.Patterns {
		if l.Patterns[i].Flags != 0 {
			return nil, reject(Code(rulebook.ReportFormula))
		}
	}
	return p, nil
}

// checkPayer checks that the account can pay, and that the pools have room.
func (c *PlaceReport) checkPayer(d *decider, e *event.ReportPlaced, pools []*pool) *Rejection {
	a, ok := d.account(c.Account)
	if !ok {
		return reject(UnknownAccount)
	}
	var cost tote.Money
	for _, chain := range e.Chains {
		first := chain.Legs[0]
		for _, b := range e.Legs[first].Bets {
			cost += c.Stake * tote.Money(b.Units)
		}
		if pools[first].bets.len() > poolBetsMax-reportChainsMax*reportBetsMax {
			return reject(PoolFull)
		}
		if _, ok := tote.CheckedAdd(pools[first].stakes, cost); !ok {
			return &Rejection{Code: StakeTooLarge, Limit: tote.MaxStake - pools[first].stakes}
		}
	}
	if a.balance < cost {
		return rejectFunds
	}
	return nil
}

// again answers reports placed before under the same key.
func (c *PlaceReport) again(d *decider, first event.ReportID) *Rejection {
	r, _ := d.report(first)
	o := r.order
	chains, rej := c.chains()
	same := rej == nil && o.account == c.Account && o.stake == c.Stake &&
		slices.EqualFunc(chains, o.chains, func(x event.ReportChain, r *report) bool { return slices.Equal(x.Legs, r.way) }) &&
		slices.EqualFunc(c.Legs, o.legs, func(x ReportLeg, l reportLeg) bool { return x.same(&l) })
	if !same {
		return reject(KeyReused)
	}
	c.Receipt = o.receipt()
	return nil
}

// same compares what is asked for with what was; the quarters of a last race were not
// kept.
func (l *ReportLeg) same(was *reportLeg) bool {
	return l.Race == was.pool.race.id && l.Bet == was.pool.terms.Bet && (l.Carry == was.carry || was.carry == 0) &&
		slices.EqualFunc(l.Patterns, was.bets, func(p tote.Pattern, b event.ReportBet) bool { return p == b.Pattern })
}

// rejectReport turns the rules' refusal into ours; codes carry over.
func rejectReport(err error) *Rejection {
	var r *rulebook.ReportError
	if errors.As(err, &r) {
		return &Rejection{Code: Code(r.Code), Detail: r.Error()}
	}
	return rejectPattern(err)
}

// CancelReport takes a chain back whole before its first race is stopped, within the
// delay of its rulebook, or later if one of its horses has become a non-runner
// (II-6, III-2-2). The other chains of a Mix stand.
type CancelReport struct {
	Key     event.Key
	Report  event.ReportID
	Account event.AccountID

	Returned tote.Money // answer
}

func (c *CancelReport) decide(d *decider) *Rejection {
	o, again, rej := d.repeat(c.Key, ReportWasCancelled)
	if rej != nil {
		return rej
	}
	if again {
		if o.ref != uint64(c.Report) {
			return reject(KeyReused)
		}
		c.Returned = o.amount
		return nil
	}
	r, ok := d.report(c.Report)
	if !ok {
		return reject(UnknownReport)
	}
	switch {
	case r.order.account != c.Account:
		return reject(UnknownReport)
	case r.state != LiveReport:
		return reject(AlreadyEnded)
	case r.firstRace().status >= Stopped:
		return rejectStopped
	case d.now > r.order.at+r.leg(0).pool.delay && !r.touches():
		return reject(CancelTooLate)
	}
	c.Returned = r.cost()
	d.emit(&event.ReportCancelled{Report: r.id, Key: c.Key})
	for i := range r.leg(0).bets {
		d.emit(&event.BetCancelled{Bet: r.steps[0].bet + event.BetID(i)})
	}
	return nil
}

// GetReport reads a chain. Account, when not zero, must own it.
type GetReport struct {
	Report  event.ReportID
	Account event.AccountID

	View ReportView // answer
}

// ReportView is a chain as its holder may see it.
type ReportView struct {
	Report     event.ReportID
	State      ReportState
	Stake      tote.Money // of each unit bet of the first leg
	Cost       tote.Money
	Paid       tote.Money // credited so far, what is returned or refunded included
	AcceptedAt event.Millis
	Legs       []ReportLegView
}

// ReportLegView is one leg of a chain. What it was not reached by is zero.
type ReportLegView struct {
	ReportLeg
	Units   int
	Reached bool
	Ended   bool       // Brought is final, and what is not Kept went on
	Part    tote.Money // on each unit bet
	Brought tote.Money
	Kept    tote.Money
	Outside bool // valued only, in no pool
}

func (c *GetReport) decide(d *decider) *Rejection {
	r, ok := d.report(c.Report)
	if !ok {
		return reject(UnknownReport)
	}
	if c.Account != 0 && r.order.account != c.Account {
		return reject(UnknownReport)
	}
	c.View = r.view()
	return nil
}

func (r *report) view() ReportView {
	v := ReportView{Report: r.id, State: r.state, Stake: r.order.stake, Cost: r.cost(), AcceptedAt: r.order.at}
	for i := range r.way {
		leg := r.leg(i)
		l := ReportLegView{Units: leg.units()}
		l.Race, l.Bet, l.Carry = leg.pool.race.id, leg.pool.terms.Bet, leg.carry
		for k := range leg.bets {
			l.Patterns = append(l.Patterns, leg.bets[k].Pattern)
		}
		if l.Reached = i < len(r.steps); l.Reached {
			s := &r.steps[i]
			l.Part, l.Brought, l.Kept, l.Outside = s.part, s.brought, s.kept, s.outside
			l.Ended = i+1 < len(r.steps) || r.state == EndedReport
			v.Paid += s.kept
		}
		v.Legs = append(v.Legs, l)
	}
	if r.state == CancelledReport || r.state == PurgedReport {
		v.Paid = v.Cost
	}
	return v
}
