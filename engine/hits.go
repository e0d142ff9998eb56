package engine

import (
	"cmp"
	"slices"

	"opentote/event"
	"opentote/internal/assert"
	"opentote/tote"
)

// hit is units of a bet that end on a line of a card, or one of the ways below.
type hit struct {
	bet   uint32
	line  int32
	units int64
	unit  tote.Money
}

// The ways to end on no line.
const (
	refundedUnits int32 = -1 - iota
	movedUnits          // to another pool of the race
)

// hits are what comes of a pool's bets on a card: most come to nothing, and are
// not looked at again. They stand in the order of the bets.
type hits struct {
	card     payable
	own      []hit
	received []hit // of bets of the pool whose units this one takes over
}

// tallied is what a range of bets comes to.
type tallied struct {
	stakes tote.Stakes
	hits   []hit
}

// add adds the units of a bet that end in one way.
func (t *tallied) add(bet uint32, line int32, units int, unit tote.Money) {
	t.hits = append(t.hits, hit{bet: bet, line: line, units: int64(units), unit: unit})
}

// tally has all cores count how the units of bets end on a card.
func tally(c *columns, card payable, count func(*tote.Pattern, *tote.Tally)) []tallied {
	return onAllCores(c, sieveOf(card), func(sum *tallied) func(uint32, *row) {
		var t tote.Tally
		lines := len(card.Lines())
		sum.stakes.OnLine = make([]tote.Money, lines)
		return func(i uint32, b *row) {
			t.Reset(lines)
			count(&b.pattern, &t)
			if t.Refunded != 0 {
				sum.stakes.Refunded += b.unit * tote.Money(t.Refunded)
				sum.add(i, refundedUnits, t.Refunded, b.unit)
			}
			if t.Transferred != 0 {
				sum.stakes.Transferred += b.unit * tote.Money(t.Transferred)
				sum.add(i, movedUnits, t.Transferred, b.unit)
			}
			for line, n := range t.Won {
				if n != 0 {
					sum.stakes.OnLine[line] += b.unit * tote.Money(n)
					sum.add(i, int32(line), n, b.unit)
				}
			}
		}
	})
}

// count sums the pool's stakes by how they end on the card, those of the units it
// takes over included, and keeps the hits.
func (p *pool) count(card payable) tote.Stakes {
	stakes := tote.Stakes{Total: p.stakes, Added: p.added, OnLine: make([]tote.Money, len(card.Lines()))}
	merge := func(sums []tallied) []hit {
		parts := make([][]hit, len(sums))
		for i, sum := range sums {
			parts[i] = sum.hits
			stakes.Refunded += sum.stakes.Refunded
			stakes.Transferred += sum.stakes.Transferred
			for line, m := range sum.stakes.OnLine {
				stakes.OnLine[line] += m
			}
		}
		return slices.Concat(parts...)
	}
	p.hits = &hits{card: card, own: merge(tally(&p.bets, card, card.Count))}
	if receiver, ok := card.(tote.Receiver); ok && p.from != nil && p.race.nonRunners != 0 {
		p.hits.received = merge(tally(&p.from.bets, card, receiver.CountReceived))
	}
	return stakes
}

// winnings sums what bets win in the pool.
func (p *pool) winnings(card payable, dividends []tote.Dividend) (sum tote.Money) {
	if p.hits == nil || p.hits.card != card {
		p.count(card)
	}
	for _, list := range [...][]hit{p.hits.own, p.hits.received} {
		for i := range list {
			sum += list[i].wins(dividends)
		}
	}
	return sum
}

// wins returns what the units win. Each is rounded to the cent on its own (II-14).
func (h *hit) wins(dividends []tote.Dividend) tote.Money {
	if h.line < 0 {
		return 0
	}
	return dividends[h.line].Pay(h.unit) * tote.Money(h.units)
}

// forget drops the hits of pools whose dividends are not declared: bets or the
// result may change before they are.
func (r *race) forget() {
	for _, p := range r.pools {
		if p.declared == nil {
			p.hits = nil
		}
	}
}

