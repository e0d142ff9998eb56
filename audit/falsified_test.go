package audit_test

import (
	"slices"
	"testing"

	"opentote/event"
	"opentote/tote"
)

// Falsifications by somebody who seals the whole chain again: only the sums
// betray them.
var ofEvents = []falsification{
	// Accounts and keys.
	{"a deposit made smaller", func(tp *tape) {
		change(tp, 0, func(e *event.Deposited) { e.Amount = 10_00 })
	}, "the wallet of account 1 falls to -10.00"},
	{"a negative deposit", func(tp *tape) { change(tp, 0, func(e *event.Deposited) { e.Amount = -1 }) }, "-0.01 is deposited"},
	{"a deposit to nobody", func(tp *tape) { change(tp, 0, func(e *event.Deposited) { e.Account = 9 }) }, "account 9 was never opened"},
	{"an account left out", func(tp *tape) { drop[*event.AccountOpened](tp, 0) }, "account 2 is opened where 1 was next"},
	{"a till twice", func(tp *tape) {
		after(tp, 0, func(e *event.PointOfSaleOpened) event.Event { e.Key = event.Key{7}; return e })
	}, "point of sale 1 is opened where 2 was next"},
	{"a key twice", func(tp *tape) {
		change(tp, 1, func(e *event.Deposited) { e.Key = event.Key{1, 1} })
	}, "was used before"},
	{"a key left out", func(tp *tape) { change(tp, 1, func(e *event.Deposited) { e.Key = event.Key{} }) }, "the command had no key"},
	{"a void key used", func(tp *tape) { change(tp, 0, func(e *event.KeyVoided) { e.Key = event.Key{1, 1} }) }, "was used before"},
	{"time set back", func(tp *tape) {
		last := &tp.rows[len(tp.rows)-1]
		var enc event.Encoder
		enc.Reset(1)
		enc.Append(&event.KeyVoided{Key: event.Key{9}})
		last.Payload, last.Count = enc.Payload(), 1
		tp.seal()
	}, "time goes back"},

	// Bets.
	{"a bet after STOP", func(tp *tape) { move[*event.BetPlaced, *event.RaceStopped](tp, 19, 0) }, "the bet was placed while the race was stopped"},
	{"a bet with more stake", func(tp *tape) {
		change(tp, 0, func(e *event.BetPlaced) { e.Unit += 100 })
	}, "its bets give"},
	{"a bet on another horse", func(tp *tape) {
		change(tp, 0, func(e *event.BetPlaced) { e.Pattern = tote.UnitPattern(7) })
	}, "the pool declares"},
	{"a bet of more combinations", func(tp *tape) { change(tp, 5, func(e *event.BetPlaced) { e.Units++ }) }, "the bet says 7 combinations, its horses make 6"},
	{"a bet left out", func(tp *tape) { drop[*event.BetPlaced](tp, 0) }, "is placed where 0 was next"},
	{"a bet that is none", func(tp *tape) { change(tp, 0, func(e *event.BetPlaced) { e.Pattern.Sizes[0] = 99 }) }, "the bet is none of its pool's"},
	{"a bet in no pool", func(tp *tape) { change(tp, 0, func(e *event.BetPlaced) { e.Bet = event.BetIn(99, 0) }) }, "the pool was never declared"},
	{"a bet paid by nobody", func(tp *tape) { change(tp, 0, func(e *event.BetPlaced) { e.Account = 9 }) }, "account 9 was never opened"},
	{"a bet paid twice", func(tp *tape) { change(tp, 0, func(e *event.BetPlaced) { e.PointOfSale = 1 }) }, "the bet was paid twice"},
	{"a till's bet in an online pool", func(tp *tape) {
		change(tp, 0, func(e *event.BetPlaced) { e.Account, e.PointOfSale = 0, 1 })
	}, "in a pool of the other network"},
	{"a stake below the offer", func(tp *tape) { change(tp, 0, func(e *event.BetPlaced) { e.Unit = 99 }) }, "is less than the pool's 1.00"},
	{"a stake of nothing", func(tp *tape) { change(tp, 0, func(e *event.BetPlaced) { e.Unit = 0 }) }, "the bet costs"},
	{"a complement where none is taken", func(tp *tape) { change(tp, 0, func(e *event.BetPlaced) { e.Pattern.Complement = 4 }) }, "in a pool that takes none"},
	{"a settled bet cancelled", func(tp *tape) {
		after(tp, 0, func(e *event.TicketPaid) event.Event {
			return &event.BetCancelled{Bet: e.Bet, PointOfSale: 1, Key: event.Key{9}}
		})
	}, "the bet was cancelled when it was paid already"},
	{"a cancellation after STOP", func(tp *tape) { move[*event.BetCancelled, *event.RaceStopped](tp, 0, 0) }, "the bet was cancelled while the race was stopped"},
	{"a cancellation too late", func(tp *tape) {
		later(tp, 16*60_000, func(ev event.Event) bool { _, ok := ev.(*event.BetCancelled); return ok })
	}, "the bet was cancelled 960 seconds after its sale"},
	{"an early bet purged", func(tp *tape) {
		change(tp, 0, func(e *event.LatePurged) { e.Bets = append(e.Bets, event.LateBet{Bet: event.BetIn(1, 0)}) })
	}, "ms before the start"},
	{"a bet purged twice", func(tp *tape) {
		change(tp, 0, func(e *event.LatePurged) { e.Bets = append(e.Bets, e.Bets[0]) })
	}, "the bet was purged when it was paid already"},
	{"a late bet kept", func(tp *tape) {
		change(tp, 0, func(e *event.LatePurged) { e.Bets = e.Bets[1:] })
	}, "its bets give"},

	// Races.
	{"a race opened again", func(tp *tape) {
		after(tp, 0, func(e *event.RaceStopped) event.Event { return &event.RaceOpened{Race: e.Race} })
	}, "the race becomes open while it is stopped"},
	{"a race twice", func(tp *tape) { after(tp, 0, func(e *event.RaceDeclared) event.Event { return e }) }, "the race was declared before"},
	{"a race nobody declared", func(tp *tape) { change(tp, 0, func(e *event.RaceOpened) { e.Race = 7 }) }, "the race was never declared"},
	{"another rulebook", func(tp *tape) {
		change(tp, 0, func(e *event.RaceDeclared) { e.Pools[0].Rulebook = "fr-online-1891" })
	}, `rulebook "fr-online-1891" has no bet`},
	{"a pool left out", func(tp *tape) { change(tp, 0, func(e *event.RaceDeclared) { e.Pools = e.Pools[1:] }) }, "is declared where 1 was next"},
	{"a result confirmed by who entered it", func(tp *tape) {
		change(tp, 0, func(e *event.ResultConfirmed) { e.Staff = "anna" })
	}, `confirmed by "anna", who had entered it`},
	{"another result confirmed", func(tp *tape) {
		change(tp, 0, func(e *event.ResultConfirmed) { slices.Reverse(e.Arrival) })
	}, "the result confirmed is not the one entered"},
	{"a non-runner that arrived", func(tp *tape) { change(tp, 0, func(e *event.NonRunnerDeclared) { e.Horse = 1 }) }, "the result cannot be"},
	{"a non-runner left out", func(tp *tape) { drop[*event.NonRunnerDeclared](tp, 0) }, "its bets give"},
	{"a non-runner after the result", func(tp *tape) { move[*event.NonRunnerDeclared, *event.ResultConfirmed](tp, 0, 0) }, "becomes a non-runner after the result is official"},
	{"a race called off after its result", func(tp *tape) {
		after(tp, 0, func(e *event.ResultConfirmed) event.Event { return &event.RaceCancelled{Race: e.Race} })
	}, "the race becomes official while it is official"},

	// Dividends, settlement, payment.
	{"a dividend raised", func(tp *tape) {
		change(tp, 0, func(e *event.DividendsDeclared) { e.Lines[0].Dividend += 10 })
	}, "the pool declares \"E_SIMPLE_GAGNANT"},
	{"a dividend left out", func(tp *tape) {
		change(tp, 0, func(e *event.DividendsDeclared) { e.Lines = nil })
	}, "the pool declares \"no such dividend\""},
	{"takeout moved to winnings", func(tp *tape) {
		change(tp, 0, func(e *event.DividendsDeclared) { e.Winnings += 5; e.Takeout -= 5 })
	}, "the pool declares winnings of"},
	{"takeout made larger", func(tp *tape) {
		change(tp, 0, func(e *event.DividendsDeclared) { e.Takeout += 5 })
	}, "the postings of the event are off by 0.05"},
	{"breakage pocketed", func(tp *tape) {
		change(tp, 0, func(e *event.DividendsDeclared) { e.Breakage -= 5; e.Booster += 5 })
	}, "the pool declares booster of"},
	{"a pool refunded for another reason", func(tp *tape) {
		change(tp, 4, func(e *event.DividendsDeclared) { e.Reason = tote.BelowMinimum })
	}, "the pool was computed by procedure"},
	{"stakes counted by nobody", func(tp *tape) {
		change(tp, 0, func(e *event.DividendsDeclared) {
			e.Counted = append(e.Counted, event.LineStakes{Rank: "E_SIMPLE_GAGNANT", Combination: "1", Stakes: 100})
		})
	}, "the stakes counted by line are not those of the bets"},
	{"dividends nobody recomputed", func(tp *tape) {
		change(tp, 0, func(e *event.DividendsDeclared) { e.Second = event.Hash{} })
	}, "not those a second calculator agreed on"},
	{"dividends twice", func(tp *tape) { after(tp, 0, func(e *event.DividendsDeclared) event.Event { return e }) }, "the dividends were declared before"},
	{"dividends before the result", func(tp *tape) { move[*event.ResultConfirmed, *event.DividendsDeclared](tp, 0, 3) }, "declared while the race was stopped, with a provisional result"},
	{"a winner gets more", func(tp *tape) { change(tp, 0, func(e *event.BetsSettled) { e.Ends[0].Won += 100 }) }, "the dividends give it"},
	{"a winner gets nothing", func(tp *tape) { change(tp, 0, func(e *event.BetsSettled) { e.Ends = e.Ends[1:] }) }, "the bet gets 0.00 won"},
	{"a loser wins", func(tp *tape) {
		change(tp, 0, func(e *event.BetsSettled) {
			e.Ends = slices.Insert(e.Ends, 1, event.BetEnd{Index: 1, Won: 5})
		})
	}, "the bet gets 0.05 won"},
	{"a refund of another amount", func(tp *tape) {
		change(tp, 0, func(e *event.BetsSettled) { e.Ends[1].Refunded-- })
	}, "4.99 refunded, the dividends give it 0.00 and 5.00"},
	{"a purged bet wins", func(tp *tape) {
		change(tp, 0, func(e *event.BetsSettled) { e.Ends = append(e.Ends, event.BetEnd{Index: 3, Won: 5}) })
	}, "when it was paid already"},
	{"a bet that was never placed wins", func(tp *tape) {
		change(tp, 0, func(e *event.BetsSettled) { e.Ends = append(e.Ends, event.BetEnd{Index: 77, Won: 5}) })
	}, "the bet ends outside the slice"},
	{"a slice left out", func(tp *tape) { change(tp, 0, func(e *event.BetsSettled) { e.From++ }) }, "were settled where 0 was next"},
	{"a slice twice", func(tp *tape) { after(tp, 0, func(e *event.BetsSettled) event.Event { return e }) }, "were settled where 4 was next of 4"},
	{"a slice before the dividends", func(tp *tape) { move[*event.DividendsDeclared, *event.BetsSettled](tp, 0, 0) }, "bets were settled before the dividends"},
	{"a ticket paid twice", func(tp *tape) {
		after(tp, 0, func(e *event.TicketPaid) event.Event { e.Key = event.Key{9}; return e })
	}, "when it was paid already"},
	{"a ticket paid more", func(tp *tape) { change(tp, 0, func(e *event.TicketPaid) { e.Amount++ }) }, "it was due"},
	{"a lost ticket paid", func(tp *tape) { change(tp, 0, func(e *event.TicketPaid) { e.Bet = event.BetIn(4, 1) }) }, "when it was lost"},
	{"a cancelled ticket paid", func(tp *tape) { change(tp, 0, func(e *event.TicketPaid) { e.Bet = event.BetIn(4, 3) }) }, "when it was cancelled"},
	{"an account's bet paid in cash", func(tp *tape) { change(tp, 0, func(e *event.TicketPaid) { e.Bet = event.BetIn(1, 0) }) }, "when it was paid already"},
	{"a ticket nobody sold", func(tp *tape) { change(tp, 0, func(e *event.TicketPaid) { e.Bet = event.BetIn(4, 99) }) }, "the bet was never placed"},
	{"a ticket paid at no till", func(tp *tape) { change(tp, 0, func(e *event.TicketPaid) { e.PointOfSale = 9 }) }, "point of sale 9 was never opened"},
}

