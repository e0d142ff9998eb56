package recount

import (
	"math/big"
	"slices"
	"strings"
)

// singleBets are the bets of the single pool (III bis) in the order in which the
// first one treated gives the reference rank.
var singleBets = []string{"E_TRIO", "E_TRIO_ORDRE", "E_SUPER_QUATRE"}

// single is the single pool of a race: three bets, nine ranks, one division.
type single struct {
	c       *Case
	offered []string
	treated []string
	refunds map[string]string // reason, by bet refunded as a whole
	units   []*singleUnit
	level   string // "", or "a", "b" of article 8
	groups  []*group
	table   [5][]*big.Rat // citations, place 1 to 4, by horse
	rates   map[string]*big.Rat
}

// singleUnit is a unit of one of the bets.
type singleUnit struct {
	*unit
	bet  string
	base bool // of a field formula all of whose bases are out
}

// group is the paying combinations of one rank with the same finishers: one
// probability, one coefficient, one dividend.
type group struct {
	bet, rank string
	key       []int // the finishers, in increasing order
	lines     []string
	exact     [][]int // paying orders of the key, or the key itself when order is free
	chance    *big.Rat
	k         *big.Rat
	stake     *big.Rat // E_g
	gross     *big.Rat // C(g)
	net       *big.Rat
	paid      *big.Rat
}

func singlePool(c *Case) (*Answer, error) {
	s := &single{c: c, refunds: map[string]string{}, rates: map[string]*big.Rat{}}
	if err := s.open(); err != nil {
		return nil, err
	}
	if c.off() {
		return s.refundAll(raceCancelled)
	}
	if len(s.offered) == 0 {
		return s.refundAll(notOffered)
	}
	s.treat()
	if len(s.treated) == 0 {
		return s.refundAll(s.refunds[s.offered[0]])
	}
	if err := s.cite(); err != nil {
		return nil, err
	}
	for _, level := range []string{"", "a", "b"} {
		s.level = level
		s.rank()
		if s.mainBacked() {
			s.chances()
			s.coefficients()
			s.cap()
			return s.money()
		}
	}
	return s.refundAll(noWinningStake) // IIIb-4-8, level c
}

// open reads the offer, the rates and the units after the complement horse.
func (s *single) open() error {
	for _, bet := range singleBets {
		has := slices.ContainsFunc(s.c.Stakes, func(k Stake) bool { return k.Bet == bet })
		if slices.Contains(s.c.Bets, bet) || len(s.c.Bets) == 0 && has {
			s.offered = append(s.offered, bet)
		}
		r, err := rulesOf(s.c.Rulebook, bet)
		if err != nil {
			return err
		}
		rate := r.rate
		for _, given := range []string{s.c.TakeRate, s.c.TakeRates[bet]} {
			if given != "" {
				rate = given
			}
		}
		if s.rates[bet], err = amount(rate); err != nil {
			return err
		}
	}
	if err := s.checkOffer(); err != nil {
		return err
	}
	for _, k := range s.c.Stakes {
		u := &singleUnit{unit: &unit{horses: s.c.replaced(k), cents: num(k.Cents), fate: lost}, bet: k.Bet, base: s.c.basesOut(k)}
		u.running = without(u.horses, s.c.Race.NonRunners)
		u.absent = len(u.horses) - len(u.running)
		s.units = append(s.units, u)
	}
	return nil
}

// treat is 11 section 2: which bets are not refunded by their own rules.
func (s *single) treat() {
	least := map[string][2]int{"E_TRIO": {4, 3}, "E_TRIO_ORDRE": {3, 3}, "E_SUPER_QUATRE": {4, 4}}
	for _, bet := range s.offered {
		switch {
		case s.c.ran() < least[bet][0]:
			s.refunds[bet] = tooFewRunners
		case classified(s.c.Race.Arrival) < least[bet][1]:
			s.refunds[bet] = tooFewPlaced
		default:
			s.treated = append(s.treated, bet)
		}
	}
	for _, u := range s.units {
		switch {
		case s.refunds[u.bet] != "", u.absent > 2, u.absent > 0 && u.base: // IIIb-1-3-I
			u.fate = refunded
		}
	}
}

func (s *single) isTreated(bet string) bool { return slices.Contains(s.treated, bet) }

// prefix is how many finishers a rank asks for, less one for every non-runner
// of the ticket; article 8 asks one less, then two less, of the main rank.
func prefix(bet string, absent int) int {
	if bet == "E_SUPER_QUATRE" {
		return 4 - absent
	}
	return 3 - absent
}

// rank makes the groups of the level and ranks every unit (11 sections 5, 13).
func (s *single) rank() {
	s.groups = nil
	for _, u := range s.units {
		if u.fate == won {
			u.fate = lost
		}
	}
	fewer := map[string]int{"": 0, "a": 1, "b": 2}[s.level]
	for _, bet := range s.treated {
		s.addGroups(bet, bet, prefix(bet, fewer), strings.Repeat("-*", fewer))
		if fewer == 0 {
			s.addGroups(bet, bet+"_1NP", prefix(bet, 1), "-NP")
		}
		if fewer < 2 {
			s.addGroups(bet, bet+"_2NP", prefix(bet, 2), "-NP-NP")
		}
	}
	for _, g := range s.groups {
		g.stake = new(big.Rat)
		for _, u := range s.units {
			if u.fate == lost && u.bet == g.bet && s.rankOf(u, fewer) == g.rank && g.pays(u) {
				u.win(g.rank, g.textOf(u.running))
				g.stake = add(g.stake, u.cents)
			}
		}
	}
}

// rankOf is the rank a unit plays for, by its non-runners: in article 8 the
// main rank takes those with one at level a, with up to two at level b.
func (s *single) rankOf(u *singleUnit, fewer int) string {
	if u.absent <= fewer {
		return u.bet
	}
	return u.bet + [...]string{"", "_1NP", "_2NP"}[u.absent]
}

func (s *single) addGroups(bet, rank string, finishers int, tail string) {
	for _, p := range payables(s.c.Race.Arrival, strictOrders(s.c.Race.Arrival, finishers)) {
		g := &group{bet: bet, rank: rank, key: p.horses, exact: p.exact}
		if bet == "E_TRIO" || finishers == 1 { // no order
			g.lines = []string{p.key + tail}
			if bet == "E_TRIO" {
				g.exact = nil
			}
		} else {
			for _, e := range p.exact {
				g.lines = append(g.lines, write(e)+tail)
			}
		}
		s.groups = append(s.groups, g)
	}
}

// pays reports whether what ran of a unit is a combination of the group: as a
// set for e-Trio, at the head of the ticket in a paying order for the others. A
// single finisher of an NP rank may have been named anywhere.
func (g *group) pays(u *singleUnit) bool {
	if g.bet == "E_TRIO" {
		return holds(u.running, g.key)
	}
	n := len(g.key)
	return len(u.running) >= n && slices.ContainsFunc(g.exact, func(e []int) bool { return slices.Equal(e, u.running[:n]) })
}

// textOf is the published line of the group that a unit belongs to.
func (g *group) textOf(running []int) string {
	for i, e := range g.exact {
		if len(g.lines) == len(g.exact) && slices.Equal(e, running[:len(e)]) {
			return g.lines[i]
		}
	}
	return g.lines[0]
}

// mainBacked reports whether some main rank has a stake (IIIb-4-8).
func (s *single) mainBacked() bool {
	return slices.ContainsFunc(s.groups, func(g *group) bool { return g.rank == g.bet && g.stake.Sign() > 0 })
}
