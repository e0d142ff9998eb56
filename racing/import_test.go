package racing

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"opentote/tote"
)

// small returns the two invented documents of testdata: one meeting, two
// races, of which the first has everything.
func small(tb testing.TB) (programme, participants string) {
	tb.Helper()
	a, err := os.ReadFile(filepath.Join("testdata", "programme.json"))
	if err != nil {
		tb.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join("testdata", "participants.json"))
	if err != nil {
		tb.Fatal(err)
	}
	return string(a), string(b)
}

func importTexts(programme, participants string) (*Programme, *Report, error) {
	return Import(
		Source{Name: "prog.json", Reader: strings.NewReader(programme)},
		Source{Name: "part.json", Reader: strings.NewReader(participants)},
	)
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, text)
	w.Close()
	return b.String()
}

func TestImportSmallDay(t *testing.T) {
	programme, participants := small(t)
	p, rep, err := importTexts(programme, zipped(participants))
	if err != nil {
		t.Fatal(err)
	}
	clock := time.FixedZone("", 2*60*60)
	want := Race{
		ID: 202609050101, Number: 1, Name: "PRIX DE TAVLUNE", ShortName: "TAVLUNE",
		Start:          time.Date(2026, 9, 5, 14, 0, 0, 0, clock),
		DistanceMetres: 2100, Discipline: Harness, Speciality: SpecialityHarness, Category: "AUTOSTART",
		SexCondition: "TOUS_CHEVAUX", Rail: "CORDE_GAUCHE", Conditions: "Course\nA.",
		PrizeEuros: 20000, PursesEuros: [5]int64{9000}, Status: StatusOfficialComplete, Announced: 5,
		Runners: []Runner{
			{
				Number: 1, Name: "BRABRAC", Sex: Gelding, AgeYears: 5, Blinkers: NoBlinkers, Stable: "A", Place: 2,
				SilksURL: "https://silks.invalid/05092026/R1/C1/P1.png", Shoeing: BareHind,
				CareerCents: 10_500_00, YearCents: 500_00, Rating: 65_50, LastOdds: 400, ReferenceOdds: 520,
			},
			{Number: 2, Name: "CORQUINE", Stable: "A", Place: 2},
			{Number: 3, Name: "DELTOMBE", Stable: "B", NonRunner: true},
			{Number: 4, Name: "ELBELUNE", Coat: "BAI", Place: 1},
			{Number: 5, Name: "FAUVIGNE"},
		},
		Offers: []Offer{
			{
				Code: "E_SIMPLE_GAGNANT", BaseStake: 100, MaxStake: 30_000_00, Horses: 1, Combined: true, Spot: true,
				Audience: National, CarryOver: 4_000_00, Reportable: true, PoolID: "p1",
			},
			{
				Code: "MULTI", BaseStake: 300, FlexiPercent: []int{25, 50}, RiskValues: []int{4, 5, 6, 7}, Horses: 4,
				Combined: true, Audience: Local, OnSale: true, Paying: true,
			},
			{Code: "REPORT_PLUS", Horses: 1},
		},
		Incidents: []Incident{{IncidentNonRunner, tote.SetOf(3)}, {IncidentBrokeGait, tote.SetOf(5)}},
		Arrival:   [][]tote.Horse{{4}, {1, 2}}, ArrivalOfficial: true, DurationMillis: 151200,
	}
	if diff := cmp.Diff(want, *p.Race(202609050101)); diff != "" {
		t.Errorf("race differs (-want +got):\n%s", diff)
	}
	meeting := p.Meetings[0]
	meeting.Races = nil
	wantMeeting := Meeting{
		Number: 1, ExternalNumber: 4, Racecourse: Racecourse{"VLB", "VALBRUME", "HIPPODROME DE VALBRUME"},
		Country: Country{"FRA", "FRANCE"}, UTCOffset: 2 * time.Hour, Nature: Daytime, Audience: National,
		Status: MeetingScheduled, Weather: &Weather{"Couvert", -2, 12, "NE"},
	}
	if diff := cmp.Diff(wantMeeting, meeting); diff != "" {
		t.Errorf("meeting differs (-want +got):\n%s", diff)
	}
	wantReport := &Report{
		Day: 20260905, Meetings: 1, Races: 2, Runners: 7, Offers: 3, NonRunners: 1, Stables: 1, DeadHeats: 1, WithoutArrival: 1,
		Warnings: []Warning{{"R1C1", "a stable has one runner only: it couples nothing", 1}},
	}
	if diff := cmp.Diff(wantReport, rep); diff != "" {
		t.Errorf("report differs (-want +got):\n%s", diff)
	}
}

