package rulebook

import (
	"math/big"
	"slices"

	"opentote/tote"
)

// finishes returns the pairs of the real finish, then those of each substitute
// of it, in the order in which they are tried (III-3-7-2). The Placé has none.
func (b *couple) finishes(arrival [][]tote.Horse) [][]tote.HorseSet {
	nominal := slices.Collect(tote.SetsInTop(arrival, 2, b.placesTop()))
	if b.kind == couplePlace {
		return [][]tote.HorseSet{nominal}
	}
	finishes := [][]tote.HorseSet{nominal}
	for _, s := range substitutes(arrival) {
		finishes = append(finishes, s.pairs())
	}
	return finishes
}

// coupleSubstitute is a line of the table of III-3-7-2: each horse of ahead with
// each of behind, or, when behind is nil, each pair of ahead.
type coupleSubstitute struct{ ahead, behind []tote.Horse }

// substitutes returns what is tried in turn when nobody backs the first two.
// Every horse tied for third counts as the third (C-5); without any the list
// is empty.
func substitutes(arrival [][]tote.Horse) []coupleSubstitute {
	firsts := arrival[0]
	if len(firsts) > 2 || len(arrival) < 2 {
		return nil
	}
	seconds := arrival[1] // the thirds, behind two firsts
	switch {
	case len(firsts) == 2:
		return []coupleSubstitute{{firsts, seconds}}
	case len(seconds) > 1:
		return []coupleSubstitute{{ahead: seconds}}
	case len(arrival) < 3:
		return nil
	}
	thirds := arrival[2]
	return []coupleSubstitute{{firsts, thirds}, {seconds, thirds}}
}

func (s coupleSubstitute) pairs() []tote.HorseSet {
	var pairs []tote.HorseSet
	for i, h := range s.ahead {
		behind := s.behind
		if behind == nil {
			behind = s.ahead[:i]
		}
		for _, g := range behind {
			pairs = append(pairs, tote.SetOf(g, h))
		}
	}
	return pairs
}

// coupleLines are the lines of a Couplé's card before their order matters: the
// two horses of each line of the main rank, then the runner of each line of the
// 1 NP rank.
type coupleLines struct {
	pairs  []tote.HorseSet
	placed []tote.Horse
}

// ranks works out the divisions of each finish. ends holds, for each finish, the
// number of its last line plus one.
func (b *couple) ranks(r tote.Result, ends []int, all coupleLines) coupleRanks {
	ranks := coupleRanks{bet: b, out: upTo(len(all.pairs), len(all.pairs)+len(all.placed))}
	first := 0
	for _, end := range ends {
		l := coupleLevel{lines: upTo(first, end)}
		l.main = b.mainDivisions(r.Arrival, l.lines, all)
		l.out = b.outDivisions(r, l.lines, all)
		ranks.levels = append(ranks.levels, l)
		first = end
	}
	return ranks
}

// mainDivisions returns one division for each pair of horses, both orders of a
// dead heat together: in equal parts, but for the Placé (III-3-4, C-4).
func (b *couple) mainDivisions(arrival [][]tote.Horse, lines []int, all coupleLines) []division {
	ties := tiesOf(arrival, couplePlaces)
	var divisions []division
	var seen []tote.HorseSet
	for _, line := range lines {
		pair := all.pairs[line]
		if i := slices.Index(seen, pair); i >= 0 {
			divisions[i].lines = append(divisions[i].lines, line)
			continue
		}
		share := big.NewRat(1, 1)
		if b.kind == couplePlace {
			share = ties.pair(ends(pair))
		}
		seen = append(seen, pair)
		divisions = append(divisions, division{share: share, lines: []int{line}})
	}
	return divisions
}

// outDivisions returns the divisions of the 1 NP part. With one winner it is
// one for the whole pool, substitute pairs without the winner included
// (III-3-4-1-II, III-3-7-2-A-c). Else it is one for each horse that pays with a
// non-runner, over its stakes at that rank and those of the pairs that hold it.
func (b *couple) outDivisions(r tote.Result, lines []int, all coupleLines) []division {
	firsts := r.Arrival[0]
	if b.kind != couplePlace && (len(firsts) == 1 || b.shares.common) {
		whole := slices.Concat(lines, upTo(len(all.pairs), len(all.pairs)+len(all.placed)))
		return []division{{share: big.NewRat(1, 1), lines: whole}}
	}
	ties := tiesOf(r.Arrival, couplePlaces)
	places := tote.PlacesOf(r.Arrival)
	var divisions []division
	for h := range places.Top(b.placedTop(r.Declared.Len())).All {
		d := division{share: ties.horse(h)}
		for _, line := range lines {
			if all.pairs[line].Has(h) {
				d.lines = append(d.lines, line)
			}
		}
		for i, placed := range all.placed {
			if placed == h {
				d.lines = append(d.lines, len(all.pairs)+i)
			}
		}
		divisions = append(divisions, d)
	}
	return divisions
}

// couplePlaces is how many places the parts of III-3-4 spread over. Tied firsts
// have equal parts of them, which is all that the Gagnant asks.
const couplePlaces = 3

// ties say how many of the first places each horse's group covers, and how many
// horses share them.
type ties [tote.MaxHorse + 1]struct{ place, covered, size int64 }

func tiesOf(arrival [][]tote.Horse, places int) *ties {
	var t ties
	place := 1
	for _, group := range arrival {
		covered := max(0, min(len(group), places-place+1))
		for _, h := range group {
			t[h].place, t[h].covered, t[h].size = int64(place), int64(covered), int64(len(group))
		}
		place += len(group)
	}
	return &t
}

// horse returns the horse's part of the places, each of them one: the table of
// share_h of III-3-4-2 without its common third.
func (t *ties) horse(h tote.Horse) *big.Rat { return big.NewRat(t[h].covered, t[h].size) }

// pair returns the two horses' part of the pairs of places, each of them one: the
// table of share_ij.
func (t *ties) pair(g, h tote.Horse) *big.Rat {
	a, b := &t[g], &t[h]
	if a.place == b.place {
		return big.NewRat(a.covered*(a.covered-1), a.size*(a.size-1))
	}
	return big.NewRat(a.covered*b.covered, a.size*b.size)
}
