package engine

import (
	"fmt"
	"slices"

	"opentote/event"
	"opentote/internal/assert"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// DeclareDividends computes every pool of an official or cancelled race and
// publishes its dividends, if a second calculator comes to the same figures.
// Declaring again changes nothing.
type DeclareDividends struct {
	Race  tote.RaceID
	Staff event.Staff
	// Second is what the second calculator came to, sorted figures of each pool.
	Second []event.Figures

	// Computed is what the engine comes to; an answer with CalculatorsDisagree too.
	Computed []event.Figures
}

func (c *DeclareDividends) decide(d *decider) *Rejection {
	c.Computed = nil
	if rej := checkStaff(c.Staff); rej != nil {
		return rej
	}
	r, rej := d.find(c.Race, Official, Payable, Settled)
	if rej != nil || r.status != Official {
		return rej
	}
	if awaited := r.awaitedHost(); awaited != "" {
		return rejectf(HostAwaited, string(awaited))
	}
	if waits, ok := d.pendingReports(r); ok {
		return rejectf(ReportsPending, waits.id.String())
	}
	// Computed whole before the first event: a command that has emitted may
	// not stop halfway.
	defer r.forget()
	computed := r.compute(c.Staff)
	c.Computed = computed.figures
	if !computed.fits(d.now) {
		computed.shorten()
	}
	if !computed.fits(d.now) {
		return rejectf(BadResult, "more payable combinations than a row of the journal holds")
	}
	if rej := c.agree(); rej != nil {
		return rej
	}
	if missing := d.shortOf(computed.jackpots); missing > 0 {
		return &Rejection{Code: JackpotShort, Limit: missing}
	}
	for _, e := range computed.events {
		d.emit(e)
	}
	return nil
}

// agree refuses what the second calculator does not say as well, to the cent.
func (c *DeclareDividends) agree() *Rejection {
	for i := range c.Computed {
		f := &c.Computed[i]
		at := slices.IndexFunc(c.Second, func(s event.Figures) bool { return s.Pool == f.Pool })
		if at < 0 {
			return rejectf(NotRecomputed, fmt.Sprintf("pool %d", f.Pool))
		}
		if difference := f.Difference(&c.Second[at]); difference != "" {
			return rejectf(CalculatorsDisagree, fmt.Sprintf("pool %d: %s", f.Pool, difference))
		}
	}
	return nil
}

// computed is what declaring a race's dividends comes to.
type computed struct {
	staff   event.Staff
	events  []event.Event
	figures []event.Figures // of each pool
	// jackpots are the services on the pools, in their order.
	jackpots []*event.JackpotSettled
}

// fits reports whether a row of the journal holds the events.
func (c *computed) fits(now event.Millis) bool {
	var size event.Encoder
	size.Reset(now)
	for _, e := range c.events {
		size.Append(e)
	}
	return size.Len() <= event.PayloadMax-batchFull-commandMax
}

// shorten leaves out what only explains the dividends.
func (c *computed) shorten() {
	for _, e := range c.events {
		if d, ok := e.(*event.DividendsDeclared); ok {
			d.Counted = nil
		}
	}
}

// counted lists the lines on which other stakes are counted than those published,
// which are some of the lines, in their order.
func counted(lines []tote.Line, onLine []tote.Money, published []event.DividendLine) (list []event.LineStakes) {
	for i, l := range lines {
		shown := tote.Money(0)
		if len(published) > 0 && published[0].Rank == l.Rank && published[0].Combination == l.Combination {
			shown, published = published[0].Stakes, published[1:]
		}
		if onLine[i] != shown {
			list = append(list, event.LineStakes{Rank: l.Rank, Combination: l.Combination, Stakes: onLine[i]})
		}
	}
	return list
}

// countedRefund lists the stakes on all lines of a pool refunded whole, and first
// what its own rules refund.
func countedRefund(lines []tote.Line, stakes tote.Stakes) (list []event.LineStakes) {
	if stakes.Refunded != 0 {
		list = append(list, event.LineStakes{Stakes: stakes.Refunded})
	}
	return append(list, counted(lines, stakes.OnLine, nil)...)
}

// declare adds the dividends of a pool that held some money.
func (c *computed) declare(e *event.DividendsDeclared, held tote.Money) {
	f := e.Figures(held)
	e.Staff, e.Second = c.staff, f.Digest()
	c.events, c.figures = append(c.events, e), append(c.figures, f)
}

// compute works out the dividends of the race's pools. What one pool sends to
// another is known first: the other's stakes depend on it. Pools of a single pool
// are computed together.
func (r *race) compute(staff event.Staff) *computed {
	c := &computed{staff: staff}
	res := r.result()
	sent, received := map[*pool]tote.Money{}, map[*pool]tote.Money{}
	for _, p := range r.pools {
		if e := p.transfer(res); e != nil {
			sent[p], received[p.to] = e.Amount, e.Amount
			c.events = append(c.events, e)
		}
	}
	for _, p := range r.pools {
		if p.hosted.bet != nil {
			settled, e := p.shareAbroad(res)
			if settled != nil {
				c.events = append(c.events, settled)
			}
			c.declare(e, p.stakes+p.added)
			continue
		}
		if p.single == nil {
			e := p.compute(res, sent[p], received[p])
			if j := p.settleJackpot(e); j != nil {
				c.events, c.jackpots = append(c.events, j), append(c.jackpots, j)
			}
			c.declare(e, p.stakes-sent[p]+received[p]+p.added)
		}
	}
	for _, s := range r.singles() {
		shared, declared := s.compute(res)
		c.events = append(c.events, shared)
		i := 0
		s.each(func(_ rulebook.PoolBet, p *pool) {
			c.declare(declared[i], p.stakes+p.added)
			i++
		})
	}
	return c
}

// compute works out a pool's dividends and where each cent of it goes.
func (p *pool) compute(res tote.Result, sent, received tote.Money) *event.DividendsDeclared {
	refund := func(reason tote.Reason) *event.DividendsDeclared {
		// Added money goes back to its fund (II-17-I).
		return &event.DividendsDeclared{
			Pool: p.id, Procedure: tote.Refund, Reason: reason,
			Refunds: p.stakes - sent + received, Booster: p.added,
		}
	}
	card, reason := p.alone(res)
	if card == nil {
		return refund(reason)
	}
	stakes := p.count(card)
	stakes.Total += received
	assert.That(stakes.Transferred == sent, "pool %d sends %d, its bets %d", p.id, sent, stakes.Transferred)
	s := card.Share(stakes)
	if s.RefundAll() {
		e := refund(s.Reason)
		e.Counted = countedRefund(card.Lines(), stakes)
		return e
	}
	winnings := p.winnings(card, s.Dividends)
	split := s.Split(stakes, stakes.Refunded, winnings)
	e := &event.DividendsDeclared{
		Pool: p.id, Procedure: s.Procedure,
		Refunds: stakes.Refunded, Winnings: winnings,
		Takeout: split.Takeout, Progressive: split.Progressive,
		Breakage: split.Breakage, Booster: split.Booster, TopUp: split.TopUp,
	}
	// A combination that nobody holds is not published: there can be very many.
	staked := p.staked(card, stakes)
	for i, l := range card.Lines() {
		if s.Dividends[i] > 0 && staked[i] > 0 {
			e.Lines = append(e.Lines, event.DividendLine{
				Rank: l.Rank, Combination: l.Combination, Dividend: s.Dividends[i], Stakes: staked[i],
			})
		}
	}
	e.Counted = counted(card.Lines(), stakes.OnLine, e.Lines)
	return e
}

// staked returns what is published as staked on each line. Where lines overlap,
// a unit that is paid at one line is published at every line whose combination
// it holds.
func (p *pool) staked(card tote.Card, stakes tote.Stakes) []tote.Money {
	overlaps, ok := card.(tote.Overlaps)
	if !ok {
		return stakes.OnLine
	}
	staked := slices.Clone(stakes.OnLine)
	sums := onAllCores(&p.bets, sieveOf(card), func(sum *[]tote.Money) func(uint32, *row) {
		*sum = make([]tote.Money, len(staked))
		also := make([]int, len(staked))
		return func(_ uint32, b *row) {
			clear(also)
			overlaps.CountAlso(&b.pattern, also)
			for line, n := range also {
				(*sum)[line] += b.unit * tote.Money(n)
			}
		}
	})
	for _, sum := range sums {
		for line, m := range sum {
			staked[line] += m
		}
	}
	return staked
}

// SettleBets ends the next bets of a race whose dividends are declared, at most
// settleMax of them: repeat while More, so that sales go on in between.
type SettleBets struct {
	Race tote.RaceID

	Ended    int        // answer: bets
	Credited tote.Money // answer: to wallets
	Payable  tote.Money // answer: on tickets
	More     bool       // answer
}

// settleMax keeps the event under a quarter of a row, each end taking at most
// fifty bytes.
const settleMax = 1024

func (c *SettleBets) decide(d *decider) *Rejection {
	c.Ended, c.Credited, c.Payable, c.More = 0, 0, 0, false
	r, rej := d.find(c.Race, Payable, Settled)
	if rej != nil || r.status == Settled {
		return rej
	}
	if r.allEnded() {
		c.Credited = d.carryAll(r)
	} else {
		i := slices.IndexFunc(r.pools, func(p *pool) bool { return p.settled < p.bets.len() })
		d.emit(c.slice(r.pools[i]))
	}
	c.More = r.status != Settled
	return nil
}

// slice works out how the next bets of a pool end.
func (c *SettleBets) slice(p *pool) *event.BetsSettled {
	e := &event.BetsSettled{Pool: p.id, From: p.settled, To: min(p.settled+settleMax, p.bets.len())}
	ends := p.endings(e.From)
	for i := e.From; i < e.To; i++ {
		b := p.bets.at(i)
		if b.state != Live {
			continue
		}
		c.Ended++
		end := ends.of(i, b)
		if end.Won+end.Refunded == 0 {
			continue
		}
		end.Index = i
		e.Ends = append(e.Ends, end)
		switch {
		case hasReport(p.extra(i)): // its chain is credited when all of its leg has ended
		case b.owner.account() != 0:
			c.Credited += end.Won + end.Refunded
		default:
			c.Payable += end.Won + end.Refunded
		}
	}
	return e
}

// GetRaceAccounts tells where the money of a race's pools is.
type GetRaceAccounts struct {
	Race tote.RaceID

	View RaceView // answer
}

// RaceView is a race as its accounts see it.
type RaceView struct {
	Race      tote.RaceID
	At        event.Seq // the journal's position it is of
	Status    Status
	Cancelled bool
	Pools     []PoolView
}

// PoolView is where the money of a pool is.
type PoolView struct {
	Pool         event.PoolID
	Bet          tote.BetCode
	Rulebook     string
	Bets         uint32 // that count: not cancelled, not purged
	Cancelled    uint32
	Purged       uint32
	PurgedStakes tote.Money
	Stakes       tote.Money
	Added        tote.Money               // from the bet's fund
	Sent         tote.Money               // stakes of units that play in another pool
	Received     tote.Money               // stakes of other pools' units that play here
	Shared       tote.Money               // from the pools computed with this one, negative to them
	Host         tote.Money               // from the host that shares the pool out, negative to it
	Jackpot      JackpotView              // the service on the pool's bets
	Paid         tote.Money               // credited or collected so far, purged bets included
	Declared     *event.DividendsDeclared // nil before
	Settled      uint32
}

func (c *GetRaceAccounts) decide(d *decider) *Rejection {
	r := d.raceByID[c.Race]
	if r == nil {
		return rejectNoRace
	}
	c.View = r.view()
	c.View.At = d.last
	return nil
}

func (r *race) view() RaceView {
	v := RaceView{Race: r.id, Status: r.status, Cancelled: r.cancelled}
	for _, p := range r.pools {
		v.Pools = append(v.Pools, PoolView{
			Pool: p.id, Bet: p.terms.Bet, Rulebook: p.terms.Rulebook,
			Bets: p.bets.len() - p.cancelled - p.purged, Cancelled: p.cancelled,
			Purged: p.purged, PurgedStakes: p.purgedStakes,
			Stakes: p.stakes, Added: p.added, Sent: p.sent, Received: p.received, Shared: p.balance, Host: p.hosted.balance, Jackpot: p.side.view(), Paid: p.paid, Declared: p.declared, Settled: p.settled,
		})
	}
	return v
}
