package gateway_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/api/gen/opentote/v1/opentotev1connect"
)

// sell opens a stream of bets as the shop.
func (w *world) sell(ctx context.Context) *connect.BidiStreamForClient[opentotev1.PlaceBetsRequest, opentotev1.PlaceBetsResponse] {
	s := opentotev1connect.NewBettingServiceClient(w.http2, "http://gateway").PlaceBets(ctx)
	s.RequestHeader().Set("Authorization", "Bearer "+w.till)
	return s
}

func (w *world) batch(round int) *opentotev1.PlaceBetsRequest {
	req := &opentotev1.PlaceBetsRequest{}
	for i := range 10 {
		req.Bets = append(req.Bets, w.betMessage(fmt.Sprint(round, "-", i), 1))
	}
	return req
}

// TestTheServersEndEndsStreamsOfBets: a terminal keeps its stream open all day.
// When the server goes down it is told at once, after the answers it is owed.
func TestTheServersEndEndsStreamsOfBets(t *testing.T) {
	inWorld(t, func(w *world) {
		s := w.sell(w.Context())
		w.ok(s.Send(w.batch(1)))
		res, err := s.Receive()
		if err != nil || len(res.Results) != 10 || res.Results[0].GetReceipt().GetTicketCode() == "" {
			w.Fatal(res, err)
		}
		began := time.Now()
		close(w.done)
		_, err = s.Receive()
		if connect.CodeOf(err) != connect.CodeUnavailable || codeIn(err) != "STOPPED" || time.Since(began) > 0 {
			w.Errorf("the stream ends with %v after %v", err, time.Since(began))
		}
		_ = s.CloseRequest()
		_ = s.CloseResponse()
	})
}

// codeIn returns the refusal code an error carries.
func codeIn(err error) string {
	var rpc *connect.Error
	if errors.As(err, &rpc) {
		for _, d := range rpc.Details() {
			if v, err := d.Value(); err == nil {
				return v.(*opentotev1.Rejection).GetCode()
			}
		}
	}
	return ""
}

// TestAStreamCutInTheMiddle: the answers are lost, the bets are not, and their
// keys tell.
func TestAStreamCutInTheMiddle(t *testing.T) {
	inWorld(t, func(w *world) {
		ctx, cut := context.WithCancel(w.Context())
		s := w.sell(ctx)
		w.ok(s.Send(w.batch(1)))
		_, err := s.Receive()
		w.ok(err)
		w.ok(s.Send(w.batch(2)))
		synctest.Wait() // decided and answered, but nobody has read the answer
		cut()
		if _, err := s.Receive(); err == nil {
			w.Fatal("an answer on a stream that was cut")
		}
		codes := map[string]bool{}
		for round := 1; round <= 2; round++ {
			for i := range 10 {
				a := w.post(w.http1, w.till, "BettingService/GetOutcome", fmt.Sprintf(`{"key":"%d-%d"}`, round, i))
				_, rest, ok := strings.Cut(a.body, `"ticketCode":"`)
				if !ok {
					w.Fatalf("bet %d-%d: %s", round, i, a.body)
				}
				codes[rest[:34]] = true
			}
		}
		if len(codes) != 20 {
			w.Errorf("%d ticket codes, want 20", len(codes))
		}
		// The same keys on a new stream give the same tickets.
		again := w.sell(w.Context())
		w.ok(again.Send(w.batch(2)))
		res, err := again.Receive()
		w.ok(err)
		for _, r := range res.Results {
			if !codes[r.GetReceipt().GetTicketCode()] {
				w.Errorf("a second ticket for a key: %v", r)
			}
		}
		w.ok(again.CloseRequest())
		w.ok(again.CloseResponse())
	})
}

func TestAStreamThatAsksTooMuch(t *testing.T) {
	inWorld(t, func(w *world) {
		s := w.sell(w.Context())
		req := &opentotev1.PlaceBetsRequest{Bets: make([]*opentotev1.PlaceBetRequest, 1001)}
		for i := range req.Bets {
			req.Bets[i] = new(opentotev1.PlaceBetRequest)
		}
		w.ok(s.Send(req))
		if _, err := s.Receive(); codeIn(err) != "TOO_MANY" {
			w.Errorf("%v, want TOO_MANY", err)
		}
		_ = s.CloseResponse()
	})
}

// raw sends a request on a connection of its own and leaves the rest to the
// test.
func (w *world) raw(token, procedure, contentType, body string, length int) net.Conn {
	w.Helper()
	conn, err := w.net.dial(w.Context(), "", "")
	w.ok(err)
	_, err = fmt.Fprintf(conn, "POST /opentote.v1.%s HTTP/1.1\r\nHost: gateway\r\nContent-Type: %s\r\nContent-Length: %d\r\nAuthorization: Bearer %s\r\n\r\n%s",
		procedure, contentType, length, token, body)
	w.ok(err)
	return conn
}

