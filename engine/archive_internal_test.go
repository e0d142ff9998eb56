package engine

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"unsafe"

	"pgregory.net/rapid"

	"opentote/event"
	"opentote/tote"
)

func archived(s *State) []byte {
	var out bytes.Buffer
	a := archiveTo(&out)
	s.archive(a)
	if a.flush(); a.err != nil {
		panic(a.err)
	}
	return out.Bytes()
}

func TestArchiveKeepsTheState(t *testing.T) {
	b := newBare(t)
	b.rich()
	raw := archived(b.d.State)
	a := archiveFrom(bytes.NewReader(raw))
	got := NewState()
	got.archive(a)
	if a.err != nil {
		t.Fatal(a.err)
	}
	if got.Hash() != b.d.Hash() || !bytes.Equal(archived(got), raw) {
		t.Error("the state that was read differs from the one written")
	}
	// The copy lives on as the original does: what is derived is there too.
	copied := bare{TB: t, j: b.j.Reopen(), keys: b.keys}
	copied.d.State, copied.d.now = got, b.d.now
	copied.d.emit = func(ev event.Event) { copied.enc.Append(ev); copied.d.Apply(copied.d.now, ev) }
	var err error
	if copied.head, err = copied.j.Lead(context.Background()); err != nil {
		t.Fatal(err)
	}
	for range 9 {
		copied.must(&SettleBets{Race: bareRace})
	}
	copied.must(&DeclareDividends{Race: bareRace + 1, Staff: "bruno"})
	replayed, err := Restore(context.Background(), b.j, "")
	if err != nil {
		t.Fatal(err)
	}
	if replayed.Hash() != got.Hash() {
		t.Error("the copy went on to another state than a replay")
	}
}

// TestAFrozenStateStaysAsItWas has the writer go on while the frozen state is
// being written, as under the race detector.
func TestAFrozenStateStaysAsItWas(t *testing.T) {
	b := newBare(t)
	b.rich()
	const open = bareRace + 9
	b.programme(open)
	sold := b.ticket(open, 1)
	b.must(sold)
	b.must(b.ticket(open, 2))
	want := archived(b.d.State)
	f := b.d.freeze(event.Hash{})
	var got bytes.Buffer
	written := make(chan error)
	go func() {
		a := archiveTo(&got)
		f.archive(context.Background(), a)
		a.flush()
		written <- a.err
	}()
	for range 9 {
		b.must(&SettleBets{Race: bareRace})
	}
	second := tote.RaceOf(bareRace.Day(), 9, 2)
	b.must(&StopRace{Race: second, Staff: "anna"})
	b.must(&EnterResult{Race: second, Arrival: [][]tote.Horse{{1}, {2}}, Staff: "anna"})
	b.must(&ConfirmResult{Race: second, Arrival: [][]tote.Horse{{1}, {2}}, Staff: "bruno"})
	b.must(&DeclareDividends{Race: second, Staff: "bruno"})
	for range 3 { // the chains go on
		b.must(&SettleBets{Race: second})
	}
	for range 3 * blockRows {
		b.must(b.ticket(open, 1))
	}
	b.must(&DeclareDividends{Race: bareRace + 1, Staff: "bruno"})
	b.must(&CancelBet{Key: b.key(), Bet: sold.Receipt.Bet, PointOfSale: 1})
	b.must(&StopRace{Race: open, Staff: "anna"})
	b.must(&PurgeLate{Race: open, Started: 1, Staff: "anna"})
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Error("the frozen state changed with the live one")
	}
	if bytes.Equal(archived(b.d.State), want) {
		t.Error("nothing changed in the live state")
	}
}

func TestHashingARowAllocatesNothing(t *testing.T) {
	b := newBare(t)
	b.programme(bareRace)
	hash := func() { b.d.Hash() }
	few := testing.AllocsPerRun(1, hash)
	for range 1000 {
		b.must(b.ticket(bareRace, 1))
	}
	if many := testing.AllocsPerRun(1, hash); many > few+10 {
		t.Errorf("got %v allocations for a thousand bets, %v for none", many, few)
	}
}

func TestArchiveRefusesWhatIsCut(t *testing.T) {
	b := newBare(t)
	b.rich()
	raw := archived(b.d.State)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, len(raw)-1).Draw(t, "length")
		a := archiveFrom(bytes.NewReader(raw[:n]))
		NewState().archive(a)
		if a.err == nil {
			t.Errorf("%d of %d bytes were read as a state", n, len(raw))
		}
	})
}

