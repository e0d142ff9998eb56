package cases

import (
	"fmt"
	"io"
	"strings"

	"opentote/tote"
	"opentote/tote/rulebook"
	"opentote/tote/working"
)

// Explained is how the answer to a case came about.
type Explained struct {
	Pool working.Pool
	// Bets are the stakes of the case, in its order.
	Bets []working.Bet
}

// Explain computes one case like Answer and tells how it came about.
func Explain(line []byte) (*Output, *Explained, error) {
	explained := &Explained{}
	out, err := answer(line, explained)
	if err != nil {
		return nil, nil, err
	}
	return out, explained, nil
}

// working is where steps are to be noted, nil for nowhere.
func (x *Explained) working() *tote.Working {
	if x == nil {
		return nil
	}
	return &x.Pool.Working
}

// settled fills in what the settlement of a pool tells.
func (x *Explained) settled(in *input, out *Output, result tote.Result, lines []tote.Line, stakes tote.Stakes, settled tote.Settlement) {
	if x == nil {
		return
	}
	p := &x.Pool
	p.Bet, p.Rulebook, p.Result, p.Lines, p.Stakes, p.Settlement = tote.BetCode(in.Bet), in.Rulebook, result, lines, stakes, settled
	if p.Rulebook == "" {
		p.Rulebook = defaultRulebook
	}
	accounts := settled.Split(stakes, out.RefundedCents, out.PayoutCents)
	p.Accounts = &accounts
}

// because replaces the reason of a refund.
func (x *Explained) because(reason tote.Reason) {
	if x != nil {
		x.Pool.Settlement.Reason = reason
	}
}

// units fills in how each stake ended.
func (x *Explained) units(units []unit, lines int) {
	if x == nil {
		return
	}
	for i := range units {
		u := &units[i]
		b := working.Bet{Pattern: u.pattern, Unit: u.cents, Units: 1, Received: u.received}
		b.Tally.Reset(lines)
		switch u.line {
		case lostLine:
		case refundedLine:
			b.Tally.Refunded = 1
		case transferredLine:
			b.Tally.Transferred = 1
		default:
			if lines > 0 {
				b.Tally.Won[u.line] = 1
			}
			for _, line := range u.lines {
				b.Tally.Won[line] = 1
			}
		}
		x.Bets = append(x.Bets, b)
	}
}

// accounts adds up where the money of the three bets went.
func (c *singlePoolCase) accounts(settled *rulebook.SingleSettlement) *tote.Accounts {
	var refunded, payout [rulebook.PoolBetCount]tote.Money
	for i, b := range c.stakes.Bets {
		if refunded[i] = b.Refunded; settled.Refunds[i] != "" {
			refunded[i] = b.Total
		}
	}
	for _, u := range c.units {
		if i := rulebook.PoolBet(u.pattern.Variant).Index(); u.line >= 0 && settled.Refunds[i] == "" {
			payout[i] += settled.Dividends[u.line].Pay(u.cents)
		}
	}
	sum := new(tote.Accounts)
	for _, a := range settled.Split(c.stakes, refunded, payout) {
		sum.Add(&a)
	}
	return sum
}

// singlePool fills in what the settlement of a single pool tells.
func (x *Explained) singlePool(c *singlePoolCase, in *input, out *Output, card *rulebook.SingleCard, settled *rulebook.SingleSettlement) {
	if x == nil {
		return
	}
	stakes := c.stakes.Pool()
	stakes.Refunded = 0
	for i := range settled.Refunds {
		if settled.Refunds[i] == "" {
			stakes.Refunded += c.stakes.Bets[i].Refunded
		}
	}
	x.settled(in, out, c.result, card.Lines(), stakes, settled.Settlement)
	x.Pool.Accounts = c.accounts(settled)
	for bet := range c.offered.All {
		if reason := settled.Refunds[bet-rulebook.Trio]; reason != "" {
			x.Pool.Refunds = append(x.Pool.Refunds, working.Refund{Bet: c.pool.Code(bet), Reason: reason})
		}
	}
	x.units(c.units, len(card.Lines()))
}

// RunExplained is Run with each answer explained: as plain text in its place or, with
// asJSON, by the keys "working" and "bets" added to it.
func RunExplained(in io.Reader, out io.Writer, lang working.Language, asJSON bool) (Malformed, error) {
	return eachLine(in, out, func(w io.Writer, line []byte) (wrong, err error) {
		answer, explained, wrong := Explain(line)
		switch {
		case wrong != nil:
			return wrong, nil
		case asJSON:
			return nil, writeJSON(w, explained.output(answer, lang))
		}
		_, err = io.WriteString(w, explained.text(answer, lang))
		return nil, err
	})
}

// explainedOutput is an answer and how it came about.
type explainedOutput struct {
	*Output
	Working []working.Section `json:"working"`
	Bets    [][]working.Line  `json:"bets"` // of each stake, in the order of the case
}

func (x *Explained) output(answer *Output, lang working.Language) explainedOutput {
	out := explainedOutput{Output: answer, Working: x.Pool.Sections(lang), Bets: [][]working.Line{}}
	for i := range x.Bets {
		out.Bets = append(out.Bets, x.Bets[i].Lines(&x.Pool, lang))
	}
	return out
}

func (x *Explained) text(answer *Output, lang working.Language) string {
	var b strings.Builder
	b.WriteString("# " + answer.ID + "\n\n")
	b.WriteString(working.Text(x.Pool.Sections(lang)))
	title := "Bet %d"
	if lang == working.French {
		title = "Pari %d"
	}
	for i := range x.Bets {
		lines := x.Bets[i].Lines(&x.Pool, lang)
		b.WriteString(working.Text([]working.Section{{Title: fmt.Sprintf(title, i+1), Lines: lines}}))
	}
	b.WriteString("\n")
	return b.String()
}
