package recount

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
)

// checkOffer refuses stakes on a bet that is not offered, and an unreadable
// citation table.
func (s *single) checkOffer() error {
	for i, k := range s.c.Stakes {
		if !slices.Contains(s.offered, k.Bet) {
			return fmt.Errorf("stake %d: %s is not offered on the race", i, k.Bet)
		}
	}
	for _, b := range s.c.Bets {
		if !slices.Contains(singleBets, b) {
			return fmt.Errorf("bet %q is not of the single pool", b)
		}
	}
	for h := 1; h <= s.c.Race.Runners && len(s.c.Citations) > 0; h++ {
		row := s.c.Citations[strconv.Itoa(h)]
		if len(row) != 4 {
			return fmt.Errorf("citations of horse %d: want four places", h)
		}
		for _, text := range row {
			if _, err := amount(text); err != nil {
				return fmt.Errorf("citations of horse %d: %w", h, err)
			}
		}
	}
	return nil
}

// cite fills the table of citations (IIIb-4-1): what the public thought of each
// horse at each place, in euros, from every recorded unit as it was named.
func (s *single) cite() error {
	runners := s.c.Race.Runners
	for p := 1; p <= 4; p++ {
		s.table[p] = make([]*big.Rat, runners+1)
		for h := 1; h <= runners; h++ {
			s.table[p][h] = num(1)
			if len(s.c.Citations) > 0 {
				x, err := amount(s.c.Citations[strconv.Itoa(h)][p-1])
				if err != nil {
					return err
				}
				s.table[p][h] = x
			}
		}
	}
	for _, k := range s.c.Stakes {
		if len(s.c.Citations) > 0 {
			break
		}
		euros := ratio(k.Cents, 100)
		for i, h := range k.Selection {
			if k.Bet == "E_TRIO" {
				for p := 1; p <= 3; p++ {
					s.table[p][h] = add(s.table[p][h], div(euros, num(3)))
				}
				continue
			}
			s.table[i+1][h] = add(s.table[i+1][h], euros)
		}
	}
	for _, h := range s.c.Race.NonRunners {
		for p := 1; p <= 4; p++ {
			s.table[p][h] = num(0)
		}
	}
	return nil
}

// chance is the probability of an arrival that begins with some horses in this
// order (IIIb-4-2): each place draws among the horses not placed yet.
func (s *single) chance(order []int) *big.Rat {
	out := num(1)
	for i, h := range order {
		left := new(big.Rat)
		for other := 1; other <= s.c.Race.Runners; other++ {
			if !slices.Contains(order[:i], other) {
				left = add(left, s.table[i+1][other])
			}
		}
		if left.Sign() == 0 {
			return new(big.Rat)
		}
		out = mul(out, div(s.table[i+1][h], left))
	}
	return out
}

// permutations lists every order of the horses.
func permutations(horses []int) [][]int { return strictOrders([][]int{horses}, len(horses)) }

// chances sums the orders of each group: the paying ones, every one of them for
// e-Trio, also in a dead heat (IIIb-4-3).
func (s *single) chances() {
	for _, g := range s.groups {
		orders := g.exact
		if g.bet == "E_TRIO" {
			orders = permutations(g.key)
		}
		g.chance = new(big.Rat)
		for _, o := range orders {
			g.chance = add(g.chance, s.chance(o))
		}
	}
}

// ofRank is the groups of a rank.
func (s *single) ofRank(rank string) []*group {
	var out []*group
	for _, g := range s.groups {
		if g.rank == rank {
			out = append(out, g)
		}
	}
	return out
}

// coefficients is IIIb-4-4: how much harder than the reference a group was. The
// reference is the likeliest group of its rank, smallest numbers when equal.
func (s *single) coefficients() {
	rank := s.treated[0]
	var ref *group
	for _, g := range s.ofRank(rank) { // in increasing order of the numbers
		if ref == nil || less(ref.chance, g.chance) {
			ref = g
		}
	}
	for _, g := range s.groups {
		number := ratio(int64(len(s.ofRank(rank))), int64(len(s.ofRank(g.rank))))
		g.k = new(big.Rat)
		if g.chance.Sign() > 0 {
			g.k = mul(div(ref.chance, g.chance), number)
		}
	}
}

// cap is the maximum proportions of IIIb-4-5, in their order.
func (s *single) cap() {
	atMost := func(rank string, times int64, other string, inside bool) {
		for _, g := range s.ofRank(rank) {
			var least *big.Rat
			for _, o := range s.ofRank(other) {
				related := inside && holds(g.key, o.key) || !inside && holds(o.key, g.key)
				if related && (least == nil || less(o.k, least)) {
					least = o.k
				}
			}
			if least != nil {
				g.k = smaller(g.k, mul(num(times), least))
			}
		}
	}
	trio, ordre := s.isTreated("E_TRIO"), s.isTreated("E_TRIO_ORDRE")
	if ordre && s.isTreated("E_SUPER_QUATRE") {
		atMost("E_SUPER_QUATRE", 100, "E_TRIO_ORDRE", true) // a
	}
	switch {
	case trio && s.level == "":
		atMost("E_TRIO_1NP", 1, "E_TRIO", false)     // b
		atMost("E_TRIO_2NP", 1, "E_TRIO_1NP", false) // c1
	case trio && s.level == "a":
		atMost("E_TRIO_2NP", 1, "E_TRIO", false) // c2
		if ordre {
			atMost("E_TRIO_ORDRE_2NP", 1, "E_TRIO_2NP", false) // d
		}
	}
}
