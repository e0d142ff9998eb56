package sim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/api/gen/opentote/v1/opentotev1connect"
)

// Server is where the API is and who may drive it.
type Server struct {
	// URL is the base address, http://127.0.0.1:8080. PlaceBets needs HTTP/2;
	// over http it is spoken in clear text.
	URL string
	// EnterToken and ConfirmToken are two members of staff: the first runs the
	// day and enters results, the second confirms them.
	EnterToken, ConfirmToken string
	// HTTP replaces the client of the package, for tests; nil uses it.
	HTTP connect.HTTPClient
}

// link is the API as the simulation calls it.
type link struct {
	racing  opentotev1connect.RacingServiceClient
	betting opentotev1connect.BettingServiceClient
	account opentotev1connect.AccountServiceClient
	office  opentotev1connect.OfficeServiceClient
	enter   token
	confirm token

	retries atomic.Int64 // calls repeated because the server was busy or away
	close   func()
}

// token is a bearer token.
type token string

func dial(s Server) *link {
	client, closeIdle := s.HTTP, func() {}
	if client == nil {
		protocols := new(http.Protocols)
		protocols.SetUnencryptedHTTP2(true)
		protocols.SetHTTP2(true)
		transport := &http.Transport{Protocols: protocols, MaxIdleConnsPerHost: 64}
		client, closeIdle = &http.Client{Transport: transport}, transport.CloseIdleConnections
	}
	// Messages are small: compressing them costs more than sending them.
	plain := connect.WithAcceptCompression("gzip", nil, nil)
	return &link{
		racing:  opentotev1connect.NewRacingServiceClient(client, s.URL, plain),
		betting: opentotev1connect.NewBettingServiceClient(client, s.URL, plain),
		account: opentotev1connect.NewAccountServiceClient(client, s.URL, plain),
		office:  opentotev1connect.NewOfficeServiceClient(client, s.URL, plain),
		enter:   token(s.EnterToken), confirm: token(s.ConfirmToken),
		close: closeIdle,
	}
}

// refusalOf returns the code of a refusal, or false for faults: errors that say
// nothing of the command.
func refusalOf(err error) (Code, bool) {
	var rpc *connect.Error
	if !errors.As(err, &rpc) {
		return NothingWasRefused, false
	}
	for _, d := range rpc.Details() {
		if v, err := d.Value(); err == nil {
			if r, ok := v.(*opentotev1.Rejection); ok {
				return Code(r.GetCode()), true
			}
		}
	}
	switch rpc.Code() {
	case connect.CodeInvalidArgument, connect.CodeFailedPrecondition, connect.CodeNotFound,
		connect.CodeAlreadyExists, connect.CodePermissionDenied, connect.CodeUnauthenticated:
		return unexpectedNoDetail, true
	}
	return NothingWasRefused, false
}

// Retries of a call that may be repeated: every command has a key, and race
// control's commands change nothing the second time.
const (
	retryFirst = 2 * time.Millisecond
	retryMost  = 500 * time.Millisecond
	retryTimes = 40 // about fifteen seconds
)

// passes reports whether an error may go away by itself.
func passes(err error) bool {
	switch connect.CodeOf(err) {
	case connect.CodeResourceExhausted, connect.CodeUnavailable:
		return true
	}
	return false
}

// persist calls until the error is none that passes.
func (l *link) persist(ctx context.Context, call func() error) error {
	wait := retryFirst
	for i := 0; ; i++ {
		err := call()
		if err == nil || !passes(err) || i == retryTimes {
			return err
		}
		l.retries.Add(1)
		if pause(ctx, wait) != nil {
			return err
		}
		wait = min(2*wait, retryMost)
	}
}

// ask makes one call with a token, and repeats it while the server is busy.
func ask[Req, Res any](ctx context.Context, l *link, as token,
	method func(context.Context, *connect.Request[Req]) (*connect.Response[Res], error), msg *Req,
) (*Res, error) {
	var answer *Res
	err := l.persist(ctx, func() error {
		req := connect.NewRequest(msg)
		if as != "" {
			req.Header().Set("Authorization", "Bearer "+string(as))
		}
		res, err := method(ctx, req)
		if err != nil {
			return err
		}
		answer = res.Msg
		return nil
	})
	return answer, err
}

// stream is a till's line for bets in batches. One goroutine at a time uses it.
// When it breaks it is opened anew, and the batch sent again: its keys make that
// harmless.
type stream struct {
	link *link
	as   token
	life context.Context // of the line, longer than one batch's
	open *connect.BidiStreamForClient[opentotev1.PlaceBetsRequest, opentotev1.PlaceBetsResponse]
}

// place sends a batch and returns a result for each of its bets.
func (s *stream) place(ctx context.Context, batch []*opentotev1.PlaceBetRequest) ([]*opentotev1.PlaceBetsResult, error) {
	var results []*opentotev1.PlaceBetsResult
	err := s.link.persist(ctx, func() error {
		if s.open == nil {
			s.open = s.link.betting.PlaceBets(s.life)
			s.open.RequestHeader().Set("Authorization", "Bearer "+string(s.as))
		}
		// A failed Send says only that the stream is over; why, Receive tells.
		sent := s.open.Send(&opentotev1.PlaceBetsRequest{Bets: batch})
		res, err := s.open.Receive()
		if err == nil {
			err = sent
		}
		if err != nil {
			s.drop()
			return err
		}
		results = res.GetResults()
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("stream of bets: %w", err)
	}
	if len(results) != len(batch) {
		return nil, fmt.Errorf("stream of bets: %d results for %d bets", len(results), len(batch))
	}
	return results, nil
}

// drop gives a broken stream up.
func (s *stream) drop() {
	if s.open != nil {
		_ = s.open.CloseRequest() // broken already: nothing to tell
		_ = s.open.CloseResponse()
		s.open = nil
	}
}

// close ends the stream in good order.
func (s *stream) close() error {
	if s.open == nil {
		return nil
	}
	err := errors.Join(s.open.CloseRequest(), s.open.CloseResponse())
	s.open = nil
	return err
}
