package event_test

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"opentote/event"
)

// The vector was computed with sha256sum over the layout in Row.Sum's comment.
func TestRowSum(t *testing.T) {
	row := event.Row{First: 258, Count: 3, Epoch: 7, Payload: []byte("payload")}
	for i := range row.Prev {
		row.Prev[i] = byte(i)
	}
	const want = "d5e5915bac68d7c4d1f2327b108a9fe03eb48c47aac5bc15adccbe866e3f1d21"
	if got := row.Sum().String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSealTiesARowToTheOneBefore(t *testing.T) {
	first := event.Row{First: 1, Count: 2, Epoch: 1, Payload: []byte("a")}
	first.Seal(event.Hash{})
	second := event.Row{First: 3, Count: 1, Epoch: 1, Payload: []byte("b")}
	second.Seal(first.Hash)
	if second.Prev != first.Hash || second.Hash != second.Sum() {
		t.Errorf("second row is not sealed to the first: %+v", second)
	}
	if got, want := first.Last(), event.Seq(2); got != want {
		t.Errorf("last: got %d, want %d", got, want)
	}
	first.Payload = []byte("A")
	first.Seal(event.Hash{})
	if second.Prev == first.Hash {
		t.Error("another first row has the same hash")
	}
}

func TestEveryPartOfARowIsInItsSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := event.Row{
			First:   event.Seq(rapid.Uint64().Draw(t, "first")),
			Count:   rapid.Uint32().Draw(t, "count"),
			Epoch:   event.Epoch(rapid.Uint64().Draw(t, "epoch")),
			Payload: rapid.SliceOfN(rapid.Byte(), 1, 64).Draw(t, "payload"),
		}
		sum := row.Sum()
		bit := rapid.IntRange(0, 7).Draw(t, "bit")
		other := row
		other.Payload = bytes.Clone(row.Payload)
		switch rapid.IntRange(0, 4).Draw(t, "part") {
		case 0:
			other.First ^= 1 << bit
		case 1:
			other.Count ^= 1 << bit
		case 2:
			other.Epoch ^= 1 << bit
		case 3:
			other.Prev[bit] ^= 1
		case 4:
			other.Payload[rapid.IntRange(0, len(row.Payload)-1).Draw(t, "byte")] ^= 1 << bit
		}
		if other.Sum() == sum {
			t.Errorf("rows %+v and %+v have the same sum", row, other)
		}
	})
}

func TestBetIDNamesPoolAndIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pool, index := event.PoolID(rapid.Uint32().Draw(t, "pool")), rapid.Uint32().Draw(t, "index")
		id := event.BetIn(pool, index)
		if id.Pool() != pool || id.Index() != index {
			t.Errorf("bet %d of pool %d: got bet %d of pool %d", index, pool, id.Index(), id.Pool())
		}
	})
}
