package engine

import (
	"context"
	"fmt"
	"time"

	"opentote/event"
	"opentote/internal/assert"
	"opentote/journal"
)

// writer decides commands. Everything in it is owned by the goroutine of run,
// but what goes through the channels to and from the committer.
type writer struct {
	engine *Engine
	d      decider
	head   journal.Head
	window event.Millis // of keys

	// batch is the one being filled; free holds the other while nobody uses it.
	batch  *batch
	free   chan *batch
	commit chan *batch
	failed chan struct{} // closed by the committer at its first failure

	// snapshots is where frozen states go, nil when none are kept; snapped is the
	// last event of the one before.
	snapshots chan *frozen
	snapped   event.Seq

	// rest is what remains of a request too large for one batch.
	rest     *request
	restFrom int
}

// batch is what is made durable together, and who waits for it.
type batch struct {
	enc      event.Encoder
	row      event.Row
	requests []*request
}

// batchFull is the payload size, in bytes, past which no further command joins
// a batch. The largest command adds less than what remains to PayloadMax.
// requestsFull is the same for requests: reads add nothing to the payload, and
// those who wait for a commit must not wait for reads without end.
const (
	batchFull    = event.PayloadMax / 2
	commandMax   = event.PayloadMax / 4 // bytes of any command but DeclareDividends, which looks itself
	requestsFull = 4096
)

func newWriter(e *Engine, s *State, head journal.Head) *writer {
	w := &writer{
		engine: e, head: head,
		window: event.Millis(e.opts.KeyWindow / time.Millisecond),
		batch:  new(batch),
		free:   make(chan *batch, 1),
		commit: make(chan *batch),
		failed: make(chan struct{}),
	}
	w.d.State = s
	w.d.emit = func(ev event.Event) {
		w.batch.enc.Append(ev)
		w.d.Apply(w.d.now, ev)
	}
	w.free <- new(batch)
	return w
}

// run is the writer's life. A panic in it is a bug: the state can no longer be
// trusted, so nothing that is not yet durable is made durable, and the engine
// stops with the bug as its fault.
func (w *writer) run() {
	committed := make(chan error, 1)
	go func() { committed <- w.committer() }()
	err := w.loop()
	close(w.commit)
	if cerr := <-committed; cerr != nil {
		err = cerr
	}
	if err != nil {
		w.engine.fault.Store(&err)
	}
	w.abandon()
}

// loop fills batches and hands them over until the engine stops.
func (w *writer) loop() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("engine: writer stopped at event %d: %v", w.d.last, p)
		}
	}()
	tick := time.NewTicker(w.engine.opts.Tick)
	defer tick.Stop()
	for {
		first, ok := w.wait(tick.C)
		if !ok {
			return nil
		}
		w.begin()
		w.fill(first)
		w.seal()
		w.commit <- w.batch
		if w.due() {
			w.snapshot()
		}
		select {
		case w.batch = <-w.free:
		case <-w.failed:
			return nil // the committer says why
		}
	}
}

// wait returns the next request; none when it is time to look at deadlines.
func (w *writer) wait(tick <-chan time.Time) (*request, bool) {
	if w.rest != nil {
		return nil, true
	}
	if r := w.next(); r != nil {
		return r, true
	}
	select {
	case r := <-w.engine.urgent:
		return r, true
	case r := <-w.engine.queue:
		return w.taken(r), true
	case <-tick:
		return nil, true
	case <-w.failed:
		return nil, false
	case <-w.engine.stop:
	}
	// Stopping: serve what was queued before.
	r := w.next()
	return r, r != nil
}

// next returns a request that waits, the urgent first, or nil.
func (w *writer) next() *request {
	select {
	case r := <-w.engine.urgent:
		return r
	default:
	}
	select {
	case r := <-w.engine.queue:
		return w.taken(r)
	default:
		return nil
	}
}

// taken notes that a request has left the queue.
func (w *writer) taken(r *request) *request {
	w.engine.waiting.Add(-int64(len(r.commands)))
	return r
}

// begin stamps the batch and does what time alone brings about.
func (w *writer) begin() {
	w.d.now = max(w.d.at, event.Millis(w.engine.opts.Now().UnixMilli()))
	w.batch.enc.Reset(w.d.now)
	w.batch.requests = w.batch.requests[:0]
	w.d.stopOverdue()
	if w.d.last > 0 && w.d.now-w.d.keys.since >= w.window && w.d.keys.len() > 0 {
		w.d.emit(&event.KeysExpired{})
	}
}

// fill decides requests until the batch is full or none waits.
func (w *writer) fill(next *request) {
	if w.rest != nil {
		r := w.rest
		w.rest = nil
		if !w.decide(r, w.restFrom) {
			return
		}
	}
	for {
		if next == nil {
			if next = w.next(); next == nil {
				return
			}
		}
		if !w.decide(next, 0) {
			return
		}
		next = nil
	}
}

// decide decides a request's commands from the i-th on. It returns false when
// the batch is full; what remains of the request then goes into the next one.
func (w *writer) decide(r *request, i int) bool {
	for ; i < len(r.commands); i++ {
		if w.batch.enc.Len() >= batchFull {
			w.rest, w.restFrom = r, i
			return false
		}
		r.rejections[i] = r.commands[i].decide(&w.d)
	}
	w.batch.requests = append(w.batch.requests, r)
	return w.batch.enc.Len() < batchFull && len(w.batch.requests) < requestsFull
}

// seal makes the batch the journal's next row.
func (w *writer) seal() {
	b := w.batch
	count := b.enc.Count()
	if count == 0 {
		b.row = event.Row{}
		return
	}
	assert.That(b.enc.Len() <= event.PayloadMax, "batch of %d bytes", b.enc.Len())
	b.row = event.Row{First: w.head.Last + 1, Count: count, Epoch: w.head.Epoch, Payload: b.enc.Payload()}
	b.row.Seal(w.head.Hash)
	w.head.Last, w.head.Hash = b.row.Last(), b.row.Hash
	assert.That(w.head.Last == w.d.last, "batch ends at event %d, the state at %d", w.head.Last, w.d.last)
}

// committer makes batches durable in order and answers those who wait. After
// the first failure, which it returns, nobody is answered: the batches that the
// writer still hands over are refused.
func (w *writer) committer() (err error) {
	for b := range w.commit {
		if err == nil {
			if err = w.append(&b.row); err != nil {
				close(w.failed)
			}
		}
		if err != nil {
			failAll(b.requests)
			continue
		}
		ready := time.Now()
		for _, r := range b.requests {
			r.ready = ready
			close(r.done)
		}
		clear(b.requests)
		w.free <- b
	}
	return err
}

// append makes a row durable; a batch without events has none.
func (w *writer) append(row *event.Row) error {
	if row.Count == 0 {
		return nil
	}
	if err := w.engine.journal.Append(context.Background(), *row); err != nil {
		return fmt.Errorf("engine: append events %d to %d: %w", row.First, row.Last(), err)
	}
	return nil
}

func failAll(requests []*request) {
	for _, r := range requests {
		r.err = ErrStopped
		close(r.done)
	}
}

// abandon refuses what the writer took or will never take.
func (w *writer) abandon() {
	if w.rest != nil {
		failAll([]*request{w.rest})
	}
	for r := w.next(); r != nil; r = w.next() {
		failAll([]*request{r})
	}
}
