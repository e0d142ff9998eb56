package board

import (
	"encoding/binary"
	"slices"

	"opentote/internal/assert"
	"opentote/tote"
)

// kept is the bets of an open pool, each in about a dozen bytes instead of its
// pattern's fifty: an operator's busiest hour has millions of them. They are in
// blocks, so that a pool grows without being copied while its readers wait.
type kept struct {
	blocks []keptBlock
	n      uint32
}

// keptBlock is up to betsBlock bets, one after the other:
//
//	lists   1 byte   numbers in Sizes and, times 16, whether there is more than a plain unit
//	sizes   the pattern's, without the last zeros
//	horses  1 byte for their number, then they, without the last zeros
//	rest    formula, flags, variant, complement, field, where there is more
//	unit    varint
//	units   varint
type keptBlock struct {
	bytes  []byte
	starts []uint16 // of each bet
	gone   [betsBlock / 64]uint64
}

const betsBlock = 256

// betBytesMax is more than any bet takes, and a block of them an uint16 counts.
const betBytesMax = 1<<16/betsBlock - 1

const notPlain = 1 << 4

func (k *kept) add(b *bet) {
	if k.n%betsBlock == 0 {
		k.blocks = append(k.blocks, keptBlock{bytes: make([]byte, 0, 12*betsBlock), starts: make([]uint16, 0, betsBlock)})
	}
	block := &k.blocks[k.n/betsBlock]
	start := len(block.bytes)
	block.starts = append(block.starts, uint16(start))
	block.bytes = packed(block.bytes, b)
	assert.That(len(block.bytes)-start <= betBytesMax, "a bet of %d bytes", len(block.bytes)-start)
	if k.n++; k.n%betsBlock == 0 {
		block.bytes = slices.Clone(block.bytes)
	}
}

// at returns a bet.
func (k *kept) at(i uint32) (b bet) {
	block, at := &k.blocks[i/betsBlock], i%betsBlock
	unpack(block.bytes[block.starts[at]:], &b)
	b.gone = block.gone[at/64]>>(at%64)&1 == 1
	return b
}

// drop notes that a bet has gone.
func (k *kept) drop(i uint32) {
	k.blocks[i/betsBlock].gone[i%betsBlock/64] |= 1 << (i % 64)
}

// packed appends a bet.
func packed(out []byte, b *bet) []byte {
	p := &b.pattern
	sizes, horses := len(p.Sizes), len(p.Horses)
	for sizes > 0 && p.Sizes[sizes-1] == 0 {
		sizes--
	}
	for horses > 0 && p.Horses[horses-1] == 0 {
		horses--
	}
	lists := byte(sizes)
	if !plain(p) {
		lists |= notPlain
	}
	out = append(append(out, lists), p.Sizes[:sizes]...)
	out = append(out, byte(horses))
	for _, h := range p.Horses[:horses] {
		out = append(out, byte(h))
	}
	if lists&notPlain != 0 {
		out = append(out, byte(p.Formula), byte(p.Flags), p.Variant, byte(p.Complement))
		out = binary.LittleEndian.AppendUint64(out, uint64(p.Field))
	}
	return binary.AppendUvarint(binary.AppendUvarint(out, uint64(b.unit)), uint64(b.units))
}

// plain reports whether a pattern is a unit and nothing else, as most are.
func plain(p *tote.Pattern) bool {
	return p.Formula == tote.Unit && p.Flags == 0 && p.Variant == 0 && p.Complement == 0 && p.Field == 0
}

// unpack reads a bet that packed wrote.
func unpack(in []byte, b *bet) {
	p := &b.pattern
	lists := in[0]
	in = in[1:]
	in = in[copy(p.Sizes[:lists%notPlain], in):]
	horses := int(in[0])
	for i, h := range in[1 : 1+horses] {
		p.Horses[i] = tote.Horse(h)
	}
	in = in[1+horses:]
	p.Formula = tote.Unit
	if lists&notPlain != 0 {
		p.Formula, p.Flags, p.Variant, p.Complement = tote.Formula(in[0]), tote.Flags(in[1]), in[2], tote.Horse(in[3])
		p.Field = tote.HorseSet(binary.LittleEndian.Uint64(in[4:]))
		in = in[12:]
	}
	unit, n := binary.Uvarint(in)
	units, _ := binary.Uvarint(in[n:])
	b.unit, b.units = tote.Money(unit), uint32(units)
}
