package tidy

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Tree is a module's source: every file that is, or could be, committed.
type Tree struct {
	Module  string   // the module's path, "opentote"
	Tracked []string // what git tracks; nil when it is not known
	// Root is the folder of the tree on disk, for the lookup of other modules'
	// packages; empty for a tree in memory.
	Root string

	fset     *token.FileSet
	files    []*file
	packages map[string][]*file // Go files by folder; "." is the root
	ignore   []pattern
}

// file is one file of the tree.
type file struct {
	name string // slash-separated, from the root
	data []byte

	// For Go files:
	ast       *ast.File
	broken    error // why it does not parse
	generated bool
}

// dir is the folder the file is in, "." for the root.
func (f *file) dir() string { return path.Dir(f.name) }

func (f *file) isTest() bool { return strings.HasSuffix(f.name, "_test.go") }

func (f *file) isText() bool { return !bytes.ContainsRune(f.data[:min(len(f.data), 8000)], 0) }

// Load reads a tree. It skips what .gitignore names.
func Load(fsys fs.FS) (*Tree, error) {
	t := &Tree{fset: token.NewFileSet(), packages: map[string][]*file{}}
	if data, err := fs.ReadFile(fsys, ".gitignore"); err == nil {
		if t.ignore, err = parseIgnore(string(data)); err != nil {
			return nil, err
		}
	}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".":
			return nil
		case d.IsDir() && (name == ".git" || t.ignored(name, true)):
			return fs.SkipDir
		case name == ".git", !d.Type().IsRegular(), t.ignored(name, false): // of a second work tree, .git is a file
			return nil
		}
		return t.add(fsys, name)
	})
	if err != nil {
		return nil, fmt.Errorf("tidy: read the tree: %w", err)
	}
	mod := t.file("go.mod")
	if mod == nil {
		return nil, fmt.Errorf("tidy: no go.mod in the tree")
	}
	for line := range strings.Lines(string(mod.data)) {
		if name, ok := strings.CutPrefix(line, "module "); ok {
			t.Module = strings.TrimSpace(name)
		}
	}
	return t, nil
}

func (t *Tree) add(fsys fs.FS, name string) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	f := &file{name: name, data: data}
	t.files = append(t.files, f)
	if !strings.HasSuffix(name, ".go") || slices.Contains(strings.Split(name, "/"), "testdata") {
		return nil
	}
	f.ast, f.broken = parser.ParseFile(t.fset, name, data, parser.ParseComments)
	if f.ast == nil {
		return fmt.Errorf("parse: %w", f.broken)
	}
	f.generated = ast.IsGenerated(f.ast)
	t.packages[f.dir()] = append(t.packages[f.dir()], f)
	return nil
}

// file returns the file of that name, nil if there is none.
func (t *Tree) file(name string) *file {
	i, ok := slices.BinarySearchFunc(t.files, name, func(f *file, name string) int {
		return slices.Compare(strings.Split(f.name, "/"), strings.Split(name, "/"))
	})
	if !ok {
		return nil
	}
	return t.files[i]
}

// goFiles yields the Go files that people wrote, tests included.
func (t *Tree) goFiles(yield func(*file) bool) {
	for _, f := range t.files {
		if f.ast != nil && !f.generated && !yield(f) {
			return
		}
	}
}

// line returns the line of a position.
func (t *Tree) line(p token.Pos) int { return t.fset.Position(p).Line }

// relative returns the path below the module of an import, and whether it is
// the module's.
func (t *Tree) relative(importPath string) (string, bool) {
	if importPath == t.Module {
		return ".", true
	}
	return strings.CutPrefix(importPath, t.Module+"/")
}

// pattern is one line of .gitignore.
type pattern struct {
	glob     string
	anchored bool // from the root, not at any depth
	dirs     bool // folders only
	not      bool // takes back what patterns before it named
}

func parseIgnore(text string) ([]pattern, error) {
	var out []pattern
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if strings.Contains(line, "**") {
			return nil, fmt.Errorf("tidy: .gitignore line %q: ** is not understood here", line)
		}
		var p pattern
		p.glob, p.not = strings.CutPrefix(line, "!")
		p.glob, p.dirs = strings.CutSuffix(p.glob, "/")
		p.anchored = strings.Contains(p.glob, "/")
		p.glob = strings.TrimPrefix(p.glob, "/")
		if _, err := path.Match(p.glob, ""); err != nil {
			return nil, fmt.Errorf("tidy: .gitignore line %q: %w", line, err)
		}
		out = append(out, p)
	}
	return out, nil
}

// ignored reports whether .gitignore names exactly this path: the last pattern
// that matches decides.
func (t *Tree) ignored(name string, isDir bool) bool {
	ignored := false
	for _, p := range t.ignore {
		if p.dirs && !isDir {
			continue
		}
		subject := name
		if !p.anchored {
			subject = path.Base(name)
		}
		if ok, _ := path.Match(p.glob, subject); ok { // parseIgnore checked the pattern
			ignored = !p.not
		}
	}
	return ignored
}

// importName returns the name by which a file knows an imported package, and
// false when it does not import it.
func (f *file) importName(importPath string) (string, bool) {
	for _, spec := range f.ast.Imports {
		if spec.Path.Value != `"`+importPath+`"` {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name, spec.Name.Name != "_"
		}
		return path.Base(importPath), true
	}
	return "", false
}

// selectors calls visit for every use of an exported name of a package in a
// file: pkg.Name, where pkg is the import and not a variable of that name.
func (f *file) selectors(importPath string, visit func(*ast.SelectorExpr)) {
	name, ok := f.importName(importPath)
	if !ok {
		return
	}
	imported := map[*ast.Ident]bool{}
	for _, id := range f.ast.Unresolved {
		imported[id] = id.Name == name
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && imported[id] {
				visit(sel)
			}
		}
		return true
	})
}
