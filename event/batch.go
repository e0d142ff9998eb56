package event

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// Encoder builds the payload of one batch. The zero Encoder is not ready; call
// Reset. It reuses its memory from batch to batch.
type Encoder struct {
	c     codec
	count uint32
}

// Field numbers of message Batch.
const (
	batchTime   = 1
	batchEvents = 2
)

// Reset begins a batch stamped with a time.
func (e *Encoder) Reset(at Millis) {
	e.c.out = e.c.out[:0]
	e.count = 0
	if at != 0 {
		e.c.out = protowire.AppendTag(e.c.out, batchTime, protowire.VarintType)
		e.c.out = protowire.AppendVarint(e.c.out, uint64(at))
	}
}

// Append adds an event. The event is encoded at once and may be reused.
func (e *Encoder) Append(ev Event) {
	c := &e.c
	c.out = protowire.AppendTag(c.out, batchEvents, protowire.BytesType)
	outer := len(c.out)
	c.out = append(c.out, 0)
	c.out = protowire.AppendTag(c.out, protowire.Number(ev.kind()), protowire.BytesType)
	inner := len(c.out)
	c.out = append(c.out, 0)
	ev.wire(c)
	c.setLength(inner)
	c.setLength(outer)
	e.count++
}

// Count returns the number of events in the batch.
func (e *Encoder) Count() uint32 { return e.count }

// Len returns the size of the payload so far, in bytes.
func (e *Encoder) Len() int { return len(e.c.out) }

// Payload returns the encoded batch. It is valid until the next Reset.
func (e *Encoder) Payload() []byte { return e.c.out }

// Decoder reads payloads. It keeps one event of each kind and reuses it.
type Decoder struct {
	scratch [kindMax + 1]Event
	c       codec
}

// Decode calls f with each event of a payload, in order, and the batch's time.
// The event is valid until f returns. Events of unknown kind are an error: a
// reader that skipped facts would compute another state.
func (d *Decoder) Decode(payload []byte, f func(at Millis, ev Event) error) error {
	var at Millis
	for raw, n := payload, 0; len(raw) > 0; n++ {
		num, fl, size, err := nextField(raw)
		if err != nil {
			return fmt.Errorf("event: field %d of batch: %w", n, err)
		}
		raw = raw[size:]
		switch {
		case num == batchTime && fl.typ == protowire.VarintType:
			if n > 0 {
				return errors.New("event: the time of a batch stands after its events")
			}
			at = Millis(fl.num)
		case num == batchEvents && fl.typ == protowire.BytesType:
			ev, err := d.event(fl.bytes)
			if err != nil {
				return fmt.Errorf("event: field %d of batch: %w", n, err)
			}
			if err := f(at, ev); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Decoder) event(raw []byte) (Event, error) {
	num, fl, size, err := nextField(raw)
	if err != nil {
		return nil, err
	}
	if fl.typ != protowire.BytesType || size != len(raw) {
		return nil, errors.New("not an event")
	}
	if num > protowire.Number(kindMax) {
		return nil, fmt.Errorf("unknown event kind %d", num)
	}
	ev := d.scratch[num]
	if ev == nil {
		if ev = blank(kind(num)); ev == nil {
			return nil, fmt.Errorf("unknown event kind %d", num)
		}
		d.scratch[num] = ev
	}
	d.c.load(fl.bytes)
	if d.c.err == nil {
		ev.wire(&d.c)
	}
	if d.c.err != nil {
		return nil, fmt.Errorf("%T: %w", ev, d.c.err)
	}
	return ev, nil
}
