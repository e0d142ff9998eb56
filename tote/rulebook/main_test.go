package rulebook_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain draws more cases than rapid's hundred: they cost microseconds, and
// some branches need a coincidence, but the test of a package must stay quick.
func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", "500"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
