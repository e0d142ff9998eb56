package node_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/timestamppb"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/api/gen/opentote/v1/opentotev1connect"
	"opentote/gateway"
	"opentote/node"
	"opentote/racing/sample"
	"opentote/tote"
)

// office drives a node through its API, as race control, a player and a shop.
type office struct {
	*testing.T
	data     string
	database string // of the journal; empty for a file
	node     *node.Node
	client   *http.Client
	first    string // staff
	second   string
	racing   opentotev1connect.RacingServiceClient
	betting  opentotev1connect.BettingServiceClient
	account  opentotev1connect.AccountServiceClient
	staff    opentotev1connect.OfficeServiceClient
	race     uint64
	clock    stillClock
	keys     int
}

// stillClock stands at the start of the sample day.
type stillClock struct{ at time.Time }

func (c stillClock) Now() time.Time { return c.at }
func (c stillClock) Rate() float64  { return 1 }

// withSample opens a node with the sample day imported and its first race open.
func withSample(t *testing.T) *office { return withSampleIn(t, "") }

// withSampleIn is withSample on a PostgreSQL database.
func withSampleIn(t *testing.T, database string) *office {
	t.Helper()
	programme, err := sample.Load()
	if err != nil {
		t.Fatal(err)
	}
	first := programme.Meetings[0].Races[0]
	o := &office{T: t, data: t.TempDir(), database: database, race: uint64(first.ID), clock: stillClock{first.Start.Add(-time.Hour)}}
	o.start()
	o.first, o.second = o.token(gateway.Staff, "anna"), o.token(gateway.Staff, "bruno")
	req := &opentotev1.ImportProgrammeRequest{AsPublished: true, Documents: []*opentotev1.ImportProgrammeRequest_Document{
		{Name: "programme.json", Content: sample.Programme()}, {Name: "participants.json", Content: sample.Participants()},
	}}
	imported := must(o, o.first, o.staff.ImportProgramme, req)
	if imported.Races == 0 || imported.Pools == 0 || len(imported.RaceIds) != int(imported.Races) {
		t.Fatalf("imported %v", imported)
	}
	must(o, o.first, o.staff.ImportProgramme, req) // again changes nothing
	must(o, o.first, o.staff.OpenRace, &opentotev1.OpenRaceRequest{RaceId: o.race})
	return o
}

// start opens the node on the data directory, anew after a Close.
func (o *office) start() {
	o.Helper()
	n, err := node.Open(context.Background(), node.Options{Data: o.data, Journal: o.database, Clock: o.clock})
	if err != nil {
		o.Fatal(err)
	}
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: protocols}
	o.node, o.client = n, &http.Client{Transport: transport}
	o.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := n.Close(); err != nil {
			o.Error(err)
		}
	})
	o.racing = opentotev1connect.NewRacingServiceClient(o.client, n.URL())
	o.betting = opentotev1connect.NewBettingServiceClient(o.client, n.URL())
	o.account = opentotev1connect.NewAccountServiceClient(o.client, n.URL())
	o.staff = opentotev1connect.NewOfficeServiceClient(o.client, n.URL())
}

func (o *office) token(r gateway.Role, subject string) string {
	o.Helper()
	token, err := o.node.Token(gateway.Identity{Role: r, Subject: subject})
	if err != nil {
		o.Fatal(err)
	}
	return token
}

func (o *office) key() string {
	o.keys++
	return fmt.Sprint("key ", o.keys)
}

type procedure[Req, Res any] func(context.Context, *connect.Request[Req]) (*connect.Response[Res], error)

func call1[Req, Res any](token string, f procedure[Req, Res], msg *Req) (*Res, error) {
	req := connect.NewRequest(msg)
	if token != "" {
		req.Header().Set("Authorization", "Bearer "+token)
	}
	res, err := f(context.Background(), req)
	if err != nil {
		return nil, err
	}
	return res.Msg, nil
}

