package postgres

import (
	"strings"
	"testing"

	"opentote/internal/pgtest"
	"opentote/journal"
	"opentote/journal/journaltest"
)

func BenchmarkAppend(b *testing.B) {
	s := pgtest.Start(b, "shared_buffers=1GB", "max_wal_size=4GB")
	journaltest.Bench(b, func(b *testing.B, dir string) journal.Journal {
		return openURL(b, s.Database(b, databaseOf(dir)), Options{})
	})
}

// BenchmarkStorage measures what was chosen by measurement: how large a payload
// stays in its row, and whether a larger one is compressed.
func BenchmarkStorage(b *testing.B) {
	s := pgtest.Start(b, "shared_buffers=1GB", "max_wal_size=4GB")
	for _, storage := range []struct{ name, stmt string }{
		{"row=8160B", "SELECT"},
		{"row=2032B", "ALTER TABLE journal.rows SET (toast_tuple_target = 2032)"},
		{"compressed", "ALTER TABLE journal.rows ALTER COLUMN payload SET STORAGE EXTENDED"},
	} {
		for _, size := range []struct {
			name  string
			bytes int
		}{{"100B", 100}, {"6400B", 6400}, {"64KiB", 64 << 10}} {
			b.Run(storage.name+"/"+size.name, func(b *testing.B) {
				name := databaseOf(b.Name() + b.TempDir())
				j := openURL(b, s.Database(b, name), Options{})
				defer j.Close()
				s.Exec(b, name, strings.TrimSpace(storage.stmt))
				journaltest.BenchAppend(b, j, size.bytes)
			})
		}
	}
}
