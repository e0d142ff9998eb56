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
		p.bet, ok = book.Type(p.terms.Bet)
		assert.That(ok, "bet %q is unknown to rulebook %q", p.terms.Bet, p.terms.Rulebook)
		p.delay = event.Millis(book.CancelDelay)
		to, _ := rulebook.ReceiverOf(p.terms.Bet)
		if p.to, ok = r.pool(to); !ok {
			p.bet = rulebook.WithoutQuarte(p.bet)
			continue
		}
		p.to.from = p
	}
}

// live calls f with every bet that counts.
func (p *pool) live(f func(*row)) {
	for i := range p.bets.len() {
		if b := p.bets.at(i); b.state == Live {
			f(b)
		}
	}
}

// played calls f with every bet that counts and how its units end on the pool's
// card, then with those of the pool whose units it takes over. The tally is the
// caller's until f returns.
func (p *pool) played(card tote.Card, f func(*row, *tote.Tally)) {
	var t tote.Tally
	lines := len(card.Lines())
	p.live(func(b *row) {
		t.Reset(lines)
		card.Count(&b.pattern, &t)
		f(b, &t)
	})
	receiver, ok := card.(tote.Receiver)
	if !ok || p.from == nil || p.race.nonRunners == 0 {
		return
	}
	p.from.live(func(b *row) {
		t.Reset(lines)
		receiver.CountReceived(&b.pattern, &t)
		f(b, &t)
	})
}

// transfer sums the stakes of the pool's units that play in another pool of the
// race; nil when there are none. The pool's card tells, whatever becomes of
// either pool: no refund concerns these units here (V-11).
func (p *pool) transfer(res tote.Result) *event.StakesTransferred {
	if p.to == nil || res.NonRunners == 0 {
		return nil
	}
	card, _ := p.bet.Card(res)
	assert.That(card != nil, "pool %d cannot tell which units leave it", p.id)
	e := &event.StakesTransferred{From: p.id, To: p.to.id}
	var t tote.Tally
	p.live(func(b *row) {
		t.Reset(len(card.Lines()))
		card.Count(&b.pattern, &t)
		e.Amount += b.unit * tote.Money(t.Transferred)
	})
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

// ends tells how bets end in a pool under the dividends declared.
type ends struct {
	whole     bool      // every bet is refunded
	card      tote.Card // nil when every bet is, with all its units
	dividends []tote.Dividend
	t         tote.Tally
}

func (p *pool) ends() *ends {
	e := &ends{whole: p.declared.Procedure == tote.Refund}
	if e.whole && p.sent == 0 {
		return e
	}
	if p.card == nil {
		card, _ := p.bet.Card(p.race.result())
		assert.That(card != nil, "pool %d has dividends but no card", p.id)
		p.card = card
	}
	e.card = p.card
	e.dividends = make([]tote.Dividend, len(p.card.Lines()))
	for _, l := range p.declared.Lines {
		for i, line := range p.card.Lines() {
			if line.Rank == l.Rank && line.Combination == l.Combination {
				e.dividends[i] = l.Dividend
			}
		}
	}
	return e
}

// own returns what a bet of the pool gets there, and how many of its units left.
func (e *ends) own(b *row) (won, refunded tote.Money, moved int) {
	if e.card == nil {
		return 0, b.cost(), 0
	}
	e.t.Reset(len(e.dividends))
	e.card.Count(&b.pattern, &e.t)
	if e.whole {
		return 0, b.cost() - b.unit*tote.Money(e.t.Transferred), e.t.Transferred
	}
	return b.wins(&e.t, e.dividends), b.unit * tote.Money(e.t.Refunded), e.t.Transferred
}

// received returns what a bet of another pool gets here for the units that left
// it.
func (e *ends) received(b *row, moved int) (won, refunded tote.Money) {
	if e.whole {
		return 0, b.unit * tote.Money(moved)
	}
	e.t.Reset(len(e.dividends))
	e.card.(tote.Receiver).CountReceived(&b.pattern, &e.t)
	return b.wins(&e.t, e.dividends), 0
}

// ending returns how the bets of the pool end, there and in the pool that took
// over units of theirs.
func (p *pool) ending() func(*row) event.BetEnd {
	here := p.ends()
	var there *ends
	if p.sent > 0 {
		there = p.to.ends()
	}
	return func(b *row) (end event.BetEnd) {
		var moved int
		end.Won, end.Refunded, moved = here.own(b)
		if moved > 0 {
			end.ReceiverWon, end.ReceiverRefunded = there.received(b, moved)
			end.Won += end.ReceiverWon
			end.Refunded += end.ReceiverRefunded
		}
		return end
	}
}

// gives books what a bet of the pool gets on the pools that owe it.
func (p *pool) gives(end event.BetEnd) {
	p.won += end.Won - end.ReceiverWon
	p.refunded += end.Refunded - end.ReceiverRefunded
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
	p.paid += m
}

// close checks the sums of a pool once the last bet it owes anything has ended.
func (p *pool) close() {
	if p.settled < p.bets.len() || p.received > 0 && p.from.settled < p.from.bets.len() {
		return
	}
	assert.That(p.won == p.declared.Winnings && p.refunded == p.declared.Refunds,
		"pool %d owes %d+%d, its bets get %d+%d", p.id, p.declared.Winnings, p.declared.Refunds, p.won, p.refunded)
	p.card = nil
}
