package rulebook_test

import (
	"testing"

	"opentote/tote"
)

const (
	multi     = tote.BetCode("E_MULTI")
	miniMulti = tote.BetCode("E_MINI_MULTI")
)

// multiNotes are the examples M1 to M11 and MM1 to MM4 of 06-multi section 9.
var multiNotes = []note{
	{
		label: "M1 normal", bet: multi, declared: 16, finish: "1 2 3 4 5 6",
		stakes: "1-2-3-4: 30; 1-2-3-4-9: 120; 1-2-3-4-9-10: 600; 1-2-3-4-9-10-11: 1500; 8-9-10-11: 87750", paid: "en 4 1-2-3-4 441.00; en 5 1-2-3-4 88.20; en 6 1-2-3-4 29.40; en 7 1-2-3-4 12.60", total: "60354",
	},
	{
		label: "M2 two fourth, a ticket with both is paid once", bet: multi, declared: 16, finish: "1 2 3 {4,5} 6",
		stakes: "1-2-3-4: 30; 1-2-3-5: 15; 1-2-3-4-5: 60; 8-9-10-11: 20000", paid: "en 4 1-2-3-4 231.00; en 4 1-2-3-5 231.00; en 5 1-2-3-4 46.20; en 5 1-2-3-5 46.20", total: "13167",
	},
	{
		label: "M3 non-runners", bet: multi, declared: 16, out: "9,10,11", finish: "1 2 3 4 5 6",
		stakes: "1-2-3-4-9: 3; 1-2-3-9: 3; 1-2-3-4-9-10-11: 3; 1-2-3-4-9-10-12: 6; 1-2-9-10-11: 4.5; 5-6-7-8: 5000", paid: "en 4 1-2-3-4 472.50; en 5 1-2-3-4 94.50", total: "3402",
	},
	{
		label: "M4 substitute 1-2-4-5", bet: multi, declared: 16, finish: "1 2 3 4 5 6",
		stakes: "1-2-4-5: 3; 1-2-4-5-9-10: 9; 8-9-10-11: 988", paid: "en 4 1-2-4-5 189.00; en 6 1-2-4-5 12.60", total: "680.4",
	},
	{
		label: "M5 nobody", bet: multi, declared: 16, finish: "1 2 3 4 5 6",
		stakes: "1-2-3-6: 3; 8-9-10-11: 997", total: "0", procedure: "no_winner", booster: "681.50",
	},
	{
		label: "M6 minima ladder", bet: multi, declared: 16, finish: "1 2 3 4 5 6",
		stakes: "1-2-3-4: 20; 1-2-3-4-9: 100; 1-2-3-4-9-10: 900; 1-2-3-4-9-10-11: 3300; 8-9-10-11: 3171.5", paid: "en 4 1-2-3-4 5.00; en 5 1-2-3-4 1.80; en 6 1-2-3-4 1.20; en 7 1-2-3-4 1.10", total: "4990", procedure: "minima",
	},
	{
		label: "M7 minima, surplus negative, still 10 %", bet: multi, declared: 16, finish: "1 2 3 4 5 6",
		stakes: "1-2-3-4: 1; 1-2-3-4-9-10: 500; 1-2-3-4-9-10-11: 7000; 8-9-10-11: 2499", paid: "en 4 1-2-3-4 1.30; en 6 1-2-3-4 1.10; en 7 1-2-3-4 1.05", total: "7901.3", procedure: "minima",
	},
	{
		label: "M8 refund", bet: multi, declared: 16, finish: "1 2 3 4 5 6",
		stakes: "1-2-3-4-9-10-11: 8572; 8-9-10-11: 1428", reason: "MINIMUM_DIVIDEND",
	},
	{
		label: "M9 progressive deduction on the base", bet: multi, declared: 16, finish: "1 2 3 4 5 6",
		stakes: "1-2-3-4: 0.75; 8-9-10-11: 1500", paid: "en 4 1-2-3-4 1218.00", total: "913.5",
	},
	{
		label: "M10 thin winner", bet: multi, declared: 16, finish: "1 2 3 4 5 6",
		stakes: "1-2-3-4-9-10-11: 0.75; 8-9-10-11: 600", paid: "en 7 1-2-3-4 306.90", total: "230.18", booster: "102.35",
	},
	{
		label: "M11 three tied first, two tied fourth", bet: multi, declared: 16, finish: "{1,2,3} {4,5} 6",
		stakes: "1-2-3-4: 3; 1-2-3-5: 9; 8-9-10-11: 988", paid: "en 4 1-2-3-4 52.50; en 4 1-2-3-5 52.50", total: "630",
	},
	{
		label: "MM1 mini, normal (progressive deduction)", bet: miniMulti, declared: 12, finish: "1 2 3 4 5 6",
		stakes: "1-2-3-4: 20; 1-2-3-4-9: 100; 1-2-3-4-9-10: 900; 8-9-10-11: 48980", paid: "en 4 1-2-3-4 271.50; en 5 1-2-3-4 54.30; en 6 1-2-3-4 18.10", total: "27150",
	},
	{
		label: "MM2 mini, nobody: no substitute", bet: miniMulti, declared: 12, finish: "1 2 3 4 5 6",
		stakes: "1-2-3-5: 3; 8-9-10-11: 997", total: "0", procedure: "no_winner", booster: "681.50",
	},
	{
		label: "MM3 mini, minima", bet: miniMulti, declared: 12, finish: "1 2 3 4 5 6",
		stakes: "1-2-3-4: 3; 1-2-3-4-9: 20; 1-2-3-4-9-10: 5000; 8-9-10-11: 2977", paid: "en 4 1-2-3-4 2.20; en 5 1-2-3-4 1.20; en 6 1-2-3-4 1.05", total: "5280.6", procedure: "minima",
	},
	{
		label: "MM4 mini, non-runners; no en 6 stake but article 6 applies (reading Y5)", bet: miniMulti, declared: 12, out: "9,10", finish: "1 2 3 4 5 6",
		stakes: "1-2-3-4-9-10: 3; 8-7-6-5: 97; 1-2-3-4: 3", paid: "en 4 1-2-3-4 11.60", total: "69.6", procedure: "minima",
	},
}

func TestMulti(t *testing.T) { runNotes(t, multiNotes) }
