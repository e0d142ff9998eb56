package engine

import (
	"opentote/event"
	"opentote/tote"
)

// Command asks the engine for something. The concrete types are the pointers
// to the structs of this package; the engine writes its answer into the
// command's answer fields before it answers without an error.
type Command interface {
	decide(d *decider) *Rejection
}

// decider is what a command sees while it is decided: the state to read, the
// time of its batch, and emit. A command reads first and emits last: once it
// has emitted an event it may not be refused.
type decider struct {
	*State
	now event.Millis
	// emit applies the event to the state and appends it to the batch. The
	// event may be reused afterwards.
	emit func(event.Event)

	placed event.BetPlaced // scratch of the hot path
	closed int             // the races before this one are stopped for good
}

// repeat answers a command whose key is known: true if it was this very
// command before, a rejection if the key is void or another's.
func (d *decider) repeat(key event.Key, kind OutcomeKind) (outcome, bool, *Rejection) {
	if key == (event.Key{}) {
		return outcome{}, false, reject(KeyMissing)
	}
	o := d.keys.get(key)
	switch o.kind {
	case NothingKnown:
		return o, false, nil
	case kind:
		return o, true, nil
	case KeyWasVoided:
		return o, false, reject(KeyIsVoid)
	}
	return o, false, reject(KeyReused)
}

// OpenAccount opens an account.
type OpenAccount struct {
	Key event.Key

	Account event.AccountID // answer
}

func (c *OpenAccount) decide(d *decider) *Rejection {
	o, again, rej := d.repeat(c.Key, AccountWasOpened)
	if rej != nil {
		return rej
	}
	if again {
		c.Account = event.AccountID(o.ref)
		return nil
	}
	c.Account = event.AccountID(len(d.accounts) + 1)
	d.emit(&event.AccountOpened{Account: c.Account, Key: c.Key})
	return nil
}

// OpenPointOfSale opens a till.
type OpenPointOfSale struct {
	Key event.Key

	PointOfSale event.PointOfSaleID // answer
}

func (c *OpenPointOfSale) decide(d *decider) *Rejection {
	o, again, rej := d.repeat(c.Key, TillWasOpened)
	if rej != nil {
		return rej
	}
	if again {
		c.PointOfSale = event.PointOfSaleID(o.ref)
		return nil
	}
	c.PointOfSale = event.PointOfSaleID(len(d.tills) + 1)
	d.emit(&event.PointOfSaleOpened{PointOfSale: c.PointOfSale, Key: c.Key})
	return nil
}

// Deposit adds money to a wallet.
type Deposit struct {
	Key     event.Key
	Account event.AccountID
	Amount  tote.Money

	Balance tote.Money // answer
}

// depositMax bounds one deposit, and walletMax what a wallet may hold after
// it: sums of wallets then stay inside Money.
const (
	depositMax tote.Money = 100_000_00
	walletMax  tote.Money = 1_000_000_000_00
)

func (c *Deposit) decide(d *decider) *Rejection {
	o, again, rej := d.repeat(c.Key, WasDeposited)
	if rej != nil {
		return rej
	}
	a, ok := d.account(c.Account)
	if !ok {
		return reject(UnknownAccount)
	}
	if again {
		if o.ref != uint64(c.Account) || o.amount != c.Amount {
			return reject(KeyReused)
		}
		c.Balance = a.balance
		return nil
	}
	if c.Amount <= 0 || c.Amount > depositMax || a.balance > walletMax-c.Amount {
		return reject(BadAmount)
	}
	d.emit(&event.Deposited{Account: c.Account, Amount: c.Amount, Key: c.Key})
	c.Balance = a.balance
	return nil
}

// GetAccount reads a wallet.
type GetAccount struct {
	Account event.AccountID

	Balance tote.Money // answer
}

func (c *GetAccount) decide(d *decider) *Rejection {
	a, ok := d.account(c.Account)
	if !ok {
		return reject(UnknownAccount)
	}
	c.Balance = a.balance
	return nil
}

// GetOutcome tells what became of a command, by its key.
type GetOutcome struct {
	Key event.Key
	// Void makes the key void when nothing is known of it, so that the command
	// cannot be accepted any more, wherever it is on its way.
	Void bool

	Kind    OutcomeKind    // answer
	Receipt Receipt        // answer, for BetWasPlaced
	Bet     event.BetID    // answer, for bets and tickets
	Reports ReportReceipt  // answer, for ReportWasPlaced
	Report  event.ReportID // answer, for ReportWasCancelled
	Amount  tote.Money     // answer: returned, paid or deposited
}

func (c *GetOutcome) decide(d *decider) *Rejection {
	if c.Key == (event.Key{}) {
		return reject(KeyMissing)
	}
	o := d.keys.get(c.Key)
	c.Kind, c.Amount = o.kind, o.amount
	c.Receipt, c.Bet, c.Reports, c.Report = Receipt{}, 0, ReportReceipt{}, 0
	switch o.kind {
	case BetWasPlaced:
		p, b, _ := d.bet(event.BetID(o.ref))
		c.Receipt = receiptOf(event.BetID(o.ref), p, b)
		c.Bet = c.Receipt.Bet
	case BetWasCancelled, TicketWasPaid:
		c.Bet = event.BetID(o.ref)
	case ReportWasPlaced:
		r, _ := d.report(event.ReportID(o.ref))
		c.Reports = r.order.receipt()
	case ReportWasCancelled:
		c.Report = event.ReportID(o.ref)
	case NothingKnown:
		if c.Void {
			d.emit(&event.KeyVoided{Key: c.Key})
			c.Kind = KeyWasVoided
		}
	}
	return nil
}

// GetTrialBalance sums the ledger by class. The sum of all classes is zero.
type GetTrialBalance struct {
	Balances []Balance // answer
}

// Balance is what a class of the ledger holds.
type Balance struct {
	Class Class
	Money tote.Money
}

func (c *GetTrialBalance) decide(d *decider) *Rejection {
	c.Balances = d.TrialBalance()
	return nil
}

// TrialBalance sums the ledger by class.
func (s *State) TrialBalance() []Balance {
	out := make([]Balance, classes)
	for i, m := range s.ledger {
		out[i] = Balance{Class: Class(i), Money: m}
	}
	return out
}
