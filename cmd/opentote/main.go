// Command opentote is the totalisator: one binary for every role and tool.
// Here are its flags and nothing else; the work is in the packages.
//
// Results go to standard output, one JSON object or line where a program may
// read them; progress and remarks for people go to standard error. The exit
// status is 0 when all is well, 1 when something failed or a check did not
// hold, 2 for wrong usage and malformed input.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"reflect"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// Stamped by the linker.
var (
	version = "devel"
	commit  = "unknown"
)

// cli is every command with its flags.
type cli struct {
	Serve     serveCmd     `cmd:"" help:"Run the system on a data directory."`
	Demo      demoCmd      `cmd:"" help:"Run the system with an invented race day and a simulated public, in a loop."`
	Day       dayCmd       `cmd:"" help:"Run one race day from its files with a simulated public and account for every cent."`
	Import    importCmd    `cmd:"" help:"Read programme and participants files and print what they hold."`
	Sample    sampleCmd    `cmd:"" help:"Write the files of the bundled race day."`
	Dividends dividendsCmd `cmd:"" help:"Compute pools: cases as JSON lines on standard input, results on standard output."`
	Expand    expandCmd    `cmd:"" help:"List the unit combinations of formulas: JSON lines on standard input."`
	Verify    verifyCmd    `cmd:"" help:"Check a data directory that is not in use: chain, replay, postings, pools, payments."`
	Replay    replayCmd    `cmd:"" help:"Rebuild the state from the journal and print its hash."`
	Migrate   migrateCmd   `cmd:"" help:"Make the schemas of a PostgreSQL database, or bring them up to this program."`
	Bench     benchCmd     `cmd:"" help:"Measure this machine."`
	Token     tokenCmd     `cmd:"" help:"Print the token of a member of staff, a point of sale or an account."`
	Version   versionCmd   `cmd:"" help:"Print version and commit."`
}

// std is the program's surroundings, so that tests can replace them.
type std struct {
	in       io.Reader
	out, err io.Writer
}

// errMalformed ends the program with status 2, everything having been said.
var errMalformed = errors.New("malformed input")

// errFailed ends the program with status 1, everything having been said.
var errFailed = errors.New("failed")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once: what was acknowledged is safe.
	context.AfterFunc(ctx, stop)
	// A reader of our output that goes away is an error of the next write, so that
	// a command still removes what it made.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	os.Exit(run(ctx, os.Args[1:], std{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}

func run(ctx context.Context, args []string, s std) int {
	slog.SetDefault(slog.New(slog.NewTextHandler(s.err, nil)))
	status := -1
	parser, err := kong.New(new(cli),
		kong.Name("opentote"),
		kong.Description("OpenTote, a pari-mutuel totalisator."),
		kong.Writers(s.out, s.err),
		kong.Exit(func(code int) { status = code }),
		kong.UsageOnError(),
		kong.NamedMapper("folder", kong.MapperFunc(decodeFolder)),
		kong.NamedMapper("database", kong.MapperFunc(decodeDatabase)),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(s),
	)
	if err != nil {
		fmt.Fprintln(s.err, "opentote:", err)
		return 1
	}
	parsed, err := parser.Parse(args)
	switch {
	case status >= 0: // --help printed itself
		return status
	case err != nil:
		fmt.Fprintln(s.err, "opentote:", err)
		return 2
	}
	switch err := parsed.Run(); {
	case err == nil:
		return 0
	case errors.Is(err, errMalformed):
		return 2
	case errors.Is(err, errFailed):
		return 1
	case ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.Cause(ctx))):
		fmt.Fprintln(s.err, "opentote: interrupted")
		return 1
	case isNobodyReads(err):
		return 1
	default:
		fmt.Fprintln(s.err, "opentote:", err)
		return 1
	}
}

// isNobodyReads reports whether the error is that the reader of standard output went
// away, as head does: nothing went wrong that he wants to hear of.
func isNobodyReads(err error) bool {
	var path *fs.PathError
	return errors.Is(err, syscall.EPIPE) && errors.As(err, &path) && path.Path == os.Stdout.Name()
}

// endAtOnce gives Ctrl-C its usual meaning back, for commands that wait for standard
// input, where nothing else would end them, and have nothing to end in order.
func endAtOnce() { signal.Reset(os.Interrupt, syscall.SIGTERM) }

// decodeFolder reads a path that must not be empty: what comes of an unset
// variable would name the current folder.
func decodeFolder(ctx *kong.DecodeContext, target reflect.Value) error {
	var path string
	if err := ctx.Scan.PopValueInto("folder", &path); err != nil {
		return err
	}
	if path == "" {
		return errors.New("the name of a folder is empty")
	}
	target.SetString(kong.ExpandPath(path))
	return nil
}

// decodeDatabase reads the URL of a PostgreSQL database. An empty one would
// silently be a file.
func decodeDatabase(ctx *kong.DecodeContext, target reflect.Value) error {
	var url string
	if err := ctx.Scan.PopValueInto("database", &url); err != nil {
		return err
	}
	if !strings.HasPrefix(url, "postgres://") && !strings.HasPrefix(url, "postgresql://") {
		return errors.New("a database is postgres://USER@HOST/DATABASE")
	}
	target.SetString(url)
	return nil
}

type versionCmd struct{}

func (versionCmd) Run(s std) error {
	_, err := fmt.Fprintf(s.out, "opentote %s (%s)\n", version, commit)
	return err
}
