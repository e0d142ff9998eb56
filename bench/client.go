package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/api/gen/opentote/v1/opentotev1connect"
)

// Load is what a client process is told to send. It reads one from its standard
// input and writes a Loaded to its standard output.
type Load struct {
	URL     string   `json:"url"`
	Callers []caller `json:"callers"` // who bets; client n is caller n modulo their number
	Clients int      `json:"clients"`
	Bets    int      `json:"bets"` // all clients together
	// Serial makes keys unique among loads on the same data.
	Serial int `json:"serial"`
	// Request is how many bets one message holds and Flight how many messages a
	// client has under way; both 0 for unary calls.
	Request int `json:"request"`
	Flight  int `json:"flight"`
	// Rate, when not 0, is how many bets are due a second, whether the answers
	// to earlier ones have come or not: an open loop.
	Rate int `json:"rate"`
}

// caller is somebody who may bet, and what is open to him.
type caller struct {
	Token string  `json:"token"`
	Offer []offer `json:"offer"`
}

// offer is a bet on a race, by its number of horses.
type offer struct {
	Race   uint64   `json:"race"`
	Bet    string   `json:"bet"`
	Horses []uint32 `json:"horses"` // the runners
	Take   int      `json:"take"`   // how many of them a bet names
	Cents  int64    `json:"cents"`
}

// Loaded is what a client process saw.
type Loaded struct {
	Accepted  int           `json:"accepted"`
	Busy      int           `json:"busy"` // refused for the moment
	Took      time.Duration `json:"took_ns"`
	Latencies histogram     `json:"latencies"` // of accepted requests
}

// Client runs a load read from r and writes what it saw to w. It stops when r
// ends early, as when whoever started it is gone.
func Client(ctx context.Context, r io.Reader, w io.Writer) error {
	var l Load
	in := json.NewDecoder(r)
	if err := in.Decode(&l); err != nil {
		return fmt.Errorf("bench: read load: %w", err)
	}
	if l.Clients < 1 || len(l.Callers) == 0 || l.Bets < 1 {
		return errors.New("bench: an empty load")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, r)
		cancel()
	}()
	out, err := l.run(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(out)
}

// connectWithin is how long streams have to be open before a schedule begins.
const connectWithin = 500 * time.Millisecond

func (l *Load) run(ctx context.Context) (*Loaded, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: l.Clients}
	if l.Request > 0 {
		transport.Protocols = new(http.Protocols)
		transport.Protocols.SetUnencryptedHTTP2(true)
	}
	defer transport.CloseIdleConnections()
	g := &generator{
		Load:  l,
		start: time.Now(),
		// Answers of a few bytes are not worth unpacking.
		betting: opentotev1connect.NewBettingServiceClient(&http.Client{Transport: transport}, l.URL,
			connect.WithAcceptCompression("gzip", nil, nil)),
	}
	if l.Rate > 0 {
		g.start = g.start.Add(connectWithin) // the schedule begins when all are connected
	}
	seen := make([]Loaded, l.Clients)
	errs := make([]error, l.Clients)
	var clients sync.WaitGroup
	for n := range l.Clients {
		clients.Go(func() {
			if l.Request > 0 {
				errs[n] = g.stream(ctx, n, &seen[n])
				return
			}
			errs[n] = g.unary(ctx, n, &seen[n])
		})
	}
	clients.Wait()
	out := &Loaded{Took: time.Since(g.start)}
	for i := range seen {
		out.Accepted += seen[i].Accepted
		out.Busy += seen[i].Busy
		out.Latencies.merge(&seen[i].Latencies)
	}
	return out, errors.Join(errs...)
}

// generator is a load being sent.
type generator struct {
	*Load
	betting opentotev1connect.BettingServiceClient
	start   time.Time
	next    atomic.Int64 // bets given to clients
}

// take gives n bets to a client, returning the first one's number and when it is
// due; false when all are given.
func (g *generator) take(ctx context.Context, n int) (int, time.Time, bool) {
	first := int(g.next.Add(int64(n))) - n
	if first >= g.Bets || ctx.Err() != nil {
		return 0, time.Time{}, false
	}
	if g.Rate == 0 {
		return first, time.Now(), true
	}
	due := g.start.Add(time.Duration(first) * time.Second / time.Duration(g.Rate))
	time.Sleep(time.Until(due))
	return first, due, true
}