func TestTheAuditNamesFalsifiedEvents(t *testing.T) {
	day := aDay(t)
	for _, tt := range ofEvents {
		t.Run(tt.name, func(t *testing.T) { named(t, day, tt) })
	}
}

// move takes the n-th event of type E out of the journal and puts it back
// behind the m-th event of type F.
func move[E, F event.Event](tp *tape, n, m int) {
	tp.Helper()
	var taken []byte
	var enc event.Encoder
	seen := 0
	tp.rewrite(func(ev event.Event, emit func(event.Event)) {
		if _, ok := ev.(E); ok {
			if seen++; seen == n+1 {
				enc.Reset(0)
				enc.Append(ev)
				taken = enc.Payload()
				return
			}
		}
		emit(ev)
	})
	after(tp, m, func(F) event.Event {
		var moved event.Event
		var dec event.Decoder
		if err := dec.Decode(taken, func(_ event.Millis, ev event.Event) error { moved = ev; return nil }); err != nil {
			tp.Fatal(err)
		}
		return moved
	})
}

// later puts the rows from the first event that matches on some milliseconds
// later.
func later(tp *tape, by event.Millis, match func(event.Event) bool) {
	tp.Helper()
	var dec event.Decoder
	shift := event.Millis(0)
	for i := range tp.rows {
		r := &tp.rows[i]
		var enc event.Encoder
		begun := false
		err := dec.Decode(r.Payload, func(at event.Millis, ev event.Event) error {
			if match(ev) {
				shift = by
			}
			if !begun {
				enc.Reset(at + shift)
				begun = true
			}
			enc.Append(ev)
			return nil
		})
		if err != nil {
			tp.Fatal(err)
		}
		r.Payload = enc.Payload()
	}
	tp.seal()
}
