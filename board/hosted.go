package board

import (
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// hostSettled notes what is between a pool and the host that shares it out.
func (b *Board) hostSettled(e *event.HostSettled) error {
	p, err := b.pool(e.Pool)
	if err != nil {
		return err
	}
	p.declared.host = e.Got - e.Gave
	return nil
}

// abroad tells what a pool paid at the dividends that its host sent: how they came
// about is not known here.
func (c *computation) abroad(w *Working, bet *rulebook.HostedBet) (*Working, bool) {
	d := &c.declared
	w.Host = d.host
	if d.Procedure == tote.Refund {
		w.Settlement = tote.RefundWhole(d.Reason, 0, w.Stakes)
		return w, true
	}
	var said rulebook.HostResult
	for _, l := range d.Lines {
		said.Dividends = append(said.Dividends, rulebook.HostDividend{Combination: l.Combination, Dividend: l.Dividend})
	}
	card, _ := bet.Card(c.result, said)
	if card == nil {
		return nil, false
	}
	w.card, w.Lines = card, card.Lines()
	w.Stakes.OnLine, w.Stakes.Refunded = d.onLine(w.Lines), d.refunded()
	w.Settlement = tote.Settlement{Procedure: tote.Hosted, Dividends: card.Dividends()}
	return w, d.is(&w.Pool)
}
