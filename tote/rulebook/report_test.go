package rulebook_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/tote"
	"opentote/tote/rulebook"
)

func reportPlus(t tester) *rulebook.ReportPlus {
	t.Helper()
	book, _ := rulebook.ByID("fr-online-2020")
	rp, ok := book.ReportPlus()
	if !ok {
		t.Fatal("the online book has no report")
	}
	return rp
}

// leg is a leg of a worked example: what each unit bet is paid per euro, in
// hundredths, 0 when lost, -1 when its horse does not run; and the quarters
// carried.
type leg struct {
	carry rulebook.Quarters
	paid  []tote.Dividend
}

func (l leg) end() rulebook.LegEnd {
	e := rulebook.LegEnd{Units: len(l.paid), Settlement: &tote.Settlement{}}
	for _, d := range l.paid {
		switch d {
		case 0:
		case -1:
			e.Tally.Refunded++
		default:
			e.Settlement.Dividends = append(e.Settlement.Dividends, d)
			e.Tally.Won = append(e.Tally.Won, 1)
		}
	}
	return e
}

// TestReport holds the worked examples of 03-report section 8.
func TestReport(t *testing.T) {
	const all = 4
	tests := []struct {
		label string
		stake tote.Money
		legs  []leg
		want  string // part, brought, kept of each leg
		paid  tote.Money
	}{
		{"R1", 10_00, []leg{{all, []tote.Dividend{420}}, {0, []tote.Dividend{250}}}, "10.00 42.00 0.00, 42.00 105.00 105.00", 105_00},
		{"R2", 10_00, []leg{{2, []tote.Dividend{420}}, {all, []tote.Dividend{250, 0}}, {0, []tote.Dividend{140}}},
			"10.00 42.00 21.00, 10.50 26.25 0.00, 26.25 36.75 36.75", 57_75},
		{"R3", 1_50, []leg{{3, []tote.Dividend{130, 0}}, {0, []tote.Dividend{200}}}, "1.50 1.95 0.49, 1.46 2.92 2.92", 3_41},
		{"R4", 1_00, []leg{{all, []tote.Dividend{430}}, {all, []tote.Dividend{200, 310, 0}}, {0, []tote.Dividend{150}}},
			"1.00 4.30 0.01, 1.43 7.29 0.00, 7.29 10.94 10.94", 10_95},
		{"R5", 1_00, []leg{{all, []tote.Dividend{150}}, {0, []tote.Dividend{200, 200}}}, "1.00 1.50 1.50", 1_50},
		{"R6", 100_00, []leg{{all, []tote.Dividend{2500}}, {0, []tote.Dividend{200}}}, "100.00 2500.00 1500.00, 1000.00 2000.00 2000.00", 3500_00},
		{"R7", 5_00, []leg{{all, []tote.Dividend{300}}, {all, []tote.Dividend{-1}}, {0, []tote.Dividend{220}}},
			"5.00 15.00 0.00, 15.00 15.00 0.00, 15.00 33.00 33.00", 33_00},
		{"R8", 5_00, []leg{{1, []tote.Dividend{300}}, {0, []tote.Dividend{0}}}, "5.00 15.00 11.25, 3.75 0.00 0.00", 11_25},
		{"R9", 2_00, []leg{{all, []tote.Dividend{-1, 230}}, {0, []tote.Dividend{200}}}, "2.00 6.60 0.00, 6.60 13.20 13.20", 13_20},
		{"nothing to carry", 2_00, []leg{{all, []tote.Dividend{0}}, {0, []tote.Dividend{200}}}, "2.00 0.00 0.00", 0},
	}
	for _, tt := range tests {
		t.Run(tt.label, func(t *testing.T) {
			r := rulebook.Report{Stake: tt.stake}
			var ends []rulebook.LegEnd
			for _, l := range tt.legs {
				r.Legs = append(r.Legs, rulebook.ReportLeg{Carry: l.carry})
				ends = append(ends, l.end())
			}
			steps, paid := reportPlus(t).Follow(&r, ends)
			var got []string
			for _, s := range steps {
				got = append(got, fmt.Sprint(s.Part, " ", s.Brought, " ", s.Kept))
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, ", ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if paid != tt.paid {
				t.Errorf("paid: got %s, want %s", paid, tt.paid)
			}
		})
	}
	refunded := rulebook.LegEnd{Units: 3, Settlement: &tote.Settlement{Procedure: tote.Refund}}
	if got := refunded.Brings(250); got != 750 {
		t.Errorf("a pool refunded whole brings %s, want 7.50", got)
	}
}

// TestReportCarry holds that no cent is made or lost between two legs, that parts
// stay within their limits, and that what is kept is at least what was asked.
func TestReportCarry(t *testing.T) {
	rp := reportPlus(t)
	rapid.Check(t, func(t *rapid.T) {
		brought := tote.Money(rapid.Int64Range(0, 1_000_000_00).Draw(t, "brought"))
		carry := rulebook.Quarters(rapid.IntRange(1, 4).Draw(t, "quarters"))
		units := rapid.IntRange(1, 190).Draw(t, "units")
		kept, part := rp.Carry(brought, carry, units)
		if kept+part*tote.Money(units) != brought {
			t.Fatalf("%s kept and %d times %s of %s", kept, units, part, brought)
		}
		if part != 0 && (part < 100 || part > 1000_00) {
			t.Fatalf("part %s", part)
		}
		if asked := brought * tote.Money(4-carry) / 4; kept < asked {
			t.Fatalf("kept %s of %s at %d quarters", kept, brought, carry)
		}
	})
}

