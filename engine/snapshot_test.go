package engine_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"opentote/engine"
	"opentote/event"
	"opentote/journal/journaltest"
)

// busy puts some of everything into the journal.
func (s *shop) busy() {
	s.Helper()
	s.must(s.win(s.alice, 1, 20_00))
	s.must(s.win(s.bob, 2, 20_00))
	s.must(s.ticket(s.till, 1, 20_00))
	s.must(&engine.CancelBet{Key: s.key(), Bet: s.placed(s.ticket(s.till, 2, 20_00)), PointOfSale: s.till})
	s.finish(inOrder...)
}

// snapshots lists the files of a folder.
func snapshots(t *testing.T, folder string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func restored(t *testing.T, b *bench, folder string) event.Hash {
	t.Helper()
	s, err := engine.Restore(context.Background(), b.journal, folder)
	if err != nil {
		t.Fatal(err)
	}
	return s.Hash()
}

func TestASnapshotAndTheTailAreTheWhole(t *testing.T) {
	s := openShop(t)
	folder := filepath.Join(t.TempDir(), "snapshots") // made when needed
	for range 4 {
		if _, err := engine.WriteSnapshot(context.Background(), s.journal, folder); err != nil {
			t.Fatal(err)
		}
		if got, want := restored(t, s.bench, folder), s.hash(); got != want {
			t.Error("state from the snapshot differs from the journal's")
		}
		s.must(s.win(s.alice, 1, 20_00))
		if got, want := restored(t, s.bench, folder), s.hash(); got != want {
			t.Error("state from the snapshot and the tail differs from the journal's")
		}
	}
	if got := snapshots(t, folder); len(got) != 2 {
		t.Errorf("kept %v, want two snapshots", got)
	}
	s.busy()
	if got, want := restored(t, s.bench, folder), s.hash(); got != want {
		t.Error("state from the snapshot and a longer tail differs from the journal's")
	}
}

func TestAnEmptyJournalHasASnapshot(t *testing.T) {
	j, folder := journaltest.NewMemory(), t.TempDir()
	if seq, err := engine.WriteSnapshot(context.Background(), j, folder); err != nil || seq != 0 {
		t.Fatalf("got event %d, %v", seq, err)
	}
	s, err := engine.Restore(context.Background(), j, folder)
	if err != nil || s.Hash() != engine.NewState().Hash() {
		t.Errorf("empty snapshot: %v", err)
	}
}

func TestOldAndUnfinishedSnapshotsAreRemoved(t *testing.T) {
	b, folder := setup(t, journaltest.NewMemory()), t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "new-123"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		b.account(0)
		if _, err := engine.WriteSnapshot(context.Background(), b.journal, folder); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(entries), 2; got != want {
		t.Errorf("%d files remain, want the newest %d snapshots: %v", got, want, entries)
	}
}

// TestADamagedSnapshotIsPassedOver changes, cuts or lengthens the newest
// snapshot anywhere: the older one, then the journal alone, take over.
func TestADamagedSnapshotIsPassedOver(t *testing.T) {
	s := openShop(t)
	s.busy()
	folder := t.TempDir()
	if _, err := engine.WriteSnapshot(context.Background(), s.journal, folder); err != nil {
		t.Fatal(err)
	}
	name := snapshots(t, folder)[0]
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	want := s.hash()
	rapid.Check(t, func(rt *rapid.T) {
		raw := bytes.Clone(whole)
		at := rapid.IntRange(0, len(raw)-1).Draw(rt, "at")
		switch rapid.IntRange(0, 2).Draw(rt, "damage") {
		case 0:
			raw[at] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		case 1:
			raw = raw[:at]
		case 2:
			raw = append(raw, raw[:at+1]...)
		}
		if err := os.WriteFile(name, raw, 0o600); err != nil {
			rt.Fatal(err)
		}
		st, err := engine.Restore(context.Background(), s.journal, folder)
		if err != nil || st.Hash() != want {
			rt.Errorf("restore beside a damaged snapshot: %v", err)
		}
	})
}

func TestASnapshotOfAnotherJournalIsPassedOver(t *testing.T) {
	folder := t.TempDir()
	other := openShop(t)
	other.busy()
	if _, err := engine.WriteSnapshot(context.Background(), other.journal, folder); err != nil {
		t.Fatal(err)
	}
	s := openShop(t) // shorter than the other
	if got, want := restored(t, s.bench, folder), s.hash(); got != want {
		t.Error("a snapshot newer than the journal was believed")
	}
	for range 12 { // as long, but not the same
		s.must(s.win(s.alice, 3, 100))
	}
	s.finish(inOrder...)
	if got, want := restored(t, s.bench, folder), s.hash(); got != want {
		t.Error("another journal's snapshot was believed")
	}
}

func TestTheEngineKeepsSnapshots(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		j := journaltest.NewMemory()
		e, err := engine.Start(t.Context(), j, engine.Options{Snapshots: folder, SnapshotEvery: 10})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 35 {
			do(t, e, &engine.OpenAccount{Key: event.Key{1, byte(i)}})
			synctest.Wait()
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		names := snapshots(t, folder)
		if len(names) != 2 || filepath.Base(names[1]) != "events-00000000000000000030.snapshot" {
			t.Errorf("got %v, want the snapshots of events 20 and 30", names)
		}
		again, err := engine.Start(t.Context(), j, engine.Options{Snapshots: folder})
		if err != nil {
			t.Fatal(err)
		}
		c := &engine.OpenAccount{Key: event.Key{1, 4}}
		do(t, again, c)
		if c.Account != 5 {
			t.Errorf("retry after a restart: got account %d, want 5", c.Account)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestASnapshotThatCannotBeWrittenStopsNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		e, err := engine.Start(t.Context(), journaltest.NewMemory(), engine.Options{Snapshots: file, SnapshotEvery: 1})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			do(t, e, &engine.OpenAccount{Key: event.Key{1, byte(i)}})
			synctest.Wait()
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
}
