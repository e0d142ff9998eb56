package recount

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// online is the prefix that the codes of the shops' bets lack.
const online = "E_"

// ofShops reports whether the case is one of the shops, in their codes.
func (c *Case) ofShops() bool {
	return c.Rulebook == retail && (c.Bet == masseUnique || !strings.HasPrefix(c.Bet, online)) && !strings.HasSuffix(c.Bet, "_INTERNATIONAL")
}

// computeRetail computes a pool of the shops as the online one with the shops'
// figures, which is all that tells them apart.
func computeRetail(c *Case) (*Answer, error) {
	a, err := compute(c.inOnlineCodes())
	if err != nil {
		return nil, err
	}
	own := func(code string) string { return strings.TrimPrefix(code, online) }
	for i := range a.Dividends {
		a.Dividends[i].Rank = own(a.Dividends[i].Rank)
	}
	for i := range a.Selections {
		a.Selections[i].Rank = own(a.Selections[i].Rank)
	}
	a.Treated = slices.Clone(a.Treated)
	for i := range a.Treated {
		a.Treated[i] = own(a.Treated[i])
	}
	a.ReserveFundCents, a.RefundedBets = renamed(a.ReserveFundCents, own), renamed(a.RefundedBets, own)
	a.funds = renamed(a.funds, own)
	return a, nil
}

// inOnlineCodes is the case with the online code of each of its bets.
func (c *Case) inOnlineCodes() *Case {
	other := func(code string) string { return online + code }
	out := *c
	if c.Bet != masseUnique {
		out.Bet = other(c.Bet)
	}
	out.Stakes, out.Bets = slices.Clone(c.Stakes), slices.Clone(c.Bets)
	for i, s := range c.Stakes {
		if s.Bet != "" {
			out.Stakes[i].Bet = other(s.Bet)
		}
	}
	for i := range out.Bets {
		out.Bets[i] = other(out.Bets[i])
	}
	out.TakeRates, out.PrimesCents = renamed(c.TakeRates, other), renamed(c.PrimesCents, other)
	return &out
}

func renamed[V any](m map[string]V, as func(string) string) map[string]V {
	if m == nil {
		return nil
	}
	out := map[string]V{}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out[as(k)] = m[k]
	}
	return out
}

// checkCode refuses the online code of a bet under the shops' rulebook, except
// that of the e-Quinté+, whose cases are written so.
func (c *Case) checkCode() error {
	if c.Rulebook == retail && strings.HasPrefix(c.Bet, online) && c.Bet != quintePlus && c.Bet != masseUnique {
		return fmt.Errorf("bet %q is not in the rulebook", c.Bet)
	}
	return nil
}
