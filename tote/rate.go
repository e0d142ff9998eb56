package tote

import (
	"fmt"
	"math/big"
)

// Rate is a proportion in parts per million: 13.90 % is 139,000. The rulebooks
// print rates with two decimals of a percent; two more leave room for partners.
type Rate int64

// One is the whole.
const One Rate = 1_000_000

// ParseRate reads a proportion written as a decimal below one, "0.1390".
func ParseRate(s string) (Rate, error) {
	const form = "rate %q: want a decimal from 0 to below 1 with at most 6 decimals, such as 0.1390"
	if len(s) < 1 || s[0] != '0' || len(s) > 8 || len(s) == 2 || len(s) > 2 && s[1] != '.' {
		return 0, fmt.Errorf(form, s)
	}
	var r Rate
	scale := One
	for i := 2; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, fmt.Errorf(form, s)
		}
		scale /= 10
		r += Rate(s[i]-'0') * scale
	}
	return r, nil
}

// Rat returns the proportion as an exact rational.
func (r Rate) Rat() *big.Rat { return big.NewRat(int64(r), int64(One)) }

// String writes the proportion as ParseRate reads it: "0.139000".
func (r Rate) String() string { return fmt.Sprintf("%d.%06d", r/One, r%One) }
