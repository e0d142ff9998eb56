package engine_test

import (
	"testing"

	"opentote/engine"
	"opentote/event"
	"opentote/journal/journaltest"
	"opentote/tote"
)

const (
	quinte = tote.BetCode("E_QUINTE_PLUS")
	quarte = tote.BetCode("E_QUARTE_PLUS")
)

// ordered is an open race that has the bets given, with one rich
// player.
type ordered struct {
	*bench
	player event.AccountID
	race   tote.RaceID
	horses int
	base   tote.Money
	bets   []tote.BetCode
}

func openOrdered(t *testing.T, bets ...tote.BetCode) *ordered {
	t.Helper()
	return openOrderedOf(t, 21, 150, bets...)
}

// openOrderedOf opens a race of so many horses at a base stake.
func openOrderedOf(t *testing.T, horses int, base tote.Money, bets ...tote.BetCode) *ordered {
	t.Helper()
	o := &ordered{bench: setup(t, journaltest.NewMemory()), race: theRace, horses: horses, base: base, bets: bets}
	o.player = o.account(0)
	for range 10 {
		o.must(&engine.Deposit{Key: o.key(), Account: o.player, Amount: 100_000_00})
	}
	o.next()
	o.must(&engine.OpenRace{Race: o.race})
	return o
}

// next declares the next race.
func (o *ordered) next() {
	o.Helper()
	o.race++
	c := &engine.DeclareRace{
		Race: o.race, Start: o.ms(20 * minute), Deadline: o.ms(30 * minute), Declared: tote.Numbered(o.horses), Staff: "anna",
	}
	for _, bet := range o.bets {
		c.Offers = append(c.Offers, engine.Offer{Bet: bet, BaseStake: o.base, Complement: true})
	}
	o.must(c)
}

// stake is a bet of a worked case.
type stake struct {
	bet     tote.BetCode
	pattern tote.Pattern
	cents   tote.Money
}

func five(cents tote.Money, horses ...tote.Horse) stake {
	return stake{quinte, tote.UnitPattern(horses...), cents}
}

// sell sells the stakes and returns their numbers.
func (o *ordered) sell(stakes ...stake) (bets []event.BetID) {
	o.Helper()
	for _, x := range stakes {
		c := &engine.PlaceBet{Key: o.key(), Account: o.player, Race: o.race, Bet: x.bet, Pattern: x.pattern, Unit: x.cents}
		o.must(c)
		bets = append(bets, c.Receipt.Bet)
	}
	return bets
}

// run ends the race and settles it.
func (o *ordered) run(arrival ...[]tote.Horse) {
	o.Helper()
	o.must(&engine.StopRace{Race: o.race, Staff: "anna"})
	o.must(&engine.EnterResult{Race: o.race, Arrival: arrival, Staff: "anna"})
	o.must(&engine.ConfirmResult{Race: o.race, Arrival: arrival, Staff: "bruno"})
	o.settled()
}

func (o *ordered) settled() {
	o.Helper()
	o.must(&engine.DeclareDividends{Race: o.race, Staff: "bruno"})
	for more := true; more; {
		c := &engine.SettleBets{Race: o.race}
		o.must(c)
		more = c.More
	}
	if of := o.balanced(); of[engine.Pools] != 0 || of[engine.Owed] != 0 {
		o.Errorf("money left: %v", of)
	}
}

// pool returns the race's pool of a bet.
func (o *ordered) pool(bet tote.BetCode) engine.PoolView {
	o.Helper()
	c := &engine.GetRaceAccounts{Race: o.race}
	o.must(c)
	for _, p := range c.View.Pools {
		if p.Bet == bet {
			return p
		}
	}
	o.Fatalf("no pool %s", bet)
	return engine.PoolView{}
}

// pays checks the dividends of a pool, by rank without the bet's name; several
// dividends of a rank are told in the order of their lines.
func (o *ordered) pays(bet tote.BetCode, want map[string]tote.Dividend) {
	o.Helper()
	d := o.pool(bet).Declared
	if len(d.Lines) != len(want) {
		o.Errorf("%s: got %+v, want %v", bet, d.Lines, want)
	}
	for _, l := range d.Lines {
		if rank := l.Rank[len(bet)+1:]; l.Dividend != want[rank] {
			o.Errorf("%s %s: got %v, want %v", rank, l.Combination, l.Dividend, want[rank])
		}
	}
}

// arrivalV is the arrival of the worked cases of chapter 9.
var arrivalV = [][]tote.Horse{{4}, {7}, {2}, {9}, {1}, {5}, {3}}

// caseV1 are the stakes of example V1.
var caseV1 = []stake{
	five(20_00, 4, 7, 2, 9, 1), five(1000_00, 7, 4, 2, 9, 1), five(3000_00, 4, 7, 2, 9, 5),
	five(500_00, 4, 7, 2, 1, 5), five(16000_00, 4, 7, 2, 5, 3), five(279_480_00, 12, 13, 14, 15, 16),
}

