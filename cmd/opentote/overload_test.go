package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/api/gen/opentote/v1/opentotev1connect"
)

// crowd is many callers at once, far more than the program serves at a time on
// a few cores, each on its own: bettors, who come back when they are told to, and
// readers, who do not.
type crowd struct {
	*killer
	betting opentotev1connect.BettingServiceClient
	race    uint64

	mu       sync.Mutex                     // guards receipts
	receipts map[string]*opentotev1.Receipt // by key
	busy     struct{ bets, reads, readers atomic.Int64 }
	stopped  atomic.Int64
	slowest  atomic.Int64 // of accepted calls, nanoseconds
}

func newCrowd(k *killer) *crowd {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: protocols}
	k.Cleanup(transport.CloseIdleConnections)
	return &crowd{
		killer: k, betting: opentotev1connect.NewBettingServiceClient(&http.Client{Transport: transport}, k.url),
		race: uint64(k.races[k.now]), receipts: map[string]*opentotev1.Receipt{},
	}
}

// bet places a bet, and again under the same key as often as it is told that the
// program is busy.
func (c *crowd) bet(ctx context.Context, key string) error {
	s := sale{race: c.races[c.now], horse: uint32(len(key)%4 + 1), key: key}
	for {
		req := connect.NewRequest(s.request())
		req.Header().Set("Authorization", "Bearer "+c.shop)
		sent := time.Now()
		res, err := c.betting.PlaceBet(ctx, req)
		switch {
		case err == nil:
			took := int64(time.Since(sent))
			for most := c.slowest.Load(); took > most && !c.slowest.CompareAndSwap(most, took); most = c.slowest.Load() {
			}
			c.mu.Lock()
			defer c.mu.Unlock()
			if before := c.receipts[key]; before != nil && before.TicketCode != res.Msg.Receipt.TicketCode {
				return fmt.Errorf("%s was sold twice", key)
			}
			c.receipts[key] = res.Msg.Receipt
			return nil
		case refusedWith(err) == "RACE_STOPPED":
			c.stopped.Add(1)
			return nil
		case refusedWith(err) != "BUSY":
			return fmt.Errorf("%s: %w", key, err)
		}
		c.busy.bets.Add(1)
		wait, err := comeBack(err)
		if err != nil {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// comeBack returns when a refused caller is told to come back.
func comeBack(refusal error) (time.Duration, error) {
	var rpc *connect.Error
	errors.As(refusal, &rpc)
	for _, d := range rpc.Details() {
		v, _ := d.Value()
		if rej, ok := v.(*opentotev1.Rejection); ok && rej.GetRetryAfterMs() > 0 && rpc.Meta().Get("Retry-After") != "" {
			return time.Duration(rej.GetRetryAfterMs()) * time.Millisecond, nil
		}
	}
	return 0, fmt.Errorf("busy, and nothing says when to come back: %w", refusal)
}

// quote asks what a bet would return.
func (c *crowd) quote(ctx context.Context) error {
	s := sale{race: c.races[c.now], horse: 1, key: "quote"}
	_, err := c.betting.Quote(ctx, connect.NewRequest(&opentotev1.QuoteRequest{Bet: s.request().Bet}))
	c.busy.readers.Add(1)
	if refusedWith(err) == "BUSY" {
		c.busy.reads.Add(1)
		_, err = comeBack(err)
	}
	return err
}

// rush has everybody call at the same moment: the bettors one bet each, named by
// the key, the readers until the bettors are done.
func (c *crowd) rush(ctx context.Context, bettors, readers int, key string) {
	c.Helper()
	errs := make(chan error, bettors+readers)
	start, done := make(chan struct{}), make(chan struct{})
	var betting, reading sync.WaitGroup
	for i := range bettors {
		betting.Go(func() {
			<-start
			errs <- c.bet(ctx, fmt.Sprint(key, " ", i))
		})
	}
	for range readers {
		reading.Go(func() {
			<-start
			for {
				if err := c.quote(ctx); err != nil {
					errs <- err
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	close(start)
	betting.Wait()
	close(done)
	reading.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			c.Fatal(err)
		}
	}
}

// TestACrowdIsServedOrToldToComeBack: everybody is answered, and who is told to
// come back gets his bet; a stop is heard above the crowd; when all come back at
// once after a crash, each gets his own bet again and no second one; afterwards
// a caller is served at once.
func TestACrowdIsServedOrToldToComeBack(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	data := filepath.Join(t.TempDir(), "data")
	k := newKiller(t, []string{"--data", data}, data)
	k.start()
	c := newCrowd(k)
	const bettors, readers = 3000, 300
	c.rush(ctx, bettors, readers, "first")
	if len(c.receipts) != bettors {
		t.Fatalf("%d of %d bettors have a ticket", len(c.receipts), bettors)
	}

	k.kill()
	k.start() // reopened: everybody asks again at once
	again := newCrowd(k)
	again.receipts = c.receipts
	again.rush(ctx, bettors, readers, "first")
	began := time.Now()
	if err := again.bet(ctx, "alone"); err != nil || time.Since(began) > 10*time.Second {
		t.Errorf("after the crowd one caller waits %v, %v", time.Since(began), err)
	}

	stop := make(chan *opentotev1.StopRaceResponse, 1)
	go func() {
		stop <- mustCall(k, k.staff[0], k.office.StopRace, &opentotev1.StopRaceRequest{RaceId: c.race})
	}()
	again.rush(ctx, bettors, 0, "late")
	stoppedAt := (<-stop).StoppedAt.AsTime()
	for key, r := range again.receipts {
		if r.AcceptedAt.AsTime().After(stoppedAt) {
			t.Errorf("%s was accepted at %v, the race stopped at %v", key, r.AcceptedAt.AsTime(), stoppedAt)
		}
	}
	if got, want := len(again.receipts)+int(again.stopped.Load()), 2*bettors+1; got != want {
		t.Errorf("%d bettors were answered, want %d", got, want)
	}
	for _, p := range mustCall(k, k.staff[0], k.office.GetRaceAccounts, &opentotev1.GetRaceAccountsRequest{RaceId: c.race}).Pools {
		if p.Bet == "SIMPLE_GAGNANT" && p.Bets != uint64(len(again.receipts)) {
			t.Errorf("%d bets in the pool, %d tickets", p.Bets, len(again.receipts))
		}
	}
	t.Logf("sold %d, too late %d; busy: %d bets, %d of %d reads; slowest acceptance %v", len(again.receipts), again.stopped.Load(),
		c.busy.bets.Load()+again.busy.bets.Load(), c.busy.reads.Load()+again.busy.reads.Load(),
		c.busy.readers.Load()+again.busy.readers.Load(), time.Duration(max(c.slowest.Load(), again.slowest.Load())))
	k.kill()
	var out, said bytes.Buffer
	if status := run(context.Background(), []string{"verify", data}, std{out: &out, err: &said}); status != 0 {
		t.Errorf("verify ends with %d\n%s%s", status, out.String(), said.String())
	}
}
