// Package event is what the journal records: the events of a totalisator,
// their encoding and the hash chain of the rows that carry them.
//
// A row's payload is the protobuf message Batch of journal.proto: the time the
// writer stamped on the batch, then its events in order. Events are facts: each
// holds every amount and number that was decided, so that reading them needs
// no rulebook. Fields are only ever added.
//
// No personal data is in any event: accounts, points of sale and staff appear
// as numbers or pseudonyms.
package event

//go:generate node ../web/node_modules/@bufbuild/buf/bin/buf generate

import "opentote/tote"

// AccountID numbers players' accounts from 1.
type AccountID uint64

// PointOfSaleID numbers points of sale from 1.
type PointOfSaleID uint64

// PoolID numbers pools from 1.
type PoolID uint32

// BetID names a bet: the pool's number in the upper half, the bet's index in
// its pool, from 0, in the lower.
type BetID uint64

// BetIn returns the id of the index-th bet of a pool.
func BetIn(p PoolID, index uint32) BetID { return BetID(p)<<32 | BetID(index) }

// Pool returns the bet's pool.
func (b BetID) Pool() PoolID { return PoolID(b >> 32) }

// ReportID numbers the chains of e-Report+ from 1.
type ReportID uint64

// Index returns the bet's position in its pool, from 0.
func (b BetID) Index() uint32 { return uint32(b) }

// Millis is a time: milliseconds since 1970 UTC, as the writer stamped it.
type Millis int64

// Key identifies a command of one origin for ever: a digest of who sent it and
// the key he chose. The zero Key is none.
type Key [16]byte

// Staff is the pseudonym of the member of staff who acted.
type Staff string

// StopSource says what closed a race.
type StopSource uint8

// The sources of STOP.
const (
	StopBySteward  StopSource = iota + 1
	StopByDeadline            // nobody stopped the race in time
)

// Event is one fact. The concrete types are the pointers to the structs of
// this package.
type Event interface {
	kind() kind
	wire(c *codec)
}

// kind is the field number of the event in message Event of journal.proto.
type kind uint8

// AccountOpened: a new account with an empty wallet.
type AccountOpened struct {
	Account AccountID
	Key     Key
}

// Deposited: money came into a wallet from outside.
type Deposited struct {
	Account AccountID
	Amount  tote.Money
	Key     Key
}

// PointOfSaleOpened: a new till.
type PointOfSaleOpened struct {
	PointOfSale PointOfSaleID
	Key         Key
}

// RaceDeclared: a race is on the programme, with the pools it will have.
type RaceDeclared struct {
	Race     tote.RaceID
	Start    Millis // scheduled
	Deadline Millis // when the race closes if nobody stops it
	Declared tote.HorseSet
	Stables  []tote.HorseSet
	Pools    []PoolDeclared
	Staff    Staff
}

// PoolDeclared: one pool of a race and the terms of its offer.
type PoolDeclared struct {
	Pool       PoolID
	Bet        tote.BetCode
	Rulebook   string
	BaseStake  tote.Money // smallest stake of a unit combination
	MaxStake   tote.Money // largest cost of a bet, 0 = none
	Flexi      []uint8    // percentages of BaseStake formulas may be played at
	Complement bool       // a replacement horse may be named
	Spot       bool       // the system draws horses on request
	// Jackpot is the table of multipliers announced, empty where the service is not
	// offered.
	Jackpot []tote.Slot
	Report  bool // its bets may be legs of an e-Report+
}

// RaceOpened: bets are taken.
type RaceOpened struct {
	Race  tote.RaceID
	Staff Staff
}

// RaceSuspended: bets are not taken for the moment.
type RaceSuspended struct {
	Race  tote.RaceID
	Staff Staff
}

// RaceStopped: no bet after this event is in the race's pools.
type RaceStopped struct {
	Race   tote.RaceID
	Source StopSource
	Staff  Staff
}

