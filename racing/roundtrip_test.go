package racing

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
)

// failer is what testing's and rapid's T have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// wantRoundTrip checks that p survives Encode and Import.
func wantRoundTrip(t failer, p *Programme) {
	t.Helper()
	var programme, participants bytes.Buffer
	if err := Encode(&programme, &participants, p); err != nil {
		t.Fatalf("encode: %v", err)
	}
	got, _, err := Import(Source{Name: "a", Reader: &participants}, Source{Name: "b", Reader: &programme})
	if err != nil {
		t.Fatalf("import of what was encoded: %v", err)
	}
	if diff := cmp.Diff(p, got); diff != "" {
		t.Fatalf("Import(Encode(p)) differs (-want +got):\n%s", diff)
	}
}

func TestRoundTrip(t *testing.T) {
	programme, participants := small(t)
	p, _, err := importTexts(programme, participants)
	if err != nil {
		t.Fatal(err)
	}
	wantRoundTrip(t, p)
	rapid.Check(t, func(t *rapid.T) { wantRoundTrip(t, drawProgramme(t)) })
}

// drawProgramme draws a programme that satisfies what Import requires.
func drawProgramme(t *rapid.T) *Programme {
	day := tote.Day(20200000 + 100*rapid.IntRange(1, 12).Draw(t, "month") + rapid.IntRange(1, 28).Draw(t, "day"))
	p := &Programme{Day: day}
	for i := range rapid.IntRange(1, 3).Draw(t, "meetings") {
		m := Meeting{
			Number: 3*i + 1, ExternalNumber: rapid.IntRange(0, 20).Draw(t, "external"),
			UTCOffset:  time.Duration(rapid.IntRange(-24, 24).Draw(t, "offset")) * 30 * time.Minute,
			Racecourse: Racecourse{drawText(t), drawText(t), drawText(t)}, Country: Country{drawText(t), drawText(t)},
			Nature: Nature(drawText(t)), Audience: Audience(drawText(t)), Status: MeetingStatus(drawText(t)),
			Races: []Race{},
		}
		if rapid.Bool().Draw(t, "forecast") {
			m.Weather = &Weather{drawText(t), rapid.IntRange(-30, 50).Draw(t, "degrees"), 3, drawText(t)}
		}
		for j := range rapid.IntRange(0, 3).Draw(t, "races") {
			m.Races = append(m.Races, drawRace(t, day, m.Number, 2*j+1, m.UTCOffset))
		}
		p.Meetings = append(p.Meetings, m)
	}
	return p
}

var textDrawn = rapid.OneOf(rapid.Just(""), rapid.StringN(0, 20, -1))

func drawText(t *rapid.T) string { return cleanText(textDrawn.Draw(t, "text")) }

func drawRace(t *rapid.T, day tote.Day, meeting, number int, offset time.Duration) Race {
	midnight := timeOf(day, zone(offset))
	r := Race{
		ID: tote.RaceOf(day, meeting, number), Number: number, Name: drawText(t), ShortName: drawText(t),
		Start:          midnight.Add(time.Duration(rapid.IntRange(0, 36*3600*1000-1).Draw(t, "start")) * time.Millisecond),
		DistanceMetres: rapid.IntRange(0, 9000).Draw(t, "distance"), Discipline: Discipline(drawText(t)),
		Speciality: Speciality(drawText(t)), Category: drawText(t), AgeCondition: drawText(t), SexCondition: drawText(t),
		Course: drawText(t), Rail: drawText(t), Surface: drawText(t), Going: drawText(t), Conditions: drawText(t),
		PrizeEuros: rapid.Int64Range(0, 1e9).Draw(t, "prize"), PursesEuros: [5]int64{5, 4, 0, 2, 1},
		Status:     rapid.SampledFrom([]Status{StatusScheduled, StatusCancelled, StatusOver, "NEUF"}).Draw(t, "status"),
		OnlineOnly: rapid.Bool().Draw(t, "online"), Inquiry: drawText(t), InquiryOutcome: drawText(t),
		Announced:      rapid.IntRange(0, int(tote.MaxHorse)).Draw(t, "announced"),
		DurationMillis: rapid.Int64Range(0, 1e6).Draw(t, "duration"),
	}
	seen := map[tote.BetCode]bool{}
	for range rapid.IntRange(0, 4).Draw(t, "offers") {
		if o := drawOffer(t); !seen[o.Code] {
			seen[o.Code] = true
			r.Offers = append(r.Offers, o)
		}
	}
	numbers := rapid.SliceOfNDistinct(rapid.IntRange(1, int(tote.MaxHorse)), 0, 8, rapid.ID[int]).Draw(t, "numbers")
	for h := range drawnSet(numbers).All {
		r.Runners = append(r.Runners, drawRunner(t, h))
	}
	drawFinish(t, &r, numbers)
	return r
}

func drawnSet(numbers []int) tote.HorseSet {
	var s tote.HorseSet
	for _, n := range numbers {
		s = s.With(tote.Horse(n))
	}
	return s
}

