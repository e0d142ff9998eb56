package engine

import "opentote/event"
import "opentote/tote"

// keyring remembers what became of each command's key. Two generations are
// kept: when the younger has lived a whole window, the older is dropped, so a
// key is remembered for one window at least and two at most.
type keyring struct {
	young, old map[event.Key]outcome
	since      event.Millis // when the younger generation began
}

// outcome is what a key stands for.
type outcome struct {
	ref    uint64 // bet, account, till or pool
	amount tote.Money
	kind   OutcomeKind
}

// OutcomeKind says what a key's command did.
type OutcomeKind uint8

// The outcomes.
const (
	NothingKnown OutcomeKind = iota
	BetWasPlaced
	BetWasCancelled
	TicketWasPaid
	WasDeposited
	AccountWasOpened
	TillWasOpened
	KeyWasVoided
	BoosterWasReleased
)

func newKeyring() keyring {
	return keyring{young: map[event.Key]outcome{}, old: map[event.Key]outcome{}}
}

func (k *keyring) get(key event.Key) outcome {
	if o, ok := k.young[key]; ok {
		return o
	}
	return k.old[key]
}

func (k *keyring) set(key event.Key, o outcome) {
	if key != (event.Key{}) {
		k.young[key] = o
	}
}

func (k *keyring) rotate(at event.Millis) {
	k.old, k.young = k.young, map[event.Key]outcome{}
	k.since = at
}
