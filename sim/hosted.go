package sim

import (
	"context"
	"fmt"
	"math/rand/v2"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// The simulation is also the operator abroad that shares international pools out. It
// knows the public's tickets, and invents the stakes of its own public.
const (
	hostStream = 0x686f7374 << 32
	hostStep   = 5 // of its dividends, as in Hong Kong
	// hostTake is its take, of the 10 to 40 % that a host may have (IIIt-1-1).
	hostTake tote.Rate = 175_000
	// hostTimes is how many times our stakes its public adds to each combination, as it
	// thinks like ours, beside a part of hostPot, which it spreads evenly.
	hostTimes            = 40
	hostPot   tote.Money = 10_000_00
)

// speakAsHost has the dividends of the race's international pools entered by one
// member of staff and confirmed by another.
func (d *day) speakAsHost(ctx context.Context, race int) error {
	rp, rr := d.plan.Races[race], &d.races[race]
	rr.hosts = map[tote.BetCode]rulebook.HostResult{}
	if rp.Race.Fate != RunsToResult {
		return nil
	}
	for i := range rp.Race.Offers {
		o := &rp.Race.Offers[i]
		if _, ok := o.Type.(*rulebook.HostedBet); !ok {
			continue
		}
		said, err := rp.shareAbroad(rr, i, d.Seed)
		if err != nil {
			return err
		}
		rr.hosts[o.Code] = said
		result := &opentotev1.HostResult{RefundReason: string(said.Refund)}
		for _, l := range said.Dividends {
			result.Dividends = append(result.Dividends, &opentotev1.HostDividend{Combination: l.Combination, Dividend: int64(l.Dividend)})
		}
		id := uint64(rp.Race.ID)
		if _, err := ask(ctx, d.link, d.link.enter, d.link.office.EnterHostDividends,
			&opentotev1.EnterHostDividendsRequest{RaceId: id, Bet: string(o.Code), Result: result}); err != nil {
			return fmt.Errorf("enter the host's dividends of %s: %w", o.Code, err)
		}
		if _, err := ask(ctx, d.link, d.link.confirm, d.link.office.ConfirmHostDividends,
			&opentotev1.ConfirmHostDividendsRequest{RaceId: id, Bet: string(o.Code), Result: result}); err != nil {
			return fmt.Errorf("confirm the host's dividends of %s: %w", o.Code, err)
		}
	}
	return nil
}

// shareAbroad computes an international pool as its host.
func (rp *RacePlan) shareAbroad(rr *raceRun, offer int, seed uint64) (said rulebook.HostResult, err error) {
	host := rulebook.DefaultHost()
	host.Step = hostStep
	bet, err := rulebook.International(rp.Race.Offers[offer].Code, hostTake, host)
	if err != nil {
		return said, err
	}
	res := rp.Race.result()
	card, reason := bet.Card(res)
	if card == nil {
		said.Refund = reason
		return said, nil
	}
	lines := card.Lines()
	stakes := tote.Stakes{OnLine: make([]tote.Money, len(lines)), TopUp: true}
	var tally tote.Tally
	for i := range rp.Wagers {
		w, t := &rp.Wagers[i], &rr.tickets[i]
		if w.Offer != offer || t.state != placed {
			continue
		}
		tally.Reset(len(lines))
		card.Count(&t.played(w).Pattern, &tally)
		stakes.Total += w.Cost()
		stakes.Refunded += w.Unit * tote.Money(tally.Refunded)
		for line, n := range tally.Won {
			stakes.OnLine[line] += w.Unit * tote.Money(n)
		}
	}
	rng := rand.New(rand.NewPCG(seed, hostStream^uint64(rp.Race.ID)))
	combinations := tote.Money(1)
	for k := range rp.Race.Offers[offer].family.horses {
		combinations *= tote.Money(max(1, res.Ran().Len()-k))
	}
	stakes.Total = (1+hostTimes)*stakes.Total + hostPot
	stakes.Refunded *= 1 + hostTimes
	for line := range stakes.OnLine {
		abroad := hostPot / combinations * tote.Money(2+rng.IntN(5)) / 4
		stakes.OnLine[line] = (1+hostTimes)*stakes.OnLine[line] + abroad
	}
	settled := card.Share(stakes)
	if settled.RefundAll() {
		said.Refund = settled.Reason
		return said, nil
	}
	for i, l := range lines {
		if d := settled.Dividends[i]; d > 0 {
			said.Dividends = append(said.Dividends, rulebook.HostDividend{Combination: l.Combination, Dividend: d})
		}
	}
	return said, nil
}
