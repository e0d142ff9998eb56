package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// size is a row of the table of sizes the design holds.
type size struct {
	bench     string // whose result it is in
	label     string
	measured  string // keys of the result
	reference string // "" where there is none
	unit      string
	scale     float64 // figures are divided by it
	bar, aim  float64
	share     float64 // the aim is this part of the reference, where it is not 0
	least     bool    // less is better
}

var sizes = []size{
	{bench: "engine", label: "bets accepted durably, in process", measured: "bets_per_s", reference: "reference_per_s", unit: "/s", scale: 1, bar: 500_000, aim: 1_000_000},
	{bench: "rpc", label: "the same through the API, one a call", measured: "bets_per_s", reference: "reference_per_s", unit: "/s", scale: 1, bar: 20_000, share: 0.8},
	{bench: "rpc streamed", label: "streamed in batches", measured: "bets_per_s", reference: "reference_per_s", unit: "/s", scale: 1, bar: 150_000, aim: 400_000},
	{bench: "latency", label: "acceptance at a steady rate, p99", measured: "p99_us", reference: "reference_p99_us", unit: " ms", scale: 1e3, bar: 20, aim: 5, least: true},
	{bench: "odds", label: "odds of all pools of a race", measured: "race_p50_us", unit: " ms", scale: 1e3, bar: 1000, aim: 1, least: true},
	{bench: "odds", label: "a bet to those who watch the race", measured: "watcher_p50_us", reference: "reference_p50_us", unit: " ms", scale: 1e3, bar: 1000, aim: 5, least: true},
	{bench: "settle", label: "a pool settled, for 10 million bets", measured: "total_s_per_10m", unit: " s", scale: 1, bar: 5, aim: 1, least: true},
	{bench: "restart", label: "restart with live bets", measured: "restart_s", reference: "reference_s", unit: " s", scale: 1, bar: 10, aim: 2, least: true},
	{bench: "memory", label: "memory for live bets, at most", measured: "rss_max_bytes", reference: "reference_rss_bytes", unit: " MiB", scale: 1 << 20, bar: 2048, aim: 600, least: true},
}

// Table reads results, JSON objects as the benchmarks print them, and writes the
// sizes the design holds beside what was measured. Results of other benchmarks
// are passed over.
func Table(r io.Reader, w io.Writer) error {
	results := map[string][]map[string]any{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var result map[string]any
		if err := json.Unmarshal(lines.Bytes(), &result); err != nil {
			return fmt.Errorf("line %d is no result of a benchmark: %w", n, err)
		}
		name, _ := result["bench"].(string)
		results[name] = append(results[name], normal(result))
	}
	if err := lines.Err(); err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "size\tof\tmeasured\treference\tratio\tbar\taim\t")
	for i := range sizes {
		for _, result := range results[sizes[i].bench] {
			sizes[i].row(t, result)
		}
	}
	return t.Flush()
}

// normal adds what is to be compared at another size than it was run.
func normal(result map[string]any) map[string]any {
	total, _ := result["total_s"].(float64)
	if bets, _ := result["bets"].(float64); bets > 0 && total > 0 {
		result["total_s_per_10m"] = total / bets * 10_000_000
	}
	return result
}

func (s *size) row(w io.Writer, result map[string]any) {
	measured, ok := result[s.measured].(float64)
	if !ok {
		return
	}
	reference, ratio, aim := "-", "-", s.aim
	if ref, ok := result[s.reference].(float64); ok && ref > 0 {
		reference, ratio = s.figure(ref), fmt.Sprintf("%.2f", measured/ref)
		if s.share > 0 {
			aim = s.share * ref
		}
	}
	// Figures of a size are only as good as the size they were run at.
	of, _ := result["bets"].(float64)
	fmt.Fprintf(w, "%s\t%.0f bets\t%s\t%s\t%s\t%s\t%s\t%s\n", s.label, of, s.figure(measured), reference, ratio,
		s.figure(s.bar*s.scale), s.figure(aim*s.scale), s.verdict(measured, aim))
}

func (s *size) figure(v float64) string {
	digits := 0
	if v /= s.scale; s.scale == 1 && s.unit == " s" || v < 10 {
		digits = 2
	}
	if v == float64(int64(v)) {
		digits = 0
	}
	return fmt.Sprintf("%.*f%s", digits, v, s.unit)
}

func (s *size) verdict(measured, aim float64) string {
	reaches := func(mark float64) bool {
		if s.least {
			return measured/s.scale <= mark
		}
		return measured/s.scale >= mark
	}
	switch {
	case reaches(aim):
		return "aim"
	case reaches(s.bar):
		return "bar"
	}
	return "below"
}
