package racing

import (
	"regexp"
	"strings"
	"testing"
)

// scalar finds the values of the small documents that are no object or list.
var scalar = regexp.MustCompile(`(: |\[)("[^"]*"|-?[0-9.]+|true|false)`)

// TestMutations puts hostile values in the place of every value of the small
// day, one at a time. Each gives one line or a day that survives a round trip.
func TestMutations(t *testing.T) {
	hostile := []string{
		"null", "0", "-1", "41", "9223372036854775807", "-9223372036854775808", "1e3", "0.001", "true", `""`,
		`"\u0000\u202e\ud800"`, `"%s\n%d"`, "{}", "[]", "[[[]]]", `[{"a": null}]`,
	}
	programme, participants := small(t)
	mutate := func(text string, run func(mutant string)) {
		for _, at := range scalar.FindAllStringSubmatchIndex(text, -1) {
			for _, value := range hostile {
				run(text[:at[4]] + value + text[at[5]:])
			}
		}
	}
	mutate(programme, func(mutant string) { wantOneLineOrDay(t, mutant, participants) })
	mutate(participants, func(mutant string) { wantOneLineOrDay(t, programme, mutant) })
}

// TestTruncations cuts the small documents short at every byte, as text and
// compressed.
func TestTruncations(t *testing.T) {
	programme, participants := small(t)
	for _, text := range []string{strings.TrimSpace(programme), zipped(programme)} {
		for n := range text {
			if _, _, err := importTexts(text[:n], participants); err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("cut at byte %d of %d: got error %v", n, len(text), err)
			}
		}
	}
	text := strings.TrimSpace(participants)
	for n := range text {
		if _, _, err := importTexts(programme, text[:n]); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("participants cut at byte %d of %d: got error %v", n, len(text), err)
		}
	}
}

func wantOneLineOrDay(t *testing.T, programme, participants string) {
	t.Helper()
	p, _, err := importTexts(programme, participants)
	if err == nil {
		wantRoundTrip(t, p)
		return
	}
	if text := err.Error(); strings.ContainsAny(text, "\n\r\x00") || len(text) > 300 {
		t.Errorf("not one line: %q", text)
	}
}
