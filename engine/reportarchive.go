package engine

import (
	"fmt"

	"opentote/event"
)

// archiveOrder names what is in an order and its chains.
func (s *State) archiveOrder(a *archive, o *reportOrder) {
	put(a, &o.account)
	put(a, &o.at)
	put(a, &o.stake)
	putList(a, &o.legs, func(a *archive, l *reportLeg) {
		var id event.PoolID
		if !a.reading() {
			id = l.pool.id
		}
		if put(a, &id); a.reading() && a.err == nil {
			var ok bool
			if l.pool, ok = s.pool(id); !ok {
				a.err = fmt.Errorf("a report in pool %d", id)
			}
		}
		put(a, &l.carry)
		putList(a, &l.bets, func(a *archive, b *event.ReportBet) {
			archivePattern(a, &b.Pattern)
			put(a, &b.Units)
		})
	})
	putList(a, &o.chains, func(a *archive, r **report) {
		if a.reading() {
			*r = new(report)
		}
		archiveReport(a, *r, len(o.legs))
	})
	if a.reading() && a.err == nil {
		if len(o.legs) == 0 {
			a.err = fmt.Errorf("a report without legs")
			return
		}
		s.number(o)
	}
}

func archiveReport(a *archive, r *report, legs int) {
	putList(a, &r.way, put[uint8])
	for _, at := range r.way {
		if a.reading() && int(at) >= legs && a.err == nil {
			a.err = fmt.Errorf("leg %d of %d", at, legs)
		}
	}
	put(a, &r.state)
	putList(a, &r.steps, func(a *archive, s *reportStep) {
		put(a, &s.part)
		put(a, &s.brought)
		put(a, &s.kept)
		put(a, &s.bet)
		putBool(a, &s.outside)
	})
}

// archiveChains names the chains that wait on a race, by number.
func (s *State) archiveChains(a *archive, r *race) {
	putList(a, &r.chains, func(a *archive, c **report) {
		var id event.ReportID
		if !a.reading() {
			id = (*c).id
		}
		if put(a, &id); a.reading() && a.err == nil {
			var ok bool
			if *c, ok = s.report(id); !ok {
				a.err = fmt.Errorf("report %d is unknown", id)
			}
		}
	})
}
