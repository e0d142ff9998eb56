package recheck_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"opentote/engine"
	"opentote/event"
	"opentote/follow"
	"opentote/journal/journaltest"
	"opentote/recheck"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// drawnRace is a race that is drawn and sold by the real engine, and the second
// calculator behind it.
type drawnRace struct {
	*rapid.T
	engine  *engine.Engine
	journal *journaltest.Memory
	second  *recheck.Follower
	last    event.Seq
	now     time.Time
	id      tote.RaceID
	horses  []tote.Horse // the first likely in front
	out     tote.HorseSet
	stables []tote.HorseSet
	codes   []tote.BetCode
	bets    []event.BetID
	keys    uint32
}

// open starts an engine and opens a race with all the bets that are sold on a
// day: under the text of 2020 and under what was observed later.
func open(t *rapid.T) *drawnRace {
	r := &drawnRace{T: t, journal: journaltest.NewMemory(), second: recheck.New(), now: time.UnixMilli(1_764_000_000_000)}
	var err error
	r.engine, err = engine.Start(context.Background(), r.journal, engine.Options{Now: func() time.Time { return r.now }, Tick: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	day := rapid.SampledFrom([]tote.Day{20240601, 20251123}).Draw(t, "day")
	r.id = tote.RaceID(day)*10_000 + 101
	declared := tote.Numbered(rapid.SampledFrom([]int{9, 8, 10, 7, 6, 5, 12, 4, 3, 14}).Draw(t, "horses"))
	if r.chance(8, "gap") { // a number that was given up before the list
		declared = declared.Without(tote.SetOf(2))
	}
	r.horses = rapid.Permutation(declared.Slice()).Draw(t, "order")
	start := r.ms() + 3_600_000
	c := &engine.DeclareRace{Race: r.id, Start: start, Deadline: start, Declared: declared}
	for _, network := range []tote.Network{tote.Online, tote.Retail, tote.Common} {
		c.Offers = append(c.Offers, r.offers(network, day)...)
	}
	if r.chance(4, "stable") {
		r.stables = []tote.HorseSet{tote.SetOf(r.horses[:2]...)}
		c.Stables = r.stables
	}
	r.must(c, &engine.OpenRace{Race: r.id}, &engine.OpenAccount{Key: r.key()}, &engine.OpenPointOfSale{Key: r.key()})
	for range 9 {
		r.must(&engine.Deposit{Key: r.key(), Account: 1, Amount: 100_000_00})
	}
	return r
}

// offers draws which bets of a network are sold: most of the time, few of many.
func (r *drawnRace) offers(network tote.Network, day tote.Day) (offers []engine.Offer) {
	book, ok := rulebook.For(network, day)
	if !ok {
		r.Fatalf("no book on %d", day)
	}
	codes := book.Codes()
	if network == tote.Common {
		codes = abroad
	}
	if pool, ok := book.SinglePool(); ok {
		for b := range rulebook.PoolBets(7).All {
			codes = append(codes, pool.Code(b))
		}
	}
	for _, code := range codes {
		if _, sold := book.Bet(code); sold && !slices.Contains(r.codes, code) && r.chance(3, "offered") {
			offers = append(offers, engine.Offer{Bet: code, BaseStake: 1, Flexi: []uint8{100}, Complement: true})
			r.codes = append(r.codes, code)
		}
	}
	return offers
}

func (r *drawnRace) ms() event.Millis { return event.Millis(r.now.UnixMilli()) }

func (r *drawnRace) key() event.Key {
	r.keys++
	return event.Key{1, byte(r.keys), byte(r.keys >> 8)}
}

// chance is true once in n times.
func (r *drawnRace) chance(n int, label string) bool {
	return rapid.IntRange(1, n).Draw(r.T, label) == n
}

// do has a command decided and the second calculator follow. It reports whether
// it was accepted.
func (r *drawnRace) do(c engine.Command) bool {
	err := r.engine.Do(context.Background(), c)
	var rej *engine.Rejection
	if err != nil && !errors.As(err, &rej) {
		r.Fatal(err)
	}
	return err == nil
}

func (r *drawnRace) must(commands ...engine.Command) {
	for _, c := range commands {
		if err := r.engine.Do(context.Background(), c); err != nil {
			r.Fatalf("%T: %v", c, err)
		}
	}
}

// abroad are the bets whose dividends a host sends.
var abroad = []tote.BetCode{
	"SIMPLE_GAGNANT_INTERNATIONAL", "SIMPLE_PLACE_INTERNATIONAL", "COUPLE_ORDRE_INTERNATIONAL", "TRIO_ORDRE_INTERNATIONAL",
}

// hosts has the hosts of the race's international pools send any dividends that can be
// of its arrival, or refund.
func (r *drawnRace) hosts(res tote.Result) {
	for _, code := range r.codes {
		if !slices.Contains(abroad, code) {
			continue
		}
		host := rulebook.DefaultHost()
		host.Places, host.RunnersMin = rapid.IntRange(2, 3).Draw(r.T, "places"), 0
		host.Stables = code == abroad[0] && r.chance(2, "stables")
		bet, err := rulebook.International(code, 200_000, host)
		if err != nil {
			r.Fatal(err)
		}
		said := rulebook.HostResult{Refund: rulebook.NotComputed}
		if card, _ := bet.Card(res); card != nil && !r.chance(6, "not computed") {
			said.Refund = ""
			for _, l := range card.Lines() {
				said.Dividends = append(said.Dividends, rulebook.HostDividend{
					Combination: l.Combination, Dividend: 5 * tote.Dividend(rapid.IntRange(20, 2000).Draw(r.T, "dividend")),
				})
			}
		}
		if r.chance(4, "corrected") {
			wrong := rulebook.HostResult{Refund: tote.NoWinningStake}
			r.must(
				&engine.EnterHostDividends{Race: r.id, Bet: code, Result: wrong, Staff: "carl"},
				&engine.ConfirmHostDividends{Race: r.id, Bet: code, Result: wrong, Staff: "anna"},
			)
		}
		r.must(
			&engine.EnterHostDividends{Race: r.id, Bet: code, Result: said, Staff: "anna"},
			&engine.ConfirmHostDividends{Race: r.id, Bet: code, Result: said, Staff: "bruno"},
		)
	}
}

// sizes are the horses of a unit of each bet.
var sizes = map[string]int{
	"SIMPLE_GAGNANT": 1, "SIMPLE_PLACE": 1, "COUPLE_GAGNANT": 2, "COUPLE_PLACE": 2, "COUPLE_ORDRE": 2, "DEUX_SUR_QUATRE": 2,
	"TRIO": 3, "TRIO_ORDRE": 3, "TIERCE": 3, "QUARTE_PLUS": 4, "SUPER_QUATRE": 4, "QUINTE_PLUS": 5, "PICK5": 5, "MULTI": 4, "MINI_MULTI": 4,
}

// pattern draws a bet of any formula on units of n horses, those in front likely.
func (r *drawnRace) pattern(n int) tote.Pattern {
	likely := slices.Clone(r.horses)
	if r.chance(2, "shuffled") {
		k := rapid.IntRange(min(n, len(likely)), len(likely)).Draw(r.T, "likely")
		likely = rapid.Permutation(likely[:k]).Draw(r.T, "named")
	}
	take := func(label string, least, most int) []tote.Horse {
		k := min(rapid.IntRange(least, most).Draw(r.T, label), len(likely))
		taken := likely[:k]
		likely = likely[k:]
		return taken
	}
	var p tote.Pattern
	bases := max(1, n-1)
	switch rapid.SampledFrom([]string{"unit", "combined", "field", "full", "free"}).Draw(r.T, "formula") {
	case "unit":
		p = tote.UnitPattern(take("unit", n, n)...)
	case "combined":
		p = tote.CombinedPattern(take("combined", n, min(n+3, 7))...)
	case "field":
		b := take("bases", 1, bases)
		p = tote.BasePattern(b, take("associates", n-len(b), n-len(b)+3))
	case "full":
		p = tote.FullFieldPattern(take("bases", 1, bases), 0)
	case "free":
		var lists [][]tote.Horse
		for range n {
			lists = append(lists, rapid.Permutation(r.horses).Draw(r.T, "list")[:min(len(r.horses), rapid.IntRange(1, 4).Draw(r.T, "listed"))])
		}
		p = tote.FreePattern(lists...)
	}
	if r.chance(3, "complement") {
		p.Complement = rapid.SampledFrom(r.horses).Draw(r.T, "replacement")
	}
	return p
}

// ordered draws how a pattern of an ordered bet takes its orders.
func (r *drawnRace) ordered(p tote.Pattern, n int) tote.Pattern {
	switch {
	case p.Formula != tote.Free && r.chance(2, "all orders"):
		return p.InAllOrders()
	case p.Formula == tote.Base:
		places := rapid.Permutation([]int{1, 2, 3, 4, 5}[:n]).Draw(r.T, "places of bases")
		return p.At(places[:p.Sizes[0]]...)
	}
	return p
}

// sell tries to sell a bet; what no pool takes is refused.
func (r *drawnRace) sell() {
	if len(r.codes) == 0 {
		return
	}
	c := &engine.PlaceBet{
		Key: r.key(), Race: r.id, Bet: rapid.SampledFrom(r.codes).Draw(r.T, "bet"),
		Unit: tote.Money(rapid.SampledFrom([]int{100, 150, 50, 33, 1, 200, 300, 1999, 77, 25_000}).Draw(r.T, "unit")),
	}
	name := strings.TrimSuffix(strings.TrimPrefix(string(c.Bet), "E_"), "_INTERNATIONAL")
	n := sizes[name]
	if strings.HasSuffix(name, "MULTI") {
		n = rapid.IntRange(4, 7).Draw(r.T, "en")
	}
	c.Pattern = r.pattern(n)
	switch name {
	case "MULTI", "MINI_MULTI":
		c.Pattern.Variant = uint8(n)
	case "COUPLE_ORDRE", "TRIO_ORDRE", "TIERCE", "QUARTE_PLUS", "SUPER_QUATRE", "QUINTE_PLUS":
		c.Pattern = r.ordered(c.Pattern, n)
	}
	if c.Bet.Network() == tote.Online || c.Bet.Network() == tote.Common && r.chance(2, "online") {
		c.Account = 1
	} else {
		c.PointOfSale = 1
	}
	if r.do(c) {
		r.bets = append(r.bets, c.Receipt.Bet)
	}
	r.now = r.now.Add(time.Second)
}

// scratch declares a non-runner.
func (r *drawnRace) scratch() {
	h := rapid.SampledFrom(r.horses).Draw(r.T, "non-runner")
	r.must(&engine.DeclareNonRunner{Race: r.id, Horse: h})
	r.out = r.out.With(h)
}

// arrival draws an official order with dead heats, sometimes of few horses.
func (r *drawnRace) arrival() (arrival [][]tote.Horse) {
	ran := slices.DeleteFunc(slices.Clone(r.horses), r.out.Has)
	if r.chance(3, "few") {
		ran = ran[:rapid.IntRange(0, len(ran)).Draw(r.T, "classified")]
	}
	for len(ran) > 0 {
		n := 1
		if r.chance(5, "dead heat") {
			n = min(rapid.IntRange(2, 3).Draw(r.T, "tied"), len(ran))
		}
		arrival, ran = append(arrival, ran[:n]), ran[n:]
	}
	return arrival
}

// run sells, scratches, cancels, stops and purges, and ends the race.
func (r *drawnRace) run() {
	for range rapid.IntRange(0, 40).Draw(r.T, "bets") {
		r.sell()
		if r.chance(15, "scratch") {
			r.scratch()
		}
		if len(r.bets) > 0 && r.chance(10, "cancel") {
			id := rapid.SampledFrom(r.bets).Draw(r.T, "cancelled")
			r.do(&engine.CancelBet{Key: r.key(), Bet: id, Account: 1})
			r.do(&engine.CancelBet{Key: r.key(), Bet: id, PointOfSale: 1})
		}
	}
	r.must(&engine.StopRace{Race: r.id})
	if r.chance(4, "late") {
		r.must(&engine.PurgeLate{Race: r.id, Started: r.ms() - event.Millis(rapid.IntRange(0, 9_000).Draw(r.T, "late by"))})
	}
	if r.chance(3, "scratched last") {
		r.scratch()
	}
	arrival := r.arrival()
	if len(arrival) == 0 || r.chance(20, "called off") || !r.do(&engine.EnterResult{Race: r.id, Arrival: arrival, Staff: "anna"}) {
		r.must(&engine.CancelRace{Race: r.id, Staff: "anna"})
		return
	}
	r.must(&engine.ConfirmResult{Race: r.id, Arrival: arrival, Staff: "bruno"})
	r.hosts(tote.Result{Declared: tote.SetOf(r.horses...), NonRunners: r.out, Stables: r.stables, Arrival: arrival})
}

// calculate has the second calculator follow and compute.
func (r *drawnRace) calculate() *recheck.Calculation {
	var err error
	if r.last, err = follow.CatchUp(context.Background(), r.journal, r.last, r.second); err != nil {
		r.Fatal(err)
	}
	c, err := r.second.Calculate(context.Background(), r.id)
	if err != nil {
		r.Fatal(err)
	}
	return c
}

// TestBothCalculatorsAgree sells random races of all bets and formulas: what the
// engine computes from its bets is what the second calculator computes from the
// journal, to the cent, and is declared.
func TestBothCalculatorsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := open(t)
		defer r.engine.Close()
		r.run()
		second := r.calculate()
		c := &engine.DeclareDividends{Race: r.id, Second: second.Figures()}
		if err := r.engine.Do(context.Background(), c); err != nil {
			for _, p := range second.Pools {
				t.Logf("%+v", *p.Case)
			}
			t.Fatalf("%v\nengine %+v\nsecond %+v", err, c.Computed, c.Second)
		}
		apart, err := r.second.CalculateApart(context.Background(), r.id)
		if err != nil || len(apart) != len(second.Pools) {
			t.Fatalf("%d pools with all horses told apart, %v", len(apart), err)
		}
		for i, p := range apart {
			if d := p.Figures.Difference(&second.Pools[i].Figures); d != "" {
				t.Errorf("%s with all horses told apart: %s\n%+v\n%+v", p.Case.Bet, d, *p.Case, *second.Pools[i].Case)
			}
		}
		if len(c.Computed) != len(r.codes) {
			t.Errorf("%d pools computed, %d sold", len(c.Computed), len(r.codes))
		}
		if again := r.calculate(); len(again.Pools) != 0 {
			t.Errorf("a declared race is kept: %+v", again)
		}
	})
}
