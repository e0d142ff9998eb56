package rulebook_test

import (
	"testing"

	"opentote/tote"
)

const pickFive = tote.BetCode("E_PICK5")

// pick5Notes are the examples P1 to P14 of 10-pick5 section 12.
var pick5Notes = []note{
	{
		label: "P1 normal finish", bet: pickFive, declared: 21, finish: "4 7 2 9 1 5 3",
		stakes: "4-7-2-9-1: 10; 12-13-14-15-16: 19990", paid: "1-2-4-7-9 1269.00", total: "12690",
	},
	{
		label: "P2 normal finish with 1 NP stakes; 2 NP refunded", bet: pickFive, declared: 21, out: "15,16", finish: "4 7 2 9 1 5 3",
		stakes: "1-2-4-7-9: 10; 2-4-7-9-16: 40; 1-2-4-7-16: 30; 2-4-7-15-16: 200; 17-18-19-20-21: 19720", paid: "1-2-4-7-9 751.70; 2-4-7-9-NP 126.10", total: "12561",
	},
	{
		label: "P3 dead-heat for fifth", bet: pickFive, declared: 21, out: "16", finish: "4 7 2 9 {1,5} 3",
		stakes: "4-7-2-9-1: 8; 4-7-2-9-5: 4; 2-4-7-9-16: 20; 17-18-19-20-21: 19968", paid: "1-2-4-7-9 594.30; 2-4-5-7-9 989.90; 2-4-7-9-NP 198.70", total: "12688",
	},
	{
		label: "P4 dead-heat for fourth (three horses), one set without stake: Booster", bet: pickFive, declared: 21, finish: "4 7 2 {9,1,5} 3",
		stakes: "4-7-2-9-1: 8; 4-7-2-1-5: 4; 12-13-14-15-16: 19988", paid: "1-2-4-5-7 1057.50; 1-2-4-7-9 793.30", total: "10576.4", booster: "2113.00",
	},
	{
		label: "P5 nobody on the five, 1 NP stakes exist", bet: pickFive, declared: 21, out: "16", finish: "4 7 2 9 1 5 3",
		stakes: "2-4-7-9-16: 20; 17-18-19-20-21: 19980", paid: "2-4-7-9-NP 317.70", total: "6354", booster: "6335.00",
	},
	{
		label: "P6 nothing payable", bet: pickFive, declared: 21, finish: "4 7 2 9 1 5 3",
		stakes: "10-11-12-13-14: 20; 12-13-14-15-16: 19980", total: "0", booster: "12690.00",
	},
	{
		label: "P7 thin winners: 0.10 EUR", bet: pickFive, declared: 21, finish: "4 7 2 9 1 5 3",
		stakes: "4-7-2-9-1: 0.1; 12-13-14-15-16: 19999.9", paid: "1-2-4-7-9 12690.90", total: "1269.09", booster: "11420.91",
	},
	{
		label: "P8 1 NP lifted to 1.10", bet: pickFive, declared: 21, out: "16", finish: "4 7 2 9 1 5 3",
		stakes: "4-7-2-9-1: 50; 2-4-7-9-16: 12000; 17-18-19-20-21: 7950", paid: "1-2-4-7-9 7.40; 2-4-7-9-NP 1.10", total: "13570",
	},
	{
		label: "P9 deduction reduced, both ranks lifted to 1.10", bet: pickFive, declared: 21, out: "16", finish: "4 7 2 9 1 5 3",
		stakes: "4-7-2-9-1: 11000; 2-4-7-9-16: 4000; 17-18-19-20-21: 5000", paid: "1-2-4-7-9 1.10; 2-4-7-9-NP 1.10", total: "16500", procedure: "deduction_reduced",
	},
	{
		label: "P10 constrained procedure fails", bet: pickFive, declared: 21, out: "16", finish: "4 7 2 9 1 5 3",
		stakes: "4-7-2-9-1: 16000; 2-4-7-9-16: 2000; 17-18-19-20-21: 2000", reason: "MINIMUM_DIVIDEND",
	},
	{
		label: "P9b constrained procedure (take rate set to 12 % for the example)", bet: pickFive, declared: 21, out: "16", finish: "4 7 2 9 1 5 3",
		stakes: "4-7-2-9-1: 200; 2-4-7-9-16: 15400; 17-18-19-20-21: 4400", take: "0.12", paid: "1-2-4-7-9 5.30; 2-4-7-9-NP 1.10", total: "18000", procedure: "constrained",
	},
	{
		label: "P11 four classified: everything refunded", bet: pickFive, declared: 21, finish: "4 7 2 9",
		stakes: "4-7-2-9-1: 10; 12-13-14-15-16: 190", reason: "TOO_FEW_CLASSIFIED",
	},
	{
		label: "P12 five horses ran: everything refunded", bet: pickFive, declared: 9, out: "3,5,6,8", finish: "4 7 2 9 1",
		stakes: "4-7-2-9-1: 10", reason: "TOO_FEW_RUNNERS",
	},
	{
		label: "P13 one-base field, base out: refunded; replacement horse", bet: pickFive, declared: 21, out: "15,16", finish: "4 7 2 9 1 5 3",
		stakes: "4-7-9-1-16 [bases [16]]: 30; 4-7-9-1-16 [complement 2]: 5; 2-4-7-9-16 [bases [16, 15]]: 6; 17-18-19-20-21: 19959", paid: "1-2-4-7-9 1842.40; 2-4-7-9-NP 576.40", total: "12670.4",
	},
	{
		label: "P14 six horses first: six sets, four without stake", bet: pickFive, declared: 21, out: "16", finish: "{4,7,2,9,1,5} 3",
		stakes: "4-7-2-9-1: 10; 4-7-2-9-5: 20; 4-7-2-9-16: 5; 17-18-19-20-21: 19965", paid: "1-2-4-7-9 287.20; 2-4-5-7-9 234.50; 2-4-7-9-NP 181.70", total: "8470.5", booster: "4218.33",
	},
}

func TestPick5(t *testing.T) { runNotes(t, pick5Notes) }
