package tote

import "fmt"

// Check returns why r cannot be the official result of a race, in one sentence,
// or nil: an *ArrivalError where the arrival is to blame. Every Card relies on
// a checked result.
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
	var coupled HorseSet
	for _, stable := range r.Stables {
		for h := range (coupled & stable).All {
			return fmt.Errorf("horse %d is in two stables", h)
		}
		coupled |= stable
		for h := range stable.Without(r.Declared).All {
			return fmt.Errorf("stable names horse %d, not on the official list", h)
		}
	}
	if r.Status > RerunOtherDay {
		return fmt.Errorf("race status %d is unknown", r.Status)
	}
	return r.checkArrival()
}

// ArrivalCode says what is wrong with an arrival.
type ArrivalCode string

// The reasons to refuse an arrival.
const (
	ArrivalEmptyPlace  ArrivalCode = "ARRIVAL_EMPTY_PLACE"
	ArrivalBadHorse    ArrivalCode = "ARRIVAL_BAD_HORSE" // number outside 1..MaxHorse
	ArrivalNotDeclared ArrivalCode = "ARRIVAL_NOT_DECLARED"
	ArrivalNonRunner   ArrivalCode = "ARRIVAL_NON_RUNNER"
	ArrivalRepeated    ArrivalCode = "ARRIVAL_REPEATED"
)

// ArrivalError says why an arrival cannot be, and at which place, counted from
// 1, and horse.
type ArrivalError struct {
	Code  ArrivalCode
	Place int
	Horse Horse
}

func (e *ArrivalError) Error() string {
	switch e.Code {
	case ArrivalEmptyPlace:
		return fmt.Sprintf("place number %d of the arrival holds no horse", e.Place)
	case ArrivalBadHorse:
		return fmt.Sprintf("arrival names horse %d, out of range 1 to %d", e.Horse, MaxHorse)
	case ArrivalNotDeclared:
		return fmt.Sprintf("arrival names horse %d, not on the official list", e.Horse)
	case ArrivalNonRunner:
		return fmt.Sprintf("arrival names horse %d, a non-runner", e.Horse)
	default:
		return fmt.Sprintf("arrival names horse %d twice", e.Horse)
	}
}

func (r Result) checkArrival() error {
	var seen HorseSet
	for i, group := range r.Arrival {
		if len(group) == 0 {
			return &ArrivalError{Code: ArrivalEmptyPlace, Place: i + 1}
		}
		for _, h := range group {
			if code := r.arrivalFault(h, seen); code != "" {
				return &ArrivalError{Code: code, Place: i + 1, Horse: h}
			}
			seen = seen.With(h)
		}
	}
	return nil
}

func (r Result) arrivalFault(h Horse, seen HorseSet) ArrivalCode {
	switch {
	case !h.Valid():
		return ArrivalBadHorse
	case !r.Declared.Has(h):
		return ArrivalNotDeclared
	case r.NonRunners.Has(h):
		return ArrivalNonRunner
	case seen.Has(h):
		return ArrivalRepeated
	}
	return ""
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
