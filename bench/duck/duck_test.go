package duck

import (
	"context"
	"testing"

	"opentote/bench"
)

// TestDuckDBPaysTheSame holds that DuckDB and the engine pay every bet alike: Settle
// fails otherwise.
func TestDuckDBPaysTheSame(t *testing.T) {
	r, err := bench.Settle(context.Background(), bench.SettleOptions{
		Dir: t.TempDir(), Bets: 20_000, References: []bench.Reference{New()},
	}, func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	got := r.References[0]
	if got.Skipped != "" {
		t.Skip("not measured: " + got.Skipped)
	}
	if got.TotalS <= 0 || got.LoadS <= 0 || got.Ratio <= 0 || got.CPUS <= 0 || got.Bytes <= 0 || got.Version == "" {
		t.Errorf("figures make no sense: %+v", got)
	}
}
