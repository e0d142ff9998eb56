package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"opentote/audit"
	"opentote/engine"
	"opentote/event"
	"opentote/gateway"
	"opentote/journal/sqlite"
	"opentote/node"
)

// openJournal opens the journal of a data directory, which must exist, and
// makes sure that nobody runs on it.
func openJournal(ctx context.Context, data string) (*sqlite.Journal, func() error, error) {
	release, err := node.Lock(data)
	if err != nil {
		return nil, nil, err
	}
	j, err := sqlite.Open(ctx, node.JournalPath(data), sqlite.Options{})
	if err != nil {
		return nil, nil, errors.Join(err, release())
	}
	return j, func() error { return errors.Join(j.Close(), release()) }, nil
}

type verifyCmd struct {
	Data string `arg:"" help:"Data directory." type:"existingdir"`
}

func (c *verifyCmd) Run(ctx context.Context, s std) (err error) {
	j, closeJournal, err := openJournal(ctx, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeJournal()) }()
	report, err := audit.Verify(ctx, j, nil)
	if err != nil {
		return err
	}
	if err := printJSON(s, report); err != nil {
		return err
	}
	if !report.OK() {
		fmt.Fprintf(s.err, "opentote: %d findings\n", len(report.Findings))
		return errFailed
	}
	return nil
}

type replayCmd struct {
	Data  string `arg:"" help:"Data directory." type:"existingdir"`
	Until uint64 `help:"Last event to apply; 0 is the journal's last." placeholder:"N"`
}

// replayed is what replay prints.
type replayed struct {
	Event uint64 `json:"event"`
	Hash  string `json:"hash"`
}

func (c *replayCmd) Run(ctx context.Context, s std) (err error) {
	j, closeJournal, err := openJournal(ctx, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeJournal()) }()
	state := engine.NewState()
	if err := state.Replay(ctx, j, event.Seq(c.Until)); err != nil {
		return err
	}
	if c.Until > uint64(state.Last()) {
		return fmt.Errorf("the journal ends at event %d", state.Last())
	}
	return printJSON(s, replayed{Event: uint64(state.Last()), Hash: state.Hash().String()})
}

type tokenCmd struct {
	Data string `required:"" help:"Data directory." type:"existingdir"`
	Role string `required:"" enum:"staff,till,account" help:"staff, till or account."`
	Name string `arg:"" help:"Pseudonym of the member of staff, or number of the till or account."`
}

func (c *tokenCmd) Run(s std) error {
	token, err := node.TokenOf(c.Data, gateway.Identity{Role: gateway.Role(c.Role), Subject: c.Name})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, token)
	return err
}

func printJSON(s std, v any) error {
	enc := json.NewEncoder(s.out)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// exists reports whether a path can be looked at.
func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
