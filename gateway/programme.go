package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/engine"
	"opentote/event"
	"opentote/racing"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// documentsMax bounds the documents of one import.
const documentsMax = 16

// ImportProgramme declares the races of the operator's documents.
func (s *officeService) ImportProgramme(ctx context.Context, req *connect.Request[opentotev1.ImportProgrammeRequest]) (*connect.Response[opentotev1.ImportProgrammeResponse], error) {
	if len(req.Msg.GetDocuments()) > documentsMax {
		return nil, refusal(ctx, connect.CodeInvalidArgument, "TOO_MANY")
	}
	var sources []racing.Source
	for _, d := range req.Msg.GetDocuments() {
		sources = append(sources, racing.Source{Name: d.GetName(), Reader: bytes.NewReader(d.GetContent())})
	}
	programme, report, err := racing.Import(sources...)
	if err != nil {
		return nil, rpcError(ctx, &engine.Rejection{Code: engine.BadProgramme, Detail: err.Error()})
	}
	out := &opentotev1.ImportProgrammeResponse{
		Day: uint32(programme.Day), Meetings: uint32(report.Meetings), Races: uint32(report.Races),
		Runners: uint32(report.Runners),
	}
	for _, w := range report.Warnings {
		out.Warnings = append(out.Warnings, w.String())
	}
	for race := range programme.Races {
		pools, err := s.declare(ctx, race, req.Msg.GetAsPublished())
		if err != nil {
			return nil, err
		}
		if pools < 0 {
			out.Warnings = append(out.Warnings, fmt.Sprintf("%v: no runners known, not declared", race.ID))
			continue
		}
		out.Pools += uint32(pools)
		out.RaceIds = append(out.RaceIds, uint64(race.ID))
	}
	// Texts last: those of races that the journal refuses must not replace what
	// the public reads. Nobody bets before a race is opened by hand.
	if err := s.Programmes.Put(ctx, programme); err != nil {
		return nil, rpcError(ctx, err)
	}
	for _, id := range out.RaceIds {
		if err := s.shown(ctx, tote.RaceID(id)); err != nil {
			return nil, rpcError(ctx, err)
		}
	}
	return connect.NewResponse(out), nil
}

// shown waits until the board knows a race that was just declared: who imports a
// day asks for its races next, and the board follows a moment behind.
func (s *service) shown(ctx context.Context, id tote.RaceID) error {
	for {
		_, moved := s.Board.Changes()
		if s.Board.Knows(id) {
			return nil
		}
		select {
		case <-moved:
		case <-s.Stale: // nothing will be shown; the races are declared all the same
			return nil
		case <-s.Done:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// declare declares one race and returns its number of pools, -1 when nothing is
// known that could run.
func (s *officeService) declare(ctx context.Context, race *racing.Race, asPublished bool) (int, error) {
	declared := race.Declared()
	if declared == 0 {
		return -1, nil
	}
	start := event.Millis(race.Start.UnixMilli())
	c := &engine.DeclareRace{
		Race: race.ID, Start: start, Deadline: start + event.Millis(s.Grace.Milliseconds()),
		Declared: declared, Offers: offersSold(race), Staff: staff(ctx),
	}
	for _, stable := range race.Stables() {
		c.Stables = append(c.Stables, stable.Horses)
	}
	err := s.Engine.Do(ctx, c)
	var rej *engine.Rejection
	if errors.As(err, &rej) {
		// Of a whole day's races, say which.
		what := race.ID.String()
		if rej.Detail != "" {
			what += ": " + rej.Detail
		}
		err = &engine.Rejection{Code: rej.Code, Detail: what}
	}
	if err != nil {
		return 0, rpcError(ctx, err)
	}
	if asPublished {
		return c.Pools, nil
	}
	return c.Pools, s.catchUp(ctx, race)
}

// catchUp declares what the documents know of a race since its list was
// published: non-runners, and that it is cancelled. Results are never taken
// from a programme: two people enter them.
func (s *officeService) catchUp(ctx context.Context, race *racing.Race) error {
	view := &engine.GetRaceAccounts{Race: race.ID}
	if err := s.do(ctx, view); err != nil {
		return err
	}
	if view.View.Status >= engine.Official {
		return nil
	}
	if race.Status == racing.StatusCancelled {
		return s.do(ctx, &engine.CancelRace{Race: race.ID, Staff: staff(ctx)})
	}
	for h := range race.NonRunners().All {
		err := s.Engine.Do(ctx, &engine.DeclareNonRunner{Race: race.ID, Horse: h, Staff: staff(ctx)})
		var rej *engine.Rejection
		if errors.As(err, &rej) && rej.Code == engine.WrongStatus {
			return nil // it became official meanwhile
		}
		if err != nil {
			return rpcError(ctx, err)
		}
	}
	return nil
}

// reportPlus is the offer of e-Report+ on a race: the bets that may be its legs say so
// themselves. Shops sell none: their rulebook does not have it yet (ADR 5).
const reportPlus = "E_REPORT_PLUS"

// offersSold returns the race's offers that its day's rulebooks know.
func offersSold(race *racing.Race) []engine.Offer {
	reports := slices.ContainsFunc(race.Offers, func(o racing.Offer) bool { return o.Code == reportPlus })
	var offers []engine.Offer
	for i := range race.Offers {
		o := &race.Offers[i]
		if !o.Sellable() || !known(o.Code, race.ID.Day()) {
			continue
		}
		offer := engine.Offer{Bet: o.Code, BaseStake: o.BaseStake, MaxStake: o.MaxStake, Complement: o.Complement, Spot: o.Spot}
		if book, ok := rulebook.For(o.Code.Network(), race.ID.Day()); ok {
			if _, ok := book.Jackpot(o.Code); ok {
				offer.Jackpot = 1 // the default table
			}
			offer.Report = reports && o.Reportable && book.Chains(o.Code)
		}
		for _, percent := range o.FlexiPercent {
			if percent > 0 && percent < 100 {
				offer.Flexi = append(offer.Flexi, uint8(percent))
			}
		}
		offers = append(offers, offer)
	}
	return offers
}

func known(code tote.BetCode, day tote.Day) bool {
	book, ok := rulebook.For(code.Network(), day)
	if !ok {
		return false
	}
	_, ok = book.Bet(code)
	return ok
}
