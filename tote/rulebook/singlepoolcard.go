package rulebook

import (
	"slices"
	"strings"

	"opentote/tote"
)

// Level is how far article 8 widens the main ranks for want of a winning stake
// (III bis-4-8).
type Level uint8

// The levels. At A the main ranks ask one horse less, at B two.
const (
	Nominal Level = iota
	LevelA
	LevelB
)

// String returns the level as FORMAT writes it: "", "a" or "b".
func (l Level) String() string { return [...]string{"", "a", "b"}[l] }

// SingleCard is what a result makes payable in a single pool, at one level of
// article 8. Pool bets that are not treated are refunded whole.
type SingleCard struct {
	pool    *SinglePool
	result  tote.Result
	level   Level
	offered PoolBets
	treated PoolBets
	refunds [PoolBetCount]tote.Reason
	groups  []poolGroup
	payable []poolLine
	lines   []tote.Line // in parallel with payable
}

// poolGroup is the paying combinations of a rank that hold the same horses,
// non-runners and free places aside: they share a probability, a coefficient and a
// dividend (AMB-4, AMB-14).
type poolGroup struct {
	rank   rank
	key    tote.HorseSet
	orders [][]tote.Horse // the finishes whose probabilities add up
}

// poolLine is one payable combination: its horses, in order for ordered bets,
// then others that ran and non-runners.
type poolLine struct {
	group int
	asks  []ask
}

// ask is a number of non-runners and the runners asked for beside them.
type ask struct {
	out   int
	parts []tote.Part
}

// Card returns what a checked result makes payable at the nominal level.
func (p *SinglePool) Card(r tote.Result, offered PoolBets) *SingleCard {
	return p.CardAt(r, offered, Nominal)
}

// CardAt is Card at the level that a count settled on.
func (p *SinglePool) CardAt(r tote.Result, offered PoolBets, level Level) *SingleCard {
	c := &SingleCard{pool: p, result: r, level: level, offered: offered}
	c.treated, c.refunds = p.Treated(r, offered)
	for b := range c.treated.All {
		c.addRank(rank{b, 0}, b.horses()-int(level), 0, int(level))
		// Article 8 takes the units with one non-runner into the main rank at
		// its first level, those with two at its second.
		for out := int(level) + 1; out <= min(2, r.NonRunners.Len()); out++ {
			c.addRank(rank{b, out}, b.horses()-out, out, out)
		}
	}
	return c
}

// addRank adds the combinations of a rank: the first horses of the finish, and
// from outMin to outMax non-runners among the others of the unit (articles 1 to
// 3 of chapters 1 to 3, III bis-4-8).
func (c *SingleCard) addRank(k rank, horses, outMin, outMax int) {
	first := len(c.groups)
	groupOf := map[tote.HorseSet]int{}
	for _, order := range c.finishes(k.bet, horses) {
		key := tote.SetOf(order...)
		g, ok := groupOf[key]
		if !ok {
			g = len(c.groups)
			groupOf[key] = g
			c.groups = append(c.groups, poolGroup{rank: k, key: key})
		}
		c.groups[g].orders = append(c.groups[g].orders, order)
		line := poolLine{group: g}
		for out := outMin; out <= min(outMax, c.result.NonRunners.Len()); out++ {
			line.asks = append(line.asks, ask{out, c.parts(k.bet, order, out)})
		}
		c.payable = append(c.payable, line)
		c.lines = append(c.lines, tote.Line{Rank: c.pool.rankName(k), Combination: combination(k, order)})
	}
	for g := range c.groups[first:] {
		if g := &c.groups[first+g]; !k.bet.ordered() {
			g.orders = allOrders(g.key) // in a dead heat too
		}
	}
}

// finishes returns the first places of the finish, whatever way its ties are
// broken, in increasing order: exact orders, or sets for the Trio.
func (c *SingleCard) finishes(b PoolBet, places int) [][]tote.Horse {
	var all [][]tote.Horse
	if b.ordered() {
		for order := range tote.TopOrderings(c.result.Arrival, places) {
			all = append(all, slices.Clone(order))
		}
	} else {
		for set := range tote.SetsInTop(c.result.Arrival, places, places) {
			all = append(all, set.Slice())
		}
	}
	slices.SortFunc(all, slices.Compare)
	return all
}

func allOrders(set tote.HorseSet) (orders [][]tote.Horse) {
	for order := range tote.TopOrderings([][]tote.Horse{set.Slice()}, set.Len()) {
		orders = append(orders, slices.Clone(order))
	}
	return orders
}

