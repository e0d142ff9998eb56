package rulebook

import (
	"math/big"

	"opentote/tote"
)

// The procedures of a single pool beside tote.Normal and tote.Refund (III bis-4-7,
// II-15).
const (
	Minimum         tote.Procedure = "minimum"
	MinimumToppedUp tote.Procedure = "minimum_topped_up"
)

// PoolBetStakes are the stakes of one bet of a single pool.
type PoolBetStakes struct {
	Total    tote.Money // all stakes recorded
	Refunded tote.Money // refunded by the bet's own rules
	Prime    tote.Money // taken out of the bet's reserve fund for its main rank (II-17-II)
}

// SingleStakes are a single pool's totals once its bets are counted on a card.
type SingleStakes struct {
	Bets   [PoolBetCount]PoolBetStakes
	OnLine []tote.Money // winning stakes by line
	Cited  Citations
	TopUp  bool // the operator pays the missing money instead of refunding (II-15)
	// Working notes how the dividends come about, nil for nothing.
	Working *tote.Working
}

// Pool returns the stakes as one pool's, of which Refunded are those that bets'
// own rules refund.
func (s *SingleStakes) Pool() tote.Stakes {
	all := tote.Stakes{OnLine: s.OnLine, TopUp: s.TopUp}
	for _, b := range s.Bets {
		all.Total += b.Total
		all.Refunded += b.Refunded
		all.Added += b.Prime
	}
	return all
}

// SingleSettlement is the outcome of a single pool. Its Booster is the sum of the
// Funds.
type SingleSettlement struct {
	tote.Settlement
	Level   Level
	Refunds [PoolBetCount]tote.Reason // why a bet on offer is refunded whole
	// Funds is what goes to each bet's reserve fund, in cents: the 1.50 %, what
	// thin winners leave, and what comes back of a prime (II-17-II).
	Funds [PoolBetCount]*big.Rat
	// Coefficients are the difficulty coefficients by line, nil when all is
	// refunded.
	Coefficients []*big.Rat

	// takes and deductions are each bet's part in what is deducted from stakes and
	// from high dividends, before the winners' minimum ate of it.
	takes, deductions [PoolBetCount]*big.Rat
}

// Split shares the pool's cents as tote.Settlement.Split does, then says which bet
// each of them came of: the take by what its stakes owe, the progressive deduction
// by what its winners leave, rounding and top-up by what they are paid, the funds
// each its own. refunded and payout are the sums of the bets' integer amounts.
// What a bet's part differs by from its stakes and prime is what it gives to the
// others, or gets from them.
func (s *SingleSettlement) Split(st SingleStakes, refunded, payout [PoolBetCount]tote.Money) (parts [PoolBetCount]tote.Accounts) {
	whole := s.Settlement
	whole.Booster = new(big.Rat)
	var refunds, pays tote.Money
	var paid [PoolBetCount]*big.Rat
	for i, f := range s.Funds {
		parts[i] = tote.Accounts{Refunds: refunded[i], Payout: payout[i], Booster: floorCents(f)}
		whole.Booster.Add(whole.Booster, parts[i].Booster.Rat())
		refunds += refunded[i]
		pays += payout[i]
		paid[i] = payout[i].Rat()
	}
	sum := whole.Split(st.Pool(), refunds, pays)
	takeout := apportion(sum.Takeout, s.takes)
	progressive := apportion(sum.Progressive, s.deductions)
	breakage, topUp := apportion(sum.Breakage, paid), apportion(sum.TopUp, paid)
	for i := range parts {
		parts[i].Takeout, parts[i].Progressive = takeout[i], progressive[i]
		parts[i].Breakage, parts[i].TopUp = breakage[i], topUp[i]
	}
	return parts
}

// apportion divides whole cents in proportion to weights. The cents that rounding
// down leaves go to the bet that weighs most, the first of equals.
func apportion(m tote.Money, weights [PoolBetCount]*big.Rat) (parts [PoolBetCount]tote.Money) {
	if m == 0 {
		return parts
	}
	sum, most := new(big.Rat), 0
	for i, w := range weights {
		sum.Add(sum, w)
		if w.Cmp(weights[most]) > 0 {
			most = i
		}
	}
	left := m
	for i, w := range weights {
		part := m.Rat()
		parts[i] = floorCents(part.Quo(part.Mul(part, w), sum))
		left -= parts[i]
	}
	parts[most] += left
	return parts
}

func floorCents(r *big.Rat) tote.Money {
	return tote.Money(new(big.Int).Quo(r.Num(), r.Denom()).Int64())
}

