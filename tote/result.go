package tote

import "fmt"

// Check returns why r cannot be the official result of a race, in one sentence,
// or nil. Every Card relies on a checked result.
func (r Result) Check() error {
	if r.Declared == 0 {
		return fmt.Errorf("no horse is declared")
	}
	if !r.Declared.Valid() {
		return fmt.Errorf("declared horse out of range 1 to %d", MaxHorse)
	}
	for h := range r.NonRunners.Without(r.Declared).All {
		return fmt.Errorf("non-runner %d is not on the official list", h)
	}
	for _, stable := range r.Stables {
		for h := range stable.Without(r.Declared).All {
			return fmt.Errorf("stable names horse %d, not on the official list", h)
		}
	}
	if r.Status > RerunOtherDay {
		return fmt.Errorf("race status %d is unknown", r.Status)
	}
	return r.checkArrival()
}

func (r Result) checkArrival() error {
	var seen HorseSet
	for i, group := range r.Arrival {
		if len(group) == 0 {
			return fmt.Errorf("place number %d of the arrival holds no horse", i+1)
		}
		for _, h := range group {
			switch {
			case !h.Valid():
				return fmt.Errorf("arrival names horse %d, out of range 1 to %d", h, MaxHorse)
			case !r.Declared.Has(h):
				return fmt.Errorf("arrival names horse %d, not on the official list", h)
			case r.NonRunners.Has(h):
				return fmt.Errorf("arrival names horse %d, a non-runner", h)
			case seen.Has(h):
				return fmt.Errorf("arrival names horse %d twice", h)
			}
			seen = seen.With(h)
		}
	}
	return nil
}

// Classified returns how many horses the arrival names.
func (r Result) Classified() int {
	n := 0
	for _, group := range r.Arrival {
		n += len(group)
	}
	return n
}

// Refunded reports whether the race's status alone refunds its bets: called
// off, or run another day (II-4).
func (r Result) Refunded() bool { return r.Status == Cancelled || r.Status == RerunOtherDay }
