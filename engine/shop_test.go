package engine_test

import (
	"context"
	"testing"
	"time"

	"opentote/engine"
	"opentote/event"
	"opentote/journal/journaltest"
	"opentote/tote"
)

// shop is a bench with two accounts that hold 1000.00 each, and a till.
type shop struct {
	*bench
	alice, bob event.AccountID
	till       event.PointOfSaleID
}

func openShop(t *testing.T) *shop {
	t.Helper()
	b := setup(t, journaltest.NewMemory())
	return &shop{bench: b, alice: b.account(1000_00), bob: b.account(1000_00), till: b.till()}
}

// hash is the digest of the state, as the journal has it.
func (b *bench) hash() event.Hash {
	b.Helper()
	s, err := engine.Restore(context.Background(), b.journal, "")
	if err != nil {
		b.Fatal(err)
	}
	return s.Hash()
}

// bet is a bet of alice's under a new key.
func (s *shop) bet(code tote.BetCode, unit tote.Money, p tote.Pattern) *engine.PlaceBet {
	return &engine.PlaceBet{Key: s.key(), Account: s.alice, Race: theRace, Bet: code, Pattern: p, Unit: unit}
}

// placed places a bet and returns its number.
func (s *shop) placed(c *engine.PlaceBet) event.BetID {
	s.Helper()
	s.must(c)
	return c.Receipt.Bet
}

// result enters and confirms an arrival.
func (s *shop) result(arrival ...[]tote.Horse) {
	s.Helper()
	s.must(&engine.StopRace{Race: theRace, Staff: "anna"})
	s.must(&engine.EnterResult{Race: theRace, Arrival: arrival, Staff: "anna"})
	s.must(&engine.ConfirmResult{Race: theRace, Arrival: arrival, Staff: "bruno"})
}

func (b *bench) view(id event.BetID) engine.BetView {
	b.Helper()
	c := &engine.GetBet{Bet: id}
	b.must(c)
	return c.View
}

// accounts returns the pool of a bet on the race.
func (b *bench) accounts(code tote.BetCode) engine.PoolView {
	b.Helper()
	c := &engine.GetRaceAccounts{Race: theRace}
	b.must(c)
	for _, p := range c.View.Pools {
		if p.Bet == code {
			return p
		}
	}
	b.Fatalf("race has no pool %s", code)
	return engine.PoolView{}
}

func (b *bench) status() engine.Status {
	b.Helper()
	c := &engine.GetRaceAccounts{Race: theRace}
	b.must(c)
	return c.View.Status
}

const (
	toWin   = tote.BetCode("E_SIMPLE_GAGNANT")
	toPlace = tote.BetCode("E_SIMPLE_PLACE")
	two     = tote.BetCode("E_DEUX_SUR_QUATRE")
	shopWin = tote.BetCode("SIMPLE_GAGNANT")
)

// first four home: 1, 2, 3, 4.
var inOrder = [][]tote.Horse{{1}, {2}, {3}, {4}}

const minute = time.Minute
