// Gen writes the invented race day of package sample. It draws from a fixed
// seed with a generator of its own, so that any version of Go writes the same
// bytes: run it from the repository's root and git shows no change.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"opentote/racing"
)

func main() {
	dir := flag.String("dir", "racing/sample", "folder to write programme.json and participants.json to")
	flag.Parse()
	if err := write(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	programme, participants, err := files()
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		text []byte
	}{{"programme.json", programme}, {"participants.json", participants}} {
		if err := os.WriteFile(filepath.Join(dir, f.name), f.text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// files returns the two documents.
func files() (programme, participants []byte, err error) {
	var a, b bytes.Buffer
	if err := racing.Encode(&a, &b, day()); err != nil {
		return nil, nil, err
	}
	return a.Bytes(), b.Bytes(), nil
}

// dice is SplitMix64.
type dice uint64

func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number from 0 to n-1. Its bias is far below what anybody
// could see in a dozen races.
func (d *dice) below(n int) int { return int(d.next() % uint64(n)) }

// between returns a number from low to high.
func (d *dice) between(low, high int) int { return low + d.below(high-low+1) }

func pick[T any](d *dice, list []T) T { return list[d.below(len(list))] }
