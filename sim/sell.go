package sim

import (
	"context"
	"fmt"
	"slices"
	"time"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
)

// batchMost is how many bets a till sends at once.
const batchMost = 500

// order is a wager to be sent.
type order struct{ race, index int }

// errand is what one goroutine sends, in order: a till's batch on its stream,
// or the bets of one person one by one.
type errand struct {
	till   *stream // nil: one by one
	orders []order
}

// sell sends a slice of bets and waits for all the answers.
//
// Spots wait for the others, whose stakes they are drawn from.
func (d *day) sell(ctx context.Context, acts []act) error {
	var named, drawn []act
	for _, a := range acts {
		if d.wager(order{a.race, a.index}).Drawn == 0 {
			named = append(named, a)
		} else {
			drawn = append(drawn, a)
		}
	}
	if err := d.run(ctx, d.errands(named)); err != nil {
		return err
	}
	return d.run(ctx, d.errands(drawn))
}

// run does errands side by side.
func (d *day) run(ctx context.Context, errands []errand) error {
	return crew(ctx, len(errands), func(ctx context.Context, i int) error {
		e := errands[i]
		if e.till != nil {
			for _, o := range e.orders {
				if err := d.askPrice(ctx, o); err != nil {
					return fmt.Errorf("race %s bet %d: %w", d.plan.Races[o.race].Race.ID, o.index, err)
				}
			}
			for batch := range slices.Chunk(e.orders, batchMost) {
				if err := d.sendBatch(ctx, e.till, batch); err != nil {
					return err
				}
			}
			return nil
		}
		for _, o := range e.orders {
			err := d.askPrice(ctx, o)
			if err == nil {
				err = d.send(ctx, o)
			}
			if err != nil {
				return fmt.Errorf("race %s bet %d: %w", d.plan.Races[o.race].Race.ID, o.index, err)
			}
		}
		return nil
	})
}

// errands shares the bets out. What one person plays stays in order: in a
// till's batch, or, when he is online or does anything but plainly bet, on his
// own.
func (d *day) errands(acts []act) []errand {
	special := map[int]bool{}
	for _, a := range acts {
		w := d.wager(order{a.race, a.index})
		if w.Online || w.Deed != Plain && w.Deed != Refused {
			special[w.Bettor] = true
		}
	}
	var errands []errand
	atTill, alone := map[int]int{}, map[int]int{} // index of the errand
	for _, a := range acts {
		o := order{a.race, a.index}
		w := d.wager(o)
		index, key, till := atTill, w.Payer, (*stream)(nil)
		if special[w.Bettor] {
			index, key = alone, w.Bettor
		} else {
			till = d.tills[w.Payer]
		}
		at, ok := index[key]
		if !ok {
			at = len(errands)
			index[key] = at
			errands = append(errands, errand{till: till})
		}
		errands[at].orders = append(errands[at].orders, o)
	}
	return errands
}

func (d *day) wager(o order) *Wager { return &d.plan.Races[o.race].Wagers[o.index] }

func (d *day) ticket(o order) *ticket { return &d.races[o.race].tickets[o.index] }

// payer returns the token a bet is placed with.
func (d *day) payer(w *Wager) token {
	if w.Online {
		return d.accounts[w.Payer].as
	}
	return d.tills[w.Payer].as
}

// key names the command that places a bet.
func (d *day) key(o order) string {
	return d.name("%d-%d", d.plan.Races[o.race].Race.ID, o.index)
}

func (d *day) request(o order) *opentotev1.PlaceBetRequest {
	return &opentotev1.PlaceBetRequest{Key: d.key(o), Bet: d.plan.Races[o.race].bet(d.wager(o))}
}

// sendBatch sends a batch on a till's stream.
func (d *day) sendBatch(ctx context.Context, till *stream, orders []order) error {
	batch := make([]*opentotev1.PlaceBetRequest, len(orders))
	for i, o := range orders {
		batch[i] = d.request(o)
	}
	results, err := till.place(ctx, batch)
	if err != nil {
		return err
	}
	for i, o := range orders {
		receipt, code := results[i].GetReceipt(), Code(results[i].GetRejection().GetCode())
		if err := d.answered(o, receipt, code); err != nil {
			return fmt.Errorf("race %s bet %d: %w", d.plan.Races[o.race].Race.ID, o.index, err)
		}
	}
	return nil
}

