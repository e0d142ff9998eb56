// Package audit checks a journal offline: that it is the one that was written,
// and that what it says adds up. It is what stands behind `opentote verify`.
//
// The check is one pass over the journal with bookkeeping of its own: it shares
// the rules of the game (package tote) with the engine, not the engine's code.
// What the engine decided is decided again from the bets alone: dividends, who
// won what, who was paid. Only at the end are the two compared, when the engine
// has replayed the same events and its ledger must be the audit's.
//
//	row --> hash chain, sequence, time --> decode --> fold (ours) --> findings
//	                                             \--> engine.State.Apply --> same ledger?
//
// A finding is a fact that does not follow from the facts before it. The audit
// goes on after one, as if the fact stood, so that one falsification does not
// drown what else there is; a row that is not what was sealed ends it.
package audit

import (
	"opentote/event"
	"opentote/tote"
)

// FindingsMax bounds the findings of a report.
const FindingsMax = 100

// Report is what an audit found.
type Report struct {
	Rows      uint64       `json:"rows"`
	Events    event.Seq    `json:"events"`
	Epoch     event.Epoch  `json:"epoch"`      // of the last row
	Head      string       `json:"head"`       // hash of the last row, hexadecimal
	StateHash string       `json:"state_hash"` // of the engine's state, hexadecimal; empty when it could not be computed
	From      event.Millis `json:"from"`       // time of the first event
	To        event.Millis `json:"to"`         // time of the last event
	Totals    Totals       `json:"totals"`
	Ledger    []Balance    `json:"ledger"` // sums to zero
	Findings  []Finding    `json:"findings"`
	// Unlisted counts the findings beyond FindingsMax.
	Unlisted int `json:"unlisted"`
}

// OK reports whether nothing was found.
func (r *Report) OK() bool { return len(r.Findings) == 0 }

// Totals are what happened, in numbers and in cents.
type Totals struct {
	Accounts     uint64 `json:"accounts"`
	PointsOfSale uint64 `json:"points_of_sale"`
	Races        uint64 `json:"races"`
	Pools        uint64 `json:"pools"`
	Bets         uint64 `json:"bets"`
	Cancelled    uint64 `json:"cancelled"` // bets
	Purged       uint64 `json:"purged"`    // bets
	TicketsPaid  uint64 `json:"tickets_paid"`
	Reports      uint64 `json:"reports"` // chains

	Deposited tote.Money `json:"deposited"`
	Staked    tote.Money `json:"staked"`   // by all bets
	Jackpot   tote.Money `json:"jackpot"`  // staked on the service beside them
	Returned  tote.Money `json:"returned"` // of cancelled bets
	Refunded  tote.Money `json:"refunded"` // purged bets included
	Won       tote.Money `json:"won"`
	Paid      tote.Money `json:"paid"`    // of refunded and won: credited or collected
	Carried   tote.Money `json:"carried"` // of refunded and won: staked again by reports
	Owed      tote.Money `json:"owed"`    // of refunded and won: tickets not presented yet
}

// Balance is what a class of the ledger holds.
type Balance struct {
	Class string     `json:"class"`
	Money tote.Money `json:"money"`
}

// Finding is something that does not add up. What it is not about is zero.
type Finding struct {
	Event    event.Seq    `json:"event"`
	Race     tote.RaceID  `json:"race,omitempty"`
	Pool     event.PoolID `json:"pool,omitempty"`
	Bet      event.BetID  `json:"bet,omitempty"`
	Sentence string       `json:"sentence"`
}
