// Package tidy holds the shape of the project: which package may import which,
// what the pure packages may not do, how long things may grow, how they are
// named, documented and written down. It is run by its own tests, on the tree
// it stands in; it is no part of the binary.
//
// Each rule reads the tree and returns what breaks it. What may break a rule
// for a good reason stands in one table, exceptions, with that reason.
package tidy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Violation is one place that breaks a rule.
type Violation struct {
	File string // slash-separated, from the root of the tree
	Line int    // from 1; 0 when the whole file is meant
	What string // what is wrong
	Fix  string // what to do about it
}

func (v Violation) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", v.File, max(v.Line, 1), v.What, v.Fix)
}

// Rule is one thing that holds everywhere in the tree.
type Rule struct {
	Name  string
	check func(*Tree) []Violation
}

// Rules are all rules, in the order in which they are told.
var Rules = []Rule{
	{"imports", checkImports},
	{"engine-surface", checkEngineSurface},
	{"pure", checkPure},
	{"file-length", checkFileLength},
	{"function-length", checkFunctionLength},
	{"file-size", checkFileSize},
	{"package-names", checkPackageNames},
	{"package-comments", checkPackageComments},
	{"doc-comments", checkDocComments},
	{"error-strings", checkErrorStrings},
	{"format", checkFormat},
	{"generated", checkGenerated},
	{"sleep", checkSleep},
	{"open-marks", checkOpenMarks},
	{"machine-paths", checkMachinePaths},
	{"dependencies", checkDependencies},
	{"lock-files", checkLockFiles},
	{"ignored", checkIgnored},
}

// Check returns what breaks the rule, sorted, less the exceptions.
func (r Rule) Check(t *Tree) []Violation {
	found := slices.DeleteFunc(r.check(t), func(v Violation) bool {
		return slices.ContainsFunc(exceptions, func(e exception) bool { return e.covers(r.Name, v) })
	})
	slices.SortFunc(found, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.What, b.What))
	})
	return found
}

// exception lets one place break one rule.
type exception struct {
	rule string
	file string
	what string // in Violation.What
	why  string
}

// exceptions are all of them. One that covers nothing any more fails the test.
var exceptions = []exception{}

func (e exception) covers(rule string, v Violation) bool {
	return e.rule == rule && e.file == v.File && strings.Contains(v.What, e.what)
}

// stale returns the exceptions that the tree does not need.
func stale(t *Tree, exceptions []exception) []exception {
	return slices.DeleteFunc(slices.Clone(exceptions), func(e exception) bool {
		i := slices.IndexFunc(Rules, func(r Rule) bool { return r.Name == e.rule })
		return i >= 0 && e.why != "" && slices.ContainsFunc(Rules[i].check(t), func(v Violation) bool { return e.covers(e.rule, v) })
	})
}
