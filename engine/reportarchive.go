package engine

import (
	"fmt"
	"slices"

	"opentote/event"
)

// reportsNow is the orders, and which chains wait on each race, by number.
type reportsNow struct {
	orders  []*reportOrder
	waiting [][]event.ReportID
}

func (s *State) reportsNow() reportsNow {
	now := reportsNow{orders: s.orders, waiting: make([][]event.ReportID, len(s.races))}
	for i, r := range s.races {
		for _, c := range r.chains {
			now.waiting[i] = append(now.waiting[i], c.id)
		}
	}
	return now
}

// freeze copies what may still change, so that it can be read while the writer goes on:
// an order whose chains have all ended never does.
func (x *reportsNow) freeze() {
	x.orders = slices.Clone(x.orders)
	for i, o := range x.orders {
		if !slices.ContainsFunc(o.chains, func(r *report) bool { return r.state == LiveReport }) {
			continue
		}
		copied := *o
		copied.chains = make([]*report, len(o.chains))
		for k, r := range o.chains {
			chain := *r
			chain.steps = slices.Clone(r.steps)
			copied.chains[k] = &chain
		}
		x.orders[i] = &copied
	}
}

// archive names the orders and the chains that wait. Only reading needs the state.
func (x *reportsNow) archive(a *archive, s *State) {
	putList(a, &x.orders, func(a *archive, o **reportOrder) {
		if a.reading() {
			*o = new(reportOrder)
		}
		s.archiveOrder(a, *o)
	})
	for i := range x.waiting {
		putList(a, &x.waiting[i], put[event.ReportID])
		for _, id := range x.waiting[i] {
			if !a.reading() || a.err != nil {
				break
			}
			r, ok := s.report(id)
			if !ok {
				a.err = fmt.Errorf("report %d is unknown", id)
				return
			}
			s.races[i].chains = append(s.races[i].chains, r)
		}
	}
	if a.reading() {
		s.orders = x.orders
	}
}

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
