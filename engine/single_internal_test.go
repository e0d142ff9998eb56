package engine

import (
	"testing"

	"opentote/event"
	"opentote/tote"
)

// sharing is a race whose pools 2, 3 and 5 are to be shared, official.
func sharing(t *testing.T) *bare {
	b := newBare(t)
	b.must(&DeclareRace{
		Race: bareRace, Start: b.d.now, Deadline: b.d.now + 1<<40, Declared: tote.Numbered(8), Staff: "anna",
		Offers: []Offer{
			{Bet: "E_SIMPLE_GAGNANT", BaseStake: 100}, {Bet: "E_SUPER_QUATRE", BaseStake: 100}, {Bet: "E_TRIO", BaseStake: 100},
			{Bet: "SIMPLE_GAGNANT", BaseStake: 100}, {Bet: "E_TRIO_ORDRE", BaseStake: 100},
		},
	})
	b.must(&OpenRace{Race: bareRace, Staff: "anna"})
	b.must(&OpenAccount{Key: b.key()})
	b.must(&Deposit{Key: b.key(), Account: 1, Amount: depositMax})
	b.must(&PlaceBet{Key: b.key(), Account: 1, Race: bareRace, Bet: "E_TRIO", Pattern: tote.UnitPattern(1, 2, 3), Unit: 10_00})
	b.must(&StopRace{Race: bareRace, Staff: "anna"})
	b.must(&EnterResult{Race: bareRace, Arrival: [][]tote.Horse{{1}, {2}, {3}, {4}}, Staff: "anna"})
	b.must(&ConfirmResult{Race: bareRace, Arrival: [][]tote.Horse{{1}, {2}, {3}, {4}}, Staff: "bruno"})
	return b
}

func TestPoolsThatCannotShareStopTheWriter(t *testing.T) {
	good := func() *event.PoolsShared {
		return &event.PoolsShared{Pools: []event.PoolShare{
			{Pool: 3, Treated: true, Gave: 5_00}, {Pool: 5, Treated: true, Got: 3_00}, {Pool: 2, Treated: true, Got: 2_00},
		}}
	}
	for _, tt := range []struct {
		name   string
		change func(*event.PoolsShared)
		stops  bool
	}{
		{"as they should", func(*event.PoolsShared) {}, false},
		{"no pools", func(e *event.PoolsShared) { e.Pools = nil }, true},
		{"a pool nobody knows", func(e *event.PoolsShared) { e.Pools[0].Pool = 9 }, true},
		{"a pool of its own", func(e *event.PoolsShared) { e.Pools[0].Pool = 1 }, true},
		{"another order", func(e *event.PoolsShared) { e.Pools[0], e.Pools[1] = e.Pools[1], e.Pools[0] }, true},
		{"one left out", func(e *event.PoolsShared) { e.Pools = e.Pools[:2] }, true},
		{"one too many", func(e *event.PoolsShared) { e.Pools = append(e.Pools, event.PoolShare{Pool: 1}) }, true},
		{"a cent lost", func(e *event.PoolsShared) { e.Pools[1].Got-- }, true},
		{"more than it has", func(e *event.PoolsShared) { e.Pools[0].Gave, e.Pools[1].Got = 10_01, 8_01 }, true},
		{"less than nothing", func(e *event.PoolsShared) { e.Pools[0].Gave, e.Pools[1].Got = -5_00, -7_00 }, true},
		{"a level beyond the last", func(e *event.PoolsShared) { e.Level = 3 }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := sharing(t)
			e := good()
			tt.change(e)
			if got := stopped(b, e); got != tt.stops {
				t.Errorf("stopped: %v, want %v", got, tt.stops)
			}
		})
	}
	b := sharing(t)
	if !stopped(b, &event.DividendsDeclared{Pool: 3, Procedure: tote.Refund, Refunds: 10_00}) {
		t.Error("dividends before the pools were shared")
	}
	b = sharing(t)
	if stopped(b, good()) || !stopped(b, good()) {
		t.Error("pools are shared once")
	}
}

// stopped reports whether an event is one the state asserts against.
func stopped(b *bare, ev event.Event) (stops bool) {
	defer func() { stops = recover() != nil }()
	b.d.Apply(b.d.now, ev)
	return false
}
