package engine

import (
	"slices"
	"unicode/utf8"

	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// DeclareRace puts a race on the programme with the pools it will have. Saying
// the same again changes nothing.
type DeclareRace struct {
	Race     tote.RaceID
	Start    event.Millis // scheduled
	Deadline event.Millis // when the race closes if nobody stops it
	Declared tote.HorseSet
	Stables  []tote.HorseSet
	Offers   []Offer
	Staff    event.Staff

	Pools int // answer
}

// Offer is a bet the race has, on the operator's terms. The race's day and the
// bet's network choose the rulebook.
type Offer struct {
	Bet        tote.BetCode
	BaseStake  tote.Money // smallest stake of a combination
	MaxStake   tote.Money // largest cost of a bet, 0 = none
	Flexi      []uint8    // percentages of BaseStake allowed on formulas
	Complement bool
	Spot       bool // the system draws horses on request (II-11)
	Report     bool // the bet may be a leg of a report (III-2)
	// Jackpot is the table of multipliers in force, from 1; 0 does not offer the
	// service (II-11 ter).
	Jackpot int
}

// Bounds of a declaration, which has to fit into a row of the journal.
const (
	offersMax  = 64
	flexiMax   = 100
	stablesMax = int(tote.MaxHorse)
)

// staffMax bounds a pseudonym, in bytes.
const staffMax = 128

// checkStaff refuses pseudonyms that would not fit into a row, or into a
// protobuf string.
func checkStaff(s event.Staff) *Rejection {
	if len(s) > staffMax || !utf8.ValidString(string(s)) {
		return reject(BadStaff)
	}
	return nil
}

func (c *DeclareRace) decide(d *decider) *Rejection {
	if !c.Race.Valid() || !c.Declared.Valid() || c.Declared == 0 || c.Start <= 0 || c.Deadline < c.Start {
		return reject(BadProgramme)
	}
	if rej := checkStaff(c.Staff); rej != nil {
		return rej
	}
	if len(c.Stables) > stablesMax {
		return rejectf(BadProgramme, "too many stables")
	}
	for _, s := range c.Stables {
		if s&^c.Declared != 0 {
			return rejectf(BadProgramme, "stable names a horse that is not declared")
		}
	}
	pools, rej := c.pools(event.PoolID(len(d.pools)))
	if rej != nil {
		return rej
	}
	c.Pools = len(pools)
	e := &event.RaceDeclared{
		Race: c.Race, Start: c.Start, Deadline: c.Deadline, Declared: c.Declared,
		Stables: c.Stables, Pools: pools, Staff: c.Staff,
	}
	if r := d.raceByID[c.Race]; r != nil {
		if !r.sameAs(e) {
			return reject(AlreadyDeclared)
		}
		return nil
	}
	d.emit(e)
	return nil
}

// pools turns the offers into pools numbered after last.
func (c *DeclareRace) pools(last event.PoolID) ([]event.PoolDeclared, *Rejection) {
	if len(c.Offers) > offersMax {
		return nil, rejectf(BadProgramme, "too many bets offered")
	}
	var pools []event.PoolDeclared
	for i, o := range c.Offers {
		book, ok := rulebook.For(o.Bet.Network(), c.Race.Day())
		if !ok {
			return nil, rejectf(BadProgramme, "no rulebook for "+string(o.Bet)+" on that day")
		}
		if _, ok := book.Bet(o.Bet); !ok {
			return nil, rejectf(BadProgramme, "bet "+string(o.Bet)+" is unknown to rulebook "+string(book.ID))
		}
		if slices.ContainsFunc(c.Offers[:i], func(p Offer) bool { return p.Bet == o.Bet }) {
			return nil, rejectf(BadProgramme, "bet "+string(o.Bet)+" is offered twice")
		}
		if o.BaseStake <= 0 || o.BaseStake > tote.MaxStake || o.MaxStake < 0 {
			return nil, rejectf(BadProgramme, "stakes of "+string(o.Bet))
		}
		if len(o.Flexi) > flexiMax || slices.ContainsFunc(o.Flexi, func(p uint8) bool { return p == 0 || p > 100 }) {
			return nil, rejectf(BadProgramme, "flexi of "+string(o.Bet))
		}
		table, rej := o.table(book)
		if rej != nil {
			return nil, rej
		}
		if o.Report && !book.Chains(o.Bet) {
			return nil, rejectf(BadProgramme, "no report on "+string(o.Bet))
		}
		last++
		pools = append(pools, event.PoolDeclared{
			Pool: last, Bet: o.Bet, Rulebook: string(book.ID), BaseStake: o.BaseStake,
			MaxStake: o.MaxStake, Flexi: o.Flexi, Complement: o.Complement, Spot: o.Spot, Jackpot: table, Report: o.Report,
		})
	}
	return pools, nil
}

// table returns the multipliers that the offer announces, none without the service.
func (o *Offer) table(book *rulebook.Book) ([]tote.Slot, *Rejection) {
	if o.Jackpot == 0 {
		return nil, nil
	}
	terms, ok := book.Jackpot(o.Bet)
	if !ok || o.Jackpot < 0 || o.Jackpot > len(terms.Tables) {
		return nil, rejectf(BadProgramme, "no such Jackpot on "+string(o.Bet))
	}
	return terms.Tables[o.Jackpot-1], nil
}

// sameAs reports whether a declaration says what is already known of the race.
func (r *race) sameAs(e *event.RaceDeclared) bool {
	return r.start == e.Start && r.deadline == e.Deadline && r.declared == e.Declared &&
		slices.Equal(r.stables, e.Stables) &&
		slices.EqualFunc(r.pools, e.Pools, func(p *pool, d event.PoolDeclared) bool {
			t := p.terms
			return t.Bet == d.Bet && t.Rulebook == d.Rulebook && t.BaseStake == d.BaseStake &&
				t.MaxStake == d.MaxStake && slices.Equal(t.Flexi, d.Flexi) && t.Complement == d.Complement && t.Spot == d.Spot && t.Report == d.Report &&
				slices.Equal(t.Jackpot, d.Jackpot)
		})
}

// find returns a race that is at one of the given stages.
func (d *decider) find(id tote.RaceID, at ...Status) (*race, *Rejection) {
	r := d.raceByID[id]
	if r == nil {
		return nil, rejectNoRace
	}
	if !slices.Contains(at, r.status) {
		return nil, reject(WrongStatus)
	}
	return r, nil
}

// OpenRace begins to take bets, or resumes after a suspension.
type OpenRace struct {
	Race  tote.RaceID
	Staff event.Staff
}

func (c *OpenRace) decide(d *decider) *Rejection {
	if rej := checkStaff(c.Staff); rej != nil {
		return rej
	}
	r, rej := d.find(c.Race, Scheduled, Suspended, Open)
	if rej != nil || r.status == Open {
		return rej
	}
	if d.now >= r.deadline {
		return rejectStopped
	}
	d.emit(&event.RaceOpened{Race: c.Race, Staff: c.Staff})
	return nil
}

// SuspendRace stops taking bets for the moment.
type SuspendRace struct {
	Race  tote.RaceID
	Staff event.Staff
}

func (c *SuspendRace) decide(d *decider) *Rejection {
	if rej := checkStaff(c.Staff); rej != nil {
		return rej
	}
	r, rej := d.find(c.Race, Open, Suspended)
	if rej != nil || r.status == Suspended {
		return rej
	}
	d.emit(&event.RaceSuspended{Race: c.Race, Staff: c.Staff})
	return nil
}

// StopRace closes betting for good. Stopping again changes nothing.
type StopRace struct {
	Race  tote.RaceID
	Staff event.Staff

	StoppedAt event.Millis // answer
}

func (c *StopRace) decide(d *decider) *Rejection {
	r := d.raceByID[c.Race]
	if r == nil {
		return rejectNoRace
	}
	if r.status < Stopped {
		staff := c.Staff
		if checkStaff(staff) != nil {
			staff = "" // STOP is never refused for the name of who asks
		}
		d.emit(&event.RaceStopped{Race: c.Race, Source: event.StopBySteward, Staff: staff})
	}
	c.StoppedAt = r.stoppedAt
	return nil
}

// stopOverdue stops every race whose deadline has passed.
func (d *decider) stopOverdue() {
	for d.closed < len(d.races) && d.races[d.closed].status >= Stopped {
		d.closed++
	}
	for _, r := range d.races[d.closed:] {
		if (r.status == Open || r.status == Suspended) && d.now >= r.deadline {
			d.emit(&event.RaceStopped{Race: r.id, Source: event.StopByDeadline})
		}
	}
}

// DeclareNonRunner declares that a horse of the official list will not run.
// Saying it again changes nothing.
type DeclareNonRunner struct {
	Race  tote.RaceID
	Horse tote.Horse
	Staff event.Staff
}

func (c *DeclareNonRunner) decide(d *decider) *Rejection {
	if rej := checkStaff(c.Staff); rej != nil {
		return rej
	}
	r, rej := d.find(c.Race, Scheduled, Open, Suspended, Stopped, Provisional)
	if rej != nil {
		return rej
	}
	if !c.Horse.Valid() || !r.declared.Has(c.Horse) {
		return &Rejection{Code: BadHorse, Horse: c.Horse}
	}
	for _, place := range r.arrival {
		if slices.Contains(place, c.Horse) {
			return &Rejection{Code: HorseArrived, Horse: c.Horse}
		}
	}
	if r.nonRunners.Has(c.Horse) {
		return nil
	}
	d.emit(&event.NonRunnerDeclared{Race: c.Race, Horse: c.Horse, Staff: c.Staff})
	return nil
}

// PurgeLate refunds bets of a stopped race that were accepted at its true start
// or later. One command purges at most purgeMax bets: repeat while More.
type PurgeLate struct {
	Race    tote.RaceID
	Started event.Millis
	Staff   event.Staff

	Bets     int        // answer
	Refunded tote.Money // answer
	More     bool       // answer
}

const purgeMax = 4096

func (c *PurgeLate) decide(d *decider) *Rejection {
	c.Bets, c.Refunded, c.More = 0, 0, false
	if rej := checkStaff(c.Staff); rej != nil {
		return rej
	}
	if c.Started <= 0 {
		return reject(BadTime) // a forgotten time would purge every bet
	}
	r, rej := d.find(c.Race, Stopped, Provisional, Official)
	if rej != nil {
		return rej
	}
	e := &event.LatePurged{Race: c.Race, Started: c.Started, Staff: c.Staff}
	for _, p := range r.pools {
		// Bets stand in order of acceptance: only a pool's tail can be late.
		for i := p.bets.len(); i > 0; i-- {
			b := p.bets.at(i - 1)
			if b.at < c.Started {
				break
			}
			if b.state != Live || d.carried(p, i-1) {
				continue
			}
			if len(e.Bets) == purgeMax {
				c.More = true
				break
			}
			e.Bets = append(e.Bets, event.LateBet{Bet: event.BetIn(p.id, i-1)})
			c.Refunded += b.cost()
			if x := p.extra(i - 1); x != nil {
				c.Refunded += x.service * tote.Money(b.units)
			}
		}
	}
	if c.Bets = len(e.Bets); c.Bets > 0 {
		d.emit(e)
	}
	return nil
}

// EnterResult records a provisional arrival. It may be corrected until it is
// confirmed. The same person saying the same again changes nothing.
type EnterResult struct {
	Race    tote.RaceID
	Arrival [][]tote.Horse
	Staff   event.Staff
}

func (c *EnterResult) decide(d *decider) *Rejection {
	if rej := checkStaff(c.Staff); rej != nil {
		return rej
	}
	r, rej := d.find(c.Race, Stopped, Provisional)
	if rej != nil {
		return rej
	}
	if c.Staff == "" {
		return reject(FourEyes)
	}
	res := r.result()
	res.Arrival = c.Arrival
	if err := res.Check(); err != nil {
		return rejectArrival(err)
	}
	if r.status == Provisional && c.Staff == r.enteredBy && slices.EqualFunc(c.Arrival, r.arrival, samePlace) {
		return nil
	}
	d.emit(&event.ResultEntered{Race: c.Race, Arrival: eventPlaces(c.Arrival), Staff: c.Staff})
	return nil
}

// ConfirmResult makes the arrival official. Another person than the one who
// entered it must enter the same again. Confirming what is official changes
// nothing.
type ConfirmResult struct {
	Race    tote.RaceID
	Arrival [][]tote.Horse
	Staff   event.Staff
}

func (c *ConfirmResult) decide(d *decider) *Rejection {
	if rej := checkStaff(c.Staff); rej != nil {
		return rej
	}
	r, rej := d.find(c.Race, Provisional, Official, Payable, Settled)
	if rej != nil {
		return rej
	}
	if r.cancelled {
		return reject(WrongStatus)
	}
	if c.Staff == "" || c.Staff == r.enteredBy {
		return reject(FourEyes)
	}
	if !slices.EqualFunc(c.Arrival, r.arrival, samePlace) {
		return reject(ResultDiffers)
	}
	if r.status != Provisional {
		return nil
	}
	d.emit(&event.ResultConfirmed{Race: c.Race, Arrival: eventPlaces(r.arrival), Staff: c.Staff})
	return nil
}

// samePlace compares two places; the order inside a dead heat says nothing.
func samePlace(a, b []tote.Horse) bool {
	return len(a) == len(b) && tote.SetOf(a...) == tote.SetOf(b...)
}

func eventPlaces(arrival [][]tote.Horse) []event.Place {
	out := make([]event.Place, len(arrival))
	for i, horses := range arrival {
		out[i] = event.Place{Horses: horses}
	}
	return out
}

// CancelRace calls a race off: its bets are refunded at settlement.
type CancelRace struct {
	Race  tote.RaceID
	Staff event.Staff
}

func (c *CancelRace) decide(d *decider) *Rejection {
	if rej := checkStaff(c.Staff); rej != nil {
		return rej
	}
	r := d.raceByID[c.Race]
	if r == nil {
		return rejectNoRace
	}
	if r.cancelled {
		return nil
	}
	if r.status >= Official {
		return reject(WrongStatus)
	}
	d.emit(&event.RaceCancelled{Race: c.Race, Staff: c.Staff})
	return nil
}
