package rulebook

import "opentote/tote"

var (
	_ tote.Shaped = (*simple)(nil)
	_ tote.Shaped = (*couple)(nil)
	_ tote.Shaped = (*deuxSurQuatrePair)(nil)
	_ tote.Shaped = (*orderedBet)(nil)
	_ tote.Shaped = (*multi)(nil)
	_ tote.Shaped = (*pick5)(nil)
	_ tote.Shaped = (*SharedBet)(nil)
)

// Shape is of tote.Shaped.
func (b *simple) Shape(variant uint8) (tote.Shape, bool) { return b.shape, variant == 0 }

// Firsts is of tote.Shaped.
func (*simple) Firsts() int { return 1 }

// Shape is of tote.Shaped.
func (b *couple) Shape(variant uint8) (tote.Shape, bool) {
	if b.kind == coupleOrdre {
		return ordreShape, variant == 0
	}
	return pairShape, variant == 0
}

// Firsts is of tote.Shaped.
func (*couple) Firsts() int { return 2 }

// Shape is of tote.Shaped.
func (*deuxSurQuatrePair) Shape(variant uint8) (tote.Shape, bool) { return pairShape, variant == 0 }

// Firsts is of tote.Shaped.
func (*deuxSurQuatrePair) Firsts() int { return 2 }

// Shape is of tote.Shaped.
func (b *orderedBet) Shape(variant uint8) (tote.Shape, bool) { return b.shape, variant == 0 }

// Firsts is of tote.Shaped.
func (b *orderedBet) Firsts() int { return b.shape.Horses }

// Shape is of tote.Shaped: a unit "en k" names k horses (III-7-7, III-8-7).
func (b *multi) Shape(variant uint8) (tote.Shape, bool) {
	k := int(variant)
	return tote.Shape{Horses: k, Bases: k - 1}, k >= multiLeast && k <= b.figures.most
}

// Firsts is of tote.Shaped: the first four, whatever the k.
func (*multi) Firsts() int { return multiLeast }

// Shape is of tote.Shaped.
func (*pick5) Shape(variant uint8) (tote.Shape, bool) { return pick5Shape, variant == 0 }

// Firsts is of tote.Shaped.
func (*pick5) Firsts() int { return pick5Horses }

// Shape is of tote.Shaped.
func (b *SharedBet) Shape(variant uint8) (tote.Shape, bool) {
	return poolShapes[b.bet.Index()], variant == 0 || variant == uint8(b.bet)
}

// Firsts is of tote.Shaped.
func (b *SharedBet) Firsts() int { return b.bet.horses() }
