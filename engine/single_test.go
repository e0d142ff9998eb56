package engine_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/engine"
	"opentote/event"
	"opentote/recount"
	"opentote/tote"
)

const (
	trio        = tote.BetCode("E_TRIO")
	trioOrdre   = tote.BetCode("E_TRIO_ORDRE")
	superQuatre = tote.BetCode("E_SUPER_QUATRE")
)

// singleBets share a single pool.
var singleBets = []tote.BetCode{trio, trioOrdre, superQuatre}

// pooled is a race of a single pool: the same bets sold by the engine and told to
// the second calculator.
type pooled struct {
	*rapid.T
	*ordered
	told recount.Case
	bets []pooledBet
}

type pooledBet struct {
	id    event.BetID
	units int // of the case's stakes, in their order
}

// draw draws an int.
func (p *pooled) draw(label string, from, to int) int {
	return rapid.IntRange(from, to).Draw(p.T, label)
}

// horseNumbers writes horses as the second calculator reads them.
func horseNumbers(horses []tote.Horse) []int {
	out := make([]int, len(horses))
	for i, h := range horses {
		out[i] = int(h)
	}
	return out
}

// formula draws a bet, as the engine and as the second calculator read it.
func (p *pooled) formula(bet tote.BetCode) (tote.Pattern, recount.Formula) {
	n := 3
	if bet == superQuatre {
		n = 4
	}
	field := rapid.Permutation(tote.Numbered(p.horses).Slice()).Draw(p.T, "field")
	if p.draw("by the numbers", 0, 2) > 0 { // likely winners
		field = tote.Numbered(p.horses).Slice()
		i := p.draw("swapped", 0, p.horses-1)
		field[0], field[i] = field[i], field[0]
	}
	f := recount.Formula{Bet: string(bet), Runners: p.horses}
	var pattern tote.Pattern
	bases := p.draw("bases", 1, n-1)
	kind := p.draw("formula", 0, 4)
	switch {
	case kind == 0:
		chosen := field[:p.draw("chosen", n, min(p.horses, n+2))]
		pattern, f.Formula, f.Horses = tote.CombinedPattern(chosen...), "combined", horseNumbers(chosen)
	case kind == 1:
		others := field[bases:p.draw("named", n, p.horses)]
		pattern, f.Formula = tote.BasePattern(field[:bases], others), "field"
		f.Bases, f.Associates = horseNumbers(field[:bases]), horseNumbers(others)
	case kind == 2:
		pattern, f.Formula, f.Bases = tote.FullFieldPattern(field[:bases], 0), "field", horseNumbers(field[:bases])
	default:
		pattern, f.Formula, f.Horses = tote.UnitPattern(field[:n]...), "unit", horseNumbers(field[:n])
	}
	if bet == trio {
		return pattern, f
	}
	if p.draw("all orders", 0, 1) == 1 {
		f.Orders = "all"
		return pattern.InAllOrders(), f
	}
	if f.Formula == "field" {
		f.BasePlaces = rapid.Permutation([]int{1, 2, 3, 4}[:n]).Draw(p.T, "places")[:bases]
		pattern = pattern.At(f.BasePlaces...)
	}
	return pattern, f
}

