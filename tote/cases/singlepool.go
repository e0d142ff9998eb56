package cases

import (
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// singlePoolBet is the code that cases of a single pool give; each stake has its
// own bet's.
const singlePoolBet = "E_MASSE_UNIQUE"

// singlePoolInput is a case of a single pool.
type singlePoolInput struct {
	input
	Bets        []string            `json:"bets"`
	TakeRates   map[string]string   `json:"take_rates"`
	PrimesCents map[string]int64    `json:"primes_cents"`
	Citations   map[string][]string `json:"citations"`
}

// SinglePool is what the answer on a single pool has beside the others'.
type SinglePool struct {
	Treated          []tote.BetCode               `json:"treated"`
	SpecialCase      *string                      `json:"special_case"`
	ReserveFundCents map[tote.BetCode]string      `json:"reserve_fund_cents"`
	RefundedBets     map[tote.BetCode]tote.Reason `json:"refunded_bets"`
}

// singlePoolCase is a case that was found to be well formed.
type singlePoolCase struct {
	pool    *rulebook.SinglePool
	offered rulebook.PoolBets
	result  tote.Result
	units   []unit
	stakes  rulebook.SingleStakes
}

func answerSinglePool(line []byte, explained *Explained) (*Output, error) {
	in := &singlePoolInput{}
	if err := checkKeys(line); err != nil {
		return nil, err
	}
	if err := decodeStrictly(line, in); err != nil {
		return nil, err
	}
	c := &singlePoolCase{}
	for _, read := range []func(*singlePoolCase) error{
		in.readPool, in.readResult, in.readUnits, in.readOffer, in.readPrimes, in.readCitations,
	} {
		if err := read(c); err != nil {
			return nil, err
		}
	}
	in.explained = explained
	return c.answer(&in.input), nil
}

func (in *singlePoolInput) readPool(c *singlePoolCase) error {
	book, err := in.book()
	if err != nil {
		return err
	}
	var ok bool
	if c.pool, ok = book.SinglePool(); !ok {
		return fmt.Errorf("rulebook %s has no bet %q", book.ID, in.Bet)
	}
	terms := c.pool.Terms()
	takes := [len(terms.Bets)]tote.Rate{}
	for i := range takes {
		takes[i] = terms.Bets[i].Take
		if in.TakeRate == nil {
			continue
		}
		take, err := tote.ParseRate(*in.TakeRate)
		if err != nil {
			return fmt.Errorf("take_rate: %w", err)
		}
		takes[i] = take
	}
	for _, code := range slices.Sorted(maps.Keys(in.TakeRates)) {
		bet, err := c.bet(code)
		if err != nil {
			return fmt.Errorf("take_rates: %w", err)
		}
		if takes[bet-rulebook.Trio], err = tote.ParseRate(in.TakeRates[code]); err != nil {
			return fmt.Errorf("take_rates.%s: %w", code, err)
		}
	}
	c.pool = c.pool.At(takes)
	return nil
}

// bet returns the bet of a code.
func (c *singlePoolCase) bet(code string) (rulebook.PoolBet, error) {
	bet, ok := c.pool.Bet(tote.BetCode(code))
	if !ok {
		return 0, fmt.Errorf("the single pool has no bet %q", code)
	}
	return bet, nil
}

func (in *singlePoolInput) readResult(c *singlePoolCase) (err error) {
	if in.ReserveCents != 0 {
		return errors.New("reserve_cents: a single pool takes primes_cents instead")
	}
	c.stakes.TopUp = in.TopUp
	c.result, err = in.result()
	return err
}

// readUnits validates the stakes and adds them up.
func (in *singlePoolInput) readUnits(c *singlePoolCase) error {
	if in.Stakes == nil {
		return errors.New("stakes is missing")
	}
	c.units = make([]unit, len(in.Stakes))
	total := tote.Money(0)
	for i, raw := range in.Stakes {
		var s stake
		if err := decodeStrictly(raw, &s); err != nil {
			return fmt.Errorf("stakes[%d]: %w", i, err)
		}
		var err error
		if total, err = s.addTo(total); err != nil {
			return fmt.Errorf("stakes[%d]%w", i, err)
		}
		bet, err := c.readUnit(&c.units[i], &s)
		if err != nil {
			return fmt.Errorf("stakes[%d]%w", i, err)
		}
		c.stakes.Bets[bet-rulebook.Trio].Total += c.units[i].cents
		c.stakes.Cited.Add(&c.units[i].pattern, c.units[i].cents)
	}
	return nil
}

// readUnit reads one stake. The error continues "stakes[i]".
func (c *singlePoolCase) readUnit(u *unit, s *stake) (rulebook.PoolBet, error) {
	if s.Bet == nil {
		return 0, errors.New(".bet is missing")
	}
	bet, err := c.bet(*s.Bet)
	if err != nil {
		return 0, fmt.Errorf(".bet: %w", err)
	}
	pattern, err := s.pattern()
	if err != nil {
		return 0, err
	}
	pattern.Variant = uint8(bet)
	*u = unit{pattern: pattern, cents: tote.Money(*s.Cents)}
	if bet != rulebook.Trio {
		u.readOrdered(s)
		u.pattern.Variant = uint8(bet)
	}
	if err := u.check(c.pool, c.result.Declared); err != nil {
		return 0, fmt.Errorf(": %w", err)
	}
	return bet, nil
}

// readOffer reads which bets the race offers: those that have stakes unless the
// case says.
func (in *singlePoolInput) readOffer(c *singlePoolCase) error {
	for _, code := range in.Bets {
		bet, err := c.bet(code)
		if err != nil {
			return fmt.Errorf("bets: %w", err)
		}
		if c.offered.Has(bet) {
			return fmt.Errorf("bets names %s twice", code)
		}
		c.offered |= rulebook.PoolBetsOf(bet)
	}
	for i := range c.units {
		bet := rulebook.PoolBet(c.units[i].pattern.Variant)
		if in.Bets != nil && !c.offered.Has(bet) {
			return fmt.Errorf("stakes[%d] is on %s, not one of bets", i, c.pool.Code(bet))
		}
		c.offered |= rulebook.PoolBetsOf(bet)
	}
	return nil
}

func (in *singlePoolInput) readPrimes(c *singlePoolCase) error {
	for _, code := range slices.Sorted(maps.Keys(in.PrimesCents)) {
		bet, err := c.bet(code)
		if err != nil {
			return fmt.Errorf("primes_cents: %w", err)
		}
		cents := tote.Money(in.PrimesCents[code])
		if cents < 0 || cents > tote.MaxStake {
			return fmt.Errorf("primes_cents.%s is %d: want 0 to %d", code, cents, tote.MaxStake)
		}
		c.stakes.Bets[bet-rulebook.Trio].Prime = cents
	}
	return nil
}

// readCitations replaces the table of citations by the case's, where it has one.
func (in *singlePoolInput) readCitations(c *singlePoolCase) error {
	if in.Citations == nil {
		return nil
	}
	var table rulebook.Citations
	for place := range table {
		for h := range c.result.Declared.All {
			euros := in.Citations[h.String()]
			if len(euros) != len(table) {
				return fmt.Errorf("citations.%d: want %d amounts", h, len(table))
			}
			thirds, err := thirdsOfCents(euros[place])
			if err != nil {
				return fmt.Errorf("citations.%d: %w", h, err)
			}
			if thirds == 0 && c.result.Ran().Has(h) {
				return fmt.Errorf("citations.%d: horse %d ran and is not cited at place %d", h, h, place+1)
			}
			table[place][h] = thirds - rulebook.CitedEuro
		}
	}
	if len(in.Citations) != c.result.Declared.Len() {
		return errors.New("citations names a horse that is not on the official list")
	}
	c.stakes.Cited = table
	return nil
}

// thirdsOfCents reads an amount of the table of citations.
func thirdsOfCents(text string) (int64, error) {
	euros, ok := new(big.Rat).SetString(text)
	if !ok || strings.Trim(text, "0123456789.") != "" {
		return 0, fmt.Errorf("%q is not an amount in euros", text)
	}
	thirds := euros.Mul(euros, big.NewRat(rulebook.CitedEuro, 1))
	if !thirds.IsInt() || !thirds.Num().IsInt64() || thirds.Num().Int64() > 3*int64(tote.MaxStake) {
		return 0, fmt.Errorf("%q is not a whole number of thirds of cents up to %d cents", text, tote.MaxStake)
	}
	return thirds.Num().Int64(), nil
}

// answer settles the pool and pays each stake.
func (c *singlePoolCase) answer(in *input) *Output {
	card := c.pool.Card(c.result, c.offered)
	for {
		c.count(card)
		wider, ok := card.Widen(c.stakes.OnLine)
		if !ok {
			break
		}
		card = wider
	}
	c.stakes.Working = in.explained.working()
	settled := card.Share(c.stakes)
	out := &Output{
		ID:           in.ID,
		NetPoolCents: fourDecimals(settled.NetPool),
		RefundAll:    settled.RefundAll(),
		Reason:       settled.Reason,
		Dividends:    []Dividend{},
		Procedure:    string(settled.Procedure),
		BoosterCents: "0.00",
		SinglePool:   c.funds(&settled),
		Selections:   make([]Selection, len(c.units)),
	}
	for i, b := range c.stakes.Bets {
		out.StakesCents += b.Total
		if settled.Refunds[i] != "" {
			out.RefundedCents += b.Total
			continue
		}
		out.RefundedCents += b.Refunded
	}
	c.pay(out, &settled, card.Lines())
	in.explained.singlePool(c, in, out, card, &settled)
	return out
}

// funds writes what a single pool has beside the others.
func (c *singlePoolCase) funds(settled *rulebook.SingleSettlement) *SinglePool {
	out := &SinglePool{
		Treated:          []tote.BetCode{},
		ReserveFundCents: map[tote.BetCode]string{},
		RefundedBets:     map[tote.BetCode]tote.Reason{},
	}
	if level := settled.Level.String(); level != "" {
		out.SpecialCase = &level
	}
	for bet := range c.offered.All {
		i, code := bet-rulebook.Trio, c.pool.Code(bet)
		out.ReserveFundCents[code] = fourDecimals(settled.Funds[i])
		if reason := settled.Refunds[i]; reason != "" {
			out.RefundedBets[code] = reason
			continue
		}
		out.Treated = append(out.Treated, code)
	}
	return out
}

// count adds up the stakes by line and by bet and notes where each unit ends.
func (c *singlePoolCase) count(card *rulebook.SingleCard) {
	c.stakes.OnLine = make([]tote.Money, len(card.Lines()))
	for i := range c.stakes.Bets {
		c.stakes.Bets[i].Refunded = 0
	}
	var tally tote.Tally
	for i := range c.units {
		u := &c.units[i]
		u.line = lostLine
		u.tally(card, &tally)
		if tally.Refunded > 0 {
			u.line = refundedLine
			c.stakes.Bets[u.pattern.Variant-uint8(rulebook.Trio)].Refunded += u.cents
			continue
		}
		if line := slices.Index(tally.Won, 1); line >= 0 {
			u.line = line
			c.stakes.OnLine[line] += u.cents
		}
	}
}

// pay writes the dividends, a rank's payable combinations whether or not anybody
// backs them, and the end of each stake.
func (c *singlePoolCase) pay(out *Output, settled *rulebook.SingleSettlement, lines []tote.Line) {
	for i, line := range lines {
		if settled.Dividends[i] == 0 {
			continue
		}
		out.Dividends = append(out.Dividends, Dividend{
			Rank:        line.Rank,
			Combination: line.Combination,
			Dividend:    settled.Dividends[i].String(),
			StakeCents:  c.stakes.OnLine[i],
			Coefficient: settled.Coefficients[i].FloatString(6),
		})
	}
	for i, u := range c.units {
		end := &out.Selections[i]
		switch {
		case out.RefundAll || u.line == refundedLine:
			end.Outcome = refunded
		case u.line == lostLine:
			end.Outcome = lost
		default:
			*end = Selection{Outcome: won, Rank: lines[u.line].Rank, Dividend: settled.Dividends[u.line].String()}
			out.PayoutCents += settled.Dividends[u.line].Pay(u.cents)
		}
	}
}

// fourDecimals writes exact cents with 2 decimals, 4 when needed, rounded half up.
func fourDecimals(cents *big.Rat) string {
	return strings.TrimSuffix(cents.FloatString(4), "00")
}
