package recount

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
)

// runnersMax is far above any field; it keeps lists of orders small enough. centsMax
// bounds a pool and whatever is added to it.
const (
	runnersMax = 40
	centsMax   = 1_000_000_000_000
)

// check refuses what is not a pool. What a rulebook decides (too few runners, a
// bet without a winner) is not refused: it is answered.
func (c *Case) check() error {
	if err := c.Race.check(); err != nil {
		return err
	}
	if err := c.checkMoney(); err != nil {
		return err
	}
	if err := c.checkKeys(); err != nil {
		return err
	}
	total := int64(0)
	for i, s := range c.Stakes {
		if err := c.checkStake(s); err != nil {
			return fmt.Errorf("stake %d: %w", i, err)
		}
		if total += s.Cents; total > centsMax {
			return fmt.Errorf("the stakes exceed %d cents", int64(centsMax))
		}
	}
	return nil
}

func (r *Race) check() error {
	if r.Runners < 1 || r.Runners > runnersMax {
		return fmt.Errorf("%d runners: want 1 to %d", r.Runners, runnersMax)
	}
	if !slices.Contains([]string{"", "run", "cancelled", "rerun_same_day", "rerun_other_day", "not_computed"}, r.Status) {
		return fmt.Errorf("race status %q is not known", r.Status)
	}
	seen := slices.Clone(r.NonRunners)
	for _, group := range r.Arrival {
		if len(group) == 0 {
			return fmt.Errorf("a place of the arrival is empty")
		}
		seen = append(seen, group...)
	}
	if err := r.known(seen); err != nil {
		return fmt.Errorf("arrival and non-runners: %w", err)
	}
	var mates []int
	for _, stable := range r.Stables {
		mates = append(mates, stable...)
	}
	if err := r.known(mates); err != nil {
		return fmt.Errorf("stables: %w", err)
	}
	return nil
}

// known holds that horses were declared and are named once.
func (r *Race) known(horses []int) error {
	for i, h := range horses {
		if h < 1 || h > r.Runners {
			return fmt.Errorf("horse %d of a race of %d", h, r.Runners)
		}
		if slices.Contains(horses[:i], h) {
			return fmt.Errorf("horse %d twice", h)
		}
	}
	return nil
}

func (c *Case) checkStake(s Stake) error {
	if s.Cents < 1 || s.Cents > centsMax {
		return fmt.Errorf("%d cents: want 1 to %d", s.Cents, int64(centsMax))
	}
	if err := c.Race.known(s.Selection); err != nil {
		return err
	}
	if err := c.Race.known(s.Bases); err != nil {
		return fmt.Errorf("bases: %w", err)
	}
	several := len(s.Bases) > 1 && strings.HasSuffix(c.Bet, "PICK5") // change nothing (III-10-3-I-c)
	if len(s.Bases) > 0 && !several && (len(s.Bases) >= len(s.Selection) || !holds(s.Selection, s.Bases)) {
		return fmt.Errorf("bases %v of %v: want some of its horses", s.Bases, s.Selection)
	}
	if s.Complement < 0 || s.Complement > c.Race.Runners {
		return fmt.Errorf("complement horse %d of a race of %d", s.Complement, c.Race.Runners)
	}
	if s.Complement != 0 && !several && slices.Contains(s.Bases, s.Complement) {
		return fmt.Errorf("complement horse %d is a base", s.Complement)
	}
	bet := c.Bet
	if s.Bet != "" {
		bet = s.Bet
	}
	switch {
	case s.Complement != 0 && !knowsComplement(bet):
		return fmt.Errorf("%s knows no complement horse", bet)
	case c.Bet == masseUnique && !slices.Contains(singleBets, s.Bet):
		return fmt.Errorf("bet %q is not of the single pool", s.Bet)
	case c.Bet == quartePlus && s.Bet == quintePlus:
		if c.nonRunnersIn(s.Selection) != 1 {
			return fmt.Errorf("an e-Quinté+ unit comes to e-Quarté Plus with exactly one non-runner")
		}
	case c.Bet != masseUnique && bet != c.Bet:
		return fmt.Errorf("bet %q in a pool of %q", s.Bet, c.Bet)
	}
	r, err := rulesOf(c.Rulebook, bet)
	if err != nil {
		return err
	}
	if n := len(s.Selection); n < r.horses || n > r.horsesMost {
		return fmt.Errorf("%d horses: want %d to %d", n, r.horses, r.horsesMost)
	}
	return nil
}

// knowsComplement reports whether a chapter accepts a complement horse (II-9-II).
func knowsComplement(bet string) bool {
	return !strings.Contains(bet, "SIMPLE_") && !strings.HasSuffix(bet, "MULTI") && !strings.HasSuffix(bet, "_INTERNATIONAL")
}

func (c *Case) nonRunnersIn(horses []int) int {
	n := 0
	for _, h := range horses {
		if slices.Contains(c.Race.NonRunners, h) {
			n++
		}
	}
	return n
}

// checkMoney holds that the amounts beside the stakes can be read.
func (c *Case) checkMoney() error {
	if c.ReserveCents < 0 || c.ReserveCents > centsMax {
		return fmt.Errorf("reserve_cents is %d", c.ReserveCents)
	}
	if c.TakeRate != "" && !isRate(c.TakeRate) {
		return fmt.Errorf("take rate %q: want a decimal from 0 to less than 1", c.TakeRate)
	}
	for _, b := range slices.Sorted(maps.Keys(c.TakeRates)) {
		if !slices.Contains(singleBets, b) || !isRate(c.TakeRates[b]) {
			return fmt.Errorf("take rate %q of %q: want a decimal from 0 to less than 1", c.TakeRates[b], b)
		}
	}
	for _, b := range slices.Sorted(maps.Keys(c.PrimesCents)) {
		if prime := c.PrimesCents[b]; !slices.Contains(singleBets, b) || prime < 0 || prime > centsMax {
			return fmt.Errorf("the prime of %q is %d", b, prime)
		}
	}
	return nil
}

// checkKeys refuses what belongs to a pool of another kind.
func (c *Case) checkKeys() error {
	single := c.Bets != nil || c.TakeRates != nil || c.PrimesCents != nil || c.Citations != nil
	abroad := c.Host != nil || c.Race.Status == "not_computed"
	switch {
	case single && c.Bet != masseUnique:
		return fmt.Errorf("bets, take_rates, primes_cents and citations belong to %s", masseUnique)
	case c.Bet == masseUnique && c.ReserveCents != 0:
		return fmt.Errorf("reserve_cents does not belong to %s", masseUnique)
	case abroad && !strings.HasSuffix(c.Bet, "_INTERNATIONAL"):
		return fmt.Errorf("a host does not belong to %s", c.Bet)
	case c.Race.OffersQuarte != nil && c.Bet != quintePlus:
		return fmt.Errorf("offers_quarte does not belong to %s", c.Bet)
	}
	for i, b := range c.Bets {
		if slices.Contains(c.Bets[:i], b) {
			return fmt.Errorf("bets names %s twice", b)
		}
	}
	return nil
}

// amount reads a decimal that is not negative.
func amount(s string) (*big.Rat, error) {
	if s == "" || strings.Trim(s, "0123456789.") != "" {
		return nil, fmt.Errorf("%q is not a decimal", s)
	}
	x, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil, fmt.Errorf("%q is not a decimal", s)
	}
	return x, nil
}
