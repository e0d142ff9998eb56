package tote

import "math/big"

// Terms are the dated figures every pool's calculation needs. Each chapter of a
// rulebook adds its own way to share.
type Terms struct {
	Take        Rate     // proportional deduction on stakes, t (II-14)
	Coefficient Rate     // net reservation coefficient, c_n
	MinStake    Money    // minimum stake of a unit combination, m
	Scale       Scale    // progressive deduction (II-16)
	Minimum     Dividend // least dividend paid (II-14)
	Step        Dividend // dividends are rounded down to a multiple of it (II-14)
	Margin      Rate     // least gross product, and take of the constrained calculation (II-15)
	Levy        Rate     // part of the mass that goes to the bet's reserve fund (III-9-4)
}

// Pool is one calculation under way, in exact cents. Its parts follow the order
// of 01-general section 12.4: Open, Increment for each division, Net, Publish,
// Covers, Settlement. The zero value is of no use.
type Pool struct {
	Procedure Procedure
	// Mass is M, the played stakes less the take; added money is not in it.
	Mass *big.Rat
	// Surplus is X, what there is to share beyond the reserved stakes, added
	// money included.
	Surplus *big.Rat
	// Levy is what the reserve fund really gets of the mass, part of the money
	// kept.
	Levy *big.Rat
	// Impossible says that the surplus is negative by more than the whole take
	// (9.2-3): only the constrained calculation is left.
	Impossible bool
	// Working notes the steps, nil for nothing.
	Working *Working

	next        *Division // what the next division is, where steps are noted
	terms       *Terms
	played      *big.Rat // S'
	added       *big.Rat
	kept        *big.Rat // 1 - t
	take        *big.Rat // D, what is left of it
	scale       Scale
	booster     *big.Rat
	progressive *big.Rat
}

// Open starts the ordinary calculation: refunds first, then the take, then the
// reserved stakes (9.1). reserved is the sum of the stakes that the
// coefficient applies to, each with its chapter's weight. A negative
// surplus is made good first by the levy for the reserve fund (III-9-4-II-b),
// then by the take, as far as they go (9.2).
func (t *Terms) Open(s Stakes, reserved *big.Rat) *Pool {
	p := t.open(s, t.Take)
	p.scale = t.Scale
	p.Levy.Mul(t.Levy.Rat(), p.Mass)
	p.Surplus.Sub(p.Surplus, p.Levy)
	p.reserve(t.Coefficient, reserved)
	p.noteOpened(s, t.Take, reserved)
	p.giveWay()
	p.booster.Set(p.Levy)
	return p
}

// noteOpened notes the start of the calculation.
func (p *Pool) noteOpened(s Stakes, take Rate, payable *big.Rat) {
	if p.Working == nil {
		return
	}
	o := &Opened{
		Constrained: p.Procedure == Constrained,
		Total:       s.Total, Refunded: s.Refunded, Transferred: s.Transferred, Added: s.Added,
		Take: take, Mass: copyOf(p.Mass), Levy: copyOf(p.Levy), LevyRate: p.terms.Levy,
		Coefficient: p.terms.Coefficient, Payable: copyOf(payable), Surplus: copyOf(p.Surplus),
		Step: p.terms.Step, Minimum: p.terms.Minimum, Margin: p.terms.Margin,
	}
	p.Working.Note(o)
}

// giveWay cuts levy and take where the surplus is negative.
func (p *Pool) giveWay() {
	if p.Surplus.Sign() >= 0 {
		return
	}
	missing := p.Surplus
	p.Surplus = new(big.Rat)
	if p.Working != nil {
		defer func() {
			p.Working.Note(&GaveWay{Missing: missing, Levy: copyOf(p.Levy), Take: copyOf(p.take), Impossible: p.Impossible})
		}()
	}
	if p.Levy.Add(p.Levy, missing); p.Levy.Sign() >= 0 && p.terms.Levy != 0 {
		p.Procedure = LevyReduced
		return
	}
	p.take.Add(p.take, p.Levy)
	p.Levy = new(big.Rat)
	p.Impossible = p.take.Sign() < 0
	p.Procedure = DeductionReduced
}

// OpenConstrained starts the calculation of the minimum rapports (12.3-2): the
// take becomes the margin of II-15 and nothing is deducted from rapports.
// The surplus may be negative. The constrained coefficient c_g·M/M' equals
// c_n over the new kept part, so that the net coefficient stays what it was.
func (t *Terms) OpenConstrained(s Stakes, reserved *big.Rat) *Pool {
	p := t.open(s, t.Margin)
	p.Procedure = Constrained
	p.reserve(t.Coefficient, reserved)
	p.noteOpened(s, t.Margin, reserved)
	return p
}

