package rulebook

import (
	"math/big"
	"slices"

	"opentote/tote"
)

// calculation is a chapter's way to share a pool, in the two attempts that
// every chapter allows.
type calculation struct {
	ordinary    *tote.Pool
	constrained func() *tote.Pool
	// divide returns the net rapport of each line, nil where nothing is paid,
	// and whether the pool can pay them; a top-up pays them all the same.
	divide func(*tote.Pool) (nets []*big.Rat, payable bool)
	// finish, unless nil, changes the dividends once they are rounded and lifted.
	finish func(paid []tote.Dividend)
}

// publish rounds and lifts the rapports, and finishes them.
func (c *calculation) publish(terms *tote.Terms, nets []*big.Rat, w *tote.Working) (paid []tote.Dividend, reached bool) {
	paid, reached = publish(terms, nets)
	rounded := paid
	if c.finish != nil {
		rounded = slices.Clone(paid)
		c.finish(paid)
	}
	noteRapports(w, nets, rounded, paid)
	return paid, reached
}

func noteRapports(w *tote.Working, nets []*big.Rat, rounded, paid []tote.Dividend) {
	if w == nil {
		return
	}
	for i, net := range nets {
		if net != nil {
			w.Note(&tote.Rapport{Line: i, Net: new(big.Rat).Set(net), Rounded: rounded[i], Paid: paid[i]})
		}
	}
}

// settle follows the minimum-rapport procedure (II-15, 12.3 of 01-general):
// ordinary dividends lifted to the minimum if the gross product bears it, else
// the constrained ones if all reach the minimum by themselves, else a refund
// unless the operator tops up. A topped-up pool pays the constrained dividends,
// each lifted (AMB-7).
func settle(terms *tote.Terms, s tote.Stakes, c calculation) tote.Settlement {
	if !c.ordinary.Impossible {
		nets, payable := c.divide(c.ordinary)
		paid, _ := c.publish(terms, nets, s.Working)
		if payable && c.ordinary.Covers(paid, s.OnLine) {
			return c.ordinary.Settlement(paid, s.OnLine)
		}
	}
	pool := c.constrained()
	nets, payable := c.divide(pool)
	paid, reached := c.publish(terms, nets, s.Working)
	s.Working.Note(&tote.Reached{Payable: payable, All: reached})
	switch {
	case payable && reached:
		return pool.Settlement(paid, s.OnLine)
	case s.TopUp:
		pool.Procedure = tote.ConstrainedToppedUp
		return pool.Settlement(paid, s.OnLine)
	}
	return tote.RefundWhole(tote.BelowMinimum, len(paid), s)
}

// publish rounds the rapports and tells whether all of them reach the minimum
// without a lift.
func publish(terms *tote.Terms, nets []*big.Rat) (paid []tote.Dividend, reached bool) {
	paid = make([]tote.Dividend, len(nets))
	reached = true
	for i, net := range nets {
		if net == nil {
			continue
		}
		paid[i] = terms.Publish(net)
		reached = reached && terms.Reaches(net)
	}
	return paid, reached
}
