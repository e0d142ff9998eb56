package tidy

import (
	"bytes"
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
)

const (
	fileLinesMax     = 500
	functionLinesMax = 70
	fileBytesMax     = 1 << 20
)

// sources are the endings of files that people write line by line.
var sources = []string{".go", ".ts", ".js", ".mjs", ".svelte", ".css", ".html", ".proto", ".sql", ".sh", ".yaml"}

// machineMade reports whether a tool wrote the file.
func (f *file) machineMade() bool {
	return f.generated || bytes.Contains(firstLines(f.data, 5), []byte("@generated"))
}

func firstLines(data []byte, n int) []byte {
	rest := data
	for range n {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			return data
		}
		rest = rest[i+1:]
	}
	return data[:len(data)-len(rest)]
}

func checkFileLength(t *Tree) []Violation {
	var out []Violation
	for _, f := range t.files {
		if !slices.Contains(sources, path.Ext(f.name)) && path.Base(f.name) != "Makefile" || f.machineMade() {
			continue
		}
		if n := bytes.Count(f.data, []byte("\n")); n > fileLinesMax {
			out = append(out, Violation{
				f.name, fileLinesMax + 1, fmt.Sprintf("file of %d lines", n),
				fmt.Sprintf("split it by noun; at most %d", fileLinesMax),
			})
		}
	}
	return out
}

func checkFunctionLength(t *Tree) []Violation {
	var out []Violation
	for f := range t.goFiles {
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := t.line(fn.End()) - t.line(fn.Pos()) + 1; n > functionLinesMax {
				out = append(out, Violation{
					f.name, t.line(fn.Pos()), fmt.Sprintf("function %s of %d lines", fn.Name.Name, n),
					fmt.Sprintf("the parent decides, leaves compute; at most %d; a test's table goes into a variable", functionLinesMax),
				})
			}
		}
	}
	return out
}

func checkFileSize(t *Tree) []Violation {
	var out []Violation
	for _, f := range t.files {
		if len(f.data) > fileBytesMax {
			out = append(out, Violation{
				f.name, 0, fmt.Sprintf("file of %d KiB", len(f.data)>>10),
				"generate it, shorten it or compress it; at most 1 MiB",
			})
		}
	}
	return out
}

// badNames say nothing of what a package is for.
var badNames = []string{"util", "utils", "common", "helper", "helpers", "misc", "model", "models", "type", "types", "pkg", "lib", "shared", "base"}

func checkPackageNames(t *Tree) []Violation {
	var out []Violation
	for f := range t.goFiles {
		name := strings.TrimSuffix(f.ast.Name.Name, "_test")
		switch {
		case slices.Contains(badNames, name), slices.Contains(badNames, path.Base(f.dir())):
			out = append(out, Violation{
				f.name, t.line(f.ast.Package), fmt.Sprintf("package %s in %s", name, f.dir()),
				"a package is a noun with one job: name that job",
			})
		case name != strings.ToLower(name) || strings.Contains(name, "_"):
			out = append(out, Violation{
				f.name, t.line(f.ast.Package), fmt.Sprintf("package %s", name),
				"one lower-case word",
			})
		}
	}
	return out
}