func (t *Terms) open(s Stakes, take Rate) *Pool {
	p := &Pool{
		Procedure:   Normal,
		Working:     s.Working,
		terms:       t,
		played:      (s.Total - s.Refunded).Rat(),
		added:       s.Added.Rat(),
		kept:        (One - take).Rat(),
		Levy:        new(big.Rat),
		booster:     new(big.Rat),
		progressive: new(big.Rat),
	}
	p.Mass = new(big.Rat).Mul(p.played, p.kept)
	p.take = new(big.Rat).Sub(p.played, p.Mass)
	p.Surplus = new(big.Rat).Add(p.Mass, p.added)
	return p
}

func (p *Pool) reserve(coefficient Rate, stakes *big.Rat) {
	part := coefficient.Rat()
	p.Surplus.Sub(p.Surplus, part.Mul(part, stakes))
}

// Reserve takes a payment fixed beforehand out of the surplus, such as the
// minimum of the non-runner ranks in the constrained calculation.
func (p *Pool) Reserve(amount *big.Rat) {
	p.Surplus.Sub(p.Surplus, amount)
	if p.Working != nil {
		p.Working.Note(&FixedFirst{Amount: copyOf(amount), Surplus: copyOf(p.Surplus)})
	}
}

// Next says what the next division is: the rank whose part is divided, the lines
// that have the increment, where the share comes from and where the rest goes. It
// is for the working alone: callers ask for Working first.
func (p *Pool) Next(d Division) { p.next = &d }

// Increment divides share among stakes, which must not be zero, and returns the
// net increment per euro. Winners too thin for the minimum stake get the
// share in proportion, the rest is kept for a booster (II-17-I, AMB-5).
func (p *Pool) Increment(share *big.Rat, stakes Money) *big.Rat {
	net, rest := p.Divide(share, stakes.Rat())
	p.Keep(rest)
	return net
}

// Divide is Increment for chapters that pass on what thin winners leave, and for
// stakes that count with a weight: it returns that rest instead of keeping it.
// Among no stakes the whole share is rest. The progressive deduction applies to
// the gross increment (II-16).
func (p *Pool) Divide(share, stakes *big.Rat) (net, rest *big.Rat) {
	if stakes.Sign() == 0 {
		p.noteDivision(share, stakes, stakes, nil, nil, share)
		return new(big.Rat), new(big.Rat).Set(share)
	}
	divisor, rest := stakes, new(big.Rat)
	if least := p.terms.MinStake.Rat(); share.Sign() > 0 && stakes.Cmp(least) < 0 {
		divisor = least
		rest.Sub(least, stakes)
		rest.Quo(rest.Mul(rest, share), least)
	}
	net = new(big.Rat).Quo(share, divisor)
	if len(p.scale) == 0 {
		p.noteDivision(share, stakes, divisor, nil, net, rest)
		return net, rest
	}
	gross := new(big.Rat).Quo(net, p.kept)
	left := p.scale.Apply(gross)
	left.Mul(left, p.kept)
	p.noteDivision(share, stakes, divisor, gross, left, rest)
	net.Sub(net, left)
	p.progressive.Add(p.progressive, net.Mul(net, stakes))
	return left, rest
}

// noteDivision notes a division that Next announced. gross is nil where nothing is
// deducted, increment where nobody has any.
func (p *Pool) noteDivision(share, stakes, divisor, gross, increment, rest *big.Rat) {
	if p.Working == nil {
		return
	}
	d := p.next
	if d == nil {
		d = new(Division)
	}
	p.next = nil
	d.Share, d.Stakes, d.Divisor, d.Rest = copyOf(share), copyOf(stakes), copyOf(divisor), copyOf(rest)
	if increment != nil {
		d.Quotient, d.Increment = new(big.Rat).Quo(share, divisor), copyOf(increment)
	}
	if gross != nil {
		d.Gross, d.Left = copyOf(gross), new(big.Rat).Quo(increment, p.kept)
	}
	p.Working.Note(d)
}

// Keep puts money of the pool aside for the booster fund of the bet.
func (p *Pool) Keep(amount *big.Rat) { p.KeepOf("", amount) }

