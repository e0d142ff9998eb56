package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"opentote/event"
	"opentote/journal"
	"opentote/journal/chain"
)

// Lead implements journal.Journal. It waits for the append in flight, of
// whatever process, as long as ctx lasts.
func (j *Journal) Lead(ctx context.Context) (journal.Head, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.usable(ctx)
	if err == nil {
		err = j.refused()
	}
	if err == nil {
		err = j.locked(ctx, Exclusive, j.lead)
	}
	if err != nil {
		return journal.Head{}, fmt.Errorf("journal/file: lead: %w", err)
	}
	return j.end.Load().head, nil
}

func (j *Journal) lead() error {
	if err := j.catchUp(repair); err != nil {
		return err
	}
	if err := j.removeSpares(); err != nil {
		return err
	}
	e := *j.end.Load()
	e.head.Epoch++
	if err := writeHead(j.fs, e.head); err != nil {
		j.broken = err
		return err
	}
	j.led = e.head.Epoch
	j.publish(&e)
	return nil
}

// refused returns why this handle writes no more.
func (j *Journal) refused() error {
	if j.broken != nil {
		return fmt.Errorf("refused after an earlier error: %w", j.broken)
	}
	return nil
}

// Append implements journal.Journal. ctx is looked at before the write begins.
func (j *Journal) Append(ctx context.Context, row event.Row) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.refused()
	if err == nil {
		if err = j.usable(ctx); err == nil {
			err = j.locked(ctx, Exclusive, func() error { return j.append(&row) })
		}
		if err != nil && err != journal.ErrFenced && err != journal.ErrGap {
			j.broken = err
		}
	}
	if err != nil {
		return fmt.Errorf("journal/file: append row %d: %w", row.First, err)
	}
	return nil
}

func (j *Journal) append(row *event.Row) error {
	head, err := readHead(j.fs)
	switch {
	case err != nil:
		return err
	case head.Epoch > j.led:
		return journal.ErrFenced
	case j.led == 0:
		return errors.New("append before Lead")
	}
	e := *j.end.Load()
	if err := chain.Check(e.head, row); err != nil {
		return err
	}
	if err := j.put(&e, row); err != nil {
		return err
	}
	if err := j.active.Sync(); err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	j.publish(&e)
	if j.spare == nil && e.off > e.size/2 {
		j.startSpare(e.seg + 1)
	}
	return nil
}

// put writes row at the end e, which it moves. It does not sync.
func (j *Journal) put(e *end, row *event.Row) error {
	if e.off+frameSize(len(row.Payload)) > e.size {
		if err := j.nextSegment(e); err != nil {
			return fmt.Errorf("next segment: %w", err)
		}
	}
	j.buf = appendFrame(j.buf[:0], row)
	if _, err := j.active.WriteAt(j.buf, e.off); err != nil {
		return err
	}
	e.passed(row, int64(len(j.buf)))
	e.head.Last, e.head.Hash = row.Last(), row.Hash
	return nil
}

// nextSegment makes the spare segment the last one.
func (j *Journal) nextSegment(e *end) error {
	if err := j.active.Sync(); err != nil { // an export does not sync each row
		return err
	}
	if j.spare == nil {
		j.startSpare(e.seg + 1)
	}
	s := <-j.spare
	j.spare = nil
	if s.err != nil {
		return s.err
	}
	if err := errors.Join(j.fs.Rename(s.name, segmentName(e.seg+1)), j.fs.Sync()); err != nil {
		return errors.Join(err, s.file.Close())
	}
	old := j.active
	j.active = s.file
	e.seg, e.size, e.off = e.seg+1, s.size, segmentHeader
	return old.Close()
}

// spare is a segment that is not yet part of the journal.
type spare struct {
	name string
	file File // open
	size int64
	err  error // why there is no file
}

// startSpare makes the spare in a goroutine, which release waits for.
func (j *Journal) startSpare(index uint64) {
	j.spare = make(chan spare, 1)
	go func(to chan<- spare, epoch event.Epoch) {
		to <- makeSpare(j.fs, epoch, index, j.opts.SegmentBytes)
	}(j.spare, j.led)
}

// makeSpare writes an empty segment, durably but for its name.
func makeSpare(d FS, epoch event.Epoch, index uint64, size int64) spare {
	s := spare{name: fmt.Sprint(sparePrefix, epoch), size: size}
	if s.err = d.Remove(s.name); s.err != nil && !errors.Is(s.err, fs.ErrNotExist) {
		return s
	}
	if s.file, s.err = d.Create(s.name); s.err != nil {
		return s
	}
	if s.err = fill(s.file, index, size); s.err != nil {
		s.err = errors.Join(s.err, s.file.Close(), d.Remove(s.name))
	}
	return s
}

func fill(f File, index uint64, size int64) error {
	zeros := make([]byte, min(size, 1<<20))
	for off := int64(0); off < size; off += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros[:min(int64(len(zeros)), size-off)], off); err != nil {
			return err
		}
	}
	if _, err := f.WriteAt(encodeSegmentHeader(index, size), 0); err != nil {
		return err
	}
	return f.Sync()
}

// discard removes the spare.
func (s spare) discard(d FS) error {
	if s.err != nil {
		return nil // it was of no use yet
	}
	err := s.file.Close()
	if removeErr := d.Remove(s.name); removeErr != nil && !errors.Is(removeErr, fs.ErrNotExist) {
		err = errors.Join(err, removeErr) // the next leader may have removed it
	}
	return err
}

// removeSpares removes this handle's spare and those of earlier leaders.
func (j *Journal) removeSpares() error {
	if j.spare != nil {
		s := <-j.spare
		j.spare = nil
		if err := s.discard(j.fs); err != nil {
			return err
		}
	}
	names, err := j.fs.Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		if !strings.HasPrefix(name, sparePrefix) {
			continue
		}
		if err := j.fs.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