// RaceCancelled: the race will not be run; its bets will be refunded.
type RaceCancelled struct {
	Race  tote.RaceID
	Staff Staff
}

// NonRunnerDeclared: a horse of the official list will not run.
type NonRunnerDeclared struct {
	Race  tote.RaceID
	Horse tote.Horse
	Staff Staff
}

// BetPlaced: a bet is in its pool and paid for, from a wallet (Account) or in
// cash at a PointOfSale; the other is zero.
type BetPlaced struct {
	Bet         BetID
	Account     AccountID
	PointOfSale PointOfSaleID
	Unit        tote.Money // stake of each unit combination
	Units       uint32
	Pattern     tote.Pattern
	Key         Key
	// Drawn is how many horses of a Spot, the last ones of Pattern, and its
	// complement, were drawn with Seed from the stakes of the pool's other bets.
	Drawn uint8
	Seed  tote.Seed
	// Jackpot is the stake of the Jackpot service for each combination, 0 without.
	// Seed also drew its Multipliers from the pool's table.
	Jackpot     tote.Money
	Multipliers tote.Multipliers
	// Report is the chain that the bet is a leg of, 0 for none. On its first leg it is
	// paid from the wallet, on the others with the part that was carried.
	Report ReportID
}

// JackpotCost is what the service cost.
func (e *BetPlaced) JackpotCost() tote.Money { return e.Jackpot * tote.Money(e.Units) }

// Cost is what the bet cost, the service on it left out.
func (e *BetPlaced) Cost() tote.Money { return e.Unit * tote.Money(e.Units) }

// BetCancelled: the bettor took the bet back and has his money, in his wallet
// or in cash from the PointOfSale.
type BetCancelled struct {
	Bet         BetID
	PointOfSale PointOfSaleID
	Key         Key
}

// LatePurged: bets stamped at the race's true start or later left the pools;
// their stakes are owed back.
type LatePurged struct {
	Race    tote.RaceID
	Started Millis
	Bets    []LateBet
	Staff   Staff
}

// LateBet is one bet that came too late.
type LateBet struct{ Bet BetID }

// Place is one place of an arrival; several horses = dead heat.
type Place struct{ Horses []tote.Horse }

// ResultEntered: a provisional arrival.
type ResultEntered struct {
	Race    tote.RaceID
	Arrival []Place
	Staff   Staff
}

// ResultConfirmed: the arrival is official.
type ResultConfirmed struct {
	Race    tote.RaceID
	Arrival []Place
	Staff   Staff
}

// BoosterReleased: money of a bet's fund was added to a pool of that bet, before
// its sales begin. A refunded pool gives it back (II-17-I).
type BoosterReleased struct {
	Pool   PoolID
	Amount tote.Money
	Staff  Staff
	Key    Key
}

// StakesTransferred: units of a pool's bets play in another pool of the race,
// with their whole stakes (III-9-3-I-b). The bets stay where they were sold.
type StakesTransferred struct {
	From, To PoolID
	Amount   tote.Money
}

// PoolsShared: pools of a race are computed as one (III bis-4). The dividends
// that follow pay out of what each then holds.
type PoolsShared struct {
	Pools     []PoolShare
	Level     uint8 // how many horses less the main ranks ask, for want of a winner (III bis-4-8)
	Citations []Citation
}

// PoolShare is one of the pools computed as one.
type PoolShare struct {
	Pool      PoolID
	Treated   bool       // competes for the whole; its bets are refunded otherwise
	Gave, Got tote.Money // to and from the others
}

// Citation is what the pools' bettors staked on a horse at each place, in thirds
// of a cent (III bis-4-1).
type Citation struct {
	Horse                        tote.Horse
	First, Second, Third, Fourth int64
}

// HostDividendsEntered: what the host of an international pool sent, as one member of
// staff read it: dividends, or why the pool is refunded (IIIt-1).
type HostDividendsEntered struct {
	Pool   PoolID
	Refund tote.Reason
	Lines  []HostLine
	Staff  Staff
}

