package sim

import (
	"context"
	"fmt"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
)

// message is the chain in the API's words.
func (c *Chain) message(p *Plan, key string) *opentotev1.PlaceReportRequest {
	req := &opentotev1.PlaceReportRequest{Key: key, StakeCents: int64(c.Stake), Mix: uint32(c.Mix), Integral: c.Integral}
	for i := range c.Legs {
		req.Legs = append(req.Legs, c.Legs[i].message(p))
	}
	return req
}

func (l *ChainLeg) message(p *Plan) *opentotev1.ReportLeg {
	race := p.Races[l.Race].Race
	leg := &opentotev1.ReportLeg{RaceId: uint64(race.ID), Bet: string(race.Offers[l.Offer].Code), CarryQuarters: l.Carry}
	for i := range l.Bets {
		formula := opentotev1.Formula_FORMULA_UNIT
		if l.Bets[i].Pattern.Formula == tote.Combined {
			formula = opentotev1.Formula_FORMULA_COMBINED
		}
		leg.Bets = append(leg.Bets, &opentotev1.ReportBet{Formula: formula, Horses: numbers(l.Bets[i].Pattern.Group(0))})
	}
	return leg
}

// placeChain places a chain or the chains of a Mix, and takes back those whose bettor
// thinks better of it.
func (d *day) placeChain(ctx context.Context, index int) error {
	c := d.plan.Chains[index]
	as, req := d.accounts[c.Payer].as, c.message(d.plan, d.name("%s-chain-%d", d.programme.Day, index))
	res, err := ask(ctx, d.link, as, d.link.betting.PlaceReport, req)
	if err != nil {
		return fmt.Errorf("place: %w", err)
	}
	receipt, ways := res.GetReceipt(), c.ways()
	if int(receipt.GetChains()) != len(ways) || receipt.GetCostCents() != int64(c.Cost) {
		return fmt.Errorf("the receipt says %d chains for %d cents, the plan %d for %d",
			receipt.GetChains(), receipt.GetCostCents(), len(ways), c.Cost)
	}
	if c.Again {
		again, err := ask(ctx, d.link, as, d.link.betting.PlaceReport, req)
		if err != nil || again.GetReceipt().GetReportId() != receipt.GetReportId() {
			return fmt.Errorf("one key placed reports %d and %d: %w", receipt.GetReportId(), again.GetReceipt().GetReportId(), err)
		}
	}
	for i, way := range ways {
		r := &chainRun{plan: c, id: receipt.GetReportId() + uint64(i), way: way, state: placed, steps: []chainStep{{part: c.Stake}}}
		d.chains = append(d.chains, r)
		if c.Withdrawn {
			if err := d.withdrawChain(ctx, r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *day) withdrawChain(ctx context.Context, r *chainRun) error {
	res, err := ask(ctx, d.link, d.accounts[r.plan.Payer].as, d.link.betting.CancelReport,
		&opentotev1.CancelReportRequest{Key: d.name("%s-chain-%d-cancel", d.programme.Day, r.id), ReportId: r.id})
	if err != nil {
		return fmt.Errorf("cancel report %d: %w", r.id, err)
	}
	if want := r.cost(); res.GetReturnedCents() != int64(want) {
		return fmt.Errorf("cancel report %d: %d cents returned of %d", r.id, res.GetReturnedCents(), want)
	}
	r.state, r.over = withdrawn, true
	return nil
}

func (r *chainRun) cost() tote.Money { return r.plan.Stake * tote.Money(r.leg(0).units()) }

// carryChains works out what the chains on a settled race bring, from its dividends,
// and what of it goes on.
func (d *day) carryChains(race int, judges []offerJudge) error {
	terms := d.plan.Races[race].Race.report
	for _, r := range d.chains {
		at := len(r.steps) - 1
		if r.over || r.leg(at).Race != race {
			continue
		}
		leg, step := r.leg(at), &r.steps[at]
		for i := range leg.Bets {
			w := &Wager{Pattern: leg.Bets[i].Pattern, Unit: step.part, Units: leg.Bets[i].Units}
			won, refunded, _, twice := judges[leg.Offer].end(w)
			if twice {
				return fmt.Errorf("report %d: a combination is paid twice", r.id)
			}
			step.won += won
			step.refunded += refunded
		}
		r.carry(terms.Terms())
	}
	return nil
}

// eachChain calls f with the steps of the chains on a race.
func (d *day) eachChain(race int, f func(r *chainRun, leg *ChainLeg, step *chainStep)) {
	for _, r := range d.chains {
		for i := range r.steps {
			if leg := r.leg(i); leg.Race == race {
				f(r, leg, &r.steps[i])
			}
		}
	}
}

// chainBacking adds the chains' stakes to those that a Spot is drawn from.
func (d *day) chainBacking(race, offer int, backing *tote.Backing) {
	shaped, _ := d.plan.Races[race].Race.Offers[offer].Type.(tote.Shaped)
	d.eachChain(race, func(r *chainRun, leg *ChainLeg, step *chainStep) {
		if leg.Offer != offer || r.state != placed {
			return
		}
		for i := range leg.Bets {
			shape, _ := shaped.Shape(leg.Bets[i].Pattern.Variant)
			backing.Add(shape, &leg.Bets[i].Pattern, step.part, leg.Bets[i].Units)
		}
	})
}

// addChains adds the bets of chains to the public's side of a race's pools.
func (d *day) addChains(race int, own ownAmounts) {
	d.eachChain(race, func(r *chainRun, leg *ChainLeg, step *chainStep) {
		code := d.plan.Races[race].Race.Offers[leg.Offer].Code
		sum := own[code]
		if r.state == withdrawn {
			sum.Cancelled += len(leg.Bets)
		} else {
			sum.Bets += len(leg.Bets)
			sum.Stakes += step.part * tote.Money(leg.units())
			sum.Winnings += step.won
			sum.Refunds += step.refunded
			sum.Paid += step.won + step.refunded
		}
		own[code] = sum
	})
}

// auditChains compares each chain, leg by leg, with what the server says of it.
func (d *day) auditChains(ctx context.Context, a *auditor) error {
	said := make([]*opentotev1.Report, len(d.chains))
	err := crew(ctx, len(d.chains), func(ctx context.Context, i int) error {
		r := d.chains[i]
		res, err := ask(ctx, d.link, d.accounts[r.plan.Payer].as, d.link.betting.GetReport, &opentotev1.GetReportRequest{ReportId: r.id})
		said[i] = res.GetReport()
		return err
	})
	if err != nil {
		return fmt.Errorf("reports: %w", err)
	}
	for i, r := range d.chains {
		where := fmt.Sprintf("report %d", r.id)
		state, paid := opentotev1.Report_STATE_ENDED, r.paid()
		if r.state == withdrawn {
			state, paid = opentotev1.Report_STATE_CANCELLED, r.cost()
		}
		a.hold(CheckReports, said[i].GetState() == state && r.over, "%s is %s, must be %s", where, said[i].GetState(), state)
		a.equal(CheckReports, where+" paid", tote.Money(said[i].GetPaidCents()), paid)
		for k, l := range said[i].GetLegs() {
			var step chainStep
			if k < len(r.steps) {
				step = r.steps[k]
			}
			where := fmt.Sprintf("%s leg %d", where, k+1)
			a.equal(CheckReports, where+" part", tote.Money(l.GetPartCents()), step.part)
			a.equal(CheckReports, where+" brought", tote.Money(l.GetBroughtCents()), step.won+step.refunded)
			a.equal(CheckReports, where+" kept", tote.Money(l.GetKeptCents()), step.kept)
			a.hold(CheckReports, !l.GetOutsidePools(), "%s is outside the pools", where)
		}
	}
	return nil
}
