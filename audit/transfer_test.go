package audit_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"opentote/audit"
	"opentote/engine"
	"opentote/event"
	"opentote/journal/journaltest"
	"opentote/tote"
)

const (
	quinte = tote.BetCode("E_QUINTE_PLUS")
	quarte = tote.BetCode("E_QUARTE_PLUS")
)

// orderedRace declares a race of nine horses with a Quinté Plus and a Quarté
// Plus.
func orderedRace(now event.Millis) []engine.Command {
	return []engine.Command{
		&engine.DeclareRace{
			Race: raceOne, Start: now + 1_200_000, Deadline: now + 1_800_000, Declared: tote.Numbered(9), Staff: "anna",
			Offers: []engine.Offer{
				{Bet: quinte, BaseStake: 200, Flexi: []uint8{25}, Complement: true}, {Bet: toWin, BaseStake: 100},
				{Bet: quarte, BaseStake: 130, Flexi: []uint8{50}, Complement: true},
			},
		},
		&engine.OpenRace{Race: raceOne, Staff: "anna"},
	}
}

// aDayWithTransfers is a journal where horse 9 does not run, one Quinté bet
// leaves for the Quarté whole and one in part.
func aDayWithTransfers(t *testing.T) *tape {
	t.Helper()
	d := newDay(t)
	for _, c := range orderedRace(d.ms()) {
		d.must(c)
	}
	d.bet(1, raceOne, quinte, 4_00, tote.UnitPattern(1, 2, 3, 4, 9))
	d.bet(1, raceOne, quinte, 2_00, tote.CombinedPattern(1, 2, 3, 4, 5, 9))
	d.bet(1, raceOne, quinte, 2_00, tote.UnitPattern(2, 1, 3, 4, 5))
	d.bet(2, raceOne, quinte, 300_00, tote.UnitPattern(8, 7, 6, 5, 4))
	d.bet(2, raceOne, quarte, 90_00, tote.UnitPattern(8, 7, 6, 5))
	d.bet(1, raceOne, quarte, 1_30, tote.UnitPattern(1, 2, 3, 5))
	d.must(&engine.DeclareNonRunner{Race: raceOne, Horse: 9, Staff: "anna"})
	d.finish(raceOne, []tote.Horse{1}, []tote.Horse{2}, []tote.Horse{3}, []tote.Horse{4}, []tote.Horse{5}, []tote.Horse{6})
	return d.tape()
}

func TestADayWithTransfersIsClean(t *testing.T) {
	tp := aDayWithTransfers(t)
	change(tp, 0, func(e *event.StakesTransferred) {
		if e.From != 1 || e.To != 3 || e.Amount != 14_00 { // 4.00 and five of six units
			t.Errorf("got %+v", e)
		}
	})
	r, err := audit.Verify(context.Background(), tp, nil)
	if err != nil || !r.OK() {
		t.Errorf("got %+v, %v", r, err)
	}
}

var ofTransfers = []falsification{
	{"a transfer left out", func(tp *tape) { drop[*event.StakesTransferred](tp, 0) }, "0.00 went to another pool, units of 14.00 belong there"},
	{"a transfer made smaller", func(tp *tape) {
		change(tp, 0, func(e *event.StakesTransferred) { e.Amount-- })
	}, "13.99 came from another pool, units of 14.00 belong here"},
	{"a transfer to a pool that takes none", func(tp *tape) {
		change(tp, 0, func(e *event.StakesTransferred) { e.To = 2 })
	}, "14.00 goes to pool 2, which takes over none of its bets"},
	{"a transfer of more than there is", func(tp *tape) {
		change(tp, 0, func(e *event.StakesTransferred) { e.Amount = 9999_00 })
	}, "9999.00 of stakes of"},
	{"a transfer twice", func(tp *tape) {
		after(tp, 0, func(e *event.StakesTransferred) event.Event { return e })
	}, "14.00 goes to pool 3 after that was settled"},
	{"a transfer after the dividends", func(tp *tape) {
		move[*event.StakesTransferred, *event.DividendsDeclared](tp, 0, 0)
	}, "14.00 goes to pool 3 after that was settled"},
	{"what another pool owes, owed by the bet's own", func(tp *tape) {
		change(tp, 0, func(e *event.BetsSettled) { e.Ends[0].ReceiverWon = 0 })
	}, "another pool owes the bet 0.00 won"},
	{"more owed by another pool", func(tp *tape) {
		change(tp, 0, func(e *event.BetsSettled) { e.Ends[0].ReceiverWon++; e.Ends[0].Won++ })
	}, "the dividends give it"},
}

