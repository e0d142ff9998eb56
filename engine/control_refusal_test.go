package engine_test

import (
	"strings"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

// declaration is a race that can be declared, two offers on it.
func declaration(s *shop, id tote.RaceID) *engine.DeclareRace {
	return &engine.DeclareRace{
		Race: id, Start: s.ms(20 * minute), Deadline: s.ms(30 * minute), Declared: tote.Numbered(10),
		Offers: []engine.Offer{{Bet: toWin, BaseStake: 100}, {Bet: two, BaseStake: 300, Flexi: []uint8{50}}},
		Staff:  "anna",
	}
}

// badly is a declaration spoiled.
func badly(spoil func(*engine.DeclareRace)) func(*shop) engine.Command {
	return func(s *shop) engine.Command {
		c := declaration(s, theRace+1)
		spoil(c)
		return c
	}
}

const longName = 129

var controlRefusals = []refusal{
	{"race number that is none", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Race = 7 })},
	{"race without horses", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Declared = 0 })},
	{"race with horse 0", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Declared |= 1 })},
	{"race with horse 41", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Declared |= 1 << 41 })},
	{"race without a start", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Start = 0 })},
	{"deadline before the start", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Deadline = c.Start - 1 })},
	{"stable of a stranger", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Stables = []tote.HorseSet{1 << 11} })},
	{"too many stables", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Stables = make([]tote.HorseSet, 41) })},
	{"too many offers", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Offers = make([]engine.Offer, 65) })},
	{"day before any rulebook", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Race = 190001010101 })},
	{"bet of no rulebook", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Offers[0].Bet = "E_NOTHING" })},
	{"bet offered twice", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Offers[1].Bet = toWin })},
	{"free bets", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Offers[0].BaseStake = 0 })},
	{"base stake too large", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Offers[0].BaseStake = tote.MaxStake + 1 })},
	{"negative limit", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Offers[0].MaxStake = -1 })},
	{"flexi of 0 %", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Offers[0].Flexi = []uint8{0} })},
	{"flexi of 101 %", engine.BadProgramme, badly(func(c *engine.DeclareRace) { c.Offers[0].Flexi = []uint8{101} })},
	{"flexi list too long", engine.BadProgramme, badly(func(c *engine.DeclareRace) {
		c.Offers[0].Flexi = []uint8(strings.Repeat("2", 101))
	})},
	{"declared by a name too long", engine.BadStaff, badly(func(c *engine.DeclareRace) {
		c.Staff = event.Staff(strings.Repeat("x", longName))
	})},
	{"declared by a name that is no text", engine.BadStaff, badly(func(c *engine.DeclareRace) { c.Staff = "\xff" })},
	{"declared otherwise", engine.AlreadyDeclared, func(s *shop) engine.Command { return declaration(s, theRace) }},

	{"open an unknown race", engine.UnknownRace, func(*shop) engine.Command { return &engine.OpenRace{Race: noRace} }},
	{"open a stopped race", engine.WrongStatus, func(s *shop) engine.Command {
		s.must(&engine.StopRace{Race: theRace})
		return &engine.OpenRace{Race: theRace}
	}},
	{"open a race after its deadline", engine.RaceStopped, func(s *shop) engine.Command {
		s.must(declaration(s, theRace+1))
		s.clock.advance(30 * minute)
		s.must(&engine.StopRace{Race: theRace})
		return &engine.OpenRace{Race: theRace + 1}
	}},
	{"suspend a race not open", engine.WrongStatus, func(s *shop) engine.Command {
		s.must(declaration(s, theRace+1))
		return &engine.SuspendRace{Race: theRace + 1}
	}},
	{"suspended by a name too long", engine.BadStaff, func(*shop) engine.Command {
		return &engine.SuspendRace{Race: theRace, Staff: event.Staff(strings.Repeat("x", 300_000))}
	}},
	{"stop an unknown race", engine.UnknownRace, func(*shop) engine.Command { return &engine.StopRace{Race: noRace} }},
	{"non-runner of an unknown race", engine.UnknownRace, func(*shop) engine.Command {
		return &engine.DeclareNonRunner{Race: noRace, Horse: 1}
	}},
	{"non-runner not on the list", engine.BadHorse, func(*shop) engine.Command { return &engine.DeclareNonRunner{Race: theRace, Horse: 11} }},
	{"non-runner 255", engine.BadHorse, func(*shop) engine.Command { return &engine.DeclareNonRunner{Race: theRace, Horse: 255} }},
	{"non-runner after the result", engine.WrongStatus, func(s *shop) engine.Command {
		s.result(inOrder...)
		return &engine.DeclareNonRunner{Race: theRace, Horse: 9}
	}},
	{"non-runner that arrived", engine.HorseArrived, func(s *shop) engine.Command {
		s.must(&engine.StopRace{Race: theRace})
		s.must(&engine.EnterResult{Race: theRace, Arrival: inOrder, Staff: "anna"})
		return &engine.DeclareNonRunner{Race: theRace, Horse: 2}
	}},

	{"purge an unknown race", engine.UnknownRace, func(*shop) engine.Command { return &engine.PurgeLate{Race: noRace, Started: 1} }},
	{"purge an open race", engine.WrongStatus, func(*shop) engine.Command { return &engine.PurgeLate{Race: theRace, Started: 1} }},
	{"purge without a time", engine.BadTime, func(s *shop) engine.Command {
		s.must(&engine.StopRace{Race: theRace})
		return &engine.PurgeLate{Race: theRace}
	}},
	{"purge after dividends", engine.WrongStatus, func(s *shop) engine.Command {
		s.must(s.win(s.alice, 1, 100))
		s.result(inOrder...)
		s.must(&engine.DeclareDividends{Race: theRace})
		return &engine.PurgeLate{Race: theRace, Started: 1}
	}},

	{"result of an open race", engine.WrongStatus, func(*shop) engine.Command {
		return &engine.EnterResult{Race: theRace, Arrival: inOrder, Staff: "anna"}
	}},
	{"result by nobody", engine.FourEyes, func(s *shop) engine.Command {
		s.must(&engine.StopRace{Race: theRace})
		return &engine.EnterResult{Race: theRace, Arrival: inOrder}
	}},
	{"result with a stranger", engine.Code(tote.ArrivalNotDeclared), func(s *shop) engine.Command {
		s.must(&engine.StopRace{Race: theRace})
		return &engine.EnterResult{Race: theRace, Arrival: [][]tote.Horse{{11}}, Staff: "anna"}
	}},
	{"confirmation before a result", engine.WrongStatus, func(s *shop) engine.Command {
		s.must(&engine.StopRace{Race: theRace})
		return &engine.ConfirmResult{Race: theRace, Arrival: inOrder, Staff: "bruno"}
	}},
	{"confirmation by the same person", engine.FourEyes, func(s *shop) engine.Command {
		s.must(&engine.StopRace{Race: theRace})
		s.must(&engine.EnterResult{Race: theRace, Arrival: inOrder, Staff: "anna"})
		return &engine.ConfirmResult{Race: theRace, Arrival: inOrder, Staff: "anna"}
	}},
	{"confirmation by nobody", engine.FourEyes, func(s *shop) engine.Command {
		s.must(&engine.StopRace{Race: theRace})
		s.must(&engine.EnterResult{Race: theRace, Arrival: inOrder, Staff: "anna"})
		return &engine.ConfirmResult{Race: theRace, Arrival: inOrder}
	}},
	{"confirmation of another result", engine.ResultDiffers, func(s *shop) engine.Command {
		s.must(&engine.StopRace{Race: theRace})
		s.must(&engine.EnterResult{Race: theRace, Arrival: inOrder, Staff: "anna"})
		return &engine.ConfirmResult{Race: theRace, Arrival: [][]tote.Horse{{2}, {1}, {3}, {4}}, Staff: "bruno"}
	}},
	{"confirmation without the last place", engine.ResultDiffers, func(s *shop) engine.Command {
		s.must(&engine.StopRace{Race: theRace})
		s.must(&engine.EnterResult{Race: theRace, Arrival: inOrder, Staff: "anna"})
		return &engine.ConfirmResult{Race: theRace, Arrival: inOrder[:3], Staff: "bruno"}
	}},

	{"call an unknown race off", engine.UnknownRace, func(*shop) engine.Command { return &engine.CancelRace{Race: noRace} }},
	{"call an official race off", engine.WrongStatus, func(s *shop) engine.Command {
		s.must(s.win(s.alice, 1, 100))
		s.result(inOrder...)
		return &engine.CancelRace{Race: theRace}
	}},
	{"dividends of an unknown race", engine.UnknownRace, func(*shop) engine.Command { return &engine.DeclareDividends{Race: noRace} }},
	{"dividends without a result", engine.WrongStatus, func(s *shop) engine.Command {
		s.must(&engine.StopRace{Race: theRace})
		return &engine.DeclareDividends{Race: theRace}
	}},
	{"settle an unknown race", engine.UnknownRace, func(*shop) engine.Command { return &engine.SettleBets{Race: noRace} }},
	{"settle without dividends", engine.WrongStatus, func(s *shop) engine.Command {
		s.result(inOrder...)
		return &engine.SettleBets{Race: theRace}
	}},
	{"accounts of an unknown race", engine.UnknownRace, func(*shop) engine.Command { return &engine.GetRaceAccounts{Race: noRace} }},
}
