package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/api/gen/opentote/v1/opentotev1connect"
	"opentote/gateway"
	"opentote/node"
	"opentote/racing"
	"opentote/racing/sample"
	"opentote/tote"
)

// TestP1P3KilledAtAnyMoment is promise P1 and P3 on the real program: it is killed
// with SIGKILL again and again while shops sell and pay, and whatever it had
// acknowledged is there, once, when it comes back.
func TestP1P3KilledAtAnyMoment(t *testing.T) {
	rounds := 200
	if testing.Short() {
		rounds = 12
	}
	data := filepath.Join(t.TempDir(), "data")
	newKiller(t, []string{"--data", data}, data).run(rounds)
}

// run kills the program so often, and then looks at what it has kept.
func (k *killer) run(rounds int) {
	k.Helper()
	for round := range rounds {
		k.round = round
		k.start()
		k.resolve()
		k.work()
	}
	k.start()
	k.resolve()
	k.finish()
}

// sale is a ticket as the shop knows it. code is empty until the system has
// acknowledged it.
type sale struct {
	race  tote.RaceID
	horse uint32
	key   string
	code  string
	payBy string // key of the payment once it was tried
	paid  bool   // payment acknowledged
}

// killer is a shop that keeps books of its own, and the program it torments.
type killer struct {
	*testing.T
	store  []string // arguments of serve
	verify []string // and of verify
	strike func()   // how a round ends: the program is dead after it
	rng    *rand.Rand
	races  []tote.RaceID // sold one after the other
	now    int           // index of the one on sale
	staff  [2]string
	shop   string
	round  int
	serial int
	errs   bool // the second calculator of the program
	url    string

	cmd     *exec.Cmd
	client  *http.Client
	betting opentotev1connect.BettingServiceClient
	office  opentotev1connect.OfficeServiceClient

	mu    sync.Mutex // guards what follows
	sales []*sale
	acks  int
}

// newKiller prepares the sample day in a system. store begins with --data and
// its directory.
func newKiller(t *testing.T, store []string, verify ...string) *killer {
	const seed = 7
	t.Logf("seed %d", seed)
	k := &killer{T: t, store: store, verify: verify, rng: rand.New(rand.NewPCG(seed, 0))}
	k.strike = k.kill
	k.start()
	programme, err := sample.Load()
	if err != nil {
		t.Fatal(err)
	}
	// Tomorrow's races do not close by themselves while the test runs.
	tomorrow := time.Now().AddDate(0, 0, 1)
	programme = programme.BeforeRacing().Shift(tote.Day(tomorrow.Year()*10000 + int(tomorrow.Month())*100 + tomorrow.Day()))
	var main, participants bytes.Buffer
	if err := racing.Encode(&main, &participants, programme); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"anna", "bruno"} {
		if k.staff[i], err = node.TokenOf(store[1], gateway.Identity{Role: gateway.Staff, Subject: name}); err != nil {
			t.Fatal(err)
		}
	}
	mustCall(k, k.staff[0], k.office.ImportProgramme, &opentotev1.ImportProgrammeRequest{
		AsPublished: true, Documents: []*opentotev1.ImportProgrammeRequest_Document{
			{Name: "programme", Content: main.Bytes()}, {Name: "participants", Content: participants.Bytes()},
		}})
	for r := range programme.Races {
		if r.Offer("SIMPLE_GAGNANT") != nil {
			k.races = append(k.races, r.ID)
		}
	}
	k.shop = mustCall(k, k.staff[0], k.office.OpenPointOfSale, &opentotev1.OpenPointOfSaleRequest{Key: "shop"}).Token
	mustCall(k, k.staff[0], k.office.OpenRace, &opentotev1.OpenRaceRequest{RaceId: uint64(k.races[0])})
	k.kill()
	return k
}

var served = regexp.MustCompile(`http://[0-9.]+:[0-9]+`)

