package event

import "opentote/tote"

// ReportPlaced: an account asked for one e-Report+ or, with a Mix, for several
// that share their legs (III-2). The bets of each chain's first leg follow and
// are paid as they do; the others are placed as their parts are carried.
type ReportPlaced struct {
	Report  ReportID // the first of Chains, numbered on from it
	Account AccountID
	Stake   tote.Money // of each unit combination of a first leg
	Legs    []ReportLeg
	Chains  []ReportChain
	Key     Key
}

// ReportLeg is what was asked for on one race.
type ReportLeg struct {
	Pool  PoolID
	Carry uint8 // quarters of what it brings that go on, 0 on a last leg
	Bets  []ReportBet
}

// ReportBet is one bet of a leg, without its stake.
type ReportBet struct {
	Pattern tote.Pattern
	Units   uint32
}

// ReportChain is one report: positions in the Legs of its request.
type ReportChain struct{ Legs []uint8 }

// ReportCancelled: the bettor took a chain back before its first race. Its bets
// are cancelled by the events that follow.
type ReportCancelled struct {
	Report ReportID
	Key    Key
}

// ReportCarried: the current leg of a chain has ended. Of what it brought, Kept
// is credited, and each unit bet of the next leg is staked with Part; without one
// the chain ends. The bets that follow carry the parts into their pool, but where
// Outside says that they are only valued, at the operator's account.
type ReportCarried struct {
	Report              ReportID
	Brought, Kept, Part tote.Money
	Outside             bool
}

// ReportsDetached: the stewards changed the order of a meeting's races. From this
// one on, what chains carry enters no pool (III-2-4).
type ReportsDetached struct {
	Race  tote.RaceID
	Staff Staff
}

func (*ReportPlaced) kind() kind    { return kindReportPlaced }
func (*ReportCancelled) kind() kind { return kindReportCancelled }
func (*ReportCarried) kind() kind   { return kindReportCarried }
func (*ReportsDetached) kind() kind { return kindReportsDetached }

func (e *ReportPlaced) wire(c *codec) {
	number(c, 1, &e.Report)
	number(c, 2, &e.Account)
	number(c, 3, &e.Stake)
	repeated(c, 4, &e.Legs, (*ReportLeg).wire)
	repeated(c, 5, &e.Chains, func(x *ReportChain, c *codec) { octets(c, 1, &x.Legs) })
	fixed(c, 6, e.Key[:])
}

func (l *ReportLeg) wire(c *codec) {
	number(c, 1, &l.Pool)
	number(c, 2, &l.Carry)
	repeated(c, 3, &l.Bets, (*ReportBet).wire)
}

// wire writes the pattern's fields under the numbers they have in BetPlaced.
func (b *ReportBet) wire(c *codec) {
	number(c, 5, &b.Units)
	patternWire(&b.Pattern, c)
}

func (e *ReportCancelled) wire(c *codec) {
	number(c, 1, &e.Report)
	fixed(c, 2, e.Key[:])
}

func (e *ReportCarried) wire(c *codec) {
	number(c, 1, &e.Report)
	number(c, 2, &e.Brought)
	number(c, 3, &e.Kept)
	number(c, 4, &e.Part)
	flag(c, 5, &e.Outside)
}

func (e *ReportsDetached) wire(c *codec) {
	number(c, 1, &e.Race)
	text(c, 2, &e.Staff)
}
