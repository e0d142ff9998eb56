package engine

import (
	"slices"

	"opentote/event"
	"opentote/internal/assert"
	"opentote/tote"
)

// Apply changes the state by one event. It is the only way the state changes,
// live or in replay. It refuses nothing: an event that does not fit the state
// is a bug, and asserts.
func (s *State) Apply(at event.Millis, ev event.Event) {
	if at < s.at {
		assert.Fail("time went back from %d to %d", s.at, at)
	}
	if s.last == 0 {
		s.keys.since = at
	}
	s.last++
	s.at = at
	switch e := ev.(type) {
	case *event.BetPlaced:
		s.betPlaced(e)
	case *event.BetCancelled:
		s.betCancelled(e)
	case *event.BetsSettled:
		s.betsSettled(e)
	case *event.TicketPaid:
		s.ticketPaid(e)
	case *event.Deposited:
		s.deposited(e)
	case *event.AccountOpened:
		assert.That(uint64(e.Account) == uint64(len(s.accounts))+1, "account %d out of order", e.Account)
		s.accounts = append(s.accounts, account{})
		s.keys.set(e.Key, outcome{kind: AccountWasOpened, ref: uint64(e.Account)})
	case *event.PointOfSaleOpened:
		assert.That(uint64(e.PointOfSale) == uint64(len(s.tills))+1, "till %d out of order", e.PointOfSale)
		s.tills = append(s.tills, till{})
		s.keys.set(e.Key, outcome{kind: TillWasOpened, ref: uint64(e.PointOfSale)})
	case *event.KeyVoided:
		s.keys.set(e.Key, outcome{kind: KeyWasVoided})
	case *event.KeysExpired:
		s.keys.rotate(at)
	case *event.DividendsDeclared:
		s.dividendsDeclared(e)
	case *event.LatePurged:
		s.latePurged(e)
	case *event.BoosterReleased:
		s.boosterReleased(e)
	case *event.StakesTransferred:
		s.stakesTransferred(e)
	case *event.HostDividendsEntered:
		s.hostSaid(e.Pool, e.Refund, e.Lines).enteredBy = e.Staff
	case *event.HostDividendsConfirmed:
		s.hostSaid(e.Pool, e.Refund, e.Lines).confirmed = true
	case *event.HostSettled:
		s.hostSettled(e)
	case *event.PoolsShared:
		s.poolsShared(e)
	case *event.JackpotSettled:
		s.jackpotSettled(e)
	case *event.JackpotFunded:
		s.jackpotFunded(e)
	case *event.ReportPlaced:
		s.reportPlaced(e)
	case *event.ReportCancelled:
		s.reportCancelled(e)
	case *event.ReportCarried:
		s.reportCarried(e)
	case *event.ReportsDetached:
		s.reportsDetached(e)
	default:
		s.applyRace(ev)
	}
}

// applyRace applies the events of a race's life.
func (s *State) applyRace(ev event.Event) {
	switch e := ev.(type) {
	case *event.RaceDeclared:
		s.raceDeclared(e)
	case *event.RaceOpened:
		s.mustRace(e.Race).advance(Open, Scheduled, Suspended)
	case *event.RaceSuspended:
		s.mustRace(e.Race).advance(Suspended, Open)
	case *event.RaceStopped:
		r := s.mustRace(e.Race)
		r.advance(Stopped, Scheduled, Open, Suspended)
		r.stoppedAt = s.at
	case *event.RaceCancelled:
		r := s.mustRace(e.Race)
		r.advance(Official, Scheduled, Open, Suspended, Stopped, Provisional)
		r.cancelled, r.arrival = true, nil
		r.proceed()
	case *event.NonRunnerDeclared:
		r := s.mustRace(e.Race)
		assert.That(r.status < Official && r.declared.Has(e.Horse), "non-runner %d of race %d", e.Horse, e.Race)
		r.nonRunners = r.nonRunners.With(e.Horse)
	case *event.ResultEntered:
		r := s.mustRace(e.Race)
		r.advance(Provisional, Stopped, Provisional)
		r.arrival, r.enteredBy = places(e.Arrival), e.Staff
	case *event.ResultConfirmed:
		r := s.mustRace(e.Race)
		r.advance(Official, Provisional)
		r.arrival = places(e.Arrival)
		r.proceed()
	default:
		assert.That(false, "event %T has no effect", ev)
	}
}

func (s *State) mustRace(id tote.RaceID) *race {
	r := s.raceByID[id]
	assert.That(r != nil, "unknown race %d", id)
	return r
}

func (r *race) advance(to Status, from ...Status) {
	assert.That(slices.Contains(from, r.status), "race %d from status %d to %d", r.id, r.status, to)
	r.status = to
}

