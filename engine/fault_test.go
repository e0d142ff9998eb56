package engine_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"opentote/engine"
	"opentote/event"
	"opentote/journal"
	"opentote/journal/journaltest"
	"opentote/tote"
)

var errDisk = errors.New("disk is gone")

// script is a race day in the order it must happen: a bet of each kind, a
// cancellation, a purge, the result, payments. Made anew by every call, its
// commands are equal and have the same keys.
func script(at func(int) event.Millis) []engine.Command {
	n := byte(0)
	key := func() event.Key { n++; return event.Key{n} }
	bet := func(h tote.Horse) *engine.PlaceBet {
		return &engine.PlaceBet{Key: key(), Account: 1, Race: theRace, Bet: toWin, Pattern: tote.UnitPattern(h), Unit: 500}
	}
	ticket := func(h tote.Horse) *engine.PlaceBet {
		return &engine.PlaceBet{Key: key(), PointOfSale: 1, Race: theRace, Bet: shopWin, Pattern: tote.UnitPattern(h), Unit: 500}
	}
	return []engine.Command{
		&engine.OpenAccount{Key: key()},
		&engine.OpenPointOfSale{Key: key()},
		&engine.Deposit{Key: key(), Account: 1, Amount: 100_00},
		&engine.DeclareRace{Race: theRace, Start: at(20), Deadline: at(30), Declared: tote.Numbered(9), Offers: []engine.Offer{
			{Bet: toWin, BaseStake: 100}, {Bet: shopWin, BaseStake: 100},
		}},
		&engine.OpenRace{Race: theRace},
		bet(1), bet(2), ticket(1), ticket(2), bet(3),
		&engine.CancelBet{Key: key(), Bet: event.BetIn(1, 2), Account: 1},
		&engine.GetOutcome{Key: key(), Void: true},
		&engine.DeclareNonRunner{Race: theRace, Horse: 9},
		&engine.StopRace{Race: theRace},
		&engine.PurgeLate{Race: theRace, Started: at(10)},
		&engine.EnterResult{Race: theRace, Arrival: inOrder, Staff: "anna"},
		&engine.ConfirmResult{Race: theRace, Arrival: inOrder, Staff: "bruno"},
		&engine.DeclareDividends{Race: theRace},
		&engine.SettleBets{Race: theRace},
		&engine.SettleBets{Race: theRace},
		&engine.PayTicket{Key: key(), Bet: event.BetIn(2, 0), PointOfSale: 1},
		&engine.Deposit{Key: key(), Account: 1, Amount: 1},
	}
}

// TestEveryAppendMayFail fails the first append, then the second, and so on
// until none fails, each in both ways: the row is lost, and the row is kept
// although the append said it failed. Whatever happened, the commands retried
// with their keys leave the state of an undisturbed day.
func TestEveryAppendMayFail(t *testing.T) {
	clock := newClock()
	at := func(minutes int) event.Millis {
		return event.Millis(clock.now().UnixMilli()) + event.Millis(minutes)*60_000
	}
	want := runScript(t, clock, script(at), func(*journaltest.Memory, int) {}, 0)
	for _, tt := range []struct {
		name string
		hook func(*journaltest.Memory, int)
	}{
		{"row lost", func(m *journaltest.Memory, n int) { m.BeforeAppend = journaltest.FailNth(n, errDisk) }},
		{"row kept", func(m *journaltest.Memory, n int) { m.AfterAppend = journaltest.FailNth(n, errDisk) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for n := 1; ; n++ {
				got := runScript(t, clock, script(at), tt.hook, n)
				if got.hash != want.hash {
					t.Errorf("append %d failed: state differs from an undisturbed day's", n)
				}
				if got.faults == 0 {
					if n < 20 {
						t.Errorf("only %d appends failed", n-1)
					}
					return
				}
			}
		})
	}
}

type scriptRun struct {
	hash   event.Hash
	faults int
}

