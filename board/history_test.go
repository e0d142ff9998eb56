package board_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"opentote/board"
	"opentote/engine"
	"opentote/event"
	"opentote/follow"
	"opentote/journal/journaltest"
	"opentote/recheck/rechecktest"
	"opentote/tote"
)

const (
	horses  = 7
	firstID = tote.RaceID(202511230101)
)

// history is a random life of two races: an engine, the board behind it, and a
// caller who keeps a copy of each race from changes alone.
type history struct {
	*rapid.T
	engine  *engine.Engine
	journal *journaltest.Memory
	board   *board.Board
	now     time.Time
	last    event.Seq
	keys    uint16
	bets    map[event.BetID]*placed // that count
	out     map[tote.RaceID]tote.HorseSet
	copies  map[tote.RaceID]board.Race
}

type placed struct {
	race    tote.RaceID
	code    tote.BetCode
	pattern tote.Pattern
	unit    tote.Money
}

// TestTheBoardIsWhatTheEngineKnows: after any history, changes from any
// position lead to the whole state, the pools hold what the engine's do, and
// the stakes behind the odds are those of the bets counted one by one.
func TestTheBoardIsWhatTheEngineKnows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &history{
			T: t, journal: journaltest.NewMemory(), board: board.New(), now: time.UnixMilli(1_764_000_000_000),
			bets: map[event.BetID]*placed{}, out: map[tote.RaceID]tote.HorseSet{}, copies: map[tote.RaceID]board.Race{},
		}
		var err error
		h.engine, err = engine.Start(context.Background(), h.journal, engine.Options{
			Now: func() time.Time { return h.now }, Tick: time.Hour,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer h.engine.Close()
		h.declare()
		t.Repeat(map[string]func(*rapid.T){
			"":       h.check,
			"bet":    h.place,
			"bets":   h.place,
			"cancel": h.cancel,
			"race":   h.control,
			"look":   h.look,
		})
	})
}

func (h *history) key() (k event.Key) {
	h.keys++
	k[0], k[1] = byte(h.keys), byte(h.keys>>8)
	return k
}

// do has a command decided and the board follow. It reports whether the
// command was accepted.
func (h *history) do(c engine.Command) bool {
	h.Helper()
	if c, ok := c.(*engine.DeclareDividends); ok {
		c.Second = rechecktest.Figures(h, h.journal, c.Race)
	}
	rejections, err := h.engine.DoAll(context.Background(), []engine.Command{c})
	if err != nil {
		h.Fatal(err)
	}
	if h.last, err = follow.CatchUp(context.Background(), h.journal, h.last, h.board); err != nil {
		h.Fatal(err)
	}
	return rejections[0] == nil
}

func (h *history) declare() {
	start := event.Millis(h.now.Add(time.Hour).UnixMilli())
	for n := range tote.RaceID(2) {
		h.do(&engine.DeclareRace{
			Race: firstID + n, Start: start, Deadline: start, Declared: tote.Numbered(horses), Staff: "anna",
			Offers: []engine.Offer{
				{Bet: "SIMPLE_GAGNANT", BaseStake: 200}, {Bet: "SIMPLE_PLACE", BaseStake: 200},
				{Bet: "DEUX_SUR_QUATRE", BaseStake: 300, Complement: true},
			},
		})
		h.do(&engine.OpenRace{Race: firstID + n, Staff: "anna"})
	}
	h.do(&engine.OpenPointOfSale{Key: h.key()})
}

func (h *history) race(t *rapid.T) tote.RaceID {
	return firstID + tote.RaceID(rapid.IntRange(0, 1).Draw(t, "race"))
}

func (h *history) horse(t *rapid.T, name string) tote.Horse {
	return tote.Horse(rapid.IntRange(1, horses).Draw(t, name))
}

func (h *history) place(t *rapid.T) {
	c := &engine.PlaceBet{
		Key: h.key(), PointOfSale: 1, Race: h.race(t), Unit: tote.Money(rapid.IntRange(1, 50).Draw(t, "unit")) * 300,
		Bet: rapid.SampledFrom([]tote.BetCode{"SIMPLE_GAGNANT", "SIMPLE_PLACE", "DEUX_SUR_QUATRE"}).Draw(t, "bet"),
	}
	chosen := rapid.SliceOfNDistinct(rapid.IntRange(1, horses), 1, 4, rapid.ID).Draw(t, "horses")
	var named []tote.Horse
	for _, n := range chosen {
		named = append(named, tote.Horse(n))
	}
	switch rapid.IntRange(0, 3).Draw(t, "formula") {
	case 0:
		c.Pattern = tote.CombinedPattern(named...)
	case 1:
		c.Pattern = tote.BasePattern(named[:1], named[1:])
	case 2:
		c.Pattern = tote.FullFieldPattern(named[:1], 0)
	default:
		c.Pattern = tote.UnitPattern(named...)
	}
	if rapid.IntRange(0, 3).Draw(t, "complement") == 0 {
		c.Pattern.Complement = h.horse(t, "replacement")
	}
	h.now = h.now.Add(time.Second)
	if h.do(c) {
		h.bets[c.Receipt.Bet] = &placed{race: c.Race, code: c.Bet, pattern: c.Pattern, unit: c.Unit}
	}
}

