// Package racing holds a day's meetings, races, runners and official results,
// and reads and writes them in PMU's public programme format.
//
// A day comes as two JSON documents, each an object or a list of one object,
// plain or compressed with gzip:
//
//	programme     {"programme": {"date": ms, "timezoneOffset": ms, "reunions": [
//	                {"numOfficiel": 1, "hippodrome": {..}, "courses": [
//	                  {"numOrdre": 1, "heureDepart": ms, "ordreArrivee": [[4],[1,2]],
//	                   "paris": [{"codePari": "E_TRIO", "miseBase": 100, ..}], ..}]}]}}
//	participants  {"date": "DDMMYYYY", "courses": [{"participants": [
//	                {"numPmu": 1, "nom": "..", "statut": "PARTANT", ..}]}]}
//
// Units in the files: instants and offsets are milliseconds, stakes and
// earnings are cents, prizes and carry-overs are whole euros, weights are
// tenths of a kilogram, distances are metres. [Import] is strict about what
// money depends on and tolerant of the rest, which it reports.
package racing

import (
	"time"

	"opentote/tote"
)

// Programme is one day of racing.
type Programme struct {
	Day      tote.Day
	Meetings []Meeting // in increasing order of Number
}

// Meeting ("réunion") is a series of races at one racecourse on one day.
type Meeting struct {
	Number         int // official number, 1 to 99: the R of R1C6
	ExternalNumber int // number shown to partners; differs from Number on some days
	Racecourse     Racecourse
	Country        Country
	UTCOffset      time.Duration // of the clock the starts are announced on
	Nature         Nature
	Audience       Audience
	Status         MeetingStatus
	Weather        *Weather // nil when no forecast was given
	Races          []Race   // in increasing order of Number
}

// Racecourse ("hippodrome") is where a meeting is held.
type Racecourse struct {
	Code     string // three letters
	Name     string
	LongName string
}

// Country is where a racecourse or a horse comes from.
type Country struct {
	Code string // ISO 3166 alpha-3
	Name string
}

// Weather is the forecast for a meeting.
type Weather struct {
	Sky                string
	TemperatureCelsius int
	WindKmh            int
	WindFrom           string // compass point, in French: "SO" is south-west
}

// Race finds a race by id, or returns nil.
func (p *Programme) Race(id tote.RaceID) *Race {
	for i := range p.Meetings {
		for j := range p.Meetings[i].Races {
			if r := &p.Meetings[i].Races[j]; r.ID == id {
				return r
			}
		}
	}
	return nil
}

// Races yields the day's races by meeting and number. They may be changed in
// place.
func (p *Programme) Races(yield func(*Race) bool) {
	for i := range p.Meetings {
		for j := range p.Meetings[i].Races {
			if !yield(&p.Meetings[i].Races[j]) {
				return
			}
		}
	}
}
