package board_test

import (
	"sync"
	"testing"

	"pgregory.net/rapid"

	"opentote/board"
	"opentote/event"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// teller is a board fed with events by hand, and what they said.
type teller struct {
	board *board.Board
	seq   event.Seq
	bet   tote.BetType
	bets  []event.BetPlaced
	gone  map[uint32]bool
	out   tote.HorseSet
	added tote.Money
}

func newTeller(t interface{ Fatal(...any) }, bet tote.BetCode) *teller {
	book, _ := rulebook.ByID("fr-online-2020")
	kind, ok := book.Type(bet)
	if !ok {
		t.Fatal("unknown", bet)
	}
	x := &teller{board: board.New(), bet: kind, gone: map[uint32]bool{}}
	x.tell(t, &event.RaceDeclared{
		Race: race, Start: 1, Deadline: 1, Declared: tote.Numbered(10),
		Pools: []event.PoolDeclared{{Pool: 1, Bet: bet, Rulebook: "fr-online-2020", BaseStake: 100, Complement: true}},
	})
	return x
}

func (x *teller) tell(t interface{ Fatal(...any) }, ev event.Event) {
	x.seq++
	x.board.Begin()
	defer x.board.End(x.seq)
	if err := x.board.Apply(x.seq, 1, ev); err != nil {
		t.Fatal(err)
	}
}

func (x *teller) place(t interface{ Fatal(...any) }, p tote.Pattern, unit tote.Money) bool {
	units, err := x.bet.Units(&p, tote.Field{Declared: tote.Numbered(10), NonRunners: x.out})
	if err != nil {
		return false
	}
	e := event.BetPlaced{Bet: event.BetIn(1, uint32(len(x.bets))), Account: 1, Unit: unit, Units: uint32(units), Pattern: p}
	x.tell(t, &e)
	x.bets = append(x.bets, e)
	return true
}

// recount is the quote of a bet from all that was told, counted from nothing.
func (x *teller) recount(p tote.Pattern, unit tote.Money) (low, high tote.Money) {
	field := tote.Field{Declared: tote.Numbered(10), NonRunners: x.out}
	bet := rulebook.WithoutQuarte(x.bet)
	units, _ := bet.Units(&p, field)
	mine := rulebook.LiveBet{Pattern: &p, Unit: unit, Units: units}
	var backing tote.Backing
	for i, b := range x.bets {
		if shape, ok := bet.(tote.Shaped).Shape(b.Pattern.Variant); ok && !x.gone[uint32(i)] {
			for h := range shape.All(plain(b.Pattern)) {
				for _, h := range h {
					backing[h] += b.Unit
				}
			}
		}
	}
	for i, finish := range rulebook.Finishes(bet, &p, &backing) {
		back := unit * tote.Money(units)
		var places [][]tote.Horse
		for _, h := range finish {
			places = append(places, []tote.Horse{h})
		}
		if s, ok := rulebook.Suppose(bet, field, places); ok {
			for i, b := range x.bets {
				if !x.gone[uint32(i)] {
					s.Add(rulebook.LiveBet{Pattern: &b.Pattern, Unit: b.Unit, Units: int(b.Units)})
				}
			}
			back = s.Return(mine, x.added)
		}
		if i == 0 || back < low {
			low = back
		}
		high = max(high, back)
	}
	return low, high
}

func plain(p tote.Pattern) *tote.Pattern {
	p.Variant = 0
	return &p
}

func drawPattern(t *rapid.T, bet tote.BetCode) tote.Pattern {
	horses := rapid.Permutation([]tote.Horse{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}).Draw(t, "horses")
	n := rapid.IntRange(3, 7).Draw(t, "n")
	p := rapid.SampledFrom([]tote.Pattern{
		tote.UnitPattern(horses[:n]...), tote.CombinedPattern(horses[:n]...),
		tote.BasePattern(horses[:2], horses[2:n]).InAllOrders(), tote.BasePattern(horses[:1], horses[1:n]).At(2),
		tote.BasePattern(horses[:3], horses[3:n]), tote.FreePattern(horses[:2], horses[1:3], horses[:4]),
	}).Draw(t, "pattern")
	if bet == "E_MULTI" {
		p.Variant = uint8(rapid.IntRange(4, 7).Draw(t, "k"))
	} else if rapid.Bool().Draw(t, "complement") {
		p.Complement = horses[9]
	}
	return p
}

// TestAQuoteIsARecount: whatever came and went since a bet was asked about last, its
// quote is the one counted from nothing.
func TestAQuoteIsARecount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.SampledFrom([]tote.BetCode{"E_TIERCE", "E_MULTI", "E_PICK5", "E_QUINTE_PLUS"}).Draw(t, "bet")
		x := newTeller(t, code)
		var asked []tote.Pattern
		t.Repeat(map[string]func(*rapid.T){
			"place": func(t *rapid.T) {
				x.place(t, drawPattern(t, code), tote.Money(rapid.IntRange(1, 30).Draw(t, "unit"))*100)
			},
			"cancel": func(t *rapid.T) {
				if i := uint32(rapid.IntRange(0, 20).Draw(t, "bet")); int(i) < len(x.bets) && !x.gone[i] {
					x.tell(t, &event.BetCancelled{Bet: event.BetIn(1, i)})
					x.gone[i] = true
				}
			},
			"scratch": func(t *rapid.T) {
				if h := tote.Horse(rapid.IntRange(1, 40).Draw(t, "horse")); h <= 10 && x.out.Len() < 2 {
					x.tell(t, &event.NonRunnerDeclared{Race: race, Horse: h})
					x.out = x.out.With(h)
				}
			},
			"add": func(t *rapid.T) {
				x.tell(t, &event.BoosterReleased{Pool: 1, Amount: 100_00})
				x.added += 100_00
			},
			"ask": func(t *rapid.T) { asked = append(asked, drawPattern(t, code)) },
			"": func(t *rapid.T) {
				for _, p := range asked {
					q, ok, err := x.board.Quote(board.Ask{Race: race, Bet: code, Pattern: p, Unit: 3_00})
					if err != nil || !ok {
						continue // no bet, or no longer one
					}
					if low, high := x.recount(p, 3_00); q.Low != low || q.High != high {
						t.Fatalf("%v: quoted %v to %v, counted from nothing %v to %v", p, q.Low, q.High, low, high)
					}
				}
			},
		})
	})
}

