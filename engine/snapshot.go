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
//	magic    "opentote snapshot 6\n"
//	row      [32]byte   hash of the journal row the state ends with
//	state    archive of the state
//	sum      [32]byte   SHA-256 of all bytes before
//
// It is written under another name, synced, renamed, and the folder synced, so
// a name in place is a whole snapshot. Snapshots are a short-cut, never the
// truth: any of them may be deleted.
const (
	snapshotMagic  = "opentote snapshot 6\n"
	snapshotSuffix = ".snapshot"
	snapshotPrefix = "new-" // while it is being written
	snapshotsKept  = 2
)

// keepSnapshots writes a snapshot every so many events until ctx ends. It works
// from the journal and the snapshot before, like any follower, and never
// touches the writer's state. A failure costs a slower restart and is logged.
func (e *Engine) keepSnapshots(ctx context.Context, last event.Seq) {
	for {
		last += event.Seq(e.opts.SnapshotEvery)
		if err := e.journal.Wait(ctx, last-1); err != nil {
			return
		}
		seq, err := WriteSnapshot(ctx, e.journal, e.opts.Snapshots)
		if err != nil {
			if ctx.Err() == nil {
				slog.Error("snapshot not written", "err", err)
			}
			continue
		}
		last = seq
	}
}

// WriteSnapshot replays the journal to its end and writes the state into the
// folder. It returns the last event of the snapshot and deletes old ones.
func WriteSnapshot(ctx context.Context, j journal.Reader, folder string) (event.Seq, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return 0, fmt.Errorf("engine: snapshot folder: %w", err)
	}
	s, err := Restore(ctx, j, folder)
	if err != nil {
		return 0, err
	}
	row, err := rowEndingAt(ctx, j, s.last)
	if err != nil {
		return 0, err
	}
	if err := s.save(folder, row); err != nil {
		return 0, fmt.Errorf("engine: write snapshot at event %d: %w", s.last, err)
	}
	for _, name := range superseded(folder) {
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			return 0, fmt.Errorf("engine: remove old snapshot: %w", err)
		}
	}
	return s.last, nil
}

func (s *State) save(folder string, row event.Hash) (err error) {
	f, err := os.CreateTemp(folder, snapshotPrefix+"*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	sum := sha256.New()
	a := archiveTo(io.MultiWriter(f, sum))
	a.raw([]byte(snapshotMagic))
	a.raw(row[:])
	s.archive(a)
	if a.flush(); a.err != nil {
		return a.err
	}
	if _, err := f.Write(sum.Sum(nil)); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	name := fmt.Sprintf("events-%020d%s", s.last, snapshotSuffix)
	if err := os.Rename(f.Name(), filepath.Join(folder, name)); err != nil {
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
