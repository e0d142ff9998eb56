package rulebook

import (
	"fmt"
	"iter"
	"slices"

	"opentote/tote"
)

// ReportPlus is the rules of e-Report+ (III-2): bets on several races of a
// meeting, each staked with what the one before brought. It has no pool of its own.
// The part carried to a leg is an ordinary stake in the pool of the leg's bet
// (AMB-3); so a race's pool closes after the parts that earlier races carry to it
// are known:
//
//	Cost             validates, and prices the first leg
//	LegEnd.Brings    what a leg's unit bets bring, from the settled pool
//	Carry            what of it is paid at once, and the stake of the next leg
type ReportPlus struct{ terms ReportTerms }

// ReportTerms are the dated figures of a report.
type ReportTerms struct {
	Bets     []tote.BetCode // what its legs may be, sorted
	MinStake tote.Money     // of a unit bet, on the first leg and on each next one
	MaxStake tote.Money     // of a unit bet; what passes it is paid at once
	LegsMin  int
}

// ReportPlus returns the book's rules for reports.
func (b *Book) ReportPlus() (*ReportPlus, bool) {
	if b.report == nil {
		return nil, false
	}
	return &ReportPlus{*b.report}, true
}

// Chains reports whether a bet may be a leg of the book's reports.
func (b *Book) Chains(bet tote.BetCode) bool {
	return b.report != nil && slices.Contains(b.report.Bets, bet)
}

// Terms returns the dated figures.
func (rp *ReportPlus) Terms() ReportTerms { return rp.terms }

// Quarters is which part of what a leg brings is carried to the next, 1 to 4.
type Quarters uint8

// quartersAll carries everything.
const quartersAll Quarters = 4

// Report is a chain of legs, in the order of the races.
type Report struct {
	Legs  []ReportLeg
	Stake tote.Money // of each unit bet of the first leg
}

// ReportLeg is the bets of one race: patterns of unit and combined formulas, which
// carry equal parts.
type ReportLeg struct {
	Race     tote.RaceID
	Bet      tote.BetType
	Patterns []tote.Pattern
	Carry    Quarters // ignored on the last leg
}

// ReportCode says what is wrong with a report.
type ReportCode string

// The reasons to refuse a report.
const (
	ReportTooShort   ReportCode = "REPORT_TOO_FEW_LEGS"
	ReportMeeting    ReportCode = "REPORT_OTHER_MEETING"
	ReportOrder      ReportCode = "REPORT_NOT_IN_ORDER"
	ReportBet        ReportCode = "REPORT_BET"      // not one that a leg may be
	ReportFormula    ReportCode = "REPORT_FORMULA"  // field formulas are not chained
	ReportComplement ReportCode = "BAD_COMPLEMENT"  // nor complement horses
	ReportQuarters   ReportCode = "REPORT_QUARTERS" // not 1 to 4
	ReportStake      ReportCode = "REPORT_STAKE"    // below the minimum or above the maximum
	ReportMix        ReportCode = "REPORT_MIX"      // not 2 to n-1 of at least 3 races
)

// ReportError says why a report is not a bet, and at which leg, counted from 1,
// where one is to blame.
type ReportError struct {
	Code ReportCode
	Leg  int
}

func (e *ReportError) Error() string {
	text := map[ReportCode]string{
		ReportTooShort:   "a report has at least two legs, each with a bet",
		ReportMeeting:    "the races of a report are of one meeting",
		ReportOrder:      "the races of a report come in their order",
		ReportBet:        "this bet cannot be a leg of a report",
		ReportFormula:    "legs are unit or combined bets",
		ReportComplement: "a report has no complement horse",
		ReportQuarters:   "one to four quarters are carried",
		ReportStake:      "stake outside the limits of a report",
		ReportMix:        "a mix takes from two races to all but one of three or more",
	}[e.Code]
	if e.Leg != 0 {
		return fmt.Sprintf("leg %d: %s", e.Leg, text)
	}
	return text
}

// Cost validates the report against the fields of its races, one a leg, and
// returns the price: the stake on each unit bet of the first leg. The error is a
// *ReportError or, from a leg's bet, a *tote.PatternError.
func (rp *ReportPlus) Cost(r *Report, fields []tote.Field) (tote.Money, error) {
	if len(r.Legs) < rp.terms.LegsMin || len(fields) != len(r.Legs) {
		return 0, &ReportError{Code: ReportTooShort}
	}
	if r.Stake < rp.terms.MinStake || r.Stake > rp.terms.MaxStake {
		return 0, &ReportError{Code: ReportStake}
	}
	for i := range r.Legs {
		if code := rp.refusal(r, i); code != "" {
			return 0, &ReportError{Code: code, Leg: i + 1}
		}
	}
	first := 0
	for i := range r.Legs {
		units, err := r.Legs[i].Units(fields[i])
		if err != nil {
			return 0, err
		}
		if i == 0 {
			first = units
		}
	}
	cost, ok := r.Stake.Times(first)
	if !ok {
		return 0, &ReportError{Code: ReportStake}
	}
	return cost, nil
}

