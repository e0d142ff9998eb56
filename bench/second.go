package bench

import (
	"context"
	"runtime"
	"time"

	"opentote/event"
	"opentote/recheck"
	"opentote/tote"
)

// second is the second calculator of a benchmark, which follows rows as they are
// sealed.
type second struct {
	follower *recheck.Follower
	dec      event.Decoder
}

func newSecond() *second { return &second{follower: recheck.New()} }

// keep follows a row.
func (s *second) keep(row event.Row) error {
	seq := row.First
	s.follower.Begin()
	err := s.dec.Decode(row.Payload, func(at event.Millis, ev event.Event) error {
		seq++
		return s.follower.Apply(seq-1, at, ev)
	})
	s.follower.End(row.Last())
	return err
}

// calculated is a race as computed a second time, and what that took.
type calculated struct {
	figures []event.Figures
	took    time.Duration
	cpu     time.Duration // of all processors
	stakes  int           // of the cases
}

// calculate computes a race.
func (s *second) calculate(ctx context.Context, race tote.RaceID) (*calculated, error) {
	runtime.GC()
	began, cpu := time.Now(), CPUTime()
	c, err := s.follower.Calculate(ctx, race)
	if err != nil {
		return nil, err
	}
	out := &calculated{figures: c.Figures(), took: time.Since(began), cpu: CPUTime() - cpu}
	for _, p := range c.Pools {
		out.stakes += len(p.Case.Stakes)
	}
	return out, nil
}
