package rulebook_test

import (
	"testing"

	"opentote/tote"
)

const deux = tote.BetCode("E_DEUX_SUR_QUATRE")

// TestDeuxSurQuatre holds the examples D1 to D12 of 05-2sur4 section 10.
func TestDeuxSurQuatre(t *testing.T) {
	run := order(3, 5, 7, 1, 2)
	at := func(label, paid string, out []tote.Horse, stakes ...backed) example {
		return example{label: label, bet: deux, declared: 12, out: out, arrival: run, stakes: stakes, paid: paid}
	}
	d3 := at("D3 two fourth", "1-3 7.10 3-5 7.10 2-NP 2.10", tie(9),
		on(30_000, 3, 5), on(20_000, 1, 3), on(40_000, 1, 2), on(5_000, 2, 9), on(405_000, 8, 10))
	d3.arrival = [][]tote.Horse{{3}, {5}, {7}, {1, 2}}
	d4 := at("D4 no main stake", "3-NP 1.20", tie(9), on(300_000, 3, 9), on(700_000, 8, 10))
	d4.booster = "345200.0000"
	d5 := at("D5 nobody", "", tie(9), on(700_000, 8, 10), on(1_000, 8, 9))
	d5.procedure, d5.booster = tote.NoWinner, "512781.5000"
	d7 := at("D7 take cut, all at the minimum", "3-5 1.10 3-NP 1.10", tie(9), on(70_000, 3, 5), on(10_000, 3, 9), on(20_000, 8, 10))
	d7.procedure = tote.DeductionReduced
	d8 := at("D8 refund", "", tie(9), on(75_000, 3, 5), on(10_000, 3, 9), on(15_000, 8, 10))
	d8.procedure, d8.reason = tote.Refund, tote.BelowMinimum
	d8up := d8
	d8up.label, d8up.topUp, d8up.paid = "D8 topped up", true, "3-5 1.10 3-NP 1.10"
	d8up.procedure, d8up.reason = tote.ConstrainedToppedUp, ""
	d9 := at("D9 second stage pays, take 12 %", "3-5 2.60 3-NP 1.10", tie(9), on(5_000, 3, 5), on(70_000, 3, 9), on(25_000, 8, 10))
	d9.take, d9.procedure = "0.12", tote.Constrained
	d11 := at("D11 thin winner", "3-5 183.50", nil, on(150, 3, 5), on(99_850, 8, 10))
	d11.booster = "36500.0000"
	few := at("III-5-1 four ran", "", tie(6, 7, 8, 9, 10, 11, 12, 2), on(100, 3, 5))
	few.arrival, few.procedure, few.reason = order(3, 5, 1), tote.Refund, tote.TooFewRunners
	one := at("III-5-7-1 one classified", "", nil, on(100, 3, 5))
	one.arrival, one.procedure, one.reason = order(3), tote.Refund, tote.TooFewClassified
	d3dead := at("D-3 constrained without main stake", "3-NP 1.10", tie(9), on(81_000, 3, 9), on(19_000, 8, 10))
	d3dead.take, d3dead.procedure, d3dead.booster = "0.15", tote.Constrained, "900.0000"
	d3neg := at("D-3 constrained surplus negative", "", tie(9), on(82_000, 3, 9), on(18_000, 8, 10))
	d3neg.take, d3neg.procedure, d3neg.reason = "0.15", tote.Refund, tote.BelowMinimum
	d3up := d3neg
	d3up.label, d3up.topUp, d3up.paid = "D-3 negative and topped up", true, "3-NP 1.10"
	d3up.procedure, d3up.reason = tote.ConstrainedToppedUp, ""
	runExamples(t, []example{
		at("D1 normal", "1-7 3.60 3-5 3.60", nil, on(700_000, 3, 5), on(500_000, 1, 7), on(4_800_000, 8, 9)),
		at("D2 one non-runner", "1-7 3.30 3-5 3.30 3-NP 1.30", tie(9),
			on(700_000, 3, 5), on(500_000, 1, 7), on(300_000, 3, 9), on(4_500_000, 8, 9)),
		d3, d4, d5,
		at("D6 lift to the minimum", "1-7 1.10 3-5 1.10", nil, on(40_000, 3, 5), on(28_000, 1, 7), on(32_000, 8, 10)),
		d7, d8, d8up, d9,
		at("D10 progressive deduction", "3-5 14.20", nil, on(3_000, 3, 5), on(60_000, 8, 10)),
		d11,
		at("D12 both out, loser with one out", "3-5 5.60", tie(9, 11),
			on(3_000, 3, 5), on(600, 9, 11), on(300, 2, 9), on(20_000, 8, 10)),
		few, one, d3dead, d3neg, d3up,
	})
}
