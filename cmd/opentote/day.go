package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"opentote/audit"
	"opentote/node"
	"opentote/sim"
	"opentote/tote"
)

type dayCmd struct {
	storeFlags
	Programme    string `required:"" help:"Programme of the day, plain or gzip." type:"path"`
	Participants string `required:"" help:"Participants of the day, plain or gzip." type:"path"`
	Bettors      int    `help:"People who bet." default:"20000"`
	Speed        string `help:"How many times faster than real time, or max." default:"max"`
	Data         string `help:"Data directory, kept; default a temporary one." type:"folder"`
	Seed         uint64 `help:"Seed of the public: the same seed gives the same bets and dividends." default:"1"`
	JSON         bool   `help:"Print the report as JSON."`
	Lang         string `help:"Language of the report." enum:"en,fr" default:"en"`
}

// clock returns the day's clock and whether the runner moves it by itself.
func (c *dayCmd) clock(begins time.Time) (*sim.Clock, error) {
	if c.Speed == "max" {
		return sim.ManualClock(begins), nil
	}
	rate, err := strconv.ParseFloat(c.Speed, 64)
	if err != nil || !(rate > 0 && rate <= 1e6) {
		return nil, fmt.Errorf("speed %q: a positive number, or max", c.Speed)
	}
	return sim.ScaledClock(begins, rate), nil
}

func (c *dayCmd) Run(ctx context.Context, s std) (err error) {
	if c.Bettors < 1 || c.Bettors > 1_000_000 {
		return malformed(s, errors.New("bettors: between 1 and 1,000,000"))
	}
	documents, err := readDocuments(c.Programme, c.Participants)
	if err != nil {
		return malformed(s, err)
	}
	plan := sim.PlanOptions{Seed: c.Seed, Bettors: c.Bettors}
	begins, err := sim.Begins(documents, plan)
	if err != nil {
		return malformed(s, err)
	}
	clock, err := c.clock(begins)
	if err != nil {
		return malformed(s, err)
	}
	if c.Data == "" {
		if c.Data, err = os.MkdirTemp("", "opentote-day-"); err != nil {
			return err
		}
		defer os.RemoveAll(c.Data)
	} else if node.HasJournal(c.Data) {
		return fmt.Errorf("%s already holds a journal; a day begins with an empty one", c.Data)
	}
	report, err := c.play(ctx, s, documents, plan, clock)
	if err != nil {
		return err
	}
	return c.conclude(ctx, s, report)
}

// play runs the day against a node of its own.
func (c *dayCmd) play(ctx context.Context, s std, documents []sim.Document, plan sim.PlanOptions, clock *sim.Clock) (_ *sim.Report, err error) {
	n, err := node.Open(ctx, node.Options{
		Data: c.Data, Journal: c.Journal, AcceptUnsafe: c.AcceptUnsafe, Clock: clock,
		Seed: func(key string) tote.Seed { return sim.SeedOf(c.Seed, key) },
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	first, second, err := staffTokens(n)
	if err != nil {
		return nil, err
	}
	progress := newProgressLine(s.err)
	defer progress.end()
	return sim.Day(ctx, sim.DayOptions{
		Server:    sim.Server{URL: n.URL(), EnterToken: first, ConfirmToken: second},
		Documents: documents, PlanOptions: plan, Clock: clock, Progress: progress.show,
	})
}

// conclude prints the report and checks the journal that the day left.
func (c *dayCmd) conclude(ctx context.Context, s std, report *sim.Report) error {
	if c.JSON {
		if err := printJSON(s, report); err != nil {
			return err
		}
	} else if err := report.WriteText(s.out, sim.Lang(c.Lang)); err != nil {
		return err
	}
	fmt.Fprintf(s.err, "%d bets in %.1f s, %.0f a second\n", report.Measured.Bets,
		report.Measured.Elapsed.Seconds(), float64(report.Measured.Bets)/report.Measured.Elapsed.Seconds())
	j, closeJournal, err := node.OpenJournal(ctx, c.Data, c.Journal)
	if err != nil {
		return err
	}
	found, err := audit.Verify(ctx, j, nil)
	if err = errors.Join(err, closeJournal()); err != nil {
		return err
	}
	for _, f := range found.Findings {
		fmt.Fprintf(s.err, "opentote: journal: %+v\n", f)
	}
	failed := report.Failed()
	for _, check := range failed {
		fmt.Fprintf(s.err, "opentote: check %s does not hold: %s\n", check.Name, strings.Join(check.Detail, "; "))
	}
	if len(failed) > 0 || !found.OK() {
		return errFailed
	}
	return nil
}

func readDocuments(paths ...string) ([]sim.Document, error) {
	var documents []sim.Document
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		documents = append(documents, sim.Document{Name: filepath.Base(path), Content: content})
	}
	return documents, nil
}
