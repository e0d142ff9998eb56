package engine

import (
	"slices"

	"opentote/event"
	"opentote/tote"
)

// carryMax bounds the events that one command carries with, so that they fit into
// the part of a row that is a command's.
const carryMax = 400

// carryAll carries what chains got on a race whose bets have all ended, as far as one
// command may. It returns what was credited.
func (d *decider) carryAll(race *race) (credited tote.Money) {
	for n := 0; n < carryMax && len(race.chains) > 0; {
		events, kept := d.carry(race.chains[0])
		n += events
		credited += kept
	}
	return credited
}

// carry ends the current leg of a chain, and those behind it that are only valued and
// have their dividends already.
func (d *decider) carry(r *report) (events int, credited tote.Money) {
	for {
		step, leg, next := r.step(), r.current(), r.next()
		e := &event.ReportCarried{Report: r.id, Brought: step.brought}
		if step.outside {
			e.Brought = leg.brings(step.part)
		}
		e.Kept = e.Brought
		if next != nil && e.Brought > 0 {
			e.Kept, e.Part = r.order.rules.Carry(e.Brought, leg.carry, next.units())
			e.Outside = e.Part > 0 && next.outside(e.Part)
		}
		outside, part := e.Outside, e.Part
		credited += e.Kept
		d.emit(e)
		events++
		if part > 0 && !outside {
			events += d.placeBets(r)
		}
		if !outside || next.pool.declared == nil {
			return events, credited
		}
	}
}

// placeBets places the bets of a chain's current leg.
func (d *decider) placeBets(r *report) int {
	leg, part := r.current(), r.step().part
	for i := range leg.bets {
		b := &leg.bets[i]
		d.placed = event.BetPlaced{
			Bet: event.BetIn(leg.pool.id, leg.pool.bets.len()), Account: r.order.account,
			Unit: part, Units: b.Units, Pattern: b.Pattern, Report: r.id,
		}
		d.emit(&d.placed)
	}
	return len(leg.bets)
}

// brings values a leg outside its pool, at the dividends declared (III-2-4). A
// winning combination that nobody held in the pool has none: it brings its part.
func (l *reportLeg) brings(part tote.Money) (sum tote.Money) {
	card, _ := l.pool.alone(l.pool.race.result())
	if card == nil || l.pool.declared.Procedure == tote.Refund {
		return part * tote.Money(l.units())
	}
	dividends := dividendsOf(card, l.pool.declared.Lines)
	var t tote.Tally
	for i := range l.bets {
		shape, _ := l.pool.shaped.Shape(l.bets[i].Pattern.Variant)
		for unit := range shape.All(&l.bets[i].Pattern) {
			pattern := tote.UnitPattern(unit...)
			t.Reset(len(dividends))
			card.Count(&pattern, &t)
			sum += unitBrings(&t, dividends, part)
		}
	}
	return sum
}

// unitBrings is what one combination brings.
func unitBrings(t *tote.Tally, dividends []tote.Dividend, part tote.Money) tote.Money {
	if t.Refunded > 0 {
		return part
	}
	won, wins := tote.Money(0), 0
	for line, n := range t.Won {
		wins += n
		won += dividends[line].Pay(part) * tote.Money(n)
	}
	if wins > 0 && won == 0 {
		return part
	}
	return won
}

// pendingReports returns the first race of the meeting on which chains wait whose
// parts may still enter a pool of the race, and false when there is none.
func (d *decider) pendingReports(r *race) (first *race, found bool) {
	if r.detached {
		return nil, false
	}
	for _, earlier := range d.races {
		if earlier.id >= r.id || earlier.id.Day() != r.id.Day() || earlier.id.Meeting() != r.id.Meeting() {
			continue
		}
		if slices.ContainsFunc(earlier.chains, func(c *report) bool { return c.comesTo(r) }) {
			if !found || earlier.id < first.id {
				first, found = earlier, true
			}
		}
	}
	return first, found
}

// comesTo reports whether a later leg of the chain is on the race.
func (r *report) comesTo(on *race) bool {
	for i := len(r.steps); i < len(r.way); i++ {
		if r.leg(i).pool.race == on {
			return true
		}
	}
	return false
}

// DetachReports says that the stewards changed the order of a meeting's races: from
// this race on, in the order of the programme, what chains carry enters no pool. It is
// valued at the dividends declared, at the operator's account (III-2-4). Saying it
// again changes nothing.
type DetachReports struct {
	Race  tote.RaceID
	Staff event.Staff
}

func (c *DetachReports) decide(d *decider) *Rejection {
	if rej := checkStaff(c.Staff); rej != nil {
		return rej
	}
	if d.raceByID[c.Race] == nil {
		return rejectNoRace
	}
	var races []tote.RaceID
	for _, r := range d.races {
		if r.id >= c.Race && r.id.Day() == c.Race.Day() && r.id.Meeting() == c.Race.Meeting() && !r.detached {
			races = append(races, r.id)
		}
	}
	for _, id := range races {
		d.emit(&event.ReportsDetached{Race: id, Staff: c.Staff})
	}
	return nil
}
