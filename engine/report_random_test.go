package engine_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"opentote/engine"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// TestChainsAreThoseOfTheCalculator sells random reports and Mixes on random races,
// with non-runners, races called off, chains cancelled and engines restarted, and
// follows each with the rules' own calculator from the dividends declared.
func TestChainsAreThoseOfTheCalculator(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := &chainWorld{meeting: openMeeting(t, 3), r: r}
		defer w.engine.Close()
		w.sell()
		for i := range 3 {
			w.run(i)
		}
		w.compare()
		w.nothingUnderway()
	})
}

// chainWorld is a meeting with random chains of alice's.
type chainWorld struct {
	*meeting
	r      *rapid.T
	sold   []*engine.PlaceReport
	gone   []event.ReportID
	spent  tote.Money
	result [3]tote.Result
}

func (w *chainWorld) n(low, high int, what string) int {
	return rapid.IntRange(low, high).Draw(w.r, what)
}

var legBets = []tote.BetCode{toWin, toPlace, pair, pairPlaced, two}

func (w *chainWorld) pattern(code tote.BetCode) tote.Pattern {
	k := 1
	if code != toWin && code != toPlace {
		k = 2
	}
	horses := rapid.Permutation(tote.Numbered(10).Slice()).Draw(w.r, "horses")
	if w.n(0, 2, "combined") == 0 {
		return tote.CombinedPattern(horses[:k+w.n(1, 2, "more")]...)
	}
	return tote.UnitPattern(horses[:k]...)
}

func (w *chainWorld) sell() {
	for range w.n(5, 25, "bets of others") {
		code := rapid.SampledFrom(legBets).Draw(w.r, "code")
		w.must(&engine.PlaceBet{
			Key: w.key(), Account: w.bob, Race: w.race(w.n(0, 2, "race")), Bet: code, Pattern: w.pattern(code), Unit: tote.Money(w.n(300, 90_00, "unit")),
		})
	}
	for range w.n(1, 4, "reports") {
		c := w.chain(tote.Money(w.n(1_00, 300_00, "stake")))
		for i := range 3 {
			leg := engine.ReportLeg{Race: w.race(i), Bet: rapid.SampledFrom(legBets).Draw(w.r, "leg"), Carry: rulebook.Quarters(w.n(1, 4, "carry"))}
			for range w.n(1, 3, "patterns") {
				leg.Patterns = append(leg.Patterns, w.pattern(leg.Bet))
			}
			c.Legs = append(c.Legs, leg)
		}
		switch w.n(0, 3, "mix") {
		case 0:
			c.Legs = slices.Delete(c.Legs, 1, 2)
		case 1:
			c.Pick, c.Integral = 2, w.n(0, 1, "integral") == 1
		}
		if rej := w.engine.Do(w.Context(), c); rej != nil {
			if rej.(*engine.Rejection).Code != engine.InsufficientFunds {
				w.Fatalf("%+v: %v", c, rej)
			}
			continue
		}
		w.sold = append(w.sold, c)
		w.spent += c.Receipt.Cost
		if w.n(0, 4, "cancel") == 0 {
			cancel := &engine.CancelReport{Key: w.key(), Report: c.Receipt.Report, Account: w.alice}
			w.must(cancel)
			w.gone = append(w.gone, cancel.Report)
			w.spent -= cancel.Returned
		}
	}
}

