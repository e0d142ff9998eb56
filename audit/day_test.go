package audit_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"opentote/engine"
	"opentote/event"
	"opentote/journal"
	"opentote/journal/journaltest"
	"opentote/recheck/rechecktest"
	"opentote/tote"
)

const (
	raceOne = tote.RaceID(202411230101)
	raceTwo = tote.RaceID(202411230102)
	toWin   = tote.BetCode("E_SIMPLE_GAGNANT")
	toPlace = tote.BetCode("E_SIMPLE_PLACE")
	two     = tote.BetCode("E_DEUX_SUR_QUATRE")
	shopWin = tote.BetCode("SIMPLE_GAGNANT")
)

// day drives an engine through a day's events.
type day struct {
	*testing.T
	engine  *engine.Engine
	journal journal.Journal
	now     time.Time
	keys    int
}

func (d *day) must(c engine.Command) {
	d.Helper()
	if c, ok := c.(*engine.DeclareDividends); ok {
		c.Second = rechecktest.Figures(d, d.journal, c.Race)
	}
	if err := d.engine.Do(context.Background(), c); err != nil {
		d.Fatalf("%T: %v", c, err)
	}
}

func (d *day) key() event.Key { d.keys++; return event.Key{1, byte(d.keys), byte(d.keys >> 8)} }

func (d *day) bet(account event.AccountID, race tote.RaceID, code tote.BetCode, unit tote.Money, p tote.Pattern) event.BetID {
	d.Helper()
	c := &engine.PlaceBet{Key: d.key(), Account: account, Race: race, Bet: code, Pattern: p, Unit: unit}
	if account == 0 {
		c.PointOfSale = 1
	}
	d.must(c)
	return c.Receipt.Bet
}

func (d *day) finish(race tote.RaceID, arrival ...[]tote.Horse) {
	d.Helper()
	d.must(&engine.StopRace{Race: race, Staff: "anna"})
	d.must(&engine.EnterResult{Race: race, Arrival: arrival, Staff: "anna"})
	d.must(&engine.ConfirmResult{Race: race, Arrival: arrival, Staff: "bruno"})
	d.settle(race)
}

func (d *day) settle(race tote.RaceID) {
	d.Helper()
	d.must(&engine.DeclareDividends{Race: race, Staff: "bruno"})
	c := &engine.SettleBets{Race: race}
	for c.More = true; c.More; {
		d.must(c)
	}
}

// aDay is a journal with some of everything: formulas, a cancellation, a
// non-runner, late bets, winners and losers in wallets and in shops, tickets
// paid and not, a second race called off.
func aDay(t *testing.T) *tape {
	t.Helper()
	d := newDay(t)
	for _, race := range []tote.RaceID{raceOne, raceTwo} {
		d.must(&engine.DeclareRace{
			Race: race, Start: d.ms() + 1_200_000, Deadline: d.ms() + 1_800_000, Declared: tote.Numbered(12), Staff: "anna",
			Offers: []engine.Offer{
				{Bet: toWin, BaseStake: 100}, {Bet: toPlace, BaseStake: 100},
				{Bet: two, BaseStake: 300, Flexi: []uint8{50}, Complement: true}, {Bet: shopWin, BaseStake: 100},
			},
		})
		d.must(&engine.OpenRace{Race: race, Staff: "anna"})
	}
	d.bet(1, raceOne, toWin, 20_00, tote.UnitPattern(1))
	d.bet(2, raceOne, toWin, 30_00, tote.UnitPattern(2))
	d.bet(2, raceOne, toWin, 5_00, tote.UnitPattern(12))
	d.bet(1, raceOne, toPlace, 10_00, tote.UnitPattern(2))
	d.bet(2, raceOne, toPlace, 10_00, tote.UnitPattern(7))
	d.bet(1, raceOne, two, 150, tote.CombinedPattern(1, 2, 8, 12))
	d.bet(2, raceOne, two, 300, tote.FullFieldPattern([]tote.Horse{3}, 0))
	for range 6 {
		d.bet(2, raceOne, two, 300, tote.UnitPattern(5, 9))
	}
	winner := d.bet(0, raceOne, shopWin, 10_00, tote.UnitPattern(1))
	d.bet(0, raceOne, shopWin, 40_00, tote.UnitPattern(3))
	d.bet(0, raceOne, shopWin, 12_00, tote.UnitPattern(1)) // never presented
	taken := d.bet(0, raceOne, shopWin, 7_00, tote.UnitPattern(4))
	d.must(&engine.CancelBet{Key: d.key(), Bet: taken, PointOfSale: 1})
	refunded := d.bet(0, raceTwo, shopWin, 9_00, tote.UnitPattern(4))
	d.bet(1, raceTwo, toWin, 9_00, tote.UnitPattern(4))
	d.must(&engine.DeclareNonRunner{Race: raceOne, Horse: 12, Staff: "anna"})
	d.now = d.now.Add(time.Minute)
	off := d.ms()
	d.bet(1, raceOne, toWin, 50_00, tote.UnitPattern(1))
	late := d.bet(0, raceOne, shopWin, 60_00, tote.UnitPattern(1))
	d.must(&engine.StopRace{Race: raceOne, Staff: "anna"})
	d.must(&engine.PurgeLate{Race: raceOne, Started: off, Staff: "anna"})
	d.finish(raceOne, []tote.Horse{1}, []tote.Horse{2}, []tote.Horse{3}, []tote.Horse{4})
	d.must(&engine.CancelRace{Race: raceTwo, Staff: "anna"})
	d.settle(raceTwo)
	for _, bet := range []event.BetID{winner, refunded, late} {
		d.must(&engine.PayTicket{Key: d.key(), Bet: bet, PointOfSale: 1})
	}
	d.must(&engine.GetOutcome{Key: d.key(), Void: true})
	return d.tape()
}