// TestTolerated changes the small day where nothing hangs on it and expects
// a warning, or none.
func TestTolerated(t *testing.T) {
	lone := "R1C1: a stable has one runner only: it couples nothing"
	tests := []struct {
		name     string
		old, new string // in either document
		want     []string
	}{
		{"unknown race field", `"libelle": "PRIX DE T`, `"xyz": {"a": [1]}, "libelle": "PRIX DE T`, []string{`R1C1: unknown field "xyz"`, lone}},
		{"unknown field often", `"ordre": false`, `"ordre": false, "neu": 1`, []string{`R1C1: unknown field "paris.neu" (3 times)`, lone}},
		{"unknown meeting field", `"numExterne": 4`, `"numExterne": 4, "x y": null`, []string{`R1: unknown field "x y"`, lone}},
		{"unknown top field", `"timezoneOffset": 7200000, "reunions"`, `"foo": 1, "timezoneOffset": 7200000, "reunions"`, []string{`prog.json: unknown field "foo"`, lone}},
		{"unknown runner field", `"nom": "JOUGRIME"`, `"nom": "JOUGRIME", "bar": ""`, []string{`R1C2: unknown field "participants.bar"`, lone}},
		{"other case", `"numExterne": 4`, `"NumExterne": 4`, []string{`R1: unknown field "NumExterne"`, lone}},
		{"unknown discipline", `"ATTELE"`, `"JOUTE"`, []string{`R1C1: unknown discipline "JOUTE"`, lone}},
		{"unknown status", `"statut": "PROGRAMMEE", "paris"`, `"statut": "A_VENIR", "paris"`, []string{`R1C2: unknown status "A_VENIR"`, lone}},
		{"unknown bet", `"REPORT_PLUS"`, `"E_NOUVEAU"`, []string{`R1C1: unknown bet "E_NOUVEAU"`, "R1C1: bet E_NOUVEAU has no base stake", lone}},
		{"unknown sex", `"HONGRES"`, `"MULET"`, []string{`R1C1: unknown sex "MULET"`, lone}},
		{"odds too fine", `"rapport": 5.2`, `"rapport": 5.123`, []string{`R1C1: "participants.dernierRapportReference.rapport" is no decimal with two places: left out`, lone}},
		{"no warning for null", `"age": 5`, `"age": null`, []string{lone}},
		{"stables in the race", `"ecuries": []`, `"ecuries": [{"a": 1}]`, []string{`R1C1: field "ecuries" is not empty and is not read`, lone}},
		{"carry-over differs", `"montant": 4000`, `"montant": 5000`, []string{"R1C1: a carry-over differs between offer and race: the offer's is used", lone}},
		{"type and code differ", `"typePari": "MULTI"`, `"typePari": "MULTO"`, []string{"R1C1: typePari and codePari differ: codePari is used", lone}},
		{"late scratch", `"type": "DISQUALIFIE_POUR_ALLURE_IRREGULIERE"`, `"type": "NON_PARTANT"`, []string{"R1C1: a runner's status is PARTANT, an incident says NON_PARTANT: it is a non-runner", lone}},
		{"announced differs", `"nombreDeclaresPartants": 5`, `"nombreDeclaresPartants": 6`, []string{"R1C1: the programme announces another number of runners than there are", lone}},
		{"places complete", `[[4], [1, 2]]`, `[[4]]`, []string{lone, "R1C1: the arrival was completed from the runners' places"}},
		{"places alone", `"ordreArrivee": [[4], [1, 2]],`, ``, []string{lone, "R1C1: the arrival was completed from the runners' places"}},
		{"places disagree", `[[4], [1, 2]]`, `[[1], [4, 2]]`, []string{lone, "R1C1: the runners' places disagree with the arrival: the arrival is used"}},
		{"places with a gap", `"ordreArrivee": 1`, `"ordreArrivee": 9`, []string{lone, "R1C1: the runners' places are no order of finish: not used"}},
		{"absurd place", `"ordreArrivee": 1`, `"ordreArrivee": 99`, []string{"R1C1: a runner's ordreArrivee is no place", lone, "R1C1: the runners' places are no order of finish: not used"}},
		{"cancelled with arrival", `"ARRIVEE_DEFINITIVE_COMPLETE"`, `"COURSE_ANNULEE"`, []string{"R1C1: a cancelled race has an arrival: left out", lone}},
		{"other zone", `"numOrdre": 2,`, `"numOrdre": 2, "timezoneOffset": 0,`, []string{"R1C2: the race's timezoneOffset is not its meeting's: the meeting's is used", lone}},
		{"byte order mark", `{"programme": {`, "\ufeff" + `{"programme": {`, []string{lone}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			programme, participants := small(t)
			if !strings.Contains(programme+participants, test.old) {
				t.Fatalf("testdata has no %s", test.old)
			}
			replace := strings.NewReplacer(test.old, test.new)
			_, rep, err := importTexts(replace.Replace(programme), replace.Replace(participants))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, w := range rep.Warnings {
				got = append(got, w.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("warnings differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestProgrammeAlone(t *testing.T) {
	programme, _ := small(t)
	p, rep, err := Import(Source{Name: "prog.json", Reader: strings.NewReader(programme)})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := rep.WithoutRunners, 2; got != want {
		t.Errorf("races without runners: got %d, want %d", got, want)
	}
	for r := range p.Races {
		if _, ok := r.Result(); ok || r.Sellable() || len(r.Runners) > 0 {
			t.Errorf("%s: sellable or settled without runners", r.ID)
		}
	}
	if got, want := rep.Warnings[0].String(), "R1C1: no runners are known: the race cannot be sold (2 times)"; got != want {
		t.Errorf("warning: got %q, want %q", got, want)
	}
}

// TestMatching gives one race's runners by each of the ways to tell the race.
func TestMatching(t *testing.T) {
	const runners = `{"participants": [{"nom": "GRIVAUX", "numPmu": 1, "statut": "PARTANT"URL}, {"nom": "JOUGRIME", "numPmu": 2, "statut": "PARTANT"}]}`
	plain := strings.Replace(runners, "URL", "", 1)
	silks := func(path string) string {
		return strings.Replace(runners, "URL", `, "urlCasaque": "https://silks.invalid/`+path+`"`, 1)
	}
	tests := []struct {
		name, text string
		race       tote.RaceID
		want       string // error
	}{
		{"told by the caller", plain, 202609050102, ""},
		{"told by nothing", plain, 0, "part.json: entry 1: cannot tell which race it is about"},
		{"caller is wrong", plain, 202609050103, "part.json: entry 1: no race 2026-09-05 R1C3 in the programme"},
		{"silks", silks("05092026/R1/C2/P1.png"), 0, ""},
		{"silks of another day", silks("06092026/R1/C2/P1.png"), 0, "part.json: entry 1: silks of day 06092026 in a programme of 05092026"},
		{"silks of another runner", silks("05092026/R1/C2/P7.png"), 0, "part.json: entry 1: runner 1 has the silks of number 7"},
		{"silks of no race", silks("05092026/R7/C2/P1.png"), 0, "part.json: entry 1: no race 2026-09-05 R7C2 in the programme"},
		{"numbered", `{"courses": [{"numReunion": 1, "numOrdre": 2, ` + plain[1:] + `]}`, 0, ""},
		{"badly numbered", `{"courses": [{"numReunion": 1, ` + plain[1:] + `]}`, 0, "part.json: entry 1: numOrdre 0 out of range 1..99"},
		{"by position", `{"courses": [{"participants": []}, ` + plain + `]}`, 0, ""},
		{"position of another size", `{"courses": [` + plain + `, {"participants": []}]}`, 0, "part.json: entry 1: 2 runners, but R1C1 in its place has 5"},
		{"position against silks", `{"courses": [` + silks("05092026/R1/C2/P1.png") + `, {"participants": []}]}`, 0, "part.json: entry 2: cannot tell which race it is about"},
		{"too few entries", `{"courses": [` + plain + `]}`, 0, "part.json: entry 1: cannot tell which race it is about"},
		{"twice", `{"courses": [` + silks("05092026/R1/C2/P1.png") + `, ` + silks("05092026/R1/C2/P1.png") + `]}`, 0, "part.json: R1C2: the runners come twice"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			programme, _ := small(t)
			p, _, err := Import(
				Source{Name: "part.json", Reader: strings.NewReader(test.text), Race: test.race},
				Source{Name: "prog.json", Reader: strings.NewReader(programme)},
			)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Fatalf("got error %q, want %q", got, test.want)
			}
			if err == nil && p.Race(202609050102).Declared() != tote.SetOf(1, 2) {
				t.Errorf("R1C2 has runners %v", p.Race(202609050102).Declared().Slice())
			}
		})
	}
}
