package audit_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"opentote/audit"
	"opentote/engine"
	"opentote/event"
	"opentote/journal/journaltest"
	"opentote/tote"
)

const (
	trio        = tote.BetCode("E_TRIO")
	trioOrdre   = tote.BetCode("E_TRIO_ORDRE")
	superQuatre = tote.BetCode("E_SUPER_QUATRE")
)

// singleRace declares a race of nine horses whose pools 1, 3 and 4 are computed as
// one.
func singleRace(now event.Millis) []engine.Command {
	return []engine.Command{
		&engine.DeclareRace{
			Race: raceOne, Start: now + 1_200_000, Deadline: now + 1_800_000, Declared: tote.Numbered(9), Staff: "anna",
			Offers: []engine.Offer{
				{Bet: superQuatre, BaseStake: 100, Flexi: []uint8{50}, Complement: true}, {Bet: toWin, BaseStake: 100},
				{Bet: trio, BaseStake: 150, Flexi: []uint8{50}, Complement: true}, {Bet: trioOrdre, BaseStake: 150, Complement: true},
			},
		},
		&engine.OpenRace{Race: raceOne, Staff: "anna"},
	}
}

// aDayOfASinglePool is a journal where the e-Super4's only bet wins more than its
// pool holds and the e-Trio Ordre has no winner.
func aDayOfASinglePool(t *testing.T) *tape {
	t.Helper()
	d := newDay(t)
	for _, c := range singleRace(d.ms()) {
		d.must(c)
	}
	d.bet(1, raceOne, trio, 1_50, tote.UnitPattern(3, 2, 1))
	d.bet(2, raceOne, trio, 100_00, tote.UnitPattern(4, 5, 6))
	d.bet(1, raceOne, trioOrdre, 2_00, tote.UnitPattern(2, 1, 3))
	d.bet(1, raceOne, superQuatre, 1_00, tote.UnitPattern(1, 2, 3, 4))
	d.finish(raceOne, []tote.Horse{1}, []tote.Horse{2}, []tote.Horse{3}, []tote.Horse{4}, []tote.Horse{5})
	return d.tape()
}

func TestADayOfASinglePoolIsClean(t *testing.T) {
	tp := aDayOfASinglePool(t)
	change(tp, 0, func(e *event.PoolsShared) {
		if len(e.Pools) != 3 || e.Pools[0].Pool != 3 || e.Pools[0].Gave == 0 || e.Pools[2].Got == 0 {
			t.Errorf("got %+v", e)
		}
	})
	r, err := audit.Verify(context.Background(), tp, nil)
	if err != nil || !r.OK() {
		t.Errorf("got %+v, %v", r, err)
	}
}

var ofSinglePools = []falsification{
	{"the share left out", func(tp *tape) { drop[*event.PoolsShared](tp, 0) }, "the dividends were declared before the pool was computed with the others"},
	{"the share after the dividends", func(tp *tape) {
		move[*event.PoolsShared, *event.DividendsDeclared](tp, 0, 1)
	}, "is computed with others after that was settled"},
	{"the share twice", func(tp *tape) {
		after(tp, 0, func(e *event.PoolsShared) event.Event { return e })
	}, "is computed with others after that was settled"},
	{"another level", func(tp *tape) { change(tp, 0, func(e *event.PoolsShared) { e.Level = 2 }) }, "computed at level 2, their bets ask for 0"},
	{"a citation raised", func(tp *tape) {
		change(tp, 0, func(e *event.PoolsShared) { e.Citations[0].First++ })
	}, "the citations declared are not those of the bets"},
	{"a pool gives more", func(tp *tape) {
		change(tp, 0, func(e *event.PoolsShared) { e.Pools[0].Gave++; e.Pools[2].Got++ })
	}, "its bets ask for"},
	{"money out of nothing", func(tp *tape) {
		change(tp, 0, func(e *event.PoolsShared) { e.Pools[2].Got++ })
	}, "to each other and get"},
	{"a pool left out of the share", func(tp *tape) {
		change(tp, 0, func(e *event.PoolsShared) { e.Pools = e.Pools[:2] })
	}, "2 pools are computed as one, the race has 3"},
	{"a share of no pool", func(tp *tape) { change(tp, 0, func(e *event.PoolsShared) { e.Pools = nil }) }, "no pools are computed as one"},
	{"a share of a pool of its own", func(tp *tape) {
		change(tp, 0, func(e *event.PoolsShared) { e.Pools[0].Pool = 2 })
	}, "its bet has a calculation of its own"},
	{"the e-Trio's dividend raised", func(tp *tape) {
		change(tp, 1, func(e *event.DividendsDeclared) { e.Lines[0].Dividend += 10 })
	}, "the pool declares \"E_TRIO 1-2-3"},
	{"a bet of another kind", func(tp *tape) {
		change(tp, 0, func(e *event.BetPlaced) { e.Pattern.Variant = 2 })
	}, "the bet is none of its pool's"},
}

