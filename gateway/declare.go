package gateway

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/engine"
	"opentote/recheck"
	"opentote/tote"
)

// followedWithin is how long the second calculator may take to come to what the
// engine knows.
const followedWithin = 10 * time.Second

// declareDividends has the second calculator compute a race, and gives what it comes to
// to the engine, which declares nothing else. A bet purged in between makes them
// differ: they disagree when they do twice.
func (s *service) declareDividends(ctx context.Context, race tote.RaceID) error {
	for again := false; ; again = true {
		second, err := s.recompute(ctx, race)
		if err != nil {
			return err
		}
		c := &engine.DeclareDividends{Race: race, Staff: staff(ctx), Second: second.Figures()}
		err = s.Engine.Do(ctx, c)
		var rej *engine.Rejection
		switch {
		case errors.As(err, &rej) && rej.Code == engine.CalculatorsDisagree && again:
			return s.dispute(ctx, c, second, rej.Detail)
		case rej != nil && rej.Code == engine.CalculatorsDisagree:
		case err == nil:
			s.Alarms.End(race)
			return nil
		default:
			return rpcError(ctx, err)
		}
	}
}

// recompute has a race computed a second time, from at least what the engine
// knows now.
func (s *service) recompute(ctx context.Context, race tote.RaceID) (*recheck.Calculation, error) {
	now := &engine.GetRaceAccounts{Race: race}
	if err := s.do(ctx, now); err != nil {
		return nil, err
	}
	bounded, cancel := context.WithTimeout(ctx, followedWithin)
	defer cancel()
	err := s.Second.Reach(bounded, now.View.At)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		slog.WarnContext(ctx, "the second calculator is behind", "race", race, "err", err)
		return nil, refusal(ctx, connect.CodeUnavailable, "SECOND_LATE")
	}
	var second *recheck.Calculation
	if err == nil {
		second, err = s.Second.Calculate(ctx, race)
	}
	switch {
	case ctx.Err() != nil:
		return nil, rpcError(ctx, ctx.Err())
	case err != nil:
		slog.ErrorContext(ctx, "the second calculator fails: dividends are not declared", "race", race, "err", err)
		return nil, refusal(ctx, connect.CodeUnavailable, string(engine.NotRecomputed))
	}
	return second, nil
}

// dispute keeps what both calculators say of a race and raises the alarm.
func (s *service) dispute(ctx context.Context, c *engine.DeclareDividends, second *recheck.Calculation, difference string) error {
	alarm, err := s.Alarms.Raise(second, c.Computed)
	slog.ErrorContext(ctx, "the calculators disagree: dividends are not declared",
		"race", c.Race, "difference", difference, "file", alarm.File)
	if err != nil {
		slog.ErrorContext(ctx, "the workings are not kept", "race", c.Race, "err", err)
	}
	return rpcError(ctx, &engine.Rejection{Code: engine.CalculatorsDisagree, Detail: cmp.Or(alarm.File, difference)})
}

// disputeOf tells of a race whose calculators disagree, nil of others.
func (s *service) disputeOf(v *engine.RaceView) *opentotev1.Dispute {
	alarm, ok := s.Alarms.Of(v.Race)
	if !ok || v.Status != engine.Official {
		return nil
	}
	return &opentotev1.Dispute{Difference: alarm.Difference, File: alarm.File}
}
