package racing

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"opentote/tote"
)

// sharedDir returns the folder of PMU's real days, which is not part of the
// repository.
func sharedDir(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			tb.Skip("no go.mod above the test: cannot find the real days")
		}
		dir = parent
	}
	shared := filepath.Join(filepath.Dir(dir), "shared", "data", "pmu")
	if _, err := os.Stat(shared); err != nil {
		tb.Skipf("PMU's real days are not on this machine (%s)", shared)
	}
	return shared
}

// realDay returns the two files of a day as sources.
func realDay(tb testing.TB, dir, day string) []Source {
	tb.Helper()
	var sources []Source
	for _, name := range []string{"programme-" + day + ".json.gz", "participants-" + day + ".json.gz"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			tb.Fatal(err)
		}
		sources = append(sources, Source{Name: name, Reader: bytes.NewReader(text)})
	}
	return sources
}

// realDays are the counts of PMU's days as a script outside the repository
// found them, and the number of kinds of warning.
var realDays = []struct {
	day                                                       string
	meetings, races, runners, offers, nonRunners, stables     int
	deadHeats, cancelled, withoutArrival, provisional, filled int
	warnings                                                  int
}{
	{"24102025", 5, 38, 486, 608, 21, 3, 1, 0, 0, 0, 1, 1},
	{"30102025", 6, 46, 543, 591, 39, 3, 0, 0, 0, 0, 0, 0},
	{"05112025", 9, 63, 694, 706, 21, 5, 0, 0, 1, 1, 1, 1},
	{"11112025", 12, 89, 1061, 863, 35, 13, 0, 0, 0, 0, 3, 1},
	{"17112025", 7, 44, 486, 577, 18, 1, 1, 5, 0, 0, 1, 1},
	{"23112025", 12, 86, 1149, 851, 43, 16, 0, 0, 0, 0, 3, 2},
	{"05122025", 6, 44, 579, 627, 17, 7, 0, 0, 0, 0, 0, 0},
	{"11122025", 5, 40, 503, 551, 24, 6, 0, 0, 0, 0, 1, 1},
	{"17122025", 8, 57, 672, 661, 26, 1, 0, 0, 1, 1, 2, 1},
	{"23122025", 7, 52, 643, 660, 19, 7, 1, 0, 1, 0, 0, 0},
	{"01012026", 4, 27, 307, 426, 12, 1, 0, 0, 0, 0, 1, 1},
	{"07012026", 9, 62, 682, 790, 62, 1, 0, 8, 3, 2, 1, 2},
	{"13012026", 6, 40, 398, 543, 21, 3, 0, 0, 0, 0, 1, 1},
	{"21012026", 11, 76, 849, 902, 34, 2, 4, 0, 0, 1, 1, 2},
	{"16022026", 7, 45, 498, 587, 19, 14, 1, 0, 8, 0, 0, 0},
	{"12032026", 8, 55, 679, 712, 27, 2, 0, 0, 29, 1, 0, 0},
	{"22042026", 9, 66, 737, 755, 22, 6, 0, 0, 0, 0, 1, 1},
	{"28042026", 7, 46, 492, 603, 10, 4, 0, 0, 27, 0, 0, 0},
}

func TestRealDays(t *testing.T) {
	dir := sharedDir(t)
	var days, races, deadHeats, cancelled, withoutArrival int
	for _, want := range realDays {
		t.Run(want.day, func(t *testing.T) {
			p, rep, err := Import(realDay(t, dir, want.day)...)
			if err != nil {
				t.Fatal(err)
			}
			got := *rep
			got.Day, got.Warnings = 0, nil
			if diff := cmp.Diff(Report{
				Meetings: want.meetings, Races: want.races, Runners: want.runners, Offers: want.offers,
				NonRunners: want.nonRunners, Stables: want.stables, DeadHeats: want.deadHeats, Cancelled: want.cancelled,
				WithoutArrival: want.withoutArrival, Provisional: want.provisional, Completed: want.filled,
			}, got); diff != "" {
				t.Errorf("counts differ (-want +got):\n%s", diff)
			}
			if len(rep.Warnings) != want.warnings {
				t.Errorf("got %d warnings, want %d: %v", len(rep.Warnings), want.warnings, rep.Warnings)
			}
			if got := fileDay(p.Day); got != want.day {
				t.Errorf("day: got %s, want %s", got, want.day)
			}
			wantRoundTrip(t, p)
			wantRealRaces(t, p)
			days++
			races += rep.Races
			deadHeats += rep.DeadHeats
			cancelled += rep.Cancelled
			withoutArrival += rep.WithoutArrival
		})
	}
	got := []int{races, deadHeats, cancelled, withoutArrival}
	if want := []int{976, 8, 13, 70}; days == len(realDays) && !slices.Equal(got, want) {
		t.Errorf("races, dead heats, cancelled, without arrival: got %v, want %v", got, want)
	}
}

// wantRealRaces checks what every race of a real day must satisfy.
func wantRealRaces(t *testing.T, p *Programme) {
	t.Helper()
	for r := range p.Races {
		result, ok := r.Result()
		if ok != (r.Status == StatusCancelled || len(r.Arrival) > 0) {
			t.Errorf("%s: result known: %v", r.ID, ok)
		}
		if err := result.Check(); ok && err != nil {
			t.Errorf("%s: %v", r.ID, err)
		}
		if r.Declared() != tote.Numbered(r.Announced) {
			t.Errorf("%s: runners %v of %d", r.ID, r.Declared().Slice(), r.Announced)
		}
		for _, o := range r.Offers {
			if !o.Sellable() && o.Code != reportPlus {
				t.Errorf("%s: %s has no stake", r.ID, o.Code)
			}
		}
	}
}

// TestRealAnswers imports the two raw answers. The participants are an excerpt
// of three runners of six, which the arrival gives away.
func TestRealAnswers(t *testing.T) {
	dir := sharedDir(t)
	read := func(name string) Source {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return Source{Name: name, Reader: bytes.NewReader(text)}
	}
	_, rep, err := Import(read("pmu_programme_echantillon.json"))
	if err != nil {
		t.Fatal(err)
	}
	if rep.Meetings != 1 || rep.Races != 2 || rep.WithoutRunners != 2 {
		t.Errorf("got\n%s", rep)
	}
	wantRefusal(t, "pmu_programme_echantillon.json: R1C1: arrival names horse 4, not on the official list (3 runners are given, 6 announced)",
		read("pmu_programme_echantillon.json"), read("pmu_participants_echantillon.json"))
}

func BenchmarkImportBiggestDay(b *testing.B) {
	dir := sharedDir(b)
	for b.Loop() {
		if _, _, err := Import(realDay(b, dir, "23112025")...); err != nil {
			b.Fatal(err)
		}
	}
}
