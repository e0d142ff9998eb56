package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/api/gen/opentote/v1/opentotev1connect"
	"opentote/board"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// OddsOptions size the benchmark of odds. The zero value of each field has a
// default.
type OddsOptions struct {
	Dir     string // where the data is written; default a temporary folder
	Runners int    // default 20
	Bets    int    // in each pool; default 10,000
	Rounds  int    // default 200
	Changes int    // changes whose way to a watcher is timed; default 20
}

// OddsResult is what the benchmark of odds prints.
type OddsResult struct {
	Bench string `json:"bench"`
	// RaceP50Micros is the time to compute anew the odds of all pools of a race,
	// after a bet in each.
	RaceP50Micros float64 `json:"race_p50_us"`
	RaceP99Micros float64 `json:"race_p99_us"`
	// Pools is the same bet type by bet type, one pool each.
	Pools []PoolOdds `json:"pools"`
	// WatcherP50Micros is from the sending of a bet to the arrival of the new
	// odds at somebody who watches the race; ReferenceP50Micros is from the
	// sending of the bet to its receipt.
	WatcherP50Micros   float64 `json:"watcher_p50_us"`
	WatcherMaxMicros   float64 `json:"watcher_max_us"`
	ReferenceP50Micros float64 `json:"reference_p50_us"`
	Ratio              float64 `json:"ratio"`
	Runners            int     `json:"runners"`
	Bets               int     `json:"bets"` // in each pool
	Rounds             int     `json:"rounds"`
	Reference          string  `json:"reference"`
}

// PoolOdds is the time of one pool.
type PoolOdds struct {
	Bet       tote.BetCode `json:"bet"`
	Odds      int          `json:"odds"` // combinations shown
	P50Micros float64      `json:"p50_us"`
	P99Micros float64      `json:"p99_us"`
}

