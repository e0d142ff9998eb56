package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"time"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/api/gen/opentote/v1/opentotev1connect"
	"opentote/gateway"
	"opentote/racing"
	"opentote/racing/sample"
	"opentote/tote"
)

// world is a system with the sample day on sale tomorrow, and callers who can
// pay. It is made through the API, like any other.
type world struct {
	url     string
	token   func(gateway.Identity) (string, error)
	client  *http.Client
	staff   string
	callers []caller
	races   []tote.RaceID
	serial  int
	purse   int // deposits that an account needs
}

// costMax is what a bet of the load costs at most, and deposit what is put into
// an account at a time, in cents.
const (
	costMax = 6_00
	deposit = 100_000_00
)

// openWorld puts the sample day on sale at url. Half of the callers are
// accounts, with money for their part of so many bets, the others tills.
func openWorld(ctx context.Context, url string, token func(gateway.Identity) (string, error), callers, bets int) (*world, error) {
	accounts := (callers + 1) / 2
	w := &world{
		url: url, token: token, client: &http.Client{Transport: &http.Transport{}},
		purse: 2 + bets/accounts*costMax/deposit,
	}
	var err error
	if w.staff, err = token(gateway.Identity{Role: gateway.Staff, Subject: "bench"}); err != nil {
		return nil, err
	}
	day, err := w.importDay(ctx)
	if err != nil {
		return nil, fmt.Errorf("bench: put a day on sale: %w", err)
	}
	for n := range callers {
		open, prefix := w.till, tote.BetCode("")
		if n%2 == 0 {
			open, prefix = w.account, "E_"
		}
		c := caller{Offer: offersOf(day, prefix)}
		if c.Token, err = open(ctx, n); err != nil {
			return nil, fmt.Errorf("bench: open caller %d: %w", n, err)
		}
		w.callers = append(w.callers, c)
	}
	return w, nil
}

func (w *world) close() { w.client.CloseIdleConnections() }

func (w *world) importDay(ctx context.Context) (*racing.Programme, error) {
	day, err := sample.Load()
	if err != nil {
		return nil, err
	}
	tomorrow := time.Now().AddDate(0, 0, 1)
	day = day.BeforeRacing().Shift(tote.Day(tomorrow.Year()*10000 + int(tomorrow.Month())*100 + tomorrow.Day()))
	var programme, participants bytes.Buffer
	if err := racing.Encode(&programme, &participants, day); err != nil {
		return nil, err
	}
	office := opentotev1connect.NewOfficeServiceClient(w.client, w.url)
	_, err = ask(ctx, w.staff, office.ImportProgramme, &opentotev1.ImportProgrammeRequest{
		AsPublished: true, Documents: []*opentotev1.ImportProgrammeRequest_Document{
			{Name: "programme", Content: programme.Bytes()}, {Name: "participants", Content: participants.Bytes()},
		}})
	if err != nil {
		return nil, err
	}
	for r := range day.Races {
		if _, err := ask(ctx, w.staff, office.OpenRace, &opentotev1.OpenRaceRequest{RaceId: uint64(r.ID)}); err != nil {
			return nil, err
		}
		w.races = append(w.races, r.ID)
	}
	return day, nil
}

// offersOf lists what the load bets on: three times out of four Simple Gagnant,
// else the 2sur4 where it is offered.
func offersOf(day *racing.Programme, prefix tote.BetCode) (out []offer) {
	for r := range day.Races {
		for n, code := range []tote.BetCode{"SIMPLE_GAGNANT", "SIMPLE_GAGNANT", "SIMPLE_GAGNANT", "DEUX_SUR_QUATRE"} {
			o := r.Offer(prefix + code)
			if o == nil {
				continue
			}
			bet := offer{Race: uint64(r.ID), Bet: string(o.Code), Take: 1 + n/3, Cents: int64(2 * o.BaseStake)}
			for _, h := range r.Runners {
				bet.Horses = append(bet.Horses, uint32(h.Number))
			}
			out = append(out, bet)
		}
	}
	return out
}

// account opens an account with money in it.
func (w *world) account(ctx context.Context, n int) (string, error) {
	accounts := opentotev1connect.NewAccountServiceClient(w.client, w.url)
	a, err := ask(ctx, w.staff, accounts.OpenAccount, &opentotev1.OpenAccountRequest{Key: fmt.Sprint("account ", n)})
	if err != nil {
		return "", err
	}
	for i := range w.purse {
		_, err := ask(ctx, w.staff, accounts.Deposit, &opentotev1.DepositRequest{
			Key: fmt.Sprint("deposit ", n, " ", i), AccountId: a.AccountId, AmountCents: deposit,
		})
		if err != nil {
			return "", err
		}
	}
	return w.token(gateway.Identity{Role: gateway.Account, Subject: strconv.FormatUint(a.AccountId, 10)})
}

func (w *world) till(ctx context.Context, n int) (string, error) {
	office := opentotev1connect.NewOfficeServiceClient(w.client, w.url)
	t, err := ask(ctx, w.staff, office.OpenPointOfSale, &opentotev1.OpenPointOfSaleRequest{Key: fmt.Sprint("till ", n)})
	if err != nil {
		return "", err
	}
	return t.Token, nil
}

// ask calls a procedure.
func ask[Req, Res any](ctx context.Context, token string, f func(context.Context, *connect.Request[Req]) (*connect.Response[Res], error), msg *Req) (*Res, error) {
	req := connect.NewRequest(msg)
	req.Header().Set("Authorization", "Bearer "+token)
	res, err := f(ctx, req)
	if err != nil {
		return nil, err
	}
	return res.Msg, nil
}

// send has another process, this very program, send a load.
func (w *world) send(ctx context.Context, l Load) (*Loaded, error) {
	l.Callers = w.callers
	l.Serial = w.serial
	w.serial++
	if l.URL == "" {
		l.URL = w.url
	}
	spec, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	cmd := exec.CommandContext(ctx, program, "bench", "client")
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("bench: start the client: %w", err)
	}
	_, werr := in.Write(append(spec, '\n'))
	// The pipe stays open while the client works: its end would stop it.
	err = cmd.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err = errors.Join(werr, err); err != nil {
		return nil, fmt.Errorf("bench: the client: %w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	seen := new(Loaded)
	if err := json.Unmarshal(out.Bytes(), seen); err != nil {
		return nil, fmt.Errorf("bench: the client's answer: %w", err)
	}
	return seen, nil
}
