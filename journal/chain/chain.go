// Package chain holds the rules every journal applies to rows: which row may
// follow a head, and whether rows that were read are the ones that were
// written. It does no I/O of its own.
package chain

import (
	"fmt"

	"opentote/event"
	"opentote/journal"
)

// Check reports whether row may be appended to a journal that ends at head. It
// returns journal.ErrFenced when head.Epoch is higher than the row's,
// journal.ErrGap when the row does not follow the head, and a plain error when
// the row is not one that a journal may hold: that is a bug of the caller.
func Check(head journal.Head, row *event.Row) error {
	switch {
	case row.Epoch < head.Epoch:
		return journal.ErrFenced
	case row.Epoch > head.Epoch || row.Epoch == 0:
		return fmt.Errorf("row is of epoch %d but epoch %d is in force", row.Epoch, head.Epoch)
	case row.First != head.Last+1 || row.Prev != head.Hash:
		return journal.ErrGap
	}
	return CheckAlone(row)
}

// CheckAlone reports whether row is well formed by itself: it holds at least
// one event, its payload is at most event.PayloadMax bytes and its hash is its
// Sum.
func CheckAlone(row *event.Row) error {
	switch {
	case row.First == 0:
		return fmt.Errorf("row starts at event 0")
	case row.Count == 0:
		return fmt.Errorf("row holds no event")
	case row.Last() < row.First || row.Last() > SeqMax:
		return fmt.Errorf("row of %d events passes event %d", row.Count, uint64(SeqMax))
	case len(row.Payload) > event.PayloadMax:
		return fmt.Errorf("payload of %d bytes exceeds %d", len(row.Payload), event.PayloadMax)
	case row.Sum() != row.Hash:
		return fmt.Errorf("hash differs from the row's sum")
	}
	return nil
}

// SeqMax is the last sequence number a journal can hold: SQL integers are
// signed.
const SeqMax event.Seq = 1<<63 - 1

// Verifier checks that rows read one after the other follow each other. The
// zero Verifier accepts any row as the first; see From. It is for one
// goroutine.
type Verifier struct {
	known bool         // there was a row, or From
	head  journal.Head // end of the last row
	first event.Seq    // of the last row
}

// From returns a Verifier whose first row must follow head.
func From(head journal.Head) *Verifier { return &Verifier{known: true, head: head} }

// Head returns the end of what was verified.
func (v *Verifier) Head() journal.Head { return v.head }

// Expect returns the first sequence number of the row that would follow, 0
// when any row may.
func (v *Verifier) Expect() event.Seq {
	if !v.known {
		return 0
	}
	return v.head.Last + 1
}

// Next checks that row is well formed and follows the rows before it. It
// returns a *journal.CorruptError that names the row when it is not. An event
// 1 must always be the first of its chain.
func (v *Verifier) Next(row *event.Row) error {
	bad := func(format string, args ...any) error {
		return &journal.CorruptError{First: row.First, What: fmt.Sprintf(format, args...)}
	}
	if v.known && row.First != v.head.Last+1 {
		return bad("expected event %d", v.head.Last+1)
	}
	if err := CheckAlone(row); err != nil {
		return bad("%v", err)
	}
	if v.known && row.Prev != v.head.Hash || row.First == 1 && row.Prev != (event.Hash{}) {
		return bad("previous hash differs from the hash of the row before")
	}
	if v.known && row.Epoch < v.head.Epoch {
		return bad("epoch %d follows epoch %d", row.Epoch, v.head.Epoch)
	}
	v.known, v.first = true, row.First
	v.head = journal.Head{Last: row.Last(), Hash: row.Hash, Epoch: row.Epoch}
	return nil
}

// End checks that the rows verified end where the journal's head says. Call it
// after the last row; it returns a *journal.CorruptError when rows are missing,
// when there are more than the head counts, or when the last row is another.
func (v *Verifier) End(head journal.Head) error {
	switch {
	case v.head.Last < head.Last:
		return &journal.CorruptError{First: v.head.Last + 1, What: fmt.Sprintf("missing, the journal ends at event %d", head.Last)}
	case v.head.Last > head.Last:
		return &journal.CorruptError{First: head.Last + 1, What: "row passes the head of the journal"}
	case v.head.Hash != head.Hash:
		return &journal.CorruptError{First: v.first, What: "hash of the last row differs from the head's"}
	case v.head.Epoch > head.Epoch:
		return &journal.CorruptError{First: v.first, What: fmt.Sprintf("epoch %d exceeds the head's %d", v.head.Epoch, head.Epoch)}
	}
	return nil
}
