// Package engine is the totalisator's state machine: one writer that decides
// every command, in one order, and makes what it decided durable before it
// answers.
//
//	commands --> queue --> writer: Decide, Apply, encode --> committer: Append --> answers
//	                       (one goroutine, owns State)       (one goroutine)
//
// While the committer makes one batch durable, the writer decides the next:
// two are in flight. The batch is as large as what queued up meanwhile, so the
// cost of a flush is shared by all who wait for it, and no timer delays
// anybody. Answers leave after the commit, reads included: nobody sees what a
// crash could undo.
//
// Decide reads the state, a command and the batch's time, and nothing else: no
// clock, no randomness, no environment. Apply alone changes the state. So the
// state is a function of the journal, and Replay computes it.
//
// When an append fails the engine does not know what is durable. It stops,
// answers nothing more, and the process must recover from the journal.
package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"opentote/journal"
)

// Options of an engine. The zero value of each field has a default.
type Options struct {
	// Now is the clock the writer stamps batches with; default time.Now. Time
	// that goes back is held at the last stamp.
	Now func() time.Time
	// QueueMax bounds the requests that wait, and WaitingMax the commands in
	// them; defaults 8192 and 32,768, a fraction of a second's work. Reads are
	// refused when half of either is taken.
	QueueMax, WaitingMax int
	// KeyWindow is how long command keys are remembered at least; default 72
	// hours.
	KeyWindow time.Duration
	// Snapshots is the folder of snapshots; empty keeps none.
	Snapshots string
	// SnapshotEvery is how many events lie between snapshots at least; default
	// one million. A large state is written less often.
	SnapshotEvery int
	// Tick is how often an idle writer looks for races past their deadline;
	// default 100 ms of real time.
	Tick time.Duration
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.QueueMax == 0 {
		o.QueueMax = 8192
	}
	if o.WaitingMax == 0 {
		o.WaitingMax = 32_768
	}
	if o.KeyWindow == 0 {
		o.KeyWindow = 72 * time.Hour
	}
	if o.SnapshotEvery == 0 {
		o.SnapshotEvery = 1_000_000
	}
	if o.Tick == 0 {
		o.Tick = 100 * time.Millisecond
	}
	return o
}

// ErrBusy means that too much is waiting; the command was not taken and may be
// sent again.
var ErrBusy = errors.New("engine: busy")

// ErrStopped means that the engine has stopped. A command that was sent may or
// may not have taken effect; its key will tell from whoever leads next.
var ErrStopped = errors.New("engine: stopped")

// CommandsMax bounds the commands of one request.
const CommandsMax = 1024

// Engine runs the writer. Its methods are safe for concurrent use.
type Engine struct {
	opts    Options
	journal journal.Journal
	queue   chan *request
	urgent  chan *request // passes the queue
	waiting atomic.Int64  // commands in queue
	lag     lag
	stop    chan struct{} // closed by Close
	stopped chan struct{} // closed when the writer and the committer are gone
	halt    sync.Once
	fault   atomic.Pointer[error] // why the engine stopped by itself
}

// request is commands sent together and answered together.
type request struct {
	commands   []Command
	rejections []*Rejection
	done       chan struct{} // closed once the answers are durable
	err        error         // valid after done: ErrStopped
	ready      time.Time     // valid after done without an error: when it was closed

	one struct { // the room of commands and rejections when there is one
		command   [1]Command
		rejection [1]*Rejection
	}
}

// Start takes the journal's lead, replays it, and starts the writer. The
// journal remains the caller's to close, after Close.
func Start(ctx context.Context, j journal.Journal, opts Options) (*Engine, error) {
	opts = opts.withDefaults()
	head, err := j.Lead(ctx)
	if err != nil {
		return nil, fmt.Errorf("engine: lead the journal: %w", err)
	}
	state, snapped, err := restore(ctx, j, opts.Snapshots)
	if err != nil {
		return nil, err
	}
	if state.last != head.Last {
		return nil, fmt.Errorf("engine: replay ends at event %d, the journal at %d", state.last, head.Last)
	}
	e := &Engine{
		opts: opts, journal: j,
		queue:   make(chan *request, opts.QueueMax),
		urgent:  make(chan *request, urgentMax),
		stop:    make(chan struct{}),
		stopped: make(chan struct{}),
	}
	w := newWriter(e, state, head)
	background, cancel := context.WithCancel(context.Background())
	var snapshots sync.WaitGroup
	if opts.Snapshots != "" {
		w.snapshots, w.snapped = make(chan *frozen, 1), snapped
		snapshots.Go(func() { e.keepSnapshots(background, w.snapshots) })
	}
	go func() {
		defer close(e.stopped)
		w.run()
		cancel()
		snapshots.Wait()
	}()
	return e, nil
}

