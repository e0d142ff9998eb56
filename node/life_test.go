package node_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/gateway"
	"opentote/journal/sqlite"
	"opentote/node"
	"opentote/tote"
)

// TestTheBoardIsTheSameAfterARestart: what the public reads is a function of
// the journal, odds included.
func TestTheBoardIsTheSameAfterARestart(t *testing.T) {
	o := withSample(t)
	shop := o.shop()
	_, player := o.player(100_00)
	for i := range uint32(9) {
		must(o, shop, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: o.key(), Bet: o.win("SIMPLE_GAGNANT", i%4+1, int64(i+2)*100)})
	}
	must(o, player, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: o.key(), Bet: o.win("E_SIMPLE_PLACE", 2, 5_00)})
	full := &opentotev1.Bet{
		RaceId: o.race, Bet: "DEUX_SUR_QUATRE", Formula: opentotev1.Formula_FORMULA_BASE, Bases: []uint32{3}, FullField: true, StakeCents: 3_00,
	}
	must(o, shop, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: o.key(), Bet: full})
	must(o, o.first, o.staff.DeclareNonRunner, &opentotev1.DeclareNonRunnerRequest{RaceId: o.race, Horse: 5})
	// A bet after the non-runner: who shows it has seen both.
	must(o, shop, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: o.key(), Bet: o.win("SIMPLE_GAGNANT", 1, 2_00)})
	compare := func(stage string) {
		t.Helper()
		before := o.settled()
		if err := o.node.Close(); err != nil {
			t.Fatal(err)
		}
		o.start()
		if diff := cmp.Diff(before, o.settled(), protocmp.Transform()); diff != "" {
			t.Errorf("%s: (-before the restart +after):\n%s", stage, diff)
		}
	}
	compare("on sale")
	o.run(places(1, 2, 3, 4))
	compare("settled")
}

// settled returns a race once the board has come to what the engine has
// answered: a till's deposit is no event of a race, so a bet of the last race
// tells.
func (o *office) settled() *opentotev1.GetRaceResponse {
	o.Helper()
	accounts := must(o, o.first, o.staff.GetRaceAccounts, &opentotev1.GetRaceAccountsRequest{RaceId: o.race})
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		race := must(o, "", o.racing.GetRace, &opentotev1.GetRaceRequest{RaceId: o.race})
		same := race.State.Status == accounts.Status && len(race.State.Pools) == len(accounts.Pools)
		for i, p := range race.State.Pools {
			same = same && p.TotalCents == accounts.Pools[i].StakesCents && p.Bets == accounts.Pools[i].Bets
		}
		if same {
			return race
		}
	}
	o.Fatal("the board does not come to where the engine is")
	return nil
}

// TestAnEngineThatStopsIsToldToEverybody: another writer takes the journal's
// lead, so the engine's next append is refused.
func TestAnEngineThatStopsIsToldToEverybody(t *testing.T) {
	data := t.TempDir()
	n, err := node.Open(context.Background(), node.Options{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	staff, _ := n.Token(gateway.Identity{Role: gateway.Staff, Subject: "anna"})
	if got := health(t, n); got != http.StatusOK {
		t.Errorf("healthy node: /healthz %d", got)
	}
	usurper, err := sqlite.Open(context.Background(), node.JournalPath(data), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer usurper.Close()
	if _, err := usurper.Lead(context.Background()); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the command that meets the fault, and one after it
		status, out := call(t, n, staff, "AccountService/OpenAccount", `{"key":"1"}`)
		if status != http.StatusServiceUnavailable || out["code"] != "unavailable" || out["message"] != "The system is stopping; ask for the outcome of your key." {
			t.Errorf("OpenAccount: %d %v", status, out)
		}
	}
	select {
	case <-n.Stopped():
	case <-time.After(time.Minute):
		t.Fatal("the node does not say that it has stopped")
	}
	if got := health(t, n); got != http.StatusServiceUnavailable {
		t.Errorf("/healthz %d", got)
	}
	if err := n.Close(); err == nil {
		t.Error("Close does not say why the engine had stopped")
	}
}

func health(t *testing.T, n *node.Node) int {
	t.Helper()
	resp, err := http.Get(n.URL() + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// TestCloseEndsStreamsAtOnce: neither those who watch nor terminals whose
// streams are open all day keep a node from closing.
func TestCloseEndsStreamsAtOnce(t *testing.T) {
	o := withSample(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	sell := o.betting.PlaceBets(ctx)
	sell.RequestHeader().Set("Authorization", "Bearer "+o.shop())
	bets := []*opentotev1.PlaceBetRequest{{Key: "1", Bet: o.win("SIMPLE_GAGNANT", 1, 2_00)}}
	if err := sell.Send(&opentotev1.PlaceBetsRequest{Bets: bets}); err != nil {
		t.Fatal(err)
	}
	if _, err := sell.Receive(); err != nil {
		t.Fatal(err)
	}
	watch, err := o.racing.WatchRace(ctx, connect.NewRequest(&opentotev1.WatchRaceRequest{RaceIds: []uint64{o.race}}))
	if err != nil || !watch.Receive() {
		t.Fatal(err, watch.Err())
	}
	began := time.Now()
	closed := make(chan error, 1)
	go func() { closed <- o.node.Close() }()
	for watch.Receive() {
	}
	if err := watch.Err(); err != nil {
		t.Errorf("the watched race ends with %v", err)
	}
	if _, err := sell.Receive(); codeOf(err) != "STOPPED" {
		t.Errorf("the stream of bets ends with %v, want STOPPED", err)
	}
	_, _ = sell.CloseRequest(), sell.CloseResponse()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("Close took %v", took)
	}
}

// TestNothingIsLostWhenANodeClosesUnderLoad: every bet is answered, refused, or
// its key tells after the restart; and the pool holds exactly those accepted.
func TestNothingIsLostWhenANodeClosesUnderLoad(t *testing.T) {
	o := withSample(t)
	shop := o.shop()
	var mu sync.Mutex
	codes, first := map[string]string{}, make(chan bool, 1) // by key; "" has no answer
	var sellers sync.WaitGroup
	for s := range 8 {
		sellers.Go(func() {
			for i := 0; ; i++ {
				key := fmt.Sprint(s, "-", i)
				res, err := call1(shop, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: key, Bet: o.win("SIMPLE_GAGNANT", 1, 2_00)})
				mu.Lock()
				codes[key] = res.GetReceipt().GetTicketCode()
				mu.Unlock()
				if err != nil {
					return
				}
				if i == 20 {
					select {
					case first <- true:
					default:
					}
				}
			}
		})
	}
	<-first
	if err := o.node.Close(); err != nil {
		t.Error(err)
	}
	sellers.Wait()
	o.start()
	accepted := uint64(0)
	for key, code := range codes {
		out := must(o, shop, o.betting.GetOutcome, &opentotev1.GetOutcomeRequest{Key: key, VoidIfUnknown: true})
		if code != "" && out.GetReceipt().GetTicketCode() != code {
			t.Fatalf("%s was acknowledged and is lost: %v", key, out)
		}
		if out.Receipt != nil {
			accepted++
		}
	}
	for _, p := range must(o, o.first, o.staff.GetRaceAccounts, &opentotev1.GetRaceAccountsRequest{RaceId: o.race}).Pools {
		if tote.BetCode(p.Bet) == "SIMPLE_GAGNANT" && (p.Bets != accepted || p.StakesCents != int64(accepted)*2_00) {
			t.Errorf("the pool holds %d bets, %d were accepted", p.Bets, accepted)
		}
	}
}
