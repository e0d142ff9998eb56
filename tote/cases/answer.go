package cases

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// Output is the answer to a case, fields in FORMAT's order.
type Output struct {
	ID            string      `json:"id"`
	StakesCents   tote.Money  `json:"stakes_cents"`
	RefundedCents tote.Money  `json:"refunded_cents"`
	NetPoolCents  string      `json:"net_pool_cents"`
	RefundAll     bool        `json:"refund_all"`
	Reason        tote.Reason `json:"reason,omitempty"`
	Dividends     []Dividend  `json:"dividends"`
	PayoutCents   tote.Money  `json:"payout_cents"`
	Procedure     string      `json:"procedure"`
	BoosterCents  string      `json:"booster_cents"`
	*SinglePool               // of a single pool, else nil and left out
	*ReserveFund              // of an e-Quinté+, else nil and left out
	Level         string      `json:"level,omitempty"`
	Substitute    int         `json:"substitute_step,omitempty"`
	Selections    []Selection `json:"selections"`
}

// Dividend is one payable combination that somebody backs.
type Dividend struct {
	Rank        string     `json:"rank"`
	Combination string     `json:"combination"`
	Dividend    string     `json:"dividend"`
	StakeCents  tote.Money `json:"stake_cents"`
	Coefficient string     `json:"coefficient,omitempty"` // of difficulty, in a single pool
}

// Selection is how one stake of the case ended.
type Selection struct {
	Outcome  string `json:"outcome"`
	Rank     string `json:"rank,omitempty"`
	Dividend string `json:"dividend,omitempty"`
}

// The outcomes of a stake.
const (
	won         = "won"
	lost        = "lost"
	refunded    = "refunded"
	transferred = "transferred"
)

// defaultRulebook is the one of cases that name none (FORMAT).
const defaultRulebook = "fr-online-2020"

// Answer computes one case. The error is one sentence on what is wrong with it.
func Answer(line []byte) (*Output, error) { return answer(line, nil) }

// answer computes one case, and fills in explained unless it is nil.
func answer(line []byte, explained *Explained) (*Output, error) {
	if betOf(line) == singlePoolBet {
		return answerSinglePool(line, explained)
	}
	if rulebook.IsInternational(tote.BetCode(betOf(line))) {
		return answerInternational(line, explained)
	}
	in, err := decode(line)
	if err != nil {
		return nil, err
	}
	in.explained = explained
	bet, err := in.betType()
	if err != nil {
		return nil, err
	}
	return in.answer(bet)
}

// answer computes the case as a pool of the bet.
func (in *input) answer(bet tote.BetType) (*Output, error) {
	result, err := in.result()
	if err != nil {
		return nil, err
	}
	if in.Stakes == nil {
		return nil, errors.New("stakes is missing")
	}
	if in.ReserveCents < 0 || tote.Money(in.ReserveCents) > tote.MaxStake {
		return nil, fmt.Errorf("reserve_cents is %d: want 0 to %d", in.ReserveCents, tote.MaxStake)
	}
	bets, total, err := in.bets(bet, result.Declared, result.NonRunners)
	if err != nil {
		return nil, err
	}
	return compute(in, bet, result, bets, total), nil
}

// book returns the rulebook that the case names.
func (in *input) book() (*rulebook.Book, error) {
	id := in.Rulebook
	if id == "" {
		id = defaultRulebook
	}
	book, ok := rulebook.ByID(rulebook.ID(id))
	if !ok {
		return nil, fmt.Errorf("rulebook %q is unknown", id)
	}
	return book, nil
}

func (in *input) betType() (tote.BetType, error) {
	book, err := in.book()
	if err != nil {
		return nil, err
	}
	if in.Bet == "" {
		return nil, errors.New("bet is missing")
	}
	code := tote.BetCode(in.Bet)
	take, err := in.takeRate()
	if err != nil {
		return nil, err
	}
	if bet, ok := book.Apart(code, take); ok {
		return in.onRace(bet)
	}
	bet, ok := book.Type(code)
	if !ok {
		return nil, fmt.Errorf("rulebook %s has no bet %q", book.ID, in.Bet)
	}
	if take != nil {
		bet, _ = book.TypeAt(code, *take)
	}
	return in.onRace(bet)
}

