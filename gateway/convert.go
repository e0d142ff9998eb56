package gateway

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/board"
	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

func timestamp(at event.Millis) *timestamppb.Timestamp {
	if at == 0 {
		return nil
	}
	return timestamppb.New(time.UnixMilli(int64(at)))
}

var ticketStates = map[engine.BetState]opentotev1.Ticket_State{
	engine.Live:         opentotev1.Ticket_STATE_LIVE,
	engine.CancelledBet: opentotev1.Ticket_STATE_CANCELLED,
	engine.LostBet:      opentotev1.Ticket_STATE_LOST,
	engine.PayableBet:   opentotev1.Ticket_STATE_PAYABLE,
	engine.PaidBet:      opentotev1.Ticket_STATE_PAID,
}

func ticketOf(v *engine.BetView) *opentotev1.Ticket {
	var drawn uint8
	if v.Receipt.Spot != nil {
		drawn = v.Receipt.Spot.Drawn
	}
	bet := betOf(v.Race, v.Bet, v.Unit, &v.Pattern, drawn)
	bet.Jackpot = v.Receipt.Jackpot != nil
	return &opentotev1.Ticket{
		BetId: uint64(v.Receipt.Bet), State: ticketStates[v.State], Bet: bet, Jackpot: jackpotOf(v.Receipt.Jackpot),
		Combinations: v.Receipt.Units, CostCents: int64(v.Receipt.Cost),
		WonCents: int64(v.Won), RefundedCents: int64(v.Refunded),
		AcceptedAt: timestamp(v.Receipt.AcceptedAt), ReportId: uint64(v.Report),
	}
}

func jackpotOf(j *engine.Jackpot) *opentotev1.Jackpot {
	if j == nil {
		return nil
	}
	return &opentotev1.Jackpot{StakeCents: int64(j.Stake), MultiplierTenths: j.Multipliers}
}

// outcomes maps what became of a key.
var outcomes = map[engine.OutcomeKind]opentotev1.GetOutcomeResponse_Outcome{
	engine.NothingKnown:    opentotev1.GetOutcomeResponse_OUTCOME_UNKNOWN,
	engine.BetWasPlaced:    opentotev1.GetOutcomeResponse_OUTCOME_BET_PLACED,
	engine.BetWasCancelled: opentotev1.GetOutcomeResponse_OUTCOME_BET_CANCELLED,
	engine.TicketWasPaid:   opentotev1.GetOutcomeResponse_OUTCOME_TICKET_PAID,
	engine.WasDeposited:    opentotev1.GetOutcomeResponse_OUTCOME_DEPOSITED,
	engine.KeyWasVoided:    opentotev1.GetOutcomeResponse_OUTCOME_VOIDED,

	engine.AccountWasOpened: opentotev1.GetOutcomeResponse_OUTCOME_ACCOUNT_OPENED,
	engine.TillWasOpened:    opentotev1.GetOutcomeResponse_OUTCOME_POINT_OF_SALE_OPENED,

	engine.BoosterWasReleased: opentotev1.GetOutcomeResponse_OUTCOME_BOOSTER_RELEASED,
	engine.JackpotWasFunded:   opentotev1.GetOutcomeResponse_OUTCOME_JACKPOT_FUNDED,
	engine.ReportWasPlaced:    opentotev1.GetOutcomeResponse_OUTCOME_REPORT_PLACED,
	engine.ReportWasCancelled: opentotev1.GetOutcomeResponse_OUTCOME_REPORT_CANCELLED,
}

var networks = map[tote.Network]opentotev1.Network{
	tote.Online: opentotev1.Network_NETWORK_ONLINE,
	tote.Retail: opentotev1.Network_NETWORK_RETAIL,
	tote.Common: opentotev1.Network_NETWORK_COMMON,
}

// boardStatus: the board's statuses are the API's.
func boardStatus(s board.Status) opentotev1.RaceStatus { return opentotev1.RaceStatus(s) }

