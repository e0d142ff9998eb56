package gateway

import (
	"context"
	"sync/atomic"
	"time"

	"connectrpc.com/connect"

	"opentote/api/gen/opentote/v1/opentotev1connect"
)

// crowds bounds what is served at the same time, so that whoever is let in is
// answered in a fraction of a second however many more are at the door. A call is
// inside from when its message has been read until its answer is ready: a caller
// who is slow with either takes nobody's room. Streams have seats of their own,
// and the office is never kept out.
type crowds struct {
	bets, reads atomic.Int64 // inside
	lag         func() time.Duration
}

// Bounds of those inside. Reads are kept out from the second figure on, or when
// bets have taken half of their room.
const (
	betsInside  = 2048
	readsInside = 256
)

// Bounds of the lag. Where the processors are what is short, few are inside at a
// time and the crowd stands before them: a call waits for a processor three or
// four times on its way, so at these bounds it takes about a second.
const (
	betsLag  = 300 * time.Millisecond
	readsLag = 75 * time.Millisecond
)

// reads are the procedures that change nothing, and that a caller can do without
// for a moment. To ask what became of a command is not one of them.
var reads = map[string]bool{
	opentotev1connect.RacingServiceListMeetingsProcedure: true,
	opentotev1connect.RacingServiceGetRaceProcedure:      true,
	opentotev1connect.RacingServiceGetWorkingProcedure:   true,

	opentotev1connect.BettingServiceQuoteProcedure:      true,
	opentotev1connect.BettingServiceGetTicketProcedure:  true,
	opentotev1connect.BettingServiceExplainBetProcedure: true,

	opentotev1connect.AccountServiceGetAccountProcedure: true,
}

// bound lets unary calls in while there is room, and sends the others away at
// once.
func (c *crowds) bound(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		inside, most, patience := &c.bets, int64(betsInside), betsLag
		if reads[req.Spec().Procedure] {
			inside, most, patience = &c.reads, readsInside, readsLag
			if c.bets.Load() > betsInside/2 {
				return nil, busyError(ctx)
			}
		}
		defer inside.Add(-1)
		if inside.Add(1) > most || c.lag() > patience {
			return nil, busyError(ctx)
		}
		return next(ctx, req)
	}
}