func TestTheAuditNamesFalsifiedSinglePools(t *testing.T) {
	day := aDayOfASinglePool(t)
	for _, tt := range ofSinglePools {
		t.Run(tt.name, func(t *testing.T) { named(t, day, tt) })
	}
}

// TestWhateverASinglePoolPaysIsClean settles random races with the three bets.
func TestWhateverASinglePoolPaysIsClean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := journaltest.NewMemory()
		now := time.Date(2025, 11, 23, 12, 0, 0, 0, time.UTC)
		e, err := engine.Start(context.Background(), j, engine.Options{Now: func() time.Time { return now }, Tick: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		r := &randomDay{T: t, journal: j, ms: func() event.Millis { return event.Millis(now.UnixMilli()) }}
		r.send(e, &engine.OpenAccount{Key: r.key()})
		r.send(e, &engine.Deposit{Key: r.key(), Account: 1, Amount: 100_000_00})
		for _, c := range singleRace(r.ms()) {
			r.send(e, c)
		}
		for range rapid.IntRange(0, 20).Draw(t, "bets") {
			r.send(e, r.singleBet())
		}
		arrival := r.runners(e)
		r.send(e, &engine.StopRace{Race: raceOne})
		r.send(e, &engine.EnterResult{Race: raceOne, Arrival: arrival, Staff: "anna"})
		r.send(e, &engine.ConfirmResult{Race: raceOne, Arrival: arrival, Staff: "bruno"})
		if rapid.IntRange(0, 9).Draw(t, "called off") == 0 {
			r.send(e, &engine.CancelRace{Race: raceOne, Staff: "anna"})
		}
		r.send(e, &engine.DeclareDividends{Race: raceOne})
		for range 5 {
			r.send(e, &engine.SettleBets{Race: raceOne})
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		report, err := audit.Verify(context.Background(), j, nil)
		if err != nil || !report.OK() {
			t.Errorf("got %+v, %v", report, err)
		}
	})
}

// singleBet is a bet of the three on the horses that are likely in front.
func (r *randomDay) singleBet() engine.Command {
	c := &engine.PlaceBet{Key: r.key(), Account: 1, Race: raceOne, Unit: 150}
	n := 3
	switch rapid.IntRange(0, 2).Draw(r.T, "bet") {
	case 0:
		c.Bet = trio
	case 1:
		c.Bet = trioOrdre
	default:
		c.Bet, n = superQuatre, 4
	}
	horses := rapid.Permutation(tote.Numbered(9).Slice()).Draw(r.T, "horses")
	if rapid.Bool().Draw(r.T, "in order") {
		horses = tote.Numbered(9).Slice()
		i := rapid.IntRange(0, 8).Draw(r.T, "swapped")
		horses[0], horses[i] = horses[i], horses[0]
	}
	switch rapid.IntRange(0, 3).Draw(r.T, "formula") {
	case 0:
		c.Pattern = tote.CombinedPattern(horses[:n+2]...)
	case 1:
		c.Pattern = tote.FullFieldPattern(horses[:2], 0)
	default:
		c.Pattern = tote.UnitPattern(horses[:n]...)
	}
	if c.Bet != trio && c.Pattern.Formula != tote.Unit {
		c.Pattern.Flags |= tote.AllOrders
	}
	if rapid.IntRange(0, 5).Draw(r.T, "complement") == 0 {
		c.Pattern.Complement = horses[8]
	}
	return c
}
