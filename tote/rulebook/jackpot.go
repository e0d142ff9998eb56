package rulebook

import (
	"slices"

	"opentote/tote"
)

// JackpotTerms are the figures of the Jackpot service on a bet: a side stake buys a
// multiplier, which a fund of the bet pays beyond x1 (II-11 ter).
//
// Readings where the text is silent: each bet code has a fund of its own, as it has
// its own booster (JK-1); a multiplier goes with a combination, also of a bet whose
// horse a complement replaces (JK-2); the take on the service is rounded to the
// cent, a pool at a time, and the fund gets the rest (JK-3).
type JackpotTerms struct {
	Take tote.Rate // on the service's stakes (II-14)
	// Ratio is how many times the service's stake the bet's is: 3 in the text
	// (III-1-5, III-5-3.1).
	Ratio tote.Money
	// TotalMax bounds the two stakes of a combination together.
	TotalMax tote.Money
	// HorsesMax is how many horses a combined bet may name: 1 takes single bets
	// alone.
	HorsesMax int
	// Tables are the tables of multipliers; which is in force is announced before
	// sales. The first is the default.
	Tables [][]tote.Slot
}

// jackpot is the service of some bets.
type jackpot struct {
	bets  []tote.BetCode
	terms JackpotTerms
}

// slots writes a table from the highest multiplier down.
func slots(tenths []uint32, counts ...uint32) []tote.Slot {
	table := make([]tote.Slot, len(tenths))
	for i := range table {
		table[i] = tote.Slot{Tenths: tenths[i], Slots: counts[i]}
	}
	return table
}

var (
	simpleMultipliers = []uint32{1000_0, 100_0, 10_0, 5_0, 2_0, 1_0}
	pairMultipliers   = []uint32{1000_0, 100_0, 10_0, 5_0, 2_0, 1_5, 1_0}
)

// jackpotsOf2020 are the services of the e-Simple and of the e-2sur4 (III-1-5,
// III-5-3.1): 25,000 slots a table.
var jackpotsOf2020 = []jackpot{
	{
		bets: []tote.BetCode{"E_SIMPLE_GAGNANT", "E_SIMPLE_PLACE"},
		terms: JackpotTerms{
			Take: 1725 * percent / 100, Ratio: 3, TotalMax: 20_00, HorsesMax: 1,
			Tables: [][]tote.Slot{slots(simpleMultipliers, 1, 5, 15, 150, 6_104, 18_725)},
		},
	},
	{
		bets: []tote.BetCode{"E_DEUX_SUR_QUATRE"},
		terms: JackpotTerms{
			Take: 2951 * percent / 100, Ratio: 3, TotalMax: 20_00, HorsesMax: 4,
			Tables: [][]tote.Slot{
				slots(pairMultipliers, 1, 5, 15, 150, 1_850, 8_520, 14_459),
				slots(pairMultipliers, 1, 5, 15, 150, 3_700, 17_040, 4_089),
				slots(pairMultipliers, 1, 5, 15, 150, 3_238, 14_910, 6_681),
				slots(pairMultipliers, 1, 5, 15, 150, 2_775, 12_780, 9_274),
				slots(pairMultipliers, 1, 5, 15, 150, 2_313, 10_650, 11_866),
				slots(pairMultipliers, 2, 10, 30, 300, 3_700, 17_040, 3_918),
				slots(pairMultipliers, 5, 5, 15, 150, 3_700, 8_520, 12_605),
			},
		},
	},
}

// jackpotsObserved are the services as offered in 2025-26: 0.50 euro beside 1 euro of
// e-Simple, 1 euro beside 3 of e-2sur4. Rates and tables do not show in an offer;
// they are those of 2020.
var jackpotsObserved = func() []jackpot {
	observed := slices.Clone(jackpotsOf2020)
	observed[0].terms.Ratio = 2
	return observed
}()

// Jackpot returns the service on a bet.
func (b *Book) Jackpot(code tote.BetCode) (*JackpotTerms, bool) {
	for i := range b.jackpots {
		if slices.Contains(b.jackpots[i].bets, code) {
			return &b.jackpots[i].terms, true
		}
	}
	return nil, false
}

// KnowsJackpot reports whether any book has the service on a bet.
func KnowsJackpot(code tote.BetCode) bool {
	return slices.ContainsFunc(books, func(b *Book) bool { _, ok := b.Jackpot(code); return ok })
}

// Price returns the service's stake for a combination of a bet, or ok false when
// the service does not go with the stake: it must be a whole number of cents and
// the two together within bounds.
func (t *JackpotTerms) Price(unit tote.Money) (service tote.Money, ok bool) {
	service = unit / t.Ratio
	return service, unit > 0 && unit%t.Ratio == 0 && unit+service <= t.TotalMax
}

// StakeMax is the largest stake of a combination that the service goes with.
func (t *JackpotTerms) StakeMax() tote.Money { return t.TotalMax / (t.Ratio + 1) * t.Ratio }

// Takes reports whether the service goes with the formula of a valid bet.
func (t *JackpotTerms) Takes(p *tote.Pattern) bool {
	return p.Formula == tote.Unit || p.Formula == tote.Combined && int(p.Sizes[0]) <= t.HorsesMax
}

// Units yields the combinations of a bet with the service one by one, as they play
// once the horses of out are known not to run. Their order is the one in which
// their multipliers were drawn: that of the bettor's horses.
func (t *JackpotTerms) Units(p *tote.Pattern, out tote.HorseSet) func(yield func(int, *tote.Pattern) bool) {
	return func(yield func(int, *tote.Pattern) bool) {
		chosen := p.Group(0)
		if p.Formula == tote.Unit || len(chosen) < 2 {
			yield(0, p)
			return
		}
		replaced, complement := replacement(p, out)
		n := 0
		for i, g := range chosen {
			for _, h := range chosen[i+1:] {
				unit := tote.UnitPattern(g, h)
				if complement != 0 && complement != g && complement != h {
					for j := range unit.Horses[:2] {
						if unit.Horses[j] == replaced {
							unit.Horses[j] = complement
						}
					}
				}
				if !yield(n, &unit) {
					return
				}
				n++
			}
		}
	}
}

// Boost is what the fund adds to a combination's win at a dividend: the whole win,
// rounded once, less what the pool pays (II-11 ter).
func Boost(d tote.Dividend, unit tote.Money, tenths uint32) tote.Money {
	return d.PayTimes(unit, tenths) - d.Pay(unit)
}

// Income divides the service's stakes of a pool, less those refunded, between the
// operator and the fund.
func (t *JackpotTerms) Income(played tote.Money) (take, fund tote.Money) {
	take = tote.Money((int64(played)*int64(t.Take) + int64(tote.One)/2) / int64(tote.One))
	return take, played - take
}
