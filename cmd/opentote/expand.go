package main

import (
	"fmt"

	"opentote/tote/cases"
)

type expandCmd struct {
	Count bool `help:"Leave the units out: only how many there are and what they cost."`
}

func (c *expandCmd) Run(s std) error {
	wrong, err := cases.Expand(s.in, s.out, c.Count)
	if err != nil {
		return err
	}
	if wrong > 0 {
		fmt.Fprintf(s.err, "opentote: %d malformed formulas\n", wrong)
		return errMalformed
	}
	return nil
}