// start starts the program on the data directory and waits until it serves.
func (k *killer) start() {
	k.Helper()
	k.cmd = exec.Command(os.Args[0], append([]string{"serve", "--listen", "127.0.0.1:0"}, k.store...)...)
	k.cmd.Env = append(os.Environ(), asProgram+"=1")
	if k.errs {
		k.cmd.Env = append(k.cmd.Env, secondErrs+"=1")
	}
	stderr, err := k.cmd.StderrPipe()
	if err != nil {
		k.Fatal(err)
	}
	if err := k.cmd.Start(); err != nil {
		k.Fatal(err)
	}
	lines, url := bufio.NewReader(stderr), ""
	for url == "" {
		line, err := lines.ReadString('\n')
		if url = served.FindString(line); url == "" && err != nil {
			k.Fatalf("round %d: the program does not serve: %v: %s", k.round, err, line)
		}
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	k.url = url
	k.url, k.client = url, &http.Client{Transport: &http.Transport{}}
	k.betting = opentotev1connect.NewBettingServiceClient(k.client, url)
	k.office = opentotev1connect.NewOfficeServiceClient(k.client, url)
}

func (k *killer) kill() {
	_ = k.cmd.Process.Kill()
	_ = k.cmd.Wait()
	k.client.CloseIdleConnections()
}

// work sells, pays and now and then finishes a race, until the program is
// killed at a moment nobody chose.
func (k *killer) work() {
	var workers sync.WaitGroup
	for range 6 {
		workers.Go(k.sell)
	}
	workers.Go(k.pay)
	if k.finishes() {
		workers.Go(func() { k.settle(k.races[k.now]) })
	}
	<-time.After(time.Duration(k.rng.IntN(40_000)) * time.Microsecond)
	k.strike()
	workers.Wait()
	if k.finishes() {
		// Whatever was reached before the kill, the race is finished when the
		// program is back.
		k.start()
		k.resolve()
		k.settle(k.races[k.now])
		k.now++
		mustCall(k, k.staff[0], k.office.OpenRace, &opentotev1.OpenRaceRequest{RaceId: uint64(k.races[k.now])})
		k.kill()
	}
}

// finishes reports whether the round finishes a race.
func (k *killer) finishes() bool { return k.round%10 == 9 && k.now+1 < len(k.races) }

func (k *killer) newSale() *sale {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.serial++
	s := &sale{race: k.races[k.now], horse: uint32(k.serial%4 + 1), key: fmt.Sprint("sale ", k.serial)}
	k.sales = append(k.sales, s)
	return s
}

// sell sells until the program does not answer any more or the race is closed.
func (k *killer) sell() {
	for {
		s := k.newSale()
		res, err := call(k.shop, k.betting.PlaceBet, s.request())
		if err != nil {
			return
		}
		k.acknowledged(s, res)
	}
}

func (s *sale) request() *opentotev1.PlaceBetRequest {
	return &opentotev1.PlaceBetRequest{Key: s.key, Bet: &opentotev1.Bet{
		RaceId: uint64(s.race), Bet: "SIMPLE_GAGNANT", Formula: opentotev1.Formula_FORMULA_UNIT,
		Horses: []uint32{s.horse}, StakeCents: 200,
	}}
}

func (k *killer) acknowledged(s *sale, res *opentotev1.PlaceBetResponse) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s.code = res.GetReceipt().GetTicketCode()
	k.acks++
}

// pay presents tickets of races that are over.
func (k *killer) pay() {
	for _, s := range k.payable() {
		if k.tryToPay(s) != nil {
			return
		}
	}
}

func (k *killer) payable() (out []*sale) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, s := range k.sales {
		if s.code != "" && !s.paid && s.race < k.races[k.now] && s.horse == winner {
			out = append(out, s)
		}
	}
	return out
}

// tryToPay pays a ticket under the same key until it is acknowledged.
func (k *killer) tryToPay(s *sale) error {
	s.payBy = "pay " + s.key
	_, err := call(k.shop, k.betting.PayTicket, &opentotev1.PayTicketRequest{Key: s.payBy, TicketCode: s.code})
	if err == nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		s.paid = true
		k.acks++
	}
	return err
}

const winner = 1

// settle finishes a race from whatever stage it has reached. It stops at the
// first call that gets no answer.
func (k *killer) settle(race tote.RaceID) {
	id := uint64(race)
	arrival := []*opentotev1.Place{{Horses: []uint32{winner}}, {Horses: []uint32{2}}, {Horses: []uint32{3}}, {Horses: []uint32{4}}}
	for _, step := range []func() error{
		func() error { return err(call(k.staff[0], k.office.StopRace, &opentotev1.StopRaceRequest{RaceId: id})) },
		func() error {
			return err(call(k.staff[0], k.office.EnterResult, &opentotev1.EnterResultRequest{RaceId: id, Arrival: arrival}))
		},
		func() error {
			return err(call(k.staff[1], k.office.ConfirmResult, &opentotev1.ConfirmResultRequest{RaceId: id, Arrival: arrival}))
		},
		func() error {
			return err(call(k.staff[0], k.office.DeclareDividends, &opentotev1.DeclareDividendsRequest{RaceId: id}))
		},
		func() error { return err(call(k.staff[0], k.office.Settle, &opentotev1.SettleRequest{RaceId: id})) },
	} {
		// A step that was done before is refused: it goes on with the next.
		if err := step(); err != nil && refusedWith(err) == "" {
			return
		}
	}
}

