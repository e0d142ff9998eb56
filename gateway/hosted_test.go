package gateway_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"opentote/engine"
	"opentote/event"
	"opentote/gateway"
	"opentote/tote"
)

// runAbroad runs a race whose win pool a host shares out: an account has the winner
// for 2.00, a till a loser for 3.00. It returns the account's bet.
func (w *world) runAbroad(race tote.RaceID, win tote.BetCode) event.BetID {
	w.Helper()
	do := func(c engine.Command) {
		w.Helper()
		w.ok(w.engine.Do(context.Background(), c))
	}
	const distant = event.Millis(1 << 42)
	do(&engine.DeclareRace{
		Race: race, Start: distant, Deadline: distant, Declared: tote.Numbered(8),
		Offers: []engine.Offer{{Bet: win, BaseStake: 100}},
	})
	do(&engine.OpenRace{Race: race})
	account, till := &engine.OpenAccount{Key: event.Key{1}}, &engine.OpenPointOfSale{Key: event.Key{4}}
	do(account)
	do(till)
	do(&engine.Deposit{Key: event.Key{2}, Account: account.Account, Amount: 10_00})
	placed := &engine.PlaceBet{Key: event.Key{3}, Account: account.Account, Race: race, Bet: win, Pattern: tote.UnitPattern(4), Unit: 2_00}
	do(placed)
	do(&engine.PlaceBet{Key: event.Key{5}, PointOfSale: till.PointOfSale, Race: race, Bet: win, Pattern: tote.UnitPattern(5), Unit: 3_00})
	do(&engine.StopRace{Race: race})
	arrival := [][]tote.Horse{{4}, {5}, {6}}
	do(&engine.EnterResult{Race: race, Arrival: arrival, Staff: "anna"})
	do(&engine.ConfirmResult{Race: race, Arrival: arrival, Staff: "bruno"})
	return placed.Receipt.Bet
}

// TestAHostsDividendsOverTheWire: a till and an account bet in one pool, two people
// read what its host sent, and the position towards it is in the accounts.
func TestAHostsDividendsOverTheWire(t *testing.T) {
	inWorld(t, func(w *world) {
		const (
			race = tote.RaceID(202511230150)
			win  = tote.BetCode("SIMPLE_GAGNANT_INTERNATIONAL")
		)
		placed := w.runAbroad(race, win)
		body := func(combination string, dividend int) string {
			return fmt.Sprintf(`{"raceId":%d,"bet":%q,"result":{"dividends":[{"combination":%q,"dividend":%d}]}}`, race, win, combination, dividend)
		}
		declare := fmt.Sprintf(`{"raceId":%d}`, race)
		for _, tt := range []struct{ call, body, code, says string }{
			{"DeclareDividends", declare, "HOST_AWAITED", "La masse SIMPLE_GAGNANT_INTERNATIONAL attend les rapports de son organisateur, saisis par une personne et confirmés par une autre."},
			{"EnterHostDividends", body("5", 2_45), "HOST_COMBINATION", "La combinaison 5 n'est pas payable à cette arrivée."},
			{"EnterHostDividends", body("4", 2_44), "HOST_DIVIDEND", "Le rapport de 4 n'est pas possible : multiples de 0,05 de 1,00 à 1 000 000,00."},
			{"EnterHostDividends", body(strings.Repeat("4", 17), 2_45), "BAD_SHAPE", ""},
			{"EnterHostDividends", fmt.Sprintf(`{"raceId":%d,"bet":%q,"result":{"refundReason":%q}}`, race, win, strings.Repeat("X", 33)), "TOO_MANY", ""},
			{"EnterHostDividends", fmt.Sprintf(`{"raceId":%d,"bet":%q}`, race, win), "HOST_REASON", ""},
			{"ConfirmHostDividends", body("4", 2_45), "WRONG_STATUS", ""},
			{"EnterHostDividends", body("4", 2_45), "", ""},
			{"ConfirmHostDividends", body("4", 2_45), "FOUR_EYES", ""}, // the same token
		} {
			a := w.post(w.http1, w.staff, "OfficeService/"+tt.call, tt.body, "Accept-Language", "fr")
			if tt.code == "" && a.status != 200 || tt.code != "" && a.code() != tt.code || tt.says != "" && a.message() != tt.says {
				w.Errorf("%s %s: %d %s %q, want %s %q", tt.call, tt.body, a.status, a.code(), a.message(), tt.code, tt.says)
			}
		}
		for _, call := range []string{"EnterHostDividends", "ConfirmHostDividends"} {
			if a := w.post(w.http1, w.till, "OfficeService/"+call, body("4", 2_45)); a.code() != "FORBIDDEN" {
				w.Errorf("%s by a till: %s", call, a.body)
			}
		}
		if a := w.post(w.http1, w.token(gateway.Staff, "carl"), "OfficeService/ConfirmHostDividends", body("4", 2_45)); a.status != 200 {
			w.Fatalf("confirm: %d %s", a.status, a.body)
		}
		a := w.post(w.http1, w.staff, "OfficeService/DeclareDividends", declare)
		for _, want := range []string{`"network":"NETWORK_COMMON"`, `"winningsCents":"490"`, `"hostCents":"-10"`, `"procedure":"hosted"`} {
			if text := strings.ReplaceAll(a.body, " ", ""); a.status != 200 || !strings.Contains(text, want) {
				w.Errorf("declared %d %s, want %s", a.status, a.body, want)
			}
		}
		synctest.Wait() // the board has followed
		a = w.post(w.http1, "", "RacingService/GetWorking", fmt.Sprintf(`{"raceId":%d,"bet":%q}`, race, win))
		for _, want := range []string{"Rapports calculés et envoyés par l’opérateur du pays de la course", "To the operator abroad: €0.10."} {
			if a.status != 200 || !strings.Contains(a.body, want) {
				w.Errorf("working: %d %s, want %q", a.status, a.body, want)
			}
		}
		w.ok(w.engine.Do(context.Background(), &engine.SettleBets{Race: race}))
		synctest.Wait()
		a = w.post(w.http1, w.token(gateway.Account, "1"), "BettingService/ExplainBet", fmt.Sprintf(`{"betId":"%d"}`, uint64(placed)))
		if want := "€2.00 × €2.45 = €4.90"; a.status != 200 || !strings.Contains(a.body, want) {
			w.Errorf("explained: %d %s, want %q", a.status, a.body, want)
		}
	})
}