// drawFinish gives the runners, in the drawn order, to the arrival, the
// non-runners and the incidents.
func drawFinish(t *rapid.T, r *Race, numbers []int) {
	tie := false
	for _, n := range numbers {
		h := tote.Horse(n)
		switch rapid.IntRange(0, 5).Draw(t, "end") {
		case 0:
			r.Runner(h).NonRunner = true
			r.addIncident(IncidentNonRunner, h)
		case 1:
			r.Runner(h).NonRunner = true
		case 2:
			r.addIncident(IncidentFell, h)
		default:
			if r.Status == StatusCancelled {
				continue
			}
			if tie && len(r.Arrival) > 0 {
				r.Arrival[len(r.Arrival)-1] = append(r.Arrival[len(r.Arrival)-1], h)
			} else {
				r.Arrival = append(r.Arrival, []tote.Horse{h})
			}
			tie = rapid.Bool().Draw(t, "tie")
		}
	}
	r.ArrivalOfficial = len(r.Arrival) > 0 && rapid.Bool().Draw(t, "official")
	rank := tote.PlacesOf(r.Arrival)
	for i := range r.Runners {
		r.Runners[i].Place = int(rank[r.Runners[i].Number])
	}
}

func drawRunner(t *rapid.T, h tote.Horse) Runner {
	return Runner{
		Number: h, Name: drawText(t), HorseID: drawText(t), Sex: Sex(drawText(t)), AgeYears: rapid.IntRange(0, 20).Draw(t, "age"),
		Coat: drawText(t), Sire: drawText(t), Jockey: drawText(t), Trainer: drawText(t), Owner: drawText(t),
		Form: drawText(t), Silks: drawText(t), SilksURL: drawText(t), Shoeing: Shoeing(drawText(t)),
		Stable:       rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "stable"),
		DrawPosition: rapid.IntRange(0, 40).Draw(t, "stall"), WeightTenthsKg: rapid.IntRange(0, 800).Draw(t, "weight"),
		Rating:        rapid.Int64Range(0, 1e5).Draw(t, "rating"),
		CareerCents:   rapid.Int64Range(0, 1e12).Draw(t, "career"),
		ReferenceOdds: tote.Dividend(rapid.Int64Range(0, 1e6).Draw(t, "odds")),
		LastOdds:      tote.Dividend(rapid.Int64Range(0, 1e6).Draw(t, "odds")),
		Margin:        drawText(t), Comment: drawText(t), NewJockey: rapid.Bool().Draw(t, "new"),
	}
}

func drawOffer(t *rapid.T) Offer {
	o := Offer{
		Code: rapid.SampledFrom([]tote.BetCode{
			"TRIO", "E_TRIO", "E_SIMPLE_PLACE", "COUPLE_ORDRE_INTERNATIONAL", "REPORT_PLUS", "X_1",
		}).Draw(t, "code"),
		Horses: rapid.IntRange(1, 5).Draw(t, "horses"), Ordered: rapid.Bool().Draw(t, "ordered"),
		Complement: rapid.Bool().Draw(t, "complement"), OnSale: rapid.Bool().Draw(t, "sale"), PoolID: drawText(t),
		CarryOver: tote.Money(rapid.Int64Range(0, carryOverMaxEuro).Draw(t, "carry-over")) * 100, Audience: Audience(drawText(t)),
	}
	if o.Code != reportPlus {
		o.BaseStake = tote.Money(rapid.Int64Range(1, baseStakeMax).Draw(t, "stake"))
		o.MaxStake = tote.Money(rapid.Int64Range(baseStakeMax, int64(tote.MaxStake)).Draw(t, "most"))
		o.FlexiPercent = rapid.SampledFrom([][]int{nil, {50}, {25, 50}}).Draw(t, "flexi")
	}
	return o
}

func TestHundredths(t *testing.T) {
	tests := []struct {
		text string
		want hundredths
		ok   bool
		out  string
	}{
		{"5.2", 520, true, "5.2"}, {"12", 1200, true, "12"}, {"1.10", 110, true, "1.1"}, {"0.05", 5, true, "0.05"},
		{"4.000", 400, true, "4"}, {"100", 10000, true, "100"}, {"1.234", 0, false, ""}, {"-1", 0, false, ""},
		{"1e2", 0, false, ""}, {"1.5e1", 0, false, ""}, {"9999999999999", 0, false, ""}, {"", 0, true, "0"},
	}
	for _, test := range tests {
		got, ok := parseHundredths(test.text)
		if got != test.want || ok != test.ok {
			t.Errorf("parseHundredths(%q): got %d %v, want %d %v", test.text, got, ok, test.want, test.ok)
		}
		if !test.ok {
			continue
		}
		if text, err := got.MarshalJSON(); err != nil || string(text) != test.out {
			t.Errorf("%d: got %s %v, want %s", got, text, err, test.out)
		}
	}
}

func ExampleReport_String() {
	rep := Report{Day: 20260905, Meetings: 1, Races: 2, Warnings: []Warning{{"R1C2", `unknown field "xyz"`, 3}}}
	fmt.Print(&rep)
	// Output:
	// Programme of 2026-09-05
	//   meetings                                        1
	//   races                                           2
	//   runners                                         0
	//   offers                                          0
	//   non-runners                                     0
	//   coupled stables                                 0
	//   races with a dead heat                          0
	//   cancelled races                                 0
	//   races without arrival                           0
	// Warnings:
	//   R1C2: unknown field "xyz" (3 times)
}
