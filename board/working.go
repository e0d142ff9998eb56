package board

import (
	"slices"

	"opentote/event"
	"opentote/internal/assert"
	"opentote/tote"
	"opentote/tote/rulebook"
	"opentote/tote/working"
)

// Working is how a settled pool was computed. It is worked out again from what the
// journal says of the pool: the bets are not counted.
type Working struct {
	working.Pool
	// Receiver is the pool of the race that took over units of this one, nil
	// without.
	Receiver *Working

	card interface {
		Count(p *tote.Pattern, t *tote.Tally)
	} // nil where the result alone refunds the pool
	poolBet rulebook.PoolBet // the bet asked for of a single pool, else 0
}

// declared is what is kept of a pool's dividends beyond what is shown.
type declared struct {
	event.DividendsDeclared
	sent, received tote.Money
	host           tote.Money // from the host of an international pool, negative to it
}

// shared is what is kept of the pools computed as one.
type shared struct {
	level rulebook.Level
	cited rulebook.Citations
}

// transferred notes the stakes that leave a pool for another.
func (b *Board) transferred(e *event.StakesTransferred) error {
	from, err := b.pool(e.From)
	if err != nil {
		return err
	}
	to, err := b.pool(e.To)
	if err != nil {
		return err
	}
	from.declared.sent, to.declared.received = e.Amount, e.Amount
	return nil
}

// shares notes what was cited in the pools computed as one.
func (b *Board) shares(e *event.PoolsShared) error {
	s := &shared{level: rulebook.Level(e.Level)}
	for _, c := range e.Citations {
		for place, thirds := range [...]int64{c.First, c.Second, c.Third, c.Fourth} {
			s.cited[place][c.Horse] = thirds
		}
	}
	for _, share := range e.Pools {
		p, err := b.pool(share.Pool)
		if err != nil {
			return err
		}
		p.shared = s
	}
	return nil
}

// Working returns how a pool of a race was computed. ok is false when the race or
// the pool is unknown, has no dividends yet, or was declared without the stakes that
// its calculation counted.
func (b *Board) Working(id tote.RaceID, code tote.BetCode) (w *Working, ok bool) {
	c := b.computed(id, code)
	if c == nil {
		return nil, false
	}
	if w, ok = c.working(); !ok || c.to == nil {
		return w, ok
	}
	w.Receiver, ok = c.to.working()
	return w, ok
}

// computation is what a pool was computed from, read under the board's lock.
type computation struct {
	bet      tote.Bet
	rulebook string
	result   tote.Result
	stakes   tote.Money
	added    tote.Money
	declared declared
	shared   *shared
	with     []*computation // the pools computed as one, this one among them
	to       *computation
}

// computed reads a pool that has dividends, nil for none.
func (b *Board) computed(id tote.RaceID, code tote.BetCode) *computation {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.races[id]
	if r == nil {
		return nil
	}
	c := r.computed(code)
	if c == nil {
		return nil
	}
	if c.shared != nil {
		for _, p := range r.pools {
			if p.shared == c.shared {
				c.with = append(c.with, r.computed(p.view.Terms.Bet))
			}
		}
		if slices.Contains(c.with, nil) {
			return nil
		}
	}
	if to, moves := rulebook.ReceiverOf(code); moves {
		if c.to = r.computed(to); c.to == nil {
			c.bet = rulebook.WithoutQuarte(c.bet.(tote.BetType))
		}
	}
	return c
}

func (r *race) computed(code tote.BetCode) *computation {
	i := slices.IndexFunc(r.pools, func(p *pool) bool { return p.view.Terms.Bet == code })
	if i < 0 || r.pools[i].view.Result == nil || r.pools[i].bet == nil {
		return nil
	}
	p := r.pools[i]
	c := &computation{
		bet: p.bet, rulebook: p.view.Terms.Rulebook, stakes: p.view.Stakes, added: p.view.Added,
		declared: p.declared, shared: p.shared,
		result: tote.Result{
			Declared: r.view.Declared, NonRunners: r.view.NonRunners, Stables: r.stables, Arrival: r.view.Arrival,
		},
	}
	if r.view.Status == Cancelled {
		c.result.Status = tote.Cancelled
	}
	return c
}

// working computes the pool again. ok is false when that does not lead to the
// dividends declared.
func (c *computation) working() (w *Working, ok bool) {
	if c.shared != nil {
		return c.single()
	}
	d := &c.declared
	w = &Working{Pool: working.Pool{
		Bet: c.bet.Code(), Rulebook: c.rulebook, Result: c.result, Received: d.received, Accounts: d.accounts(),
		Stakes: tote.Stakes{Total: c.stakes + d.received, Transferred: d.sent, Added: c.added},
	}}
	if bet, ok := c.bet.(*rulebook.HostedBet); ok {
		return c.abroad(w, bet)
	}
	card, reason := c.bet.(tote.BetType).Card(c.result)
	if card == nil {
		w.Settlement = tote.RefundWhole(reason, 0, w.Stakes)
		return w, d.is(&w.Pool)
	}
	w.card, w.Lines = card, card.Lines()
	w.Stakes.OnLine = d.onLine(w.Lines)
	w.Stakes.Refunded = d.refunded()
	stakes := w.Stakes
	stakes.Working = &w.Pool.Working
	w.Settlement = card.Share(stakes)
	return w, d.is(&w.Pool)
}