var engineStatuses = map[engine.Status]opentotev1.RaceStatus{
	engine.Scheduled:   opentotev1.RaceStatus_RACE_STATUS_SCHEDULED,
	engine.Open:        opentotev1.RaceStatus_RACE_STATUS_OPEN,
	engine.Suspended:   opentotev1.RaceStatus_RACE_STATUS_SUSPENDED,
	engine.Stopped:     opentotev1.RaceStatus_RACE_STATUS_STOPPED,
	engine.Provisional: opentotev1.RaceStatus_RACE_STATUS_PROVISIONAL,
	engine.Official:    opentotev1.RaceStatus_RACE_STATUS_OFFICIAL,
	engine.Payable:     opentotev1.RaceStatus_RACE_STATUS_PAYABLE,
	engine.Settled:     opentotev1.RaceStatus_RACE_STATUS_SETTLED,
}

func arrivalOf(places [][]tote.Horse) []*opentotev1.Place {
	out := make([]*opentotev1.Place, len(places))
	for i, horses := range places {
		out[i] = &opentotev1.Place{Horses: numbers(horses)}
	}
	return out
}

// stateOf makes the public state of a race.
func stateOf(r *board.Race) *opentotev1.RaceState {
	out := &opentotev1.RaceState{
		RaceId: uint64(r.ID), Seq: uint64(r.Seq), Status: boardStatus(r.Status),
		NonRunners: numbers(r.NonRunners.Slice()), Arrival: arrivalOf(r.Arrival),
		StoppedAt: timestamp(r.StoppedAt),
	}
	for i := range r.Pools {
		out.Pools = append(out.Pools, poolOf(&r.Pools[i]))
	}
	return out
}

func poolOf(p *board.Pool) *opentotev1.Pool {
	out := &opentotev1.Pool{
		Bet: string(p.Terms.Bet), Network: networks[p.Terms.Bet.Network()],
		TotalCents: int64(p.Stakes), Bets: p.Bets,
	}
	for _, o := range p.Odds {
		out.Odds = append(out.Odds, &opentotev1.Odd{
			Combination: o.Combination, Low: int64(o.Low), High: int64(o.High), StakesCents: int64(o.Stakes),
		})
	}
	if p.Result != nil {
		out.Result = resultOf(p.Result.Procedure, p.Result.Reason, p.Result.Dividends)
	}
	return out
}

func resultOf(procedure tote.Procedure, reason tote.Reason, lines []event.DividendLine) *opentotev1.PoolResult {
	out := &opentotev1.PoolResult{Procedure: string(procedure), RefundReason: string(reason)}
	for _, l := range lines {
		out.Dividends = append(out.Dividends, &opentotev1.Dividend{
			Rank: l.Rank, Combination: l.Combination, Dividend: int64(l.Dividend), StakesCents: int64(l.Stakes),
		})
	}
	return out
}

// accountsOf makes the accounts of a race's pools.
func accountsOf(v *engine.RaceView) []*opentotev1.PoolAccounts {
	var out []*opentotev1.PoolAccounts
	for i := range v.Pools {
		p := &v.Pools[i]
		a := &opentotev1.PoolAccounts{
			Bet: string(p.Bet), Network: networks[p.Bet.Network()], Rulebook: p.Rulebook,
			Bets: uint64(p.Bets), CancelledBets: uint64(p.Cancelled),
			PurgedBets: uint64(p.Purged), PurgedCents: int64(p.PurgedStakes),
			StakesCents: int64(p.Stakes), AddedCents: int64(p.Added),
			SentCents: int64(p.Sent), ReceivedCents: int64(p.Received), SharedCents: int64(p.Shared), HostCents: int64(p.Host), PaidCents: int64(p.Paid),
		}
		if j := p.Jackpot; j != (engine.JackpotView{}) {
			a.Jackpot = &opentotev1.JackpotAccounts{
				StakesCents: int64(j.Stakes), RefundsCents: int64(j.Refunds), TakeoutCents: int64(j.Takeout),
				IncomeCents: int64(j.Income), WinningsCents: int64(j.Winnings), PaidCents: int64(j.Paid),
			}
		}
		if d := p.Declared; d != nil {
			a.Result = resultOf(d.Procedure, d.Reason, d.Lines)
			a.RefundsCents, a.WinningsCents = int64(d.Refunds), int64(d.Winnings)
			a.TakeoutCents, a.ProgressiveCents = int64(d.Takeout), int64(d.Progressive)
			a.BreakageCents, a.BoosterCents = int64(d.Breakage), int64(d.Booster)
		}
		out = append(out, a)
	}
	return out
}
