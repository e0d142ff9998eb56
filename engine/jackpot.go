package engine

import (
	"hash/crc32"

	"opentote/event"
	"opentote/internal/assert"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// side is the Jackpot service on a pool's bets: money beside the pool, which knows
// nothing of it (II-11 ter).
type side struct {
	stakes                   tote.Money // of the service, on bets that count
	declared                 bool
	refunds, income, takeout tote.Money // what the stakes became
	winnings                 tote.Money // the fund owes, beyond the pool's own
	won, refunded            tote.Money // by settled bets
	paid                     tote.Money // purged bets included
}

// JackpotView is where the money of the service on a pool's bets is.
type JackpotView struct {
	Stakes                             tote.Money // of bets that count
	Refunds, Takeout, Income, Winnings tote.Money // once the dividends are declared
	Paid                               tote.Money // credited or collected, purged bets included
}

func (s *side) view() JackpotView {
	return JackpotView{Stakes: s.stakes, Refunds: s.refunds, Takeout: s.takeout, Income: s.income, Winnings: s.winnings, Paid: s.paid}
}

// Jackpot is the service on a bet.
type Jackpot struct {
	Stake       tote.Money // of the service, for all combinations
	Multipliers []uint32   // one a combination, in tenths
}

func (p *pool) jackpotOf(x *extra, units uint32) *Jackpot {
	j := &Jackpot{Stake: x.service * tote.Money(units)}
	for _, slot := range x.multipliers[:units] {
		j.Multipliers = append(j.Multipliers, p.terms.Jackpot[slot].Tenths)
	}
	return j
}

// addJackpot puts the service on the bet that is being placed.
func (c *PlaceBet) addJackpot(d *decider, p *pool) *Rejection {
	e := &d.placed
	if p.jackpot == nil {
		return reject(NoJackpot)
	}
	if !p.jackpot.Takes(&e.Pattern) || e.Units > tote.JackpotUnitsMax {
		return reject(JackpotFormula)
	}
	service, ok := p.jackpot.Price(e.Unit)
	switch {
	case e.Unit < p.terms.BaseStake: // no fraction (III-5-6)
		return &Rejection{Code: StakeTooSmall, Limit: p.terms.BaseStake}
	case !ok:
		return &Rejection{Code: JackpotStake, Limit: p.jackpot.StakeMax()}
	}
	e.Jackpot, e.Seed = service, c.Seed
	e.Multipliers = tote.DrawMultipliers(c.Seed, p.terms.Jackpot, int(e.Units))
	return nil
}

// settleJackpot computes the service on a pool whose dividends are computed; nil
// where no bet that counts has it.
func (p *pool) settleJackpot(d *event.DividendsDeclared) *event.JackpotSettled {
	if p.side.stakes == 0 {
		return nil
	}
	e := &event.JackpotSettled{Pool: p.id}
	var card payable
	var dividends []tote.Dividend
	if d.Procedure != tote.Refund {
		card, _ = p.alone(p.race.result())
		dividends = dividendsOf(card, d.Lines)
	}
	for i := range p.extras {
		x := &p.extras[i]
		if b := p.bets.at(x.index); x.service > 0 && b.state == Live {
			won, refunded := p.boost(x, b, card, dividends)
			e.Winnings += won
			e.Refunds += refunded
		}
	}
	e.Takeout, e.Income = p.jackpot.Income(p.side.stakes - e.Refunds)
	return e
}

// boost returns what the fund adds to a bet's win and what goes back of the
// service's stakes: a combination that is refunded has no multiplier. Without a
// card every combination is.
func (p *pool) boost(x *extra, b *row, card payable, dividends []tote.Dividend) (won, refunded tote.Money) {
	if card == nil {
		return 0, x.service * tote.Money(b.units)
	}
	var t tote.Tally
	for i, unit := range p.jackpot.Units(&b.pattern, p.race.nonRunners) {
		t.Reset(len(dividends))
		card.Count(unit, &t)
		refunded += x.service * tote.Money(t.Refunded)
		for line, n := range t.Won {
			if n > 0 {
				won += tote.Money(n) * rulebook.Boost(dividends[line], b.unit, p.terms.Jackpot[x.multipliers[i]].Tenths)
			}
		}
	}
	return won, refunded
}

// boostEnd adds the service to how a bet ends in its pool.
func (p *pool) boostEnd(i uint32, b *row, here *ends, end *event.BetEnd) {
	x := p.extra(i)
	if !hasJackpot(x) {
		return
	}
	card := here.hits.card
	if here.whole {
		card = nil
	}
	end.JackpotWon, end.JackpotRefunded = p.boost(x, b, card, here.dividends)
	end.Won += end.JackpotWon
	end.Refunded += end.JackpotRefunded
}

// shortOf returns by how much a race's services would overdraw their funds, and 0
// when none does: a fund pays no more than its income and what the operator lends.
func (s *State) shortOf(settled []*event.JackpotSettled) tote.Money {
	var missing tote.Money
	for _, e := range settled {
		p, _ := s.pool(e.Pool)
		if left := s.jackpots.of(p.terms.Bet) + e.Income - e.Winnings; left < 0 {
			missing = max(missing, -left)
		}
	}
	return missing
}

func (s *State) jackpotSettled(e *event.JackpotSettled) {
	p, ok := s.pool(e.Pool)
	assert.That(ok && p.declared == nil && !p.side.declared && p.race.status >= Official &&
		e.Refunds+e.Takeout+e.Income == p.side.stakes, "service on pool %d", e.Pool)
	p.side.declared = true
	p.side.refunds, p.side.takeout, p.side.income, p.side.winnings = e.Refunds, e.Takeout, e.Income, e.Winnings
	s.ledger.move(Services, Owed, e.Refunds)
	s.ledger.move(Services, Takeout, e.Takeout)
	s.ledger.move(Services, Jackpots, e.Income)
	s.jackpots.add(p.terms.Bet, e.Income-e.Winnings)
	s.ledger.move(Jackpots, Owed, e.Winnings)
}

func (s *State) jackpotFunded(e *event.JackpotFunded) {
	if e.Amount < 0 {
		s.ledger.move(Jackpots, Operator, -e.Amount)
	} else {
		s.ledger.move(Operator, Jackpots, e.Amount)
	}
	s.jackpots.add(e.Bet, e.Amount)
	if e.Loan {
		s.loans.add(e.Bet, e.Amount)
	}
	s.keys.set(e.Key, outcome{kind: JackpotWasFunded, ref: fundingOf(e.Bet, e.Amount, e.Loan), amount: max(e.Amount, -e.Amount)})
}

// fundingOf tells fundings apart that have the same amount, for a key that is used
// twice.
func fundingOf(bet tote.BetCode, m tote.Money, loan bool) uint64 {
	ref := uint64(crc32.ChecksumIEEE([]byte(bet))) << 2
	if loan {
		ref |= 2
	}
	if m < 0 {
		ref |= 1
	}
	return ref
}

// FundJackpot lends money of the operator's to the Jackpot's fund of a bet, or gives
// it for good; a negative Amount takes back what was lent, as far as the fund holds
// it.
type FundJackpot struct {
	Key    event.Key
	Bet    tote.BetCode
	Amount tote.Money
	Loan   bool
	Staff  event.Staff

	Fund tote.Money // answer: what the fund holds
	Lent tote.Money // answer: of the operator's
}

func (c *FundJackpot) decide(d *decider) *Rejection {
	o, again, rej := d.repeat(c.Key, JackpotWasFunded)
	if rej != nil {
		return rej
	}
	if rej := checkStaff(c.Staff); rej != nil {
		return rej
	}
	switch {
	case !rulebook.KnowsJackpot(c.Bet):
		return reject(NoJackpot)
	case again && (o.amount != max(c.Amount, -c.Amount) || o.ref != fundingOf(c.Bet, c.Amount, c.Loan)):
		return reject(KeyReused)
	case again:
	case c.Amount == 0 || c.Amount > depositMax*100 || c.Amount < -depositMax*100 || c.Amount < 0 && !c.Loan:
		return reject(BadAmount)
	case c.Amount < 0 && -c.Amount > min(d.loans.of(c.Bet), d.jackpots.of(c.Bet)):
		return &Rejection{Code: FundTooSmall, Limit: min(d.loans.of(c.Bet), d.jackpots.of(c.Bet))}
	case d.jackpots.of(c.Bet)+c.Amount > walletMax:
		return reject(BadAmount)
	default:
		d.emit(&event.JackpotFunded{Bet: c.Bet, Amount: c.Amount, Loan: c.Loan, Staff: c.Staff, Key: c.Key})
	}
	c.Fund, c.Lent = d.jackpots.of(c.Bet), d.loans.of(c.Bet)
	return nil
}

// purgeJackpot owes the service's stake of a late bet back with the bet's own.
func (s *State) purgeJackpot(p *pool, index uint32) tote.Money {
	x := p.extra(index)
	if !hasJackpot(x) {
		return 0
	}
	x.owed = x.service * tote.Money(p.bets.at(index).units)
	p.side.stakes -= x.owed
	s.ledger.move(Services, Owed, x.owed)
	return x.owed
}
