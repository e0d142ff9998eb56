package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"opentote/engine"
	"opentote/event"
	"opentote/journal/journaltest"
	"opentote/recheck/rechecktest"
	"opentote/tote"
)

// TestNothingIsDeclaredThatTheSecondCalculatorDoesNotSay falsifies one figure at
// a time. Nothing becomes durable, the commands of others go on, and the true
// figures are declared afterwards.
func TestNothingIsDeclaredThatTheSecondCalculatorDoesNotSay(t *testing.T) {
	for _, tt := range []struct {
		name    string
		falsify func(second []event.Figures) []event.Figures
		want    engine.Code
		says    string
	}{
		{"a dividend one hundredth higher", func(s []event.Figures) []event.Figures { s[0].Lines[0].Dividend++; return s }, engine.CalculatorsDisagree, "pool 1: E_SIMPLE_GAGNANT 4 4.30 on 20.00, or E_SIMPLE_GAGNANT 4 4.31 on 20.00"},
		{"a cent more of winnings", func(s []event.Figures) []event.Figures { s[0].Winnings++; return s }, engine.CalculatorsDisagree, "pool 1: winnings 86.00, or 86.01"},
		{"a cent less of refunds", func(s []event.Figures) []event.Figures { s[1].Refunds--; return s }, engine.CalculatorsDisagree, "pool 2: refunds"},
		{"a line missing", func(s []event.Figures) []event.Figures { s[0].Lines = nil; return s }, engine.CalculatorsDisagree, "or no line"},
		{"a line too many", func(s []event.Figures) []event.Figures {
			s[0].Lines = append(s[0].Lines, event.DividendLine{Rank: "X", Combination: "1", Dividend: 110, Stakes: 1})
			return s
		}, engine.CalculatorsDisagree, "pool 1: no line, or X 1 1.10 on 0.01"},
		{"a stake missed", func(s []event.Figures) []event.Figures { s[0].Held -= 100; return s }, engine.CalculatorsDisagree, "pool 1: held"},
		{"another procedure", func(s []event.Figures) []event.Figures { s[0].Procedure = tote.Constrained; return s }, engine.CalculatorsDisagree, "pool 1: procedure"},
		{"money kept for a fund", func(s []event.Figures) []event.Figures { s[0].Kept++; return s }, engine.CalculatorsDisagree, "pool 1: kept"},
		{"a pool missing", func(s []event.Figures) []event.Figures { return s[:3] }, engine.NotRecomputed, "pool 4"},
		{"no second calculation", func([]event.Figures) []event.Figures { return nil }, engine.NotRecomputed, "pool 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := setup(t, journaltest.NewMemory())
			alice := b.account(200_00)
			b.must(b.win(alice, 4, 20_00))
			b.must(b.win(alice, 5, 80_00))
			place := b.win(alice, 9, 1_00)
			place.Bet = "E_SIMPLE_PLACE"
			b.must(place)
			arrival := [][]tote.Horse{{4}, {5}, {7}}
			b.must(&engine.StopRace{Race: theRace})
			b.must(&engine.EnterResult{Race: theRace, Arrival: arrival, Staff: "anna"})
			b.must(&engine.ConfirmResult{Race: theRace, Arrival: arrival, Staff: "bruno"})

			c := &engine.DeclareDividends{Race: theRace, Second: tt.falsify(rechecktest.Figures(t, b.journal, theRace))}
			before := b.head()
			err := b.engine.Do(context.Background(), c)
			var rej *engine.Rejection
			if !errors.As(err, &rej) || rej.Code != tt.want || !strings.Contains(rej.Detail, tt.says) {
				t.Fatalf("got %v, want %s %s", err, tt.want, tt.says)
			}
			if len(c.Computed) != 4 || c.Computed[0].Winnings != 86_00 {
				t.Errorf("the engine's working is %+v", c.Computed)
			}
			b.refused(&engine.SettleBets{Race: theRace}, engine.WrongStatus)
			if after := b.head(); after != before {
				t.Errorf("event %d follows %d", after, before)
			}
			if got := b.balance(alice); got != 99_00 {
				t.Errorf("the wallet holds %v while the calculators disagree", got)
			}
			b.settle()
			if got, want := b.balance(alice), tote.Money(99_00+86_00+1_00); got != want {
				t.Errorf("the wallet holds %v at the end, want %v", got, want)
			}
		})
	}
}

// head is the journal's last event.
func (b *bench) head() event.Seq {
	b.Helper()
	h, err := b.journal.Head(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	return h.Last
}
