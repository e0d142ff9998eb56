package sqlite

import (
	"fmt"
	"testing"

	"opentote/journal"
	"opentote/journal/journaltest"
)

func BenchmarkAppend(b *testing.B) {
	journaltest.Bench(b, func(b *testing.B, dir string) journal.Journal {
		return openFile(b, journalIn(dir), Options{})
	})
}

// BenchmarkTuning measures what was chosen by measurement: the size of a page
// and how large the WAL grows between checkpoints.
func BenchmarkTuning(b *testing.B) {
	for _, page := range []int{4096, 8192, 16384, 32768, 65536} {
		for _, checkpoint := range []int64{2 << 20, 8 << 20, 32 << 20} {
			for _, size := range []int{100, 6400, 64 << 10} {
				b.Run(fmt.Sprintf("page=%d/wal=%dMiB/%dB", page, checkpoint>>20, size), func(b *testing.B) {
					path := journalIn(b.TempDir())
					if err := writeSchema(b.Context(), path, page); err != nil {
						b.Fatal(err)
					}
					j := openFile(b, path, Options{CheckpointBytes: checkpoint})
					defer j.Close()
					journaltest.BenchAppend(b, j, size)
				})
			}
		}
	}
}
