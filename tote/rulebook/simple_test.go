package rulebook_test

import (
	"testing"

	"opentote/tote"
)

const (
	gagnant = tote.BetCode("E_SIMPLE_GAGNANT")
	place   = tote.BetCode("E_SIMPLE_PLACE")
)

// TestSimpleGagnant holds the examples W1 to W15 of 02-simple section 10.
func TestSimpleGagnant(t *testing.T) {
	const declared = 9
	refund := func(label string, topUp bool, paid string, stakes ...backed) example {
		e := example{label: label, bet: gagnant, declared: declared, arrival: order(4), stakes: stakes, topUp: topUp, paid: paid}
		e.procedure, e.reason = tote.Refund, tote.BelowMinimum
		if topUp {
			e.procedure, e.reason = tote.ConstrainedToppedUp, ""
		}
		return e
	}
	plain := func(label, paid string, arrival [][]tote.Horse, stakes ...backed) example {
		return example{label: label, bet: gagnant, declared: declared, arrival: arrival, stakes: stakes, paid: paid}
	}
	w3 := plain("W3 non-runner", "4 3.60", order(4), on(200_000, 4), on(150_000, 9), on(650_000, 1))
	w3.out = []tote.Horse{9}
	w5 := plain("W5 winner unbacked", "", order(4), on(1_000_000, 1))
	w5.procedure, w5.reason = tote.Refund, tote.NoWinningStake
	w8 := plain("W8 thin winner", "4 172.50", order(4), on(100, 4), on(29_900, 1))
	w8.booster = "8576.6667"
	w14 := plain("W14 take cut, rate 30 %", "4 1.10", order(4), on(800_000, 4), on(200_000, 1))
	w14.take, w14.procedure = "0.30", tote.DeductionReduced
	w15 := plain("W15 constrained pays, rate 5 %", "4 1.80", order(4), on(500_000, 4), on(500_000, 1))
	w15.take, w15.procedure = "0.05", tote.Constrained
	runExamples(t, []example{
		plain("W1 normal", "4 4.30", order(4, 2, 7), on(200_000, 4), on(800_000, 1)),
		plain("W2 dead heat first", "4 2.40 2 3.80", [][]tote.Horse{{4, 2}}, on(200_000, 4), on(100_000, 2), on(700_000, 1)),
		w3,
		plain("W4 co-winner unbacked", "4 4.30", [][]tote.Horse{{4, 2}}, on(200_000, 4), on(800_000, 1)),
		w5,
		plain("W6 progressive, flat part", "4 431.50", order(4), on(160, 4), on(99_840, 1)),
		plain("W7 progressive, 25 %", "4 2018.20", order(4), on(160, 4), on(499_840, 1)),
		w8,
		plain("W9 lift to the minimum", "4 1.10", order(4), on(800_000, 4), on(200_000, 1)),
		refund("W10 lift impossible", false, "", on(820_000, 4), on(180_000, 1)),
		refund("W11 topped up", true, "4 1.10", on(820_000, 4), on(180_000, 1)),
		refund("W12 everything on the winner", false, "", on(820_000, 4)),
		refund("W12 topped up", true, "4 1.10", on(820_000, 4)),
		plain("W13 exactly 10 %", "4 1.10", order(4), on(900_000, 4), on(200_000, 1)),
		w14,
		w15,
	})
}

