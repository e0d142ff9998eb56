package gateway

import (
	"context"
	"slices"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/board"
	"opentote/racing"
	"opentote/tote"
)

func (s *racingService) ListMeetings(ctx context.Context, req *connect.Request[opentotev1.ListMeetingsRequest]) (*connect.Response[opentotev1.ListMeetingsResponse], error) {
	if err := s.fresh(ctx); err != nil {
		return nil, err
	}
	days := s.Programmes.Days()
	day := tote.Day(req.Msg.GetDay())
	if day == 0 && len(days) > 0 {
		day = days[len(days)-1]
	}
	out := &opentotev1.ListMeetingsResponse{Day: uint32(day), Clock: s.clock()}
	for _, d := range days {
		out.Days = append(out.Days, uint32(d))
	}
	programme := s.Programmes.Day(day)
	if programme == nil {
		return connect.NewResponse(out), nil
	}
	states := map[tote.RaceID]board.Race{}
	for _, r := range s.Board.Races(day) {
		states[r.ID] = r
	}
	for i := range programme.Meetings {
		m := &programme.Meetings[i]
		meeting := &opentotev1.Meeting{Number: uint32(m.Number), Name: m.Racecourse.Name, Country: m.Country.Code}
		for j := range m.Races {
			// A race that was not declared takes no bets and has no state.
			if state, ok := states[m.Races[j].ID]; ok {
				meeting.Races = append(meeting.Races, raceOf(m, &m.Races[j], &state))
			}
		}
		if len(meeting.Races) > 0 {
			out.Meetings = append(out.Meetings, meeting)
		}
	}
	return connect.NewResponse(out), nil
}

func (s *racingService) GetRace(ctx context.Context, req *connect.Request[opentotev1.GetRaceRequest]) (*connect.Response[opentotev1.GetRaceResponse], error) {
	if err := s.fresh(ctx); err != nil {
		return nil, err
	}
	id := tote.RaceID(req.Msg.GetRaceId())
	state, ok := s.Board.Race(id, 0)
	if !ok {
		return nil, refusal(ctx, connect.CodeNotFound, "UNKNOWN_RACE")
	}
	race := &opentotev1.Race{
		RaceId: uint64(id), Meeting: uint32(id.Meeting()), Number: uint32(id.Number()),
		Status: boardStatus(state.Status), Start: timestamp(state.Start),
	}
	if m, r := s.Programmes.race(id); r != nil {
		race = raceOf(m, r, &state)
		race.Runners = runnersOf(r)
		race.Offers = offersOf(r, &state)
	}
	return connect.NewResponse(&opentotev1.GetRaceResponse{Race: race, State: stateOf(&state), Clock: s.clock()}), nil
}

// race finds a race's texts and its meeting's.
func (p *Programmes) race(id tote.RaceID) (*racing.Meeting, *racing.Race) {
	programme := p.Day(id.Day())
	if programme == nil {
		return nil, nil
	}
	for i := range programme.Meetings {
		m := &programme.Meetings[i]
		for j := range m.Races {
			if m.Races[j].ID == id {
				return m, &m.Races[j]
			}
		}
	}
	return nil, nil
}

// raceOf makes the head of a race: its texts, and the status and start that
// the journal knows.
func raceOf(m *racing.Meeting, r *racing.Race, state *board.Race) *opentotev1.Race {
	return &opentotev1.Race{
		RaceId: uint64(r.ID), Meeting: uint32(m.Number), Number: uint32(r.Number), Name: r.Name,
		Start: timestamp(state.Start), DistanceM: uint32(max(0, r.DistanceMetres)),
		Discipline: string(r.Discipline), PrizeCents: r.PrizeEuros * 100,
		MeetingName: m.Racecourse.Name, Status: boardStatus(state.Status),
		RunnerCount: uint32(state.Declared.Len()),
	}
}

func runnersOf(r *racing.Race) []*opentotev1.Runner {
	stables := r.Stables()
	var out []*opentotev1.Runner
	for i := range r.Runners {
		x := &r.Runners[i]
		stable := slices.IndexFunc(stables, func(s racing.Stable) bool { return s.Horses.Has(x.Number) })
		out = append(out, &opentotev1.Runner{
			Number: uint32(x.Number), Name: x.Name, Jockey: x.Jockey, Trainer: x.Trainer,
			Sex: string(x.Sex), Age: uint32(max(0, x.AgeYears)), Form: x.Form, Owner: x.Owner,
			Draw: uint32(max(0, x.DrawPosition)), Stable: uint32(stable + 1), Silks: x.Silks,
		})
	}
	return out
}

// offersOf lists what the programme offers; sold are those that have a pool.
func offersOf(r *racing.Race, state *board.Race) []*opentotev1.Offer {
	var out []*opentotev1.Offer
	for i := range r.Offers {
		o := &r.Offers[i]
		offer := &opentotev1.Offer{Bet: string(o.Code), Network: networks[o.Network()], BaseStakeCents: int64(o.BaseStake)}
		at := slices.IndexFunc(state.Pools, func(p board.Pool) bool { return p.Terms.Bet == o.Code })
		if offer.Sold = at >= 0; offer.Sold {
			terms := &state.Pools[at].Terms
			offer.Complement, offer.Spot, offer.Report = terms.Complement, terms.Spot, terms.Report
			for _, slot := range terms.Jackpot {
				offer.Jackpot = append(offer.Jackpot, &opentotev1.JackpotSlot{MultiplierTenths: slot.Tenths, Slots: slot.Slots})
			}
			for _, percent := range terms.Flexi {
				offer.FlexiPercent = append(offer.FlexiPercent, uint32(percent))
			}
		}
		if o.Code == reportPlus { // it has no pool: others are its legs
			offer.Sold = slices.ContainsFunc(state.Pools, func(p board.Pool) bool { return p.Terms.Report })
		}
		out = append(out, offer)
	}
	return out
}
