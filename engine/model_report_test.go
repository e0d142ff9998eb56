package engine_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// modelReport is a chain as one would note it on paper.
type modelReport struct {
	id      event.ReportID
	account event.AccountID
	at      event.Millis
	legs    []engine.ReportLeg // of this chain
	steps   []*modelStep
	state   engine.ReportState
}

// modelStep is a leg reached.
type modelStep struct {
	part, brought, kept tote.Money
	bets                []*modelBet // none where it is only valued
}

func (r *modelReport) race() tote.RaceID { return r.legs[len(r.steps)-1].Race }

// got is what the bets of the current leg have got so far.
func (r *modelReport) got() (sum tote.Money) {
	for _, b := range r.steps[len(r.steps)-1].bets {
		if b.state != engine.Live {
			sum += b.won + b.refunded
		}
	}
	return sum
}

func (m *model) reportRules() *rulebook.ReportPlus {
	book, _ := rulebook.For(tote.Online, theRace.Day())
	rules, _ := book.ReportPlus()
	return rules
}

func (m *model) poolOf(l *engine.ReportLeg) *modelPool {
	r := m.races[l.Race]
	return r.pools[slices.IndexFunc(r.pools, func(p *modelPool) bool { return p.offer.Bet == l.Bet })]
}

func (m *model) placeReport(c *engine.PlaceReport) (engine.ReportReceipt, engine.Code) {
	request := fmt.Sprint(c.Account, c.Legs, c.Pick, c.Integral, c.Stake)
	if answer, code, done := m.recall(c.Key, request); done {
		receipt, _ := answer.(engine.ReportReceipt)
		return receipt, code
	}
	var ways [][]int
	size := len(c.Legs)
	if c.Pick != 0 {
		size = c.Pick
	}
	for way := range rulebook.Mix(len(c.Legs), size, c.Integral) {
		ways = append(ways, slices.Clone(way))
	}
	asked := &rulebook.Report{Stake: c.Stake}
	var fields []tote.Field
	for i, l := range c.Legs {
		r := m.races[l.Race]
		begins := slices.ContainsFunc(ways, func(way []int) bool { return way[0] == i })
		switch {
		case r == nil:
			return engine.ReportReceipt{}, engine.UnknownRace
		case r.status == "scheduled" && begins:
			return engine.ReportReceipt{}, engine.RaceNotOpen
		case r.status == "suspended" && begins:
			return engine.ReportReceipt{}, engine.RaceSuspended
		case !slices.Contains([]string{"scheduled", "suspended", "open"}, r.status):
			return engine.ReportReceipt{}, engine.RaceStopped
		case r.detached:
			return engine.ReportReceipt{}, engine.ReportsDetached
		}
		bet := m.poolOf(&l).bet.(tote.BetType)
		asked.Legs = append(asked.Legs, rulebook.ReportLeg{Race: l.Race, Bet: bet, Patterns: l.Patterns, Carry: l.Carry})
		fields = append(fields, tote.Field{Declared: r.declared, NonRunners: r.nonRunners})
	}
	_, err := m.reportRules().Cost(asked, fields)
	switch err := err.(type) {
	case *rulebook.ReportError:
		return engine.ReportReceipt{}, engine.Code(err.Code)
	case *tote.PatternError:
		return engine.ReportReceipt{}, engine.Code(err.Code)
	}
	receipt := engine.ReportReceipt{Report: event.ReportID(len(m.reports) + 1), Chains: len(ways), AcceptedAt: m.now, CancelUntil: m.now + 15*60*1000}
	for _, way := range ways {
		receipt.Cost += c.Stake * tote.Money(len(c.Legs[way[0]].Patterns))
	}
	switch wallet, ok := m.wallets[c.Account]; {
	case !ok:
		return engine.ReportReceipt{}, engine.UnknownAccount
	case wallet < receipt.Cost:
		return engine.ReportReceipt{}, engine.InsufficientFunds
	}
	m.wallets[c.Account] -= receipt.Cost
	for _, way := range ways {
		r := &modelReport{id: event.ReportID(len(m.reports) + 1), account: c.Account, at: m.now, state: engine.LiveReport}
		for _, i := range way {
			r.legs = append(r.legs, c.Legs[i])
		}
		m.reports = append(m.reports, r)
		m.reach(r, c.Stake, false)
	}
	m.memory[c.Key] = memo{request, receipt}
	return receipt, ""
}

// reach has a chain come to its next leg. Its bets here are single ones.
func (m *model) reach(r *modelReport, part tote.Money, outside bool) {
	r.steps = append(r.steps, &modelStep{part: part})
	leg := &r.legs[len(r.steps)-1]
	m.races[leg.Race].chains = append(m.races[leg.Race].chains, r)
	if outside {
		m.outside += part * tote.Money(len(leg.Patterns))
		return
	}
	p := m.poolOf(leg)
	for _, pattern := range leg.Patterns {
		b := &modelBet{account: r.account, report: r, pattern: pattern, unit: part, units: 1, at: m.now, state: engine.Live}
		p.bets = append(p.bets, b)
		r.steps[len(r.steps)-1].bets = append(r.steps[len(r.steps)-1].bets, b)
	}
}

