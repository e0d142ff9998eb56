package rulebook

import (
	"errors"
	"fmt"
	"strings"

	"opentote/tote"
)

// Host is what the rulebook leaves to the country that shares out an
// international pool, announced for each bet before sales open (Title III ter,
// chapter 1). The operator only collects; in production the host sends the
// dividends. The zero value is no host: start from DefaultHost.
type Host struct {
	Places     int // that a Placé pays: 2 or 3
	Split      HostSplit
	PerHorse   bool // a Placé's parts are equal by horse, not by place
	Stables    bool // coupled horses win together
	Step       tote.Dividend
	Minimum    tote.Dividend
	Share      bool      // the part of a combination nobody backs goes to the others, not to a carry-over
	CarryOver  bool      // a mass nobody wins is carried over, not refunded
	RunnersMin int       // fewer that ran: all is refunded
	TopUp      bool      // the operator pays what the minimum dividend asks beyond the mass (AMB-1)
	French     tote.Rate // part of a carry-over made of stakes recorded in France
}

// HostSplit is a host's way to share the mass among payable combinations.
type HostSplit uint8

// The ways to share.
const (
	SplitMass    HostSplit = iota // parts of the mass
	SplitProfit                   // the stake back, and parts of what is left
	SplitProRata                  // one dividend for all: Trio Ordre only
)

// DefaultHost returns the choices of a host that announces nothing.
func DefaultHost() Host {
	return Host{Places: 3, Step: 10, Minimum: 100, RunnersMin: 2, TopUp: true, French: tote.One}
}

// Reasons to refund that only international pools have.
const (
	NotComputed        tote.Reason = "NOT_COMPUTED"         // the host did not share the same day (IIIt-1-2)
	PaymentsExceedMass tote.Reason = "PAYMENTS_EXCEED_MASS" // IIIt-1-1
)

// internationalKind is one of the four bets on international pools.
type internationalKind struct {
	shape      tote.Shape
	paid       int // places that pay; a Placé's are the host's
	classified int // fewer: all is refunded
	minStake   tote.Money
}

var internationalKinds = map[tote.BetCode]internationalKind{
	"SIMPLE_GAGNANT_INTERNATIONAL": {tote.Shape{Horses: 1}, 1, 1, 150},
	"SIMPLE_PLACE_INTERNATIONAL":   {tote.Shape{Horses: 1}, 0, 1, 150},
	"COUPLE_ORDRE_INTERNATIONAL":   {tote.Shape{Horses: 2, Bases: 1, Ordered: true}, 2, 2, 150},
	"TRIO_ORDRE_INTERNATIONAL":     {tote.Shape{Horses: 3, Bases: 2, Ordered: true}, 3, 3, 150},
}

// The takes a host may announce (IIIt-1-1).
const (
	hostTakeMin = 10 * percent
	hostTakeMax = 40 * percent
)

// IsInternational reports whether the code is a bet on an international pool,
// whose calculation asks for its host's choices.
func IsInternational(code tote.BetCode) bool {
	_, ok := internationalKinds[code]
	return ok
}

// International returns a bet on an international pool at the host's take and by
// its choices. The error says which choice is impossible.
func International(code tote.BetCode, take tote.Rate, host Host) (tote.BetType, error) {
	kind, ok := internationalKinds[code]
	if !ok {
		return nil, fmt.Errorf("%q is no bet on an international pool", code)
	}
	ordered := kind.shape.Ordered
	switch {
	case take < hostTakeMin || take > hostTakeMax:
		return nil, fmt.Errorf("take rate %s: want 0.10 to 0.40", take)
	case host.Places != 2 && host.Places != 3:
		return nil, fmt.Errorf("host places %d: want 2 or 3", host.Places)
	case host.Split > SplitProRata:
		return nil, fmt.Errorf("host split %d is unknown", host.Split)
	case host.Split == SplitProRata && !strings.HasPrefix(string(code), "TRIO_"):
		return nil, errors.New("only a Trio Ordre is shared pro rata")
	case host.Step < 1 || host.Step > 100:
		return nil, fmt.Errorf("host step %s: want 0.01 to 1.00", host.Step)
	case host.Minimum < 0 || host.Minimum > 1000:
		return nil, fmt.Errorf("host minimum dividend %s: want 0.00 to 10.00", host.Minimum)
	case host.RunnersMin < 0 || host.RunnersMin > int(tote.MaxHorse):
		return nil, fmt.Errorf("host minimum of runners %d: want 0 to %d", host.RunnersMin, tote.MaxHorse)
	case host.French < 0 || host.French > tote.One:
		return nil, fmt.Errorf("host share of French stakes %s: want 0 to 1", host.French)
	}
	if code == "SIMPLE_PLACE_INTERNATIONAL" {
		kind.paid = host.Places
	}
	return &international{
		code:  code,
		kind:  kind,
		host:  host,
		place: !ordered && code == "SIMPLE_PLACE_INTERNATIONAL",
		terms: tote.Terms{Take: take, Coefficient: tote.One, MinStake: kind.minStake, Minimum: host.Minimum, Step: host.Step},
	}, nil
}

// international is a bet on an international pool (Title III ter): no reservation,
// no progressive deduction, no rule of ten percent.
type international struct {
	code  tote.BetCode
	kind  internationalKind
	host  Host
	place bool
	terms tote.Terms
}

var _ tote.BetType = (*international)(nil)

func (b *international) Code() tote.BetCode   { return b.code }
func (b *international) MinStake() tote.Money { return b.terms.MinStake }

// Units counts the combinations of each formula (IIIt-3-6, IIIt-4-6). No bet knows
// the complement horse.
func (b *international) Units(p *tote.Pattern, f tote.Field) (int, error) {
	return b.kind.shape.Units(p, f)
}

// Card returns the payable combinations, or why the pool is refunded.
func (b *international) Card(r tote.Result) (tote.Card, tote.Reason) {
	switch {
	case r.Refunded():
		return nil, tote.RaceCancelled
	case r.Ran().Len() < b.host.RunnersMin:
		return nil, tote.TooFewRunners
	case r.Classified() < b.kind.classified && b.kind.classified == 1:
		return nil, tote.NoHorseClassified
	case r.Classified() < b.kind.classified:
		return nil, tote.TooFewClassified
	}
	if b.kind.shape.Ordered {
		return b.orderedCard(r), ""
	}
	return b.horseCard(r), ""
}