// TestACallerWhoNeverReads: his stream breaks, and holds up neither the server
// nor its end.
func TestACallerWhoNeverReads(t *testing.T) {
	inWorld(t, func(w *world) {
		watch := fmt.Sprintf(`{"raceIds":[%d]}`, w.race)
		message := fmt.Sprintf("\x00\x00\x00\x00%c%s", len(watch), watch)
		began := time.Now()
		conn := w.raw(w.till, "RacingService/WatchRace", "application/connect+json", message, len(message))
		// The pipe holds nothing: the first message waits to be read.
		<-time.After(6 * time.Second)
		text, err := io.ReadAll(conn)
		if err != nil || len(text) > 10_000 || time.Since(began) > 7*time.Second {
			w.Errorf("after %v: %d bytes, %v; want a closed line", time.Since(began), len(text), err)
		}
		_ = conn.Close()
	})
}

// TestACallerWhoDripsHisRequest is slow loris in the body.
func TestACallerWhoDripsHisRequest(t *testing.T) {
	inWorld(t, func(w *world) {
		conn := w.raw(w.till, "BettingService/PlaceBet", "application/json", `{"key":`, 1000)
		began := time.Now()
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if took := time.Since(began); took > 2*time.Minute || err == nil && resp.StatusCode == 200 {
			w.Errorf("after %v: %v %v", took, resp, err)
		}
		_ = conn.Close()
	})
}

// watch opens a stream of the first race.
func (w *world) watch(client *http.Client, req *opentotev1.WatchRaceRequest) *connect.ServerStreamForClient[opentotev1.WatchRaceResponse] {
	w.Helper()
	s, err := opentotev1connect.NewRacingServiceClient(client, "http://gateway").WatchRace(w.Context(), connect.NewRequest(req))
	w.ok(err)
	return s
}

// TestAWatchedRaceOutlivesTheServersTimeouts, and tells from its first moment
// that the line stands.
func TestAWatchedRaceOutlivesTheServersTimeouts(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.watch(w.http1, &opentotev1.WatchRaceRequest{RaceIds: []uint64{w.race}})
		if !first.Receive() || first.Msg().State == nil {
			w.Fatal(first.Err())
		}
		seen := map[uint64]uint64{w.race: first.Msg().State.Seq}
		_ = first.Close()
		for name, client := range map[string]*http.Client{"HTTP/1.1": w.http1, "HTTP/2": w.http2} {
			began := time.Now()
			s := w.watch(client, &opentotev1.WatchRaceRequest{RaceIds: []uint64{w.race}, Seen: seen})
			if !s.Receive() || s.Msg().State != nil || s.Msg().Clock == nil || time.Since(began) > 0 {
				w.Fatalf("%s: no sign of life at once: %v after %v, %v", name, s.Msg(), time.Since(began), s.Err())
			}
			for time.Since(began) < 10*time.Minute {
				before := time.Now()
				if !s.Receive() {
					w.Fatalf("%s: the stream ends after %v: %v", name, time.Since(began), s.Err())
				}
				if since := time.Since(before); since > 10*time.Second {
					w.Fatalf("%s: silent for %v", name, since)
				}
			}
			_ = s.Close()
		}
	})
}

func TestAStaleBoardIsNotShown(t *testing.T) {
	inWorld(t, func(w *world) {
		s := w.watch(w.http2, &opentotev1.WatchRaceRequest{RaceIds: []uint64{w.race}})
		if !s.Receive() {
			w.Fatal(s.Err())
		}
		close(w.stale)
		if s.Receive() || codeIn(s.Err()) != "BOARD_DOWN" {
			w.Errorf("the stream ends with %v", s.Err())
		}
		_ = s.Close()
		race := number(w.race)
		for procedure, body := range map[string]string{
			"RacingService/GetRace": `{"raceId":` + race + `}`, "RacingService/ListMeetings": `{}`,
			"BettingService/Quote": `{"bet":{"raceId":` + race + `,"bet":"SIMPLE_GAGNANT","formula":"FORMULA_UNIT","horses":[1],"stakeCents":200}}`,
		} {
			if a := w.post(w.http1, "", procedure, body); a.status != 503 || a.code() != "BOARD_DOWN" {
				w.Errorf("%s: %d %s", procedure, a.status, a.body)
			}
		}
		if a := w.post(w.http1, w.till, "BettingService/PlaceBet", w.bet("sold", 1)); a.status != 200 {
			w.Errorf("a bet: %d %s", a.status, a.body)
		}
	})
}

func TestWatchersOfTooMuch(t *testing.T) {
	inWorld(t, func(w *world) {
		for _, req := range []*opentotev1.WatchRaceRequest{
			{RaceIds: make([]uint64, 101)}, {RaceIds: []uint64{7}},
		} {
			s := w.watch(w.http1, req)
			if s.Receive() || codeIn(s.Err()) != "TOO_MANY" && codeIn(s.Err()) != "UNKNOWN_RACE" {
				w.Errorf("%v: %v", req, s.Err())
			}
			_ = s.Close()
		}
	})
}
