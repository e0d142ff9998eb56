package rulebook

import (
	"math/big"

	"opentote/tote"
)

// division is one division of money among stakes: its lines' stakes together
// are the divisor, and each of its lines gets the increment on top of what
// other divisions give it.
type division struct {
	share *big.Rat // part of the amount, before unbacked divisions drop out
	lines []int
}

// stakesOn adds up the stakes of some lines.
func stakesOn(lines []int, onLine []tote.Money) tote.Money {
	sum := tote.Money(0)
	for _, i := range lines {
		sum += onLine[i]
	}
	return sum
}

// backedLines returns the reservation coefficient on each of the lines that
// anybody backs, nil on the others.
func backedLines(p *tote.Pool, lines []int, onLine []tote.Money) []*big.Rat {
	nets := make([]*big.Rat, len(onLine))
	for _, i := range lines {
		if onLine[i] != 0 {
			nets[i] = p.Net()
		}
	}
	return nets
}

// cascade shares the amount among the divisions and adds each one's increment to
// the rapports of its backed lines. A division nobody backs drops out, the
// others keep their proportions. Nothing is shared when nobody backs any. rank and
// suffix are whose part the amount is.
func cascade(p *tote.Pool, rank, suffix string, amount *big.Rat, divisions []division, onLine []tote.Money, nets []*big.Rat) {
	sum := new(big.Rat)
	for _, d := range divisions {
		if stakesOn(d.lines, onLine) != 0 {
			sum.Add(sum, d.share)
		}
	}
	if sum.Sign() == 0 {
		return
	}
	perShare := new(big.Rat).Quo(amount, sum)
	for _, d := range divisions {
		stakes := stakesOn(d.lines, onLine)
		if stakes == 0 {
			continue
		}
		if p.Working != nil {
			p.Next(tote.Division{Rank: rank + suffix, Lines: d.lines, Of: amount, Fraction: new(big.Rat).Quo(d.share, sum)})
		}
		increment := p.Increment(new(big.Rat).Mul(perShare, d.share), stakes)
		for _, i := range d.lines {
			if nets[i] != nil {
				nets[i].Add(nets[i], increment)
			}
		}
	}
}
