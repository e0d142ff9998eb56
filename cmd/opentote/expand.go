package main

import "opentote/tote/cases"

type expandCmd struct {
	Count bool `help:"Leave the units out: only how many there are and what they cost."`
}

func (c *expandCmd) Run(s std) error {
	endAtOnce()
	refused, err := cases.Expand(s.in, s.out, c.Count)
	if err != nil {
		return err
	}
	return end(s, refused)
}
