package tidy

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/types"
	"io"
	"path"
)

// checker type-checks packages of the tree from source: the module's own from
// the tree, others from where go list finds them.
type checker struct {
	tree    *Tree
	others  types.ImporterFrom
	context build.Context
	done    map[string]*types.Package // of the module, by folder
}

func newChecker(t *Tree) *checker {
	c := &checker{
		tree: t, context: build.Default, done: map[string]*types.Package{},
		others: importer.ForCompiler(t.fset, "source", nil).(types.ImporterFrom),
	}
	c.context.OpenFile = func(name string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(t.file(name).data)), nil
	}
	return c
}

// Import is of types.Importer.
func (c *checker) Import(importPath string) (*types.Package, error) {
	dir, ours := c.tree.relative(importPath)
	if !ours {
		return c.others.ImportFrom(importPath, c.tree.Root, 0)
	}
	if pkg := c.done[dir]; pkg != nil {
		return pkg, nil
	}
	conf := types.Config{Importer: c, IgnoreFuncBodies: true}
	pkg, err := conf.Check(importPath, c.tree.fset, asts(c.files(dir)), nil)
	c.done[dir] = pkg
	return pkg, err
}

// files returns the package's files for this machine, without tests.
func (c *checker) files(dir string) []*file {
	var out []*file
	for _, f := range c.tree.packages[dir] {
		if match, err := c.context.MatchFile(path.Dir(f.name), path.Base(f.name)); err == nil && match && !f.isTest() {
			out = append(out, f)
		}
	}
	return out
}

func asts(files []*file) []*ast.File {
	out := make([]*ast.File, len(files))
	for i, f := range files {
		out[i] = f.ast
	}
	return out
}

// check type-checks a package with its functions' bodies.
func (c *checker) check(dir string) ([]*file, *types.Info, error) {
	files := c.files(dir)
	if len(files) == 0 {
		return nil, nil, nil // only tests, or nothing for this machine
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{},
		Uses:  map[*ast.Ident]types.Object{},
		Defs:  map[*ast.Ident]types.Object{},
	}
	conf := types.Config{Importer: c}
	if _, err := conf.Check(c.tree.Module+"/"+dir, c.tree.fset, asts(files), info); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", dir, err)
	}
	return files, info, nil
}
