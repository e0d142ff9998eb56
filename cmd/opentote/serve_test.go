package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"opentote/racing"
	"opentote/racing/sample"
	"opentote/tote"
)

// servedProgram is the real program on a data directory, used as by curl.
type servedProgram struct {
	*testing.T
	data  string
	url   string
	cmd   *exec.Cmd
	said  chan string // what it has said on standard error, once it is over
	staff map[string]string
}

// serveOn starts the program and waits until it serves.
func serveOn(t *testing.T, data string) *servedProgram {
	t.Helper()
	p := &servedProgram{T: t, data: data, said: make(chan string, 1), staff: map[string]string{}}
	p.cmd = exec.Command(os.Args[0], "serve", "--data", data, "--listen", "127.0.0.1:0")
	p.cmd.Env = append(os.Environ(), asProgram+"=1")
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	lines, text := bufio.NewReader(stderr), ""
	for p.url == "" {
		line, err := lines.ReadString('\n')
		text += line
		if p.url = served.FindString(line); p.url == "" && err != nil {
			t.Fatalf("the program does not serve: %v: %s", err, text)
		}
	}
	go func() {
		rest, _ := io.ReadAll(lines)
		p.said <- text + string(rest)
	}()
	for _, name := range []string{"anna", "bruno"} {
		r := runWith("", "token", "--data", data, "--role", "staff", name)
		if r.status != 0 {
			t.Fatalf("token: %+v", r)
		}
		p.staff[name] = strings.TrimSpace(r.out)
	}
	return p
}

// call posts JSON and returns what answers.
func (p *servedProgram) call(token, procedure, body string) map[string]any {
	p.Helper()
	req, err := http.NewRequestWithContext(p.Context(), "POST", p.url+"/opentote.v1."+procedure, strings.NewReader(body))
	if err != nil {
		p.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil || resp.StatusCode != 200 {
		p.Fatalf("%s: %d %s", procedure, resp.StatusCode, text)
	}
	return out
}

// stop ends the program as an operator does, and returns what it has said.
func (p *servedProgram) stop() string {
	p.Helper()
	http.DefaultClient.CloseIdleConnections()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.Fatal(err)
	}
	said := <-p.said
	if err := p.cmd.Wait(); err != nil {
		p.Errorf("SIGTERM ends the program with %v: %s", err, said)
	}
	return said
}

// tomorrow is the sample day, whose races do not close while a test runs.
func tomorrow(t *testing.T) (race tote.RaceID, files []string) {
	t.Helper()
	programme, err := sample.Load()
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().AddDate(0, 0, 1)
	programme = programme.BeforeRacing().Shift(tote.Day(at.Year()*10000 + int(at.Month())*100 + at.Day()))
	var main, participants bytes.Buffer
	if err := racing.Encode(&main, &participants, programme); err != nil {
		t.Fatal(err)
	}
	for r := range programme.Races {
		if r.Offer("SIMPLE_GAGNANT") != nil {
			return r.ID, []string{file(t, "programme.json", main.Bytes()), file(t, "participants.json", participants.Bytes())}
		}
	}
	t.Fatal("no race of the sample has SIMPLE_GAGNANT")
	return 0, nil
}

// state is what replay prints.
func state(t *testing.T, args ...string) (r replayed) {
	t.Helper()
	got := runWith("", append([]string{"replay"}, args...)...)
	if err := json.Unmarshal([]byte(got.out), &r); got.status != 0 || err != nil || r.Event == 0 || r.Hash == "" {
		t.Fatalf("replay %v: %+v", args, got)
	}
	return r
}

