package rulebook_test

import (
	"testing"

	"opentote/tote"
)

const (
	coupleG = tote.BetCode("E_COUPLE_GAGNANT")
	coupleO = tote.BetCode("E_COUPLE_ORDRE")
	coupleP = tote.BetCode("E_COUPLE_PLACE")
)

// coupleNotes are the examples G1 to G16, O1 to O4 and P1 to P11 of 04-couple
// section 11.
var coupleNotes = []note{
	{
		label: "G1 normal, no non-runner", bet: coupleG, declared: 10, finish: "3 5 7 1 2",
		stakes: "3-5: 200; 1-2: 1800", paid: "3-5 7.30", total: "1460",
	},
	{
		label: "G2 one non-runner, progressive deduction", bet: coupleG, declared: 10, out: "9", finish: "3 5 7 1 2",
		stakes: "3-5: 150; 3-9: 300; 5-9: 10; 1-2: 19540", paid: "3-5 70.20; 3-NP 8.20", total: "12990",
	},
	{
		label: "G3 two second", bet: coupleG, declared: 10, out: "9", finish: "3 {5,7} 1",
		stakes: "3-5: 200; 3-7: 400; 3-9: 60; 1-2: 4340", paid: "3-5 7.80; 3-7 4.90; 3-NP 2.00", total: "3640",
	},
	{
		label: "G4 two first", bet: coupleG, declared: 10, out: "9", finish: "{3,5} 7 1",
		stakes: "3-5: 200; 3-9: 60; 5-9: 40; 1-2: 2700", paid: "3-5 10.00; 3-NP 1.80; 5-NP 1.90", total: "2184",
	},
	{
		label: "G5 three first, one combination unbacked", bet: coupleG, declared: 10, out: "9", finish: "{3,5,7} 1",
		stakes: "3-5: 200; 3-7: 100; 7-9: 50; 1-2: 2650", paid: "3-5 5.70; 3-7 9.50; 7-NP 1.90", total: "2185",
	},
	{
		label: "G6 1-2 unbacked, 1-3 backed", bet: coupleG, declared: 10, out: "9", finish: "3 5 7 1 2",
		stakes: "3-7: 200; 5-7: 90; 3-9: 60; 1-2: 2650", paid: "3-7 10.10; 3-NP 2.70", total: "2182",
	},
	{
		label: "G7 1-2 and 1-3 unbacked, 2-3 backed", bet: coupleG, declared: 10, out: "9", finish: "3 5 7 1 2",
		stakes: "5-7: 90; 3-9: 60; 1-2: 850", paid: "5-7 6.80; 3-NP 1.80", total: "720",
	},
	{
		label: "G8 nothing backed: refund, 1 NP included", bet: coupleG, declared: 10, out: "9", finish: "3 5 7 1 2",
		stakes: "3-9: 60; 1-2: 850", reason: "NO_WINNING_STAKE",
	},
	{
		label: "G9 two first, pair unbacked, each with the third", bet: coupleG, declared: 10, out: "9", finish: "{3,5} 7 1",
		stakes: "3-7: 50; 5-7: 80; 3-9: 20; 1-2: 850", paid: "3-7 6.40; 5-7 4.60; 3-NP 1.90", total: "726",
	},
	{
		label: "G10 two second unbacked with the first: pair of seconds", bet: coupleG, declared: 10, out: "9", finish: "3 {5,7} 1",
		stakes: "5-7: 80; 3-9: 20; 1-2: 900", paid: "5-7 8.50; 3-NP 2.40", total: "728",
	},
	{
		label: "G11 lift to 1.10", bet: coupleG, declared: 10, finish: "3 5 7 1 2",
		stakes: "3-5: 690; 1-2: 310", paid: "3-5 1.10", total: "759",
	},
	{
		label: "G12 take cut, all at 1.10", bet: coupleG, declared: 10, out: "9", finish: "3 5 7 1 2",
		stakes: "3-5: 800; 3-9: 10; 1-2: 190", paid: "3-5 1.10; 3-NP 1.10", total: "891", procedure: "deduction_reduced",
	},
	{
		label: "G13 second stage fails: refund", bet: coupleG, declared: 10, out: "9", finish: "3 5 7 1 2",
		stakes: "3-5: 900; 3-9: 10; 1-2: 90", reason: "MINIMUM_DIVIDEND",
	},
	{
		label: "G14 second stage pays (artificial take 12 %)", bet: coupleG, declared: 10, out: "9", finish: "3 5 7 1 2",
		stakes: "3-5: 50; 3-9: 700; 1-2: 250", take: "0.12", paid: "3-5 2.60; 3-NP 1.10", total: "900", procedure: "constrained",
	},
	{
		label: "G15 thin winner", bet: coupleG, declared: 10, finish: "3 5 7 1 2",
		stakes: "3-5: 0.75; 1-2: 500", paid: "3-5 189.70", total: "142.28", booster: "183.15",
	},
	{
		label: "G16 progressive flat part", bet: coupleG, declared: 10, finish: "3 5 7 1 2",
		stakes: "3-5: 10; 1-2: 370", paid: "3-5 25.70", total: "257",
	},
	{
		label: "O1 ordered, normal, 1 NP in both positions", bet: coupleO, declared: 7, out: "6", finish: "3 5 7 1 2",
		stakes: "3-5: 120; 5-3: 90; 3-6: 20; 6-3: 10; 5-6: 7; 1-2: 753", paid: "3-5 5.70; 3-NP 1.50; NP-3 1.50", total: "729",
	},
	{
		label: "O2 ordered, two first: both orders aggregated, runner first for 1 NP", bet: coupleO, declared: 7, out: "6", finish: "{3,5} 7 1",
		stakes: "3-5: 60; 5-3: 20; 3-6: 5; 6-3: 4; 1-2: 911", paid: "3-5 9.00; 5-3 9.00; 3-NP 1.50", total: "727.5",
	},
	{
		label: "O3 ordered, exact order unbacked", bet: coupleO, declared: 7, finish: "3 5 7 1 2",
		stakes: "5-3: 40; 3-7: 30; 1-2: 930", paid: "5-3 18.00", total: "720",
	},
	{
		label: "O4 ordered, two second", bet: coupleO, declared: 7, finish: "3 {5,7} 1",
		stakes: "3-5: 40; 3-7: 30; 5-3: 9; 1-2: 921", paid: "3-5 9.40; 3-7 11.80", total: "730",
	},
	{
		label: "P1 normal", bet: coupleP, declared: 10, finish: "3 5 7 1 2",
		stakes: "3-5: 900; 3-7: 700; 5-7: 300; 1-2: 28100", paid: "3-5 9.50; 3-7 11.10; 5-7 18.50", total: "21870",
	},
	{
		label: "P2 normal with 1 NP", bet: coupleP, declared: 10, out: "9", finish: "3 5 7 1 2",
		stakes: "3-5: 900; 3-7: 700; 5-7: 300; 3-9: 50; 5-9: 40; 7-9: 10; 6-9: 9; 1-2: 27991", paid: "3-5 9.30; 3-7 11.00; 5-7 18.20; 3-NP 2.90; 5-NP 3.50; 7-NP 4.10", total: "21856",
	},
	{
		label: "P3 two third", bet: coupleP, declared: 10, out: "9", finish: "3 5 {7,1} 2",
		stakes: "3-5: 600; 3-7: 500; 3-1: 400; 5-7: 300; 5-1: 200; 7-9: 10; 1-2: 17970; 1-7: 20", paid: "1-3 6.70; 1-5 10.00; 3-5 7.80; 3-7 5.70; 5-7 7.70; 7-NP 2.20", total: "14542",
	},
	{
		label: "P4 two second", bet: coupleP, declared: 10, out: "9", finish: "3 {5,7} 1",
		stakes: "3-5: 600; 3-7: 500; 5-7: 300; 3-9: 10; 5-9: 20; 1-2: 18570", paid: "3-5 9.00; 3-7 10.10; 5-7 13.50; 3-NP 2.90; 5-NP 3.30", total: "14595",
	},
	{
		label: "P5 two first, two third", bet: coupleP, declared: 10, out: "9", finish: "{3,5} {7,1} 2",
		stakes: "3-5: 600; 3-7: 500; 3-1: 400; 5-7: 300; 5-1: 200; 1-9: 10; 1-2: 17990", paid: "1-3 6.70; 1-5 9.90; 3-5 7.80; 3-7 5.80; 5-7 7.70; 1-NP 2.60", total: "14576",
	},
	{
		label: "P6 three first", bet: coupleP, declared: 10, out: "9", finish: "{3,5,7} 1",
		stakes: "3-5: 600; 3-7: 500; 5-7: 300; 5-9: 20; 1-2: 8580", paid: "3-5 4.50; 3-7 5.00; 5-7 6.60; 5-NP 2.00", total: "7220",
	},
	{
		label: "P7 one combination unbacked", bet: coupleP, declared: 10, finish: "3 5 7 1 2",
		stakes: "3-5: 600; 5-7: 300; 1-2: 9100", paid: "3-5 6.60; 5-7 11.10", total: "7290",
	},
	{
		label: "P8 nothing backed but 1 NP: refund", bet: coupleP, declared: 10, out: "9", finish: "3 5 7 1 2",
		stakes: "3-9: 600; 1-2: 9100", reason: "NO_WINNING_STAKE",
	},
	{
		label: "P9 seven declared: third not payable at 1 NP", bet: coupleP, declared: 7, out: "6", finish: "3 5 7 1",
		stakes: "3-5: 600; 3-7: 500; 5-7: 300; 3-6: 50; 7-6: 40; 1-2: 8510", paid: "3-5 5.40; 3-7 4.20; 5-7 5.90; 3-NP 2.20", total: "7220",
	},
	{
		label: "P10 minima", bet: coupleP, declared: 10, finish: "3 5 7 1 2",
		stakes: "3-5: 600; 3-7: 30; 5-7: 10; 1-2: 360", paid: "3-5 1.10; 3-7 1.90; 5-7 3.00", total: "747",
	},
	{
		label: "P11 only two classified", bet: coupleP, declared: 10, out: "9", finish: "3 5",
		stakes: "3-5: 60; 3-9: 10; 1-2: 930", paid: "3-5 11.60; 3-NP 3.20", total: "728",
	},
}

func TestCouple(t *testing.T) { runNotes(t, coupleNotes) }