// bet sells a bet and tells it to the second calculator, unless it is cancelled.
func (p *pooled) bet() {
	bet := rapid.SampledFrom(p.ordered.bets).Draw(p.T, "bet")
	c := &engine.PlaceBet{Key: p.key(), Account: p.player, Race: p.race, Bet: bet}
	var f recount.Formula
	c.Pattern, f = p.formula(bet)
	c.Unit = tote.Money(rapid.SampledFrom([]int{50, 75, 100, 150, 333, 20_000}).Draw(p.T, "unit"))
	f.Cents = int64(c.Unit)
	free := tote.Numbered(p.horses).Without(c.Pattern.Named())
	if free != 0 && p.draw("complement", 0, 2) == 0 && f.Formula != "field" {
		c.Pattern.Complement = rapid.SampledFrom(free.Slice()).Draw(p.T, "replacement")
		f.Complement = int(c.Pattern.Complement)
	}
	p.must(c)
	if p.draw("cancelled", 0, 9) == 0 {
		p.must(&engine.CancelBet{Key: p.key(), Bet: c.Receipt.Bet, Account: p.player})
		return
	}
	stakes, err := recount.Expand(f)
	if err != nil || len(stakes) != int(c.Receipt.Units) {
		p.Fatalf("%+v: %d units sold, %d expanded, %v", f, c.Receipt.Units, len(stakes), err)
	}
	p.told.Stakes = append(p.told.Stakes, stakes...)
	p.bets = append(p.bets, pooledBet{c.Receipt.Bet, len(stakes)})
}

// finish draws non-runners and an arrival.
func (p *pooled) finish() (arrival [][]tote.Horse) {
	out := tote.HorseSet(0)
	for range p.draw("non-runners", 0, 3) {
		h := tote.Horse(p.draw("non-runner", 1, p.horses))
		p.must(&engine.DeclareNonRunner{Race: p.race, Horse: h})
		out = out.With(h)
	}
	p.told.Race.NonRunners = horseNumbers(out.Slice())
	classified := p.draw("classified", 2, p.horses)
	for h := range tote.Numbered(p.horses).Without(out).All {
		last := len(arrival) - 1
		switch {
		case last >= 0 && len(arrival) >= classified:
		case last >= 0 && p.draw("dead heat", 0, 5) == 0:
			arrival[last] = append(arrival[last], h)
			p.told.Race.Arrival[last] = append(p.told.Race.Arrival[last], int(h))
		default:
			arrival = append(arrival, []tote.Horse{h})
			p.told.Race.Arrival = append(p.told.Race.Arrival, []int{int(h)})
		}
	}
	return arrival
}

// TestTheSecondCalculatorAgreesOnSinglePools sells random bets of the three kinds,
// settles, restarts, and compares all that the engine paid and kept with what the
// second calculator makes of the same units. No cent is lost between the pools.
func TestTheSecondCalculatorAgreesOnSinglePools(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(4, 8).Draw(rt, "horses")
		offered := slices.DeleteFunc(slices.Clone(singleBets), func(tote.BetCode) bool { return rapid.IntRange(0, 4).Draw(rt, "not offered") == 0 })
		if len(offered) == 0 {
			offered = singleBets[:1]
		}
		p := &pooled{T: rt, ordered: openOrderedOf(t, n, 1, offered...)}
		defer p.engine.Close()
		p.told = recount.Case{Bet: "E_MASSE_UNIQUE", Race: recount.Race{Runners: n}}
		for _, bet := range offered {
			p.told.Bets = append(p.told.Bets, string(bet))
		}
		for range p.draw("bets", 0, 10) {
			p.bet()
		}
		p.run(p.finish()...)
		p.compare()
		hash := p.ordered.ledger()
		p.restart()
		if diff := cmp.Diff(hash, p.ordered.ledger()); diff != "" {
			p.Fatalf("a restart changes the ledger (-before +after)\n%s", diff)
		}
		if t.Failed() {
			p.Fatalf("failed on %+v", p.told)
		}
	})
}

// ledger sums the ledger and the race's pools.
func (o *ordered) ledger() string {
	c := &engine.GetRaceAccounts{Race: o.race}
	o.must(c)
	text := fmt.Sprintf("%+v", o.balanced())
	for _, p := range c.View.Pools {
		p.Declared = nil
		text += fmt.Sprintf("\n%+v", p)
	}
	return text
}

