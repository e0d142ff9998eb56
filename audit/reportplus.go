package audit

import (
	"slices"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// carrier is what the audit knows of one chain of an e-Report+ (III-2).
type carrier struct {
	id      event.ReportID
	account event.AccountID
	at      event.Millis
	stake   tote.Money
	legs    []carrierLeg
	rules   *rulebook.ReportPlus

	step     int        // the current leg
	part     tote.Money // on each of its unit bets
	outside  bool       // it is valued only, in no pool
	placed   int        // its bets in the pool, or on a cancelled chain those left there
	ended    int        // of them
	brought  tote.Money // by those
	over     bool       // nothing more is carried
	returned bool       // cancelled or purged
	purged   bool       // with the bets that one command had room for: others may follow
}

// carrierLeg is the bets of a chain on one race.
type carrierLeg struct {
	pool  *pool
	carry rulebook.Quarters
	bets  []event.ReportBet
	units int
}

func (c *carrier) current() *carrierLeg { return &c.legs[c.step] }

func (c *carrier) about() Finding {
	p := c.current().pool
	return Finding{Race: p.race.id, Pool: p.id}
}

func (a *auditor) carrier(id event.ReportID) *carrier {
	if id == 0 || uint64(id) > uint64(len(a.carriers)) {
		a.found(Finding{}, "report %d was never placed", id)
		return nil
	}
	return a.carriers[id-1]
}

// reportPlaced folds what an account asked for: each of its chains must be a report
// of the rules on races that are not stopped.
func (a *auditor) reportPlaced(e *event.ReportPlaced) {
	a.use(e.Key, Finding{})
	if next := event.ReportID(len(a.carriers) + 1); e.Report != next {
		a.found(Finding{}, "report %d is placed where %d was next", e.Report, next)
	}
	for i := range e.Chains {
		c := &carrier{id: event.ReportID(len(a.carriers) + 1), account: e.Account, at: a.at, stake: e.Stake, part: e.Stake}
		a.carriers = append(a.carriers, c)
		a.report.Totals.Reports++
		for _, at := range e.Chains[i].Legs {
			if int(at) >= len(e.Legs) {
				a.found(Finding{}, "report %d has leg %d of %d", c.id, at, len(e.Legs))
				continue
			}
			leg := &e.Legs[at]
			if p := a.poolOf(leg.Pool, Finding{}); p != nil {
				c.legs = append(c.legs, carrierLeg{pool: p, carry: rulebook.Quarters(leg.Carry), bets: slices.Clone(leg.Bets)})
			}
		}
		if len(c.legs) == 0 {
			c.over = true
			continue
		}
		a.checkReport(c)
		for k := range c.legs[1:] {
			c.legs[k+1].pool.race.awaited++
		}
	}
}

// checkReport checks a chain against the rules and the state of its races.
func (a *auditor) checkReport(c *carrier) {
	book, _ := rulebook.ByID(rulebook.ID(c.legs[0].pool.terms.Rulebook))
	if book != nil {
		c.rules, _ = book.ReportPlus()
	}
	if c.rules == nil {
		a.found(c.about(), "report %d is under rulebook %q, which has none", c.id, c.legs[0].pool.terms.Rulebook)
		c.over = true
		return
	}
	asked := &rulebook.Report{Stake: c.stake}
	var fields []tote.Field
	for i := range c.legs {
		leg := &c.legs[i]
		p := leg.pool
		switch {
		case !p.terms.Report:
			a.found(p.about(), "report %d has a leg in a pool that offers none", c.id)
		case i == 0 && p.race.status != open, p.race.status >= stopped:
			a.found(p.about(), "report %d was placed while the race of its leg %d was %v", c.id, i+1, p.race.status)
		case p.race.detached:
			a.found(p.about(), "report %d was placed on a race whose order had changed", c.id)
		}
		ask := rulebook.ReportLeg{Race: p.race.id, Carry: leg.carry}
		ask.Bet, _ = p.bet.(tote.BetType)
		units := 0
		for k := range leg.bets {
			ask.Patterns = append(ask.Patterns, leg.bets[k].Pattern)
			units += int(leg.bets[k].Units)
		}
		leg.units = units
		if ask.Bet == nil {
			continue
		}
		for k := range leg.bets {
			if n, err := ask.Bet.Units(&ask.Patterns[k], p.race.field()); err == nil && uint64(n) != uint64(leg.bets[k].Units) {
				a.found(p.about(), "report %d says %d combinations, its horses make %d", c.id, leg.bets[k].Units, n)
			}
		}
		asked.Legs, fields = append(asked.Legs, ask), append(fields, p.race.field())
	}
	if _, err := c.rules.Cost(asked, fields); err != nil {
		a.found(c.about(), "report %d is none: %v", c.id, err)
	}
}

// legPlaced checks a bet that is the leg of a chain, and returns the chain; nil where
// there is none.
func (a *auditor) legPlaced(p *pool, e *event.BetPlaced, about Finding) *carrier {
	c := a.carrier(e.Report)
	if c == nil {
		return nil
	}
	if c.over || c.returned || c.outside || c.current().pool != p || c.placed >= len(c.current().bets) {
		a.found(about, "the bet is not the next of report %d", c.id)
		return nil
	}
	want := c.current().bets[c.placed]
	if e.Pattern != want.Pattern || e.Units != want.Units || e.Unit != c.part || e.Account != c.account || e.PointOfSale != 0 {
		a.found(about, "the bet of %v on %v is not what report %d carries to it", e.Unit, e.Pattern.Group(0), c.id)
	}
	if e.Key != (event.Key{}) || e.Jackpot != 0 || e.Drawn != 0 {
		a.found(about, "the bet of report %d has a key or a service of its own", c.id)
	}
	switch {
	case c.step == 0 && p.race.status != open:
		a.found(about, "the bet was placed while the race was %v", p.race.status)
	case p.declared != nil || p.race.detached && c.step > 0:
		a.found(about, "report %d carries to a pool that takes nothing more", c.id)
	}
	c.placed++
	if p.carriers == nil {
		p.carriers = map[uint32]*carrier{}
	}
	p.carriers[e.Bet.Index()] = c
	return c
}

// reportCancelled folds a chain taken back; the bets of its first leg must follow.
func (a *auditor) reportCancelled(e *event.ReportCancelled) {
	a.use(e.Key, Finding{})
	c := a.carrier(e.Report)
	if c == nil || len(c.legs) == 0 {
		return
	}
	first := c.legs[0].pool
	touched := slices.ContainsFunc(c.legs, func(l carrierLeg) bool {
		return slices.ContainsFunc(l.bets, func(b event.ReportBet) bool { return b.Pattern.Named()&l.pool.race.nonRunners != 0 })
	})
	switch {
	case c.over || c.returned:
		a.found(c.about(), "report %d was cancelled when it had ended", c.id)
		return
	case first.race.status >= stopped || c.step > 0:
		a.found(c.about(), "report %d was cancelled while its first race was %v", c.id, first.race.status)
	case a.at > c.at+first.delay && !touched:
		a.found(c.about(), "report %d was cancelled %d seconds after its sale", c.id, (a.at-c.at)/1000)
	}
	c.end()
	c.returned = true
}

// end notes that nothing more is carried to the legs ahead.
func (c *carrier) end() {
	for i := c.step + 1; i < len(c.legs); i++ {
		c.legs[i].pool.race.awaited--
	}
	c.over = true
}

// legCancelled takes a bet of a chain out that was cancelled.
func (a *auditor) legCancelled(c *carrier, e *event.BetCancelled, about Finding) {
	if !c.returned || e.Key != (event.Key{}) {
		a.found(about, "a bet of report %d was cancelled without it", c.id)
	}
	c.placed--
}

// legPurged takes a bet of a chain out that came too late.
func (a *auditor) legPurged(c *carrier, about Finding) {
	if c.step > 0 {
		a.found(about, "the bet was purged though report %d carried to it", c.id)
	}
	if !c.over {
		c.end()
		c.returned, c.purged = true, true
	}
	c.placed--
}

// legEnded gives what a bet got to its chain. It returns false where the money is the
// account's.
func (a *auditor) legEnded(c *carrier, m tote.Money) bool {
	if c.returned {
		return false
	}
	c.ended++
	c.brought += m
	a.ledger.add(engine.Owed, -m)
	a.ledger.add(engine.Reports, m)
	return true
}

// reportCarried does the carrying again, to the cent.
func (a *auditor) reportCarried(e *event.ReportCarried) {
	c := a.carrier(e.Report)
	if c == nil || len(c.legs) == 0 || c.rules == nil {
		return
	}
	about := c.about()
	if c.over || c.returned {
		a.found(about, "report %d carries when it had ended", c.id)
		return
	}
	leg := c.current()
	switch {
	case c.outside && leg.pool.declared == nil, !c.outside && (c.placed != len(leg.bets) || c.ended != c.placed):
		a.found(about, "report %d carries before its leg %d has ended", c.id, c.step+1)
	case c.outside:
		c.brought = leg.brings(c.part)
		a.ledger.add(engine.Operator, -e.Brought)
		a.ledger.add(engine.Reports, e.Brought)
		a.advanced += e.Brought
	}
	want := event.ReportCarried{Report: e.Report, Brought: c.brought, Kept: c.brought}
	last := c.step == len(c.legs)-1
	if !last && want.Brought > 0 {
		next := &c.legs[c.step+1]
		want.Kept, want.Part = c.rules.Carry(want.Brought, leg.carry, next.units)
		want.Outside = want.Part > 0 && next.closed(want.Part)
	}
	if *e != want {
		a.found(about, "report %d brings %v, keeps %v and carries %v (outside: %v), its bets and the rules give %v, %v and %v (%v)",
			c.id, e.Brought, e.Kept, e.Part, e.Outside, want.Brought, want.Kept, want.Part, want.Outside)
	}
	credited := a.credit(c.account, e.Kept, about)
	a.report.Totals.Paid += e.Kept
	a.ledger.add(engine.Reports, -credited)
	a.ledger.add(engine.Wallets, credited)
	if e.Part == 0 || last {
		c.end()
		return
	}
	c.step++
	leg = c.current()
	leg.pool.race.awaited--
	c.part, c.outside, c.placed, c.ended, c.brought = e.Part, e.Outside, 0, 0, 0
	a.report.Totals.Carried += e.Part * tote.Money(leg.units)
	if e.Outside {
		m := e.Part * tote.Money(leg.units)
		a.ledger.add(engine.Reports, -m)
		a.ledger.add(engine.Operator, m)
		a.advanced -= m
	}
}

// closed reports whether a part enters the leg's pool no more.
func (l *carrierLeg) closed(part tote.Money) bool {
	const full = 1<<24 - 8 // a ticket's code has room for no more
	return l.pool.race.detached || l.pool.declared != nil || len(l.pool.states) > full ||
		l.pool.stakes+part*tote.Money(l.units) > tote.MaxStake
}

// brings values a leg at the dividends declared, each of its combinations by itself.
func (l *carrierLeg) brings(part tote.Money) (sum tote.Money) {
	card, dividends := l.pool.paying()
	shaped, ok := l.pool.bet.(tote.Shaped)
	if card == nil || !ok || l.pool.declared.Procedure == tote.Refund {
		return part * tote.Money(l.units)
	}
	var t tote.Tally
	for i := range l.bets {
		shape, _ := shaped.Shape(l.bets[i].Pattern.Variant)
		for horses := range shape.All(&l.bets[i].Pattern) {
			one := sale{pattern: tote.UnitPattern(horses...), unit: part, units: 1}
			t.Reset(len(dividends))
			card.Count(&one.pattern, &t)
			got := win(&one, &t, dividends)
			if t.Refunded > 0 || got == 0 && slices.Max(append(t.Won, 0)) > 0 {
				got = part // of a combination that nobody held in the pool, too
			}
			sum += got
		}
	}
	return sum
}

func (a *auditor) reportsDetached(e *event.ReportsDetached) {
	if r := a.race(e.Race); r != nil {
		r.detached = true
	}
}

// checkAwaited checks that nothing can be carried to a race any more whose dividends
// are declared.
func (a *auditor) checkAwaited(p *pool) {
	if p.race.awaited > 0 && !p.race.detached {
		a.found(p.about(), "the dividends were declared while %d reports might still carry to the race", p.race.awaited)
	}
}

// finishReports checks that no chain is left halfway, and sums what is on its way.
func (a *auditor) finishReports() (underway tote.Money) {
	for _, c := range a.carriers {
		switch {
		case c.returned && !c.purged && c.placed != 0:
			a.found(c.about(), "report %d has ended, %d of its bets have not", c.id, c.placed)
		case len(c.legs) > 0 && !c.over && !c.outside && c.placed != len(c.current().bets):
			a.found(c.about(), "report %d has placed %d bets of %d", c.id, c.placed, len(c.current().bets))
		case !c.over && !c.outside:
			underway += c.brought
		}
	}
	return underway
}
