package engine

import (
	"cmp"
	"slices"

	"opentote/event"
	"opentote/internal/assert"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// link gives the pools of a race their bets. What becomes of units with one
// non-runner depends on the other pools: those of a Quinté Plus play in the
// Quarté Plus of the race, and are refunded where there is none (III-9-3-I-b).
func (r *race) link() {
	for _, p := range r.pools {
		book, ok := rulebook.ByID(rulebook.ID(p.terms.Rulebook))
		assert.That(ok, "rulebook %q is unknown to this version", p.terms.Rulebook)
		p.bet, ok = book.Bet(p.terms.Bet)
		assert.That(ok, "bet %q is unknown to rulebook %q", p.terms.Bet, p.terms.Rulebook)
		p.delay = event.Millis(book.CancelDelay)
		switch bet := p.bet.(type) {
		case *rulebook.SharedBet:
			r.join(p, bet)
			continue
		case *rulebook.HostedBet:
			p.hosted.bet = bet
			continue
		}
		to, _ := rulebook.ReceiverOf(p.terms.Bet)
		if p.to, ok = r.pool(to); !ok {
			p.bet = rulebook.WithoutQuarte(p.bet.(tote.BetType))
			continue
		}
		p.to.from = p
	}
	for _, p := range r.pools {
		p.shaped, _ = p.bet.(tote.Shaped)
		if len(p.terms.Jackpot) > 0 {
			book, _ := rulebook.ByID(rulebook.ID(p.terms.Rulebook))
			p.jackpot, _ = book.Jackpot(p.terms.Bet)
			assert.That(p.jackpot != nil, "pool %d has a table and no service", p.id)
		}
	}
}

// payable is what a result makes payable: a pool's own tote.Card, that of a single
// pool, or what a host pays.
type payable interface {
	Lines() []tote.Line
	Count(p *tote.Pattern, t *tote.Tally)
}

// alone returns what a result makes payable in a pool that is computed by itself.
func (p *pool) alone(res tote.Result) (tote.Card, tote.Reason) { return p.bet.(tote.BetType).Card(res) }

// transfer sums the stakes of the pool's units that play in another pool of the
// race; nil when there are none. The pool's card tells, whatever becomes of
// either pool: no refund concerns these units here (V-11).
func (p *pool) transfer(res tote.Result) *event.StakesTransferred {
	if p.to == nil || res.NonRunners == 0 {
		return nil
	}
	card, _ := p.alone(res)
	assert.That(card != nil, "pool %d cannot tell which units leave it", p.id)
	e := &event.StakesTransferred{From: p.id, To: p.to.id}
	e.Amount = p.count(card).Transferred
	if e.Amount == 0 {
		return nil
	}
	return e
}

func (s *State) stakesTransferred(e *event.StakesTransferred) {
	from, ok := s.pool(e.From)
	to, known := s.pool(e.To)
	assert.That(ok && known && from.to == to && from.declared == nil && to.declared == nil &&
		from.sent == 0 && from.race.status >= Official && e.Amount <= from.stakes,
		"%d of pool %d transferred to pool %d", e.Amount, e.From, e.To)
	s.ledger.move(Pools, Pools, e.Amount)
	from.sent, to.received = e.Amount, e.Amount
}

// gives books what a bet of the pool gets on the pools that owe it.
func (p *pool) gives(end event.BetEnd) {
	p.won += end.Won - end.ReceiverWon - end.JackpotWon
	p.refunded += end.Refunded - end.ReceiverRefunded - end.JackpotRefunded
	if owed := end.JackpotWon + end.JackpotRefunded; owed > 0 {
		p.extra(end.Index).owed = owed
		p.side.won += end.JackpotWon
		p.side.refunded += end.JackpotRefunded
	}
	if end.ReceiverWon+end.ReceiverRefunded > 0 {
		p.to.won += end.ReceiverWon
		p.to.refunded += end.ReceiverRefunded
		p.shares = append(p.shares, share{end.Index, end.ReceiverWon + end.ReceiverRefunded})
	}
}

// pay books what a bet of the pool was paid on the pools that owed it.
func (p *pool) pay(index uint32, m tote.Money) {
	i, ok := slices.BinarySearchFunc(p.shares, index, func(x share, index uint32) int { return cmp.Compare(x.index, index) })
	if ok {
		p.to.paid += p.shares[i].money
		m -= p.shares[i].money
	}
	if x := p.extra(index); x != nil {
		p.side.paid += x.owed
		m -= x.owed
	}
	p.paid += m
}

// close checks the sums of a pool once the last bet it owes anything has ended.
func (p *pool) close() {
	if p.settled < p.bets.len() || p.received > 0 && p.from.settled < p.from.bets.len() {
		return
	}
	assert.That(p.won == p.declared.Winnings && p.refunded == p.declared.Refunds,
		"pool %d owes %d+%d, its bets get %d+%d", p.id, p.declared.Winnings, p.declared.Refunds, p.won, p.refunded)
	assert.That(p.side.won == p.side.winnings && p.side.refunded == p.side.refunds,
		"the service on pool %d owes %d+%d, its bets get %d+%d", p.id, p.side.winnings, p.side.refunds, p.side.won, p.side.refunded)
	p.settling, p.hits = nil, nil
}