// poolShare is one calculation of a single pool under way. Slices by group run in
// parallel with the card's groups.
type poolShare struct {
	c            *SingleCard
	s            *SingleStakes
	played       *big.Rat               // S' of the treated bets
	masses       [PoolBetCount]*big.Rat // M of each treated bet, nil for the others
	mass         *big.Rat               // their sum
	stakes       []tote.Money           // E, by group
	ranked       map[rank]bool          // ranks with a stake
	coefficients []*big.Rat             // k, by group
	weighted     *big.Rat               // W
	funds        [PoolBetCount]*big.Rat
	deductions   [PoolBetCount]*big.Rat // progressive
}

// Share computes the dividends on the card that Widen settled on.
func (c *SingleCard) Share(s SingleStakes) SingleSettlement {
	if c.treated == 0 {
		return c.refundWhole(c.firstReason(), &s)
	}
	if !c.backed(s.OnLine) {
		if c.level != LevelB {
			panic("rulebook: a single pool is shared at a level that nobody wins at")
		}
		return c.refundWhole(tote.NoWinningStake, &s)
	}
	d := c.open(&s)
	procedure := tote.Normal
	commons, enough := d.ordinary()
	if !enough {
		procedure = Minimum
		commons = d.minimum()
	}
	paid, primes := d.publish(commons)
	if !d.covers(paid, primes) {
		if !s.TopUp {
			return c.refundWhole(tote.BelowMinimum, &s)
		}
		procedure = MinimumToppedUp
	}
	return d.settlement(procedure, paid, primes)
}

// firstReason is why a pool without any treated bet is refunded: the reason of
// its first bet, if it offers any; the race comes before the offer (01-general 12.4).
func (c *SingleCard) firstReason() tote.Reason {
	if c.result.Refunded() {
		return tote.RaceCancelled
	}
	for b := range c.offered.All {
		return c.refunds[b.Index()]
	}
	return tote.BetNotOffered
}

// refundWhole is the settlement of a pool refunded whole; primes go back to the
// funds.
func (c *SingleCard) refundWhole(reason tote.Reason, s *SingleStakes) SingleSettlement {
	out := SingleSettlement{
		Settlement: tote.RefundWhole(reason, len(c.lines), s.Pool()),
		Refunds:    c.refunds,
	}
	for b := range c.treated.All {
		out.Refunds[b.Index()] = reason
	}
	for i := range out.Funds {
		out.Funds[i] = s.Bets[i].Prime.Rat()
	}
	return out
}

// open computes masses, coefficients and the weighted net payable stakes.
func (c *SingleCard) open(s *SingleStakes) *poolShare {
	d := &poolShare{
		c:        c,
		s:        s,
		played:   new(big.Rat),
		mass:     new(big.Rat),
		stakes:   make([]tote.Money, len(c.groups)),
		ranked:   map[rank]bool{},
		weighted: new(big.Rat),
	}
	for i := range d.funds {
		d.funds[i], d.deductions[i] = new(big.Rat), new(big.Rat)
	}
	for b := range c.treated.All {
		i := b.Index()
		played := (s.Bets[i].Total - s.Bets[i].Refunded).Rat()
		d.played.Add(d.played, played)
		d.masses[i] = played.Mul(played, c.kept(rank{b, 0}))
		d.mass.Add(d.mass, d.masses[i])
	}
	for i, line := range c.payable {
		d.stakes[line.group] += s.OnLine[i]
	}
	d.noteMasses()
	d.coefficients = c.coefficients(&s.Cited, s.Working)
	for g, e := range d.stakes {
		if e == 0 {
			continue
		}
		d.ranked[c.groups[g].rank] = true
		net := d.net(g)
		d.weighted.Add(d.weighted, net.Mul(net, d.coefficients[g]))
		d.noteStakes(g, net)
	}
	return d
}

// kept is what the take of a rank leaves of one euro.
func (c *SingleCard) kept(k rank) *big.Rat { return (tote.One - c.pool.rate(k, c.treated)).Rat() }

// net returns the net stakes on a group.
func (d *poolShare) net(g int) *big.Rat {
	net := d.stakes[g].Rat()
	return net.Mul(net, d.c.kept(d.c.groups[g].rank))
}

