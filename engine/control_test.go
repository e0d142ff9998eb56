package engine_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"opentote/engine"
	"opentote/event"
	"opentote/journal"
	"opentote/journal/journaltest"
	"opentote/tote"
)

func TestControlSaidTwiceChangesNothing(t *testing.T) {
	s := openShop(t)
	s.must(s.win(s.alice, 1, 100))
	steps := []func() engine.Command{
		func() engine.Command { return declaration(s, theRace+1) },
		func() engine.Command { return &engine.OpenRace{Race: theRace} },
		func() engine.Command { return &engine.SuspendRace{Race: theRace} },
		func() engine.Command { return &engine.OpenRace{Race: theRace} },
		func() engine.Command { return &engine.DeclareNonRunner{Race: theRace, Horse: 9} },
		func() engine.Command { return &engine.StopRace{Race: theRace} },
		func() engine.Command { return &engine.PurgeLate{Race: theRace, Started: 1 << 60} },
		func() engine.Command { return &engine.EnterResult{Race: theRace, Arrival: inOrder, Staff: "anna"} },
		func() engine.Command { return &engine.ConfirmResult{Race: theRace, Arrival: inOrder, Staff: "bruno"} },
		func() engine.Command { return &engine.DeclareDividends{Race: theRace} },
		func() engine.Command { return &engine.SettleBets{Race: theRace} },
		func() engine.Command { return &engine.SettleBets{Race: theRace} },
		func() engine.Command { return &engine.DeclareDividends{Race: theRace} },
	}
	for _, step := range steps {
		c := step()
		s.must(c)
		hash := s.hash()
		s.must(c)
		if s.hash() != hash {
			t.Errorf("%T a second time changed the state", c)
		}
	}
}

func TestARaceCalledOffTwice(t *testing.T) {
	s := openShop(t)
	s.must(&engine.CancelRace{Race: theRace, Staff: "anna"})
	hash := s.hash()
	s.must(&engine.CancelRace{Race: theRace, Staff: "bruno"})
	if s.hash() != hash {
		t.Error("the second time changed the state")
	}
}

func TestSuspensionEnds(t *testing.T) {
	s := openShop(t)
	s.must(&engine.SuspendRace{Race: theRace})
	s.refused(s.win(s.alice, 1, 100), engine.RaceSuspended)
	s.must(&engine.OpenRace{Race: theRace})
	s.must(s.win(s.alice, 1, 100))
}

func TestStopIsNeverRefusedForAName(t *testing.T) {
	s := openShop(t)
	c := &engine.StopRace{Race: theRace, Staff: "\xff"}
	s.must(c)
	if got, want := c.StoppedAt, s.ms(0); got != want {
		t.Errorf("stopped at %d, want %d", got, want)
	}
	s.clock.advance(minute)
	again := &engine.StopRace{Race: theRace}
	s.must(again)
	if again.StoppedAt != c.StoppedAt {
		t.Errorf("second STOP says %d, want the first one's %d", again.StoppedAt, c.StoppedAt)
	}
}

