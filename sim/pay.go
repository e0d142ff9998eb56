package sim

import (
	"context"
	"fmt"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
)

// payTickets presents the tickets of a settled race at the tills that sold
// them. Winners and refunds are paid, but for a few that nobody brings back;
// some tickets are presented in vain.
func (d *day) payTickets(ctx context.Context, race int) error {
	rp, rr := d.plan.Races[race], &d.races[race]
	var visits []int
	for i := range rp.Wagers {
		w, t := &rp.Wagers[i], &rr.tickets[i]
		due := t.won+t.refunded > 0 && !w.Left
		if !w.Online && t.state != notPlaced && (due || w.Probe) {
			visits = append(visits, i)
		}
	}
	return crew(ctx, len(visits), func(ctx context.Context, i int) error {
		o := order{race, visits[i]}
		if err := d.present(ctx, o); err != nil {
			return fmt.Errorf("ticket of bet %d: %w", o.index, err)
		}
		return nil
	})
}

// present takes a ticket to its till.
func (d *day) present(ctx context.Context, o order) error {
	w, t := d.wager(o), d.ticket(o)
	due := t.won + t.refunded
	switch {
	case t.state == withdrawn:
		return d.presentInVain(ctx, o, "", TicketCancelled)
	case due == 0:
		return d.presentInVain(ctx, o, "", TicketLost)
	case w.Left:
		return nil
	}
	paid, err := d.pay(ctx, o, "")
	if err != nil {
		return err
	}
	t.paid = paid
	if paid != due || !w.Probe {
		return nil // a wrong amount is for the checks to say
	}
	// The same command again gets the same answer; another must be refused.
	again, err := d.pay(ctx, o, "")
	if err != nil {
		return fmt.Errorf("same key again: %w", err)
	}
	if again != paid {
		return fmt.Errorf("same key again: %s, first %s", again, paid)
	}
	return d.presentInVain(ctx, o, "-again", TicketAlreadyPaid)
}

func (d *day) pay(ctx context.Context, o order, suffix string) (tote.Money, error) {
	res, err := ask(ctx, d.link, d.payer(d.wager(o)), d.link.betting.PayTicket,
		&opentotev1.PayTicketRequest{Key: d.key(o) + "-pay" + suffix, TicketCode: d.ticket(o).code})
	if err != nil {
		return 0, fmt.Errorf("pay: %w", err)
	}
	return tote.Money(res.GetPaidCents()), nil
}

// presentInVain presents a ticket that must not be paid.
func (d *day) presentInVain(ctx context.Context, o order, suffix string, want Code) error {
	paid, err := d.pay(ctx, o, suffix)
	if err == nil {
		return fmt.Errorf("%s paid on a ticket that must be refused with %s", paid, want)
	}
	code, ok := refusalOf(err)
	if !ok {
		return err
	}
	if code != want {
		return fmt.Errorf("refused with %s, must be %s", code, want)
	}
	d.met(code)
	return nil
}
