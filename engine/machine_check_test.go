package engine_test

import (
	"context"
	"reflect"

	"pgregory.net/rapid"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

// check compares everything there is to see.
func (m *machine) check() {
	trial := &engine.GetTrialBalance{}
	m.agree(trial, m.do(trial), "")
	want := m.model.ledger()
	var sum tote.Money
	for _, b := range trial.Balances {
		sum += b.Money
		if b.Money != want[b.Class] {
			m.Fatalf("ledger holds %v in %v, want %v", b.Money, b.Class, want[b.Class])
		}
	}
	if sum != 0 {
		m.Fatalf("ledger sums to %v", sum)
	}
	for id, want := range m.model.wallets {
		c := &engine.GetAccount{Account: id}
		m.agree(c, m.do(c), "")
		if c.Balance != want || want < 0 {
			m.Fatalf("account %d holds %v, want %v", id, c.Balance, want)
		}
	}
	for _, p := range m.model.pools {
		for i := range p.bets {
			c := &engine.GetBet{Bet: event.BetIn(p.id, uint32(i))}
			m.agree(c, m.do(c), "")
			if want := m.model.view(p, i); !reflect.DeepEqual(c.View, want) {
				m.Fatalf("bet %d of pool %d: got %+v, want %+v", i, p.id, c.View, want)
			}
		}
	}
	m.checkReports()
	for id := range m.model.races {
		m.checkPools(id)
	}
}

// checkPools compares the pools of a race: stakes are those of live bets, and
// dividends account for every cent of them.
func (m *machine) checkPools(id tote.RaceID) {
	c := &engine.GetRaceAccounts{Race: id}
	m.agree(c, m.do(c), "")
	for i, p := range m.model.races[id].pools {
		want := engine.PoolView{Added: p.added, Sent: p.sent, Received: p.taken, Shared: p.shared, Host: p.host.position}
		for _, b := range p.bets {
			switch {
			case b.state == engine.CancelledBet:
				want.Cancelled++
				continue
			case b.purged:
				want.Purged++
				want.PurgedStakes += b.cost()
			default:
				want.Bets++
				want.Stakes += b.cost()
				want.Jackpot.Stakes += b.price() - b.cost()
			}
			if b.state == engine.PaidBet {
				want.Paid += b.won + b.refunded - b.there - b.beside
				want.Jackpot.Paid += b.beside
			}
		}
		if from := p.source(); from != nil {
			for _, b := range from.bets {
				if b.state == engine.PaidBet {
					want.Paid += b.there
				}
			}
		}
		want.Jackpot.Refunds, want.Jackpot.Takeout = p.side.refunds, p.side.takeout
		want.Jackpot.Income, want.Jackpot.Winnings = p.side.income, p.side.winnings
		got := c.View.Pools[i]
		d := got.Declared
		if (d == nil) != (p.split == nil) {
			m.Fatalf("pool %d: dividends %+v, want %+v", p.id, d, p.split)
		}
		if d != nil {
			split := tote.Accounts{
				Payout: d.Winnings, Refunds: d.Refunds, Takeout: d.Takeout, Progressive: d.Progressive,
				Breakage: d.Breakage, Booster: d.Booster, TopUp: d.TopUp, Transferred: got.Sent,
			}
			if split != *p.split || split.Out() != got.Stakes+got.Received+got.Shared+got.Host+got.Added+split.TopUp {
				m.Fatalf("pool %d of %v: got %+v, want %+v", p.id, got.Stakes, split, *p.split)
			}
		}
		got.Pool, got.Bet, got.Rulebook, got.Declared, got.Settled = 0, "", "", nil, 0
		if got != want {
			m.Fatalf("pool %d: got %+v, want %+v", p.id, got, want)
		}
	}
}

// replays compares the ways to compute the state: the whole journal, any prefix
// and the rest, the newest snapshot and the tail.
func (m *machine) replays() {
	ctx := context.Background()
	whole, err := engine.Restore(ctx, m.journal, "")
	if err != nil {
		m.Fatal(err)
	}
	quick, err := engine.Restore(ctx, m.journal, m.folder)
	if err != nil {
		m.Fatal(err)
	}
	parts := engine.NewState()
	prefix := event.Seq(rapid.Uint64Range(1, uint64(whole.Last())).Draw(m.T, "prefix"))
	for _, until := range []event.Seq{prefix, 0} {
		if err := parts.Replay(ctx, m.journal, until); err != nil {
			m.Fatal(err)
		}
	}
	if quick.Hash() != whole.Hash() || parts.Hash() != whole.Hash() {
		m.Fatalf("replays differ: whole %v, from the snapshot %v, in parts at %d %v", whole.Hash(), quick.Hash(), prefix, parts.Hash())
	}
}
