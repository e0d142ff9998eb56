package sim

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
)

// audit asks the server where the money is and compares it with what the public
// has seen.
func (d *day) audit(ctx context.Context) (*Report, error) {
	r := &Report{
		Day: d.programme.Day.String(), Seed: d.Seed, Bettors: d.Bettors,
		Races: []RaceReport{}, Accounts: len(d.accounts), Tills: len(d.tills), Deeds: d.deeds(), Unsold: d.unsold(),
	}
	a := newAuditor()
	for i := range d.plan.Races {
		race, err := d.auditRace(ctx, a, i)
		if err != nil {
			return nil, fmt.Errorf("race %s: %w", d.plan.Races[i].Race.ID, err)
		}
		r.Races = append(r.Races, race)
		r.Total.add(race.Total)
	}
	r.Bets = betTotals(r.Races)
	if err := d.auditChains(ctx, a); err != nil {
		return nil, err
	}
	if err := d.auditWallets(ctx, a); err != nil {
		return nil, err
	}
	var err error
	if r.Ledger, err = d.auditLedger(ctx, a); err != nil {
		return nil, err
	}
	r.Refusals = d.auditRefusals(a, r.Deeds)
	r.Checks = a.results()
	return r, nil
}

// short writes a race's number in its day: R1C6.
func short(id tote.RaceID) string { return fmt.Sprintf("R%dC%d", id.Meeting(), id.Number()) }

// oneLine closes the gaps that names in the files have.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// unsold lists the races of the file that the server did not declare: it does
// not know their runners.
func (d *day) unsold() []string {
	declared := map[tote.RaceID]bool{}
	for _, rp := range d.plan.Races {
		declared[rp.Race.ID] = true
	}
	out := []string{}
	for race := range d.programme.Races {
		if !declared[race.ID] {
			out = append(out, short(race.ID))
		}
	}
	return out
}

func (d *day) deeds() DeedCounts {
	var c DeedCounts
	for i, rp := range d.plan.Races {
		c.Late += len(rp.Late)
		for j := range rp.Wagers {
			w, t := &rp.Wagers[j], &d.races[i].tickets[j]
			switch w.Deed {
			case Plain:
				c.Plain++
			case Twice:
				c.Twice++
			case Lost, Voided:
				c.Lost++
			case Withdrawn:
				c.Withdrawn++
			case Refused:
				c.Refused++
			}
			if !w.Online && w.Left && t.won+t.refunded > 0 {
				c.Left++
			}
		}
	}
	return c
}

func (d *day) auditRace(ctx context.Context, a *auditor, race int) (RaceReport, error) {
	rp, rr := d.plan.Races[race], &d.races[race]
	res, err := ask(ctx, d.link, d.link.enter, d.link.office.GetRaceAccounts,
		&opentotev1.GetRaceAccountsRequest{RaceId: uint64(rp.Race.ID)})
	if err != nil {
		return RaceReport{}, fmt.Errorf("accounts: %w", err)
	}
	out := RaceReport{
		Race: short(rp.Race.ID), Meeting: oneLine(rp.Race.Meeting), Name: oneLine(rp.Race.Name), Start: rp.Race.Start,
		NonRunners: rp.Race.NonRunners, Arrival: arrivalText(rp.Race.result().Arrival), Remark: rp.remark(rr),
		Pools: []PoolReport{},
	}
	if !rr.skipped {
		status := res.GetStatus()
		a.hold(CheckSettled, status == opentotev1.RaceStatus_RACE_STATUS_SETTLED ||
			rp.Race.Fate != RunsToResult && status == opentotev1.RaceStatus_RACE_STATUS_CANCELLED,
			"%s is %s", out.Race, status)
	}
	own := rp.ownAmounts(rr)
	d.addChains(race, own)
	shared := tote.Money(0)
	for _, said := range res.GetPools() {
		p := poolReport(said)
		mine := own[tote.BetCode(p.Bet)]
		where := out.Race + " " + p.Bet
		p.Unclaimed = p.Refunds + p.Winnings - p.Paid
		a.pool(where, &p, &mine, said)
		a.jackpots(where, rp, rr, tote.BetCode(p.Bet), said.GetJackpot())
		shared += p.Shared
		out.Pools = append(out.Pools, p)
		out.Total.add(p.Amounts)
	}
	a.equal(CheckSplit, out.Race+" between pools", shared, 0)
	slices.SortFunc(out.Pools, func(x, y PoolReport) int { return comparePools(x.Bet, y.Bet) })
	for i := range rp.Wagers {
		w, t := &rp.Wagers[i], &rr.tickets[i]
		if w.Drawn > 0 && t.state != notPlaced {
			a.compared[CheckDraws]++ // one that differs would have stopped the day
		}
		if t.state == placed && !w.Online && !w.Left && t.won+t.refunded > 0 {
			a.equal(CheckTickets, fmt.Sprintf("%s ticket %d", out.Race, i), t.paid, t.won+t.refunded)
		}
	}
	return out, nil
}

