package board

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// Quote is what a bet would cost and could return.
type Quote struct {
	Units     int
	Cost      tote.Money
	Low, High tote.Money
}

// Ask is what a quote is asked for.
type Ask struct {
	Race    tote.RaceID
	Bet     tote.BetCode
	Pattern tote.Pattern
	Unit    tote.Money
	Jackpot bool // with the service
}

// ErrNoSpot means that the pool offers no bets whose horses the system draws, and
// ErrNoJackpot that it does not offer that service with such a bet.
var (
	ErrNoSpot    = errors.New("board: no Spot on this pool")
	ErrNoJackpot = errors.New("board: no Jackpot with this bet")
)

// Quote prices a bet in a pool as it is now. The error is ErrNoSpot, ErrNoJackpot or
// a *tote.PatternError. The Jackpot counts in the price, not in the return. A Spot has a price and no return: its horses are not known. ok is false when the race or the pool is unknown, or the
// cost is no possible stake. Low and High are zero when the board cannot tell what
// the bet would return: without live odds it counts the pool's bets for it, as far
// as that is soon done, and goes on where it stopped when it is asked again.
func (b *Board) Quote(a Ask) (q Quote, ok bool, err error) {
	pool, q, ok, err := b.price(&a)
	if !ok || err != nil || pool == nil {
		return q, ok, err
	}
	q.Low, q.High = b.counted.estimate(b, pool, rulebook.LiveBet{Pattern: &a.Pattern, Unit: a.Unit, Units: q.Units})
	return q, true, nil
}

// price does what is done at once: all but counting bets. It returns the pool where
// the return is to be counted, and completes a full field.
func (b *Board) price(a *Ask) (counted *pool, q Quote, ok bool, err error) {
	p, unit := &a.Pattern, a.Unit
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.races[a.Race]
	if r == nil {
		return nil, q, false, nil
	}
	i := slices.IndexFunc(r.pools, func(p *pool) bool { return p.view.Terms.Bet == a.Bet })
	if i < 0 || r.pools[i].bet == nil {
		return nil, q, false, nil
	}
	pool := r.pools[i]
	if p.Flags&tote.FullField != 0 {
		p.Field = r.view.Declared.Without(r.view.NonRunners).Without(p.Bases())
	}
	spot := p.Flags&tote.Spot != 0
	if spot {
		if err := pool.draw(p); err != nil {
			return nil, q, false, err
		}
	}
	if q.Units, err = pool.bet.Units(p, r.field()); err != nil {
		return nil, q, false, err
	}
	if q.Cost, ok = unit.Times(q.Units); !ok {
		return nil, q, false, nil
	}
	if a.Jackpot {
		service, ok := pool.service(p, unit)
		if !ok {
			return nil, q, false, ErrNoJackpot
		}
		q.Cost += service * tote.Money(q.Units)
	}
	switch {
	case pool.view.Result != nil || unit <= 0 || spot:
	case pool.single != nil:
		q.Low, q.High = pool.quote(*p, unit, q.Units)
	case pool.odds != nil:
		q.Low, q.High = pool.odds.Estimate(p, unit, r.field(), pool.cells)
	default:
		if _, ok := pool.bet.(tote.BetType); ok { // else its dividends come from abroad
			return pool, q, true, nil
		}
	}
	return nil, q, true, nil
}

// service returns the stake of the Jackpot service for a combination of a valid bet.
func (p *pool) service(pattern *tote.Pattern, unit tote.Money) (tote.Money, bool) {
	book, ok := rulebook.ByID(rulebook.ID(p.view.Terms.Rulebook))
	if !ok || len(p.view.Terms.Jackpot) == 0 {
		return 0, false
	}
	terms, ok := book.Jackpot(p.view.Terms.Bet)
	if !ok || !terms.Takes(pattern) {
		return 0, false
	}
	return terms.Price(unit)
}

// draw completes a Spot with any horses, to know how many combinations it makes.
func (p *pool) draw(pattern *tote.Pattern) error {
	if !p.view.Terms.Spot {
		return ErrNoSpot
	}
	return pattern.Draw(tote.Seed{}, false, p.race.field(), &tote.Backing{})
}

// Bounds of counting. Quotes are for anybody, so one goroutine at a time counts,
// few wait for it, and each counts no more bets than take some tens of
// milliseconds.
const (
	quotesWaiting = 16
	quoteBetsMax  = 1 << 18 // counted for one quote, on all its finishes
	supposedMax   = 64      // finishes kept, of all pools
	chunkBets     = 2048    // copied under the board's lock at once
)

