package audit

import (
	"opentote/event"
	"opentote/tote"
)

// pool is what the audit knows of a pool.
type pool struct {
	id       event.PoolID
	race     *race
	terms    event.PoolDeclared
	bet      tote.Bet
	delay    event.Millis // how long a bet can be cancelled
	stakes   tote.Money   // of live bets
	added    tote.Money   // from the bet's fund
	backing  tote.Backing // of live bets that were not drawn
	services services
	// Units with a non-runner may play in another pool, their bets stay here.
	to, from       *pool
	sent, received tote.Money
	hosted         hosted
	single         *single    // of pools computed as one, nil for one by itself
	balance        tote.Money // from the pools computed with it, negative to them
	sales          sales      // dropped when the pool is settled
	states         []state    // by index: all that is kept of a bet after that
	due            map[uint32]tote.Money
	unpaid         tote.Money          // sum of due
	carriers       map[uint32]*carrier // by index, of bets that are legs; dropped when the pool is settled

	declared *event.DividendsDeclared // nil before
	card     payout                   // of the result, from the dividends until settled
	settled  uint32                   // bets
	won      tote.Money               // by settled bets, units received included
	refunded tote.Money
}

// payout is what a result makes payable: a pool's own tote.Card, or that of pools
// computed as one.
type payout interface {
	Lines() []tote.Line
	Count(p *tote.Pattern, t *tote.Tally)
}

// alone returns what a result makes payable in a pool computed by itself.
func (p *pool) alone() (tote.Card, tote.Reason) { return p.bet.(tote.BetType).Card(p.race.result()) }

// state is the life of a bet.
type state uint8

const (
	live state = iota
	cancelled
	lost
	payable // a ticket not presented yet, its amount is in due
	paid
)

func (s state) String() string {
	return [...]string{"not settled", "cancelled", "lost", "payable", "paid already"}[s]
}

func (p *pool) about() Finding { return Finding{Race: p.race.id, Pool: p.id} }

func (p *pool) aboutBet(index uint32) Finding {
	return Finding{Race: p.race.id, Pool: p.id, Bet: event.BetIn(p.id, index)}
}

// sale is a bet as it was sold: a plain value without pointers, kept in blocks
// that never move, so that millions of them cost the collector nothing.
type sale struct {
	pattern tote.Pattern
	account event.AccountID // 0 for a ticket
	unit    tote.Money
	at      event.Millis
	units   uint32
	unread  bool // its pattern is no bet of the pool's type
}

func (s *sale) cost() tote.Money { return s.unit * tote.Money(s.units) }

type sales struct {
	blocks [][]sale
}

const blockSales = 2048

func (s *sales) add(x sale) {
	n := len(s.blocks)
	if n == 0 || len(s.blocks[n-1]) == blockSales {
		s.blocks = append(s.blocks, make([]sale, 0, blockSales))
		n++
	}
	s.blocks[n-1] = append(s.blocks[n-1], x)
}

func (s *sales) at(i uint32) *sale { return &s.blocks[i/blockSales][i%blockSales] }

// owe notes that a bet gets money: a wallet at once, a ticket when it is
// presented. It returns what went to a wallet.
func (a *auditor) owe(p *pool, index uint32, m tote.Money) (credited tote.Money) {
	s := p.sales.at(index)
	if s.account == 0 {
		p.states[index] = payable
		p.due[index] = m
		p.unpaid += m
		return 0
	}
	p.states[index] = paid
	a.report.Totals.Paid += m
	return a.credit(s.account, m, p.aboutBet(index))
}

// holds is the money in the pool before its dividends.
func (p *pool) holds() tote.Money {
	return p.stakes - p.sent + p.received + p.balance + p.hosted.balance + p.added
}
