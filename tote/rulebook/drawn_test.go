package rulebook_test

import (
	"pgregory.net/rapid"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// shapes are the shapes of the bets of this file's properties, but the Multis,
// whose shape depends on the variant.
var shapes = map[tote.BetCode]tote.Shape{
	coupleG:  {Horses: 2, Bases: 1, Complement: true},
	coupleP:  {Horses: 2, Bases: 1, Complement: true},
	coupleO:  {Horses: 2, Bases: 1, Complement: true, Ordered: true},
	pickFive: {Horses: 5, Bases: 4, Complement: true},

	"COUPLE_GAGNANT":               {Horses: 2, Bases: 1, Complement: true},
	"COUPLE_PLACE":                 {Horses: 2, Bases: 1, Complement: true},
	"SIMPLE_GAGNANT_INTERNATIONAL": {Horses: 1},
	"SIMPLE_PLACE_INTERNATIONAL":   {Horses: 1},
	"COUPLE_ORDRE_INTERNATIONAL":   {Horses: 2, Bases: 1, Ordered: true},
	"TRIO_ORDRE_INTERNATIONAL":     {Horses: 3, Bases: 2, Ordered: true},
}

var (
	onlineOthers   = []tote.BetCode{coupleG, coupleO, coupleP, multi, miniMulti, pickFive}
	retailOthers   = []tote.BetCode{"COUPLE_GAGNANT", "COUPLE_PLACE"}
	internationals = []tote.BetCode{
		"SIMPLE_GAGNANT_INTERNATIONAL", "SIMPLE_PLACE_INTERNATIONAL",
		"COUPLE_ORDRE_INTERNATIONAL", "TRIO_ORDRE_INTERNATIONAL",
	}
)

// shapeOf returns the shape of a bet and, for a Multi, draws its variant.
func shapeOf(t *rapid.T, code tote.BetCode, runners int) (tote.Shape, uint8) {
	most := 7
	switch code {
	case miniMulti:
		most = 6
		fallthrough
	case multi:
		k := rapid.IntRange(4, min(most, runners)).Draw(t, "k")
		return tote.Shape{Horses: k, Bases: k - 1}, uint8(k)
	}
	return shapes[code], 0
}

// drawFormula draws a valid bet on a field where nothing is scratched yet: every
// formula of the shape, with and without complement.
func drawFormula(t *rapid.T, s tote.Shape, declared tote.HorseSet) tote.Pattern {
	field := rapid.Permutation(declared.Slice()).Draw(t, "field")
	formulas := []string{"unit", "combined"}
	if s.Bases > 0 && len(field) > s.Horses {
		formulas = append(formulas, "base", "full")
	}
	if s.Ordered {
		formulas = append(formulas, "free")
	}
	bases := rapid.IntRange(1, max(1, s.Bases)).Draw(t, "bases")
	var p tote.Pattern
	switch rapid.SampledFrom(formulas).Draw(t, "formula") {
	case "unit":
		p = tote.UnitPattern(field[:s.Horses]...)
	case "combined":
		p = tote.CombinedPattern(field[:rapid.IntRange(s.Horses, len(field)).Draw(t, "chosen")]...)
	case "base":
		p = tote.BasePattern(field[:bases], field[bases:rapid.IntRange(s.Horses, len(field)).Draw(t, "named")])
	case "full":
		p = tote.FullFieldPattern(field[:bases], declared)
	case "free":
		p = drawFree(t, field, s.Horses)
	}
	if s.Ordered && p.Formula != tote.Free {
		if rapid.Bool().Draw(t, "all orders") {
			p = p.InAllOrders()
		} else if p.Formula == tote.Base {
			places := rapid.Permutation([]int{1, 2, 3}[:s.Horses]).Draw(t, "places")
			p = p.At(places[:bases]...)
		}
	}
	free := field[int(p.Sizes[0]):]
	if p.Formula == tote.Free {
		free = field
	}
	if s.Complement && len(free) > 0 && rapid.Bool().Draw(t, "with complement") {
		p.Complement = rapid.SampledFrom(free).Draw(t, "complement")
	}
	return p
}

// drawBetOf draws a take for the bet: its own, or one at which the constrained
// calculation happens.
func drawBetOf(t *rapid.T, id rulebook.ID, code tote.BetCode) tote.BetType {
	book, _ := rulebook.ByID(id)
	if rapid.Bool().Draw(t, "own take") {
		bet, _ := book.Type(code)
		return bet
	}
	take := rapid.SampledFrom([]tote.Rate{50_000, 100_000, 123_456, 160_000}).Draw(t, "take")
	bet, _ := book.TypeAt(code, take)
	return bet
}

func drawInternational(t *rapid.T, code tote.BetCode) tote.BetType {
	host := rulebook.DefaultHost()
	host.Places = rapid.IntRange(2, 3).Draw(t, "places")
	host.Split = rapid.SampledFrom([]rulebook.HostSplit{rulebook.SplitMass, rulebook.SplitProfit}).Draw(t, "split")
	if code == "TRIO_ORDRE_INTERNATIONAL" && rapid.Bool().Draw(t, "pro rata") {
		host.Split = rulebook.SplitProRata
	}
	host.PerHorse = rapid.Bool().Draw(t, "per horse")
	host.Stables = rapid.Bool().Draw(t, "stables")
	host.Share = rapid.Bool().Draw(t, "share")
	host.CarryOver = rapid.Bool().Draw(t, "carry-over")
	host.TopUp = rapid.Bool().Draw(t, "top-up")
	host.Step = rapid.SampledFrom([]tote.Dividend{1, 5, 10}).Draw(t, "step")
	host.Minimum = rapid.SampledFrom([]tote.Dividend{100, 105, 110}).Draw(t, "minimum")
	host.French = rapid.SampledFrom([]tote.Rate{0, 250_000, tote.One}).Draw(t, "French share")
	take := tote.Rate(rapid.IntRange(100_000, 400_000).Draw(t, "take"))
	bet, err := rulebook.International(code, take, host)
	if err != nil {
		t.Fatal(err)
	}
	return bet
}

// drawOther draws a bet of the chapters 04, 06, 10 and 12.
func drawOther(t *rapid.T) tote.BetType {
	switch rapid.IntRange(0, 3).Draw(t, "book") {
	case 0:
		return drawInternational(t, rapid.SampledFrom(internationals).Draw(t, "bet"))
	case 1:
		return drawBetOf(t, "fr-retail-2026-observed", rapid.SampledFrom(retailOthers).Draw(t, "bet"))
	}
	return drawBetOf(t, "fr-online-2020", rapid.SampledFrom(onlineOthers).Draw(t, "bet"))
}

// drawRace is drawResult with two stables.
func drawRace(t *rapid.T) tote.Result {
	r := drawResult(t)
	r.Stables = []tote.HorseSet{tote.SetOf(1, 2), tote.SetOf(3, 4, 5)}
	return r
}

// drawOthers draws a pool of one of these bets. Bets of two or three patterns
// apart, horses are few, so that some bet wins.
func drawOthers(t *rapid.T) drawnPool {
	d := drawnPool{bet: drawOther(t), result: drawRace(t)}
	for range rapid.IntRange(0, 12).Draw(t, "bets") {
		s, variant := shapeOf(t, d.bet.Code(), d.result.Declared.Len())
		p := drawFormula(t, s, d.result.Declared)
		p.Variant = variant
		d.patterns = append(d.patterns, p)
		d.units = append(d.units, drawCents(t))
	}
	d.added = drawCents(t)
	d.topUp = rapid.Bool().Draw(t, "top-up")
	return d
}
