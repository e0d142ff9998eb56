package main

import (
	"opentote/racing"
	"opentote/tote"
)

// odds gives each runner the odds that its strength would have in a pool with
// 15 % of takeout, in steps of ten cents; the last ones drift a little.
func (g *generator) odds(r *racing.Race, strength []int) {
	total := 0
	for i := range strength {
		if !r.Runners[i].NonRunner {
			total += strength[i]
		}
	}
	for i := range strength {
		if r.Runners[i].NonRunner {
			continue
		}
		fair := total * 85 / strength[i]
		r.Runners[i].ReferenceOdds = steps(fair)
		r.Runners[i].LastOdds = steps(fair * g.dice.between(80, 125) / 100)
	}
}

// steps rounds hundredths down to tenths, 1.10 at least.
func steps(hundredths int) tote.Dividend { return tote.Dividend(max(hundredths/10*10, 110)) }

// finish draws the arrival, stronger horses first more often, and what
// happened to the others.
func (g *generator) finish(r *racing.Race, k kind, strength []int) {
	left := r.Declared().Without(r.NonRunners())
	if n := r.NonRunners(); n != 0 {
		r.Incidents = append(r.Incidents, racing.Incident{Kind: racing.IncidentNonRunner, Horses: n})
	}
	left = left.Without(g.incidents(r, k, left))
	for left != 0 {
		h := g.draw(left, strength)
		r.Arrival = append(r.Arrival, []tote.Horse{h})
		left = left.Without(tote.SetOf(h))
	}
	if r.ID == deadHeatRace {
		r.Arrival[1] = append(r.Arrival[1], r.Arrival[2]...)
		r.Arrival = append(r.Arrival[:2], r.Arrival[3:]...)
	}
	rank := tote.PlacesOf(r.Arrival)
	for i := range r.Runners {
		runner := &r.Runners[i]
		runner.Place = int(rank[runner.Number])
		if runner.Place > 0 {
			runner.TimeMillis = r.DurationMillis + int64(runner.Place-1)*180
		}
	}
}

// incidents takes out up to two horses in the way of the discipline, and keeps
// enough for every bet on sale.
func (g *generator) incidents(r *racing.Race, k kind, ran tote.HorseSet) tote.HorseSet {
	kinds := map[racing.Speciality][]racing.IncidentKind{
		racing.SpecialityHarness: {racing.IncidentBrokeGait},
		racing.SpecialityFlat:    {racing.IncidentPulledUp},
		racing.SpecialityJumps:   {racing.IncidentFell, racing.IncidentPulledUp},
	}[k.speciality]
	many := g.dice.below(3)
	if k.speciality == racing.SpecialityFlat {
		many /= 2 // rare on the flat
	}
	var out tote.HorseSet
	for i := range many {
		horse := pick(&g.dice, ran.Without(out).Slice())
		out = out.With(horse)
		what := kinds[i%len(kinds)]
		if n := len(r.Incidents); n > 0 && r.Incidents[n-1].Kind == what {
			r.Incidents[n-1].Horses = r.Incidents[n-1].Horses.With(horse)
			continue
		}
		r.Incidents = append(r.Incidents, racing.Incident{Kind: what, Horses: tote.SetOf(horse)})
	}
	return out
}

// draw picks one of the horses with a chance in proportion to its strength.
func (g *generator) draw(from tote.HorseSet, strength []int) tote.Horse {
	total := 0
	for h := range from.All {
		total += strength[h-1]
	}
	at := g.dice.below(total)
	for h := range from.All {
		if at -= strength[h-1]; at < 0 {
			return h
		}
	}
	panic("the strengths do not add up")
}

// super4Most is the largest field that has a Super4, which then shares the pool of
// the Trio.
const super4Most = 9

// offers lists the bets the size of the field allows, online and in shops.
func offers(r *racing.Race) []racing.Offer {
	type bet struct {
		code           tote.BetCode
		online, retail tote.Money
		horses, least  int
		ordered        bool
		flexi, risk    []int
	}
	bets := []bet{
		{"SIMPLE_GAGNANT", 100, 200, 1, 2, false, nil, nil},
		{"SIMPLE_PLACE", 100, 200, 1, 4, false, nil, nil},
		{"COUPLE_GAGNANT", 100, 200, 2, 8, false, []int{50}, nil},
		{"COUPLE_PLACE", 100, 200, 2, 8, false, []int{50}, nil},
		{"TRIO", 100, 200, 3, 8, false, []int{50}, nil},
		{"DEUX_SUR_QUATRE", 300, 300, 2, 10, false, []int{25, 50}, nil},
		{"MULTI", 300, 300, 4, 14, false, []int{25, 50}, []int{4, 5, 6, 7}},
	}
	if r.Announced <= super4Most {
		bets = append(bets, bet{"SUPER_QUATRE", 100, 100, 4, 8, true, []int{50}, nil})
	}
	if r.ID == quinteRace {
		bets = append(bets,
			bet{"TIERCE", 100, 100, 3, 14, true, []int{50}, nil},
			bet{"QUARTE_PLUS", 150, 150, 4, 14, true, []int{50}, nil},
			bet{"QUINTE_PLUS", 200, 200, 5, 14, true, []int{25, 50}, nil})
	}
	var list []racing.Offer
	for _, b := range bets {
		if r.Announced < b.least {
			continue
		}
		o := racing.Offer{
			Code: "E_" + b.code, BaseStake: b.online, MaxStake: 30_000_00, FlexiPercent: b.flexi, RiskValues: b.risk,
			Horses: b.horses, Ordered: b.ordered, Combined: true, Complement: b.horses > 1 && b.risk == nil, Spot: true,
			Audience: racing.National, Paying: true, Reportable: b.horses <= 2,
		}
		if b.code == "QUINTE_PLUS" {
			o.CarryOver = 50_000_00
		}
		list = append(list, o)
		o.Code, o.BaseStake, o.MaxStake = b.code, b.retail, 0
		list = append(list, o)
	}
	list = append(list, racing.Offer{
		Code: "E_REPORT_PLUS", BaseStake: 100, MaxStake: 1000_00, Horses: 1, Audience: racing.National, Paying: true,
	})
	return list
}
