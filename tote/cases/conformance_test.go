package cases_test

import (
	"bufio"
	"bytes"
	"encoding/json"
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
	for _, name := range []string{"simple.jsonl", "deux_sur_quatre.jsonl"} {
		t.Run(name, func(t *testing.T) {
			passed := testCaseFile(t, filepath.Join(shared, name))
			t.Logf("%d cases equal", passed)
		})
	}
}

// TestOwnCases holds the cases committed with the package.
func TestOwnCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { testCaseFile(t, file) })
	}
}

// testCaseFile compares each line's expected with the answer to its input.
func testCaseFile(t *testing.T, path string) (passed int) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		var c struct {
			Input    json.RawMessage `json:"input"`
			Expected map[string]any  `json:"expected"`
		}
		if err := json.Unmarshal(scanner.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		malformed, err := cases.Run(bytes.NewReader(append(compact(t, c.Input), '\n')), &out)
		if err != nil || malformed != 0 {
			if _, want := c.Expected["error"]; !want {
				t.Errorf("%s: malformed %d, error %v: %s", c.Input, malformed, err, out.Bytes())
				continue
			}
		}
		var got map[string]any
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(canonical(c.Expected), canonical(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.Input, diff)
			continue
		}
		passed++
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	return passed
}

func compact(t *testing.T, raw json.RawMessage) []byte {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
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
