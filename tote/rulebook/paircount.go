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
// (III-3-3, III-5-3): both out is refunded, one out competes at its own rank. The
// complement replaces the first named non-runner of the bet wherever it stands,
// the others stay (C-10).
func (c *pairLines) Count(p *tote.Pattern, t *tote.Tally) {
	replaced, complement := replacement(p, c.nonRunners)
	if p.Formula == tote.Base {
		c.countField(p.Horses[0], p.Associates(), complement, t)
		return
	}
	chosen := tote.SetOf(p.Horses[:p.Sizes[0]]...)
	if complement != 0 {
		chosen = chosen.Without(tote.SetOf(replaced)).With(complement)
	}
	c.countChosen(chosen, t)
}

// replacement returns the non-runner that the complement horse of a bet replaces,
// and the complement: both 0 when there is nothing to replace or the complement
// is out itself.
func replacement(p *tote.Pattern, out tote.HorseSet) (replaced, complement tote.Horse) {
	if p.Complement == 0 || out.Has(p.Complement) {
		return 0, 0
	}
	for _, h := range p.Horses {
		if h != 0 && out.Has(h) {
			return h, p.Complement
		}
	}
	for h := range (p.Field & out).All {
		return h, p.Complement
	}
	return 0, 0
}

// countChosen counts every pair of the chosen horses.
func (c *pairLines) countChosen(chosen tote.HorseSet, t *tote.Tally) {
	out := (chosen & c.nonRunners).Len()
	for i, pair := range c.pairs {
		if pair.Without(chosen) == 0 {
			t.Won[i]++
		}
	}
	t.Refunded += out * (out - 1) / 2
	for i, h := range c.placed {
		if chosen.Has(h) {
			t.Won[len(c.pairs)+i] += out
		}
	}
}

// countField counts the base with each associate. A formula whose base is out is
// refunded whole, unless the complement takes the base's place. It cannot where
// the pair already holds it: that pair is refunded (10.3 of 04-couple).
func (c *pairLines) countField(base tote.Horse, associates tote.HorseSet, complement tote.Horse, t *tote.Tally) {
	out := (associates & c.nonRunners).Len()
	switch {
	case !c.nonRunners.Has(base):
		c.countPairs(base, associates, t)
		if complement != 0 {
			c.countPairs(base, tote.SetOf(complement), t)
			out--
		}
		c.countOut(base, out, t)
	case complement == 0:
		t.Refunded += associates.Len()
	default:
		if associates.Has(complement) {
			t.Refunded++
		}
		c.countPairs(complement, associates.Without(tote.SetOf(complement)), t)
		c.countOut(complement, out, t)
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
