package cases_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"opentote/tote/cases"
)

const sound = `{"id":"a","bet":"E_SIMPLE_GAGNANT","race":{"runners":9,"arrival":[[4],[2]]},` +
	`"stakes":[{"selection":[4],"cents":200000},{"selection":[2],"cents":800000}]}`

const soundAnswer = `{"id":"a","stakes_cents":1000000,"refunded_cents":0,"net_pool_cents":"861000.00","refund_all":false,` +
	`"dividends":[{"rank":"E_SIMPLE_GAGNANT","combination":"4","dividend":"4.30","stake_cents":200000}],` +
	`"payout_cents":860000,"procedure":"normal","booster_cents":"0.00",` +
	`"selections":[{"outcome":"won","rank":"E_SIMPLE_GAGNANT","dividend":"4.30"},{"outcome":"lost"}]}`

const refundedAnswer = `{"id":"r","stakes_cents":100,"refunded_cents":100,"net_pool_cents":"0.00","refund_all":true,` +
	`"reason":"NO_HORSE_CLASSIFIED","dividends":[],"payout_cents":0,"procedure":"refund","booster_cents":"0.00",` +
	`"selections":[{"outcome":"refunded"}]}`

// TestRun holds the lines byte for byte: FORMAT's order of keys, answers in the
// order of the cases, a sentence in place of what cannot be answered.
func TestRun(t *testing.T) {
	refunded := `{"id":"r","bet":"E_SIMPLE_GAGNANT","race":{"runners":9,"arrival":[]},"stakes":[{"selection":[4],"cents":100}]}`
	tests := []struct {
		name      string
		in        string
		want      []string
		malformed int
	}{
		{"nothing", "", nil, 0},
		{"one case", sound + "\n", []string{soundAnswer}, 0},
		{"no newline at the end", sound, []string{soundAnswer}, 0},
		{"refund", refunded, []string{refundedAnswer}, 0},
		{"empty lines and carriage returns", "\r\n" + sound + "\r\n \n\n" + sound, []string{soundAnswer, soundAnswer}, 0},
		{"one bad case between two", sound + "\n{\"id\":\"<b>\",\"bet\":5}\n" + sound,
			[]string{soundAnswer, `{"id":"<b>","error":"bet is number: want text"}`, soundAnswer}, 1},
		{"cut short", `{"id":"a"`, []string{`{"id":null,"error":"not JSON: unexpected EOF"}`}, 1},
		{"not an object", `[1]`, []string{`{"id":null,"error":"a case is a JSON object"}`}, 1},
		{"text", `dividends please`, []string{`{"id":null,"error":"not JSON: invalid character 'd' looking for beginning of value"}`}, 1},
		{"two objects", `{"id":"a"}{"id":"b"}`, []string{`{"id":null,"error":"something follows the case on its line"}`}, 1},
		{"key twice", `{"id":"a","top_up":false,"top_up":true}`, []string{`{"id":"a","error":"key \"top_up\" is given twice"}`}, 1},
		{"key in capitals", `{"id":"a","Top_Up":true}`, []string{`{"id":"a","error":"unknown key \"Top_Up\""}`}, 1},
		{"stake key twice", strings.Replace(sound, `"cents":200000`, `"cents":1,"cents":200000`, 1),
			[]string{`{"id":"a","error":"key \"cents\" is given twice"}`}, 1},
		{"null", `{"id":"a","take_rate":null}`, []string{`{"id":"a","error":"key \"take_rate\" is null"}`}, 1},
		{"stake is no object", `{"id":"a","bet":"E_SIMPLE_GAGNANT","race":{"runners":9,"arrival":[[4]]},"stakes":[7]}`,
			[]string{`{"id":"a","error":"stakes[0]: got number: want an object"}`}, 1},
		{"byte order mark", "\ufeff" + sound + "\r\n", []string{soundAnswer}, 0},
		{"byte order mark in the middle", sound + "\n\ufeff" + sound,
			[]string{soundAnswer, `{"id":null,"error":"not JSON: invalid character 'ï' looking for beginning of value"}`}, 1},
		{"nothing but a byte order mark", "\ufeff", nil, 0},
		{"sixteen bits a letter", "\xff\xfe{\x00}\x00", []string{`{"id":null,"error":"not UTF-8 text"}`}, 1},
		{"no bet", `{"id":"a"}`, []string{`{"id":"a","error":"bet is missing"}`}, 1},
		{"no stake", `{"id":"a","bet":"E_TIERCE","race":{"runners":9,"arrival":[[4]]},"stakes":[{"selection":[1,2,3]}]}`,
			[]string{`{"id":"a","error":"stakes[0].cents is missing"}`}, 1},
		{"no selection", `{"id":"a","bet":"E_TIERCE","race":{"runners":9,"arrival":[[4]]},"stakes":[{"cents":100}]}`,
			[]string{`{"id":"a","error":"stakes[0].selection is missing"}`}, 1},
		{"no selection in the single pool", `{"id":"a","bet":"E_MASSE_UNIQUE","race":{"runners":9,"arrival":[[4]]},"stakes":[{"bet":"E_TRIO","cents":100}]}`,
			[]string{`{"id":"a","error":"stakes[0].selection is missing"}`}, 1},
		{"not a number", strings.Replace(sound, "200000", "NaN", 1),
			[]string{`{"id":null,"error":"not JSON: invalid character 'N' looking for beginning of value"}`}, 1},
		{"deep", `{"id":"a","race":` + strings.Repeat("[", 99999) + "\n" + sound,
			[]string{`{"id":null,"error":"key \"race\" nests too deep"}`, soundAnswer}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			malformed, err := cases.Run(strings.NewReader(tt.in), &out)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			if out.Len() > 0 {
				got = strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if malformed.Count != tt.malformed {
				t.Errorf("malformed: got %d, want %d", malformed.Count, tt.malformed)
			}
		})
	}
}