// takeRate returns the case's rate, nil for the rulebook's.
func (in *input) takeRate() (*tote.Rate, error) {
	if in.TakeRate == nil {
		return nil, nil
	}
	take, err := tote.ParseRate(*in.TakeRate)
	if err != nil {
		return nil, fmt.Errorf("take_rate: %w", err)
	}
	return &take, nil
}

// unit is one stake of a case as a bet.
type unit struct {
	pattern tote.Pattern
	cents   tote.Money
	// field is the formula an ordered unit comes from, nil without.
	field *tote.Pattern
	// received marks a unit that another bet of the race sent here.
	received bool
	line     int   // of the card, or lostLine, refundedLine or transferredLine
	lines    []int // further ones, of finishes that exclude each other
}

const (
	lostLine        = -1
	refundedLine    = -2
	transferredLine = -3
)

// bets validates the stakes and their sum.
func (in *input) bets(bet tote.BetType, declared, out tote.HorseSet) ([]unit, tote.Money, error) {
	units := make([]unit, len(in.Stakes))
	total := tote.Money(0)
	for i, raw := range in.Stakes {
		var s stake
		if err := decodeStrictly(raw, &s); err != nil {
			return nil, 0, fmt.Errorf("stakes[%d]: %w", i, err)
		}
		var err error
		if total, err = s.addTo(total); err != nil {
			return nil, 0, fmt.Errorf("stakes[%d]%w", i, err)
		}
		s.freeOfBases(bet.Code(), declared)
		pattern, err := s.pattern()
		if err != nil {
			return nil, 0, fmt.Errorf("stakes[%d]%w", i, err)
		}
		pattern.Variant = variant(bet.Code(), &s)
		s.keepComplement(bet.Code(), &pattern)
		pattern = s.inOrder(bet.Code(), pattern)
		u := unit{pattern: pattern, cents: tote.Money(*s.Cents)}
		if isOrdered(bet.Code()) {
			u.readOrdered(&s)
		}
		if err := u.readBet(in, &s, out); err != nil {
			return nil, 0, fmt.Errorf("stakes[%d]%w", i, err)
		}
		if err := u.check(bet, declared); err != nil {
			return nil, 0, fmt.Errorf("stakes[%d]: %w", i, err)
		}
		units[i] = u
	}
	return units, total, nil
}

// addTo adds the stake to a total. The error continues "stakes[i]".
func (s *stake) addTo(total tote.Money) (tote.Money, error) {
	switch {
	case s.Selection == nil:
		return 0, errors.New(".selection is missing")
	case s.Cents == nil:
		return 0, errors.New(".cents is missing")
	case *s.Cents < 1 || tote.Money(*s.Cents) > tote.MaxStake:
		return 0, fmt.Errorf(".cents is %d: want 1 to %d", *s.Cents, tote.MaxStake)
	}
	sum, ok := tote.CheckedAdd(total, tote.Money(*s.Cents))
	if !ok {
		return 0, fmt.Errorf(": the sum of the stakes passes %d cents", tote.MaxStake)
	}
	return sum, nil
}

// pattern returns the stake as a bet of one combination: a field formula of one
// associate for units that come from a field.
func (s *stake) pattern() (tote.Pattern, error) {
	selection, err := horses(s.Selection, ".selection")
	if err != nil {
		return tote.Pattern{}, err
	}
	if len(selection) > tote.MaxNumbers {
		return tote.Pattern{}, fmt.Errorf(".selection has more than %d horses", tote.MaxNumbers)
	}
	p := tote.UnitPattern(selection...)
	if len(s.Bases) > 0 {
		bases, err := horses(s.Bases, ".bases")
		if err != nil {
			return tote.Pattern{}, err
		}
		rest := slices.Clone(selection)
		for _, b := range bases {
			i := slices.Index(rest, b)
			if i < 0 {
				return tote.Pattern{}, fmt.Errorf(".bases names horse %d, not in the selection", b)
			}
			rest = slices.Delete(rest, i, i+1)
		}
		p = tote.BasePattern(bases, rest)
	}
	if s.Complement != nil {
		complement, err := horses([]int{*s.Complement}, ".complement")
		if err != nil {
			return tote.Pattern{}, err
		}
		// A unit that already holds the complement comes from a field formula and
		// keeps its non-runner (II-9-II); without its base it is written as a unit.
		if len(s.Bases) > 0 || len(selection) == 1 || !slices.Contains(selection, complement[0]) {
			p.Complement = complement[0]
		}
	}
	return p, nil
}

