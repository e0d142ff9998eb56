package recheck

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"opentote/event"
	"opentote/tote"
)

// abroad reports whether a host abroad computes the dividends of a bet (IIIt-1).
func abroad(code tote.BetCode) bool { return strings.HasSuffix(string(code), "_INTERNATIONAL") }

// hostSaid is what two people have read of a host.
type hostSaid struct {
	refund tote.Reason
	lines  []event.HostLine
}

// hosted notes what two people have read of a pool's host, nothing once something else
// is entered.
func (f *Follower) hosted(id event.PoolID, said *hostSaid) error {
	p := f.pools[id]
	if p == nil {
		return fmt.Errorf("recheck: a host speaks of pool %d, which does not wait for dividends", id)
	}
	p.said = said
	return nil
}

// abroad works out what the bets of a pool get at its host's dividends: which units
// hold a non-runner, and which a combination that the host pays. ok is false while the
// host has not spoken.
func (r *race) abroad(ctx context.Context, p *pool) (out Pool, ok bool, err error) {
	if !r.cancelled && p.said == nil {
		return out, false, nil
	}
	b, err := r.bets(ctx, p, 0)
	if err != nil {
		return out, false, err
	}
	c := r.caseOf(p)
	c.Stakes = b.stakes.list
	f := event.Figures{Pool: p.terms.Pool, Procedure: tote.Hosted, Kept: p.added}
	for i := range c.Stakes {
		f.Held += tote.Money(c.Stakes[i].Cents)
	}
	switch {
	case r.cancelled:
		f.Procedure, f.Reason, f.Refunds = tote.Refund, tote.RaceCancelled, f.Held
	case p.said.refund != "":
		f.Procedure, f.Reason, f.Refunds = tote.Refund, p.said.refund, f.Held
	default:
		err = p.said.pay(b, &f)
	}
	f.Held += p.added
	f.Sort()
	return Pool{Figures: f, Case: c}, err == nil, err
}

// pay adds to the figures what each unit gets, and what is staked on each line.
func (h *hostSaid) pay(b *bets, f *event.Figures) error {
	for _, l := range h.lines {
		f.Lines = append(f.Lines, event.DividendLine{Rank: string(b.terms.Bet), Combination: l.Combination, Dividend: l.Dividend})
	}
	pays := payer{paid: map[payment]int64{}}
	for _, u := range b.stakes.sold {
		unit, stake := b.stakes.list[u.stake].Selection, tote.Money(u.cents*u.count)
		if slices.ContainsFunc(unit, func(h int) bool { return b.nonRunners.Has(tote.Horse(h)) }) {
			f.Refunds += stake
			continue
		}
		names := make([]string, len(unit))
		for i, n := range unit {
			names[i] = b.numbers[n].String()
		}
		combination := strings.Join(names, "-")
		for i := range f.Lines {
			if f.Lines[i].Combination == combination {
				each, err := pays.unit(u.cents, f.Lines[i].Dividend.String())
				if err != nil {
					return err
				}
				f.Lines[i].Stakes += stake
				f.Winnings += tote.Money(each * u.count)
			}
		}
	}
	return nil
}
