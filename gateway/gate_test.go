package gateway_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/gateway"
)

// TestRightsOverHTTP calls every procedure as everybody. The table is written
// out again: who may do what is not to change by accident.
func TestRightsOverHTTP(t *testing.T) {
	public := map[string]bool{}
	for _, p := range []string{"RacingService/ListMeetings", "RacingService/GetRace", "RacingService/GetWorking", "RacingService/WatchRace", "BettingService/Quote"} {
		public[p] = true
	}
	allowed := map[string]string{ // a account, t till, s staff
		"BettingService/PlaceBet": "at", "BettingService/PlaceBets": "at", "BettingService/CancelBet": "at",
		"BettingService/GetOutcome": "ats", "BettingService/GetTicket": "at", "BettingService/ExplainBet": "at", "BettingService/PayTicket": "t",
		"BettingService/PlaceReport": "a", "BettingService/CancelReport": "a", "BettingService/GetReport": "a",
		"AccountService/GetAccount": "as",
	}
	inWorld(t, func(w *world) {
		close(w.done) // streams end at once
		tokens := map[string]string{
			"nobody": "", "a": w.token(gateway.Account, "1"), "t": w.till, "s": w.staff,
			"forged": strings.Replace(w.till, "till", "staff", 1),
		}
		for _, m := range methods() {
			name := string(m.Parent().Name()) + "/" + string(m.Name())
			for who, token := range tokens {
				roles, listed := allowed[name]
				if !listed {
					roles = "s" // accounts and the office
				}
				want := ""
				switch {
				case who == "forged" || who == "nobody" && !public[name]:
					want = "unauthenticated"
				case !public[name] && !strings.Contains(roles, who):
					want = "permission_denied"
				}
				if got := w.refusedAt(m, token); got != want {
					w.Errorf("%s by %s: %q, want %q", name, who, got, want)
				}
			}
		}
	})
}

func methods() (out []protoreflect.MethodDescriptor) {
	for _, f := range []protoreflect.FileDescriptor{
		opentotev1.File_opentote_v1_racing_proto, opentotev1.File_opentote_v1_betting_proto,
		opentotev1.File_opentote_v1_account_proto, opentotev1.File_opentote_v1_office_proto,
	} {
		for i := range f.Services().Len() {
			s := f.Services().Get(i)
			for j := range s.Methods().Len() {
				out = append(out, s.Methods().Get(j))
			}
		}
	}
	return out
}

// refusedAt returns how the gate refuses an empty message, "" if it does not.
func (w *world) refusedAt(m protoreflect.MethodDescriptor, token string) string {
	w.Helper()
	procedure := string(m.Parent().Name()) + "/" + string(m.Name())
	body, contentType := "{}", "application/json"
	if m.IsStreamingServer() {
		body, contentType = "\x00\x00\x00\x00\x02{}", "application/connect+json"
	}
	a := w.post(w.http2, token, procedure, body, "Content-Type", contentType)
	for _, code := range []string{"unauthenticated", "permission_denied"} {
		if strings.Contains(a.body, `"code":"`+code+`"`) {
			return code
		}
	}
	if a.status == 401 || a.status == 403 || a.status == 404 && !strings.Contains(a.body, "not_found") {
		return fmt.Sprint("status ", a.status)
	}
	return ""
}

func TestProceduresThatDoNotExist(t *testing.T) {
	inWorld(t, func(w *world) {
		for _, p := range []string{"OfficeService/Nonsense", "OfficeService/", "BettingService/PlaceBet/", "BettingService/placebet", "Nonsense/X"} {
			if a := w.post(w.http1, w.staff, p, "{}"); a.status != 404 {
				w.Errorf("%s: %d", p, a.status)
			}
		}
	})
}

