package file

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"opentote/event"
	"opentote/journal"
	"opentote/journal/chain"
)

// checkNames refuses a folder that holds anything but a journal.
func checkNames(names []string) error {
	for _, name := range names {
		_, segment := segmentIndex(name)
		if !segment && name != headName && name != headTemp && name != lockName && !strings.HasPrefix(name, sparePrefix) {
			return fmt.Errorf("not a journal: the folder holds %q", name)
		}
	}
	return nil
}

func readHead(d FS) (journal.Head, error) {
	f, err := d.Open(headName)
	if err != nil {
		return journal.Head{}, err
	}
	var b [headBytes + 1]byte
	size, err := f.Size()
	if err == nil {
		size = min(size, int64(len(b)))
		_, err = f.ReadAt(b[:size], 0)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return journal.Head{}, err
	}
	return decodeHead(b[:size])
}

// writeHead replaces the head file: after a crash there is the old or the new
// one.
func writeHead(d FS, head journal.Head) error {
	if err := d.Remove(headTemp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := d.Create(headTemp)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(encodeHead(head), 0)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := d.Rename(headTemp, headName); err != nil {
		return err
	}
	return d.Sync()
}

// segments returns the names that are there and how many of them are segments,
// which must be numbered without a gap.
func (j *Journal) segments() (names []string, n uint64, err error) {
	if names, err = j.fs.Names(); err != nil {
		return nil, 0, err
	}
	for _, name := range names {
		if _, ok := segmentIndex(name); ok {
			n++
		}
	}
	for i := uint64(1); i <= n; i++ {
		if !slices.Contains(names, segmentName(i)) {
			return nil, 0, fmt.Errorf("%s is missing", segmentName(i))
		}
	}
	return names, n, nil
}

// create makes what a new journal lacks: the head file, then the first
// segment. The lock is held.
func (j *Journal) create() error {
	names, n, err := j.segments()
	if err != nil {
		return err
	}
	if !slices.Contains(names, headName) {
		if n > 0 {
			return errors.New("there are segments but the head file is missing")
		}
		if err := writeHead(j.fs, journal.Head{}); err != nil {
			return fmt.Errorf("create: %w", err)
		}
	}
	if n > 0 {
		return nil
	}
	if head, err := readHead(j.fs); err != nil || head.Last > 0 {
		return errors.Join(err, &journal.CorruptError{First: 1, What: "there are no segments"})
	}
	s := makeSpare(j.fs, 0, 1, j.opts.SegmentBytes)
	if s.err != nil {
		return fmt.Errorf("create: %w", s.err)
	}
	if err := errors.Join(s.file.Close(), j.fs.Rename(s.name, segmentName(1)), j.fs.Sync()); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	return nil
}

// load sets the end to the first row of the last segment that has one, from
// where catchUp finds the real end. The lock is held.
func (j *Journal) load() error {
	_, n, err := j.segments()
	if err != nil {
		return err
	}
	e := end{seg: 1, off: segmentHeader}
	for i := uint64(1); i <= n; i++ {
		f, size, err := j.openSegment(i)
		if err != nil {
			return err
		}
		if i == 1 {
			e.size = size
		}
		var row event.Row
		_, err = readFrame(f, segmentHeader, size, &row)
		if closeErr := f.Close(); closeErr != nil {
			return closeErr
		}
		if err == nil || errors.Is(err, errBadPayload) {
			e.seg, e.size = i, size
			e.head = journal.Head{Last: row.First - 1, Hash: row.Prev}
			e.marks = append(e.marks, mark{first: row.First, seg: i, off: segmentHeader})
		}
	}
	if j.active, _, err = j.openSegment(e.seg); err != nil {
		return err
	}
	j.end.Store(&e)
	return nil
}

// openSegment opens segment i and checks its header.
func (j *Journal) openSegment(i uint64) (File, int64, error) {
	f, err := j.fs.Open(segmentName(i))
	if err != nil {
		return nil, 0, err
	}
	var b [segmentHeader]byte
	var size int64
	if _, err = f.ReadAt(b[:], 0); err == nil {
		if size, err = decodeSegmentHeader(b[:], i); err == nil {
			if got, sizeErr := f.Size(); sizeErr != nil || got != size {
				err = errors.Join(fmt.Errorf("%s has %d bytes, want %d", segmentName(i), got, size), sizeErr)
			}
		}
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, size, nil
}

// purpose is what catchUp is for.
type purpose int

const (
	look   purpose = iota // find what others appended; a torn tail is somebody else's
	repair                // become able to append; the lock is held exclusively
)

// catchUp moves the end over the rows that others appended, after making them
// durable: who appended them may have died before. mu and the lock are held.
func (j *Journal) catchUp(why purpose) error {
	head, err := readHead(j.fs)
	if err != nil {
		return err
	}
	e, f := *j.end.Load(), j.active
	v := chain.From(e.head)
	err = j.follow(&e, &f, v, why)
	if err == nil && (why == repair || v.Head().Last > e.head.Last) {
		if err = f.Sync(); err != nil {
			j.broken = err
		}
	}
	if err == nil {
		err = checkRecorded(v.Head(), head)
	}
	if f == j.active {
		f = nil
	}
	switch {
	case err != nil && f != nil:
		return errors.Join(err, f.Close())
	case err != nil:
		return err
	case f != nil:
		old := j.active
		j.active = f
		if err := old.Close(); err != nil {
			return err
		}
	}
	e.head = journal.Head{Last: v.Head().Last, Hash: v.Head().Hash, Epoch: head.Epoch}
	j.publish(&e)
	return nil
}

// follow moves e and v over the frames after e and f to the last segment. It
// closes the segments between.
func (j *Journal) follow(e *end, f *File, v *chain.Verifier, why purpose) error {
	for {
		var row event.Row
		n, err := readFrame(*f, e.off, e.size, &row)
		if err == nil {
			if err := v.Next(&row); err != nil {
				return err
			}
			e.passed(&row, n)
			continue
		}
		if !errors.Is(err, errNoFrame) && !errors.Is(err, errBadHeader) && !errors.Is(err, errBadPayload) {
			return fmt.Errorf("read segment %d: %w", e.seg, err)
		}
		next, size, openErr := j.openSegment(e.seg + 1)
		switch {
		case errors.Is(openErr, fs.ErrNotExist) && why == repair:
			return repairTail(*f, e, v.Expect(), err, &row)
		case errors.Is(openErr, fs.ErrNotExist):
			return nil
		case openErr != nil:
			return openErr
		case !errors.Is(err, errNoFrame):
			return errors.Join(&journal.CorruptError{First: v.Expect(), What: err.Error()}, next.Close())
		}
		if *f != j.active {
			if err := (*f).Close(); err != nil {
				return errors.Join(err, next.Close())
			}
		}
		*f, e.seg, e.size, e.off = next, e.seg+1, size, segmentHeader
	}
}

// passed moves the end over row, whose frame takes n bytes.
func (e *end) passed(row *event.Row, n int64) {
	last := mark{}
	if len(e.marks) > 0 {
		last = e.marks[len(e.marks)-1]
	}
	if last.first < row.First && (last.seg != e.seg || e.off-last.off >= markBytes) {
		e.marks = append(e.marks, mark{first: row.First, seg: e.seg, off: e.off})
	}
	e.off += n
}

// publish shows e to readers.
func (j *Journal) publish(e *end) {
	e.led = j.led
	j.end.Store(e)
	j.tail.Advance(e.head.Last)
}

// checkRecorded compares the end that was found with the one in the head file,
// which is older or the same.
func checkRecorded(found, recorded journal.Head) error {
	switch {
	case found.Last < recorded.Last:
		return &journal.CorruptError{First: found.Last + 1, What: fmt.Sprintf("missing, the head file records event %d", recorded.Last)}
	case found.Last == recorded.Last && found.Hash != recorded.Hash:
		return &journal.CorruptError{First: found.Last, What: "hash of the last row differs from the head file's"}
	case found.Epoch > recorded.Epoch:
		return &journal.CorruptError{First: found.Last, What: fmt.Sprintf("epoch %d exceeds the head file's %d", found.Epoch, recorded.Epoch)}
	}
	return nil
}

// repairTail overwrites a torn frame at the end with zeros. It returns a
// *journal.CorruptError, and changes nothing, when what is there cannot be the
// rest of one frame that was being written. why is what readFrame said, and
// row what it read.
func repairTail(f File, e *end, first event.Seq, why error, row *event.Row) error {
	corrupt := func(what string) error { return &journal.CorruptError{First: first, What: what} }
	used, err := lastByte(f, e.off, e.size)
	if err != nil || used <= e.off {
		return err
	}
	torn := make([]byte, min(e.off+frameSize(event.PayloadMax), e.size)-e.off)
	if _, err := f.ReadAt(torn, e.off); err != nil {
		return err
	}
	if used > e.off+int64(len(torn)) || holdsFrame(torn) {
		return corrupt(why.Error() + " but other frames follow")
	}
	written := 0
	switch {
	case errors.Is(why, errBadHeader):
		written = frameHeader
	case errors.Is(why, errBadPayload):
		written = frameHeader + len(row.Payload)
	}
	if written > 0 && sectorsWritten(torn[:written], e.off) {
		return corrupt(why.Error())
	}
	_, err = f.WriteAt(make([]byte, used-e.off), e.off)
	return err
}

// lastByte returns the offset after the last byte of f in [from, to) that is
// not zero, from when there is none.
func lastByte(f File, from, to int64) (int64, error) {
	used := from
	buf := make([]byte, 1<<20)
	for off := from; off < to; off += int64(len(buf)) {
		b := buf[:min(int64(len(buf)), to-off)]
		if _, err := f.ReadAt(b, off); err != nil {
			return 0, err
		}
		if b = bytes.TrimRight(b, "\x00"); len(b) > 0 {
			used = off + int64(len(b))
		}
	}
	return used, nil
}

// holdsFrame reports whether a good frame begins anywhere in b but at its
// start.
func holdsFrame(b []byte) bool {
	r := bytes.NewReader(b)
	for off := int64(align); off+frameHeader <= int64(len(b)); off += align {
		var row event.Row
		if _, err := readFrame(r, off, int64(len(b)), &row); err == nil {
			return true
		}
	}
	return false
}

// sectorsWritten reports whether each sector of b, which is at off, holds a
// byte that is not zero.
func sectorsWritten(b []byte, off int64) bool {
	for len(b) > 0 {
		n := min(int64(len(b)), sectorBytes-off%sectorBytes)
		if len(bytes.TrimRight(b[:n], "\x00")) == 0 {
			return false
		}
		b, off = b[n:], off+n
	}
	return true
}
