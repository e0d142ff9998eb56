package engine

import (
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// poolBetsMax is how many bets a pool takes: a ticket's code has room for no
// more numbers.
const poolBetsMax = 1 << 24

// Receipt is what the bettor of an accepted bet holds.
type Receipt struct {
	Bet         event.BetID
	Units       uint32
	Cost        tote.Money // the Jackpot service included
	AcceptedAt  event.Millis
	CancelUntil event.Millis
	Seed        tote.Seed // of what was drawn
	Spot        *Spot     // the horses drawn, nil for other bets
	Jackpot     *Jackpot  // nil without the service
}

// Spot is the draw of a bet whose horses the system chose.
type Spot struct {
	Pattern tote.Pattern // the bet, with the horses drawn last
	Drawn   uint8        // how many they are
}

func receiptOf(id event.BetID, p *pool, b *row) Receipt {
	r := Receipt{Bet: id, Units: b.units, Cost: b.cost(), AcceptedAt: b.at, CancelUntil: b.at + p.delay}
	x := p.extra(id.Index())
	if x == nil {
		return r
	}
	r.Seed = x.seed
	if x.drawn > 0 {
		r.Spot = &Spot{Pattern: p.named(b), Drawn: x.drawn}
	}
	if x.service > 0 {
		r.Jackpot = p.jackpotOf(x, b.units)
		r.Cost += r.Jackpot.Stake
	}
	return r
}

// PlaceBet places a bet, paid from the wallet of Account or, when that is
// zero, in cash at PointOfSale.
type PlaceBet struct {
	Key         event.Key
	Account     event.AccountID
	PointOfSale event.PointOfSaleID
	Race        tote.RaceID
	Bet         tote.BetCode
	// Pattern is the bet. The Field of a full-field formula is the engine's to
	// fill: the race's runners when the bet is sold; and so is the Variant of a
	// bet that shares a single pool. A Spot is as tote.SpotPattern makes it, and
	// Seed draws the rest of its horses: unpredictable, and the system's to
	// choose. The receipt tells them.
	Pattern tote.Pattern
	Seed    tote.Seed
	Unit    tote.Money // stake of each combination
	Jackpot bool       // with the service; Seed draws the multipliers

	Receipt Receipt // answer
}

func (c *PlaceBet) decide(d *decider) *Rejection {
	o, again, rej := d.repeat(c.Key, BetWasPlaced)
	if rej != nil {
		return rej
	}
	if again {
		return c.again(d, event.BetID(o.ref))
	}
	p, rej := c.findPool(d)
	if rej != nil {
		return rej
	}
	c.complete(p)
	if c.Pattern.Complement != 0 && !p.terms.Complement {
		return reject(NoComplement)
	}
	d.placed = event.BetPlaced{Account: c.Account, PointOfSale: c.PointOfSale, Unit: c.Unit, Pattern: c.Pattern, Key: c.Key}
	if c.Pattern.Flags&tote.Spot != 0 {
		if d.placed.Drawn, rej = p.draw(&d.placed.Pattern, c.Seed); rej != nil {
			return rej
		}
		d.placed.Seed = c.Seed
	}
	units, err := p.bet.Units(&d.placed.Pattern, p.race.field())
	if err != nil {
		return rejectPattern(err)
	}
	cost, rej := p.price(c.Unit, units)
	if rej != nil {
		return rej
	}
	d.placed.Units = uint32(units)
	if c.Jackpot {
		if rej := c.addJackpot(d, p); rej != nil {
			return rej
		}
		cost += d.placed.JackpotCost()
	}
	if rej := c.checkPayer(d, p, cost); rej != nil {
		return rej
	}
	if p.bets.len() >= poolBetsMax {
		return reject(PoolFull)
	}
	id := event.BetIn(p.id, p.bets.len())
	d.placed.Bet = id
	d.emit(&d.placed)
	c.Receipt = receiptOf(id, p, p.bets.at(id.Index()))
	return nil
}

// complete fills in what is the engine's to say of a pattern.
func (c *PlaceBet) complete(p *pool) {
	if c.Pattern.Flags&tote.FullField != 0 {
		c.Pattern.Field = fieldLeft(p.race, &c.Pattern)
	}
	if bet, ok := p.bet.(*rulebook.SharedBet); ok && c.Pattern.Variant == 0 {
		c.Pattern.Variant = uint8(bet.PoolBet())
	}
}

// again answers a bet placed before under the same key.
func (c *PlaceBet) again(d *decider, id event.BetID) *Rejection {
	p, b, _ := d.bet(id)
	same, was := c.Pattern, b.pattern
	if same.Flags&tote.FullField != 0 {
		same.Field = was.Field
	}
	x := p.extra(id.Index())
	if x != nil && x.drawn > 0 {
		was = was.Undrawn(int(x.drawn))
	}
	if p.single != nil && same.Variant == 0 {
		same.Variant = b.pattern.Variant
	}
	if p.race.id != c.Race || p.terms.Bet != c.Bet || b.unit != c.Unit || c.Jackpot != (x != nil && x.service > 0) ||
		was != same || b.owner != ownerOf(c.Account, c.PointOfSale) {
		return reject(KeyReused)
	}
	c.Receipt = receiptOf(id, p, b)
	return nil
}

// findPool returns the pool the bet is for, if it is open.
func (c *PlaceBet) findPool(d *decider) (*pool, *Rejection) {
	r := d.raceByID[c.Race]
	if r == nil {
		return nil, rejectNoRace
	}
	p, ok := r.pool(c.Bet)
	if !ok {
		return nil, rejectNotOnSale
	}
	switch r.status {
	case Open:
		return p, nil
	case Scheduled:
		return nil, rejectNotOpen
	case Suspended:
		return nil, rejectSuspended
	}
	return nil, rejectStopped
}

// fieldLeft returns the runners that complete the bases of a full-field
// formula sold now. The pattern has not been validated yet: one with more bases
// than it has room for gets no field, and is refused by its bet type.
func fieldLeft(r *race, p *tote.Pattern) tote.HorseSet {
	if int(p.Sizes[0]) > len(p.Horses) {
		return 0
	}
	return r.declared.Without(r.nonRunners).Without(p.Bases())
}

// price checks the stake of each combination against the pool's terms and
// returns the cost of the bet.
func (p *pool) price(unit tote.Money, units int) (tote.Money, *Rejection) {
	least := p.terms.BaseStake
	if units > 1 {
		for _, percent := range p.terms.Flexi {
			least = min(least, (p.terms.BaseStake*tote.Money(percent)+99)/100)
		}
	}
	if unit < least || unit <= 0 {
		return 0, &Rejection{Code: StakeTooSmall, Limit: least}
	}
	most := tote.MaxStake
	if p.terms.MaxStake > 0 {
		most = p.terms.MaxStake
	}
	cost, ok := unit.Times(units)
	if !ok || cost > most {
		return 0, &Rejection{Code: StakeTooLarge, Limit: most}
	}
	if _, ok := tote.CheckedAdd(p.stakes, cost); !ok {
		return 0, &Rejection{Code: StakeTooLarge, Limit: tote.MaxStake - p.stakes}
	}
	return cost, nil
}

// checkPayer checks that the payer may bet in the pool and can pay.
func (c *PlaceBet) checkPayer(d *decider, p *pool, cost tote.Money) *Rejection {
	network := p.terms.Bet.Network()
	if c.Account != 0 {
		a, ok := d.account(c.Account)
		switch {
		case !ok || c.PointOfSale != 0:
			return reject(UnknownAccount)
		case !network.Takes(tote.Online):
			return reject(WrongNetwork)
		case a.balance < cost:
			return rejectFunds
		}
		return nil
	}
	if _, ok := d.till(c.PointOfSale); !ok {
		return reject(UnknownTill)
	}
	if !network.Takes(tote.Retail) {
		return reject(WrongNetwork)
	}
	return nil
}

// CancelBet takes a bet back before the race is stopped, within the delay of
// its rulebook, or later if one of its horses has become a non-runner (II-6,
// II-9). An account cancels its own bets. A ticket is cancelled at any till:
// whoever shows its code holds it.
type CancelBet struct {
	Key         event.Key
	Bet         event.BetID
	Account     event.AccountID
	PointOfSale event.PointOfSaleID

	Returned tote.Money // answer
}

func (c *CancelBet) decide(d *decider) *Rejection {
	o, again, rej := d.repeat(c.Key, BetWasCancelled)
	if rej != nil {
		return rej
	}
	if again {
		if o.ref != uint64(c.Bet) {
			return reject(KeyReused)
		}
		c.Returned = o.amount
		return nil
	}
	p, b, ok := d.bet(c.Bet)
	if !ok {
		return reject(UnknownBet)
	}
	if rej := c.checkOwner(d, b); rej != nil {
		return rej
	}
	switch {
	case b.state != Live:
		return reject(AlreadyEnded)
	case p.race.status >= Stopped:
		return rejectStopped
	case hasJackpot(p.extra(c.Bet.Index())):
		return reject(JackpotStands)
	case hasReport(p.extra(c.Bet.Index())):
		return reject(ReportStands)
	case d.now > b.at+p.delay && !touches(b, p.race.nonRunners):
		return reject(CancelTooLate)
	}
	c.Returned = b.cost()
	d.emit(&event.BetCancelled{Bet: c.Bet, PointOfSale: c.PointOfSale, Key: c.Key})
	return nil
}

// hasJackpot reports whether a bet has the service; such a bet is never cancelled by
// its bettor (II-11 ter).
func hasJackpot(x *extra) bool { return x != nil && x.service > 0 }

// hasReport reports whether a bet is a leg of a report; it is cancelled with it.
func hasReport(x *extra) bool { return x != nil && x.report > 0 }

func (c *CancelBet) checkOwner(d *decider, b *row) *Rejection {
	if c.Account != 0 {
		if c.PointOfSale != 0 || b.owner.account() != c.Account {
			return reject(UnknownBet)
		}
		return nil
	}
	if _, ok := d.till(c.PointOfSale); !ok {
		return reject(UnknownTill)
	}
	if b.owner.till() == 0 {
		return reject(NotATicket)
	}
	return nil
}

// touches reports whether a bet holds one of the horses.
func touches(b *row, horses tote.HorseSet) bool {
	return (b.pattern.Named()|b.pattern.Field)&horses != 0
}

// named returns the pattern of a bet as its bettor knows it.
func (p *pool) named(b *row) tote.Pattern {
	named := b.pattern
	if p.single != nil {
		named.Variant = 0 // says nothing that the bet's code does not
	}
	return named
}

// GetBet reads a bet. Account, when not zero, must own it.
type GetBet struct {
	Bet     event.BetID
	Account event.AccountID

	View BetView // answer
}

// BetView is a bet as its holder may see it.
type BetView struct {
	Report   event.ReportID // the chain it is a leg of, 0 for none
	Race     tote.RaceID
	Bet      tote.BetCode
	State    BetState
	Pattern  tote.Pattern
	Unit     tote.Money
	Receipt  Receipt
	Won      tote.Money
	Refunded tote.Money
}

func (c *GetBet) decide(d *decider) *Rejection {
	p, b, ok := d.bet(c.Bet)
	if !ok {
		return reject(UnknownBet)
	}
	if c.Account != 0 && b.owner.account() != c.Account {
		return reject(UnknownBet)
	}
	c.View = BetView{
		Race: p.race.id, Bet: p.terms.Bet, State: b.state, Pattern: p.named(b), Unit: b.unit,
		Receipt: receiptOf(c.Bet, p, b), Won: b.won, Refunded: b.refunded,
	}
	if x := p.extra(c.Bet.Index()); x != nil {
		c.View.Report = x.report
	}
	return nil
}

// PayTicket pays an anonymous ticket in cash. It pays once: the same key gives
// the same answer again, another key is refused.
type PayTicket struct {
	Key         event.Key
	Bet         event.BetID
	PointOfSale event.PointOfSaleID

	Paid tote.Money // answer
}

func (c *PayTicket) decide(d *decider) *Rejection {
	o, again, rej := d.repeat(c.Key, TicketWasPaid)
	if rej != nil {
		return rej
	}
	if again {
		if o.ref != uint64(c.Bet) {
			return reject(KeyReused)
		}
		c.Paid = o.amount
		return nil
	}
	_, b, ok := d.bet(c.Bet)
	if !ok {
		return reject(UnknownBet)
	}
	if b.owner.till() == 0 {
		return reject(NotATicket)
	}
	if _, ok := d.till(c.PointOfSale); !ok {
		return reject(UnknownTill)
	}
	switch b.state {
	case Live:
		return reject(NotSettled)
	case LostBet:
		return reject(TicketLost)
	case CancelledBet:
		return reject(TicketCanceled)
	case PaidBet:
		return reject(TicketPaid)
	}
	c.Paid = b.won + b.refunded
	d.emit(&event.TicketPaid{Bet: c.Bet, PointOfSale: c.PointOfSale, Amount: c.Paid, Key: c.Key})
	return nil
}
