// Package gateway is how the world reaches the engine: the Connect RPC services
// of api/, on HTTP/1.1 and HTTP/2. It authenticates callers, checks the shape
// of what they send, turns it into commands, and refusals into codes and
// sentences. It keeps no state of its own that matters: any number of gateways
// may stand before one engine.
package gateway

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"connectrpc.com/connect"

	"opentote/api/gen/opentote/v1/opentotev1connect"
	"opentote/board"
	"opentote/engine"
	"opentote/event"
	"opentote/recheck"
	"opentote/retail"
	"opentote/tote"
)

// Engine is what the gateway needs of the engine.
type Engine interface {
	Do(ctx context.Context, c engine.Command) error
	DoAll(ctx context.Context, commands []engine.Command) ([]*engine.Rejection, error)
	// Lag is how long work that is ready waits for a processor.
	Lag() time.Duration
}

// Second is what the gateway needs of the second calculator.
type Second interface {
	// Reach waits until it has come to a position of the journal.
	Reach(ctx context.Context, at event.Seq) error
	Calculate(ctx context.Context, race tote.RaceID) (*recheck.Calculation, error)
}

// Clock is the operator's time and how fast it runs, 1 in production.
type Clock interface {
	Now() time.Time
	Rate() float64
}

// Config is what a gateway works with.
type Config struct {
	Engine     Engine
	Board      *board.Board
	Programmes *Programmes
	Clock      Clock
	Tokens     *Tokens
	Codes      *retail.Codes
	// Second computes races a second time, and Alarms keep what both calculators
	// say where they disagree.
	Second Second
	Alarms *recheck.Alarms
	// Grace is how long after its scheduled start a race closes by itself when
	// nobody stops it.
	Grace time.Duration
	// Done, when closed, ends streams: the server is going down.
	Done <-chan struct{}
	// Seed makes the seeds of what is drawn, each for a command by its caller's key;
	// default random bytes of the operating system. Only a simulation whose report
	// must not depend on chance has another.
	Seed func(key string) tote.Seed
	// Stale is closed when the board follows the journal no more: old odds must
	// not pass for today's. Bets are sold all the same.
	Stale <-chan struct{}
}

// Limits of what is read from a caller, in bytes.
const (
	messageMax  = 1 << 20
	documentMax = 33 << 20
)

// Handler serves all services. Cross-origin requests of browsers are refused.
// The server under it should have timeouts: streams and long calls set their
// own deadlines.
func Handler(cfg Config) http.Handler {
	if cfg.Seed == nil {
		cfg.Seed = randomSeed
	}
	s := &service{Config: cfg}
	// Small answers are not worth compressing: it costs more than the RPC.
	plain := connect.WithCompressMinBytes(1024)
	small, large := connect.WithReadMaxBytes(messageMax), connect.WithReadMaxBytes(documentMax)
	bounded := connect.WithInterceptors(connect.UnaryInterceptorFunc((&crowds{lag: cfg.Engine.Lag}).bound))
	mux := http.NewServeMux()
	mux.Handle(opentotev1connect.NewRacingServiceHandler(&racingService{s}, plain, small, bounded))
	mux.Handle(opentotev1connect.NewBettingServiceHandler(&bettingService{s}, plain, small, bounded))
	mux.Handle(opentotev1connect.NewAccountServiceHandler(&accountService{s}, plain, small, bounded))
	mux.Handle(opentotev1connect.NewOfficeServiceHandler(&officeService{s}, plain, large,
		connect.WithInterceptors(connect.UnaryInterceptorFunc(unhurried))))
	return http.NewCrossOriginProtection().Handler(&gate{
		tokens: cfg.Tokens, refuse: connect.NewErrorWriter(plain), next: mux,
	})
}

// randomSeed is unpredictable. The operating system's source does not fail.
func randomSeed(string) (seed tote.Seed) {
	_, _ = rand.Read(seed[:])
	return seed
}

// Services names the services a Handler serves; each owns the paths below its
// name.
func Services() []string {
	return []string{
		opentotev1connect.RacingServiceName, opentotev1connect.BettingServiceName,
		opentotev1connect.AccountServiceName, opentotev1connect.OfficeServiceName,
	}
}

// service is what the four services share.
type service struct {
	Config
	watchers, sellers seats
}

// do sends one command and turns what comes back into an RPC error.
func (s *service) do(ctx context.Context, c engine.Command) error {
	return rpcError(ctx, s.Engine.Do(ctx, c))
}

// fresh refuses what only a board that follows the journal can answer.
func (s *service) fresh(ctx context.Context) error {
	select {
	case <-s.Stale:
		return refusal(ctx, connect.CodeUnavailable, "BOARD_DOWN")
	default:
		return nil
	}
}
