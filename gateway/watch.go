package gateway

import (
	"context"
	"slices"
	"time"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/event"
	"opentote/tote"
)

const (
	// watchMax bounds the races one stream names.
	watchMax = 100
	// pushEvery is the least time between two pushes of one stream, in real
	// time: what changes meanwhile is merged.
	pushEvery = 250 * time.Millisecond
	// heartbeat is how long a stream stays silent at most, so that the caller
	// can tell a quiet race from a dead line.
	heartbeat = 10 * time.Second
)

type racingService struct{ *service }

// watcher is one stream's memory: the position sent of each race.
type watcher struct {
	*racingService
	day   tote.Day // also every race of this day
	races []tote.RaceID
	seen  map[tote.RaceID]event.Seq
	send  func(*opentotev1.WatchRaceResponse) error
}

func (s *racingService) WatchRace(ctx context.Context, req *connect.Request[opentotev1.WatchRaceRequest], stream *connect.ServerStream[opentotev1.WatchRaceResponse]) error {
	if len(req.Msg.GetRaceIds()) > watchMax || len(req.Msg.GetSeen()) > 10*watchMax {
		return refusal(ctx, connect.CodeInvalidArgument, "TOO_MANY")
	}
	w := &watcher{
		racingService: s, day: tote.Day(req.Msg.GetDay()),
		seen: map[tote.RaceID]event.Seq{}, send: stream.Send,
	}
	last, _ := s.Board.Changes()
	for _, id := range req.Msg.GetRaceIds() {
		if _, ok := s.Board.Race(tote.RaceID(id), 0); !ok {
			return refusal(ctx, connect.CodeNotFound, "UNKNOWN_RACE")
		}
		w.races = append(w.races, tote.RaceID(id))
	}
	for id, seq := range req.Msg.GetSeen() {
		// A position we have not come to is of another journal: start anew.
		if event.Seq(seq) <= last {
			w.seen[tote.RaceID(id)] = event.Seq(seq)
		}
	}
	return w.run(ctx)
}

// run pushes what changed, again and again.
func (w *watcher) run(ctx context.Context) error {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		_, moved := w.Board.Changes()
		if err := w.push(); err != nil {
			return err
		}
		pause.Reset(pushEvery)
		if stop := w.wait(ctx, pause.C); stop {
			return nil
		}
		for quiet := true; quiet; {
			select {
			case <-moved:
				quiet = false
			case <-beat.C:
				if err := w.send(&opentotev1.WatchRaceResponse{Clock: w.clock()}); err != nil {
					return err
				}
			case <-ctx.Done():
				return nil
			case <-w.Done:
				return nil
			}
		}
	}
}

// wait waits for the pause's end; true when the stream is to end.
func (w *watcher) wait(ctx context.Context, pause <-chan time.Time) bool {
	select {
	case <-pause:
		return false
	case <-ctx.Done():
	case <-w.Done:
	}
	return true
}

// push sends the watched races that changed since they were sent last.
func (w *watcher) push() error {
	ids := slices.Clone(w.races)
	if w.day != 0 {
		for _, r := range w.Board.Races() {
			if r.ID.Day() == w.day {
				ids = append(ids, r.ID)
			}
		}
	}
	for _, id := range ids {
		since := w.seen[id]
		race, ok := w.Board.Race(id, since)
		if !ok {
			continue
		}
		w.seen[id] = race.Seq
		if err := w.send(&opentotev1.WatchRaceResponse{
			State: stateOf(&race), PreviousSeq: uint64(since), Clock: w.clock(),
		}); err != nil {
			return err
		}
	}
	return nil
}

func (s *service) clock() *opentotev1.Clock {
	return &opentotev1.Clock{Now: timestamp(event.Millis(s.Clock.Now().UnixMilli())), Rate: s.Clock.Rate()}
}
