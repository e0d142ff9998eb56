package racing

import (
	"slices"
	"time"

	"opentote/tote"
)

// Clone returns a copy that shares no memory with p.
func (p *Programme) Clone() *Programme {
	clone := &Programme{Day: p.Day, Meetings: slices.Clone(p.Meetings)}
	for i := range clone.Meetings {
		m := &clone.Meetings[i]
		if m.Weather != nil {
			weather := *m.Weather
			m.Weather = &weather
		}
		m.Races = slices.Clone(m.Races)
		for j := range m.Races {
			r := &m.Races[j]
			r.Runners = slices.Clone(r.Runners)
			r.Incidents = slices.Clone(r.Incidents)
			r.Arrival = cloneArrival(r.Arrival)
			r.Offers = slices.Clone(r.Offers)
			for k := range r.Offers {
				r.Offers[k].FlexiPercent = slices.Clone(r.Offers[k].FlexiPercent)
				r.Offers[k].RiskValues = slices.Clone(r.Offers[k].RiskValues)
			}
		}
	}
	return clone
}

// Shift returns a copy moved to another day: races keep their hour on their
// meeting's clock and get the ids of the new day. The clock's offset is kept,
// also across a change to or from summer time.
func (p *Programme) Shift(day tote.Day) *Programme {
	days := timeOf(day, time.UTC).Sub(timeOf(p.Day, time.UTC))
	moved := p.Clone()
	moved.redate(day, days)
	return moved
}

// StartAt returns a copy whose earliest race starts at first, the others as
// long after it as before. The day and every meeting's clock become those of
// first's location. A programme without races is only cloned.
func (p *Programme) StartAt(first time.Time) *Programme {
	moved := p.Clone()
	var earliest time.Time
	for r := range moved.Races {
		if earliest.IsZero() || r.Start.Before(earliest) {
			earliest = r.Start
		}
	}
	if earliest.IsZero() {
		return moved
	}
	// Files and clocks count whole minutes from Greenwich, starts milliseconds.
	_, seconds := first.Zone()
	offset := (time.Duration(seconds) * time.Second).Truncate(time.Minute)
	for i := range moved.Meetings {
		moved.Meetings[i].UTCOffset = offset
	}
	first = first.Truncate(time.Millisecond).In(zone(offset))
	moved.redate(dayOf(first), first.Sub(earliest))
	return moved
}

func (p *Programme) redate(day tote.Day, by time.Duration) {
	p.Day = day
	for i := range p.Meetings {
		m := &p.Meetings[i]
		for j := range m.Races {
			r := &m.Races[j]
			r.ID = tote.RaceOf(day, m.Number, r.Number)
			r.Start = r.Start.Add(by).In(zone(m.UTCOffset))
		}
	}
}

// BeforeRacing returns a copy as the file would have been in the morning: no
// arrival, times or comments, every race that was not cancelled scheduled and
// every offer with a stake on sale. Incidents but the non-runners are gone.
func (p *Programme) BeforeRacing() *Programme {
	morning := p.Clone()
	for i := range morning.Meetings {
		if morning.Meetings[i].Status == MeetingOver {
			morning.Meetings[i].Status = MeetingScheduled
		}
	}
	for r := range morning.Races {
		if r.Status == StatusCancelled {
			continue
		}
		r.Status = StatusScheduled
		r.Arrival, r.ArrivalOfficial, r.DurationMillis = nil, false, 0
		r.Inquiry, r.InquiryOutcome = "", ""
		r.Incidents = slices.DeleteFunc(r.Incidents, func(i Incident) bool { return i.Kind != IncidentNonRunner })
		if len(r.Incidents) == 0 {
			r.Incidents = nil
		}
		for j := range r.Runners {
			runner := &r.Runners[j]
			runner.Place, runner.TimeMillis, runner.Margin, runner.Comment = 0, 0, "", ""
			runner.LastOdds = 0
		}
		for j := range r.Offers {
			r.Offers[j].OnSale, r.Offers[j].Paying = r.Offers[j].Sellable(), false
		}
	}
	return morning
}
