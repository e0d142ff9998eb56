package engine_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"opentote/engine"
	"opentote/event"
	"opentote/journal/journaltest"
	"opentote/tote"
)

// held is an engine whose journal holds every append in flight until the gate
// opens. It lives in a synctest bubble.
type held struct {
	*testing.T
	engine  *engine.Engine
	journal *journaltest.Memory
	gate    chan struct{}
	keys    int
}

func hold(t *testing.T, opts engine.Options) *held {
	h := &held{T: t, journal: journaltest.NewMemory(), gate: make(chan struct{})}
	h.journal.BeforeAppend = func(int, event.Row) error { <-h.gate; return nil }
	e, err := engine.Start(context.Background(), h.journal, opts)
	if err != nil {
		t.Fatal(err)
	}
	h.engine = e
	return h
}

// send sends a command and returns where its outcome will be, once the engine
// is at rest with it.
func (h *held) send(ctx context.Context, c engine.Command) <-chan error {
	done := make(chan error, 1)
	go func() { done <- h.engine.Do(ctx, c) }()
	synctest.Wait()
	return done
}

func (h *held) open() *engine.OpenAccount {
	h.keys++
	return &engine.OpenAccount{Key: event.Key{byte(h.keys)}}
}

func TestAFullQueueIsBusyAtOnceAndReadsFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		h := hold(t, engine.Options{QueueMax: 4})
		var waiting []<-chan error
		for range 2 { // one in the append, one decided behind it
			waiting = append(waiting, h.send(ctx, h.open()))
		}
		for range 3 { // in the queue
			waiting = append(waiting, h.send(ctx, h.open()))
		}
		reads := []engine.Command{
			&engine.GetAccount{Account: 1}, &engine.GetBet{}, &engine.GetRaceAccounts{},
			&engine.GetTrialBalance{}, &engine.GetOutcome{Key: event.Key{1}},
		}
		for _, c := range reads {
			if err := h.engine.Do(ctx, c); !errors.Is(err, engine.ErrBusy) {
				t.Errorf("%T in a queue more than half full: got %v, want %v", c, err, engine.ErrBusy)
			}
		}
		waiting = append(waiting, h.send(ctx, &engine.GetOutcome{Key: event.Key{99}, Void: true}))
		refused := h.open()
		if err := h.engine.Do(ctx, refused); !errors.Is(err, engine.ErrBusy) {
			t.Errorf("command in a full queue: got %v, want %v", err, engine.ErrBusy)
		}
		for i, done := range waiting {
			select {
			case err := <-done:
				t.Errorf("command %d was answered before its append: %v", i, err)
			default:
			}
		}
		close(h.gate)
		for i, done := range waiting {
			if err := <-done; err != nil {
				t.Errorf("command %d: %v", i, err)
			}
		}
		if err := h.engine.Do(ctx, refused); err != nil || refused.Account != 6 {
			t.Errorf("refused command sent again: got account %d and %v", refused.Account, err)
		}
		if err := h.engine.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestWhatWaitsIsBoundedInCommands: a few large requests are as much work as many
