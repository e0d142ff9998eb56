package event_test

import (
	"fmt"

	"opentote/event"
	"opentote/event/eventpb"
	"opentote/tote"
)

// message writes an event as the official runtime sees it, field by field and
// by hand: the second opinion on wire.
func message(ev event.Event) *eventpb.Event {
	switch e := ev.(type) {
	case *event.AccountOpened:
		return &eventpb.Event{Kind: &eventpb.Event_AccountOpened{AccountOpened: &eventpb.AccountOpened{
			Account: uint64(e.Account), Key: trimmed(e.Key[:]),
		}}}
	case *event.Deposited:
		return &eventpb.Event{Kind: &eventpb.Event_Deposited{Deposited: &eventpb.Deposited{
			Account: uint64(e.Account), Amount: int64(e.Amount), Key: trimmed(e.Key[:]),
		}}}
	case *event.PointOfSaleOpened:
		return &eventpb.Event{Kind: &eventpb.Event_PointOfSaleOpened{PointOfSaleOpened: &eventpb.PointOfSaleOpened{
			PointOfSale: uint64(e.PointOfSale), Key: trimmed(e.Key[:]),
		}}}
	case *event.BetPlaced:
		return &eventpb.Event{Kind: &eventpb.Event_BetPlaced{BetPlaced: betPlaced(e)}}
	case *event.BetCancelled:
		return &eventpb.Event{Kind: &eventpb.Event_BetCancelled{BetCancelled: &eventpb.BetCancelled{
			Bet: uint64(e.Bet), Key: trimmed(e.Key[:]), PointOfSale: uint64(e.PointOfSale),
		}}}
	case *event.TicketPaid:
		return &eventpb.Event{Kind: &eventpb.Event_TicketPaid{TicketPaid: &eventpb.TicketPaid{
			Bet: uint64(e.Bet), PointOfSale: uint64(e.PointOfSale), Amount: int64(e.Amount), Key: trimmed(e.Key[:]),
		}}}
	case *event.KeyVoided:
		return &eventpb.Event{Kind: &eventpb.Event_KeyVoided{KeyVoided: &eventpb.KeyVoided{Key: trimmed(e.Key[:])}}}
	case *event.KeysExpired:
		return &eventpb.Event{Kind: &eventpb.Event_KeysExpired{KeysExpired: &eventpb.KeysExpired{}}}
	case *event.BoosterReleased:
		return &eventpb.Event{Kind: &eventpb.Event_BoosterReleased{BoosterReleased: &eventpb.BoosterReleased{
			Pool: uint32(e.Pool), Amount: int64(e.Amount), Staff: string(e.Staff), Key: trimmed(e.Key[:]),
		}}}
	case *event.StakesTransferred:
		return &eventpb.Event{Kind: &eventpb.Event_StakesTransferred{StakesTransferred: &eventpb.StakesTransferred{
			From: uint32(e.From), To: uint32(e.To), Amount: int64(e.Amount),
		}}}
	case *event.PoolsShared:
		return &eventpb.Event{Kind: &eventpb.Event_PoolsShared{PoolsShared: poolsShared(e)}}
	case *event.JackpotFunded:
		return &eventpb.Event{Kind: &eventpb.Event_JackpotFunded{JackpotFunded: &eventpb.JackpotFunded{
			Bet: string(e.Bet), Amount: int64(e.Amount), Loan: e.Loan, Staff: string(e.Staff), Key: trimmed(e.Key[:]),
		}}}
	case *event.JackpotSettled:
		return &eventpb.Event{Kind: &eventpb.Event_JackpotSettled{JackpotSettled: &eventpb.JackpotSettled{
			Pool: uint32(e.Pool), Refunds: int64(e.Refunds), Takeout: int64(e.Takeout), Income: int64(e.Income), Winnings: int64(e.Winnings),
		}}}
	case *event.HostDividendsEntered:
		return &eventpb.Event{Kind: &eventpb.Event_HostDividendsEntered{HostDividendsEntered: &eventpb.HostDividendsEntered{
			Pool: uint32(e.Pool), Refund: string(e.Refund), Lines: hostLines(e.Lines), Staff: string(e.Staff),
		}}}
	case *event.HostDividendsConfirmed:
		return &eventpb.Event{Kind: &eventpb.Event_HostDividendsConfirmed{HostDividendsConfirmed: &eventpb.HostDividendsConfirmed{
			Pool: uint32(e.Pool), Refund: string(e.Refund), Lines: hostLines(e.Lines), Staff: string(e.Staff),
		}}}
	case *event.HostSettled:
		return &eventpb.Event{Kind: &eventpb.Event_HostSettled{HostSettled: &eventpb.HostSettled{
			Pool: uint32(e.Pool), Gave: int64(e.Gave), Got: int64(e.Got),
		}}}
	case *event.LatePurged:
		return &eventpb.Event{Kind: &eventpb.Event_LatePurged{LatePurged: latePurged(e)}}
	case *event.DividendsDeclared:
		return &eventpb.Event{Kind: &eventpb.Event_DividendsDeclared{DividendsDeclared: dividendsDeclared(e)}}
	case *event.BetsSettled:
		return &eventpb.Event{Kind: &eventpb.Event_BetsSettled{BetsSettled: betsSettled(e)}}
	}
	return raceMessage(ev)
}

