package audit

import (
	"slices"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
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
	a.checkAwaited(p)
	switch {
	case p.bet == nil:
	case p.single != nil:
		a.compare(p, e, a.asked(p))
	case p.hosted.bet != nil:
		a.compare(p, e, a.abroad(p))
	default:
		a.checkTransfers(p)
		a.compare(p, e, p.computed())
	}
	if f := e.Figures(p.holds() - p.balance - p.hosted.balance); e.Second != f.Digest() {
		a.found(p.about(), "the figures are not those a second calculator agreed on")
	}
	holds := p.holds()
	in := holds + e.TopUp
	if out := e.Refunds + e.Winnings + e.Takeout + e.Progressive + e.Breakage + e.Booster; in != out {
		a.found(p.about(), "the pool holds %v, its dividends account for %v", in, out)
	}
	d := *e
	d.Lines, d.Counted = slices.Clone(e.Lines), nil
	p.declared = &d
	a.ledger.add(engine.Pools, -holds)
	a.ledger.add(engine.Owed, e.Refunds+e.Winnings)
	a.ledger.add(engine.Takeout, e.Takeout-e.TopUp)
	a.ledger.add(engine.Progressive, e.Progressive)
	a.ledger.add(engine.Breakage, e.Breakage)
	a.ledger.add(engine.Boosters, e.Booster)
	a.funds[p.terms.Bet] += e.Booster
	a.checkServices(p)
	a.settledWhole(p)
}

