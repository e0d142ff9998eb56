package event_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"pgregory.net/rapid"

	"opentote/event"
	"opentote/tote"
)

// bet is a typical bet, as most of a journal's events are.
func bet() *event.BetPlaced {
	return &event.BetPlaced{
		Bet: event.BetIn(3, 70_000), Account: 123_456, Unit: 150, Units: 1,
		Pattern: tote.UnitPattern(4), Key: event.Key{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
	}
}

func TestBatchesKeepTheirEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var events []event.Event
		for range rapid.IntRange(0, 8).Draw(t, "events") {
			events = append(events, draw(t, rapid.SampledFrom(kinds).Draw(t, "kind")))
		}
		at := event.Millis(rapid.Int64().Draw(t, "time"))
		var enc event.Encoder
		enc.Reset(99)
		enc.Append(bet()) // of an earlier batch
		enc.Reset(at)
		for _, ev := range events {
			enc.Append(ev)
		}
		if got, want := enc.Count(), uint32(len(events)); got != want {
			t.Errorf("count: got %d, want %d", got, want)
		}
		if got, want := enc.Len(), len(enc.Payload()); got != want {
			t.Errorf("length: got %d, want %d", got, want)
		}
		checkDecodes(t, enc.Payload(), at, events...)
	})
}

func TestDecoderForgetsTheEventBefore(t *testing.T) {
	full := &event.RaceDeclared{Race: 5, Staff: "anna", Stables: []tote.HorseSet{6}, Pools: []event.PoolDeclared{
		{Pool: 1, Bet: "E_SIMPLE_GAGNANT", Flexi: []uint8{50}, Complement: true},
	}}
	empty := &event.RaceDeclared{Pools: []event.PoolDeclared{{}}}
	checkDecodes(t, batchOf(1, full, empty, full), 1, full, empty, full)
}

func TestDecoderSkipsFieldsItDoesNotKnow(t *testing.T) {
	var inner []byte
	inner = protowire.AppendTag(inner, 1, protowire.VarintType)
	inner = protowire.AppendVarint(inner, 7)
	inner = protowire.AppendTag(inner, 39, protowire.VarintType)
	inner = protowire.AppendVarint(inner, 1)
	inner = protowire.AppendTag(inner, 900, protowire.BytesType)
	inner = protowire.AppendBytes(inner, []byte("from the future"))
	inner = protowire.AppendTag(inner, 901, protowire.Fixed32Type)
	inner = protowire.AppendFixed32(inner, 3)
	raw := wrapped(5, inner)
	raw = protowire.AppendTag(raw, 77, protowire.Fixed64Type)
	raw = protowire.AppendFixed64(raw, 1)
	checkDecodes(t, raw, 0, &event.RaceOpened{Race: 7})
}

// wrapped is a batch of one event of any kind.
func wrapped(kind protowire.Number, inner []byte) []byte {
	var ev, batch []byte
	ev = protowire.AppendTag(ev, kind, protowire.BytesType)
	ev = protowire.AppendBytes(ev, inner)
	batch = protowire.AppendTag(batch, 2, protowire.BytesType)
	return protowire.AppendBytes(batch, ev)
}

func TestDecoderRefuses(t *testing.T) {
	number := func(num protowire.Number, v uint64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(nil, num, protowire.VarintType), v)
	}
	bytesOf := func(num protowire.Number, v []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), v)
	}
	good := batchOf(5, bet())
	tests := []struct {
		name string
		raw  []byte
	}{
		{"kind after the last", wrapped(23, nil)},
		{"kind far after the last", wrapped(4000, nil)},
		{"event without a kind", bytesOf(2, nil)},
		{"event of two kinds", bytesOf(2, append(bytesOf(5, nil), bytesOf(6, nil)...))},
		{"kind that is a number", bytesOf(2, number(5, 1))},
		{"number where text stands", wrapped(5, number(2, 1))},
		{"text where a number stands", wrapped(5, bytesOf(1, []byte("x")))},
		{"horse over 255", wrapped(9, number(2, 256))},
		{"pool over 32 bits", wrapped(15, number(1, 1<<32))},
		{"key of 17 bytes", wrapped(1, bytesOf(2, make([]byte, 17)))},
		{"nine groups", wrapped(10, bytesOf(11, make([]byte, 9)))},
		{"number in a list of messages", wrapped(12, number(3, 1))},
		{"bad message in a list", wrapped(12, bytesOf(3, []byte{0xff}))},
		{"number out of range in a list", wrapped(16, bytesOf(4, number(1, 1<<32)))},
		{"field number 0", []byte{0, 1}},
		{"time after events", append(slices.Clone(batchOf(0, bet())), number(1, 5)...)},
		{"group that is not closed", []byte{0x1b}},
	}
	const timeAlone = 2 // is a whole batch
	for n := timeAlone + 1; n < len(good); n++ {
		tests = append(tests, struct {
			name string
			raw  []byte
		}{"truncated", good[:n]})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var dec event.Decoder
			err := dec.Decode(tt.raw, func(event.Millis, event.Event) error { return nil })
			if err == nil {
				t.Errorf("payload %x was accepted", tt.raw)
			}
		})
	}
}