// raceMessage writes the events of a race's life.
func raceMessage(ev event.Event) *eventpb.Event {
	switch e := ev.(type) {
	case *event.RaceDeclared:
		return &eventpb.Event{Kind: &eventpb.Event_RaceDeclared{RaceDeclared: raceDeclared(e)}}
	case *event.RaceOpened:
		return &eventpb.Event{Kind: &eventpb.Event_RaceOpened{RaceOpened: &eventpb.RaceOpened{
			Race: uint64(e.Race), Staff: string(e.Staff),
		}}}
	case *event.RaceSuspended:
		return &eventpb.Event{Kind: &eventpb.Event_RaceSuspended{RaceSuspended: &eventpb.RaceSuspended{
			Race: uint64(e.Race), Staff: string(e.Staff),
		}}}
	case *event.RaceStopped:
		return &eventpb.Event{Kind: &eventpb.Event_RaceStopped{RaceStopped: &eventpb.RaceStopped{
			Race: uint64(e.Race), Source: eventpb.StopSource(e.Source), Staff: string(e.Staff),
		}}}
	case *event.RaceCancelled:
		return &eventpb.Event{Kind: &eventpb.Event_RaceCancelled{RaceCancelled: &eventpb.RaceCancelled{
			Race: uint64(e.Race), Staff: string(e.Staff),
		}}}
	case *event.NonRunnerDeclared:
		return &eventpb.Event{Kind: &eventpb.Event_NonRunnerDeclared{NonRunnerDeclared: &eventpb.NonRunnerDeclared{
			Race: uint64(e.Race), Horse: uint32(e.Horse), Staff: string(e.Staff),
		}}}
	case *event.ResultEntered:
		return &eventpb.Event{Kind: &eventpb.Event_ResultEntered{ResultEntered: &eventpb.ResultEntered{
			Race: uint64(e.Race), Arrival: places(e.Arrival), Staff: string(e.Staff),
		}}}
	case *event.ResultConfirmed:
		return &eventpb.Event{Kind: &eventpb.Event_ResultConfirmed{ResultConfirmed: &eventpb.ResultConfirmed{
			Race: uint64(e.Race), Arrival: places(e.Arrival), Staff: string(e.Staff),
		}}}
	}
	return reportMessage(ev)
}

// reportMessage writes the events of reports.
func reportMessage(ev event.Event) *eventpb.Event {
	switch e := ev.(type) {
	case *event.ReportPlaced:
		return &eventpb.Event{Kind: &eventpb.Event_ReportPlaced{ReportPlaced: reportPlaced(e)}}
	case *event.ReportCancelled:
		return &eventpb.Event{Kind: &eventpb.Event_ReportCancelled{ReportCancelled: &eventpb.ReportCancelled{
			Report: uint64(e.Report), Key: trimmed(e.Key[:]),
		}}}
	case *event.ReportCarried:
		return &eventpb.Event{Kind: &eventpb.Event_ReportCarried{ReportCarried: &eventpb.ReportCarried{
			Report: uint64(e.Report), Brought: int64(e.Brought), Kept: int64(e.Kept), Part: int64(e.Part), Outside: e.Outside,
		}}}
	case *event.ReportsDetached:
		return &eventpb.Event{Kind: &eventpb.Event_ReportsDetached{ReportsDetached: &eventpb.ReportsDetached{
			Race: uint64(e.Race), Staff: string(e.Staff),
		}}}
	}
	panic(fmt.Sprintf("no message for %T", ev))
}

func slots(table []tote.Slot) (out []*eventpb.Slot) {
	for _, s := range table {
		out = append(out, &eventpb.Slot{Tenths: s.Tenths, Slots: s.Slots})
	}
	return out
}

func hostLines(lines []event.HostLine) (list []*eventpb.HostLine) {
	for _, l := range lines {
		list = append(list, &eventpb.HostLine{Combination: l.Combination, Dividend: int64(l.Dividend)})
	}
	return list
}

func raceDeclared(e *event.RaceDeclared) *eventpb.RaceDeclared {
	m := &eventpb.RaceDeclared{
		Race: uint64(e.Race), Start: int64(e.Start), Deadline: int64(e.Deadline),
		Declared: uint64(e.Declared), Stables: stables(e.Stables), Staff: string(e.Staff),
	}
	for _, p := range e.Pools {
		m.Pools = append(m.Pools, &eventpb.PoolDeclared{
			Pool: uint32(p.Pool), Bet: string(p.Bet), Rulebook: p.Rulebook, BaseStake: int64(p.BaseStake),
			MaxStake: int64(p.MaxStake), Flexi: p.Flexi, Complement: p.Complement, Spot: p.Spot,
			Jackpot: slots(p.Jackpot), Report: p.Report,
		})
	}
	return m
}

