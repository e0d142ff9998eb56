package gateway_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"opentote/gateway"
)

type refusedReport struct{ token, procedure, body, code, says string }

// legOf and reportOf are parts of a request, as JSON.
func legOf(race uint64, bet, formula, horses string) string {
	return `{"raceId":` + number(race) + `,"bet":"` + bet + `","carryQuarters":3,"bets":[{"formula":"FORMULA_` + formula + `","horses":` + horses + `}]}`
}

func reportOf(key, more string, legs ...string) string {
	return `{"key":"` + key + `","stakeCents":"200","legs":[` + strings.Join(legs, ",") + `]` + more + `}`
}

// TestAReportOverHTTP sells a Mix to an account, tells of its chains, and cancels one.
func TestAReportOverHTTP(t *testing.T) {
	inWorld(t, func(w *world) {
		calls := func(token, procedure, body string, want int) answer {
			w.Helper()
			a := w.post(w.http1, token, procedure, body, "Accept-Language", "fr")
			if a.status != want {
				w.Errorf("%s %s: %d %s", procedure, body, a.status, a.body)
			}
			return a
		}
		calls(w.staff, "AccountService/OpenAccount", `{"key":"a"}`, 200)
		calls(w.staff, "AccountService/OpenAccount", `{"key":"b"}`, 200)
		calls(w.staff, "AccountService/Deposit", `{"key":"d","accountId":"1","amountCents":"10000"}`, 200)
		calls(w.staff, "OfficeService/OpenRace", `{"raceId":`+number(w.race+1)+`}`, 200)
		alice, bob := w.token(gateway.Account, "1"), w.token(gateway.Account, "2")
		legs := []string{
			legOf(w.race, "E_SIMPLE_GAGNANT", "UNIT", "[1]"), legOf(w.race+1, "E_COUPLE_PLACE", "COMBINED", "[1,2,3]"), legOf(w.race+2, "E_SIMPLE_PLACE", "UNIT", "[4]"),
		}
		mix := reportOf("r", `,"mix":2,"integral":true`, legs...)
		placed := calls(alice, "BettingService/PlaceReport", mix, 200)
		var said struct{ Receipt map[string]any }
		if err := json.Unmarshal([]byte(placed.body), &said); err != nil || said.Receipt["reportId"] != "1" || said.Receipt["costCents"] != "1200" || said.Receipt["chains"] != 4.0 {
			w.Errorf("receipt %s", placed.body)
		}
		if again := calls(alice, "BettingService/PlaceReport", mix, 200); again.body != placed.body {
			w.Errorf("again %s", again.body)
		}
		for _, tt := range []refusedReport{
			{alice, "BettingService/PlaceReport", reportOf("1", "", legs[0]), "REPORT_TOO_FEW_LEGS", "au moins deux courses"},
			{alice, "BettingService/PlaceReport", reportOf("2", "", legs[1], legs[0]), "REPORT_NOT_IN_ORDER", "dans leur ordre"},
			{alice, "BettingService/PlaceReport", reportOf("3", "", legs[0], legOf(w.race+1, "E_TRIO", "UNIT", "[1,2,3]")), "REPORT_BET", "Report+ sur cette course"},
			{alice, "BettingService/PlaceReport", reportOf("4", "", legs[0], legOf(w.race+1, "E_COUPLE_PLACE", "BASE", "[1]")), "BAD_SHAPE", ""},
			{alice, "BettingService/PlaceReport", reportOf("5", `,"mix":3`, legs...), "REPORT_MIX", "Mix"},
			{alice, "BettingService/PlaceReport", reportOf("6", "", slices.Repeat(legs[:1], 101)...), "TOO_MANY", ""},
			{alice, "BettingService/PlaceReport", reportOf("7", "", slices.Repeat(legs[:1], 13)...), "REPORT_TOO_LARGE", "trop de courses"},
			{alice, "BettingService/PlaceReport", reportOf("8", "", legs[2], legs[1]), "RACE_NOT_OPEN", ""},
			{alice, "BettingService/PlaceReport", reportOf("", "", legs...), "KEY_MISSING", ""},
			{bob, "BettingService/PlaceReport", reportOf("9", "", legs...), "INSUFFICIENT_FUNDS", ""},
			{bob, "BettingService/GetReport", `{"reportId":"1"}`, "UNKNOWN_REPORT", ""},
			{bob, "BettingService/CancelReport", `{"key":"c","reportId":"1"}`, "UNKNOWN_REPORT", ""},
			{alice, "BettingService/CancelReport", `{"reportId":"1"}`, "KEY_MISSING", ""},
			{alice, "BettingService/GetReport", `{"reportId":"9"}`, "UNKNOWN_REPORT", "n'existe pas"},
			{w.staff, "OfficeService/DetachReports", `{"raceId":"7"}`, "UNKNOWN_RACE", ""},
		} {
			a := w.post(w.http1, tt.token, tt.procedure, tt.body, "Accept-Language", "fr")
			if a.code() != tt.code || !strings.Contains(a.message(), tt.says) {
				w.Errorf("%s %.100s: %d %s, want %s", tt.procedure, tt.body, a.status, a.body, tt.code)
			}
		}
		calls(alice, "BettingService/CancelReport", `{"key":"c","reportId":"2"}`, 200)
		for _, tt := range []struct{ procedure, body, says string }{
			{"BettingService/GetReport", `{"reportId":"2"}`, `"state":"STATE_CANCELLED"`},
			{"BettingService/GetReport", `{"reportId":"4"}`, `"combinations":3`},
			{"BettingService/GetOutcome", `{"key":"r"}`, `"OUTCOME_REPORT_PLACED","reports":{"reportId":"1"`},
			{"BettingService/GetOutcome", `{"key":"c"}`, `"OUTCOME_REPORT_CANCELLED"`},
			{"AccountService/GetAccount", `{}`, `"balanceCents":"9000"`},
			{"RacingService/GetRace", `{"raceId":` + number(w.race) + `}`, `"report":true`},
		} {
			if a := calls(alice, tt.procedure, tt.body, 200); !strings.Contains(strings.ReplaceAll(a.body, " ", ""), tt.says) {
				w.Errorf("%s: %s, want %s", tt.procedure, a.body, tt.says)
			}
		}
		calls(w.staff, "OfficeService/DetachReports", `{"raceId":`+number(w.race+1)+`}`, 200)
		if a := w.post(w.http1, alice, "BettingService/PlaceReport", reportOf("z", "", legs...)); a.code() != "REPORTS_DETACHED" {
			w.Errorf("on races in another order: %d %s", a.status, a.body)
		}
	})
}
