package sim

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/racing"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// Document is a file of the operator's programme or participants, plain or
// gzip.
type Document struct {
	Name    string
	Content []byte
}

// read imports documents as racing does: the simulation knows what the server
// is not told yet, odds, non-runners and arrivals.
func read(documents []Document) (*racing.Programme, error) {
	sources := make([]racing.Source, len(documents))
	for i, d := range documents {
		sources[i] = racing.Source{Name: d.Name, Reader: bytes.NewReader(d.Content)}
	}
	p, _, err := racing.Import(sources...)
	return p, err
}

// Begins returns when a day of these documents begins, for the clock of its
// server.
func Begins(documents []Document, o PlanOptions) (time.Time, error) {
	p, err := read(documents)
	if err != nil {
		return time.Time{}, err
	}
	if at := begins(p, o); !at.IsZero() {
		return at, nil
	}
	return time.Time{}, fmt.Errorf("programme of %s: no races", p.Day)
}

// begins returns when a day begins, the zero time when it has no races.
func begins(p *racing.Programme, o PlanOptions) time.Time {
	var first time.Time
	for r := range p.Races {
		if first.IsZero() || r.Start.Before(first) {
			first = r.Start
		}
	}
	if first.IsZero() {
		return first
	}
	return first.Add(-o.withDefaults().Lead)
}

// publish imports the documents into the server as first published and returns
// the races it declared.
func (l *link) publish(ctx context.Context, documents []Document) ([]tote.RaceID, error) {
	req := &opentotev1.ImportProgrammeRequest{AsPublished: true}
	for _, d := range documents {
		req.Documents = append(req.Documents, &opentotev1.ImportProgrammeRequest_Document{Name: d.Name, Content: d.Content})
	}
	res, err := ask(ctx, l, l.enter, l.office.ImportProgramme, req)
	if err != nil {
		return nil, fmt.Errorf("import programme: %w", err)
	}
	ids := make([]tote.RaceID, len(res.GetRaceIds()))
	for i, id := range res.GetRaceIds() {
		ids[i] = tote.RaceID(id)
	}
	return ids, nil
}

// races joins what the server says of each race with what the file knows.
func (l *link) races(ctx context.Context, p *racing.Programme, ids []tote.RaceID) ([]*Race, error) {
	races := make([]*Race, len(ids))
	err := crew(ctx, len(ids), func(ctx context.Context, i int) error {
		known := p.Race(ids[i])
		if known == nil {
			return fmt.Errorf("the server has race %s, the file has not", ids[i])
		}
		res, err := ask(ctx, l, "", l.racing.GetRace, &opentotev1.GetRaceRequest{RaceId: uint64(ids[i])})
		if err != nil {
			return fmt.Errorf("race %s: %w", ids[i], err)
		}
		races[i], err = raceOf(known, res.GetRace())
		return err
	})
	return races, err
}

func raceOf(known *racing.Race, said *opentotev1.Race) (*Race, error) {
	r := &Race{
		ID: known.ID, Name: said.GetName(), Meeting: said.GetMeetingName(),
		Start: known.Start, Prize: tote.Money(said.GetPrizeCents()),
		Declared: known.Declared(), NonRunners: known.NonRunners().Slice(),
		Fate: WithoutArrival,
	}
	if start := said.GetStart().AsTime(); !start.Equal(known.Start) {
		return nil, fmt.Errorf("race %s: the server says it starts at %s, the file at %s", r.ID, start, known.Start)
	}
	var listed tote.HorseSet
	for _, runner := range said.GetRunners() {
		listed = listed.With(tote.Horse(runner.GetNumber()))
	}
	if listed != r.Declared {
		return nil, fmt.Errorf("race %s: the server lists runners %v, the file %v", r.ID, listed.Slice(), r.Declared.Slice())
	}
	for i := range known.Runners {
		runner := &known.Runners[i]
		odds := runner.ReferenceOdds
		if odds == 0 {
			odds = runner.LastOdds
		}
		r.Odds[runner.Number] = float64(odds) / 100
	}
	if res, ok := known.Result(); ok {
		r.Stables, r.Arrival = res.Stables, res.Arrival
		r.Provisional = !known.ArrivalOfficial
		r.Fate = RunsToResult
		if res.Status == tote.Cancelled {
			r.Fate, r.Provisional = CalledOff, false
		}
	}
	for _, o := range said.GetOffers() {
		r.Sold = r.Sold || o.GetSold()
	}
	r.Offers = offersOf(r.ID.Day(), said.GetOffers())
	if book, ok := rulebook.For(tote.Online, r.ID.Day()); ok {
		r.report, _ = book.ReportPlus()
	}
	return r, nil
}

// receiver returns the index of the offer whose pool takes over units of a bet, -1
// where there is none (III-9-3-I-b).
func receiver(offers []Offer, code tote.BetCode) int {
	to, _ := rulebook.ReceiverOf(code)
	return slices.IndexFunc(offers, func(o Offer) bool { return o.Code == to })
}

// offersOf keeps the offers that the server sells and the public knows how to
// play.
func offersOf(day tote.Day, offers []*opentotev1.Offer) []Offer {
	var kept []Offer
	for _, said := range offers {
		o := Offer{
			Code: tote.BetCode(said.GetBet()), Base: tote.Money(said.GetBaseStakeCents()),
			Complement: said.GetComplement(), Spot: said.GetSpot(), Report: said.GetReport(),
		}
		for _, percent := range said.GetFlexiPercent() {
			o.Flexi = append(o.Flexi, uint8(percent))
		}
		var known bool
		if o.family, known = familyOf(o.Code); !known || !said.GetSold() || o.Base <= 0 {
			continue
		}
		book, ok := rulebook.For(o.Code.Network(), day)
		if !ok {
			continue
		}
		jackpotOffer(book, &o, said.GetJackpot())
		if o.Type, ok = book.Bet(o.Code); ok {
			kept = append(kept, o)
		}
	}
	for i := range kept {
		if own, ok := kept[i].Type.(tote.BetType); ok && receiver(kept, kept[i].Code) < 0 {
			kept[i].Type = rulebook.WithoutQuarte(own)
		}
	}
	slices.SortFunc(kept, func(a, b Offer) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return kept
}
