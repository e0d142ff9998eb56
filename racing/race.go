package racing

import (
	"slices"
	"strings"
	"time"

	"opentote/tote"
)

// Race ("course") is one race with its runners, the bets offered on it and,
// once run, its arrival.
type Race struct {
	ID        tote.RaceID
	Number    int // 1 to 99 in its meeting: the C of R1C6
	Name      string
	ShortName string
	// Start is the announced start, on the meeting's clock. It can fall after
	// midnight of the programme's day.
	Start          time.Time
	DistanceMetres int
	Discipline     Discipline
	Speciality     Speciality
	Category       string // code of the race's kind, HANDICAP or GROUPE_I
	AgeCondition   string // code, TROIS_ANS_ET_PLUS
	SexCondition   string // code, FEMELLES
	Course         string // the route, in the racecourse's words
	Rail           string // code of the turn, CORDE_GAUCHE
	Surface        string // code, HERBE
	Going          string // state of the ground, in words
	Conditions     string // entry conditions, in words
	PrizeEuros     int64  // all prizes together
	PursesEuros    [5]int64
	Status         Status
	// OnlineOnly is the file's word for a race kept to the internet. Such a
	// race may have offers on an international pool: the offers decide.
	OnlineOnly bool
	// Announced is how many runners the programme announces, later
	// non-runners included.
	Announced int
	Runners   []Runner // in increasing order of Number; empty: unknown, sell nothing
	Offers    []Offer  // in the file's order
	Incidents []Incident
	// Arrival is the order of finish: one element a place, several horses in
	// it = dead heat. Horses that ran unclassified are absent. Empty until
	// known, and always when the race is cancelled.
	Arrival [][]tote.Horse
	// ArrivalOfficial says that the stewards confirmed the arrival. Until then
	// it may change and nothing may be paid on it.
	ArrivalOfficial bool
	Inquiry         string // code of a stewards' inquiry, ENQUETE
	InquiryOutcome  string // its outcome, in words
	DurationMillis  int64  // the winner's time, 0 when unknown
}

// Incident is what happened to some runners.
type Incident struct {
	Kind   IncidentKind
	Horses tote.HorseSet
}

// Stable ("écurie") is a set of two or more runners of one race coupled for
// its bets.
type Stable struct {
	Name   string // a letter
	Horses tote.HorseSet
}

// Declared returns the official list, later non-runners included.
func (r *Race) Declared() tote.HorseSet {
	var s tote.HorseSet
	for i := range r.Runners {
		s = s.With(r.Runners[i].Number)
	}
	return s
}

// NonRunners returns the declared horses that do not take part.
func (r *Race) NonRunners() tote.HorseSet {
	var s tote.HorseSet
	for i := range r.Runners {
		if r.Runners[i].NonRunner {
			s = s.With(r.Runners[i].Number)
		}
	}
	return s
}

// Field returns the runners as a bet must know them.
func (r *Race) Field() tote.Field {
	return tote.Field{Declared: r.Declared(), NonRunners: r.NonRunners()}
}

// Stables returns the coupled runners by stable name. A letter that one runner
// bears alone couples nothing and is left out.
func (r *Race) Stables() []Stable {
	var stables []Stable
	for i := range r.Runners {
		name := r.Runners[i].Stable
		if name == "" {
			continue
		}
		at := slices.IndexFunc(stables, func(s Stable) bool { return s.Name == name })
		if at < 0 {
			at, stables = len(stables), append(stables, Stable{Name: name})
		}
		stables[at].Horses = stables[at].Horses.With(r.Runners[i].Number)
	}
	stables = slices.DeleteFunc(stables, func(s Stable) bool { return s.Horses.Len() < 2 })
	slices.SortFunc(stables, func(a, b Stable) int { return strings.Compare(a.Name, b.Name) })
	return stables
}

// Runner returns the runner with the number, or nil.
func (r *Race) Runner(h tote.Horse) *Runner {
	for i := range r.Runners {
		if r.Runners[i].Number == h {
			return &r.Runners[i]
		}
	}
	return nil
}

// DeadHeat reports whether two horses share a place.
func (r *Race) DeadHeat() bool {
	return slices.ContainsFunc(r.Arrival, func(place []tote.Horse) bool { return len(place) > 1 })
}

// Offer returns the race's offer of a bet, or nil.
func (r *Race) Offer(code tote.BetCode) *Offer {
	for i := range r.Offers {
		if r.Offers[i].Code == code {
			return &r.Offers[i]
		}
	}
	return nil
}

// Sellable reports whether bets can be sold on the race at all: its runners
// are known, it is not cancelled, and nothing says that it has been run.
func (r *Race) Sellable() bool {
	return len(r.Runners) > 0 && len(r.Arrival) == 0 && r.Status.BeforeStart()
}

// Result returns what the race's bets are settled on, and whether the race was
// cancelled or its arrival is known. An arrival that is not yet ArrivalOfficial
// is returned too: it serves displays, not payments. The result shares no
// memory with the race and passes tote's Result.Check.
func (r *Race) Result() (tote.Result, bool) {
	if len(r.Runners) == 0 {
		return tote.Result{}, false
	}
	result := tote.Result{Declared: r.Declared(), NonRunners: r.NonRunners()}
	for _, s := range r.Stables() {
		result.Stables = append(result.Stables, s.Horses)
	}
	if r.Status == StatusCancelled {
		result.Status = tote.Cancelled
		return result, true
	}
	if len(r.Arrival) == 0 {
		return tote.Result{}, false
	}
	result.Arrival = cloneArrival(r.Arrival)
	return result, true
}

func cloneArrival(arrival [][]tote.Horse) [][]tote.Horse {
	if arrival == nil {
		return nil
	}
	clone := make([][]tote.Horse, len(arrival))
	for i, place := range arrival {
		clone[i] = slices.Clone(place)
	}
	return clone
}
