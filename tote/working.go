package tote

import "math/big"

// Working is how a pool was computed: what each step of the calculation did, with
// its exact figures, in order. The calculation writes it as it goes, so that no
// explanation can tell anything else. Where no Working is given nothing is noted.
type Working struct{ Steps []Step }

// Step is one of the step types of this package and of rulebook. Amounts are exact
// cents; rapports and increments are what one euro brings.
type Step any

// Opened is the start of a calculation: from the stakes recorded to the surplus,
// before a negative one is made good (II-14; 9.1, 12.3-2).
type Opened struct {
	Constrained bool // the second calculation, of the minimum rapports
	Total       Money
	Refunded    Money
	Transferred Money
	Take        Rate
	Mass        *big.Rat
	Added       Money
	Levy        *big.Rat // zero for bets without a reserve fund
	LevyRate    Rate
	Coefficient Rate
	// Payable are the stakes that the coefficient applies to, each with its
	// chapter's weight.
	Payable *big.Rat
	Surplus *big.Rat
	// Rapports are rounded down to Step and lifted to Minimum.
	Step, Minimum Dividend
	Margin        Rate
}

// GaveWay is a negative surplus made good by the levy, then by the take, as far as
// they go (9.2, III-9-4-II-b).
type GaveWay struct {
	Missing, Levy, Take *big.Rat // what was missing, and what is left of both
	Impossible          bool
}

// FixedFirst is a payment at the minimum that leaves the surplus before it is shared.
type FixedFirst struct{ Amount, Surplus *big.Rat }

// Cut is the surplus cut between ranks.
type Cut struct {
	Of    *big.Rat
	Parts []CutPart
}

// CutPart is the part of a rank, "E_COUPLE_GAGNANT_1NP".
type CutPart struct {
	Rank         string
	Rate, Amount *big.Rat
}

// Add adds a rank's part.
func (c *Cut) Add(rank string, rate *big.Rat) {
	c.Parts = append(c.Parts, CutPart{Rank: rank, Rate: rate, Amount: new(big.Rat).Mul(rate, c.Of)})
}

// Division is money divided among stakes: share over stakes is the net increment of
// one euro, unless winners are too thin or the progressive deduction takes of it.
type Division struct {
	Rank string // whose part is divided
	// Lines are those that have the increment; their stakes are the divisor, with
	// the weights noted before where Weighted.
	Lines    []int
	Weighted bool
	// The share is Fraction of Of, and Carried from a rank above.
	Of, Fraction, Carried *big.Rat
	RestTo                string // the rank that what is left goes to, empty to keep it

	Share, Stakes *big.Rat
	Divisor       *big.Rat // more than Stakes where winners are too thin (II-17-I)
	Quotient      *big.Rat // share over divisor
	Gross, Left   *big.Rat // the gross increment before and after the deduction (II-16), nil without a scale
	Increment     *big.Rat // net
	Rest          *big.Rat // of the share
}

// Weight says how many times the stakes on a line count in what follows.
type Weight struct {
	Line  int
	Times *big.Rat
}

// KeptBack is money put aside for a fund.
type KeptBack struct {
	Rank   string // whose part it was, empty when a division says it
	Amount *big.Rat
}

// Ordered is the net rapport of an exact order: its weight times the rapport of the
// other orders, and an increment of its own.
type Ordered struct {
	Line                          int
	Weight, Whole, Increment, Net *big.Rat
}

// Capped is the rapport of an exact order brought down to Times that of the other
// orders, what passes it shared by both (III-9-5).
type Capped struct {
	Order, Disorder int // lines
	Times           int64
	Before          [2]*big.Rat // rapports of order and disorder
	After           [2]*big.Rat
}

// Rapport is the end of a line: the exact net rapport, the rounded one, and what
// one euro is paid.
type Rapport struct {
	Line    int
	Net     *big.Rat
	Rounded Dividend // down to the step, lifted to the minimum
	Paid    Dividend // Rounded, or a multiple of it
}

// Checked is the test of the gross product (II-15).
type Checked struct {
	Played, Added, Payments, Kept *big.Rat
	Product, Least                *big.Rat
	Passed                        bool
}

// Reached is the test of the constrained rapports: whether the pool can pay them and
// each reaches the minimum by itself (12.3-3).
type Reached struct{ Payable, All bool }

// Prized is a prize of the reserve fund added to the exact orders (III-9-7.1).
type Prized struct {
	Prize, Stakes, Least Money // Least is the bet's minimum stake
	PerEuro, Paid        *big.Rat
}

// Note adds a step, unless there is no working.
func (w *Working) Note(s Step) {
	if w != nil {
		w.Steps = append(w.Steps, s)
	}
}

// copyOf returns a number that later arithmetic does not change.
func copyOf(r *big.Rat) *big.Rat { return new(big.Rat).Set(r) }
