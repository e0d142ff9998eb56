package engine

import (
	"slices"

	"opentote/event"
	"opentote/internal/assert"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// reportOrder is what an account asked for at once: one e-Report+, or the chains of a
// Mix, which share its legs (III-2).
type reportOrder struct {
	account event.AccountID
	at      event.Millis
	stake   tote.Money // of each unit combination of a first leg
	legs    []reportLeg
	chains  []*report
	rules   *rulebook.ReportPlus // derived
}

// reportLeg is the bets of one race; the chains that have it carry equal parts to
// each of their combinations.
type reportLeg struct {
	pool  *pool
	carry rulebook.Quarters
	bets  []event.ReportBet
}

func (l *reportLeg) units() (n int) {
	for i := range l.bets {
		n += int(l.bets[i].Units)
	}
	return n
}

// report is one chain.
type report struct {
	id    event.ReportID
	order *reportOrder
	way   []uint8      // its legs, as positions in the order's
	steps []reportStep // of the legs reached: the last one is the current
	state ReportState
}

// reportStep is what a leg of a chain has come to.
type reportStep struct {
	part    tote.Money  // staked on each unit combination
	brought tote.Money  // by its bets that have ended
	kept    tote.Money  // credited
	bet     event.BetID // the first of its bets, 0 before it is in its pool
	outside bool        // valued at the dividends, in no pool
}

// ReportState is the life of a report.
type ReportState uint8

// The states.
const (
	LiveReport      ReportState = iota + 1
	CancelledReport             // by the bettor, money returned
	PurgedReport                // came after the start of its first race, refunded
	EndedReport                 // nothing more is carried
)

func (r *report) leg(i int) *reportLeg { return &r.order.legs[r.way[i]] }
func (r *report) current() *reportLeg  { return r.leg(len(r.steps) - 1) }
func (r *report) step() *reportStep    { return &r.steps[len(r.steps)-1] }

// next is the leg behind the current one, nil behind the last.
func (r *report) next() *reportLeg {
	if len(r.steps) == len(r.way) {
		return nil
	}
	return r.leg(len(r.steps))
}

// firstRace is the race until whose start the chain can be cancelled.
func (r *report) firstRace() *race { return r.leg(0).pool.race }

// touches reports whether a horse of the chain became a non-runner (II-9-I).
func (r *report) touches() bool {
	for i := range r.way {
		leg := r.leg(i)
		for k := range leg.bets {
			if leg.bets[k].Pattern.Named()&leg.pool.race.nonRunners != 0 {
				return true
			}
		}
	}
	return false
}

func (s *State) report(id event.ReportID) (*report, bool) {
	if id == 0 || uint64(id) > uint64(len(s.reports)) {
		return nil, false
	}
	return s.reports[id-1], true
}

// number makes the chains of an order known, and gives it the rules of its rulebook.
func (s *State) number(o *reportOrder) {
	book, _ := rulebook.ByID(rulebook.ID(o.legs[0].pool.terms.Rulebook))
	o.rules, _ = book.ReportPlus()
	assert.That(o.rules != nil, "rulebook %q has no report", book.ID)
	for _, r := range o.chains {
		r.order, r.id = o, event.ReportID(len(s.reports)+1)
		s.reports = append(s.reports, r)
	}
}

func (s *State) reportPlaced(e *event.ReportPlaced) {
	assert.That(uint64(e.Report) == uint64(len(s.reports))+1 && len(e.Legs) > 0 && len(e.Chains) > 0, "report %d out of order", e.Report)
	o := &reportOrder{account: e.Account, at: s.at, stake: e.Stake}
	for i := range e.Legs {
		leg := &e.Legs[i]
		p, ok := s.pool(leg.Pool)
		assert.That(ok && len(leg.Bets) > 0, "report %d has a leg in pool %d", e.Report, leg.Pool)
		o.legs = append(o.legs, reportLeg{pool: p, carry: rulebook.Quarters(leg.Carry), bets: slices.Clone(leg.Bets)})
	}
	for i := range e.Chains {
		way := slices.Clone(e.Chains[i].Legs)
		assert.That(len(way) > 1 && int(slices.Max(way)) < len(o.legs), "the legs of report %d", e.Report)
		o.chains = append(o.chains, &report{way: way, steps: []reportStep{{part: e.Stake}}, state: LiveReport})
	}
	s.number(o)
	s.orders = append(s.orders, o)
	for _, r := range o.chains {
		first := r.firstRace()
		first.chains = append(first.chains, r)
	}
	s.keys.set(e.Key, outcome{kind: ReportWasPlaced, ref: uint64(e.Report)})
}

// placeLeg takes the cost of a bet that is the leg of a chain: from the wallet for the
// first race, from what was carried for the others.
func (s *State) placeLeg(p *pool, e *event.BetPlaced) {
	r, ok := s.report(e.Report)
	assert.That(ok && r.state == LiveReport && r.current().pool == p && p.declared == nil && r.step().part == e.Unit &&
		!r.step().outside && e.Account == r.order.account, "bet %d is no leg of report %d", e.Bet, e.Report)
	step := r.step()
	if step.bet == 0 {
		step.bet = e.Bet
	}
	if len(r.steps) == 1 {
		assert.That(p.race.status == Open, "bet %d of report %d", e.Bet, e.Report)
		s.take(e.Account, 0, e.Cost())
		return
	}
	s.ledger.move(Reports, Pools, e.Cost())
}

// carried reports whether a bet of the pool was staked with what earlier races
// brought: no start of its own race makes it late.
func (s *State) carried(p *pool, index uint32) bool {
	x := p.extra(index)
	if x == nil || x.report == 0 {
		return false
	}
	r, _ := s.report(x.report)
	return r.firstRace() != p.race
}

func (s *State) reportCancelled(e *event.ReportCancelled) {
	r, ok := s.report(e.Report)
	assert.That(ok && r.state == LiveReport && r.firstRace().status < Stopped, "cancelled report %d", e.Report)
	r.state = CancelledReport
	r.leave()
	s.keys.set(e.Key, outcome{kind: ReportWasCancelled, ref: uint64(e.Report), amount: r.cost()})
}

// cost is what the chain cost.
func (r *report) cost() tote.Money { return r.order.stake * tote.Money(r.leg(0).units()) }

// leave takes the chain off those that wait for its current race.
func (r *report) leave() {
	on := r.current().pool.race
	i := slices.Index(on.chains, r)
	assert.That(i >= 0, "report %d does not wait for race %d", r.id, on.id)
	if i == 0 { // as nearly always: they are carried in order
		on.chains = on.chains[1:]
		return
	}
	on.chains = slices.Delete(on.chains, i, i+1)
}

// purgeReport ends the chain of a late bet, which gets its stake back.
func (s *State) purgeReport(p *pool, index uint32) {
	x := p.extra(index)
	if x == nil || x.report == 0 {
		return
	}
	r, _ := s.report(x.report)
	assert.That(r.firstRace() == p.race && len(r.steps) == 1, "carried bet %d of pool %d purged", index, p.id)
	if r.state == LiveReport {
		r.state = PurgedReport
		r.leave()
	}
}

// bring gives what a bet gets to the chain that it is a leg of; false for a bet of
// its own, and for one that is refunded with its whole chain.
func (s *State) bring(p *pool, index uint32, m tote.Money) bool {
	x := p.extra(index)
	if x == nil || x.report == 0 {
		return false
	}
	r, _ := s.report(x.report)
	if r.state != LiveReport {
		return false
	}
	r.step().brought += m
	s.ledger.move(Owed, Reports, m)
	return true
}

func (s *State) reportCarried(e *event.ReportCarried) {
	r, ok := s.report(e.Report)
	assert.That(ok && r.state == LiveReport, "carried report %d", e.Report)
	step, next := r.step(), r.next()
	if step.outside {
		step.brought = e.Brought
		s.ledger.move(Operator, Reports, e.Brought)
	}
	on := r.current().pool.race
	r.leave()
	step.kept = e.Kept
	s.give(Reports, r.order.account, 0, e.Kept)
	if e.Part == 0 {
		assert.That(e.Brought == step.brought && e.Kept == e.Brought, "report %d ends with %d of %d", e.Report, e.Kept, step.brought)
		r.state = EndedReport
		on.proceed()
		return
	}
	assert.That(next != nil && e.Brought == step.brought && e.Kept+e.Part*tote.Money(next.units()) == e.Brought,
		"report %d carries %d of %d and keeps %d", e.Report, e.Part, step.brought, e.Kept)
	r.steps = append(r.steps, reportStep{part: e.Part, outside: e.Outside})
	to := next.pool.race
	to.chains = append(to.chains, r)
	if e.Outside {
		s.ledger.move(Reports, Operator, e.Part*tote.Money(next.units()))
	}
	on.proceed()
}

func (s *State) reportsDetached(e *event.ReportsDetached) {
	s.mustRace(e.Race).detached = true
}

// outside reports whether a part can enter the leg's pool no more: the order of the races
// changed, or the pool is computed, or full.
func (l *reportLeg) outside(part tote.Money) bool {
	p := l.pool
	_, fits := tote.CheckedAdd(p.stakes, part*tote.Money(l.units()))
	return p.race.detached || p.declared != nil || p.bets.len() > poolBetsMax-reportBetsMax || !fits
}
