package rulebook

import "opentote/tote"

// setUnits are the units of a bet without order: all the bases and size horses
// of the pool. They are counted by the runners and the number of non-runners
// they hold, never one by one.
type setUnits struct {
	bases, pool tote.HorseSet
	size        int
	out         tote.HorseSet // non-runners
}

// unitsOf returns the units of p, whose combinations have n horses.
func unitsOf(p *tote.Pattern, n int, out tote.HorseSet) setUnits {
	if p.Formula == tote.Base {
		return setUnits{bases: p.Bases(), pool: p.Associates(), size: n - int(p.Sizes[0]), out: out}
	}
	return setUnits{pool: tote.SetOf(p.Horses[:p.Sizes[0]]...), size: n, out: out}
}

// split parts the units in those that hold h, a horse of the pool, and the
// others.
func (u setUnits) split(h tote.HorseSet) (with, without setUnits) {
	with, without = u, u
	with.bases |= h
	with.pool = u.pool.Without(h)
	with.size--
	without.pool = with.pool
	return with, without
}

// withRunners returns how many units hold exactly these runners, and n
// non-runners.
func (u setUnits) withRunners(runners tote.HorseSet, n int) int {
	fixed := u.bases & u.out
	chosen := runners.Without(u.bases)
	if u.bases.Without(fixed|runners) != 0 || chosen.Without(u.pool) != 0 || chosen.Len()+n-fixed.Len() != u.size {
		return 0
	}
	return tote.Choose((u.pool & u.out).Len(), n-fixed.Len())
}

// withOut returns how many units hold n non-runners or more.
func (u setUnits) withOut(n int) int {
	fixed, poolOut := (u.bases & u.out).Len(), (u.pool & u.out).Len()
	sum := 0
	for k := max(0, n-fixed); k <= min(u.size, poolOut); k++ {
		sum += tote.Choose(poolOut, k) * tote.Choose(u.pool.Len()-poolOut, u.size-k)
	}
	return sum
}
