package tidy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// row says what a package may import. Packages of the standard library are not
// restricted here; the rule pure restricts them where it matters.
type row struct {
	path string // "a/..." is a and everything below it
	// may holds packages of this module, and libs those of others, as "a" or
	// "a/..."; "*" is anything.
	may, libs string
	// tests holds what the package's tests may import besides may, besides the
	// package itself, and besides anything that is for tests.
	tests string
	// forTests marks packages that only tests may import.
	forTests bool
	// client marks packages that reach the engine by its client surface alone.
	client bool
}

// layout is section 3 of the design: imports point inward. The most specific
// row counts.
var layout = []row{
	// The rules.
	{path: "tote"},
	{path: "tote/rulebook", may: "tote"},
	{path: "tote/working", may: "tote tote/rulebook"},
	{path: "tote/cases", may: "tote tote/rulebook tote/working"},

	// What happened, and where it is kept.
	{path: "racing", may: "tote", tests: "tote/rulebook"},
	{path: "racing/sample/...", may: "racing racing/sample tote"},
	{path: "event", may: "tote", libs: "google.golang.org/protobuf/encoding/protowire", tests: "*"},
	{path: "event/eventpb", libs: "google.golang.org/protobuf/...", forTests: true},
	{path: "journal", may: "event"},
	{path: "journal/chain", may: "event journal"},
	{path: "journal/tail", may: "event"},
	{path: "journal/journaltest", may: "event journal journal/chain", libs: "github.com/google/go-cmp/... go.uber.org/goleak", forTests: true},
	{path: "journal/sqlite", may: "event journal journal/chain journal/tail", libs: "modernc.org/sqlite/..."},
	{path: "journal/postgres", may: "event internal/pgschema journal journal/chain journal/tail", libs: "github.com/jackc/pgx/v5/..."},
	{path: "journal/recent", may: "event journal journal/tail", tests: "journal/sqlite"},
	{path: "journal/file", may: "event journal journal/chain journal/tail"},
	{path: "follow", may: "event journal"},

	// The state machine, and what checks it from outside.
	{path: "engine", may: "event internal/assert journal racing tote tote/rulebook", tests: "journal/sqlite recount"},
	{path: "audit", may: "engine event internal/assert journal journal/chain tote tote/rulebook", tests: "journal/sqlite"},

	// The second calculator shares nothing with what it checks; its tests compare.
	{path: "recount", tests: "tote tote/cases tote/rulebook"},
	{
		path: "bench", libs: "connectrpc.com/connect google.golang.org/protobuf/...",
		may: "api/gen/... board engine event gateway journal journal/file journal/sqlite node racing racing/sample recheck sim sim/cobol tote tote/rulebook",
	},
	{path: "recheck", may: "event follow journal recount tote", tests: "engine tote/cases tote/rulebook"},
	{path: "recheck/rechecktest", may: "event follow journal recheck tote", forTests: true},
	{path: "bench/duck", may: "bench tote", libs: "github.com/duckdb/duckdb-go/v2"},

	// Followers and services.
	{path: "board", may: "event follow internal/assert journal tote tote/rulebook tote/working", tests: "engine journal/sqlite"},
	{path: "registry", may: "internal/pgschema racing tote", libs: "modernc.org/sqlite/... github.com/jackc/pgx/v5/..."},
	service("customer"), service("retail"), service("seal"), service("vault"),
	service("lake"), service("report"), service("insight"), service("intertote"),

	// The edge.
	{path: "api/gen/...", may: "api/gen/...", libs: "google.golang.org/protobuf/... connectrpc.com/connect"},
	{path: "web", may: "api/gen/..."},
	{
		path: "gateway", client: true,
		may:   "api/gen/... board engine event internal/assert racing recheck registry retail tote tote/rulebook tote/working web",
		libs:  "connectrpc.com/connect google.golang.org/protobuf/...",
		tests: "follow journal journal/sqlite racing/sample",
	},
	{
		path: "sim", may: "api/gen/... racing tote tote/rulebook", tests: "gateway node racing/sample",
		libs: "connectrpc.com/connect google.golang.org/protobuf/...",
	},

	{path: "sim/cobol"},

	// Assembly.
	{path: "node", may: "*", libs: "*", tests: "*"},
	{path: "cmd/...", may: "*", libs: "*", tests: "*"},

	// Everybody's.
	{path: "internal/assert"},
	{path: "internal/pgschema", libs: "github.com/jackc/pgx/v5/..."},
	{path: "internal/pgtest", libs: "github.com/jackc/pgx/v5/...", forTests: true},
	{path: "internal/testkit", may: "*", libs: "*", forTests: true},
	{path: "internal/tidy", forTests: true},
}

// service is the row of a service: a follower with a store of its own.
func service(name string) row {
	return row{
		path: name + "/...", client: true,
		may:   name + "/... engine event follow internal/assert journal racing registry tote tote/rulebook",
		libs:  "*",
		tests: "journal/sqlite",
	}
}

// testLibs are the modules that any test may use.
const testLibs = "github.com/google/go-cmp/... pgregory.net/rapid go.uber.org/goleak github.com/anishathalye/porcupine"

// covers reports whether a list of "a", "a/..." and "*" covers a path.
func covers(list, path string) bool {
	return slices.ContainsFunc(strings.Fields(list), func(p string) bool {
		if tree, ok := strings.CutSuffix(p, "/..."); ok {
			return path == tree || strings.HasPrefix(path, tree+"/")
		}
		return p == "*" || p == path
	})
}

// rowOf returns the most specific row for a package.
func rowOf(rows []row, dir string) (row, bool) {
	var found row
	for _, r := range rows {
		if covers(r.path, dir) && len(r.path) > len(found.path) {
			found = r
		}
	}
	return found, found.path != ""
}

// checkImports holds the table layout.
func checkImports(t *Tree) []Violation {
	var out []Violation
	for _, f := range t.files {
		if f.ast == nil {
			continue
		}
		r, ok := rowOf(layout, f.dir())
		if !ok {
			out = append(out, Violation{
				f.name, t.line(f.ast.Package), fmt.Sprintf("package %s is not in the layout", f.dir()),
				"add a row to layout in internal/tidy/layout.go that says what it may import, and a line to section 3 of the design",
			})
			continue
		}
		for _, spec := range f.ast.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value) // the parser checked it
			if what := t.refuse(r, f, imported); what != "" {
				out = append(out, Violation{
					f.name, t.line(spec.Pos()), what,
					"imports point inward: move the code to where the import is allowed, or define a small interface here",
				})
			}
		}
	}
	return out
}

// refuse says why a file may not import a package, nothing if it may.
func (t *Tree) refuse(r row, f *file, imported string) string {
	below, ours := t.relative(imported)
	switch {
	case !ours && !strings.Contains(strings.Split(imported, "/")[0], "."):
		return "" // the standard library
	case !ours:
		if covers(r.libs, imported) || f.isTest() && covers(testLibs, imported) || f.isTest() && r.tests == "*" {
			return ""
		}
		return fmt.Sprintf("package %s may not import %s of another module", f.dir(), imported)
	}
	target, known := rowOf(layout, below)
	switch {
	case f.isTest() && (below == f.dir() || known && target.forTests || covers(r.tests, below)):
		return ""
	case known && target.forTests && !r.forTests:
		return fmt.Sprintf("%s is for tests only", below)
	case covers(r.may, below):
		return ""
	}
	return fmt.Sprintf("package %s may not import %s", f.dir(), below)
}
