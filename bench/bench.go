// Package bench measures the engine against what the machine under it can do.
// Every figure is printed beside a reference taken in the same run, because
// only ratios mean anything on another machine.
package bench

import (
	"encoding/json"
	"io"
	"slices"
	"time"
)

// Result is what every benchmark prints, as one JSON object. Latencies are of
// requests, from the call to the durable answer.
type Result struct {
	Bench string `json:"bench"`
	// BetsPerS is bets durably accepted a second; ReferencePerS is what the
	// reference did a second with the same records; Ratio is their quotient.
	BetsPerS      float64 `json:"bets_per_s"`
	ReferencePerS float64 `json:"reference_per_s"`
	Ratio         float64 `json:"ratio"`
	P50Micros     float64 `json:"p50_us"`
	P99Micros     float64 `json:"p99_us"`
	P999Micros    float64 `json:"p999_us"`
	BatchMean     float64 `json:"batch_mean"`   // bets a journal row
	FsyncsPerS    float64 `json:"fsyncs_per_s"` // journal rows a second
	Bets          int     `json:"bets"`
	Rounds        int     `json:"rounds"`
	Clients       int     `json:"clients"`
	Request       int     `json:"bets_per_request"`
	BytesPerBet   float64 `json:"bytes_per_bet"`
	AllocsPerBet  float64 `json:"allocs_per_bet"`
	GCPauseMaxUs  float64 `json:"gc_pause_max_us"`
	// Processor time a bet, of all cores: it tells more than the clock where
	// neighbours take theirs.
	CPUMicros          float64 `json:"cpu_us"`
	ReferenceCPUMicros float64 `json:"reference_cpu_us"`
	Reference          string  `json:"reference"`
}

// Write prints the result on one line.
func (r *Result) Write(w io.Writer) error { return json.NewEncoder(w).Encode(r) }

// percentile returns the q-th part of sorted latencies, in microseconds.
func percentile(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i := min(int(q*float64(len(sorted))), len(sorted)-1)
	return float64(sorted[i].Nanoseconds()) / 1e3
}

func sorted(latencies [][]time.Duration) []time.Duration {
	all := slices.Concat(latencies...)
	slices.Sort(all)
	return all
}
