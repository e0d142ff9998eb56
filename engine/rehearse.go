package engine

import (
	"opentote/tote"
)

// Rehearse computes a pool of a race that has an arrival as DeclareDividends
// would, step by step up to one of the phases, and changes nothing: what the pool
// would pay if that arrival became official, and where the time goes. Pools that
// are computed together are not rehearsed.
type Rehearse struct {
	Race  tote.RaceID
	Bet   tote.BetCode
	Until SettlementPhase

	Stakes     tote.Stakes     // answer
	Settlement tote.Settlement // answer, from SharePhase on
	Winnings   tote.Money      // answer, from WinningsPhase on
}

// SettlementPhase is a step of a pool's calculation.
type SettlementPhase uint8

// The phases, in order.
const (
	CountPhase    SettlementPhase = iota + 1 // the stakes by how they end
	SharePhase                               // the dividends
	WinningsPhase                            // what the bets win at these dividends
)

func (c *Rehearse) decide(d *decider) *Rejection {
	r, rej := d.find(c.Race, Provisional, Official)
	if rej != nil {
		return rej
	}
	p, ok := r.pool(c.Bet)
	if !ok || p.single != nil || p.hosted.bet != nil {
		return rejectNotOnSale
	}
	c.Stakes, c.Settlement, c.Winnings = tote.Stakes{}, tote.Settlement{}, 0
	defer r.forget()
	res := r.result()
	card, reason := p.alone(res)
	if card == nil {
		c.Settlement = tote.Settlement{Procedure: tote.Refund, Reason: reason}
		return nil
	}
	c.Stakes = p.count(card)
	if p.from != nil {
		if e := p.from.transfer(res); e != nil {
			c.Stakes.Total += e.Amount
		}
	}
	if c.Until >= SharePhase {
		c.Settlement = card.Share(c.Stakes)
	}
	if c.Until >= WinningsPhase && !c.Settlement.RefundAll() {
		c.Winnings = p.winnings(card, c.Settlement.Dividends)
	}
	return nil
}