// single computes the pools that are computed as one.
func (c *computation) single() (w *Working, ok bool) {
	rules := c.bet.(*rulebook.SharedBet).Pool()
	var offered rulebook.PoolBets
	for _, p := range c.with {
		offered |= rulebook.PoolBetsOf(p.bet.(*rulebook.SharedBet).PoolBet())
	}
	card := rules.CardAt(c.result, offered, c.shared.level)
	w = &Working{card: card, poolBet: c.bet.(*rulebook.SharedBet).PoolBet(), Pool: working.Pool{
		Bet: singlePool(c.bet.Code()), Rulebook: c.rulebook, Result: c.result, Lines: card.Lines(), Accounts: new(tote.Accounts),
	}}
	stakes := rulebook.SingleStakes{OnLine: make([]tote.Money, len(w.Lines)), Cited: c.shared.cited, Working: &w.Pool.Working}
	for _, p := range c.with {
		bet := &stakes.Bets[p.bet.(*rulebook.SharedBet).PoolBet().Index()]
		bet.Total, bet.Prime, bet.Refunded = p.stakes, p.added, p.declared.refunded()
		for i, m := range p.declared.onLine(w.Lines) {
			stakes.OnLine[i] += m
		}
		w.Accounts.Add(p.declared.accounts())
	}
	settled := card.Share(stakes)
	w.Settlement, w.Stakes = settled.Settlement, stakes.Pool()
	ok = true
	for _, p := range c.with {
		bet := p.bet.(*rulebook.SharedBet).PoolBet()
		reason := settled.Refunds[bet.Index()]
		if reason != "" {
			w.Refunds = append(w.Refunds, working.Refund{Bet: p.bet.Code(), Reason: reason})
		}
		ok = ok && reason == p.declared.Reason && p.declared.pays(&w.Pool)
	}
	return w, ok
}

// singlePool names the bets of a single pool together, after one of them.
func singlePool(one tote.BetCode) tote.BetCode {
	if one.Network() == tote.Online {
		return "E_MASSE_UNIQUE"
	}
	return "MASSE_UNIQUE"
}

// onLine returns the stakes counted on the lines.
func (d *declared) onLine(lines []tote.Line) []tote.Money {
	counted := map[tote.Line]tote.Money{}
	for _, l := range d.Lines {
		counted[tote.Line{Rank: l.Rank, Combination: l.Combination}] = l.Stakes
	}
	for _, l := range d.Counted {
		counted[tote.Line{Rank: l.Rank, Combination: l.Combination}] = l.Stakes
	}
	onLine := make([]tote.Money, len(lines))
	for i, l := range lines {
		onLine[i] = counted[l]
	}
	return onLine
}

// refunded is what the bet's own rules refund.
func (d *declared) refunded() tote.Money {
	if d.Procedure != tote.Refund {
		return d.Refunds
	}
	for _, l := range d.Counted {
		if l.Rank == "" {
			return l.Stakes
		}
	}
	return 0
}

func (d *declared) accounts() *tote.Accounts {
	return &tote.Accounts{
		Payout: d.Winnings, Refunds: d.Refunds, Transferred: d.sent, Takeout: d.Takeout, Progressive: d.Progressive,
		Breakage: d.Breakage, Booster: d.Booster, TopUp: d.TopUp,
	}
}

// is reports whether a pool computed again ends as declared.
func (d *declared) is(p *working.Pool) bool {
	return p.Settlement.Procedure == d.Procedure && p.Settlement.Reason == d.Reason && d.pays(p)
}

// pays reports whether a pool computed again pays the lines declared what they were.
func (d *declared) pays(p *working.Pool) bool {
	for _, l := range d.Lines {
		i := slices.Index(p.Lines, tote.Line{Rank: l.Rank, Combination: l.Combination})
		if i < 0 || p.Settlement.Dividends[i] != l.Dividend {
			return false
		}
	}
	return true
}

// Late reports whether a bet was purged, as one that came after the true start.
func (b *Board) Late(id event.BetID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, err := b.pool(id.Pool())
	return err == nil && slices.Contains(p.late, id.Index())
}

// Bet returns how the units of a bet of the pool end in it.
func (w *Working) Bet(p tote.Pattern, unit tote.Money, units int) *working.Bet {
	if w.poolBet != 0 {
		p.Variant = uint8(w.poolBet)
	}
	b := &working.Bet{Pattern: p, Unit: unit, Units: units}
	b.Tally.Reset(len(w.Lines))
	if w.card != nil {
		w.card.Count(&p, &b.Tally)
	}
	return b
}

// Received returns how units end in the pool that left another pool of the race.
func (w *Working) Received(p tote.Pattern, unit tote.Money, units int) *working.Bet {
	b := &working.Bet{Pattern: p, Unit: unit, Units: units, Received: true}
	b.Tally.Reset(len(w.Lines))
	if w.card != nil {
		receiver, ok := w.card.(tote.Receiver)
		assert.That(ok, "%s receives units and cannot count them", w.Pool.Bet)
		receiver.CountReceived(&p, &b.Tally)
	}
	return b
}
