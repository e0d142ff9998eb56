package audit

import (
	"opentote/engine"
	"opentote/event"
)

// boosterReleased moves money from a bet's fund into a pool of that bet: before
// its sales begin, and not more than there is (II-17-I, III-9-7.1).
func (a *auditor) boosterReleased(e *event.BoosterReleased) {
	p := a.poolOf(e.Pool, Finding{})
	if p == nil {
		return
	}
	a.use(e.Key, p.about())
	if p.race.status != scheduled {
		a.found(p.about(), "%v is added to the pool while the race is %v", e.Amount, p.race.status)
	}
	if held := a.funds[p.terms.Bet]; e.Amount <= 0 || e.Amount > held {
		a.found(p.about(), "%v is taken from a fund of %v", e.Amount, held)
	}
	if p.declared != nil {
		return // the pool's money is gone: it stays in the fund
	}
	a.funds[p.terms.Bet] -= e.Amount
	p.added += e.Amount
	a.ledger.add(engine.Boosters, -e.Amount)
	a.ledger.add(engine.Pools, e.Amount)
}
