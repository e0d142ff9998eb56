package sim

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// act is something that happens on the day: race control's or a bettor's.
type act struct {
	at    time.Time
	kind  actKind
	race  int // of the plan
	index int // of the wager or the non-runner
}

type actKind uint8

// The acts, in the order of those at the same instant.
const (
	openRace actKind = iota
	declareNonRunner
	callOff
	stopRace
	giveResult
	payWinners
	placeChain
	placeWager
)

// What happens after the off.
const (
	resultAfter  = 4 * time.Minute
	paymentAfter = 6 * time.Minute
)

// timeline returns the whole day in order.
func (p *Plan) timeline() []act {
	var acts []act
	for i, c := range p.Chains {
		acts = append(acts, act{at: c.At, kind: placeChain, race: c.Legs[0].Race, index: i})
	}
	for race, rp := range p.Races {
		add := func(at time.Time, kind actKind, index int) {
			acts = append(acts, act{at: at, kind: kind, race: race, index: index})
		}
		add(rp.Opens, openRace, 0)
		for i, s := range rp.Scratched {
			if s.At.Before(rp.closes()) { // no more news of a race called off
				add(s.At, declareNonRunner, i)
			}
		}
		if rp.Race.Fate == CalledOff {
			add(rp.CalledOffAt, callOff, 0)
		} else {
			add(rp.Off, stopRace, 0)
			add(rp.Off.Add(resultAfter), giveResult, 0)
		}
		add(p.paidAt(rp), payWinners, 0)
		for i := range rp.Wagers {
			add(rp.Wagers[i].At, placeWager, i)
		}
	}
	slices.SortFunc(acts, func(a, b act) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.kind, b.kind), cmp.Compare(a.race, b.race), cmp.Compare(a.index, b.index))
	})
	return acts
}

// paidAt is when a race's winners are paid: not before those of the races of the
// meeting ahead of it, whose reports may carry to it.
func (p *Plan) paidAt(rp *RacePlan) time.Time {
	at := rp.closes()
	for _, other := range p.Races {
		if other.Race.ID < rp.Race.ID && other.Race.ID.Meeting() == rp.Race.ID.Meeting() && other.closes().After(at) {
			at = other.closes().Add(time.Millisecond * time.Duration(rp.Race.ID.Number()))
		}
	}
	return at.Add(paymentAfter)
}

const (
	// sliceMost is the longest stretch of the day whose bets are sent
	// together: far less than the delay within which a bet can be cancelled.
	sliceMost = 90 * time.Second
	// sliceBeat is how often bets are sent on a clock that runs, in real time.
	sliceBeat = 100 * time.Millisecond
	// sliceActs bounds a slice's bets.
	sliceActs = 6000
)

// slice returns how long a stretch of the day is sold at once.
func (c *Clock) slice() time.Duration {
	if c.rate == 0 {
		return sliceMost
	}
	beat := time.Duration(float64(sliceBeat) * c.rate)
	return max(time.Second, min(beat, sliceMost))
}

// follow carries the timeline out. Everything sent is answered before the next
// act of race control, and the clock waits for it: what was planned before STOP
// is sold before STOP, however slow the machine.
func (d *day) follow(ctx context.Context) error {
	acts := d.plan.timeline()
	length := d.clock.slice()
	for from := 0; from < len(acts); {
		first := acts[from]
		to := from + 1
		if first.kind == placeWager {
			for to < len(acts) && to-from < sliceActs && acts[to].kind == placeWager && acts[to].at.Sub(first.at) < length {
				to++
			}
		}
		if to < len(acts) {
			d.clock.Hold(acts[to].at)
		}
		if err := d.clock.Wait(ctx, first.at); err != nil {
			return err
		}
		if err := d.carryOut(ctx, acts[from:to]); err != nil {
			return err
		}
		d.progress()
		from = to
	}
	return nil
}

// carryOut does one act of race control or sells one slice of bets.
func (d *day) carryOut(ctx context.Context, acts []act) error {
	race := acts[0].race
	var err error
	switch acts[0].kind {
	case placeWager:
		return d.sell(ctx, acts)
	case placeChain:
		err = d.placeChain(ctx, acts[0].index)
	case openRace:
		err = d.openRace(ctx, race)
	case declareNonRunner:
		err = d.declareNonRunner(ctx, race, acts[0].index)
	case callOff:
		err = d.callOff(ctx, race)
	case stopRace:
		err = d.stopRace(ctx, race)
	case giveResult:
		err = d.giveResult(ctx, race)
	case payWinners:
		err = d.payWinners(ctx, race)
	}
	if err != nil {
		return fmt.Errorf("race %s: %w", d.plan.Races[race].Race.ID, err)
	}
	return nil
}
