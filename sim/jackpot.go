package sim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// jackpotShare is how many of the bets that could take the Jackpot service do.
const jackpotShare = 0.15

// jackpotStream draws which they are: apart, so that they shift nothing else.
const jackpotStream = 0x6a61636b << 32

// jackpotLoan is what the operator lends to each Jackpot's fund before a day, and
// once more when a race owes more than the fund holds.
const jackpotLoan tote.Money = 1_000_000_00

// Price is what the bettor pays.
func (w *Wager) Price() tote.Money { return w.Cost() + w.service() }

// service is what the Jackpot costs beside the bet.
func (w *Wager) service() tote.Money { return w.Service * tote.Money(w.Units) }

// planJackpots has a few of the bets take the service, at a stake it goes with.
func (rp *RacePlan) planJackpots(seed uint64) {
	rng := rand.New(rand.NewPCG(seed, jackpotStream^uint64(rp.Race.ID)))
	for i := range rp.Wagers {
		w := &rp.Wagers[i]
		u := rng.Float64()
		o := &rp.Race.Offers[w.Offer]
		fits := o.Jackpot != nil && w.Units <= tote.JackpotUnitsMax && o.Jackpot.Takes(&w.Pattern)
		if u >= jackpotShare || !fits || !w.Online || w.Deed == Refused || w.Deed == Voided || w.Deed == Withdrawn {
			continue
		}
		const euros tote.Money = 3_00 // whole for any service
		w.Unit = min((max(w.Unit, o.Base)+euros-1)/euros*euros, o.Jackpot.StakeMax())
		w.Service, w.Jackpot = o.Jackpot.Price(w.Unit)
	}
}

// checkJackpot holds the multipliers of a receipt against the draw done again from
// its seed, and keeps them.
func (d *day) checkJackpot(o order, receipt *opentotev1.Receipt) error {
	w, said := d.wager(o), receipt.GetJackpot()
	if !w.Jackpot {
		if said != nil {
			return fmt.Errorf("a Jackpot nobody asked for: %v", said)
		}
		return nil
	}
	offer := &d.plan.Races[o.race].Race.Offers[w.Offer]
	if len(receipt.GetSeed()) != len(tote.Seed{}) || said.GetStakeCents() != int64(w.service()) {
		return fmt.Errorf("the Jackpot costs %d with a seed of %d bytes, must be %d", said.GetStakeCents(), len(receipt.GetSeed()), w.service())
	}
	drawn := tote.DrawMultipliers(tote.Seed(receipt.GetSeed()), offer.Slots, w.Units)
	tenths := make([]uint32, w.Units)
	for i := range tenths {
		tenths[i] = offer.Slots[drawn[i]].Tenths
	}
	if !slices.Equal(said.GetMultiplierTenths(), tenths) {
		return fmt.Errorf("the Jackpot has %v, the draw done again %v", said.GetMultiplierTenths(), tenths)
	}
	d.ticket(o).multipliers = tenths
	return nil
}

// boost returns what the service gives a bet, beside what its pool does.
func (j *offerJudge) boost(o *Offer, w *Wager, multipliers []uint32, out tote.HorseSet) (got amounts) {
	if j.card == nil || j.whole {
		return amounts{refunded: w.service()}
	}
	for i, unit := range o.Jackpot.Units(&w.Pattern, out) {
		j.tally.Reset(len(j.dividends))
		j.card.Count(unit, &j.tally)
		got.refunded += w.Service * tote.Money(j.tally.Refunded)
		for line, n := range j.tally.Won {
			if n > 0 {
				got.won += j.dividends[line].PayTimes(w.Unit, multipliers[i]) - j.dividends[line].Pay(w.Unit)
			}
		}
	}
	return got
}

// jackpots compares the services of a race with the public's side of them.
func (a *auditor) jackpots(where string, rp *RacePlan, rr *raceRun, code tote.BetCode, said *opentotev1.JackpotAccounts) {
	var stakes tote.Money
	var got amounts
	var offer *Offer
	for i := range rp.Wagers {
		w, t := &rp.Wagers[i], &rr.tickets[i]
		if o := &rp.Race.Offers[w.Offer]; w.Jackpot && o.Code == code && t.state == placed {
			offer = o
			stakes += w.service()
			got.won += t.boost.won
			got.refunded += t.boost.refunded
		}
	}
	if offer == nil {
		a.hold(CheckJackpots, said == nil, "%s: a Jackpot nobody took: %v", where, said)
		return
	}
	take, income := offer.Jackpot.Income(stakes - got.refunded)
	a.equal(CheckJackpots, where+" stakes", tote.Money(said.GetStakesCents()), stakes)
	a.equal(CheckJackpots, where+" refunds", tote.Money(said.GetRefundsCents()), got.refunded)
	a.equal(CheckJackpots, where+" takeout", tote.Money(said.GetTakeoutCents()), take)
	a.equal(CheckJackpots, where+" income", tote.Money(said.GetIncomeCents()), income)
	a.equal(CheckJackpots, where+" winnings", tote.Money(said.GetWinningsCents()), got.won)
	a.equal(CheckJackpots, where+" paid", tote.Money(said.GetPaidCents()), got.won+got.refunded)
}

// lend has the operator lend to the funds of the Jackpots that are offered.
func (d *day) lend(ctx context.Context, why string) error {
	var lent []tote.BetCode
	for _, rp := range d.plan.Races {
		for i := range rp.Race.Offers {
			o := &rp.Race.Offers[i]
			if o.Jackpot == nil || slices.Contains(lent, o.Code) {
				continue
			}
			lent = append(lent, o.Code)
			_, err := ask(ctx, d.link, d.link.enter, d.link.office.FundJackpot, &opentotev1.FundJackpotRequest{
				Key: d.name("jackpot-%d-%s-%s", d.programme.Day, o.Code, why), Bet: string(o.Code), AmountCents: int64(jackpotLoan), Loan: true,
			})
			if err != nil {
				return fmt.Errorf("lend to the Jackpot of %s: %w", o.Code, err)
			}
		}
	}
	return nil
}

// declare declares the dividends of a race, after lending more where a Jackpot's fund
// cannot pay what the race owes.
func (d *day) declare(ctx context.Context, id uint64) (*opentotev1.DeclareDividendsResponse, error) {
	const loansMax = 20
	for n := 0; ; n++ {
		res, err := ask(ctx, d.link, d.link.enter, d.link.office.DeclareDividends, &opentotev1.DeclareDividendsRequest{RaceId: id})
		if code, refused := refusalOf(err); err == nil || !refused || code != JackpotShort || n == loansMax {
			return res, err
		}
		if err := d.lend(ctx, fmt.Sprintf("%d-%d", id, n)); err != nil {
			return nil, err
		}
	}
}

// jackpotOffer reads the service on an offer, nil where the server does not sell it.
func jackpotOffer(book *rulebook.Book, o *Offer, said []*opentotev1.JackpotSlot) {
	terms, ok := book.Jackpot(o.Code)
	if !ok || len(said) == 0 {
		return
	}
	o.Jackpot = terms
	for _, s := range said {
		o.Slots = append(o.Slots, tote.Slot{Tenths: s.GetMultiplierTenths(), Slots: s.GetSlots()})
	}
}
