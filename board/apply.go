package board

import (
	"fmt"
	"slices"

	"opentote/event"
	"opentote/follow"
	"opentote/tote"
)

var _ follow.Handler = (*Board)(nil)

// Begin is of follow.Handler.
func (b *Board) Begin() { b.mu.Lock() }

// End is of follow.Handler.
func (b *Board) End(last event.Seq) {
	if last > b.last {
		b.last = last
		close(b.next)
		b.next = make(chan struct{})
	}
	b.mu.Unlock()
}

// Apply is of follow.Handler. An event that does not fit is an error: the board
// would show what is not true.
func (b *Board) Apply(seq event.Seq, at event.Millis, ev event.Event) error {
	switch e := ev.(type) {
	case *event.BetPlaced:
		return b.placed(seq, e)
	case *event.BetCancelled:
		return b.remove(seq, e.Bet)
	case *event.LatePurged:
		for _, late := range e.Bets {
			if err := b.remove(seq, late.Bet); err != nil {
				return err
			}
			p := b.pools[late.Bet.Pool()-1] // remove knows it
			p.late = append(p.late, late.Bet.Index())
		}
	case *event.BoosterReleased:
		return b.added(seq, e)
	case *event.StakesTransferred:
		return b.transferred(e)
	case *event.HostSettled:
		return b.hostSettled(e)
	case *event.PoolsShared:
		return b.shares(e)
	case *event.DividendsDeclared:
		return b.dividends(seq, e)
	case *event.BetsSettled:
		return b.settled(seq, e)
	case *event.RaceDeclared:
		b.declared(seq, e)
	case *event.RaceOpened:
		return b.status(seq, e.Race, Open)
	case *event.RaceSuspended:
		return b.status(seq, e.Race, Suspended)
	case *event.RaceStopped:
		return b.change(seq, e.Race, func(r *race) { r.view.Status, r.view.StoppedAt = Stopped, at })
	case *event.RaceCancelled:
		return b.change(seq, e.Race, func(r *race) { r.view.Status, r.view.Arrival = Cancelled, nil })
	case *event.NonRunnerDeclared:
		return b.change(seq, e.Race, func(r *race) { r.scratch(seq, e.Horse) })
	case *event.ResultEntered:
		return b.arrival(seq, e.Race, e.Arrival, Provisional)
	case *event.ResultConfirmed:
		return b.arrival(seq, e.Race, e.Arrival, Official)
	}
	return nil // wallets, tills and keys are not the public's business
}

func (b *Board) change(seq event.Seq, id tote.RaceID, f func(*race)) error {
	r := b.races[id]
	if r == nil {
		return fmt.Errorf("board: race %d is unknown", id)
	}
	f(r)
	r.changed = seq
	return nil
}

func (b *Board) status(seq event.Seq, id tote.RaceID, s Status) error {
	return b.change(seq, id, func(r *race) { r.view.Status = s })
}

func (b *Board) arrival(seq event.Seq, id tote.RaceID, places []event.Place, s Status) error {
	arrival := make([][]tote.Horse, len(places))
	for i, p := range places {
		arrival[i] = slices.Clone(p.Horses)
	}
	return b.change(seq, id, func(r *race) {
		r.view.Status, r.view.Arrival = s, arrival
		r.progress()
	})
}

func (b *Board) declared(seq event.Seq, e *event.RaceDeclared) {
	r := &race{changed: seq, view: Race{
		ID: e.Race, Status: Scheduled, Start: e.Start, Declared: e.Declared,
	}, stables: slices.Clone(e.Stables)}
	for _, d := range e.Pools {
		p := newPool(r, d)
		p.touch(seq)
		r.pools = append(r.pools, p)
		b.pools = append(b.pools, p)
	}
	r.link()
	b.races[e.Race] = r
	day := e.Race.Day()
	b.days[day] = append(b.days[day], e.Race)
}

// scratch marks a horse; the odds of every pool follow from who runs. Bets that
// name the horse may now count elsewhere: a replacement horse takes its place,
// a formula on a scratched base is refunded. So the stakes are counted anew.
func (r *race) scratch(seq event.Seq, h tote.Horse) {
	r.view.NonRunners = r.view.NonRunners.With(h)
	r.reopen()
	for _, p := range r.pools {
		p.touch(seq)
		clear(p.cells)
		for i := range p.bets.n {
			if b := p.bets.at(i); !b.gone {
				p.count(&b, b.unit)
			}
		}
	}
}

