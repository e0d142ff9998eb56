package cases_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"opentote/tote"
	"opentote/tote/cases"
	"opentote/tote/rulebook"
	"opentote/tote/working"
)

// explainable calls f with every case at hand that has an answer: the package's own
// and, where they are on this machine, the shared ones.
func explainable(t *testing.T, f func(t *testing.T, out *cases.Output, x *cases.Explained)) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("own", func(t *testing.T) { explainFiles(t, files, f) })
	t.Run("shared", func(t *testing.T) {
		files, err := filepath.Glob(filepath.Join(sharedCases(t), "*.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		explainFiles(t, files, f)
	})
}

func explainFiles(t *testing.T, files []string, f func(t *testing.T, out *cases.Output, x *cases.Explained)) {
	explained := 0
	for _, file := range files {
		for _, fixture := range readFixtures(t, file) {
			var line bytes.Buffer
			if err := json.Compact(&line, fixture.Input); err != nil {
				t.Fatal(err)
			}
			out, x, err := cases.Explain(line.Bytes())
			if err != nil {
				continue // malformed on purpose
			}
			told, err := json.Marshal(out)
			if plain := bytes.TrimSpace(answer(t, fixture.Input)); err != nil || string(told) != string(plain) {
				t.Errorf("explained, the answer is %s (%v)\nplain, it is %s", told, err, plain)
			}
			f(t, out, x)
			explained++
		}
	}
	if explained == 0 {
		t.Fatal("no case was explained")
	}
	t.Logf("%d cases explained", explained)
}

// TestExplainedDividends holds that the steps of a working end at the dividends of
// the answer.
func TestExplainedDividends(t *testing.T) {
	explainable(t, func(t *testing.T, out *cases.Output, x *cases.Explained) {
		if out.RefundAll {
			return
		}
		for i, told := range lastDividends(x) {
			if x.Pool.Stakes.OnLine[i] != 0 && told != x.Pool.Settlement.Dividends[i] {
				t.Errorf("%s: line %v is told to pay %s, and pays %s", out.ID, x.Pool.Lines[i], told, x.Pool.Settlement.Dividends[i])
			}
		}
	})
}

// lastDividends reads from the steps what each line is paid in the end.
func lastDividends(x *cases.Explained) []tote.Dividend {
	told := make([]tote.Dividend, len(x.Pool.Lines))
	var opened *tote.Opened
	var lines []int
	for _, step := range x.Pool.Working.Steps {
		switch s := step.(type) {
		case *tote.Opened:
			opened = s
			clear(told)
		case *tote.Rapport:
			told[s.Line] = s.Paid
		case *tote.Division:
			lines = s.Lines
		case *rulebook.MultiBase:
			for _, i := range lines {
				told[i] = s.Base * tote.Dividend(s.Weights[kOf(x.Pool.Lines[i])-4])
			}
		case *rulebook.MultiMinimum:
			for _, i := range lines {
				if kOf(x.Pool.Lines[i]) == s.K {
					told[i] = s.Paid
				}
			}
		case *rulebook.SingleRapport:
			for _, i := range s.Lines {
				told[i] = s.Dividend
			}
		case *rulebook.HostDivision:
			for _, i := range s.Lines {
				if s.Rapport != nil {
					terms := tote.Terms{Step: opened.Step}
					told[i] = max(terms.Round(s.Rapport), opened.Minimum)
				}
			}
		}
	}
	return told
}

// kOf reads the "en k" of a Multi's line.
func kOf(l tote.Line) int { return int(l.Rank[len(l.Rank)-1] - '0') }

// TestWorkingsCompute redoes the sums of every working with the figures as they are
// written: what stands beside = is equal, what stands beside ≈ to six digits.
func TestWorkingsCompute(t *testing.T) {
	redone := 0
	explainable(t, func(t *testing.T, out *cases.Output, x *cases.Explained) {
		lines := textOf(x, working.English)
		french := textOf(x, working.French)
		if len(lines) != len(french) {
			t.Errorf("%s: %d lines in English, %d in French", out.ID, len(lines), len(french))
		}
		for i, line := range lines {
			if i < len(french) && (line.Article != french[i].Article || french[i].Text == line.Text && strings.Contains(line.Text, "€")) {
				t.Errorf("%s: %q [%s] in English, %q [%s] in French", out.ID, line.Text, line.Article, french[i].Text, french[i].Article)
			}
			if strings.Contains(line.Text+french[i].Text, "%!") {
				t.Errorf("%s: %q", out.ID, line.Text)
			}
			redone += redo(t, out.ID, line.Text)
		}
	})
	if redone < 100 {
		t.Errorf("only %d sums were redone", redone)
	}
	t.Logf("%d sums redone", redone)
}

func textOf(x *cases.Explained, lang working.Language) (lines []working.Line) {
	for _, s := range x.Pool.Sections(lang) {
		lines = append(lines, s.Lines...)
	}
	for i := range x.Bets {
		lines = append(lines, x.Bets[i].Lines(&x.Pool, lang)...)
	}
	return lines
}

var (
	labels = regexp.MustCompile(`\([^()×÷+−]*\)`)
	left   = regexp.MustCompile(`[€0-9.,%×÷+−()/ ]*$`)
	right  = regexp.MustCompile(`^[€0-9.,%×÷+−()/ ]*[0-9%]`)
)

// redo computes both sides of a sum, and returns how many it found.
func redo(t *testing.T, id, text string) int {
	bare := strings.NewReplacer(" of stakes", "", " gross ", " ").Replace(labels.ReplaceAllString(text, ""))
	for _, sign := range []string{" = ", " ≈ "} {
		before, after, ok := strings.Cut(bare, sign)
		expression := strings.TrimLeft(left.FindString(before), " .,")
		if !ok || !strings.ContainsAny(expression, "×÷+−") {
			continue
		}
		want, err := evaluate(expression)
		if err != nil {
			t.Errorf("%s: %q: %v", id, text, err)
			continue
		}
		got, err := evaluate(right.FindString(after))
		if err != nil {
			t.Errorf("%s: %q: %v", id, text, err)
			continue
		}
		difference := new(big.Rat).Sub(want, got)
		bound := new(big.Rat)
		if sign == " ≈ " {
			bound.Abs(want).Mul(bound, big.NewRat(1, 1_000_000)).Add(bound, big.NewRat(1, 10_000))
		}
		if difference.Abs(difference).Cmp(bound) > 0 {
			t.Errorf("%s: %q: the left comes to %s", id, text, want.FloatString(8))
		}
		return 1
	}
	return 0
}

// TestExplainGolden holds the workings of one pool of each chapter, in both
// languages.
func TestExplainGolden(t *testing.T) {
	input, err := os.ReadFile("testdata/explain/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for lang, name := range []string{working.English: "en", working.French: "fr"} {
		var out bytes.Buffer
		malformed, err := cases.RunExplained(bytes.NewReader(input), &out, working.Language(lang), false)
		if err != nil || malformed.Count != 0 {
			t.Fatalf("%v malformed, %v", malformed, err)
		}
		golden := filepath.Join("testdata/explain", fmt.Sprintf("working.%s.txt", name))
		if *update {
			if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got := out.String(); got != string(want) {
			t.Errorf("%s differs from what is written now:\n%s", golden, firstDifference(string(want), got))
		}
	}
}

// TestWorkingsOfAbsurdDeadHeats holds that a working stays readable where thousands of
// combinations pay.
func TestWorkingsOfAbsurdDeadHeats(t *testing.T) {
	race := `"race":{"runners":18,"arrival":[[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18]]}`
	for bet, stakes := range map[string]string{
		"E_PICK5":        `{"selection":[1,2,3,4,5],"cents":500},{"selection":[2,3,4,5,6],"cents":700}`,
		"E_COUPLE_PLACE": `{"selection":[1,2],"cents":500},{"selection":[2,9],"cents":90000}`,
		"E_QUINTE_PLUS":  `{"selection":[1,2,3,4,5],"cents":500},{"selection":[9,2,3,4,5],"cents":90000}`,
		"E_MULTI":        `{"selection":[1,2,3,4],"cents":500},{"selection":[9,2,3,4,5],"cents":90000}`,
		"E_MASSE_UNIQUE": `{"bet":"E_TRIO","selection":[1,2,3],"cents":500},{"bet":"E_TRIO_ORDRE","selection":[4,2,3],"cents":90000}`,
	} {
		_, x, err := cases.Explain([]byte(`{"id":"a","bet":"` + bet + `",` + race + `,"stakes":[` + stakes + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		if lines := textOf(x, working.French); len(lines) > 80 {
			t.Errorf("%s: %d lines", bet, len(lines))
		}
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d\n- %s\n+ %s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("%d lines, %d now", len(w), len(g))
}

// TestRunExplained holds the form of the JSON answers, and what becomes of malformed
// cases.
func TestRunExplained(t *testing.T) {
	const good = `{"id":"a","bet":"E_SIMPLE_GAGNANT","race":{"runners":9,"arrival":[[4],[2,7]]},"stakes":[{"selection":[4],"cents":200},{"selection":[2],"cents":300}]}`
	var plain, explained bytes.Buffer
	if _, err := cases.Run(strings.NewReader(good), &plain); err != nil {
		t.Fatal(err)
	}
	malformed, err := cases.RunExplained(strings.NewReader(good+"\n{\"id\":7}\n"), &explained, working.English, true)
	if err != nil || malformed.Count != 1 {
		t.Fatalf("%v malformed, %v", malformed, err)
	}
	lines := strings.Split(strings.TrimSpace(explained.String()), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[1], `{"id":7,"error":`) {
		t.Fatalf("answers %q", lines)
	}
	head := strings.TrimSuffix(strings.TrimSpace(plain.String()), "}")
	if !strings.HasPrefix(lines[0], head+`,"working":[{"title":"Race and bet",`) {
		t.Errorf("%s\ndoes not begin with\n%s", lines[0], head)
	}
	var got struct{ Bets [][]working.Line }
	if err := json.Unmarshal([]byte(lines[0]), &got); err != nil || len(got.Bets) != 2 {
		t.Errorf("bets of two stakes: %v, %v", got.Bets, err)
	}
	var text bytes.Buffer
	if _, err := cases.RunExplained(strings.NewReader("{\"id\":7}\n"), &text, working.French, false); err != nil || !strings.HasPrefix(text.String(), `{"id":7,"error":`) {
		t.Errorf("text of a malformed case is %q, %v", text.String(), err)
	}
}
