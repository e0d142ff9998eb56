package engine

import (
	"errors"
	"slices"

	"opentote/event"
	"opentote/internal/assert"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// hosted is a pool that a foreign operator shares out: we collect, it computes
// (IIIt-1).
type hosted struct {
	bet       *rulebook.HostedBet // nil for every other pool; derived
	said      *rulebook.HostResult
	enteredBy event.Staff
	confirmed bool       // said, by a second person
	balance   tote.Money // from the host, negative to it
}

// EnterHostDividends records what the host of an international pool sent, once the
// race is official. It may be corrected until the dividends are declared, even once
// confirmed: then it has to be confirmed anew. Saying the same again changes nothing.
type EnterHostDividends struct {
	Race   tote.RaceID
	Bet    tote.BetCode
	Result rulebook.HostResult
	Staff  event.Staff
}

func (c *EnterHostDividends) decide(d *decider) *Rejection {
	p, said, rej := d.hosted(c.Race, c.Bet, c.Result, c.Staff, Official)
	if rej != nil {
		return rej
	}
	h := &p.hosted
	if h.said != nil && said.Equal(*h.said) && (h.confirmed || c.Staff == h.enteredBy) {
		return nil
	}
	if rej := p.hostLacks(said); rej != nil {
		return rej
	}
	d.emit(&event.HostDividendsEntered{Pool: p.id, Refund: said.Refund, Lines: hostLines(said), Staff: c.Staff})
	return nil
}

// ConfirmHostDividends makes what the host sent what bets are paid by: another person
// than the one who entered it must enter the same. Confirming again changes nothing.
type ConfirmHostDividends struct {
	Race   tote.RaceID
	Bet    tote.BetCode
	Result rulebook.HostResult
	Staff  event.Staff
}

func (c *ConfirmHostDividends) decide(d *decider) *Rejection {
	p, said, rej := d.hosted(c.Race, c.Bet, c.Result, c.Staff, Official, Payable, Settled)
	if rej != nil {
		return rej
	}
	h := &p.hosted
	switch {
	case h.said == nil:
		return reject(WrongStatus)
	case c.Staff == h.enteredBy:
		return reject(FourEyes)
	case !said.Equal(*h.said):
		return reject(HostDiffers)
	case h.confirmed:
		return nil
	}
	d.emit(&event.HostDividendsConfirmed{Pool: p.id, Refund: said.Refund, Lines: hostLines(said), Staff: c.Staff})
	return nil
}

// hosted finds the pool of a bet that a host shares out and checks what is said of it
// against the official arrival. What it returns stands in the order of the arrival.
func (d *decider) hosted(id tote.RaceID, bet tote.BetCode, said rulebook.HostResult, staff event.Staff, at ...Status) (*pool, rulebook.HostResult, *Rejection) {
	if rej := checkStaff(staff); rej != nil {
		return nil, said, rej
	}
	r, rej := d.find(id, at...)
	if rej != nil {
		return nil, said, rej
	}
	p, ok := r.pool(bet)
	switch {
	case !ok:
		return nil, said, rejectNotOnSale
	case p.hosted.bet == nil:
		return nil, said, reject(NotHosted)
	case r.cancelled:
		return nil, said, reject(WrongStatus) // all is refunded without the host
	case staff == "":
		return nil, said, reject(FourEyes)
	}
	said, err := p.hosted.bet.Check(r.result(), said)
	if err != nil {
		return nil, said, rejectHost(err)
	}
	return p, said, nil
}

// rejectHost turns the refusal of a host's result into ours; codes carry over.
func rejectHost(err error) *Rejection {
	var h *rulebook.HostError
	assert.That(errors.As(err, &h), "a host's result is refused with %v", err)
	return rejectf(Code(h.Code), h.Combination)
}

// hostLacks refuses dividends that leave out a combination which every host pays and
// our own bets hold: our stakes are in the host's pool, so somebody backs it.
func (p *pool) hostLacks(said rulebook.HostResult) *Rejection {
	card := p.hosted.bet.Must(p.race.result())
	if said.Refund != "" || card == nil {
		return nil
	}
	stakes := p.count(card)
	p.hits = nil
	for i, l := range card.Lines() {
		paid := slices.ContainsFunc(said.Dividends, func(h rulebook.HostDividend) bool { return h.Combination == l.Combination })
		if stakes.OnLine[i] > 0 && !paid {
			return rejectf(HostLacks, l.Combination)
		}
	}
	return nil
}

func hostLines(said rulebook.HostResult) []event.HostLine {
	var lines []event.HostLine
	for _, d := range said.Dividends {
		lines = append(lines, event.HostLine{Combination: d.Combination, Dividend: d.Dividend})
	}
	return lines
}

// awaitedHost returns a bet of the race that cannot be settled before its host has
// spoken and two people have read it, nothing where there is none.
func (r *race) awaitedHost() tote.BetCode {
	for _, p := range r.pools {
		if p.hosted.bet != nil && !p.hosted.confirmed && !r.cancelled {
			return p.terms.Bet
		}
	}
	return ""
}

// card returns what the host made payable, or why the pool is refunded.
func (h *hosted) card(res tote.Result) (*rulebook.HostedCard, tote.Reason) {
	var said rulebook.HostResult
	if h.said != nil {
		said = *h.said
	}
	return h.bet.Card(res, said)
}

// shareAbroad works out what the bets of a pool get at the host's dividends, and what
// that leaves between the operator and the host, nil where it is nothing.
func (p *pool) shareAbroad(res tote.Result) (*event.HostSettled, *event.DividendsDeclared) {
	card, reason := p.hosted.card(res)
	if card == nil {
		return nil, &event.DividendsDeclared{Pool: p.id, Procedure: tote.Refund, Reason: reason, Refunds: p.stakes, Booster: p.added}
	}
	stakes := p.count(card)
	winnings := p.winnings(card, card.Dividends())
	e := &event.DividendsDeclared{
		Pool: p.id, Procedure: tote.Hosted, Refunds: stakes.Refunded, Winnings: winnings, Booster: p.added,
	}
	// The host's dividends are news, whoever bets here.
	for i, l := range card.Lines() {
		e.Lines = append(e.Lines, event.DividendLine{
			Rank: l.Rank, Combination: l.Combination, Dividend: card.Dividends()[i], Stakes: stakes.OnLine[i],
		})
	}
	left := p.stakes - stakes.Refunded - winnings
	if left == 0 {
		return nil, e
	}
	return &event.HostSettled{Pool: p.id, Gave: max(0, left), Got: max(0, -left)}, e
}

func (s *State) hostSaid(id event.PoolID, refund tote.Reason, lines []event.HostLine) *hosted {
	p, ok := s.pool(id)
	assert.That(ok && p.hosted.bet != nil && p.race.status == Official && p.declared == nil, "a host speaks of pool %d", id)
	said := &rulebook.HostResult{Refund: refund}
	for _, l := range lines {
		said.Dividends = append(said.Dividends, rulebook.HostDividend{Combination: l.Combination, Dividend: l.Dividend})
	}
	p.hosted.said, p.hosted.confirmed = said, false
	return &p.hosted
}

func (s *State) hostSettled(e *event.HostSettled) {
	p, ok := s.pool(e.Pool)
	assert.That(ok && p.hosted.confirmed && p.declared == nil && p.hosted.balance == 0 &&
		e.Gave >= 0 && e.Got >= 0 && e.Gave <= p.stakes, "pool %d gives %d to its host and gets %d", e.Pool, e.Gave, e.Got)
	p.hosted.balance = e.Got - e.Gave
	s.ledger.move(Pools, Hosts, e.Gave)
	s.ledger.move(Hosts, Pools, e.Got)
}

func (h *hosted) archive(a *archive) {
	said := h.said != nil
	putBool(a, &said)
	if said {
		if a.reading() {
			h.said = new(rulebook.HostResult)
		}
		putText(a, &h.said.Refund)
		putList(a, &h.said.Dividends, func(a *archive, d *rulebook.HostDividend) {
			putText(a, &d.Combination)
			put(a, &d.Dividend)
		})
	}
	putText(a, &h.enteredBy)
	putBool(a, &h.confirmed)
	put(a, &h.balance)
}