// TestNobodysMessageIsNotRead: who may not call cannot make us take in his
// message. The messages here never end.
func TestNobodysMessageIsNotRead(t *testing.T) {
	inWorld(t, func(w *world) {
		conn := w.raw("nobody", "OfficeService/ImportProgramme", "application/json", "{", 30<<20)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || resp.StatusCode != 401 {
			w.Errorf("HTTP/1.1: %v, %v", resp, err)
		}
		_ = conn.Close()

		r, body := io.Pipe()
		answered := make(chan answer, 1)
		go func() { answered <- w.send(w.http2, "POST", "", "OfficeService/ImportProgramme", r) }()
		_, _ = body.Write([]byte("{"))
		if a := <-answered; a.status != 401 || a.code() != "NO_TOKEN" {
			w.Errorf("HTTP/2: %d %s", a.status, a.body)
		}
		_ = body.Close()
	})
}

// zipped packs n MiB of zeros.
func zipped(n int) string {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	chunk := make([]byte, 1<<20)
	for range n {
		_, _ = z.Write(chunk)
	}
	_ = z.Close()
	return b.String()
}

func TestMessagesBeyondTheLimits(t *testing.T) {
	bomb := zipped(40)
	inWorld(t, func(w *world) {
		for _, tt := range []struct {
			name, token, procedure, body string
			headers                      []string
		}{
			{"a bet of 2 MiB", w.till, "BettingService/PlaceBet", `{"key":"` + strings.Repeat("x", 2<<20) + `"}`, nil},
			{"a bet that unpacks to 40 MiB", w.till, "BettingService/PlaceBet", bomb, []string{"Content-Encoding", "gzip"}},
			{"a programme that unpacks to 40 MiB", w.staff, "OfficeService/ImportProgramme", bomb, []string{"Content-Encoding", "gzip"}},
			{"a quote that unpacks to 40 MiB", "", "BettingService/Quote", bomb, []string{"Content-Encoding", "gzip"}},
		} {
			if a := w.post(w.http1, tt.token, tt.procedure, tt.body, tt.headers...); !strings.Contains(a.body, "resource_exhausted") {
				w.Errorf("%s: %d %.200s", tt.name, a.status, a.body)
			}
		}
		if a := w.post(w.http1, w.till, "BettingService/PlaceBet", w.bet("after", 1)); a.status != 200 {
			w.Errorf("a bet after them: %d %s", a.status, a.body)
		}
	})
}

