package tote

import "fmt"

// Day is a calendar day at the racecourses' operator, written as a number:
// 23 November 2025 is 20251123.
type Day uint32

// Valid reports whether the number has the shape of a day. It does not know
// the length of months.
func (d Day) Valid() bool {
	year, month, day := d/10000, d/100%100, d%100
	return year >= 1900 && year <= 2999 && month >= 1 && month <= 12 && day >= 1 && day <= 31
}

// String writes the day as in ISO 8601: "2025-11-23".
func (d Day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100) }

// RaceID names a race for ever: day, meeting ("réunion") and race ("course")
// as one readable number. Race 6 of meeting 1 on 23 November 2025 is
// 202511230106.
type RaceID uint64

// RaceOf returns the id of a race. Meeting and race are 1 to 99.
func RaceOf(d Day, meeting, race int) RaceID {
	return RaceID(d)*10000 + RaceID(meeting)*100 + RaceID(race)
}

// Day returns the race's day.
func (id RaceID) Day() Day { return Day(id / 10000) }

// Meeting returns the meeting's number on its day.
func (id RaceID) Meeting() int { return int(id / 100 % 100) }

// Number returns the race's number in its meeting.
func (id RaceID) Number() int { return int(id % 100) }

// Valid reports whether the id has a valid day, meeting and race number.
func (id RaceID) Valid() bool {
	return id < 1e12 && id.Day().Valid() && id.Meeting() > 0 && id.Number() > 0
}

// String writes the id as people say it: "2025-11-23 R1C6".
func (id RaceID) String() string {
	return fmt.Sprintf("%s R%dC%d", id.Day(), id.Meeting(), id.Number())
}