// derived fields follow from others and are not in the hash.
var derived = map[string]bool{
	"State.raceByID": true, "State.pools": true, "pool.id": true, "pool.race": true, "pool.bet": true, "pool.shaped": true, "pool.jackpot": true, "pool.delay": true, "pool.settling": true, "pool.hits": true, "pool.to": true, "pool.from": true, "pool.single": true,
	"State.reports": true, "report.id": true, "report.order": true, "reportOrder.rules": true, // of the orders
	"DividendsDeclared.Pool": true, // the pool's
	"columns.n":              true, // in the archive: how many rows
	"block.horses":           true, // the rows'
	"keys.n":                 true, // in the archive: how many keys
	"block.frozen":           true, // of a snapshot under way
	"keys.index":             true, // of the keys
}

// TestEveryFieldIsInTheHash changes each field of a full state in turn, found by
// reflection so that a field added later is found too, and wants another hash.
func TestEveryFieldIsInTheHash(t *testing.T) {
	b := newBare(t)
	b.rich()
	m := mutator{T: t, state: b.d.State, want: b.d.Hash(), seen: map[string]bool{}}
	m.walk("State", reflect.ValueOf(b.d.State).Elem())
	if m.leaves < 400 {
		t.Errorf("only %d fields were changed", m.leaves)
	}
	if b.d.Hash() != m.want {
		t.Error("the test did not leave the state as it was")
	}
}

// columnTypes are lists whose length is archived once, with the columns.
var columnTypes = []reflect.Type{
	reflect.TypeFor[[]block](), reflect.TypeFor[[]row](),
	reflect.TypeFor[[]keyBlock](), reflect.TypeFor[[]event.Key](), reflect.TypeFor[[]uint64](), reflect.TypeFor[[]OutcomeKind](),
}

type mutator struct {
	*testing.T
	state  *State
	want   event.Hash
	leaves int
	seen   map[string]bool
}

// walk changes every leaf below v, one at a time. Of long lists the first and
// last few are enough.
func (m *mutator) walk(path string, v reflect.Value) {
	if v.CanAddr() { // also what is unexported
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Name() + "." + v.Type().Field(i).Name
			if !derived[name] {
				m.walk(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			m.walk(path, v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if i < 3 || i >= v.Len()-2 {
				m.walk(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
			}
		}
		if n := v.Len(); v.Kind() == reflect.Slice && n > 0 && !slices.Contains(columnTypes, v.Type()) {
			whole := reflect.ValueOf(v.Interface())
			v.Set(whole.Slice(0, n-1))
			m.differs(path + " without its last")
			v.Set(whole)
		}
	case reflect.Map:
		m.walkMap(path, v)
	case reflect.Int64:
		m.leaf(path, func() { v.SetInt(v.Int() ^ 1) })
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		m.leaf(path, func() { v.SetUint(v.Uint() ^ 1) })
	case reflect.Bool:
		m.leaf(path, func() { v.SetBool(!v.Bool()) })
	case reflect.String:
		old := v.String()
		v.SetString(old + "x")
		m.differs(path)
		v.SetString(old)
	default:
		m.Fatalf("%s is a %v: does it belong into the hash?", path, v.Type())
	}
}

func (m *mutator) walkMap(path string, v reflect.Value) {
	for i, k := range v.MapKeys() {
		if i == 3 {
			return
		}
		old := v.MapIndex(k)
		changed := reflect.New(old.Type()).Elem()
		for f := range old.NumField() {
			changed.Set(old)
			field := changed.Field(f)
			field = reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
			if field.CanInt() {
				field.SetInt(field.Int() ^ 1)
			} else {
				field.SetUint(field.Uint() ^ 1)
			}
			v.SetMapIndex(k, changed)
			m.differs(path + "." + old.Type().Field(f).Name)
		}
		v.SetMapIndex(k, reflect.Value{})
		m.differs(path + " without a key")
		v.SetMapIndex(k, old)
	}
}

// leaf flips a bit, looks, and flips it back.
func (m *mutator) leaf(path string, flip func()) {
	flip()
	m.differs(path)
	flip()
}

func (m *mutator) differs(path string) {
	m.leaves++
	if m.state.Hash() == m.want {
		m.Errorf("%s may change without the hash", path)
	}
}
