package audit

import (
	"opentote/engine"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// services are the Jackpot service on a pool's bets (II-11 ter).
type services struct {
	terms    *rulebook.JackpotTerms // nil where it is not offered
	sold     map[uint32]multiplied  // by index; dropped when the pool is settled
	stakes   tote.Money             // of live bets
	declared *event.JackpotSettled  // nil before
	won      tote.Money             // by settled bets
	refunded tote.Money
}

// multiplied is the service on a bet.
type multiplied struct {
	unit        tote.Money // the service's stake for each combination
	multipliers tote.Multipliers
}

// offerJackpot notes the service that a pool's terms announce.
func (a *auditor) offerJackpot(p *pool, book *rulebook.Book) {
	if len(p.terms.Jackpot) == 0 {
		return
	}
	var ok bool
	if p.services.terms, ok = book.Jackpot(p.terms.Bet); !ok {
		a.found(p.about(), "rulebook %q has no Jackpot on %s", book.ID, p.terms.Bet)
		return
	}
	for _, table := range p.services.terms.Tables {
		ok = len(table) == len(p.terms.Jackpot)
		for i := 0; ok && i < len(table); i++ {
			ok = table[i] == p.terms.Jackpot[i]
		}
		if ok {
			return
		}
	}
	a.found(p.about(), "the multipliers announced are none of rulebook %q", book.ID)
}

// jackpotPlaced checks the service on a bet, does its draw again, and returns what
// it cost.
func (a *auditor) jackpotPlaced(p *pool, e *event.BetPlaced, about Finding) tote.Money {
	if e.Jackpot == 0 {
		if e.Multipliers != (tote.Multipliers{}) {
			a.found(about, "multipliers were drawn for a bet without the Jackpot")
		}
		return 0
	}
	cost := e.JackpotCost()
	terms := p.services.terms
	if terms == nil {
		a.found(about, "the bet has a Jackpot that its pool does not offer")
		return cost
	}
	if price, ok := terms.Price(e.Unit); !ok || price != e.Jackpot || e.Unit < p.terms.BaseStake || e.Units > tote.JackpotUnitsMax || !terms.Takes(&e.Pattern) {
		a.found(about, "the Jackpot costs %v on %d combinations of %v", e.Jackpot, e.Units, e.Unit)
		return cost
	}
	if again := tote.DrawMultipliers(e.Seed, p.terms.Jackpot, int(e.Units)); again != e.Multipliers {
		a.found(about, "the Jackpot has multipliers %v, its draw gives %v", e.Multipliers, again)
	}
	if p.services.sold == nil {
		p.services.sold = map[uint32]multiplied{}
	}
	p.services.sold[e.Bet.Index()] = multiplied{e.Jackpot, e.Multipliers}
	p.services.stakes += cost
	return cost
}

// returned takes the service of a late bet out and returns its stake.
func (p *pool) returned(index uint32, units uint32) tote.Money {
	m := p.services.sold[index].unit * tote.Money(units)
	delete(p.services.sold, index)
	p.services.stakes -= m
	return m
}

// boost returns what a bet gets of the service under the dividends declared.
func (p *pool) boost(index uint32, s *sale) (won, refunded tote.Money) {
	x, ok := p.services.sold[index]
	if !ok {
		return 0, 0
	}
	if p.declared.Procedure == tote.Refund {
		return 0, x.unit * tote.Money(s.units)
	}
	card, dividends := p.paying()
	if card == nil {
		return 0, 0
	}
	var t tote.Tally
	for i, unit := range p.services.terms.Units(&s.pattern, p.race.nonRunners) {
		t.Reset(len(dividends))
		card.Count(unit, &t)
		refunded += x.unit * tote.Money(t.Refunded)
		for line, n := range t.Won {
			won += tote.Money(n) * rulebook.Boost(dividends[line], s.unit, p.terms.Jackpot[x.multipliers[i]].Tenths)
		}
	}
	return won, refunded
}

// jackpotSettled folds what the services on a pool come to. The dividends that
// follow tell whether it is right.
func (a *auditor) jackpotSettled(e *event.JackpotSettled) {
	p := a.poolOf(e.Pool, Finding{})
	if p == nil {
		return
	}
	if p.declared != nil || p.services.declared != nil {
		a.found(p.about(), "the Jackpot was computed before")
		return
	}
	stakes := e.Refunds + e.Takeout + e.Income
	if stakes != p.services.stakes {
		a.found(p.about(), "the Jackpot's stakes are %v, %v of them are accounted for", p.services.stakes, stakes)
	}
	settled := *e
	p.services.declared = &settled
	a.jackpots[p.terms.Bet] += e.Income - e.Winnings
	if left := a.jackpots[p.terms.Bet]; left < 0 {
		a.found(p.about(), "the Jackpot's fund falls to %v", left)
	}
	a.ledger.add(engine.Services, -p.services.stakes)
	a.ledger.add(engine.Owed, e.Refunds+e.Winnings)
	a.ledger.add(engine.Takeout, e.Takeout)
	a.ledger.add(engine.Jackpots, e.Income-e.Winnings)
}

// checkServices compares what the services came to with the bets, once the pool's
// dividends are known.
func (a *auditor) checkServices(p *pool) {
	var want event.JackpotSettled
	if p.services.terms != nil {
		for i := range p.states {
			if p.states[i] == live {
				won, refunded := p.boost(uint32(i), p.sales.at(uint32(i)))
				want.Winnings += won
				want.Refunds += refunded
			}
		}
		want.Takeout, want.Income = p.services.terms.Income(p.services.stakes - want.Refunds)
	}
	var got event.JackpotSettled
	if p.services.declared != nil {
		got = *p.services.declared
		got.Pool = 0
	}
	if got != want {
		a.found(p.about(), "the Jackpot comes to %v refunded, %v taken, %v for the fund and %v won, its bets give %v, %v, %v and %v",
			got.Refunds, got.Takeout, got.Income, got.Winnings, want.Refunds, want.Takeout, want.Income, want.Winnings)
	}
}

func (a *auditor) jackpotFunded(e *event.JackpotFunded) {
	a.use(e.Key, Finding{})
	if !rulebook.KnowsJackpot(e.Bet) || e.Amount == 0 || e.Amount < 0 && !e.Loan {
		a.found(Finding{}, "%v is put into the Jackpot of %s", e.Amount, e.Bet)
	}
	a.jackpots[e.Bet] += e.Amount
	a.advanced += e.Amount
	if e.Loan {
		a.lent[e.Bet] += e.Amount
	}
	if a.lent[e.Bet] < 0 || a.jackpots[e.Bet] < 0 {
		a.found(Finding{}, "%v is taken from the Jackpot of %s, which leaves %v, %v of it lent", -e.Amount, e.Bet, a.jackpots[e.Bet], a.lent[e.Bet])
	}
	a.ledger.add(engine.Operator, -e.Amount)
	a.ledger.add(engine.Jackpots, e.Amount)
}
