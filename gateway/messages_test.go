package gateway

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"opentote/engine"
	"opentote/tote"
)

// codesIn reads the constants of a type from a source file: the catalogue of
// sentences must keep up with the codes, and nothing else lists them.
func codesIn(t *testing.T, file, typeName string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := spec.Type.(*ast.Ident); !ok || id.Name != typeName {
			return true
		}
		for _, v := range spec.Values {
			if lit, ok := v.(*ast.BasicLit); ok {
				code, _ := strconv.Unquote(lit.Value)
				codes = append(codes, code)
			}
		}
		return true
	})
	if len(codes) == 0 {
		t.Fatalf("no %s constants in %s", typeName, file)
	}
	return codes
}

func TestEveryCodeHasBothSentences(t *testing.T) {
	codes := append(codesIn(t, "../engine/rejection.go", "Code"), codesIn(t, "../tote/bettype.go", "PatternCode")...)
	codes = append(codes, codesIn(t, "../tote/result.go", "ArrivalCode")...)
	codes = append(codes, codesIn(t, "../tote/rulebook/report.go", "ReportCode")...)
	for _, code := range codes {
		m, ok := messages[code]
		if !ok {
			t.Errorf("%s has no sentences", code)
			continue
		}
		if m.code == 0 || m.en == "" || m.fr == "" || m.en == m.fr {
			t.Errorf("%s: %+v", code, m)
		}
		for _, mark := range []string{"{horse}", "{limit}", "{detail}"} {
			if strings.Contains(m.en, mark) != strings.Contains(m.fr, mark) {
				t.Errorf("%s: only one sentence has %s", code, mark)
			}
		}
	}
}

func TestSentencesInBothLanguages(t *testing.T) {
	rej := &engine.Rejection{Code: engine.StakeTooSmall, Limit: 150}
	for _, tt := range []struct{ header, want string }{
		{"fr-FR,fr;q=0.9,en;q=0.8", "La mise est inférieure au minimum de 1,50\u00a0€ par combinaison."},
		{"de, fr", "La mise est inférieure au minimum de 1,50\u00a0€ par combinaison."},
		{"de, fr;q=0.8, en;q=0.5", "La mise est inférieure au minimum de 1,50\u00a0€ par combinaison."},
		{"en-GB", "The stake is below the minimum of €1.50 a combination."},
		{"de", "The stake is below the minimum of €1.50 a combination."},
		{"", "The stake is below the minimum of €1.50 a combination."},
		{strings.Repeat(",", 1000), "The stake is below the minimum of €1.50 a combination."},
	} {
		ctx := context.WithValue(context.Background(), callKey{}, &call{language: languageOf(tt.header)})
		if got := sentence(ctx, rej); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.header, got, tt.want)
		}
	}
}

func TestEveryProcedureHasRights(t *testing.T) {
	for name, roles := range rights {
		for _, r := range roles {
			if r != Account && r != Till && r != Staff {
				t.Errorf("%s: role %q", name, r)
			}
		}
	}
	// The services' procedures, as the descriptors know them.
	for _, want := range procedures() {
		if _, ok := rights[want]; !ok {
			t.Errorf("%s has no rights: nobody can call it", want)
		}
	}
}

func TestTheLimitsSaidAreTheLimitsHeld(t *testing.T) {
	for code, limit := range map[string]string{"BAD_NUMBER": tote.MaxHorse.String(), "KEY_MISSING": strconv.Itoa(keyMax)} {
		m := messages[code]
		if !strings.Contains(m.en, limit) || !strings.Contains(m.fr, limit) {
			t.Errorf("%s says %q and %q, the limit is %s", code, m.en, m.fr, limit)
		}
	}
}
