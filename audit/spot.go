package audit

import (
	"opentote/event"
	"opentote/tote"
)

// back adds a bet to the stakes by horse that Spots are drawn from, or takes it out
// with a negative unit. Drawn bets do not count (II-11).
func (p *pool) back(s *sale, unit tote.Money) {
	shaped, ok := p.bet.(tote.Shaped)
	if !ok || s.unread || s.pattern.Flags&tote.Spot != 0 {
		return
	}
	if shape, ok := shaped.Shape(s.pattern.Variant); ok {
		p.backing.Add(shape, &s.pattern, unit, int(s.units))
	}
}

// checkDraw does the draw of a Spot again, with its seed and the stakes of the bets
// before it.
func (a *auditor) checkDraw(p *pool, e *event.BetPlaced, about Finding) {
	if e.Pattern.Flags&tote.Spot == 0 {
		if e.Drawn != 0 {
			a.found(about, "%d horses were drawn for a bet that asks for none", e.Drawn)
		}
		return
	}
	shaped, ok := p.bet.(tote.Shaped)
	if !ok || !p.terms.Spot {
		a.found(about, "horses were drawn for a bet whose pool offers no Spot")
		return
	}
	shape, _ := shaped.Shape(e.Pattern.Variant)
	again := e.Pattern.Undrawn(int(e.Drawn))
	if err := again.Draw(e.Seed, shape.Complement && p.terms.Complement, p.race.field(), &p.backing); err != nil {
		a.found(about, "the Spot could not be drawn: %v", err)
	} else if again != e.Pattern {
		a.found(about, "the Spot holds %v and complement %d, its draw gives %v and %d",
			e.Pattern.Group(0), e.Pattern.Complement, again.Group(0), again.Complement)
	}
}
