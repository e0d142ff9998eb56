package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"opentote/engine"
	"opentote/event"
	"opentote/sim"
	"opentote/tote"
)

const (
	settleRace = tote.RaceID(202511230101)
	settleBase = tote.Money(200) // cents a combination
	// partBets is how many bets one stream of the public draws: a request's.
	partBets = engine.CommandsMax
)

// settleFlexi are the fractions of the base stake that formulas may be played at.
var settleFlexi = []uint8{25, 50}

// part is bets drawn together, and expanded.
type part struct {
	bets  []engine.PlaceBet
	units []byte
	n     int // units
	// whole and single are the horses of the first bet on one set of horses, in
	// all its orders and in one.
	whole, single []tote.Horse
}

// load has the public bet, through the engine's commands, and writes the units.
func (s *settling) load(ctx context.Context, progress func(string)) (err error) {
	began := time.Now()
	base := max(settleBase, s.bet.MinStake())
	public, ok := sim.NewPublic(s.o.Seed, s.bet, base, settleFlexi, s.field.Declared)
	if !ok {
		return fmt.Errorf("bench: the simulated public does not play %s", s.o.Bet)
	}
	if err := s.open(ctx, base); err != nil {
		return err
	}
	file, err := os.Create(s.units)
	if err != nil {
		return fmt.Errorf("bench: units: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	w := bufio.NewWriterSize(file, 1<<20)
	shown := time.Now()
	for p := range s.parts(ctx, public) {
		commands := make([]engine.Command, len(p.bets))
		for i := range p.bets {
			commands[i] = &p.bets[i]
		}
		if err := s.do(ctx, commands...); err != nil {
			return err
		}
		if _, err := w.Write(p.units); err != nil {
			return fmt.Errorf("bench: units: %w", err)
		}
		if s.whole == nil {
			s.whole = p.whole
		}
		if s.single == nil {
			s.single = p.single
		}
		s.result.Units += p.n
		if time.Since(shown) > 5*time.Second {
			shown = time.Now()
			progress(fmt.Sprintf("%d units of bets accepted", s.result.Units))
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.whole == nil && s.single == nil {
		return fmt.Errorf("bench: nobody bet a single combination")
	}
	if rest := s.result.Units % unitBlock; rest > 0 {
		if _, err := w.Write(make([]byte, (unitBlock-rest)*UnitSize)); err != nil {
			return fmt.Errorf("bench: units: %w", err)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("bench: units: %w", err)
	}
	s.result.LoadS = time.Since(began).Seconds()
	progress(fmt.Sprintf("%d bets of %d units accepted in %.1f s", s.o.Bets, s.result.Units, s.result.LoadS))
	return nil
}

// open declares the race and opens and funds what bets are paid from.
func (s *settling) open(ctx context.Context, base tote.Money) error {
	at := event.Millis(time.Now().Add(24 * time.Hour).UnixMilli())
	err := s.do(ctx,
		&engine.DeclareRace{
			Race: settleRace, Start: at, Deadline: at, Declared: s.field.Declared, Staff: "bench",
			Offers: []engine.Offer{{Bet: s.o.Bet, BaseStake: base, Flexi: settleFlexi, Complement: true}},
		},
		&engine.OpenRace{Race: settleRace, Staff: "bench"},
		&engine.OpenPointOfSale{Key: keyOf(1, 1)})
	if err != nil || s.o.Bet.Network() != tote.Online {
		return err
	}
	var commands []engine.Command
	for n := range s.accounts() {
		commands = append(commands, &engine.OpenAccount{Key: keyOf(2, n)},
			&engine.Deposit{Key: keyOf(3, n), Account: event.AccountID(n + 1), Amount: 100_000_00})
	}
	for some := range slices.Chunk(commands, engine.CommandsMax) {
		if err := s.do(ctx, some...); err != nil {
			return err
		}
	}
	return nil
}

// accounts is how many accounts bet: each some ten times or more.
func (s *settling) accounts() uint64 { return uint64(min(100_000, max(100, s.o.Bets/10))) }

// parts yields the public's bets in order, drawn on all cores.
func (s *settling) parts(ctx context.Context, public *sim.Public) func(yield func(*part) bool) {
	return func(yield func(*part) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		order := make(chan chan *part, 4*runtime.GOMAXPROCS(0))
		go func() {
			defer close(order)
			tokens := make(chan struct{}, runtime.GOMAXPROCS(0))
			for from := 0; from < s.o.Bets; from += partBets {
				drawn := make(chan *part, 1)
				select {
				case order <- drawn:
				case <-ctx.Done():
					return
				}
				tokens <- struct{}{}
				go func() {
					drawn <- s.draw(public, from, min(partBets, s.o.Bets-from))
					<-tokens
				}()
			}
		}()
		for drawn := range order {
			if !yield(<-drawn) {
				return
			}
		}
	}
}

// note keeps the horses of a bet on as many as a combination has, at least those
// that have to be first.
func (p *part) note(pattern *tote.Pattern, horses, firsts int) {
	if pattern.Formula == tote.Base || pattern.Formula == tote.Free || int(pattern.Sizes[0]) != horses || horses < firsts {
		return
	}
	if pattern.Flags&tote.AllOrders != 0 && p.whole == nil {
		p.whole = slices.Clone(pattern.Horses[:horses])
	}
	if pattern.Flags&tote.AllOrders == 0 && p.single == nil {
		p.single = slices.Clone(pattern.Horses[:horses])
	}
}

// draw draws n bets, the first of which is numbered from in its pool.
func (s *settling) draw(public *sim.Public, from, n int) *part {
	p := &part{bets: make([]engine.PlaceBet, 0, n)}
	public.Draw(uint64(from/partBets), n, func(pattern *tote.Pattern, unit tote.Money, units int) {
		number := from + len(p.bets)
		bet := engine.PlaceBet{Key: keyOf(4, uint64(number)), Race: settleRace, Bet: s.o.Bet, Pattern: *pattern, Unit: unit}
		if s.o.Bet.Network() == tote.Online {
			bet.Account = event.AccountID(uint64(number)*104_729%s.accounts() + 1)
		} else {
			bet.PointOfSale = 1
		}
		p.bets = append(p.bets, bet)
		p.n += units
		shape, _ := s.shaped.Shape(pattern.Variant)
		p.note(pattern, shape.Horses, s.shaped.Firsts())
		for horses := range shape.All(pattern) {
			if !shape.Ordered {
				horses = slices.Sorted(slices.Values(horses))
			}
			p.units = Unit{Bet: uint32(number), Stake: unit, Key: keyOfUnit(horses)}.append(p.units)
		}
	})
	return p
}
