package rulebook

import (
	"math/big"

	"opentote/tote"
)

// SingleMass is a step of a working: the mass of one bet of a single pool (III bis-4-6).
type SingleMass struct {
	Bet             tote.BetCode
	Total, Refunded tote.Money
	Take            tote.Rate
	Mass            *big.Rat
	Prime           tote.Money
}

// SingleChance is a step of a working: how probable the public held a group of
// combinations, and the difficulty coefficient (III bis-4-2, 4-4, 4-5).
type SingleChance struct {
	Lines     []int
	Orders    []CitedOrder // whose probabilities add up
	Chance    *big.Rat
	Reference bool // the most probable of the reference rank
	// Among and Size are the numbers of groups of the reference rank and of this one.
	Among, Size           int
	ReferenceChance       *big.Rat
	Uncapped, Coefficient *big.Rat
}

// CitedOrder is an order of finish and, place by place, the citations of its horse
// among those of the horses not placed yet, in thirds of a cent.
type CitedOrder struct {
	Horses  []tote.Horse
	Factors [][2]int64
}

// SingleStake is a step of a working: the stakes on a group, net of the take of its
// rank and weighted by its coefficient.
type SingleStake struct {
	Lines       []int
	Stakes      tote.Money
	Kept        *big.Rat // 1 - t
	Coefficient *big.Rat
	Weighted    *big.Rat
}

// SingleReference is a step of a working: the balance, less the part for the reserve
// funds, divided among the weighted stakes, at least Least (III bis-4-6, II-17-II).
type SingleReference struct {
	Mass, Balance, Weighted, Least, Reference *big.Rat
	Reserve                                   tote.Rate
}

// SingleMinimum is a step of a working: the incremental rapport of the minimum
// procedure (III bis-4-7).
type SingleMinimum struct {
	Mass, Weighted, Increment *big.Rat
	Coefficient               tote.Rate
	Payable                   tote.Money
}

// SingleRapport is a step of a working: the dividend of a group. Common is the gross
// rapport after the progressive deduction, or that of the minimum procedure.
type SingleRapport struct {
	Lines       []int
	Coefficient *big.Rat
	Common      *big.Rat
	Prime       *big.Rat // added to the common rapport, zero without
	Kept        *big.Rat // 1 - t
	Net         *big.Rat
	Dividend    tote.Dividend
}

// linesOf returns the lines of a group.
func (c *SingleCard) linesOf(group int) (lines []int) {
	for i := range c.payable {
		if c.payable[i].group == group {
			lines = append(lines, i)
		}
	}
	return lines
}

func (d *poolShare) noteMasses() {
	if d.s.Working == nil {
		return
	}
	for b := range d.c.treated.All {
		i := b.Index()
		s := &d.s.Bets[i]
		d.s.Working.Note(&SingleMass{
			Bet: d.c.pool.Code(b), Total: s.Total, Refunded: s.Refunded, Prime: s.Prime,
			Take: d.c.pool.rate(rank{b, 0}, d.c.treated), Mass: new(big.Rat).Set(d.masses[i]),
		})
	}
}

func (c *SingleCard) noteChances(w *tote.Working, o *odds, ref int, chances, uncapped, coefficients []*big.Rat) {
	if w == nil {
		return
	}
	lines := make([][]int, len(c.groups)) // an absurd dead heat has very many of both
	for i := range c.payable {
		g := c.payable[i].group
		lines[g] = append(lines[g], i)
	}
	sizes := map[rank]int{}
	for g := range c.groups {
		sizes[c.groups[g].rank]++
	}
	for g := range c.groups {
		step := &SingleChance{
			Lines: lines[g], Chance: chances[g], Reference: g == ref,
			Among: sizes[c.groups[ref].rank], Size: sizes[c.groups[g].rank],
			ReferenceChance: chances[ref], Uncapped: uncapped[g], Coefficient: coefficients[g],
		}
		for _, order := range c.groups[g].orders {
			step.Orders = append(step.Orders, o.cite(order))
		}
		w.Note(step)
	}
}

// cite tells the factors that of multiplies.
func (o *odds) cite(order []tote.Horse) CitedOrder {
	out := CitedOrder{Horses: order}
	for place, h := range order {
		left := o.total[place]
		for _, placed := range order[:place] {
			left -= o.cited[place][placed]
		}
		out.Factors = append(out.Factors, [2]int64{o.cited[place][h], left})
	}
	return out
}

func (d *poolShare) noteStakes(g int, weighted *big.Rat) {
	if d.s.Working == nil {
		return
	}
	d.s.Working.Note(&SingleStake{
		Lines: d.c.linesOf(g), Stakes: d.stakes[g], Kept: d.c.kept(d.c.groups[g].rank),
		Coefficient: d.coefficients[g], Weighted: new(big.Rat).Set(weighted),
	})
}

func (d *poolShare) noteReference(balance, reference *big.Rat) {
	if d.s.Working == nil {
		return
	}
	d.s.Working.Note(&SingleReference{
		Mass: d.mass, Balance: new(big.Rat).Set(balance), Weighted: d.weighted, Least: d.c.leastStake(),
		Reference: new(big.Rat).Set(reference), Reserve: d.c.pool.terms.Reserve,
	})
}

func (d *poolShare) noteMinimum(payable tote.Money, increment *big.Rat) {
	if d.s.Working == nil {
		return
	}
	d.s.Working.Note(&SingleMinimum{
		Mass: d.mass, Weighted: d.weighted, Increment: new(big.Rat).Set(increment),
		Coefficient: d.c.pool.terms.Bets[0].Coefficient, Payable: payable,
	})
}

func (d *poolShare) noteRapport(g int, common, net *big.Rat, dividend tote.Dividend) {
	if d.s.Working == nil || d.stakes[g] == 0 {
		return
	}
	kept := d.c.kept(d.c.groups[g].rank)
	prime := new(big.Rat).Quo(net, kept)
	d.s.Working.Note(&SingleRapport{
		Lines: d.c.linesOf(g), Coefficient: d.coefficients[g], Common: new(big.Rat).Set(common),
		Prime: prime.Sub(prime, common), Kept: kept, Net: new(big.Rat).Set(net), Dividend: dividend,
	})
}

func (d *poolShare) noteChecked(primes, product, least *big.Rat, passed bool) {
	if d.s.Working == nil {
		return
	}
	payments := new(big.Rat).Add(d.played, primes)
	d.s.Working.Note(&tote.Checked{
		Played: new(big.Rat).Set(d.played), Added: new(big.Rat).Set(primes), Kept: new(big.Rat),
		Payments: payments.Sub(payments, product), Product: product, Least: least, Passed: passed,
	})
}
