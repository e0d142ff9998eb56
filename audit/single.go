package audit

import (
	"slices"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// single is the pools of a race that are computed as one (Title III bis).
type single struct {
	rules   *rulebook.SinglePool
	offered rulebook.PoolBets
	pools   []*pool // in the order of the chapter

	shared   *event.PoolsShared                        // nil before
	declared map[event.PoolID]*event.DividendsDeclared // what its bets ask for, once shared
}

// join makes the pool of a bet one of those computed with it.
func (r *race) join(p *pool, bet *rulebook.SharedBet) {
	i := slices.IndexFunc(r.pools, func(other *pool) bool { return other.single != nil && other.single.rules == bet.Pool() })
	if i >= 0 {
		p.single = r.pools[i].single
	} else {
		p.single = &single{rules: bet.Pool()}
	}
	s := p.single
	s.offered |= rulebook.PoolBetsOf(bet.PoolBet())
	s.pools = append(s.pools, p)
	slices.SortFunc(s.pools, func(a, b *pool) int { return int(a.poolBet()) - int(b.poolBet()) })
}

// poolBet is which bet of a single pool the pool is of.
func (p *pool) poolBet() rulebook.PoolBet { return p.bet.(*rulebook.SharedBet).PoolBet() }

func (a *auditor) poolsShared(e *event.PoolsShared) {
	if len(e.Pools) == 0 {
		a.found(Finding{}, "no pools are computed as one")
		return
	}
	first := a.poolOf(e.Pools[0].Pool, Finding{})
	if first == nil {
		return
	}
	s := first.single
	if s == nil {
		a.found(first.about(), "the pool is computed with others, its bet has a calculation of its own")
		return
	}
	if s.shared != nil || slices.ContainsFunc(s.pools, func(p *pool) bool { return p.declared != nil }) {
		a.found(first.about(), "the pool is computed with others after that was settled")
		return
	}
	if first.race.status != official {
		a.found(first.about(), "the pool is computed with others while the race was %v", first.race.status)
	}
	want, declared := s.computed(first.race.result())
	s.shared, s.declared = want, declared
	if e.Level != want.Level {
		a.found(first.about(), "the pools are computed at level %d, their bets ask for %d", e.Level, want.Level)
	}
	if !slices.Equal(e.Citations, want.Citations) {
		a.found(first.about(), "the citations declared are not those of the bets")
	}
	if len(e.Pools) != len(want.Pools) {
		a.found(first.about(), "%d pools are computed as one, the race has %d", len(e.Pools), len(want.Pools))
	}
	var gave, got tote.Money
	for i, share := range e.Pools {
		p := a.poolOf(share.Pool, Finding{})
		if p == nil {
			continue
		}
		if i < len(want.Pools) && share != want.Pools[i] {
			a.found(p.about(), "the pool gives %v to the others and gets %v, its bets ask for %v and %v",
				share.Gave, share.Got, want.Pools[i].Gave, want.Pools[i].Got)
		}
		p.balance += share.Got - share.Gave
		gave, got = gave+share.Gave, got+share.Got
	}
	if gave != got {
		a.found(first.about(), "the pools give %v to each other and get %v", gave, got)
	}
	a.ledger.add(engine.Pools, -gave)
	a.ledger.add(engine.Pools, got)
}

// asked returns the dividends that the bets ask for of a pool computed with
// others.
func (a *auditor) asked(p *pool) *event.DividendsDeclared {
	s := p.single
	if s.shared == nil {
		a.found(p.about(), "the dividends were declared before the pool was computed with the others")
		s.shared, s.declared = s.computed(p.race.result())
	}
	return s.declared[p.id]
}

// computed works out from their bets how the pools share and what they pay.
func (s *single) computed(res tote.Result) (*event.PoolsShared, map[event.PoolID]*event.DividendsDeclared) {
	card, stakes := s.counted(res)
	lines := card.Lines()
	share := card.Share(stakes)
	var refunds, wins [rulebook.PoolBetCount]tote.Money
	for _, p := range s.pools {
		i := p.poolBet().Index()
		refunds[i] = stakes.Bets[i].Refunded
		if share.Refunds[i] != "" {
			refunds[i] = p.stakes
			continue
		}
		p.eachLive(len(lines), card.Count, func(x *sale, t *tote.Tally) { wins[i] += win(x, t, share.Dividends) })
	}
	accounts := share.Split(stakes, refunds, wins)
	shared := &event.PoolsShared{Level: uint8(card.Level())}
	for h := range res.Declared.All {
		c := &stakes.Cited
		shared.Citations = append(shared.Citations, event.Citation{Horse: h, First: c[0][h], Second: c[1][h], Third: c[2][h], Fourth: c[3][h]})
	}
	declared := map[event.PoolID]*event.DividendsDeclared{}
	for _, p := range s.pools {
		bet := p.poolBet()
		part, reason := accounts[bet.Index()], share.Refunds[bet.Index()]
		out := part.Out() - part.TopUp
		in := p.stakes + p.added
		shared.Pools = append(shared.Pools, event.PoolShare{
			Pool: p.id, Treated: card.Refund(bet) == "", Gave: max(0, in-out), Got: max(0, out-in),
		})
		d := &event.DividendsDeclared{
			Procedure: share.Procedure, Refunds: part.Refunds, Winnings: part.Payout,
			Takeout: part.Takeout, Progressive: part.Progressive,
			Breakage: part.Breakage, Booster: part.Booster, TopUp: part.TopUp,
		}
		own, onLine := []tote.Line{}, []tote.Money{}
		for i, l := range lines {
			if card.BetOf(i) != bet {
				continue
			}
			own, onLine = append(own, l), append(onLine, stakes.OnLine[i])
			if share.Dividends[i] > 0 && stakes.OnLine[i] > 0 {
				d.Lines = append(d.Lines, event.DividendLine{
					Rank: l.Rank, Combination: l.Combination, Dividend: share.Dividends[i], Stakes: stakes.OnLine[i],
				})
			}
		}
		d.Counted = counts(d.Lines, own, onLine, 0)
		if reason != "" {
			d.Procedure, d.Reason = tote.Refund, reason
			d.Counted = counts(d.Lines, own, onLine, stakes.Bets[bet.Index()].Refunded)
		}
		declared[p.id] = d
	}
	return shared, declared
}

// counted counts the live bets of the pools on the card of the level they ask for.
func (s *single) counted(res tote.Result) (*rulebook.SingleCard, rulebook.SingleStakes) {
	var stakes rulebook.SingleStakes
	for level := rulebook.Nominal; ; level++ {
		card := s.rules.CardAt(res, s.offered, level)
		stakes = rulebook.SingleStakes{OnLine: make([]tote.Money, len(card.Lines()))}
		for _, p := range s.pools {
			bet := &stakes.Bets[p.poolBet().Index()]
			bet.Total, bet.Prime = p.stakes, p.added
			p.eachLive(len(card.Lines()), card.Count, func(x *sale, t *tote.Tally) {
				stakes.Cited.Add(&x.pattern, x.unit)
				bet.Refunded += x.unit * tote.Money(t.Refunded)
				for i, n := range t.Won {
					stakes.OnLine[i] += x.unit * tote.Money(n)
				}
			})
		}
		if _, wider := card.Widen(stakes.OnLine); !wider {
			return card, stakes
		}
	}
}
