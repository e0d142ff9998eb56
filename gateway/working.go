package gateway

import (
	"context"
	"slices"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/board"
	"opentote/engine"
	"opentote/tote"
	"opentote/tote/working"
)

// languages are those that workings are told in, both at once: pages change
// language without asking again.
var languages = [...]working.Language{working.English, working.French}

func (s *racingService) GetWorking(ctx context.Context, req *connect.Request[opentotev1.GetWorkingRequest]) (*connect.Response[opentotev1.GetWorkingResponse], error) {
	w, err := s.working(ctx, tote.RaceID(req.Msg.GetRaceId()), tote.BetCode(req.Msg.GetBet()))
	if err != nil {
		return nil, err
	}
	out := &opentotev1.GetWorkingResponse{}
	en, fr := w.Sections(working.English), w.Sections(working.French)
	for i := range en {
		out.Sections = append(out.Sections, &opentotev1.WorkingSection{
			Title: &opentotev1.Sentence{En: en[i].Title, Fr: fr[i].Title}, Lines: linesOf(en[i].Lines, fr[i].Lines),
		})
	}
	return connect.NewResponse(out), nil
}

// working returns how a pool of a race was computed.
func (s *service) working(ctx context.Context, race tote.RaceID, bet tote.BetCode) (*board.Working, error) {
	if err := s.fresh(ctx); err != nil {
		return nil, err
	}
	if w, ok := s.Board.Working(race, bet); ok {
		return w, nil
	}
	state, ok := s.Board.Race(race, 0)
	if !ok {
		return nil, rpcError(ctx, &engine.Rejection{Code: engine.UnknownRace})
	}
	at := slices.IndexFunc(state.Pools, func(p board.Pool) bool { return p.Terms.Bet == bet })
	switch {
	case at < 0:
		return nil, rpcError(ctx, &engine.Rejection{Code: engine.BetNotOffered})
	case state.Pools[at].Result == nil:
		return nil, refusal(ctx, connect.CodeFailedPrecondition, "NO_DIVIDENDS")
	}
	return nil, refusal(ctx, connect.CodeFailedPrecondition, "NO_WORKING")
}

// linesOf puts the lines of both languages together: they are the same lines.
func linesOf(en, fr []working.Line) []*opentotev1.WorkingLine {
	var out []*opentotev1.WorkingLine
	for i := range en {
		out = append(out, &opentotev1.WorkingLine{
			Text: &opentotev1.Sentence{En: en[i].Text, Fr: fr[i].Text}, Article: en[i].Article,
		})
	}
	return out
}

func (s *bettingService) ExplainBet(ctx context.Context, req *connect.Request[opentotev1.ExplainBetRequest]) (*connect.Response[opentotev1.ExplainBetResponse], error) {
	bet, err := s.betNamed(ctx, req.Msg.GetBetId(), req.Msg.GetTicketCode())
	if err != nil {
		return nil, err
	}
	c := &engine.GetBet{Bet: bet, Account: identity(ctx).account()}
	if err := s.do(ctx, c); err != nil {
		return nil, err
	}
	lines, err := s.why(ctx, &c.View)
	if err != nil {
		return nil, err
	}
	return connect.NewResponse(&opentotev1.ExplainBetResponse{Lines: lines}), nil
}

// why tells how a bet ended, in its pool and in the one that took over units of it.
func (s *service) why(ctx context.Context, v *engine.BetView) ([]*opentotev1.WorkingLine, error) {
	if v.State == engine.CancelledBet {
		return linesOf(both(func(l working.Language) []working.Line { return working.Cancelled(v.Receipt.Cost, l) })), nil
	}
	if s.Board.Late(v.Receipt.Bet) {
		return linesOf(both(func(l working.Language) []working.Line { return working.Late(v.Receipt.Cost, l) })), nil
	}
	w, err := s.working(ctx, v.Race, v.Bet)
	if err != nil {
		return nil, err
	}
	b := w.Bet(v.Pattern, v.Unit, int(v.Receipt.Units))
	return linesOf(both(func(l working.Language) []working.Line {
		lines := b.Lines(&w.Pool, l)
		if moved := b.Tally.Transferred; moved > 0 {
			lines = append(lines, w.Receiver.Received(v.Pattern, v.Unit, moved).Lines(&w.Receiver.Pool, l)...)
		}
		if j := v.Receipt.Jackpot; j != nil {
			lines = append(lines, working.Jackpot(j.Stake, j.Multipliers, v.Won, v.Refunded, l)...)
		}
		return lines
	})), nil
}

// both writes lines in each language.
func both(f func(working.Language) []working.Line) (en, fr []working.Line) {
	return f(languages[0]), f(languages[1])
}
