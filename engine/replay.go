package engine

import (
	"context"
	"errors"
	"fmt"

	"opentote/event"
	"opentote/journal"
)

// Restore computes the state at the journal's end, from the newest good
// snapshot in the folder and the events after it. An empty folder name uses
// none. A snapshot that is damaged, or that is not of this journal, is passed
// over.
func Restore(ctx context.Context, j journal.Reader, folder string) (*State, error) {
	s, _, err := restore(ctx, j, folder)
	return s, err
}

// restore also returns the last event of the snapshot that was used, 0 for none.
func restore(ctx context.Context, j journal.Reader, folder string) (s *State, snapped event.Seq, err error) {
	if folder != "" {
		s = newestSnapshot(ctx, j, folder)
	}
	if s == nil {
		s = NewState()
	}
	snapped = s.last
	if err := s.Replay(ctx, j, 0); err != nil {
		return nil, 0, err
	}
	return s, snapped, nil
}

// errEnough ends a replay early.
var errEnough = errors.New("enough")

// Replay applies the journal's events after the state's last one, up to the
// event numbered until, or to the end when until is 0. It returns an error when
// the journal is corrupt or its events contradict each other.
func (s *State) Replay(ctx context.Context, j journal.Reader, until event.Seq) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("engine: replay of event %d: %v", s.last, p)
		}
	}()
	if until != 0 && s.last >= until {
		return nil
	}
	var dec event.Decoder
	err = j.Read(ctx, s.last+1, func(row event.Row) error {
		seq := row.First
		derr := dec.Decode(row.Payload, func(at event.Millis, ev event.Event) error {
			if seq > s.last && (until == 0 || seq <= until) {
				s.Apply(at, ev)
			}
			seq++
			return nil
		})
		if derr != nil {
			return fmt.Errorf("engine: events %d to %d: %w", row.First, row.Last(), derr)
		}
		if seq != row.Last()+1 {
			return fmt.Errorf("engine: row at event %d holds %d events, says %d", row.First, seq-row.First, row.Count)
		}
		if until != 0 && s.last >= until {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}
