package engine

import (
	"bytes"
	"context"
	"testing"

	"opentote/event"
	"opentote/journal"
	"opentote/journal/journaltest"
	"opentote/recheck/rechecktest"
	"opentote/tote"
)

// bare decides commands without an engine around them, each in a batch of its
// own, and keeps the journal.
type bare struct {
	testing.TB
	d    decider
	enc  event.Encoder
	j    *journaltest.Memory
	head journal.Head
	keys uint32
}

func newBare(tb testing.TB) *bare {
	b := &bare{TB: tb, j: journaltest.NewMemory()}
	b.d.State, b.d.now = NewState(), 1_763_899_200_000
	b.d.emit = func(ev event.Event) {
		b.enc.Append(ev)
		b.d.Apply(b.d.now, ev)
	}
	head, err := b.j.Lead(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	b.head = head
	return b
}

func (b *bare) key() event.Key {
	b.keys++
	return event.Key{1: byte(b.keys >> 24), 2: byte(b.keys >> 16), 3: byte(b.keys >> 8), 4: byte(b.keys)}
}

func (b *bare) do(c Command) *Rejection {
	b.d.now += 100
	b.enc.Reset(b.d.now)
	if c, ok := c.(*DeclareDividends); ok {
		c.Second = rechecktest.Figures(b, b.j, c.Race)
	}
	rej := c.decide(&b.d)
	if b.enc.Count() == 0 {
		return rej
	}
	row := event.Row{First: b.head.Last + 1, Count: b.enc.Count(), Epoch: b.head.Epoch, Payload: b.enc.Payload()}
	row.Seal(b.head.Hash)
	b.head.Last, b.head.Hash = row.Last(), row.Hash
	if err := b.j.Append(context.Background(), row); err != nil {
		b.Fatal(err)
	}
	return rej
}

func (b *bare) must(c Command) {
	b.Helper()
	if rej := b.do(c); rej != nil {
		b.Fatalf("%T: %v", c, rej)
	}
}

const bareRace = tote.RaceID(202411230101)

// programme opens a race, an account and a till.
func (b *bare) programme(race tote.RaceID) {
	b.Helper()
	b.must(&DeclareRace{
		Race: race, Start: b.d.now, Deadline: b.d.now + 1<<40, Declared: tote.Numbered(12),
		Stables: []tote.HorseSet{tote.SetOf(3, 4)}, Staff: "anna",
		Offers: []Offer{
			{Bet: "E_SIMPLE_GAGNANT", BaseStake: 100, MaxStake: tote.MaxStake},
			{Bet: "SIMPLE_GAGNANT", BaseStake: 100},
			{Bet: "E_DEUX_SUR_QUATRE", BaseStake: 300, Flexi: []uint8{50}, Complement: true},
		},
	})
	b.must(&OpenRace{Race: race, Staff: "anna"})
	b.must(&OpenAccount{Key: b.key()})
	b.must(&OpenPointOfSale{Key: b.key()})
	for range 4 {
		b.must(&Deposit{Key: b.key(), Account: 1, Amount: depositMax})
	}
}

func (b *bare) win(race tote.RaceID, h tote.Horse) *PlaceBet {
	return &PlaceBet{Key: b.key(), Account: 1, Race: race, Bet: "E_SIMPLE_GAGNANT", Pattern: tote.UnitPattern(h), Unit: 150}
}

func (b *bare) ticket(race tote.RaceID, h tote.Horse) *PlaceBet {
	return &PlaceBet{Key: b.key(), PointOfSale: 1, Race: race, Bet: "SIMPLE_GAGNANT", Pattern: tote.UnitPattern(h), Unit: 150}
}

// rich fills a state until every kind of thing it can hold is in it, not zero.
func (b *bare) rich() {
	b.Helper()
	b.programme(bareRace)
	for range 5 {
		b.must(b.win(bareRace, 1))
		b.must(b.ticket(bareRace, 2))
		b.must(b.ticket(bareRace, 1))
	}
	formula := &PlaceBet{
		Key: b.key(), Account: 1, Race: bareRace, Bet: "E_DEUX_SUR_QUATRE", Unit: 150,
		Pattern: tote.FullFieldPattern([]tote.Horse{1}, 0),
	}
	formula.Pattern.Complement = 5
	b.must(formula)
	b.must(&CancelBet{Key: b.key(), Bet: event.BetIn(1, 0), Account: 1})
	b.must(&DeclareNonRunner{Race: bareRace, Horse: 12, Staff: "anna"})
	b.must(&GetOutcome{Key: b.key(), Void: true})
	b.d.emitAlone(b, &event.KeysExpired{})
	b.must(b.win(bareRace, 3))
	late := b.d.now
	b.must(b.win(bareRace, 1))
	b.must(&StopRace{Race: bareRace, Staff: "anna"})
	b.must(&PurgeLate{Race: bareRace, Started: late, Staff: "anna"})
	arrival := [][]tote.Horse{{1}, {2, 3}, {4}}
	b.must(&EnterResult{Race: bareRace, Arrival: arrival, Staff: "anna"})
	b.must(&ConfirmResult{Race: bareRace, Arrival: arrival, Staff: "bruno"})
	b.must(&DeclareDividends{Race: bareRace, Staff: "bruno"})
	for range 2 {
		b.must(&SettleBets{Race: bareRace})
	}
	b.must(&PayTicket{Key: b.key(), Bet: event.BetIn(2, 1), PointOfSale: 1})
	const other = bareRace + 1
	b.programme(other)
	b.must(b.win(other, 9))
	b.must(&CancelRace{Race: other, Staff: "anna"})
	b.thin(bareRace + 2)
	b.transfers(bareRace + 4)
	b.reports(tote.RaceOf(bareRace.Day(), 9, 1))
}

// reports has chains of every state, one of them between two races.
func (b *bare) reports(first tote.RaceID) {
	b.Helper()
	legs := make([]ReportLeg, 3)
	for i := range legs {
		race := first + tote.RaceID(i)
		b.must(&DeclareRace{
			Race: race, Start: b.d.now, Deadline: b.d.now + 1<<40, Declared: tote.Numbered(12), Staff: "anna",
			Offers: []Offer{{Bet: "E_SIMPLE_GAGNANT", BaseStake: 100, Report: true}},
		})
		b.must(&OpenRace{Race: race, Staff: "anna"})
		b.must(b.win(race, 1))
		legs[i] = ReportLeg{Race: race, Bet: "E_SIMPLE_GAGNANT", Patterns: []tote.Pattern{tote.UnitPattern(1), tote.CombinedPattern(2, 3)}, Carry: 3}
		b.must(b.win(race, 5))
	}
	b.must(&PlaceReport{Key: b.key(), Account: 1, Legs: legs, Stake: 9_00, Pick: 2, Integral: true})
	taken := &PlaceReport{Key: b.key(), Account: 1, Legs: legs[:2], Stake: 9_00}
	b.must(taken)
	b.must(&CancelReport{Key: b.key(), Report: taken.Receipt.Report, Account: 1})
	late := b.d.now + 1
	b.must(&PlaceReport{Key: b.key(), Account: 1, Legs: legs[:2], Stake: 9_00})
	b.must(&StopRace{Race: first, Staff: "anna"})
	b.must(&PurgeLate{Race: first, Started: late, Staff: "anna"})
	arrival := [][]tote.Horse{{1}, {2}, {3}}
	b.must(&EnterResult{Race: first, Arrival: arrival, Staff: "anna"})
	b.must(&ConfirmResult{Race: first, Arrival: arrival, Staff: "bruno"})
	b.must(&DeclareDividends{Race: first, Staff: "bruno"})
	b.must(&SettleBets{Race: first})
	b.must(&DetachReports{Race: first + 2, Staff: "anna"})
	b.must(&SettleBets{Race: first})
}

// transfers runs a race where a Quinté Plus bet wins in the Quarté Plus.
func (b *bare) transfers(race tote.RaceID) {
	b.Helper()
	b.must(&DeclareRace{
		Race: race, Start: b.d.now, Deadline: b.d.now + 1<<40, Declared: tote.Numbered(12), Staff: "anna",
		Offers: []Offer{{Bet: "E_QUINTE_PLUS", BaseStake: 200}, {Bet: "E_QUARTE_PLUS", BaseStake: 130}},
	})
	b.must(&OpenRace{Race: race, Staff: "anna"})
	for _, horses := range [][]tote.Horse{{1, 2, 3, 4, 9}, {8, 7, 6, 5, 4}} {
		b.must(&PlaceBet{
			Key: b.key(), Account: 1, Race: race, Bet: "E_QUINTE_PLUS", Pattern: tote.UnitPattern(horses...), Unit: 200,
		})
	}
	b.must(&PlaceBet{
		Key: b.key(), Account: 1, Race: race, Bet: "E_QUARTE_PLUS", Pattern: tote.UnitPattern(8, 7, 6, 5), Unit: 900,
	})
	b.must(&DeclareNonRunner{Race: race, Horse: 9, Staff: "anna"})
	arrival := [][]tote.Horse{{1}, {2}, {3}, {4}, {5}, {6}}
	b.must(&StopRace{Race: race, Staff: "anna"})
	b.must(&EnterResult{Race: race, Arrival: arrival, Staff: "anna"})
	b.must(&ConfirmResult{Race: race, Arrival: arrival, Staff: "bruno"})
	b.must(&DeclareDividends{Race: race, Staff: "bruno"})
	b.must(&SettleBets{Race: race})
	if r := b.d.raceByID[race]; len(r.pools[0].shares) != 1 || r.pools[1].received != 200 {
		b.Fatalf("the Quarté took over %d, %v", r.pools[1].received, r.pools[0].shares)
	}
}

// thin runs a race whose only winner played less than the minimum, and adds
// half of what its pool kept to the same pool of the next race (II-17-I).
func (b *bare) thin(race tote.RaceID) {
	b.Helper()
	b.programme(race)
	winner := b.win(race, 1)
	winner.Unit = 100
	b.must(winner)
	for range 9 {
		b.must(b.win(race, 2))
	}
	arrival := [][]tote.Horse{{1}, {2}, {3}, {4}}
	b.must(&StopRace{Race: race, Staff: "anna"})
	b.must(&EnterResult{Race: race, Arrival: arrival, Staff: "anna"})
	b.must(&ConfirmResult{Race: race, Arrival: arrival, Staff: "bruno"})
	b.must(&DeclareDividends{Race: race, Staff: "bruno"})
	b.must(&DeclareRace{
		Race: race + 1, Start: b.d.now, Deadline: b.d.now + 1<<40, Declared: tote.Numbered(12),
		Offers: []Offer{{Bet: "E_SIMPLE_GAGNANT", BaseStake: 100}}, Staff: "anna",
	})
	b.must(&ReleaseBooster{
		Key: b.key(), Race: race + 1, Bet: "E_SIMPLE_GAGNANT",
		Amount: b.d.funds.of("E_SIMPLE_GAGNANT") / 2, Staff: "anna",
	})
}

// emitAlone records an event that no command makes.
func (d *decider) emitAlone(b *bare, ev event.Event) {
	b.must(eventCommand{ev})
}

type eventCommand struct{ ev event.Event }

func (c eventCommand) decide(d *decider) *Rejection { d.emit(c.ev); return nil }

// TestP5ReplayIsTheState is promise P5 and invariant I8, at every row: what the
// writer knew is what the journal says.
func TestP5ReplayIsTheState(t *testing.T) {
	b := newBare(t)
	var hashes []event.Hash
	emit := b.d.emit
	b.d.emit = func(ev event.Event) { emit(ev); hashes = append(hashes, b.d.Hash()) }
	b.rich()
	ctx := context.Background()
	for seq, want := range hashes {
		until := event.Seq(seq + 1)
		s := NewState()
		if err := s.Replay(ctx, b.j, until); err != nil {
			t.Fatal(err)
		}
		if s.Last() != until || s.Hash() != want {
			t.Errorf("replay up to event %d (got %d) differs from the live state", until, s.Last())
		}
		if err := s.Replay(ctx, b.j, 0); err != nil {
			t.Fatal(err)
		}
		if got, want := s.Hash(), b.d.Hash(); got != want {
			t.Errorf("replay to event %d and on differs from the live state", until)
		}
	}
}

func TestPlacingABetAllocatesNothing(t *testing.T) {
	const runs = 20_000
	b := newBare(t)
	b.programme(bareRace)
	bets := make([]*PlaceBet, 0, 2*runs)
	for range 2 * runs {
		bets = append(bets, b.ticket(bareRace, 3))
	}
	i := 0
	got := testing.AllocsPerRun(runs, func() {
		if i%1000 == 0 {
			b.enc.Reset(b.d.now)
		}
		if rej := bets[i].decide(&b.d); rej != nil {
			t.Fatal(rej)
		}
		i++
	})
	if got != 0 { // a block of a thousand rows rounds to nothing
		t.Errorf("got %v allocations a bet, want 0", got)
	}
}

func TestRowsHoldNoPointers(t *testing.T) {
	var c columns
	const n = 3*blockRows + 5
	for i := range uint32(n) {
		c.add(row{units: i})
	}
	first := c.at(0)
	for i := range uint32(n) {
		if got := c.at(i).units; got != i {
			t.Fatalf("row %d: got %d", i, got)
		}
	}
	if c.len() != n || first != c.at(0) || len(c.blocks) != 4 {
		t.Errorf("%d rows in %d blocks", c.len(), len(c.blocks))
	}
}

func TestReplayStopsAtContradictions(t *testing.T) {
	tests := []struct {
		name string
		ev   event.Event
	}{
		{"unknown race", &event.RaceOpened{Race: 7}},
		{"account out of order", &event.AccountOpened{Account: 77}},
		{"till out of order", &event.PointOfSaleOpened{PointOfSale: 77}},
		{"deposit to nobody", &event.Deposited{Account: 77, Amount: 1}},
		{"negative deposit", &event.Deposited{Account: 1, Amount: -1}},
		{"bet out of order", &event.BetPlaced{Bet: event.BetIn(1, 9), Account: 1, Unit: 100, Units: 1}},
		{"bet no wallet can pay", &event.BetPlaced{Bet: event.BetIn(1, 0), Account: 1, Unit: tote.MaxStake, Units: 1}},
		{"bet at no till", &event.BetPlaced{Bet: event.BetIn(1, 0), PointOfSale: 7, Unit: 1, Units: 1}},
		{"cancelled bet", &event.BetCancelled{Bet: event.BetIn(1, 9)}},
		{"paid ticket", &event.TicketPaid{Bet: event.BetIn(1, 0)}},
		{"settled bets", &event.BetsSettled{Pool: 1, To: 1}},
		{"dividends", &event.DividendsDeclared{Pool: 1}},
		{"purge", &event.LatePurged{Race: bareRace}},
		{"money added during sales", &event.BoosterReleased{Pool: 1, Amount: 0}},
		{"stakes transferred to no pool", &event.StakesTransferred{From: 1, To: 9, Amount: 1}},
		{"stakes transferred to a pool that takes none", &event.StakesTransferred{From: 1, To: 2, Amount: 1}},
		{"money added from an empty fund", &event.BoosterReleased{Pool: 4, Amount: 1}},
		{"report out of order", &event.ReportPlaced{Report: 9}},
		{"report of no leg", &event.ReportPlaced{Report: 1, Chains: []event.ReportChain{{}}}},
		{"report in no pool", &event.ReportPlaced{Report: 1, Legs: []event.ReportLeg{{Pool: 99}}, Chains: []event.ReportChain{{}}}},
		{"report of one leg", &event.ReportPlaced{Report: 1, Legs: []event.ReportLeg{{Pool: 1, Bets: make([]event.ReportBet, 1)}}, Chains: []event.ReportChain{{Legs: []uint8{0}}}}},
		{"bet of no report", &event.BetPlaced{Bet: event.BetIn(1, 0), Account: 1, Unit: 100, Units: 1, Report: 1}},
		{"report cancelled", &event.ReportCancelled{Report: 1}},
		{"report carried", &event.ReportCarried{Report: 1}},
		{"reports of an unknown race", &event.ReportsDetached{Race: 7}},
		{"result", &event.ResultConfirmed{Race: bareRace}},
		{"race twice", &event.RaceDeclared{Race: bareRace}},
		{"pool out of order", &event.RaceDeclared{Race: 7, Pools: []event.PoolDeclared{{Pool: 99}}}},
		{"rulebook unknown", &event.RaceDeclared{Race: 7, Pools: []event.PoolDeclared{{Pool: 5, Rulebook: "x"}}}},
		{"bet of no rulebook", &event.RaceDeclared{Race: 7, Pools: []event.PoolDeclared{{Pool: 5, Rulebook: "fr-online-2020", Bet: "E_X"}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBare(t)
			b.programme(bareRace)
			b.must(&DeclareRace{
				Race: bareRace + 1, Start: b.d.now, Deadline: b.d.now, Declared: tote.Numbered(12),
				Offers: []Offer{{Bet: "E_SIMPLE_GAGNANT", BaseStake: 100}}, Staff: "anna",
			})
			b.enc.Reset(b.d.now)
			b.enc.Append(tt.ev)
			row := event.Row{First: b.head.Last + 1, Count: 1, Epoch: b.head.Epoch, Payload: bytes.Clone(b.enc.Payload())}
			row.Seal(b.head.Hash)
			if err := b.j.Append(context.Background(), row); err != nil {
				t.Fatal(err)
			}
			if _, err := Restore(context.Background(), b.j, ""); err == nil {
				t.Error("replayed without an error")
			}
			if _, err := Start(context.Background(), b.j, Options{}); err == nil {
				t.Error("an engine started on it")
			}
		})
	}
}

func BenchmarkDecidePlaceBet(b *testing.B) {
	bare := newBare(b)
	bare.programme(bareRace)
	c := bare.ticket(bareRace, 3)
	bare.enc.Reset(bare.d.now)
	b.ReportAllocs()
	for b.Loop() {
		c.Key = bare.key()
		if bare.enc.Len() > batchFull {
			bare.enc.Reset(bare.d.now)
		}
		if rej := c.decide(&bare.d); rej != nil {
			b.Fatal(rej)
		}
	}
}
