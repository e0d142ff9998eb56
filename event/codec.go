package event

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// codec reads or writes one protobuf message. Each event describes its fields
// once, in wire, and the codec's direction decides whether they are written or
// read: encoder and decoder cannot drift apart. A message's fields are indexed
// once, so wire may name them in any order; fields it does not name are
// skipped, which is how old readers live with new writers.
//
// It replaces reflection on the engine's hot path. That the bytes are the
// schema of journal.proto is held by a test against the official runtime.
type codec struct {
	decoding bool
	out      []byte // encoding: the message so far

	raw    []byte              // decoding: the message
	fields [fieldMax + 1]field // decoding: the last value of each field
	seen   uint64              // decoding: bit n says that field n is present
	err    error               // decoding: the first error
	inner  *codec              // decoding: for nested messages, nil before the first
}

// fieldMax is the highest field number events use.
const fieldMax = 40

type field struct {
	num   uint64
	bytes []byte
	typ   protowire.Type
}

var errField = errors.New("field of another type")

// load indexes the fields of a message.
func (c *codec) load(raw []byte) {
	c.decoding, c.raw, c.seen, c.err = true, raw, 0, nil
	for len(raw) > 0 {
		num, f, n, err := nextField(raw)
		if err != nil {
			c.err = err
			return
		}
		if num <= fieldMax {
			c.fields[num] = f
			c.seen |= 1 << num
		}
		raw = raw[n:]
	}
}

// nextField reads the first field of raw and its length.
func nextField(raw []byte) (protowire.Number, field, int, error) {
	num, typ, n := protowire.ConsumeTag(raw)
	if n < 0 {
		return 0, field{}, 0, protowire.ParseError(n)
	}
	f := field{typ: typ}
	m := 0
	switch typ {
	case protowire.VarintType:
		f.num, m = protowire.ConsumeVarint(raw[n:])
	case protowire.Fixed64Type:
		f.num, m = protowire.ConsumeFixed64(raw[n:])
	case protowire.BytesType:
		f.bytes, m = protowire.ConsumeBytes(raw[n:])
	default:
		m = protowire.ConsumeFieldValue(num, typ, raw[n:])
	}
	if m < 0 {
		return 0, field{}, 0, protowire.ParseError(m)
	}
	return num, f, n + m, nil
}

// get returns field num if the message has it with the given type.
func (c *codec) get(num protowire.Number, typ protowire.Type) (field, bool) {
	if c.seen>>num&1 == 0 || c.err != nil {
		return field{}, false
	}
	if c.fields[num].typ != typ {
		c.fail(num, errField)
		return field{}, false
	}
	return c.fields[num], true
}

func (c *codec) fail(num protowire.Number, err error) {
	if c.err == nil {
		c.err = fmt.Errorf("field %d: %w", num, err)
	}
}

type integer interface {
	~uint8 | ~uint32 | ~uint64 | ~int64
}

// number codes an integer as a varint; zero is left out. Negative numbers take
// ten bytes, as protobuf's int64 does.
func number[T integer](c *codec, num protowire.Number, p *T) {
	if !c.decoding {
		if *p != 0 {
			c.out = protowire.AppendTag(c.out, num, protowire.VarintType)
			c.out = protowire.AppendVarint(c.out, uint64(*p))
		}
		return
	}
	*p = 0
	if f, ok := c.get(num, protowire.VarintType); ok {
		*p = T(f.num)
		if uint64(*p) != f.num {
			c.fail(num, errors.New("number out of range"))
		}
	}
}

// bits codes a set as a fixed64; zero is left out.
func bits[T ~uint64](c *codec, num protowire.Number, p *T) {
	if !c.decoding {
		if *p != 0 {
			c.out = protowire.AppendTag(c.out, num, protowire.Fixed64Type)
			c.out = protowire.AppendFixed64(c.out, uint64(*p))
		}
		return
	}
	f, _ := c.get(num, protowire.Fixed64Type)
	*p = T(f.num)
}

