package journaltest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"opentote/event"
	"opentote/journal"
	"opentote/journal/chain"
)

// Memory is a journal in memory for the tests of what stands on a journal. It
// keeps the whole contract but durability: rows outlive a handle (see Reopen),
// not the process. Its hooks make appends fail, or last, as a disk would.
type Memory struct {
	// BeforeAppend, when set, is called with each row that Append is about to
	// keep and its number, counted from 1 over the life of the handle. It may
	// block, to hold the append in flight. Its error makes Append fail with
	// the row not kept. Set it before the first Append.
	BeforeAppend func(n int, row event.Row) error
	// AfterAppend is the same after the row was kept: its error makes Append
	// fail although the row is in the journal.
	AfterAppend func(n int, row event.Row) error

	store *memoryStore

	mu      sync.Mutex  // held by Append and Lead
	led     event.Epoch // guarded by mu; of the last Lead of this handle
	appends int         // guarded by mu
	broken  error       // guarded by mu; why no more appends are accepted

	once sync.Once
	done chan struct{} // closed by Close
}

var _ journal.Journal = (*Memory)(nil)

// memoryStore is what the handles of one journal share: its disk.
type memoryStore struct {
	mu    sync.Mutex
	head  journal.Head  // guarded by mu
	rows  []event.Row   // guarded by mu; append-only, so a reader may keep a prefix
	moved chan struct{} // guarded by mu; closed and replaced by every append
}

// NewMemory returns an empty journal.
func NewMemory() *Memory {
	return (&Memory{store: &memoryStore{moved: make(chan struct{})}}).Reopen()
}

// Reopen returns another handle on the same rows, without hooks, as a process
// that starts after this one crashed, or a standby beside it, would open. It
// may be called after Close.
func (m *Memory) Reopen() *Memory {
	return &Memory{store: m.store, done: make(chan struct{})}
}

// FailNth returns a hook that fails the n-th append with err and lets the
// others pass.
func FailNth(n int, err error) func(int, event.Row) error {
	return func(i int, _ event.Row) error {
		if i == n {
			return err
		}
		return nil
	}
}

// Head implements journal.Reader.
func (m *Memory) Head(ctx context.Context) (journal.Head, error) {
	head, _, _, err := m.look(ctx)
	return head, wrap("read head", err)
}

// look returns the store as it is now.
func (m *Memory) look(ctx context.Context) (journal.Head, []event.Row, <-chan struct{}, error) {
	if err := m.usable(ctx); err != nil {
		return journal.Head{}, nil, nil, err
	}
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	return m.store.head, m.store.rows, m.store.moved, nil
}

func (m *Memory) usable(ctx context.Context) error {
	select {
	case <-m.done:
		return os.ErrClosed
	default:
		return ctx.Err()
	}
}

// Read implements journal.Reader.
func (m *Memory) Read(ctx context.Context, from event.Seq, f func(event.Row) error) error {
	_, rows, _, err := m.look(ctx)
	if err != nil {
		return wrap("read", err)
	}
	start, _ := slices.BinarySearchFunc(rows, from, func(r event.Row, from event.Seq) int {
		if r.Last() < from {
			return -1
		}
		return 1
	})
	var v chain.Verifier
	for _, row := range rows[start:] {
		if err := m.usable(ctx); err != nil {
			return wrap("read", err)
		}
		if err := v.Next(&row); err != nil {
			return err
		}
		row.Payload = bytes.Clone(row.Payload)
		if err := f(row); err != nil {
			return err
		}
	}
	return nil
}

// Wait implements journal.Reader.
func (m *Memory) Wait(ctx context.Context, last event.Seq) error {
	for {
		head, _, moved, err := m.look(ctx)
		if err != nil {
			return wrap("wait", err)
		}
		if head.Last > last {
			return nil
		}
		select {
		case <-moved:
		case <-m.done:
		case <-ctx.Done():
		}
	}
}

// Lead implements journal.Journal.
func (m *Memory) Lead(ctx context.Context) (journal.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := errors.Join(m.usable(ctx), m.broken); err != nil {
		return journal.Head{}, wrap("lead", err)
	}
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	m.store.head.Epoch++
	m.led = m.store.head.Epoch
	return m.store.head, nil
}

// Append implements journal.Journal.
func (m *Memory) Append(ctx context.Context, row event.Row) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	err := m.usable(ctx)
	switch {
	case err != nil:
	case m.broken != nil:
		err = fmt.Errorf("refused after an earlier error: %w", m.broken)
	default:
		err = m.append(row)
	}
	if err != nil && !errors.Is(err, journal.ErrFenced) && !errors.Is(err, journal.ErrGap) && m.broken == nil {
		m.broken = err
	}
	return wrap(fmt.Sprintf("append row %d", row.First), err)
}

func (m *Memory) append(row event.Row) error {
	m.appends++
	if m.BeforeAppend != nil {
		if err := m.BeforeAppend(m.appends, row); err != nil {
			return err
		}
	}
	if err := m.store.append(m.led, row); err != nil {
		return err
	}
	if m.AfterAppend != nil {
		return m.AfterAppend(m.appends, row)
	}
	return nil
}

func (s *memoryStore) append(led event.Epoch, row event.Row) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.head.Epoch > led {
		return journal.ErrFenced
	}
	if err := chain.Check(s.head, &row); err != nil {
		return err
	}
	row.Payload = bytes.Clone(row.Payload)
	s.rows = append(s.rows, row)
	s.head.Last, s.head.Hash = row.Last(), row.Hash
	close(s.moved)
	s.moved = make(chan struct{})
	return nil
}

// Close implements journal.Journal.
func (m *Memory) Close() error {
	m.once.Do(func() { close(m.done) })
	return nil
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("journaltest: %s: %w", doing, err)
}