// newDay opens two accounts with money, and a till.
func newDay(t *testing.T) *day {
	t.Helper()
	d := &day{T: t, journal: journaltest.NewMemory(), now: time.Date(2025, 11, 23, 12, 0, 0, 0, time.UTC)}
	e, err := engine.Start(context.Background(), d.journal, engine.Options{Now: func() time.Time { return d.now }, Tick: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	d.engine = e
	for range 2 {
		a := &engine.OpenAccount{Key: d.key()}
		d.must(a)
		d.must(&engine.Deposit{Key: d.key(), Account: a.Account, Amount: 500_00})
	}
	d.must(&engine.OpenPointOfSale{Key: d.key()})
	return d
}

func (d *day) ms() event.Millis { return event.Millis(d.now.UnixMilli()) }

// tape ends the day and returns its journal.
func (d *day) tape() *tape {
	d.Helper()
	if err := d.engine.Close(); err != nil {
		d.Fatal(err)
	}
	tp := &tape{T: d.T}
	err := d.journal.Read(context.Background(), 1, func(r event.Row) error { tp.rows = append(tp.rows, r); return nil })
	if err != nil {
		d.Fatal(err)
	}
	if tp.head, err = d.journal.Head(context.Background()); err != nil {
		d.Fatal(err)
	}
	return tp
}

// tape is a journal whose rows can be falsified. As a Reader it checks nothing.
type tape struct {
	*testing.T
	rows []event.Row
	head journal.Head
}

func (tp *tape) Head(context.Context) (journal.Head, error) { return tp.head, nil }

func (tp *tape) Wait(ctx context.Context, _ event.Seq) error { <-ctx.Done(); return ctx.Err() }

func (tp *tape) Read(_ context.Context, from event.Seq, f func(event.Row) error) error {
	for _, r := range tp.rows {
		if r.Last() < from {
			continue
		}
		r.Payload = bytes.Clone(r.Payload)
		if err := f(r); err != nil {
			return err
		}
	}
	return nil
}

// rewrite replaces each event by those that f emits, and seals the chain anew:
// what somebody could do who holds the database and knows the format.
func (tp *tape) rewrite(f func(ev event.Event, emit func(event.Event))) {
	tp.Helper()
	var dec event.Decoder
	rows := tp.rows[:0]
	for _, r := range tp.rows {
		var enc event.Encoder
		begun := false
		err := dec.Decode(r.Payload, func(at event.Millis, ev event.Event) error {
			if !begun {
				enc.Reset(at)
				begun = true
			}
			f(ev, enc.Append)
			return nil
		})
		if err != nil {
			tp.Fatal(err)
		}
		r.Payload, r.Count = bytes.Clone(enc.Payload()), enc.Count()
		if r.Count > 0 {
			rows = append(rows, r)
		}
	}
	tp.rows = rows
	tp.seal()
}

// seal makes the rows a chain again.
func (tp *tape) seal() {
	head := journal.Head{Epoch: tp.head.Epoch}
	for i := range tp.rows {
		r := &tp.rows[i]
		r.First = head.Last + 1
		r.Seal(head.Hash)
		head.Last, head.Hash = r.Last(), r.Hash
	}
	tp.head = head
}

// change lets f change the n-th event, from 0, of its type.
func change[E event.Event](tp *tape, n int, f func(e E)) {
	tp.Helper()
	seen := 0
	tp.rewrite(func(ev event.Event, emit func(event.Event)) {
		if e, ok := ev.(E); ok {
			if seen == n {
				f(e)
			}
			seen++
		}
		emit(ev)
	})
	if seen <= n {
		tp.Fatalf("the journal has %d such events, want number %d", seen, n)
	}
}

// after inserts an event made of the n-th of its type behind it.
func after[E event.Event](tp *tape, n int, f func(e E) event.Event) {
	tp.Helper()
	seen := 0
	tp.rewrite(func(ev event.Event, emit func(event.Event)) {
		emit(ev)
		if e, ok := ev.(E); ok {
			if seen == n {
				emit(f(e))
			}
			seen++
		}
	})
	if seen <= n {
		tp.Fatalf("the journal has %d such events, want number %d", seen, n)
	}
}

// drop removes the n-th event of its type.
func drop[E event.Event](tp *tape, n int) {
	tp.Helper()
	seen := 0
	tp.rewrite(func(ev event.Event, emit func(event.Event)) {
		if _, ok := ev.(E); ok {
			seen++
			if seen == n+1 {
				return
			}
		}
		emit(ev)
	})
}
