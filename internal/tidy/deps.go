package tidy

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// dependenciesPage is where every direct dependency has a line:
//
//	| `connectrpc.com/connect` | what it does | ... |
const dependenciesPage = "docs/dependencies.md"

// requirement is a direct dependency and where it is declared.
type requirement struct {
	name string
	file string
	line int
}

// checkDependencies holds that the page and the manifests agree, both ways.
func checkDependencies(t *Tree) []Violation {
	needed, out := t.requirements()
	page := t.file(dependenciesPage)
	if page == nil {
		return append(out, Violation{dependenciesPage, 0, "the page is missing", "write it: one line a dependency"})
	}
	listed := map[string]int{}
	n := 0
	for line := range strings.Lines(string(page.data)) {
		n++
		if rest, ok := strings.CutPrefix(line, "| `"); ok {
			name, _, _ := strings.Cut(rest, "`")
			listed[name] = n
		}
	}
	for _, r := range needed {
		if listed[r.name] == 0 {
			out = append(out, Violation{
				r.file, r.line, fmt.Sprintf("dependency %s has no line in %s", r.name, dependenciesPage),
				"say there what it does, what it replaces, why we trust it and its licence; or do without it",
			})
		}
		delete(listed, r.name)
	}
	for name, line := range listed {
		if !slices.ContainsFunc(needed, func(r requirement) bool { return r.name == name }) {
			out = append(out, Violation{dependenciesPage, line, fmt.Sprintf("%s is no direct dependency", name), "remove the line"})
		}
	}
	return out
}

// requirements returns the direct dependencies, and what is wrong with how they
// are declared.
func (t *Tree) requirements() ([]requirement, []Violation) {
	var needed []requirement
	var out []Violation
	used := t.importedModules()
	mod := t.file("go.mod")
	n := 0
	for line := range strings.Lines(string(mod.data)) {
		n++
		name, indirect, ok := requireLine(line)
		if !ok {
			continue
		}
		switch {
		case indirect && used[name]:
			out = append(out, Violation{mod.name, n, fmt.Sprintf("%s is imported but marked indirect", name), "go mod tidy"})
			needed = append(needed, requirement{name, mod.name, n})
		case !indirect:
			needed = append(needed, requirement{name, mod.name, n})
		}
	}
	for _, f := range t.files {
		if path.Base(f.name) != "package.json" {
			continue
		}
		var manifest struct {
			Dependencies, DevDependencies map[string]string
		}
		if err := json.Unmarshal(f.data, &manifest); err != nil {
			out = append(out, Violation{f.name, 0, err.Error(), "make it JSON"})
		}
		for _, list := range []map[string]string{manifest.Dependencies, manifest.DevDependencies} {
			for name, version := range list {
				line := lineOf(f, strconv.Quote(name)+": "+strconv.Quote(version))
				needed = append(needed, requirement{name, f.name, line})
				if strings.ContainsAny(version, "^~*><| ") {
					out = append(out, Violation{f.name, line, fmt.Sprintf("version %q of %s is a range", version, name), "pin one version"})
				}
			}
		}
	}
	return needed, out
}

// requireLine reads "	module v1.2.3 // indirect", inside a require block or
// after the word require.
func requireLine(line string) (name string, indirect, ok bool) {
	line = strings.TrimSpace(strings.TrimPrefix(line, "require "))
	line, comment, _ := strings.Cut(line, "//")
	fields := strings.Fields(line)
	if len(fields) != 2 || !strings.HasPrefix(fields[1], "v") || !strings.Contains(fields[0], ".") {
		return "", false, false
	}
	return fields[0], strings.TrimSpace(comment) == "indirect", true
}

// importedModules returns the required modules whose packages are imported
// anywhere in the tree.
func (t *Tree) importedModules() map[string]bool {
	var modules []string
	for line := range strings.Lines(string(t.file("go.mod").data)) {
		if name, _, ok := requireLine(line); ok {
			modules = append(modules, name)
		}
	}
	used := map[string]bool{}
	for _, f := range t.files {
		if f.ast == nil {
			continue
		}
		for _, spec := range f.ast.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			var owner string
			for _, m := range modules {
				if covers(m+"/...", imported) && len(m) > len(owner) {
					owner = m
				}
			}
			used[owner] = true
		}
	}
	return used
}

// lineOf returns the line of the first occurrence of a text, 1 if there is none.
func lineOf(f *file, text string) int {
	before, _, found := strings.Cut(string(f.data), text)
	if !found {
		return 1
	}
	return 1 + strings.Count(before, "\n")
}

// checkLockFiles holds that a lock says what is installed and not from where:
// the registry is the machine's.
func checkLockFiles(t *Tree) []Violation {
	var out []Violation
	for _, f := range t.files {
		if path.Base(f.name) != "package-lock.json" {
			continue
		}
		n := 0
		for line := range strings.Lines(string(f.data)) {
			n++
			if strings.Contains(line, `"resolved": "http`) {
				out = append(out, Violation{
					f.name, n, "the lock names a registry",
					"npm config set omit-lockfile-registry-resolved true, and npm install again",
				})
			}
		}
	}
	return out
}

// checkIgnored holds that nothing git is told to ignore is committed.
func checkIgnored(t *Tree) []Violation {
	var out []Violation
	for _, name := range t.Tracked {
		parts := strings.Split(name, "/")
		for i := range parts {
			if t.ignored(strings.Join(parts[:i+1], "/"), i < len(parts)-1) {
				out = append(out, Violation{name, 0, "tracked although .gitignore names it", "git rm --cached " + name})
				break
			}
		}
	}
	return out
}
