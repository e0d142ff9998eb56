package engine

import (
	"slices"

	"opentote/event"
	"opentote/internal/assert"
	"opentote/tote"
)

// DeclareDividends computes every pool of an official or cancelled race and
// publishes its dividends. Declaring again changes nothing.
type DeclareDividends struct {
	Race  tote.RaceID
	Staff event.Staff
}

func (c *DeclareDividends) decide(d *decider) *Rejection {
	if rej := checkStaff(c.Staff); rej != nil {
		return rej
	}
	r, rej := d.find(c.Race, Official, Payable, Settled)
	if rej != nil || r.status != Official {
		return rej
	}
	// Computed whole before the first event: a command that has emitted may
	// not stop halfway.
	var computed []*event.DividendsDeclared
	var size event.Encoder
	size.Reset(d.now)
	for _, p := range r.pools {
		e := p.compute(r.result())
		e.Staff = c.Staff
		computed = append(computed, e)
		size.Append(e)
	}
	if size.Len() > event.PayloadMax-batchFull-commandMax {
		return rejectf(BadResult, "more payable combinations than a row of the journal holds")
	}
	for _, e := range computed {
		d.emit(e)
	}
	return nil
}

// compute works out a pool's dividends and where each cent of it goes.
func (p *pool) compute(res tote.Result) *event.DividendsDeclared {
	card, reason := p.bet.Card(res)
	if card == nil {
		return p.refundAll(reason)
	}
	stakes := p.count(card)
	s := card.Share(stakes)
	if s.RefundAll() {
		return p.refundAll(s.Reason)
	}
	winnings := p.winnings(card, &s)
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
	also := make([]int, len(staked))
	for i := range p.bets.len() {
		b := p.bets.at(i)
		if b.state != Live {
			continue
		}
		clear(also)
		overlaps.CountAlso(&b.pattern, also)
		for line, n := range also {
			staked[line] += b.unit * tote.Money(n)
		}
	}
	return staked
}

// refundAll returns the stakes to the bettors and the added money to the fund it
// came from (II-17-I).
func (p *pool) refundAll(reason tote.Reason) *event.DividendsDeclared {
	return &event.DividendsDeclared{
		Pool: p.id, Procedure: tote.Refund, Reason: reason, Refunds: p.stakes, Booster: p.added,
	}
}

// count sums the pool's stakes by how they end on the card.
func (p *pool) count(card tote.Card) tote.Stakes {
	lines := len(card.Lines())
	stakes := tote.Stakes{Total: p.stakes, Added: p.added, OnLine: make([]tote.Money, lines)}
	var t tote.Tally
	for i := range p.bets.len() {
		b := p.bets.at(i)
		if b.state != Live {
			continue
		}
		t.Reset(lines)
		card.Count(&b.pattern, &t)
		stakes.Refunded += b.unit * tote.Money(t.Refunded)
		for line, n := range t.Won {
			stakes.OnLine[line] += b.unit * tote.Money(n)
		}
	}
	return stakes
}

// winnings sums what the pool's bets win.
func (p *pool) winnings(card tote.Card, s *tote.Settlement) tote.Money {
	var t tote.Tally
	var sum tote.Money
	for i := range p.bets.len() {
		if b := p.bets.at(i); b.state == Live {
			won, _ := b.end(card, s.Dividends, &t)
			sum += won
		}
	}
	return sum
}

// end returns what a bet wins and what it is refunded. Each winning unit
// combination is rounded to the cent on its own (II-14).
func (b *row) end(card tote.Card, dividends []tote.Dividend, t *tote.Tally) (won, refunded tote.Money) {
	t.Reset(len(dividends))
	card.Count(&b.pattern, t)
	for line, n := range t.Won {
		if n > 0 {
			won += dividends[line].Pay(b.unit) * tote.Money(n)
		}
	}
	return won, b.unit * tote.Money(t.Refunded)
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

// settleMax keeps the event under a tenth of a row, each end taking at most
// thirty bytes.
const settleMax = 1024

func (c *SettleBets) decide(d *decider) *Rejection {
	c.Ended, c.Credited, c.Payable, c.More = 0, 0, 0, false
	r, rej := d.find(c.Race, Payable, Settled)
	if rej != nil || r.status == Settled {
		return rej
	}
	for _, p := range r.pools {
		if p.settled < p.bets.len() {
			d.emit(c.slice(p))
			break
		}
	}
	c.More = r.status != Settled
	return nil
}

// slice works out how the next bets of a pool end.
func (c *SettleBets) slice(p *pool) *event.BetsSettled {
	e := &event.BetsSettled{Pool: p.id, From: p.settled, To: min(p.settled+settleMax, p.bets.len())}
	ends := p.ending()
	for i := e.From; i < e.To; i++ {
		b := p.bets.at(i)
		if b.state != Live {
			continue
		}
		c.Ended++
		won, refunded := ends(b)
		if won+refunded == 0 {
			continue
		}
		e.Ends = append(e.Ends, event.BetEnd{Index: i, Won: won, Refunded: refunded})
		if b.owner.account() != 0 {
			c.Credited += won + refunded
		} else {
			c.Payable += won + refunded
		}
	}
	return e
}

// ending returns how a bet of the pool ends under the dividends declared.
func (p *pool) ending() func(*row) (won, refunded tote.Money) {
	if p.declared.Procedure == tote.Refund {
		return func(b *row) (tote.Money, tote.Money) { return 0, b.cost() }
	}
	if p.card == nil {
		card, _ := p.bet.Card(p.race.result())
		assert.That(card != nil, "pool %d has dividends but no card", p.id)
		p.card = card
	}
	dividends := make([]tote.Dividend, len(p.card.Lines()))
	for _, l := range p.declared.Lines {
		for i, line := range p.card.Lines() {
			if line.Rank == l.Rank && line.Combination == l.Combination {
				dividends[i] = l.Dividend
			}
		}
	}
	var t tote.Tally
	return func(b *row) (tote.Money, tote.Money) { return b.end(p.card, dividends, &t) }
}

// GetRaceAccounts tells where the money of a race's pools is.
type GetRaceAccounts struct {
	Race tote.RaceID

	View RaceView // answer
}

// RaceView is a race as its accounts see it.
type RaceView struct {
	Race      tote.RaceID
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
	return nil
}

func (r *race) view() RaceView {
	v := RaceView{Race: r.id, Status: r.status, Cancelled: r.cancelled}
	for _, p := range r.pools {
		v.Pools = append(v.Pools, PoolView{
			Pool: p.id, Bet: p.terms.Bet, Rulebook: p.terms.Rulebook,
			Bets: p.bets.len() - p.cancelled - p.purged, Cancelled: p.cancelled,
			Purged: p.purged, PurgedStakes: p.purgedStakes,
			Stakes: p.stakes, Added: p.added, Paid: p.paid, Declared: p.declared, Settled: p.settled,
		})
	}
	return v
}