func (h *history) cancel(t *rapid.T) {
	bet := event.BetIn(event.PoolID(rapid.IntRange(1, 6).Draw(t, "pool")), uint32(rapid.IntRange(0, 5).Draw(t, "bet")))
	if h.do(&engine.CancelBet{Key: h.key(), Bet: bet, PointOfSale: 1}) {
		delete(h.bets, bet)
	}
}

// control takes a step of race control, most of the time one that fits.
func (h *history) control(t *rapid.T) {
	race := h.race(t)
	arrival := [][]tote.Horse{{1}, {2, 3}, {4}, {5}}
	switch rapid.SampledFrom([]string{"scratch", "suspend", "open", "stop", "purge", "enter", "confirm", "cancel", "declare", "settle"}).Draw(t, "step") {
	case "scratch":
		if horse := h.horse(t, "scratched"); h.do(&engine.DeclareNonRunner{Race: race, Horse: horse, Staff: "anna"}) {
			h.out[race] = h.out[race].With(horse)
		}
	case "suspend":
		h.do(&engine.SuspendRace{Race: race, Staff: "anna"})
	case "open":
		h.do(&engine.OpenRace{Race: race, Staff: "anna"})
	case "stop":
		h.do(&engine.StopRace{Race: race, Staff: "anna"})
	case "purge":
		h.purge(race)
	case "enter":
		h.do(&engine.EnterResult{Race: race, Arrival: h.run(race, arrival), Staff: "anna"})
	case "confirm":
		h.do(&engine.ConfirmResult{Race: race, Arrival: h.run(race, arrival), Staff: "bruno"})
	case "cancel":
		if rapid.IntRange(0, 4).Draw(t, "really") == 0 {
			h.do(&engine.CancelRace{Race: race, Staff: "anna"})
		}
	case "declare":
		h.do(&engine.DeclareDividends{Race: race, Staff: "anna"})
	case "settle":
		h.do(&engine.SettleBets{Race: race})
	}
}

// run leaves non-runners out of an arrival.
func (h *history) run(race tote.RaceID, arrival [][]tote.Horse) (out [][]tote.Horse) {
	for _, place := range arrival {
		var ran []tote.Horse
		for _, x := range place {
			if !h.out[race].Has(x) {
				ran = append(ran, x)
			}
		}
		if len(ran) > 0 {
			out = append(out, ran)
		}
	}
	return out
}

// purge refunds the bets of the race's last three seconds.
func (h *history) purge(race tote.RaceID) {
	before := map[event.BetID]bool{}
	started := event.Millis(h.now.Add(-2 * time.Second).UnixMilli())
	for id, b := range h.bets {
		view := &engine.GetBet{Bet: id}
		if b.race == race && h.do(view) && view.View.Receipt.AcceptedAt >= started {
			before[id] = true
		}
	}
	if h.do(&engine.PurgeLate{Race: race, Started: started, Staff: "anna"}) {
		for id := range before {
			delete(h.bets, id)
		}
	}
}

// look brings the caller's copy of a race up to date by what changed since it
// was last brought so; it happens at any time, so changes are merged.
func (h *history) look(t *rapid.T) { h.merge(h.race(t)) }

func (h *history) merge(id tote.RaceID) {
	mine := h.copies[id]
	change, ok := h.board.Race(id, mine.Seq)
	if !ok {
		return
	}
	pools := mine.Pools
	if mine.Seq == 0 {
		pools = nil
	}
	for _, p := range change.Pools {
		at := -1
		for i := range pools {
			if pools[i].Terms.Bet == p.Terms.Bet {
				at = i
			}
		}
		if at < 0 {
			pools = append(pools, p)
		} else {
			pools[at] = p
		}
	}
	change.Pools = pools
	h.copies[id] = change
}

func (h *history) check(t *rapid.T) {
	for id := firstID; id < firstID+2; id++ {
		whole, ok := h.board.Race(id, 0)
		if !ok {
			t.Fatalf("race %v is unknown", id)
		}
		kept := h.copies[id]
		h.merge(id)
		if diff := cmp.Diff(whole, h.copies[id]); diff != "" {
			t.Fatalf("race %v by changes since %d (-whole +changes):\n%s", id, kept.Seq, diff)
		}
		h.copies[id] = kept // the next change is again since then
		h.compare(t, &whole)
	}
}

var statuses = map[engine.Status]board.Status{
	engine.Scheduled: board.Scheduled, engine.Open: board.Open, engine.Suspended: board.Suspended, engine.Stopped: board.Stopped,
	engine.Provisional: board.Provisional, engine.Official: board.Official, engine.Payable: board.Payable, engine.Settled: board.Settled,
}

