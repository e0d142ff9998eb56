package main

import (
	"fmt"
	"strings"
	"time"

	"opentote/racing"
	"opentote/tote"
)

// The day is a Saturday in summer time. One race starts every ten minutes, the
// meetings taking turns.
const (
	date   = tote.Day(20260905)
	offset = 2 * time.Hour
	every  = 10 * time.Minute
	hour   = 14
)

// meetingPlan is what is decided by hand about a meeting.
type meetingPlan struct {
	code, name string
	kind       kind
	fields     []int // runners by race
}

// kind of racing, with the letter of its form figures.
type kind struct {
	discipline racing.Discipline
	speciality racing.Speciality
	letter     string
	breed      string
	distances  []int
}

var (
	trot = kind{racing.Harness, racing.SpecialityHarness, "a", "TROTTEUR FRANCAIS", []int{2100, 2650, 2700, 2850}}
	flat = kind{racing.Flat, racing.SpecialityFlat, "p", "PUR-SANG", []int{1200, 1600, 2000, 2400}}
	jump = kind{racing.Hurdles, racing.SpecialityJumps, "h", "AQPS", []int{3400, 3500, 3600, 3900}}

	plan = []meetingPlan{
		{"VLB", "VALBRUME", trot, []int{14, 16, 12, 10}},
		{"RAG", "ROCHE-ARGENT", flat, []int{9, 12, 18, 11}},
		{"TRE", "TROIS-ETANGS", jump, []int{8, 13, 15, 10}},
	}
)

// The particular cases of the day, one of each.
var (
	nonRunnerRace, nonRunner = tote.RaceOf(date, 2, 3), tote.Horse(5)
	deadHeatRace             = tote.RaceOf(date, 1, 3) // for second place
	stableRace               = tote.RaceOf(date, 2, 2)
	stable                   = tote.SetOf(3, 8)
	quinteRace               = tote.RaceOf(date, 1, 2)
)

type generator struct {
	dice  dice
	taken map[string]bool
}

// day invents the whole day.
func day() *racing.Programme {
	g := &generator{dice: 1891, taken: map[string]bool{}} // the year pari-mutuel became law in France
	p := &racing.Programme{Day: date}
	clock := time.FixedZone("", int(offset/time.Second))
	first := time.Date(int(date/10000), time.Month(date/100%100), int(date%100), hour, 0, 0, 0, clock)
	for i, mp := range plan {
		m := racing.Meeting{
			Number: i + 1, ExternalNumber: i + 1, UTCOffset: offset,
			Racecourse: racing.Racecourse{Code: mp.code, Name: mp.name, LongName: "HIPPODROME DE " + mp.name},
			Country:    racing.Country{Code: "FRA", Name: "FRANCE"},
			Nature:     racing.Daytime, Audience: racing.National, Status: racing.MeetingOver,
			Weather: &racing.Weather{
				Sky: "Peu Nuageux", TemperatureCelsius: g.dice.between(17, 24), WindKmh: g.dice.between(5, 25), WindFrom: "SO",
			},
		}
		for j, runners := range mp.fields {
			start := first.Add(time.Duration(j*len(plan)+i) * every)
			m.Races = append(m.Races, g.race(tote.RaceOf(date, i+1, j+1), start, mp.kind, runners))
		}
		p.Meetings = append(p.Meetings, m)
	}
	return p
}

func (g *generator) race(id tote.RaceID, start time.Time, k kind, runners int) racing.Race {
	prize := int64(g.dice.between(18, 60)) * 1000
	short := strings.ToUpper(pick(&g.dice, openings) + pick(&g.dice, endings))
	r := racing.Race{
		ID: id, Number: id.Number(), Name: "PRIX " + of(short) + short, ShortName: short, Start: start,
		DistanceMetres: k.distances[(id.Number()-1)%len(k.distances)], Discipline: k.discipline, Speciality: k.speciality,
		Category: "COURSE_A_CONDITIONS", AgeCondition: "QUATRE_ANS_ET_PLUS", SexCondition: "TOUS_CHEVAUX",
		Course: fmt.Sprintf("PISTE NO %d", id.Meeting()), Rail: pick(&g.dice, []string{"CORDE_GAUCHE", "CORDE_DROITE"}),
		Going: pick(&g.dice, []string{"Bon", "Bon souple", "Souple"}), PrizeEuros: prize,
		PursesEuros: [5]int64{prize * 45 / 100, prize / 4, prize * 15 / 100, prize / 10, prize / 20},
		Conditions:  fmt.Sprintf("Pour chevaux de 4 ans et plus. Course inventée pour la démonstration, %d partants.", runners),
		Status:      racing.StatusOfficialComplete, ArrivalOfficial: true, Announced: runners,
		DurationMillis: int64(k.distances[(id.Number()-1)%len(k.distances)]) * int64(g.dice.between(62, 76)),
	}
	strength := make([]int, runners)
	for i := range strength {
		s := g.dice.between(2, 14)
		strength[i] = s * s // a few clear favourites, many outsiders
	}
	for i := range runners {
		r.Runners = append(r.Runners, g.runner(&r, tote.Horse(i+1), k))
	}
	g.odds(&r, strength)
	g.finish(&r, k, strength)
	r.Offers = offers(&r)
	return r
}

func (g *generator) runner(r *racing.Race, h tote.Horse, k kind) racing.Runner {
	starts := g.dice.between(6, 40)
	wins := g.dice.between(0, starts/4)
	runner := racing.Runner{
		Number: h, Name: g.horseName(), Breed: k.breed, Sex: pick(&g.dice, []racing.Sex{racing.Male, racing.Female, racing.Gelding}),
		AgeYears: g.dice.between(4, 9), Coat: pick(&g.dice, coats), Country: "France",
		Jockey: g.person(), Trainer: g.person(), Owner: g.owner(), Breeder: g.owner(),
		Form: g.form(k.letter), Silks: g.silks(), Blinkers: racing.NoBlinkers,
		Starts: starts, Wins: wins, Placings: g.dice.between(wins, starts/2),
	}
	runner.Sire, runner.Dam = g.horseName(), g.horseName()
	runner.HorseID = runner.Name + "-" + runner.Dam + "-" + runner.Sire
	runner.CareerCents = int64(wins*g.dice.between(8, 20)+starts) * 100_000
	runner.YearCents = runner.CareerCents / int64(g.dice.between(2, 6))
	switch k.speciality {
	case racing.SpecialityHarness:
		runner.DistanceMetres = r.DistanceMetres
		runner.Shoeing = pick(&g.dice, []racing.Shoeing{"", racing.BareAll, racing.BareHind, racing.PlatedFore})
		runner.TrainerSay = pick(&g.dice, []racing.TrainerSay{racing.Neutral, racing.Neutral, racing.Confident, racing.Unconfident})
	default:
		runner.WeightTenthsKg = g.dice.between(530, 720)
		runner.Blinkers = pick(&g.dice, []racing.Blinkers{racing.NoBlinkers, racing.NoBlinkers, racing.ClassicBlinkers})
	}
	if k.speciality == racing.SpecialityFlat {
		runner.DrawPosition = int(h)%r.Announced + 1
	}
	if r.ID == nonRunnerRace && h == nonRunner {
		runner.NonRunner = true
	}
	if r.ID == stableRace && stable.Has(h) {
		runner.Stable, runner.Owner = "A", "Écurie Jumelle"
	}
	return runner
}