// places copies an arrival out of its event.
func places(arrival []event.Place) [][]tote.Horse {
	out := make([][]tote.Horse, len(arrival))
	for i, p := range arrival {
		out[i] = slices.Clone(p.Horses)
	}
	return out
}

func (s *State) raceDeclared(e *event.RaceDeclared) {
	assert.That(s.raceByID[e.Race] == nil, "race %d declared twice", e.Race)
	r := &race{
		id: e.Race, status: Scheduled, start: e.Start, deadline: e.Deadline,
		declared: e.Declared, stables: slices.Clone(e.Stables),
	}
	for _, d := range e.Pools {
		assert.That(int(d.Pool) == len(s.pools)+1, "pool %d out of order", d.Pool)
		p := newPool(r, d)
		s.pools = append(s.pools, p)
		r.pools = append(r.pools, p)
	}
	r.link()
	s.races = append(s.races, r)
	s.raceByID[r.id] = r
}

// newPool makes a pool without its bet, which depends on the other pools of the
// race: link it when all are there.
func newPool(r *race, d event.PoolDeclared) *pool {
	d.Flexi, d.Jackpot = slices.Clone(d.Flexi), slices.Clone(d.Jackpot)
	return &pool{id: d.Pool, race: r, terms: d}
}

func (s *State) deposited(e *event.Deposited) {
	a, ok := s.account(e.Account)
	assert.That(ok, "deposit to unknown account %d", e.Account)
	s.ledger.move(Bank, Wallets, e.Amount)
	a.balance += e.Amount
	s.keys.set(e.Key, outcome{kind: WasDeposited, ref: uint64(e.Account), amount: e.Amount})
}

func (s *State) betPlaced(e *event.BetPlaced) {
	p, ok := s.pool(e.Bet.Pool())
	if !ok || e.Bet.Index() != p.bets.len() || p.race.status != Open && e.Report == 0 {
		assert.Fail("bet %d does not follow in an open pool", e.Bet)
	}
	cost := e.Cost()
	if e.Report != 0 {
		s.placeLeg(p, e)
	} else {
		s.take(e.Account, e.PointOfSale, cost+e.JackpotCost())
		s.ledger.move(Pools, Services, e.JackpotCost())
	}
	p.stakes += cost
	p.bets.add(row{
		pattern: e.Pattern, owner: ownerOf(e.Account, e.PointOfSale),
		unit: e.Unit, units: e.Units, at: s.at, state: Live,
	})
	p.back(p.bets.at(e.Bet.Index()), e.Unit)
	p.keepExtra(e)
	s.keys.set(e.Key, outcome{kind: BetWasPlaced, ref: uint64(e.Bet)})
}

// take moves a bet's cost from its payer into the pools.
func (s *State) take(account event.AccountID, point event.PointOfSaleID, cost tote.Money) {
	if point != 0 {
		t, ok := s.till(point)
		if !ok {
			assert.Fail("unknown till %d", point)
		}
		t.cash += cost
		s.ledger.move(Cash, Pools, cost)
		return
	}
	a, ok := s.account(account)
	if !ok || a.balance < cost {
		assert.Fail("account %d cannot pay %d", account, cost)
	}
	a.balance -= cost
	s.ledger.move(Wallets, Pools, cost)
}

func (s *State) betCancelled(e *event.BetCancelled) {
	p, b, ok := s.bet(e.Bet)
	assert.That(ok && b.state == Live && p.race.status < Stopped && !hasJackpot(p.extra(e.Bet.Index())), "cancelled bet %d", e.Bet)
	cost := b.cost()
	p.bets.change(e.Bet.Index()).state = CancelledBet
	p.cancelled++
	p.stakes -= cost
	p.back(b, -b.unit)
	s.give(Pools, b.owner.account(), e.PointOfSale, cost)
	s.keys.set(e.Key, outcome{kind: BetWasCancelled, ref: uint64(e.Bet), amount: cost})
}

// give moves money to a wallet, or in cash out of a till.
func (s *State) give(from Class, account event.AccountID, point event.PointOfSaleID, m tote.Money) {
	if account != 0 {
		a, ok := s.account(account)
		assert.That(ok, "unknown account %d", account)
		a.balance += m
		s.ledger.move(from, Wallets, m)
		return
	}
	t, ok := s.till(point)
	assert.That(ok, "unknown till %d", point)
	t.cash -= m
	s.ledger.move(from, Cash, m)
}

