package engine_test

import (
	"slices"

	"pgregory.net/rapid"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// modelHost is what the model knows of the host of a pool.
type modelHost struct {
	said      *rulebook.HostResult
	by        event.Staff
	confirmed bool
	position  tote.Money // from the host
}

// hostOf returns the pool that a host may speak of, and why not.
func (m *model) hostOf(id tote.RaceID, said rulebook.HostResult, staff event.Staff, from ...string) (*modelPool, engine.Code) {
	r := m.races[id]
	switch {
	case r == nil:
		return nil, engine.UnknownRace
	case !slices.Contains(from, r.status) || r.off:
		return nil, engine.WrongStatus
	case staff == "":
		return nil, engine.FourEyes
	case said.Refund == "" && len(said.Dividends) == 0:
		return nil, engine.Code(rulebook.HostReason)
	}
	seen := map[string]bool{}
	for _, d := range said.Dividends {
		first := len(r.arrival) > 0 && slices.ContainsFunc(r.arrival[0], func(h tote.Horse) bool { return h.String() == d.Combination })
		switch {
		case !first:
			return nil, engine.Code(rulebook.HostCombination)
		case seen[d.Combination]:
			return nil, engine.Code(rulebook.HostRepeated)
		}
		seen[d.Combination] = true
	}
	return r.pools[slices.IndexFunc(r.pools, func(p *modelPool) bool { return p.offer.Bet == abroadWin })], ""
}

// same compares what a host sent, in any order.
func (h *modelHost) same(said rulebook.HostResult) bool {
	return h.said != nil && h.said.Refund == said.Refund && len(h.said.Dividends) == len(said.Dividends) &&
		!slices.ContainsFunc(said.Dividends, func(d rulebook.HostDividend) bool { return !slices.Contains(h.said.Dividends, d) })
}

func (m *model) enterHost(c *engine.EnterHostDividends) engine.Code {
	p, code := m.hostOf(c.Race, c.Result, c.Staff, "official")
	if code != "" || p.host.same(c.Result) && (p.host.confirmed || p.host.by == c.Staff) {
		return code
	}
	for _, h := range p.firsts() {
		backed := slices.ContainsFunc(p.live(), func(b *modelBet) bool { return slices.Contains(b.pattern.Group(0), h) })
		if c.Result.Refund == "" && backed && p.paysAbroad(c.Result, h) == 0 {
			return engine.HostLacks
		}
	}
	p.host = modelHost{said: &c.Result, by: c.Staff}
	return ""
}

func (m *model) confirmHost(c *engine.ConfirmHostDividends) engine.Code {
	p, code := m.hostOf(c.Race, c.Result, c.Staff, "official", "payable", "settled")
	switch {
	case code != "":
		return code
	case p.host.said == nil:
		return engine.WrongStatus
	case c.Staff == p.host.by:
		return engine.FourEyes
	case !p.host.same(c.Result):
		return engine.HostDiffers
	}
	p.host.confirmed = true
	return ""
}

func (p *modelPool) firsts() []tote.Horse {
	if len(p.race.arrival) == 0 {
		return nil
	}
	return p.race.arrival[0]
}

// paysAbroad is what the host pays on a horse.
func (p *modelPool) paysAbroad(said rulebook.HostResult, h tote.Horse) tote.Dividend {
	for _, d := range said.Dividends {
		if d.Combination == h.String() {
			return d.Dividend
		}
	}
	return 0
}

// awaitsHost reports whether the race waits for its host.
func (r *modelRace) awaitsHost() bool {
	return !r.off && slices.ContainsFunc(r.pools, func(p *modelPool) bool { return p.offer.Bet == abroadWin && !p.host.confirmed })
}

// abroad works out what each live bet gets, horse by horse, and what that leaves.
func (p *modelPool) abroad() {
	p.split = &tote.Accounts{Booster: p.added}
	for _, b := range p.live() {
		if p.race.off || p.host.said.Refund != "" {
			b.refunded = b.cost()
		} else {
			for _, h := range b.pattern.Group(0) {
				if p.race.nonRunners.Has(h) {
					b.refunded += b.unit
				} else {
					b.won += p.paysAbroad(*p.host.said, h).Pay(b.unit)
				}
			}
		}
		p.split.Payout += b.won
		p.split.Refunds += b.refunded
		p.host.position += b.won + b.refunded - b.cost()
	}
}

// speak has the host of a race's pool say something, mostly what may be.
func (m *machine) speak(race tote.RaceID) {
	said := rulebook.HostResult{Refund: rulebook.NotComputed}
	if r := m.model.races[race]; r != nil && len(r.arrival) > 0 && !m.oneIn(5) {
		said.Refund = ""
		for _, h := range r.arrival[0] {
			if !m.oneIn(8) {
				said.Dividends = append(said.Dividends, line(h.String(), tote.Dividend(5*rapid.IntRange(20, 400).Draw(m.T, "dividend"))))
			}
		}
		if m.oneIn(8) {
			said.Dividends = append(said.Dividends, line("6", 1_00))
		}
	}
	one, other := event.Staff("anna"), event.Staff("bruno")
	if m.oneIn(5) {
		one, other = m.staff(), m.staff()
	}
	m.control(&engine.EnterHostDividends{Race: race, Bet: abroadWin, Result: said, Staff: one})
	slices.Reverse(said.Dividends)
	m.control(&engine.ConfirmHostDividends{Race: race, Bet: abroadWin, Result: said, Staff: other})
}
