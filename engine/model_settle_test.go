package engine_test

import (
	"slices"

	"pgregory.net/rapid"

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
	case *engine.EnterHostDividends:
		return m.enterHost(c)
	case *engine.ConfirmHostDividends:
		return m.confirmHost(c)
	case *engine.DeclareDividends:
		return m.dividends(c.Race)
	case *engine.DetachReports:
		return m.detach(c.Race)
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
			if b.report != nil && b.report.legs[0].Race != c.Race {
				continue // it was carried
			}
			if b.state == engine.Live && b.at >= c.Started {
				if b.report != nil && b.report.state == engine.LiveReport {
					m.leave(b.report, engine.PurgedReport)
				}
				b.refunded, b.purged = b.price(), true
				b.beside = b.price() - b.cost()
				m.give(b)
				bets++
				refunded += b.price()
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
	if b.report != nil && b.report.state == engine.LiveReport {
		return // it is the chain's
	}
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
	case r.awaitsHost():
		return engine.HostAwaited
	case m.pending(id):
		return engine.ReportsPending
	}
	r.share()
	for _, p := range r.pools {
		if p.split == nil {
			p.compute()
		}
		m.multiply(p)
		m.funds[p.offer.Bet] += p.split.Booster
	}
	r.status = "payable"
	m.proceed(r)
	return ""
}

func (r *modelRace) result() tote.Result {
	res := tote.Result{Declared: r.declared, NonRunners: r.nonRunners, Arrival: r.arrival}
	if r.off {
		res.Status = tote.Cancelled
	}
	return res
}

func (p *modelPool) live() (live []*modelBet) {
	for _, b := range p.bets {
		if b.state == engine.Live {
			live = append(live, b)
		}
	}
	return live
}

// leaving is the stakes of a Quinté bet's units that play in the Quarté.
func (p *modelPool) leaving(b *modelBet) tote.Money {
	if p.offer.Bet != quinte {
		return 0
	}
	card, _ := p.bet.(tote.BetType).Card(p.race.result())
	var t tote.Tally
	t.Reset(len(card.Lines()))
	card.Count(&b.pattern, &t)
	return b.unit * tote.Money(t.Transferred)
}

// source is the pool whose units the pool takes over, nil for none.
func (p *modelPool) source() *modelPool {
	i := slices.IndexFunc(p.race.pools, func(other *modelPool) bool { return other.offer.Bet == quinte })
	if p.offer.Bet != quarte || i < 0 {
		return nil
	}
	return p.race.pools[i]
}

// compute works out what each live bet of a pool will get there, and the split.
func (p *modelPool) compute() {
	if p.offer.Bet == abroadWin {
		p.abroad()
		return
	}
	own, total := p.live(), tote.Money(0)
	for _, b := range own {
		total += b.cost()
		p.sent += p.leaving(b)
	}
	from := p.source()
	var others []*modelBet
	if from != nil {
		others = from.live()
		for _, b := range others {
			p.taken += from.leaving(b)
		}
	}
	p.split = &tote.Accounts{Refunds: total - p.sent + p.taken, Booster: p.added, Transferred: p.sent}
	if card, _ := p.bet.(tote.BetType).Card(p.race.result()); card != nil && p.share(card, own, others, total) {
		return
	}
	for _, b := range own {
		b.refunded += b.cost() - p.leaving(b)
	}
	for _, b := range others {
		b.refunded += from.leaving(b)
		b.there += from.leaving(b)
	}
}

// share divides the pool among its own bets and the units of others; false when
// it is refunded.
func (p *modelPool) share(card tote.Card, own, others []*modelBet, total tote.Money) bool {
	stakes := tote.Stakes{
		Total: total + p.taken, Transferred: p.sent, Added: p.added, OnLine: make([]tote.Money, len(card.Lines())),
	}
	all := slices.Concat(own, others)
	tallies := make([]tote.Tally, len(all))
	for i, b := range all {
		tallies[i].Reset(len(stakes.OnLine))
		if i < len(own) {
			card.Count(&b.pattern, &tallies[i])
		} else {
			card.(tote.Receiver).CountReceived(&b.pattern, &tallies[i])
		}
		stakes.Refunded += b.unit * tote.Money(tallies[i].Refunded)
		for line, n := range tallies[i].Won {
			stakes.OnLine[line] += b.unit * tote.Money(n)
		}
	}
	s := card.Share(stakes)
	if s.RefundAll() {
		return false
	}
	var paid tote.Money
	for i, b := range all {
		won := tote.Money(0)
		for line, n := range tallies[i].Won {
			for range n { // combination by combination
				won += s.Dividends[line].Pay(b.unit)
			}
		}
		b.won += won
		b.refunded += b.unit * tote.Money(tallies[i].Refunded)
		if i >= len(own) {
			b.there += won
		}
		paid += won
	}
	p.dividends = s.Dividends
	split := s.Split(stakes, stakes.Refunded, paid)
	p.split = &split
	return true
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
	if !slices.ContainsFunc(r.pools, func(p *modelPool) bool { return len(p.bets) > 0 && !p.settled }) && r.status == "payable" {
		m.carry(r)
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
	if len(r.chains) == 0 && !slices.ContainsFunc(r.pools, func(p *modelPool) bool { return len(p.bets) > 0 && !p.settled }) {
		r.status = "settled"
	}
}

// view is a bet as the engine should show it.
func (m *model) view(p *modelPool, index int) engine.BetView {
	b := p.bets[index]
	v := engine.BetView{
		Race: p.raceID, Bet: p.offer.Bet, State: b.state, Pattern: b.pattern, Unit: b.unit,
		Receipt: engine.Receipt{
			Bet: event.BetIn(p.id, uint32(index)), Units: uint32(b.units), Cost: b.price(),
			AcceptedAt: b.at, CancelUntil: b.at + 15*60*1000, Spot: b.spot, Seed: b.seed, Jackpot: b.jackpot,
		},
		Won: b.won, Refunded: b.refunded,
	}
	if b.report != nil {
		v.Report = b.report.id
	}
	if slices.Contains(singleBets, p.offer.Bet) {
		v.Pattern.Variant = 0
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

// ordered is a Quinté or a Quarté Plus. With six horses declared the Quinté is
// always refunded, but for what leaves it.
func (m *machine) ordered() (tote.BetCode, tote.Pattern) {
	horses := rapid.Permutation([]tote.Horse{1, 2, 3, 4, 5, 6}).Draw(m.T, "order")
	bet, n := quinte, 5
	if m.oneIn(3) {
		bet, n = quarte, 4
	}
	p := tote.UnitPattern(horses[:n]...)
	if m.oneIn(4) {
		p = tote.CombinedPattern(horses...)
	}
	if m.oneIn(6) {
		p.Complement = horses[5]
	}
	return bet, p
}
