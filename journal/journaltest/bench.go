package journaltest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"opentote/event"
	"opentote/journal"
)

// Bench measures the appends of one writer at several payload sizes: 64 bets,
// or one, to a whole row. It reports MB/s and the 50th, 99th and 99.9th
// percentile of an append; the hash of the row is made outside of them.
func Bench(b *testing.B, open func(b *testing.B, dir string) journal.Journal) {
	for _, size := range []int{100, 6400, 64 << 10, 256 << 10} {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			j := open(b, b.TempDir())
			defer j.Close()
			BenchAppend(b, j, size)
		})
	}
}

// BenchAppend measures the appends of rows of size bytes to j, b.N of them.
func BenchAppend(b *testing.B, j journal.Journal, size int) {
	head, err := j.Lead(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	noise := make([]byte, size)
	src := rand.NewChaCha8([32]byte{1})
	src.Read(noise)
	took := make([]time.Duration, 0, b.N)
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		row := event.Row{First: head.Last + 1, Count: uint32(1 + size/100), Epoch: head.Epoch, Payload: noise}
		row.Seal(head.Hash)
		start := time.Now()
		if err := j.Append(b.Context(), row); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
		head.Last, head.Hash = row.Last(), row.Hash
	}
	b.StopTimer()
	slices.Sort(took)
	for _, p := range []struct {
		name string
		at   float64
	}{{"p50-us", 0.50}, {"p99-us", 0.99}, {"p99.9-us", 0.999}} {
		b.ReportMetric(float64(took[int(float64(len(took)-1)*p.at)].Nanoseconds())/1000, p.name)
	}
	b.ReportMetric(float64(len(took))/b.Elapsed().Seconds(), "rows/s")
}
