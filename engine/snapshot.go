package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"opentote/event"
	"opentote/journal"
)

// A snapshot is a file named after the last event it holds:
//
//	events-00000000000001234567.snapshot
//
//	magic    "opentote snapshot 10\n"
//	row      [32]byte   hash of the journal row the state ends with
//	state    archive of the state
//	sum      [32]byte   SHA-256 of all bytes before
//
// It is written under another name, synced, renamed, and the folder synced, so
// a name in place is a whole snapshot. Snapshots are a short-cut, never the
// truth: any of them may be deleted.
const (
	snapshotMagic  = "opentote snapshot 10\n"
	snapshotSuffix = ".snapshot"
	snapshotPrefix = "new-" // while it is being written
	snapshotsKept  = 2
)

// frozen is a state as it was between two batches, to be written while the
// writer goes on.
type frozen struct {
	last    event.Seq
	row     event.Hash // of the journal's row that ends with it
	head    []byte     // what is changed in place, archived
	bets    []columns
	reports reportsNow
	keys    keyring
}

// freeze takes the state as it is. What it copies is small: the columns, which
// are nearly all of a state, are shared, and the writer replaces what it changes
// in them.
func (s *State) freeze(row event.Hash) *frozen {
	var head bytes.Buffer
	a := archiveTo(&head)
	s.archiveHead(a)
	a.flush()
	f := &frozen{last: s.last, row: row, head: head.Bytes(), bets: make([]columns, len(s.pools)), keys: s.keys.freeze(), reports: s.reportsNow()}
	f.reports.freeze()
	for i, p := range s.pools {
		f.bets[i] = p.bets.freeze()
	}
	return f
}

// archive writes what State.archive of the state then would have written. It
// ends early when ctx does.
func (f *frozen) archive(ctx context.Context, a *archive) {
	for head := f.head; len(head) > 0; head = head[min(len(head), archiveBuffer):] {
		a.raw(head[:min(len(head), archiveBuffer)])
	}
	for i := range f.bets {
		if a.err == nil {
			a.err = ctx.Err()
		}
		f.bets[i].archive(a)
	}
	f.reports.archive(a, nil)
	f.keys.archive(a)
}

// size tells how large a state's snapshot is, in bets and keys.
func (s *State) size() (n int) {
	for _, p := range s.pools {
		n += int(p.bets.len())
	}
	return n + int(s.keys.len())
}

// due reports whether enough has happened since the last snapshot for another:
// SnapshotEvery events, and a part of what would have to be written again.
func (w *writer) due() bool {
	since := int(w.d.last - w.snapped)
	return w.snapshots != nil && since >= w.engine.opts.SnapshotEvery && since >= w.d.size()/4
}

// snapshot hands the state to whoever writes snapshots, unless one waits there
// already.
func (w *writer) snapshot() {
	if len(w.snapshots) < cap(w.snapshots) {
		w.snapshots <- w.d.freeze(w.head.Hash)
		w.snapped = w.d.last
	}
}

// keepSnapshots writes the snapshots it is given until ctx ends. A failure costs
// a slower restart and is logged.
func (e *Engine) keepSnapshots(ctx context.Context, snapshots <-chan *frozen) {
	for {
		select {
		case <-ctx.Done():
			return
		case f := <-snapshots:
			// Not before the state is durable in the journal.
			err := e.journal.Wait(ctx, f.last-1)
			if err == nil {
				err = f.keep(ctx, e.opts.Snapshots)
			}
			if err != nil && ctx.Err() == nil {
				slog.Error("snapshot not written", "err", err)
			}
		}
	}
}

// WriteSnapshot replays the journal to its end and writes the state into the
// folder. It returns the last event of the snapshot and deletes old ones.
func WriteSnapshot(ctx context.Context, j journal.Reader, folder string) (event.Seq, error) {
	s, err := Restore(ctx, j, folder)
	if err != nil {
		return 0, err
	}
	row, err := rowEndingAt(ctx, j, s.last)
	if err != nil {
		return 0, err
	}
	return s.last, s.freeze(row).keep(ctx, folder)
}

