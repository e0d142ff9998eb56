package sqlite

import (
	"fmt"
	"os"
	"testing"

	"opentote/journal"
	"opentote/journal/journaltest"
)

func BenchmarkAppend(b *testing.B) {
	journaltest.Bench(b, func(b *testing.B, dir string) journal.Journal {
		return openFile(b, journalIn(dir), Options{})
	})
}

// BenchmarkTuning measures what was chosen by measurement: the size of a page,
// how often the WAL is copied, and how large it grows.
func BenchmarkTuning(b *testing.B) {
	for _, page := range []int{4096, 8192, 16384, 65536} {
		for _, opts := range []Options{
			{CheckpointBytes: 4 << 20, WALBytes: 4 << 20},
			{CheckpointBytes: 2 << 20, WALBytes: 16 << 20},
			{CheckpointBytes: 4 << 20, WALBytes: 16 << 20},
			{CheckpointBytes: 4 << 20, WALBytes: 32 << 20},
			{CheckpointBytes: 4 << 20, WALBytes: 64 << 20},
			{CheckpointBytes: 16 << 20, WALBytes: 64 << 20},
		} {
			for _, size := range []int{100, 6400, 64 << 10} {
				name := fmt.Sprintf("page=%dKiB/copy=%dMiB/wal=%dMiB/%dB", page>>10, opts.CheckpointBytes>>20, opts.WALBytes>>20, size)
				b.Run(name, func(b *testing.B) {
					path := journalIn(b.TempDir())
					if err := os.WriteFile(path, nil, 0o600); err != nil {
						b.Fatal(err)
					}
					if err := writeSchema(b.Context(), path, page); err != nil {
						b.Fatal(err)
					}
					j := openFile(b, path, opts)
					defer j.Close()
					journaltest.BenchAppend(b, j, size)
				})
			}
		}
	}
}
