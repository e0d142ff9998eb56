package bench

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	in := `{"bench":"engine","bets":3000000,"bets_per_s":1100000,"reference_per_s":2000000}

{"bench":"rpc","bets":300000,"bets_per_s":19000,"reference_per_s":40000}
{"bench":"latency","bets":300000,"p99_us":7500,"reference_p99_us":3000}
{"bench":"settle","bets":5000000,"total_s":0.6}
{"bench":"memory","bets":3000000,"rss_max_bytes":536870912,"reference_rss_bytes":33554432}
{"bench":"of another kind"}
`
	want := []string{
		"size of measured reference ratio bar aim",
		"bets accepted durably, in process 3000000 bets 1100000/s 2000000/s 0.55 500000/s 1000000/s aim",
		"the same through the API, one a call 300000 bets 19000/s 40000/s 0.47 20000/s 32000/s below",
		"acceptance at a steady rate, p99 300000 bets 7.50 ms 3 ms 2.50 20 ms 5 ms bar",
		"a pool settled, for 10 million bets 5000000 bets 1.20 s - - 5 s 1 s bar",
		"memory for live bets, at most 3000000 bets 512 MiB 32 MiB 16.00 2048 MiB 600 MiB aim",
	}
	var out strings.Builder
	if err := Table(strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for i := range lines {
		lines[i] = strings.Join(strings.Fields(lines[i]), " ")
	}
	if got := strings.Join(lines, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	if err := Table(strings.NewReader("{}\nnonsense\n"), &out); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a line that is no result: %v", err)
	}
}