// small ones.
func TestWhatWaitsIsBoundedInCommands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hold(t, engine.Options{WaitingMax: 100})
		waiting := []<-chan error{h.send(t.Context(), h.open()), h.send(t.Context(), h.open())} // past the queue
		many := func(n int) error {
			commands := make([]engine.Command, n)
			for i := range commands {
				commands[i] = h.open()
			}
			_, err := h.engine.DoAll(t.Context(), commands)
			return err
		}
		large := make(chan error, 1)
		go func() { large <- many(120) }() // more than may wait, alone it may
		synctest.Wait()
		if err := many(1); !errors.Is(err, engine.ErrBusy) {
			t.Errorf("one more than may wait: %v, want busy", err)
		}
		close(h.gate)
		for _, done := range append(waiting, large) {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		for range 5 { // what was refused and what was served is forgotten
			if err := many(100); err != nil {
				t.Errorf("after the stampede: %v", err)
			}
		}
		if err := h.engine.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestP2AStopPassesTheQueue: bets that wait when the stop comes are late, and it
// finds room when nothing else does.
func TestP2AStopPassesTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hold(t, engine.Options{QueueMax: 4})
		go close(h.gate) // for what goes before
		synctest.Wait()
		till := &engine.OpenPointOfSale{Key: event.Key{200}}
		race := tote.RaceOf(20251123, 1, 1)
		at := event.Millis(time.Now().Add(time.Hour).UnixMilli())
		before := []engine.Command{till, &engine.DeclareRace{
			Race: race, Start: at, Deadline: at, Declared: tote.Numbered(8), Staff: "anna",
			Offers: []engine.Offer{{Bet: "SIMPLE_GAGNANT", BaseStake: 100}},
		}, &engine.OpenRace{Race: race, Staff: "anna"}}
		for _, c := range before {
			if err := h.engine.Do(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		h.gate = make(chan struct{})
		bet := func() *engine.PlaceBet {
			h.keys++
			return &engine.PlaceBet{
				Key: event.Key{byte(h.keys)}, PointOfSale: till.PointOfSale, Race: race, Bet: "SIMPLE_GAGNANT",
				Pattern: tote.UnitPattern(1), Unit: 100,
			}
		}
		var early, late []<-chan error
		for range 2 { // one in the append, one decided behind it
			early = append(early, h.send(t.Context(), bet()))
		}
		for range 4 {
			late = append(late, h.send(t.Context(), bet()))
		}
		if err := h.engine.Do(t.Context(), bet()); !errors.Is(err, engine.ErrBusy) {
			t.Errorf("a bet in a full queue: %v, want busy", err)
		}
		stop := h.send(t.Context(), &engine.StopRace{Race: race, Staff: "anna"})
		close(h.gate)
		for _, done := range append(early, stop) {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		for _, done := range late {
			var rej *engine.Rejection
			if err := <-done; !errors.As(err, &rej) || rej.Code != engine.RaceStopped {
				t.Errorf("a bet that waited when the stop came: %v", err)
			}
		}
		if err := h.engine.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestReadsWaitForWhatTheySaw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hold(t, engine.Options{})
		write := h.send(t.Context(), h.open())
		read := h.send(t.Context(), &engine.GetAccount{Account: 1})
		select {
		case err := <-read:
			t.Errorf("read of an account not yet durable was answered: %v", err)
		default:
		}
		close(h.gate)
		if err := errors.Join(<-write, <-read, h.engine.Close()); err != nil {
			t.Error(err)
		}
	})
}

func TestACallerMayStopWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hold(t, engine.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		c := h.open()
		done := h.send(ctx, c)
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v", err, context.Canceled)
		}
		close(h.gate)
		again := &engine.OpenAccount{Key: c.Key}
		if err := h.engine.Do(t.Context(), again); err != nil || again.Account != 1 {
			t.Errorf("asked again: got account %d and %v, want the first", again.Account, err)
		}
		h.engine.Close()
	})
}

func TestCloseAnswersWhatItTook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hold(t, engine.Options{})
		var waiting []<-chan error
		for range 5 {
			waiting = append(waiting, h.send(t.Context(), h.open()))
		}
		closed := make(chan error, 2)
		for range 2 { // it is idempotent
			go func() { closed <- h.engine.Close() }()
		}
		synctest.Wait()
		if err := h.engine.Do(t.Context(), h.open()); !errors.Is(err, engine.ErrStopped) {
			t.Errorf("command during Close: got %v, want %v", err, engine.ErrStopped)
		}
		select {
		case <-closed:
			t.Error("Close returned before the appends")
		default:
		}
		close(h.gate)
		for i, done := range waiting {
			if err := <-done; err != nil {
				t.Errorf("command %d: %v", i, err)
			}
		}
		if err := errors.Join(<-closed, <-closed, h.engine.Err()); err != nil {
			t.Error(err)
		}
		head, err := h.journal.Head(t.Context())
		if err != nil || head.Last != 5 {
			t.Errorf("journal ends at event %d, %v, want 5", head.Last, err)
		}
	})
}

func TestAFaultAnswersNobodyBehindIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hold(t, engine.Options{})
		inner := h.journal.BeforeAppend
		h.journal.BeforeAppend = func(n int, row event.Row) error {
			return errors.Join(inner(n, row), journaltest.FailNth(2, errDisk)(n, row))
		}
		var waiting []<-chan error
		for range 8 {
			waiting = append(waiting, h.send(t.Context(), h.open()))
		}
		close(h.gate)
		for i, done := range waiting {
			want := engine.ErrStopped
			if i == 0 {
				want = nil
			}
			if err := <-done; !errors.Is(err, want) {
				t.Errorf("command %d: got %v, want %v", i, err, want)
			}
		}
		<-h.engine.Stopped()
		if !errors.Is(h.engine.Err(), errDisk) {
			t.Errorf("stopped with %v, want %v", h.engine.Err(), errDisk)
		}
	})
}

func TestRequestsLargerThanABatch(t *testing.T) {
	b := setup(t, journaltest.NewMemory())
	rowsBefore := b.rows()
	flexi := make([]uint8, 100)
	for i := range flexi {
		flexi[i] = uint8(i + 1)
	}
	var commands []engine.Command
	for i := range engine.CommandsMax {
		d := &engine.DeclareRace{
			Race: tote.RaceOf(20251124, 1+i/99, 1+i%99), Start: b.ms(0), Deadline: b.ms(0), Declared: tote.Numbered(9),
			Offers: []engine.Offer{{Bet: toWin, BaseStake: 100, Flexi: flexi}, {Bet: toPlace, BaseStake: 100, Flexi: flexi}, {Bet: two, BaseStake: 100, Flexi: flexi}},
			Staff:  "anna",
		}
		if i%100 == 99 {
			d.Race = 7 // refused
		}
		commands = append(commands, d)
	}
	rejections, err := b.engine.DoAll(context.Background(), commands)
	if err != nil {
		t.Fatal(err)
	}
	for i, rej := range rejections {
		if (rej != nil) != (i%100 == 99) {
			t.Errorf("command %d: got %v", i, rej)
		}
	}
	if got := b.rows() - rowsBefore; got < 3 {
		t.Errorf("%d rows, want several", got)
	}
	b.restart()
}

// rows counts the journal's rows.
func (b *bench) rows() (n int) {
	b.Helper()
	err := b.journal.Read(context.Background(), 1, func(event.Row) error { n++; return nil })
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func TestRequestsThatAreNone(t *testing.T) {
	b := setup(t, journaltest.NewMemory())
	if rejections, err := b.engine.DoAll(context.Background(), nil); err != nil || len(rejections) != 0 {
		t.Errorf("no commands: got %v, %v", rejections, err)
	}
	many := make([]engine.Command, engine.CommandsMax+1)
	for i := range many {
		many[i] = &engine.GetTrialBalance{}
	}
	if _, err := b.engine.DoAll(context.Background(), many); err == nil {
		t.Error("too many commands were taken")
	}
	if _, err := b.engine.DoAll(context.Background(), many[1:]); err != nil {
		t.Error(err)
	}
}

func TestAGoodCommandAfterABadOne(t *testing.T) {
	s := openShop(t)
	var commands []engine.Command
	for i := range 9 {
		commands = append(commands, s.win(s.alice, tote.Horse(i%3*10), 100)) // horses 0, 10, 20
	}
	rejections, err := s.engine.DoAll(context.Background(), commands)
	if err != nil {
		t.Fatal(err)
	}
	for i, rej := range rejections {
		if got, want := rej == nil, i%3 == 1; got != want {
			t.Errorf("command %d: got %v", i, rej)
		}
		if rej != nil && fmt.Sprint(rej.Code) == "" {
			t.Errorf("command %d: rejection without a code", i)
		}
	}
}