func must[Req, Res any](o *office, token string, f procedure[Req, Res], msg *Req) *Res {
	o.Helper()
	res, err := call1(token, f, msg)
	if err != nil {
		o.Fatalf("%T: %v", msg, err)
	}
	return res
}

func refused[Req, Res any](o *office, token string, f procedure[Req, Res], msg *Req, want string) {
	o.Helper()
	_, err := call1(token, f, msg)
	if got := codeOf(err); got != want {
		o.Errorf("%T: refused with %q (%v), want %q", msg, got, err, want)
	}
}

// codeOf returns the refusal code that an error carries.
func codeOf(err error) string {
	var rpc *connect.Error
	if !errors.As(err, &rpc) {
		return ""
	}
	for _, d := range rpc.Details() {
		if v, err := d.Value(); err == nil {
			if rej, ok := v.(*opentotev1.Rejection); ok && rej.GetMessage() != "" {
				return rej.GetCode()
			}
		}
	}
	return ""
}

func (o *office) shop() string {
	o.Helper()
	return must(o, o.first, o.staff.OpenPointOfSale, &opentotev1.OpenPointOfSaleRequest{Key: o.key()}).Token
}

// player opens an account with money in it.
func (o *office) player(cents int64) (id uint64, token string) {
	o.Helper()
	a := must(o, o.first, o.account.OpenAccount, &opentotev1.OpenAccountRequest{Key: o.key()})
	must(o, o.first, o.account.Deposit, &opentotev1.DepositRequest{Key: o.key(), AccountId: a.AccountId, AmountCents: cents})
	return a.AccountId, a.Token
}

func (o *office) win(bet string, horse uint32, cents int64) *opentotev1.Bet {
	return &opentotev1.Bet{RaceId: o.race, Bet: bet, Formula: opentotev1.Formula_FORMULA_UNIT, Horses: []uint32{horse}, StakeCents: cents}
}

func places(numbers ...uint32) []*opentotev1.Place {
	var out []*opentotev1.Place
	for _, n := range numbers {
		out = append(out, &opentotev1.Place{Horses: []uint32{n}})
	}
	return out
}

func TestARaceThroughTheAPI(t *testing.T) {
	o := withSample(t)
	id, player := o.player(100_00)
	shop := o.shop()

	bet := &opentotev1.PlaceBetRequest{Key: "mine", Bet: o.win("E_SIMPLE_GAGNANT", 1, 20_00)}
	receipt := must(o, player, o.betting.PlaceBet, bet).Receipt
	if again := must(o, player, o.betting.PlaceBet, bet).Receipt; again.BetId != receipt.BetId {
		t.Errorf("the same key placed bets %d and %d", receipt.BetId, again.BetId)
	}
	must(o, player, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: o.key(), Bet: o.win("E_SIMPLE_GAGNANT", 2, 80_00)})
	refused(o, player, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: o.key(), Bet: o.win("E_SIMPLE_GAGNANT", 2, 80_00)}, "INSUFFICIENT_FUNDS")
	refused(o, player, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: o.key(), Bet: o.win("SIMPLE_GAGNANT", 2, 2_00)}, "WRONG_NETWORK")

	ticket := must(o, shop, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: "t1", Bet: o.win("SIMPLE_GAGNANT", 1, 10_00)}).Receipt
	must(o, shop, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: "t2", Bet: o.win("SIMPLE_GAGNANT", 3, 30_00)})
	if ticket.TicketCode == "" || receipt.TicketCode != "" {
		t.Errorf("ticket codes %q for the shop and %q for the account", ticket.TicketCode, receipt.TicketCode)
	}
	outcome := must(o, shop, o.betting.GetOutcome, &opentotev1.GetOutcomeRequest{Key: "t1"})
	if outcome.Receipt.GetTicketCode() != ticket.TicketCode {
		t.Errorf("outcome %v, want the ticket's receipt", outcome)
	}
	refused(o, shop, o.betting.PayTicket, &opentotev1.PayTicketRequest{Key: o.key(), TicketCode: ticket.TicketCode}, "NOT_SETTLED")

	o.run(places(1, 2, 3, 4))

	if got := must(o, player, o.account.GetAccount, &opentotev1.GetAccountRequest{AccountId: id}).BalanceCents; got != 86_00 {
		t.Errorf("the player has %d, want 8600: 20.00 at 4.30", got)
	}
	if got := must(o, shop, o.betting.PayTicket, &opentotev1.PayTicketRequest{Key: "pay", TicketCode: ticket.TicketCode}).PaidCents; got != 33_00 {
		t.Errorf("the ticket is paid %d, want 3300", got)
	}
	refused(o, shop, o.betting.PayTicket, &opentotev1.PayTicketRequest{Key: "pay again", TicketCode: ticket.TicketCode}, "TICKET_ALREADY_PAID")
	state := must(o, shop, o.betting.GetTicket, &opentotev1.GetTicketRequest{TicketCode: ticket.TicketCode}).Ticket
	if state.State != opentotev1.Ticket_STATE_PAID || state.WonCents != 33_00 {
		t.Errorf("ticket %v", state)
	}
	var sum int64
	for _, b := range must(o, o.first, o.staff.GetTrialBalance, &opentotev1.GetTrialBalanceRequest{}).Balances {
		sum += b.Cents
	}
	if sum != 0 {
		t.Errorf("the ledger sums to %d", sum)
	}
}