func betPlaced(e *event.BetPlaced) *eventpb.BetPlaced {
	p := &e.Pattern
	return &eventpb.BetPlaced{
		Bet: uint64(e.Bet), Account: uint64(e.Account), PointOfSale: uint64(e.PointOfSale),
		Unit: int64(e.Unit), Units: e.Units, Key: trimmed(e.Key[:]),
		Formula: uint32(p.Formula), Flags: uint32(p.Flags), Variant: uint32(p.Variant),
		Complement: uint32(p.Complement), Sizes: trimmed(p.Sizes[:]), Horses: trimmed(p.Horses[:]),
		Seed: trimmed(e.Seed[:]), Drawn: uint32(e.Drawn),
		Jackpot: int64(e.Jackpot), Multipliers: trimmed(e.Multipliers[:]), Report: uint64(e.Report),
		Field: uint64(p.Field),
	}
}

func poolsShared(e *event.PoolsShared) *eventpb.PoolsShared {
	m := &eventpb.PoolsShared{Level: uint32(e.Level)}
	for _, p := range e.Pools {
		m.Pools = append(m.Pools, &eventpb.PoolShare{Pool: uint32(p.Pool), Treated: p.Treated, Gave: int64(p.Gave), Got: int64(p.Got)})
	}
	for _, c := range e.Citations {
		m.Citations = append(m.Citations, &eventpb.Citation{
			Horse: uint32(c.Horse), First: c.First, Second: c.Second, Third: c.Third, Fourth: c.Fourth,
		})
	}
	return m
}

func reportPlaced(e *event.ReportPlaced) *eventpb.ReportPlaced {
	m := &eventpb.ReportPlaced{
		Report: uint64(e.Report), Account: uint64(e.Account), Stake: int64(e.Stake), Key: trimmed(e.Key[:]),
	}
	for _, l := range e.Legs {
		leg := &eventpb.ReportLeg{Pool: uint32(l.Pool), Carry: uint32(l.Carry)}
		for _, b := range l.Bets {
			p := &b.Pattern
			leg.Bets = append(leg.Bets, &eventpb.ReportBet{
				Units: b.Units, Formula: uint32(p.Formula), Flags: uint32(p.Flags), Variant: uint32(p.Variant),
				Complement: uint32(p.Complement), Sizes: trimmed(p.Sizes[:]), Horses: trimmed(p.Horses[:]), Field: uint64(p.Field),
			})
		}
		m.Legs = append(m.Legs, leg)
	}
	for _, c := range e.Chains {
		m.Chains = append(m.Chains, &eventpb.ReportChain{Legs: c.Legs})
	}
	return m
}

func latePurged(e *event.LatePurged) *eventpb.LatePurged {
	m := &eventpb.LatePurged{Race: uint64(e.Race), Started: int64(e.Started), Staff: string(e.Staff)}
	for _, b := range e.Bets {
		m.Bets = append(m.Bets, &eventpb.LateBet{Bet: uint64(b.Bet)})
	}
	return m
}

func dividendsDeclared(e *event.DividendsDeclared) *eventpb.DividendsDeclared {
	m := &eventpb.DividendsDeclared{
		Pool: uint32(e.Pool), Procedure: string(e.Procedure), Reason: string(e.Reason),
		Refunds: int64(e.Refunds), Winnings: int64(e.Winnings), Takeout: int64(e.Takeout),
		Progressive: int64(e.Progressive), Breakage: int64(e.Breakage), Booster: int64(e.Booster),
		Staff: string(e.Staff), TopUp: int64(e.TopUp), Second: trimmed(e.Second[:]),
	}
	for _, l := range e.Lines {
		m.Lines = append(m.Lines, &eventpb.DividendLine{
			Rank: l.Rank, Combination: l.Combination, Dividend: int64(l.Dividend), Stakes: int64(l.Stakes),
		})
	}
	for _, l := range e.Counted {
		m.Counted = append(m.Counted, &eventpb.LineStakes{Rank: l.Rank, Combination: l.Combination, Stakes: int64(l.Stakes)})
	}
	return m
}

func betsSettled(e *event.BetsSettled) *eventpb.BetsSettled {
	m := &eventpb.BetsSettled{Pool: uint32(e.Pool), From: e.From, To: e.To}
	for _, b := range e.Ends {
		m.Ends = append(m.Ends, &eventpb.BetEnd{
			Index: b.Index, Won: int64(b.Won), Refunded: int64(b.Refunded),
			ReceiverWon: int64(b.ReceiverWon), ReceiverRefunded: int64(b.ReceiverRefunded), JackpotWon: int64(b.JackpotWon), JackpotRefunded: int64(b.JackpotRefunded),
		})
	}
	return m
}