// send does with one bet what its deed says.
func (d *day) send(ctx context.Context, o order) error {
	switch w := d.wager(o); w.Deed {
	case Twice:
		return d.sendTwice(ctx, o)
	case Lost:
		return d.sendLost(ctx, o)
	case Voided:
		return d.sendVoided(ctx, o)
	case Withdrawn:
		if err := d.sendPlain(ctx, o); err != nil {
			return err
		}
		return d.withdraw(ctx, o)
	}
	return d.sendPlain(ctx, o)
}

// askPrice asks what a bet would cost and return before it is placed, for those
// bettors who want to know all, and compares the price with the plan. That of a
// full field may be of the moment before a scratch: the board follows.
func (d *day) askPrice(ctx context.Context, o order) error {
	w := d.wager(o)
	if !w.Probe || w.Deed == Refused || w.Pattern.Flags&tote.FullField != 0 {
		return nil
	}
	said, err := ask(ctx, d.link, d.payer(w), d.link.betting.Quote, &opentotev1.QuoteRequest{Bet: d.request(o).GetBet()})
	if err != nil {
		return fmt.Errorf("price: %w", err)
	}
	if int(said.GetCombinations()) != w.Units || said.GetCostCents() != int64(w.Price()) {
		return fmt.Errorf("the price is %d combinations for %d cents, the plan has %d for %d",
			said.GetCombinations(), said.GetCostCents(), w.Units, w.Price())
	}
	// What it returns if it wins, at the least dividend, on one combination.
	low, high := said.GetReturnLowCents(), said.GetReturnHighCents()
	if low > high || high != 0 && low < min(int64(w.Cost()), int64(w.Unit)) {
		return fmt.Errorf("a bet at %s a combination would return %d to %d cents", w.Unit, low, high)
	}
	return nil
}

// place sends one bet and returns its receipt or the code of its refusal.
func (d *day) place(ctx context.Context, as token, req *opentotev1.PlaceBetRequest) (*opentotev1.Receipt, Code, error) {
	res, err := ask(ctx, d.link, as, d.link.betting.PlaceBet, req)
	if err != nil {
		code, ok := refusalOf(err)
		if !ok {
			return nil, NothingWasRefused, err
		}
		return nil, code, nil
	}
	return res.GetReceipt(), NothingWasRefused, nil
}

func (d *day) sendPlain(ctx context.Context, o order) error {
	receipt, code, err := d.place(ctx, d.payer(d.wager(o)), d.request(o))
	if err != nil {
		return err
	}
	return d.answered(o, receipt, code)
}

// answered compares the answer with the plan and keeps the ticket.
func (d *day) answered(o order, receipt *opentotev1.Receipt, code Code) error {
	w := d.wager(o)
	if err := d.expect(w, receipt, code); err != nil || w.Deed == Refused {
		return err
	}
	if int(receipt.GetCombinations()) != w.Units || receipt.GetCostCents() != int64(w.Price()) {
		return fmt.Errorf("the receipt says %d combinations for %d cents, the plan %d for %d",
			receipt.GetCombinations(), receipt.GetCostCents(), w.Units, w.Price())
	}
	if err := d.checkSpot(o, receipt); err != nil {
		return err
	}
	if err := d.checkJackpot(o, receipt); err != nil {
		return err
	}
	t := d.ticket(o)
	if t.state != notPlaced && t.bet != receipt.GetBetId() {
		return fmt.Errorf("one key placed two bets, %d and %d", t.bet, receipt.GetBetId())
	}
	if t.state == notPlaced {
		d.placed.Add(1)
	}
	t.bet, t.code, t.state = receipt.GetBetId(), receipt.GetTicketCode(), placed
	if w.Online == (t.code != "") {
		return fmt.Errorf("the receipt of an online bet: %v, its ticket code: %q", w.Online, t.code)
	}
	return nil
}

// expect says whether a refusal, or none, is what was meant, and counts it.
func (d *day) expect(w *Wager, receipt *opentotev1.Receipt, code Code) error {
	if w.Deed != Refused {
		if receipt == nil {
			return fmt.Errorf("a bet that must be accepted was refused: %s", code)
		}
		return nil
	}
	if receipt != nil {
		return fmt.Errorf("a bet that must be refused (%v) was accepted", w.Wants)
	}
	if !slices.Contains(w.Wants, code) {
		return fmt.Errorf("refused with %s, must be %v", code, w.Wants)
	}
	d.met(code)
	return nil
}

