package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/api/gen/opentote/v1/opentotev1connect"
	"opentote/engine"
	"opentote/gateway"
	"opentote/journal/sqlite"
	"opentote/node"
	"opentote/tote"
)

// RestartOptions size the benchmark of restarts. The zero value of each field
// has a default.
type RestartOptions struct {
	Dir    string // where the data is written; default a temporary folder
	Bets   int    // live bets; default 3,000,000
	Tail   int    // of these, how many are not in the snapshot; default 500,000
	Rounds int    // default 3
}

// RestartResult is what the benchmark of restarts prints.
type RestartResult struct {
	Bench string `json:"bench"`
	// RestartS is from the start of the program to the first bet it accepts,
	// the median of the rounds; ReferenceS is the same without a snapshot.
	RestartS    float64 `json:"restart_s"`
	RestartMaxS float64 `json:"restart_max_s"`
	ReferenceS  float64 `json:"reference_s"`
	Ratio       float64 `json:"ratio"`
	// Processor time of the program from start to end, likewise.
	CPUS          float64 `json:"cpu_s"`
	ReferenceCPUS float64 `json:"reference_cpu_s"`
	Bets          int     `json:"bets"`
	Tail          int     `json:"tail"`
	Rounds        int     `json:"rounds"`
	JournalBytes  int64   `json:"journal_bytes"`
	SnapshotBytes int64   `json:"snapshot_bytes"`
	SnapshotS     float64 `json:"snapshot_s"` // to write it, from the journal
	RSSBytes      int64   `json:"rss_bytes"`  // of the process after the start
	RSSMaxBytes   int64   `json:"rss_max_bytes"`
	Reference     string  `json:"reference"`
}

// Restart measures how long the program takes to accept bets again on a journal
// and a snapshot with many live bets.
func Restart(ctx context.Context, o RestartOptions, progress func(string)) (_ *RestartResult, err error) {
	for _, d := range []struct {
		field *int
		value int
	}{{&o.Bets, 3_000_000}, {&o.Tail, min(500_000, max(1, o.Bets/6))}, {&o.Rounds, 3}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	dir, err := os.MkdirTemp(o.Dir, "opentote-bench-")
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	data := filepath.Join(dir, "data")
	r := &RestartResult{
		Bench: "restart", Reference: "the same start without a snapshot, all events replayed",
		Tail: min(o.Tail, o.Bets), Rounds: o.Rounds,
	}
	progress(fmt.Sprintf("selling %d bets", o.Bets))
	if err := r.sell(ctx, data, o); err != nil {
		return nil, err
	}
	var took []time.Duration
	for i := range o.Rounds {
		d, err := r.start(ctx, data, i)
		if err != nil {
			return nil, err
		}
		took = append(took, d)
		progress(fmt.Sprintf("round %d: %.2f s", i+1, d.Seconds()))
	}
	if err := os.RemoveAll(filepath.Join(data, "snapshots")); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	r.CPUS /= float64(o.Rounds)
	var reference RestartResult
	whole, err := reference.start(ctx, data, o.Rounds)
	if err != nil {
		return nil, err
	}
	progress(fmt.Sprintf("without a snapshot: %.2f s", whole.Seconds()))
	all := sorted([][]time.Duration{took})
	r.RestartS, r.RestartMaxS, r.ReferenceS = all[len(all)/2].Seconds(), all[len(all)-1].Seconds(), whole.Seconds()
	r.Ratio, r.ReferenceCPUS = r.RestartS/r.ReferenceS, reference.CPUS
	return r, nil
}

// sell makes a data directory with so many live bets, and a snapshot that lacks
// the last ones.
func (r *RestartResult) sell(ctx context.Context, data string, o RestartOptions) (err error) {
	// The node makes the directory: the secret comes before the journal.
	n, err := node.Open(ctx, node.Options{Data: data})
	if err != nil {
		return err
	}
	if err := n.Close(); err != nil {
		return err
	}
	j, err := sqlite.Open(ctx, node.JournalPath(data), sqlite.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	e, err := engine.Start(ctx, j, engine.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	if err := prepare(ctx, e); err != nil {
		return err
	}
	sell := EngineOptions{Bets: o.Bets - r.Tail}.withDefaults()
	if o.Bets > r.Tail {
		before, err := load(ctx, e, sell, 1)
		if err != nil {
			return err
		}
		r.Bets += before.bets
	}
	began := time.Now()
	folder := filepath.Join(data, "snapshots")
	if _, err := engine.WriteSnapshot(ctx, j, folder); err != nil {
		return err
	}
	r.SnapshotS = time.Since(began).Seconds()
	sell.Bets = r.Tail
	after, err := load(ctx, e, sell, 2)
	if err != nil {
		return err
	}
	r.Tail = after.bets
	r.Bets += after.bets
	r.JournalBytes, r.SnapshotBytes = sizeOf(node.JournalPath(data)), sizeOf(folder)
	return nil
}

// sizeOf returns the size of a file, or of the files in a folder.
func sizeOf(path string) (n int64) {
	_ = filepath.WalkDir(path, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil
	})
	return n
}

// start starts the program on the data and has it accept a bet.
func (r *RestartResult) start(ctx context.Context, data string, round int) (took time.Duration, err error) {
	began := time.Now()
	p, err := serveProgram(ctx, data)
	if err != nil {
		return 0, err
	}
	defer func() {
		err = errors.Join(err, p.stop())
		r.CPUS += (p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()).Seconds()
	}()
	token, err := node.TokenOf(data, gateway.Identity{Role: gateway.Account, Subject: "1"})
	if err != nil {
		return 0, err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	betting := opentotev1connect.NewBettingServiceClient(client, p.url)
	_, err = ask(ctx, token, betting.PlaceBet, &opentotev1.PlaceBetRequest{
		Key: fmt.Sprint("restart ", round), Bet: &opentotev1.Bet{
			RaceId: uint64(tote.RaceOf(20251123, 1, 1)), Bet: "E_SIMPLE_GAGNANT",
			Formula: opentotev1.Formula_FORMULA_UNIT, Horses: []uint32{1}, StakeCents: 200,
		}})
	if err != nil {
		return 0, fmt.Errorf("bench: first bet after a restart: %w", err)
	}
	took = time.Since(began)
	r.RSSBytes, r.RSSMaxBytes, err = p.resident()
	return took, err
}
