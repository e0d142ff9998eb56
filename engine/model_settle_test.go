package engine_test

import (
	"slices"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

// control says what becomes of a race when race control says something.
func (m *model) control(c engine.Command) engine.Code {
	switch c := c.(type) {
	case *engine.OpenRace:
		return m.move(c.Race, "open", "scheduled", "suspended", "open")
	case *engine.SuspendRace:
		return m.move(c.Race, "suspended", "open", "suspended")
	case *engine.StopRace:
		if r := m.races[c.Race]; r != nil && slices.Contains([]string{"scheduled", "open", "suspended"}, r.status) {
			r.status = "stopped"
		} else if r == nil {
			return engine.UnknownRace
		}
	case *engine.CancelRace:
		return m.callOff(c.Race)
	case *engine.DeclareNonRunner:
		return m.nonRunner(c)
	case *engine.EnterResult:
		return m.enter(c)
	case *engine.ConfirmResult:
		return m.confirm(c)
	case *engine.DeclareDividends:
		return m.dividends(c.Race)
	case *engine.SettleBets:
		return m.settle(c.Race)
	}
	return ""
}

func (m *model) move(id tote.RaceID, to string, from ...string) engine.Code {
	r := m.races[id]
	switch {
	case r == nil:
		return engine.UnknownRace
	case !slices.Contains(from, r.status):
		return engine.WrongStatus
	case to == "open" && r.status != "open" && m.now >= r.deadline:
		return engine.RaceStopped
	}
	r.status = to
	return ""
}

func (m *model) callOff(id tote.RaceID) engine.Code {
	r := m.races[id]
	switch {
	case r == nil:
		return engine.UnknownRace
	case r.off:
	case slices.Contains([]string{"official", "payable", "settled"}, r.status):
		return engine.WrongStatus
	default:
		r.off, r.status, r.arrival = true, "official", nil
	}
	return ""
}

func (m *model) nonRunner(c *engine.DeclareNonRunner) engine.Code {
	r := m.races[c.Race]
	switch {
	case r == nil:
		return engine.UnknownRace
	case slices.Contains([]string{"official", "payable", "settled"}, r.status):
		return engine.WrongStatus
	case !r.declared.Has(c.Horse):
		return engine.BadHorse
	case slices.ContainsFunc(r.arrival, func(place []tote.Horse) bool { return slices.Contains(place, c.Horse) }):
		return engine.HorseArrived
	}
	r.nonRunners = r.nonRunners.With(c.Horse)
	return ""
}

func (m *model) enter(c *engine.EnterResult) engine.Code {
	r := m.races[c.Race]
	switch {
	case r == nil:
		return engine.UnknownRace
	case r.status != "stopped" && r.status != "entered":
		return engine.WrongStatus
	case c.Staff == "":
		return engine.FourEyes
	}
	for _, place := range c.Arrival {
		for _, h := range place {
			if r.nonRunners.Has(h) {
				return engine.Code(tote.ArrivalNonRunner)
			}
		}
	}
	r.arrival, r.by, r.status = c.Arrival, c.Staff, "entered"
	return ""
}

func (m *model) confirm(c *engine.ConfirmResult) engine.Code {
	r := m.races[c.Race]
	switch {
	case r == nil:
		return engine.UnknownRace
	case r.off || slices.Contains([]string{"scheduled", "open", "suspended", "stopped"}, r.status):
		return engine.WrongStatus
	case c.Staff == "" || c.Staff == r.by:
		return engine.FourEyes
	case !slices.EqualFunc(c.Arrival, r.arrival, slices.Equal):
		return engine.ResultDiffers
	case r.status == "entered":
		r.status = "official"
	}
	return ""
}

// purge refunds the late bets of a race; all fit into one slice.
func (m *model) purge(c *engine.PurgeLate) (bets int, refunded tote.Money, code engine.Code) {
	r := m.races[c.Race]
	switch {
	case r == nil:
		return 0, 0, engine.UnknownRace
	case !slices.Contains([]string{"stopped", "entered", "official"}, r.status):
		return 0, 0, engine.WrongStatus
	}
	for _, p := range r.pools {
		for _, b := range p.bets {
			if b.state == engine.Live && b.at >= c.Started {
				b.refunded, b.purged = b.cost(), true
				m.give(b)
				bets++
				refunded += b.cost()
			}
		}
	}
	return bets, refunded, ""
}

// give ends a bet that gets something.
func (m *model) give(b *modelBet) {
	if b.account == 0 {
		b.state = engine.PayableBet
		return
	}
	b.state = engine.PaidBet
	m.wallets[b.account] += b.won + b.refunded
}

func (m *model) dividends(id tote.RaceID) engine.Code {
	r := m.races[id]
	switch {
	case r == nil:
		return engine.UnknownRace
	case r.status == "payable" || r.status == "settled":
		return ""
	case r.status != "official":
		return engine.WrongStatus
	}
	for _, p := range r.pools {
		p.compute()
		m.funds[p.offer.Bet] += p.split.Booster
	}
	r.status = "payable"
	m.proceed(r)
	return ""
}

// compute works out what each live bet of a pool will get, and the split.
func (p *modelPool) compute() {
	res := tote.Result{Declared: p.race.declared, NonRunners: p.race.nonRunners, Arrival: p.race.arrival}
	if p.race.off {
		res.Status = tote.Cancelled
	}
	var live []*modelBet
	var total tote.Money
	for _, b := range p.bets {
		if b.state == engine.Live {
			live = append(live, b)
			total += b.cost()
		}
	}
	p.split = &tote.Accounts{Refunds: total, Booster: p.added}
	card, _ := p.bet.Card(res)
	if card != nil {
		stakes := tote.Stakes{Total: total, Added: p.added, OnLine: make([]tote.Money, len(card.Lines()))}
		tallies := make([]tote.Tally, len(live))
		for i, b := range live {
			tallies[i].Reset(len(stakes.OnLine))
			card.Count(&b.pattern, &tallies[i])
			stakes.Refunded += b.unit * tote.Money(tallies[i].Refunded)
			for line, n := range tallies[i].Won {
				stakes.OnLine[line] += b.unit * tote.Money(n)
			}
		}
		if s := card.Share(stakes); !s.RefundAll() {
			var won tote.Money
			for i, b := range live {
				b.refunded = b.unit * tote.Money(tallies[i].Refunded)
				for line, n := range tallies[i].Won {
					for range n { // combination by combination
						b.won += s.Dividends[line].Pay(b.unit)
					}
				}
				won += b.won
			}
			split := s.Split(stakes, stakes.Refunded, won)
			p.split = &split
			return
		}
	}
	for _, b := range live {
		b.refunded = b.cost()
	}
}

// settle ends the bets of the first pool that has any left: slices are larger
// than the test's pools.
func (m *model) settle(id tote.RaceID) engine.Code {
	r := m.races[id]
	switch {
	case r == nil:
		return engine.UnknownRace
	case r.status != "payable" && r.status != "settled":
		return engine.WrongStatus
	}
	for _, p := range r.pools {
		if p.settled || len(p.bets) == 0 {
			continue
		}
		p.settled = true
		for _, b := range p.bets {
			switch {
			case b.state != engine.Live:
			case b.won+b.refunded > 0:
				m.give(b)
			default:
				b.state = engine.LostBet
			}
		}
		break
	}
	m.proceed(r)
	return ""
}

func (m *model) proceed(r *modelRace) {
	if !slices.ContainsFunc(r.pools, func(p *modelPool) bool { return len(p.bets) > 0 && !p.settled }) {
		r.status = "settled"
	}
}

// view is a bet as the engine should show it.
func (m *model) view(p *modelPool, index int) engine.BetView {
	b := p.bets[index]
	v := engine.BetView{
		Race: p.raceID, Bet: p.offer.Bet, State: b.state, Pattern: b.pattern, Unit: b.unit,
		Receipt: engine.Receipt{
			Bet: event.BetIn(p.id, uint32(index)), Units: uint32(b.units), Cost: b.cost(),
			AcceptedAt: b.at, CancelUntil: b.at + 15*60*1000,
		},
		Won: b.won, Refunded: b.refunded,
	}
	if b.state == engine.Live {
		v.Won, v.Refunded = 0, 0 // computed, not yet given
	}
	return v
}

// release is a request to add money to a pool, as a key remembers it.
type release struct {
	race   tote.RaceID
	bet    tote.BetCode
	amount tote.Money
}

// release adds money of a bet's fund to one of its pools.
func (m *model) release(c *engine.ReleaseBooster) (added tote.Money, code engine.Code) {
	r := m.races[c.Race]
	_, code, done := m.recall(c.Key, release{c.Race, c.Bet, c.Amount})
	switch {
	case code != "":
		return 0, code
	case r == nil:
		return 0, engine.UnknownRace
	}
	i := slices.IndexFunc(r.pools, func(p *modelPool) bool { return p.offer.Bet == c.Bet })
	if i < 0 {
		return 0, engine.BetNotOffered
	}
	p := r.pools[i]
	switch {
	case done:
		return p.added, ""
	case r.status != "scheduled":
		return 0, engine.WrongStatus
	case c.Amount <= 0:
		return 0, engine.BadAmount
	case c.Amount > m.funds[c.Bet]:
		return 0, engine.FundTooSmall
	}
	m.funds[c.Bet] -= c.Amount
	p.added += c.Amount
	m.memory[c.Key] = memo{request: release{c.Race, c.Bet, c.Amount}}
	return p.added, ""
}
