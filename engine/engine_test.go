package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"opentote/engine"
	"opentote/event"
	"opentote/journal"
	"opentote/journal/journaltest"
	"opentote/recheck/rechecktest"
	"opentote/tote"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // tests damage snapshots by the hundred
	goleak.VerifyTestMain(m)
}

// clock is a clock that tests move by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2025, 11, 23, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

const theRace = tote.RaceID(202411230101)

// bench is an engine on a journal, with one race declared and open.
type bench struct {
	*testing.T
	engine  *engine.Engine
	journal journal.Journal
	clock   *clock
	keys    int
}

func setup(t *testing.T, j journal.Journal) *bench {
	t.Helper()
	b := &bench{T: t, journal: j, clock: newClock()}
	b.start()
	b.must(&engine.DeclareRace{
		Race: theRace, Start: b.ms(20 * time.Minute), Deadline: b.ms(30 * time.Minute),
		Declared: tote.Numbered(10),
		Offers: []engine.Offer{
			{Bet: "E_SIMPLE_GAGNANT", BaseStake: 100},
			{Bet: "E_SIMPLE_PLACE", BaseStake: 100},
			{Bet: "E_DEUX_SUR_QUATRE", BaseStake: 300, Flexi: []uint8{50}, Complement: true},
			{Bet: "SIMPLE_GAGNANT", BaseStake: 200},
		},
		Staff: "anna",
	})
	b.must(&engine.OpenRace{Race: theRace, Staff: "anna"})
	return b
}

func (b *bench) start() {
	b.Helper()
	e, err := engine.Start(context.Background(), b.journal, engine.Options{Now: b.clock.now})
	if err != nil {
		b.Fatal(err)
	}
	b.engine = e
	b.Cleanup(func() { e.Close() })
}

// restart replaces the engine by one that recovers from the journal.
func (b *bench) restart() {
	b.Helper()
	if err := b.engine.Close(); err != nil {
		b.Fatal(err)
	}
	b.start()
}

func (b *bench) ms(after time.Duration) event.Millis {
	return event.Millis(b.clock.now().Add(after).UnixMilli())
}

func (b *bench) key() (k event.Key) {
	b.keys++
	copy(k[:], fmt.Sprintf("key %d", b.keys))
	return k
}

func (b *bench) must(c engine.Command) {
	b.Helper()
	if c, ok := c.(*engine.DeclareDividends); ok {
		c.Second = rechecktest.Figures(b, b.journal, c.Race)
	}
	if err := b.engine.Do(context.Background(), c); err != nil {
		b.Fatalf("%T: %v", c, err)
	}
}

func (b *bench) refused(c engine.Command, want engine.Code) {
	b.Helper()
	err := b.engine.Do(context.Background(), c)
	var rej *engine.Rejection
	if !errors.As(err, &rej) || rej.Code != want {
		b.Errorf("%T: got %v, want %s", c, err, want)
	}
}

// account opens an account with money in it.
func (b *bench) account(m tote.Money) event.AccountID {
	b.Helper()
	c := &engine.OpenAccount{Key: b.key()}
	b.must(c)
	if m > 0 {
		b.must(&engine.Deposit{Key: b.key(), Account: c.Account, Amount: m})
	}
	return c.Account
}

func (b *bench) till() event.PointOfSaleID {
	b.Helper()
	c := &engine.OpenPointOfSale{Key: b.key()}
	b.must(c)
	return c.PointOfSale
}

// win is a bet on one horse to win, paid by an account.
func (b *bench) win(a event.AccountID, h tote.Horse, unit tote.Money) *engine.PlaceBet {
	return &engine.PlaceBet{
		Key: b.key(), Account: a, Race: theRace, Bet: "E_SIMPLE_GAGNANT",
		Pattern: tote.UnitPattern(h), Unit: unit,
	}
}