func TestTheLevyOfTheQuintePaysATirelire(t *testing.T) {
	o := openOrdered(t, quinte)
	bets := o.sell(caseV1...)
	o.run(arrivalV...) // V1
	o.pays(quinte, map[string]tote.Dividend{"ORDRE": 3057_40, "DESORDRE": 41_30, "BONUS_4": 8_00, "BONUS_3": 3_00})
	if got, want := o.view(bets[0]).Won, tote.Money(61_148_00); got != want {
		t.Errorf("the exact order won %v, want %v", got, want)
	}
	if got, want := o.fund(quinte), tote.Money(15_444_00); got != want {
		t.Errorf("the reserve fund holds %v, want %v", got, want)
	}
	o.next()
	announce := func(m tote.Money) *engine.ReleaseBooster {
		return &engine.ReleaseBooster{Key: o.key(), Race: o.race, Bet: quinte, Amount: m, Staff: "anna"}
	}
	o.refused(announce(10_500_00), engine.BadAmount) // thousands of euros (III-9-7.1)
	o.refused(announce(16_000_00), engine.FundTooSmall)
	o.must(announce(10_000_00))
	o.restart()
	o.must(&engine.OpenRace{Race: o.race})
	o.sell(caseV1...)
	o.run(arrivalV...)
	// 10 000 for 20.00 in the exact order are 500 an euro: 3057.43 + 500.
	o.pays(quinte, map[string]tote.Dividend{"ORDRE": 3557_40, "DESORDRE": 41_30, "BONUS_4": 8_00, "BONUS_3": 3_00})
	if got, want := o.fund(quinte), tote.Money(5_444_00+15_444_00); got != want {
		t.Errorf("the reserve fund holds %v, want %v", got, want)
	}
}

func TestATirelireThatNobodyWinsGoesBack(t *testing.T) {
	for _, tt := range []struct {
		name string
		run  func(o *ordered)
		left tote.Money
	}{
		{"nobody in the exact order", func(o *ordered) { // V9: its levy is 15 444.00
			o.sell(five(1000_00, 7, 4, 2, 9, 1), five(3000_00, 4, 7, 2, 9, 5), five(16500_00, 4, 7, 2, 5, 3), five(279_500_00, 12, 13, 14, 15, 16))
			o.run(arrivalV...)
			o.pays(quinte, map[string]tote.Dividend{"DESORDRE": 96_20, "BONUS_4": 9_40, "BONUS_3": 3_20})
		}, 2 * 15_444_00},
		{"nothing payable", func(o *ordered) { // V12
			o.sell(five(500_00, 10, 11, 12, 13, 14))
			o.run(arrivalV...)
		}, 15_444_00},
		{"two classified", func(o *ordered) {
			o.sell(five(500_00, 4, 7, 2, 9, 1))
			o.run(arrivalV[:2]...)
		}, 15_444_00},
		{"race called off", func(o *ordered) {
			o.sell(five(500_00, 4, 7, 2, 9, 1))
			o.must(&engine.CancelRace{Race: o.race, Staff: "anna"})
			o.settled()
		}, 15_444_00},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := openOrdered(t, quinte)
			o.sell(caseV1...)
			o.run(arrivalV...)
			o.next()
			o.must(&engine.ReleaseBooster{Key: o.key(), Race: o.race, Bet: quinte, Amount: 15_000_00, Staff: "anna"})
			o.must(&engine.OpenRace{Race: o.race})
			tt.run(o)
			if got := o.fund(quinte); got != tt.left {
				t.Errorf("the reserve fund holds %v, want %v", got, tt.left)
			}
		})
	}
}

// caseV5 are the stakes of example V5, where horses 15 and 16 do not run.
var caseV5 = []stake{
	five(20_00, 4, 7, 2, 9, 1), five(1000_00, 7, 4, 2, 9, 1), five(3000_00, 4, 7, 2, 9, 5),
	five(16500_00, 4, 7, 2, 5, 3), five(800_00, 4, 7, 2, 9, 16), five(278_680_00, 17, 18, 19, 20, 21),
}

func TestWithoutAQuarteANonRunnerIsRefunded(t *testing.T) {
	o := openOrdered(t, quinte)
	bets := o.sell(caseV5...)
	o.must(&engine.DeclareNonRunner{Race: o.race, Horse: 15})
	o.must(&engine.DeclareNonRunner{Race: o.race, Horse: 16})
	o.run(arrivalV...)
	o.pays(quinte, map[string]tote.Dividend{"ORDRE": 3048_70, "DESORDRE": 41_20, "BONUS_4": 8_00, "BONUS_3": 3_00})
	if v := o.view(bets[4]); v.Refunded != 800_00 || v.Won != 0 {
		t.Errorf("the bet with a non-runner: %+v", v)
	}
}