func TestTheAuditNamesFalsifiedTransfers(t *testing.T) {
	day := aDayWithTransfers(t)
	for _, tt := range ofTransfers {
		t.Run(tt.name, func(t *testing.T) { named(t, day, tt) })
	}
}

// TestWhateverIsTransferredIsClean settles random races with both bets: the
// engine's own checks hold, and the audit finds the same.
func TestWhateverIsTransferredIsClean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := journaltest.NewMemory()
		now := time.Date(2025, 11, 23, 12, 0, 0, 0, time.UTC)
		e, err := engine.Start(context.Background(), j, engine.Options{Now: func() time.Time { return now }, Tick: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		r := &randomDay{T: t, journal: j, ms: func() event.Millis { return event.Millis(now.UnixMilli()) }}
		r.send(e, &engine.OpenAccount{Key: r.key()})
		r.send(e, &engine.Deposit{Key: r.key(), Account: 1, Amount: 100_000_00})
		for _, c := range orderedRace(r.ms()) {
			r.send(e, c)
		}
		for range rapid.IntRange(0, 20).Draw(t, "bets") {
			r.send(e, r.orderedBet())
		}
		arrival := r.runners(e)
		r.send(e, &engine.StopRace{Race: raceOne})
		r.send(e, &engine.EnterResult{Race: raceOne, Arrival: arrival, Staff: "anna"})
		r.send(e, &engine.ConfirmResult{Race: raceOne, Arrival: arrival, Staff: "bruno"})
		if rapid.IntRange(0, 9).Draw(t, "called off") == 0 {
			r.send(e, &engine.CancelRace{Race: raceOne, Staff: "anna"})
		}
		r.send(e, &engine.DeclareDividends{Race: raceOne})
		for range 3 {
			r.send(e, &engine.SettleBets{Race: raceOne})
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		report, err := audit.Verify(context.Background(), j, nil)
		if err != nil || !report.OK() {
			t.Errorf("got %+v, %v", report, err)
		}
	})
}

// orderedBet is a Quinté or Quarté bet on the horses that are likely in front.
func (r *randomDay) orderedBet() engine.Command {
	c := &engine.PlaceBet{Key: r.key(), Account: 1, Race: raceOne, Unit: 200, Bet: quarte}
	n := 4
	if rapid.IntRange(0, 2).Draw(r.T, "bet") > 0 {
		c.Bet, n = quinte, 5
	}
	horses := rapid.Permutation(tote.Numbered(9).Slice()).Draw(r.T, "horses")
	if rapid.Bool().Draw(r.T, "in order") {
		horses = tote.Numbered(9).Slice()
		i := rapid.IntRange(0, 8).Draw(r.T, "swapped")
		horses[0], horses[i] = horses[i], horses[0]
	}
	switch rapid.IntRange(0, 4).Draw(r.T, "formula") {
	case 0:
		c.Pattern = tote.CombinedPattern(horses[:n+2]...)
	case 1:
		c.Pattern = tote.CombinedPattern(horses[:n+1]...)
		c.Pattern.Flags |= tote.AllOrders
	case 2:
		c.Pattern = tote.FullFieldPattern(horses[:2], 0)
		c.Pattern.Flags |= tote.AllOrders
	default:
		c.Pattern = tote.UnitPattern(horses[:n]...)
	}
	if rapid.IntRange(0, 5).Draw(r.T, "complement") == 0 {
		c.Pattern.Complement = horses[8]
	}
	return c
}

// runners scratches some horses and returns the arrival of the others.
func (r *randomDay) runners(e *engine.Engine) (arrival [][]tote.Horse) {
	out := tote.SetOf()
	for range rapid.IntRange(0, 3).Draw(r.T, "non-runners") {
		h := tote.Horse(rapid.IntRange(1, 9).Draw(r.T, "non-runner"))
		r.send(e, &engine.DeclareNonRunner{Race: raceOne, Horse: h})
		out = out.With(h)
	}
	classified := rapid.IntRange(2, 9).Draw(r.T, "classified")
	for h := range tote.Numbered(9).Without(out).All {
		last := len(arrival) - 1
		switch {
		case int(h) > classified:
		case last >= 0 && rapid.IntRange(0, 5).Draw(r.T, "dead heat") == 0:
			arrival[last] = append(arrival[last], h)
		default:
			arrival = append(arrival, []tote.Horse{h})
		}
	}
	return arrival
}