// keep writes the snapshot into the folder and deletes old ones.
func (f *frozen) keep(ctx context.Context, folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("engine: snapshot folder: %w", err)
	}
	if err := f.save(ctx, folder); err != nil {
		return fmt.Errorf("engine: write snapshot at event %d: %w", f.last, err)
	}
	for _, name := range superseded(folder) {
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			return fmt.Errorf("engine: remove old snapshot: %w", err)
		}
	}
	return nil
}

func (f *frozen) save(ctx context.Context, folder string) (err error) {
	file, err := os.CreateTemp(folder, snapshotPrefix+"*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close(), os.Remove(file.Name()))
		}
	}()
	sum := sha256.New()
	a := archiveTo(io.MultiWriter(file, sum))
	a.raw([]byte(snapshotMagic))
	a.raw(f.row[:])
	f.archive(ctx, a)
	if a.flush(); a.err != nil {
		return a.err
	}
	if _, err := file.Write(sum.Sum(nil)); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	name := fmt.Sprintf("events-%020d%s", f.last, snapshotSuffix)
	if err := os.Rename(file.Name(), filepath.Join(folder, name)); err != nil {
		return err
	}
	dir, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// superseded lists what may go: all but the newest snapshots, and what a crash
// left half written. One snapshot is written at a time.
func superseded(folder string) []string {
	names := snapshotNames(folder)
	names = names[min(snapshotsKept, len(names)):]
	entries, _ := os.ReadDir(folder) // a folder that cannot be read has none
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), snapshotPrefix) {
			names = append(names, e.Name())
		}
	}
	return names
}

// snapshotNames lists the folder's snapshots, newest first.
func snapshotNames(folder string) []string {
	entries, _ := os.ReadDir(folder) // a folder that cannot be read has none
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), snapshotSuffix) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	slices.Reverse(names)
	return names
}

// newestSnapshot returns the state of the newest snapshot that is whole and of
// this journal, or nil.
func newestSnapshot(ctx context.Context, j journal.Reader, folder string) *State {
	for _, name := range snapshotNames(folder) {
		s, row, err := loadSnapshot(filepath.Join(folder, name))
		if err == nil {
			var have event.Hash
			if have, err = rowEndingAt(ctx, j, s.last); err == nil && have != row {
				err = errors.New("not of this journal")
			}
		}
		if err == nil {
			return s
		}
		if ctx.Err() != nil {
			return nil // the replay will say so
		}
		slog.Warn("snapshot passed over", "name", name, "err", err)
	}
	return nil
}

func loadSnapshot(path string) (s *State, row event.Hash, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, row, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, row, err
	}
	body := info.Size() - sha256.Size
	if body < int64(len(snapshotMagic))+sha256.Size {
		return nil, row, errors.New("too short")
	}
	// A damaged snapshot is found before it is believed: the sum first, the
	// state in a second pass.
	sum := sha256.New()
	if err := checkSum(f, body, sum); err != nil {
		return nil, row, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, row, err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	a := archiveFrom(io.LimitReader(f, body))
	magic := make([]byte, len(snapshotMagic))
	a.raw(magic)
	if string(magic) != snapshotMagic {
		return nil, row, errors.New("not a snapshot of this version")
	}
	a.raw(row[:])
	s = NewState()
	s.archive(a)
	return s, row, a.err
}

func checkSum(r io.Reader, body int64, sum hash.Hash) error {
	if _, err := io.CopyN(sum, r, body); err != nil {
		return err
	}
	want, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if !bytes.Equal(sum.Sum(nil), want) {
		return errors.New("sum differs")
	}
	return nil
}

// rowEndingAt returns the hash of the row whose last event is seq.
func rowEndingAt(ctx context.Context, j journal.Reader, seq event.Seq) (h event.Hash, err error) {
	if seq == 0 {
		return h, nil
	}
	err = j.Read(ctx, seq, func(r event.Row) error {
		if r.Last() != seq {
			return fmt.Errorf("no row ends at event %d", seq)
		}
		h = r.Hash
		return errEnough
	})
	if errors.Is(err, errEnough) {
		return h, nil
	}
	if err == nil {
		err = fmt.Errorf("the journal ends before event %d", seq)
	}
	return h, err
}
