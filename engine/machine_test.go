package engine_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"opentote/engine"
	"opentote/event"
	"opentote/journal/journaltest"
	"opentote/recheck/rechecktest"
	"opentote/tote"
)

// machine drives an engine and the model with the same commands and compares
// all they say.
type machine struct {
	*rapid.T
	engine  *engine.Engine
	journal *journaltest.Memory
	folder  string
	clock   *clock
	model   *model
	keys    int
	sent    []engine.Command // that carry a key, to be sent again
	bets    []event.BetID
}

func newMachine(t *rapid.T, folder string) *machine {
	m := &machine{T: t, journal: journaltest.NewMemory(), folder: folder, clock: newClock(), model: newModel()}
	m.start()
	return m
}

func (m *machine) start() {
	e, err := engine.Start(context.Background(), m.journal, engine.Options{Now: m.clock.now, Snapshots: m.folder, Tick: time.Hour})
	if err != nil {
		m.Fatal(err)
	}
	m.engine = e
}

// do sends a command and returns the code of its rejection, if any.
func (m *machine) do(c engine.Command) engine.Code {
	m.model.tick(event.Millis(m.clock.now().UnixMilli()))
	if c, ok := c.(*engine.DeclareDividends); ok {
		c.Second = rechecktest.Figures(m, m.journal, c.Race)
	}
	err := m.engine.Do(context.Background(), c)
	var rej *engine.Rejection
	if errors.As(err, &rej) {
		return rej.Code
	}
	if err != nil {
		m.Fatalf("%+v: %v", c, err)
	}
	return ""
}

func (m *machine) agree(c engine.Command, got, want engine.Code) {
	if got != want {
		m.Fatalf("%T%+v: got %q, want %q", c, c, got, want)
	}
}

// keyed sends a command that carries a key to both and compares the answers.
func (m *machine) keyed(c engine.Command) {
	got := m.do(c)
	var answer, wanted any
	var want engine.Code
	switch c := c.(type) {
	case *engine.PlaceBet:
		wanted, want = m.model.place(c)
		answer = c.Receipt
		if got == "" && !slices.Contains(m.bets, c.Receipt.Bet) {
			m.bets = append(m.bets, c.Receipt.Bet)
		}
	case *engine.PlaceReport:
		wanted, want = m.model.placeReport(c)
		answer = c.Receipt
	case *engine.CancelReport:
		wanted, want = m.model.cancelReport(c)
		answer = c.Returned
	case *engine.CancelBet:
		wanted, want = m.model.cancel(c)
		answer = c.Returned
	case *engine.PayTicket:
		wanted, want = m.model.pay(c)
		answer = c.Paid
	case *engine.Deposit:
		want = m.model.deposit(c)
		answer, wanted = c.Balance, m.model.wallets[c.Account]
	case *engine.FundJackpot:
		want = m.model.fundJackpot(c)
		answer, wanted = [2]tote.Money{c.Fund, c.Lent}, [2]tote.Money{m.model.jackpots[c.Bet], m.model.lent[c.Bet]}
	case *engine.ReleaseBooster:
		wanted, want = m.model.release(c)
		answer = c.Added
		if got == "" && c.Fund != m.model.funds[c.Bet] {
			m.Fatalf("%+v: the fund holds %v", c, m.model.funds[c.Bet])
		}
	}
	m.agree(c, got, want)
	if got == "" && !reflect.DeepEqual(answer, wanted) {
		m.Fatalf("%T%+v: got %+v, want %+v", c, c, answer, wanted)
	}
	m.sent = append(m.sent, c)
}

func (m *machine) key() (k event.Key) {
	m.keys++
	copy(k[:], fmt.Sprint("key ", m.keys))
	return k
}

// oneIn is true once in n times: for what must not happen too often, lest
// nothing ever succeeds.
func (m *machine) oneIn(n int) bool { return rapid.IntRange(1, n).Draw(m.T, "one in") == n }

func (m *machine) race() tote.RaceID {
	if m.oneIn(15) {
		return theRace + 50
	}
	return theRace + tote.RaceID(rapid.IntRange(0, len(m.model.races)-1).Draw(m.T, "race"))
}

