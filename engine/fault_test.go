package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"opentote/engine"
	"opentote/event"
	"opentote/journal"
	"opentote/journal/journaltest"
	"opentote/recheck/rechecktest"
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

// TestP7EveryAppendMayFail fails the first append, then the second, and so on
// until none fails, each in both ways: the row is lost, and the row is kept
// although the append said it failed. Whatever happened, the commands retried
// with their keys leave the state of an undisturbed day.
func TestP7EveryAppendMayFail(t *testing.T) {
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
		if c, ok := commands[i].(*engine.DeclareDividends); ok {
			c.Second = rechecktest.Figures(t, j, c.Race)
		}
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

// lives is an engine that is started again whenever its journal has failed.
type lives struct {
	*testing.T
	clock *clock

	mu      sync.Mutex
	journal *journaltest.Memory // guarded by mu
	engine  *engine.Engine      // guarded by mu
	n       int                 // guarded by mu
}

// next starts an engine whose journal will fail after a few appends, with the
// row lost and kept in turn.
func (l *lives) next() {
	l.n++
	l.journal = l.journal.Reopen()
	hook := journaltest.FailNth(3+l.n%5, errDisk)
	if l.n%2 == 0 {
		l.journal.BeforeAppend = hook
	} else {
		l.journal.AfterAppend = hook
	}
	l.engine = startOn(l.T, l.journal, l.clock)
}

// current returns the engine that lives.
func (l *lives) current() *engine.Engine {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.engine == nil {
		l.next()
	}
	select {
	case <-l.engine.Stopped():
		l.next()
	default:
	}
	return l.engine
}

// insist sends a command until it is answered.
func (l *lives) insist(c engine.Command) {
	for {
		err := l.current().Do(context.Background(), c)
		if err == nil {
			return
		}
		if !errors.Is(err, engine.ErrStopped) {
			l.Errorf("%T: %v", c, err)
			return
		}
	}
}

// TestManyClientsThroughFaults has clients that bet at once and retry until
// they are answered, over a journal whose appends keep failing.
func TestManyClientsThroughFaults(t *testing.T) {
	const clients, betsEach = 16, 25
	s := openShop(t)
	s.engine.Close()
	l := &lives{T: t, clock: s.clock, journal: s.journal.(*journaltest.Memory)}
	bets := make([][]*engine.PlaceBet, clients)
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for i := range betsEach {
				c := &engine.PlaceBet{Account: s.alice, Race: theRace, Bet: toWin, Pattern: tote.UnitPattern(1), Unit: 100}
				copy(c.Key[:], fmt.Sprintf("c%d b%d", client, i))
				l.insist(c)
				bets[client] = append(bets[client], c)
			}
		})
	}
	wg.Wait()
	s.journal = l.journal.Reopen()
	s.start()
	seen := map[event.BetID]bool{}
	for _, c := range slices.Concat(bets...) {
		if seen[c.Receipt.Bet] {
			t.Errorf("bet %d was given to two clients", c.Receipt.Bet)
		}
		seen[c.Receipt.Bet] = true
		o := &engine.GetOutcome{Key: c.Key}
		s.must(o)
		if o.Bet != c.Receipt.Bet {
			t.Errorf("key %x: got bet %d, want the acknowledged %d", c.Key, o.Bet, c.Receipt.Bet)
		}
	}
	if p := s.accounts(toWin); int(p.Bets) != clients*betsEach || len(seen) != clients*betsEach {
		t.Errorf("pool holds %d bets, %d were acknowledged, want %d", p.Bets, len(seen), clients*betsEach)
	}
	if got, want := s.balance(s.alice), tote.Money(1000_00-clients*betsEach*100); got != want {
		t.Errorf("wallet holds %v, want %v", got, want)
	}
	if l.n < 3 {
		t.Errorf("the journal failed only %d times", l.n-1)
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
