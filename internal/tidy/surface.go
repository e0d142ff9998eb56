package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
)

// checkEngineSurface holds that services use the engine as clients do: they
// send commands and read answers, and never start an engine, replay a journal
// or look into its state. So from package engine they take types, constants and
// errors, but no function, and not these types.
func checkEngineSurface(t *Tree) []Violation {
	inside := map[string]bool{"State": true, "Options": true}
	for _, f := range t.packages["engine"] {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && token.IsExported(fn.Name.Name) && !f.isTest() {
				inside[fn.Name.Name] = true
			}
		}
	}
	var out []Violation
	for f := range t.goFiles {
		if r, _ := rowOf(layout, f.dir()); !r.client || f.isTest() {
			continue
		}
		f.selectors(t.Module+"/engine", func(sel *ast.SelectorExpr) {
			if inside[sel.Sel.Name] {
				out = append(out, Violation{
					f.name, t.line(sel.Pos()),
					fmt.Sprintf("package %s uses engine.%s, which is no part of the engine's client surface", f.dir(), sel.Sel.Name),
					"send a command instead; who starts engines is package node",
				})
			}
		})
	}
	return out
}
