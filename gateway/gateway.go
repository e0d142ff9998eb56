// Package gateway is how the world reaches the engine: the Connect RPC services
// of api/, on HTTP/1.1 and HTTP/2. It authenticates callers, checks the shape
// of what they send, turns it into commands, and refusals into codes and
// sentences. It keeps no state of its own that matters: any number of gateways
// may stand before one engine.
package gateway

import (
	"context"
	"net/http"
	"time"

	"connectrpc.com/connect"

	"opentote/api/gen/opentote/v1/opentotev1connect"
	"opentote/board"
	"opentote/engine"
	"opentote/retail"
)

// Engine is what the gateway needs of the engine.
type Engine interface {
	Do(ctx context.Context, c engine.Command) error
	DoAll(ctx context.Context, commands []engine.Command) ([]*engine.Rejection, error)
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
	// Grace is how long after its scheduled start a race closes by itself when
	// nobody stops it.
	Grace time.Duration
	// Done, when closed, ends streams: the server is going down.
	Done <-chan struct{}
}

// Limits of what is read from a caller, in bytes.
const (
	messageMax  = 1 << 20
	documentMax = 33 << 20
	bodyMax     = documentMax + 1<<20
)

// Handler serves all services. Cross-origin requests of browsers are refused.
func Handler(cfg Config) http.Handler {
	s := &service{Config: cfg}
	// Small answers are not worth compressing: it costs more than the RPC.
	options := []connect.HandlerOption{
		connect.WithCompressMinBytes(1024),
		connect.WithInterceptors(&gate{tokens: cfg.Tokens}),
	}
	small := append(options, connect.WithReadMaxBytes(messageMax))
	large := append(options, connect.WithReadMaxBytes(documentMax))
	mux := http.NewServeMux()
	mux.Handle(opentotev1connect.NewRacingServiceHandler(&racingService{s}, small...))
	mux.Handle(opentotev1connect.NewBettingServiceHandler(&bettingService{s}, small...))
	mux.Handle(opentotev1connect.NewAccountServiceHandler(&accountService{s}, small...))
	mux.Handle(opentotev1connect.NewOfficeServiceHandler(&officeService{s}, large...))
	return http.NewCrossOriginProtection().Handler(mux)
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
type service struct{ Config }

// do sends one command and turns what comes back into an RPC error.
func (s *service) do(ctx context.Context, c engine.Command) error {
	return rpcError(ctx, s.Engine.Do(ctx, c))
}