// runScript sends the commands one by one, restarts the engine when it stops,
// and sends again what was not answered.
func runScript(t *testing.T, clock *clock, commands []engine.Command, hook func(*journaltest.Memory, int), n int) scriptRun {
	t.Helper()
	var run scriptRun
	ctx := context.Background()
	j := journaltest.NewMemory()
	hook(j, n)
	e := startOn(t, j, clock)
	for i := 0; i < len(commands); {
		err := e.Do(ctx, commands[i])
		if err == nil {
			i++
			continue
		}
		if !errors.Is(err, engine.ErrStopped) {
			t.Fatalf("append %d: %T: %v", n, commands[i], err)
		}
		run.faults++
		<-e.Stopped()
		if !errors.Is(e.Err(), errDisk) || !errors.Is(e.Close(), errDisk) {
			t.Errorf("append %d: engine stopped with %v, want %v", n, e.Err(), errDisk)
		}
		if err := e.Do(ctx, &engine.GetTrialBalance{}); !errors.Is(err, engine.ErrStopped) {
			t.Errorf("append %d: after the stop: got %v, want %v", n, err, engine.ErrStopped)
		}
		j = j.Reopen()
		e = startOn(t, j, clock)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	s, err := engine.Restore(ctx, j, "")
	if err != nil {
		t.Fatal(err)
	}
	run.hash = s.Hash()
	return run
}

func startOn(t *testing.T, j journal.Journal, clock *clock) *engine.Engine {
	t.Helper()
	e, err := engine.Start(context.Background(), j, engine.Options{Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// TestManyClientsThroughFaults has clients that bet at once and retry until
// they are answered, over a journal whose appends keep failing.
func TestManyClientsThroughFaults(t *testing.T) {
	const clients, betsEach = 16, 25
	s := openShop(t)
	j := s.journal.(*journaltest.Memory)
	s.engine.Close()
	var mu sync.Mutex // guards j, e
	var e *engine.Engine
	life := 0
	start := func() {
		life++
		j = j.Reopen()
		hook := journaltest.FailNth(3+life%5, errDisk)
		if life%2 == 0 {
			j.BeforeAppend = hook
		} else {
			j.AfterAppend = hook
		}
		e = startOn(t, j, s.clock)
	}
	start()
	current := func() *engine.Engine {
		mu.Lock()
		defer mu.Unlock()
		select {
		case <-e.Stopped():
			start()
		default:
		}
		return e
	}
	receipts := make([]map[event.BetID]event.Key, clients)
	var wg sync.WaitGroup
	for client := range clients {
		receipts[client] = map[event.BetID]event.Key{}
		wg.Go(func() {
			for i := range betsEach {
				c := &engine.PlaceBet{Account: s.alice, Race: theRace, Bet: toWin, Pattern: tote.UnitPattern(1), Unit: 100}
				copy(c.Key[:], fmt.Sprintf("c%d b%d", client, i))
				for {
					err := current().Do(context.Background(), c)
					if err == nil {
						break
					}
					if !errors.Is(err, engine.ErrStopped) {
						t.Errorf("bet: %v", err)
						return
					}
				}
				receipts[client][c.Receipt.Bet] = c.Key
			}
		})
	}
	wg.Wait()
	s.journal = j.Reopen()
	s.start()
	seen := map[event.BetID]bool{}
	for _, of := range receipts {
		for bet, key := range of {
			if seen[bet] {
				t.Errorf("bet %d was given to two clients", bet)
			}
			seen[bet] = true
			o := &engine.GetOutcome{Key: key}
			s.must(o)
			if o.Bet != bet {
				t.Errorf("key %x: got bet %d, want the acknowledged %d", key, o.Bet, bet)
			}
		}
	}
	if p := s.accounts(toWin); int(p.Bets) != clients*betsEach || len(seen) != clients*betsEach {
		t.Errorf("pool holds %d bets, %d were acknowledged, want %d", p.Bets, len(seen), clients*betsEach)
	}
	if got, want := s.balance(s.alice), tote.Money(1000_00-clients*betsEach*100); got != want {
		t.Errorf("wallet holds %v, want %v", got, want)
	}
	if life < 3 {
		t.Errorf("the journal failed only %d times", life-1)
	}
}

func TestAFencedWriterStops(t *testing.T) {
	s := openShop(t)
	old := s.engine
	s.journal = s.journal.(*journaltest.Memory).Reopen()
	s.start()
	late := s.win(s.alice, 1, 100)
	if err := old.Do(context.Background(), late); !errors.Is(err, engine.ErrStopped) {
		t.Errorf("bet at the old writer: got %v, want %v", err, engine.ErrStopped)
	}
	<-old.Stopped()
	if !errors.Is(old.Err(), journal.ErrFenced) {
		t.Errorf("old writer stopped with %v, want %v", old.Err(), journal.ErrFenced)
	}
	s.must(late)
	if got, want := s.accounts(toWin).Bets, uint32(1); got != want {
		t.Errorf("pool holds %d bets, want %d", got, want)
	}
}
