package rulebook_test

import (
	"fmt"
	"strings"
	"testing"

	"opentote/tote"
	"opentote/tote/rulebook"
)

const (
	winAbroad   = tote.BetCode("SIMPLE_GAGNANT_INTERNATIONAL")
	placeAbroad = tote.BetCode("SIMPLE_PLACE_INTERNATIONAL")
	exacta      = tote.BetCode("COUPLE_ORDRE_INTERNATIONAL")
	trifecta    = tote.BetCode("TRIO_ORDRE_INTERNATIONAL")
)

// hostNote is an example of 12-international section 8: a take of 20 % and nine
// runners. Its kept money is in euros, the French part alone.
type hostNote struct {
	label   string
	bet     tote.BetCode
	host    func(*rulebook.Host)
	finish  string
	stables []tote.HorseSet
	stakes  string
	paid    string
	kept    string
	reason  tote.Reason
}

const (
	fiveHorses = "1: 200; 2: 100; 3: 300; 4: 150; 5: 250"
	exactas    = "1-2: 30; 1-3: 5; 4-5: 390"
	trifectas  = "1-2-3: 30; 1-3-2: 5; 1-2-4: 9; 5-6-7: 600"
)

func profit(h *rulebook.Host)  { h.Split = rulebook.SplitProfit }
func proRata(h *rulebook.Host) { h.Split = rulebook.SplitProRata }
func coupled(h *rulebook.Host) { h.Stables = true }
func share(h *rulebook.Host)   { h.Share = true }

// nickel is the host of the Placé's examples.
func nickel(places int, more ...func(*rulebook.Host)) func(*rulebook.Host) {
	return func(h *rulebook.Host) {
		h.Places, h.Step, h.Minimum = places, 5, 105
		for _, set := range more {
			set(h)
		}
	}
}

var hostNotes = []hostNote{
	{label: "win, mass", bet: winAbroad, finish: "{3,1}", stakes: fiveHorses, paid: "3 1.30; 1 2.00"},
	{label: "win, profit", bet: winAbroad, host: profit, finish: "{3,1}", stakes: fiveHorses, paid: "3 1.50; 1 1.70"},
	{label: "win, unbacked co-winner, profit, reserve", bet: winAbroad, finish: "{3,8}", stakes: fiveHorses,
		host: func(h *rulebook.Host) { h.Split, h.French = rulebook.SplitProfit, 250_000 }, paid: "3 1.80", kept: "62.50"},
	{label: "win, stable", bet: winAbroad, host: coupled, finish: "{3,4}", stables: []tote.HorseSet{tote.SetOf(3, 4, 5)},
		stakes: fiveHorses, paid: "3 1.10; 4 1.10; 5 1.10"},
	{label: "place, 2 places, by rank, mass", bet: placeAbroad, host: nickel(2), finish: "1 {2,3}", stakes: fiveHorses,
		paid: "1 2.00; 2 2.00; 3 1.05"},
	{label: "place, 2 places, per horse, mass", bet: placeAbroad, host: nickel(2, func(h *rulebook.Host) { h.PerHorse = true }),
		finish: "1 {2,3}", stakes: fiveHorses, paid: "1 1.30; 2 2.65; 3 1.05"},
	{label: "place, 3 places, by rank, profit", bet: placeAbroad, host: nickel(3, profit), finish: "1 2 {3,4}", stakes: fiveHorses,
		paid: "1 1.05; 2 1.15; 3 1.05; 4 1.05"},
	{label: "place, unbacked third, reserve, mass", bet: placeAbroad, finish: "1 2 9", stakes: fiveHorses,
		paid: "1 1.30; 2 2.60", kept: "266.67"},
	{label: "exacta, mass", bet: exacta, finish: "1 {2,3}", stakes: exactas, paid: "1-2 5.60; 1-3 34.00"},
	{label: "exacta, profit", bet: exacta, host: profit, finish: "1 {2,3}", stakes: exactas, paid: "1-2 6.00; 1-3 31.50"},
	{label: "exacta, stable", bet: exacta, host: coupled, finish: "1 2 3", stables: []tote.HorseSet{tote.SetOf(1, 2)},
		stakes: "1-2: 30; 2-1: 6; 4-5: 300", paid: "1-2 7.40; 2-1 7.40"},
	{label: "trifecta, mass", bet: trifecta, finish: "1 {2,3}", stakes: trifectas, paid: "1-2-3 8.50; 1-3-2 51.50"},
	{label: "trifecta, pro rata", bet: trifecta, host: proRata, finish: "1 {2,3}", stakes: trifectas, paid: "1-2-3 14.70; 1-3-2 14.70"},
	{label: "trifecta, unbacked, shared", bet: trifecta, host: share, finish: "1 2 {3,7}", stakes: trifectas, paid: "1-2-3 17.10"},
	{label: "trifecta, unbacked, reserved", bet: trifecta, finish: "1 2 {3,7}", stakes: trifectas, paid: "1-2-3 8.50", kept: "257.60"},
	{label: "exacta, thin", bet: exacta, finish: "1 2", stakes: "1-2: 1; 4-5: 500", paid: "1-2 267.20", kept: "133.60"},
	{label: "minimum topped up", bet: winAbroad, host: nickel(3), finish: "1", stakes: "1: 900; 2: 100", paid: "1 1.05"},
	{label: "minimum refused", bet: winAbroad, host: nickel(3, func(h *rulebook.Host) { h.TopUp = false }), finish: "1",
		stakes: "1: 900; 2: 100", reason: rulebook.PaymentsExceedMass},
	{label: "minimum beyond the stakes", bet: winAbroad, host: nickel(3), finish: "1", stakes: "1: 990; 2: 10",
		reason: rulebook.PaymentsExceedMass},
	{label: "IIIt-2-7-3 nobody, carried over", bet: winAbroad, host: func(h *rulebook.Host) { h.CarryOver = true }, finish: "9",
		stakes: fiveHorses, kept: "800.00"},
	{label: "IIIt-2-7-3 nobody, refunded", bet: winAbroad, finish: "9", stakes: fiveHorses, reason: tote.NoWinningStake},
	{label: "IIIt-3-7-2 exacta carries over, whatever the host", bet: exacta, host: share, finish: "{1,2}", stakes: exactas,
		paid: "1-2 5.60", kept: "170.00"},
	// The profit is 0.96 - 1.00; rapports distribute 0.98 x 2/3 and 0.96 less that is
	// kept, not the whole third of 0.98.
	{label: "exacta, thin, negative profit, unbacked", bet: exacta, host: profit, finish: "1 {2,3}", stakes: "1-2: 1; 4-5: 0.20",
		paid: "1-2 1.00", kept: "0.31"},
	{label: "IIIt-2-7-4 nobody classified", bet: placeAbroad, finish: "", stakes: fiveHorses, reason: tote.NoHorseClassified},
	{label: "IIIt-4-7-d two classified", bet: trifecta, finish: "1 2", stakes: trifectas, reason: tote.TooFewClassified},
	{label: "IIIt-2-7-5 too few ran", bet: winAbroad, host: func(h *rulebook.Host) { h.RunnersMin = 10 }, finish: "1",
		stakes: fiveHorses, reason: tote.TooFewRunners},
}

