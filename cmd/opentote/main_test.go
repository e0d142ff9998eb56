package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"opentote/gateway"
	"opentote/internal/pgtest"
	"opentote/racing/sample"
	"opentote/recheck"
	"opentote/tote"
)

// asProgram in the environment makes the test binary be the program, so that
// tests start, signal and kill the real thing.
const asProgram = "OPENTOTE_TEST_AS_PROGRAM"

// secondErrs has that program's second calculator pay a cent too much in every
// pool that pays.
const secondErrs = "OPENTOTE_TEST_SECOND_ERRS"

type erring struct{ gateway.Second }

func (e erring) Calculate(ctx context.Context, race tote.RaceID) (*recheck.Calculation, error) {
	c, err := e.Second.Calculate(ctx, race)
	if err != nil {
		return nil, err
	}
	for i := range c.Pools {
		if f := &c.Pools[i].Figures; f.Winnings > 0 {
			f.Winnings++
		}
	}
	return c, nil
}

func TestMain(m *testing.M) {
	if os.Getenv(secondErrs) != "" {
		second = func(s gateway.Second) gateway.Second { return erring{s} }
	}
	if os.Getenv(asProgram) != "" {
		main()
	}
	pgtest.Exit(m.Run())
}

// result is what a run of the program leaves.
type result struct {
	status   int
	out, err string
}

func runWith(input string, args ...string) result {
	var out, said bytes.Buffer
	status := run(context.Background(), args, std{in: strings.NewReader(input), out: &out, err: &said})
	return result{status: status, out: out.String(), err: said.String()}
}

// file writes a file for the test and returns its path.
func file(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func zipped(t *testing.T, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestImportPrintsASummary(t *testing.T) {
	programme, participants := file(t, "p.json.gz", zipped(t, sample.Programme())), file(t, "q.json", sample.Participants())
	r := runWith("", "import", programme, participants)
	if r.status != 0 || r.err != "" {
		t.Fatalf("%+v", r)
	}
	for _, want := range []string{"meetings", "races", "runners", "offers", "non-runners", "dead heat"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("summary has no %q:\n%s", want, r.out)
		}
	}
	var summary struct {
		Races      int
		NonRunners int `json:"non_runners"`
		DeadHeats  int `json:"dead_heats"`
	}
	if err := json.Unmarshal([]byte(runWith("", "import", "--json", programme, participants).out), &summary); err != nil {
		t.Fatal(err)
	}
	if summary.Races != 12 || summary.NonRunners != 1 || summary.DeadHeats != 1 {
		t.Errorf("summary %+v, want 12 races, a non-runner and a dead heat", summary)
	}
}

func TestBadInputGetsOneLine(t *testing.T) {
	programme := sample.Programme()
	whole := zipped(t, programme)
	for _, tt := range []struct {
		name string
		args []string
		say  string
	}{
		{"empty", []string{"import", file(t, "p.json", nil)}, "p.json"},
		{"truncated gzip", []string{"import", file(t, "p.json.gz", whole[:len(whole)/2])}, "p.json.gz"},
		{"truncated", []string{"import", file(t, "p.json", programme[:len(programme)/2])}, "p.json"},
		{"binary", []string{"import", file(t, "p.json", bytes.Repeat([]byte{0, 255}, 1000))}, "p.json"},
		{"other JSON", []string{"import", file(t, "p.json", []byte(`{"hello": [1,2,3]}`))}, "p.json"},
		{"wrong type", []string{"import", file(t, "p.json", []byte(`[{"programme":{"date":"today"}}]`))}, "date"},
		{"a long line", []string{"import", file(t, "p.json", bytes.Repeat([]byte("x"), 100<<20))}, "p.json"},
		{"absent", []string{"import", filepath.Join(t.TempDir(), "none.json")}, "none.json"},
		{"a folder", []string{"import", t.TempDir()}, "folder"},
		{"a server without a scheme", []string{"import", "--server", "127.0.0.1:8080", file(t, "p.json", programme)}, "http://"},
		{"two programmes", []string{"import", file(t, "a.json", programme), file(t, "b.json", programme)}, "b.json"},
		{"day without bettors", []string{"day", "--programme", file(t, "p.json", programme), "--participants", file(t, "q.json", sample.Participants()), "--bettors", "0"}, "bettors"},
		{"serve without a folder's name", []string{"serve", "--data", ""}, "--data"},
		{"demo without a folder's name", []string{"demo", "--data="}, "--data"},
		{"sample without a folder's name", []string{"sample", ""}, "dir"},
		{"day at no speed", []string{"day", "--programme", file(t, "p.json", programme), "--participants", file(t, "q.json", sample.Participants()), "--speed", "-1"}, "speed"},
		{"day at NaN speed", []string{"day", "--programme", file(t, "p.json", programme), "--participants", file(t, "q.json", sample.Participants()), "--speed", "NaN"}, "speed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := runWith("", tt.args...)
			line := strings.TrimSpace(r.err)
			if r.status != 2 || r.out != "" || strings.Contains(line, "\n") || !strings.Contains(line, tt.say) {
				t.Errorf("status %d, out %.200q, err %.400q; want status 2 and one line with %q", r.status, r.out, r.err, tt.say)
			}
		})
	}
}

