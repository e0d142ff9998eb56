package gateway

import (
	"context"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/engine"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// Bounds of what is read of a host: no arrival makes more combinations payable that
// anybody would type, and none is longer.
const (
	hostLinesMax  = 256
	hostNameBytes = 16
)

// hostResult reads what a host sent. Texts that are echoed are bounded here.
func hostResult(ctx context.Context, in *opentotev1.HostResult) (said rulebook.HostResult, err error) {
	if len(in.GetDividends()) > hostLinesMax || len(in.GetRefundReason()) > 2*hostNameBytes {
		return said, refusal(ctx, connect.CodeInvalidArgument, "TOO_MANY")
	}
	said.Refund = tote.Reason(in.GetRefundReason())
	for _, d := range in.GetDividends() {
		if len(d.GetCombination()) > hostNameBytes {
			return said, refusal(ctx, connect.CodeInvalidArgument, "BAD_SHAPE")
		}
		said.Dividends = append(said.Dividends, rulebook.HostDividend{
			Combination: d.GetCombination(), Dividend: tote.Dividend(d.GetDividend()),
		})
	}
	return said, nil
}

func (s *officeService) EnterHostDividends(ctx context.Context, req *connect.Request[opentotev1.EnterHostDividendsRequest]) (*connect.Response[opentotev1.EnterHostDividendsResponse], error) {
	said, err := hostResult(ctx, req.Msg.GetResult())
	if err != nil {
		return nil, err
	}
	c := &engine.EnterHostDividends{
		Race: tote.RaceID(req.Msg.GetRaceId()), Bet: tote.BetCode(req.Msg.GetBet()), Result: said, Staff: staff(ctx),
	}
	return answer(&opentotev1.EnterHostDividendsResponse{}, s.do(ctx, c))
}

func (s *officeService) ConfirmHostDividends(ctx context.Context, req *connect.Request[opentotev1.ConfirmHostDividendsRequest]) (*connect.Response[opentotev1.ConfirmHostDividendsResponse], error) {
	said, err := hostResult(ctx, req.Msg.GetResult())
	if err != nil {
		return nil, err
	}
	c := &engine.ConfirmHostDividends{
		Race: tote.RaceID(req.Msg.GetRaceId()), Bet: tote.BetCode(req.Msg.GetBet()), Result: said, Staff: staff(ctx),
	}
	return answer(&opentotev1.ConfirmHostDividendsResponse{}, s.do(ctx, c))
}
