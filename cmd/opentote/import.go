package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"opentote/racing"
)

type importCmd struct {
	JSON  bool     `help:"Print the summary as JSON."`
	Files []string `arg:"" name:"file" help:"Programme and participants files of one day, plain or gzip." type:"path"`
}

func (c *importCmd) Run(s std) error {
	sources, closeFiles, err := openSources(c.Files)
	if err != nil {
		return malformed(s, err)
	}
	defer closeFiles()
	_, report, err := racing.Import(sources...)
	if err != nil {
		return malformed(s, err)
	}
	if c.JSON {
		return printJSON(s, report)
	}
	_, err = io.WriteString(s.out, report.String())
	return err
}

// malformed says what is wrong with the input, on one line, and ends with
// status 2.
func malformed(s std, err error) error {
	fmt.Fprintln(s.err, "opentote:", err)
	return errMalformed
}

// openSources opens files to import. They are named by their base names in
// messages.
func openSources(paths []string) ([]racing.Source, func(), error) {
	var files []*os.File
	closeFiles := func() {
		for _, f := range files {
			_ = f.Close() // read only
		}
	}
	var sources []racing.Source
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			closeFiles()
			return nil, nil, err
		}
		files = append(files, f)
		if info, err := f.Stat(); err == nil && info.IsDir() {
			closeFiles()
			return nil, nil, errors.New(path + " is a folder")
		}
		sources = append(sources, racing.Source{Name: filepath.Base(path), Reader: f})
	}
	return sources, closeFiles, nil
}