// TestInterruptedWorkSaysSo: Ctrl-C during long work ends in one line of plain
// words and status 1.
func TestInterruptedWorkSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupt signal received")) // as signal.NotifyContext does
	var out, said bytes.Buffer
	status := run(ctx, []string{
		"day", "--bettors", "10",
		"--programme", file(t, "p.json", sample.Programme()), "--participants", file(t, "q.json", sample.Participants()),
	}, std{in: strings.NewReader(""), out: &out, err: &said})
	if want := "opentote: interrupted\n"; status != 1 || out.Len() > 0 || said.String() != want {
		t.Errorf("status %d, out %.200q, err %q; want status 1 and %q", status, &out, &said, want)
	}
}

func TestDividends(t *testing.T) {
	good := `{"id":"a","rulebook":"fr-online-2020","bet":"E_SIMPLE_GAGNANT","race":{"runners":5,"arrival":[[4],[2]]},"stakes":[{"selection":[4],"cents":200000},{"selection":[1],"cents":800000}]}`
	r := runWith(good+"\n{nonsense\n"+good+"\n", "dividends")
	lines := strings.Split(strings.TrimSpace(r.out), "\n")
	if r.status != 2 || len(lines) != 3 || !strings.Contains(lines[1], `"error"`) {
		t.Fatalf("%+v", r)
	}
	if !strings.Contains(lines[0], `"dividend":"4.30"`) || lines[2] != lines[0] {
		t.Errorf("answers:\n%s", r.out)
	}
	const said = "opentote: line 2: not JSON: invalid character 'n'\n"
	if r.err != said {
		t.Errorf("said %q, want %q", r.err, said)
	}
	if r := runWith(good, "dividends"); r.status != 0 || r.err != "" {
		t.Errorf("%+v", r)
	}
	if r := runWith(good+"\n{nonsense\n\n"+good+"\n", "dividends", "--check"); r.status != 2 || r.err != said || !strings.HasPrefix(r.out, lines[0]+"\n") {
		t.Errorf("checked: %+v", r)
	}
	if r := runWith(good, "dividends", "--check"); r.status != 0 || r.err != "" || r.out != lines[0]+"\n" {
		t.Errorf("checked: %+v", r)
	}
	if r := runWith(good+"\n"+strings.Repeat("x", checkedLineMax+1), "dividends", "--check"); r.status != 2 || r.err != "opentote: line 2: longer than 16777216 bytes\n" {
		t.Errorf("checked a long line: status %d, %q", r.status, r.err)
	}
	for lang, want := range map[string]string{"en": "4.305 → €4.30", "fr": "4,305 → 4,30\u00a0€"} {
		if r := runWith(good, "dividends", "--explain", "--lang", lang); r.status != 0 || !strings.Contains(r.out, want) {
			t.Errorf("explained in %s: %+v", lang, r)
		}
	}
	if r := runWith(good, "dividends", "--explain", "--json"); r.status != 0 || !strings.HasPrefix(r.out, strings.TrimSuffix(lines[0], "}")+`,"working":[`) {
		t.Errorf("explained as JSON: %+v", r)
	}
}

func TestExpandSaysWhatIsWrong(t *testing.T) {
	r := runWith(`{"id":1,"bet":"E_TRIO","formula":"unit","horses":[1,2,3]}`+"\n\n"+`{"bet":"E_TRIO"}`+"\n?\n", "expand", "--count")
	want := result{status: 2, err: "opentote: line 3: formula is missing: want unit, combined, field or free (the first of 2 malformed lines)\n"}
	if r.status != want.status || r.err != want.err || !strings.HasPrefix(r.out, `{"id":1,"count":1,"cents":150}`+"\n") {
		t.Errorf("%+v, want %+v", r, want)
	}
}

func TestToolsOnNoDataDirectory(t *testing.T) {
	for _, args := range [][]string{
		{"verify", t.TempDir()}, {"replay", t.TempDir()}, {"token", "--data", t.TempDir(), "--role", "staff", "anna"},
	} {
		if r := runWith("", args...); r.status != 1 || !strings.Contains(r.err, "not a data directory") {
			t.Errorf("%v: %+v", args, r)
		}
	}
}

func TestUsage(t *testing.T) {
	if r := runWith("", "version"); r.status != 0 || !regexp.MustCompile(`^opentote \S+ \(\S+\)\n$`).MatchString(r.out) {
		t.Errorf("version: %+v", r)
	}
	for _, args := range [][]string{{}, {"nonsense"}, {"day"}, {"import"}, {"bench"}, {"serve", "--data"}} {
		if r := runWith("", args...); r.status != 2 {
			t.Errorf("%q ends with %d", args, r.status)
		}
	}
	if r := runWith("", "--help"); r.status != 0 || !strings.Contains(r.out, "dividends") {
		t.Errorf("help: %+v", r)
	}
}