func TestShapesOfRequests(t *testing.T) {
	inWorld(t, func(w *world) {
		race := number(w.race)
		spot := func(formula, more string) string {
			return `{"key":"` + formula + more + `","bet":{"raceId":` + race + `,"bet":"SIMPLE_GAGNANT","formula":"FORMULA_` + formula + `","stakeCents":200,"spot":` + more + `}}`
		}
		quote := `{"bet":{"raceId":` + race + `,"bet":"SIMPLE_GAGNANT","formula":"FORMULA_COMBINED","horses":[1,2],"stakeCents":200}}`
		get := func(procedure, message string) string {
			return procedure + "?encoding=json&message=" + url.QueryEscape(message)
		}
		for _, tt := range []struct {
			name, method, procedure, body string
			status                        int
			says                          string
			headers                       []string
		}{
			{"quote by GET", "GET", get("BettingService/Quote", quote), "", 200, `"combinations":2`, nil},
			{"race by GET", "GET", get("RacingService/GetRace", `{"raceId":`+race+`}`), "", 200, `"SIMPLE_GAGNANT"`, nil},
			{"meetings by GET", "GET", get("RacingService/ListMeetings", `{}`), "", 200, `"meetings"`, nil},
			{"meetings by GET in base 64", "GET", "RacingService/ListMeetings?encoding=json&base64=1&message=" + base64.RawURLEncoding.EncodeToString([]byte("{}")), "", 200, `"meetings"`, nil},
			{"a bet by GET", "GET", get("BettingService/PlaceBet", w.bet("g", 1)), "", 405, "", nil},
			{"unknown fields", "POST", "BettingService/PlaceBet", `{"colour":"red",` + w.bet("u", 1)[1:], 200, "ticketCode", nil},
			{"text", "POST", "BettingService/PlaceBet", w.bet("t", 1), 415, "", []string{"Content-Type", "text/plain"}},
			{"a form", "POST", "BettingService/PlaceBet", "key=1", 415, "", []string{"Content-Type", "application/x-www-form-urlencoded"}},
			{"no JSON", "POST", "BettingService/PlaceBet", "{", 400, "invalid_argument", nil},
			{"wrong types", "POST", "BettingService/PlaceBet", `{"key":1,"bet":[]}`, 400, "invalid_argument", nil},
			{"2^63 cents", "POST", "BettingService/PlaceBet", strings.Replace(w.bet("b", 1), "200", "9223372036854775808", 1), 400, "invalid_argument", nil},
			{"an unknown compression", "POST", "BettingService/PlaceBet", "x", 501, "unimplemented", []string{"Content-Encoding", "br"}},
			{"an empty message", "POST", "BettingService/PlaceBet", "{}", 400, "KEY_MISSING", nil},
			{"a Spot", "POST", "BettingService/PlaceBet", spot("UNIT", `1`), 200, `"seed":"`, nil},
			{"the same again", "POST", "BettingService/PlaceBet", spot("UNIT", `1`), 200, `"spot":1`, nil},
			{"a Spot with bases", "POST", "BettingService/PlaceBet", spot("BASE", `1`), 400, "BAD_SHAPE", nil},
			{"a Spot of more than run", "POST", "BettingService/PlaceBet", spot("COMBINED", `20`), 400, "TOO_FEW_HORSES", nil},
			{"a Spot of more than a bet holds", "POST", "BettingService/PlaceBet", spot("COMBINED", `4294967295`), 400, "TOO_MANY_HORSES", nil},
			{"the price of a Spot", "POST", "BettingService/Quote", spot("COMBINED", `3`), 200, `"combinations":3,"costCents":"600"}`, nil},
			{"a Jackpot in a shop", "POST", "BettingService/PlaceBet", `{"key":"j",` + strings.Replace(quote[1:], `"stakeCents"`, `"jackpot":true,"stakeCents"`, 1), 400, "NO_JACKPOT", nil},
			{"the price of a Jackpot in a shop", "POST", "BettingService/Quote", strings.Replace(quote, `"stakeCents"`, `"jackpot":true,"stakeCents"`, 1), 400, "NO_JACKPOT", nil},
			{"the price with a Jackpot", "POST", "BettingService/Quote", `{"bet":{"raceId":` + race + `,"bet":"E_DEUX_SUR_QUATRE","formula":"FORMULA_COMBINED","horses":[1,2,3],"stakeCents":300,"jackpot":true}}`, 200, `"costCents":"1200"`, nil},
			{"nothing staked", "POST", "BettingService/Quote", strings.Replace(quote, "200", "0", 1), 400, "STAKE_TOO_SMALL", nil},
			{"less than nothing staked", "POST", "BettingService/Quote", strings.Replace(quote, "200", "-9223372036854775808", 1), 400, "STAKE_TOO_SMALL", nil},
			{"everything staked", "POST", "BettingService/Quote", strings.Replace(quote, "200", "9223372036854775807", 1), 400, "STAKE_TOO_LARGE", nil},
			{"no such race", "POST", "BettingService/Quote", strings.Replace(quote, race, "7", 1), 404, "UNKNOWN_RACE", nil},
			{"no such bet", "POST", "BettingService/Quote", strings.Replace(quote, "SIMPLE_GAGNANT", "QUINTE", 1), 404, "BET_NOT_OFFERED", nil},
		} {
			a := w.send(w.http1, tt.method, w.till, tt.procedure, strings.NewReader(tt.body), tt.headers...)
			if a.status != tt.status || !strings.Contains(strings.ReplaceAll(a.body, " ", ""), tt.says) {
				w.Errorf("%s: %d %.300s; want %d and %q", tt.name, a.status, a.body, tt.status, tt.says)
			}
		}
	})
}

