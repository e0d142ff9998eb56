package recount

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
)

// runnersMax is far above any field; it keeps lists of orders small enough.
const runnersMax = 99

// check refuses what is not a pool. What a rulebook decides (too few runners, a
// bet without a winner) is not refused: it is answered.
func (c *Case) check() error {
	if err := c.Race.check(); err != nil {
		return err
	}
	if err := c.checkMoney(); err != nil {
		return err
	}
	total := int64(0)
	for i, s := range c.Stakes {
		if err := c.checkStake(s); err != nil {
			return fmt.Errorf("stake %d: %w", i, err)
		}
		if total > math.MaxInt64-s.Cents {
			return fmt.Errorf("the stakes exceed %d cents", int64(math.MaxInt64))
		}
		total += s.Cents
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
	if s.Cents <= 0 {
		return fmt.Errorf("%d cents: want more than 0", s.Cents)
	}
	if err := c.Race.known(s.Selection); err != nil {
		return err
	}
	if err := c.Race.known(s.Bases); err != nil {
		return fmt.Errorf("bases: %w", err)
	}
	if s.Complement < 0 || s.Complement > c.Race.Runners {
		return fmt.Errorf("complement horse %d of a race of %d", s.Complement, c.Race.Runners)
	}
	bet := c.Bet
	if s.Bet != "" {
		bet = s.Bet
	}
	switch {
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
	if c.ReserveCents < 0 {
		return fmt.Errorf("reserve_cents is %d", c.ReserveCents)
	}
	rates := []string{c.TakeRate}
	for _, b := range singleBets {
		rates = append(rates, c.TakeRates[b])
		if c.PrimesCents[b] < 0 {
			return fmt.Errorf("the prime of %s is %d", b, c.PrimesCents[b])
		}
	}
	for _, s := range rates {
		if s == "" {
			continue
		}
		if x, err := amount(s); err != nil || !less(x, num(1)) {
			return fmt.Errorf("take rate %q: want a decimal from 0 to less than 1", s)
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
