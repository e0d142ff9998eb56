package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/timestamppb"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/api/gen/opentote/v1/opentotev1connect"
	"opentote/node"
)

// RPCOptions size the benchmarks that bet over the network. The zero value of
// each field but Streamed and Rate has a default.
type RPCOptions struct {
	Dir      string // where the data is written; default a temporary folder
	Bets     int    // a round; default 100,000, streamed 1,000,000
	Rounds   int    // default 3
	Clients  int    // default 64, streamed 4
	Streamed bool   // many bets a message on streams, not one a call
	Request  int    // streamed: bets a message; default 256
	Flight   int    // streamed: messages under way on a stream; default 4
}

func (o RPCOptions) withDefaults() RPCOptions {
	bets, clients := 100_000, 64
	if o.Streamed {
		bets, clients = 1_000_000, 4
	}
	for _, d := range []struct {
		field *int
		value int
	}{{&o.Bets, bets}, {&o.Rounds, 3}, {&o.Clients, clients}, {&o.Request, 256}, {&o.Flight, 4}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	if !o.Streamed {
		o.Request, o.Flight = 0, 0
	}
	return o
}

// RPCResult is what the benchmark of the RPC prints. The CPU times are of the
// process that serves, per bet; the client works on the same cores.
type RPCResult struct {
	Bench         string  `json:"bench"`
	BetsPerS      float64 `json:"bets_per_s"`
	ReferencePerS float64 `json:"reference_per_s"`
	Ratio         float64 `json:"ratio"`
	Latencies
	ServerCPUMicros    float64 `json:"server_cpu_us"`
	ReferenceCPUMicros float64 `json:"reference_cpu_us"`
	Bets               int     `json:"bets"`
	Rounds             int     `json:"rounds"`
	Clients            int     `json:"clients"`
	Request            int     `json:"bets_per_request"`
	Flight             int     `json:"requests_in_flight"`
	AllocsPerBet       float64 `json:"allocs_per_bet"`
	GCPauseMaxUs       float64 `json:"gc_pause_max_us"`
	Reference          string  `json:"reference"`
}

// Latencies are of requests, in microseconds.
type Latencies struct {
	P50Micros  float64 `json:"p50_us"`
	P99Micros  float64 `json:"p99_us"`
	P999Micros float64 `json:"p999_us"`
	MaxMicros  float64 `json:"max_us"`
}

func (h *histogram) latencies() Latencies {
	return Latencies{h.percentile(0.50), h.percentile(0.99), h.percentile(0.999), float64(h.most)}
}

// RPC measures bets accepted through the API on loopback, from a client in
// another process on the same cores. The reference is the same messages through
// a handler that does nothing. Rounds of both alternate.
func RPC(ctx context.Context, o RPCOptions, progress func(string)) (_ *RPCResult, err error) {
	o = o.withDefaults()
	s, err := openServed(ctx, o.Dir, min(o.Clients, callersMax), (o.Rounds+1)*o.Bets)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	load := Load{Clients: o.Clients, Bets: o.Bets, Request: o.Request, Flight: o.Flight}
	warm := load
	warm.Bets = max(1, o.Bets/20)
	var ours, theirs side
	for i := range o.Rounds + 1 {
		l := load
		if i == 0 { // connections, pools of memory
			l = warm
		}
		var mine, empty side
		if err := mine.run(ctx, s.world, l); err != nil {
			return nil, err
		}
		l.URL = s.reference.url
		if err := empty.run(ctx, s.world, l); err != nil {
			return nil, err
		}
		if i == 0 {
			continue
		}
		progress(fmt.Sprintf("round %d: %.0f bets/s, empty handler %.0f/s", i, mine.perSecond(), empty.perSecond()))
		ours.add(&mine)
		theirs.add(&empty)
	}
	r := &RPCResult{
		Bench: "rpc", Reference: "the same calls to an empty Connect handler",
		BetsPerS: ours.perSecond(), ReferencePerS: theirs.perSecond(), Ratio: ours.perSecond() / theirs.perSecond(),
		Latencies:       ours.seen.Latencies.latencies(),
		ServerCPUMicros: ours.cpuMicros(), ReferenceCPUMicros: theirs.cpuMicros(),
		Bets: ours.seen.Accepted, Rounds: o.Rounds, Clients: o.Clients, Request: max(1, o.Request), Flight: max(1, o.Flight),
		AllocsPerBet: float64(ours.mallocs) / float64(ours.seen.Accepted),
		GCPauseMaxUs: float64(ours.pauseMax.Nanoseconds()) / 1e3,
	}
	if o.Streamed {
		r.Bench, r.Reference = "rpc streamed", "the same messages on a Connect stream that does nothing with them"
	}
	return r, nil
}

// callersMax is how many accounts and tills a world has at most.
const callersMax = 64

// side is what a server did in one round, or in all.
type side struct {
	seen     Loaded
	cpu      time.Duration
	mallocs  uint64
	pauseMax time.Duration
}

func (s *side) run(ctx context.Context, w *world, l Load) error {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu := cpuTime()
	seen, err := w.send(ctx, l)
	if err != nil {
		return err
	}
	s.cpu = cpuTime() - cpu
	runtime.ReadMemStats(&after)
	s.seen = *seen
	if l.Rate == 0 && seen.Accepted != l.Bets {
		return fmt.Errorf("bench: %d of %d bets were accepted, %d refused as busy", seen.Accepted, l.Bets, seen.Busy)
	}
	s.mallocs = after.Mallocs - before.Mallocs
	s.pauseMax = pauseMax(&before, &after)
	return nil
}

func (s *side) add(o *side) {
	s.seen.Accepted += o.seen.Accepted
	s.seen.Busy += o.seen.Busy
	s.seen.Took += o.seen.Took
	s.seen.Latencies.merge(&o.seen.Latencies)
	s.cpu += o.cpu
	s.mallocs += o.mallocs
	s.pauseMax = max(s.pauseMax, o.pauseMax)
}

func (s *side) perSecond() float64 { return float64(s.seen.Accepted) / s.seen.Took.Seconds() }

func (s *side) cpuMicros() float64 {
	return float64(s.cpu.Nanoseconds()) / 1e3 / float64(s.seen.Accepted)
}

// pauseMax returns the longest pause of the collector between two readings.
func pauseMax(before, after *runtime.MemStats) (longest time.Duration) {
	for n := before.NumGC; n < after.NumGC && n < before.NumGC+256; n++ {
		longest = max(longest, time.Duration(after.PauseNs[n%256]))
	}
	return longest
}

// cpuTime returns what this process has used of all cores.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// served is a node on temporary data with a day on sale, beside a server whose
// handlers do nothing.
type served struct {
	*world
	dir       string
	node      *node.Node
	reference *empty
}

func openServed(ctx context.Context, dir string, callers, bets int) (_ *served, err error) {
	s := new(served)
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.dir, err = os.MkdirTemp(dir, "opentote-bench-"); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	if s.node, err = node.Open(ctx, node.Options{Data: filepath.Join(s.dir, "data")}); err != nil {
		return nil, err
	}
	if s.world, err = openWorld(ctx, s.node.URL(), s.node.Token, callers, bets); err != nil {
		return nil, err
	}
	s.reference, err = serveEmpty()
	return s, err
}

func (s *served) close() error {
	var errs []error
	if s.reference != nil {
		errs = append(errs, s.reference.server.Close())
	}
	if s.world != nil {
		s.world.close()
	}
	if s.node != nil {
		errs = append(errs, s.node.Close())
	}
	if s.dir != "" {
		errs = append(errs, os.RemoveAll(s.dir))
	}
	return errors.Join(errs...)
}

// empty is a server of the betting service that accepts everything and keeps
// nothing.
type empty struct {
	opentotev1connect.UnimplementedBettingServiceHandler
	server *http.Server
	url    string
}

func serveEmpty() (*empty, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	e := &empty{url: "http://" + l.Addr().String()}
	mux := http.NewServeMux()
	mux.Handle(opentotev1connect.NewBettingServiceHandler(e, connect.WithCompressMinBytes(1024)))
	e.server = &http.Server{Handler: mux, Protocols: protocols, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = e.server.Serve(l) }() // until Close
	return e, nil
}

// typical is a receipt of usual size.
func typical() *opentotev1.Receipt {
	at := timestamppb.New(time.Unix(1_764_000_000, 123_000_000))
	return &opentotev1.Receipt{
		BetId: 1<<40 + 123_456, TicketCode: "ABCD-EFGH-JKLM", Combinations: 1, CostCents: 200, AcceptedAt: at, CancelUntil: at,
	}
}

// PlaceBet accepts.
func (e *empty) PlaceBet(context.Context, *connect.Request[opentotev1.PlaceBetRequest]) (*connect.Response[opentotev1.PlaceBetResponse], error) {
	return connect.NewResponse(&opentotev1.PlaceBetResponse{Receipt: typical()}), nil
}

// PlaceBets accepts. It makes its answer once.
func (e *empty) PlaceBets(_ context.Context, s *connect.BidiStream[opentotev1.PlaceBetsRequest, opentotev1.PlaceBetsResponse]) error {
	answer := &opentotev1.PlaceBetsResponse{}
	result := &opentotev1.PlaceBetsResult{Result: &opentotev1.PlaceBetsResult_Receipt{Receipt: typical()}}
	for {
		req, err := s.Receive()
		if err != nil {
			return nil //nolint:nilerr // whatever ended the stream, it is over
		}
		for len(answer.Results) < len(req.Bets) {
			answer.Results = append(answer.Results, result)
		}
		answer.Results = answer.Results[:len(req.Bets)]
		if err := s.Send(answer); err != nil {
			return err
		}
	}
}