// TestTheWriterStopsRacesAtTheirDeadline has no traffic at all: the writer
// itself must look at its clock.
func TestTheWriterStopsRacesAtTheirDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		j := journaltest.NewMemory()
		e, err := engine.Start(ctx, j, engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		at := func(d time.Duration) event.Millis { return event.Millis(start.Add(d).UnixMilli()) }
		for i, suspended := range []bool{false, true} {
			id := tote.RaceID(202411230101 + i)
			do(t, e, &engine.DeclareRace{
				Race: id, Start: at(time.Minute), Deadline: at(2 * time.Minute), Declared: tote.Numbered(8),
				Offers: []engine.Offer{{Bet: toWin, BaseStake: 100}},
			})
			do(t, e, &engine.OpenRace{Race: id})
			if suspended {
				do(t, e, &engine.SuspendRace{Race: id})
			}
		}
		<-time.After(2*time.Minute - time.Millisecond)
		synctest.Wait()
		if got := stops(t, j); len(got) != 0 {
			t.Errorf("stopped before the deadline: %+v", got)
		}
		<-time.After(time.Millisecond + 100*time.Millisecond)
		synctest.Wait()
		got := stops(t, j)
		if len(got) != 2 || got[0].Source != event.StopByDeadline || got[1].Source != event.StopByDeadline {
			t.Errorf("after the deadline: got stops %+v, want both races'", got)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
}

func do(t *testing.T, e *engine.Engine, c engine.Command) {
	t.Helper()
	if err := e.Do(context.Background(), c); err != nil {
		t.Fatalf("%T: %v", c, err)
	}
}

// stops lists the STOP events of a journal.
func stops(t *testing.T, j journal.Reader) (out []event.RaceStopped) {
	t.Helper()
	var dec event.Decoder
	err := j.Read(context.Background(), 1, func(r event.Row) error {
		return dec.Decode(r.Payload, func(_ event.Millis, ev event.Event) error {
			if e, ok := ev.(*event.RaceStopped); ok {
				out = append(out, *e)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTimeThatGoesBackIsHeld(t *testing.T) {
	s := openShop(t)
	s.clock.advance(-time.Hour)
	c := s.win(s.alice, 1, 100)
	s.must(c)
	s.clock.advance(time.Hour)
	if got, want := c.Receipt.AcceptedAt, s.ms(0); got != want {
		t.Errorf("accepted at %d, want %d", got, want)
	}
	s.clock.advance(-time.Hour)
	s.restart()
	s.must(s.win(s.alice, 1, 100))
}

func TestLateBetsArePurgedByTheirTime(t *testing.T) {
	s := openShop(t)
	early := s.placed(s.win(s.alice, 1, 10_00))
	earlyTicket := s.placed(s.ticket(s.till, 1, 10_00))
	s.clock.advance(time.Second)
	off := s.ms(0)
	late := s.placed(s.win(s.bob, 1, 20_00))
	lateTicket := s.placed(s.ticket(s.till, 1, 30_00))
	taken := s.placed(s.win(s.bob, 2, 5_00))
	s.must(&engine.CancelBet{Key: s.key(), Bet: taken, Account: s.bob})
	s.must(&engine.StopRace{Race: theRace})

	c := &engine.PurgeLate{Race: theRace, Started: off, Staff: "anna"}
	s.must(c)
	if c.Bets != 2 || c.Refunded != 50_00 || c.More {
		t.Errorf("purged %d bets of %v (more: %v), want 2 of 50.00", c.Bets, c.Refunded, c.More)
	}
	s.must(c)
	if c.Bets != 0 || c.Refunded != 0 {
		t.Errorf("purged again: %d bets of %v", c.Bets, c.Refunded)
	}
	for _, tt := range []struct {
		name string
		bet  event.BetID
		want engine.BetState
	}{
		{"early bet", early, engine.Live}, {"early ticket", earlyTicket, engine.Live},
		{"late bet", late, engine.PaidBet}, {"late ticket", lateTicket, engine.PayableBet},
		{"cancelled bet", taken, engine.CancelledBet},
	} {
		if got := s.view(tt.bet).State; got != tt.want {
			t.Errorf("%s: got state %d, want %d", tt.name, got, tt.want)
		}
	}
	if got, want := s.balance(s.bob), tote.Money(1000_00); got != want {
		t.Errorf("wallet holds %v, want %v", got, want)
	}
	// The late ticket is payable at once, and stays so after the settlement.
	pay := &engine.PayTicket{Key: s.key(), Bet: lateTicket, PointOfSale: s.till}
	s.must(pay)
	if pay.Paid != 30_00 {
		t.Errorf("late ticket paid %v, want its stake", pay.Paid)
	}
	p := s.accounts(toWin)
	if p.Bets != 1 || p.Stakes != 10_00 || p.Purged != 1 || p.PurgedStakes != 20_00 || p.Cancelled != 1 {
		t.Errorf("pool after the purge: %+v", p)
	}
	s.finish(inOrder...)
	s.refused(&engine.PayTicket{Key: s.key(), Bet: lateTicket, PointOfSale: s.till}, engine.TicketPaid)
	s.must(&engine.PayTicket{Key: s.key(), Bet: earlyTicket, PointOfSale: s.till})
	if of := s.balanced(); of[engine.Pools] != 0 || of[engine.Owed] != 0 {
		t.Errorf("money left in pools (%v) or owed (%v)", of[engine.Pools], of[engine.Owed])
	}
}

func TestAPurgeTakesAsManySlicesAsItNeeds(t *testing.T) {
	const bets = 4096 + 904 + 1000 // over two pools, more than one slice
	s := openShop(t)
	s.must(s.win(s.alice, 1, 100))
	s.clock.advance(time.Second)
	off := s.ms(0)
	var commands []engine.Command
	for i := range bets {
		c := s.ticket(s.till, 1, 200)
		if i < 1000 {
			c = s.bet(toPlace, 100, tote.UnitPattern(1))
			if i >= 900 {
				c.Account = s.bob
			}
		}
		commands = append(commands, c)
	}
	for len(commands) > 0 {
		n := min(len(commands), engine.CommandsMax)
		rejections, err := s.engine.DoAll(context.Background(), commands[:n])
		if err != nil {
			t.Fatal(err)
		}
		for _, rej := range rejections {
			if rej != nil {
				t.Fatal(rej)
			}
		}
		commands = commands[n:]
	}
	s.must(&engine.StopRace{Race: theRace})
	purged, refunded, slices := 0, tote.Money(0), 0
	c := &engine.PurgeLate{Race: theRace, Started: off}
	for c.More = true; c.More; slices++ {
		s.must(c)
		purged += c.Bets
		refunded += c.Refunded
	}
	if purged != bets || slices != 2 || refunded != 1000*100+5000*200 {
		t.Errorf("purged %d bets of %v in %d slices", purged, refunded, slices)
	}
	if got, want := s.balance(s.bob), tote.Money(1000_00); got != want {
		t.Errorf("wallet holds %v, want %v", got, want)
	}
	s.finish(inOrder...)
	s.balanced()
}

func TestResultsAreCorrectedUntilOfficial(t *testing.T) {
	s := openShop(t)
	first, second := s.placed(s.win(s.alice, 1, 10_00)), s.placed(s.win(s.alice, 2, 10_00))
	s.must(&engine.StopRace{Race: theRace})
	s.must(&engine.EnterResult{Race: theRace, Arrival: inOrder, Staff: "anna"})
	swapped := [][]tote.Horse{{2}, {1}, {3}, {4}}
	s.must(&engine.EnterResult{Race: theRace, Arrival: swapped, Staff: "bruno"})
	s.refused(&engine.ConfirmResult{Race: theRace, Arrival: swapped, Staff: "bruno"}, engine.FourEyes)
	s.refused(&engine.ConfirmResult{Race: theRace, Arrival: inOrder, Staff: "anna"}, engine.ResultDiffers)
	s.must(&engine.ConfirmResult{Race: theRace, Arrival: swapped, Staff: "anna"})
	s.settle()
	if got := s.view(first).State; got != engine.LostBet {
		t.Errorf("bet on the horse first thought to win: got state %d, want lost", got)
	}
	if got := s.view(second); got.Won == 0 {
		t.Errorf("bet on the winner: got %+v, want a win", got)
	}
}

func TestTheOrderWithinADeadHeatSaysNothing(t *testing.T) {
	s := openShop(t)
	s.must(&engine.StopRace{Race: theRace})
	s.must(&engine.EnterResult{Race: theRace, Arrival: [][]tote.Horse{{1, 2}, {3}}, Staff: "anna"})
	s.refused(&engine.ConfirmResult{Race: theRace, Arrival: [][]tote.Horse{{1}, {2}, {3}}, Staff: "bruno"}, engine.ResultDiffers)
	s.must(&engine.ConfirmResult{Race: theRace, Arrival: [][]tote.Horse{{2, 1}, {3}}, Staff: "bruno"})
}

// TestARaceTakesTheBookOfItsDay holds that the race's own day, not the clock's,
// says which rulebook its pools are computed with.
func TestARaceTakesTheBookOfItsDay(t *testing.T) {
	s := openShop(t)
	for day, want := range map[tote.Day]string{
		20200205: "fr-online-2020", 20251023: "fr-online-2020",
		20251024: "fr-online-2026-observed", 20260428: "fr-online-2026-observed",
	} {
		id := tote.RaceOf(day, 1, 9)
		s.must(&engine.DeclareRace{
			Race: id, Start: s.ms(minute), Deadline: s.ms(minute), Declared: tote.Numbered(8),
			Offers: []engine.Offer{{Bet: toWin, BaseStake: 100}},
		})
		sheet := &engine.GetRaceAccounts{Race: id}
		s.must(sheet)
		if got := sheet.View.Pools[0].Rulebook; got != want {
			t.Errorf("race of %v: pool of %s, want %s", day, got, want)
		}
	}
}