func (m *machine) horse() tote.Horse {
	if m.oneIn(20) {
		return 7 // of six
	}
	return tote.Horse(rapid.IntRange(1, 6).Draw(m.T, "horse"))
}

// anyBet is mostly a bet that was placed.
func (m *machine) anyBet() event.BetID {
	if len(m.bets) == 0 || m.oneIn(20) {
		return event.BetIn(event.PoolID(rapid.IntRange(0, 9).Draw(m.T, "pool")), 40)
	}
	return rapid.SampledFrom(m.bets).Draw(m.T, "bet")
}

func (m *machine) account() event.AccountID {
	if m.oneIn(20) {
		return event.AccountID(len(m.model.wallets) + 1)
	}
	return event.AccountID(rapid.IntRange(1, len(m.model.wallets)).Draw(m.T, "account"))
}

func (m *machine) till() event.PointOfSaleID {
	if m.oneIn(20) {
		return event.PointOfSaleID(m.model.tills + 1)
	}
	return event.PointOfSaleID(rapid.IntRange(1, m.model.tills).Draw(m.T, "till"))
}

func (m *machine) staff() event.Staff {
	return rapid.SampledFrom([]event.Staff{"anna", "bruno", "carla", ""}).Draw(m.T, "staff")
}

func (m *machine) pattern() tote.Pattern {
	var p tote.Pattern
	switch rapid.IntRange(0, 4).Draw(m.T, "formula") {
	case 0, 1:
		p = tote.UnitPattern(m.horse())
	case 2:
		p = tote.UnitPattern(m.horse(), m.horse())
	case 3:
		p = tote.CombinedPattern(rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) tote.Horse {
			return tote.Horse(rapid.IntRange(1, 6).Draw(t, "horse"))
		}), 2, 5, rapid.ID).Draw(m.T, "horses")...)
	case 4:
		p = tote.FullFieldPattern([]tote.Horse{m.horse()}, 0)
	}
	if m.oneIn(6) {
		p.Complement = m.horse()
	}
	return p
}

func (m *machine) placeBets() {
	for range rapid.IntRange(1, 6).Draw(m.T, "bets") {
		m.placeBet()
	}
}

func (m *machine) placeBet() {
	c := &engine.PlaceBet{Key: m.key(), Race: m.race(), Pattern: m.pattern()}
	c.Unit = tote.Money(rapid.SampledFrom([]int{99, 100, 150, 151, 300, 300, 333, 333, 1999, 60_000}).Draw(m.T, "unit"))
	c.Bet = two
	if m.oneIn(3) {
		c.Bet, c.Pattern = m.ordered()
	} else if m.oneIn(2) {
		c.Bet, c.Pattern = m.single()
	}
	if c.Bet == two && c.Pattern.Formula == tote.Unit && c.Pattern.Sizes[0] == 1 {
		c.Bet = rapid.SampledFrom([]tote.BetCode{toWin, shopWin}).Draw(m.T, "code")
	}
	if m.oneIn(5) {
		c.Bet, c.Pattern = abroadWin, tote.CombinedPattern(1, 2, 3, 4, 5, 6)
		if m.oneIn(2) {
			c.Pattern = tote.UnitPattern(m.horse())
		}
	}
	if m.oneIn(5) {
		c.Pattern, c.Seed = m.spot(), tote.Seed{byte(m.keys)}
	}
	if c.Jackpot = m.oneIn(4); c.Jackpot {
		c.Seed = tote.Seed{1, byte(m.keys)}
	}
	if c.Bet == shopWin || c.Bet == abroadWin && m.oneIn(2) {
		c.PointOfSale = m.till()
	} else {
		c.Account = m.account()
	}
	if m.oneIn(20) {
		c.Account, c.PointOfSale = event.AccountID(c.PointOfSale), event.PointOfSaleID(c.Account)
	}
	m.keyed(c)
}

