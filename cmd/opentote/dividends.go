package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"opentote/recount"
	"opentote/tote/cases"
	"opentote/tote/working"
)

type dividendsCmd struct {
	Check   bool   `help:"Compute every pool a second time with the independent calculator, and fail where the two differ." xor:"way"`
	Explain bool   `help:"Write how each pool was computed, from its stakes to its dividends, and why each stake won or lost: text for people in place of the JSON." xor:"way"`
	JSON    bool   `name:"json" help:"With --explain: the JSON answers, with the text under \"working\" and \"bets\"."`
	Lang    string `help:"With --explain: the language, en or fr." enum:"en,fr" default:"en"`
}

func (c *dividendsCmd) Run(s std) error {
	endAtOnce()
	if c.Check {
		return c.twice(s)
	}
	refused, err := c.once(s)
	if err != nil {
		return err
	}
	return end(s, refused)
}

// once answers the cases, explained or not.
func (c *dividendsCmd) once(s std) (cases.Malformed, error) {
	if !c.Explain {
		return cases.Run(s.in, s.out)
	}
	lang := working.English
	if c.Lang == "fr" {
		lang = working.French
	}
	return cases.RunExplained(s.in, s.out, lang, c.JSON)
}

// end says which lines of a run were malformed, in the exit status too.
func end(s std, refused cases.Malformed) error {
	if refused.Count == 0 {
		return nil
	}
	fmt.Fprintf(s.err, "opentote: %v\n", refused)
	return errMalformed
}

// checkedLineMax bounds a case that is computed twice, in bytes.
const checkedLineMax = 16 << 20

// twice answers case by case, and has each answer recounted.
func (c *dividendsCmd) twice(s std) error {
	lines := bufio.NewScanner(s.in)
	lines.Buffer(make([]byte, 64<<10), checkedLineMax)
	var refused cases.Malformed
	differ, number := 0, 1
	for ; lines.Scan(); number++ {
		var answer bytes.Buffer
		wrong, err := cases.Run(bytes.NewReader(lines.Bytes()), &answer)
		if err != nil {
			return err
		}
		if _, err := s.out.Write(answer.Bytes()); err != nil {
			return err
		}
		if wrong.Count > 0 {
			refused.Add(number, wrong.First)
		}
		if wrong.Count > 0 || answer.Len() == 0 {
			continue
		}
		found, err := recounted(lines.Bytes(), answer.Bytes())
		if err != nil {
			return fmt.Errorf("recount: %w", err)
		}
		if len(found) > 0 {
			differ++
			fmt.Fprintf(s.err, "opentote: the calculators differ: %s\n  case  %s\n", strings.Join(found, "; "), lines.Bytes())
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return malformed(s, fmt.Errorf("line %d: longer than %d bytes", number, checkedLineMax))
	case err != nil:
		return fmt.Errorf("standard input: %w", err)
	}
	if differ > 0 {
		fmt.Fprintf(s.err, "opentote: the calculators differ on %d pools\n", differ)
		return errFailed
	}
	return end(s, refused)
}

// recounted computes a case with the second calculator and tells where its
// answer is another.
func recounted(line, answer []byte) ([]string, error) {
	pool, err := recount.Decode(line)
	if err != nil {
		return nil, err
	}
	second, err := recount.Compute(pool)
	if err != nil {
		return nil, err
	}
	first := new(recount.Answer)
	if err := json.Unmarshal(answer, first); err != nil {
		return nil, err
	}
	return recount.Differences(first, second), nil
}
