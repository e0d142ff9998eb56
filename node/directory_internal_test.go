package node

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"opentote/event"
	"opentote/journal/sqlite"
)

// TestOneSecretWhoeverMakesIt: processes that start together agree.
func TestOneSecretWhoeverMakesIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	secrets := make([][]byte, 16)
	var makers sync.WaitGroup
	for i := range secrets {
		makers.Go(func() {
			var err error
			if secrets[i], err = secret(path); err != nil {
				t.Error(err)
			}
		})
	}
	makers.Wait()
	for _, s := range secrets {
		if len(s) != 32 || !bytes.Equal(s, secrets[0]) {
			t.Fatalf("secrets %x and %x", s, secrets[0])
		}
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 {
		t.Errorf("the folder holds %v, %v; want the secret alone", files, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("secret: %v, %v; want mode 600", info.Mode(), err)
	}
}

// TestABrokenSecretIsNotReplaced: with another one, every ticket sold would be
// worth nothing.
func TestABrokenSecretIsNotReplaced(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "truncated": strings.Repeat("ab", 31), "too long": strings.Repeat("ab", 33), "no hex": strings.Repeat("xy", 32),
	} {
		t.Run(name, func(t *testing.T) {
			data := t.TempDir()
			path := filepath.Join(data, "secret")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if n, err := Open(context.Background(), Options{Data: data}); err == nil {
				n.Close()
				t.Fatal("the node opens")
			} else if !strings.Contains(err.Error(), path) {
				t.Errorf("error %q does not name the file", err)
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != text {
				t.Errorf("the secret became %q, %v", after, err)
			}
			// The lock was let go.
			if d, err := lockFile(filepath.Join(data, "lock")); err != nil {
				t.Error(err)
			} else if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestALostSecretIsNotReplaced: a journal without its secret does not open, and
// opens again when the secret is back.
func TestALostSecretIsNotReplaced(t *testing.T) {
	data := t.TempDir()
	path := filepath.Join(data, "secret")
	reopen := func() error {
		n, err := Open(context.Background(), Options{Data: data})
		if err != nil {
			return err
		}
		return n.Close()
	}
	if err := reopen(); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := reopen(); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("open without the secret: %v; want an error that names it", err)
	}
	if !missing(path) {
		t.Error("another secret was made")
	}
	if err := os.WriteFile(path, kept, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := reopen(); err != nil {
		t.Errorf("open with the secret back: %v", err)
	}
}

func TestKeysOfDifferentUses(t *testing.T) {
	s := bytes.Repeat([]byte{7}, 32)
	if deriveKey(s, "tokens") == deriveKey(s, "tickets") || deriveKey(s, "tokens") == deriveKey(bytes.Repeat([]byte{8}, 32), "tokens") {
		t.Error("two uses, or two systems, have one key")
	}
}

// TestAFollowerThatFailsDoesNotKeepTheNodeFromStarting: an event the board cannot
// take makes it stale, at the start and later; the second calculator computes
// nothing more.
func TestAFollowerThatFailsDoesNotKeepTheNodeFromStarting(t *testing.T) {
	for _, later := range []bool{false, true} {
		j, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "journal.db"), sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		n := newNode()
		n.journal = j
		if !later {
			appendUnfit(t, j)
		}
		b, stale, err := n.follow()(context.Background())
		if err != nil || b == nil {
			t.Fatal(b, err)
		}
		if later {
			appendUnfit(t, j)
		}
		<-stale
		if err := n.recheck().Reach(context.Background(), 1); err == nil || !strings.Contains(err.Error(), "not followed") {
			t.Errorf("the second calculator has come to a bet in no pool: %v", err)
		}
		n.cancel()
		n.running.Wait()
		if last, _ := b.Changes(); last != 0 { // and its lock is free
			t.Errorf("the board says it has come to %d", last)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}
}

// appendUnfit appends a bet in a pool that is not there.
func appendUnfit(t *testing.T, j *sqlite.Journal) {
	t.Helper()
	head, err := j.Lead(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var enc event.Encoder
	enc.Reset(1)
	enc.Append(&event.BetPlaced{Bet: event.BetIn(9, 0), Account: 1, Unit: 100, Units: 1})
	row := event.Row{First: head.Last + 1, Count: 1, Epoch: head.Epoch, Payload: enc.Payload()}
	row.Seal(head.Hash)
	if err := j.Append(context.Background(), row); err != nil {
		t.Fatal(err)
	}
}
