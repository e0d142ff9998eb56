package recheck

import (
	"context"
	"fmt"

	"opentote/event"
	"opentote/recount"
	"opentote/tote"
)

// Calculation is a race as computed a second time.
type Calculation struct {
	Race  tote.RaceID
	At    event.Seq // the journal's position it is of
	Pools []Pool
}

// Pool is what a pool came to, and the case that recount computed: that of pools
// computed as one is the same for all. The stakes of equal units are one stake of
// the case.
type Pool struct {
	Figures event.Figures
	Case    *recount.Case
}

// Figures returns the figures of each pool.
func (c *Calculation) Figures() []event.Figures {
	out := make([]event.Figures, len(c.Pools))
	for i := range c.Pools {
		out[i] = c.Pools[i].Figures
	}
	return out
}

// Calculate computes the pools of a race as far as the follower has come. There
// are none for a race that does not wait for its dividends. One race is computed
// at a time.
func (f *Follower) Calculate(ctx context.Context, id tote.RaceID) (*Calculation, error) {
	select {
	case f.one <- struct{}{}:
		defer func() { <-f.one }()
	case <-ctx.Done():
		return nil, fmt.Errorf("recheck: another race is being computed: %w", ctx.Err())
	}
	r, last := f.copyOf(id)
	c := &Calculation{Race: id, At: last}
	if r == nil {
		return c, nil
	}
	var err error
	c.Pools, err = r.calculate(ctx)
	if err != nil {
		return nil, fmt.Errorf("recheck: race %d: %w", id, err)
	}
	return c, nil
}

// receivers are the bets whose pool on the same race takes over the units of
// another that are left with one non-runner (III-9-3-I-b).
var receivers = map[tote.BetCode]tote.BetCode{
	"E_QUINTE_PLUS": "E_QUARTE_PLUS", "QUINTE_PLUS": "QUARTE_PLUS",
}

// calculate computes the pools of the race: each by itself, after the one that
// sends it stakes, or those of a single pool together.
func (r *race) calculate(ctx context.Context) (out []Pool, err error) {
	from := map[tote.BetCode]*alone{} // by the receiver's code
	for _, sends := range []bool{true, false} {
		for _, p := range r.pools {
			to, sender := receivers[p.terms.Bet]
			if sender != sends || singleBet(p.terms.Bet) {
				continue
			}
			a, err := r.alone(ctx, p, from[p.terms.Bet])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.terms.Bet, err)
			}
			if sender {
				from[to] = a
			}
			pool, err := a.result(ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.terms.Bet, err)
			}
			out = append(out, pool)
		}
	}
	for _, pools := range r.singles() {
		together, err := r.together(ctx, pools)
		if err != nil {
			return nil, fmt.Errorf("single pool: %w", err)
		}
		out = append(out, together...)
	}
	return out, nil
}

// alone is a pool computed by itself.
type alone struct {
	*bets
	c      *recount.Case
	answer *recount.Answer
	// received are the units of another pool that play here: the stake of the
	// case that each has become.
	sender   *alone
	received map[unit]int
}

// alone expands the bets of a pool and has its case computed.
func (r *race) alone(ctx context.Context, p *pool, sender *alone) (*alone, error) {
	b, err := r.bets(ctx, p, 0)
	if err != nil {
		return nil, err
	}
	a := &alone{bets: b, c: r.caseOf(p), sender: sender, received: map[unit]int{}}
	a.c.ReserveCents, a.c.Stakes = int64(p.added), b.stakes.list
	if sender != nil {
		a.receive()
	}
	a.answer, err = compute(a.c)
	return a, err
}

// compute asks recount, and holds that it answers every stake.
func compute(c *recount.Case) (*recount.Answer, error) {
	answer, err := recount.Compute(c)
	if err == nil && len(answer.Selections) != len(c.Stakes) {
		err = fmt.Errorf("%d of %d stakes are answered", len(answer.Selections), len(c.Stakes))
	}
	return answer, err
}

// receive adds the units that the other pool's answer transfers.
func (a *alone) receive() {
	for i, end := range a.sender.answer.Selections {
		if end.Outcome == "transferred" {
			s := a.sender.c.Stakes[i]
			a.received[unitOf(s)] = len(a.c.Stakes)
			a.c.Stakes = append(a.c.Stakes, a.sender.c.Received(s))
		}
	}
}

// result makes the figures of the answer.
func (a *alone) result(ctx context.Context) (Pool, error) {
	answer := a.answer
	lines, err := a.lines(answer.Dividends)
	if err != nil {
		return Pool{}, err
	}
	f := event.Figures{
		Pool: a.terms.Pool, Procedure: tote.Procedure(answer.Procedure), Reason: tote.Reason(answer.Reason),
		Held:    tote.Money(answer.StakesCents-answer.TransferredCents) + a.added,
		Refunds: tote.Money(answer.RefundedCents), Kept: tote.Money(answer.Fund()), Lines: lines,
	}
	f.Sort()
	p := payer{paid: map[payment]int64{}}
	if err := a.pay(ctx, &p, answer); err != nil {
		return Pool{}, err
	}
	taken := map[unit]string{}
	for u, i := range a.received { // order-free: each has its own entry
		if end := answer.Selections[i]; end.Outcome == "won" {
			taken[u] = end.Dividend
		}
	}
	if len(taken) > 0 {
		if err := a.sender.each(ctx, p.by(taken)); err != nil {
			return Pool{}, err
		}
	}
	f.Winnings = tote.Money(p.sum)
	return Pool{Figures: f, Case: a.c}, p.err
}

// payer sums what units win. Each is paid on its own (II-14): the units of all
// bets are gone through once more, and no list of them is kept.
type payer struct {
	paid map[payment]int64 // a unit's win
	sum  int64
	err  error
}

type payment struct {
	cents    int64
	dividend string
}

// by returns what pays the unit of a line by the dividends of units.
func (p *payer) by(dividends map[unit]string) func(*line, recount.Stake) {
	return func(l *line, s recount.Stake) {
		d, won := dividends[unitOf(s)]
		if !won || p.err != nil {
			return
		}
		key := payment{cents: s.Cents, dividend: d}
		cents, known := p.paid[key]
		if !known {
			cents, p.err = recount.Winnings(s.Cents, d)
			p.paid[key] = cents
		}
		p.sum += cents * l.count
	}
}

// pay pays the pool's own units by an answer.
func (b *bets) pay(ctx context.Context, p *payer, answer *recount.Answer) error {
	own := map[unit]string{}
	for i, s := range b.stakes.list {
		if end := answer.Selections[b.from+i]; end.Outcome == "won" {
			own[unitOf(s)] = end.Dividend
		}
	}
	if len(own) == 0 {
		return nil
	}
	return b.each(ctx, p.by(own))
}

// lines are dividends with the horses' own numbers.
func (b *bets) lines(dividends []recount.Dividend) (lines []event.DividendLine, err error) {
	for _, d := range dividends {
		hundredths, err := recount.Hundredths(d.Dividend)
		if err != nil {
			return nil, err
		}
		lines = append(lines, event.DividendLine{
			Rank: d.Rank, Combination: b.numbers.named(d.Combination), Dividend: tote.Dividend(hundredths), Stakes: tote.Money(d.StakeCents),
		})
	}
	return lines, nil
}
