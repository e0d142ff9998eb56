package sim

import (
	"math/rand/v2"
	"strings"
	"time"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
)

// Wager is one planned bet and what its bettor does with it.
type Wager struct {
	At      time.Time
	Bettor  int
	Online  bool
	Payer   int // account or till
	Offer   int // of the race
	Pattern tote.Pattern
	Unit    tote.Money // stake of each combination
	Units   int        // combinations, 0 where the bet must be refused
	Deed    Deed
	Wants   []Code     // for Refused: the codes that are right
	Left    bool       // a winning ticket never presented
	Drawn   uint8      // horses of a Spot that the system draws; Pattern is as before the draw
	Jackpot bool       // with the service
	Service tote.Money // what it costs, for each combination
	Probe   bool       // present the ticket in wrong ways, too
}

// Cost is what the bet must cost.
func (w *Wager) Cost() tote.Money { return w.Unit * tote.Money(w.Units) }

// Deed is how a bet is placed.
type Deed uint8

// The deeds.
const (
	Plain     Deed = iota
	Twice          // a double click: the same key twice at the same time
	Lost           // the answer is lost: ask for the outcome, then send the same key again
	Voided         // the answer is lost: void the key, then send under a new one if it was
	Withdrawn      // placed, then cancelled at once
	Refused        // a request that must be refused
)

// Shares of the deeds among bets, and of what is done with tickets.
const (
	twiceShare     = 0.008
	lostShare      = 0.006
	voidedShare    = 0.002
	withdrawnShare = 0.015
	refusedShare   = 0.004
	leftShare      = 0.015
	probeShare     = 0.03
)

// Code is a refusal's code, as the API sends it.
type Code string

// The codes the population means to meet or can meet.
const (
	RaceStopped        Code = "RACE_STOPPED"
	HorseNotDeclared   Code = "HORSE_NOT_DECLARED"
	HorseNonRunner     Code = "HORSE_NON_RUNNER"
	StakeTooSmall      Code = "STAKE_TOO_SMALL"
	WrongNetwork       Code = "WRONG_NETWORK"
	InsufficientFunds  Code = "INSUFFICIENT_FUNDS"
	KeyVoided          Code = "KEY_VOIDED"
	TicketLost         Code = "TICKET_LOST"
	TicketCancelled    Code = "TICKET_CANCELLED"
	TicketAlreadyPaid  Code = "TICKET_ALREADY_PAID"
	JackpotShort       Code = "JACKPOT_SHORT"
	NothingWasRefused  Code = ""
	unexpectedNoDetail Code = "WITHOUT_CODE"
)

// draw decides the deed and the ticket's fate. It always draws the same number
// of times.
func (w *Wager) draw(rng *rand.Rand) {
	u := rng.Float64()
	for _, d := range []struct {
		deed  Deed
		share float64
	}{{Twice, twiceShare}, {Lost, lostShare}, {Voided, voidedShare}, {Withdrawn, withdrawnShare}, {Refused, refusedShare}} {
		if u -= d.share; u < 0 {
			w.Deed = d.deed
			break
		}
	}
	w.Left = rng.Float64() < leftShare
	w.Probe = rng.Float64() < probeShare
}

// spoil makes a bet drawn as Refused one that the server must refuse.
func (w *Wager) spoil(rp *RacePlan, penniless int, rng *rand.Rand) {
	kind := rng.IntN(4)
	if w.Deed != Refused {
		return
	}
	w.Units = 0
	switch {
	case kind == 0 && rp.swapNonRunner(w):
		w.Wants = []Code{HorseNonRunner}
	case kind == 1 && w.Online && rp.swapNetwork(w):
		w.Wants = []Code{WrongNetwork}
	case kind <= 2 && w.Online:
		w.Payer, w.Wants = penniless, []Code{InsufficientFunds}
	case kind == 3 && rp.swapStranger(w):
		w.Wants = []Code{HorseNotDeclared}
	default:
		w.Unit, w.Wants = 1, []Code{StakeTooSmall}
	}
}

// swapNonRunner puts a declared non-runner into the bet.
func (rp *RacePlan) swapNonRunner(w *Wager) bool {
	for _, s := range rp.Scratched {
		if !w.At.Before(s.At) {
			w.Pattern.Horses[0] = s.Horse
			return true
		}
	}
	return false
}

// swapStranger puts a number into the bet that no runner bears.
func (rp *RacePlan) swapStranger(w *Wager) bool {
	for h := tote.MaxHorse; h > 0; h-- {
		if !rp.Race.Declared.Has(h) {
			w.Pattern.Horses[0] = h
			return true
		}
	}
	return false
}

// swapNetwork sends an account's bet to the shops' pool of the same name, at a
// stake that pool would take.
func (rp *RacePlan) swapNetwork(w *Wager) bool {
	name := strings.TrimPrefix(string(rp.Race.Offers[w.Offer].Code), "E_")
	for i := range rp.Race.Offers {
		if o := &rp.Race.Offers[i]; string(o.Code) == name && o.Code.Network() == tote.Retail {
			w.Offer, w.Unit = i, o.Base
			return true
		}
	}
	return false
}

// bet is the wager in the API's words.
func (rp *RacePlan) bet(w *Wager) *opentotev1.Bet {
	p := &w.Pattern
	b := &opentotev1.Bet{
		RaceId: uint64(rp.Race.ID), Bet: string(rp.Race.Offers[w.Offer].Code),
		Complement: uint32(p.Complement), StakeCents: int64(w.Unit),
		AllOrders: p.Flags&tote.AllOrders != 0, Variant: uint32(p.Variant), Spot: uint32(w.Drawn), Jackpot: w.Jackpot,
	}
	switch p.Formula {
	case tote.Combined:
		b.Formula, b.Horses = opentotev1.Formula_FORMULA_COMBINED, numbers(p.Group(0))
	case tote.Base:
		b.Formula, b.Bases = opentotev1.Formula_FORMULA_BASE, numbers(p.Group(0))
		b.FullField = p.Flags&tote.FullField != 0
		b.Associates = numbers(p.Group(1)) // none for the full field
		for _, place := range p.Sizes[2:] {
			if place != 0 {
				b.BasePlaces = append(b.BasePlaces, uint32(place))
			}
		}
	case tote.Free:
		b.Formula = opentotev1.Formula_FORMULA_FREE
		for i := range p.Sizes {
			if list := p.Group(i); len(list) > 0 {
				b.Positions = append(b.Positions, &opentotev1.Place{Horses: numbers(list)})
			}
		}
	default:
		b.Formula, b.Horses = opentotev1.Formula_FORMULA_UNIT, numbers(p.Group(0))
	}
	return b
}

func numbers(horses []tote.Horse) []uint32 {
	out := make([]uint32, len(horses))
	for i, h := range horses {
		out[i] = uint32(h)
	}
	return out
}
