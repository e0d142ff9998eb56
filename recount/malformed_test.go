package recount_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"opentote/recount"
	"opentote/tote/cases"
)

// TestMalformedAgree holds that both refuse the same cases, and give those that stay
// well formed the same answer: cases with keys dropped, invented or of another
// value. Citations are for tests alone, and tote reads them to a third of a cent.
func TestMalformedAgree(t *testing.T) {
	for _, p := range pools {
		t.Run(p.rulebook+" "+p.bet, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { agreeOnDamaged(t, p) })
		})
	}
}

func agreeOnDamaged(t *rapid.T, p pool) {
	sound := drawCase(t, p)
	delete(sound, "citations")
	var text any
	if err := json.Unmarshal(written(t, sound), &text); err != nil {
		t.Fatal(err)
	}
	for range rapid.IntRange(1, 2).Draw(t, "damages") {
		text = damaged(t, text)
	}
	line := written(t, text)
	out, toteErr := cases.Answer(line)
	var got *recount.Answer
	c, err := recount.Decode(line)
	if err == nil {
		got, err = recount.Compute(c)
	}
	if (err == nil) != (toteErr == nil) {
		t.Fatalf("%s\nrecount: %v\ntote: %v", line, err, toteErr)
	}
	if err != nil {
		return
	}
	want := new(recount.Answer)
	if err := json.Unmarshal(written(t, out), want); err != nil {
		t.Fatal(err)
	}
	if d := recount.Differences(got, want); len(d) > 0 {
		t.Fatalf("%s\nrecount, want tote's: %q", line, d)
	}
}

func written(t *rapid.T, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// damaged changes one value of a JSON text, or one key of it.
func damaged(t *rapid.T, value any) any {
	switch v := value.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		if len(keys) == 0 {
			return v
		}
		key := oneOf(t, keys, "key")
		switch rapid.IntRange(0, 9).Draw(t, "damage") {
		case 0:
			delete(v, key)
		case 1:
			v[key+"x"] = 1
		default:
			v[key] = damaged(t, v[key])
		}
		return v
	case []any:
		if len(v) == 0 {
			return []any{rapid.IntRange(-1, 45).Draw(t, "number")}
		}
		i := rapid.IntRange(0, len(v)-1).Draw(t, "which")
		switch rapid.IntRange(0, 6).Draw(t, "damage") {
		case 0:
			return append(v, v[i])
		case 1:
			return slices.Delete(v, i, i+1)
		}
		v[i] = damaged(t, v[i])
		return v
	case float64:
		return oneOf(t, []any{0, -1, v + 1, v - 1, 1.5, "3", true, 21, 41, 1e12, 1e13, 9e18, nil, []any{}}, "number")
	case string:
		return oneOf(t, []any{
			"", "x", "E_TRIO", "E_SIMPLE_GAGNANT", "fr-2026-observed", 3, "0", "1", "2", "100", "0.5", "-0.1", "1.0", "0.1234567", ".5", "1.", "0.10", "00.1",
		}, "text")
	case bool:
		return oneOf(t, []any{!v, "yes", 1}, "truth")
	}
	return value
}