// Do sends one command and returns nil once its answer fields are set and what
// it did is durable. The error is a *Rejection, ErrBusy, ErrStopped, or ctx's;
// after ctx's the command may still be decided, so it must not be read.
func (e *Engine) Do(ctx context.Context, c Command) error {
	r := &request{done: make(chan struct{})}
	r.one.command[0] = c
	r.commands, r.rejections = r.one.command[:], r.one.rejection[:]
	if err := e.send(ctx, r); err != nil {
		return err
	}
	if rej := r.rejections[0]; rej != nil {
		return rej
	}
	return nil
}

// DoAll sends commands that are decided one after the other, in order, and
// returns a rejection or nil for each. The error is as for Do.
func (e *Engine) DoAll(ctx context.Context, commands []Command) ([]*Rejection, error) {
	if len(commands) > CommandsMax {
		return nil, fmt.Errorf("engine: %d commands in one request, at most %d", len(commands), CommandsMax)
	}
	r := &request{commands: commands, rejections: make([]*Rejection, len(commands)), done: make(chan struct{})}
	if err := e.send(ctx, r); err != nil {
		return nil, err
	}
	return r.rejections, nil
}

func (e *Engine) send(ctx context.Context, r *request) error {
	if len(r.commands) == 0 {
		return nil
	}
	select {
	case <-e.stop: // being closed
		return ErrStopped
	default:
	}
	if !e.enqueue(r) {
		return ErrBusy
	}
	select {
	case <-r.done:
		if r.err == nil {
			e.lag.felt(r.ready, time.Now())
		}
		return r.err
	case <-ctx.Done():
		return ctx.Err()
	case <-e.stopped:
		// The writer answers what it took before it goes; what it never took
		// stays without an answer.
		select {
		case <-r.done:
			return r.err
		default:
			return ErrStopped
		}
	}
}

// urgentMax bounds the urgent requests that wait.
const urgentMax = 256

// enqueue puts a request where the writer will find it, if there is room.
func (e *Engine) enqueue(r *request) bool {
	n := int64(len(r.commands))
	if isUrgent(r.commands) {
		select {
		case e.urgent <- r:
			return true
		default:
			return false
		}
	}
	waiting := e.waiting.Add(n)
	half := waiting > int64(e.opts.WaitingMax/2) || len(e.queue) > e.opts.QueueMax/2
	// A request of its own size always finds room in an empty queue.
	if waiting <= max(n, int64(e.opts.WaitingMax)) && !(half && allReads(r.commands)) {
		select {
		case e.queue <- r:
			return true
		default:
		}
	}
	e.waiting.Add(-n)
	return false
}

// isUrgent reports whether the commands close betting. They pass whatever
// waits: the bets behind them are late, however long they waited.
func isUrgent(commands []Command) bool {
	for _, c := range commands {
		switch c.(type) {
		case *StopRace, *SuspendRace, *CancelRace:
		default:
			return false
		}
	}
	return true
}

// allReads reports whether none of the commands can change anything.
func allReads(commands []Command) bool {
	for _, c := range commands {
		switch c := c.(type) {
		case *GetAccount, *GetBet, *GetReport, *GetFunds, *GetRaceAccounts, *GetTrialBalance, *Rehearse:
		case *GetOutcome:
			if c.Void {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// Stopped is closed when the engine has stopped, by Close or by a fault.
func (e *Engine) Stopped() <-chan struct{} { return e.stopped }

// Err returns why the engine stopped by itself, nil if it did not.
func (e *Engine) Err() error {
	if p := e.fault.Load(); p != nil {
		return *p
	}
	return nil
}

// Close stops the engine after the requests it already took, and waits. It is
// idempotent. It returns why the engine had stopped by itself, if it had.
func (e *Engine) Close() error {
	e.halt.Do(func() { close(e.stop) })
	<-e.stopped
	return e.Err()
}
