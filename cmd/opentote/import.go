package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/api/gen/opentote/v1/opentotev1connect"
	"opentote/racing"
)

type importCmd struct {
	JSON   bool     `help:"Print the summary as JSON."`
	Server string   `help:"Also declare the day's races on the system served at this address." placeholder:"URL"`
	Token  string   `help:"Token of the member of staff who declares them." env:"OPENTOTE_TOKEN"`
	Files  []string `arg:"" name:"file" help:"Programme and participants files of one day, plain or gzip." type:"path"`
}

func (c *importCmd) Run(ctx context.Context, s std) error {
	if !strings.HasPrefix(c.Server, "http") && c.Server != "" {
		return malformed(s, fmt.Errorf("--server %q: want http://HOST:PORT", c.Server))
	}
	sources, closeFiles, err := openSources(c.Files)
	if err != nil {
		return malformed(s, err)
	}
	defer closeFiles()
	_, report, err := racing.Import(sources...)
	if err != nil {
		return malformed(s, err)
	}
	if c.Server != "" {
		if err := c.declare(ctx, s); err != nil {
			return err
		}
	}
	if c.JSON {
		return printJSON(s, report)
	}
	_, err = io.WriteString(s.out, report.String())
	return err
}

// declare sends the files to a running system.
func (c *importCmd) declare(ctx context.Context, s std) error {
	documents, err := readDocuments(c.Files...)
	if err != nil {
		return err
	}
	msg := &opentotev1.ImportProgrammeRequest{}
	for _, d := range documents {
		msg.Documents = append(msg.Documents, &opentotev1.ImportProgrammeRequest_Document{Name: d.Name, Content: d.Content})
	}
	req := connect.NewRequest(msg)
	req.Header().Set("Authorization", "Bearer "+c.Token)
	res, err := opentotev1connect.NewOfficeServiceClient(http.DefaultClient, c.Server).ImportProgramme(ctx, req)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Server, err)
	}
	fmt.Fprintf(s.err, "%d races declared with %d pools on %s\n", len(res.Msg.GetRaceIds()), res.Msg.GetPools(), c.Server)
	return nil
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