// counts are supposed finishes of open pools and what has been counted for them.
// What a finish was asked for once is kept up to date by the bets that came and
// went since, so that asking again is cheap.
type counts struct {
	waiting atomic.Int32

	mu       sync.Mutex  // held while counting; never taken under Board.mu
	supposed []*supposed // the one asked for last is last
	chunk    []bet       // scratch
	gone     []bet       // scratch
}

// supposed is a pool on one finish, counted up to some bet.
type supposed struct {
	pool    *pool
	finish  []tote.Horse
	field   tote.Field
	counts  *rulebook.Supposed // nil: the finish refunds the bet
	counted uint32             // bets of the pool looked at
	removed int                // entries of pool.removed looked at
}

// estimate returns the least and the most that a bet would return on the finishes
// that stand for it, zero when one of them could not be counted.
func (c *counts) estimate(b *Board, p *pool, bet rulebook.LiveBet) (low, high tote.Money) {
	defer c.waiting.Add(-1)
	if c.waiting.Add(1) > quotesWaiting {
		return 0, 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	backing, field, added := b.standing(p)
	budget := quoteBetsMax
	for i, finish := range rulebook.Finishes(p.bet.(tote.BetType), bet.Pattern, &backing) {
		s := c.find(p, finish, field)
		if !c.catchUp(b, s, &budget) {
			return 0, 0
		}
		back := bet.Unit * tote.Money(bet.Units)
		if s.counts != nil {
			back = s.counts.Return(bet, added)
		}
		if i == 0 || back < low {
			low = back
		}
		high = max(high, back)
	}
	return low, high
}

// standing returns what decides which finishes a bet of a pool is tried on.
func (b *Board) standing(p *pool) (tote.Backing, tote.Field, tote.Money) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return p.backing, p.race.field(), p.view.Added
}

// find returns the finish, as far as it has been counted. A scratch begins it anew:
// it changes how every bet may end.
func (c *counts) find(p *pool, finish []tote.Horse, field tote.Field) *supposed {
	i := slices.IndexFunc(c.supposed, func(s *supposed) bool {
		return s.pool == p && s.field == field && slices.Equal(s.finish, finish)
	})
	if i >= 0 {
		s := c.supposed[i]
		c.supposed = append(slices.Delete(c.supposed, i, i+1), s)
		return s
	}
	s := &supposed{pool: p, finish: finish, field: field}
	places := make([][]tote.Horse, len(finish))
	for i := range finish {
		places[i] = finish[i : i+1]
	}
	s.counts, _ = rulebook.Suppose(p.bet.(tote.BetType), field, places)
	if len(c.supposed) == supposedMax {
		c.supposed = slices.Delete(c.supposed, 0, 1)
	}
	c.supposed = append(c.supposed, s)
	return s
}

// catchUp counts the bets that came and went since the finish was counted last. It
// reports whether it is up to date; budget is how many bets may be counted.
func (c *counts) catchUp(b *Board, s *supposed, budget *int) bool {
	if s.counts == nil {
		return true
	}
	for *budget > 0 {
		whole, ok := c.fetch(b, s)
		if !ok {
			return false
		}
		for i := range c.gone {
			s.counts.Add(c.gone[i].live(-1))
		}
		for i := range c.chunk {
			if !c.chunk[i].gone {
				s.counts.Add(c.chunk[i].live(1))
			}
		}
		*budget -= len(c.gone) + len(c.chunk)
		if whole {
			return true
		}
	}
	return false
}

// fetch copies the bets that left and the next ones that came, so that counting
// holds nobody up. whole says that no more are waiting, ok that the pool can
// still be counted.
func (c *counts) fetch(b *Board, s *supposed) (whole, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := s.pool
	if p.view.Result != nil || p.race.field() != s.field {
		return false, false
	}
	c.gone, c.chunk = c.gone[:0], c.chunk[:0]
	for ; s.removed < len(p.removed) && len(c.gone) < chunkBets; s.removed++ {
		// One that was not counted yet will be seen to be gone.
		if i := p.removed[s.removed]; i < s.counted {
			c.gone = append(c.gone, p.bets.at(i))
		}
	}
	for ; s.counted < p.placed && len(c.chunk) < chunkBets; s.counted++ {
		c.chunk = append(c.chunk, p.bets.at(s.counted))
	}
	return s.counted == p.placed && s.removed == len(p.removed), true
}

// live is the bet as it is counted, or with sign -1 taken out.
func (b *bet) live(sign tote.Money) rulebook.LiveBet {
	return rulebook.LiveBet{Pattern: &b.pattern, Unit: sign * b.unit, Units: int(b.units)}
}
