package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

func checkPackageComments(t *Tree) []Violation {
	var out []Violation
	for _, files := range t.packages {
		i := slices.IndexFunc(files, func(f *file) bool { return !f.generated && !f.isTest() })
		if i < 0 {
			continue // only generated, or only tests
		}
		first := files[i]
		var text string
		for _, f := range files {
			if f.ast.Doc != nil && !f.isTest() {
				text = f.ast.Doc.Text()
			}
		}
		want := "Package " + first.ast.Name.Name + " "
		if first.ast.Name.Name == "main" {
			want = "" // "Opentote is ...", as go doc shows it
		}
		if text == "" || !strings.HasPrefix(text, want) {
			out = append(out, Violation{
				first.name, t.line(first.ast.Package), fmt.Sprintf("package %s without a package comment", first.ast.Name.Name),
				fmt.Sprintf("say what it is for, starting with %q", want),
			})
		}
	}
	return out
}

// contracts are methods whose meaning the standard library's interfaces give.
var contracts = []string{
	"Error", "Unwrap", "Is", "As", "String", "GoString", "Format", "LogValue", "Len", "Less", "Swap",
	"Read", "Write", "Close", "ServeHTTP",
	"MarshalText", "UnmarshalText", "MarshalJSON", "UnmarshalJSON", "MarshalBinary", "UnmarshalBinary", "Scan", "Value",
}

// checkDocComments holds that what others may use says what it is.
func checkDocComments(t *Tree) []Violation {
	var out []Violation
	for f := range t.goFiles {
		if f.isTest() || f.ast.Name.Name == "main" || strings.HasPrefix(f.name, "internal/") || strings.Contains(f.name, "/internal/") {
			continue
		}
		complain := func(name *ast.Ident, kind string) {
			out = append(out, Violation{
				f.name, t.line(name.Pos()), fmt.Sprintf("%s %s without a comment that starts with its name", kind, name.Name),
				"say what a caller may rely on",
			})
		}
		for _, d := range f.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if isPublic(d) && !startsWith(d.Doc, d.Name.Name) {
					complain(d.Name, "function")
				}
			case *ast.GenDecl:
				undocumented(d, complain)
			}
		}
	}
	return out
}

// isPublic reports whether a function can be called from outside by name and
// has a meaning of its own.
func isPublic(fn *ast.FuncDecl) bool {
	if !fn.Name.IsExported() || fn.Recv == nil {
		return fn.Name.IsExported()
	}
	recv := fn.Recv.List[0].Type
	if star, ok := recv.(*ast.StarExpr); ok {
		recv = star.X
	}
	switch generic := recv.(type) {
	case *ast.IndexExpr:
		recv = generic.X
	case *ast.IndexListExpr:
		recv = generic.X
	}
	id, ok := recv.(*ast.Ident)
	return ok && id.IsExported() && !slices.Contains(contracts, fn.Name.Name)
}

// undocumented complains about the exported names of a declaration. In a group
// with a comment of its own, constants and variables need none each.
func undocumented(d *ast.GenDecl, complain func(*ast.Ident, string)) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			doc := spec.Doc
			if doc == nil && !d.Lparen.IsValid() {
				doc = d.Doc
			}
			if spec.Name.IsExported() && !startsWith(doc, spec.Name.Name) {
				complain(spec.Name, "type")
			}
		case *ast.ValueSpec:
			grouped := d.Lparen.IsValid() && (d.Doc != nil || spec.Doc != nil || spec.Comment != nil)
			i := slices.IndexFunc(spec.Names, (*ast.Ident).IsExported)
			if i < 0 || grouped {
				continue
			}
			doc := spec.Doc
			if doc == nil && !d.Lparen.IsValid() {
				doc = d.Doc
			}
			if !startsWith(doc, spec.Names[i].Name) {
				complain(spec.Names[i], map[bool]string{true: "constant", false: "variable"}[d.Tok == token.CONST])
			}
		}
	}
}

// startsWith reports whether a comment's first word is the name, an article
// before it allowed.
func startsWith(doc *ast.CommentGroup, name string) bool {
	if doc == nil {
		return false
	}
	words := strings.Fields(doc.Text())
	if len(words) > 1 && slices.Contains([]string{"A", "An", "The"}, words[0]) && words[0] != name {
		words = words[1:]
	}
	return len(words) > 0 && strings.TrimRight(words[0], ".,:;") == name
}
