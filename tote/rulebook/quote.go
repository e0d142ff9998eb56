package rulebook

import (
	"iter"

	"opentote/tote"
)

// LiveBet is a bet of an open pool: a pattern, its stake a unit and how many units
// it holds.
type LiveBet struct {
	Pattern *tote.Pattern
	Unit    tote.Money
	Units   int
}

// Quote estimates what p, at unit cents a combination, would return if the race
// finished as finish says and the pool closed with the bets it has now and this
// one. It is for bets whose combinations are too many to keep stakes by: it
// counts every bet once, which the caller asks for on request only. ok is false
// when the pool would be refunded. The estimate leaves out what other pools of
// the race would send.
func Quote(bet tote.BetType, f tote.Field, finish [][]tote.Horse, p LiveBet, bets iter.Seq[LiveBet]) (back tote.Money, ok bool) {
	card, reason := bet.Card(tote.Result{Declared: f.Declared, NonRunners: f.NonRunners, Arrival: finish})
	if reason != "" {
		return 0, false
	}
	q := quote{card: card}
	q.stakes.OnLine = make([]tote.Money, len(card.Lines()))
	for b := range bets {
		q.add(b)
	}
	q.add(p) // last, so that the tally is its own
	settled := card.Share(q.stakes)
	if settled.RefundAll() {
		return 0, false
	}
	back = p.Unit * tote.Money(q.tally.Refunded)
	for line, n := range q.tally.Won {
		back += settled.Dividends[line].Pay(p.Unit) * tote.Money(n)
	}
	return back, true
}

// quote adds up the stakes of an open pool on a supposed finish.
type quote struct {
	card   tote.Card
	stakes tote.Stakes
	tally  tote.Tally
}

func (q *quote) add(b LiveBet) {
	q.tally.Reset(len(q.stakes.OnLine))
	q.card.Count(b.Pattern, &q.tally)
	q.stakes.Total += b.Unit * tote.Money(b.Units)
	q.stakes.Refunded += b.Unit * tote.Money(q.tally.Refunded)
	q.stakes.Transferred += b.Unit * tote.Money(q.tally.Transferred)
	for line, n := range q.tally.Won {
		q.stakes.OnLine[line] += b.Unit * tote.Money(n)
	}
}

// FinishOf returns the finish that a bet of one combination names, for Quote: its
// horses in their order, one a place. What runs behind them changes nothing at the
// top rank.
func FinishOf(p *tote.Pattern) [][]tote.Horse {
	finish := make([][]tote.Horse, p.Sizes[0])
	for i := range finish {
		finish[i] = []tote.Horse{p.Horses[i]}
	}
	return finish
}
