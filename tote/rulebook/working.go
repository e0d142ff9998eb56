package rulebook

import (
	"math/big"

	"opentote/tote"
)

// What the chapters say in a working. Nothing here changes a figure, and nothing is
// done where no working is asked for.

// noteCut notes the surplus cut in two: a part for the main rank, the rest for the
// rank with a non-runner.
func noteCut(p *tote.Pool, main tote.Rate, rank string) {
	if p.Working == nil {
		return
	}
	cut := &tote.Cut{Of: new(big.Rat).Set(p.Surplus)}
	cut.Add(rank, main.Rat())
	cut.Add(rank+"_1NP", (tote.One - main).Rat())
	p.Working.Note(cut)
}

// noteNext says that a whole amount is divided next.
// suffix tells the rank from the main one, and lines are the first ones of the card.
func noteNext(p *tote.Pool, rank, suffix string, lines int, amount *big.Rat) {
	if p.Working != nil {
		p.Next(tote.Division{Rank: rank + suffix, Lines: upTo(0, lines), Of: new(big.Rat).Set(amount), Fraction: big.NewRat(1, 1)})
	}
}

// noteCut notes the surplus cut between the ranks of a ladder.
func (c *orderedCard) noteCut(p *tote.Pool, l *ladder) {
	if p.Working == nil {
		return
	}
	cut := &tote.Cut{Of: new(big.Rat).Set(p.Surplus)}
	if len(l.sets) > 0 {
		cut.Add(c.bet.rank("_ORDRE"), l.order.Rat())
		cut.Add(c.bet.rank("_DESORDRE"), l.disorder.Rat())
	}
	for i := range l.steps {
		cut.Add(c.rankOf(&l.steps[i]), l.steps[i].share)
	}
	p.Working.Note(cut)
}

// noteWeights notes the stakes of a ladder that count more than once.
func (c *orderedCard) noteWeights(p *tote.Pool, l *ladder, e *ladderStakes) {
	if p.Working == nil {
		return
	}
	one := big.NewRat(1, 1)
	for i, set := range l.sets {
		if e.whole[i] != nil && e.exact[i].Sign() != 0 && set.weight.Cmp(one) != 0 {
			p.Working.Note(&tote.Weight{Line: set.order, Times: set.weight})
		}
	}
	for _, i := range l.lines {
		if c.weights[i] != 1 && e.onLine[i].Sign() != 0 {
			p.Working.Note(&tote.Weight{Line: i, Times: new(big.Rat).SetInt64(c.weights[i])})
		}
	}
}

// noteOrder says that the part of a set's exact order is divided next.
func (c *orderedCard) noteOrder(p *tote.Pool, l *ladder, set int) {
	if p.Working == nil {
		return
	}
	s := &l.sets[set]
	p.Next(tote.Division{
		Rank: c.bet.rank("_ORDRE"), Lines: []int{s.order}, Of: p.Surplus, Fraction: l.perSet(l.order), RestTo: c.bet.rank("_DESORDRE"),
	})
}

// noteDisorder says that the part of a set's other orders is divided next, with what
// the exact order left.
func (c *orderedCard) noteDisorder(p *tote.Pool, l *ladder, set int, carried *big.Rat) {
	if p.Working == nil {
		return
	}
	p.Next(tote.Division{
		Rank: c.bet.rank("_DESORDRE"), Lines: linesOf(l.sets[set]), Weighted: true, Of: p.Surplus, Fraction: l.perSet(l.disorder),
		Carried: new(big.Rat).Set(carried), RestTo: c.rankOfStep(l, l.spill),
	})
}

// perSet is a set's part of the surplus.
func (l *ladder) perSet(rate tote.Rate) *big.Rat {
	part := rate.Rat()
	return part.Mul(part, big.NewRat(1, int64(len(l.sets))))
}

// rankOf returns the rank that a step's part is for.
func (c *orderedCard) rankOf(s *step) string { return c.lines[s.lines[0]].Rank }

// rankOfStep returns the rank of the ladder's step of that number, empty for none.
func (c *orderedCard) rankOfStep(l *ladder, number int) string {
	if number < 0 {
		return ""
	}
	return c.rankOf(&l.steps[number])
}

// linesOfStep returns the lines that have a step's increment.
func (l *ladder) linesOfStep(s *step) []int {
	lines := append([]int(nil), s.lines...)
	for _, i := range s.sets {
		lines = append(lines, linesOf(l.sets[i])...)
	}
	return lines
}

// MultiBase is a step of a working: the common base of a Multi, rounded, and whether
// the weights times it reach the minima (III-7-5). Slices are by k from 4.
type MultiBase struct {
	Base    tote.Dividend
	Weights []int64
	Minima  []tote.Dividend
	Stakes  []tote.Money
	Payable bool
}

// MultiMinimum is a step of a working: the dividend of one k in the second
// calculation, the stake and the weight times the increment, rounded, at least the
// minimum (III-7-6).
type MultiMinimum struct {
	K              int
	Weight         int64
	Increment, Net *big.Rat
	Minimum, Paid  tote.Dividend
}

// noteNext notes the weights of each k and says that the surplus is divided next among
// the stakes on the fours of a finish.
func (c *multiCard) noteNext(p *tote.Pool, finish int) {
	if p.Working == nil {
		return
	}
	first := 0
	if finish > 0 {
		first = c.finishes[finish-1]
	}
	next := tote.Division{Weighted: true, Of: new(big.Rat).Set(p.Surplus), Fraction: big.NewRat(1, 1)}
	for n, weight := range c.bet.figures.weights {
		for i := first; i < c.finishes[finish]; i++ {
			line := n*len(c.fours) + i
			next.Lines = append(next.Lines, line)
			p.Working.Note(&tote.Weight{Line: line, Times: new(big.Rat).SetInt64(weight)})
		}
	}
	p.Next(next)
}

// HostDivision is a step of a working: a host's division of its pool for one group of
// lines that share a rapport (Title III ter).
type HostDivision struct {
	Lines   []int
	Split   HostSplit
	Amount  *big.Rat // the mass, or what it holds beyond the winning stakes
	Part    *big.Rat // of it
	Stakes  tote.Money
	Rapport *big.Rat // nil where nobody backs the group
	// Won are all winning stakes; below Least, unless it is 0, rapports are cut in
	// proportion.
	Won, Least tote.Money
}

// HostPayments is a step of a working: whether the mass bears the payments, or the
// operator tops them up to the stakes played (IIIt-1-1).
type HostPayments struct {
	Payments, Mass *big.Rat
	Played         tote.Money
	TopUp, Passed  bool
}

func (h *hostPool) noteDivision(w *tote.Working, b *international, group int, rapport *big.Rat) {
	if w == nil {
		return
	}
	d := &HostDivision{
		Lines: h.groups[group].lines, Split: h.host.Split, Amount: new(big.Rat).Set(h.mass),
		Part: h.parts[group], Stakes: h.backed[group], Rapport: rapport, Won: h.won,
	}
	if d.Split == SplitProfit {
		d.Amount.Sub(d.Amount, h.won.Rat())
	}
	if b.kind.shape.Ordered && h.won < b.terms.MinStake {
		d.Least = b.terms.MinStake
	}
	w.Note(d)
}
