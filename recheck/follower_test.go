package recheck_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"opentote/event"
	"opentote/recheck"
	"opentote/recount"
	"opentote/tote"
)

// followed returns a follower that was given events, each in a row of its own, and
// the error of the last.
func followed(events ...event.Event) (f *recheck.Follower, err error) {
	f = recheck.New()
	for i, ev := range events {
		f.Begin()
		err = f.Apply(event.Seq(i+1), 1, ev)
		f.End(event.Seq(i + 1))
	}
	return f, err
}

// sold is a race with a pool of a bet, and two bets of two euros on horse 1.
func sold(bet tote.BetCode, rulebook string) []event.Event {
	win := func(i uint32) event.Event {
		return &event.BetPlaced{Bet: event.BetIn(1, i), Account: 1, Unit: 200, Units: 1, Pattern: tote.UnitPattern(1)}
	}
	return []event.Event{
		&event.RaceDeclared{Race: raceOne, Declared: tote.Numbered(8), Pools: []event.PoolDeclared{{Pool: 1, Bet: bet, Rulebook: rulebook}}},
		win(0), win(1),
	}
}

// TestBetsAfterStopCount: those that reports carry, in a pool whose bets differ.
func TestBetsAfterStopCount(t *testing.T) {
	events := []event.Event{&event.RaceDeclared{Race: raceOne, Declared: tote.Numbered(8), Pools: []event.PoolDeclared{{Pool: 1, Bet: "E_SIMPLE_GAGNANT", Rulebook: "fr-online-2020"}}}}
	const many = 200
	place := func(i int, unit tote.Money) {
		events = append(events, &event.BetPlaced{Bet: event.BetIn(1, uint32(i)), Account: 1, Unit: unit, Units: 1, Pattern: tote.UnitPattern(tote.Horse(1 + i%2)), Report: event.ReportID(i / many)})
	}
	for i := range many {
		place(i, tote.Money(200+i))
	}
	events = append(events, &event.RaceStopped{Race: raceOne})
	for i := range many {
		place(many+i, tote.Money(200+2*i)) // half are equal to others, half are new
	}
	events = append(events, &event.ResultConfirmed{Race: raceOne, Arrival: []event.Place{{Horses: []tote.Horse{1}}, {Horses: []tote.Horse{2}}}})
	f, err := followed(events...)
	if err != nil {
		t.Fatal(err)
	}
	c, err := f.Calculate(context.Background(), raceOne)
	if err != nil {
		t.Fatal(err)
	}
	if want := tote.Money(many*200+many*(many-1)/2) + many*200 + many*(many-1); c.Pools[0].Figures.Held != want {
		t.Errorf("the pool holds %v, want %v", c.Pools[0].Figures.Held, want)
	}
}

// TestWhatDoesNotFitIsAnError: a follower that goes on after it would compute from
// bets that nobody placed.
func TestWhatDoesNotFitIsAnError(t *testing.T) {
	for _, tt := range []struct {
		says string
		ev   event.Event
	}{
		{"does not follow", &event.BetPlaced{Bet: event.BetIn(1, 5)}},
		{"in no pool", &event.BetPlaced{Bet: event.BetIn(2, 0)}},
		{"unknown", &event.BetCancelled{Bet: event.BetIn(1, 2)}},
		{"in no pool", &event.BetCancelled{Bet: event.BetIn(3, 0)}},
		{"unknown", &event.LatePurged{Race: raceOne, Bets: []event.LateBet{{Bet: event.BetIn(1, 9)}}}},
		{"does not wait", &event.NonRunnerDeclared{Race: raceOne + 1, Horse: 1}},
		{"does not wait", &event.ResultConfirmed{Race: raceOne + 1}},
		{"does not wait", &event.RaceCancelled{Race: raceOne + 1}},
		{"does not wait", &event.BoosterReleased{Pool: 2, Amount: 1}},
		{"does not wait", &event.HostDividendsEntered{Pool: 2}},
		{"does not wait", &event.HostDividendsConfirmed{Pool: 2}},
		{"does not wait", &event.DividendsDeclared{Pool: 2}},
	} {
		if _, err := followed(append(sold("E_SIMPLE_GAGNANT", "fr-online-2020"), tt.ev)...); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%T: %v, want %q", tt.ev, err, tt.says)
		}
	}
}

