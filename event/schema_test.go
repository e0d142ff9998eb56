package event_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"opentote/event"
	"opentote/event/eventpb"
	"opentote/tote"
)

// kinds holds an empty event of each kind, in the order of field numbers.
var kinds = []event.Event{
	&event.AccountOpened{}, &event.Deposited{}, &event.PointOfSaleOpened{},
	&event.RaceDeclared{}, &event.RaceOpened{}, &event.RaceSuspended{},
	&event.RaceStopped{}, &event.RaceCancelled{}, &event.NonRunnerDeclared{},
	&event.BetPlaced{}, &event.BetCancelled{}, &event.LatePurged{},
	&event.ResultEntered{}, &event.ResultConfirmed{}, &event.DividendsDeclared{},
	&event.BetsSettled{}, &event.TicketPaid{}, &event.KeyVoided{}, &event.KeysExpired{},
	&event.BoosterReleased{}, &event.StakesTransferred{}, &event.PoolsShared{},
	&event.JackpotFunded{}, &event.JackpotSettled{},
	&event.HostDividendsEntered{}, &event.HostDividendsConfirmed{}, &event.HostSettled{},
	&event.ReportPlaced{}, &event.ReportCancelled{}, &event.ReportCarried{}, &event.ReportsDetached{},
}

// draw fills an event of a kind with random contents, at the edges of each
// type as often as inside.
func draw(t *rapid.T, kind event.Event) event.Event {
	v := reflect.New(reflect.TypeOf(kind).Elem())
	fill(t, v.Elem())
	return v.Interface().(event.Event)
}

func fill(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i))
		}
	case reflect.Slice:
		n := rapid.IntRange(0, 4).Draw(t, "len")
		for i := range n {
			v.Set(reflect.Append(v, reflect.New(v.Type().Elem()).Elem()))
			fill(t, v.Index(i))
		}
	case reflect.String:
		v.SetString(rapid.String().Draw(t, "text"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "flag"))
	case reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "int"))
	case reflect.Uint8:
		v.SetUint(uint64(rapid.Uint8().Draw(t, "byte")))
	case reflect.Uint32:
		v.SetUint(uint64(rapid.Uint32().Draw(t, "uint32")))
	case reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(t, "uint64"))
	default:
		t.Fatalf("events hold no %v", v.Type())
	}
}

// batchOf encodes events as one batch.
func batchOf(at event.Millis, events ...event.Event) []byte {
	var enc event.Encoder
	enc.Reset(at)
	for _, ev := range events {
		enc.Append(ev)
	}
	return bytes.Clone(enc.Payload())
}

func TestEncoderSpeaksTheSchema(t *testing.T) {
	for _, kind := range kinds {
		t.Run(name(kind), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				ev := draw(t, kind)
				at := event.Millis(rapid.Int64().Draw(t, "time"))
				want := &eventpb.Batch{Time: int64(at), Event: []*eventpb.Event{message(ev)}}
				got := new(eventpb.Batch)
				if err := proto.Unmarshal(batchOf(at, ev), got); err != nil {
					t.Fatalf("%+v: %v", ev, err)
				}
				if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
					t.Errorf("%+v: (-want +got)\n%s", ev, diff)
				}
			})
		})
	}
}

func TestDecoderReadsTheSchema(t *testing.T) {
	for _, kind := range kinds {
		t.Run(name(kind), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				want := draw(t, kind)
				at := event.Millis(rapid.Int64().Draw(t, "time"))
				raw, err := proto.Marshal(&eventpb.Batch{Time: int64(at), Event: []*eventpb.Event{message(want)}})
				if err != nil {
					t.Fatal(err)
				}
				checkDecodes(t, raw, at, want)
			})
		})
	}
}

// checkDecodes checks that a payload holds exactly the events wanted.
func checkDecodes(t interface {
	Helper()
	Errorf(string, ...any)
}, raw []byte, at event.Millis, want ...event.Event) {
	t.Helper()
	n := 0
	var dec event.Decoder
	err := dec.Decode(raw, func(gotAt event.Millis, got event.Event) error {
		if gotAt != at {
			t.Errorf("time: got %d, want %d", gotAt, at)
		}
		if n < len(want) {
			if diff := cmp.Diff(want[n], got, emptyIsNil); diff != "" {
				t.Errorf("event %d: (-want +got)\n%s", n, diff)
			}
		}
		n++
		return nil
	})
	if err != nil || n != len(want) {
		t.Errorf("got %d events and error %v, want %d events", n, err, len(want))
	}
}

// emptyIsNil compares empty and nil lists as equal: the wire cannot tell them
// apart.
var emptyIsNil = cmp.FilterValues(func(x, y any) bool {
	a, b := reflect.ValueOf(x), reflect.ValueOf(y)
	return a.IsValid() && b.IsValid() && a.Kind() == reflect.Slice && b.Kind() == reflect.Slice &&
		a.Len() == 0 && b.Len() == 0
}, cmp.Comparer(func(x, y any) bool { return true }))

func name(ev event.Event) string { return reflect.TypeOf(ev).Elem().Name() }

// trimmed is how the schema writes a fixed list of small numbers.
func trimmed[T ~uint8](list []T) []byte {
	b := octets(list)
	return bytes.TrimRight(b, "\x00")
}

func octets[T ~uint8](list []T) []byte {
	b := make([]byte, len(list))
	for i, v := range list {
		b[i] = byte(v)
	}
	return b
}

func stables(sets []tote.HorseSet) (out []*eventpb.Stable) {
	for _, s := range sets {
		out = append(out, &eventpb.Stable{Horses: uint64(s)})
	}
	return out
}

func places(arrival []event.Place) (out []*eventpb.Place) {
	for _, p := range arrival {
		out = append(out, &eventpb.Place{Horses: octets(p.Horses)})
	}
	return out
}
