package event

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Seq is the position of an event in the journal. The first event is 1.
type Seq uint64

// Epoch counts writers: every writer that takes the lead raises it, and the
// journal refuses the appends of lower epochs.
type Epoch uint64

// Hash is a link of the chain that ties each row of the journal to all rows
// before it.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// PayloadMax bounds a row's payload, in bytes.
const PayloadMax = 256 << 10

// Row is one batch of events as the journal keeps it.
type Row struct {
	First   Seq    // sequence number of the batch's first event
	Count   uint32 // events in the batch, at least 1
	Epoch   Epoch  // of the writer that appended it
	Prev    Hash   // hash of the row before, zero for the first
	Hash    Hash   // Sum of this row
	Payload []byte // the encoded Batch, at most PayloadMax
}

// Last returns the sequence number of the row's last event.
func (r *Row) Last() Seq { return r.First + Seq(r.Count) - 1 }

// Sum computes the row's hash: SHA-256 over a fixed label, the header and the
// payload.
//
//	"opentote row 1\n" | first u64 | count u32 | epoch u64 | prev [32] | payload
//
// Integers are big-endian.
func (r *Row) Sum() Hash {
	head := make([]byte, 0, 96)
	head = append(head, "opentote row 1\n"...)
	head = binary.BigEndian.AppendUint64(head, uint64(r.First))
	head = binary.BigEndian.AppendUint32(head, r.Count)
	head = binary.BigEndian.AppendUint64(head, uint64(r.Epoch))
	head = append(head, r.Prev[:]...)
	d := sha256.New()
	d.Write(head)
	d.Write(r.Payload)
	var h Hash
	d.Sum(h[:0])
	return h
}

// Seal sets Prev and Hash so that the row follows prev.
func (r *Row) Seal(prev Hash) {
	r.Prev = prev
	r.Hash = r.Sum()
}
