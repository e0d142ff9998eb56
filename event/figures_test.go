package event_test

import (
	"slices"
	"testing"

	"opentote/event"
)

// figures are those of a declared pool with its lines out of order.
func figures() event.Figures {
	e := &event.DividendsDeclared{
		Pool: 3, Procedure: "normal", Refunds: 150, Winnings: 860, Takeout: 90, Booster: 5,
		Lines: []event.DividendLine{{Rank: "B", Combination: "1-2", Dividend: 430, Stakes: 200}, {Rank: "A", Combination: "3", Dividend: 110, Stakes: 100}},
	}
	return e.Figures(1105)
}

// TestEveryFigureCounts changes one figure at a time: the digest is another, and
// the difference is told from both sides.
func TestEveryFigureCounts(t *testing.T) {
	same, again := figures(), figures()
	if same.Digest() != again.Digest() || same.Difference(&again) != "" {
		t.Fatal("equal figures differ")
	}
	for _, tt := range []struct {
		want   string
		change func(*event.Figures)
	}{
		{`procedure "normal" "", or "refund" ""`, func(f *event.Figures) { f.Procedure = "refund" }},
		{`procedure "normal" "", or "normal" "X"`, func(f *event.Figures) { f.Reason = "X" }},
		{"held 11.05, or 11.06", func(f *event.Figures) { f.Held++ }},
		{"refunds 1.50, or 1.51", func(f *event.Figures) { f.Refunds++ }},
		{"winnings 8.60, or 8.61", func(f *event.Figures) { f.Winnings++ }},
		{"kept 0.05, or 0.06", func(f *event.Figures) { f.Kept++ }},
		{"B 1-2 4.30 on 2.00, or B 1-2 4.31 on 2.00", func(f *event.Figures) { f.Lines[1].Dividend++ }},
		{"B 1-2 4.30 on 2.00, or B 1-2 4.30 on 2.01", func(f *event.Figures) { f.Lines[1].Stakes++ }},
		{"A 3 1.10 on 1.00, or A 4 1.10 on 1.00", func(f *event.Figures) { f.Lines[0].Combination = "4" }},
		{"A 3 1.10 on 1.00, or C 3 1.10 on 1.00", func(f *event.Figures) { f.Lines[0].Rank = "C" }},
		{"B 1-2 4.30 on 2.00, or no line", func(f *event.Figures) { f.Lines = f.Lines[:1] }},
		{"no line, or D 9 0.01 on 0.01", func(f *event.Figures) {
			f.Lines = append(slices.Clip(f.Lines), event.DividendLine{Rank: "D", Combination: "9", Dividend: 1, Stakes: 1})
		}},
	} {
		changed := figures()
		tt.change(&changed)
		if got := same.Difference(&changed); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
		if changed.Digest() == same.Digest() {
			t.Errorf("%s: the digest is the same", tt.want)
		}
	}
	other := figures()
	if other.Pool = 4; other.Digest() == same.Digest() {
		t.Error("another pool has the same digest")
	}
}