// count adds unit to the cell of each combination of a bet, as the runners are
// now.
func (p *pool) count(b *bet, unit tote.Money) {
	if p.single != nil {
		p.single.open.Add(&b.pattern, unit)
		return
	}
	if p.cells == nil {
		return
	}
	if odds, ok := p.odds.(tote.ScratchOdds); ok {
		odds.AddStakesScratched(&b.pattern, unit, p.race.view.NonRunners, p.cells)
		return
	}
	p.odds.AddStakes(&b.pattern, unit, p.cells)
}

// touch notes a change of the pool.
func (p *pool) touch(seq event.Seq) {
	p.changed, p.view.Seq, p.race.changed = seq, seq, seq
	p.stale = p.odds != nil
	if p.single == nil {
		return
	}
	// A bet of any of the pools changes the Trio's odds.
	if trio := p.single.trio(); trio != nil {
		trio.changed, trio.view.Seq, trio.stale = seq, seq, true
	}
}

func (b *Board) pool(id event.PoolID) (*pool, error) {
	if id == 0 || int(id) > len(b.pools) {
		return nil, fmt.Errorf("board: pool %d is unknown", id)
	}
	return b.pools[id-1], nil
}

func (b *Board) placed(seq event.Seq, e *event.BetPlaced) error {
	p, err := b.pool(e.Bet.Pool())
	if err != nil {
		return err
	}
	if e.Bet.Index() != p.placed || p.view.Result != nil {
		return fmt.Errorf("board: bet %d does not follow in its pool", e.Bet)
	}
	in := bet{pattern: e.Pattern, unit: e.Unit, units: e.Units}
	p.bets.add(&in)
	p.placed++
	p.count(&in, e.Unit)
	p.back(&in, e.Unit)
	p.view.Stakes += e.Cost()
	p.view.Bets++
	p.touch(seq)
	return nil
}

// back adds a bet to the stakes by horse, or takes it out, where a quote asks
// which horses are backed most.
func (p *pool) back(b *bet, unit tote.Money) {
	if shaped, ok := p.bet.(tote.Shaped); ok && p.odds == nil {
		if s, ok := shaped.Shape(b.pattern.Variant); ok {
			p.backing.Add(s, &b.pattern, unit, int(b.units))
		}
	}
}

// added notes money of the bet's fund that the pool will share out.
func (b *Board) added(seq event.Seq, e *event.BoosterReleased) error {
	p, err := b.pool(e.Pool)
	if err != nil {
		return err
	}
	p.view.Added += e.Amount
	if p.single != nil {
		p.single.open.AddPrime(p.poolBet(), e.Amount)
	}
	p.touch(seq)
	return nil
}

func (b *Board) remove(seq event.Seq, id event.BetID) error {
	p, err := b.pool(id.Pool())
	if err != nil {
		return err
	}
	i := id.Index()
	if i >= p.placed || p.view.Result != nil {
		return fmt.Errorf("board: bet %d is unknown", id)
	}
	out := p.bets.at(i)
	p.count(&out, -out.unit)
	p.back(&out, -out.unit)
	p.bets.drop(i)
	p.removed = append(p.removed, i)
	p.view.Stakes -= out.unit * tote.Money(out.units)
	p.view.Bets--
	p.touch(seq)
	return nil
}

func (b *Board) dividends(seq event.Seq, e *event.DividendsDeclared) error {
	p, err := b.pool(e.Pool)
	if err != nil {
		return err
	}
	p.declared.DividendsDeclared = *e
	p.declared.Lines, p.declared.Counted = slices.Clone(e.Lines), slices.Clone(e.Counted)
	p.view.Result = &Result{Procedure: e.Procedure, Reason: e.Reason, Dividends: p.declared.Lines}
	p.bets, p.cells, p.removed = kept{}, nil, nil
	p.single, p.view.Odds = nil, nil
	p.touch(seq)
	p.race.progress()
	return nil
}

// settled notes the last slice of a race's last pool. A pool's bets are settled
// in order, so it is done when a slice ends at its number of bets.
func (b *Board) settled(seq event.Seq, e *event.BetsSettled) error {
	p, err := b.pool(e.Pool)
	if err != nil {
		return err
	}
	p.done = e.To == p.placed
	p.race.changed = seq
	p.race.progress()
	return nil
}

// progress moves an official race on when all its pools have come further, as
// the engine does. A cancelled race stays so whatever is paid.
func (r *race) progress() {
	if r.view.Status < Official || r.view.Status == Cancelled {
		return
	}
	if slices.ContainsFunc(r.pools, func(p *pool) bool { return p.view.Result == nil }) {
		return
	}
	r.view.Status = Payable
	if !slices.ContainsFunc(r.pools, func(p *pool) bool { return p.placed > 0 && !p.done }) {
		r.view.Status = Settled
	}
}
