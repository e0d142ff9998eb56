package audit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"opentote/audit"
	"opentote/engine"
	"opentote/event"
	"opentote/journal"
	"opentote/journal/journaltest"
	"opentote/recheck/rechecktest"
	"opentote/tote"
	"opentote/tote/rulebook"
)

// TestWhateverTheEngineWritesIsClean audits random days: whatever the engine
// was asked for, and whether it refused, its journal adds up.
func TestWhateverTheEngineWritesIsClean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := journaltest.NewMemory()
		now := time.Date(2025, 11, 23, 12, 0, 0, 0, time.UTC)
		e, err := engine.Start(context.Background(), j, engine.Options{Now: func() time.Time { return now }, Tick: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		r := &randomDay{T: t, journal: j, ms: func() event.Millis { return event.Millis(now.UnixMilli()) }}
		for _, c := range r.morning() {
			r.send(e, c)
		}
		for range rapid.IntRange(1, 60).Draw(t, "commands") {
			r.send(e, r.command())
			now = now.Add(time.Duration(rapid.IntRange(0, 120).Draw(t, "seconds")) * time.Second)
		}
		for _, c := range r.evening() {
			r.send(e, c)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		report, err := audit.Verify(context.Background(), j, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report.Findings {
			t.Errorf("found %+v", f)
		}
	})
}

type randomDay struct {
	*rapid.T
	journal journal.Reader
	ms      func() event.Millis
	keys    byte
	bets    []event.BetID
}

// send sends a command; refusals are part of the day.
func (r *randomDay) send(e *engine.Engine, c engine.Command) {
	if c, ok := c.(*engine.DeclareDividends); ok {
		c.Second = rechecktest.Figures(r, r.journal, c.Race)
	}
	err := e.Do(context.Background(), c)
	var rej *engine.Rejection
	if err != nil && !errors.As(err, &rej) {
		r.Fatal(err)
	}
	if c, ok := c.(*engine.PlaceBet); ok && err == nil {
		r.bets = append(r.bets, c.Receipt.Bet)
	}
}

func (r *randomDay) key() event.Key { r.keys++; return event.Key{r.keys} }

func (r *randomDay) morning() []engine.Command {
	return []engine.Command{
		&engine.OpenAccount{Key: r.key()},
		&engine.Deposit{Key: r.key(), Account: 1, Amount: 1000_00},
		&engine.OpenPointOfSale{Key: r.key()},
		&engine.DeclareRace{
			Race: raceOne, Start: r.ms() + 1_200_000, Deadline: r.ms() + 1_800_000, Declared: tote.Numbered(7),
			Offers: []engine.Offer{
				{Bet: toWin, BaseStake: 100, Spot: true, Jackpot: 1}, {Bet: toPlace, BaseStake: 100},
				{Bet: two, BaseStake: 300, Flexi: []uint8{50}, Complement: true, Spot: true, Jackpot: 6}, {Bet: shopWin, BaseStake: 1},
				{Bet: abroadWin, BaseStake: 1}, {Bet: abroadPair, BaseStake: 1},
			},
		},
		&engine.DeclareRace{
			Race: raceTwo, Start: r.ms() + 1_200_000, Deadline: r.ms() + 1_800_000, Declared: tote.Numbered(7),
			Offers: []engine.Offer{{Bet: toWin, BaseStake: 100}, {Bet: shopWin, BaseStake: 1}},
		},
		&engine.OpenRace{Race: raceOne},
		&engine.FundJackpot{Key: r.key(), Bet: two, Amount: 100_000_00, Loan: true},
		&engine.FundJackpot{Key: r.key(), Bet: toWin, Amount: 5_00},
	}
}

// evening ends the first race, as far as it has not come yet, on most days.
func (r *randomDay) evening() (commands []engine.Command) {
	if rapid.IntRange(0, 3).Draw(r.T, "evening") == 0 {
		return nil
	}
	arrival := [][]tote.Horse{{1}, {2, 3}, {4}, {5}}
	commands = append(commands,
		&engine.StopRace{Race: raceOne}, &engine.EnterResult{Race: raceOne, Arrival: arrival, Staff: "anna"},
		&engine.ConfirmResult{Race: raceOne, Arrival: arrival, Staff: "bruno"})
	for _, bet := range []tote.BetCode{abroadWin, abroadPair} {
		said := rulebook.HostResult{Refund: rulebook.NotComputed}
		if bet == abroadWin {
			said = rulebook.HostResult{Dividends: []rulebook.HostDividend{{Combination: "1", Dividend: 2_45}}}
		}
		commands = append(commands,
			&engine.EnterHostDividends{Race: raceOne, Bet: bet, Result: said, Staff: "anna"},
			&engine.ConfirmHostDividends{Race: raceOne, Bet: bet, Result: said, Staff: "bruno"})
	}
	return append(commands, &engine.DeclareDividends{Race: raceOne}, &engine.SettleBets{Race: raceOne})
}

func (r *randomDay) horse() tote.Horse { return tote.Horse(rapid.IntRange(1, 7).Draw(r.T, "horse")) }

func (r *randomDay) command() engine.Command {
	kind := rapid.IntRange(0, 26).Draw(r.T, "command")
	if kind < 11 {
		return r.bet(kind)
	}
	var bet event.BetID
	if len(r.bets) > 0 {
		bet = rapid.SampledFrom(r.bets).Draw(r.T, "bet")
	}
	arrival := [][]tote.Horse{{1}, {2, 3}, {4}, {5}}
	switch kind {
	case 11:
		return &engine.CancelBet{Key: r.key(), Bet: bet, Account: 1}
	case 12:
		return &engine.CancelBet{Key: r.key(), Bet: bet, PointOfSale: 1}
	case 13:
		return &engine.DeclareNonRunner{Race: raceOne, Horse: r.horse()}
	case 14:
		return &engine.StopRace{Race: raceOne}
	case 15:
		return &engine.PurgeLate{Race: raceOne, Started: r.ms() - 100_000}
	case 16:
		return &engine.EnterResult{Race: raceOne, Arrival: arrival, Staff: "anna"}
	case 17:
		return &engine.ConfirmResult{Race: raceOne, Arrival: arrival, Staff: "bruno"}
	case 18:
		return &engine.DeclareDividends{Race: raceOne}
	case 19:
		return &engine.SettleBets{Race: raceOne}
	case 20:
		return &engine.ReleaseBooster{
			Key: r.key(), Race: raceTwo, Bet: rapid.SampledFrom([]tote.BetCode{toWin, shopWin}).Draw(r.T, "fund"),
			Amount: tote.Money(rapid.IntRange(1, 20_00).Draw(r.T, "amount")),
		}
	case 21:
		return &engine.CancelRace{Race: raceTwo}
	case 22, 23, 24, 25:
		return r.host(kind >= 24)
	}
	return &engine.PayTicket{Key: r.key(), Bet: bet, PointOfSale: 1}
}

// host is what the host of an international pool sends, entered or confirmed.
func (r *randomDay) host(confirmed bool) engine.Command {
	bet, said := abroadWin, rulebook.HostResult{Dividends: []rulebook.HostDividend{{Combination: "1", Dividend: 2_45}}}
	switch rapid.IntRange(0, 3).Draw(r.T, "host") {
	case 0, 1:
		bet, said.Dividends = abroadPair, []rulebook.HostDividend{{Combination: "1-2", Dividend: 9_00}, {Combination: "1-3", Dividend: 31_50}}
	case 2:
		said = rulebook.HostResult{Refund: rulebook.NotComputed}
	}
	staff := rapid.SampledFrom([]event.Staff{"anna", "bruno"}).Draw(r.T, "staff")
	if confirmed {
		return &engine.ConfirmHostDividends{Race: raceOne, Bet: bet, Result: said, Staff: staff}
	}
	return &engine.EnterHostDividends{Race: raceOne, Bet: bet, Result: said, Staff: staff}
}

func (r *randomDay) bet(kind int) engine.Command {
	c := &engine.PlaceBet{Key: r.key(), Account: 1, Race: raceOne, Unit: tote.Money(rapid.SampledFrom([]int{3, 100, 151, 300, 333}).Draw(r.T, "unit"))}
	c.Pattern = tote.UnitPattern(r.horse())
	switch {
	case kind < 4:
		c.Bet, c.Account, c.PointOfSale = shopWin, 0, 1
	case kind < 5:
		c.Bet = toWin
	case kind < 6:
		c.Bet = rapid.SampledFrom([]tote.BetCode{abroadWin, abroadPair}).Draw(r.T, "abroad")
		if c.Bet == abroadPair {
			c.Pattern = tote.CombinedPattern(1, 2, 3, r.horse()).InAllOrders()
		}
		if rapid.Bool().Draw(r.T, "at a till") {
			c.Account, c.PointOfSale = 0, 1
		}
	case kind < 7:
		c.Bet = toPlace
	case kind < 9:
		c.Bet, c.Pattern = two, tote.CombinedPattern(1, 2, r.horse())
		c.Pattern.Complement = r.horse()
	default:
		c.Bet, c.Pattern = two, tote.FullFieldPattern([]tote.Horse{r.horse()}, 0)
	}
	c.Jackpot, c.Seed = rapid.IntRange(0, 2).Draw(r.T, "jackpot") == 0, tote.Seed{r.keys}
	if rapid.IntRange(0, 3).Draw(r.T, "spot") == 0 {
		c.Pattern, c.Seed = tote.SpotPattern(tote.Unit, 1), tote.Seed{r.keys}
		if c.Bet == two {
			c.Pattern = tote.SpotPattern(tote.Combined, 2, r.horse())
		}
	}
	return c
}

// BenchmarkVerify tells what an event costs to audit, the engine's replay
// included.
func BenchmarkVerify(b *testing.B) {
	j := journaltest.NewMemory()
	e, err := engine.Start(context.Background(), j, engine.Options{})
	if err != nil {
		b.Fatal(err)
	}
	start := event.Millis(1 << 42)
	commands := []engine.Command{
		&engine.OpenPointOfSale{Key: event.Key{1}},
		&engine.DeclareRace{Race: raceOne, Start: start, Deadline: start, Declared: tote.Numbered(7), Offers: []engine.Offer{{Bet: shopWin, BaseStake: 1}}},
		&engine.OpenRace{Race: raceOne},
	}
	for i := range 200_000 {
		commands = append(commands, &engine.PlaceBet{
			Key: event.Key{2, byte(i), byte(i >> 8), byte(i >> 16)}, PointOfSale: 1, Race: raceOne, Bet: shopWin,
			Pattern: tote.UnitPattern(tote.Horse(i%7 + 1)), Unit: 100,
		})
	}
	events := len(commands)
	for len(commands) > 0 {
		n := min(len(commands), engine.CommandsMax)
		if _, err := e.DoAll(context.Background(), commands[:n]); err != nil {
			b.Fatal(err)
		}
		commands = commands[n:]
	}
	if err := e.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if report, err := audit.Verify(context.Background(), j, nil); err != nil || !report.OK() {
			b.Fatal(report, err)
		}
	}
	b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
