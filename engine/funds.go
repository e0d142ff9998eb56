package engine

import (
	"slices"
	"strings"

	"opentote/event"
	"opentote/internal/assert"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// fund is what the pools of a bet have kept for later races: its Fonds Booster,
// or the reserve fund of a bet that has one (II-17, III-9-7). The funds together
// are the ledger's class Boosters.
type fund struct {
	bet   tote.BetCode
	money tote.Money
}

// funds are sorted by bet, so that they are archived and listed in one order.
type funds []fund

func (f funds) find(bet tote.BetCode) (int, bool) {
	return slices.BinarySearchFunc(f, bet, func(x fund, bet tote.BetCode) int {
		return strings.Compare(string(x.bet), string(bet))
	})
}

// of returns what the fund of a bet holds.
func (f funds) of(bet tote.BetCode) tote.Money {
	if i, ok := f.find(bet); ok {
		return f[i].money
	}
	return 0
}

// add puts money into the fund of a bet, or takes it out when negative.
func (f *funds) add(bet tote.BetCode, m tote.Money) {
	if m == 0 {
		return
	}
	i, ok := f.find(bet)
	if !ok {
		*f = slices.Insert(*f, i, fund{bet: bet})
	}
	(*f)[i].money += m
	if (*f)[i].money < 0 {
		assert.Fail("the fund of %s falls to %d", bet, (*f)[i].money)
	}
}

func (s *State) boosterReleased(e *event.BoosterReleased) {
	p, ok := s.pool(e.Pool)
	assert.That(ok && p.race.status == Scheduled, "money added to pool %d", e.Pool)
	s.ledger.move(Boosters, Pools, e.Amount)
	s.funds.add(p.terms.Bet, -e.Amount)
	p.added += e.Amount
	s.keys.set(e.Key, outcome{kind: BoosterWasReleased, ref: uint64(e.Pool), amount: e.Amount})
}

// ReleaseBooster adds money of a bet's fund to the bet's pool on a race. It is
// announced before the sales begin, so the race's betting must not have opened
// (II-17-I, III-9-7.1).
type ReleaseBooster struct {
	Key    event.Key
	Race   tote.RaceID
	Bet    tote.BetCode
	Amount tote.Money
	Staff  event.Staff

	Added tote.Money // answer: to the pool so far
	Fund  tote.Money // answer: what the fund still holds
}

func (c *ReleaseBooster) decide(d *decider) *Rejection {
	o, again, rej := d.repeat(c.Key, BoosterWasReleased)
	if rej != nil {
		return rej
	}
	if rej := checkStaff(c.Staff); rej != nil {
		return rej
	}
	r := d.raceByID[c.Race]
	if r == nil {
		return rejectNoRace
	}
	p, ok := r.pool(c.Bet)
	if !ok {
		return rejectNotOnSale
	}
	if again {
		if o.ref != uint64(p.id) || o.amount != c.Amount {
			return reject(KeyReused)
		}
		c.Added, c.Fund = p.added, d.funds.of(c.Bet)
		return nil
	}
	if r.status != Scheduled {
		return reject(WrongStatus)
	}
	// A pool with its added money stays within what its calculation can count.
	if c.Amount <= 0 || c.Amount > tote.MaxStake-p.added || c.Amount%p.step() != 0 {
		return reject(BadAmount)
	}
	if held := d.funds.of(c.Bet); c.Amount > held {
		return &Rejection{Code: FundTooSmall, Limit: held}
	}
	d.emit(&event.BoosterReleased{Pool: p.id, Amount: c.Amount, Staff: c.Staff, Key: c.Key})
	c.Added, c.Fund = p.added, d.funds.of(c.Bet)
	return nil
}

// step is what an amount released to the pool is a multiple of: a Tirelire of the
// reserve fund comes in thousands of euros (III-9-7.1), as does a prime of a single
// pool (II-17-II).
func (p *pool) step() tote.Money {
	const thousand tote.Money = 1_000_00
	if p.single != nil {
		return thousand
	}
	if book, ok := rulebook.ByID(rulebook.ID(p.terms.Rulebook)); ok {
		if terms, ok := book.Terms(p.terms.Bet); ok && terms.Levy != 0 {
			return thousand
		}
	}
	return 1
}

// GetFunds lists the funds that ever held money, sorted by bet.
type GetFunds struct {
	Funds    []FundView // answer
	Jackpots []FundView // answer: of the services
}

// FundView is what a bet's fund holds.
type FundView struct {
	Bet   tote.BetCode
	Money tote.Money
	Lent  tote.Money // of it, or spent of it, the operator's loan; Jackpots only
}

func (c *GetFunds) decide(d *decider) *Rejection {
	c.Funds = make([]FundView, 0, len(d.funds))
	for _, f := range d.funds {
		c.Funds = append(c.Funds, FundView{Bet: f.bet, Money: f.money})
	}
	c.Jackpots = make([]FundView, 0, len(d.jackpots))
	for _, f := range d.jackpots {
		c.Jackpots = append(c.Jackpots, FundView{Bet: f.bet, Money: f.money, Lent: d.loans.of(f.bet)})
	}
	return nil
}
