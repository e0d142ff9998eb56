package gateway_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

// keepMoney runs a race whose only winner played less than the minimum: 28.65
// stay in the fund of the win pool (II-17-I). It declares another race after it.
func (w *world) keepMoney(first, next tote.RaceID) {
	w.Helper()
	do := func(c engine.Command) {
		w.Helper()
		w.ok(w.engine.Do(context.Background(), c))
	}
	const distant = event.Millis(1 << 42)
	for _, race := range []tote.RaceID{first, next} {
		do(&engine.DeclareRace{
			Race: race, Start: distant, Deadline: distant, Declared: tote.Numbered(8),
			Offers: []engine.Offer{{Bet: "E_SIMPLE_GAGNANT", BaseStake: 100}},
		})
	}
	do(&engine.OpenRace{Race: first})
	account := &engine.OpenAccount{Key: event.Key{1}}
	do(account)
	do(&engine.Deposit{Key: event.Key{2}, Account: account.Account, Amount: 101_00})
	for horse, unit := range map[tote.Horse]tote.Money{1: 1_00, 2: 100_00} {
		do(&engine.PlaceBet{
			Key: event.Key{3, byte(horse)}, Account: account.Account, Race: first, Bet: "E_SIMPLE_GAGNANT",
			Pattern: tote.UnitPattern(horse), Unit: unit,
		})
	}
	arrival := [][]tote.Horse{{1}, {2}, {3}}
	do(&engine.StopRace{Race: first})
	do(&engine.EnterResult{Race: first, Arrival: arrival, Staff: "anna"})
	do(&engine.ConfirmResult{Race: first, Arrival: arrival, Staff: "bruno"})
	if a := w.post(w.http1, w.staff, "OfficeService/DeclareDividends", `{"raceId":`+number(uint64(first))+`}`); a.status != 200 {
		w.Fatalf("declare: %d %s", a.status, a.body)
	}
}

func TestABoosterIsReleasedOverTheWire(t *testing.T) {
	inWorld(t, func(w *world) {
		first := tote.RaceID(202411230150) // its minimum stake is 1.50
		w.keepMoney(first, first+1)
		body := func(key, bet string, race tote.RaceID, cents int) string {
			return fmt.Sprintf(`{"key":%q,"bet":%q,"raceId":%d,"amountCents":%d}`, key, bet, race, cents)
		}
		for _, tt := range []struct {
			name, body, code, says string
		}{
			{"more than there is", body("0", "E_SIMPLE_GAGNANT", first+1, 28_66), "FUND_TOO_SMALL", "Le fonds de ce pari ne contient que 28,65\u00a0€."},
			{"without a key", body("", "E_SIMPLE_GAGNANT", first+1, 20_00), "KEY_MISSING", "La commande doit porter une clé de 1 à 64 caractères."},
			{"after the sales", body("2", "E_SIMPLE_GAGNANT", first, 20_00), "WRONG_STATUS", "La course n'en est pas au stade voulu."},
		} {
			a := w.post(w.http1, w.staff, "OfficeService/ReleaseBooster", tt.body, "Accept-Language", "fr")
			if a.code() != tt.code || a.message() != tt.says {
				w.Errorf("%s: %s %q, want %s %q", tt.name, a.code(), a.message(), tt.code, tt.says)
			}
		}
		for range 2 { // a retry changes nothing
			a := w.post(w.http1, w.staff, "OfficeService/ReleaseBooster", body("3", "E_SIMPLE_GAGNANT", first+1, 20_00))
			if a.status != 200 || !strings.Contains(a.body, `"addedCents":"2000"`) || !strings.Contains(a.body, `"fundCents":"865"`) {
				w.Errorf("release: %d %s", a.status, a.body)
			}
		}
		for procedure, want := range map[string]string{
			`OfficeService/GetFunds {}`:                                         `"bet":"E_SIMPLE_GAGNANT","cents":"865"`,
			fmt.Sprintf(`OfficeService/GetRaceAccounts {"raceId":%d}`, first+1): `"addedCents":"2000"`,
			`BettingService/GetOutcome {"key":"3"}`:                             `"OUTCOME_BOOSTER_RELEASED"`,
		} {
			path, body, _ := strings.Cut(procedure, " ")
			a := w.post(w.http1, w.staff, path, body)
			if text := strings.ReplaceAll(a.body, " ", ""); a.status != 200 || !strings.Contains(text, want) {
				w.Errorf("%s: %d %s, want %s", procedure, a.status, a.body, want)
			}
		}
	})
}
