// Package board is what the public sees of races: their status, pools, odds,
// results and dividends, kept in memory by following the journal.
//
// Every state is named by the position in the journal it reflects. As each part
// of a race remembers the position that changed it last, the board can tell
// what changed since any position a caller holds; no history is kept, and a
// slow caller gets fewer, larger changes.
package board

import (
	"slices"
	"sync"

	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// Board follows the journal (it is a follow.Handler) and answers readers. Its
// exported methods are safe for concurrent use.
type Board struct {
	mu    sync.Mutex // guards everything below
	races map[tote.RaceID]*race
	days  map[tote.Day][]tote.RaceID // as declared; only appended to
	pools []*pool                    // by PoolID-1
	last  event.Seq
	next  chan struct{} // closed when last grows

	counted counts // for quotes; has a lock of its own
}

type race struct {
	view    Race
	stables []tote.HorseSet
	changed event.Seq // the race or one of its pools
	pools   []*pool
}

type pool struct {
	race    *race
	bet     tote.Bet
	odds    tote.Odds // nil for bets without live odds of their own
	single  *single   // nil but for bets that share one
	cells   []tote.Money
	bets    kept         // until dividends are declared
	placed  uint32       // bets ever placed
	removed []uint32     // of bets, those that left, in the order they did
	late    []uint32     // of bets, those purged
	backing tote.Backing // of bets; only where there are no live odds
	done    bool         // every bet has ended
	view    Pool
	changed event.Seq
	stale   bool // view.Odds are older than cells
	// declared, and shared for pools computed as one, tell how it was computed.
	declared declared
	shared   *shared
}

// bet is what must be known to take a bet out of the cells again.
type bet struct {
	pattern tote.Pattern
	unit    tote.Money
	units   uint32
	gone    bool // cancelled or purged
}

// Race is the public state of a race at a position of the journal. It is the
// caller's to keep.
type Race struct {
	ID         tote.RaceID
	Seq        event.Seq
	Status     Status
	Start      event.Millis
	Declared   tote.HorseSet
	NonRunners tote.HorseSet
	Arrival    [][]tote.Horse
	StoppedAt  event.Millis
	Pools      []Pool
}

// Status is what the public is told of a race.
type Status uint8

// The statuses, in the order they are reached.
const (
	Scheduled Status = iota + 1
	Open
	Suspended
	Stopped
	Provisional
	Official
	Payable
	Settled
	Cancelled // whatever came after
)

// Pool is the public state of a pool.
type Pool struct {
	Terms  event.PoolDeclared
	Seq    event.Seq // what changed it last
	Stakes tote.Money
	Added  tote.Money // from the bet's fund
	Bets   uint64
	Odds   []Odd
	// Result is nil before the dividends.
	Result *Result
}

// Odd is a probable dividend and the stakes behind it.
type Odd struct {
	tote.Probable
	Stakes tote.Money
}

// Result is a pool's outcome.
type Result struct {
	Procedure tote.Procedure
	Reason    tote.Reason
	Dividends []event.DividendLine
}

// New returns an empty board.
func New() *Board {
	return &Board{
		races: map[tote.RaceID]*race{}, days: map[tote.Day][]tote.RaceID{}, next: make(chan struct{}),
	}
}

// Changes returns the position the board has come to and a channel that is
// closed when it moves on.
func (b *Board) Changes() (event.Seq, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.last, b.next
}

// Races lists the races of a day, in the order they were declared, with their
// status and start but without pools.
func (b *Board) Races(day tote.Day) []Race {
	b.mu.Lock()
	defer b.mu.Unlock()
	ids := b.days[day]
	out := make([]Race, len(ids))
	for i, id := range ids {
		out[i] = b.races[id].view
	}
	return out
}

// Day lists the numbers of a day's races, in the order they were declared. The
// list is not to be written to.
func (b *Board) Day(day tote.Day) []tote.RaceID {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clip(b.days[day])
}

// Knows reports whether a race was declared.
func (b *Board) Knows(id tote.RaceID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.races[id] != nil
}

// Race returns a race with the pools that changed after the position since, all
// of them for 0. ok is false when the race is unknown, or when nothing of it
// changed after since.
func (b *Board) Race(id tote.RaceID, since event.Seq) (view Race, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.races[id]
	if r == nil || r.changed <= since {
		return Race{}, false
	}
	view = r.view
	view.Seq = r.changed
	for _, p := range r.pools {
		if p.changed > since {
			view.Pools = append(view.Pools, p.public())
		}
	}
	return view, true
}

// public returns the pool's view with fresh odds. The view's slices are never
// written again once returned.
func (p *pool) public() Pool {
	if p.stale {
		p.stale = false
		p.view.Odds = nil
		if p.view.Result == nil {
			p.view.Odds = p.probables()
		}
	}
	return p.view
}

func (p *pool) probables() []Odd {
	if p.single != nil {
		return p.single.odds()
	}
	if p.odds == nil {
		return nil
	}
	probables := p.odds.Probables(p.race.field(), p.cells)
	odds := make([]Odd, len(probables))
	for i, x := range probables {
		odds[i] = Odd{Probable: x, Stakes: p.cells[x.Cell]}
	}
	return odds
}

func (r *race) field() tote.Field {
	return tote.Field{Declared: r.view.Declared, NonRunners: r.view.NonRunners}
}

// link tells each bet what becomes of its units with one non-runner, which depends
// on the race's other pools (III-9-3-I-b).
func (r *race) link() {
	for _, p := range r.pools {
		if bet, ok := p.bet.(*rulebook.SharedBet); ok {
			r.join(p, bet)
		}
		own, ok := p.bet.(tote.BetType)
		if !ok {
			continue
		}
		to, _ := rulebook.ReceiverOf(p.view.Terms.Bet)
		if !slices.ContainsFunc(r.pools, func(x *pool) bool { return x.view.Terms.Bet == to }) {
			p.bet = rulebook.WithoutQuarte(own)
		}
	}
	r.reopen()
}

// newPool makes the public side of a declared pool.
func newPool(r *race, d event.PoolDeclared) *pool {
	p := &pool{race: r, view: Pool{Terms: d}}
	p.view.Terms.Flexi, p.view.Terms.Jackpot = slices.Clone(d.Flexi), slices.Clone(d.Jackpot)
	book, ok := rulebook.ByID(rulebook.ID(d.Rulebook))
	if !ok {
		return p
	}
	if p.bet, ok = book.Bet(d.Bet); !ok {
		return p
	}
	if odds, ok := p.bet.(tote.Odds); ok {
		p.odds, p.cells = odds, make([]tote.Money, odds.Cells())
		p.stale = true
	}
	return p
}
