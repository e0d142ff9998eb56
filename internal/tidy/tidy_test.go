package tidy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTree holds every rule on the tree this file stands in.
func TestTree(t *testing.T) {
	tree := loadTree(t)
	for _, rule := range Rules {
		t.Run(rule.Name, func(t *testing.T) {
			for _, v := range rule.Check(tree) {
				t.Error("\n" + v.String())
			}
		})
	}
	for _, e := range stale(tree, exceptions) {
		t.Errorf("the exception of %s from %s covers nothing, or gives no reason: remove it", e.file, e.rule)
	}
}

func loadTree(t *testing.T) *Tree {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	tree, err := Load(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	tree.Root = root
	// Opening the index ties a cached result of this test to what is tracked.
	index, err := os.Open(filepath.Join(root, ".git", "index"))
	if err != nil {
		t.Logf("what git tracks is not known: %v", err)
		return tree
	}
	if err := index.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("git", "ls-files", "-z")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	tree.Tracked = strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	return tree
}