// run stops the race, enters and confirms the arrival and settles.
func (o *office) run(arrival []*opentotev1.Place) {
	o.Helper()
	must(o, o.first, o.staff.StopRace, &opentotev1.StopRaceRequest{RaceId: o.race})
	must(o, o.first, o.staff.EnterResult, &opentotev1.EnterResultRequest{RaceId: o.race, Arrival: arrival})
	refused(o, o.first, o.staff.ConfirmResult, &opentotev1.ConfirmResultRequest{RaceId: o.race, Arrival: arrival}, "FOUR_EYES")
	must(o, o.second, o.staff.ConfirmResult, &opentotev1.ConfirmResultRequest{RaceId: o.race, Arrival: arrival})
	must(o, o.first, o.staff.DeclareDividends, &opentotev1.DeclareDividendsRequest{RaceId: o.race})
	must(o, o.first, o.staff.Settle, &opentotev1.SettleRequest{RaceId: o.race})
}

func TestBetsOnAStream(t *testing.T) {
	o := withSample(t)
	stream := o.betting.PlaceBets(context.Background())
	stream.RequestHeader().Set("Authorization", "Bearer "+o.shop())
	for round := range 3 {
		var bets []*opentotev1.PlaceBetRequest
		for i := range 100 {
			bets = append(bets, &opentotev1.PlaceBetRequest{Key: fmt.Sprint(round, " ", i), Bet: o.win("SIMPLE_GAGNANT", uint32(i%5+1), 2_00)})
		}
		bets[7].Bet.Horses = []uint32{99}
		bets[8].Key = ""
		bets[9].Bet.RaceId = 1
		if err := stream.Send(&opentotev1.PlaceBetsRequest{Bets: bets}); err != nil {
			t.Fatal(err)
		}
		res, err := stream.Receive()
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range res.Results {
			want := map[int]string{7: "BAD_NUMBER", 8: "KEY_MISSING", 9: "UNKNOWN_RACE"}[i]
			if got := r.GetRejection().GetCode(); got != want || (want == "") != (r.GetReceipt().GetTicketCode() != "") {
				t.Errorf("round %d, bet %d: %v, want refusal %q", round, i, r, want)
			}
		}
	}
	if err := errors.Join(stream.CloseRequest(), stream.CloseResponse()); err != nil {
		t.Error(err)
	}
}