// flag codes a bool.
func flag(c *codec, num protowire.Number, p *bool) {
	var n uint8
	if *p {
		n = 1
	}
	number(c, num, &n)
	*p = n != 0
}

// text codes a string; empty is left out.
func text[T ~string](c *codec, num protowire.Number, p *T) {
	if !c.decoding {
		if *p != "" {
			c.out = protowire.AppendTag(c.out, num, protowire.BytesType)
			c.out = protowire.AppendString(c.out, string(*p))
		}
		return
	}
	f, _ := c.get(num, protowire.BytesType)
	*p = T(f.bytes)
}

// fixed codes up to len(b) bytes whose trailing zeros are left out.
func fixed[T ~uint8](c *codec, num protowire.Number, b []T) {
	if !c.decoding {
		n := len(b)
		for n > 0 && b[n-1] == 0 {
			n--
		}
		if n == 0 {
			return
		}
		c.out = protowire.AppendTag(c.out, num, protowire.BytesType)
		c.out = protowire.AppendVarint(c.out, uint64(n))
		for _, v := range b[:n] {
			c.out = append(c.out, byte(v))
		}
		return
	}
	clear(b)
	f, _ := c.get(num, protowire.BytesType)
	if len(f.bytes) > len(b) {
		c.fail(num, errors.New("too many bytes"))
		return
	}
	for i, v := range f.bytes {
		b[i] = T(v)
	}
}

// octets codes a list of small numbers as bytes.
func octets[T ~uint8](c *codec, num protowire.Number, p *[]T) {
	if !c.decoding {
		if len(*p) > 0 {
			c.out = protowire.AppendTag(c.out, num, protowire.BytesType)
			c.out = protowire.AppendVarint(c.out, uint64(len(*p)))
			for _, v := range *p {
				c.out = append(c.out, byte(v))
			}
		}
		return
	}
	f, _ := c.get(num, protowire.BytesType)
	*p = (*p)[:0]
	for _, v := range f.bytes {
		*p = append(*p, T(v))
	}
}

// repeated codes a list of nested messages. Reading reuses the list's memory,
// and the memory inside its items.
func repeated[T any](c *codec, num protowire.Number, p *[]T, wire func(*T, *codec)) {
	if !c.decoding {
		for i := range *p {
			c.out = protowire.AppendTag(c.out, num, protowire.BytesType)
			start := len(c.out)
			c.out = append(c.out, 0)
			wire(&(*p)[i], c)
			c.setLength(start)
		}
		return
	}
	*p = (*p)[:0]
	for raw := c.raw; len(raw) > 0 && c.err == nil; {
		n, f, size, err := nextField(raw)
		if err != nil {
			c.fail(num, err)
			return
		}
		raw = raw[size:]
		if n != num {
			continue
		}
		if f.typ != protowire.BytesType {
			c.fail(num, errField)
			return
		}
		in := c.inside(f.bytes)
		wire(grown(p), in)
		if in.err != nil {
			c.fail(num, in.err)
		}
	}
}

// grown lengthens a list by one item and returns it. The item may hold what an
// earlier message left there: wire sets every field.
func grown[T any](p *[]T) *T {
	if n := len(*p); n < cap(*p) {
		*p = (*p)[:n+1]
	} else {
		var zero T
		*p = append(*p, zero)
	}
	return &(*p)[len(*p)-1]
}

// inside returns a codec that reads a nested message.
func (c *codec) inside(raw []byte) *codec {
	if c.inner == nil {
		c.inner = new(codec)
	}
	c.inner.load(raw)
	return c.inner
}

// setLength writes, at start, the length of what follows the placeholder byte
// there. Most lengths take that one byte; longer ones move what follows.
func (c *codec) setLength(start int) {
	size := len(c.out) - start - 1
	if extra := protowire.SizeVarint(uint64(size)) - 1; extra > 0 {
		for range extra {
			c.out = append(c.out, 0)
		}
		copy(c.out[start+1+extra:], c.out[start+1:start+1+size])
	}
	protowire.AppendVarint(c.out[:start], uint64(size))
}
