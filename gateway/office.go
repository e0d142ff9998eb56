package gateway

import (
	"context"
	"strconv"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

type officeService struct{ *service }

func (s *officeService) OpenRace(ctx context.Context, req *connect.Request[opentotev1.OpenRaceRequest]) (*connect.Response[opentotev1.OpenRaceResponse], error) {
	c := &engine.OpenRace{Race: tote.RaceID(req.Msg.GetRaceId()), Staff: staff(ctx)}
	return answer(&opentotev1.OpenRaceResponse{}, s.do(ctx, c))
}

// answer is an answer that says nothing but that it was done.
func answer[T any](msg *T, err error) (*connect.Response[T], error) {
	if err != nil {
		return nil, err
	}
	return connect.NewResponse(msg), nil
}

func (s *officeService) DeclareNonRunner(ctx context.Context, req *connect.Request[opentotev1.DeclareNonRunnerRequest]) (*connect.Response[opentotev1.DeclareNonRunnerResponse], error) {
	horse, err := horseOf(ctx, req.Msg.GetHorse())
	if err != nil {
		return nil, err
	}
	c := &engine.DeclareNonRunner{Race: tote.RaceID(req.Msg.GetRaceId()), Horse: horse, Staff: staff(ctx)}
	return answer(&opentotev1.DeclareNonRunnerResponse{}, s.do(ctx, c))
}

func (s *officeService) StopRace(ctx context.Context, req *connect.Request[opentotev1.StopRaceRequest]) (*connect.Response[opentotev1.StopRaceResponse], error) {
	c := &engine.StopRace{Race: tote.RaceID(req.Msg.GetRaceId()), Staff: staff(ctx)}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	return connect.NewResponse(&opentotev1.StopRaceResponse{StoppedAt: timestamp(c.StoppedAt)}), nil
}

func (s *officeService) SuspendRace(ctx context.Context, req *connect.Request[opentotev1.SuspendRaceRequest]) (*connect.Response[opentotev1.SuspendRaceResponse], error) {
	c := &engine.SuspendRace{Race: tote.RaceID(req.Msg.GetRaceId()), Staff: staff(ctx)}
	return answer(&opentotev1.SuspendRaceResponse{}, s.do(ctx, c))
}

// ResumeRace opens a suspended race again.
func (s *officeService) ResumeRace(ctx context.Context, req *connect.Request[opentotev1.ResumeRaceRequest]) (*connect.Response[opentotev1.ResumeRaceResponse], error) {
	c := &engine.OpenRace{Race: tote.RaceID(req.Msg.GetRaceId()), Staff: staff(ctx)}
	return answer(&opentotev1.ResumeRaceResponse{}, s.do(ctx, c))
}

func (s *officeService) PurgeLate(ctx context.Context, req *connect.Request[opentotev1.PurgeLateRequest]) (*connect.Response[opentotev1.PurgeLateResponse], error) {
	if !req.Msg.GetStartedAt().IsValid() {
		return nil, refusal(ctx, connect.CodeInvalidArgument, string(engine.BadTime))
	}
	out := &opentotev1.PurgeLateResponse{}
	for more := true; more; {
		c := &engine.PurgeLate{
			Race: tote.RaceID(req.Msg.GetRaceId()), Staff: staff(ctx),
			Started: event.Millis(req.Msg.GetStartedAt().AsTime().UnixMilli()),
		}
		if err := s.do(ctx, c); err != nil {
			return nil, err
		}
		out.Bets += uint32(c.Bets)
		out.RefundedCents += int64(c.Refunded)
		more = c.More
	}
	return connect.NewResponse(out), nil
}

// placesMax bounds the places of an arrival: there are not more horses.
const placesMax = int(tote.MaxHorse)

func arrivalIn(ctx context.Context, places []*opentotev1.Place) ([][]tote.Horse, error) {
	if len(places) > placesMax {
		return nil, refusal(ctx, connect.CodeInvalidArgument, "TOO_MANY")
	}
	out := make([][]tote.Horse, len(places))
	for i, p := range places {
		for _, n := range p.GetHorses() {
			h, err := horseOf(ctx, n)
			if err != nil {
				return nil, err
			}
			out[i] = append(out[i], h)
		}
	}
	return out, nil
}

func (s *officeService) EnterResult(ctx context.Context, req *connect.Request[opentotev1.EnterResultRequest]) (*connect.Response[opentotev1.EnterResultResponse], error) {
	arrival, err := arrivalIn(ctx, req.Msg.GetArrival())
	if err != nil {
		return nil, err
	}
	c := &engine.EnterResult{Race: tote.RaceID(req.Msg.GetRaceId()), Arrival: arrival, Staff: staff(ctx)}
	return answer(&opentotev1.EnterResultResponse{}, s.do(ctx, c))
}

func (s *officeService) ConfirmResult(ctx context.Context, req *connect.Request[opentotev1.ConfirmResultRequest]) (*connect.Response[opentotev1.ConfirmResultResponse], error) {
	arrival, err := arrivalIn(ctx, req.Msg.GetArrival())
	if err != nil {
		return nil, err
	}
	c := &engine.ConfirmResult{Race: tote.RaceID(req.Msg.GetRaceId()), Arrival: arrival, Staff: staff(ctx)}
	return answer(&opentotev1.ConfirmResultResponse{}, s.do(ctx, c))
}

func (s *officeService) CancelRace(ctx context.Context, req *connect.Request[opentotev1.CancelRaceRequest]) (*connect.Response[opentotev1.CancelRaceResponse], error) {
	c := &engine.CancelRace{Race: tote.RaceID(req.Msg.GetRaceId()), Staff: staff(ctx)}
	return answer(&opentotev1.CancelRaceResponse{}, s.do(ctx, c))
}

func (s *officeService) DeclareDividends(ctx context.Context, req *connect.Request[opentotev1.DeclareDividendsRequest]) (*connect.Response[opentotev1.DeclareDividendsResponse], error) {
	race := tote.RaceID(req.Msg.GetRaceId())
	if err := s.declareDividends(ctx, race); err != nil {
		return nil, err
	}
	c := &engine.GetRaceAccounts{Race: race}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	return connect.NewResponse(&opentotev1.DeclareDividendsResponse{Pools: accountsOf(&c.View)}), nil
}

func (s *officeService) Settle(ctx context.Context, req *connect.Request[opentotev1.SettleRequest]) (*connect.Response[opentotev1.SettleResponse], error) {
	out := &opentotev1.SettleResponse{}
	for more := true; more; {
		c := &engine.SettleBets{Race: tote.RaceID(req.Msg.GetRaceId())}
		if err := s.do(ctx, c); err != nil {
			return nil, err
		}
		out.Bets += uint64(c.Ended)
		out.CreditedCents += int64(c.Credited)
		out.PayableCents += int64(c.Payable)
		more = c.More
	}
	return connect.NewResponse(out), nil
}

func (s *officeService) DetachReports(ctx context.Context, req *connect.Request[opentotev1.DetachReportsRequest]) (*connect.Response[opentotev1.DetachReportsResponse], error) {
	c := &engine.DetachReports{Race: tote.RaceID(req.Msg.GetRaceId()), Staff: staff(ctx)}
	return answer(&opentotev1.DetachReportsResponse{}, s.do(ctx, c))
}

func (s *officeService) OpenPointOfSale(ctx context.Context, req *connect.Request[opentotev1.OpenPointOfSaleRequest]) (*connect.Response[opentotev1.OpenPointOfSaleResponse], error) {
	key, err := commandKey(ctx, req.Msg.GetKey())
	if err != nil {
		return nil, err
	}
	c := &engine.OpenPointOfSale{Key: key}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	token, err := s.Tokens.Issue(Identity{Role: Till, Subject: strconv.FormatUint(uint64(c.PointOfSale), 10)})
	if err != nil {
		return nil, rpcError(ctx, err)
	}
	return connect.NewResponse(&opentotev1.OpenPointOfSaleResponse{PointOfSaleId: uint64(c.PointOfSale), Token: token}), nil
}

func (s *officeService) GetRaceAccounts(ctx context.Context, req *connect.Request[opentotev1.GetRaceAccountsRequest]) (*connect.Response[opentotev1.GetRaceAccountsResponse], error) {
	c := &engine.GetRaceAccounts{Race: tote.RaceID(req.Msg.GetRaceId())}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	status := engineStatuses[c.View.Status]
	if c.View.Cancelled {
		status = opentotev1.RaceStatus_RACE_STATUS_CANCELLED
	}
	return connect.NewResponse(&opentotev1.GetRaceAccountsResponse{Status: status, Pools: accountsOf(&c.View), Dispute: s.disputeOf(&c.View)}), nil
}

func (s *officeService) GetTrialBalance(ctx context.Context, _ *connect.Request[opentotev1.GetTrialBalanceRequest]) (*connect.Response[opentotev1.GetTrialBalanceResponse], error) {
	c := &engine.GetTrialBalance{}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	out := &opentotev1.GetTrialBalanceResponse{}
	for _, b := range c.Balances {
		out.Balances = append(out.Balances, &opentotev1.GetTrialBalanceResponse_Balance{Class: b.Class.String(), Cents: int64(b.Money)})
	}
	return connect.NewResponse(out), nil
}

func (s *officeService) ReleaseBooster(ctx context.Context, req *connect.Request[opentotev1.ReleaseBoosterRequest]) (*connect.Response[opentotev1.ReleaseBoosterResponse], error) {
	key, err := commandKey(ctx, req.Msg.GetKey())
	if err != nil {
		return nil, err
	}
	c := &engine.ReleaseBooster{
		Key: key, Race: tote.RaceID(req.Msg.GetRaceId()), Bet: tote.BetCode(req.Msg.GetBet()),
		Amount: tote.Money(req.Msg.GetAmountCents()), Staff: staff(ctx),
	}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	return connect.NewResponse(&opentotev1.ReleaseBoosterResponse{AddedCents: int64(c.Added), FundCents: int64(c.Fund)}), nil
}

func (s *officeService) FundJackpot(ctx context.Context, req *connect.Request[opentotev1.FundJackpotRequest]) (*connect.Response[opentotev1.FundJackpotResponse], error) {
	key, err := commandKey(ctx, req.Msg.GetKey())
	if err != nil {
		return nil, err
	}
	c := &engine.FundJackpot{
		Key: key, Bet: tote.BetCode(req.Msg.GetBet()), Amount: tote.Money(req.Msg.GetAmountCents()),
		Loan: req.Msg.GetLoan(), Staff: staff(ctx),
	}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	return connect.NewResponse(&opentotev1.FundJackpotResponse{FundCents: int64(c.Fund), LentCents: int64(c.Lent)}), nil
}

func (s *officeService) GetFunds(ctx context.Context, _ *connect.Request[opentotev1.GetFundsRequest]) (*connect.Response[opentotev1.GetFundsResponse], error) {
	c := &engine.GetFunds{}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	out := &opentotev1.GetFundsResponse{}
	for _, f := range c.Funds {
		out.Funds = append(out.Funds, &opentotev1.GetFundsResponse_Fund{Bet: string(f.Bet), Cents: int64(f.Money)})
	}
	for _, f := range c.Jackpots {
		out.Jackpots = append(out.Jackpots, &opentotev1.GetFundsResponse_Fund{Bet: string(f.Bet), Cents: int64(f.Money), LentCents: int64(f.Lent)})
	}
	return connect.NewResponse(out), nil
}