// ordinary returns the common gross rapport of each group of the ranks that have
// stakes (III bis-4-6), and whether every backed one is paid the minimum by
// itself.
func (d *poolShare) ordinary() (commons []*big.Rat, enough bool) {
	balance := new(big.Rat)
	var balances [PoolBetCount]*big.Rat
	for b := range d.c.treated.All {
		i := b.Index()
		reserve := d.c.pool.terms.Reserve.Rat()
		reserve.Mul(reserve, d.masses[i])
		d.funds[i].Add(d.funds[i], reserve)
		balances[i] = reserve.Sub(d.masses[i], reserve)
		balance.Add(balance, balances[i])
	}
	reference := d.reference(balance, balances)
	d.noteReference(balance, reference)
	scale := d.c.pool.terms.Bets[0].Scale
	commons = make([]*big.Rat, len(d.stakes))
	enough = true
	for g := range commons {
		k := d.c.groups[g].rank
		if !d.ranked[k] {
			continue
		}
		gross := new(big.Rat).Mul(reference, d.coefficients[g])
		commons[g] = scale.Apply(gross)
		if d.stakes[g] == 0 {
			continue // does not trigger the minimum (AMB-16)
		}
		net := new(big.Rat).Mul(commons[g], d.c.kept(k))
		enough = enough && d.c.pool.terms.Bets[0].Reaches(net)
		lost := gross.Sub(gross, commons[g])
		deducted := d.deductions[k.bet.Index()]
		deducted.Add(deducted, lost.Mul(lost, d.net(g)))
	}
	return commons, enough
}

// reference divides the balance among the weighted stakes. Too thin a total for
// the smallest of the minimum stakes on offer leaves a part to the reserve funds,
// in proportion to their balances (II-17-II, AMB-10).
func (d *poolShare) reference(balance *big.Rat, balances [PoolBetCount]*big.Rat) *big.Rat {
	least := d.c.leastStake()
	if d.weighted.Cmp(least) >= 0 {
		return new(big.Rat).Quo(balance, d.weighted)
	}
	part := new(big.Rat).Sub(least, d.weighted)
	part.Quo(part, least) // of each balance
	for b := range d.c.treated.All {
		i := b.Index()
		rest := new(big.Rat).Mul(balances[i], part)
		d.funds[i].Add(d.funds[i], rest)
	}
	return new(big.Rat).Quo(balance, least)
}

// leastStake is the smallest minimum stake of the bets on offer, less its take.
func (c *SingleCard) leastStake() *big.Rat {
	bet := c.pool.leastBet(c.offered)
	m := c.pool.MinStake(bet).Rat()
	return m.Mul(m, (tote.One - c.pool.terms.Bets[bet.Index()].Take).Rat())
}

// leastBet is the bet on offer with the smallest minimum stake, the first of equals.
func (p *SinglePool) leastBet(offered PoolBets) (smallest PoolBet) {
	for b := range offered.All {
		if smallest == 0 || p.MinStake(b) < p.MinStake(smallest) {
			smallest = b
		}
	}
	return smallest
}

// minimum returns the common gross rapports of the minimum procedure (III bis-4-7):
// whole masses, a part of each stake reserved, nothing for the funds, no
// progressive deduction (AMB-12) and no thin winners (AMB-11).
func (d *poolShare) minimum() []*big.Rat {
	for i := range d.funds {
		d.funds[i].SetInt64(0)
		d.deductions[i].SetInt64(0)
	}
	coefficient := d.c.pool.terms.Bets[0].Coefficient.Rat()
	payable := tote.Money(0)
	for _, e := range d.stakes {
		payable += e
	}
	increment := payable.Rat() // becomes the surplus, then the incremental rapport
	increment.Sub(d.mass, increment.Mul(increment, coefficient))
	if increment.Sign() < 0 {
		increment.SetInt64(0) // AMB-13
	}
	increment.Quo(increment, d.weighted)
	d.noteMinimum(payable, increment)
	commons := make([]*big.Rat, len(d.stakes))
	for g := range commons {
		k := d.c.groups[g].rank
		if !d.ranked[k] {
			continue
		}
		common := new(big.Rat).Quo(coefficient, d.c.kept(k))
		commons[g] = common.Add(common, new(big.Rat).Mul(increment, d.coefficients[g]))
	}
	return commons
}