// ends tells how bets end in a pool under the dividends declared.
type ends struct {
	whole     bool // every bet is refunded, but for units that left
	hits      *hits
	dividends []tote.Dividend // by line of the hits' card
}

// ends is worked out once, and kept until the pool is settled. The hits are those
// that the dividends were computed from, or, after a restart, found again.
func (p *pool) ends() *ends {
	if p.settling != nil {
		return p.settling
	}
	e := &ends{whole: p.declared.Procedure == tote.Refund, hits: &hits{}}
	p.settling = e
	if e.whole && p.sent == 0 {
		return e
	}
	if p.hits == nil {
		p.count(p.payable())
	}
	e.hits = p.hits
	e.dividends = dividendsOf(e.hits.card, p.declared.Lines)
	return e
}

// dividendsOf returns what was declared for each line of a card.
func dividendsOf(card payable, declared []event.DividendLine) []tote.Dividend {
	dividends := make([]tote.Dividend, len(card.Lines()))
	for _, l := range declared {
		for i, line := range card.Lines() {
			if line.Rank == l.Rank && line.Combination == l.Combination {
				dividends[i] = l.Dividend
			}
		}
	}
	return dividends
}

// endings tells how one bet of a pool after the other ends.
type endings struct {
	pool          *pool
	here, there   *ends // there: the pool that took over units, nil for none
	own, received cursor
}

// endings starts at a bet.
func (p *pool) endings(from uint32) endings {
	e := endings{pool: p, here: p.ends()}
	e.own = startAt(e.here.hits.own, from)
	if p.sent > 0 {
		e.there = p.to.ends()
		e.received = startAt(e.there.hits.received, from)
	}
	return e
}

// of returns how bet i ends, in its pool and in the one that took over units of it.
// Bets are asked for in order.
func (e *endings) of(i uint32, b *row) (end event.BetEnd) {
	moved := tote.Money(0)
	own := e.own.take(i)
	for k := range own {
		stakes := own[k].unit * tote.Money(own[k].units)
		switch own[k].line {
		case refundedUnits:
			end.Refunded += stakes
		case movedUnits:
			moved += stakes
		default:
			end.Won += own[k].wins(e.here.dividends)
		}
	}
	if e.here.whole {
		end.Won, end.Refunded = 0, b.cost()-moved
	}
	e.pool.boostEnd(i, b, e.here, &end)
	if moved == 0 {
		return end
	}
	if e.there.whole {
		end.ReceiverRefunded = moved
	} else {
		received := e.received.take(i)
		for k := range received {
			end.ReceiverWon += received[k].wins(e.there.dividends)
		}
	}
	end.Won += end.ReceiverWon
	end.Refunded += end.ReceiverRefunded
	return end
}

// cursor walks hits from bet to bet.
type cursor []hit

func startAt(list []hit, bet uint32) cursor {
	i, _ := slices.BinarySearchFunc(list, bet, func(h hit, bet uint32) int { return cmp.Compare(h.bet, bet) })
	return list[i:]
}

// take returns the hits of a bet and moves behind them.
func (c *cursor) take(bet uint32) []hit {
	list := *c
	for len(list) > 0 && list[0].bet < bet {
		list = list[1:]
	}
	n := 0
	for n < len(list) && list[n].bet == bet {
		n++
	}
	*c = list[n:]
	return list[:n]
}

// payable returns the card that the pool's dividends were computed on.
func (p *pool) payable() payable {
	if p.single != nil {
		return p.single.rules.CardAt(p.race.result(), p.single.offered, p.level)
	}
	if p.hosted.bet != nil {
		card, _ := p.hosted.card(p.race.result())
		assert.That(card != nil, "pool %d has dividends and its host refunds it", p.id)
		return card
	}
	card, _ := p.alone(p.race.result())
	assert.That(card != nil, "pool %d has dividends but no card", p.id)
	return card
}
