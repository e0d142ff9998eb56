package bench

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"opentote/engine"
	"opentote/event"
	"opentote/journal"
	"opentote/journal/sqlite"
	"opentote/tote"
)

// EngineOptions size the benchmark of the engine. The zero value of each field
// has a default.
type EngineOptions struct {
	Dir     string // where the journals are written; default a temporary folder
	Bets    int    // a round; default 1,000,000
	Rounds  int    // default 3
	Clients int    // requests in flight; default 16
	Request int    // bets a request, as a gateway sends them; default 64
}

func (o EngineOptions) withDefaults() EngineOptions {
	for _, d := range []struct {
		field *int
		value int
	}{{&o.Bets, 1_000_000}, {&o.Rounds, 3}, {&o.Clients, 16}, {&o.Request, 64}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	return o
}

const (
	accounts = 100_000
	races    = 40
	runners  = 16
)

// Engine measures bets accepted durably in process, on SQLite with fsync. The
// reference is the same journal alone: the very rows that the engine wrote,
// appended to an empty journal one after the other. Rounds of both alternate,
// so that a busy neighbour disturbs both alike.
func Engine(ctx context.Context, o EngineOptions, progress func(string)) (*Result, error) {
	o = o.withDefaults()
	dir, err := os.MkdirTemp(o.Dir, "opentote-bench-")
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(dir)
	var total round
	for i := range o.Rounds {
		r, err := engineRound(ctx, o, filepath.Join(dir, fmt.Sprint("round", i)))
		if err != nil {
			return nil, err
		}
		progress(fmt.Sprintf("round %d: %.0f bets/s, journal alone %.0f/s", i+1,
			float64(r.bets)/r.took.Seconds(), float64(r.bets)/r.reference.Seconds()))
		total.add(r)
	}
	all := sorted(total.latencies)
	seconds := total.took.Seconds()
	return &Result{
		Bench:     "engine",
		Reference: "the same rows appended to an empty SQLite journal",
		BetsPerS:  float64(total.bets) / seconds, ReferencePerS: float64(total.bets) / total.reference.Seconds(),
		Ratio:     total.reference.Seconds() / seconds,
		P50Micros: percentile(all, 0.50), P99Micros: percentile(all, 0.99), P999Micros: percentile(all, 0.999),
		BatchMean:  float64(total.bets) / float64(total.rows),
		FsyncsPerS: float64(total.rows) / seconds,
		Bets:       total.bets, Rounds: o.Rounds, Clients: o.Clients, Request: o.Request,
		BytesPerBet:  float64(total.bytes) / float64(total.bets),
		AllocsPerBet: float64(total.mallocs) / float64(total.bets),
		GCPauseMaxUs: float64(total.pauseMax.Nanoseconds()) / 1e3,
		CPUMicros:    float64(total.cpu.Nanoseconds()) / 1e3 / float64(total.bets), ReferenceCPUMicros: float64(total.referenceCPU.Nanoseconds()) / 1e3 / float64(total.bets),
	}, nil
}

// round is what one round, or all of them, measured.
type round struct {
	bets, rows, bytes int
	took, reference   time.Duration
	cpu, referenceCPU time.Duration
	latencies         [][]time.Duration
	mallocs           uint64
	pauseMax          time.Duration
}

func (t *round) add(r *round) {
	t.bets += r.bets
	t.rows += r.rows
	t.bytes += r.bytes
	t.took += r.took
	t.reference += r.reference
	t.cpu += r.cpu
	t.referenceCPU += r.referenceCPU
	t.latencies = append(t.latencies, r.latencies...)
	t.mallocs += r.mallocs
	t.pauseMax = max(t.pauseMax, r.pauseMax)
}

func engineRound(ctx context.Context, o EngineOptions, dir string) (_ *round, err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(dir)
	j, err := sqlite.Open(ctx, filepath.Join(dir, "journal.db"), sqlite.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	e, err := engine.Start(ctx, j, engine.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	if err := prepare(ctx, e); err != nil {
		return nil, err
	}
	before, err := j.Head(ctx)
	if err != nil {
		return nil, err
	}
	r, err := load(ctx, e, o, 1)
	if err != nil {
		return nil, err
	}
	return r, r.alone(ctx, j, before.Last, filepath.Join(dir, "alone.db"))
}

// prepare opens and funds accounts and opens races.
func prepare(ctx context.Context, e *engine.Engine) error {
	commands := make([]engine.Command, 0, engine.CommandsMax)
	var key uint64
	flush := func() error {
		rejections, err := e.DoAll(ctx, commands)
		for _, rej := range rejections {
			if rej != nil && err == nil {
				err = rej
			}
		}
		commands = commands[:0]
		return err
	}
	add := func(c engine.Command) error {
		if commands = append(commands, c); len(commands) == engine.CommandsMax {
			return flush()
		}
		return nil
	}
	start := event.Millis(time.Now().Add(24 * time.Hour).UnixMilli())
	for n := range races {
		id := tote.RaceOf(20251123, 1, n+1)
		err := errors.Join(
			add(&engine.DeclareRace{
				Race: id, Start: start, Deadline: start, Declared: tote.Numbered(runners), Staff: "bench",
				Offers: []engine.Offer{{Bet: "E_SIMPLE_GAGNANT", BaseStake: 100}, {Bet: "E_DEUX_SUR_QUATRE", BaseStake: 300}},
			}),
			add(&engine.OpenRace{Race: id, Staff: "bench"}))
		if err != nil {
			return err
		}
	}
	for n := range accounts {
		key += 2
		err := errors.Join(
			add(&engine.OpenAccount{Key: keyOf(1, key)}),
			add(&engine.Deposit{Key: keyOf(1, key+1), Account: event.AccountID(n + 1), Amount: 100_000_00}))
		if err != nil {
			return err
		}
	}
	return flush()
}

func keyOf(origin, n uint64) (k event.Key) {
	binary.BigEndian.PutUint64(k[:8], origin)
	binary.BigEndian.PutUint64(k[8:], n)
	return k
}

// load places bets from all clients at once, each waiting for its answer before
// it sends the next request. Loads on one engine have different serials.
func load(ctx context.Context, e *engine.Engine, o EngineOptions, serial uint64) (*round, error) {
	requests := max(1, o.Bets/(o.Clients*o.Request))
	r := &round{bets: requests * o.Clients * o.Request, latencies: make([][]time.Duration, o.Clients)}
	errs := make([]error, o.Clients)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began, cpu := time.Now(), cpuTime()
	var clients sync.WaitGroup
	for c := range o.Clients {
		clients.Go(func() { r.latencies[c], errs[c] = client(ctx, e, serial<<32|uint64(c+2), requests, o.Request) })
	}
	clients.Wait()
	r.took, r.cpu = time.Since(began), cpuTime()-cpu
	runtime.ReadMemStats(&after)
	r.mallocs = after.Mallocs - before.Mallocs
	r.pauseMax = pauseMax(&before, &after)
	return r, errors.Join(errs...)
}

// client sends requests of Simple and 2sur4 bets, spread over races, horses and
// accounts by a fixed stride.
func client(ctx context.Context, e *engine.Engine, id uint64, requests, size int) ([]time.Duration, error) {
	latencies := make([]time.Duration, 0, requests)
	bets := make([]engine.PlaceBet, size)
	commands := make([]engine.Command, size)
	for i := range bets {
		commands[i] = &bets[i]
	}
	n := id * 7919
	for range requests {
		for i := range bets {
			n += 104_729
			bets[i] = engine.PlaceBet{
				Key: keyOf(id, n), Account: event.AccountID(n%accounts + 1),
				Race: tote.RaceOf(20251123, 1, int(n%races)+1), Bet: "E_SIMPLE_GAGNANT",
				Pattern: tote.UnitPattern(tote.Horse(n%runners + 1)), Unit: 200,
			}
			if n%4 == 0 {
				first := tote.Horse(n/4%(runners-1) + 1)
				bets[i].Bet, bets[i].Unit = "E_DEUX_SUR_QUATRE", 300
				bets[i].Pattern = tote.UnitPattern(first, first+1)
			}
		}
		sent := time.Now()
		rejections, err := e.DoAll(ctx, commands)
		latencies = append(latencies, time.Since(sent))
		if err != nil {
			return nil, err
		}
		for _, rej := range rejections {
			if rej != nil {
				return nil, rej
			}
		}
	}
	return latencies, nil
}

// alone measures the journal without the engine, on the rows the engine wrote
// after the event numbered last.
func (r *round) alone(ctx context.Context, from journal.Reader, last event.Seq, path string) (err error) {
	var rows []event.Row
	err = from.Read(ctx, last+1, func(row event.Row) error {
		if row.First > last {
			rows = append(rows, row)
			r.bytes += len(row.Payload)
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.rows = len(rows)
	j, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	head, err := j.Lead(ctx)
	if err != nil {
		return err
	}
	began, cpu := time.Now(), cpuTime()
	for _, row := range rows {
		row.First, row.Epoch = head.Last+1, head.Epoch
		row.Seal(head.Hash)
		if err := j.Append(ctx, row); err != nil {
			return err
		}
		head.Last, head.Hash = row.Last(), row.Hash
	}
	r.reference, r.referenceCPU = time.Since(began), cpuTime()-cpu
	return nil
}
