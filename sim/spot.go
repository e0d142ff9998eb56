package sim

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"time"

	"google.golang.org/protobuf/proto"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/tote"
)

// spotShare is how many of the bets that could be Spots are.
const spotShare = 0.03

// spotStream draws which they are: apart, so that they shift nothing else.
const spotStream = 0x73706f74 << 32

// SeedOf makes the seed of a command's draw from its key, for a server whose day is
// to be the same again.
func SeedOf(seed uint64, key string) (s tote.Seed) {
	sum := sha256.Sum256(fmt.Appendf(nil, "simulation %d\n%s", seed, key))
	copy(s[:], sum[:])
	return s
}

// planSpots has the system draw the horses, or the last of them, of a few bets.
// They come last, when all the others are sold, so that what is drawn does not
// depend on how fast the machine sells.
func (rp *RacePlan) planSpots(seed uint64) {
	rng := rand.New(rand.NewPCG(seed, spotStream^uint64(rp.Race.ID)))
	last := rp.closes().Add(-time.Nanosecond)
	runs := rp.runs(last)
	for i := range rp.Wagers {
		w := &rp.Wagers[i]
		u, named := rng.Float64(), rng.IntN(3)
		p := &w.Pattern
		flat := p.Formula == tote.Unit || p.Formula == tote.Combined
		if u >= spotShare || !flat || !rp.Race.Offers[w.Offer].Spot || w.Deed == Refused || w.Deed == Voided {
			continue
		}
		all := int(p.Sizes[0])
		var kept []tote.Horse
		for _, h := range p.Group(0)[:min(named, all-1)] {
			if runs.Has(h) {
				kept = append(kept, h)
			}
		}
		if runs.Len() <= all || !rp.Opens.Before(last) {
			continue
		}
		spot := tote.SpotPattern(p.Formula, all-len(kept), kept...)
		spot.Flags |= p.Flags
		spot.Variant = p.Variant
		w.At, w.Pattern, w.Drawn = last, spot, uint8(all-len(kept))
	}
}

// drawn does the draw of a Spot again, from the seed on its receipt and the stakes
// that the public knows it has placed, and returns the bet it must be.
func (d *day) drawn(o order, seed []byte) (tote.Pattern, error) {
	w, rp := d.wager(o), d.plan.Races[o.race]
	offer := &rp.Race.Offers[w.Offer]
	p := w.Pattern
	shape, ok := offer.Type.(tote.Shaped).Shape(p.Variant)
	if !ok || len(seed) != len(tote.Seed{}) {
		return p, fmt.Errorf("a Spot with a seed of %d bytes", len(seed))
	}
	var backing tote.Backing
	for i := range rp.Wagers {
		other := &rp.Wagers[i]
		if other.Offer == w.Offer && other.Drawn == 0 && d.races[o.race].tickets[i].state == placed {
			s, _ := offer.Type.(tote.Shaped).Shape(other.Pattern.Variant)
			backing.Add(s, &other.Pattern, other.Unit, other.Units)
		}
	}
	d.chainBacking(o.race, w.Offer, &backing)
	field := tote.Field{Declared: rp.Race.Declared, NonRunners: rp.Race.Declared.Without(rp.runs(w.At))}
	err := p.Draw(tote.Seed(seed), shape.Complement && offer.Complement, field, &backing)
	return p, err
}

// checkSpot holds a receipt against the draw done again, and keeps the bet.
func (d *day) checkSpot(o order, receipt *opentotev1.Receipt) error {
	w, t := d.wager(o), d.ticket(o)
	if w.Drawn == 0 {
		if receipt.GetBet() != nil {
			return fmt.Errorf("something was drawn for a bet that asks for nothing: %v", receipt.GetBet())
		}
		return nil
	}
	p, err := d.drawn(o, receipt.GetSeed())
	if err != nil {
		return err
	}
	t.drawn = p
	if want := d.plan.Races[o.race].bet(t.played(w)); !proto.Equal(receipt.GetBet(), want) {
		return fmt.Errorf("the system drew %v, the draw done again is %v", receipt.GetBet(), want)
	}
	return nil
}

// played is the wager as it was recorded: with the horses drawn.
func (t *ticket) played(w *Wager) *Wager {
	if w.Drawn == 0 {
		return w
	}
	whole := *w
	whole.Pattern = t.drawn
	return &whole
}