// computed works the dividends of a pool out from its bets.
func (p *pool) computed() *event.DividendsDeclared {
	sent, received := p.leaving(), p.from.leaving()
	refund := func(reason tote.Reason) *event.DividendsDeclared {
		return &event.DividendsDeclared{
			Procedure: tote.Refund, Reason: reason, Refunds: p.stakes - sent + received, Booster: p.added,
		}
	}
	card, reason := p.alone()
	if card == nil {
		return refund(reason)
	}
	lines := card.Lines()
	stakes := tote.Stakes{Total: p.stakes + received, Transferred: sent, Added: p.added, OnLine: make([]tote.Money, len(lines))}
	published := make([]tote.Money, len(lines))
	overlaps, overlap := card.(tote.Overlaps)
	p.each(card, func(s *sale, t *tote.Tally) {
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
		want := refund(share.Reason)
		want.Counted = counts(nil, lines, stakes.OnLine, stakes.Refunded)
		return want
	}
	var winnings tote.Money
	p.each(card, func(s *sale, t *tote.Tally) { winnings += win(s, t, share.Dividends) })
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
	want.Counted = counts(want.Lines, lines, stakes.OnLine, 0)
	return want
}

// counts lists the lines on which other stakes count than the published ones tell,
// after what the rules of a bet refunded whole refund by themselves.
func counts(published []event.DividendLine, lines []tote.Line, onLine []tote.Money, refunded tote.Money) (list []event.LineStakes) {
	told := map[tote.Line]tote.Money{}
	for _, l := range published {
		told[tote.Line{Rank: l.Rank, Combination: l.Combination}] = l.Stakes
	}
	if refunded != 0 {
		list = append(list, event.LineStakes{Stakes: refunded})
	}
	for i, l := range lines {
		if onLine[i] != told[l] {
			list = append(list, event.LineStakes{Rank: l.Rank, Combination: l.Combination, Stakes: onLine[i]})
		}
	}
	return list
}

// each calls f with every live bet that plays in the pool and how its
// combinations end on the card: the pool's own, then those of another pool.
func (p *pool) each(card tote.Card, f func(*sale, *tote.Tally)) {
	lines := len(card.Lines())
	p.eachLive(lines, card.Count, f)
	if receiver, ok := card.(tote.Receiver); ok && p.from != nil {
		p.from.eachLive(lines, receiver.CountReceived, f)
	}
}

// eachLive calls f with every live bet of the pool that the rules can read and
// how its combinations are counted.
func (p *pool) eachLive(lines int, count func(*tote.Pattern, *tote.Tally), f func(*sale, *tote.Tally)) {
	var t tote.Tally
	for i, state := range p.states {
		if state != live {
			continue
		}
		s := p.sales.at(uint32(i))
		if s.unread {
			continue
		}
		t.Reset(lines)
		count(&s.pattern, &t)
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
	a.compareCounts(p, got.Counted, want.Counted)
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

// compareCounts reports stakes by line that the bets do not give. None are told where
// they would not fit into a row of the journal.
func (a *auditor) compareCounts(p *pool, got, want []event.LineStakes) {
	if len(got) > 0 && !slices.Equal(got, want) {
		a.found(p.about(), "the stakes counted by line are not those of the bets")
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
	p.settled = e.To
	a.settledWhole(p)
	if p.sent > 0 && p.to != nil && p.ended() {
		a.settledWhole(p.to)
	}
}

// betEnded folds the end of one bet.
func (a *auditor) betEnded(p *pool, i uint32, got event.BetEnd, ending func(*sale) event.BetEnd) {
	about := p.aboutBet(i)
	m := got.Won + got.Refunded
	if was := p.states[i]; was != live {
		if m != 0 {
			a.found(about, "the bet gets %v when it was %v", m, was)
		}
		return
	}
	if s := p.sales.at(i); !s.unread {
		want := ending(s)
		want.JackpotWon, want.JackpotRefunded = p.boost(i, s)
		want.Won += want.JackpotWon
		want.Refunded += want.JackpotRefunded
		if want.JackpotWon != got.JackpotWon || want.JackpotRefunded != got.JackpotRefunded {
			a.found(about, "the Jackpot gives the bet %v won and %v refunded, its multipliers %v and %v",
				got.JackpotWon, got.JackpotRefunded, want.JackpotWon, want.JackpotRefunded)
		}
		if want.Won != got.Won || want.Refunded != got.Refunded {
			a.found(about, "the bet gets %v won and %v refunded, the dividends give it %v and %v",
				got.Won, got.Refunded, want.Won, want.Refunded)
		}
		if want.ReceiverWon != got.ReceiverWon || want.ReceiverRefunded != got.ReceiverRefunded {
			a.found(about, "another pool owes the bet %v won and %v refunded, its dividends give %v and %v",
				got.ReceiverWon, got.ReceiverRefunded, want.ReceiverWon, want.ReceiverRefunded)
		}
	}
	if m == 0 {
		p.states[i] = lost
		if c := p.carriers[i]; c != nil {
			a.legEnded(c, 0)
		}
		return
	}
	p.won += got.Won - got.ReceiverWon - got.JackpotWon
	p.refunded += got.Refunded - got.ReceiverRefunded - got.JackpotRefunded
	p.services.won += got.JackpotWon
	p.services.refunded += got.JackpotRefunded
	if p.to != nil {
		p.to.won += got.ReceiverWon
		p.to.refunded += got.ReceiverRefunded
	}
	a.report.Totals.Won += got.Won
	a.report.Totals.Refunded += got.Refunded
	if c := p.carriers[i]; c != nil && a.legEnded(c, m) {
		p.states[i] = paid
		return
	}
	credited := a.owe(p, i, m)
	a.ledger.add(engine.Owed, -credited)
	a.ledger.add(engine.Wallets, credited)
}

// ending returns how a bet of the pool ends under the dividends declared, there
// and in the pool that took over units of it.
func (p *pool) ending() func(*sale) event.BetEnd {
	card, dividends := p.paying()
	whole := p.declared.Procedure == tote.Refund
	if card == nil && !whole {
		return func(*sale) event.BetEnd { return event.BetEnd{} }
	}
	elsewhere := p.elsewhere()
	var t tote.Tally
	return func(s *sale) (end event.BetEnd) {
		t.Reset(len(dividends))
		if card != nil {
			card.Count(&s.pattern, &t)
		}
		end.ReceiverWon, end.ReceiverRefunded = elsewhere(s, t.Transferred)
		end.Won, end.Refunded = end.ReceiverWon, end.ReceiverRefunded
		if whole {
			end.Refunded += s.cost() - tote.Money(t.Transferred)*s.unit
			return end
		}
		end.Won += win(s, &t, dividends)
		end.Refunded += s.unit * tote.Money(t.Refunded)
		return end
	}
}

// paying returns the pool's card and what its lines pay, no card where a result
// or a bet has none.
func (p *pool) paying() (payout, []tote.Dividend) {
	switch {
	case p.card != nil:
	case p.single != nil && p.single.shared != nil:
		p.card = p.single.rules.CardAt(p.race.result(), p.single.offered, rulebook.Level(p.single.shared.Level))
	case p.hosted.bet != nil:
		if card, _ := p.hosted.card(p.race.result()); card != nil {
			p.card = card
		}
	case p.single == nil && p.bet != nil:
		if card, _ := p.alone(); card != nil {
			p.card = card
		}
	}
	if p.card == nil {
		return nil, nil
	}
	lines := p.card.Lines()
	dividends := make([]tote.Dividend, len(lines))
	for _, d := range p.declared.Lines {
		if i := slices.Index(lines, tote.Line{Rank: d.Rank, Combination: d.Combination}); i >= 0 {
			dividends[i] = d.Dividend
		}
	}
	return p.card, dividends
}

// settledWhole checks the sums of a pool once its bets have all ended, and drops
// what nobody needs any more.
func (a *auditor) settledWhole(p *pool) {
	if p.declared == nil || !p.ended() {
		return
	}
	if p.won != p.declared.Winnings || p.refunded != p.declared.Refunds {
		a.found(p.about(), "the pool declared winnings of %v and refunds of %v, its bets get %v and %v",
			p.declared.Winnings, p.declared.Refunds, p.won, p.refunded)
	}
	if d := p.services.declared; d != nil && (p.services.won != d.Winnings || p.services.refunded != d.Refunds) {
		a.found(p.about(), "the Jackpot came to winnings of %v and refunds of %v, its bets get %v and %v",
			d.Winnings, d.Refunds, p.services.won, p.services.refunded)
	}
	p.sales, p.card, p.services.sold, p.carriers = sales{}, nil, nil, nil
}