// TestAQuoteOfALargePool: counting is bounded, goes on where it stopped, and does not
// keep the board from following.
func TestAQuoteOfALargePool(t *testing.T) {
	x := newTeller(t, "E_TIERCE")
	const n = 150_000
	for i := range n {
		x.place(t, tote.UnitPattern(tote.Horse(i%5+1), tote.Horse(i%3+6), 9), 1_00)
	}
	p := tote.UnitPattern(1, 6, 9)
	q, ok, err := x.board.Quote(board.Ask{Race: race, Bet: "E_TIERCE", Pattern: p, Unit: 1_00})
	if err != nil || !ok || q.Units != 1 || q.Cost != 1_00 || q.Low != 0 || q.High != 0 {
		t.Fatalf("the first quote is %+v, %v, %v; want a price and no return yet", q, ok, err)
	}
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() { _, _, _ = x.board.Quote(board.Ask{Race: race, Bet: "E_TIERCE", Pattern: p, Unit: 1_00}) })
	}
	for range 100 {
		x.place(t, tote.UnitPattern(1, 6, 9), 1_00)
	}
	asking.Wait()
	q, _, _ = x.board.Quote(board.Ask{Race: race, Bet: "E_TIERCE", Pattern: p, Unit: 1_00})
	if low, high := x.recount(p, 1_00); q.Low != low || q.High != high || low == 0 {
		t.Errorf("quoted %v to %v, counted from nothing %v to %v", q.Low, q.High, low, high)
	}
}

func BenchmarkQuote(b *testing.B) {
	x := newTeller(b, "E_QUINTE_PLUS")
	for i := range 60_000 {
		x.place(b, tote.CombinedPattern(tote.Horse(i%5+1), tote.Horse(i%2+6), 8, 9, 10), 2_00)
	}
	for i := 0; b.Loop(); i++ {
		x.place(b, tote.UnitPattern(1, 6, 8, 9, 10), 2_00)
		p := tote.UnitPattern(tote.Horse(i%5+1), 6, 8, 9, 10)
		if _, _, err := x.board.Quote(board.Ask{Race: race, Bet: "E_QUINTE_PLUS", Pattern: p, Unit: 2_00}); err != nil {
			b.Fatal(err)
		}
	}
}