func (s *State) latePurged(e *event.LatePurged) {
	r := s.mustRace(e.Race)
	assert.That(r.status >= Stopped && r.status < Payable, "purge of race %d", e.Race)
	for _, late := range e.Bets {
		p, b, ok := s.bet(late.Bet)
		assert.That(ok && p.race == r && b.state == Live && b.at >= e.Started, "purged bet %d", late.Bet)
		cost := b.cost()
		refunded := cost + s.purgeJackpot(p, late.Bet.Index())
		s.purgeReport(p, late.Bet.Index())
		p.bets.change(late.Bet.Index()).refunded = refunded
		p.stakes -= cost
		p.back(b, -b.unit)
		p.purged++
		p.purgedStakes += cost
		s.ledger.move(Pools, Owed, cost)
		s.end(p, late.Bet.Index())
	}
}

func (s *State) dividendsDeclared(e *event.DividendsDeclared) {
	p, ok := s.pool(e.Pool)
	assert.That(ok && p.declared == nil && p.race.status >= Official && p.joined == (p.single != nil), "dividends of pool %d", e.Pool)
	sum := e.Refunds + e.Winnings + e.Takeout + e.Progressive + e.Breakage + e.Booster
	holds := p.stakes - p.sent + p.received + p.balance + p.hosted.balance + p.added + e.TopUp
	assert.That(sum == holds, "pool %d holds %d, dividends account for %d", e.Pool, holds, sum)
	d := *e
	d.Lines, d.Counted = slices.Clone(e.Lines), nil // the latter are told, not needed again
	assert.That(p.side.declared == (p.side.stakes > 0), "pool %d is computed before the service on it", e.Pool)
	p.declared = &d
	s.ledger.move(Takeout, Pools, e.TopUp)
	s.ledger.move(Pools, Owed, e.Refunds+e.Winnings)
	s.ledger.move(Pools, Takeout, e.Takeout)
	s.ledger.move(Pools, Progressive, e.Progressive)
	s.ledger.move(Pools, Breakage, e.Breakage)
	s.ledger.move(Pools, Boosters, e.Booster)
	s.funds.add(p.terms.Bet, e.Booster)
	p.race.proceed()
}

// proceed moves an official race on when all its pools have come further; a
// race without pools has nothing to wait for.
func (r *race) proceed() {
	if r.status == Official && !slices.ContainsFunc(r.pools, func(p *pool) bool { return p.declared == nil }) {
		r.status = Payable
	}
	if r.status == Payable && r.allEnded() && len(r.chains) == 0 {
		r.status = Settled
	}
}

// allEnded reports whether all bets of the race have ended.
func (r *race) allEnded() bool {
	return !slices.ContainsFunc(r.pools, func(p *pool) bool { return p.settled < p.bets.len() })
}

func (s *State) betsSettled(e *event.BetsSettled) {
	p, ok := s.pool(e.Pool)
	assert.That(ok && p.declared != nil && e.From == p.settled && e.To > e.From && e.To <= p.bets.len(),
		"bets %d to %d of pool %d settled", e.From, e.To, e.Pool)
	ends := e.Ends
	for i := e.From; i < e.To; i++ {
		b := p.bets.change(i)
		if len(ends) > 0 && ends[0].Index == i {
			assert.That(b.state == Live, "bet %d of pool %d ends twice", i, e.Pool)
			b.won, b.refunded = ends[0].Won, ends[0].Refunded
			p.gives(ends[0])
			s.end(p, i)
			ends = ends[1:]
			continue
		}
		if b.state == Live {
			b.state = LostBet
		}
	}
	assert.That(len(ends) == 0, "pool %d settles a bet outside %d to %d", e.Pool, e.From, e.To)
	p.settled = e.To
	p.close()
	if p.to != nil {
		p.to.close()
	}
	p.race.proceed()
}

// end gives an account, or the report it is a leg of, what its bet gets; a ticket waits
// to be presented.
func (s *State) end(p *pool, index uint32) {
	b := p.bets.change(index)
	account := b.owner.account()
	if account == 0 {
		b.state = PayableBet
		return
	}
	b.state = PaidBet
	p.pay(index, b.won+b.refunded)
	if !s.bring(p, index, b.won+b.refunded) {
		s.give(Owed, account, 0, b.won+b.refunded)
	}
}

func (s *State) ticketPaid(e *event.TicketPaid) {
	p, b, ok := s.bet(e.Bet)
	assert.That(ok && b.state == PayableBet && b.won+b.refunded == e.Amount, "ticket %d paid %d", e.Bet, e.Amount)
	p.bets.change(e.Bet.Index()).state = PaidBet
	p.pay(e.Bet.Index(), e.Amount)
	s.give(Owed, 0, e.PointOfSale, e.Amount)
	s.keys.set(e.Key, outcome{kind: TicketWasPaid, ref: uint64(e.Bet), amount: e.Amount})
}