func TestWatchRace(t *testing.T) {
	o := withSample(t)
	shop := o.shop()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	watch := func(seen map[uint64]uint64) *connect.ServerStreamForClient[opentotev1.WatchRaceResponse] {
		stream, err := o.racing.WatchRace(ctx, connect.NewRequest(&opentotev1.WatchRaceRequest{RaceIds: []uint64{o.race}, Seen: seen}))
		if err != nil {
			t.Fatal(err)
		}
		return stream
	}
	next := func(s *connect.ServerStreamForClient[opentotev1.WatchRaceResponse]) *opentotev1.WatchRaceResponse {
		for s.Receive() {
			if s.Msg().State != nil {
				return s.Msg()
			}
		}
		t.Fatal("stream ended:", s.Err())
		return nil
	}
	stream := watch(nil)
	snapshot := next(stream)
	if snapshot.PreviousSeq != 0 || len(snapshot.State.Pools) < 2 {
		t.Fatalf("first message is no snapshot: %v", snapshot)
	}
	must(o, shop, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: o.key(), Bet: o.win("SIMPLE_GAGNANT", 1, 2_00)})
	change := next(stream)
	if change.PreviousSeq != snapshot.State.Seq || len(change.State.Pools) != 1 || change.State.Pools[0].TotalCents != 2_00 {
		t.Errorf("change %v after snapshot %d", change, snapshot.State.Seq)
	}
	stream.Close()
	// Who comes back with what he has seen gets only what is new.
	must(o, o.first, o.staff.StopRace, &opentotev1.StopRaceRequest{RaceId: o.race})
	stream = watch(map[uint64]uint64{o.race: change.State.Seq})
	back := next(stream)
	if back.PreviousSeq != change.State.Seq || back.State.Status != opentotev1.RaceStatus_RACE_STATUS_STOPPED || len(back.State.Pools) != 0 {
		t.Errorf("after a reconnection: %v", back)
	}
	stream.Close()
	// A position of another journal gets a snapshot.
	stream = watch(map[uint64]uint64{o.race: 1 << 40})
	if got := next(stream); got.PreviousSeq != 0 {
		t.Errorf("a position from the future: %v", got)
	}
	stream.Close()
}

func TestVoidedKeyAndLateBets(t *testing.T) {
	o := withSample(t)
	shop := o.shop()
	out := must(o, shop, o.betting.GetOutcome, &opentotev1.GetOutcomeRequest{Key: "lost", VoidIfUnknown: true})
	if out.Outcome != opentotev1.GetOutcomeResponse_OUTCOME_VOIDED {
		t.Errorf("outcome %v, want voided", out.Outcome)
	}
	refused(o, shop, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: "lost", Bet: o.win("SIMPLE_GAGNANT", 1, 2_00)}, "KEY_VOIDED")
	// Another shop's key of the same name is another key.
	other := must(o, o.shop(), o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: "lost", Bet: o.win("SIMPLE_GAGNANT", 1, 2_00)}).Receipt
	must(o, o.first, o.staff.StopRace, &opentotev1.StopRaceRequest{RaceId: o.race})
	refused(o, shop, o.betting.PlaceBet, &opentotev1.PlaceBetRequest{Key: "late", Bet: o.win("SIMPLE_GAGNANT", 1, 2_00)}, "RACE_STOPPED")
	purged := must(o, o.first, o.staff.PurgeLate, &opentotev1.PurgeLateRequest{RaceId: o.race, StartedAt: timestamppb.New(other.AcceptedAt.AsTime())})
	if purged.Bets != 1 || purged.RefundedCents != 2_00 {
		t.Errorf("purged %v, want one bet of 2.00", purged)
	}
	if got := must(o, shop, o.betting.PayTicket, &opentotev1.PayTicketRequest{Key: o.key(), TicketCode: other.TicketCode}).PaidCents; got != 2_00 {
		t.Errorf("a purged ticket is paid %d, want its cost", got)
	}
}