type takingReport struct{ report event.ReportID }

func (m *model) cancelReport(c *engine.CancelReport) (tote.Money, engine.Code) {
	if answer, code, done := m.recall(c.Key, takingReport{c.Report}); done {
		money, _ := answer.(tote.Money)
		return money, code
	}
	if c.Report == 0 || int(c.Report) > len(m.reports) {
		return 0, engine.UnknownReport
	}
	r := m.reports[c.Report-1]
	first := m.races[r.legs[0].Race]
	touched := false
	for i := range r.legs {
		for _, p := range r.legs[i].Patterns {
			touched = touched || tote.SetOf(p.Group(0)...)&m.races[r.legs[i].Race].nonRunners != 0
		}
	}
	switch {
	case r.account != c.Account:
		return 0, engine.UnknownReport
	case r.state != engine.LiveReport:
		return 0, engine.AlreadyEnded
	case first.status != "open" && first.status != "suspended":
		return 0, engine.RaceStopped
	case m.now-r.at > 15*60*1000 && !touched:
		return 0, engine.CancelTooLate
	}
	cost := tote.Money(0)
	for _, b := range r.steps[0].bets {
		b.state = engine.CancelledBet
		cost += b.cost()
	}
	m.wallets[r.account] += cost
	m.leave(r, engine.CancelledReport)
	m.memory[c.Key] = memo{takingReport{c.Report}, cost}
	return cost, ""
}

// leave ends a chain, or its current leg.
func (m *model) leave(r *modelReport, state engine.ReportState) {
	on := m.races[r.race()]
	on.chains = slices.DeleteFunc(on.chains, func(x *modelReport) bool { return x == r })
	r.state = state
}

// pending tells whether chains of an earlier race may still come to a race.
func (m *model) pending(id tote.RaceID) bool {
	for earlier, r := range m.races {
		for _, c := range r.chains {
			for _, l := range c.legs[len(c.steps):] {
				if earlier < id && l.Race == id && !m.races[id].detached {
					return true
				}
			}
		}
	}
	return false
}

// carry ends the legs on a race whose bets have all ended.
func (m *model) carry(race *modelRace) {
	for len(race.chains) > 0 {
		r := race.chains[0]
		for again := true; again; {
			again = m.carryOne(r)
		}
	}
}

// carryOne ends a chain's current leg. It returns true where the next one is valued at
// once.
func (m *model) carryOne(r *modelReport) bool {
	step, leg := r.steps[len(r.steps)-1], &r.legs[len(r.steps)-1]
	step.brought = r.got()
	if len(step.bets) == 0 {
		step.brought = m.value(leg, step.part)
		m.outside -= step.brought
	}
	step.kept = step.brought
	m.leave(r, engine.EndedReport)
	part := tote.Money(0)
	if len(r.steps) < len(r.legs) && step.brought > 0 {
		step.kept, part = m.reportRules().Carry(step.brought, leg.Carry, len(r.legs[len(r.steps)].Patterns))
	}
	m.wallets[r.account] += step.kept
	if part == 0 {
		return false
	}
	r.state = engine.LiveReport
	next := m.poolOf(&r.legs[len(r.steps)])
	outside := next.race.detached || next.split != nil
	m.reach(r, part, outside)
	return outside && next.split != nil
}

// value is what a leg brings at the dividends declared, outside the pools.
func (m *model) value(leg *engine.ReportLeg, part tote.Money) (sum tote.Money) {
	p := m.poolOf(leg)
	card, _ := p.bet.(tote.BetType).Card(p.race.result())
	for _, pattern := range leg.Patterns {
		if card == nil || p.dividends == nil {
			sum += part
			continue
		}
		var t tote.Tally
		t.Reset(len(card.Lines()))
		card.Count(&pattern, &t)
		win, wins := tote.Money(0), t.Refunded
		for line, n := range t.Won {
			if n > 0 && p.staked(line) {
				win += p.dividends[line].Pay(part)
			}
			wins += n
		}
		if win == 0 && wins > 0 {
			win = part
		}
		sum += win
	}
	return sum
}

// staked tells whether any bet of the pool holds a line: only then it has a dividend.
func (p *modelPool) staked(line int) bool {
	card, _ := p.bet.(tote.BetType).Card(p.race.result())
	for _, b := range p.bets {
		var t tote.Tally
		t.Reset(len(card.Lines()))
		if card.Count(&b.pattern, &t); t.Won[line] > 0 && b.state != engine.CancelledBet && !b.purged {
			return true
		}
	}
	return false
}

