package audit_test

import (
	"context"
	"testing"

	"opentote/audit"
	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

// aDayWithSpots is a journal where two horses are drawn for one bet and one for
// another, before and after a cancellation and a non-runner.
func aDayWithSpots(t *testing.T) *tape {
	t.Helper()
	d := newDay(t)
	d.must(&engine.DeclareRace{
		Race: raceOne, Start: d.ms() + 1_200_000, Deadline: d.ms() + 1_800_000, Declared: tote.Numbered(12), Staff: "anna",
		Offers: []engine.Offer{{Bet: two, BaseStake: 300, Complement: true, Spot: true}, {Bet: toWin, BaseStake: 100}},
	})
	d.must(&engine.OpenRace{Race: raceOne, Staff: "anna"})
	d.bet(1, raceOne, two, 3_00, tote.CombinedPattern(1, 2, 3, 8, 9))
	d.spot(tote.SpotPattern(tote.Unit, 2))
	taken := d.bet(2, raceOne, two, 300_00, tote.UnitPattern(4, 5))
	d.must(&engine.CancelBet{Key: d.key(), Bet: taken, Account: 2})
	d.must(&engine.DeclareNonRunner{Race: raceOne, Horse: 8, Staff: "anna"})
	d.spot(tote.SpotPattern(tote.Unit, 1, 7))
	d.finish(raceOne, []tote.Horse{1}, []tote.Horse{2}, []tote.Horse{3}, []tote.Horse{4})
	return d.tape()
}

func (d *day) spot(p tote.Pattern) {
	d.Helper()
	d.must(&engine.PlaceBet{Key: d.key(), Account: 1, Race: raceOne, Bet: two, Pattern: p, Unit: 3_00, Seed: tote.Seed{1, 2, 3, byte(d.keys)}})
}

func TestADayWithSpotsIsClean(t *testing.T) {
	r, err := audit.Verify(context.Background(), aDayWithSpots(t), nil)
	if err != nil || !r.OK() {
		t.Errorf("got %+v, %v", r, err)
	}
}

var ofSpots = []falsification{
	{"another horse drawn", func(tp *tape) {
		change(tp, 1, func(e *event.BetPlaced) { e.Pattern.Horses[0] = 11 })
	}, "its draw gives"},
	{"another complement drawn", func(tp *tape) {
		change(tp, 1, func(e *event.BetPlaced) { e.Pattern.Complement = 11 })
	}, "its draw gives"},
	{"another seed", func(tp *tape) { change(tp, 1, func(e *event.BetPlaced) { e.Seed[0] ^= 3 }) }, "its draw gives"},
	{"a horse named that was drawn", func(tp *tape) {
		change(tp, 1, func(e *event.BetPlaced) { e.Drawn = 1 })
	}, "its draw gives"},
	{"a horse drawn that was named", func(tp *tape) {
		change(tp, 3, func(e *event.BetPlaced) { e.Drawn = 2 })
	}, "its draw gives"},
	{"other stakes before it", func(tp *tape) {
		change(tp, 0, func(e *event.BetPlaced) { e.Pattern = tote.CombinedPattern(10, 11, 12, 6, 5) })
	}, "its draw gives"},
	{"nothing drawn", func(tp *tape) { change(tp, 1, func(e *event.BetPlaced) { e.Drawn = 0 }) }, "the Spot could not be drawn"},
	{"horses drawn for a bet that names its own", func(tp *tape) {
		change(tp, 0, func(e *event.BetPlaced) { e.Drawn = 1 })
	}, "1 horses were drawn for a bet that asks for none"},
	{"a pool that offers none", func(tp *tape) {
		change(tp, 0, func(e *event.RaceDeclared) { e.Pools[0].Spot = false })
	}, "horses were drawn for a bet whose pool offers no Spot"},
}

func TestTheAuditNamesFalsifiedSpots(t *testing.T) {
	day := aDayWithSpots(t)
	for _, tt := range ofSpots {
		t.Run(tt.name, func(t *testing.T) { named(t, day, tt) })
	}
}
