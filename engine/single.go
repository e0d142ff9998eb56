package engine

import (
	"opentote/event"
	"opentote/internal/assert"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// single is the pools of a race that are computed as one: those of the bets that
// share the single pool of their rulebook (Title III bis). Each keeps its bets and
// its stakes; what one pays beyond them comes from the others.
type single struct {
	rules   *rulebook.SinglePool
	offered rulebook.PoolBets
	pools   [rulebook.PoolBetCount]*pool // nil for a bet not on offer
}

// join makes the pool of a bet one of those computed with it.
func (r *race) join(p *pool, bet *rulebook.SharedBet) {
	for _, other := range r.pools {
		if other.single != nil && other.single.rules == bet.Pool() {
			p.single = other.single
		}
	}
	if p.single == nil {
		p.single = &single{rules: bet.Pool()}
	}
	p.single.offered |= rulebook.PoolBetsOf(bet.PoolBet())
	p.single.pools[bet.PoolBet().Index()] = p
}

// singles lists what is computed as one, in the order of the race's pools.
func (r *race) singles() (all []*single) {
	for _, p := range r.pools {
		if p.single != nil && p.single.leader() == p {
			all = append(all, p.single)
		}
	}
	return all
}

// leader is the first of the pools.
func (s *single) leader() *pool {
	for _, p := range s.pools {
		if p != nil {
			return p
		}
	}
	return nil
}

// each calls f with the pools and their bets, in the order of the chapter.
func (s *single) each(f func(b rulebook.PoolBet, p *pool)) {
	for b := range s.offered.All {
		f(b, s.pools[b.Index()])
	}
}

// compute works out the dividends of the pools, and what each gives to the others
// or gets from them so that it can pay its own.
func (s *single) compute(res tote.Result) (*event.PoolsShared, []*event.DividendsDeclared) {
	card, stakes := s.count(res)
	settled := card.Share(stakes)
	var refunds, wins [rulebook.PoolBetCount]tote.Money
	s.each(func(b rulebook.PoolBet, p *pool) {
		i := b.Index()
		if settled.Refunds[i] != "" {
			refunds[i] = p.stakes
			return
		}
		refunds[i] = stakes.Bets[i].Refunded
		wins[i] = p.winnings(card, settled.Dividends)
	})
	split := settled.Split(stakes, refunds, wins)
	shared := &event.PoolsShared{Level: uint8(card.Level()), Citations: citations(&stakes.Cited, res.Declared)}
	var declared []*event.DividendsDeclared
	s.each(func(b rulebook.PoolBet, p *pool) {
		parts := split[b.Index()]
		share := event.PoolShare{Pool: p.id, Treated: card.Refund(b) == ""}
		if beyond := parts.Out() - parts.TopUp - p.stakes - p.added; beyond >= 0 {
			share.Got = beyond
		} else {
			share.Gave = -beyond
		}
		shared.Pools = append(shared.Pools, share)
		e := &event.DividendsDeclared{
			Pool: p.id, Procedure: settled.Procedure,
			Refunds: parts.Refunds, Winnings: parts.Payout,
			Takeout: parts.Takeout, Progressive: parts.Progressive,
			Breakage: parts.Breakage, Booster: parts.Booster, TopUp: parts.TopUp,
		}
		var lines []tote.Line // of the bet
		var onLine []tote.Money
		for i, l := range card.Lines() {
			if card.BetOf(i) != b {
				continue
			}
			lines, onLine = append(lines, l), append(onLine, stakes.OnLine[i])
			if settled.Dividends[i] > 0 && stakes.OnLine[i] > 0 {
				e.Lines = append(e.Lines, event.DividendLine{
					Rank: l.Rank, Combination: l.Combination, Dividend: settled.Dividends[i], Stakes: stakes.OnLine[i],
				})
			}
		}
		e.Counted = counted(lines, onLine, e.Lines)
		if reason := settled.Refunds[b.Index()]; reason != "" {
			e.Procedure, e.Reason = tote.Refund, reason
			e.Counted = countedRefund(lines, tote.Stakes{Refunded: stakes.Bets[b.Index()].Refunded, OnLine: onLine})
		}
		declared = append(declared, e)
	})
	return shared, declared
}

// count sums the pools' stakes by how they end on the card of the level that they
// ask for, and what their bettors cited.
func (s *single) count(res tote.Result) (*rulebook.SingleCard, rulebook.SingleStakes) {
	var stakes rulebook.SingleStakes
	s.each(func(b rulebook.PoolBet, p *pool) {
		bet := &stakes.Bets[b.Index()]
		bet.Total, bet.Prime = p.stakes, p.added
		cited := onAllCores(&p.bets, sieve{}, func(sum *rulebook.Citations) func(uint32, *row) {
			return func(_ uint32, b *row) { sum.Add(&b.pattern, b.unit) }
		})
		for i := range cited {
			stakes.Cited.Merge(&cited[i])
		}
	})
	card := s.rules.Card(res, s.offered)
	for more := true; more; {
		stakes.OnLine = make([]tote.Money, len(card.Lines()))
		s.each(func(b rulebook.PoolBet, p *pool) {
			counted := p.count(card)
			stakes.Bets[b.Index()].Refunded = counted.Refunded
			for line, m := range counted.OnLine {
				stakes.OnLine[line] += m
			}
		})
		card, more = card.Widen(stakes.OnLine)
	}
	return card, stakes
}

// citations lists what was cited on each horse of the official list.
func citations(cited *rulebook.Citations, declared tote.HorseSet) (list []event.Citation) {
	for h := range declared.All {
		list = append(list, event.Citation{
			Horse: h, First: cited[0][h], Second: cited[1][h], Third: cited[2][h], Fourth: cited[3][h],
		})
	}
	return list
}

func (s *State) poolsShared(e *event.PoolsShared) {
	assert.That(len(e.Pools) > 0, "no pools are shared")
	first, ok := s.pool(e.Pools[0].Pool)
	assert.That(ok && first.single != nil && first.race.status >= Official && e.Level <= uint8(rulebook.LevelB),
		"pool %d is shared at level %d", e.Pools[0].Pool, e.Level)
	var gave, got tote.Money
	i := 0
	first.single.each(func(_ rulebook.PoolBet, p *pool) {
		assert.That(i < len(e.Pools) && e.Pools[i].Pool == p.id && p.declared == nil && !p.joined, "pool %d is not shared as it should", p.id)
		share := e.Pools[i]
		assert.That(share.Gave <= p.stakes+p.added && share.Got >= 0 && share.Gave >= 0, "pool %d gives %d and gets %d", p.id, share.Gave, share.Got)
		p.joined, p.level, p.balance = true, rulebook.Level(e.Level), share.Got-share.Gave
		gave, got = gave+share.Gave, got+share.Got
		i++
	})
	assert.That(i == len(e.Pools) && gave == got, "%d pools give %d and get %d", len(e.Pools), gave, got)
	s.ledger.move(Pools, Pools, gave)
}