// publish adds the primes and returns the dividends by group and what is paid of
// the primes.
func (d *poolShare) publish(commons []*big.Rat) (paid []tote.Dividend, primes *big.Rat) {
	var quotients [PoolBetCount]*big.Rat
	primes = new(big.Rat)
	for i := range quotients {
		prime := d.s.Bets[i].Prime.Rat()
		used := d.usable(PoolBet(i + 1))
		primes.Add(primes, used)
		d.funds[i].Add(d.funds[i], prime.Sub(prime, used))
		if net := d.mainNet(PoolBet(i + 1)); net.Sign() > 0 {
			quotients[i] = used.Quo(used, net)
		}
	}
	paid = make([]tote.Dividend, len(commons))
	for g, common := range commons {
		if common == nil {
			continue
		}
		k := d.c.groups[g].rank
		net := new(big.Rat).Set(common)
		if q := quotients[k.bet.Index()]; q != nil && k.out == 0 {
			net.Add(net, q)
		}
		paid[g] = d.c.pool.terms.Bets[0].Publish(net.Mul(net, d.c.kept(k)))
		d.noteRapport(g, common, net, paid[g])
	}
	return paid, primes
}

// usable is the part of a bet's prime that its winners get: all of it, unless
// nobody wins or the weighted payable stakes are below the bet's minimum stake
// (AMB-15).
func (d *poolShare) usable(b PoolBet) *big.Rat {
	prime := d.s.Bets[b.Index()].Prime
	if prime == 0 || d.mainNet(b).Sign() == 0 {
		return new(big.Rat)
	}
	used := prime.Rat()
	least := d.c.pool.MinStake(b).Rat()
	least.Mul(least, d.c.kept(rank{b, 0}))
	if d.weighted.Cmp(least) < 0 {
		used.Mul(used, d.weighted)
		used.Quo(used, least)
	}
	return used
}

// mainNet returns the net stakes on a bet's main rank, 0 for a bet not treated.
func (d *poolShare) mainNet(b PoolBet) *big.Rat {
	sum := new(big.Rat)
	for g := range d.stakes {
		if d.c.groups[g].rank == (rank{b, 0}) {
			sum.Add(sum, d.net(g))
		}
	}
	return sum
}

// product is the gross product: stakes played and primes, less exact payments.
func (d *poolShare) product(paid []tote.Dividend, primes *big.Rat) *big.Rat {
	sum := new(big.Int)
	for g, dividend := range paid {
		pay := big.NewInt(int64(d.stakes[g]))
		sum.Add(sum, pay.Mul(pay, big.NewInt(int64(dividend))))
	}
	left := new(big.Rat).SetFrac(sum, big.NewInt(100))
	left.Sub(d.played, left)
	return left.Add(left, primes)
}

// covers is the test of II-15, made on the three bets together.
func (d *poolShare) covers(paid []tote.Dividend, primes *big.Rat) bool {
	least := d.c.pool.terms.Bets[0].Margin.Rat()
	least.Mul(least, d.played)
	product := d.product(paid, primes)
	covers := product.Cmp(least) >= 0
	d.noteChecked(primes, product, least, covers)
	return covers
}

// settlement closes the calculation. What is paid beyond the masses eats the take
// first, then the progressive deduction.
func (d *poolShare) settlement(procedure tote.Procedure, paid []tote.Dividend, primes *big.Rat) SingleSettlement {
	out := SingleSettlement{Level: d.c.level, Refunds: d.c.refunds, Funds: d.funds, deductions: d.deductions}
	funds, deducted := new(big.Rat), new(big.Rat)
	for i, f := range d.funds {
		funds.Add(funds, f)
		deducted.Add(deducted, d.deductions[i])
		out.takes[i] = d.take(PoolBet(i + 1))
	}
	// All that came in, less what winners and funds get.
	left := d.product(paid, d.s.Pool().Added.Rat())
	left.Sub(left, funds)
	if left.Sign() < 0 {
		left.SetInt64(0)
	}
	progressive := smaller(deducted, left)
	take := smaller(new(big.Rat).Sub(d.played, d.mass), left.Sub(left, progressive))
	out.Settlement = tote.Settlement{
		Procedure:   procedure,
		Level:       d.c.level.String(),
		Dividends:   make([]tote.Dividend, len(d.c.payable)),
		NetPool:     d.mass,
		Booster:     funds,
		Take:        take,
		Progressive: progressive,
	}
	for i, line := range d.c.payable {
		out.Dividends[i] = paid[line.group]
		out.Coefficients = append(out.Coefficients, d.coefficients[line.group])
	}
	return out
}

// take is what a bet's stakes owe, nothing for one that is not treated.
func (d *poolShare) take(b PoolBet) *big.Rat {
	mass := d.masses[b.Index()]
	if mass == nil {
		return new(big.Rat)
	}
	bet := d.s.Bets[b.Index()]
	take := (bet.Total - bet.Refunded).Rat()
	return take.Sub(take, mass)
}

func smaller(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) <= 0 {
		return new(big.Rat).Set(a)
	}
	return new(big.Rat).Set(b)
}
