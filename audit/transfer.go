package audit

import (
	"opentote/engine"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// link tells the pools of a race which of them take over units of which: one
// whose pool has nowhere to send them refunds them (III-9-3-I-b).
func (r *race) link() {
	for _, p := range r.pools {
		if p.bet == nil {
			continue
		}
		switch bet := p.bet.(type) {
		case *rulebook.SharedBet:
			r.join(p, bet)
			continue
		case *rulebook.HostedBet:
			p.hosted.bet = bet
			continue
		}
		code, _ := rulebook.ReceiverOf(p.terms.Bet)
		for _, other := range r.pools {
			if other.terms.Bet == code && other.bet != nil {
				p.to, other.from = other, p
			}
		}
		if p.to == nil {
			p.bet = rulebook.WithoutQuarte(p.bet.(tote.BetType))
		}
	}
}

// leaving sums the stakes of the pool's units that play in another pool.
func (p *pool) leaving() (sum tote.Money) {
	if p == nil || p.bet == nil || p.to == nil || p.race.nonRunners == 0 {
		return 0
	}
	card, _ := p.alone()
	if card == nil {
		return 0
	}
	p.eachLive(len(card.Lines()), card.Count, func(s *sale, t *tote.Tally) {
		sum += s.unit * tote.Money(t.Transferred)
	})
	return sum
}

func (a *auditor) stakesTransferred(e *event.StakesTransferred) {
	from, to := a.poolOf(e.From, Finding{}), a.poolOf(e.To, Finding{})
	if from == nil || to == nil {
		return
	}
	if from.to != to {
		a.found(from.about(), "%v goes to pool %d, which takes over none of its bets", e.Amount, e.To)
	}
	if from.declared != nil || to.declared != nil || from.sent != 0 {
		a.found(from.about(), "%v goes to pool %d after that was settled", e.Amount, e.To)
	}
	if e.Amount <= 0 || e.Amount > from.stakes {
		a.found(from.about(), "%v of stakes of %v goes to pool %d", e.Amount, from.stakes, e.To)
	}
	from.sent += e.Amount
	to.received += e.Amount
	a.ledger.add(engine.Pools, -e.Amount)
	a.ledger.add(engine.Pools, e.Amount)
}

// checkTransfers reports stakes that should have gone to or come from another
// pool before the dividends.
func (a *auditor) checkTransfers(p *pool) {
	if want := p.leaving(); p.sent != want {
		a.found(p.about(), "%v went to another pool, units of %v belong there", p.sent, want)
	}
	if want := p.from.leaving(); p.received != want {
		a.found(p.about(), "%v came from another pool, units of %v belong here", p.received, want)
	}
}

// elsewhere returns how the units of the pool's bets end in the pool they went
// to.
func (p *pool) elsewhere() func(s *sale, moved int) (won, refunded tote.Money) {
	to := p.to
	if to == nil || to.declared == nil || to.declared.Procedure == tote.Refund {
		return func(s *sale, moved int) (won, refunded tote.Money) { return 0, tote.Money(moved) * s.unit }
	}
	card, dividends := to.paying()
	receiver, ok := card.(tote.Receiver)
	if !ok {
		return func(*sale, int) (won, refunded tote.Money) { return 0, 0 }
	}
	var t tote.Tally
	return func(s *sale, moved int) (won, refunded tote.Money) {
		if moved == 0 {
			return 0, 0
		}
		t.Reset(len(dividends))
		receiver.CountReceived(&s.pattern, &t)
		return win(s, &t, dividends), 0
	}
}

// ended reports whether every bet that the pool owes anything has ended.
func (p *pool) ended() bool {
	return p.settled == uint32(len(p.states)) &&
		(p.received == 0 || p.from == nil || p.from.settled == uint32(len(p.from.states)))
}
