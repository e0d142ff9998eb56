package journaltest

import (
	"errors"
	"testing"

	"go.uber.org/goleak"

	"opentote/event"
	"opentote/journal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMemory(t *testing.T) {
	disks := map[string]*Memory{}
	Run(t, func(t *testing.T, dir string) journal.Journal {
		if disks[dir] == nil {
			disks[dir] = NewMemory()
		}
		return disks[dir].Reopen()
	})
}

func TestMemoryFaults(t *testing.T) {
	broken := errors.New("disk is gone")
	tests := []struct {
		name string
		set  func(*Memory)
		want event.Seq // last event found after the fault
	}{
		{"third append fails", func(m *Memory) { m.BeforeAppend = FailNth(3, broken) }, 2},
		{"third append fails but is kept", func(m *Memory) { m.AfterAppend = FailNth(3, broken) }, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := NewMemory()
			tt.set(m)
			w := lead(t, m)
			w.append(t, 1, nil)
			w.append(t, 1, nil)
			row := w.next(1, []byte("third"))
			if err := m.Append(t.Context(), row); !errors.Is(err, broken) {
				t.Fatalf("Append: got %v, want %v", err, broken)
			}
			for range 2 { // whether kept or not, it is over
				if err := m.Append(t.Context(), row); !errors.Is(err, broken) {
					t.Errorf("Append after the fault: got %v, want %v", err, broken)
				}
			}
			if _, err := m.Lead(t.Context()); !errors.Is(err, broken) {
				t.Errorf("Lead after the fault: got %v, want %v", err, broken)
			}
			again := lead(t, m.Reopen())
			if got := again.head.Last; got != tt.want {
				t.Errorf("last event after reopening: got %d, want %d", got, tt.want)
			}
			again.append(t, 1, nil)
		})
	}
}