// TestServeStopVerifyReplay is the life of a data directory: served, stopped,
// checked, served again. The state at an event is the same whenever it is
// computed.
func TestServeStopVerifyReplay(t *testing.T) {
	data := filepath.Join(t.TempDir(), "new", "data")
	race, files := tomorrow(t)
	p := serveOn(t, data)
	if r := runWith("", "import", "--server", p.url, "--token", p.staff["anna"], files[0], files[1]); r.status != 0 || !strings.Contains(r.err, "races declared") {
		t.Fatalf("import: %+v", r)
	}
	if r := runWith("", "import", "--server", p.url, "--token", "nonsense", files[0], files[1]); r.status != 1 || strings.Contains(r.err, "nonsense") {
		t.Errorf("import with a bad token: %+v", r)
	}
	p.call(p.staff["anna"], "OfficeService/OpenRace", fmt.Sprintf(`{"raceId":%d}`, race))
	shop := p.call(p.staff["anna"], "OfficeService/OpenPointOfSale", `{"key":"shop"}`)["token"].(string)
	bet := func(p *servedProgram, key string) string {
		out := p.call(shop, "BettingService/PlaceBet", fmt.Sprintf(
			`{"key":%q,"bet":{"raceId":%d,"bet":"SIMPLE_GAGNANT","formula":"FORMULA_UNIT","horses":[1],"stakeCents":200}}`, key, race))
		return out["receipt"].(map[string]any)["ticketCode"].(string)
	}
	code := bet(p, "1")
	for _, tool := range []string{"verify", "replay"} {
		if r := runWith("", tool, data); r.status != 1 || !strings.Contains(r.err, "in use") || strings.Count(r.err, "\n") != 1 {
			t.Errorf("%s of a directory in use: %+v", tool, r)
		}
	}
	if r := runWith("", "serve", "--data", data, "--listen", "127.0.0.1:0"); r.status != 1 || !strings.Contains(r.err, "in use") {
		t.Errorf("a second serve: %+v", r)
	}
	said := p.stop()
	for name, secret := range map[string]string{"a staff token": p.staff["anna"], "a shop's token": shop, "a ticket's code": code} {
		if strings.Contains(said, secret) {
			t.Errorf("the log holds %s:\n%s", name, said)
		}
	}
	first := state(t, data)

	p = serveOn(t, data)
	if again := bet(p, "1"); again != code {
		t.Errorf("the same key gives ticket %s after a restart, gave %s", again, code)
	}
	for i := range 5 {
		bet(p, fmt.Sprint("more ", i))
	}
	p.stop()
	last := state(t, data)
	if last.Event <= first.Event || last.Hash == first.Hash {
		t.Errorf("after more bets: %+v, before %+v", last, first)
	}
	if again := state(t, data, "--until", fmt.Sprint(first.Event)); again != first {
		t.Errorf("replay until %d gives %+v, the state was %+v", first.Event, again, first)
	}
	if r := runWith("", "replay", data, "--until", fmt.Sprint(last.Event+1)); r.status != 1 || !strings.Contains(r.err, "ends at event") {
		t.Errorf("replay past the end: %+v", r)
	}
	var report map[string]any
	if r := runWith("", "verify", data); r.status != 0 || r.err != "" || json.Unmarshal([]byte(r.out), &report) != nil {
		t.Errorf("verify: %+v", r)
	}
}

func TestServeRefusesWhatItCannotDo(t *testing.T) {
	for _, tt := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"--data", t.TempDir(), "--grace", "0s"}, 2, "grace"},
		{[]string{"--data", t.TempDir(), "--grace", "-1m"}, 2, "grace"},
		{[]string{"--data", t.TempDir(), "--listen", "nowhere"}, 1, "nowhere"},
		{[]string{"--data", file(t, "data", nil)}, 1, "data"},
	} {
		r := runWith("", append([]string{"serve", "--listen", "127.0.0.1:0"}, tt.args...)...)
		if r.status != tt.status || strings.Count(r.err, "\n") != 1 || !strings.Contains(r.err, tt.says) {
			t.Errorf("%q: %+v", tt.args, r)
		}
	}
}

func TestBenchPrintsItsFigures(t *testing.T) {
	r := runWith("", "bench", "engine", "--dir", t.TempDir(), "--bets", "2000", "--rounds", "1", "--clients", "2", "--request", "16")
	if r.status != 0 || strings.Count(r.out, "\n") != 1 {
		t.Fatalf("%+v", r)
	}
	var figures map[string]any
	if err := json.Unmarshal([]byte(r.out), &figures); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"bets_per_s", "reference_per_s", "ratio", "p50_us", "p99_us", "p999_us", "batch_mean", "fsyncs_per_s"} {
		if v, ok := figures[key].(float64); !ok || v <= 0 {
			t.Errorf("%s is %v", key, figures[key])
		}
	}
	for _, args := range [][]string{{"--bets", "0"}, {"--rounds", "-1"}, {"--request", "100000"}, {"--clients", "x"}} {
		if r := runWith("", append([]string{"bench", "engine"}, args...)...); r.status == 0 || r.out != "" {
			t.Errorf("bench %q: %+v", args, r)
		}
	}
}

// program is the real thing, to be started.
func program(t *testing.T, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "TMPDIR="+t.TempDir())
	return cmd
}

// TestNobodyReadsTheReport: a day whose reader goes away says nothing of it, and
// still removes its temporary data.
func TestNobodyReadsTheReport(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := program(t, "day", "--bettors", "10",
		"--programme", file(t, "p.json", sample.Programme()), "--participants", file(t, "q.json", sample.Participants()))
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = w, &said
	if err := cmd.Run(); cmd.ProcessState.ExitCode() != 1 || strings.Contains(said.String(), "broken pipe") {
		t.Errorf("%v: %s", err, &said)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	temporary := strings.TrimPrefix(cmd.Env[len(cmd.Env)-1], "TMPDIR=")
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v, %v", left, err)
	}
}

// TestCtrlCEndsAFilter: one signal is enough for what waits for standard input.
func TestCtrlCEndsAFilter(t *testing.T) {
	for _, args := range [][]string{{"dividends"}, {"dividends", "--check"}, {"expand"}} {
		cmd := program(t, args...)
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Once it has answered a line it waits for the next.
		if _, err := io.WriteString(in, "?\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		err = cmd.Wait()
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGINT {
			t.Errorf("%v ends with %v", args, err)
		}
	}
}
