// Package assert stops the program where it can no longer be right.
package assert

import "fmt"

// Bug is the value a failed assertion panics with, so that whoever recovers
// can tell it from other panics.
type Bug string

func (b Bug) Error() string { return string(b) }

// That panics with a Bug unless cond holds. Its arguments are boxed whether it
// holds or not: on hot paths write `if !cond { assert.Fail(...) }`.
func That(cond bool, format string, args ...any) {
	if !cond {
		Fail(format, args...)
	}
}

// Fail panics with a Bug.
func Fail(format string, args ...any) {
	panic(Bug("bug: " + fmt.Sprintf(format, args...)))
}