// caseV4 are the stakes of example V4: horses 15 and 16 do not run, the 800.00
// left with one non-runner go to the Quarté Plus, those whose base is out and
// those with two non-runners are refunded.
var caseV4 = []stake{
	five(20_00, 4, 7, 2, 9, 1), five(1000_00, 7, 4, 2, 9, 1), five(3000_00, 4, 7, 2, 9, 5),
	five(16500_00, 4, 7, 2, 5, 3), five(800_00, 4, 7, 2, 9, 16), five(600_00, 4, 7, 2, 15, 16),
	five(278_040_00, 17, 18, 19, 20, 21),
}

func four(cents tote.Money, horses ...tote.Horse) stake {
	return stake{quarte, tote.UnitPattern(horses...), cents}
}

// scratch declares the non-runners of the worked cases.
func (o *ordered) scratch() {
	o.Helper()
	o.must(&engine.DeclareNonRunner{Race: o.race, Horse: 15, Staff: "anna"})
	o.must(&engine.DeclareNonRunner{Race: o.race, Horse: 16, Staff: "anna"})
}

func TestUnitsWithANonRunnerPlayTheQuarte(t *testing.T) {
	for _, pools := range [][]tote.BetCode{{quinte, quarte}, {quarte, quinte}} {
		o := openOrdered(t, pools...)
		bets := o.sell(caseV4...)
		// Q2, with V4's unit of 800.00 instead of the first of its two: the other,
		// with 12 for a fourth horse, is a Bonus.
		o.sell(
			five(40_00, 2, 7, 4, 16, 12), four(30_00, 4, 7, 2, 9), four(700_00, 7, 4, 2, 9), four(5000_00, 4, 7, 2, 1),
			four(100_00, 4, 2, 16, 7), four(60_00, 4, 7, 9, 16), four(500_00, 4, 7, 15, 16), four(93_550_00, 17, 18, 19, 20),
		)
		o.scratch()
		o.run(arrivalV...)
		left, took := o.pool(quinte), o.pool(quarte)
		if left.Sent != 840_00 || took.Received != 840_00 || left.Received != 0 || took.Sent != 0 {
			t.Errorf("transferred: %+v, %+v", left, took)
		}
		for _, p := range []engine.PoolView{left, took} {
			if p.Paid != p.Declared.Winnings+p.Declared.Refunds {
				t.Errorf("%s: paid %v of %+v", p.Bet, p.Paid, p.Declared)
			}
		}
		v := o.view(bets[4])
		var order tote.Dividend
		for _, l := range took.Declared.Lines {
			if l.Rank == "E_QUARTE_PLUS_ORDRE" {
				order = l.Dividend
				if l.Stakes != 830_00 {
					t.Errorf("staked on the exact order: %v", l.Stakes)
				}
			}
		}
		if order == 0 || v.Won != order.Pay(800_00) || v.Refunded != 0 {
			t.Errorf("the unit that left: %+v, dividend %v", v, order)
		}
		if v := o.view(bets[5]); v.Refunded != 600_00 || v.Won != 0 {
			t.Errorf("the unit with two non-runners: %+v", v)
		}
		o.restart()
		if o.view(bets[4]).Won != v.Won || o.pool(quarte).Received != 840_00 {
			t.Error("a restart changed what was settled")
		}
	}
}