// run ends a race in any way.
func (w *chainWorld) run(i int) {
	res := tote.Result{Declared: tote.Numbered(10)}
	for range w.n(0, 2, "non-runners") {
		h := tote.Horse(w.n(1, 10, "non-runner"))
		res.NonRunners = res.NonRunners.With(h)
		w.must(&engine.DeclareNonRunner{Race: w.race(i), Horse: h, Staff: "anna"})
	}
	if w.n(0, 6, "called off") == 0 {
		res.Status = tote.Cancelled
		w.must(&engine.CancelRace{Race: w.race(i), Staff: "anna"})
		w.must(&engine.DeclareDividends{Race: w.race(i), Staff: "bruno"})
	} else {
		order := rapid.Permutation(res.Declared.Without(res.NonRunners).Slice()).Draw(w.r, "arrival")
		heat := w.n(1, 2, "together")
		res.Arrival = [][]tote.Horse{order[:heat]}
		for _, h := range order[heat:7] {
			res.Arrival = append(res.Arrival, []tote.Horse{h})
		}
		w.declares(i, res.Arrival...)
	}
	w.result[i] = res
	if w.n(0, 3, "restart") == 0 {
		w.restart()
	}
	w.settles(i)
}

// compare follows every chain with the calculator.
func (w *chainWorld) compare() {
	book, _ := rulebook.For(tote.Online, theRace.Day())
	rules, _ := book.ReportPlus()
	paid := tote.Money(0)
	for _, c := range w.sold {
		for k := range c.Receipt.Chains {
			id := c.Receipt.Report + event.ReportID(k)
			v := w.report(id)
			if slices.Contains(w.gone, id) {
				continue
			}
			asked := &rulebook.Report{Stake: c.Stake}
			var ends []rulebook.LegEnd
			for i := range v.Legs {
				asked.Legs = append(asked.Legs, rulebook.ReportLeg{Carry: v.Legs[i].Carry})
				ends = append(ends, w.end(book, &v.Legs[i].ReportLeg))
			}
			steps, sum := rules.Follow(asked, ends)
			paid += sum
			if v.State != engine.EndedReport || v.Paid != sum {
				w.Fatalf("report %d is paid %v, the calculator says %v: %+v", id, v.Paid, sum, v)
			}
			for i := range v.Legs {
				var want rulebook.LegStep
				if i < len(steps) {
					want = steps[i]
				}
				if got := (rulebook.LegStep{Part: v.Legs[i].Part, Brought: v.Legs[i].Brought, Kept: v.Legs[i].Kept}); got != want {
					w.Fatalf("report %d leg %d: %+v, the calculator says %+v", id, i+1, got, want)
				}
			}
		}
	}
	if got, want := w.balance(w.alice), 10_000_00-w.spent+paid; got != want {
		w.Fatalf("wallet holds %v, want %v", got, want)
	}
}

// end is how a leg ended, by the dividends declared.
func (w *chainWorld) end(book *rulebook.Book, leg *engine.ReportLeg) rulebook.LegEnd {
	i := int(leg.Race - theRace)
	bet, _ := book.Bet(leg.Bet)
	a := &engine.GetRaceAccounts{Race: leg.Race}
	w.must(a)
	at := slices.IndexFunc(a.View.Pools, func(p engine.PoolView) bool { return p.Bet == leg.Bet })
	declared := a.View.Pools[at].Declared
	e := rulebook.LegEnd{Settlement: &tote.Settlement{Procedure: declared.Procedure, Reason: declared.Reason}}
	field := tote.Field{Declared: w.result[i].Declared}
	card, _ := bet.(tote.BetType).Card(w.result[i])
	for k := range leg.Patterns {
		units, err := bet.Units(&leg.Patterns[k], field)
		if err != nil {
			w.Fatal(err)
		}
		e.Units += units
	}
	if card == nil || declared.Procedure == tote.Refund {
		e.Settlement.Procedure = tote.Refund
		return e
	}
	e.Tally.Reset(len(card.Lines()))
	e.Settlement.Dividends = make([]tote.Dividend, len(card.Lines()))
	for k, l := range card.Lines() {
		for _, d := range declared.Lines {
			if d.Rank == l.Rank && d.Combination == l.Combination {
				e.Settlement.Dividends[k] = d.Dividend
			}
		}
	}
	for k := range leg.Patterns {
		card.Count(&leg.Patterns[k], &e.Tally)
	}
	return e
}
