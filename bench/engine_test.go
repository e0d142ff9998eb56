package bench

import (
	"context"
	"testing"
)

func TestEngineMeasuresWhatItRan(t *testing.T) {
	r, err := Engine(context.Background(), EngineOptions{Dir: t.TempDir(), Bets: 4096, Rounds: 2, Clients: 4, Request: 32}, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.Bets, 2*4096; got != want {
		t.Errorf("measured %d bets, want %d", got, want)
	}
	if r.BetsPerS <= 0 || r.ReferencePerS <= 0 || r.Ratio <= 0 || r.P50Micros <= 0 || r.P99Micros < r.P50Micros || r.BatchMean < 1 {
		t.Errorf("figures make no sense: %+v", r)
	}
}