// Odds measures how long the odds of a race take that offers every bet with
// live odds, and how soon a change is with those who watch.
func Odds(ctx context.Context, o OddsOptions, progress func(string)) (*OddsResult, error) {
	for _, d := range []struct {
		field *int
		value int
	}{{&o.Runners, 20}, {&o.Bets, 10_000}, {&o.Rounds, 200}, {&o.Changes, 20}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	r := &OddsResult{
		Bench: "odds", Reference: "the bet's own receipt",
		Runners: o.Runners, Bets: o.Bets, Rounds: o.Rounds,
	}
	s, err := newShow(o)
	if err != nil {
		return nil, err
	}
	progress(fmt.Sprintf("%d pools of %d bets, %d rounds", len(s.pools), o.Bets, o.Rounds))
	if err := r.compute(ctx, s, o.Rounds); err != nil {
		return nil, err
	}
	progress(fmt.Sprintf("%d changes to a watcher", o.Changes))
	return r, r.watch(ctx, o)
}

// show is a board with one race.
type show struct {
	board *board.Board
	race  tote.RaceID
	pools []*shown
	seq   event.Seq
	at    event.Millis
}

// shown is a pool of a show.
type shown struct {
	code  tote.BetCode
	id    event.PoolID
	take  int // horses of a unit
	kind  tote.BetType
	field tote.Field
	bets  uint32
}

func newShow(o OddsOptions) (*show, error) {
	s := &show{board: board.New(), race: tote.RaceOf(20251123, 1, 1), at: 1}
	field := tote.Field{Declared: tote.Numbered(o.Runners)}
	declared := &event.RaceDeclared{Race: s.race, Declared: field.Declared}
	for _, id := range []rulebook.ID{"fr-online-2020", "fr-retail-2026-observed"} {
		book, ok := rulebook.ByID(id)
		if !ok {
			return nil, fmt.Errorf("bench: no rulebook %s", id)
		}
		for _, code := range book.Codes() {
			p := &shown{code: code, id: event.PoolID(len(s.pools) + 1), field: field}
			p.kind, _ = book.Type(code)
			if _, shows := p.kind.(tote.Odds); !shows {
				continue
			}
			if p.take = unitOf(p.kind, field); p.take == 0 {
				continue
			}
			s.pools = append(s.pools, p)
			declared.Pools = append(declared.Pools, event.PoolDeclared{Pool: p.id, Bet: code, Rulebook: string(id), BaseStake: 100})
		}
	}
	err := s.apply(declared)
	for range o.Bets {
		for _, p := range s.pools {
			err = errors.Join(err, s.bet(p))
		}
		if err != nil {
			return nil, fmt.Errorf("bench: %w", err)
		}
	}
	return s, err
}

// unitOf returns how many horses a plain bet of the type names, 0 when none does.
func unitOf(kind tote.BetType, field tote.Field) int {
	for n := 1; n <= 8; n++ {
		p := tote.UnitPattern(horsesFrom(1, n)...)
		if units, err := kind.Units(&p, field); err == nil && units > 0 {
			return n
		}
	}
	return 0
}

// horsesFrom returns n horses from number first on.
func horsesFrom(first, n int) []tote.Horse {
	horses := make([]tote.Horse, n)
	for i := range horses {
		horses[i] = tote.Horse(first + i)
	}
	return horses
}

func (s *show) apply(ev event.Event) error {
	s.seq++
	s.board.Begin()
	defer s.board.End(s.seq)
	return s.board.Apply(s.seq, s.at, ev)
}

// bet places the next bet of a pool.
func (s *show) bet(p *shown) error {
	first := int(p.bets)*7%(p.field.Declared.Len()-p.take+1) + 1
	ev := &event.BetPlaced{
		Bet: event.BetIn(p.id, p.bets), Account: 1, Unit: 200, Pattern: tote.UnitPattern(horsesFrom(first, p.take)...),
	}
	units, err := p.kind.Units(&ev.Pattern, p.field)
	if err != nil {
		return err
	}
	ev.Units = uint32(units)
	p.bets++
	return s.apply(ev)
}

// compute times the odds pool by pool and of the whole race.
func (r *OddsResult) compute(ctx context.Context, s *show, rounds int) error {
	timed := func(changed []*shown) (took time.Duration, odds int, err error) {
		since := s.seq
		for _, p := range changed {
			if err := s.bet(p); err != nil {
				return 0, 0, fmt.Errorf("bench: %w", err)
			}
		}
		began := time.Now()
		view, ok := s.board.Race(s.race, since)
		took = time.Since(began)
		if !ok || len(view.Pools) != len(changed) {
			return 0, 0, fmt.Errorf("bench: %d pools changed, the board shows %d", len(changed), len(view.Pools))
		}
		return took, len(view.Pools[0].Odds), ctx.Err()
	}
	repeat := func(changed []*shown) (p50, p99 float64, odds int, err error) {
		all := make([]time.Duration, rounds)
		for i := range all {
			if all[i], odds, err = timed(changed); err != nil {
				return 0, 0, 0, err
			}
		}
		slices.Sort(all)
		return percentile(all, 0.5), percentile(all, 0.99), odds, nil
	}
	for _, p := range s.pools {
		p50, p99, odds, err := repeat([]*shown{p})
		if err != nil {
			return err
		}
		r.Pools = append(r.Pools, PoolOdds{Bet: p.code, Odds: odds, P50Micros: p50, P99Micros: p99})
	}
	var err error
	r.RaceP50Micros, r.RaceP99Micros, _, err = repeat(s.pools)
	return err
}

// watch times changes from the sending of a bet to a watcher on the network.
func (r *OddsResult) watch(ctx context.Context, o OddsOptions) (err error) {
	w, err := openServed(ctx, o.Dir, 2, o.Changes)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	racing := opentotev1connect.NewRacingServiceClient(w.client, w.url)
	betting := opentotev1connect.NewBettingServiceClient(w.client, w.url)
	who := &w.callers[0]
	stream, err := racing.WatchRace(ctx, connect.NewRequest(&opentotev1.WatchRaceRequest{RaceIds: []uint64{who.Offer[0].Race}}))
	if err != nil {
		return fmt.Errorf("bench: watch a race: %w", err)
	}
	defer stream.Close()
	arrived := make(chan time.Time)
	go func() {
		defer close(arrived)
		for stream.Receive() {
			if stream.Msg().State == nil {
				continue
			}
			select {
			case arrived <- time.Now():
			case <-ctx.Done():
			}
		}
	}()
	<-arrived // what the race is like now
	var toWatcher, toBettor []time.Duration
	rested := time.NewTimer(0)
	defer rested.Stop()
	for i := range o.Changes {
		// A watcher is told at most four times a second: let it rest.
		rested.Reset(300 * time.Millisecond)
		select {
		case <-rested.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		g := generator{Load: &Load{Serial: 1_000_000}}
		bet := g.bet(&caller{Offer: who.Offer[:1]}, i)
		sent := time.Now()
		if _, err := ask(ctx, who.Token, betting.PlaceBet, bet); err != nil {
			return fmt.Errorf("bench: bet %d: %w", i, err)
		}
		toBettor = append(toBettor, time.Since(sent))
		at, ok := <-arrived
		if !ok {
			return errors.Join(errors.New("bench: the watcher's line broke"), stream.Err())
		}
		toWatcher = append(toWatcher, at.Sub(sent))
	}
	slices.Sort(toWatcher)
	slices.Sort(toBettor)
	r.WatcherP50Micros, r.WatcherMaxMicros = percentile(toWatcher, 0.5), percentile(toWatcher, 1)
	r.ReferenceP50Micros = percentile(toBettor, 0.5)
	r.Ratio = r.WatcherP50Micros / r.ReferenceP50Micros
	return nil
}