// HostDividendsConfirmed: another member of staff read the same. Bets are paid by it
// unless something else is entered before the dividends are declared.
type HostDividendsConfirmed struct {
	Pool   PoolID
	Refund tote.Reason
	Lines  []HostLine
	Staff  Staff
}

// HostLine is what a host pays on a combination.
type HostLine struct {
	Combination string
	Dividend    tote.Dividend
}

// HostSettled: what an international pool's stakes leave beyond what its bets get is
// owed to the host, what they lack by it. The dividends that follow pay out of what
// the pool then holds.
type HostSettled struct {
	Pool      PoolID
	Gave, Got tote.Money // to and from the host
}

// DividendsDeclared: a pool is computed. Its stakes, less those that left and
// with those received, the money added from the bet's fund, what it gave to or
// got from the pools that share with it or a host, and the operator's TopUp become Refunds
// and Winnings, owed to bettors, and the rest; Booster enters the fund.
type DividendsDeclared struct {
	Pool                                    PoolID
	Procedure                               tote.Procedure
	Reason                                  tote.Reason
	Lines                                   []DividendLine
	Refunds, Winnings                       tote.Money
	Takeout, Progressive, Breakage, Booster tote.Money
	Staff                                   Staff
	// TopUp is what winnings, each rounded to the cent, ask beyond the stakes.
	TopUp tote.Money
	// Second is the digest of the Figures that a second calculator came to on
	// its own. They are this event's.
	Second Hash
	// Counted are the lines on which other stakes were counted than Lines tells:
	// those that are backed and not paid, and those that overlap with others. With
	// them the calculation can be redone. Of a pool refunded whole, an entry without
	// rank is what the bet's own rules refund.
	Counted []LineStakes
}

// LineStakes are the stakes that a pool's calculation counts on a line.
type LineStakes struct {
	Rank, Combination string
	Stakes            tote.Money
}

// DividendLine is one payable combination.
type DividendLine struct {
	Rank, Combination string
	Dividend          tote.Dividend
	Stakes            tote.Money
}

// BetsSettled: the bets From to To-1 of a pool have ended. Those in Ends won or
// are refunded, cancelled and purged ones had ended before, all others lost.
// Accounts are credited by this event; tickets become payable.
type BetsSettled struct {
	Pool     PoolID
	From, To uint32
	Ends     []BetEnd
}

// BetEnd is what a bet gets.
type BetEnd struct {
	Index    uint32
	Won      tote.Money
	Refunded tote.Money
	// Of Won and Refunded, what the pool owes that took over units of the bet.
	ReceiverWon, ReceiverRefunded tote.Money
	// Of Won and Refunded, what the Jackpot's fund adds and what of the service's
	// stakes goes back.
	JackpotWon, JackpotRefunded tote.Money
}

// JackpotFunded: the operator lends money to the Jackpot's fund of a bet, takes it
// back when Amount is negative, or gives it (II-11 ter).
type JackpotFunded struct {
	Bet    tote.BetCode
	Amount tote.Money
	Loan   bool
	Staff  Staff
	Key    Key
}

// JackpotSettled: the service on a pool's bets is computed, with the dividends that
// follow. Its stakes become Refunds, the operator's Takeout and the fund's Income;
// the fund owes the Winnings beyond what the pool pays.
type JackpotSettled struct {
	Pool                               PoolID
	Refunds, Takeout, Income, Winnings tote.Money
}

// TicketPaid: an anonymous ticket was paid in cash.
type TicketPaid struct {
	Bet         BetID
	PointOfSale PointOfSaleID
	Amount      tote.Money
	Key         Key
}

// KeyVoided: no command with this key will be accepted.
type KeyVoided struct{ Key Key }

// KeysExpired: the older generation of keys is forgotten, the younger becomes
// the older.
type KeysExpired struct{}
