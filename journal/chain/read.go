package chain

import (
	"opentote/event"
	"opentote/journal"
)

// Read calls f for each row that holds an event numbered from or later of a
// journal that ends at head, in order, after checking that it is well formed
// and follows the row before. It returns a *journal.CorruptError at the first
// that does not, and the first error of next or f as it is. from is at least 1
// and not after the head; at is the first event of the row that holds it. next
// returns some of the rows that start at an event or later, in order, none when
// there is none.
func Read(head journal.Head, at, from event.Seq, next func(at event.Seq) ([]event.Row, error), f func(event.Row) error) error {
	var v Verifier
	if at == 1 {
		v = *From(journal.Head{})
	}
	for v.Head().Last < head.Last {
		rows, err := next(at)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break // End tells
		}
		for i := range rows {
			if err := v.Next(&rows[i]); err != nil {
				return err
			}
			if rows[i].Last() < from {
				continue
			}
			if err := f(rows[i]); err != nil {
				return err
			}
		}
		at = rows[len(rows)-1].First + 1 // not Last+1, which would skip an overlapping row
	}
	return v.End(head)
}

// Stored makes a row of what an SQL database holds, of which it keeps payload.
// It returns a *journal.CorruptError when that is no row.
func Stored(first, count, epoch int64, prev, hash, payload []byte) (event.Row, error) {
	row := event.Row{First: event.Seq(first), Count: uint32(count), Epoch: event.Epoch(epoch), Payload: payload}
	if count != int64(row.Count) || epoch < 0 || len(prev) != len(row.Prev) || len(hash) != len(row.Hash) {
		return event.Row{}, &journal.CorruptError{First: row.First, What: "not well formed"}
	}
	copy(row.Prev[:], prev)
	copy(row.Hash[:], hash)
	return row, nil
}

// StoredHead makes a head of what an SQL database holds. It returns a
// *journal.CorruptError when that is no head.
func StoredHead(last, epoch int64, hash []byte) (journal.Head, error) {
	head := journal.Head{Last: event.Seq(last), Epoch: event.Epoch(epoch)}
	if last < 0 || epoch < 0 || copy(head.Hash[:], hash) != len(head.Hash) {
		return journal.Head{}, &journal.CorruptError{First: head.Last, What: "head is not well formed"}
	}
	return head, nil
}
