package recount

import (
	"encoding/json"
	"fmt"
	"strings"
)

// checkText refuses in the text of a case what its decoded form no longer shows:
// null for a value, an empty amount, a complement horse 0, and stakes or an arrival that are missing.
func checkText(line []byte, c *Case) error {
	var whole map[string]any
	if err := json.Unmarshal(line, &whole); err != nil {
		return fmt.Errorf("case: %w", err)
	}
	switch {
	case c.Stakes == nil:
		return fmt.Errorf("case %q: stakes is missing", c.ID)
	case c.Race.Arrival == nil && !c.off() && c.Race.Status != "not_computed":
		return fmt.Errorf("case %q: arrival is missing", c.ID)
	case holdsNothing("", whole):
		return fmt.Errorf("case %q: a value is null or empty", c.ID)
	}
	return nil
}

// holdsNothing reports whether a null, an empty amount or a horse 0 stands somewhere
// in the value of a key.
func holdsNothing(key string, value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case float64:
		return v == 0 && key == "complement"
	case string:
		return v == "" && (key == "take_rate" || key == "step" || key == "min_dividend" || key == "french_share")
	case []any:
		for _, part := range v {
			if holdsNothing("", part) {
				return true
			}
		}
	case map[string]any:
		for k, part := range v { // order-free
			if holdsNothing(k, part) {
				return true
			}
		}
	}
	return false
}

// decimalForm reports whether a text is digits, and after a point some more, of each
// at most so many.
func decimalForm(text string, whole, places int) bool {
	before, after, point := strings.Cut(text, ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return digits(before) && len(before) <= whole && (!point || digits(after) && len(after) <= places)
}

// isRate reports whether a text is a proportion below one, to a millionth.
func isRate(text string) bool {
	return decimalForm(text, 1, 6) && strings.HasPrefix(text, "0")
}
