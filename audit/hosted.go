package audit

import (
	"opentote/engine"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// hosted is what the audit knows of a pool that a foreign operator shares out
// (IIIt-1).
type hosted struct {
	bet       *rulebook.HostedBet // nil for every other pool
	said      *rulebook.HostResult
	enteredBy event.Staff
	confirmed bool
	balance   tote.Money // from the host, negative to it
}

func (a *auditor) hostEntered(e *event.HostDividendsEntered) {
	if p, said := a.hostSaid(e.Pool, e.Refund, e.Lines); p != nil {
		p.hosted.said, p.hosted.enteredBy, p.hosted.confirmed = &said, e.Staff, false
	}
}

func (a *auditor) hostConfirmed(e *event.HostDividendsConfirmed) {
	p, said := a.hostSaid(e.Pool, e.Refund, e.Lines)
	if p == nil {
		return
	}
	h := &p.hosted
	switch {
	case h.said == nil:
		a.found(p.about(), "what the host sent was confirmed before it was entered")
	case e.Staff == h.enteredBy:
		a.found(p.about(), "what the host sent was confirmed by %q, who had entered it", e.Staff)
	case !said.Equal(*h.said):
		a.found(p.about(), "what was confirmed of the host is not what was entered")
	}
	h.said, h.confirmed = &said, true
}

// hostSaid checks what is said of a pool's host, nil where the pool has none.
func (a *auditor) hostSaid(id event.PoolID, refund tote.Reason, lines []event.HostLine) (*pool, rulebook.HostResult) {
	said := rulebook.HostResult{Refund: refund}
	for _, l := range lines {
		said.Dividends = append(said.Dividends, rulebook.HostDividend{Combination: l.Combination, Dividend: l.Dividend})
	}
	p := a.poolOf(id, Finding{})
	switch {
	case p == nil:
		return nil, said
	case p.hosted.bet == nil:
		a.found(p.about(), "a host sends dividends of a bet that has none")
		return nil, said
	case p.race.status != official || p.race.called || p.declared != nil:
		a.found(p.about(), "a host's dividends come when the race is %v, or settled", p.race.status)
	}
	ordered, err := p.hosted.bet.Check(p.race.result(), said)
	if err != nil {
		a.found(p.about(), "a host cannot send that: %v", err)
	} else if !ordered.Equal(said) {
		a.found(p.about(), "a host's dividends are not in the order of the arrival")
	}
	return p, said
}

// hostSettled moves what a pool's stakes leave or lack between it and its host.
func (a *auditor) hostSettled(e *event.HostSettled) {
	p := a.poolOf(e.Pool, Finding{})
	if p == nil {
		return
	}
	if p.hosted.bet == nil || !p.hosted.confirmed || p.declared != nil || p.hosted.balance != 0 || e.Gave < 0 || e.Got < 0 {
		a.found(p.about(), "the pool gives its host %v and gets %v out of its turn", e.Gave, e.Got)
	}
	p.hosted.balance += e.Got - e.Gave
	a.ledger.add(engine.Pools, e.Got-e.Gave)
	a.ledger.add(engine.Hosts, e.Gave-e.Got)
}

// abroad works out from its bets what a pool pays at its host's dividends, and checks
// what went between it and the host.
func (a *auditor) abroad(p *pool) *event.DividendsDeclared {
	h := &p.hosted
	want, left := p.computedAbroad()
	if !p.race.called && !h.confirmed {
		a.found(p.about(), "the dividends were declared before the host's were confirmed")
	}
	if h.balance != -left {
		a.found(p.about(), "the pool got %v from its host, its bets leave it %v to give", h.balance, left)
	}
	return want
}

// computedAbroad returns the dividends and what the stakes leave for the host.
func (p *pool) computedAbroad() (want *event.DividendsDeclared, left tote.Money) {
	card, reason := p.hosted.card(p.race.result())
	if card == nil {
		return &event.DividendsDeclared{Procedure: tote.Refund, Reason: reason, Refunds: p.stakes, Booster: p.added}, 0
	}
	want = &event.DividendsDeclared{Procedure: tote.Hosted, Booster: p.added}
	onLine := make([]tote.Money, len(card.Lines()))
	p.eachLive(len(onLine), card.Count, func(s *sale, t *tote.Tally) {
		want.Refunds += s.unit * tote.Money(t.Refunded)
		want.Winnings += win(s, t, card.Dividends())
		for i, n := range t.Won {
			onLine[i] += s.unit * tote.Money(n)
		}
	})
	for i, l := range card.Lines() {
		want.Lines = append(want.Lines, event.DividendLine{
			Rank: l.Rank, Combination: l.Combination, Dividend: card.Dividends()[i], Stakes: onLine[i],
		})
	}
	return want, p.stakes - want.Refunds - want.Winnings
}

// card returns what the host made payable, or why the pool is refunded.
func (h *hosted) card(res tote.Result) (*rulebook.HostedCard, tote.Reason) {
	var said rulebook.HostResult
	if h.said != nil {
		said = *h.said
	}
	return h.bet.Card(res, said)
}