var won = &event.ResultConfirmed{Race: raceOne, Arrival: []event.Place{{Horses: []tote.Horse{1}}, {Horses: []tote.Horse{2}}, {Horses: []tote.Horse{3}}}}

// TestARaceIsComputedOnceItIsOfficial: not before, and not a race without pools.
func TestARaceIsComputedOnceItIsOfficial(t *testing.T) {
	ctx := context.Background()
	events := sold("E_SIMPLE_GAGNANT", "fr-online-2020")
	f, _ := followed(events...)
	if c, err := f.Calculate(ctx, raceOne); err != nil || len(c.Pools) != 0 || c.At != 3 {
		t.Errorf("before the result: %+v, %v", c, err)
	}
	f, err := followed(append(events, won)...)
	if err != nil {
		t.Fatal(err)
	}
	c, err := f.Calculate(ctx, raceOne)
	if err != nil || len(c.Pools) != 1 || c.Pools[0].Figures.Held != 4_00 {
		t.Errorf("after the result: %+v, %v", c, err)
	}
	f, err = followed(&event.RaceDeclared{Race: raceOne, Declared: tote.Numbered(8)}, won)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := f.Calculate(ctx, raceOne); err != nil || len(c.Pools) != 0 {
		t.Errorf("a race without pools: %+v, %v", c, err)
	}
}

