// Package recheck computes the pools of a race a second time. It follows the
// journal, keeps the bets of every race that waits for its dividends, and on
// request has package recount compute its pools from them. It shares no code of
// the rules with the engine that it checks: it reads events, and asks recount
// alone what a bet is, what a pool becomes and what it pays.
//
// Bets are kept as the number of times each pattern was sold at each stake, so
// that memory grows with what is different, and a race is dropped once its
// dividends are declared.
package recheck

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"

	"opentote/event"
	"opentote/follow"
	"opentote/tote"
)

// Follower follows the journal (it is a follow.Handler) and computes races. Its
// exported methods are safe for concurrent use.
type Follower struct {
	mu    sync.Mutex             // guards everything below
	races map[tote.RaceID]*race  // that wait for their dividends
	pools map[event.PoolID]*pool // of these races
	last  event.Seq
	next  chan struct{} // closed when last grows
	err   error         // why nothing is followed any more

	one chan struct{} // holds whoever computes: one race at a time, so that memory is bounded
}

var _ follow.Handler = (*Follower)(nil)

// New returns a follower of a journal from its first event on.
func New() *Follower {
	return &Follower{
		races: map[tote.RaceID]*race{}, pools: map[event.PoolID]*pool{},
		next: make(chan struct{}), one: make(chan struct{}, 1),
	}
}

// race is what is known of a race that waits for its dividends.
type race struct {
	id         tote.RaceID
	declared   tote.HorseSet
	nonRunners tote.HorseSet
	stables    []tote.HorseSet
	arrival    [][]tote.Horse
	official   bool // or cancelled
	cancelled  bool
	pools      []*pool
	left       int // pools without dividends

	apart bool // of a test: all horses are told apart
}

// pool is the bets of a pool.
type pool struct {
	race  *race
	terms event.PoolDeclared
	added tote.Money
	said  *hostSaid // by the host of an international pool, nil before
	lines []line
	slots []uint32   // by hash of what was sold: the line's index plus one, 0 is free
	bets  [][]uint32 // by index in blocks of betsBlock: the line of each
	n     uint32
}

// betsBlock is how many bets are kept together: a pool of millions grows without
// being copied.
const betsBlock = 4096

// sold is what makes two bets equal to a calculation.
type sold struct {
	pattern tote.Pattern
	unit    tote.Money // stake of each combination
}

// line is equal bets and how many of them count.
type line struct {
	sold
	count int64
}

// Begin is of follow.Handler.
func (f *Follower) Begin() { f.mu.Lock() }

// End is of follow.Handler.
func (f *Follower) End(last event.Seq) {
	if last > f.last {
		f.last = last
		close(f.next)
		f.next = make(chan struct{})
	}
	f.mu.Unlock()
}

// Apply is of follow.Handler. An event that does not fit is an error: what would
// be computed from there on is worth nothing.
func (f *Follower) Apply(_ event.Seq, _ event.Millis, ev event.Event) error {
	switch e := ev.(type) {
	case *event.BetPlaced:
		p, err := f.pool(e.Bet)
		if err == nil {
			err = p.place(e)
		}
		return err
	case *event.BetCancelled:
		return f.remove(e.Bet)
	case *event.LatePurged:
		for _, late := range e.Bets {
			if err := f.remove(late.Bet); err != nil {
				return err
			}
		}
	case *event.RaceDeclared:
		f.declare(e)
	case *event.BoosterReleased:
		p := f.pools[e.Pool]
		if p == nil {
			return fmt.Errorf("recheck: money for pool %d, which does not wait for dividends", e.Pool)
		}
		p.added += e.Amount
	case *event.HostDividendsEntered:
		return f.hosted(e.Pool, nil)
	case *event.HostDividendsConfirmed:
		return f.hosted(e.Pool, &hostSaid{refund: e.Refund, lines: slices.Clone(e.Lines)})
	case *event.NonRunnerDeclared:
		return f.change(e.Race, func(r *race) { r.nonRunners = r.nonRunners.With(e.Horse) })
	case *event.RaceStopped:
		return f.change(e.Race, func(r *race) {
			for _, p := range r.pools {
				p.slots = nil // nothing more is sold
			}
		})
	case *event.ResultConfirmed:
		return f.change(e.Race, func(r *race) { r.end(e.Arrival) })
	case *event.RaceCancelled:
		return f.change(e.Race, func(r *race) {
			r.end(nil)
			r.cancelled = true
		})
	case *event.DividendsDeclared:
		return f.computed(e.Pool)
	}
	return nil // other events leave the calculation of a pool as it is
}

func (f *Follower) declare(e *event.RaceDeclared) {
	r := &race{id: e.Race, declared: e.Declared, stables: slices.Clone(e.Stables), left: len(e.Pools)}
	f.races[e.Race] = r
	for _, d := range e.Pools {
		d.Flexi = nil // belongs to the event
		p := &pool{race: r, terms: d}
		r.pools = append(r.pools, p)
		f.pools[d.Pool] = p
	}
}

