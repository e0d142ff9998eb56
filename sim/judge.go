package sim

import (
	"fmt"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
)

// judge works out what each ticket of a race gets from the published dividends
// and the rules, without asking the server: what the tills and wallets then
// receive is compared with it.
func (rp *RacePlan) judge(rr *raceRun) error {
	judges := make([]offerJudge, len(rp.Race.Offers))
	for i := range rp.Race.Offers {
		o := &rp.Race.Offers[i]
		pool := rr.pools[o.Code]
		if pool == nil {
			return fmt.Errorf("no dividends for %s", o.Code)
		}
		judges[i] = judgeOf(o, rp.Race.result(), pool.GetResult())
	}
	for i := range rp.Wagers {
		if t := &rr.tickets[i]; t.state == placed {
			w := &rp.Wagers[i]
			var twice bool
			if t.won, t.refunded, twice = judges[w.Offer].end(w); twice {
				return fmt.Errorf("bet %d: a combination is paid twice", i)
			}
		}
	}
	return nil
}

// offerJudge ends the bets of one pool.
type offerJudge struct {
	card      tote.Card // nil: all stakes are refunded
	dividends []tote.Dividend
	tally     tote.Tally
}

func judgeOf(o *Offer, res tote.Result, said *opentotev1.PoolResult) offerJudge {
	card, reason := o.Type.Card(res)
	if reason != "" || tote.Procedure(said.GetProcedure()) == tote.Refund {
		return offerJudge{}
	}
	j := offerJudge{card: card}
	for _, line := range card.Lines() {
		var dividend tote.Dividend
		for _, published := range said.GetDividends() {
			if published.GetRank() == line.Rank && published.GetCombination() == line.Combination {
				dividend = tote.Dividend(published.GetDividend())
			}
		}
		j.dividends = append(j.dividends, dividend)
	}
	return j
}

// end returns what a bet wins and is refunded. Lines of finishes that exclude
// each other have a dividend in one of them, and a unit that holds the
// combinations of several lines is paid at one: twice says that more units were
// paid than were sold.
func (j *offerJudge) end(w *Wager) (won, refunded tote.Money, twice bool) {
	if j.card == nil {
		return 0, w.Cost(), false
	}
	j.tally.Reset(len(j.dividends))
	j.card.Count(&w.Pattern, &j.tally)
	units := j.tally.Refunded
	for line, n := range j.tally.Won {
		if j.dividends[line] > 0 {
			won += j.dividends[line].Pay(w.Unit) * tote.Money(n)
			units += n
		}
	}
	return won, w.Unit * tote.Money(j.tally.Refunded), units > w.Units
}
