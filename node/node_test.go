package node_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"opentote/gateway"
	"opentote/node"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreTopFunction("net/http.(*persistConn).writeLoop"), goleak.IgnoreAnyFunction("net/http.(*http2clientConn).readLoop"))
}

func open(t *testing.T, data string) *node.Node {
	t.Helper()
	n, err := node.Open(context.Background(), node.Options{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

// call posts a JSON request the way curl does.
func call(t *testing.T, n *node.Node, token, procedure, body string) (int, map[string]any) {
	t.Helper()
	req, _ := http.NewRequest("POST", n.URL()+"/opentote.v1."+procedure, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%s: %d %s", procedure, resp.StatusCode, text)
	}
	return resp.StatusCode, out
}

func TestOneProcessADirectory(t *testing.T) {
	data := t.TempDir()
	open(t, data)
	if n, err := node.Open(context.Background(), node.Options{Data: data}); err == nil {
		n.Close()
		t.Fatal("a second node opened the directory")
	}
	if _, _, err := node.OpenJournal(t.Context(), data, ""); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("Lock: %v", err)
	}
}

func TestTokensSurviveARestart(t *testing.T) {
	data := t.TempDir()
	n := open(t, data)
	staff := gateway.Identity{Role: gateway.Staff, Subject: "anna"}
	token, err := n.Token(staff)
	if err != nil {
		t.Fatal(err)
	}
	status, account := call(t, n, token, "AccountService/OpenAccount", `{"key":"1"}`)
	if status != 200 || account["accountId"] != "1" {
		t.Fatalf("OpenAccount: %d %v", status, account)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	if again, err := node.TokenOf(data, staff); err != nil || again != token {
		t.Errorf("TokenOf = %q, %v; want %q", again, err, token)
	}
	n = open(t, data)
	if status, again := call(t, n, token, "AccountService/OpenAccount", `{"key":"1"}`); status != 200 || again["accountId"] != "1" {
		t.Errorf("same key after a restart: %d %v", status, again)
	}
}

func TestWhoMayCall(t *testing.T) {
	n := open(t, t.TempDir())
	staff, _ := n.Token(gateway.Identity{Role: gateway.Staff, Subject: "anna"})
	till, _ := n.Token(gateway.Identity{Role: gateway.Till, Subject: "1"})
	for _, tt := range []struct {
		name, token, procedure string
		status                 int
	}{
		{"nobody, public", "", "RacingService/ListMeetings", 200},
		{"bad token, public", staff + "x", "RacingService/ListMeetings", 401},
		{"nobody, office", "", "OfficeService/GetTrialBalance", 401},
		{"forged, office", strings.Replace(till, "till.1", "staff.anna", 1), "OfficeService/GetTrialBalance", 401},
		{"till, office", till, "OfficeService/GetTrialBalance", 403},
		{"staff, office", staff, "OfficeService/GetTrialBalance", 200},
		{"staff, pay", staff, "BettingService/PayTicket", 403},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, body := call(t, n, tt.token, tt.procedure, "{}"); got != tt.status {
				t.Errorf("status %d, want %d: %v", got, tt.status, body)
			}
		})
	}
}
