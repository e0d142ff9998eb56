package tote

import (
	"math/big"
	"strings"
)

// BetCode is the operator's code of a bet on a network: E_SIMPLE_GAGNANT
// online, SIMPLE_GAGNANT in shops, SIMPLE_GAGNANT_INTERNATIONAL in both.
type BetCode string

// Network is where stakes come from. In France shops and internet have had
// separate pools, with separate takeouts, since 2015.
type Network uint8

// The networks.
const (
	Online Network = iota + 1
	Retail
	Common // both: a pool that a foreign operator shares out
)

// Takes reports whether pools of the network take stakes that come from a till or
// an account of the other, which is never Common.
func (n Network) Takes(from Network) bool { return n == from || n == Common }

// Network returns the network whose stakes the bet takes: codes that start with
// E_ are sold online, those of international pools everywhere (ADR 13).
func (c BetCode) Network() Network {
	switch {
	case strings.HasSuffix(string(c), "_INTERNATIONAL"):
		return Common
	case len(c) > 2 && c[:2] == "E_":
		return Online
	}
	return Retail
}

// Field is a race's runners as known when a bet is sold.
type Field struct {
	Declared   HorseSet // the official list, later non-runners included
	NonRunners HorseSet
}

// RaceStatus says whether the race was run (II-4).
type RaceStatus uint8

// The statuses of a race for its bets.
const (
	Run           RaceStatus = iota
	Cancelled                // bets are refunded
	RerunSameDay             // bets stand
	RerunOtherDay            // bets are refunded
)

// Result is what the stewards declared official.
type Result struct {
	Declared   HorseSet
	NonRunners HorseSet
	Stables    []HorseSet // coupled horses
	// Arrival is the official order: one element a place, several horses in
	// it = dead heat. Horses that ran unclassified are absent.
	Arrival [][]Horse
	Status  RaceStatus
}

// Ran returns the horses that took part.
func (r Result) Ran() HorseSet { return r.Declared.Without(r.NonRunners) }

// Line is one payable combination of a pool after the result is known.
type Line struct {
	Rank        string // "E_DEUX_SUR_QUATRE_1NP"
	Combination string // "3-NP"
}

// Tally counts how the unit combinations of one bet end. Units counted neither
// nowhere have lost. A unit may be counted on several lines where they belong
// to finishes that exclude each other, such as substitute ones: Share pays one
// of them at most.
type Tally struct {
	Refunded    int
	Transferred int   // leave for another pool of the race (III-9-3-I-b)
	Won         []int // by index of Card.Lines
}

// Reset empties the tally and sizes it for n lines, keeping its memory.
func (t *Tally) Reset(n int) {
	t.Refunded, t.Transferred = 0, 0
	if cap(t.Won) < n {
		t.Won = make([]int, n)
		return
	}
	t.Won = t.Won[:n]
	clear(t.Won)
}

// Stakes are a pool's totals once its bets are counted on a Card.
type Stakes struct {
	Total    Money // all stakes recorded, S
	Refunded Money // refunded by the bet's own rules, R
	// Transferred stakes left for another pool of the race: they are neither
	// played here nor refunded, whatever becomes of this pool.
	Transferred Money
	OnLine      []Money  // winning stakes by line, E
	Added       Money    // booster or reserve money added to the pool
	TopUp       bool     // the operator pays the missing money instead of refunding (II-15)
	Working     *Working // notes how the dividends come about, nil for nothing
}

// Reason is why a whole pool is refunded.
type Reason string

// The reasons (01-general section 15).
const (
	RaceCancelled     Reason = "RACE_CANCELLED"
	TooFewRunners     Reason = "TOO_FEW_RUNNERS"
	NoHorseClassified Reason = "NO_HORSE_CLASSIFIED"
	TooFewClassified  Reason = "TOO_FEW_CLASSIFIED"
	NoWinningStake    Reason = "NO_WINNING_STAKE"
	BelowMinimum      Reason = "MINIMUM_DIVIDEND"
	BetNotOffered     Reason = "BET_NOT_OFFERED"
)

// Procedure is the way a pool was computed.
type Procedure string