func (m *machine) declare() {
	if len(m.model.races) == 3 {
		return
	}
	now := m.clock.now()
	c := &engine.DeclareRace{
		Race: theRace + tote.RaceID(len(m.model.races)), Start: event.Millis(now.Add(20 * minute).UnixMilli()),
		Deadline: event.Millis(now.Add(30 * minute).UnixMilli()), Declared: tote.Numbered(6), Staff: "anna",
		Offers: []engine.Offer{
			{Bet: toWin, BaseStake: 100, Spot: true, Jackpot: 1, Report: true}, {Bet: two, BaseStake: 300, Flexi: []uint8{50}, Complement: true, Spot: true, Jackpot: 3, Report: true},
			{Bet: shopWin, BaseStake: 100, MaxStake: 500_00},
			{Bet: quarte, BaseStake: 100, Complement: true, Spot: true}, {Bet: quinte, BaseStake: 100, Complement: true},
			{Bet: superQuatre, BaseStake: 100}, {Bet: trio, BaseStake: 150, Flexi: []uint8{50}, Complement: true, Spot: true}, {Bet: trioOrdre, BaseStake: 150},
			{Bet: abroadWin, BaseStake: 100},
		},
	}
	m.agree(c, m.do(c), "")
	m.model.declare(c)
	for range rapid.IntRange(0, 2).Draw(m.T, "releases") {
		m.release(c.Race)
	}
	if !m.oneIn(5) {
		m.control(&engine.OpenRace{Race: c.Race})
	}
}

// release asks for some of a bet's fund, mostly for what there is.
func (m *machine) release(race tote.RaceID) {
	c := &engine.ReleaseBooster{Key: m.key(), Race: race, Staff: "anna"}
	c.Bet = rapid.SampledFrom([]tote.BetCode{toWin, two, shopWin, "E_TIERCE"}).Draw(m.T, "fund")
	held := m.model.funds[c.Bet]
	c.Amount = rapid.SampledFrom([]tote.Money{held, held, held / 2, held + 1, 0}).Draw(m.T, "amount")
	m.keyed(c)
}

func (m *machine) control(c engine.Command) { m.agree(c, m.do(c), m.model.control(c)) }

func (m *machine) arrival() [][]tote.Horse {
	order := rapid.Permutation([]tote.Horse{1, 2, 3, 4, 5, 6}).Draw(m.T, "order")
	if m.oneIn(5) {
		order = order[:rapid.IntRange(0, 6).Draw(m.T, "classified")]
	}
	if r := m.model.races[theRace]; r != nil && !m.oneIn(5) {
		out := r.nonRunners // the first race's will do
		order = slices.DeleteFunc(order, func(h tote.Horse) bool { return out.Has(h) })
	}
	var places [][]tote.Horse
	for _, h := range order {
		if len(places) > 0 && rapid.IntRange(0, 4).Draw(m.T, "dead heat") == 0 {
			last := len(places) - 1
			places[last] = append(places[last], h)
			continue
		}
		places = append(places, []tote.Horse{h})
	}
	return places
}

// result enters or corrects a result, and mostly runs the race to its end.
func (m *machine) result() {
	race := m.race()
	if !m.oneIn(5) {
		m.control(&engine.StopRace{Race: race})
	}
	c := &engine.EnterResult{Race: race, Arrival: m.arrival(), Staff: m.staff()}
	m.control(c)
	r := m.model.races[race]
	if r == nil || m.oneIn(4) {
		return
	}
	m.control(&engine.ConfirmResult{Race: race, Arrival: r.arrival, Staff: m.staff()})
	if !m.oneIn(6) {
		m.speak(race)
	}
	m.control(&engine.DeclareDividends{Race: race})
	for range rapid.IntRange(0, 4).Draw(m.T, "slices") {
		m.control(&engine.SettleBets{Race: race})
	}
}

func (m *machine) purge() {
	started := m.clock.now().Add(-time.Duration(rapid.IntRange(0, 5).Draw(m.T, "minutes")) * minute)
	c := &engine.PurgeLate{Race: m.race(), Started: event.Millis(started.UnixMilli())}
	got := m.do(c)
	bets, refunded, want := m.model.purge(c)
	m.agree(c, got, want)
	if got == "" && (c.Bets != bets || c.Refunded != refunded || c.More) {
		m.Fatalf("%+v: want %d bets of %v", c, bets, refunded)
	}
}

