package racing

import (
	"fmt"
	"slices"

	"opentote/tote"
)

// finish brings together what both files say of a race and checks it as a
// whole.
func (b *builder) finish(r *Race) error {
	if r.Status == StatusCancelled && len(r.Arrival) > 0 {
		b.notes.add(shortID(r.ID), "a cancelled race has an arrival: left out", 1)
		r.Arrival = nil
	}
	if len(r.Runners) == 0 {
		b.notes.add(shortID(r.ID), "no runners are known: the race cannot be sold", 1)
		return nil
	}
	slices.SortFunc(r.Runners, func(x, y Runner) int { return int(x.Number) - int(y.Number) })
	if err := b.nonRunners(r); err != nil {
		return err
	}
	b.loneStables(r)
	if r.Status != StatusCancelled {
		b.arrivalFromPlaces(r)
	}
	rank := tote.PlacesOf(r.Arrival)
	for i := range r.Runners {
		r.Runners[i].Place = int(rank[r.Runners[i].Number])
	}
	result, ok := r.Result()
	if !ok {
		result = tote.Result{Declared: r.Declared(), NonRunners: r.NonRunners()}
	}
	if err := result.Check(); err != nil && len(r.Runners) < r.Announced {
		return fmt.Errorf("%w (%d runners are given, %d announced)", err, len(r.Runners), r.Announced)
	} else if err != nil {
		return err
	}
	return nil
}

// nonRunners marks the horses the incidents call non-runners. A later scratch
// can stand there before the list of runners has it.
func (b *builder) nonRunners(r *Race) error {
	for _, incident := range r.Incidents {
		for h := range incident.Horses.All {
			runner := r.Runner(h)
			if runner == nil {
				return fmt.Errorf("incident %s names runner %d, not on the official list", quote(string(incident.Kind)), h)
			}
			if incident.Kind == IncidentNonRunner && !runner.NonRunner {
				runner.NonRunner = true
				b.notes.add(shortID(r.ID), "a runner's status is PARTANT, an incident says NON_PARTANT: it is a non-runner", 1)
			}
		}
	}
	return nil
}

// loneStables warns of stable letters that couple nothing.
func (b *builder) loneStables(r *Race) {
	count := map[string]int{}
	for i := range r.Runners {
		count[r.Runners[i].Stable]++
	}
	for i := range r.Runners {
		if name := r.Runners[i].Stable; name != "" && count[name] == 1 {
			b.notes.add(shortID(r.ID), "a stable has one runner only: it couples nothing", 1)
		}
	}
}

// arrivalFromPlaces compares the programme's arrival with the runners' own
// places. In one race of fifty the programme stops after the third or fifth
// place while the runners have them all; bets on four or five horses and the
// count of classified horses need the rest.
func (b *builder) arrivalFromPlaces(r *Race) {
	places, ok := placesArrival(r)
	switch {
	case !ok:
		b.notes.add(shortID(r.ID), "the runners' places are no order of finish: not used", 1)
	case len(places) == 0:
	case startsWith(places, r.Arrival):
		if len(places) > len(r.Arrival) {
			b.notes.add(shortID(r.ID), "the arrival was completed from the runners' places", 1)
			b.completed++
			r.Arrival = append(r.Arrival, places[len(r.Arrival):]...)
		}
	default:
		b.notes.add(shortID(r.ID), "the runners' places disagree with the arrival: the arrival is used", 1)
	}
}

// placesArrival builds an arrival from the runners' places. It reports false
// if they are not those of an arrival: a gap, or a non-runner's place.
func placesArrival(r *Race) ([][]tote.Horse, bool) {
	var byPlace [tote.MaxHorse + 1][]tote.Horse
	placed := 0
	for i := range r.Runners {
		runner := &r.Runners[i]
		if runner.Place == 0 {
			continue
		}
		if runner.NonRunner {
			return nil, false
		}
		byPlace[runner.Place] = append(byPlace[runner.Place], runner.Number)
		placed++
	}
	var arrival [][]tote.Horse
	for next := 1; next <= placed; {
		group := byPlace[next]
		if len(group) == 0 {
			return nil, false
		}
		arrival = append(arrival, group)
		next += len(group)
	}
	return arrival, true
}

// startsWith reports whether the first places of full are those of start, in
// whatever order horses of a dead heat stand.
func startsWith(full, start [][]tote.Horse) bool {
	if len(start) > len(full) {
		return false
	}
	for i := range start {
		if tote.SetOf(start[i]...) != tote.SetOf(full[i]...) {
			return false
		}
	}
	return true
}