// refusal says what is wrong with a leg as such (III-2-1 to III-2-3-1).
func (rp *ReportPlus) refusal(r *Report, i int) ReportCode {
	leg := &r.Legs[i]
	last := i == len(r.Legs)-1
	switch {
	case len(leg.Patterns) == 0:
		return ReportTooShort
	case leg.Bet == nil || !slices.Contains(rp.terms.Bets, leg.Bet.Code()):
		return ReportBet
	case i > 0 && (leg.Race.Day() != r.Legs[0].Race.Day() || leg.Race.Meeting() != r.Legs[0].Race.Meeting()):
		return ReportMeeting
	case i > 0 && leg.Race <= r.Legs[i-1].Race:
		return ReportOrder
	case !last && (leg.Carry < 1 || leg.Carry > quartersAll):
		return ReportQuarters
	}
	for j := range leg.Patterns {
		p := &leg.Patterns[j]
		if p.Formula != tote.Unit && p.Formula != tote.Combined {
			return ReportFormula
		}
		if p.Complement != 0 {
			return ReportComplement
		}
	}
	return ""
}

// Units returns how many unit bets the leg holds. The error is a
// *tote.PatternError.
func (l *ReportLeg) Units(f tote.Field) (int, error) {
	units := 0
	for i := range l.Patterns {
		n, err := l.Bet.Units(&l.Patterns[i], f)
		if err != nil {
			return 0, err
		}
		units += n
	}
	return units, nil
}

// LegEnd is how the unit bets of a leg ended.
type LegEnd struct {
	Units      int
	Tally      tote.Tally // of all its patterns together; empty when all is refunded
	Settlement *tote.Settlement
}

// Brings returns what the leg brings at a part each: the wins of its unit bets,
// each to the cent, and the parts of those refunded, for whatever reason. A race
// called off or moved to another day is like one without runners (III-2-2,
// III-2-4).
func (e *LegEnd) Brings(part tote.Money) tote.Money {
	if e.Settlement.RefundAll() {
		return part * tote.Money(e.Units)
	}
	sum := part * tote.Money(e.Tally.Refunded)
	for line, n := range e.Tally.Won {
		sum += e.Settlement.Dividends[line].Pay(part) * tote.Money(n)
	}
	return sum
}

// Carry splits what a leg brings between the bettor and the next leg's unit
// bets, which get equal parts in whole cents (III-2-1). kept is what the bettor is
// paid at once: the quarters not carried, halves of a cent up, what the parts leave,
// and what passes the maximum. A part of 0 ends the chain: there is too little
// for the minimum (AMB-1, AMB-2).
func (rp *ReportPlus) Carry(brought tote.Money, carry Quarters, units int) (kept, part tote.Money) {
	const quarters = tote.Money(quartersAll)
	kept = (brought*(quarters-tote.Money(carry)) + quarters/2) / quarters
	carried := brought - kept
	part = carried / tote.Money(units)
	if part < rp.terms.MinStake {
		return brought, 0
	}
	part = min(part, rp.terms.MaxStake)
	return brought - part*tote.Money(units), part
}

// LegStep is what one leg of a chain did.
type LegStep struct {
	Part    tote.Money // staked on each unit bet
	Brought tote.Money
	Kept    tote.Money // paid to the bettor
}

// Follow values a chain whose legs have all ended. It serves reports executed at
// the end of the meeting because the order of the races changed (III-2-4), and
// explains any other. Legs that the chain does not reach have no step.
func (rp *ReportPlus) Follow(r *Report, ends []LegEnd) (steps []LegStep, paid tote.Money) {
	part := r.Stake
	for i := range ends {
		step := LegStep{Part: part, Brought: ends[i].Brings(part)}
		step.Kept, part = step.Brought, 0
		if i+1 < len(ends) {
			step.Kept, part = rp.Carry(step.Brought, r.Legs[i].Carry, ends[i+1].Units)
		}
		steps = append(steps, step)
		paid += step.Kept
		if part == 0 {
			break
		}
	}
	return steps, paid
}

// CheckMix says whether the option Mix knows p of n races (III-2-3-2).
func CheckMix(n, p int) error {
	if n < 3 || p < 2 || p >= n {
		return &ReportError{Code: ReportMix}
	}
	return nil
}

// Mix yields the legs of each chain of a Mix of p among n races, as indices from
// 0 in the order of the races: an independent report for each choice of p, then
// with integral the one on all (III-2-3-2). The slice is reused.
func Mix(n, p int, integral bool) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		if !choices(make([]int, 0, n), n, p, yield) || !integral {
			return
		}
		choices(make([]int, 0, n), n, n, yield)
	}
}

// choices completes chain to p increasing indices below n in every way.
func choices(chain []int, n, p int, yield func([]int) bool) bool {
	if len(chain) == p {
		return yield(chain)
	}
	from := 0
	if len(chain) > 0 {
		from = chain[len(chain)-1] + 1
	}
	for i := from; i < n; i++ {
		if !choices(append(chain, i), n, p, yield) {
			return false
		}
	}
	return true
}