// compare checks all that the engine says against the second calculator.
func (p *pooled) compare() {
	want, err := recount.Compute(&p.told)
	if err != nil {
		p.Fatalf("%+v: %v", p.told, err)
	}
	var lines []string
	var shared, winnings tote.Money
	for _, code := range p.ordered.bets {
		v := p.pool(code)
		d := v.Declared
		shared += v.Shared
		winnings += d.Winnings
		reason := want.RefundedBets[string(code)]
		if want.RefundAll && reason == "" {
			reason = want.Reason
		}
		if string(d.Reason) != reason || (d.Procedure == tote.Refund) != (reason != "") || reason == "" && string(d.Procedure) != want.Procedure {
			p.Errorf("%s: %s %q, want %s %q", code, d.Procedure, d.Reason, want.Procedure, reason)
		}
		if fund := floorText(p, want.ReserveFundCents[string(code)]); d.Booster != fund {
			p.Errorf("%s: the fund gets %v, want %v", code, d.Booster, fund)
		}
		for _, l := range d.Lines {
			lines = append(lines, fmt.Sprint(l.Rank, " ", l.Combination, " ", l.Dividend, " ", int64(l.Stakes)))
		}
	}
	var wanted []string
	for _, d := range want.Dividends {
		if d.StakeCents > 0 {
			wanted = append(wanted, fmt.Sprint(d.Rank, " ", d.Combination, " ", d.Dividend, " ", d.StakeCents))
		}
	}
	slices.Sort(lines)
	slices.Sort(wanted)
	if diff := cmp.Diff(wanted, lines); diff != "" || shared != 0 || winnings != tote.Money(want.PayoutCents) {
		p.Errorf("%+v\nwinnings %v, want %d; shared %v; dividends (-want +got)\n%s", p.told, winnings, want.PayoutCents, shared, diff)
	}
	p.compareBets(want)
}

// compareBets checks what each bet got.
func (p *pooled) compareBets(want *recount.Answer) {
	unit := 0
	for _, b := range p.bets {
		var won, refunded tote.Money
		for range b.units {
			end, stake := want.Selections[unit], tote.Money(p.told.Stakes[unit].Cents)
			switch end.Outcome {
			case "won":
				won += dividend(p.ordered.T, end.Dividend).Pay(stake)
			case "refunded":
				refunded += stake
			}
			unit++
		}
		if v := p.view(b.id); v.Won != won || v.Refunded != refunded {
			p.Errorf("%+v: bet %d of %s won %v, refunded %v, want %v and %v", p.told, b.id.Index(), v.Bet, v.Won, v.Refunded, won, refunded)
		}
	}
}

// floorText reads "1010.4750" cents rounded down.
func floorText(p *pooled, s string) tote.Money {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		p.Fatalf("%q is no amount", s)
	}
	return tote.Money(new(big.Int).Quo(r.Num(), r.Denom()).Int64())
}

// three is a stake on a bet of the single pool.
func three(bet tote.BetCode, cents tote.Money, horses ...tote.Horse) stake {
	return stake{bet, tote.UnitPattern(horses...), cents}
}

// baseOfXI are the stakes of the examples of chapter 11.
var baseOfXI = []stake{
	three(trio, 60_00, 1, 2, 3), three(trio, 30_00, 1, 2, 4), three(trio, 30_00, 2, 3, 5), three(trio, 780_00, 3, 4, 6),
	three(trioOrdre, 5_00, 1, 2, 3), three(trioOrdre, 45_00, 2, 1, 4), three(trioOrdre, 150_00, 3, 5, 1),
	three(superQuatre, 1_00, 1, 2, 3, 4), three(superQuatre, 39_00, 2, 1, 3, 4), three(superQuatre, 60_00, 1, 3, 2, 6),
}

