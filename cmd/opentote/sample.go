package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"opentote/racing"
	"opentote/racing/sample"
	"opentote/tote"
)

type sampleCmd struct {
	Day string `help:"Day of the races, YYYY-MM-DD; default tomorrow."`
	Dir string `arg:"" help:"Folder to write programme.json and participants.json to; created when it is missing." type:"folder"`
}

func (c *sampleCmd) Run(s std) error {
	day := time.Now().AddDate(0, 0, 1)
	if c.Day != "" {
		var err error
		if day, err = time.Parse(time.DateOnly, c.Day); err != nil {
			return malformed(s, fmt.Errorf("day %q: want YYYY-MM-DD", c.Day))
		}
	}
	programme, err := sample.Load()
	if err != nil {
		return err
	}
	programme = programme.Shift(tote.Day(day.Year()*10000 + int(day.Month())*100 + day.Day()))
	var races, runners bytes.Buffer
	if err := racing.Encode(&races, &runners, programme); err != nil {
		return err
	}
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return err
	}
	for name, content := range map[string][]byte{"programme.json": races.Bytes(), "participants.json": runners.Bytes()} {
		if err := os.WriteFile(filepath.Join(c.Dir, name), content, 0o644); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(s.out, "The bundled day, moved to %v, is in %s\n", programme.Day, c.Dir)
	return err
}