// TestMalformedSays holds that a run names the first malformed line and how many
// there are.
func TestMalformedSays(t *testing.T) {
	for in, want := range map[string]string{
		"{}\n" + sound:                           "line 1: bet is missing",
		sound + "\n\n" + `{"id":1}` + "\n" + "?": "line 3: id is number: want text (the first of 2 malformed lines)",
	} {
		malformed, err := cases.Run(strings.NewReader(in), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if got := malformed.String(); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// repeated is an endless stream of one byte.
type repeated byte

func (r repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(r)
	}
	return len(p), nil
}

// TestLongLine holds that a line of 100 MB is refused in place and not kept.
func TestLongLine(t *testing.T) {
	const huge = 100 << 20
	in := io.MultiReader(
		strings.NewReader(sound+"\n"),
		io.LimitReader(repeated('x'), huge),
		strings.NewReader("\n"+sound),
	)
	var out bytes.Buffer
	malformed, err := cases.Run(in, &out)
	if err != nil || malformed.Count != 1 || malformed.Line != 2 {
		t.Fatalf("malformed %v, error %v", malformed, err)
	}
	want := soundAnswer + "\n" + `{"id":null,"error":"longer than 16777216 bytes"}` + "\n" + soundAnswer + "\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestStreams holds that an answer does not wait for the next case.
func TestStreams(t *testing.T) {
	in, next := io.Pipe()
	answers, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := cases.Run(in, out)
		done <- err
	}()
	for range 3 {
		if _, err := io.WriteString(next, sound+"\n"); err != nil {
			t.Fatal(err)
		}
		answer := make([]byte, len(soundAnswer)+1)
		if _, err := io.ReadFull(answers, answer); err != nil {
			t.Fatal(err)
		}
		if got, want := string(answer), soundAnswer+"\n"; got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
	if err := next.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// broken refuses what is written to it.
type broken struct{}

var errBroken = errors.New("broken pipe")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

// TestFaults holds that faults of the streams are errors, not malformed cases.
func TestFaults(t *testing.T) {
	if _, err := cases.Run(strings.NewReader(sound), broken{}); !errors.Is(err, errBroken) {
		t.Errorf("write: got %v, want %v", err, errBroken)
	}
	var out bytes.Buffer
	in := io.MultiReader(strings.NewReader(sound+"\n"), iotest.ErrReader(errBroken))
	if _, err := cases.Run(in, &out); !errors.Is(err, errBroken) {
		t.Errorf("read: got %v, want %v", err, errBroken)
	}
	if got, want := out.String(), soundAnswer+"\n"; got != want {
		t.Errorf("answers before the fault: got %s, want %s", got, want)
	}
}

// FuzzRun holds that every line gets one line, well formed, whatever it holds.
func FuzzRun(f *testing.F) {
	files, err := filepath.Glob("testdata/*.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			var c fixture
			if err := json.Unmarshal(line, &c); err != nil {
				f.Fatal(err)
			}
			f.Add([]byte(c.Input))
		}
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		line = bytes.ReplaceAll(line, []byte("\n"), nil)
		var out bytes.Buffer
		malformed, err := cases.Run(bytes.NewReader(append(line, '\n')), &out)
		if err != nil {
			t.Fatal(err)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			if out.Len() != 0 || malformed.Count != 0 {
				t.Fatalf("an empty line gives %q", out.Bytes())
			}
			return
		}
		var got struct {
			Error    *string    `json:"error"`
			Stakes   *int64     `json:"stakes_cents"`
			Refunded int64      `json:"refunded_cents"`
			Units    []struct{} `json:"selections"`
		}
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || bytes.Count(out.Bytes(), []byte("\n")) != 1 {
			t.Fatalf("answer %q: %v", out.Bytes(), err)
		}
		if (malformed.Count == 1) != (got.Error != nil) || (got.Error == nil) != (got.Stakes != nil) {
			t.Fatalf("malformed %d, answer %q", malformed, out.Bytes())
		}
		if got.Stakes != nil && (*got.Stakes < 0 || got.Refunded < 0 || got.Refunded > *got.Stakes) {
			t.Fatalf("stakes %d, refunded %d", *got.Stakes, got.Refunded)
		}
	})
}
