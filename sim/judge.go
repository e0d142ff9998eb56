package sim

import (
	"fmt"
	"strings"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// judge works out what each ticket of a race gets from the published dividends
// and the rules, without asking the server: what the tills and wallets then
// receive is compared with it.
func (rp *RacePlan) judge(rr *raceRun) ([]offerJudge, error) {
	judges := make([]offerJudge, len(rp.Race.Offers))
	for i := range rp.Race.Offers {
		o := &rp.Race.Offers[i]
		pool := rr.pools[o.Code]
		if pool == nil {
			return nil, fmt.Errorf("no dividends for %s", o.Code)
		}
		judges[i] = judgeOf(o, rp.Race.result(), pool.GetResult(), rr.hosts[o.Code])
		if to := receiver(rp.Race.Offers, o.Code); to >= 0 {
			judges[i].to = &judges[to]
		}
	}
	for i := range rp.Wagers {
		if t := &rr.tickets[i]; t.state == placed {
			w := t.played(&rp.Wagers[i])
			var twice bool
			if t.won, t.refunded, t.there, twice = judges[w.Offer].end(w); twice {
				return nil, fmt.Errorf("bet %d: a combination is paid twice", i)
			}
			if w.Jackpot {
				t.boost = judges[w.Offer].boost(&rp.Race.Offers[w.Offer], w, t.multipliers, tote.SetOf(rp.Race.NonRunners...))
				t.won += t.boost.won
				t.refunded += t.boost.refunded
			}
		}
	}
	return judges, nil
}

// offerJudge ends the bets of one pool.
type offerJudge struct {
	card      payable     // nil: all stakes are refunded
	variant   uint8       // of patterns on the card of a single pool, 0 for others
	whole     bool        // the pool is refunded
	to        *offerJudge // of the pool that takes over units, nil for none
	dividends []tote.Dividend
	tally     tote.Tally
}

// payable is what a result makes payable.
type payable interface {
	Lines() []tote.Line
	Count(p *tote.Pattern, t *tote.Tally)
}

// payable returns what a result makes payable of the offer, as far as what was
// published tells, and the variant of its patterns there.
func (o *Offer) payable(res tote.Result, said *opentotev1.PoolResult) (payable, uint8, tote.Reason) {
	shared, ok := o.Type.(*rulebook.SharedBet)
	if !ok {
		card, reason := o.Type.(tote.BetType).Card(res)
		return card, 0, reason
	}
	// For want of a winner the main rank asks one horse less, or two: the places
	// that may be anybody's are stars.
	level := rulebook.Nominal
	for _, d := range said.GetDividends() {
		level = max(level, rulebook.Level(strings.Count(d.GetCombination(), "*")))
	}
	card := shared.Pool().CardAt(res, rulebook.PoolBetsOf(shared.PoolBet()), level)
	return card, uint8(shared.PoolBet()), card.Refund(shared.PoolBet())
}

func judgeOf(o *Offer, res tote.Result, said *opentotev1.PoolResult, host rulebook.HostResult) offerJudge {
	if hosted, ok := o.Type.(*rulebook.HostedBet); ok {
		return judgeAbroad(hosted, res, host)
	}
	card, variant, reason := o.payable(res, said)
	if reason != "" {
		return offerJudge{whole: true}
	}
	j := offerJudge{card: card, variant: variant, whole: tote.Procedure(said.GetProcedure()) == tote.Refund}
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

// judgeAbroad ends the bets of an international pool by what its host sent.
func judgeAbroad(bet *rulebook.HostedBet, res tote.Result, host rulebook.HostResult) offerJudge {
	card, reason := bet.Card(res, host)
	if reason != "" {
		return offerJudge{whole: true}
	}
	return offerJudge{card: card, dividends: card.Dividends()}
}

// amounts are what a bet wins and what it is refunded.
type amounts struct{ won, refunded tote.Money }

// end returns what a bet gets, and how much of it another pool owes that took over
// units of it. Lines of finishes that exclude each other have a dividend in one of
// them, and a unit that holds the combinations of several lines is paid at one:
// twice says that more units were paid than were sold.
func (j *offerJudge) end(w *Wager) (won, refunded tote.Money, there amounts, twice bool) {
	if j.card == nil {
		return 0, w.Cost(), there, false
	}
	named := w.Pattern
	if j.variant != 0 {
		named.Variant = j.variant
	}
	j.tally.Reset(len(j.dividends))
	j.card.Count(&named, &j.tally)
	moved, units := j.tally.Transferred, 0
	if j.whole {
		refunded = w.Cost() - w.Unit*tote.Money(moved)
	} else {
		won, units = j.pays(w)
		units += j.tally.Refunded
		refunded = w.Unit * tote.Money(j.tally.Refunded)
	}
	twice = units+moved > w.Units
	if moved > 0 {
		there, units = j.to.receive(w, moved)
		twice = twice || units > moved
	}
	return won + there.won, refunded + there.refunded, there, twice
}

// receive ends the units of a bet of another pool that play in this one, and
// returns how many of them get something.
func (j *offerJudge) receive(w *Wager, moved int) (got amounts, units int) {
	if j.whole {
		return amounts{refunded: w.Unit * tote.Money(moved)}, moved
	}
	j.tally.Reset(len(j.dividends))
	j.card.(tote.Receiver).CountReceived(&w.Pattern, &j.tally)
	got.won, units = j.pays(w)
	return got, units
}

// pays is what the units just counted win, and how many they are.
func (j *offerJudge) pays(w *Wager) (won tote.Money, units int) {
	for line, n := range j.tally.Won {
		if j.dividends[line] > 0 {
			won += j.dividends[line].Pay(w.Unit) * tote.Money(n)
			units += n
		}
	}
	return won, units
}