func TestOtherSitesMayNotUseAVisitorsBrowser(t *testing.T) {
	inWorld(t, func(w *world) {
		for _, tt := range []struct {
			name    string
			headers []string
			status  int
		}{
			{"a program", nil, 200},
			{"our own page", []string{"Sec-Fetch-Site", "same-origin"}, 200},
			{"another site", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
			{"another site, old browser", []string{"Origin", "https://evil.example"}, 403},
			{"a sister site", []string{"Sec-Fetch-Site", "same-site"}, 403},
		} {
			if a := w.post(w.http1, w.till, "BettingService/PlaceBet", w.bet(tt.name, 1), tt.headers...); a.status != tt.status {
				w.Errorf("%s: %d %s", tt.name, a.status, a.body)
			}
		}
	})
}

func TestSentencesOverTheWire(t *testing.T) {
	inWorld(t, func(w *world) {
		for _, client := range []struct {
			name string
			do   func(token, procedure, body string, headers ...string) answer
		}{
			{"HTTP/1.1", func(t, p, b string, h ...string) answer { return w.post(w.http1, t, p, b, h...) }},
			{"HTTP/2", func(t, p, b string, h ...string) answer { return w.post(w.http2, t, p, b, h...) }},
		} {
			small := strings.Replace(w.bet("small", 1), "200", "1", 1)
			for _, tt := range []struct{ token, procedure, body, language, code, says string }{
				{"", "BettingService/PlaceBet", "{}", "fr-FR,fr;q=0.9", "NO_TOKEN", "Un jeton valide est nécessaire."},
				{"", "BettingService/PlaceBet", "{}", "", "NO_TOKEN", "A valid token is needed."},
				{w.staff, "BettingService/PlaceBet", "{}", "de, fr;q=0.5", "FORBIDDEN", "Ce jeton ne donne pas ce droit."},
				{w.till, "BettingService/PlaceBet", small, "fr", "STAKE_TOO_SMALL", "La mise est inférieure au minimum de 2,00\u00a0€ par combinaison."},
				{w.till, "BettingService/PlaceBet", small, "en", "STAKE_TOO_SMALL", "The stake is below the minimum of €2.00 a combination."},
				{w.till, "BettingService/PlaceBet", w.bet("n", 39), "fr", "HORSE_NOT_DECLARED", "Le cheval 39 n'est pas sur la liste officielle."},
			} {
				a := client.do(tt.token, tt.procedure, tt.body, "Accept-Language", tt.language)
				if a.code() != tt.code || a.message() != tt.says {
					w.Errorf("%s, %q: %s %q, want %s %q", client.name, tt.language, a.code(), a.message(), tt.code, tt.says)
				}
			}
		}
	})
}

func TestTheSchemeOfATokenHasNoCase(t *testing.T) {
	inWorld(t, func(w *world) {
		for header, status := range map[string]int{
			"Bearer " + w.till: 200, "bearer " + w.till: 200, w.till: 401, "Bearer": 401, "Bearer  " + w.till: 401, "Basic " + w.till: 401,
		} {
			if a := w.post(w.http1, "", "BettingService/GetOutcome", `{"key":"1"}`, "Authorization", header); a.status != status {
				w.Errorf("%q: %d %s", header, a.status, a.body)
			}
		}
	})
}

func TestKeysAreCountedInCharacters(t *testing.T) {
	inWorld(t, func(w *world) {
		for key, status := range map[string]int{strings.Repeat("é", 64): 200, strings.Repeat("é", 65): 400, strings.Repeat("k", 65): 400} {
			if a := w.post(w.http1, w.till, "BettingService/PlaceBet", w.bet(key, 1)); a.status != status {
				w.Errorf("a key of %d bytes: %d %s", len(key), a.status, a.body)
			}
		}
	})
}
