package board

import (
	"slices"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// favourites is how many Trios of a race have live odds: the most backed ones.
// All of them are a thousand and more, too many to read and to compute each time;
// a quote tells those of any other.
const favourites = 20

// quoteUnitsMax bounds what a quote in a single pool may cost: each unit takes
// some microseconds.
const quoteUnitsMax = 512

// single is the open single pool of a race (Title III bis), whose odds depend on
// the bets of several pools.
type single struct {
	rules   *rulebook.SinglePool
	offered rulebook.PoolBets
	pools   []*pool
	open    *rulebook.OpenSingle
}

// join puts the pool of a bet together with those that share with it; open the
// single pool when all are there.
func (r *race) join(p *pool, bet *rulebook.SharedBet) {
	i := slices.IndexFunc(r.pools, func(x *pool) bool { return x.single != nil && x.single.rules == bet.Pool() })
	if i >= 0 {
		p.single = r.pools[i].single
	} else {
		p.single = &single{rules: bet.Pool()}
	}
	p.single.offered |= rulebook.PoolBetsOf(bet.PoolBet())
	p.single.pools = append(p.single.pools, p)
}

// reopen begins the single pools of the race anew on the runners as they are now.
func (r *race) reopen() {
	for _, p := range r.pools {
		if s := p.single; s != nil && s.pools[0] == p {
			s.open = s.rules.Open(s.offered, r.field())
			for _, x := range s.pools {
				s.open.AddPrime(x.poolBet(), x.view.Added)
			}
			if trio := s.trio(); trio != nil {
				trio.stale = true
			}
		}
	}
}

func (p *pool) poolBet() rulebook.PoolBet { return p.bet.(*rulebook.SharedBet).PoolBet() }

// trio returns the pool whose odds the single pool shows, nil when it has none.
func (s *single) trio() *pool {
	i := slices.IndexFunc(s.pools, func(p *pool) bool { return p.poolBet() == rulebook.Trio })
	if i < 0 {
		return nil
	}
	return s.pools[i]
}

// odds returns the odds of the Trios that have the most stakes.
func (s *single) odds() []Odd {
	most := s.open.Favourites(favourites)
	odds := make([]Odd, len(most))
	for i, f := range most {
		odds[i] = Odd{Probable: f.Probable, Stakes: f.Stakes}
	}
	return odds
}

// quote returns what a bet of so many units would return, zero where that takes too
// long to tell.
func (p *pool) quote(pattern tote.Pattern, unit tote.Money, units int) (low, high tote.Money) {
	if units > quoteUnitsMax {
		return 0, 0
	}
	pattern.Variant = uint8(p.poolBet())
	return p.single.open.Quote(&pattern, unit)
}
