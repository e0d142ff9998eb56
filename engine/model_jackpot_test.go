package engine_test

import (
	"pgregory.net/rapid"

	"opentote/engine"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// modelSide is the Jackpot service of a pool's bets once its dividends are known.
type modelSide struct{ refunds, takeout, income, winnings tote.Money }

// price is what a bet costs with the service on it.
func (b *modelBet) price() tote.Money { return b.cost() + b.service*tote.Money(b.units) }

// withJackpot puts the service on a bet that asks for it.
func (p *modelPool) withJackpot(b *modelBet, c *engine.PlaceBet, least tote.Money) engine.Code {
	if !c.Jackpot {
		return ""
	}
	if code := p.stakeFits(b, least); code != "" {
		return code
	}
	if p.offer.Jackpot == 0 {
		return engine.NoJackpot
	}
	multipliers := map[bool][]uint32{false: {10000, 1000, 100, 50, 20, 10}, true: {10000, 1000, 100, 50, 20, 15, 10}}[p.offer.Bet == two]
	single := b.pattern.Formula == tote.Unit
	four := p.offer.Bet == two && b.pattern.Formula == tote.Combined && b.pattern.Sizes[0] <= 4
	switch {
	case !single && !four && !(p.offer.Bet == toWin && b.units == 1 && b.pattern.Formula == tote.Combined):
		return engine.JackpotFormula
	case b.unit < p.offer.BaseStake:
		return engine.StakeTooSmall
	case b.unit%3 != 0 || b.unit > 15_00:
		return engine.JackpotStake
	}
	book, _ := rulebook.ByID("fr-online-2020")
	terms, _ := book.Jackpot(p.offer.Bet)
	b.service = b.unit / 3
	b.jackpot = &engine.Jackpot{Stake: b.service * tote.Money(b.units)}
	b.seed = c.Seed
	drawn := tote.DrawMultipliers(c.Seed, terms.Tables[p.offer.Jackpot-1], b.units)
	for _, slot := range drawn[:b.units] {
		b.jackpot.Multipliers = append(b.jackpot.Multipliers, multipliers[slot])
	}
	return ""
}

// multiply works out the service on the live bets of a pool that is computed.
func (m *model) multiply(p *modelPool) {
	played := tote.Money(0)
	for _, b := range p.live() {
		if b.service == 0 {
			continue
		}
		won, back := tote.Money(0), b.service*tote.Money(b.units)
		if p.dividends != nil {
			won, back = p.boosts(b)
		}
		b.won += won
		b.refunded += back
		b.beside = won + back
		p.side.winnings += won
		p.side.refunds += back
		played += b.service*tote.Money(b.units) - back
	}
	rate := map[tote.BetCode]tote.Money{toWin: 1725, two: 2951}[p.offer.Bet]
	p.side.takeout = (played*rate + 5000) / 10000
	p.side.income = played - p.side.takeout
	m.jackpots[p.offer.Bet] += p.side.income - p.side.winnings
}

// boosts returns what the multipliers of a bet add and what its refunded
// combinations give back.
func (p *modelPool) boosts(b *modelBet) (won, back tote.Money) {
	card, _ := p.bet.(tote.BetType).Card(p.race.result())
	book, _ := rulebook.ByID("fr-online-2020")
	terms, _ := book.Jackpot(p.offer.Bet)
	var t tote.Tally
	for i, unit := range terms.Units(&b.pattern, p.race.nonRunners) {
		t.Reset(len(p.dividends))
		card.Count(unit, &t)
		back += b.service * tote.Money(t.Refunded)
		for line, n := range t.Won {
			if n > 0 { // the whole win rounded once, less what the pool pays
				whole := (b.unit*tote.Money(p.dividends[line])*tote.Money(b.jackpot.Multipliers[i]) + 500) / 1000
				won += whole - p.dividends[line].Pay(b.unit)
			}
		}
	}
	return won, back
}

// funding is a request to fund a Jackpot, as a key remembers it.
type funding struct {
	bet    tote.BetCode
	amount tote.Money
	loan   bool
}

func (m *model) fundJackpot(c *engine.FundJackpot) engine.Code {
	if c.Bet != toWin && c.Bet != two {
		return engine.NoJackpot
	}
	request := funding{c.Bet, c.Amount, c.Loan}
	_, code, done := m.recall(c.Key, request)
	switch {
	case code != "" || done:
		return code
	case c.Amount == 0 || c.Amount < 0 && !c.Loan:
		return engine.BadAmount
	case c.Amount < 0 && (m.lent[c.Bet] < -c.Amount || m.jackpots[c.Bet] < -c.Amount):
		return engine.FundTooSmall
	}
	m.jackpots[c.Bet] += c.Amount
	m.advanced += c.Amount
	if c.Loan {
		m.lent[c.Bet] += c.Amount
	}
	m.memory[c.Key] = memo{request: request}
	return ""
}

// fund lends to a fund, gives, or takes back.
func (m *machine) fund() {
	m.keyed(&engine.FundJackpot{
		Key: m.key(), Bet: rapid.SampledFrom([]tote.BetCode{toWin, two, two, shopWin}).Draw(m.T, "fund"), Staff: "anna",
		Amount: tote.Money(rapid.SampledFrom([]int{50_00, 50_00, -20_00, -20_00, 0}).Draw(m.T, "amount")), Loan: !m.oneIn(3),
	})
}