// TestACalculatorThatFailsSaysSo: of a bet it does not know, and of a caller who
// has gone.
func TestACalculatorThatFailsSaysSo(t *testing.T) {
	f, err := followed(append(sold("E_UNKNOWN", "fr-online-2020"), won)...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Calculate(context.Background(), raceOne); err == nil || !strings.Contains(err.Error(), "E_UNKNOWN") {
		t.Errorf("an unknown bet: %v", err)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	f, _ = followed(append(sold("E_SIMPLE_GAGNANT", "fr-online-2020"), won)...)
	if _, err := f.Calculate(gone, raceOne); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller who has gone: %v", err)
	}
	if err := f.Reach(gone, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("a position that is not there: %v", err)
	}
	if err := f.Reach(gone, 4); err != nil {
		t.Errorf("a position that is: %v", err)
	}
	f.Fail(errors.New("the disk is gone"))
	if err := f.Reach(context.Background(), 4); err == nil || !strings.Contains(err.Error(), "the disk is gone") {
		t.Errorf("after the end: %v", err)
	}
}

// TestAPanicIsAnError: a pattern that no pool would sell, with more horses than it
// has, must not take the process down.
func TestAPanicIsAnError(t *testing.T) {
	events := sold("E_SIMPLE_GAGNANT", "fr-online-2020")
	events[1].(*event.BetPlaced).Pattern.Sizes[0] = 99
	f, err := followed(append(events, won)...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Calculate(context.Background(), raceOne); err == nil || !strings.Contains(err.Error(), "panic") {
		t.Errorf("got %v", err)
	}
}

// TestACaseHoldsWhatIsToldApart: five horses of sixteen decide, so that a unit of
// the Quinté Plus is one of 1,546, however many bets there are. Their stakes are
// all there.
func TestACaseHoldsWhatIsToldApart(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	events := []event.Event{&event.RaceDeclared{
		Race: raceOne, Declared: tote.Numbered(16), Pools: []event.PoolDeclared{{Pool: 1, Bet: "E_QUINTE_PLUS", Rulebook: "fr-online-2020"}},
	}}
	for i := range uint32(30_000) {
		events = append(events, &event.BetPlaced{Bet: event.BetIn(1, i), Account: 1, Unit: 200, Units: 1, Pattern: quinteBet(rng)})
	}
	f, err := followed(append(events, &event.ResultConfirmed{Race: raceOne, Arrival: []event.Place{
		{Horses: []tote.Horse{2}}, {Horses: []tote.Horse{1}}, {Horses: []tote.Horse{7}}, {Horses: []tote.Horse{4}}, {Horses: []tote.Horse{9}}, {Horses: []tote.Horse{5}},
	}})...)
	if err != nil {
		t.Fatal(err)
	}
	c, err := f.Calculate(context.Background(), raceOne)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := f.CalculateApart(context.Background(), raceOne)
	if err != nil {
		t.Fatal(err)
	}
	if d := c.Pools[0].Figures.Difference(&whole[0].Figures); d != "" || c.Pools[0].Figures.Winnings == 0 {
		t.Errorf("%+v: %s", c.Pools[0].Figures, d)
	}
	sum := func(c *recount.Case) (cents int64) {
		for _, s := range c.Stakes {
			cents += s.Cents
		}
		return cents
	}
	few, all := c.Pools[0].Case, whole[0].Case
	if len(few.Stakes) != 1546 || len(all.Stakes) < 100_000 || sum(few) != sum(all) {
		t.Errorf("%d stakes of %d cents, told apart %d of %d", len(few.Stakes), sum(few), len(all.Stakes), sum(all))
	}
}

// TestTheOrderOfDesignationStands: of a Couplé Ordre ticket with two horses out the
// complement horse replaces the first that was named, 3, and no other (04 C-10): of
// 3-2, 3-1, 2-1 and 1-2 one unit becomes 1-4. If 2 were the first, two would.
func TestTheOrderOfDesignationStands(t *testing.T) {
	const bet = "E_COUPLE_ORDRE"
	ticket := tote.FreePattern([]tote.Horse{3, 2, 1}, []tote.Horse{2, 1})
	ticket.Complement = 4
	f, err := followed(
		&event.RaceDeclared{Race: raceOne, Declared: tote.Numbered(8), Pools: []event.PoolDeclared{{Pool: 1, Bet: bet, Rulebook: "fr-online-2020"}}},
		&event.BetPlaced{Bet: event.BetIn(1, 0), Account: 1, Unit: 200, Units: 4, Pattern: ticket},
		&event.BetPlaced{Bet: event.BetIn(1, 1), Account: 1, Unit: 9000, Units: 1, Pattern: tote.UnitPattern(7, 8)},
		&event.NonRunnerDeclared{Race: raceOne, Horse: 2}, &event.NonRunnerDeclared{Race: raceOne, Horse: 3},
		&event.ResultConfirmed{Race: raceOne, Arrival: []event.Place{{Horses: []tote.Horse{1}}, {Horses: []tote.Horse{4}}, {Horses: []tote.Horse{5}}}},
	)
	if err != nil {
		t.Fatal(err)
	}
	c, err := f.Calculate(context.Background(), raceOne)
	if err != nil {
		t.Fatal(err)
	}
	lines := c.Pools[0].Figures.Lines
	if i := slices.IndexFunc(lines, func(l event.DividendLine) bool { return l.Rank == bet }); i < 0 || lines[i].Combination != "1-4" || lines[i].Stakes != 2_00 {
		t.Errorf("%+v", lines)
	}
}

// TestItComputesWhileItFollows: bets of another race are followed meanwhile, and
// change nothing.
func TestItComputesWhileItFollows(t *testing.T) {
	ctx := context.Background()
	events := append(sold("E_SIMPLE_GAGNANT", "fr-online-2020"), won, &event.RaceDeclared{
		Race: raceOne + 1, Declared: tote.Numbered(16), Pools: []event.PoolDeclared{{Pool: 2, Bet: "E_QUINTE_PLUS", Rulebook: "fr-online-2020"}},
	})
	f, err := followed(events...)
	if err != nil {
		t.Fatal(err)
	}
	const more = 2000
	first := event.Seq(len(events) + 1)
	failed := make(chan error, 1)
	go func() {
		defer close(failed)
		rng := rand.New(rand.NewPCG(5, 6))
		for i := range uint32(more) {
			f.Begin()
			err := f.Apply(first, 1, &event.BetPlaced{Bet: event.BetIn(2, i), Account: 1, Unit: 200, Units: 1, Pattern: quinteBet(rng)})
			f.End(first + event.Seq(i))
			if err != nil {
				failed <- err
				return
			}
		}
	}()
	for range 20 {
		c, err := f.Calculate(ctx, raceOne)
		if err != nil || len(c.Pools) != 1 || c.Pools[0].Figures.Held != 4_00 {
			t.Errorf("%+v, %v", c, err)
		}
	}
	if err := f.Reach(ctx, first+more-1); err != nil {
		t.Error(err)
	}
	if err := <-failed; err != nil {
		t.Error(err)
	}
}
