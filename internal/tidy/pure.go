package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"
)

// scope is code that computes the same from the same: no clock, no chance, no
// environment, no input or output, no goroutine, no float, and no order that a
// map made up.
type scope struct {
	path string
	// but are files outside of the scope: those that run the machine.
	but []string
	// std are packages of the standard library it may import besides pureStd.
	std string
}

var pureScopes = []scope{
	{path: "tote/..."},
	{path: "event"},
	// Decide, Apply and replay. The writer, its goroutines, the snapshot's files,
	// the scan on all cores, the seeded hash of keys and the lag are not.
	{path: "engine", but: []string{"engine.go", "writer.go", "snapshot.go", "scan.go", "keyindex.go", "lag.go"}, std: "context"},
}

// pureStd is what pure code may import of the standard library.
const pureStd = "bufio bytes cmp crypto/hmac crypto/sha256 crypto/subtle embed encoding encoding/base64 encoding/binary " +
	"encoding/hex encoding/json errors fmt hash hash/crc32 io iter maps math math/big math/bits " +
	"slices sort strconv strings unicode unicode/utf8"

// impureNames are what pure code may not use of the packages it may import.
var impureNames = map[string]string{
	"fmt.Print": "writes", "fmt.Printf": "writes", "fmt.Println": "writes", "fmt.Scan": "reads", "fmt.Scanf": "reads", "fmt.Scanln": "reads",
	"math/big.Float": "is a float", "math/big.NewFloat": "is a float", "math/big.ParseFloat": "is a float",
	"context.WithTimeout": "reads the clock", "context.WithDeadline": "reads the clock",
	"encoding/json.Number": "is a float as text",
}

// checkPure holds the scopes. It type-checks them: what is a map, a float or
// the package time is a question of types, not of spelling.
func checkPure(t *Tree) []Violation {
	c := newChecker(t)
	var out []Violation
	dirs := make([]string, 0, len(t.packages))
	for dir := range t.packages {
		dirs = append(dirs, dir)
	}
	slices.Sort(dirs)
	for _, dir := range dirs {
		i := slices.IndexFunc(pureScopes, func(s scope) bool { return covers(s.path, dir) })
		if i < 0 {
			continue
		}
		files, info, err := c.check(dir)
		if err != nil {
			out = append(out, Violation{dir, 0, "does not type-check: " + err.Error(), "go vet ./" + dir})
			continue
		}
		for _, f := range files {
			if !slices.Contains(pureScopes[i].but, path.Base(f.name)) && !f.generated {
				p := &purist{tree: t, file: f, info: info, scope: pureScopes[i], seen: map[string]bool{}}
				out = append(out, p.inspect()...)
			}
		}
	}
	return out
}

// purist inspects one file of pure code.
type purist struct {
	tree  *Tree
	file  *file
	info  *types.Info
	scope scope

	found     []Violation
	seen      map[string]bool // one complaint of a kind a line is enough
	orderFree map[int]bool    // lines whose map order is said not to matter; true once used
	sorted    map[ast.Expr]bool
}

func (p *purist) complain(at token.Pos, what, fix string) {
	v := Violation{p.file.name, p.tree.line(at), what, fix}
	if key := fmt.Sprint(v.Line, v.What); !p.seen[key] {
		p.seen[key] = true
		p.found = append(p.found, v)
	}
}

const (
	fixInput = "pure code takes time, numbers and chance as data; do it outside and hand the value in"
	fixFloat = "money and rates are exact: integers, tote.Rate, big.Rat"
	fixOrder = "range over a slice, over slices.Sorted(maps.Keys(m)), or, where the order provably cannot reach any output, say why: // order-free: why"
)

func (p *purist) inspect() []Violation {
	for _, spec := range p.file.ast.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		if std := !strings.Contains(strings.Split(imported, "/")[0], "."); !std || covers(pureStd+" "+p.scope.std, imported) {
			continue
		}
		if _, ours := p.tree.relative(imported); !ours {
			p.complain(spec.Pos(), "pure code imports "+imported, fixInput)
		}
	}
	p.readOrderFree()
	p.sorted = map[ast.Expr]bool{}
	ast.Inspect(p.file.ast, func(n ast.Node) bool {
		if n != nil {
			p.node(n)
		}
		return true
	})
	for line, used := range p.orderFree {
		if !used {
			p.found = append(p.found, Violation{p.file.name, line, "an order-free comment stands at no map", "remove it"})
		}
	}
	return p.found
}

