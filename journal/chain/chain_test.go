package chain

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"opentote/event"
	"opentote/journal"
)

func rows(n int) []event.Row {
	var out []event.Row
	head := journal.Head{}
	for i := range n {
		row := event.Row{First: head.Last + 1, Count: uint32(1 + i%3), Epoch: 1 + event.Epoch(i/4), Payload: []byte{byte(i), 7}}
		row.Seal(head.Hash)
		head = journal.Head{Last: row.Last(), Hash: row.Hash}
		out = append(out, row)
	}
	return out
}

func TestCheck(t *testing.T) {
	base := rows(2)
	head := journal.Head{Last: base[0].Last(), Hash: base[0].Hash, Epoch: 1}
	tests := []struct {
		name string
		edit func(*event.Row)
		want string // "" = accepted
	}{
		{"good", func(r *event.Row) {}, ""},
		{"full payload", func(r *event.Row) { r.Payload = make([]byte, event.PayloadMax); r.Seal(r.Prev) }, ""},
		{"wrong first", func(r *event.Row) { r.First++; r.Seal(r.Prev) }, journal.ErrGap.Error()},
		{"wrong prev", func(r *event.Row) { r.Prev[0]++; r.Seal(r.Prev) }, journal.ErrGap.Error()},
		{"no event", func(r *event.Row) { r.Count = 0; r.Seal(r.Prev) }, "no event"},
		{"payload too large", func(r *event.Row) { r.Payload = make([]byte, event.PayloadMax+1); r.Seal(r.Prev) }, "exceeds"},
		{"hash of another", func(r *event.Row) { r.Payload = []byte("x") }, "hash differs"},
		{"later epoch", func(r *event.Row) { r.Epoch = 2; r.Seal(r.Prev) }, "epoch 1 is in force"},
		{"earlier epoch", func(r *event.Row) { r.Epoch = 0; r.Seal(r.Prev) }, journal.ErrFenced.Error()},
		{"earlier epoch and gap", func(r *event.Row) { r.Epoch, r.First = 0, 9; r.Seal(r.Prev) }, journal.ErrFenced.Error()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			row := base[1]
			tt.edit(&row)
			err := Check(head, &row)
			if got := message(err); (tt.want == "") != (err == nil) || !strings.Contains(got, tt.want) {
				t.Errorf("Check: got %q, want %q", got, tt.want)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestVerifierFindsAnyChange changes one thing in one row of a good chain and
// wants the first row that shows it named.
func TestVerifierFindsAnyChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rs := rows(10)
		i := rapid.IntRange(0, len(rs)-1).Draw(t, "row")
		r := &rs[i]
		switch rapid.IntRange(0, 5).Draw(t, "field") {
		case 0:
			r.Payload = []byte{r.Payload[0] ^ 1, 7}
		case 1:
			r.Hash[rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1
		case 2:
			r.Prev[rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1
		case 3:
			r.Count++
		case 4:
			r.Epoch++
		case 5:
			r.First++
		}
		want := r.First
		v := From(journal.Head{})
		for j := range rs {
			if err := v.Next(&rs[j]); err != nil {
				var bad *journal.CorruptError
				if !errors.As(err, &bad) || bad.First != want || j != i {
					t.Fatalf("row %d: got %v, want corrupt row at event %d", j, err, want)
				}
				return
			}
		}
		t.Fatalf("change of row %d not found", i)
	})
}

func TestVerifierEnd(t *testing.T) {
	rs := rows(3)
	head := journal.Head{Last: rs[2].Last(), Hash: rs[2].Hash, Epoch: rs[2].Epoch}
	v := From(journal.Head{})
	for i := range rs[:2] {
		if err := v.Next(&rs[i]); err != nil {
			t.Fatal(err)
		}
	}
	var bad *journal.CorruptError
	if err := v.End(head); !errors.As(err, &bad) || bad.First != rs[2].First {
		t.Errorf("End with a row missing: got %v, want corrupt at %d", err, rs[2].First)
	}
	if err := v.Next(&rs[2]); err != nil {
		t.Fatal(err)
	}
	if err := v.End(head); err != nil {
		t.Errorf("End: %v", err)
	}
	head.Hash[3]++
	if err := v.End(head); !errors.As(err, &bad) {
		t.Errorf("End with another hash: got %v, want a CorruptError", err)
	}
}
