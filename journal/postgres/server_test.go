package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"opentote/event"
	"opentote/internal/pgtest"
	"opentote/journal"
)

// TestUnsafeServers are not led, unless one says that it may be.
func TestUnsafeServers(t *testing.T) {
	lossy, tearing := pgtest.Start(t, "fsync=off"), pgtest.Start(t, "full_page_writes=off")
	sound := pgtest.Shared(t)
	name := databaseOf(t.Name())
	for _, tt := range []struct {
		url, says string
	}{
		{lossy.Database(t, name), "fsync=off"},
		{tearing.Database(t, name), "full_page_writes=off"},
		{sound.Database(t, name, "options=-c synchronous_commit=off"), "synchronous_commit=off"},
		{sound.Database(t, name, "options=-c synchronous_commit=local"), "synchronous_commit=local"},
		{sound.Database(t, name, "options=-c synchronous_commit=remote_write"), "synchronous_commit=remote_write"},
	} {
		j := openURL(t, tt.url, Options{})
		closes(t, j)
		if _, err := j.Lead(t.Context()); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("Lead: got %v, want a refusal with %s", err, tt.says)
		}
		if head, err := j.Head(t.Context()); err != nil || head.Epoch != 0 {
			t.Errorf("%s: after the refusal: %+v, %v", tt.says, head, err)
		}
		accepting := openURL(t, tt.url, Options{AcceptUnsafe: true})
		closes(t, accepting)
		leadWith(t, accepting).append(1, 10)
		sound.Exec(t, name, "DROP SCHEMA IF EXISTS journal CASCADE") // the next row begins anew
	}
	strict := openURL(t, sound.Database(t, name, "options=-c synchronous_commit=remote_apply"), Options{})
	closes(t, strict)
	leadWith(t, strict).append(1, 10)
}

// TestReadersCannotWrite holds the promise that a Reader changes nothing.
func TestReadersCannotWrite(t *testing.T) {
	j, _ := fresh(t, Options{})
	if _, err := j.r.pool.Exec(t.Context(), "DELETE FROM journal.rows"); err == nil {
		t.Error("a reading connection could write")
	}
}

// TestPayloadsAreKeptAsTheyAre: zeros, which compress well, take their room.
func TestPayloadsAreKeptAsTheyAre(t *testing.T) {
	j, _ := fresh(t, Options{})
	leadWith(t, j).append(1, 100<<10)
	s, name := pgtest.Shared(t), databaseOf(t.Name())
	if got := s.Query(t, name, "SELECT (pg_column_size(payload) >= 102400)::text FROM journal.rows"); got != "true" {
		t.Error("the payload is compressed")
	}
}

// TestOpenTogether makes the schema in many processes at the same moment.
func TestOpenTogether(t *testing.T) {
	url := pgtest.Shared(t).Database(t, databaseOf(t.Name()))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			j, err := Open(context.Background(), url, Options{})
			if err != nil {
				t.Error(err)
				return
			}
			if head, err := j.Head(context.Background()); err != nil || head != (journal.Head{}) {
				t.Errorf("Head: %+v, %v", head, err)
			}
			j.Close()
		})
	}
	all.Wait()
}

func TestOpenRefuses(t *testing.T) {
	s := pgtest.Shared(t)
	later, other := databaseOf(t.Name()+"later"), databaseOf(t.Name()+"other")
	s.Database(t, later)
	openURL(t, s.URL(later), Options{}).Close()
	s.Exec(t, later, "UPDATE journal.version SET number = 99")
	s.Database(t, other)
	s.Exec(t, other, "CREATE SCHEMA journal")
	secret := strings.Split(strings.Split(s.URL(later), "@")[0], ":")[2]
	for _, tt := range []struct{ name, url, says string }{
		{"later version", s.URL(later), "version 99"},
		{"somebody's schema", s.URL(other), "something else"},
		{"no database", s.URL("nowhere"), "nowhere"},
		{"nobody there", strings.Replace(s.URL(later), s.Address(), "127.0.0.1:1", 1), "127.0.0.1:1"},
		{"not a URL", strings.Replace(s.URL(later), "postgres://", "postgres://%%%", 1), "parse"},
		{"unknown role", strings.Replace(s.URL(later), "opentote:", "stranger:", 1), "stranger"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j, err := Open(t.Context(), tt.url, Options{})
			if err == nil {
				j.Close()
				t.Fatal("it opens")
			}
			if got := err.Error(); !strings.HasPrefix(got, "journal/postgres: ") || !strings.Contains(got, tt.says) || strings.ContainsAny(got, "\n\t") || strings.Contains(got, secret) {
				t.Errorf("Open: got %q, want one line with %q and no password", got, tt.says)
			}
		})
	}
}

// TestCorruption changes rows as a disk, or somebody with the right to, would.
func TestCorruption(t *testing.T) {
	const payload = "UPDATE journal.rows SET payload = "
	tests := []struct {
		name string
		stmt string
		want event.Seq
	}{
		{"payload", payload + "set_byte(payload, 50, 1) WHERE first = 4", 4},
		{"payload shorter", payload + "substr(payload, 1, 99) WHERE first = 4", 4},
		{"hash", "UPDATE journal.rows SET hash = prev WHERE first = 4", 4},
		{"prev", "UPDATE journal.rows SET prev = hash WHERE first = 4", 4},
		{"epoch", "UPDATE journal.rows SET epoch = 9 WHERE first = 4", 4},
		{"negative epoch", "UPDATE journal.rows SET epoch = -1 WHERE first = 4", 4},
		{"count", "UPDATE journal.rows SET count = 2 WHERE first = 4", 4},
		{"large count", "UPDATE journal.rows SET count = 4294967297 WHERE first = 4", 4},
		{"row missing", "DELETE FROM journal.rows WHERE first = 4", 5},
		{"first row missing", "DELETE FROM journal.rows WHERE first = 1", 2},
		{"last row missing", "DELETE FROM journal.rows WHERE first = 10", 10},
		{"all rows missing", "DELETE FROM journal.rows", 1},
		{"head's hash", "UPDATE journal.head SET hash = (SELECT hash FROM journal.rows WHERE first = 9)", 10},
	}
	s, template := pgtest.Shared(t), databaseOf(t.Name())
	j := openURL(t, s.Database(t, template), Options{})
	leadWith(t, j).append(10, 100)
	j.Close()
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := fmt.Sprintf("%s_%d", template, i)
			s.Exec(t, "postgres", "CREATE DATABASE "+name+" TEMPLATE "+template)
			s.Exec(t, name, tt.stmt)
			j := openURL(t, s.URL(name), Options{})
			closes(t, j)
			seen := event.Seq(0)
			err := j.Read(t.Context(), 1, func(row event.Row) error {
				seen = row.Last()
				return nil
			})
			var bad *journal.CorruptError
			if !errors.As(err, &bad) || bad.First != tt.want {
				t.Errorf("Read: got %v, want a CorruptError at event %d", err, tt.want)
			}
			if seen >= tt.want && tt.name != "head's hash" {
				t.Errorf("Read handed out event %d before the corrupt row at %d", seen, tt.want)
			}
		})
	}
}
