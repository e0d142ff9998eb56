package engine

import (
	"hash/maphash"
	"math/bits"

	"opentote/event"
)

// index finds keys by their hash: open addressing in shards that grow one by
// one. A slot holds half of the hash and the key's position plus one; zero is
// an empty one. So a key that is not there, as that of every new bet, costs one
// look at memory.
//
// Keys are digests of what callers choose, and a caller who knew the hash could
// choose keys that all fall together. The hash is therefore seeded by chance.
// Nothing that leaves the index depends on it.
type index struct {
	shards []shard
}

type shard struct {
	slots []uint64 // a power of two, or none
	used  uint32
}

// shards is how many shards an index has. A shard of a generation of ten
// million keys grows in a millisecond.
const shards = 1 << 10

// keySeed is one for the process: a key is hashed once for both generations.
var keySeed = maphash.MakeSeed()

func newIndex() index { return index{} }

func (x *index) hash(key *event.Key) uint64 { return maphash.Bytes(keySeed, key[:]) }

// shard returns where a hash belongs. The low bits choose the slot in it and
// the upper half is compared, so bits between choose the shard.
func (x *index) shard(hash uint64) *shard {
	if x.shards == nil {
		x.shards = make([]shard, shards)
	}
	return &x.shards[hash>>22%shards]
}

// reserve makes room for so many keys in an empty index.
func (x *index) reserve(keys uint32) {
	each := uint64(keys) / shards * 3 / 2 // what is more than the mean finds room too
	for hash := range uint64(shards) {
		if each > 16 {
			x.shard(hash << 22).slots = make([]uint64, 1<<bits.Len64(each))
		}
	}
}

// put enters a position into the shard, which has room.
func (s *shard) put(hash uint64, i uint32) {
	mask := uint64(len(s.slots) - 1)
	at := hash & mask
	for s.slots[at] != 0 {
		at = (at + 1) & mask
	}
	s.slots[at] = hash>>32<<32 | uint64(i+1)
	s.used++
}