func (rp *RacePlan) remark(rr *raceRun) Remark {
	switch {
	case rr.skipped:
		return RemarkNotSold
	case rp.Race.Fate == CalledOff:
		return RemarkCalledOff
	case rp.Race.Fate == WithoutArrival:
		return RemarkNoArrival
	case rp.Race.Provisional:
		return RemarkProvisional
	}
	return ""
}

// ownAmounts sums the public's own side of each pool.
func (rp *RacePlan) ownAmounts(rr *raceRun) ownAmounts {
	own := ownAmounts{}
	for i := range rp.Wagers {
		w, t := &rp.Wagers[i], &rr.tickets[i]
		code := rp.Race.Offers[w.Offer].Code
		sum := own[code]
		switch t.state {
		case withdrawn:
			sum.Cancelled++
		case placed:
			sum.Bets++
			sum.Stakes += w.Cost()
			sum.Winnings += t.won - t.boost.won
			sum.Refunds += t.refunded - t.boost.refunded
			switch due := t.won + t.refunded - t.boost.won - t.boost.refunded; {
			case w.Online:
				sum.Paid += due // to the wallet, whose balance is checked on its own
			case w.Left:
				sum.Unclaimed += due
			default:
				sum.Paid += t.paid
			}
		}
		own[code] = sum
		if to := receiver(rp.Race.Offers, code); to >= 0 {
			own.move(code, rp.Race.Offers[to].Code, t.there, w.Left && !w.Online)
		}
	}
	return own
}

// ownAmounts are the public's own side of each pool.
type ownAmounts map[tote.BetCode]Amounts

// move books what a bet of one pool gets on the pool that owes it.
func (own ownAmounts) move(from, to tote.BetCode, m amounts, left bool) {
	a, b := own[from], own[to]
	a.Winnings, b.Winnings = a.Winnings-m.won, b.Winnings+m.won
	a.Refunds, b.Refunds = a.Refunds-m.refunded, b.Refunds+m.refunded
	due := m.won + m.refunded
	if left {
		a.Unclaimed, b.Unclaimed = a.Unclaimed-due, b.Unclaimed+due
	} else {
		a.Paid, b.Paid = a.Paid-due, b.Paid+due
	}
	own[from], own[to] = a, b
}

func poolReport(said *opentotev1.PoolAccounts) PoolReport {
	p := PoolReport{
		Dividends: paidLines(said.GetResult().GetDividends()), Bet: said.GetBet(), Procedure: tote.Procedure(said.GetResult().GetProcedure()),
		Reason: tote.Reason(said.GetResult().GetRefundReason()), Shared: tote.Money(said.GetSharedCents()), Host: tote.Money(said.GetHostCents()),
		Amounts: Amounts{
			Bets: int(said.GetBets()), Cancelled: int(said.GetCancelledBets()),
			Stakes: tote.Money(said.GetStakesCents()), Refunds: tote.Money(said.GetRefundsCents()),
			Winnings: tote.Money(said.GetWinningsCents()), Takeout: tote.Money(said.GetTakeoutCents()),
			Progressive: tote.Money(said.GetProgressiveCents()), Breakage: tote.Money(said.GetBreakageCents()),
			Booster: tote.Money(said.GetBoosterCents()), Paid: tote.Money(said.GetPaidCents()),
		},
	}
	return p
}

// paidLines gathers the combinations of each rank that are paid the same, rank
// after rank as they were published first.
func paidLines(said []*opentotev1.Dividend) []PaidLine {
	lines := []PaidLine{}
	for _, d := range said {
		at, end := -1, len(lines) // end: behind the last line of the rank
		for i := range lines {
			if lines[i].Rank != d.GetRank() {
				continue
			}
			if end = i + 1; int64(lines[i].Dividend) == d.GetDividend() {
				at = i
			}
		}
		if at < 0 {
			at = end
			lines = slices.Insert(lines, at, PaidLine{Rank: d.GetRank(), Dividend: tote.Dividend(d.GetDividend())})
		}
		lines[at].Combinations = append(lines[at].Combinations, d.GetCombination())
	}
	return lines
}

