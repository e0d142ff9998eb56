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
		if bet, ok := p.bet.(*rulebook.SharedBet); ok {
			r.join(p, bet)
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
	}
}

// payable is what a result makes payable: a pool's own tote.Card, or that of a
// single pool.
type payable interface {
	Lines() []tote.Line
	Count(p *tote.Pattern, t *tote.Tally)
}

// alone returns what a result makes payable in a pool that is computed by itself.
func (p *pool) alone(res tote.Result) (tote.Card, tote.Reason) { return p.bet.(tote.BetType).Card(res) }

// played has all cores tally how the units of the pool's bets that count end on
// its card, then those of the pool whose units it takes over. start is called once
// a core, and what it returns once a bet that something may come of, with a tally
// that is the core's. The cores' sums are returned.
func played[T any](p *pool, card payable, start func(sum *T) func(*row, *tote.Tally)) []T {
	tally := func(count func(*tote.Pattern, *tote.Tally)) func(sum *T) func(*row) {
		return func(sum *T) func(*row) {
			add, lines := start(sum), len(card.Lines())
			t := new(tote.Tally)
			return func(b *row) {
				t.Reset(lines)
				count(&b.pattern, t)
				add(b, t)
			}
		}
	}
	s := sieveOf(card)
	sums := onAllCores(&p.bets, s, tally(card.Count))
	receiver, ok := card.(tote.Receiver)
	if !ok || p.from == nil || p.race.nonRunners == 0 {
		return sums
	}
	return append(sums, onAllCores(&p.from.bets, s, tally(receiver.CountReceived))...)
}

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

// ends tells how bets end in a pool under the dividends declared.
type ends struct {
	whole     bool    // every bet is refunded
	card      payable // nil when every bet is, with all its units
	sieve     sieve   // of the bets that get anything
	dividends []tote.Dividend
	t         tote.Tally
}

// ends is worked out once, and kept until the pool is settled.
func (p *pool) ends() *ends {
	if p.settling != nil {
		return p.settling
	}
	e := &ends{whole: p.declared.Procedure == tote.Refund}
	p.settling = e
	if e.whole && p.sent == 0 {
		return e
	}
	e.card = p.payable()
	if !e.whole {
		e.sieve = sieveOf(e.card)
	}
	e.dividends = make([]tote.Dividend, len(e.card.Lines()))
	for _, l := range p.declared.Lines {
		for i, line := range e.card.Lines() {
			if line.Rank == l.Rank && line.Combination == l.Combination {
				e.dividends[i] = l.Dividend
			}
		}
	}
	return e
}

// payable returns the card that the pool's dividends were computed on.
func (p *pool) payable() payable {
	if p.single != nil {
		return p.single.rules.CardAt(p.race.result(), p.single.offered, p.level)
	}
	card, _ := p.alone(p.race.result())
	assert.That(card != nil, "pool %d has dividends but no card", p.id)
	return card
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

// ending returns how a bet of the pool ends, there and in the pool that took over
// units of it.
func (p *pool) ending(i uint32) (end event.BetEnd) {
	here := p.ends()
	if !here.sieve.passes(p.bets.selection(i)) {
		return end
	}
	b := p.bets.at(i)
	var moved int
	end.Won, end.Refunded, moved = here.own(b)
	if moved > 0 {
		end.ReceiverWon, end.ReceiverRefunded = p.to.ends().received(b, moved)
		end.Won += end.ReceiverWon
		end.Refunded += end.ReceiverRefunded
	}
	return end
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
	p.settling = nil
}