// reportOf returns a sound report of three legs.
func reportOf(t tester) (rulebook.Report, []tote.Field) {
	field := tote.Field{Declared: tote.Numbered(12)}
	return rulebook.Report{Stake: 2_00, Legs: []rulebook.ReportLeg{
		{Race: tote.RaceOf(20251123, 1, 2), Bet: betOf(t, gagnant, ""), Patterns: []tote.Pattern{tote.UnitPattern(1), tote.CombinedPattern(2, 3)}, Carry: 4},
		{Race: tote.RaceOf(20251123, 1, 4), Bet: betOf(t, deux, ""), Patterns: []tote.Pattern{tote.CombinedPattern(1, 2, 3)}, Carry: 2},
		{Race: tote.RaceOf(20251123, 1, 5), Bet: betOf(t, place, ""), Patterns: []tote.Pattern{tote.UnitPattern(4)}},
	}}, []tote.Field{field, field, field}
}

// TestReportCost holds the price and each refusal.
func TestReportCost(t *testing.T) {
	rp := reportPlus(t)
	tests := []struct {
		name   string
		change func(*rulebook.Report)
		want   string
	}{
		{"sound", func(*rulebook.Report) {}, "6.00"},
		{"last leg's quarters do not matter", func(r *rulebook.Report) { r.Legs[2].Carry = 9 }, "6.00"},
		{"one leg", func(r *rulebook.Report) { r.Legs = r.Legs[:1] }, "a report has at least two legs, each with a bet"},
		{"leg without bet", func(r *rulebook.Report) { r.Legs[1].Patterns = nil }, "leg 2: a report has at least two legs, each with a bet"},
		{"stake below 1 euro", func(r *rulebook.Report) { r.Stake = 99 }, "stake outside the limits of a report"},
		{"stake above 1000 euros", func(r *rulebook.Report) { r.Stake = 1000_01 }, "stake outside the limits of a report"},
		{"bet unknown", func(r *rulebook.Report) { r.Legs[0].Bet = nil }, "leg 1: this bet cannot be a leg of a report"},
		{"another day", func(r *rulebook.Report) { r.Legs[1].Race = tote.RaceOf(20251124, 1, 4) }, "leg 2: the races of a report are of one meeting"},
		{"another meeting", func(r *rulebook.Report) { r.Legs[2].Race = tote.RaceOf(20251123, 2, 5) }, "leg 3: the races of a report are of one meeting"},
		{"backwards", func(r *rulebook.Report) { r.Legs[2].Race = r.Legs[1].Race }, "leg 3: the races of a report come in their order"},
		{"no quarter", func(r *rulebook.Report) { r.Legs[0].Carry = 0 }, "leg 1: one to four quarters are carried"},
		{"five quarters", func(r *rulebook.Report) { r.Legs[0].Carry = 5 }, "leg 1: one to four quarters are carried"},
		{"field", func(r *rulebook.Report) {
			r.Legs[1].Patterns[0] = tote.BasePattern([]tote.Horse{1}, []tote.Horse{2})
		}, "leg 2: legs are unit or combined bets"},
		{"complement", func(r *rulebook.Report) { r.Legs[1].Patterns[0].Complement = 9 }, "leg 2: a report has no complement horse"},
		{"horse not declared", func(r *rulebook.Report) { r.Legs[2].Patterns[0] = tote.UnitPattern(13) }, "horse not on the official list: 13"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, fields := reportOf(t)
			tt.change(&r)
			cost, err := rp.Cost(&r, fields[:len(r.Legs)])
			got := cost.String()
			if err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestReportMix holds the table of III-2-3-2.
func TestReportMix(t *testing.T) {
	for _, tt := range []struct {
		n, p     int
		integral bool
		want     string
	}{
		{3, 2, false, "[0 1] [0 2] [1 2]"},
		{3, 2, true, "[0 1] [0 2] [1 2] [0 1 2]"},
		{4, 3, false, "[0 1 2] [0 1 3] [0 2 3] [1 2 3]"},
		{4, 2, true, "[0 1] [0 2] [0 3] [1 2] [1 3] [2 3] [0 1 2 3]"},
	} {
		if err := rulebook.CheckMix(tt.n, tt.p); err != nil {
			t.Error(err)
		}
		var got []string
		for chain := range rulebook.Mix(tt.n, tt.p, tt.integral) {
			got = append(got, fmt.Sprint(chain))
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%d of %d (-want +got):\n%s", tt.p, tt.n, diff)
		}
	}
	for _, tt := range []struct{ n, p int }{{2, 2}, {3, 1}, {3, 3}, {4, 5}} {
		var refused *rulebook.ReportError
		if err := rulebook.CheckMix(tt.n, tt.p); !errors.As(err, &refused) || refused.Code != rulebook.ReportMix {
			t.Errorf("%d of %d: got %v", tt.p, tt.n, err)
		}
	}
}
