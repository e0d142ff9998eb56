package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// checkErrorStrings holds that errors read well inside a longer sentence.
func checkErrorStrings(t *Tree) []Violation {
	var out []Violation
	for f := range t.goFiles {
		if r, _ := rowOf(layout, f.dir()); f.isTest() || r.forTests && f.dir() != "internal/tidy" {
			continue
		}
		visit := func(text ast.Expr) {
			if what := awkward(firstLiteral(text), lastLiteral(text)); what != "" {
				out = append(out, Violation{
					f.name, t.line(text.Pos()), "error text " + what,
					`write "settle pool 7: no result": lower case, no full stop, say what was being done`,
				})
			}
		}
		for _, makes := range [][2]string{{"errors", "New"}, {"fmt", "Errorf"}} {
			called := map[*ast.SelectorExpr]bool{}
			f.selectors(makes[0], func(sel *ast.SelectorExpr) { called[sel] = sel.Sel.Name == makes[1] })
			ast.Inspect(f.ast, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && len(call.Args) > 0 {
					if sel, ok := call.Fun.(*ast.SelectorExpr); ok && called[sel] {
						visit(call.Args[0])
					}
				}
				return true
			})
		}
	}
	return out
}

// awkward says what is wrong with the start or the end of an error text.
func awkward(first, last string) string {
	word, _, _ := strings.Cut(first, " ")
	r, size := utf8.DecodeRuneInString(word)
	switch {
	case unicode.IsUpper(r) && !strings.ContainsFunc(word[size:], func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) }) && len(word) > size:
		return fmt.Sprintf("starts with a capital: %q", word)
	case strings.HasPrefix(first, "failed to"), strings.HasPrefix(first, "could not"), strings.HasPrefix(first, "unable to"):
		return fmt.Sprintf("starts with %q, which says nothing", strings.Join(strings.Fields(first)[:2], " "))
	case last != "" && strings.ContainsAny(last[len(last)-1:], ".!?:\n"):
		return fmt.Sprintf("ends with punctuation: %q", last[len(last)-1:])
	}
	return ""
}

func firstLiteral(e ast.Expr) string {
	return literal(e, func(b *ast.BinaryExpr) ast.Expr { return b.X })
}

func lastLiteral(e ast.Expr) string {
	return literal(e, func(b *ast.BinaryExpr) ast.Expr { return b.Y })
}

// literal returns the string at one end of a concatenation.
func literal(e ast.Expr, side func(*ast.BinaryExpr) ast.Expr) string {
	for {
		switch x := e.(type) {
		case *ast.BinaryExpr:
			e = side(x)
		case *ast.ParenExpr:
			e = x.X
		case *ast.BasicLit:
			if x.Kind != token.STRING {
				return ""
			}
			s, _ := strconv.Unquote(x.Value) // the parser checked it
			return s
		default:
			return ""
		}
	}
}

func checkSleep(t *Tree) []Violation {
	var out []Violation
	for f := range t.goFiles {
		if r, _ := rowOf(layout, f.dir()); !f.isTest() && !r.forTests {
			continue
		}
		f.selectors("time", func(sel *ast.SelectorExpr) {
			if sel.Sel.Name == "Sleep" {
				out = append(out, Violation{
					f.name, t.line(sel.Pos()), "a test sleeps",
					"wait for what it waits for: a channel, journal.Wait; in a synctest bubble, <-time.After(d)",
				})
			}
		})
	}
	return out
}

// The texts below are put together so that this file does not break the rule
// it states.
var (
	// openMarks passes over the quoted name of a status of the Connect protocol.
	openMarks = regexp.MustCompile("TO" + "DO|FIX" + "ME|XX" + "X|not " + "implemented|(^|[^'\"])un" + "implemented")
	// machinePaths are folders of the machines that the project is made on.
	machinePaths = regexp.MustCompile(`(^|[^A-Za-z0-9._-])/(` + `work|farm|home|root` + `)/`)
	// registryHosts are where packages came from on those machines.
	registryHosts = regexp.MustCompile(`registry\.` + `npmjs|proxy\.` + `golang\.org|sum\.` + `golang\.org|deb\.` + `debian\.org`)
)

func checkOpenMarks(t *Tree) []Violation {
	return t.grep(openMarks, func(f *file) bool { return isSource(f) && !f.machineMade() },
		"finish it, or file an issue and remove the mark")
}

func checkMachinePaths(t *Tree) []Violation {
	out := t.grep(machinePaths, (*file).isText, "paths are relative, or come from flags; tests use t.TempDir")
	return append(out, t.grep(registryHosts, (*file).isText, "registries are the machine's business: leave the address out")...)
}

func isSource(f *file) bool {
	for _, ext := range sources {
		if strings.HasSuffix(f.name, ext) {
			return true
		}
	}
	return false
}

// grep returns the lines of the chosen files that match.
func (t *Tree) grep(re *regexp.Regexp, chosen func(*file) bool, fix string) []Violation {
	var out []Violation
	for _, f := range t.files {
		if !chosen(f) || !re.Match(f.data) {
			continue
		}
		n := 0
		for line := range strings.Lines(string(f.data)) {
			n++
			if m := re.FindString(line); m != "" {
				out = append(out, Violation{f.name, n, fmt.Sprintf("%q", strings.TrimSpace(m)), fix})
			}
		}
	}
	return out
}
