package engine

import (
	"cmp"
	"slices"

	"opentote/event"
	"opentote/tote"
)

// extra is what few bets have besides their row. A pool keeps them apart, in order
// of index, so that ordinary bets do not pay for it.
type extra struct {
	index uint32
	drawn uint8 // horses of a Spot that the system drew
	seed  tote.Seed
	// The Jackpot service: its stake for each combination, and what was drawn.
	service     tote.Money
	multipliers tote.Multipliers
	owed        tote.Money     // of what the bet gets, by the service and not the pool
	report      event.ReportID // the chain it is a leg of, 0 for none
}

// extra returns what a bet has besides its row, nil for most.
func (p *pool) extra(index uint32) *extra {
	i, ok := slices.BinarySearchFunc(p.extras, index, func(x extra, index uint32) int { return cmp.Compare(x.index, index) })
	if !ok {
		return nil
	}
	return &p.extras[i]
}

// keepExtra keeps what the event of a bet just placed says besides its row.
func (p *pool) keepExtra(e *event.BetPlaced) {
	if e.Drawn > 0 || e.Jackpot > 0 || e.Report > 0 {
		p.extras = append(p.extras, extra{
			index: e.Bet.Index(), drawn: e.Drawn, seed: e.Seed, service: e.Jackpot, multipliers: e.Multipliers,
			report: e.Report,
		})
		p.side.stakes += e.JackpotCost()
	}
}

// back adds a bet to the stakes by horse that the system draws from, or takes it
// out with a negative unit. Bets that were drawn themselves do not count (II-11).
func (p *pool) back(b *row, unit tote.Money) {
	if p.shaped == nil || b.pattern.Flags&tote.Spot != 0 {
		return
	}
	if shape, ok := p.shaped.Shape(b.pattern.Variant); ok {
		p.backing.Add(shape, &b.pattern, unit, int(b.units))
	}
}

// draw completes a Spot with horses drawn from the stakes of the other bets of the
// pool and, where the bet and the offer know it, a complement horse (II-9-II, II-11).
// It returns how many horses were drawn.
func (p *pool) draw(pattern *tote.Pattern, seed tote.Seed) (drawn uint8, rej *Rejection) {
	if !p.terms.Spot || p.shaped == nil {
		return 0, reject(NoSpot)
	}
	shape, ok := p.shaped.Shape(pattern.Variant)
	if !ok {
		return 0, reject(Code(tote.BadFormula))
	}
	drawn = pattern.Sizes[1]
	if err := pattern.Draw(seed, shape.Complement && p.terms.Complement, p.race.field(), &p.backing); err != nil {
		return 0, rejectPattern(err)
	}
	return drawn, nil
}
