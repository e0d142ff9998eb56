package gateway

import (
	"context"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/engine"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// legsMax bounds the lists of a request for an e-Report+; the engine has bounds of
// its own below.
const legsMax = 100

// placeReport makes the command of a request.
func placeReport(ctx context.Context, req *opentotev1.PlaceReportRequest) (*engine.PlaceReport, error) {
	key, err := commandKey(ctx, req.GetKey())
	if err != nil {
		return nil, err
	}
	if len(req.GetLegs()) > legsMax {
		return nil, refusal(ctx, connect.CodeInvalidArgument, "TOO_MANY")
	}
	c := &engine.PlaceReport{
		Key: key, Account: identity(ctx).account(), Stake: tote.Money(req.GetStakeCents()),
		Pick: int(min(req.GetMix(), legsMax)), Integral: req.GetIntegral(),
	}
	for _, said := range req.GetLegs() {
		leg := engine.ReportLeg{
			Race: tote.RaceID(said.GetRaceId()), Bet: tote.BetCode(said.GetBet()),
			Carry: rulebook.Quarters(min(said.GetCarryQuarters(), legsMax)),
		}
		if len(said.GetBets()) > legsMax {
			return nil, refusal(ctx, connect.CodeInvalidArgument, "TOO_MANY")
		}
		for _, bet := range said.GetBets() {
			pattern, err := patternOf(ctx, &opentotev1.Bet{Formula: bet.GetFormula(), Horses: bet.GetHorses()})
			if err != nil {
				return nil, err
			}
			leg.Patterns = append(leg.Patterns, pattern)
		}
		c.Legs = append(c.Legs, leg)
	}
	return c, nil
}

func (s *bettingService) PlaceReport(ctx context.Context, req *connect.Request[opentotev1.PlaceReportRequest]) (*connect.Response[opentotev1.PlaceReportResponse], error) {
	c, err := placeReport(ctx, req.Msg)
	if err != nil {
		return nil, err
	}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	return connect.NewResponse(&opentotev1.PlaceReportResponse{Receipt: reportReceipt(c.Receipt)}), nil
}

func reportReceipt(r engine.ReportReceipt) *opentotev1.ReportReceipt {
	return &opentotev1.ReportReceipt{
		ReportId: uint64(r.Report), Chains: uint32(r.Chains), CostCents: int64(r.Cost),
		AcceptedAt: timestamp(r.AcceptedAt), CancelUntil: timestamp(r.CancelUntil),
	}
}

func (s *bettingService) CancelReport(ctx context.Context, req *connect.Request[opentotev1.CancelReportRequest]) (*connect.Response[opentotev1.CancelReportResponse], error) {
	key, err := commandKey(ctx, req.Msg.GetKey())
	if err != nil {
		return nil, err
	}
	c := &engine.CancelReport{Key: key, Report: event.ReportID(req.Msg.GetReportId()), Account: identity(ctx).account()}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	return connect.NewResponse(&opentotev1.CancelReportResponse{ReturnedCents: int64(c.Returned)}), nil
}

func (s *bettingService) GetReport(ctx context.Context, req *connect.Request[opentotev1.GetReportRequest]) (*connect.Response[opentotev1.GetReportResponse], error) {
	c := &engine.GetReport{Report: event.ReportID(req.Msg.GetReportId()), Account: identity(ctx).account()}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	return connect.NewResponse(&opentotev1.GetReportResponse{Report: reportOf(&c.View)}), nil
}

var reportStates = map[engine.ReportState]opentotev1.Report_State{
	engine.LiveReport:      opentotev1.Report_STATE_LIVE,
	engine.CancelledReport: opentotev1.Report_STATE_CANCELLED,
	engine.PurgedReport:    opentotev1.Report_STATE_PURGED,
	engine.EndedReport:     opentotev1.Report_STATE_ENDED,
}

func reportOf(v *engine.ReportView) *opentotev1.Report {
	out := &opentotev1.Report{
		ReportId: uint64(v.Report), State: reportStates[v.State], StakeCents: int64(v.Stake),
		CostCents: int64(v.Cost), PaidCents: int64(v.Paid), AcceptedAt: timestamp(v.AcceptedAt),
	}
	for i := range v.Legs {
		l := &v.Legs[i]
		leg := &opentotev1.ReportLeg{RaceId: uint64(l.Race), Bet: string(l.Bet), CarryQuarters: uint32(l.Carry)}
		for k := range l.Patterns {
			bet := betOf(l.Race, l.Bet, 0, &l.Patterns[k], 0)
			leg.Bets = append(leg.Bets, &opentotev1.ReportBet{Formula: bet.GetFormula(), Horses: bet.GetHorses()})
		}
		out.Legs = append(out.Legs, &opentotev1.Report_Leg{
			Leg: leg, Combinations: uint32(l.Units), Reached: l.Reached, PartCents: int64(l.Part), Ended: l.Ended,
			BroughtCents: int64(l.Brought), KeptCents: int64(l.Kept), OutsidePools: l.Outside,
		})
	}
	return out
}