func TestP4TheEngineIsTheModel(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t, folder)
		defer func() { m.engine.Close() }()
		m.openAccount()
		m.openTill()
		for _, bet := range []tote.BetCode{toWin, two} { // enough for any multiplier
			m.keyed(&engine.FundJackpot{Key: m.key(), Bet: bet, Amount: 1_000_000_00, Staff: "anna"})
		}
		m.declare()
		actions := m.actions()
		maps.Copy(actions, m.reportActions())
		t.Repeat(actions)
		m.replays()
	})
}

func (m *machine) openAccount() {
	c := &engine.OpenAccount{Key: m.key()}
	m.agree(c, m.do(c), "")
	m.model.wallets[c.Account] = 0
	m.model.memory[c.Key] = memo{request: "account"}
	m.keyed(&engine.Deposit{Key: m.key(), Account: c.Account, Amount: 100_00})
}

func (m *machine) openTill() {
	c := &engine.OpenPointOfSale{Key: m.key()}
	m.agree(c, m.do(c), "")
	m.model.tills++
	m.model.memory[c.Key] = memo{request: "till"}
}

func (m *machine) actions() map[string]func(*rapid.T) {
	act := func(f func()) func(*rapid.T) { return func(*rapid.T) { f() } }
	return map[string]func(*rapid.T){
		"bets":      act(m.placeBets),
		"more bets": act(m.placeBets),
		"cancel": act(func() {
			c := &engine.CancelBet{Key: m.key(), Bet: m.anyBet()}
			_, b := m.model.find(c.Bet)
			switch {
			case b == nil || m.oneIn(9): // perhaps another's
				c.Account = m.account()
			case b.account == 0:
				c.PointOfSale = m.till()
			default:
				c.Account = b.account
			}
			m.keyed(c)
		}),
		"pay": act(func() {
			for range 3 {
				m.keyed(&engine.PayTicket{Key: m.key(), Bet: m.anyBet(), PointOfSale: m.till()})
			}
		}),
		"deposit": act(func() { m.keyed(&engine.Deposit{Key: m.key(), Account: m.account(), Amount: 50_00}); m.fund() }),
		"retry": act(func() {
			if len(m.sent) > 0 {
				m.keyed(rapid.SampledFrom(m.sent).Draw(m.T, "command"))
			}
		}),
		"void": act(func() {
			c := &engine.GetOutcome{Key: m.key(), Void: true}
			m.agree(c, m.do(c), "")
			m.model.memory[c.Key] = memo{request: "void"}
			m.keyed(&engine.PayTicket{Key: c.Key, Bet: m.anyBet(), PointOfSale: 1})
		}),
		"account": act(m.openAccount),
		"till":    act(m.openTill),
		"declare": act(m.declare),
		"open":    act(func() { m.control(&engine.OpenRace{Race: m.race()}) }),
		"suspend": act(func() { m.control(&engine.SuspendRace{Race: m.race()}) }),
		"stop":    act(func() { m.control(&engine.StopRace{Race: m.race()}) }),
		"call off": act(func() {
			if m.oneIn(3) {
				m.control(&engine.CancelRace{Race: m.race()})
			}
		}),
		"non-runner": act(func() { m.control(&engine.DeclareNonRunner{Race: m.race(), Horse: m.horse()}) }),
		"release":    act(func() { m.release(m.race()) }),
		"result":     act(m.result),
		"purge":      act(m.purge),
		"dividends":  act(func() { m.speak(m.race()); m.control(&engine.DeclareDividends{Race: m.race()}) }),
		"settle":     act(func() { m.control(&engine.SettleBets{Race: m.race()}) }),
		"time": act(func() {
			m.clock.advance(time.Duration(rapid.SampledFrom([]int{1, 30, 300, 900, 1000}).Draw(m.T, "seconds")) * time.Second)
		}),
		"restart": act(func() {
			if err := m.engine.Close(); err != nil {
				m.Fatal(err)
			}
			m.journal = m.journal.Reopen()
			m.start()
		}),
		"snapshot": act(func() {
			if _, err := engine.WriteSnapshot(context.Background(), m.journal, m.folder); err != nil {
				m.Fatal(err)
			}
		}),
		"": act(m.check),
	}
}
