package recount

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// pair is a line of a file of cases.
type pair struct {
	Input    json.RawMessage `json:"input"`
	Expected Answer          `json:"expected"`
}

// TestCases answers every case of the rules that this repository was given.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("../../shared/rules/cases/*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("../shared/rules/cases is absent: the cases of the rules were not run")
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) { runFile(t, f) })
	}
}

// TestGolden answers our own cases.
func TestGolden(t *testing.T) {
	runFile(t, "testdata/cases.jsonl")
}

func runFile(t *testing.T, name string) {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	n, passed := 0, 0
	for lines.Scan() {
		var p pair
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		n++
		c, err := Decode(p.Input)
		if err != nil {
			t.Errorf("%s: %v", p.Expected.ID, err)
			continue
		}
		got, err := Compute(c)
		if err != nil {
			t.Errorf("%s: %v", p.Expected.ID, err)
			continue
		}
		if d := Differences(got, &p.Expected); len(d) > 0 {
			t.Errorf("%s\n%s\n%q", p.Expected.ID, p.Input, d)
			continue
		}
		passed++
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d", passed, n)
}
