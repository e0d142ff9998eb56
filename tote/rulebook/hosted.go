package rulebook

import (
	"slices"

	"opentote/tote"
)

// frInternational2020 are the bets on pools that a foreign operator shares out: the
// text of 5 February 2020 (Title III ter). They have one code for shops and internet,
// and one pool (ADR 13).
var frInternational2020 = Book{
	ID:          "fr-international-2020",
	Network:     tote.Common,
	From:        20200205,
	CancelDelay: cancelDelay,
	hosted: []*HostedBet{
		hosted("COUPLE_ORDRE_INTERNATIONAL"), hosted("SIMPLE_GAGNANT_INTERNATIONAL"),
		hosted("SIMPLE_PLACE_INTERNATIONAL"), hosted("TRIO_ORDRE_INTERNATIONAL"),
	},
}

// HostedBet is a bet on an international pool whose dividends its host computes and
// sends (Title III ter). International is how a host does.
type HostedBet struct {
	code tote.BetCode
	kind internationalKind
	// may pays all that some host would pay on a result, must what every host pays
	// if anybody has it.
	may, must tote.BetType
}

var _ tote.Bet = (*HostedBet)(nil)

func hosted(code tote.BetCode) *HostedBet {
	widest, least := DefaultHost(), DefaultHost()
	widest.RunnersMin, least.RunnersMin = 0, 0
	widest.Places, least.Places = 3, 2
	widest.Stables = true
	b := &HostedBet{code: code, kind: internationalKinds[code]}
	var err error
	if b.may, err = International(code, hostTakeMin, widest); err == nil {
		b.must, err = International(code, hostTakeMin, least)
	}
	if err != nil {
		panic(err) // of figures written above
	}
	return b
}

// Code is of tote.Bet.
func (b *HostedBet) Code() tote.BetCode { return b.code }

// MinStake is of tote.Bet.
func (b *HostedBet) MinStake() tote.Money { return b.kind.minStake }

// Units is of tote.Bet (IIIt-3-6, IIIt-4-6).
func (b *HostedBet) Units(p *tote.Pattern, f tote.Field) (int, error) {
	return b.kind.shape.Units(p, f)
}

// HostDividend is what a host pays on a combination, written as in tote.Line.
type HostDividend struct {
	Combination string
	Dividend    tote.Dividend
}

// HostResult is what a host sends of a pool: dividends, or why it refunds.
type HostResult struct {
	Refund    tote.Reason
	Dividends []HostDividend
}

// Equal reports whether two results say the same in the same order.
func (h HostResult) Equal(other HostResult) bool {
	return h.Refund == other.Refund && slices.Equal(h.Dividends, other.Dividends)
}

// Bounds of a host's dividend. The step is the finest of the hosts seen, Hong Kong's. The
// most any pool's stakes win at hostMost is within tote.Money: no unit is on two lines.
const (
	hostStep    tote.Dividend = 5
	hostMinimum tote.Dividend = 100
	hostMost    tote.Dividend = 1_000_000_00
)

// HostReasons are why a host may refund a pool.
var HostReasons = []tote.Reason{
	NotComputed, PaymentsExceedMass, tote.TooFewRunners, tote.NoHorseClassified,
	tote.TooFewClassified, tote.NoWinningStake,
}

// HostCode says what cannot be in a host's result.
type HostCode string

// The reasons to refuse a host's result.
const (
	HostReason      HostCode = "HOST_REASON"      // neither dividends nor one of HostReasons, or both
	HostCombination HostCode = "HOST_COMBINATION" // not payable on the arrival, whatever the host's choices
	HostRepeated    HostCode = "HOST_REPEATED"    // a combination named twice
	HostDividendBad HostCode = "HOST_DIVIDEND"    // below 1.00, not a multiple of 0.05, or beyond a million
)

// HostError says what cannot be in a host's result, and of which combination.
type HostError struct {
	Code        HostCode
	Combination string
}

