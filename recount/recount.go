// Package recount is an independent calculation of pools, written from the
// rulebook's text. Two calculators that share no code must give the same cents
// before dividends are declared; this one is slow and obvious on purpose.
//
// It takes a pool as the JSON of `opentote dividends` (own types, Case) and
// answers it in the same shape (Answer). Every bet is a list of unit
// combinations; whether a unit wins is found by breaking the ties of the
// arrival in every way and reading the article; every amount is a big.Rat.
// There is one file a chapter of the rulebook, named after its bet:
//
//	case, check     the pool as it was given, and what is refused
//	finish          strict orders of an arrival with dead heats
//	general         Titles I and II: take, deductions, minima, thin winners
//	simple, couple, twofour, multi, tierce, quarte, quinte, pick5    Title III
//	single*         Title III bis, the single pool
//	international   Title III ter
//	expand, units   formulas into unit combinations
//	money           what bets and funds get of an answer
//
// It imports the standard library only, and shares no code with package tote.
// An article is cited as III-9-4: Title III, chapter 9, article 4.
package recount

import "fmt"

// Compute answers a pool: what every stake of it becomes and what is paid. The
// error says in one sentence what is wrong with the case; it is never a matter
// of money, and two calls on one case give the same answer.
func Compute(c *Case) (*Answer, error) {
	if err := c.checkCode(); err != nil {
		return nil, err
	}
	if c.ofShops() {
		return computeRetail(c)
	}
	return compute(c)
}

// compute answers a case in online codes.
func compute(c *Case) (*Answer, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Bet == masseUnique {
		return singlePool(c)
	}
	p, err := newPool(c)
	if err != nil {
		return nil, err
	}
	a, err := p.compute()
	if err != nil {
		return nil, fmt.Errorf("pool %q: %w", c.ID, err)
	}
	return a, nil
}

// compute sends the pool to the chapter of its bet.
func (p *pool) compute() (*Answer, error) {
	switch p.r.chapter {
	case "simple":
		return p.simple()
	case "couple":
		return p.couple()
	case "twofour":
		return p.twoFour()
	case "multi":
		return p.multi()
	case "tierce":
		return p.tierce()
	case "quarte":
		return p.quarte()
	case "quinte":
		return p.quinte()
	case "pick5":
		return p.pick5()
	case "international":
		return p.international()
	}
	return nil, fmt.Errorf("no chapter for the bet %q", p.c.Bet)
}
