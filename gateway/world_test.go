package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/board"
	"opentote/engine"
	"opentote/event"
	"opentote/follow"
	"opentote/gateway"
	"opentote/journal/journaltest"
	"opentote/racing/sample"
	"opentote/recheck"
	"opentote/registry"
	"opentote/retail"
	"opentote/tote"
)

// pipes is a network in memory. A write blocks until it is read, so that a
// caller who does not read is felt at once; inside a synctest bubble time passes
// only when everybody waits.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.done:
		return nil, errors.New("the server is down")
	}
}

// still is a clock that stands.
type still struct{ at time.Time }

func (c still) Now() time.Time { return c.at }
func (c still) Rate() float64  { return 1 }

// world is a gateway over an engine and a journal in memory, with the sample
// day imported and its first race open.
type world struct {
	*testing.T
	net    *pipes
	tokens *gateway.Tokens
	done   chan struct{} // the gateway's Done
	stale  chan struct{} // the gateway's Stale
	engine *engine.Engine
	second *recheck.Follower
	data   string                           // the data directory
	err    func(*recheck.Calculation) error // makes the second calculator err, unless nil
	behind bool                             // the second calculator
	http1  *http.Client
	http2  *http.Client
	race   uint64
	staff  string
	till   string
}

// inWorld runs a test in a bubble of fake time around a world.
func inWorld(t *testing.T, f func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{T: t, net: newPipes(), done: make(chan struct{}), stale: make(chan struct{})}
		defer w.build()()
		w.fill()
		f(w)
	})
}

// build starts the gateway and returns what ends it.
func (w *world) build() (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	programme, err := sample.Load()
	w.ok(err)
	first := programme.Meetings[0].Races[0]
	w.race = uint64(first.ID)
	clock := still{first.Start.Add(-time.Hour)}
	journal := journaltest.NewMemory()
	w.engine, err = engine.Start(ctx, journal, engine.Options{Now: clock.Now, Tick: time.Hour})
	w.ok(err)
	store, err := registry.Open(ctx, filepath.Join(w.TempDir(), "registry.db"))
	w.ok(err)
	programmes, err := gateway.OpenProgrammes(ctx, store)
	w.ok(err)
	b := board.New()
	var running sync.WaitGroup
	w.second = recheck.New()
	running.Go(func() { _ = follow.Run(ctx, journal, 0, b) })
	running.Go(func() { _ = follow.Run(ctx, journal, 0, w.second) })
	w.data = w.TempDir()
	alarms, err := recheck.OpenAlarms(filepath.Join(w.data, "alarms"))
	w.ok(err)
	w.tokens = gateway.NewTokens([32]byte{1})
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{
		Protocols: protocols, ReadTimeout: time.Minute, WriteTimeout: time.Minute,
		Handler: gateway.Handler(gateway.Config{
			Engine: w.engine, Board: b, Programmes: programmes, Clock: clock, Tokens: w.tokens,
			Codes: retail.NewCodes([32]byte{2}), Grace: 10 * time.Minute, Done: w.done, Stale: w.stale,
			Second: w, Alarms: alarms,
		}),
	}
	running.Go(func() { _ = server.Serve(w.net) })
	one, two := &http.Transport{DialContext: w.net.dial}, &http.Transport{DialContext: w.net.dial, Protocols: new(http.Protocols)}
	two.Protocols.SetUnencryptedHTTP2(true)
	w.http1, w.http2 = &http.Client{Transport: one}, &http.Client{Transport: two}
	return func() {
		one.CloseIdleConnections()
		two.CloseIdleConnections()
		_ = server.Close()
		_ = w.engine.Close()
		cancel()
		running.Wait()
		_ = store.Close()
		<-time.After(time.Minute) // net/http lingers before it closes a line
	}
}

// fill imports the sample day, opens its first race and a shop.
func (w *world) fill() {
	w.Helper()
	w.staff = w.token(gateway.Staff, "anna")
	documents, err := json.Marshal(map[string]any{"asPublished": true, "documents": []any{
		map[string]any{"name": "programme.json", "content": sample.Programme()},
		map[string]any{"name": "participants.json", "content": sample.Participants()},
	}})
	w.ok(err)
	for _, step := range []struct{ procedure, body string }{
		{"OfficeService/ImportProgramme", string(documents)},
		{"OfficeService/OpenRace", `{"raceId":` + number(w.race) + `}`},
		{"OfficeService/OpenPointOfSale", `{"key":"1"}`},
	} {
		if a := w.post(w.http1, w.staff, step.procedure, step.body); a.status != 200 {
			w.Fatalf("%s: %d %s", step.procedure, a.status, a.body)
		}
	}
	w.till = w.token(gateway.Till, "1")
	synctest.Wait() // the board has followed
}

// Reach is of gateway.Second.
func (w *world) Reach(ctx context.Context, at event.Seq) error {
	if w.behind {
		at = 1 << 40
	}
	return w.second.Reach(ctx, at)
}

// Calculate is of gateway.Second.
func (w *world) Calculate(ctx context.Context, race tote.RaceID) (*recheck.Calculation, error) {
	c, err := w.second.Calculate(ctx, race)
	if err == nil && w.err != nil {
		err = w.err(c)
	}
	return c, err
}

func number(n uint64) string { return string(must(json.Marshal(n))) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) token(r gateway.Role, subject string) string {
	w.Helper()
	token, err := w.tokens.Issue(gateway.Identity{Role: r, Subject: subject})
	w.ok(err)
	return token
}

// answer is what curl would show.
type answer struct {
	status int
	body   string
}

// code returns the refusal's code, which the error carries as a detail.
func (a answer) code() string {
	var e struct {
		Details []struct{ Debug struct{ Code string } }
	}
	if json.Unmarshal([]byte(a.body), &e) != nil || len(e.Details) == 0 {
		return ""
	}
	return e.Details[0].Debug.Code
}

func (a answer) message() string {
	var e struct{ Message string }
	_ = json.Unmarshal([]byte(a.body), &e)
	return e.Message
}

// post sends a request the way curl does; headers come in pairs.
func (w *world) post(client *http.Client, token, procedure, body string, headers ...string) answer {
	w.Helper()
	return w.send(client, "POST", token, procedure, strings.NewReader(body), headers...)
}

func (w *world) send(client *http.Client, method, token, procedure string, body io.Reader, headers ...string) answer {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), method, "http://gateway/opentote.v1."+procedure, body)
	w.ok(err)
	if method == "POST" {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := client.Do(req)
	w.ok(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	w.ok(err)
	return answer{resp.StatusCode, string(text)}
}

// bet is a request for a bet of two euros on a horse, as JSON.
func (w *world) bet(key string, horse int) string {
	var b bytes.Buffer
	w.ok(json.NewEncoder(&b).Encode(map[string]any{"key": key, "bet": map[string]any{
		"raceId": w.race, "bet": "SIMPLE_GAGNANT", "formula": "FORMULA_UNIT", "horses": []int{horse}, "stakeCents": 200,
	}}))
	return b.String()
}

// betMessage is the same for typed clients.
func (w *world) betMessage(key string, horse uint32) *opentotev1.PlaceBetRequest {
	return &opentotev1.PlaceBetRequest{Key: key, Bet: &opentotev1.Bet{
		RaceId: w.race, Bet: "SIMPLE_GAGNANT", Formula: opentotev1.Formula_FORMULA_UNIT, Horses: []uint32{horse}, StakeCents: 200,
	}}
}
