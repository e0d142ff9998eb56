package rulebook

import (
	"cmp"
	"slices"

	"opentote/tote"
)

// pairLines are the payable lines of a bet of two horses without order, and
// counts the units that end on them: the pairs, then each placed horse with a
// non-runner. placed is empty without non-runners. The 2sur4 and the Couplé
// treat complement horses, non-runners and scratched bases alike (III-5-3,
// III-3-3).
type pairLines struct {
	nonRunners tote.HorseSet
	pairs      []tote.HorseSet
	placed     []tote.Horse
	lines      []tote.Line
}

// addPairs adds a line for each pair, sorted, before any placed horse.
func (c *pairLines) addPairs(code tote.BetCode, pairs []tote.HorseSet) {
	slices.SortFunc(pairs, comparePairs)
	for _, set := range pairs {
		c.pairs = append(c.pairs, set)
		c.lines = append(c.lines, tote.Line{Rank: string(code), Combination: pairName(set)})
	}
}

// addPlaced adds a line for each horse that pays with a non-runner.
func (c *pairLines) addPlaced(code tote.BetCode, horses tote.HorseSet) {
	for h := range horses.All {
		c.placed = append(c.placed, h)
		c.lines = append(c.lines, tote.Line{Rank: string(code) + "_1NP", Combination: h.String() + "-NP"})
	}
}

// comparePairs orders pairs by their lower horse, then by the higher one.
func comparePairs(a, b tote.HorseSet) int {
	lowA, highA := ends(a)
	lowB, highB := ends(b)
	return cmp.Or(cmp.Compare(lowA, lowB), cmp.Compare(highA, highB))
}

func pairName(set tote.HorseSet) string {
	low, high := ends(set)
	return low.String() + "-" + high.String()
}

func (c *pairLines) Lines() []tote.Line { return c.lines }

// Count applies the complement horse first, then the rules on non-runners
// (III-5-3): both out is refunded, one out competes at its own rank.
func (c *pairLines) Count(p *tote.Pattern, t *tote.Tally) {
	complement := p.Complement
	if c.nonRunners.Has(complement) {
		complement = 0
	}
	if p.Formula == tote.Base {
		c.countField(p.Horses[0], p.Associates(), complement, t)
		return
	}
	c.countChosen(tote.SetOf(p.Horses[:p.Sizes[0]]...), complement, t)
}

// countChosen counts every pair of the chosen horses. The complement, if any,
// runs and is not one of them.
func (c *pairLines) countChosen(chosen tote.HorseSet, complement tote.Horse, t *tote.Tally) {
	out := (chosen & c.nonRunners).Len()
	for i, pair := range c.pairs {
		switch rest := pair.Without(chosen); {
		case rest == 0:
			t.Won[i]++
		case complement != 0 && rest == tote.SetOf(complement):
			t.Won[i] += out // each scratched partner of the other horse gives way
		}
	}
	bothOut := out * (out - 1) / 2
	if complement != 0 {
		// One of two scratched horses gives way, the other stays out.
		c.countOut(complement, bothOut, t)
		return
	}
	t.Refunded += bothOut
	for i, h := range c.placed {
		if chosen.Has(h) {
			t.Won[len(c.pairs)+i] += out
		}
	}
}

// countField counts the base with each associate. A formula whose base is out is
// refunded whole, unless the complement takes the base's place. It cannot where
// the pair already holds it: that pair is refunded (III-5-3-II, 10.3 of
// 04-couple). With both out the base is replaced, being named first (AMB-4).
func (c *pairLines) countField(base tote.Horse, associates tote.HorseSet, complement tote.Horse, t *tote.Tally) {
	out := (associates & c.nonRunners).Len()
	if c.nonRunners.Has(base) {
		if complement == 0 {
			t.Refunded += associates.Len()
			return
		}
		if associates.Has(complement) {
			t.Refunded++
		}
		c.countPairs(complement, associates.Without(tote.SetOf(complement)), t)
		c.countOut(complement, out, t)
		return
	}
	c.countPairs(base, associates, t)
	if complement == 0 {
		c.countOut(base, out, t)
		return
	}
	if i := slices.Index(c.pairs, tote.SetOf(base, complement)); i >= 0 {
		t.Won[i] += out
	}
}

// countPairs counts the winning pairs of a horse with each partner.
func (c *pairLines) countPairs(h tote.Horse, partners tote.HorseSet, t *tote.Tally) {
	for i, pair := range c.pairs {
		if pair.Has(h) && pair&partners != 0 {
			t.Won[i]++
		}
	}
}

// countOut counts n pairs of a horse and a non-runner.
func (c *pairLines) countOut(h tote.Horse, n int, t *tote.Tally) {
	if i := slices.Index(c.placed, h); i >= 0 {
		t.Won[len(c.pairs)+i] += n
	}
}