// bet makes the i-th bet of the load, by a fixed stride.
func (g *generator) bet(who *caller, i int) *opentotev1.PlaceBetRequest {
	n := i * 7919
	o := &who.Offer[n%len(who.Offer)]
	first := i % (len(o.Horses) - o.Take + 1)
	return &opentotev1.PlaceBetRequest{
		Key: fmt.Sprintf("%d-%d", g.Serial, i),
		Bet: &opentotev1.Bet{
			RaceId: o.Race, Bet: o.Bet, Formula: opentotev1.Formula_FORMULA_UNIT,
			Horses: o.Horses[first : first+o.Take], StakeCents: o.Cents,
		},
	}
}

// unary sends one bet a call.
func (g *generator) unary(ctx context.Context, n int, seen *Loaded) error {
	who := &g.Callers[n%len(g.Callers)]
	for {
		i, due, ok := g.take(ctx, 1)
		if !ok {
			return ctx.Err()
		}
		switch err := g.place(ctx, who, i, seen); {
		case err == nil:
			seen.Accepted++
			seen.Latencies.add(time.Since(due))
		case connect.CodeOf(err) != connect.CodeResourceExhausted:
			return fmt.Errorf("bench: bet %d: %w", i, err)
		}
	}
}

// place places a bet. In a closed loop who is told that the system is busy tries
// again, as callers do; on a schedule a refusal is a refusal.
func (g *generator) place(ctx context.Context, who *caller, i int, seen *Loaded) error {
	bet := g.bet(who, i)
	for {
		req := connect.NewRequest(bet)
		req.Header().Set("Authorization", "Bearer "+who.Token)
		_, err := g.betting.PlaceBet(ctx, req)
		if connect.CodeOf(err) != connect.CodeResourceExhausted {
			return err
		}
		if seen.Busy++; g.Rate != 0 {
			return err
		}
		select {
		case <-time.After(300 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// stream sends messages of many bets, a few ahead of their answers.
func (g *generator) stream(ctx context.Context, n int, seen *Loaded) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	who := &g.Callers[n%len(g.Callers)]
	s := g.betting.PlaceBets(ctx)
	s.RequestHeader().Set("Authorization", "Bearer "+who.Token)
	// A message without bets opens the stream.
	if err := s.Send(&opentotev1.PlaceBetsRequest{}); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("bench: open stream %d: %w", n, err)
	}
	if _, err := s.Receive(); err != nil {
		return fmt.Errorf("bench: open stream %d: %w", n, err)
	}
	due := make(chan time.Time, g.Flight) // of the messages under way
	sent := make(chan error, 1)
	go func() {
		defer close(due)
		for {
			first, at, ok := g.take(ctx, g.Request)
			if !ok {
				sent <- errors.Join(ctx.Err(), s.CloseRequest())
				return
			}
			bets := make([]*opentotev1.PlaceBetRequest, min(g.Request, g.Bets-first))
			for i := range bets {
				bets[i] = g.bet(who, first+i)
			}
			select {
			case due <- at:
			case <-ctx.Done():
			}
			if err := s.Send(&opentotev1.PlaceBetsRequest{Bets: bets}); err != nil && !errors.Is(err, io.EOF) {
				sent <- err
				return
			}
		}
	}()
	for at := range due {
		res, err := s.Receive()
		if err != nil {
			return fmt.Errorf("bench: stream %d: %w", n, err)
		}
		if err := seen.answers(res, time.Since(at)); err != nil {
			return err
		}
	}
	return errors.Join(<-sent, s.CloseResponse())
}

// answers counts what came back for one message.
func (l *Loaded) answers(res *opentotev1.PlaceBetsResponse, took time.Duration) error {
	l.Latencies.add(took)
	for _, r := range res.GetResults() {
		switch code := r.GetRejection().GetCode(); code {
		case "":
			l.Accepted++
		case "BUSY":
			l.Busy++
		default:
			return fmt.Errorf("bench: a bet was refused: %s", code)
		}
	}
	return nil
}
