package recheck

import (
	"context"
	"slices"
	"strings"

	"opentote/event"
	"opentote/recount"
	"opentote/tote"
)

// singleBets are computed as one on a race, under one rulebook (III bis-4).
var singleBets = []string{"TRIO", "TRIO_ORDRE", "SUPER_QUATRE"}

func singleBet(code tote.BetCode) bool {
	return slices.Contains(singleBets, strings.TrimPrefix(string(code), "E_"))
}

// singles groups the pools of the race that are computed as one, in the order of
// the race's pools.
func (r *race) singles() (all [][]*pool) {
	for _, p := range r.pools {
		if !singleBet(p.terms.Bet) {
			continue
		}
		i := slices.IndexFunc(all, func(pools []*pool) bool { return pools[0].terms.Rulebook == p.terms.Rulebook })
		if i < 0 {
			i, all = len(all), append(all, nil)
		}
		all[i] = append(all[i], p)
	}
	return all
}

// together computes the pools of a single pool.
func (r *race) together(ctx context.Context, pools []*pool) ([]Pool, error) {
	c := r.caseOf(pools[0])
	c.ID, c.Bet, c.PrimesCents = c.ID+" and others", "E_MASSE_UNIQUE", map[string]int64{}
	var all []*bets
	for _, p := range pools {
		b, err := r.bets(ctx, p, len(c.Stakes))
		if err != nil {
			return nil, err
		}
		bet := string(p.terms.Bet)
		for _, s := range b.stakes.list {
			s.Bet = bet
			c.Stakes = append(c.Stakes, s)
		}
		c.Bets = append(c.Bets, bet)
		if p.added > 0 {
			c.PrimesCents[bet] = int64(p.added)
		}
		all = append(all, b)
	}
	answer, err := compute(c)
	if err != nil {
		return nil, err
	}
	var out []Pool
	for _, b := range all {
		f, err := b.part(answer)
		if err != nil {
			return nil, err
		}
		out = append(out, Pool{Figures: f, Case: c})
	}
	return out, nil
}

// part is what a single pool's answer says of one of its bets.
func (b *bets) part(answer *recount.Answer) (f event.Figures, err error) {
	bet := string(b.terms.Bet)
	f = event.Figures{
		Pool: b.terms.Pool, Procedure: tote.Procedure(answer.Procedure), Reason: tote.Reason(answer.RefundedBets[bet]),
		Held: b.added, Kept: tote.Money(answer.FundOf(bet)),
	}
	if f.Reason != "" {
		f.Procedure = tote.Refund
	}
	for i, s := range b.stakes.list {
		f.Held += tote.Money(s.Cents)
		if answer.Selections[b.from+i].Outcome == "refunded" {
			f.Refunds += tote.Money(s.Cents)
		}
	}
	ranks := []string{bet, bet + "_1NP", bet + "_2NP"}
	f.Lines, err = b.lines(slices.DeleteFunc(slices.Clone(answer.Dividends), func(d recount.Dividend) bool {
		return d.StakeCents == 0 || !slices.Contains(ranks, d.Rank)
	}))
	if err != nil {
		return f, err
	}
	f.Sort()
	p := payer{paid: map[payment]int64{}}
	err = p.pay(b, b.won(answer))
	f.Winnings = tote.Money(p.sum)
	return f, err
}