// ticket is a bet on one horse to win, sold at a till.
func (b *bench) ticket(p event.PointOfSaleID, h tote.Horse, unit tote.Money) *engine.PlaceBet {
	return &engine.PlaceBet{
		Key: b.key(), PointOfSale: p, Race: theRace, Bet: "SIMPLE_GAGNANT",
		Pattern: tote.UnitPattern(h), Unit: unit,
	}
}

// finish runs the race and settles it.
func (b *bench) finish(arrival ...[]tote.Horse) {
	b.Helper()
	b.must(&engine.StopRace{Race: theRace, Staff: "anna"})
	b.must(&engine.EnterResult{Race: theRace, Arrival: arrival, Staff: "anna"})
	b.must(&engine.ConfirmResult{Race: theRace, Arrival: arrival, Staff: "bruno"})
	b.settle()
}

func (b *bench) settle() {
	b.Helper()
	b.must(&engine.DeclareDividends{Race: theRace, Staff: "bruno"})
	for more := true; more; {
		c := &engine.SettleBets{Race: theRace}
		b.must(c)
		more = c.More
	}
}

func (b *bench) balance(a event.AccountID) tote.Money {
	b.Helper()
	c := &engine.GetAccount{Account: a}
	b.must(c)
	return c.Balance
}

// balanced checks that the ledger's classes sum to zero.
func (b *bench) balanced() map[engine.Class]tote.Money {
	b.Helper()
	c := &engine.GetTrialBalance{}
	b.must(c)
	var sum tote.Money
	of := map[engine.Class]tote.Money{}
	for _, x := range c.Balances {
		sum += x.Money
		of[x.Class] = x.Money
	}
	if sum != 0 {
		b.Errorf("ledger sums to %d: %v", sum, c.Balances)
	}
	return of
}

func TestARaceFromDeclarationToPayment(t *testing.T) {
	b := setup(t, journaltest.NewMemory())
	alice, bob, till := b.account(100_00), b.account(100_00), b.till()
	b.must(b.win(alice, 4, 20_00))
	b.must(b.win(bob, 5, 80_00))
	winner, loser := b.ticket(till, 4, 10_00), b.ticket(till, 7, 30_00)
	b.must(winner)
	b.must(loser)
	b.refused(&engine.PayTicket{Key: b.key(), Bet: winner.Receipt.Bet, PointOfSale: till}, engine.NotSettled)

	b.finish([]tote.Horse{4}, []tote.Horse{5}, []tote.Horse{7}, []tote.Horse{1})

	// Online: mass 86.10 for 20.00 = 4.305 -> 4.30.
	if got, want := b.balance(alice), tote.Money(80_00+86_00); got != want {
		t.Errorf("winner's wallet holds %v, want %v", got, want)
	}
	if got, want := b.balance(bob), tote.Money(20_00); got != want {
		t.Errorf("loser's wallet holds %v, want %v", got, want)
	}
	// Retail: mass 40.00 x 0.8495 = 33.98 for 10.00 -> 3.30.
	pay := &engine.PayTicket{Key: b.key(), Bet: winner.Receipt.Bet, PointOfSale: till}
	b.must(pay)
	if got, want := pay.Paid, tote.Money(33_00); got != want {
		t.Errorf("ticket paid %v, want %v", got, want)
	}
	b.must(pay) // a retry with the same key answers the same
	b.refused(&engine.PayTicket{Key: b.key(), Bet: winner.Receipt.Bet, PointOfSale: till}, engine.TicketPaid)
	b.refused(&engine.PayTicket{Key: b.key(), Bet: loser.Receipt.Bet, PointOfSale: till}, engine.TicketLost)

	of := b.balanced()
	if of[engine.Pools] != 0 || of[engine.Owed] != 0 {
		t.Errorf("money left in pools (%v) or owed (%v)", of[engine.Pools], of[engine.Owed])
	}
	if got, want := of[engine.Cash], tote.Money(-(40_00 - 33_00)); got != want {
		t.Errorf("tills hold %v, want %v", -got, -want)
	}
}
