package engine

import (
	"errors"

	"opentote/tote"
)

// Code says why a command was refused. Codes are part of the API: programs act
// on them, people read the sentences made from them.
type Code string

// The codes.
const (
	KeyMissing        Code = "KEY_MISSING"
	KeyReused         Code = "KEY_REUSED" // the key belongs to another command
	KeyIsVoid         Code = "KEY_VOIDED" // the key was voided by its owner
	UnknownAccount    Code = "UNKNOWN_ACCOUNT"
	UnknownTill       Code = "UNKNOWN_POINT_OF_SALE"
	UnknownRace       Code = "UNKNOWN_RACE"
	UnknownBet        Code = "UNKNOWN_BET" // no bet with this number, or of somebody else: he is not told that it exists
	BadAmount         Code = "BAD_AMOUNT"
	InsufficientFunds Code = "INSUFFICIENT_FUNDS"

	BetNotOffered   Code = "BET_NOT_OFFERED" // on this race
	WrongNetwork    Code = "WRONG_NETWORK"   // an account bets online, a shop in its own pools
	RaceNotOpen     Code = "RACE_NOT_OPEN"
	RaceSuspended   Code = "RACE_SUSPENDED"
	RaceStopped     Code = "RACE_STOPPED"
	StakeTooSmall   Code = "STAKE_TOO_SMALL"
	StakeTooLarge   Code = "STAKE_TOO_LARGE"
	PoolFull        Code = "POOL_FULL"     // of bets
	NoComplement    Code = "NO_COMPLEMENT" // this pool takes no replacement horse
	NoSpot          Code = "NO_SPOT"       // no horses are drawn for this bet here
	NoJackpot       Code = "NO_JACKPOT"    // the service does not go with this bet here
	JackpotFormula  Code = "JACKPOT_FORMULA"
	JackpotStake    Code = "JACKPOT_STAKE"    // one that the service does not go with
	JackpotStands   Code = "JACKPOT_STANDS"   // such a bet cannot be cancelled
	JackpotShort    Code = "JACKPOT_SHORT"    // the fund cannot pay what the race owes
	ReportTooLarge  Code = "REPORT_TOO_LARGE" // more legs, bets or chains than one request takes
	ReportStands    Code = "REPORT_STANDS"    // the bet is a leg: the report is cancelled, or nothing
	ReportsPending  Code = "REPORTS_PENDING"  // parts of an earlier race may still enter the pools
	ReportsDetached Code = "REPORTS_DETACHED" // the order of the races changed
	UnknownReport   Code = "UNKNOWN_REPORT"
	CancelTooLate   Code = "CANCEL_TOO_LATE"
	AlreadyEnded    Code = "BET_ALREADY_ENDED"
	NotATicket      Code = "NOT_A_TICKET" // a bet of an account is paid to its wallet
	NotSettled      Code = "NOT_SETTLED"
	TicketLost      Code = "TICKET_LOST"
	TicketPaid      Code = "TICKET_ALREADY_PAID"
	TicketCanceled  Code = "TICKET_CANCELLED"

	BadProgramme    Code = "BAD_PROGRAMME"    // a race that cannot be declared
	AlreadyDeclared Code = "ALREADY_DECLARED" // otherwise than now
	WrongStatus     Code = "WRONG_STATUS"     // the race is not at the stage the command needs
	BadResult       Code = "BAD_RESULT"       // one that cannot be settled
	HorseArrived    Code = "HORSE_ARRIVED"    // the arrival entered names the horse
	ResultDiffers   Code = "RESULT_DIFFERS"   // from the one entered
	FourEyes        Code = "FOUR_EYES"        // the same person cannot enter and confirm
	BadHorse        Code = "BAD_HORSE"
	BadStaff        Code = "BAD_STAFF" // a pseudonym the journal cannot hold
	BadTime         Code = "BAD_TIME"
	FundTooSmall    Code = "FUND_TOO_SMALL" // the bet's fund holds less

	NotHosted   Code = "NOT_HOSTED"   // no host sends dividends of this bet
	HostAwaited Code = "HOST_AWAITED" // what the host of a pool sent is not entered and confirmed yet
	HostDiffers Code = "HOST_DIFFERS" // from what was entered
	HostLacks   Code = "HOST_LACKS"   // a combination that our own bets hold

	NotRecomputed       Code = "NOT_RECOMPUTED" // no second calculation of a pool was given
	CalculatorsDisagree Code = "CALCULATORS_DISAGREE"
)

// Rejection is a refusal: the command changed nothing. Which values of Pattern
// and Detail go with a code is fixed, so that a sentence can be made of them in
// any language.
type Rejection struct {
	Code Code
	// Horse is the runner to blame, 0 for none.
	Horse tote.Horse
	// Limit is the amount a stake missed, for StakeTooSmall and StakeTooLarge,
	// all that there is, for FundTooSmall, or what is missing, for JackpotShort.
	Limit tote.Money
	// Detail is an English remark for logs and for codes that carry one.
	Detail string
}

func (r *Rejection) Error() string {
	if r.Detail != "" {
		return string(r.Code) + ": " + r.Detail
	}
	return string(r.Code)
}

func reject(c Code) *Rejection { return &Rejection{Code: c} }

func rejectf(c Code, detail string) *Rejection { return &Rejection{Code: c, Detail: detail} }

// rejectArrival turns a result's refusal into ours; codes carry over.
func rejectArrival(err error) *Rejection {
	var a *tote.ArrivalError
	if errors.As(err, &a) {
		return &Rejection{Code: Code(a.Code), Horse: a.Horse, Detail: a.Error()}
	}
	return rejectf(BadResult, err.Error())
}

// rejectPattern turns a bet type's refusal into ours; codes carry over.
func rejectPattern(err error) *Rejection {
	var p *tote.PatternError
	if errors.As(err, &p) {
		return &Rejection{Code: Code(p.Code), Horse: p.Horse, Detail: p.Error()}
	}
	return rejectf(Code(tote.BadFormula), err.Error())
}

// Refusals of the hot path, made once.
var (
	rejectFunds     = reject(InsufficientFunds)
	rejectStopped   = reject(RaceStopped)
	rejectNotOpen   = reject(RaceNotOpen)
	rejectSuspended = reject(RaceSuspended)
	rejectNoRace    = reject(UnknownRace)
	rejectNotOnSale = reject(BetNotOffered)
)
