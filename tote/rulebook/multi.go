package rulebook

import (
	"strconv"

	"opentote/tote"
)

// multiLeast is the smallest "en k".
const multiLeast = 4

// multiFigures are what the Multi and the Mini Multi differ in (III-7, III-8).
// Figures by k are indexed by k - multiLeast.
type multiFigures struct {
	most        int // the largest k
	ranMin      int
	weights     []int64
	minima      []tote.Dividend
	substitutes bool // other fours are paid when nobody holds the first four
}

var (
	multiOf2020 = multiFigures{
		most:        7,
		ranMin:      8,
		weights:     []int64{105, 21, 7, 3},
		minima:      []tote.Dividend{130, 120, 110, 105},
		substitutes: true,
	}
	miniMultiOf2020 = multiFigures{
		most:    6,
		ranMin:  7,
		weights: []int64{15, 3, 1},
		minima:  []tote.Dividend{115, 110, 105},
	}
)

// multi is the Multi or the Mini Multi: the first four, any order, in a unit
// combination of k horses, Pattern.Variant. It knows no complement horse.
type multi struct {
	code    tote.BetCode
	terms   tote.Terms
	figures *multiFigures
	ranks   []string // by k - multiLeast
}

var _ tote.BetType = (*multi)(nil)

// multiOf returns the strategy for a book's figures.
func multiOf(figures *multiFigures) func(tote.BetCode, tote.Terms) tote.BetType {
	return func(code tote.BetCode, terms tote.Terms) tote.BetType {
		b := &multi{code: code, terms: terms, figures: figures}
		for k := multiLeast; k <= figures.most; k++ {
			b.ranks = append(b.ranks, string(code)+"_EN_"+strconv.Itoa(k))
		}
		return b
	}
}

func (b *multi) Code() tote.BetCode   { return b.code }
func (b *multi) MinStake() tote.Money { return b.terms.MinStake }

// Units counts the combinations "en k" of each formula, with up to k - 1 bases
// (III-7-7, III-8-7).
func (b *multi) Units(p *tote.Pattern, f tote.Field) (int, error) {
	k := int(p.Variant)
	switch {
	case k < multiLeast:
		return 0, &tote.PatternError{Code: tote.TooFewHorses}
	case k > b.figures.most:
		return 0, &tote.PatternError{Code: tote.TooManyHorses}
	}
	plain := *p
	plain.Variant = 0
	return tote.Shape{Horses: k, Bases: k - 1}.Units(&plain, f)
}

// Card returns a line for each winning four and each k, substitutes last within
// each k, or why the pool is refunded (III-7-1, III-8-1).
func (b *multi) Card(r tote.Result) (tote.Card, tote.Reason) {
	const classifiedMin = 4
	switch {
	case r.Refunded():
		return nil, tote.RaceCancelled
	case r.Ran().Len() < b.figures.ranMin:
		return nil, tote.TooFewRunners
	case r.Classified() < classifiedMin:
		return nil, tote.TooFewClassified
	}
	c := &multiCard{bet: b, nonRunners: r.NonRunners}
	c.addFinishes(r.Arrival)
	for _, rank := range b.ranks {
		for i := range c.fours {
			c.lines = append(c.lines, tote.Line{Rank: rank, Combination: setName(c.fours[i].set)})
		}
	}
	return c, ""
}

// setName writes a combination without order: "1-2-3-4".
func setName(set tote.HorseSet) string {
	var name []byte
	for h := range set.All {
		if len(name) > 0 {
			name = append(name, '-')
		}
		name = strconv.AppendInt(name, int64(h), 10)
	}
	return string(name)
}
