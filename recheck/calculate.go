package recheck

import (
	"context"
	"fmt"
	"runtime/debug"

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
// computed as one is the same for all, and that of a pool shared out abroad lists its
// stakes without being computed. The stakes of equal units are one stake of the case,
// and so are those of units that differ by horses that are alike: a case has some
// thousands of stakes, whatever was bet.
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
	if c.Pools, err = r.guarded(ctx); err != nil {
		return nil, fmt.Errorf("recheck: race %d: %w", id, err)
	}
	return c, nil
}

// guarded is calculate where a panic is an error like another: a calculator that
// fails leaves a race unpaid, and ends nothing else.
func (r *race) guarded(ctx context.Context) (pools []Pool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return r.calculate(ctx)
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
			if sender != sends || singleBet(p.terms.Bet) || abroad(p.terms.Bet) {
				continue
			}
			a, err := r.alone(ctx, p, from[p.terms.Bet])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.terms.Bet, err)
			}
			if sender {
				from[to] = a
			}
			pool, err := a.result()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.terms.Bet, err)
			}
			out = append(out, pool)
		}
	}
	for _, p := range r.pools {
		if !abroad(p.terms.Bet) {
			continue
		}
		pool, ok, err := r.abroad(ctx, p)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.terms.Bet, err)
		}
		if ok {
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
	// received are the units of another pool that play here: the stake of the case
	// that each stake there has become.
	sender   *alone
	received map[int]int // by index of the other's stakes
}

// alone expands the bets of a pool and has its case computed.
func (r *race) alone(ctx context.Context, p *pool, sender *alone) (*alone, error) {
	b, err := r.bets(ctx, p, 0)
	if err != nil {
		return nil, err
	}
	a := &alone{bets: b, c: r.caseOf(p), sender: sender, received: map[int]int{}}
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
			a.received[i] = len(a.c.Stakes)
			a.c.Stakes = append(a.c.Stakes, a.sender.c.Received(a.sender.c.Stakes[i]))
		}
	}
}

// result makes the figures of the answer.
func (a *alone) result() (Pool, error) {
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
	if err := p.pay(a.bets, a.won(answer)); err != nil {
		return Pool{}, err
	}
	taken := map[int]string{}
	for from, to := range a.received { // order-free: each has its own entry
		if end := answer.Selections[to]; end.Outcome == "won" {
			taken[from] = end.Dividend
		}
	}
	if len(taken) > 0 {
		if err := p.pay(a.sender.bets, taken); err != nil {
			return Pool{}, err
		}
	}
	f.Winnings = tote.Money(p.sum)
	return Pool{Figures: f, Case: a.c}, nil
}

// payer sums what units win.
type payer struct {
	paid map[payment]int64 // a unit's win
	sum  int64
}

type payment struct {
	cents    int64
	dividend string
}

// pay adds what units of a pool's bets win, by the dividend of each stake that
// won, on the list of their stakes.
func (p *payer) pay(b *bets, won map[int]string) error {
	for _, u := range b.stakes.sold {
		dividend, ok := won[u.stake]
		if !ok {
			continue
		}
		each, err := p.unit(u.cents, dividend)
		if err != nil {
			return err
		}
		p.sum += each * u.count
	}
	return nil
}

// unit is what a unit wins.
func (p *payer) unit(cents int64, dividend string) (won int64, err error) {
	key := payment{cents: cents, dividend: dividend}
	won, known := p.paid[key]
	if !known {
		won, err = recount.Winnings(cents, dividend)
		p.paid[key] = won
	}
	return won, err
}

// won lists the dividends of the pool's own stakes by an answer.
func (b *bets) won(answer *recount.Answer) map[int]string {
	won := map[int]string{}
	for i := range b.stakes.list {
		if end := answer.Selections[b.from+i]; end.Outcome == "won" {
			won[i] = end.Dividend
		}
	}
	return won
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