// TestAPrimeOfTheSinglePool builds up the e-Trio's fund, announces 1 000 € of it
// and plays example P.
func TestAPrimeOfTheSinglePool(t *testing.T) {
	o := openOrderedOf(t, 6, 50, singleBets...)
	o.sell(three(trio, 60_000_00, 3, 4, 6), three(trio, 40_000_00, 1, 2, 3))
	o.run([]tote.Horse{1}, []tote.Horse{2}, []tote.Horse{3}, []tote.Horse{4})
	kept := o.fund(trio)
	if want := tote.Money(1122_75); kept != want { // 1.50 % of 74 850.00
		t.Fatalf("the fund holds %v, want %v", kept, want)
	}
	o.next()
	announce := func(m tote.Money) *engine.ReleaseBooster {
		return &engine.ReleaseBooster{Key: o.key(), Race: o.race, Bet: trio, Amount: m, Staff: "anna"}
	}
	o.refused(announce(1_100_00), engine.BadAmount)
	o.refused(announce(2_000_00), engine.FundTooSmall)
	o.must(announce(1_000_00))
	o.must(&engine.OpenRace{Race: o.race})
	bets := o.sell(baseOfXI...)
	o.restart()
	o.run([]tote.Horse{1}, []tote.Horse{2}, []tote.Horse{3}, []tote.Horse{4})
	for _, tt := range []struct {
		bet  tote.BetCode
		paid tote.Dividend
		fund tote.Money
		won  tote.Money
		i    int
	}{
		{trio, 20_40, 122_75 + 10_10, 1224_00, 0}, {trioOrdre, 72_40, 2_24, 362_00, 4}, {superQuatre, 190_40, 1_24, 190_40, 7},
	} {
		p := o.pool(tt.bet)
		if d := p.Declared; len(d.Lines) != 1 || d.Lines[0].Dividend != tt.paid || d.Winnings != tt.won {
			t.Errorf("%s: got %+v", tt.bet, d)
		}
		if got := o.fund(tt.bet); got != tt.fund {
			t.Errorf("%s: the fund holds %v, want %v", tt.bet, got, tt.fund)
		}
		if v := o.view(bets[tt.i]); v.Won != tt.won || v.State != engine.PaidBet {
			t.Errorf("%s: got %+v", tt.bet, v)
		}
	}
}

// TestABetOfTheSinglePoolIsSoldPlainly: the pattern needs no Variant, a retry that
// has one is the same bet, another bet's is refused.
func TestABetOfTheSinglePoolIsSoldPlainly(t *testing.T) {
	o := openOrderedOf(t, 6, 50, singleBets...)
	c := &engine.PlaceBet{Key: o.key(), Account: o.player, Race: o.race, Bet: trioOrdre, Pattern: tote.UnitPattern(1, 2, 3), Unit: 100}
	again := *c
	o.must(c)
	receipt := c.Receipt
	for _, retry := range []*engine.PlaceBet{&again, c} {
		o.must(retry)
		if retry.Receipt != receipt {
			t.Errorf("a retry gives %+v, want %+v", retry.Receipt, receipt)
		}
	}
	other := again
	other.Key, other.Bet = o.key(), trio
	other.Pattern.Variant = 3
	o.refused(&other, engine.Code(tote.BadFormula))
	other.Pattern = tote.UnitPattern(1, 2)
	o.refused(&other, engine.Code(tote.TooFewHorses))
}

// TestSharedPoolsAreVisible: the e-Super4 is won by a stake that its own pool cannot
// pay, the others pay the rest.
func TestSharedPoolsAreVisible(t *testing.T) {
	o := openOrderedOf(t, 6, 50, singleBets...)
	o.sell(three(trio, 1000_00, 4, 5, 6), three(superQuatre, 1_00, 1, 2, 3, 4))
	o.run([]tote.Horse{1}, []tote.Horse{2}, []tote.Horse{3}, []tote.Horse{4})
	trio, ordre, four := o.pool(trio), o.pool(trioOrdre), o.pool(superQuatre)
	if four.Declared.Winnings <= four.Stakes || four.Shared <= 0 || trio.Shared != -four.Shared || ordre.Shared != 0 {
		t.Errorf("got %+v, %+v and %+v", trio, ordre, four)
	}
}
