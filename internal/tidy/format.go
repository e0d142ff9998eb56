package tidy

import (
	"bytes"
	"fmt"
	"go/format"
	"strings"
)

func checkFormat(t *Tree) []Violation {
	var out []Violation
	for _, f := range t.files {
		if f.ast == nil {
			continue
		}
		if f.broken != nil {
			out = append(out, Violation{f.name, 0, f.broken.Error(), "make it Go"})
			continue
		}
		want, err := format.Source(f.data)
		if err != nil || !bytes.Equal(want, f.data) {
			out = append(out, Violation{f.name, firstDifference(f.data, want), "not formatted", "gofmt -w " + f.name})
		}
	}
	return out
}

// firstDifference returns the first line in which two texts differ.
func firstDifference(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return 1 + bytes.Count(a[:n], []byte("\n"))
}

// generatedHere reports whether generated files live at this path, by the
// generators' own habits.
func generatedHere(name string) bool {
	return strings.Contains("/"+name, "/gen/") || strings.HasSuffix(name, ".pb.go") ||
		strings.HasSuffix(name, ".connect.go") || strings.HasSuffix(name, "_string.go")
}

// checkGenerated holds that one can tell generated files by their place and by
// their first lines, and that the two agree: neither is a way round the rules.
func checkGenerated(t *Tree) []Violation {
	var out []Violation
	for _, f := range t.files {
		if !isSource(f) {
			continue
		}
		switch here := generatedHere(f.name); {
		case here && !f.machineMade():
			out = append(out, Violation{
				f.name, 0, "a file in a place for generated files is not marked as generated",
				`generate it with make gen, so that it starts with "Code generated ... DO NOT EDIT." or "@generated"`,
			})
		case !here && f.machineMade():
			out = append(out, Violation{
				f.name, 0, "a file marked as generated is not in a place for generated files",
				fmt.Sprintf("put it into a folder gen, or name it as its generator does; %s is neither", f.name),
			})
		}
	}
	return out
}
