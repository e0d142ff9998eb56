package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"opentote/gateway"
	"opentote/node"
)

// MemoryOptions size the benchmark of memory. The zero value of each field has a
// default.
type MemoryOptions struct {
	Dir  string // where the data is written; default a temporary folder
	Bets int    // live bets; default 3,000,000
}

// MemoryResult is what the benchmark of memory prints: the RAM of a process
// that serves everything and sold the bets itself.
type MemoryResult struct {
	Bench       string  `json:"bench"`
	RSSBytes    int64   `json:"rss_bytes"`     // after the last bet
	RSSMaxBytes int64   `json:"rss_max_bytes"` // at any moment, snapshots being written included
	IdleBytes   int64   `json:"reference_rss_bytes"`
	BytesPerBet float64 `json:"rss_bytes_per_bet"` // what the bets added
	Bets        int     `json:"bets"`
	BetsPerS    float64 `json:"bets_per_s"`
	Reference   string  `json:"reference"`
}

// Memory measures the memory of the program with many live bets, sold to it on
// streams.
func Memory(ctx context.Context, o MemoryOptions, progress func(string)) (_ *MemoryResult, err error) {
	if o.Bets <= 0 {
		o.Bets = 3_000_000
	}
	dir, err := os.MkdirTemp(o.Dir, "opentote-bench-")
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	data := filepath.Join(dir, "data")
	p, err := serveProgram(ctx, data)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	token := func(id gateway.Identity) (string, error) { return node.TokenOf(data, id) }
	const clients = 8
	w, err := openWorld(ctx, p.url, token, clients, o.Bets)
	if err != nil {
		return nil, err
	}
	defer w.close()
	r := &MemoryResult{Bench: "memory", Reference: "the same process before the first bet"}
	if r.IdleBytes, _, err = p.resident(); err != nil {
		return nil, err
	}
	const steps = 10
	var seen Loaded
	for i := range steps {
		l := Load{Clients: clients, Request: 256, Flight: 4, Bets: max(1, o.Bets/steps)}
		s, err := w.send(ctx, l)
		if err != nil {
			return nil, err
		}
		seen.Accepted += s.Accepted
		seen.Took += s.Took
		if r.RSSBytes, r.RSSMaxBytes, err = p.resident(); err != nil {
			return nil, err
		}
		progress(fmt.Sprintf("%d of %d: %d bets, %d MiB, at most %d MiB", i+1, steps, seen.Accepted, r.RSSBytes>>20, r.RSSMaxBytes>>20))
	}
	r.Bets = seen.Accepted
	r.BetsPerS = float64(seen.Accepted) / seen.Took.Seconds()
	r.BytesPerBet = float64(r.RSSBytes-r.IdleBytes) / float64(max(1, r.Bets))
	return r, nil
}