// detach takes the races of the meeting from one on out of the pools' order.
func (m *model) detach(id tote.RaceID) engine.Code {
	if m.races[id] == nil {
		return engine.UnknownRace
	}
	for other, r := range m.races {
		r.detached = r.detached || other >= id
	}
	return ""
}

// carriedMoney is what is on its way between two races.
func (m *model) carriedMoney() (sum tote.Money) {
	for _, r := range m.reports {
		if r.state == engine.LiveReport {
			sum += r.got()
		}
	}
	return sum
}

func (m *machine) reportActions() map[string]func(*rapid.T) {
	act := func(f func()) func(*rapid.T) { return func(*rapid.T) { f() } }
	return map[string]func(*rapid.T){
		"report":        act(m.placeReport),
		"cancel report": act(m.cancelReport),
		"run on":        act(m.runOn),
		"detach": act(func() {
			if m.oneIn(6) {
				m.control(&engine.DetachReports{Race: m.race()})
			}
		}),
	}
}

// placeReport asks for a chain or a Mix on the races there are.
func (m *machine) placeReport() {
	c := &engine.PlaceReport{Key: m.key(), Account: m.account(), Stake: tote.Money(rapid.SampledFrom([]int{99, 100, 151, 500, 2000}).Draw(m.T, "stake"))}
	for i := range len(m.model.races) {
		if len(m.model.races) == 3 && rapid.IntRange(0, 4).Draw(m.T, "left out") == 0 {
			continue
		}
		leg := engine.ReportLeg{Race: theRace + tote.RaceID(i), Bet: toWin, Carry: rulebook.Quarters(rapid.IntRange(1, 4).Draw(m.T, "carry"))}
		for range rapid.IntRange(1, 3).Draw(m.T, "horses") {
			if m.oneIn(2) {
				leg.Bet = two
			}
			leg.Patterns = append(leg.Patterns, tote.UnitPattern(m.horse()))
		}
		for k := range leg.Patterns {
			if h := leg.Patterns[k].Horses[0]; leg.Bet == two {
				leg.Patterns[k] = tote.UnitPattern(h, h%6+1)
			}
		}
		c.Legs = append(c.Legs, leg)
	}
	if len(c.Legs) == 0 {
		return
	}
	if len(c.Legs) == 3 && m.oneIn(2) {
		c.Pick, c.Integral = 2, m.oneIn(2)
	}
	m.keyed(c)
}

// runOn brings a race to its end, mostly the first that is not there: chains go on only
// when all races are run.
func (m *machine) runOn() {
	for id := range tote.RaceID(len(m.model.races)) {
		race := theRace + id
		r := m.model.races[race]
		if r.status == "settled" || m.oneIn(5) {
			continue
		}
		if r.status == "open" {
			for _, h := range []tote.Horse{1, 2, 3} {
				m.keyed(&engine.PlaceBet{Key: m.key(), Account: 1, Race: race, Bet: toWin, Pattern: tote.UnitPattern(h), Unit: 300})
			}
			m.placeReport()
			if m.oneIn(3) {
				m.control(&engine.DetachReports{Race: race + 1})
			}
		}
		m.control(&engine.StopRace{Race: race})
		m.control(&engine.EnterResult{Race: race, Arrival: m.arrival(), Staff: "anna"})
		m.control(&engine.ConfirmResult{Race: race, Arrival: r.arrival, Staff: "bruno"})
		m.control(&engine.DeclareDividends{Race: race})
		for range len(r.pools) + 1 {
			m.control(&engine.SettleBets{Race: race})
		}
		return
	}
}

func (m *machine) cancelReport() {
	c := &engine.CancelReport{Key: m.key(), Account: m.account(), Report: event.ReportID(rapid.IntRange(0, len(m.model.reports)+1).Draw(m.T, "report"))}
	if n := int(c.Report); n > 0 && n <= len(m.model.reports) && !m.oneIn(9) {
		c.Account = m.model.reports[n-1].account
	}
	m.keyed(c)
}

// checkReports compares every chain, leg by leg.
func (m *machine) checkReports() {
	for _, r := range m.model.reports {
		c := &engine.GetReport{Report: r.id}
		m.agree(c, m.do(c), "")
		if c.View.State != r.state || len(c.View.Legs) != len(r.legs) {
			m.Fatalf("report %d: got %+v, want state %d", r.id, c.View, r.state)
		}
		for i, l := range c.View.Legs {
			var want modelStep
			if i < len(r.steps) {
				want = *r.steps[i]
				if i == len(r.steps)-1 && r.state == engine.LiveReport {
					want.brought = r.got()
				}
			}
			if r.state == engine.PurgedReport {
				want.brought = 0
			}
			if l.Part != want.part || l.Brought != want.brought || l.Kept != want.kept || l.Reached != (i < len(r.steps)) {
				m.Fatalf("report %d leg %d: got %+v, want %+v", r.id, i+1, l, want)
			}
		}
	}
}