// readOrderFree collects the lines that an order-free comment is about: its
// own, or the one after it.
func (p *purist) readOrderFree() {
	p.orderFree = map[int]bool{}
	code := map[int]bool{}
	ast.Inspect(p.file.ast, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		}
		code[p.tree.line(n.Pos())] = true
		return true
	})
	for _, group := range p.file.ast.Comments {
		for _, c := range group.List {
			why, ok := strings.CutPrefix(c.Text, "// order-free:")
			if !ok {
				continue
			}
			if strings.TrimSpace(why) == "" {
				p.complain(c.Pos(), "an order-free comment gives no reason", fixOrder)
				continue
			}
			line := p.tree.line(c.Pos())
			if !code[line] {
				line = p.tree.line(group.End()) + 1
			}
			p.orderFree[line] = false
		}
	}
}

func (p *purist) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.GoStmt:
		p.complain(n.Pos(), "pure code starts a goroutine", fixInput)
	case *ast.SelectStmt, *ast.SendStmt, *ast.ChanType:
		p.complain(n.Pos(), "pure code uses a channel", fixInput)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			p.complain(n.Pos(), "pure code uses a channel", fixInput)
		}
	case *ast.RangeStmt:
		if isMap(p.info.TypeOf(n.X)) {
			p.unordered(n.Pos(), "pure code ranges over a map")
		}
	case *ast.CallExpr:
		p.call(n)
	case *ast.Ident:
		if obj := p.info.Uses[n]; obj != nil && obj.Pkg() != nil {
			if why := impureNames[obj.Pkg().Path()+"."+obj.Name()]; why != "" {
				p.complain(n.Pos(), fmt.Sprintf("pure code uses %s.%s, which %s", obj.Pkg().Name(), obj.Name(), why), fixInput)
			}
		}
	}
	if e, ok := n.(ast.Expr); ok && isFloat(p.info.TypeOf(e)) {
		p.complain(n.Pos(), "pure code holds a float", fixFloat)
	}
}

// call looks for iterators over maps; slices.Sorted makes them harmless.
func (p *purist) call(n *ast.CallExpr) {
	fn := p.called(n)
	if fn == "slices.Sorted" && len(n.Args) == 1 {
		p.sorted[n.Args[0]] = true
	}
	switch fn {
	case "maps.Keys", "maps.Values", "maps.All", "maps.DeleteFunc", "maps.EqualFunc":
		if !p.sorted[n] {
			p.unordered(n.Pos(), "pure code uses "+fn+" unsorted")
		}
	}
}

// called returns "pkg.Func" for a call of a package's function.
func (p *purist) called(n *ast.CallExpr) string {
	fun := ast.Unparen(n.Fun)
	switch index := fun.(type) {
	case *ast.IndexExpr:
		fun = index.X
	case *ast.IndexListExpr:
		fun = index.X
	}
	var id *ast.Ident
	switch f := fun.(type) {
	case *ast.SelectorExpr:
		id = f.Sel
	case *ast.Ident:
		id = f
	default:
		return ""
	}
	if f, ok := p.info.Uses[id].(*types.Func); ok && f.Pkg() != nil && f.Signature().Recv() == nil {
		return f.Pkg().Path() + "." + f.Name()
	}
	return ""
}

func (p *purist) unordered(at token.Pos, what string) {
	line := p.tree.line(at)
	if _, ok := p.orderFree[line]; ok {
		p.orderFree[line] = true
		return
	}
	p.complain(at, what, fixOrder)
}

// isMap reports whether a value of the type is, or may be, a map.
func isMap(t types.Type) bool {
	return holds(t, func(t types.Type) bool { _, ok := t.Underlying().(*types.Map); return ok })
}

// isFloat reports whether a value of the type is, or may be, a float.
func isFloat(t types.Type) bool {
	return holds(t, func(t types.Type) bool {
		b, ok := t.Underlying().(*types.Basic)
		return ok && b.Info()&(types.IsFloat|types.IsComplex) != 0
	})
}

// holds reports whether the type, or any type that a type parameter stands for,
// passes.
func holds(t types.Type, pass func(types.Type) bool) bool {
	switch t := t.(type) {
	case nil:
		return false
	case *types.TypeParam:
		return holds(t.Constraint().Underlying(), pass)
	case *types.Interface:
		for e := range t.EmbeddedTypes() {
			if holds(e, pass) {
				return true
			}
		}
		return false
	case *types.Union:
		for term := range t.Terms() {
			if holds(term.Type(), pass) {
				return true
			}
		}
		return false
	}
	return pass(t)
}