// The procedures.
const (
	Normal              Procedure = "normal"
	DeductionReduced    Procedure = "deduction_reduced"
	LevyReduced         Procedure = "levy_reduced" // III-9-4-II-b
	Constrained         Procedure = "constrained"
	ConstrainedToppedUp Procedure = "constrained_topped_up"
	Minima              Procedure = "minima"           // of a Multi (III-7-6)
	MinimaToppedUp      Procedure = "minima_topped_up" // same, at the operator's expense
	NoWinner            Procedure = "no_winner"
	Hosted              Procedure = "hosted" // the operator abroad sent the dividends (IIIt-1)
	Refund              Procedure = "refund"
)

// Settlement is the outcome of a pool's calculation: what one euro on each
// line is paid, and where every cent of the pool goes.
type Settlement struct {
	Procedure Procedure
	Reason    Reason     // of a whole refund, else empty
	Dividends []Dividend // by line; 0 on a line that pays nothing
	NetPool   *big.Rat   // mass to share, in cents
	Booster   *big.Rat   // kept for later races, in cents
	// Take and Progressive are the exact deductions on stakes and on
	// dividends, in cents, as far as the winners' minimum left them intact.
	Take, Progressive *big.Rat
	// Substitute is the number of the substitute finish that was paid because
	// nobody backed the real one, 0 when none was.
	Substitute int
	// Level names the finish that was paid, where the chapter has several:
	// "nominal", "1-2-4", "2 horses".
	Level string
	// Fund is what became of the bet's reserve fund, nil for bets without one.
	// Booster includes all that goes into it.
	Fund *ReserveFund
}

// ReserveFund is a pool's part in the reserve fund of its bet (III-9-7).
type ReserveFund struct {
	Levy *big.Rat // of the mass, in cents
	Paid *big.Rat // of the prize announced, in cents; the rest went back
	// Without is what each line would be paid without the prize, 0 where it
	// is not in question.
	Without []Dividend
}

// RefundAll reports whether the whole pool is refunded.
func (s *Settlement) RefundAll() bool { return s.Procedure == Refund }

// Card is what a result makes payable in one pool. Its methods, and those of the
// interfaces below, change nothing in it: they are safe for concurrent use.
type Card interface {
	// Lines lists the payable combinations, ranks from top to bottom. The
	// index of a line is its identity in Tally, Stakes and Settlement.
	Lines() []Line
	// Count adds to t how the units of p end. It allocates nothing and never
	// expands the pattern beyond what the lines ask for.
	Count(p *Pattern, t *Tally)
	// Share computes the dividends. Stakes.OnLine has one entry a line.
	Share(s Stakes) Settlement
}

// Overlaps is the part of a Card that pays a unit once although it holds the
// combinations of several lines (III-7-5). Count counts it at one of them.
type Overlaps interface {
	// CountAlso adds to also, by line, the units of p that hold the line's
	// combination but are counted at another line. What is published as staked
	// on a line is the stakes counted there and these; only the former are paid.
	CountAlso(p *Pattern, also []int)
}

// Receiver is the part of a Card that takes over the units that another bet of
// the race sends to its pool (Tally.Transferred there).
type Receiver interface {
	// CountReceived adds to t how the units of p that leave the other bet end
	// here. Those that stay there are counted nowhere.
	CountReceived(p *Pattern, t *Tally)
}

// Sieve is the part of a Card that tells from the horses of a bet that nothing
// comes of it, so that a scan of millions looks into few.
type Sieve interface {
	// Needs returns sets of horses, at least one of which is whole within the
	// Selection of every pattern whose units Count, CountAlso or CountReceived
	// counts anywhere. It is asked once a scan.
	Needs() []HorseSet
}

// Bet is what can be sold under one rulebook: a code and its formulas.
// Implementations are stateless and safe for concurrent use.
type Bet interface {
	Code() BetCode
	// MinStake is the rulebook's minimum stake m of a unit combination. It
	// decides thin winners; what a race's offer asks may differ.
	MinStake() Money
	// Units validates p against the field and returns how many unit
	// combinations it holds, at least 1. The error is a *PatternError.
	Units(p *Pattern, f Field) (int, error)
}

