package audit

import (
	"slices"

	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// race is what the audit knows of a race.
type race struct {
	id         tote.RaceID
	status     status
	called     bool // off
	declared   tote.HorseSet
	nonRunners tote.HorseSet
	stables    []tote.HorseSet
	pools      []*pool
	arrival    [][]tote.Horse
	enteredBy  event.Staff
	awaited    int  // reports that may still carry to it
	detached   bool // what they carry enters no pool
}

// status is how far a race has come.
type status uint8

const (
	scheduled status = iota
	open
	suspended
	stopped
	provisional
	official // or called off
)

func (s status) String() string {
	return [...]string{"not open", "open", "suspended", "stopped", "stopped, with a provisional result", "official"}[s]
}

func (r *race) about() Finding { return Finding{Race: r.id} }

func (r *race) field() tote.Field { return tote.Field{Declared: r.declared, NonRunners: r.nonRunners} }

func (r *race) result() tote.Result {
	res := tote.Result{Declared: r.declared, NonRunners: r.nonRunners, Stables: r.stables, Arrival: r.arrival}
	if r.called {
		res.Status = tote.Cancelled
	}
	return res
}

// foldRace folds the events of a race's life.
func (a *auditor) foldRace(ev event.Event) {
	switch e := ev.(type) {
	case *event.RaceDeclared:
		a.raceDeclared(e)
	case *event.RaceOpened:
		a.advance(e.Race, open, scheduled, suspended)
	case *event.RaceSuspended:
		a.advance(e.Race, suspended, open)
	case *event.RaceStopped:
		a.advance(e.Race, stopped, scheduled, open, suspended)
	case *event.RaceCancelled:
		if r := a.advance(e.Race, official, scheduled, open, suspended, stopped, provisional); r != nil {
			r.called, r.arrival = true, nil
		}
	case *event.NonRunnerDeclared:
		a.nonRunnerDeclared(e)
	case *event.ResultEntered:
		if r := a.advance(e.Race, provisional, stopped, provisional); r != nil {
			r.arrival, r.enteredBy = arrivalOf(e.Arrival), e.Staff
			if err := r.result().Check(); err != nil {
				a.found(r.about(), "the result cannot be: %v", err)
			}
		}
	case *event.ResultConfirmed:
		a.resultConfirmed(e)
	default:
		a.found(Finding{}, "the audit does not know the event %T", ev)
	}
}

// race finds a race that events before have declared, nil with a finding
// otherwise.
func (a *auditor) race(id tote.RaceID) *race {
	r := a.races[id]
	if r == nil {
		a.found(Finding{Race: id}, "the race was never declared")
	}
	return r
}

// advance moves a race on from one of the statuses it may have now.
func (a *auditor) advance(id tote.RaceID, to status, from ...status) *race {
	r := a.race(id)
	if r == nil {
		return nil
	}
	if !slices.Contains(from, r.status) {
		a.found(r.about(), "the race becomes %v while it is %v", to, r.status)
	}
	r.status = to
	return r
}

func (a *auditor) raceDeclared(e *event.RaceDeclared) {
	if a.races[e.Race] != nil {
		a.found(Finding{Race: e.Race}, "the race was declared before")
		return
	}
	r := &race{id: e.Race, declared: e.Declared, stables: slices.Clone(e.Stables)}
	a.races[e.Race] = r
	a.report.Totals.Races++
	for _, d := range e.Pools {
		a.report.Totals.Pools++
		p := &pool{id: event.PoolID(len(a.pools) + 1), race: r, terms: d, due: map[uint32]tote.Money{}}
		p.terms.Flexi, p.terms.Jackpot = slices.Clone(d.Flexi), slices.Clone(d.Jackpot)
		if d.Pool != p.id {
			a.found(p.about(), "pool %d is declared where %d was next", d.Pool, p.id)
		}
		a.pools = append(a.pools, p)
		r.pools = append(r.pools, p)
		book, ok := rulebook.ByID(rulebook.ID(d.Rulebook))
		if ok {
			p.delay = event.Millis(book.CancelDelay)
			p.bet, ok = book.Bet(d.Bet)
		}
		if !ok {
			a.found(p.about(), "rulebook %q has no bet %q", d.Rulebook, d.Bet)
			p.bet = nil
			continue
		}
		if book.Network != d.Bet.Network() || book.From > e.Race.Day() {
			a.found(p.about(), "rulebook %q is not in force for %s on %v", d.Rulebook, d.Bet, e.Race.Day())
		}
		a.offerJackpot(p, book)
	}
	r.link()
}

func (a *auditor) nonRunnerDeclared(e *event.NonRunnerDeclared) {
	r := a.race(e.Race)
	if r == nil {
		return
	}
	if r.status == official {
		a.found(r.about(), "horse %d becomes a non-runner after the result is official", e.Horse)
	}
	if !r.declared.Has(e.Horse) {
		a.found(r.about(), "horse %d becomes a non-runner but was never declared", e.Horse)
		return
	}
	r.nonRunners = r.nonRunners.With(e.Horse)
}

func (a *auditor) resultConfirmed(e *event.ResultConfirmed) {
	r := a.race(e.Race)
	if r == nil {
		return
	}
	arrival := arrivalOf(e.Arrival)
	if r.status == provisional {
		if e.Staff == r.enteredBy {
			a.found(r.about(), "the result was confirmed by %q, who had entered it", e.Staff)
		}
		if !slices.EqualFunc(arrival, r.arrival, slices.Equal) {
			a.found(r.about(), "the result confirmed is not the one entered")
		}
	}
	a.advance(e.Race, official, provisional)
	r.arrival = arrival
	if err := r.result().Check(); err != nil {
		a.found(r.about(), "the result cannot be: %v", err)
	}
}

// arrivalOf copies an arrival out of its event.
func arrivalOf(places []event.Place) [][]tote.Horse {
	out := make([][]tote.Horse, len(places))
	for i, p := range places {
		out[i] = slices.Clone(p.Horses)
	}
	return out
}
