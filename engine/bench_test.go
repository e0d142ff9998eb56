package engine_test

import (
	"context"
	"encoding/binary"
	"sync"
	"testing"

	"opentote/engine"
	"opentote/event"
	"opentote/journal/journaltest"
	"opentote/tote"
)

// benchEngine is an engine on a journal in memory: what is measured is the
// engine and its queue, not a disk.
func benchEngine(b *testing.B) *engine.Engine {
	b.Helper()
	clock := newClock()
	e, err := engine.Start(context.Background(), &forgetful{Memory: journaltest.NewMemory()}, engine.Options{Now: clock.now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { e.Close() })
	at := event.Millis(clock.now().UnixMilli())
	for _, c := range []engine.Command{
		&engine.OpenPointOfSale{Key: event.Key{15: 1}},
		&engine.DeclareRace{
			Race: theRace, Start: at + 1<<40, Deadline: at + 1<<40, Declared: tote.Numbered(16),
			Offers: []engine.Offer{{Bet: shopWin, BaseStake: 100}},
		},
		&engine.OpenRace{Race: theRace},
	} {
		if err := e.Do(context.Background(), c); err != nil {
			b.Fatal(err)
		}
	}
	return e
}

// forgetful is a journal that drops what is appended.
type forgetful struct{ *journaltest.Memory }

func (forgetful) Append(context.Context, event.Row) error { return nil }

func benchTicket(n uint64) *engine.PlaceBet {
	c := &engine.PlaceBet{PointOfSale: 1, Race: theRace, Bet: shopWin, Pattern: tote.UnitPattern(tote.Horse(n%16 + 1)), Unit: 100}
	binary.BigEndian.PutUint64(c.Key[:], n+1)
	return c
}

func BenchmarkDo(b *testing.B) {
	e := benchEngine(b)
	const clients = 64
	b.ReportAllocs()
	b.ResetTimer()
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for n := client; n < b.N; n += clients {
				if err := e.Do(context.Background(), benchTicket(uint64(n))); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "bets/s")
}

func BenchmarkDoAll64(b *testing.B) {
	e := benchEngine(b)
	const clients, size = 16, 64
	b.ReportAllocs()
	b.ResetTimer()
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			commands := make([]engine.Command, 0, size)
			for n := client * size; n < b.N; n += clients * size {
				commands = commands[:0]
				for i := range size {
					commands = append(commands, benchTicket(uint64(n+i)))
				}
				rejections, err := e.DoAll(context.Background(), commands)
				if err != nil || rejections[0] != nil {
					b.Error(err, rejections)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "bets/s")
}
