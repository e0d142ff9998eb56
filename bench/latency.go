package bench

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// LatencyOptions say at what rate bets fall due. The zero value of each field
// but Streamed has a default.
type LatencyOptions struct {
	Dir      string        // where the data is written; default a temporary folder
	Rate     int           // bets a second; default 10,000
	For      time.Duration // of each round; default 10 s
	Rounds   int           // default 3
	Clients  int           // connections; default 256, streamed 8
	Streamed bool          // messages of a few bets on streams, not one bet a call
	Request  int           // streamed: bets a message; default 8
}

func (o LatencyOptions) withDefaults() LatencyOptions {
	clients := 256
	if o.Streamed {
		clients = 8
	}
	if o.For <= 0 {
		o.For = 10 * time.Second
	}
	for _, d := range []struct {
		field *int
		value int
	}{{&o.Rate, 10_000}, {&o.Rounds, 3}, {&o.Clients, clients}, {&o.Request, 8}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	if !o.Streamed {
		o.Request = 0
	}
	return o
}

// LatencyResult is what the benchmark of latency prints. Latencies run from the
// moment a bet was due to be sent, so that a wait of the sender, behind a slow
// answer, counts too.
type LatencyResult struct {
	Bench string `json:"bench"`
	// RatePerS is what was due a second, BetsPerS what was accepted.
	RatePerS float64 `json:"rate_per_s"`
	BetsPerS float64 `json:"bets_per_s"`
	Latencies
	// ReferenceP50Micros and ReferenceP99Micros are those of the same load on an
	// empty handler; Ratio is of the 99th percentiles.
	ReferenceP50Micros float64 `json:"reference_p50_us"`
	ReferenceP99Micros float64 `json:"reference_p99_us"`
	Ratio              float64 `json:"ratio"`
	Bets               int     `json:"bets"`
	Busy               int     `json:"busy"`
	Rounds             int     `json:"rounds"`
	Clients            int     `json:"clients"`
	Request            int     `json:"bets_per_request"`
	GCPauseMaxUs       float64 `json:"gc_pause_max_us"`
	Reference          string  `json:"reference"`
}

// Latency measures how long an acceptance takes at a given rate, in an open
// loop: bets fall due on a schedule, whatever became of those before.
func Latency(ctx context.Context, o LatencyOptions, progress func(string)) (_ *LatencyResult, err error) {
	o = o.withDefaults()
	bets := max(1, int(float64(o.Rate)*o.For.Seconds()))
	s, err := openServed(ctx, o.Dir, min(o.Clients, callersMax), (o.Rounds+1)*bets)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	l := Load{
		Clients: o.Clients, Bets: bets,
		Request: o.Request, Flight: 64, Rate: o.Rate,
	}
	warm := l
	warm.Bets = max(1, l.Bets/20)
	if _, err := s.send(ctx, warm); err != nil {
		return nil, err
	}
	var ours, theirs side
	for i := range o.Rounds {
		var mine, empty side
		if err := mine.run(ctx, s.world, l); err != nil {
			return nil, err
		}
		other := l
		other.URL = s.reference.url
		if err := empty.run(ctx, s.world, other); err != nil {
			return nil, err
		}
		progress(fmt.Sprintf("round %d: p50 %.0f us, p99 %.0f us; empty handler p50 %.0f us, p99 %.0f us", i+1,
			mine.seen.Latencies.percentile(0.5), mine.seen.Latencies.percentile(0.99),
			empty.seen.Latencies.percentile(0.5), empty.seen.Latencies.percentile(0.99)))
		ours.add(&mine)
		theirs.add(&empty)
	}
	p50, p99 := theirs.seen.Latencies.percentile(0.5), theirs.seen.Latencies.percentile(0.99)
	return &LatencyResult{
		Bench: "latency", Reference: "the same schedule on an empty Connect handler",
		RatePerS: float64(o.Rate), BetsPerS: ours.perSecond(), Latencies: ours.seen.Latencies.latencies(),
		ReferenceP50Micros: p50, ReferenceP99Micros: p99, Ratio: ours.seen.Latencies.percentile(0.99) / max(1, p99),
		Bets: ours.seen.Accepted, Busy: ours.seen.Busy, Rounds: o.Rounds, Clients: o.Clients, Request: max(1, o.Request),
		GCPauseMaxUs: float64(ours.pauseMax.Nanoseconds()) / 1e3,
	}, nil
}
