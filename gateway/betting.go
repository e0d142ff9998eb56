package gateway

import (
	"context"
	"errors"
	"io"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/board"
	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

type bettingService struct{ *service }

func (s *bettingService) Quote(ctx context.Context, req *connect.Request[opentotev1.QuoteRequest]) (*connect.Response[opentotev1.QuoteResponse], error) {
	bet := req.Msg.GetBet()
	pattern, err := patternOf(ctx, bet)
	if err == nil {
		err = s.fresh(ctx)
	}
	switch {
	case err != nil:
		return nil, err
	case !s.Board.Knows(tote.RaceID(bet.GetRaceId())):
		return nil, rpcError(ctx, &engine.Rejection{Code: engine.UnknownRace})
	case bet.GetStakeCents() <= 0:
		return nil, rpcError(ctx, &engine.Rejection{Code: engine.StakeTooSmall, Limit: 1})
	}
	q, ok, err := s.Board.Quote(board.Ask{
		Race: tote.RaceID(bet.GetRaceId()), Bet: tote.BetCode(bet.GetBet()), Pattern: pattern,
		Unit: tote.Money(bet.GetStakeCents()), Jackpot: bet.GetJackpot(),
	})
	var wrong *tote.PatternError
	switch {
	case errors.Is(err, board.ErrNoJackpot):
		return nil, rpcError(ctx, &engine.Rejection{Code: engine.NoJackpot})
	case errors.Is(err, board.ErrNoSpot):
		return nil, rpcError(ctx, &engine.Rejection{Code: engine.NoSpot})
	case errors.As(err, &wrong):
		return nil, rpcError(ctx, &engine.Rejection{Code: engine.Code(wrong.Code), Horse: wrong.Horse})
	case err != nil:
		return nil, rpcError(ctx, err)
	case !ok && q.Units > 0:
		return nil, rpcError(ctx, &engine.Rejection{Code: engine.StakeTooLarge, Limit: tote.MaxStake})
	case !ok:
		return nil, rpcError(ctx, &engine.Rejection{Code: engine.BetNotOffered})
	}
	return connect.NewResponse(&opentotev1.QuoteResponse{
		Combinations: uint32(q.Units), CostCents: int64(q.Cost),
		ReturnLowCents: int64(q.Low), ReturnHighCents: int64(q.High),
	}), nil
}

// placeBet makes the command of a request.
func (s *service) placeBet(ctx context.Context, req *opentotev1.PlaceBetRequest) (*engine.PlaceBet, error) {
	key, err := commandKey(ctx, req.GetKey())
	if err != nil {
		return nil, err
	}
	bet := req.GetBet()
	pattern, err := patternOf(ctx, bet)
	if err != nil {
		return nil, err
	}
	id := identity(ctx)
	c := &engine.PlaceBet{
		Key: key, Account: id.account(), PointOfSale: id.till(),
		Race: tote.RaceID(bet.GetRaceId()), Bet: tote.BetCode(bet.GetBet()),
		Pattern: pattern, Unit: tote.Money(bet.GetStakeCents()), Jackpot: bet.GetJackpot(),
	}
	if c.Jackpot || pattern.Flags&tote.Spot != 0 {
		c.Seed = s.Seed(req.GetKey())
	}
	return c, nil
}

func (s *bettingService) PlaceBet(ctx context.Context, req *connect.Request[opentotev1.PlaceBetRequest]) (*connect.Response[opentotev1.PlaceBetResponse], error) {
	c, err := s.placeBet(ctx, req.Msg)
	if err != nil {
		return nil, err
	}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	receipt, err := s.receiptOf(ctx, c)
	if err != nil {
		return nil, err
	}
	return connect.NewResponse(&opentotev1.PlaceBetResponse{Receipt: receipt}), nil
}

// betsMax bounds the bets of one request on a stream.
const betsMax = 1000

func (s *bettingService) PlaceBets(ctx context.Context, stream *connect.BidiStream[opentotev1.PlaceBetsRequest, opentotev1.PlaceBetsResponse]) error {
	if !s.sellers.take() {
		return busyError(ctx)
	}
	defer s.sellers.leave()
	c := callOf(ctx)
	c.wait()
	defer c.endWith(s.Done)()
	for {
		req, err := stream.Receive()
		if err != nil {
			return s.endOf(ctx, err)
		}
		if len(req.GetBets()) > betsMax {
			return refusal(ctx, connect.CodeInvalidArgument, "TOO_MANY")
		}
		results, err := s.placeAll(ctx, req.GetBets())
		if err != nil {
			return err
		}
		err = c.send(func() error { return stream.Send(&opentotev1.PlaceBetsResponse{Results: results}) })
		if err != nil {
			return err
		}
	}
}

// endOf says how a stream ends when nothing more could be received.
func (s *bettingService) endOf(ctx context.Context, err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	select {
	case <-s.Done:
		return refusal(ctx, connect.CodeUnavailable, "STOPPED")
	default:
		return err
	}
}

// placeAll places bets in order. A bet that cannot be made a command is refused
// in its place; the others go on.
func (s *bettingService) placeAll(ctx context.Context, bets []*opentotev1.PlaceBetRequest) ([]*opentotev1.PlaceBetsResult, error) {
	results := make([]*opentotev1.PlaceBetsResult, len(bets))
	commands := make([]engine.Command, 0, len(bets))
	index := make([]int, 0, len(bets)) // of each command's result
	for i, bet := range bets {
		c, err := s.placeBet(ctx, bet)
		if err != nil {
			results[i] = refused(rejectionIn(err))
			continue
		}
		commands = append(commands, c)
		index = append(index, i)
	}
	rejections, err := s.Engine.DoAll(ctx, commands)
	switch {
	case errors.Is(err, engine.ErrBusy):
		// The stream stands: its caller waits and sends the bets again.
		for _, i := range index {
			results[i] = refused(busy(ctx))
		}
		return results, nil
	case err != nil:
		return nil, rpcError(ctx, err)
	}
	for n, i := range index {
		if rej := rejections[n]; rej != nil {
			results[i] = refused(rejectionOf(ctx, rej))
			continue
		}
		receipt, err := s.receiptOf(ctx, commands[n].(*engine.PlaceBet))
		if err != nil {
			return nil, err
		}
		results[i] = &opentotev1.PlaceBetsResult{Result: &opentotev1.PlaceBetsResult_Receipt{Receipt: receipt}}
	}
	return results, nil
}

func refused(rej *opentotev1.Rejection) *opentotev1.PlaceBetsResult {
	return &opentotev1.PlaceBetsResult{Result: &opentotev1.PlaceBetsResult_Rejection{Rejection: rej}}
}

// rejectionIn returns the refusal that an RPC error carries.
func rejectionIn(err error) *opentotev1.Rejection {
	var rpc *connect.Error
	if errors.As(err, &rpc) {
		for _, d := range rpc.Details() {
			if v, err := d.Value(); err == nil {
				if rej, ok := v.(*opentotev1.Rejection); ok {
					return rej
				}
			}
		}
	}
	return &opentotev1.Rejection{Code: "BAD_SHAPE", Message: err.Error()}
}

// receiptOf makes the receipt of a bet placed, with what was drawn.
func (s *service) receiptOf(ctx context.Context, c *engine.PlaceBet) (*opentotev1.Receipt, error) {
	out, err := s.receipt(ctx, c.Receipt)
	if err != nil || c.Receipt.Seed == (tote.Seed{}) {
		return out, err
	}
	out.Seed, out.Jackpot = c.Receipt.Seed[:], jackpotOf(c.Receipt.Jackpot)
	if spot := c.Receipt.Spot; spot != nil {
		out.Bet = betOf(c.Race, c.Bet, c.Unit, &spot.Pattern, spot.Drawn)
		out.Bet.Jackpot = out.Jackpot != nil
	}
	return out, nil
}

// receipt makes the caller's receipt: tills get the ticket's code.
func (s *service) receipt(ctx context.Context, r engine.Receipt) (*opentotev1.Receipt, error) {
	out := &opentotev1.Receipt{
		BetId: uint64(r.Bet), Combinations: r.Units, CostCents: int64(r.Cost),
		AcceptedAt: timestamp(r.AcceptedAt), CancelUntil: timestamp(r.CancelUntil),
	}
	if identity(ctx).Role == Till {
		code, err := s.Codes.Code(r.Bet)
		if err != nil {
			return nil, refusal(ctx, connect.CodeResourceExhausted, "NO_CODES")
		}
		out.TicketCode = code
	}
	return out, nil
}

// betNamed finds the bet a caller names: an account by number, a till by the
// code of the ticket it was shown.
func (s *service) betNamed(ctx context.Context, id uint64, code string) (event.BetID, error) {
	if identity(ctx).Role == Account {
		return event.BetID(id), nil
	}
	bet, err := s.Codes.Bet(code)
	if err != nil {
		return 0, refusal(ctx, connect.CodeInvalidArgument, "BAD_TICKET")
	}
	return bet, nil
}

func (s *bettingService) CancelBet(ctx context.Context, req *connect.Request[opentotev1.CancelBetRequest]) (*connect.Response[opentotev1.CancelBetResponse], error) {
	key, err := commandKey(ctx, req.Msg.GetKey())
	if err != nil {
		return nil, err
	}
	bet, err := s.betNamed(ctx, req.Msg.GetBetId(), req.Msg.GetTicketCode())
	if err != nil {
		return nil, err
	}
	id := identity(ctx)
	c := &engine.CancelBet{Key: key, Bet: bet, Account: id.account(), PointOfSale: id.till()}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	return connect.NewResponse(&opentotev1.CancelBetResponse{ReturnedCents: int64(c.Returned)}), nil
}

func (s *bettingService) GetOutcome(ctx context.Context, req *connect.Request[opentotev1.GetOutcomeRequest]) (*connect.Response[opentotev1.GetOutcomeResponse], error) {
	key, err := commandKey(ctx, req.Msg.GetKey())
	if err != nil {
		return nil, err
	}
	c := &engine.GetOutcome{Key: key, Void: req.Msg.GetVoidIfUnknown()}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	out := &opentotev1.GetOutcomeResponse{Outcome: outcomes[c.Kind], AmountCents: int64(c.Amount)}
	if c.Kind == engine.BetWasPlaced {
		view := &engine.GetBet{Bet: c.Bet}
		if err := s.do(ctx, view); err != nil {
			return nil, err
		}
		out.Receipt, err = s.receiptOf(ctx, &engine.PlaceBet{
			Race: view.View.Race, Bet: view.View.Bet, Unit: view.View.Unit, Receipt: c.Receipt,
		})
		if err != nil {
			return nil, err
		}
	}
	if c.Kind == engine.ReportWasPlaced {
		out.Reports = reportReceipt(c.Reports)
	}
	return connect.NewResponse(out), nil
}

func (s *bettingService) GetTicket(ctx context.Context, req *connect.Request[opentotev1.GetTicketRequest]) (*connect.Response[opentotev1.GetTicketResponse], error) {
	bet, err := s.betNamed(ctx, req.Msg.GetBetId(), req.Msg.GetTicketCode())
	if err != nil {
		return nil, err
	}
	c := &engine.GetBet{Bet: bet, Account: identity(ctx).account()}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	return connect.NewResponse(&opentotev1.GetTicketResponse{Ticket: ticketOf(&c.View)}), nil
}

func (s *bettingService) PayTicket(ctx context.Context, req *connect.Request[opentotev1.PayTicketRequest]) (*connect.Response[opentotev1.PayTicketResponse], error) {
	key, err := commandKey(ctx, req.Msg.GetKey())
	if err != nil {
		return nil, err
	}
	bet, err := s.betNamed(ctx, 0, req.Msg.GetTicketCode())
	if err != nil {
		return nil, err
	}
	c := &engine.PayTicket{Key: key, Bet: bet, PointOfSale: identity(ctx).till()}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	return connect.NewResponse(&opentotev1.PayTicketResponse{PaidCents: int64(c.Paid)}), nil
}
