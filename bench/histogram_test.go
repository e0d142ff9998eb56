package bench

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAPercentileIsWithinAThirtySecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Uint64Range(0, 1<<40).Draw(t, "value")
		var h histogram
		h.add(time.Duration(v) * time.Microsecond)
		h.add(time.Hour * 24 * 365) // so that the largest does not hide the cell
		got := uint64(h.percentile(0))
		if got < v || float64(got) > float64(v)*(1+1.0/32)+1 {
			t.Errorf("%d is told as %d", v, got)
		}
	})
}

func TestAHistogramTravels(t *testing.T) {
	var h, back, sum histogram
	for i := range 1000 {
		h.add(time.Duration(i) * time.Millisecond)
	}
	text, err := json.Marshal(&h)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &back); err != nil || back != h {
		t.Errorf("read back differs: %v", err)
	}
	sum.merge(&h)
	sum.merge(&back)
	if sum.n != 2*h.n || sum.percentile(0.5) != h.percentile(0.5) || sum.percentile(1) != 999_000 {
		t.Errorf("sum of two: %d durations, p50 %v, max %v", sum.n, sum.percentile(0.5), sum.percentile(1))
	}
}
