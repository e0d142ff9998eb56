package rulebook

import (
	"math/big"
	"slices"
	"strings"

	"opentote/tote"
)

// orderedBet is what the Tiercé, the Quarté Plus and the Quinté Plus have in
// common (III-4, III-6, III-9): horses in a stipulated order, a rank for the exact
// order and one for the others, lower ranks whose increments the higher ones
// have too.
type orderedBet struct {
	code   tote.BetCode
	terms  tote.Terms
	shape  tote.Shape
	weight int64 // stakes in the exact order count so many times (III-4-4-I)
	shares orderedShares
}

// orderedShares cut the surplus between the ranks.
type orderedShares struct {
	order, disorder tote.Rate
	lower           []tote.Rate // of the ranks below, from top to bottom
}

func (b *orderedBet) Code() tote.BetCode   { return b.code }
func (b *orderedBet) MinStake() tote.Money { return b.terms.MinStake }

// Units counts the combinations of each formula (III-4-6, III-6-6, III-9-8).
func (b *orderedBet) Units(p *tote.Pattern, f tote.Field) (int, error) { return b.shape.Units(p, f) }

// rank returns the name of a rank: "E_TIERCE" and "_ORDRE".
func (b *orderedBet) rank(suffix string) string { return string(b.code) + suffix }

// finishSet is a payable set of a finish, real or substitute.
type finishSet struct {
	horses tote.HorseSet
	parts  []tote.Part // its horses in the order of the finish, tied ones together
}

// finishSets returns the sets as parts of the finish, sorted.
func finishSets(arrival [][]tote.Horse, sets []tote.HorseSet) []finishSet {
	sets = slices.Clone(sets)
	slices.SortFunc(sets, compareSets)
	finish := make([]finishSet, len(sets))
	for i, set := range sets {
		finish[i] = finishSet{horses: set, parts: tote.InFinish(arrival, set)}
	}
	return finish
}

// anyOrder reports whether every order of the set is exact: all of it tied. Then
// there is one rapport, called Ordre (III-4-2-I-a).
func (f finishSet) anyOrder() bool { return len(f.parts) == 1 }

// name writes the set in finishing order, tied horses in increasing number.
func (f finishSet) name() string {
	var names []string
	for _, part := range f.parts {
		names = append(names, setName(part.From))
	}
	return strings.Join(names, "-")
}

// weightOf is how many times a stake in the exact order of the set counts: the
// bet's weight divided by the number of exact orders, 1 when all are exact.
func (b *orderedBet) weightOf(f finishSet) *big.Rat {
	if f.anyOrder() {
		return big.NewRat(1, 1)
	}
	return big.NewRat(b.weight, int64(tote.Orders(f.parts)))
}

// positionSets returns the sets that stand at the given places, counted from 1 and
// increasing, in some breaking of the ties (T-4, Q-4). Each is returned once.
func positionSets(arrival [][]tote.Horse, places ...int) []tote.HorseSet {
	sets := []tote.HorseSet{0}
	before := 0
	for _, group := range arrival {
		wanted := 0
		for _, place := range places {
			if place > before && place <= before+len(group) {
				wanted++
			}
		}
		sets = joined(sets, group, wanted)
		before += len(group)
	}
	if before < places[len(places)-1] {
		return nil
	}
	return sets
}

// joined joins every set with every choice of n horses of the group.
func joined(sets []tote.HorseSet, group []tote.Horse, n int) []tote.HorseSet {
	if n == 0 {
		return sets
	}
	var all []tote.HorseSet
	for chosen := range tote.SetsInTop([][]tote.Horse{group}, n, len(group)) {
		for _, set := range sets {
			all = append(all, set|chosen)
		}
	}
	return all
}

// notIn returns the sets that are not among others.
func notIn(sets, others []tote.HorseSet) []tote.HorseSet {
	seen := make(map[tote.HorseSet]bool, len(others))
	for _, s := range others {
		seen[s] = true
	}
	return slices.DeleteFunc(slices.Clone(sets), func(s tote.HorseSet) bool { return seen[s] })
}