// resolve asks, after a kill, what became of everything that has no answer, and
// checks that everything acknowledged in the last round is still there.
func (k *killer) resolve() {
	k.Helper()
	kept := k.sales[:0]
	for i, s := range k.sales {
		if s.code != "" && i < len(k.sales)-2000 {
			kept = append(kept, s)
			continue
		}
		out := mustCall(k, k.shop, k.betting.GetOutcome, &opentotev1.GetOutcomeRequest{Key: s.key, VoidIfUnknown: true})
		switch {
		case s.code != "" && out.GetReceipt().GetTicketCode() != s.code:
			k.Fatalf("round %d: acknowledged %s is lost: %v", k.round, s.key, out)
		case s.code == "" && out.Outcome == opentotev1.GetOutcomeResponse_OUTCOME_BET_PLACED:
			s.code = out.GetReceipt().GetTicketCode()
		case s.code == "":
			continue // voided: it never was, and never will be
		}
		if s.payBy != "" {
			paid := mustCall(k, k.shop, k.betting.GetOutcome, &opentotev1.GetOutcomeRequest{Key: s.payBy})
			is := paid.Outcome == opentotev1.GetOutcomeResponse_OUTCOME_TICKET_PAID
			if s.paid && !is {
				k.Fatalf("round %d: acknowledged payment of %s is lost: %v", k.round, s.key, paid)
			}
			s.paid = is
		}
		kept = append(kept, s)
	}
	k.sales = kept
}

// finish settles and pays what is left and compares the shop's books with the
// system's.
func (k *killer) finish() {
	k.settle(k.races[k.now])
	sold := map[tote.RaceID]uint64{}
	for _, s := range k.sales {
		sold[s.race]++
		if s.horse != winner {
			if got := refusedWith(err(call(k.shop, k.betting.PayTicket, &opentotev1.PayTicketRequest{Key: "x" + s.key, TicketCode: s.code}))); got != "TICKET_LOST" {
				k.Fatalf("%s: refused with %q, want TICKET_LOST", s.key, got)
			}
			continue
		}
		if err := k.tryToPay(s); err != nil {
			k.Fatalf("%s: %v", s.key, err)
		}
		if got := refusedWith(err(call(k.shop, k.betting.PayTicket, &opentotev1.PayTicketRequest{Key: "again " + s.key, TicketCode: s.code}))); got != "TICKET_ALREADY_PAID" {
			k.Fatalf("%s: paid again, or %q", s.key, got)
		}
	}
	for _, race := range k.races[:k.now+1] {
		for _, p := range mustCall(k, k.staff[0], k.office.GetRaceAccounts, &opentotev1.GetRaceAccountsRequest{RaceId: uint64(race)}).Pools {
			if p.Bet != "SIMPLE_GAGNANT" {
				continue
			}
			if p.Bets != sold[race] {
				k.Errorf("race %v: %d bets in the pool, the shop sold %d", race, p.Bets, sold[race])
			}
			if p.PaidCents != p.WinningsCents+p.RefundsCents {
				k.Errorf("race %v: paid %d of %d", race, p.PaidCents, p.WinningsCents+p.RefundsCents)
			}
		}
	}
	k.kill()
	k.Logf("%d rounds, %d acknowledged commands, %d tickets", k.round+1, k.acks, len(k.sales))
	var out, said bytes.Buffer
	if status := run(context.Background(), append([]string{"verify", "--recheck"}, k.verify...), std{out: &out, err: &said}); status != 0 {
		k.Errorf("verify ends with %d\n%s%s", status, out.String(), said.String())
	}
}

func call[Req, Res any](token string, f func(context.Context, *connect.Request[Req]) (*connect.Response[Res], error), msg *Req) (*Res, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	req := connect.NewRequest(msg)
	req.Header().Set("Authorization", "Bearer "+token)
	res, err := f(ctx, req)
	if err != nil {
		return nil, err
	}
	return res.Msg, nil
}

func mustCall[Req, Res any](k *killer, token string, f func(context.Context, *connect.Request[Req]) (*connect.Response[Res], error), msg *Req) *Res {
	k.Helper()
	res, err := call(token, f, msg)
	if err != nil {
		k.Fatalf("round %d: %T: %v", k.round, msg, err)
	}
	return res
}

// err drops an answer.
func err[T any](_ T, e error) error { return e }

// refusedWith returns the refusal code an error carries, "" for other errors.
func refusedWith(e error) string {
	var rpc *connect.Error
	if !errors.As(e, &rpc) {
		return ""
	}
	for _, d := range rpc.Details() {
		if v, verr := d.Value(); verr == nil {
			if rej, ok := v.(*opentotev1.Rejection); ok {
				return rej.GetCode()
			}
		}
	}
	return ""
}