// BetType is a bet with a calculation of its own: its pool is settled by itself.
type BetType interface {
	Bet
	// Card returns the payable combinations of a result. A non-empty reason
	// means that the pool is refunded whole and the Card is nil.
	Card(r Result) (Card, Reason)
}

// Shaped is the part of a bet type whose unit combinations have one shape.
type Shaped interface {
	// Shape returns the shape of the units of a pattern with that Variant; ok is
	// false when the bet has no such variant.
	Shape(variant uint8) (s Shape, ok bool)
	// Firsts is how many horses of a unit have to be first for its top rank.
	Firsts() int
}

// Odds is the part of a bet type that shows probable dividends while its pool
// is open. Stakes are kept by cell, one cell a unit combination.
type Odds interface {
	// Cells is the size of the stake matrix.
	Cells() int
	// AddStakes adds unit (negative to take it back) to the cell of each unit
	// combination of p.
	AddStakes(p *Pattern, unit Money, cells []Money)
	// Probables returns what each horse or combination would be paid if the
	// pool closed now, in increasing order of combination, leaving out those
	// that hold a non-runner. Where the dividend depends on which others are
	// placed, Low and High differ.
	Probables(f Field, cells []Money) []Probable
	// Estimate returns the least and the most that p, at unit cents a
	// combination, would return if it won with the pool as it is plus this bet.
	Estimate(p *Pattern, unit Money, f Field, cells []Money) (low, high Money)
}

// ScratchOdds is Odds that know what scratches do to the bets already taken:
// units refunded, or moved to another cell by a complement horse. When a horse
// is scratched in an open pool, clear the cells and add every bet again; from
// then on the odds stand on what the final count will find.
type ScratchOdds interface {
	Odds
	// AddStakesScratched is AddStakes once the horses of out are non-runners.
	AddStakesScratched(p *Pattern, unit Money, out HorseSet, cells []Money)
}

// Probable is the dividend a combination would have now. Zero means that it
// cannot be told: nobody backs it, or the pool would be refunded.
type Probable struct {
	Combination string
	Cell        int
	Low, High   Dividend
}

// PatternCode says what is wrong with a pattern.
type PatternCode string

// The reasons to refuse a pattern.
const (
	BadFormula    PatternCode = "BAD_FORMULA"        // formula unknown or not of this bet
	BadHorse      PatternCode = "BAD_HORSE"          // number outside 1..MaxHorse
	NotDeclared   PatternCode = "HORSE_NOT_DECLARED" // not on the official list
	IsNonRunner   PatternCode = "HORSE_NON_RUNNER"   // declared non-runner (II-9-I)
	RepeatedHorse PatternCode = "HORSE_REPEATED"
	TooFewHorses  PatternCode = "TOO_FEW_HORSES"
	TooManyHorses PatternCode = "TOO_MANY_HORSES" // more than the bet or II-6 allows
	BadComplement PatternCode = "BAD_COMPLEMENT"  // already in the bet, or not known by this bet type
	BadField      PatternCode = "BAD_FIELD"       // a full-field formula whose field is not the one on sale
	BadPlaces     PatternCode = "BAD_PLACES"      // the bases of an ordered bet lack places of their own
)

// PatternError says why a pattern is not a bet of its type, and at which
// horse where one is to blame.
type PatternError struct {
	Code  PatternCode
	Horse Horse
}

func (e *PatternError) Error() string {
	text := map[PatternCode]string{
		BadFormula:    "this bet does not know the formula",
		BadHorse:      "horse number out of range",
		NotDeclared:   "horse not on the official list",
		IsNonRunner:   "horse is a non-runner",
		RepeatedHorse: "horse named twice",
		TooFewHorses:  "too few horses",
		TooManyHorses: "too many horses",
		BadComplement: "complement horse not allowed here",
		BadField:      "full field is not the field on sale",
		BadPlaces:     "every base needs a place of its own",
	}[e.Code]
	if e.Horse != 0 {
		return text + ": " + e.Horse.String()
	}
	return text
}
