package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	opentotev1 "opentote/api/gen/opentote/v1"
)

// TestADisputeIsKeptUntilTheCalculatorsAgree is what an operator lives through:
// the second calculator of the real program errs, a race is not paid, the program
// is killed and started again with the error mended, and all is paid.
func TestADisputeIsKeptUntilTheCalculatorsAgree(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	k := newKiller(t, []string{"--data", data}, data)
	k.errs = true
	k.start()
	for range 8 {
		s := k.newSale()
		k.acknowledged(s, mustCall(k, k.shop, k.betting.PlaceBet, s.request()))
	}
	race := k.races[0]
	k.settle(race)
	for range 2 { // tried again, it is refused again
		if got := refusedWith(err(call(k.staff[0], k.office.DeclareDividends, &opentotev1.DeclareDividendsRequest{RaceId: uint64(race)}))); got != "CALCULATORS_DISAGREE" {
			t.Errorf("declared with %q", got)
		}
	}
	if got := refusedWith(k.tryToPay(k.sales[0])); got != "NOT_SETTLED" {
		t.Errorf("a ticket of the race is answered with %q", got)
	}
	k.disputed()
	k.kill()

	k.errs = false
	k.start()
	file := k.disputed()
	line, err := os.ReadFile(filepath.Join(data, file+"l"))
	if err != nil {
		t.Fatal(err)
	}
	if r := runWith(string(line), "dividends", "--check"); r.status != 0 || !strings.Contains(r.out, "SIMPLE_GAGNANT") {
		t.Errorf("the case of the dispute: %+v", r)
	}
	k.settle(race)
	if got := k.accounts(); got.Dispute != nil || got.Status != opentotev1.RaceStatus_RACE_STATUS_SETTLED {
		t.Errorf("at the end: %v", got)
	}
	if text := k.health(); text != "ok\n" {
		t.Errorf("health at the end: %q", text)
	}
	k.finish()
}

func (k *killer) health() string {
	k.Helper()
	res, err := k.client.Get(k.url + "/healthz")
	if err != nil {
		k.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		k.Fatal(err)
	}
	return string(text)
}

func (k *killer) accounts() *opentotev1.GetRaceAccountsResponse {
	k.Helper()
	return mustCall(k, k.staff[0], k.office.GetRaceAccounts, &opentotev1.GetRaceAccountsRequest{RaceId: uint64(k.races[k.now])})
}

// disputed checks that the race's dispute is shown to staff and to whoever watches
// the system, and returns its file.
func (k *killer) disputed() string {
	k.Helper()
	got := k.accounts()
	if got.Status != opentotev1.RaceStatus_RACE_STATUS_OFFICIAL || !strings.Contains(got.Dispute.GetDifference(), "winnings") {
		k.Errorf("accounts say %v", got)
	}
	if text := k.health(); !strings.HasPrefix(text, "ok\n") || !strings.Contains(text, "the calculators disagree") {
		k.Errorf("health: %q", text)
	}
	return got.Dispute.GetFile()
}