func (f *Follower) change(id tote.RaceID, change func(*race)) error {
	r := f.races[id]
	if r == nil {
		return fmt.Errorf("recheck: race %d does not wait for dividends", id)
	}
	change(r)
	if r.official && r.left == 0 { // it never had a pool
		delete(f.races, id)
	}
	return nil
}

// end notes how a race ended.
func (r *race) end(arrival []event.Place) {
	r.official, r.arrival = true, nil
	for _, place := range arrival {
		r.arrival = append(r.arrival, slices.Clone(place.Horses))
	}
}

// computed drops a race with the dividends of its last pool.
func (f *Follower) computed(id event.PoolID) error {
	p := f.pools[id]
	if p == nil {
		return fmt.Errorf("recheck: pool %d does not wait for dividends", id)
	}
	delete(f.pools, id)
	if p.race.left--; p.race.left == 0 {
		delete(f.races, p.race.id)
	}
	return nil
}

func (f *Follower) pool(bet event.BetID) (*pool, error) {
	p := f.pools[bet.Pool()]
	if p == nil {
		return nil, fmt.Errorf("recheck: bet %d is in no pool that waits for dividends", bet)
	}
	return p, nil
}

func (p *pool) place(e *event.BetPlaced) error {
	if e.Bet.Index() != p.n {
		return fmt.Errorf("recheck: bet %d does not follow in its pool", e.Bet)
	}
	s := sold{pattern: e.Pattern, unit: e.Unit}
	s.pattern.Flags &^= tote.Spot // who chose the horses changes nothing
	at := p.find(s)
	p.lines[at].count++
	if p.n%betsBlock == 0 {
		p.bets = append(p.bets, make([]uint32, 0, betsBlock))
	}
	block := &p.bets[p.n/betsBlock]
	*block = append(*block, at)
	p.n++
	return nil
}

// seed is of the hashes of this process; nothing that is computed depends on it.
var seed = maphash.MakeSeed()

// find returns the index of the line of equal bets, a new one when there are none.
// A table of indexes is a third of a map, whose keys would be the lines again.
func (p *pool) find(s sold) uint32 {
	if len(p.lines)*4 >= len(p.slots)*3 {
		p.grow()
	}
	slot := p.slot(s)
	if *slot == 0 {
		p.lines = append(p.lines, line{sold: s})
		*slot = uint32(len(p.lines))
	}
	return *slot - 1
}

// slot is where a line's index stands, or may.
func (p *pool) slot(s sold) *uint32 {
	mask := uint64(len(p.slots) - 1)
	for i := maphash.Comparable(seed, s) & mask; ; i = (i + 1) & mask {
		if at := p.slots[i]; at == 0 || p.lines[at-1].sold == s {
			return &p.slots[i]
		}
	}
}

// grow doubles the table, or makes it again where what reports carry comes after STOP;
// its length is a power of two.
func (p *pool) grow() {
	size := max(16, 2*len(p.slots))
	for len(p.lines)*2 > size {
		size *= 2
	}
	p.slots = make([]uint32, size)
	for i := range p.lines {
		*p.slot(p.lines[i].sold) = uint32(i) + 1
	}
}

// remove takes a bet out that was cancelled or purged.
func (f *Follower) remove(bet event.BetID) error {
	p, err := f.pool(bet)
	if err != nil {
		return err
	}
	i := bet.Index()
	if i >= p.n {
		return fmt.Errorf("recheck: bet %d is unknown", bet)
	}
	p.lines[p.bets[i/betsBlock][i%betsBlock]].count--
	return nil
}

// Fail says that nothing is followed any more, and why: nothing is computed from
// what is already old.
func (f *Follower) Fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = fmt.Errorf("recheck: the journal is not followed: %w", err)
	close(f.next)
	f.next = make(chan struct{})
}

// Reach waits until the follower has come to a position of the journal.
func (f *Follower) Reach(ctx context.Context, at event.Seq) error {
	for {
		f.mu.Lock()
		last, next, err := f.last, f.next, f.err
		f.mu.Unlock()
		if err != nil || last >= at {
			return err
		}
		select {
		case <-next:
		case <-ctx.Done():
			return fmt.Errorf("recheck: at event %d, %d is awaited: %w", last, at, ctx.Err())
		}
	}
}

// copyOf returns a race that waits for its dividends as it is now, nil when it
// does not. What it holds is the caller's.
func (f *Follower) copyOf(id tote.RaceID) (*race, event.Seq) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.races[id]
	if r == nil || !r.official {
		return nil, f.last
	}
	return r.copied(), f.last
}

// copied returns the race as it is now. What the copy holds is its owner's.
func (r *race) copied() *race {
	c := *r
	c.pools = nil
	for _, p := range r.pools {
		c.pools = append(c.pools, &pool{race: &c, terms: p.terms, added: p.added, said: p.said, lines: slices.Clone(p.lines)})
	}
	return &c
}
