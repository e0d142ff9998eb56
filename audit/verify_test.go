package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"opentote/audit"
	"opentote/engine"
	"opentote/event"
	"opentote/journal"
	"opentote/tote"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAGoodJournalIsClean(t *testing.T) {
	tp := aDay(t)
	var last audit.Progress
	calls := 0
	r, err := audit.Verify(context.Background(), tp, func(p audit.Progress) { last = p; calls++ })
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		t.Errorf("found %+v", f)
	}
	if !r.OK() || r.Unlisted != 0 {
		t.Error("report is not OK")
	}
	if calls != len(tp.rows) || last.Done != tp.head.Last || last.Total != tp.head.Last {
		t.Errorf("progress: got %d calls, last %+v", calls, last)
	}
	s, err := engine.Restore(context.Background(), tp, "")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.StateHash, s.Hash().String(); got != want {
		t.Errorf("state hash: got %s, want %s", got, want)
	}
	if got, want := r.Head, tp.head.Hash.String(); got != want {
		t.Errorf("head: got %s, want %s", got, want)
	}
	var sum tote.Money
	for i, b := range r.Ledger {
		sum += b.Money
		if want := s.TrialBalance()[i]; b.Money != want.Money || b.Class != want.Class.String() {
			t.Errorf("ledger: got %+v, want %+v", b, want)
		}
	}
	if sum != 0 {
		t.Errorf("ledger sums to %v", sum)
	}
	got := r.Totals
	if got.Bets != 21 || got.Cancelled != 1 || got.Purged != 2 || got.TicketsPaid != 3 || got.Races != 2 || got.Pools != 8 {
		t.Errorf("totals: %+v", got)
	}
	if got.Owed == 0 || got.Won+got.Refunded != got.Paid+got.Owed {
		t.Errorf("won %v + refunded %v, paid %v + owed %v", got.Won, got.Refunded, got.Paid, got.Owed)
	}
}

func TestAnEmptyJournalIsClean(t *testing.T) {
	r, err := audit.Verify(context.Background(), &tape{T: t}, nil)
	if err != nil || !r.OK() || r.Events != 0 {
		t.Errorf("got %+v, %v", r, err)
	}
	raw, err := json.Marshal(r)
	if err != nil || !strings.Contains(string(raw), `"findings":[]`) {
		t.Errorf("as JSON: %s, %v", raw, err)
	}
}

func TestAJournalThatCannotBeRead(t *testing.T) {
	want := errors.New("disk is gone")
	if _, err := audit.Verify(context.Background(), broken{aDay(t), want}, nil); !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

// broken is a journal whose rows cannot be read.
type broken struct {
	*tape
	err error
}

func (b broken) Read(context.Context, event.Seq, func(event.Row) error) error { return b.err }

// falsification is what somebody did to a journal, and what the audit must say
// about it.
type falsification struct {
	name string
	do   func(*tape)
	want string
}

// Falsifications that leave the chain broken.
var ofRows = []falsification{
	{"a bit of a payload", func(tp *tape) { tp.rows[7].Payload[5] ^= 1 }, "hash differs"},
	{"a row left out", func(tp *tape) { tp.rows = append(tp.rows[:7:7], tp.rows[8:]...) }, "expected event 8"},
	{"two rows swapped", func(tp *tape) { tp.rows[7], tp.rows[8] = tp.rows[8], tp.rows[7] }, "expected event 8"},
	{"a row twice", func(tp *tape) { tp.rows = append(tp.rows[:8:8], tp.rows[7:]...) }, "expected event 9"},
	{"the last row left out", func(tp *tape) { tp.rows = tp.rows[:len(tp.rows)-1] }, "missing, the journal ends at"},
	{"the first row left out", func(tp *tape) { tp.rows = tp.rows[1:] }, "expected event 1"},
	{"a row sealed alone", func(tp *tape) { tp.rows[7].Payload[5] ^= 1; tp.rows[7].Seal(tp.rows[7].Prev) }, "previous hash differs"},
	{"an older writer", func(tp *tape) {
		for i := range tp.rows[:9] {
			tp.rows[i].Epoch = 2
		}
		head := tp.head
		tp.seal()
		tp.head.Epoch = head.Epoch
	}, "epoch 1 follows epoch 2"},
	{"more events than the header says", func(tp *tape) {
		tp.rows[7].Payload = append(tp.rows[7].Payload, tp.rows[7].Payload[7:]...)
		tp.seal()
	}, "it holds 2 events, its header says 1"},
	{"fewer events than the header says", func(tp *tape) { tp.rows[7].Count++; tp.seal() }, "it holds 1 events, its header says 2"},
	{"a payload that is none", func(tp *tape) { tp.rows[7].Payload = []byte("hello"); tp.seal() }, "the row is not what was written"},
	{"another last row", func(tp *tape) { tp.head.Hash[0] ^= 1 }, "hash of the last row differs"},
}

func TestTheAuditNamesFalsifiedRows(t *testing.T) {
	day := aDay(t)
	for _, tt := range ofRows {
		t.Run(tt.name, func(t *testing.T) { named(t, day, tt) })
	}
}

// named checks that the audit says what was done to a copy of a journal.
func named(t *testing.T, day *tape, f falsification) {
	t.Helper()
	tp := &tape{T: t, head: day.head}
	if err := day.Read(context.Background(), 1, func(r event.Row) error { tp.rows = append(tp.rows, r); return nil }); err != nil {
		t.Fatal(err)
	}
	f.do(tp)
	r, err := audit.Verify(context.Background(), tp, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range r.Findings {
		if strings.Contains(found.Sentence, f.want) {
			return
		}
	}
	t.Errorf("want a finding with %q, got:", f.want)
	for _, found := range r.Findings {
		t.Logf("%+v", found)
	}
}

func TestFindingsAreBounded(t *testing.T) {
	tp := aDay(t)
	after(tp, 0, func(e *event.AccountOpened) event.Event { return e })
	for range 7 { // doubles the openings each time
		tp.rewrite(func(ev event.Event, emit func(event.Event)) {
			emit(ev)
			if _, ok := ev.(*event.AccountOpened); ok {
				emit(ev)
			}
		})
	}
	r, err := audit.Verify(context.Background(), tp, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) != audit.FindingsMax || r.Unlisted == 0 || r.OK() {
		t.Errorf("got %d findings and %d unlisted", len(r.Findings), r.Unlisted)
	}
}

func TestACorruptRowEndsTheAudit(t *testing.T) {
	tp := aDay(t)
	tp.rows[20].Payload[3] ^= 4
	r, err := audit.Verify(context.Background(), tp, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) != 1 || r.Findings[0].Event != tp.rows[20].First || r.Events != tp.rows[19].Last() {
		t.Errorf("got %+v", r)
	}
	var _ journal.Reader = tp
}
