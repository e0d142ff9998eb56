package cases_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"opentote/tote/cases"
)

// sharedCases returns the folder of reference cases that lies beside the
// repository, or skips the test.
func sharedCases(t *testing.T) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Skip("no go.mod above the test's folder: cannot find the shared cases")
		}
		dir = parent
	}
	shared := filepath.Join(dir, "..", "shared", "rules", "cases")
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("the reference cases are not on this machine: %v", err)
	}
	return shared
}

// TestSharedCases holds every reference case of the bets that exist so far.
func TestSharedCases(t *testing.T) {
	shared := sharedCases(t)
	for _, name := range []string{"simple.jsonl", "deux_sur_quatre.jsonl", "couple.jsonl", "multi.jsonl", "pick5.jsonl", "international.jsonl", "single_pool.jsonl", "tierce.jsonl", "quarte.jsonl", "quinte.jsonl"} {
		t.Run(name, func(t *testing.T) {
			passed := testCaseFile(t, filepath.Join(shared, name))
			t.Logf("%d cases equal", passed)
		})
	}
}

var update = flag.Bool("update", false, "rewrite the expected results of the cases in testdata")

// TestOwnCases holds the cases committed with the package.
func TestOwnCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in testdata: %v", err)
	}
	for _, file := range files {
		if *update {
			rewrite(t, file)
		}
		t.Run(filepath.Base(file), func(t *testing.T) { testCaseFile(t, file) })
	}
}

// fixture is a line of a file of cases.
type fixture struct {
	Input    json.RawMessage `json:"input"`
	Expected json.RawMessage `json:"expected"`
}

func readFixtures(t *testing.T, path string) []fixture {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var fixtures []fixture
	for line := range bytes.Lines(data) {
		var f fixture
		if err := json.Unmarshal(line, &f); err != nil {
			t.Fatal(err)
		}
		fixtures = append(fixtures, f)
	}
	return fixtures
}

// answer runs one case through the public entry.
func answer(t *testing.T, input json.RawMessage) []byte {
	var in, out bytes.Buffer
	if err := json.Compact(&in, input); err != nil {
		t.Fatal(err)
	}
	malformed, err := cases.Run(&in, &out)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := malformed.Count == 1, bytes.Contains(out.Bytes(), []byte(`"error":`)); got != want {
		t.Errorf("%s: malformed %v, answer %s", input, got, out.Bytes())
	}
	return out.Bytes()
}

// testCaseFile compares each line's expected with the answer to its input.
func testCaseFile(t *testing.T, path string) (passed int) {
	for _, f := range readFixtures(t, path) {
		var want, got map[string]any
		if err := json.Unmarshal(f.Expected, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(answer(t, f.Input), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(canonical(want), canonical(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Input, diff)
			continue
		}
		passed++
	}
	return passed
}

func rewrite(t *testing.T, path string) {
	var out bytes.Buffer
	for _, f := range readFixtures(t, path) {
		f.Expected = bytes.TrimSpace(answer(t, f.Input))
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// canonical applies FORMAT's comparison: dividends in any order, decimals by
// value.
func canonical(v map[string]any) map[string]any {
	for _, key := range []string{"net_pool_cents", "booster_cents"} {
		if text, ok := v[key].(string); ok {
			v[key] = value(text)
		}
	}
	dividends, _ := v["dividends"].([]any)
	for _, d := range dividends {
		line := d.(map[string]any)
		line["dividend"] = value(line["dividend"].(string))
	}
	slices.SortFunc(dividends, func(a, b any) int {
		return strings.Compare(sortKey(a), sortKey(b))
	})
	return v
}

func sortKey(line any) string {
	m := line.(map[string]any)
	return m["rank"].(string) + " " + m["combination"].(string)
}

func value(decimal string) string {
	r, ok := new(big.Rat).SetString(decimal)
	if !ok {
		return "not a decimal: " + decimal
	}
	return r.RatString()
}