// compute settles the pool and pays each stake.
func compute(in *input, bet tote.BetType, result tote.Result, units []unit, total tote.Money) *Output {
	stakes := tote.Stakes{Total: total, Added: tote.Money(in.ReserveCents), TopUp: in.TopUp, Working: in.explained.working()}
	card, reason := bet.Card(result)
	var lines []tote.Line
	var settled tote.Settlement
	if card == nil {
		settled = tote.RefundWhole(reason, 0, stakes)
	} else {
		lines = card.Lines()
		count(card, units, &stakes)
		settled = card.Share(stakes)
	}
	out := &Output{
		ID:            in.ID,
		StakesCents:   total,
		RefundedCents: stakes.Refunded,
		NetPoolCents:  decimal(settled.NetPool),
		RefundAll:     settled.RefundAll(),
		Reason:        settled.Reason,
		Dividends:     []Dividend{},
		Procedure:     string(settled.Procedure),
		BoosterCents:  decimal(boosterOf(bet.Code(), &settled, stakes.Added)),
		ReserveFund:   reserveFund(&settled, lines, stakes),
		Level:         settled.Level,
		Substitute:    settled.Substitute,
		Selections:    make([]Selection, len(units)),
	}
	if settled.RefundAll() {
		refundWhole(out, units, total-stakes.Transferred)
	} else {
		pay(out, &settled, lines, shownStakes(card, units, stakes.OnLine), units)
	}
	in.explained.settled(in, out, result, lines, stakes, settled)
	in.explained.units(units, len(lines))
	return out
}

// count adds up the stakes by line and notes where each unit ends.
func count(card tote.Card, units []unit, stakes *tote.Stakes) {
	stakes.OnLine = make([]tote.Money, len(card.Lines()))
	var tally tote.Tally
	for i := range units {
		u := &units[i]
		u.tally(card, &tally)
		u.line = lostLine
		switch {
		case tally.Refunded > 0:
			u.line = refundedLine
			stakes.Refunded += u.cents
			continue
		case tally.Transferred > 0:
			u.line = transferredLine
			stakes.Transferred += u.cents
			continue
		}
		for line, n := range tally.Won {
			if n == 0 {
				continue
			}
			if u.line == lostLine {
				u.line = line
			} else {
				u.lines = append(u.lines, line)
			}
			stakes.OnLine[line] += u.cents
		}
	}
}

// paid returns the line of the unit that pays, lostLine for none.
func (u *unit) paid(dividends []tote.Dividend) int {
	if u.line == lostLine || dividends[u.line] != 0 {
		return u.line
	}
	for _, line := range u.lines {
		if dividends[line] != 0 {
			return line
		}
	}
	return lostLine
}

// refundWhole refunds every unit that did not leave for another pool.
func refundWhole(out *Output, units []unit, cents tote.Money) {
	out.RefundedCents = cents
	for i, u := range units {
		out.Selections[i].Outcome = refunded
		if u.line == transferredLine {
			out.Selections[i].Outcome = transferred
		}
	}
}

func pay(out *Output, settled *tote.Settlement, lines []tote.Line, shown []tote.Money, units []unit) {
	for i, line := range lines {
		if shown[i] == 0 || settled.Dividends[i] == 0 {
			continue
		}
		out.Dividends = append(out.Dividends, Dividend{
			Rank:        line.Rank,
			Combination: line.Combination,
			Dividend:    settled.Dividends[i].String(),
			StakeCents:  shown[i],
		})
	}
	for i, u := range units {
		end := &out.Selections[i]
		switch u.line {
		case refundedLine:
			end.Outcome = refunded
			continue
		case transferredLine:
			end.Outcome = transferred
			continue
		}
		line := u.paid(settled.Dividends)
		if line == lostLine {
			end.Outcome = lost
			continue
		}
		*end = Selection{Outcome: won, Rank: lines[line].Rank, Dividend: settled.Dividends[line].String()}
		out.PayoutCents += settled.Dividends[line].Pay(u.cents)
	}
}

// decimal writes exact cents with the decimals they have, at least 2, at most
// 12, the last one rounded half up.
func decimal(cents *big.Rat) string {
	text := cents.FloatString(12)
	whole, fraction, _ := strings.Cut(text, ".")
	fraction = strings.TrimRight(fraction, "0")
	return whole + "." + fraction + strings.Repeat("0", max(0, 2-len(fraction)))
}
