package engine

import (
	"slices"

	"opentote/event"
	"opentote/internal/assert"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// State is everything the engine knows: the sum of the events applied to it.
// It has no locks: the writer's goroutine owns the live one, and whoever
// replays owns his copy.
type State struct {
	last     event.Seq
	at       event.Millis
	accounts []account // by AccountID-1
	tills    []till    // by PointOfSaleID-1
	races    []*race   // in order of declaration
	raceByID map[tote.RaceID]*race
	pools    []*pool // by PoolID-1
	keys     keyring
	ledger   ledger
	funds    funds
	jackpots funds          // of the Jackpot services: the ledger's class Jackpots
	loans    funds          // what the operator has lent to them
	orders   []*reportOrder // in the order they came
	reports  []*report      // by ReportID-1; of the orders
}

type account struct {
	balance tote.Money
}

type till struct {
	cash tote.Money // sold minus paid, since it opened
}

// NewState returns the state before the first event.
func NewState() *State {
	return &State{raceByID: map[tote.RaceID]*race{}, keys: newKeyring()}
}

// Last returns the number of the last event applied.
func (s *State) Last() event.Seq { return s.last }

// Time returns the time of the last event applied.
func (s *State) Time() event.Millis { return s.at }

func (s *State) account(id event.AccountID) (*account, bool) {
	if id == 0 || uint64(id) > uint64(len(s.accounts)) {
		return nil, false
	}
	return &s.accounts[id-1], true
}

func (s *State) till(id event.PointOfSaleID) (*till, bool) {
	if id == 0 || uint64(id) > uint64(len(s.tills)) {
		return nil, false
	}
	return &s.tills[id-1], true
}

func (s *State) pool(id event.PoolID) (*pool, bool) {
	if id == 0 || uint64(id) > uint64(len(s.pools)) {
		return nil, false
	}
	return s.pools[id-1], true
}

// bet finds a bet and its pool.
func (s *State) bet(id event.BetID) (*pool, *row, bool) {
	p, ok := s.pool(id.Pool())
	if !ok || id.Index() >= p.bets.len() {
		return nil, nil, false
	}
	return p, p.bets.at(id.Index()), true
}

// race is one race's state.
type race struct {
	id         tote.RaceID
	status     Status
	cancelled  bool
	start      event.Millis
	deadline   event.Millis
	declared   tote.HorseSet
	nonRunners tote.HorseSet
	stables    []tote.HorseSet
	pools      []*pool
	arrival    [][]tote.Horse
	enteredBy  event.Staff
	stoppedAt  event.Millis
	// chains are the reports whose current leg is here, in the order they came.
	chains   []*report
	detached bool // what is carried here enters no pool: the order of the races changed
}

// Status is how far a race has come. It only grows, except between Open and
// Suspended, and from Provisional to a corrected Provisional.
type Status uint8

// The statuses.
const (
	Scheduled   Status = iota + 1
	Open               // bets are taken
	Suspended          // bets are not taken for the moment
	Stopped            // for good
	Provisional        // an arrival is known
	Official           // confirmed by a second person, or the race is cancelled
	Payable            // dividends are declared
	Settled            // every bet has ended
)

func (r *race) field() tote.Field {
	return tote.Field{Declared: r.declared, NonRunners: r.nonRunners}
}

func (r *race) result() tote.Result {
	res := tote.Result{
		Declared: r.declared, NonRunners: r.nonRunners,
		Stables: r.stables, Arrival: r.arrival,
	}
	if r.cancelled {
		res.Status = tote.Cancelled
	}
	return res
}

func (r *race) pool(code tote.BetCode) (*pool, bool) {
	for _, p := range r.pools {
		if p.terms.Bet == code {
			return p, true
		}
	}
	return nil, false
}

// pool is one pool's state. Its bets never leave it: their rows tell how they
// ended.
type pool struct {
	id     event.PoolID
	race   *race
	terms  event.PoolDeclared
	bet    tote.Bet
	delay  event.Millis // how long a bet can be cancelled
	bets   columns
	stakes tote.Money // of the bets that count: not cancelled, not purged
	added  tote.Money // from the bet's fund, before sales
	// shaped is bet where its units have a shape, else nil; derived, not state.
	shaped  tote.Shaped
	backing tote.Backing           // of the bets that count and were not drawn
	extras  []extra                // by index
	jackpot *rulebook.JackpotTerms // nil where the service is not offered; derived
	side    side
	// Units with a non-runner may play in another pool of the race, their bets
	// stay where they were sold.
	to, from       *pool
	sent, received tote.Money

	hosted hosted

	// Pools of a single pool are computed together.
	single  *single        // nil for a pool of its own
	joined  bool           // computed with the others
	level   rulebook.Level // of the card they were computed on
	balance tote.Money     // from the others, negative to them

	cancelled, purged uint32 // bets
	purgedStakes      tote.Money

	declared *event.DividendsDeclared // nil before
	settled  uint32                   // bets 0 .. settled-1 have ended
	won      tote.Money               // by settled bets, units received included
	refunded tote.Money
	paid     tote.Money // of won, refunded and purged: credited or collected
	shares   []share    // by index: what the pool that took over units owes its bets

	// Derived, not state: what the pool's last count found, until its dividends
	// are declared or refused, and how its bets end, until all have.
	hits     *hits
	settling *ends
}

// share is the part of what a settled bet gets that another pool owes.
type share struct {
	index uint32
	money tote.Money
}

// columns keep a pool's bets: rows without pointers in blocks that never move,
// so that a pool grows without copying and costs the collector nothing.
type columns struct {
	blocks []block
	n      uint32
}

// block keeps what a scan looks at first apart from the rows: eight bytes a bet
// tell that most of them lose, and a dozen times as many are never read.
type block struct {
	horses []tote.HorseSet // the selections of the rows' patterns
	rows   []row
	frozen bool // a snapshot may be reading the rows: they are replaced, not changed
}

const blockRows = 1024

func (c *columns) len() uint32 { return c.n }

// at returns a bet to read.
func (c *columns) at(i uint32) *row { return &c.blocks[i/blockRows].rows[i%blockRows] }

// change returns a bet to change. Its pattern must stay.
func (c *columns) change(i uint32) *row {
	b := &c.blocks[i/blockRows]
	if b.frozen {
		b.rows = append(make([]row, 0, blockRows), b.rows...)
		b.frozen = false
	}
	return &b.rows[i%blockRows]
}

// freeze returns the bets as they are now, to be read while this goes on.
func (c *columns) freeze() columns {
	for i := range c.blocks {
		c.blocks[i].frozen = true
	}
	return columns{blocks: slices.Clone(c.blocks), n: c.n}
}

func (c *columns) add(r row) {
	if c.n%blockRows == 0 {
		c.blocks = append(c.blocks, block{horses: make([]tote.HorseSet, 0, blockRows), rows: make([]row, 0, blockRows)})
	}
	b := &c.blocks[c.n/blockRows]
	b.horses, b.rows = append(b.horses, r.pattern.Selection()), append(b.rows, r)
	c.n++
}

// row is one bet.
type row struct {
	pattern  tote.Pattern
	owner    owner
	unit     tote.Money // stake of each combination
	at       event.Millis
	won      tote.Money
	refunded tote.Money
	units    uint32
	state    BetState
}

func (r *row) cost() tote.Money { return r.unit * tote.Money(r.units) }

// owner is who paid for a bet: an account, or a till where it was sold to a
// stranger.
type owner uint64

const tillBit owner = 1 << 63

func ownerOf(a event.AccountID, p event.PointOfSaleID) owner {
	if p != 0 {
		return owner(p) | tillBit
	}
	return owner(a)
}

func (o owner) account() event.AccountID {
	if o&tillBit != 0 {
		return 0
	}
	return event.AccountID(o)
}

func (o owner) till() event.PointOfSaleID {
	if o&tillBit == 0 {
		return 0
	}
	return event.PointOfSaleID(o &^ tillBit)
}

// BetState is the life of a bet. It has no way back.
type BetState uint8

// The states.
const (
	Live         BetState = iota + 1
	CancelledBet          // by the bettor, money returned
	LostBet               // nothing to collect
	PayableBet            // won or refunded, a ticket not yet presented
	PaidBet               // credited to the wallet or paid in cash
)

// ledger is double entry over the classes of account: every move takes from
// one class what it gives to another, so the sum is always zero. Classes that
// hold the operator's assets run negative.
type ledger [classes]tote.Money

// Class is a class of the ledger.
type Class uint8

// The classes.
const (
	Bank        Class = iota // money deposited from outside: negative
	Cash                     // in the tills: negative while they hold money
	Wallets                  // owed to account holders
	Pools                    // stakes and added money not yet computed
	Owed                     // winnings and refunds not yet credited or collected
	Takeout                  // deducted from stakes, less what winners' cents were topped up with
	Progressive              // deducted from high dividends
	Breakage                 // rounding
	Boosters                 // kept for later races: the sum of the bets' funds
	Services                 // stakes of Jackpot services not yet computed
	Jackpots                 // kept to pay multipliers: the sum of the services' funds
	Operator                 // what the operator has put into the Jackpots and paid for parts that could enter no pool: negative
	Hosts                    // owed to the hosts of international pools, by them when negative
	Reports                  // what legs of reports brought, on its way to the next
	classes
)

var classNames = [classes]string{
	"bank", "cash", "wallets", "pools", "owed", "takeout", "progressive", "breakage", "boosters",
	"services", "jackpots", "operator", "hosts", "reports",
}

func (c Class) String() string { return classNames[c] }

func (l *ledger) move(from, to Class, m tote.Money) {
	if m < 0 {
		assert.Fail("negative move of %d from %v to %v", m, from, to)
	}
	l[from] -= m
	l[to] += m
}