func TestMalformedRequestsChangeNothing(t *testing.T) {
	o := withSample(t)
	shop := o.shop()
	bad := func(f func(*opentotev1.PlaceBetRequest)) *opentotev1.PlaceBetRequest {
		r := &opentotev1.PlaceBetRequest{Key: o.key(), Bet: o.win("SIMPLE_GAGNANT", 1, 2_00)}
		f(r)
		return r
	}
	for want, reqs := range map[string][]*opentotev1.PlaceBetRequest{
		"BAD_SHAPE": {
			bad(func(r *opentotev1.PlaceBetRequest) { r.Bet = nil }),
			bad(func(r *opentotev1.PlaceBetRequest) { r.Bet.Bases = []uint32{2} }),
		},
		"BAD_NUMBER": {
			bad(func(r *opentotev1.PlaceBetRequest) { r.Bet.Horses = []uint32{0} }),
			bad(func(r *opentotev1.PlaceBetRequest) { r.Bet.Horses = []uint32{1 << 31} }),
			bad(func(r *opentotev1.PlaceBetRequest) { r.Bet.Complement = 256 + 1 }),
		},
		"KEY_MISSING":        {bad(func(r *opentotev1.PlaceBetRequest) { r.Key = "" }), bad(func(r *opentotev1.PlaceBetRequest) { r.Key = fmt.Sprint(make([]int, 64)) })},
		"STAKE_TOO_SMALL":    {bad(func(r *opentotev1.PlaceBetRequest) { r.Bet.StakeCents = 0 }), bad(func(r *opentotev1.PlaceBetRequest) { r.Bet.StakeCents = -1 << 63 })},
		"STAKE_TOO_LARGE":    {bad(func(r *opentotev1.PlaceBetRequest) { r.Bet.StakeCents = 1<<63 - 1 })},
		"HORSE_NOT_DECLARED": {bad(func(r *opentotev1.PlaceBetRequest) { r.Bet.Horses = []uint32{uint32(tote.MaxHorse)} })},
		"TOO_MANY_HORSES":    {bad(func(r *opentotev1.PlaceBetRequest) { r.Bet.Horses = make([]uint32, 21) })},
		"BET_NOT_OFFERED":    {bad(func(r *opentotev1.PlaceBetRequest) { r.Bet.Bet = "QUINTE" })},
		"UNKNOWN_RACE":       {bad(func(r *opentotev1.PlaceBetRequest) { r.Bet.RaceId = 1<<64 - 1 })},
	} {
		for _, r := range reqs {
			refused(o, shop, o.betting.PlaceBet, r, want)
		}
	}
	state := must(o, "", o.racing.GetRace, &opentotev1.GetRaceRequest{RaceId: o.race}).State
	for _, p := range state.Pools {
		if p.TotalCents != 0 || p.Bets != 0 {
			t.Errorf("pool %s holds %d", p.Bet, p.TotalCents)
		}
	}
	for name, code := range map[string]string{"O0IL-" + o.key(): "BAD_TICKET", "": "BAD_TICKET"} {
		refused(o, shop, o.betting.PayTicket, &opentotev1.PayTicketRequest{Key: o.key(), TicketCode: name}, code)
	}
	refused(o, o.first, o.staff.EnterResult, &opentotev1.EnterResultRequest{RaceId: o.race, Arrival: places(99)}, "BAD_NUMBER")
	refused(o, o.first, o.staff.EnterResult, &opentotev1.EnterResultRequest{RaceId: o.race, Arrival: places(1)}, "WRONG_STATUS")
	must(o, o.first, o.staff.StopRace, &opentotev1.StopRaceRequest{RaceId: o.race})
	for want, arrival := range map[string][]*opentotev1.Place{
		"ARRIVAL_REPEATED": places(1, 1), "ARRIVAL_NOT_DECLARED": places(uint32(tote.MaxHorse)), "ARRIVAL_EMPTY_PLACE": {{}},
	} {
		refused(o, o.first, o.staff.EnterResult, &opentotev1.EnterResultRequest{RaceId: o.race, Arrival: arrival}, want)
	}
	for _, content := range []string{"", "{}", "\x1f\x8b junk", `[{"programme":{"date":"x"}}]`} {
		refused(o, o.first, o.staff.ImportProgramme, &opentotev1.ImportProgrammeRequest{
			Documents: []*opentotev1.ImportProgrammeRequest_Document{{Name: "p.json", Content: []byte(content)}},
		}, "BAD_PROGRAMME")
	}
}
