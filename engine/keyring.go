package engine

import (
	"slices"

	"opentote/event"
	"opentote/internal/assert"
	"opentote/tote"
)

// keyring remembers what became of each command's key. Two generations are
// kept: when the younger has lived a whole window, the older is dropped, so a
// key is remembered for one window at least and two at most.
type keyring struct {
	young, old *keys
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
	JackpotWasFunded
	ReportWasPlaced
	ReportWasCancelled
)

func newKeyring() keyring { return keyring{young: newKeys(), old: newKeys()} }

func (k *keyring) get(key event.Key) outcome {
	h := k.young.index.hash(&key)
	if i, ok := k.young.find(&key, h); ok {
		return k.young.outcome(i)
	}
	if k.old.n == 0 {
		return outcome{}
	}
	if i, ok := k.old.find(&key, h); ok {
		return k.old.outcome(i)
	}
	return outcome{}
}

// set notes what a key's command did. A key is decided once: what it stands for
// never changes.
func (k *keyring) set(key event.Key, o outcome) {
	if key != (event.Key{}) {
		k.young.add(&key, o)
	}
}

func (k *keyring) len() uint32 { return k.young.n + k.old.n }

func (k *keyring) rotate(at event.Millis) {
	k.old, k.young = k.young, newKeys()
	k.since = at
}

// keys is one generation, in the order the keys came. Most of a busy day's
// memory is here: columns without pointers, in blocks that never move, and an
// index of eight bytes a slot. The order is the journal's, so the same events
// make the same columns.
type keys struct {
	blocks  []keyBlock
	n       uint32
	amounts []keyAmount // by position; most outcomes have none
	index   index
}

type keyBlock struct {
	keys  []event.Key
	refs  []uint64
	kinds []OutcomeKind
}

// keyAmount is the amount of the key at a position.
type keyAmount struct {
	at     uint32
	amount tote.Money
}

func newKeys() *keys { return &keys{index: newIndex()} }

func (k *keys) key(i uint32) *event.Key { return &k.blocks[i/blockRows].keys[i%blockRows] }

func (k *keys) outcome(i uint32) outcome {
	b := &k.blocks[i/blockRows]
	o := outcome{ref: b.refs[i%blockRows], kind: b.kinds[i%blockRows]}
	if at, ok := slices.BinarySearchFunc(k.amounts, i, func(a keyAmount, i uint32) int { return int(a.at) - int(i) }); ok {
		o.amount = k.amounts[at].amount
	}
	return o
}

// find returns the position of a key with the given hash.
func (k *keys) find(key *event.Key, hash uint64) (uint32, bool) {
	s := k.index.shard(hash)
	if len(s.slots) == 0 {
		return 0, false
	}
	mask := uint64(len(s.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		slot := s.slots[at]
		if slot == 0 {
			return 0, false
		}
		if i := uint32(slot) - 1; slot>>32 == hash>>32 && *k.key(i) == *key {
			return i, true
		}
	}
}

func (k *keys) add(key *event.Key, o outcome) {
	hash := k.index.hash(key)
	if _, known := k.find(key, hash); known {
		assert.Fail("key %x is decided twice", *key)
	}
	k.append(key, o)
	k.enter(hash, k.n-1)
}

// append adds a key at the end without entering it into the index.
func (k *keys) append(key *event.Key, o outcome) {
	if k.n%blockRows == 0 {
		k.blocks = append(k.blocks, keyBlock{
			make([]event.Key, 0, blockRows), make([]uint64, 0, blockRows), make([]OutcomeKind, 0, blockRows),
		})
	}
	b := &k.blocks[k.n/blockRows]
	b.keys, b.refs, b.kinds = append(b.keys, *key), append(b.refs, o.ref), append(b.kinds, o.kind)
	if o.amount != 0 {
		k.amounts = append(k.amounts, keyAmount{k.n, o.amount})
	}
	k.n++
}

// enter enters the key at position i into the index.
func (k *keys) enter(hash uint64, i uint32) {
	s := k.index.shard(hash)
	if (s.used+1)*4 > uint32(len(s.slots))*3 {
		k.grow(s)
	}
	s.put(hash, i)
}

// grow doubles a shard. It holds a part of the keys only, so nobody waits long.
func (k *keys) grow(s *shard) {
	old := s.slots
	s.slots = make([]uint64, max(16, 2*len(old)))
	s.used = 0
	for _, slot := range old {
		if slot != 0 {
			i := uint32(slot) - 1
			s.put(k.index.hash(k.key(i)), i)
		}
	}
}

// freeze returns the keys as they are now, to be read, but not searched, while
// this goes on: what a key stands for never changes.
func (k *keyring) freeze() keyring { return keyring{young: k.young.freeze(), old: k.old.freeze()} }

func (k *keys) freeze() *keys {
	return &keys{blocks: slices.Clone(k.blocks), n: k.n, amounts: k.amounts}
}

func (k *keyring) archive(a *archive) {
	k.young.archive(a)
	k.old.archive(a)
}

func (k *keys) archive(a *archive) {
	n := k.n
	put(a, &n)
	for i := uint32(0); i < n && a.err == nil; i++ {
		var key event.Key
		var o outcome
		if !a.reading() {
			b := &k.blocks[i/blockRows]
			key, o.ref, o.kind = b.keys[i%blockRows], b.refs[i%blockRows], b.kinds[i%blockRows]
		}
		a.raw(key[:])
		put(a, &o.ref)
		put(a, &o.kind)
		if a.reading() && a.err == nil {
			k.append(&key, o)
		}
	}
	putList(a, &k.amounts, func(a *archive, x *keyAmount) {
		put(a, &x.at)
		put(a, &x.amount)
	})
	if a.reading() {
		k.enterAll()
	}
}

// enterAll makes the index of keys that were appended.
func (k *keys) enterAll() {
	k.index.reserve(k.n)
	for i := range k.n {
		k.enter(k.index.hash(k.key(i)), i)
	}
}