// compare holds a race of the board against the engine's accounts and a recount
// of the bets.
func (h *history) compare(t *rapid.T, r *board.Race) {
	accounts := &engine.GetRaceAccounts{Race: r.ID}
	h.do(accounts)
	want := statuses[accounts.View.Status]
	if accounts.View.Cancelled {
		want = board.Cancelled
	}
	if r.Status != want || r.NonRunners != h.out[r.ID] || len(r.Pools) != len(accounts.View.Pools) {
		t.Fatalf("race %v: status %d, non-runners %v, %d pools; want %d, %v, %d", r.ID, r.Status, r.NonRunners, len(r.Pools), want, h.out[r.ID], len(accounts.View.Pools))
	}
	for i := range r.Pools {
		p, a := &r.Pools[i], &accounts.View.Pools[i]
		if p.Terms.Bet != a.Bet || p.Stakes != a.Stakes || p.Bets != uint64(a.Bets) {
			t.Fatalf("race %v, %s: %v in %d bets; the engine has %v in %d of %s", r.ID, p.Terms.Bet, p.Stakes, p.Bets, a.Stakes, a.Bets, a.Bet)
		}
		var result *board.Result
		if d := a.Declared; d != nil {
			result = &board.Result{Procedure: d.Procedure, Reason: d.Reason, Dividends: d.Lines}
		}
		if diff := cmp.Diff(result, p.Result); diff != "" {
			t.Fatalf("race %v, %s: result (-engine +board):\n%s", r.ID, p.Terms.Bet, diff)
		}
		if result == nil {
			if diff := cmp.Diff(h.recount(r.ID, p), stakesOf(p)); diff != "" {
				t.Fatalf("race %v, %s without %v: stakes (-recount +board):\n%s", r.ID, p.Terms.Bet, h.out[r.ID], diff)
			}
		}
	}
}

func stakesOf(p *board.Pool) map[string]tote.Money {
	out := map[string]tote.Money{}
	for _, o := range p.Odds {
		if o.Stakes != 0 {
			out[o.Combination] = o.Stakes
		}
	}
	return out
}

// recount finds the stakes behind each combination of runners, by asking of
// every bet and every combination whether the one holds the other.
func (h *history) recount(id tote.RaceID, p *board.Pool) map[string]tote.Money {
	out := map[string]tote.Money{}
	gone := h.out[id]
	for _, b := range h.bets {
		if b.race != id || b.code != p.Terms.Bet {
			continue
		}
		for _, c := range combinations(b) {
			if c = replaced(c, b.pattern.Complement, firstOut(&b.pattern, gone), gone); c != "" {
				out[c] += b.unit
			}
		}
	}
	return out
}

// combinations lists what a bet holds, two horses as "2-5".
func combinations(b *placed) (out []string) {
	if b.code != "DEUX_SUR_QUATRE" {
		for _, x := range b.pattern.Horses {
			if x != 0 {
				out = append(out, fmt.Sprint(x))
			}
		}
		return out
	}
	for x := tote.Horse(1); x <= horses; x++ {
		for y := x + 1; y <= horses; y++ {
			in := tote.SetOf(x, y)
			holds := b.pattern.Named().Without(set(b.pattern.Complement))&in == in
			if b.pattern.Formula == tote.Base {
				bases, others := b.pattern.Bases(), b.pattern.Associates()
				holds = bases.Has(x) && others.Has(y) || bases.Has(y) && others.Has(x)
			}
			if holds {
				out = append(out, fmt.Sprintf("%d-%d", x, y))
			}
		}
	}
	return out
}

func set(h tote.Horse) tote.HorseSet {
	if h == 0 {
		return 0
	}
	return tote.SetOf(h)
}

// firstOut is the one non-runner of a bet that its complement replaces: the
// first named, then the lowest of a full field.
func firstOut(p *tote.Pattern, gone tote.HorseSet) tote.Horse {
	for _, h := range append(p.Horses[:], p.Field.Slice()...) {
		if h != 0 && gone.Has(h) {
			return h
		}
	}
	return 0
}

// replaced is a combination once horses are gone: itself while it is whole,
// with the complement in the place of the bet's first non-runner, or nothing.
func replaced(c string, complement, first tote.Horse, gone tote.HorseSet) string {
	var x, y tote.Horse
	if n, _ := fmt.Sscanf(c, "%d-%d", &x, &y); n < 2 {
		if gone.Has(x) {
			return ""
		}
		return c
	}
	switch {
	case gone.Has(x) && gone.Has(y):
		return ""
	case gone.Has(x):
		x = complement
	case gone.Has(y):
		y = complement
	default:
		return c
	}
	if complement == 0 || gone.Has(complement) || x == y || !strings.Contains("-"+c+"-", "-"+first.String()+"-") {
		return ""
	}
	return fmt.Sprintf("%d-%d", min(x, y), max(x, y))
}