func (e *HostError) Error() string {
	text := map[HostCode]string{
		HostReason:      "a pool has dividends or is refunded for a known reason",
		HostCombination: "combination is not payable on this arrival",
		HostRepeated:    "combination is named twice",
		HostDividendBad: "dividend is no multiple of 0.05 from 1.00 to 1000000.00",
	}[e.Code]
	if e.Combination != "" {
		return text + ": " + e.Combination
	}
	return text
}

// Check returns what a host sent with its combinations in the order of the arrival,
// or a *HostError where it cannot be of this official result. What a host that nobody
// backs the winner with pays instead is not known here, and refused.
func (b *HostedBet) Check(r tote.Result, said HostResult) (HostResult, error) {
	if said.Refund != "" {
		if len(said.Dividends) > 0 || !slices.Contains(HostReasons, said.Refund) {
			return said, &HostError{Code: HostReason}
		}
		return said, nil
	}
	if len(said.Dividends) == 0 {
		return said, &HostError{Code: HostReason}
	}
	var lines []tote.Line
	if card, _ := b.may.Card(r); card != nil {
		lines = card.Lines()
	}
	place := map[string]int{}
	for i, l := range lines {
		place[l.Combination] = i + 1
	}
	seen := map[string]bool{}
	for _, d := range said.Dividends {
		switch {
		case place[d.Combination] == 0:
			return said, &HostError{HostCombination, d.Combination}
		case seen[d.Combination]:
			return said, &HostError{HostRepeated, d.Combination}
		case d.Dividend < hostMinimum || d.Dividend > hostMost || d.Dividend%hostStep != 0:
			return said, &HostError{HostDividendBad, d.Combination}
		}
		seen[d.Combination] = true
	}
	said.Dividends = slices.Clone(said.Dividends)
	slices.SortFunc(said.Dividends, func(x, y HostDividend) int { return place[x.Combination] - place[y.Combination] })
	return said, nil
}

// Must returns the card of the combinations that every host pays on a result if
// anybody has them, nil where there is none.
func (b *HostedBet) Must(r tote.Result) tote.Card {
	card, _ := b.must.Card(r)
	return card
}

// HostedCard is what a host made payable in a pool.
type HostedCard struct {
	shape     tote.Shape
	result    tote.Result
	lines     []tote.Line
	payable   [][]tote.Horse
	dividends []tote.Dividend
}

// Card returns what a host's checked result makes payable. A non-empty reason means
// that the pool is refunded whole and the card is nil.
func (b *HostedBet) Card(r tote.Result, said HostResult) (*HostedCard, tote.Reason) {
	switch {
	case r.Refunded():
		return nil, tote.RaceCancelled
	case said.Refund != "":
		return nil, said.Refund
	}
	c := &HostedCard{shape: b.kind.shape, result: r}
	may, _ := b.may.Card(r)
	of, ok := may.(*hostCard)
	if !ok {
		return c, ""
	}
	for _, d := range said.Dividends {
		line := tote.Line{Rank: string(b.code), Combination: d.Combination}
		if i := slices.Index(of.lines, line); i >= 0 {
			c.lines, c.payable, c.dividends = append(c.lines, line), append(c.payable, of.payable[i]), append(c.dividends, d.Dividend)
		}
	}
	return c, ""
}

// Lines lists the combinations that the host pays.
func (c *HostedCard) Lines() []tote.Line { return c.lines }

// Dividends are what the host pays, by line.
func (c *HostedCard) Dividends() []tote.Dividend { return c.dividends }

// Count adds to t how the units of p end, as tote.Card does: those that hold a
// non-runner are refunded (IIIt-2-5, IIIt-3-4, IIIt-4-4).
func (c *HostedCard) Count(p *tote.Pattern, t *tote.Tally) {
	countAbroad(c.shape, &c.result, c.payable, p, t)
}
