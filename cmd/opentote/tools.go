package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"opentote/audit"
	"opentote/engine"
	"opentote/event"
	"opentote/gateway"
	"opentote/journal"
	"opentote/node"
	"opentote/recheck"
)

// toolFlags name the journal that a tool reads.
type toolFlags struct {
	Data    string `arg:"" optional:"" help:"Data directory, not in use." type:"existingdir"`
	Journal string `help:"PostgreSQL database of the journal, postgres://..., instead; it may be in use." type:"database" placeholder:"URL"`
}

// open opens the journal. What it returns closes it.
func (f *toolFlags) open(ctx context.Context, s std) (journal.Reader, func() error, error) {
	if (f.Data == "") == (f.Journal == "") {
		return nil, nil, malformed(s, errors.New("either a data directory or --journal"))
	}
	return node.OpenJournal(ctx, f.Data, f.Journal)
}

type verifyCmd struct {
	toolFlags
	Recheck bool `help:"Have the second calculator compute all declared races again."`
}

// verified is what verify prints.
type verified struct {
	*audit.Report
	Recheck *recheck.Report `json:"recheck,omitempty"`
}

func (c *verifyCmd) Run(ctx context.Context, s std) (err error) {
	j, closeJournal, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeJournal()) }()
	report, err := audit.Verify(ctx, j, nil)
	if err != nil {
		return err
	}
	out, found := verified{Report: report}, len(report.Findings)
	if c.Recheck {
		if out.Recheck, err = recheck.Verify(ctx, j); err != nil {
			return err
		}
		found += len(out.Recheck.Differences)
	}
	if err := printJSON(s, out); err != nil {
		return err
	}
	if found > 0 {
		fmt.Fprintf(s.err, "opentote: findings: %d\n", found)
		return errFailed
	}
	return nil
}

type replayCmd struct {
	toolFlags
	Until uint64 `help:"Last event to apply; 0 is the journal's last." placeholder:"N"`
}

// replayed is what replay prints.
type replayed struct {
	Event uint64 `json:"event"`
	Hash  string `json:"hash"`
}

func (c *replayCmd) Run(ctx context.Context, s std) (err error) {
	j, closeJournal, err := c.open(ctx, s)
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

type migrateCmd struct {
	Journal string `required:"" help:"PostgreSQL database, postgres://...; its role will own the schemas." type:"database" placeholder:"URL"`
}

func (c *migrateCmd) Run(ctx context.Context) error { return node.Migrate(ctx, c.Journal) }

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
