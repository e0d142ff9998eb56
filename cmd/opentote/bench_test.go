package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// measured runs a benchmark, whose helpers are this test binary as the program,
// and returns the one JSON object it prints.
func measured(t *testing.T, args ...string) map[string]any {
	t.Helper()
	t.Setenv(asProgram, "1")
	dir := t.TempDir()
	r := runWith("", append(append([]string{"bench"}, args...), "--dir", dir)...)
	var object map[string]any
	if err := json.Unmarshal([]byte(r.out), &object); r.status != 0 || err != nil {
		t.Fatalf("%v: status %d, %v\n%s%s", args, r.status, err, r.out, r.err)
	}
	if strings.Count(r.out, "\n") != 1 {
		t.Errorf("%v prints more than one line: %s", args, r.out)
	}
	noneLeft(t, dir)
	return object
}

// noneLeft checks that a benchmark has taken its data away.
func noneLeft(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left in the folder: %v %v", left, err)
	}
}

func TestBenchmarksMeasureWhatTheyRan(t *testing.T) {
	for _, test := range []struct {
		args string
		want map[string]float64 // exactly
		some []string           // more than nothing
	}{
		{
			"settle --bets 20000",
			map[string]float64{"bets": 20000, "ranks_won": 4, "runners": 16},
			[]string{"bets_per_s", "total_s", "declare_s", "ends_s", "count_s", "second_s", "second_stakes", "units", "rss_bytes"},
		},
		{
			"rpc --bets 200 --rounds 1 --clients 4",
			map[string]float64{"bets": 200, "clients": 4, "bets_per_request": 1},
			[]string{"bets_per_s", "reference_per_s", "ratio", "p50_us", "p99_us", "server_cpu_us", "reference_cpu_us"},
		},
		{
			"rpc --streamed --bets 2000 --rounds 1 --clients 2 --request 50",
			map[string]float64{"bets": 2000, "clients": 2, "bets_per_request": 50},
			[]string{"bets_per_s", "reference_per_s", "ratio", "p50_us"},
		},
		{
			"latency --rate 500 --for 400ms --rounds 1 --clients 8",
			map[string]float64{"bets": 200, "rate_per_s": 500},
			[]string{"bets_per_s", "p50_us", "p99_us", "max_us", "reference_p99_us"},
		},
		{
			"latency --streamed --rate 1000 --for 400ms --rounds 1 --clients 2 --request 7",
			map[string]float64{"bets": 400, "bets_per_request": 7},
			[]string{"p50_us"},
		},
		{
			"odds --bets 20 --rounds 2 --changes 1",
			map[string]float64{"runners": 20, "rounds": 2},
			[]string{"race_p50_us", "watcher_p50_us", "reference_p50_us"},
		},
		{
			"restart --bets 4096 --tail 1024 --rounds 1",
			map[string]float64{"bets": 4096, "tail": 1024},
			[]string{"restart_s", "reference_s", "snapshot_bytes", "journal_bytes", "rss_bytes"},
		},
		{
			"memory --bets 1000",
			map[string]float64{"bets": 1000},
			[]string{"rss_bytes", "rss_max_bytes", "reference_rss_bytes"},
		},
	} {
		t.Run(test.args, func(t *testing.T) {
			got := measured(t, strings.Fields(test.args)...)
			for key, want := range test.want {
				if got[key] != want {
					t.Errorf("%s is %v, want %v", key, got[key], want)
				}
			}
			for _, key := range test.some {
				if n, ok := got[key].(float64); !ok || n <= 0 {
					t.Errorf("%s is %v", key, got[key])
				}
			}
		})
	}
}

// TestInterruptedBenchmarksLeaveNothing stops benchmarks once they have begun to
// measure.
func TestInterruptedBenchmarksLeaveNothing(t *testing.T) {
	for _, args := range []string{
		"engine --bets 100000000", "rpc --bets 100000000", "rpc --streamed --bets 100000000",
		"latency --for 1h", "odds --changes 1000000", "restart --bets 100000000", "memory --bets 100000000",
	} {
		t.Run(args, func(t *testing.T) {
			t.Setenv(asProgram, "1")
			dir := t.TempDir()
			ctx, cancel := context.WithCancelCause(context.Background())
			defer cancel(nil)
			go func() {
				for ctx.Err() == nil {
					if begun, _ := os.ReadDir(dir); len(begun) > 0 {
						<-time.After(500 * time.Millisecond) // into the measuring
						cancel(errors.New("interrupt"))
					}
				}
			}()
			var out, said strings.Builder
			status := run(ctx, append(strings.Fields("bench "+args), "--dir", dir), std{in: strings.NewReader(""), out: &out, err: &said})
			if status != 1 || out.Len() > 0 || !strings.Contains(said.String(), "opentote: interrupted") {
				t.Errorf("status %d, printed %q, said %q", status, out.String(), said.String())
			}
			noneLeft(t, dir)
		})
	}
}

func TestBadFiguresOfBenchmarks(t *testing.T) {
	for _, args := range []string{
		"engine --bets 0", "engine --request 1025", "rpc --rounds 0", "rpc --bets -1", "rpc --streamed --request 1001",
		"latency --rate 0", "latency --for 0s", "odds --runners 7", "odds --runners 21", "restart --bets 0", "memory --bets -5",
		"rpc --dir /nowhere/at/all", "latency --for soon",
	} {
		r := runWith("", strings.Fields("bench "+args)...)
		said, rest, _ := strings.Cut(r.err, "\n")
		if strings.HasPrefix(said, "Usage:") { // what the parser refuses comes after the usage
			said, rest = r.err, ""
		}
		if r.status != 2 || !strings.Contains(said, "opentote: ") || rest != "" || r.out != "" {
			t.Errorf("bench %s: status %d, said %q, printed %q", args, r.status, r.err, r.out)
		}
	}
}
