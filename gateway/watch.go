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
	if !s.watchers.take() {
		return busyError(ctx)
	}
	defer s.watchers.leave()
	if err := s.fresh(ctx); err != nil {
		return err
	}
	c := callOf(ctx)
	c.wait()
	w := &watcher{
		racingService: s, day: tote.Day(req.Msg.GetDay()), seen: map[tote.RaceID]event.Seq{},
		send: func(m *opentotev1.WatchRaceResponse) error {
			return c.send(func() error { return stream.Send(m) })
		},
	}
	last, _ := s.Board.Changes()
	for _, id := range req.Msg.GetRaceIds() {
		if !s.Board.Knows(tote.RaceID(id)) {
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
	pause := time.NewTimer(pushEvery)
	defer pause.Stop()
	_, moved := w.Board.Changes()
	sent, err := w.push()
	if err == nil && !sent {
		err = w.sign() // the caller need not wait to learn that the line stands
	}
	for err == nil {
		var on bool
		if on, err = await(ctx, w, pause.C, nil); !on {
			return err
		}
		if on, err = await(ctx, w, moved, beat.C); !on {
			return err
		}
		_, moved = w.Board.Changes()
		_, err = w.push()
		pause.Reset(pushEvery)
	}
	return err
}

// await waits for a pause's end or a move of the board, giving signs of life at
// each beat. It returns false when the stream is to end, and why.
func await[T any](ctx context.Context, w *watcher, next <-chan T, beat <-chan time.Time) (on bool, err error) {
	for {
		select {
		case <-next:
			return true, nil
		case <-beat:
			if err := w.sign(); err != nil {
				return false, err
			}
		case <-w.Stale:
			return false, w.fresh(ctx)
		case <-ctx.Done():
			return false, nil
		case <-w.Done:
			return false, nil
		}
	}
}

// sign sends a message that says nothing but the time.
func (w *watcher) sign() error { return w.send(&opentotev1.WatchRaceResponse{Clock: w.clock()}) }

// push sends the watched races that changed since they were sent last, if any.
func (w *watcher) push() (sent bool, err error) {
	ids := w.races
	if w.day != 0 {
		ids = slices.Concat(w.races, w.Board.Day(w.day))
	}
	for _, id := range ids {
		since := w.seen[id]
		race, ok := w.Board.Race(id, since)
		if !ok {
			continue
		}
		w.seen[id] = race.Seq
		err := w.send(&opentotev1.WatchRaceResponse{
			State: stateOf(&race), PreviousSeq: uint64(since), Clock: w.clock(),
		})
		if err != nil {
			return true, err
		}
		sent = true
	}
	return sent, nil
}

func (s *service) clock() *opentotev1.Clock {
	return &opentotev1.Clock{Now: timestamp(event.Millis(s.Clock.Now().UnixMilli())), Rate: s.Clock.Rate()}
}
