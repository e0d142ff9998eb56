package sim

import (
	"context"
	"fmt"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
)

func (d *day) openRace(ctx context.Context, race int) error {
	id := uint64(d.plan.Races[race].Race.ID)
	_, err := ask(ctx, d.link, d.link.enter, d.link.office.OpenRace, &opentotev1.OpenRaceRequest{RaceId: id})
	if code, ok := refusalOf(err); ok {
		return fmt.Errorf("open: %s: was this day run in this data directory before? %w", code, err)
	}
	return err
}

func (d *day) declareNonRunner(ctx context.Context, race, index int) error {
	rp := d.plan.Races[race]
	horse := rp.Scratched[index].Horse
	_, err := ask(ctx, d.link, d.link.enter, d.link.office.DeclareNonRunner,
		&opentotev1.DeclareNonRunnerRequest{RaceId: uint64(rp.Race.ID), Horse: uint32(horse)})
	if err != nil {
		return fmt.Errorf("non-runner %d: %w", horse, err)
	}
	return nil
}

// callOff cancels a race while it is on sale.
func (d *day) callOff(ctx context.Context, race int) error {
	if err := d.cancel(ctx, race); err != nil {
		return err
	}
	return d.sendLate(ctx, race)
}

func (d *day) cancel(ctx context.Context, race int) error {
	id := uint64(d.plan.Races[race].Race.ID)
	if _, err := ask(ctx, d.link, d.link.enter, d.link.office.CancelRace, &opentotev1.CancelRaceRequest{RaceId: id}); err != nil {
		return fmt.Errorf("cancel: %w", err)
	}
	return nil
}

func (d *day) stopRace(ctx context.Context, race int) error {
	id := uint64(d.plan.Races[race].Race.ID)
	if _, err := ask(ctx, d.link, d.link.enter, d.link.office.StopRace, &opentotev1.StopRaceRequest{RaceId: id}); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return d.sendLate(ctx, race)
}

// sendLate sends bets that come too late; each must be refused.
func (d *day) sendLate(ctx context.Context, race int) error {
	rp := d.plan.Races[race]
	return crew(ctx, len(rp.Late), func(ctx context.Context, i int) error {
		w := &rp.Late[i]
		receipt, code, err := d.place(ctx, d.payer(w), &opentotev1.PlaceBetRequest{
			Key: d.name("%d-late-%d", rp.Race.ID, i), Bet: rp.bet(w),
		})
		if err != nil {
			return fmt.Errorf("late bet: %w", err)
		}
		if err := d.expect(w, receipt, code); err != nil {
			return fmt.Errorf("late bet: %w", err)
		}
		return nil
	})
}

// giveResult enters the arrival as one member of staff and confirms it as
// another. A race whose file ends before its arrival is called off instead.
func (d *day) giveResult(ctx context.Context, race int) error {
	r := d.plan.Races[race].Race
	if r.Fate != RunsToResult {
		return d.cancel(ctx, race)
	}
	places := make([]*opentotev1.Place, len(r.Arrival))
	for i, horses := range r.Arrival {
		places[i] = &opentotev1.Place{Horses: numbers(horses)}
	}
	_, err := ask(ctx, d.link, d.link.enter, d.link.office.EnterResult,
		&opentotev1.EnterResultRequest{RaceId: uint64(r.ID), Arrival: places})
	if err != nil {
		return fmt.Errorf("enter result: %w", err)
	}
	_, err = ask(ctx, d.link, d.link.confirm, d.link.office.ConfirmResult,
		&opentotev1.ConfirmResultRequest{RaceId: uint64(r.ID), Arrival: places})
	if err != nil {
		return fmt.Errorf("confirm result: %w", err)
	}
	return nil
}

// payWinners declares the dividends, settles, works out on its own what each
// bet gets, and has the tickets paid.
func (d *day) payWinners(ctx context.Context, race int) error {
	rp, rr := d.plan.Races[race], &d.races[race]
	d.done++
	if !rp.Race.Sold {
		rr.skipped = true
		return nil
	}
	id := uint64(rp.Race.ID)
	if err := d.speakAsHost(ctx, race); err != nil {
		return err
	}
	declared, err := d.declare(ctx, id)
	if err != nil {
		return fmt.Errorf("declare dividends: %w", err)
	}
	rr.pools = map[tote.BetCode]*opentotev1.PoolAccounts{}
	for _, p := range declared.GetPools() {
		rr.pools[tote.BetCode(p.GetBet())] = p
	}
	if _, err := ask(ctx, d.link, d.link.enter, d.link.office.Settle, &opentotev1.SettleRequest{RaceId: id}); err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	judges, err := rp.judge(rr)
	if err != nil {
		return err
	}
	if err := d.carryChains(race, judges); err != nil {
		return err
	}
	return d.payTickets(ctx, race)
}
