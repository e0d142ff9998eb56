package engine_test

import (
	"pgregory.net/rapid"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// share computes the race's pools of the single pool together, unit by unit of the
// levels one after the other.
func (r *modelRace) share() {
	var pools []*modelPool // by PoolBet, nil without
	offered := rulebook.PoolBets(0)
	for i, code := range singleBets {
		pools = append(pools, nil)
		for _, p := range r.pools {
			if p.offer.Bet == code {
				pools[i] = p
				offered |= rulebook.PoolBetsOf(rulebook.PoolBet(i + 1))
			}
		}
	}
	if offered == 0 {
		return
	}
	book, _ := rulebook.ByID("fr-online-2020")
	rules, _ := book.SinglePool()
	for _, level := range []rulebook.Level{rulebook.Nominal, rulebook.LevelA, rulebook.LevelB} {
		card := rules.CardAt(r.result(), offered, level)
		if shareOn(card, pools, level == rulebook.LevelB) {
			return
		}
	}
}

// shareOn shares on a card, unless a lower level is asked for.
func shareOn(card *rulebook.SingleCard, pools []*modelPool, last bool) bool {
	stakes := rulebook.SingleStakes{OnLine: make([]tote.Money, len(card.Lines()))}
	tallies := map[*modelBet]*tote.Tally{}
	for i, p := range pools {
		if p == nil {
			continue
		}
		stakes.Bets[i].Prime = p.added
		for _, b := range p.live() {
			t := &tote.Tally{}
			t.Reset(len(card.Lines()))
			card.Count(&b.pattern, t)
			tallies[b] = t
			stakes.Cited.Add(&b.pattern, b.unit)
			stakes.Bets[i].Total += b.cost()
			stakes.Bets[i].Refunded += b.unit * tote.Money(t.Refunded)
			for line, n := range t.Won {
				stakes.OnLine[line] += b.unit * tote.Money(n)
			}
		}
	}
	if _, wider := card.Widen(stakes.OnLine); wider && !last {
		return false
	}
	s := card.Share(stakes)
	var refunds, wins [3]tote.Money
	for i, p := range pools {
		if p == nil {
			continue
		}
		for _, b := range p.live() {
			t := tallies[b]
			if s.Refunds[i] != "" {
				b.refunded = b.cost()
			} else {
				b.refunded = b.unit * tote.Money(t.Refunded)
				for line, n := range t.Won {
					b.won += s.Dividends[line].Pay(b.unit) * tote.Money(n)
				}
			}
			refunds[i] += b.refunded
			wins[i] += b.won
		}
	}
	split := s.Split(stakes, refunds, wins)
	for i, p := range pools {
		if p != nil {
			p.split = &split[i]
			p.shared = split[i].Out() - split[i].TopUp - stakes.Bets[i].Total - p.added
		}
	}
	return true
}

// single is a bet of the single pool.
func (m *machine) single() (tote.BetCode, tote.Pattern) {
	horses := rapid.Permutation([]tote.Horse{1, 2, 3, 4, 5, 6}).Draw(m.T, "order")
	at := rapid.IntRange(0, 2).Draw(m.T, "single")
	n := 3
	if at == 2 {
		n = 4
	}
	p := tote.UnitPattern(horses[:n]...)
	switch {
	case m.oneIn(3):
		p = tote.CombinedPattern(horses[:n+1]...)
	case m.oneIn(5):
		p = tote.FullFieldPattern(horses[:1], 0)
	}
	if at > 0 && p.Formula != tote.Unit {
		p.Flags |= tote.AllOrders
	}
	if at == 0 && m.oneIn(4) {
		p.Complement = horses[5]
	}
	return singleBets[at], p
}
