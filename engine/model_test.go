package engine_test

import (
	"maps"
	"slices"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// model is the totalisator as one would tell it to a child: maps, and sums
// computed anew each time. It shares the rules of the bets with the engine and
// nothing else.
type model struct {
	now     event.Millis
	wallets map[event.AccountID]tote.Money
	tills   int
	races   map[tote.RaceID]*modelRace
	pools   []*modelPool
	memory  map[event.Key]memo
	funds   map[tote.BetCode]tote.Money
	// of the Jackpots: what is there, what of it was lent, and all the operator put in
	jackpots, lent map[tote.BetCode]tote.Money
	advanced       tote.Money
	reports        []*modelReport
	outside        tote.Money // parts valued outside the pools, less what they brought
	// what entered and left
	deposited, sold, cashOut tote.Money
}

// memo is what a key stands for: the request it came with and the answer.
type memo struct{ request, answer any }

type modelRace struct {
	status     string // "scheduled", "open", "suspended", "stopped", "entered", "official", "payable", "settled"
	off        bool
	deadline   event.Millis
	declared   tote.HorseSet
	nonRunners tote.HorseSet
	arrival    [][]tote.Horse
	by         event.Staff
	pools      []*modelPool
	chains     []*modelReport // whose current leg is here
	detached   bool
}

type modelPool struct {
	id        event.PoolID
	race      *modelRace
	raceID    tote.RaceID
	offer     engine.Offer
	bet       tote.Bet
	bets      []*modelBet
	added     tote.Money
	sent      tote.Money
	taken     tote.Money
	shared    tote.Money     // from the pools of the single pool
	split     *tote.Accounts // nil before the dividends
	settled   bool
	dividends []tote.Dividend // by line, nil where the pool is refunded
	side      modelSide
	host      modelHost
}

type modelBet struct {
	account       event.AccountID
	report        *modelReport // it is a leg of, nil for none
	pattern       tote.Pattern
	unit          tote.Money
	units         int
	seed          tote.Seed
	spot          *engine.Spot
	jackpot       *engine.Jackpot
	service       tote.Money // for each combination
	beside        tote.Money // of won and refunded, owed by the service
	at            event.Millis
	state         engine.BetState
	won, refunded tote.Money
	there         tote.Money // of won and refunded, owed by the Quarté Plus
	purged        bool
}

func (b *modelBet) cost() tote.Money { return b.unit * tote.Money(b.units) }

func newModel() *model {
	return &model{wallets: map[event.AccountID]tote.Money{}, races: map[tote.RaceID]*modelRace{}, memory: map[event.Key]memo{}, funds: map[tote.BetCode]tote.Money{}, jackpots: map[tote.BetCode]tote.Money{}, lent: map[tote.BetCode]tote.Money{}}
}

// tick lets the deadlines pass.
func (m *model) tick(now event.Millis) {
	m.now = now
	for _, r := range m.races {
		if (r.status == "open" || r.status == "suspended") && now >= r.deadline {
			r.status = "stopped"
		}
	}
}

// recall answers for a key that was used: done says that code and answer stand.
func (m *model) recall(key event.Key, request any) (answer any, code engine.Code, done bool) {
	was, used := m.memory[key]
	switch {
	case !used:
		return nil, "", false
	case was.request == "void":
		return nil, engine.KeyIsVoid, true
	case was.request != request:
		return nil, engine.KeyReused, true
	}
	return was.answer, "", true
}

// placement is a request to bet, as a key remembers it.
type placement struct {
	account event.AccountID
	till    event.PointOfSaleID
	race    tote.RaceID
	bet     tote.BetCode
	pattern tote.Pattern
	unit    tote.Money
	jackpot bool
}

func (m *model) place(c *engine.PlaceBet) (engine.Receipt, engine.Code) {
	request := placement{c.Account, c.PointOfSale, c.Race, c.Bet, c.Pattern, c.Unit, c.Jackpot}
	request.pattern.Field = 0 // the engine's to fill
	if answer, code, done := m.recall(c.Key, request); done {
		receipt, _ := answer.(engine.Receipt)
		return receipt, code
	}
	r := m.races[c.Race]
	if r == nil {
		return engine.Receipt{}, engine.UnknownRace
	}
	i := slices.IndexFunc(r.pools, func(p *modelPool) bool { return p.offer.Bet == c.Bet })
	if i < 0 {
		return engine.Receipt{}, engine.BetNotOffered
	}
	p := r.pools[i]
	switch r.status {
	case "scheduled":
		return engine.Receipt{}, engine.RaceNotOpen
	case "suspended":
		return engine.Receipt{}, engine.RaceSuspended
	case "open":
	default:
		return engine.Receipt{}, engine.RaceStopped
	}
	pattern := c.Pattern
	if pattern.Flags&tote.FullField != 0 {
		pattern.Field = r.declared.Without(r.nonRunners).Without(tote.SetOf(pattern.Group(0)...))
	}
	if pattern.Complement != 0 && !p.offer.Complement {
		return engine.Receipt{}, engine.NoComplement
	}
	if at := slices.Index(singleBets, c.Bet); at >= 0 {
		pattern.Variant = uint8(at + 1)
	}
	b := &modelBet{account: c.Account, unit: c.Unit, at: m.now, state: engine.Live}
	if pattern.Flags&tote.Spot != 0 {
		if code := p.spot(&pattern, c.Seed); code != "" {
			return engine.Receipt{}, code
		}
		b.spot, b.seed = &engine.Spot{Pattern: pattern, Drawn: c.Pattern.Sizes[1]}, c.Seed
		if slices.Contains(singleBets, c.Bet) {
			b.spot.Pattern.Variant = 0
		}
	}
	units, err := p.bet.Units(&pattern, tote.Field{Declared: r.declared, NonRunners: r.nonRunners})
	if err != nil {
		return engine.Receipt{}, engine.Code(err.(*tote.PatternError).Code)
	}
	least := p.offer.BaseStake
	if units > 1 && len(p.offer.Flexi) > 0 {
		least = least * tote.Money(slices.Min(p.offer.Flexi)) / 100
	}
	b.pattern, b.units = pattern, units
	if code := p.withJackpot(b, c, least); code != "" {
		return engine.Receipt{}, code
	}
	if code := m.payFor(p, b, c.PointOfSale, least); code != "" {
		return engine.Receipt{}, code
	}
	p.bets = append(p.bets, b)
	receipt := engine.Receipt{
		Bet: event.BetIn(p.id, uint32(len(p.bets)-1)), Units: uint32(units), Cost: b.price(),
		AcceptedAt: m.now, CancelUntil: m.now + 15*60*1000, Spot: b.spot, Seed: b.seed, Jackpot: b.jackpot,
	}
	m.memory[c.Key] = memo{request, receipt}
	return receipt, ""
}

// spot draws from the units of the other bets, listed one by one.
func (p *modelPool) spot(pattern *tote.Pattern, seed tote.Seed) engine.Code {
	if !p.offer.Spot {
		return engine.NoSpot
	}
	shape, ok := p.bet.(tote.Shaped).Shape(pattern.Variant)
	if !ok {
		return engine.Code(tote.BadFormula)
	}
	var backing tote.Backing
	for _, b := range p.bets {
		if b.state != engine.Live || b.pattern.Flags&tote.Spot != 0 {
			continue
		}
		for unit := range shape.All(&b.pattern) {
			for _, h := range unit {
				backing[h] += b.unit
			}
		}
	}
	field := tote.Field{Declared: p.race.declared, NonRunners: p.race.nonRunners}
	if err := pattern.Draw(seed, shape.Complement && p.offer.Complement, field, &backing); err != nil {
		return engine.Code(err.(*tote.PatternError).Code)
	}
	return ""
}

// payFor takes a bet's cost from who pays.
func (m *model) payFor(p *modelPool, b *modelBet, till event.PointOfSaleID, least tote.Money) engine.Code {
	if code := p.stakeFits(b, least); code != "" {
		return code
	}
	online, shops := p.offer.Bet[:2] == "E_", p.offer.Bet[:2] != "E_"
	if p.offer.Bet == abroadWin {
		online = true
	}
	if b.account != 0 {
		wallet, ok := m.wallets[b.account]
		switch {
		case !ok:
			return engine.UnknownAccount
		case !online:
			return engine.WrongNetwork
		case wallet < b.price():
			return engine.InsufficientFunds
		}
		m.wallets[b.account] -= b.price()
		return ""
	}
	switch {
	case till == 0 || int(till) > m.tills:
		return engine.UnknownTill
	case !shops:
		return engine.WrongNetwork
	}
	m.sold += b.price()
	return ""
}

func (p *modelPool) stakeFits(b *modelBet, least tote.Money) engine.Code {
	switch most := p.offer.MaxStake; {
	case b.unit < least:
		return engine.StakeTooSmall
	case most > 0 && b.cost() > most:
		return engine.StakeTooLarge
	}
	return ""
}

// find finds a bet by its number.
func (m *model) find(id event.BetID) (*modelPool, *modelBet) {
	if n := int(id.Pool()); n >= 1 && n <= len(m.pools) && int(id.Index()) < len(m.pools[n-1].bets) {
		return m.pools[n-1], m.pools[n-1].bets[id.Index()]
	}
	return nil, nil
}

type taking struct {
	what string
	bet  event.BetID
}

func (m *model) cancel(c *engine.CancelBet) (tote.Money, engine.Code) {
	if answer, code, done := m.recall(c.Key, taking{"cancel", c.Bet}); done {
		money, _ := answer.(tote.Money)
		return money, code
	}
	p, b := m.find(c.Bet)
	switch {
	case b == nil, c.Account != 0 && b.account != c.Account:
		return 0, engine.UnknownBet
	case c.Account == 0 && (c.PointOfSale == 0 || int(c.PointOfSale) > m.tills):
		return 0, engine.UnknownTill
	case c.Account == 0 && b.account != 0:
		return 0, engine.NotATicket
	case b.state != engine.Live:
		return 0, engine.AlreadyEnded
	case p.race.status != "open" && p.race.status != "suspended":
		return 0, engine.RaceStopped
	case b.jackpot != nil:
		return 0, engine.JackpotStands
	case b.report != nil:
		return 0, engine.ReportStands
	}
	touched := false
	for h := range p.race.nonRunners.All {
		touched = touched || b.pattern.Complement == h || b.pattern.Field.Has(h) || slices.Contains(b.pattern.Horses[:], h)
	}
	if m.now-b.at > 15*60*1000 && !touched {
		return 0, engine.CancelTooLate
	}
	b.state = engine.CancelledBet
	if b.account != 0 {
		m.wallets[b.account] += b.cost()
	} else {
		m.cashOut += b.cost()
	}
	m.memory[c.Key] = memo{taking{"cancel", c.Bet}, b.cost()}
	return b.cost(), ""
}

func (m *model) pay(c *engine.PayTicket) (tote.Money, engine.Code) {
	if answer, code, done := m.recall(c.Key, taking{"pay", c.Bet}); done {
		money, _ := answer.(tote.Money)
		return money, code
	}
	_, b := m.find(c.Bet)
	switch {
	case b == nil:
		return 0, engine.UnknownBet
	case b.account != 0:
		return 0, engine.NotATicket
	case c.PointOfSale == 0 || int(c.PointOfSale) > m.tills:
		return 0, engine.UnknownTill
	}
	if code, refused := map[engine.BetState]engine.Code{
		engine.Live: engine.NotSettled, engine.LostBet: engine.TicketLost,
		engine.CancelledBet: engine.TicketCanceled, engine.PaidBet: engine.TicketPaid,
	}[b.state]; refused {
		return 0, code
	}
	b.state = engine.PaidBet
	m.cashOut += b.won + b.refunded
	m.memory[c.Key] = memo{taking{"pay", c.Bet}, b.won + b.refunded}
	return b.won + b.refunded, ""
}

func (m *model) deposit(c *engine.Deposit) engine.Code {
	if _, code, done := m.recall(c.Key, [2]int64{int64(c.Account), int64(c.Amount)}); done {
		return code
	}
	if _, ok := m.wallets[c.Account]; !ok {
		return engine.UnknownAccount
	}
	if c.Amount <= 0 || c.Amount > 100_000_00 {
		return engine.BadAmount
	}
	m.wallets[c.Account] += c.Amount
	m.deposited += c.Amount
	m.memory[c.Key] = memo{request: [2]int64{int64(c.Account), int64(c.Amount)}}
	return ""
}

func (m *model) declare(c *engine.DeclareRace) {
	r := &modelRace{status: "scheduled", deadline: c.Deadline, declared: c.Declared}
	m.races[c.Race] = r
	for _, o := range c.Offers {
		book, _ := rulebook.For(o.Bet.Network(), c.Race.Day())
		bet, _ := book.Bet(o.Bet)
		p := &modelPool{id: event.PoolID(len(m.pools) + 1), race: r, raceID: c.Race, offer: o, bet: bet}
		m.pools = append(m.pools, p)
		r.pools = append(r.pools, p)
	}
}

// ledger sums up where the money is, from the bets alone.
func (m *model) ledger() map[engine.Class]tote.Money {
	of := map[engine.Class]tote.Money{}
	of[engine.Bank] = -m.deposited
	of[engine.Cash] = m.cashOut - m.sold
	for _, id := range slices.Sorted(maps.Keys(m.wallets)) {
		of[engine.Wallets] += m.wallets[id]
	}
	for _, code := range slices.Sorted(maps.Keys(m.funds)) {
		of[engine.Boosters] += m.funds[code]
	}
	of[engine.Jackpots] = m.jackpots[toWin] + m.jackpots[two]
	of[engine.Operator] = m.outside - m.advanced
	of[engine.Reports] = m.carriedMoney()
	for _, p := range m.pools {
		of[engine.Hosts] -= p.host.position
		for _, b := range p.bets {
			switch {
			case b.state == engine.Live && p.split == nil:
				of[engine.Pools] += b.cost()
				of[engine.Services] += b.price() - b.cost()
			case b.state == engine.PayableBet || b.state == engine.Live:
				of[engine.Owed] += b.won + b.refunded
			}
		}
		if s := p.split; s != nil {
			of[engine.Takeout] += s.Takeout - s.TopUp + p.side.takeout
			of[engine.Progressive] += s.Progressive
			of[engine.Breakage] += s.Breakage
		} else {
			of[engine.Pools] += p.added
		}
	}
	return of
}