// sendTwice is a double click: both answers must be the same.
func (d *day) sendTwice(ctx context.Context, o order) error {
	type answer struct {
		receipt *opentotev1.Receipt
		code    Code
		err     error
	}
	as, req := d.payer(d.wager(o)), d.request(o)
	second := make(chan answer, 1)
	go func() {
		receipt, code, err := d.place(ctx, as, req)
		second <- answer{receipt, code, err}
	}()
	err := d.sendPlain(ctx, o)
	again := <-second
	if err != nil {
		return err
	}
	if again.err != nil {
		return again.err
	}
	return d.answered(o, again.receipt, again.code)
}

// hangUp sends a bet and gives up on its answer early: it may have arrived or
// not.
func (d *day) hangUp(ctx context.Context, o order) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(1+o.index%8)*200*time.Microsecond)
	defer cancel()
	_, _, _ = d.place(ctx, d.payer(d.wager(o)), d.request(o)) // whatever came back is lost
}

// outcome asks what became of a bet.
func (d *day) outcome(ctx context.Context, o order, void bool) (*opentotev1.GetOutcomeResponse, error) {
	return ask(ctx, d.link, d.payer(d.wager(o)), d.link.betting.GetOutcome,
		&opentotev1.GetOutcomeRequest{Key: d.key(o), VoidIfUnknown: void})
}

// sendLost loses the answer, asks for the outcome and sends the same command
// again: there must be one bet.
func (d *day) sendLost(ctx context.Context, o order) error {
	d.hangUp(ctx, o)
	out, err := d.outcome(ctx, o, false)
	if err != nil {
		return fmt.Errorf("outcome: %w", err)
	}
	switch out.GetOutcome() {
	case opentotev1.GetOutcomeResponse_OUTCOME_UNKNOWN:
	case opentotev1.GetOutcomeResponse_OUTCOME_BET_PLACED:
		if err := d.answered(o, out.GetReceipt(), NothingWasRefused); err != nil {
			return err
		}
	default:
		return fmt.Errorf("outcome of a bet: %s", out.GetOutcome())
	}
	return d.sendPlain(ctx, o)
}

// sendVoided loses the answer and voids the key; when the bet had not arrived,
// it goes under a new one, and the old one must stay void.
func (d *day) sendVoided(ctx context.Context, o order) error {
	d.hangUp(ctx, o)
	out, err := d.outcome(ctx, o, true)
	if err != nil {
		return fmt.Errorf("outcome: %w", err)
	}
	switch out.GetOutcome() {
	case opentotev1.GetOutcomeResponse_OUTCOME_BET_PLACED:
		return d.answered(o, out.GetReceipt(), NothingWasRefused)
	case opentotev1.GetOutcomeResponse_OUTCOME_VOIDED:
	default:
		return fmt.Errorf("outcome of a bet after voiding its key: %s", out.GetOutcome())
	}
	as, req := d.payer(d.wager(o)), d.request(o)
	_, code, err := d.place(ctx, as, req)
	if err != nil {
		return err
	}
	if code != KeyVoided {
		return fmt.Errorf("a bet under a voided key: refused with %q, must be %s", code, KeyVoided)
	}
	req.Key += "-again"
	receipt, code, err := d.place(ctx, as, req)
	if err != nil {
		return err
	}
	return d.answered(o, receipt, code)
}

// withdraw cancels a bet just placed.
func (d *day) withdraw(ctx context.Context, o order) error {
	w, t := d.wager(o), d.ticket(o)
	req := &opentotev1.CancelBetRequest{Key: d.key(o) + "-cancel", TicketCode: t.code}
	if w.Online {
		req.BetId = t.bet
	}
	res, err := ask(ctx, d.link, d.payer(w), d.link.betting.CancelBet, req)
	if err != nil {
		return fmt.Errorf("cancel: %w", err)
	}
	if res.GetReturnedCents() != int64(w.Cost()) {
		return fmt.Errorf("cancel: %d cents returned of %d", res.GetReturnedCents(), w.Cost())
	}
	t.state = withdrawn
	return nil
}