// TestSimplePlace holds the examples P1 to P21 of 02-simple section 10.
func TestSimplePlace(t *testing.T) {
	at := func(label, paid string, declared int, arrival [][]tote.Horse, stakes ...backed) example {
		return example{label: label, bet: place, declared: declared, arrival: arrival, stakes: stakes, paid: paid}
	}
	p15 := at("P15 eight declared, four ran", "1 1.10 2 1.20 3 1.50", 8, order(1, 2, 3, 4),
		on(300_000, 1), on(200_000, 2), on(100_000, 3), on(300_000, 4), on(100_000, 8))
	p15.out = []tote.Horse{5, 6, 7, 8}
	refund := func(e example, reason tote.Reason) example {
		e.procedure, e.reason = tote.Refund, reason
		return e
	}
	p16 := refund(at("P16 eight declared, three ran", "", 8, order(1, 2, 3), on(100_000, 1)), tote.TooFewRunners)
	p16.out = []tote.Horse{4, 5, 6, 7, 8}
	p20 := at("P20 booster added", "1 12.40 2 18.10 3 35.20", 12, order(1, 2, 3),
		on(300_000, 1), on(200_000, 2), on(100_000, 3), on(400_000, 4))
	p20.added = 10_000_000
	cancelled := refund(at("cancelled", "", 8, nil, on(100, 1)), tote.RaceCancelled)
	cancelled.status, cancelled.added, cancelled.booster = tote.Cancelled, 500, "500.0000"
	runExamples(t, []example{
		at("P1 three places", "1 1.20 2 2.20 3 2.60", 12, order(1, 2, 3), on(420_000, 1), on(80_000, 2), on(60_000, 3), on(440_000, 4)),
		at("P2 two places", "1 1.60 2 1.90", 7, order(1, 2, 3), on(300_000, 1), on(200_000, 2), on(500_000, 3)),
		at("P3 third dead heat", "1 1.60 2 2.30 3 1.60 4 2.30", 12, [][]tote.Horse{{1}, {2}, {3, 4}},
			on(200_000, 1), on(100_000, 2), on(100_000, 3), on(50_000, 4), on(550_000, 5)),
		at("P4 second of two", "1 1.80 2 2.70 3 4.40", 12, [][]tote.Horse{{1}, {2, 3}, {4}},
			on(200_000, 1), on(100_000, 2), on(50_000, 3), on(650_000, 4)),
		at("P5 second of three", "1 1.60 2 1.80 3 1.80 4 1.80", 12, [][]tote.Horse{{1}, {2, 3, 4}},
			on(200_000, 1), on(100_000, 2), on(100_000, 3), on(100_000, 4), on(500_000, 5)),
		at("P6 first of two and third", "1 1.80 2 2.70 3 4.40", 12, [][]tote.Horse{{1, 2}, {3}},
			on(200_000, 1), on(100_000, 2), on(50_000, 3), on(650_000, 4)),
		at("P7 two first, two third", "1 1.70 2 2.50 3 2.50 4 2.50", 12, [][]tote.Horse{{1, 2}, {3, 4}},
			on(200_000, 1), on(100_000, 2), on(50_000, 3), on(50_000, 4), on(600_000, 5)),
		at("P8 first of three", "1 1.80 2 2.70 3 4.40", 12, [][]tote.Horse{{1, 2, 3}, {4}},
			on(200_000, 1), on(100_000, 2), on(50_000, 3), on(650_000, 4)),
		at("P9 seven declared, two first", "1 1.60 2 1.90", 7, [][]tote.Horse{{1, 2}, {3}},
			on(300_000, 1), on(200_000, 2), on(500_000, 3)),
		at("P10 seven declared, two second", "1 1.40 2 1.30 3 1.60", 7, [][]tote.Horse{{1}, {2, 3}},
			on(300_000, 1), on(200_000, 2), on(100_000, 3), on(400_000, 4)),
		at("P11 paying horse unbacked", "1 2.40 2 3.80", 12, order(1, 2, 3), on(200_000, 1), on(100_000, 2), on(700_000, 4)),
		at("P12 first unbacked, third dead heat", "2 4.00 3 2.50 4 4.00", 12, [][]tote.Horse{{1}, {2}, {3, 4}},
			on(100_000, 2), on(100_000, 3), on(50_000, 4), on(750_000, 5)),
		at("P13 two classified of nine", "1 2.40 2 3.80", 9, order(1, 2), on(200_000, 1), on(100_000, 2), on(700_000, 4)),
		at("P14 one classified of six", "1 4.30", 6, order(1), on(200_000, 1), on(800_000, 4)),
		p15,
		p16,
		at("P17 all lifted, paid", "1 1.10 2 1.10 3 1.10", 12, order(1, 2, 3),
			on(270_000, 1), on(270_000, 2), on(270_000, 3), on(190_000, 4)),
		refund(at("P18 lift impossible", "", 12, order(1, 2, 3),
			on(630_000, 1), on(110_000, 2), on(80_000, 3), on(180_000, 4)), tote.BelowMinimum),
		refund(at("P19 nobody classified", "", 12, nil, on(630_000, 1)), tote.NoHorseClassified),
		p20,
		at("P21 real, 4 November 2019", "1 1.30 2 1.10 3 1.30", 12, order(1, 2, 3),
			on(907_900, 1), on(2_121_375, 2), on(954_900, 3), on(1_859_800, 4)),
		refund(at("III-1-1 three declared", "", 3, order(1, 2, 3), on(100, 1)), tote.BetNotOffered),
		cancelled,
	})
}
