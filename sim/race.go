package sim

import (
	"cmp"
	"slices"
	"time"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// Race is what the population is told of a race, and what will happen in it.
type Race struct {
	ID       tote.RaceID
	Name     string
	Meeting  string
	Start    time.Time
	Prize    tote.Money
	Declared tote.HorseSet
	// Odds are reference odds by horse, 0 where the file has none.
	Odds [tote.MaxHorse + 1]float64
	// Sold says that the server sells any bet on the race; Offers are those the
	// public knows how to play, sorted by code.
	Sold   bool
	Offers []Offer

	NonRunners []tote.Horse // in increasing order
	Stables    []tote.HorseSet
	Arrival    [][]tote.Horse
	Fate       Fate
	report     *rulebook.ReportPlus // the rules of reports, nil where none is sold
	// Provisional says that the file's arrival was not yet official. It is what
	// there is, and it is taken.
	Provisional bool
}

// result returns what the race's bets end on.
func (r *Race) result() tote.Result {
	res := tote.Result{
		Declared: r.Declared, NonRunners: tote.SetOf(r.NonRunners...), Stables: r.Stables, Arrival: r.Arrival,
	}
	if r.Fate != RunsToResult {
		res.Arrival, res.Status = nil, tote.Cancelled
	}
	return res
}

// Fate is how a race ends.
type Fate uint8

// The fates.
const (
	// RunsToResult: the file holds an arrival.
	RunsToResult Fate = iota
	// CalledOff: the file says the race was cancelled.
	CalledOff
	// WithoutArrival: the file ends before the race did. A result is never
	// invented: the race is called off and its bets refunded.
	WithoutArrival
)

// Offer is a bet on sale.
type Offer struct {
	Code       tote.BetCode
	Base       tote.Money // smallest stake of a combination
	Flexi      []uint8    // percentages of Base allowed on formulas
	Complement bool
	Spot       bool                   // the system draws horses
	Report     bool                   // may be a leg of a report
	Jackpot    *rulebook.JackpotTerms // nil where the service is not sold
	Slots      []tote.Slot            // its multipliers, as announced
	// Type prices a pattern. The server has its own: receipts are compared with
	// this one.
	Type tote.Bet

	family family
}

// sortRaces puts races in the order of their start.
func sortRaces(races []*Race) {
	slices.SortFunc(races, func(a, b *Race) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID))
	})
}

// sold returns the indexes of the race's offers on a network.
func (r *Race) sold(n tote.Network) []int {
	var found []int
	for i := range r.Offers {
		if r.Offers[i].Code.Network().Takes(n) {
			found = append(found, i)
		}
	}
	return found
}