func TestDecodeReturnsTheReadersError(t *testing.T) {
	stop := errors.New("enough")
	var dec event.Decoder
	n := 0
	err := dec.Decode(batchOf(1, bet(), bet()), func(event.Millis, event.Event) error { n++; return stop })
	if err != stop || n != 1 {
		t.Errorf("got error %v after %d events, want %v after 1", err, n, stop)
	}
}

func TestHotPathAllocatesNothing(t *testing.T) {
	var enc event.Encoder
	ev := bet()
	encode := func() {
		enc.Reset(1_700_000_000_000)
		for range 100 {
			enc.Append(ev)
		}
	}
	encode()
	if got := testing.AllocsPerRun(100, encode); got != 0 {
		t.Errorf("encoding: got %v allocations, want 0", got)
	}
	settled := &event.BetsSettled{Pool: 1, To: 9, Ends: []event.BetEnd{{Index: 1, Won: 5}, {Index: 8, Refunded: 6}}}
	for name, raw := range map[string][]byte{
		"bets":        bytes.Clone(enc.Payload()),
		"settlements": batchOf(1, settled, settled),
	} {
		var dec event.Decoder
		decode := func() {
			if err := dec.Decode(raw, func(event.Millis, event.Event) error { return nil }); err != nil {
				t.Fatal(err)
			}
		}
		decode()
		if got := testing.AllocsPerRun(100, decode); got != 0 {
			t.Errorf("decoding %s: got %v allocations, want 0", name, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	for _, kind := range kinds {
		f.Add(batchOf(1_700_000_000_000, kind))
	}
	f.Add(batchOf(5, bet(), &event.BetsSettled{Pool: 1, To: 3, Ends: []event.BetEnd{{Index: 2, Won: 7}}}))
	f.Add(batchOf(5, &event.RaceDeclared{Race: 7, Stables: []tote.HorseSet{6}, Pools: []event.PoolDeclared{{Pool: 1}}}))
	f.Add(batchOf(5, &event.ResultEntered{Arrival: []event.Place{{Horses: []tote.Horse{1, 2}}, {}}}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var dec event.Decoder
		var enc event.Encoder
		events := 0
		err := dec.Decode(raw, func(at event.Millis, ev event.Event) error {
			events++
			if events > len(raw) {
				t.Fatalf("more events than bytes")
			}
			// What was understood is written and understood again the same.
			enc.Reset(at)
			enc.Append(ev)
			first := bytes.Clone(enc.Payload())
			var again event.Decoder
			return again.Decode(first, func(at event.Millis, ev event.Event) error {
				enc.Reset(at)
				enc.Append(ev)
				if !bytes.Equal(enc.Payload(), first) {
					t.Errorf("%+v: encodings differ: %x, %x", ev, first, enc.Payload())
				}
				return nil
			})
		})
		_ = err // refused or not, it did not panic
	})
}

func BenchmarkEncodeBetPlaced(b *testing.B) {
	var enc event.Encoder
	ev := bet()
	enc.Reset(1)
	b.ReportAllocs()
	for b.Loop() {
		if enc.Len() > event.PayloadMax/2 {
			enc.Reset(1)
		}
		enc.Append(ev)
	}
}

func BenchmarkDecodeBetPlaced(b *testing.B) {
	const n = 1000
	var enc event.Encoder
	enc.Reset(1)
	for range n {
		enc.Append(bet())
	}
	var dec event.Decoder
	b.ReportAllocs()
	for i := 0; i < b.N; i += n {
		if err := dec.Decode(enc.Payload(), func(event.Millis, event.Event) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
