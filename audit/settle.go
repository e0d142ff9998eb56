package audit

import (
	"slices"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
)

func (a *auditor) dividendsDeclared(e *event.DividendsDeclared) {
	p := a.poolOf(e.Pool, Finding{})
	if p == nil {
		return
	}
	if p.declared != nil {
		a.found(p.about(), "the dividends were declared before")
		return
	}
	if p.race.status != official {
		a.found(p.about(), "the dividends were declared while the race was %v", p.race.status)
	}
	if p.bet != nil {
		a.compare(p, e, a.computed(p))
	}
	in := p.stakes + p.added + e.TopUp
	if out := e.Refunds + e.Winnings + e.Takeout + e.Progressive + e.Breakage + e.Booster; in != out {
		a.found(p.about(), "the pool holds %v, its dividends account for %v", in, out)
	}
	d := *e
	d.Lines = slices.Clone(e.Lines)
	p.declared = &d
	a.ledger.add(engine.Pools, -p.stakes-p.added)
	a.ledger.add(engine.Owed, e.Refunds+e.Winnings)
	a.ledger.add(engine.Takeout, e.Takeout-e.TopUp)
	a.ledger.add(engine.Progressive, e.Progressive)
	a.ledger.add(engine.Breakage, e.Breakage)
	a.ledger.add(engine.Boosters, e.Booster)
	a.funds[p.terms.Bet] += e.Booster
	if len(p.states) == 0 {
		a.settledWhole(p)
	}
}

// computed works the dividends of a pool out from its bets.
func (a *auditor) computed(p *pool) *event.DividendsDeclared {
	refund := func(reason tote.Reason) *event.DividendsDeclared {
		return &event.DividendsDeclared{Procedure: tote.Refund, Reason: reason, Refunds: p.stakes, Booster: p.added}
	}
	card, reason := p.bet.Card(p.race.result())
	if card == nil {
		return refund(reason)
	}
	lines := card.Lines()
	stakes := tote.Stakes{Total: p.stakes, Added: p.added, OnLine: make([]tote.Money, len(lines))}
	published := make([]tote.Money, len(lines))
	overlaps, overlap := card.(tote.Overlaps)
	p.eachLive(card, func(s *sale, t *tote.Tally) {
		stakes.Refunded += s.unit * tote.Money(t.Refunded)
		for i, n := range t.Won {
			stakes.OnLine[i] += s.unit * tote.Money(n)
		}
		if overlap {
			overlaps.CountAlso(&s.pattern, t.Won)
		}
		for i, n := range t.Won {
			published[i] += s.unit * tote.Money(n)
		}
	})
	share := card.Share(stakes)
	if share.RefundAll() {
		return refund(share.Reason)
	}
	var winnings tote.Money
	p.eachLive(card, func(s *sale, t *tote.Tally) { winnings += win(s, t, share.Dividends) })
	split := share.Split(stakes, stakes.Refunded, winnings)
	want := &event.DividendsDeclared{
		Procedure: share.Procedure, Refunds: stakes.Refunded, Winnings: winnings,
		Takeout: split.Takeout, Progressive: split.Progressive,
		Breakage: split.Breakage, Booster: split.Booster, TopUp: split.TopUp,
	}
	for i, l := range lines {
		if d := share.Dividends[i]; d > 0 && published[i] > 0 {
			want.Lines = append(want.Lines, event.DividendLine{
				Rank: l.Rank, Combination: l.Combination, Dividend: d, Stakes: published[i],
			})
		}
	}
	return want
}

// eachLive calls f with every live bet that the rules can read and how its
// combinations end on a card.
func (p *pool) eachLive(card tote.Card, f func(*sale, *tote.Tally)) {
	var t tote.Tally
	lines := len(card.Lines())
	for i, state := range p.states {
		s := p.sales.at(uint32(i))
		if state != live || s.unread {
			continue
		}
		t.Reset(lines)
		card.Count(&s.pattern, &t)
		f(s, &t)
	}
}

// win is what a bet wins: each winning combination rounded to the cent on its
// own.
func win(s *sale, t *tote.Tally, dividends []tote.Dividend) (won tote.Money) {
	for i, n := range t.Won {
		won += tote.Money(n) * dividends[i].Pay(s.unit)
	}
	return won
}