// comparePools puts the shops' pools before the online ones, each in the order
// of the families.
func comparePools(a, b string) int {
	x, y := tote.BetCode(a), tote.BetCode(b)
	return cmp.Or(-cmp.Compare(x.Network(), y.Network()), cmp.Compare(familyIndex(x), familyIndex(y)), strings.Compare(a, b))
}

// betTotals sums the pools of a day by bet.
func betTotals(races []RaceReport) []BetTotal {
	totals := []BetTotal{}
	for i := range races {
		for j := range races[i].Pools {
			p := &races[i].Pools[j]
			at, found := slices.BinarySearchFunc(totals, p.Bet, func(t BetTotal, bet string) int { return comparePools(t.Bet, bet) })
			if !found {
				totals = slices.Insert(totals, at, BetTotal{Bet: p.Bet})
			}
			totals[at].Pools++
			totals[at].add(p.Amounts)
		}
	}
	return totals
}

// arrivalText writes an arrival as people do: 4-1=5-7, dead heats joined by =.
func arrivalText(arrival [][]tote.Horse) string {
	places := make([]string, len(arrival))
	for i, horses := range arrival {
		names := make([]string, len(horses))
		for j, h := range horses {
			names[j] = h.String()
		}
		places[i] = strings.Join(names, "=")
	}
	return strings.Join(places, "-")
}

// auditWallets compares each wallet with the bets of its holder.
func (d *day) auditWallets(ctx context.Context, a *auditor) error {
	want := make([]tote.Money, len(d.accounts))
	for i := range d.accounts {
		want[i] = d.accounts[i].before + d.accounts[i].deposits
	}
	for i, rp := range d.plan.Races {
		for j := range rp.Wagers {
			w, t := &rp.Wagers[j], &d.races[i].tickets[j]
			if w.Online && t.state == placed {
				want[w.Payer] += t.won + t.refunded - w.Price()
			}
		}
	}
	for _, r := range d.chains {
		if r.state == placed {
			want[r.plan.Payer] += r.paid() - r.cost()
		}
	}
	err := crew(ctx, len(d.accounts), func(ctx context.Context, i int) error {
		var err error
		d.accounts[i].after, err = d.balance(ctx, &d.accounts[i])
		return err
	})
	if err != nil {
		return fmt.Errorf("wallets: %w", err)
	}
	for i := range d.accounts {
		a.equal(CheckWallets, fmt.Sprintf("account %d", i), d.accounts[i].after, want[i])
	}
	return nil
}

func (d *day) auditLedger(ctx context.Context, a *auditor) ([]LedgerClass, error) {
	res, err := ask(ctx, d.link, d.link.enter, d.link.office.GetTrialBalance, &opentotev1.GetTrialBalanceRequest{})
	if err != nil {
		return nil, fmt.Errorf("trial balance: %w", err)
	}
	var sum tote.Money
	var classes []LedgerClass
	for _, b := range res.GetBalances() {
		sum += tote.Money(b.GetCents())
		classes = append(classes, LedgerClass{Class: b.GetClass(), Cents: tote.Money(b.GetCents())})
	}
	a.equal(CheckLedger, "sum of the trial balance", sum, 0)
	return classes, nil
}

// auditRefusals lists the refusals met, and checks that they are as many as
// were meant. Each code has been compared when it came.
func (d *day) auditRefusals(a *auditor, deeds DeedCounts) []RefusalSum {
	sums := []RefusalSum{}
	total, tickets := 0, 0
	for code, n := range d.refused() {
		sums = append(sums, RefusalSum{Code: code, N: n})
		switch code {
		case TicketLost, TicketCancelled, TicketAlreadyPaid:
			tickets += n
		default:
			total += n
		}
	}
	slices.SortFunc(sums, func(x, y RefusalSum) int { return cmp.Compare(x.Code, y.Code) })
	a.equal(CheckRefusals, "refused bets", tote.Money(total), tote.Money(deeds.Refused+deeds.Late))
	a.compared[CheckOnce] += tickets // each would have stopped the day
	return sums
}
