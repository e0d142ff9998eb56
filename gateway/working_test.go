package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"opentote/engine"
	"opentote/event"
	"opentote/gateway"
	"opentote/tote"
)

// told are the lines of an answer in one language, spaces that do not break made
// plain.
func told(t *testing.T, a answer, french bool) (lines []string) {
	t.Helper()
	type sentence struct{ En, Fr string }
	type line struct {
		Text    sentence
		Article string
	}
	var out struct {
		Sections []struct{ Lines []line }
		Lines    []line
	}
	if err := json.Unmarshal([]byte(a.body), &out); err != nil || a.status != 200 {
		t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	for _, s := range out.Sections {
		out.Lines = append(out.Lines, s.Lines...)
	}
	for _, l := range out.Lines {
		text := l.Text.En
		if french {
			text = l.Text.Fr
		}
		if l.Article != "" {
			text += " [" + l.Article + "]"
		}
		lines = append(lines, strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text))
	}
	return lines
}

// explainedRace declares a race and opens it, with an account that has money.
func (w *world) explainedRace(race tote.RaceID) (account event.AccountID, do func(engine.Command)) {
	w.Helper()
	do = func(c engine.Command) {
		w.Helper()
		w.ok(w.engine.Do(context.Background(), c))
	}
	const distant = event.Millis(1 << 42)
	do(&engine.DeclareRace{
		Race: race, Start: distant, Deadline: distant, Declared: tote.Numbered(8),
		Offers: []engine.Offer{{Bet: "E_SIMPLE_GAGNANT", BaseStake: 100}, {Bet: "SIMPLE_GAGNANT", BaseStake: 200}},
	})
	do(&engine.OpenRace{Race: race})
	open := &engine.OpenAccount{Key: event.Key{1, byte(race)}}
	do(open)
	do(&engine.Deposit{Key: event.Key{2, byte(race)}, Account: open.Account, Amount: 1000_00})
	return open.Account, do
}

// finish ends a race and declares its dividends.
func (w *world) finish(race tote.RaceID, do func(engine.Command)) {
	w.Helper()
	arrival := [][]tote.Horse{{1}, {2}, {3}}
	do(&engine.EnterResult{Race: race, Arrival: arrival, Staff: "anna"})
	do(&engine.ConfirmResult{Race: race, Arrival: arrival, Staff: "bruno"})
	if a := w.post(w.http1, w.staff, "OfficeService/DeclareDividends", `{"raceId":`+number(uint64(race))+`}`); a.status != 200 {
		w.Fatalf("declare: %d %s", a.status, a.body)
	}
	synctest.Wait() // the board has followed
}

func TestWorkingsOverTheWire(t *testing.T) {
	inWorld(t, func(w *world) {
		const race = tote.RaceID(202411230150)
		account, do := w.explainedRace(race)
		bets := map[tote.Horse]uint64{}
		for _, horse := range []tote.Horse{1, 2, 3} {
			c := &engine.PlaceBet{
				Key: event.Key{3, byte(horse)}, Account: account, Race: race, Bet: "E_SIMPLE_GAGNANT",
				Pattern: tote.UnitPattern(horse), Unit: 100_00 * tote.Money(horse),
			}
			do(c)
			bets[horse] = uint64(c.Receipt.Bet)
		}
		ticket := w.post(w.http1, w.till, "BettingService/PlaceBet", fmt.Sprintf(
			`{"key":"t","bet":{"raceId":%d,"bet":"SIMPLE_GAGNANT","formula":"FORMULA_UNIT","horses":[2],"stakeCents":200}}`, race))
		do(&engine.CancelBet{Key: event.Key{4}, Bet: event.BetID(bets[3]), Account: account})
		ask := func(bet string) answer {
			return w.post(w.http1, "", "RacingService/GetWorking", fmt.Sprintf(`{"raceId":%d,"bet":%q}`, race, bet))
		}
		synctest.Wait()
		if a := ask("E_SIMPLE_GAGNANT"); a.code() != "NO_DIVIDENDS" {
			w.Errorf("before the dividends: %d %s", a.status, a.body)
		}
		do(&engine.StopRace{Race: race})
		w.finish(race, do)
		lines := told(t, ask("E_SIMPLE_GAGNANT"), true)
		for _, want := range []string{
			"Masse à partager : 300,00 € − 41,70 € = 258,30 €. [II-14]",
			"n° 1 : 1 + 1,583 = 2,583 → 2,50 €. [II-14]",
			"300,00 € = 250,00 € + 41,70 € + 8,30 €.",
		} {
			if !slices.Contains(lines, want) {
				w.Errorf("%q is not told:\n%s", want, strings.Join(lines, "\n"))
			}
		}
		if a := ask("E_TRIO"); a.code() != "BET_NOT_OFFERED" {
			w.Errorf("of a bet that is not sold: %d %s", a.status, a.body)
		}
		if a := w.post(w.http1, "", "RacingService/GetWorking", `{"raceId":1,"bet":"E_TRIO"}`); a.code() != "UNKNOWN_RACE" {
			w.Errorf("of no race: %d %s", a.status, a.body)
		}
		mine := w.token(gateway.Account, number(uint64(account)))
		explain := func(token, named string) answer {
			return w.post(w.http1, token, "BettingService/ExplainBet", named)
		}
		for horse, want := range map[tote.Horse]string{
			1: "no. 1: won, €100.00 × €2.50 = €250.00. [II-14]",
			2: "Its horses finished: 2 (2nd). [II-12]",
			3: "Cancelled by the bettor before the start: €300.00 returned. [II-6]",
		} {
			if got := told(t, explain(mine, fmt.Sprintf(`{"betId":%d}`, bets[horse])), false); !slices.Contains(got, want) {
				w.Errorf("%q is not told of the bet on %d:\n%s", want, horse, strings.Join(got, "\n"))
			}
		}
		if a := explain(w.token(gateway.Account, "999"), fmt.Sprintf(`{"betId":%d}`, bets[1])); a.code() != "UNKNOWN_BET" {
			w.Errorf("to another account: %d %s", a.status, a.body)
		}
		var sold struct{ Receipt struct{ TicketCode string } }
		w.ok(json.Unmarshal([]byte(ticket.body), &sold))
		const refunded = "Refunded in full, €2.00: there is no stake on a payable combination. [III-1-8]"
		if got := told(t, explain(w.till, fmt.Sprintf(`{"ticketCode":%q}`, sold.Receipt.TicketCode)), false); !slices.Contains(got, refunded) {
			w.Errorf("%q is not told of the ticket:\n%s", refunded, strings.Join(got, "\n"))
		}
	})
}

func TestALateBetIsExplained(t *testing.T) {
	inWorld(t, func(w *world) {
		const race = tote.RaceID(202411230151)
		account, do := w.explainedRace(race)
		c := &engine.PlaceBet{Key: event.Key{3}, Account: account, Race: race, Bet: "E_SIMPLE_GAGNANT", Pattern: tote.UnitPattern(1), Unit: 5_00}
		do(c)
		do(&engine.StopRace{Race: race})
		do(&engine.PurgeLate{Race: race, Started: c.Receipt.AcceptedAt})
		w.finish(race, do)
		a := w.post(w.http1, w.token(gateway.Account, number(uint64(account))), "BettingService/ExplainBet", fmt.Sprintf(`{"betId":%d}`, c.Receipt.Bet))
		want := "Enregistré après le départ réel de la course : 5,00 € remboursé. [II-6]"
		if got := told(t, a, true); len(got) != 1 || got[0] != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}
