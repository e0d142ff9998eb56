package rulebook

import (
	"math/big"

	"opentote/tote"
)

// citedPlaces is how many places the table of citations has.
const citedPlaces = 4

// CitedEuro is a euro in the unit of the table: thirds of a cent, so that a Trio's stake falls on
// its three horses without rounding.
const CitedEuro = 300

// Citations is the stake cited on each horse at each place, by the bettors of
// the three bets together (III bis-4-1), in thirds of a cent. The zero value is
// the table of a pool without bets; the euro that every horse starts from comes
// with the result. Values add up: tables of parts of a pool may be merged.
type Citations [citedPlaces][tote.MaxHorse + 1]int64

// Merge adds the citations of other bets of the same pool.
func (c *Citations) Merge(other *Citations) {
	for place := range c {
		for h := range c[place] {
			c[place][h] += other[place][h]
		}
	}
}

// odds are citations once the result is known: the euro of every horse counted,
// non-runners struck out.
type odds struct {
	cited Citations
	total [citedPlaces]int64
}

// odds closes the table for the horses that took part.
func (c *Citations) odds(ran tote.HorseSet) *odds {
	o := &odds{}
	for place := range c {
		for h := range ran.All {
			o.cited[place][h] = c[place][h] + CitedEuro
			o.total[place] += o.cited[place][h]
		}
	}
	return o
}

// of returns the probability that the first places are the given horses in their
// order (III bis-4-2): at each place, the horse's citations among those of the
// horses not placed yet. Every denominator is a euro at least, that of the horse
// itself.
func (o *odds) of(order []tote.Horse) *big.Rat {
	num, den, factor := big.NewInt(1), big.NewInt(1), new(big.Int)
	for place, h := range order {
		left := o.total[place]
		for _, placed := range order[:place] {
			left -= o.cited[place][placed]
		}
		num.Mul(num, factor.SetInt64(o.cited[place][h]))
		den.Mul(den, factor.SetInt64(left))
	}
	return new(big.Rat).SetFrac(num, den)
}

// Add cites the units of a valid pattern, at unit cents each; negative to take
// them back. Every unit recorded counts, as the bettor named it, whether it is
// refunded or completed by a complement later (AMB-5). A Trio's stake falls on
// its three horses in equal parts at each place, as if it were spread over its
// six orders. It allocates nothing.
func (c *Citations) Add(p *tote.Pattern, unit tote.Money) {
	bet := PoolBet(p.Variant)
	shape, orders := citedShapes[bet.Index()], int64(1)
	named := *p
	if !bet.ordered() {
		named.Flags |= tote.AllOrders
		orders = trioOrders
	}
	choice := shape.Read(&named, 0)
	horses := tote.SetOf(p.Horses[:]...)&^1 | p.Field
	for place := range bet.horses() {
		for h := range horses.All {
			units := int64(choice.At(h, place))
			c[place][h] += units * int64(unit) * (CitedEuro / 100) / orders
		}
	}
}

// trioOrders is in how many orders three horses can finish.
const trioOrders = 6

// citedShapes are the bets' shapes as the table reads them, all with an order.
var citedShapes = [PoolBetCount]tote.Shape{
	{Horses: Trio.horses(), Bases: 2, Complement: true, Ordered: true},
	{Horses: TrioOrdre.horses(), Bases: 2, Complement: true, Ordered: true},
	{Horses: SuperQuatre.horses(), Bases: 3, Complement: true, Ordered: true},
}
