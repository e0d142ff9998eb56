package sim

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"time"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/racing"
	"opentote/tote"
)

// LoopOptions say what a demonstration shows.
type LoopOptions struct {
	Server    Server
	Documents []Document
	Seed      uint64
	// Clock must be the one the server reads, a scaled one: 60 times faster
	// makes a race every ten minutes one every ten seconds.
	Clock *Clock
	// Bettors is the size of the public; zero means 800.
	Bettors int
	// Lead is how long before the first start a day begins; zero means fifteen
	// minutes.
	Lead time.Duration
	// Between is the real time between two days; zero means ten seconds.
	Between time.Duration
	// Progress and Report, when not nil, are called during and after each day.
	Progress func(Progress)
	Report   func(*Report)
	// Log hears of faults; nil is the default logger.
	Log *slog.Logger
}

// Loop runs the day of the documents again and again, each time as the next
// day after those the server has, until the context ends. A day that fails is
// logged, left to the server's deadlines, and followed by the next. The error is
// that of documents which hold no day.
func Loop(ctx context.Context, o LoopOptions) error {
	if o.Bettors == 0 {
		o.Bettors = 800
	}
	if o.Lead == 0 {
		o.Lead = 15 * time.Minute
	}
	if o.Between == 0 {
		o.Between = 10 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	programme, err := read(o.Documents)
	if err != nil {
		return err
	}
	if _, err := Begins(o.Documents, PlanOptions{}); err != nil {
		return err
	}
	for ctx.Err() == nil {
		report, err := o.run(ctx, programme)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			o.Log.WarnContext(ctx, "the demonstration's day was not finished", "err", err)
		default:
			for _, c := range report.Failed() {
				o.Log.ErrorContext(ctx, "a check of the demonstration's day does not hold", "check", c.Name, "detail", c.Detail)
			}
			if o.Report != nil {
				o.Report(report)
			}
		}
		if pause(ctx, o.Between) != nil {
			return nil
		}
	}
	return nil
}

// run runs one day.
func (o *LoopOptions) run(ctx context.Context, programme *racing.Programme) (*Report, error) {
	o.Clock.Hold(o.Clock.Now())
	plan := PlanOptions{Seed: o.Seed, Bettors: o.Bettors, Lead: o.Lead}
	day, err := o.nextDay(ctx, programme, plan)
	if err != nil {
		return nil, err
	}
	documents, err := documentsOf(programme.Shift(day))
	if err != nil {
		return nil, err
	}
	return Day(ctx, DayOptions{
		Server: o.Server, Documents: documents, PlanOptions: plan, Clock: o.Clock, Progress: o.Progress,
	})
}

// nextDay returns the first day that begins after now and that the server does
// not have, nor any later one.
func (o *LoopOptions) nextDay(ctx context.Context, programme *racing.Programme, plan PlanOptions) (tote.Day, error) {
	l := dial(o.Server)
	defer l.close()
	res, err := ask(ctx, l, "", l.racing.ListMeetings, &opentotev1.ListMeetingsRequest{})
	if err != nil {
		return 0, fmt.Errorf("list meetings: %w", err)
	}
	now := o.Clock.Now()
	date := now
	if days := res.GetDays(); len(days) > 0 {
		if after := timeOf(tote.Day(days[len(days)-1])).AddDate(0, 0, 1); after.After(date) {
			date = after
		}
	}
	for range 3 { // today may have begun already
		moved := programme.Shift(dayOf(date))
		if begins(moved, plan).After(now) {
			break
		}
		date = date.AddDate(0, 0, 1)
	}
	return dayOf(date), nil
}

func dayOf(t time.Time) tote.Day {
	return tote.Day(t.Year()*10000 + int(t.Month())*100 + t.Day())
}

func timeOf(d tote.Day) time.Time {
	return time.Date(int(d/10000), time.Month(d/100%100), int(d%100), 0, 0, 0, 0, time.UTC)
}

func documentsOf(p *racing.Programme) ([]Document, error) {
	var programme, participants bytes.Buffer
	if err := racing.Encode(&programme, &participants, p); err != nil {
		return nil, fmt.Errorf("programme of %s: %w", p.Day, err)
	}
	return []Document{
		{Name: "programme", Content: programme.Bytes()},
		{Name: "participants", Content: participants.Bytes()},
	}, nil
}
