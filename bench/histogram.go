package bench

import (
	"encoding/json"
	"math/bits"
	"time"
)

// histogram counts durations to within a thirty-second of their size, in
// microseconds from 1 on: a run of any length takes the same memory, and what
// several processes counted can be added.
type histogram struct {
	counts [64 << cellBits]uint64
	n      uint64
	most   uint64 // microseconds
}

const cellBits = 5

// cell returns the counter of a value: its position within its power of two.
func cell(v uint64) int {
	if v < 1<<cellBits {
		return int(v)
	}
	shift := bits.Len64(v) - cellBits - 1
	return shift<<cellBits + int(v>>shift)
}

// least returns the smallest value of a cell.
func least(c int) uint64 {
	if c < 2<<cellBits {
		return uint64(c)
	}
	shift := c>>cellBits - 1
	return uint64(c-shift<<cellBits) << shift
}

func (h *histogram) add(d time.Duration) {
	v := uint64(max(0, d.Microseconds()))
	h.counts[cell(v)]++
	h.n++
	h.most = max(h.most, v)
}

func (h *histogram) merge(o *histogram) {
	for i, n := range o.counts {
		h.counts[i] += n
	}
	h.n += o.n
	h.most = max(h.most, o.most)
}

// percentile returns the duration, in microseconds, that a part q of all did not
// pass.
func (h *histogram) percentile(q float64) float64 {
	want := uint64(q * float64(h.n))
	for i, n := range h.counts {
		if n > want {
			return float64(min(least(i+1)-1, h.most))
		}
		want -= n
	}
	return float64(h.most)
}

// cellCount is a counter that is not zero, as written for another process.
type cellCount struct {
	Cell  int    `json:"cell"`
	Count uint64 `json:"count"`
}

type histogramJSON struct {
	Max   uint64      `json:"max_us"`
	Cells []cellCount `json:"cells"`
}

// MarshalJSON is of json.Marshaler.
func (h *histogram) MarshalJSON() ([]byte, error) {
	out := histogramJSON{Max: h.most, Cells: []cellCount{}}
	for i, n := range h.counts {
		if n > 0 {
			out.Cells = append(out.Cells, cellCount{i, n})
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON is of json.Unmarshaler.
func (h *histogram) UnmarshalJSON(b []byte) error {
	var in histogramJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	*h = histogram{most: in.Max}
	for _, c := range in.Cells {
		if c.Cell >= 0 && c.Cell < len(h.counts) {
			h.counts[c.Cell] += c.Count
			h.n += c.Count
		}
	}
	return nil
}
