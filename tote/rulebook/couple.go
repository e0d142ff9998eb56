package rulebook

import "opentote/tote"

// coupleKind is one of the three bets of the Couplé (III-3-1).
type coupleKind uint8

const (
	coupleGagnant coupleKind = iota // first and second, any order
	couplePlace                     // two of the first three
	coupleOrdre                     // first and second in the stipulated order
)

// coupleShares are a book's figures for a Couplé.
type coupleShares struct {
	main tote.Rate // part of the surplus for the main rank; the rest is the 1 NP rank's
	// common makes a dead heat for first pay one 1 NP increment to all, as
	// published in 2026, instead of one a horse (III-3-4-1-III).
	common bool
}

// couple is a Couplé (III-3): two horses, and a 1 NP rank for the pairs that
// lost one of them. Unlike the 2sur4 each pair has its own dividend.
type couple struct {
	code   tote.BetCode
	terms  tote.Terms
	kind   coupleKind
	shares coupleShares
	quick  quick
	// neverConstrained says that an open pool whose ordinary dividends cannot be
	// paid is refunded: true at a take of 2/11 or more (04-couple section 9.2).
	neverConstrained bool
}

var _ tote.BetType = (*couple)(nil)

// coupleOf returns the strategy of one Couplé with a book's shares.
func coupleOf(kind coupleKind, shares coupleShares) func(tote.BetCode, tote.Terms) tote.BetType {
	return func(code tote.BetCode, terms tote.Terms) tote.BetType {
		return &couple{
			code: code, terms: terms, kind: kind, shares: shares, quick: quickTerms(terms),
			neverConstrained: 11*terms.Take >= 2*tote.One && terms.Margin == 10*percent && terms.Minimum == 110,
		}
	}
}

func (b *couple) Code() tote.BetCode   { return b.code }
func (b *couple) MinStake() tote.Money { return b.terms.MinStake }

// Units counts the pairs of each formula (III-3-6).
func (b *couple) Units(p *tote.Pattern, f tote.Field) (int, error) {
	if b.kind == coupleOrdre {
		return ordreShape.Units(p, f)
	}
	return pairShape.Units(p, f)
}

// ranMin is how many horses must have run (III-3-1).
func (b *couple) ranMin() int {
	return [...]int{coupleGagnant: 3, couplePlace: 4, coupleOrdre: 2}[b.kind]
}

// placesTop returns the last place of the main rank.
func (b *couple) placesTop() int {
	if b.kind == couplePlace {
		return 3
	}
	return 2
}

// placedTop returns the last place of the 1 NP rank (III-3-3-I). It is the
// official list that counts, later non-runners included; with seven horses or
// fewer the third never pays, not even tied (C-3).
func (b *couple) placedTop(declared int) int {
	switch {
	case b.kind != couplePlace:
		return 1
	case declared <= 7:
		return 2
	}
	return 3
}

// Card returns the payable pairs, then those that pay if nobody backs the former,
// then each placed horse with a non-runner, or why the pool is refunded
// (III-3-1, III-3-2, III-3-7).
func (b *couple) Card(r tote.Result) (tote.Card, tote.Reason) {
	const classifiedMin = 2
	switch {
	case r.Refunded():
		return nil, tote.RaceCancelled
	case r.Ran().Len() < b.ranMin():
		return nil, tote.TooFewRunners
	case r.Classified() < classifiedMin:
		return nil, tote.TooFewClassified
	}
	if b.kind == coupleOrdre {
		return b.ordreCard(r), ""
	}
	c := &coupleCard{pairLines: pairLines{nonRunners: r.NonRunners}}
	var ends []int
	for _, pairs := range b.finishes(r.Arrival) {
		c.addPairs(b.code, pairs)
		ends = append(ends, len(c.pairs))
	}
	if r.NonRunners != 0 {
		places := tote.PlacesOf(r.Arrival)
		c.addPlaced(b.code, places.Top(b.placedTop(r.Declared.Len())))
	}
	c.coupleRanks = b.ranks(r, ends, coupleLines{c.pairs, c.placed})
	return c, ""
}

// upTo returns the line numbers from first to the one before last.
func upTo(first, last int) []int {
	lines := make([]int, 0, last-first)
	for i := first; i < last; i++ {
		lines = append(lines, i)
	}
	return lines
}
