package audit

import (
	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

// poolOf finds the pool of a number, nil with a finding where there is none.
func (a *auditor) poolOf(id event.PoolID, about Finding) *pool {
	if id == 0 || uint64(id) > uint64(len(a.pools)) {
		about.Pool = id
		a.found(about, "the pool was never declared")
		return nil
	}
	return a.pools[id-1]
}

// betOf finds a bet, nil with a finding where there is none.
func (a *auditor) betOf(id event.BetID) *pool {
	p := a.poolOf(id.Pool(), Finding{Bet: id})
	if p != nil && id.Index() >= uint32(len(p.states)) {
		a.found(p.aboutBet(id.Index()), "the bet was never placed")
		return nil
	}
	return p
}

func (a *auditor) betPlaced(e *event.BetPlaced) {
	p := a.poolOf(e.Bet.Pool(), Finding{Bet: e.Bet})
	if p == nil {
		return
	}
	about := p.aboutBet(e.Bet.Index())
	if e.Report == 0 {
		a.use(e.Key, about)
	}
	if next := uint32(len(p.states)); e.Bet.Index() != next {
		a.found(about, "bet %d of the pool is placed where %d was next", e.Bet.Index(), next)
		return
	}
	var chain *carrier
	s := sale{pattern: e.Pattern, account: e.Account, unit: e.Unit, units: e.Units, at: a.at}
	if e.Report != 0 {
		chain = a.legPlaced(p, e, about)
		s.unread = chain == nil
	} else {
		if p.race.status != open {
			a.found(about, "the bet was placed while the race was %v", p.race.status)
		}
		s.unread = !a.checkTerms(p, e, about)
	}
	a.checkDraw(p, e, about)
	p.sales.add(s)
	p.back(&s, s.unit)
	p.states = append(p.states, live)
	p.stakes += s.cost()
	a.report.Totals.Bets++
	a.report.Totals.Staked += s.cost()
	a.ledger.add(engine.Pools, s.cost())
	service := a.jackpotPlaced(p, e, about)
	a.report.Totals.Jackpot += service
	a.ledger.add(engine.Services, service)
	switch {
	case chain != nil && chain.step > 0:
		a.ledger.add(engine.Reports, -s.cost())
		return
	case e.Account != 0:
		a.ledger.add(engine.Wallets, a.credit(e.Account, -s.cost()-service, about))
		return
	}
	a.ledger.add(engine.Cash, -a.cash(e.PointOfSale, s.cost()+service, about))
}

// checkTerms checks a bet against the offer of its pool, and reports whether
// the rules can read it.
func (a *auditor) checkTerms(p *pool, e *event.BetPlaced, about Finding) (readable bool) {
	network := tote.Online
	if e.Account == 0 {
		network = tote.Retail
	}
	switch {
	case e.Account != 0 && e.PointOfSale != 0:
		a.found(about, "the bet was paid twice, by account %d and at point of sale %d", e.Account, e.PointOfSale)
	case !p.terms.Bet.Network().Takes(network):
		a.found(about, "the bet is in a pool of the other network")
	}
	if e.Unit <= 0 || e.Unit > tote.MaxStake || e.Cost() > tote.MaxStake || p.terms.MaxStake > 0 && e.Cost() > p.terms.MaxStake {
		a.found(about, "the bet costs %d times %v", e.Units, e.Unit)
	}
	if least := leastStake(p, e); e.Unit < least {
		a.found(about, "the stake %v is less than the pool's %v", e.Unit, least)
	}
	if e.Pattern.Complement != 0 && !p.terms.Complement {
		a.found(about, "the bet has a complement horse in a pool that takes none")
	}
	if p.bet == nil {
		return false
	}
	units, err := p.bet.Units(&e.Pattern, p.race.field())
	if err != nil {
		a.found(about, "the bet is none of its pool's: %v", err)
		return false
	}
	if uint64(units) != uint64(e.Units) {
		a.found(about, "the bet says %d combinations, its horses make %d", e.Units, units)
	}
	return true
}

// leastStake is the smallest stake of a combination the pool takes.
func leastStake(p *pool, e *event.BetPlaced) tote.Money {
	least := p.terms.BaseStake
	if e.Units > 1 {
		for _, percent := range p.terms.Flexi {
			least = min(least, (p.terms.BaseStake*tote.Money(percent)+99)/100)
		}
	}
	return least
}

func (a *auditor) betCancelled(e *event.BetCancelled) {
	p := a.betOf(e.Bet)
	if p == nil {
		return
	}
	index := e.Bet.Index()
	about := p.aboutBet(index)
	chain := p.carriers[index]
	if chain == nil {
		a.use(e.Key, about)
	}
	if was := p.states[index]; was != live {
		a.found(about, "the bet was cancelled when it was %v", was)
		return
	}
	s := p.sales.at(index)
	if _, jackpot := p.services.sold[index]; jackpot {
		a.found(about, "a bet with the Jackpot was cancelled")
	}
	if chain != nil {
		a.legCancelled(chain, e, about)
	}
	touched := (s.pattern.Named()|s.pattern.Field)&p.race.nonRunners != 0
	switch {
	case p.race.status >= stopped:
		a.found(about, "the bet was cancelled while the race was %v", p.race.status)
	case a.at > s.at+p.delay && !touched && chain == nil:
		a.found(about, "the bet was cancelled %d seconds after its sale", (a.at-s.at)/1000)
	}
	p.states[index] = cancelled
	p.stakes -= s.cost()
	p.back(s, -s.unit)
	a.report.Totals.Cancelled++
	a.report.Totals.Returned += s.cost()
	a.ledger.add(engine.Pools, -s.cost())
	if s.account != 0 {
		a.ledger.add(engine.Wallets, a.credit(s.account, s.cost(), about))
		return
	}
	a.ledger.add(engine.Cash, -a.cash(e.PointOfSale, -s.cost(), about))
}

func (a *auditor) latePurged(e *event.LatePurged) {
	r := a.race(e.Race)
	if r == nil {
		return
	}
	if r.status < stopped {
		a.found(r.about(), "bets were purged while the race was %v", r.status)
	}
	for _, late := range e.Bets {
		a.purged(r, late.Bet, e.Started)
	}
}

func (a *auditor) purged(r *race, id event.BetID, started event.Millis) {
	p := a.betOf(id)
	if p == nil {
		return
	}
	index := id.Index()
	about := p.aboutBet(index)
	if was := p.states[index]; was != live {
		a.found(about, "the bet was purged when it was %v", was)
		return
	}
	s := p.sales.at(index)
	switch {
	case p.race != r:
		a.found(about, "the bet was purged with another race's")
	case p.declared != nil:
		a.found(about, "the bet was purged after the dividends")
	case s.at < started:
		a.found(about, "the bet was purged though it came %d ms before the start", started-s.at)
	}
	if chain := p.carriers[index]; chain != nil {
		a.legPurged(chain, about)
	}
	p.stakes -= s.cost()
	p.back(s, -s.unit)
	a.report.Totals.Purged++
	service := p.returned(index, s.units)
	m := s.cost() + service
	a.report.Totals.Refunded += m
	a.ledger.add(engine.Pools, -s.cost())
	a.ledger.add(engine.Services, -service)
	credited := a.owe(p, index, m)
	a.ledger.add(engine.Wallets, credited)
	a.ledger.add(engine.Owed, m-credited)
}

func (a *auditor) ticketPaid(e *event.TicketPaid) {
	p := a.betOf(e.Bet)
	if p == nil {
		return
	}
	index := e.Bet.Index()
	about := p.aboutBet(index)
	a.use(e.Key, about)
	a.report.Totals.TicketsPaid++
	a.report.Totals.Paid += e.Amount
	a.ledger.add(engine.Cash, -a.cash(e.PointOfSale, -e.Amount, about))
	if was := p.states[index]; was != payable {
		a.found(about, "the ticket was paid %v when it was %v", e.Amount, was)
		return
	}
	due := p.due[index]
	if due != e.Amount {
		a.found(about, "the ticket was paid %v, it was due %v", e.Amount, due)
	}
	delete(p.due, index)
	p.states[index] = paid
	p.unpaid -= due
	a.ledger.add(engine.Owed, -due)
}