// parts asks for the horses of order, then for any others that ran.
func (c *SingleCard) parts(b PoolBet, order []tote.Horse, out int) []tote.Part {
	key := tote.SetOf(order...)
	parts := []tote.Part{tote.Whole(key)}
	if b.ordered() {
		parts = parts[:0]
		for _, h := range order {
			parts = append(parts, tote.Whole(tote.SetOf(h)))
		}
	}
	if rest := b.horses() - out - len(order); rest > 0 {
		parts = append(parts, tote.Part{From: c.result.Ran().Without(key), N: rest})
	}
	return parts
}

// combination writes non-runners as NP, last wherever they stood in the ticket,
// and the places that article 8 frees as stars.
func combination(k rank, order []tote.Horse) string {
	var b strings.Builder
	for i, h := range order {
		if i > 0 {
			b.WriteByte('-')
		}
		b.WriteString(h.String())
	}
	rest := "-*"
	if k.out > 0 {
		rest = "-NP"
	}
	b.WriteString(strings.Repeat(rest, k.bet.horses()-len(order)))
	return b.String()
}

// Level returns the card's level of article 8.
func (c *SingleCard) Level() Level { return c.level }

// Lines lists the payable combinations at the card's level, bet by bet and ranks
// from top to bottom.
func (c *SingleCard) Lines() []tote.Line { return c.lines }

// BetOf returns the bet that a line pays.
func (c *SingleCard) BetOf(line int) PoolBet { return c.groups[c.payable[line].group].rank.bet }

// Refund returns why a bet on offer is refunded whole, empty for a treated one.
func (c *SingleCard) Refund(b PoolBet) tote.Reason { return c.refunds[b.Index()] }

// Widen returns the card of the next level of article 8 when nobody backs any
// main rank with the stakes counted on this one. The bets are then to be
// counted again. It reports false when this card is the one to share on.
func (c *SingleCard) Widen(onLine []tote.Money) (*SingleCard, bool) {
	if c.treated == 0 || c.level == LevelB || c.backed(onLine) {
		return c, false
	}
	return c.pool.CardAt(c.result, c.offered, c.level+1), true
}

// backed reports whether a main rank of any treated bet has a stake.
func (c *SingleCard) backed(onLine []tote.Money) bool {
	for i, line := range c.payable {
		if c.groups[line.group].rank.out == 0 && onLine[i] != 0 {
			return true
		}
	}
	return false
}

// Count adds to t how the units of a pattern that Units accepted end.
// It allocates nothing and never expands the pattern.
func (c *SingleCard) Count(p *tote.Pattern, t *tote.Tally) {
	bet := PoolBet(p.Variant)
	held := tote.SetOf(p.Horses[:]...) | tote.SetOf(p.Complement) | p.Field
	choice := poolShapes[bet.Index()].Read(p, held&c.result.NonRunners)
	// More than two non-runners are refunded, and fields whose every base is out
	// unless the complement leaves none in the unit (articles 3, AMB-1).
	kept := 2
	switch {
	case !c.treated.Has(bet):
		kept = -1
	case choice.BasesOut():
		kept = 0
	}
	c.countRefunds(bet, &choice, kept+1, t)
	for i := range c.payable {
		line := &c.payable[i]
		g := &c.groups[line.group]
		if g.rank.bet != bet || g.key&^held != 0 {
			continue
		}
		for j := range line.asks {
			if a := &line.asks[j]; a.out <= kept {
				t.Won[i] += countAsk(&choice, a, bet)
			}
		}
	}
}

func countAsk(choice *tote.Choice, a *ask, bet PoolBet) int {
	if bet.ordered() {
		return choice.InOrder(a.out, a.parts)
	}
	return choice.Count(a.out, a.parts)
}

// countRefunds counts the units with at least from non-runners left.
func (c *SingleCard) countRefunds(bet PoolBet, choice *tote.Choice, from int, t *tote.Tally) {
	ran := [1]tote.Part{{From: c.result.Ran()}}
	for out := from; out <= bet.horses(); out++ {
		ran[0].N = bet.horses() - out
		t.Refunded += choice.Count(out, ran[:])
	}
}

// poolShapes are the formulas of the three chapters (III bis-1-5, 2-5, 3-5).
var poolShapes = [PoolBetCount]tote.Shape{
	{Horses: Trio.horses(), Bases: 2, Complement: true},
	{Horses: TrioOrdre.horses(), Bases: 2, Complement: true, Ordered: true},
	{Horses: SuperQuatre.horses(), Bases: 3, Complement: true, Ordered: true},
}

// Units validates p, a pattern of the bet its Variant names, against the field and
// returns how many unit combinations it holds. The error is a *tote.PatternError.
func (p *SinglePool) Units(pattern *tote.Pattern, f tote.Field) (int, error) {
	bet := PoolBet(pattern.Variant)
	if bet < Trio || bet > SuperQuatre {
		return 0, &tote.PatternError{Code: tote.BadFormula}
	}
	plain := *pattern
	plain.Variant = 0
	return poolShapes[bet.Index()].Units(&plain, f)
}
