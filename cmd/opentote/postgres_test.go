package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"opentote/internal/pgtest"
	"opentote/racing/sample"
)

// TestP1P3KilledOnPostgres is TestP1P3KilledAtAnyMoment on a PostgreSQL journal,
// where the server dies as often as the program: before it, beside it, and
// under it while it goes on.
func TestP1P3KilledOnPostgres(t *testing.T) {
	rounds := 24
	if testing.Short() {
		rounds = 6
	}
	server := pgtest.Start(t)
	url := server.Database(t, "day")
	k := newKiller(t, []string{"--data", filepath.Join(t.TempDir(), "data"), "--journal", url}, "--journal", url)
	k.strike = func() {
		switch k.round % 4 {
		case 0:
			k.kill()
		case 1:
			server.Kill(t)
			server.Restart(t)
			before := k.acknowledgements()
			if k.finishes() {
				before = -10 // its race is stopped: nothing more may be sold
			}
			for deadline := time.Now().Add(time.Minute); k.acknowledgements() < before+10; <-time.After(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("round %d: nothing is sold after PostgreSQL came back", k.round)
				}
			}
			k.kill()
		case 2:
			server.Kill(t)
			k.kill()
			server.Restart(t)
		case 3:
			k.kill()
			server.Kill(t)
			server.Restart(t)
		}
	}
	k.run(rounds)
}

func (k *killer) acknowledgements() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.acks
}

// TestDayOnPostgres sells the sample day on a PostgreSQL journal, which must
// then audit clean, and leave the journal that the same day leaves in a file.
func TestDayOnPostgres(t *testing.T) {
	url := pgtest.Shared(t).Database(t, "day_on_postgres")
	data := filepath.Join(t.TempDir(), "data")
	inDatabase, _ := json.Marshal(sampleDay(t, "--bettors", "150", "--journal", url, "--data", data))
	inFile, _ := json.Marshal(sampleDay(t, "--bettors", "150"))
	if string(inDatabase) != string(inFile) {
		t.Errorf("the day in PostgreSQL:\n%.2000s\nin a file:\n%.2000s", inDatabase, inFile)
	}
	if r := runWith("", "verify", "--journal", url); r.status != 0 || r.err != "" {
		t.Errorf("verify: %+v", r)
	}
	state(t, "--journal", url)

	bare := pgtest.Shared(t).Database(t, "nothing_in_it")
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "journal.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"verify", data}, 1, "in PostgreSQL"},
		{[]string{"verify", data, "--journal", url}, 2, "either"},
		{[]string{"verify"}, 2, "either"},
		{[]string{"verify", "--journal", "journal.db"}, 2, "postgres://"},
		{[]string{"verify", "--journal", bare}, 1, "schema journal is missing"},
		{[]string{"serve", "--data", data}, 1, "in PostgreSQL"},
		{[]string{"serve", "--data", data, "--journal="}, 2, "postgres://"},
		{[]string{"serve", "--data", t.TempDir(), "--journal", url}, 1, "secret is missing"},
		{[]string{"serve", "--data", folder, "--journal", url}, 1, "journal.db"},
		{[]string{"serve", "--data", t.TempDir(), "--journal", strings.Replace(url, "day_on", "no_day_on", 1)}, 1, "no_day_on"},
	} {
		r := runWith("", tt.args...)
		if r.status != tt.status || !strings.Contains(r.err, tt.says) || strings.Count(r.err, "\n") != 1 {
			t.Errorf("%.40q: status %d, %q; want %d and one line with %q", tt.args, r.status, r.err, tt.status, tt.says)
		}
	}
}

// sampleDay runs the sample day and returns its report but for the times.
func sampleDay(t *testing.T, args ...string) (report map[string]any) {
	t.Helper()
	r := runWith("", append([]string{
		"day", "--json",
		"--programme", file(t, "p.json", sample.Programme()), "--participants", file(t, "q.json", sample.Participants()),
	}, args...)...)
	if err := json.Unmarshal([]byte(r.out), &report); r.status != 0 || err != nil {
		t.Fatalf("day: %d, %v: %.2000s", r.status, err, r.err)
	}
	delete(report, "measured")
	return report
}

// TestRoles runs a day with the rights that the documentation gives, and tries
// what it does not give.
func TestRoles(t *testing.T) {
	s := pgtest.Shared(t)
	owner := s.Database(t, "roles")
	for range 2 { // a second time changes nothing
		if r := runWith("", "migrate", "--journal", owner); r.status != 0 || r.err != "" {
			t.Fatalf("migrate: %+v", r)
		}
		s.Exec(t, "roles", documentedSQL(t))
	}
	as := func(role string) string {
		s.Exec(t, "roles", "ALTER ROLE "+role+" PASSWORD 'x'")
		return "postgres://" + role + ":x@" + strings.SplitN(owner, "@", 2)[1]
	}
	engine, reader := as("opentote_engine"), as("opentote_reader")
	if r := runWith("", "serve", "--data", t.TempDir(), "--journal", reader); r.status != 1 || !strings.Contains(r.err, "permission denied") {
		t.Errorf("serve as the reader: %+v", r)
	}
	sampleDay(t, "--bettors", "20", "--journal", engine)
	if r := runWith("", "verify", "--journal", reader); r.status != 0 || r.err != "" {
		t.Errorf("verify as the reader: %+v", r)
	}
	for _, role := range []string{"opentote_engine", "opentote_reader"} {
		for _, right := range []string{
			"UPDATE journal.rows SET epoch = 0", "DELETE FROM journal.rows", "TRUNCATE journal.rows", "DROP TABLE journal.rows",
			"DELETE FROM journal.head", "INSERT INTO journal.head SELECT * FROM journal.head", "TRUNCATE journal.head",
			"UPDATE journal.version SET number = 0", "CREATE TABLE journal.more ()", "DELETE FROM registry.programme",
		} {
			s.Exec(t, "roles", "SET ROLE "+role+`; DO $$ BEGIN `+right+`; RAISE 'permitted';
				EXCEPTION WHEN insufficient_privilege THEN NULL; END $$`)
		}
	}
}

// documentedSQL returns the statements of the page for operators.
func documentedSQL(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/ops/postgresql.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(page), "```sql\n")
	statements, _, found := strings.Cut(after, "```")
	if !found {
		t.Fatal("the page has no SQL")
	}
	return statements
}