// compare reports how declared dividends differ from those computed.
func (a *auditor) compare(p *pool, got, want *event.DividendsDeclared) {
	if got.Procedure != want.Procedure || got.Reason != want.Reason {
		a.found(p.about(), "the pool was computed by procedure %q %q, its bets ask for %q %q",
			got.Procedure, got.Reason, want.Procedure, want.Reason)
	}
	for _, m := range []struct {
		name      string
		got, want tote.Money
	}{
		{"refunds", got.Refunds, want.Refunds},
		{"winnings", got.Winnings, want.Winnings},
		{"takeout", got.Takeout, want.Takeout},
		{"progressive deduction", got.Progressive, want.Progressive},
		{"breakage", got.Breakage, want.Breakage},
		{"booster", got.Booster, want.Booster},
		{"top-up", got.TopUp, want.TopUp},
	} {
		if m.got != m.want {
			a.found(p.about(), "the pool declares %s of %v, its bets give %v", m.name, m.got, m.want)
		}
	}
	for i := range max(len(got.Lines), len(want.Lines)) {
		var g, w event.DividendLine
		if i < len(got.Lines) {
			g = got.Lines[i]
		}
		if i < len(want.Lines) {
			w = want.Lines[i]
		}
		if g != w {
			a.found(p.about(), "the pool declares %q, its bets give %q", lineText(g), lineText(w))
		}
	}
}

func lineText(l event.DividendLine) string {
	if l == (event.DividendLine{}) {
		return "no such dividend"
	}
	return l.Rank + " " + l.Combination + " " + l.Dividend.String() + " on " + l.Stakes.String()
}

func (a *auditor) betsSettled(e *event.BetsSettled) {
	p := a.poolOf(e.Pool, Finding{})
	if p == nil {
		return
	}
	switch {
	case p.declared == nil:
		a.found(p.about(), "bets were settled before the dividends")
		return
	case e.From != p.settled || e.To <= e.From || e.To > uint32(len(p.states)):
		a.found(p.about(), "bets %d to %d were settled where %d was next of %d", e.From, e.To, p.settled, len(p.states))
		return
	}
	ending := p.ending()
	ends := e.Ends
	for i := e.From; i < e.To; i++ {
		var got event.BetEnd
		if len(ends) > 0 && ends[0].Index == i {
			got, ends = ends[0], ends[1:]
		}
		a.betEnded(p, i, got, ending)
	}
	for _, end := range ends {
		a.found(p.aboutBet(end.Index), "the bet ends outside the slice %d to %d, or out of order", e.From, e.To)
	}
	if p.settled = e.To; p.settled == uint32(len(p.states)) {
		a.settledWhole(p)
	}
}

// betEnded folds the end of one bet.
func (a *auditor) betEnded(p *pool, i uint32, got event.BetEnd, ending func(*sale) (won, refunded tote.Money)) {
	about := p.aboutBet(i)
	m := got.Won + got.Refunded
	if was := p.states[i]; was != live {
		if m != 0 {
			a.found(about, "the bet gets %v when it was %v", m, was)
		}
		return
	}
	if s := p.sales.at(i); !s.unread {
		if won, refunded := ending(s); won != got.Won || refunded != got.Refunded {
			a.found(about, "the bet gets %v won and %v refunded, the dividends give it %v and %v",
				got.Won, got.Refunded, won, refunded)
		}
	}
	if m == 0 {
		p.states[i] = lost
		return
	}
	p.won += got.Won
	p.refunded += got.Refunded
	a.report.Totals.Won += got.Won
	a.report.Totals.Refunded += got.Refunded
	credited := a.owe(p, i, m)
	a.ledger.add(engine.Owed, -credited)
	a.ledger.add(engine.Wallets, credited)
}

// ending returns how a bet of the pool ends under the dividends declared.
func (p *pool) ending() func(*sale) (won, refunded tote.Money) {
	if p.declared.Procedure == tote.Refund {
		return func(s *sale) (tote.Money, tote.Money) { return 0, s.cost() }
	}
	if p.card == nil && p.bet != nil {
		p.card, _ = p.bet.Card(p.race.result())
	}
	if p.card == nil {
		return func(*sale) (tote.Money, tote.Money) { return 0, 0 }
	}
	lines := p.card.Lines()
	dividends := make([]tote.Dividend, len(lines))
	for _, d := range p.declared.Lines {
		if i := slices.Index(lines, tote.Line{Rank: d.Rank, Combination: d.Combination}); i >= 0 {
			dividends[i] = d.Dividend
		}
	}
	var t tote.Tally
	return func(s *sale) (tote.Money, tote.Money) {
		t.Reset(len(lines))
		p.card.Count(&s.pattern, &t)
		return win(s, &t, dividends), s.unit * tote.Money(t.Refunded)
	}
}

// settledWhole checks the sums of a pool whose bets have all ended, and drops
// what nobody needs any more.
func (a *auditor) settledWhole(p *pool) {
	if p.won != p.declared.Winnings || p.refunded != p.declared.Refunds {
		a.found(p.about(), "the pool declared winnings of %v and refunds of %v, its bets get %v and %v",
			p.declared.Winnings, p.declared.Refunds, p.won, p.refunded)
	}
	p.sales, p.card = sales{}, nil
}