// TestInternational holds the examples of 12-international section 8.
func TestInternational(t *testing.T) {
	for _, n := range hostNotes {
		t.Run(n.label, n.run)
	}
}

func (n hostNote) run(t *testing.T) {
	host := rulebook.DefaultHost()
	if n.host != nil {
		n.host(&host)
	}
	bet, err := rulebook.International(n.bet, 200_000, host)
	if err != nil {
		t.Fatal(err)
	}
	r := tote.Result{Declared: tote.Numbered(9), Stables: n.stables}
	for group := range strings.FieldsSeq(n.finish) {
		r.Arrival = append(r.Arrival, horsesOf(strings.Trim(group, "{}"), ","))
	}
	var tickets []ticket
	for stake := range strings.SplitSeq(n.stakes, "; ") {
		tickets = append(tickets, note{bet: n.bet}.ticket(t, stake))
	}
	s, lines, _, _ := settleTickets(t, bet, r, tote.Stakes{}, tickets)
	var paid []string
	for i, d := range s.Dividends {
		if d != 0 {
			paid = append(paid, lines[i].Combination+" "+d.String())
		}
	}
	kept := n.kept
	if kept == "" {
		kept = "0.00"
	}
	got := fmt.Sprintf("%s, %s kept, %s", strings.Join(paid, "; "), inEuros(s.Booster), s.Reason)
	want := fmt.Sprintf("%s, %s kept, %s", n.paid, kept, n.reason)
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestInternationalRefusals holds that impossible choices of a host are refused.
func TestInternationalRefusals(t *testing.T) {
	tests := []struct {
		bet  tote.BetCode
		take tote.Rate
		host func(*rulebook.Host)
		want string
	}{
		{"E_TRIO", 200_000, nil, `"E_TRIO" is no bet on an international pool`},
		{winAbroad, 99_999, nil, "take rate 0.099999: want 0.10 to 0.40"},
		{winAbroad, 400_001, nil, "take rate 0.400001: want 0.10 to 0.40"},
		{placeAbroad, 200_000, func(h *rulebook.Host) { h.Places = 4 }, "host places 4: want 2 or 3"},
		{trifecta, 200_000, func(h *rulebook.Host) { h.Split = 3 }, "host split 3 is unknown"},
		{exacta, 200_000, proRata, "only a Trio Ordre is shared pro rata"},
		{winAbroad, 200_000, func(h *rulebook.Host) { h.Step = 0 }, "host step 0.00: want 0.01 to 1.00"},
		{winAbroad, 200_000, func(h *rulebook.Host) { h.Minimum = 1001 }, "host minimum dividend 10.01: want 0.00 to 10.00"},
		{winAbroad, 200_000, func(h *rulebook.Host) { h.RunnersMin = 41 }, "host minimum of runners 41: want 0 to 40"},
		{winAbroad, 200_000, func(h *rulebook.Host) { h.French = -1 }, "host share of French stakes"},
	}
	for _, tt := range tests {
		host := rulebook.DefaultHost()
		if tt.host != nil {
			tt.host(&host)
		}
		if _, err := rulebook.International(tt.bet, tt.take, host); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.bet, err, tt.want)
		}
	}
	if !rulebook.IsInternational(exacta) || rulebook.IsInternational("E_COUPLE_ORDRE") {
		t.Error("IsInternational confuses Couplé Ordre")
	}
}
