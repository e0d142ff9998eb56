package sim

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
)

// flaky stands between the public and a server: now and then the server is
// "busy", or it does what it is asked and the answer is lost.
type flaky struct {
	client *http.Client
	calls  atomic.Int64
	hurt   atomic.Int64
}

func newFlaky(tb testing.TB) *flaky {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: protocols}
	tb.Cleanup(transport.CloseIdleConnections)
	return &flaky{client: &http.Client{Transport: transport}}
}

var errLost = errors.New("answer lost")

func (f *flaky) Do(req *http.Request) (*http.Response, error) {
	n := f.calls.Add(1)
	streaming := strings.HasPrefix(req.Header.Get("Content-Type"), "application/connect+")
	switch {
	case n%17 == 0 && !streaming:
		f.hurt.Add(1)
		_ = req.Body.Close()
		return &http.Response{
			StatusCode: http.StatusTooManyRequests, ProtoMajor: 2, Request: req,
			Header: http.Header{"Content-Type": {"application/json"}},
			Body:   io.NopCloser(strings.NewReader(`{"code":"resource_exhausted","message":"busy"}`)),
		}, nil
	case n%23 == 0 && !streaming:
		f.hurt.Add(1)
		res, err := f.client.Do(req)
		if err != nil {
			return nil, err
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		return nil, errLost
	}
	return f.client.Do(req)
}

// TestFaultsChangeNothing: a server that is often busy, and answers that are
// often lost, give the same day as a perfect one.
func TestFaultsChangeNothing(t *testing.T) {
	t.Parallel()
	o := PlanOptions{Seed: 4, Bettors: 150}
	_, want := runDay(t, sampleDay(), o, ManualClock)
	begins, err := Begins(sampleDay(), o)
	if err != nil {
		t.Fatal(err)
	}
	clock, proxy := ManualClock(begins), newFlaky(t)
	server := serve(t, clock)
	server.HTTP = proxy
	r, err := Day(t.Context(), DayOptions{Server: server, Documents: sampleDay(), PlanOptions: o, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := r.WriteText(&got, French); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("faults changed the day:\n%s", diff)
	}
	if proxy.hurt.Load() < 50 || r.Measured.Retries < 50 {
		t.Errorf("only %d faults and %d retries", proxy.hurt.Load(), r.Measured.Retries)
	}
}

// TestWrongServer: the day stops when the server does what it must not.
func TestWrongServer(t *testing.T) {
	t.Parallel()
	d := &day{refusals: map[Code]int{}}
	late := &Wager{Deed: Refused, Wants: []Code{RaceStopped}}
	if err := d.expect(late, &opentotev1.Receipt{}, NothingWasRefused); err == nil {
		t.Error("an accepted late bet passes")
	}
	if err := d.expect(late, nil, StakeTooSmall); err == nil {
		t.Error("a late bet refused for another reason passes")
	}
	if err := d.expect(&Wager{}, nil, RaceStopped); err == nil {
		t.Error("a good bet refused passes")
	}
	if err := d.expect(late, nil, RaceStopped); err != nil || d.refusals[RaceStopped] != 1 {
		t.Errorf("a late bet refused: %v, counted %v", err, d.refusals)
	}
}

// TestAuditorFindsACent: each figure of a pool that is wrong by a cent fails
// its check.
func TestAuditorFindsACent(t *testing.T) {
	t.Parallel()
	good := Amounts{
		Bets: 3, Cancelled: 1, Stakes: 1000, Refunds: 100, Winnings: 700, Takeout: 150,
		Progressive: 20, Breakage: 10, Booster: 20, Paid: 780, Unclaimed: 20,
	}
	fails := func(change func(*PoolReport, *opentotev1.PoolAccounts)) map[CheckName]bool {
		a, said := newAuditor(), &opentotev1.PoolAccounts{}
		p := PoolReport{Amounts: good, Dividends: []PaidLine{{Dividend: 110}}}
		change(&p, said)
		a.pool("R1C1 SIMPLE_GAGNANT", &p, &good, said)
		failed := map[CheckName]bool{}
		for _, c := range a.results() {
			if !c.OK {
				failed[c.Name] = true
			}
		}
		return failed
	}
	tests := []struct {
		name   string
		change func(*PoolReport, *opentotev1.PoolAccounts)
		want   CheckName
	}{
		{"stakes", func(p *PoolReport, _ *opentotev1.PoolAccounts) { p.Stakes++ }, CheckStakes},
		{"bets", func(p *PoolReport, _ *opentotev1.PoolAccounts) { p.Bets++ }, CheckStakes},
		{"takeout", func(p *PoolReport, _ *opentotev1.PoolAccounts) { p.Takeout-- }, CheckSplit},
		{"winnings", func(p *PoolReport, _ *opentotev1.PoolAccounts) { p.Winnings++; p.Breakage-- }, CheckWinners},
		{"paid", func(p *PoolReport, _ *opentotev1.PoolAccounts) { p.Paid++ }, CheckPaid},
		{"unclaimed", func(p *PoolReport, _ *opentotev1.PoolAccounts) { p.Unclaimed-- }, CheckUnclaimed},
		{"dividend", func(p *PoolReport, _ *opentotev1.PoolAccounts) { p.Dividends[0].Dividend = 90 }, CheckDividends},
		{"purged", func(_ *PoolReport, said *opentotev1.PoolAccounts) { said.PurgedCents = 1 }, CheckSettled},
	}
	for _, tt := range tests {
		if got := fails(tt.change); len(got) == 0 || !got[tt.want] {
			t.Errorf("%s wrong: failed %v, want %s", tt.name, got, tt.want)
		}
	}
	if got := fails(func(*PoolReport, *opentotev1.PoolAccounts) {}); len(got) != 0 {
		t.Errorf("nothing wrong: failed %v", got)
	}
}

// TestReportIsCompleteInBothLanguages: every code has its words.
func TestReportIsCompleteInBothLanguages(t *testing.T) {
	t.Parallel()
	for lang, w := range map[Lang]*words{English: &english, French: &french} {
		if texts(lang) != w {
			t.Errorf("%s: wrong words", lang)
		}
		for _, name := range checks {
			if w.names[name] == "" {
				t.Errorf("%s: check %s has no name", lang, name)
			}
		}
		for _, r := range []Remark{RemarkCalledOff, RemarkNoArrival, RemarkProvisional, RemarkNotSold} {
			if w.remarks[r] == "" {
				t.Errorf("%s: remark %s has no text", lang, r)
			}
		}
		for _, r := range []tote.Reason{
			tote.RaceCancelled, tote.TooFewRunners, tote.NoHorseClassified, tote.TooFewClassified,
			tote.NoWinningStake, tote.BelowMinimum, tote.BetNotOffered,
		} {
			if w.reasons[r] == "" {
				t.Errorf("%s: reason %s has no text", lang, r)
			}
		}
	}
	p := page{lang: French}
	if got, want := p.money(-1234567_05), "-1\u202f234\u202f567,05"; got != want {
		t.Errorf("money: got %q, want %q", got, want)
	}
}

// TestLoopGoesOn runs the demonstration for three days.
func TestLoopGoesOn(t *testing.T) {
	t.Parallel()
	clock := ScaledClock(firstStart, 20_000)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var days []string
	err := Loop(ctx, LoopOptions{
		Server: serve(t, clock), Documents: sampleDay(), Seed: 1, Clock: clock, Bettors: 60, Between: time.Millisecond,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Report: func(r *Report) {
			days = append(days, r.Day)
			if failed := r.Failed(); len(failed) > 0 {
				t.Errorf("%s: %+v", r.Day, failed)
			}
			if len(days) == 3 {
				cancel()
			}
		},
	})
	if want := []string{"2025-11-24", "2025-11-25", "2025-11-26"}; err != nil || !cmp.Equal(days, want) {
		t.Errorf("days %v, %v, want %v", days, err, want)
	}
}