// KeepOf is Keep of the part of a rank that nobody has.
func (p *Pool) KeepOf(rank string, amount *big.Rat) {
	p.booster.Add(p.booster, amount)
	if p.Working != nil && amount.Sign() != 0 {
		p.Working.Note(&KeptBack{Rank: rank, Amount: copyOf(amount)})
	}
}

// Net returns the net rapport made of the reservation coefficient and the net
// increments.
func (p *Pool) Net(increments ...*big.Rat) *big.Rat {
	net := p.terms.Coefficient.Rat()
	for _, inc := range increments {
		net.Add(net, inc)
	}
	return net
}

// Reaches reports whether a net rapport is at least the minimum by itself.
func (t *Terms) Reaches(net *big.Rat) bool {
	return net.Cmp(big.NewRat(int64(t.Minimum), 100)) >= 0
}

// Publish rounds a net rapport down to the step and lifts it to the minimum
// (II-14, AMB-11).
func (t *Terms) Publish(net *big.Rat) Dividend {
	if !t.Reaches(net) {
		return t.Minimum
	}
	return t.Round(net)
}

// Round rounds a rapport down to the step, a negative one towards zero.
func (t *Terms) Round(net *big.Rat) Dividend {
	steps := new(big.Int).Mul(net.Num(), big.NewInt(100))
	steps.Quo(steps, new(big.Int).Mul(net.Denom(), big.NewInt(int64(t.Step))))
	if steps.Cmp(big.NewInt(int64(DividendMax/t.Step))) > 0 {
		return DividendMax
	}
	return Dividend(steps.Int64()) * t.Step
}

// product returns the gross product left by the dividends: stakes played and
// money added, less exact payments and what is kept for a booster (AMB-6).
func (p *Pool) product(paid []Dividend, onLine []Money) *big.Rat {
	sum := new(big.Int)
	for i, d := range paid {
		pay := big.NewInt(int64(onLine[i]))
		sum.Add(sum, pay.Mul(pay, big.NewInt(int64(d))))
	}
	out := new(big.Rat).SetFrac(sum, big.NewInt(100))
	left := new(big.Rat).Add(p.played, p.added)
	left.Sub(left, out)
	return left.Sub(left, p.booster)
}

// Covers reports whether the dividends leave the gross product that II-15 asks
// for: at least the margin of the stakes played, exactly the margin included.
func (p *Pool) Covers(paid []Dividend, onLine []Money) bool {
	least := p.terms.Margin.Rat()
	least.Mul(least, p.played)
	product := p.product(paid, onLine)
	covers := product.Cmp(least) >= 0
	if p.Working != nil {
		payments := new(big.Rat).Add(p.played, p.added)
		payments.Sub(payments, p.booster)
		p.Working.Note(&Checked{
			Played: copyOf(p.played), Added: copyOf(p.added), Kept: copyOf(p.booster),
			Payments: payments.Sub(payments, product), Product: product, Least: least, Passed: covers,
		})
	}
	return covers
}

// Settlement closes the calculation. A lift that the gross product bears eats
// the take first, then the progressive deduction.
func (p *Pool) Settlement(paid []Dividend, onLine []Money) Settlement {
	left := p.product(paid, onLine)
	if left.Sign() < 0 {
		left.SetInt64(0)
	}
	progressive := least(p.progressive, left)
	take := least(p.take, left.Sub(left, progressive))
	settled := Settlement{
		Procedure:   p.Procedure,
		Dividends:   paid,
		NetPool:     p.nominalMass(),
		Booster:     p.booster,
		Take:        take,
		Progressive: progressive,
	}
	if p.terms.Levy != 0 {
		settled.Fund = &ReserveFund{Levy: p.Levy, Paid: new(big.Rat)}
	}
	return settled
}

// nominalMass is the mass as published: at the bet's own rate, whatever
// procedure the dividends came from.
func (p *Pool) nominalMass() *big.Rat {
	mass := (One - p.terms.Take).Rat()
	return mass.Mul(mass, p.played)
}

func least(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) <= 0 {
		return new(big.Rat).Set(a)
	}
	return new(big.Rat).Set(b)
}

// RefundWhole is the settlement of a pool refunded whole for a reason. Added
// money goes back to the booster fund (II-17-I).
func RefundWhole(reason Reason, lines int, s Stakes) Settlement {
	return Settlement{
		Procedure:   Refund,
		Reason:      reason,
		Dividends:   make([]Dividend, lines),
		NetPool:     new(big.Rat),
		Booster:     s.Added.Rat(),
		Take:        new(big.Rat),
		Progressive: new(big.Rat),
	}
}
