package sim

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

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
		if err := d.presentInVain(ctx, o, "", TicketCancelled); err != nil {
			return err
		}
		return d.inspect(ctx, o, opentotev1.Ticket_STATE_CANCELLED)
	case due == 0:
		if err := d.presentInVain(ctx, o, "", TicketLost); err != nil {
			return err
		}
		return d.inspect(ctx, o, opentotev1.Ticket_STATE_LOST)
	case w.Left:
		return d.inspect(ctx, o, opentotev1.Ticket_STATE_PAYABLE)
	}
	paid, err := d.pay(ctx, o, "")
	if err != nil {
		return err
	}
	t.paid = paid
	if paid != due || !w.Probe {
		return nil // a wrong amount is for the checks to say
	}
	return d.payAgain(ctx, o)
}

// payAgain presents a ticket that is paid: the same command gets the same
// answer, another must be refused.
func (d *day) payAgain(ctx context.Context, o order) error {
	again, err := d.pay(ctx, o, "")
	if err != nil {
		return fmt.Errorf("same key again: %w", err)
	}
	if first := d.ticket(o).paid; again != first {
		return fmt.Errorf("same key again: %s, first %s", again, first)
	}
	if err := d.presentInVain(ctx, o, "-again", TicketAlreadyPaid); err != nil {
		return err
	}
	return d.inspect(ctx, o, opentotev1.Ticket_STATE_PAID)
}

// inspect reads a ticket and compares what it says.
func (d *day) inspect(ctx context.Context, o order, want opentotev1.Ticket_State) error {
	w, t := d.wager(o), d.ticket(o)
	res, err := ask(ctx, d.link, d.payer(w), d.link.betting.GetTicket, &opentotev1.GetTicketRequest{TicketCode: t.code})
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	said := res.GetTicket()
	if said.GetState() != want || said.GetCostCents() != int64(w.Price()) ||
		said.GetWonCents() != int64(t.won) || said.GetRefundedCents() != int64(t.refunded) {
		return fmt.Errorf("it reads %v, must be %s, cost %d, won %d, refunded %d", said, want, w.Price(), t.won, t.refunded)
	}
	if sold := d.plan.Races[o.race].bet(t.played(w)); !proto.Equal(said.GetBet(), sold) {
		return fmt.Errorf("it reads %v, the bet was %v", said.GetBet(), sold)
	}
	return nil
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