// V4 and Q2 to the cent: the two pools do not meet in the examples, so each
// is played with what the other sends or takes.
func TestTheWorkedCasesWithTransfers(t *testing.T) {
	t.Run("V4", func(t *testing.T) {
		o := openOrdered(t, quinte, quarte)
		o.sell(caseV4...)
		// V4's bet whose base is out: here its 24 orders of the associates.
		base := tote.BasePattern([]tote.Horse{16}, []tote.Horse{4, 7, 2, 9})
		c := &engine.PlaceBet{Key: o.key(), Account: o.player, Race: o.race, Bet: quinte, Pattern: base.At(5), Unit: 200}
		o.must(c)
		o.scratch()
		o.run(arrivalV...)
		o.pays(quinte, map[string]tote.Dividend{"ORDRE": 3041_70, "DESORDRE": 41_10, "BONUS_4": 7_90, "BONUS_3": 3_00})
		if p := o.pool(quinte); p.Sent != 800_00 || p.Declared.Refunds != 600_00+c.Receipt.Cost {
			t.Errorf("pool: %+v", p)
		}
		if v := o.view(c.Receipt.Bet); v.Refunded != c.Receipt.Cost {
			t.Errorf("the base is out: %+v", v)
		}
	})
	t.Run("Q2", func(t *testing.T) {
		o := openOrdered(t, quinte, quarte)
		bets := o.sell(
			five(20_00, 4, 7, 2, 9, 16), five(40_00, 2, 7, 4, 16, 12), four(30_00, 4, 7, 2, 9), four(700_00, 7, 4, 2, 9),
			four(5000_00, 4, 7, 2, 1), four(100_00, 4, 2, 16, 7), four(60_00, 4, 7, 9, 16), four(500_00, 4, 7, 15, 16),
			four(93_550_00, 17, 18, 19, 20),
		)
		o.scratch()
		o.run(arrivalV[:6]...)
		o.pays(quarte, map[string]tote.Dividend{"ORDRE": 348_80, "DESORDRE": 30_40, "BONUS": 5_60, "BONUS_1NP": 11_20})
		if d := o.pool(quarte).Declared; d.Winnings != 68_064_00 || d.Refunds != 500_00 {
			t.Errorf("pool: %+v", d)
		}
		// Nobody stays in the Quinté, and what left is not refunded with it.
		if d := o.pool(quinte).Declared; d.Procedure != tote.Refund || d.Refunds != 0 {
			t.Errorf("pool: %+v", d)
		}
		for i, want := range []tote.Money{6976_00, 224_00} {
			if v := o.view(bets[i]); v.Won != want || v.Refunded != 0 {
				t.Errorf("bet %d: %+v, want %v won", i, v, want)
			}
		}
	})
}

func TestARefundedQuarteRefundsWhatItTookOver(t *testing.T) {
	for _, tt := range []struct {
		name   string
		finish func(o *ordered)
		quinte tote.Money // refunded there
	}{
		{"four horses run", func(o *ordered) {
			for h := range tote.Numbered(21).Without(tote.SetOf(4, 7, 2, 9)).All {
				o.must(&engine.DeclareNonRunner{Race: o.race, Horse: h})
			}
			o.run([]tote.Horse{4}, []tote.Horse{7}, []tote.Horse{2}, []tote.Horse{9})
		}, 0},
		{"race called off", func(o *ordered) {
			o.must(&engine.DeclareNonRunner{Race: o.race, Horse: 16})
			o.must(&engine.CancelRace{Race: o.race, Staff: "anna"})
			o.settled()
		}, 300_00},
		{"two classified", func(o *ordered) {
			o.must(&engine.DeclareNonRunner{Race: o.race, Horse: 16})
			o.run([]tote.Horse{4}, []tote.Horse{7})
		}, 300_00},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := openOrdered(t, quinte, quarte)
			bets := o.sell(five(100_00, 4, 7, 2, 9, 16), five(300_00, 4, 7, 2, 9, 1), four(50_00, 4, 7, 2, 9))
			tt.finish(o)
			for i, want := range []tote.Money{100_00, 300_00, 50_00} {
				if v := o.view(bets[i]); v.Refunded != want || v.Won != 0 {
					t.Errorf("bet %d: %+v, want %v refunded", i, v, want)
				}
			}
			if got := o.pool(quinte).Declared.Refunds; got != tt.quinte {
				t.Errorf("the Quinté refunds %v, want %v", got, tt.quinte)
			}
			if got, want := o.pool(quarte).Declared.Refunds, 450_00-tt.quinte; got != want {
				t.Errorf("the Quarté refunds %v, want %v", got, want)
			}
		})
	}
}

// One bet may have units that stay, leave and are refunded.
func TestAFormulaIsPaidByBothPools(t *testing.T) {
	o := openOrdered(t, quarte, quinte)
	o.sell(five(10_000_00, 17, 18, 19, 20, 21), four(10_000_00, 17, 18, 19, 20))
	all := tote.CombinedPattern(4, 7, 2, 9, 1, 16, 15)
	all.Flags |= tote.AllOrders
	c := &engine.PlaceBet{Key: o.key(), Account: o.player, Race: o.race, Bet: quinte, Pattern: all, Unit: 200}
	o.must(c)
	o.scratch()
	o.run(arrivalV...)
	v := o.view(c.Receipt.Bet)
	left, took := o.pool(quinte).Declared, o.pool(quarte).Declared
	// 120 units without a non-runner, 2 x 600 with one, 1200 with both.
	if got, want := o.pool(quarte).Received, tote.Money(2*5*120*200); got != want {
		t.Errorf("sent %v, want %v", got, want)
	}
	if v.Won != left.Winnings+took.Winnings || v.Refunded != left.Refunds || left.Winnings == 0 || took.Winnings == 0 {
		t.Errorf("bet %+v, pools %+v, %+v", v, left, took)
	}
	if got, want := v.Refunded, tote.Money(10*120*200); got != want {
		t.Errorf("refunded %v, want %v", got, want)
	}
}
