package gateway

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/api/gen/opentote/v1/opentotev1connect"
)

// calling is a call of a procedure.
type calling struct {
	*connect.Request[opentotev1.PlaceBetRequest]
	procedure string
}

func (c calling) Spec() connect.Spec { return connect.Spec{Procedure: c.procedure} }

// hall is a handler in which everybody stays until the doors open.
type hall struct {
	crowds  crowds
	open    chan struct{}
	staying sync.WaitGroup
}

func (h *hall) call(procedure string) error {
	_, err := h.crowds.bound(func(context.Context, connect.AnyRequest) (connect.AnyResponse, error) {
		<-h.open
		return nil, nil
	})(context.Background(), calling{connect.NewRequest(&opentotev1.PlaceBetRequest{}), procedure})
	return err
}

func (h *hall) enter(n int, procedure string) {
	for range n {
		h.staying.Go(func() { _ = h.call(procedure) })
	}
	synctest.Wait()
}

func TestACrowdIsSentAwayReadsFirst(t *testing.T) {
	const bet, read = opentotev1connect.BettingServicePlaceBetProcedure, opentotev1connect.BettingServiceQuoteProcedure
	for _, test := range []struct {
		name        string
		bets, reads int // inside
		lag         time.Duration
		bet, read   bool
	}{
		{"reads have taken their room", 0, readsInside, 0, true, false},
		{"bets have taken half of theirs", betsInside/2 + 1, 0, 0, true, false},
		{"bets have taken all", betsInside, 0, 0, false, false},
		{"the processors are short", 0, 0, readsLag + 1, true, false},
		{"the processors are very short", 0, 0, betsLag + 1, false, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := &hall{open: make(chan struct{})}
			var lag time.Duration
			h.crowds.lag = func() time.Duration { return lag }
			h.enter(test.bets, bet)
			h.enter(test.reads, read)
			lag = test.lag
			for procedure, welcome := range map[string]bool{bet: test.bet, read: test.read} {
				if !welcome {
					if err := h.call(procedure); !tellsWhenToComeBack(err) {
						t.Errorf("%s: %s gets %v, want busy and when to come back", test.name, procedure, err)
					}
					continue
				}
				h.enter(1, procedure)
			}
			close(h.open)
			h.staying.Wait()
			lag = 0
			for _, procedure := range []string{bet, read} {
				if err := h.call(procedure); err != nil {
					t.Errorf("%s: once the crowd has gone, %s gets %v", test.name, procedure, err)
				}
			}
		})
	}
}

// tellsWhenToComeBack reports whether an error is busy, with its hint as a detail
// and as a header.
func tellsWhenToComeBack(err error) bool {
	var rpc *connect.Error
	if !errors.As(err, &rpc) || rpc.Code() != connect.CodeResourceExhausted || rpc.Meta().Get("Retry-After") != "1" {
		return false
	}
	rej := rejectionIn(err)
	return rej.GetCode() == "BUSY" && rej.GetRetryAfterMs() >= 200 && rej.GetRetryAfterMs() < 1000
}

// TestCallersComeBackAtDifferentTimes: a crowd that is sent away at one moment
// does not come back at one.
func TestCallersComeBackAtDifferentTimes(t *testing.T) {
	times := map[uint32]bool{}
	for range 1000 {
		times[busy(context.Background()).GetRetryAfterMs()] = true
	}
	if len(times) < 300 {
		t.Errorf("a thousand callers come back at %d times", len(times))
	}
}

// TestReadsAreProcedures: a misspelt or a dropped procedure would never be bounded
// as a read.
func TestReadsAreProcedures(t *testing.T) {
	for procedure := range reads {
		if _, known := rights[procedure]; !known {
			t.Errorf("%s is no procedure", procedure)
		}
	}
}
