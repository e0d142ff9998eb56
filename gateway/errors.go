package gateway

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/engine"
	"opentote/tote"
)

// refusal makes the RPC error of a refusal code without figures.
func refusal(ctx context.Context, class connect.Code, code string) error {
	return connectError(class, &opentotev1.Rejection{Code: code, Message: sentence(ctx, &engine.Rejection{Code: engine.Code(code)})})
}

// rpcError turns an error of the engine into the RPC's: a refusal with its code
// as a detail, a fault without what it says, which is logged.
func rpcError(ctx context.Context, err error) error {
	var rej *engine.Rejection
	switch {
	case err == nil:
		return nil
	case errors.As(err, &rej):
		return connectError(messageOf(rej.Code).code, rejectionOf(ctx, rej))
	case errors.Is(err, engine.ErrBusy):
		return busyError(ctx)
	case errors.Is(err, engine.ErrStopped):
		return refusal(ctx, connect.CodeUnavailable, "STOPPED")
	case errors.Is(err, context.Canceled):
		return connect.NewError(connect.CodeCanceled, err)
	case errors.Is(err, context.DeadlineExceeded):
		return connect.NewError(connect.CodeDeadlineExceeded, err)
	}
	slog.ErrorContext(ctx, "request failed", "err", err)
	return connect.NewError(connect.CodeInternal, errors.New("internal error"))
}

// Who is refused because too much waits is told when to come back: at once would
// not help, and all at the same moment would be the same crowd again.
const (
	retryLeast  = 200 * time.Millisecond
	retrySpread = 800 * time.Millisecond
)

func busy(ctx context.Context) *opentotev1.Rejection {
	rej := rejectionOf(ctx, &engine.Rejection{Code: "BUSY"})
	rej.RetryAfterMs = uint32((retryLeast + rand.N(retrySpread)).Milliseconds())
	return rej
}

// busyError is busy as an RPC's error. Those who know HTTP but not our details
// find a header, in whole seconds.
func busyError(ctx context.Context) error {
	err := connectError(connect.CodeResourceExhausted, busy(ctx))
	err.Meta().Set("Retry-After", "1")
	return err
}

func connectError(class connect.Code, rej *opentotev1.Rejection) *connect.Error {
	err := connect.NewError(class, errors.New(rej.GetMessage()))
	if detail, derr := connect.NewErrorDetail(rej); derr == nil {
		err.AddDetail(detail)
	}
	return err
}

func rejectionOf(ctx context.Context, rej *engine.Rejection) *opentotev1.Rejection {
	return &opentotev1.Rejection{Code: string(rej.Code), Message: sentence(ctx, rej)}
}

// messageOf returns what a code means. One that is not in the catalogue, which
// tests rule out, still says its name.
func messageOf(code engine.Code) message {
	if m, ok := messages[string(code)]; ok {
		return m
	}
	return message{code: failed, en: string(code), fr: string(code)}
}

// sentence says a refusal in the caller's language.
func sentence(ctx context.Context, rej *engine.Rejection) string {
	m := messageOf(rej.Code)
	text, limit := m.en, "€"+rej.Limit.String()
	if callOf(ctx).language == French {
		text, limit = m.fr, frenchAmount(rej.Limit)
	}
	return strings.NewReplacer("{horse}", rej.Horse.String(), "{limit}", limit, "{detail}", rej.Detail).Replace(text)
}

// frenchAmount writes an amount as in French: "1,50 €", with a no-break space.
func frenchAmount(m tote.Money) string {
	return strings.Replace(m.String(), ".", ",", 1) + "\u00a0€"
}
