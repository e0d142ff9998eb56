package file

import (
	"context"
	"errors"
	"fmt"
	"sort"

	"opentote/event"
	"opentote/journal"
	"opentote/journal/chain"
)

// Read implements journal.Reader. It holds no lock while f runs.
func (j *Journal) Read(ctx context.Context, from event.Seq, f func(event.Row) error) error {
	var fromF error // f's error goes to the caller as it is
	err := j.read(ctx, from, func(row event.Row) error {
		fromF = f(row)
		return fromF
	})
	var bad *journal.CorruptError
	if err == nil || fromF != nil || errors.As(err, &bad) {
		return err
	}
	return fmt.Errorf("journal/file: read from event %d: %w", from, err)
}

func (j *Journal) read(ctx context.Context, from event.Seq, f func(event.Row) error) error {
	e, err := j.current(ctx)
	if err != nil || from > e.head.Last {
		return err
	}
	from = max(from, 1)
	s := scan{j: j, ctx: ctx, from: from, f: f, end: e}
	start := mark{first: 1, seg: 1, off: segmentHeader}
	if i := sort.Search(len(e.marks), func(i int) bool { return e.marks[i].first > from }); i > 0 {
		start = e.marks[i-1]
	}
	s.expect = start.first
	if start.first == 1 {
		s.v = *chain.From(journal.Head{})
	}
	for seg, off := start.seg, start.off; seg <= e.seg; seg, off = seg+1, segmentHeader {
		if err := s.segment(seg, off); err != nil {
			return err
		}
	}
	return s.v.End(e.head)
}

// scan is one Read.
type scan struct {
	j      *Journal
	ctx    context.Context // of the call
	from   event.Seq
	f      func(event.Row) error
	end    *end
	v      chain.Verifier
	expect event.Seq // first event of the next row
}

// segment reads the rows of segment seg from off on.
func (s *scan) segment(seg uint64, off int64) error {
	file, size, err := s.j.openSegment(seg)
	if err != nil {
		return err
	}
	defer file.Close()
	last := seg == s.end.seg
	for !last || off < s.end.off {
		var row event.Row
		n, err := readFrame(file, off, size, &row)
		switch {
		case errors.Is(err, errNoFrame) && !last:
			return nil
		case errors.Is(err, errNoFrame), errors.Is(err, errBadHeader), errors.Is(err, errBadPayload):
			return &journal.CorruptError{First: s.expect, What: err.Error()}
		case err != nil:
			return err
		}
		if err := s.v.Next(&row); err != nil {
			return err
		}
		off += n
		s.expect = row.Last() + 1
		if row.Last() < s.from {
			continue
		}
		if err := s.j.usable(s.ctx); err != nil {
			return err
		}
		if err := s.f(row); err != nil {
			return err
		}
	}
	return nil
}
