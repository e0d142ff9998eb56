package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/pprof"
	"time"

	"opentote/bench"
	"opentote/engine"
	"opentote/tote"
)

type benchCmd struct {
	Engine  benchEngineCmd  `cmd:"" help:"Bets durably accepted a second, in process."`
	RPC     benchRPCCmd     `cmd:"" name:"rpc" help:"Bets accepted a second through the API, from a client in another process."`
	Settle  benchSettleCmd  `cmd:"" help:"Settlement of one large pool, beside DuckDB and a batch in COBOL."`
	Latency benchLatencyCmd `cmd:"" help:"How long an acceptance takes at a given rate of bets."`
	Odds    benchOddsCmd    `cmd:"" help:"The odds of a race computed anew, and their way to a watcher."`
	Restart benchRestartCmd `cmd:"" help:"Time from the program's start to the first bet, with many live bets."`
	Memory  benchMemoryCmd  `cmd:"" help:"Memory of the program with many live bets."`
	Table   benchTableCmd   `cmd:"" help:"The sizes the design holds: results, as the benchmarks print them, on standard input."`
	Client  benchClientCmd  `cmd:"" hidden:"" help:"Send the load that is read from standard input."`
}

// benchFolder is where a benchmark writes, and where its profile goes.
type benchFolder struct {
	Dir        string `help:"Folder for temporary data, on the disk to measure; default the system's temporary folder." type:"existingdir" optional:""`
	CPUProfile string `name:"cpu-profile" help:"Write a profile of the processor's time to this file." placeholder:"FILE"`
}

// measure runs a benchmark and prints its result, one JSON object on one line.
func measure[T any](f benchFolder, s std, run func(progress func(string)) (T, error)) (err error) {
	if f.CPUProfile != "" {
		out, err := os.Create(f.CPUProfile)
		if err != nil {
			return err
		}
		defer out.Close()
		if err := pprof.StartCPUProfile(out); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	r, err := run(func(line string) { fmt.Fprintln(s.err, line) })
	if err != nil {
		return err
	}
	return json.NewEncoder(s.out).Encode(r)
}

// check refuses figures that are not positive, and more bets in a message than
// its reader takes.
func check(s std, request, most int, figures ...int) error {
	for _, n := range append(figures, request) {
		if n < 1 {
			return malformed(s, errors.New("figures must be positive"))
		}
	}
	if request > most {
		return malformed(s, fmt.Errorf("at most %d bets a request", most))
	}
	return nil
}

type benchEngineCmd struct {
	benchFolder
	Bets    int `help:"Bets a round." default:"1000000"`
	Rounds  int `help:"Rounds, each beside its reference." default:"3"`
	Clients int `help:"Requests in flight." default:"16"`
	Request int `help:"Bets a request." default:"64"`
}

func (c *benchEngineCmd) Run(ctx context.Context, s std) error {
	if err := check(s, c.Request, engine.CommandsMax, c.Bets, c.Rounds, c.Clients); err != nil {
		return err
	}
	return measure(c.benchFolder, s, func(progress func(string)) (*bench.Result, error) {
		return bench.Engine(ctx, bench.EngineOptions{
			Dir: c.Dir, Bets: c.Bets, Rounds: c.Rounds, Clients: c.Clients, Request: c.Request,
		}, progress)
	})
}

// streamMax is how many bets the API takes in a message.
const streamMax = 1000

type benchRPCCmd struct {
	benchFolder
	Streamed bool `help:"Many bets a message on streams, as gateways send them, instead of one a call."`
	Bets     int  `help:"Bets a round; default 100000, streamed 1000000." optional:""`
	Rounds   int  `help:"Rounds, each beside its reference." default:"3"`
	Clients  int  `help:"Clients; default 64, streamed 4." optional:""`
	Request  int  `help:"Streamed: bets a message." default:"256"`
	Flight   int  `help:"Streamed: messages under way on a stream." default:"4"`
}

func (c *benchRPCCmd) Run(ctx context.Context, s std) error {
	err := check(s, c.Request, streamMax, c.Rounds, c.Flight, 1+c.Bets, 1+c.Clients)
	if err != nil {
		return err
	}
	return measure(c.benchFolder, s, func(progress func(string)) (*bench.RPCResult, error) {
		return bench.RPC(ctx, bench.RPCOptions{
			Dir: c.Dir, Bets: c.Bets, Rounds: c.Rounds, Clients: c.Clients,
			Streamed: c.Streamed, Request: c.Request, Flight: c.Flight,
		}, progress)
	})
}

type benchLatencyCmd struct {
	benchFolder
	Rate     int           `help:"Bets that fall due a second." default:"10000"`
	For      time.Duration `help:"Length of a round." default:"10s"`
	Rounds   int           `help:"Rounds, each beside its reference." default:"3"`
	Streamed bool          `help:"Messages of a few bets on streams, instead of one bet a call."`
	Clients  int           `help:"Connections; default 256, streamed 8." optional:""`
	Request  int           `help:"Streamed: bets a message." default:"8"`
}

func (c *benchLatencyCmd) Run(ctx context.Context, s std) error {
	err := check(s, c.Request, streamMax, c.Rate, c.Rounds, int(c.For.Microseconds()), 1+c.Clients)
	if err != nil {
		return err
	}
	return measure(c.benchFolder, s, func(progress func(string)) (*bench.LatencyResult, error) {
		return bench.Latency(ctx, bench.LatencyOptions{
			Dir: c.Dir, Rate: c.Rate, For: c.For, Rounds: c.Rounds, Streamed: c.Streamed, Clients: c.Clients, Request: c.Request,
		}, progress)
	})
}

type benchOddsCmd struct {
	benchFolder
	Runners int `help:"Runners of the race." default:"20"`
	Bets    int `help:"Bets in each pool." default:"10000"`
	Rounds  int `help:"How often each figure is taken." default:"200"`
	Changes int `help:"Changes whose way to a watcher is timed." default:"20"`
}

func (c *benchOddsCmd) Run(ctx context.Context, s std) error {
	if err := check(s, 1, 1, c.Bets, c.Rounds, c.Changes); err != nil {
		return err
	}
	if c.Runners < 8 || c.Runners > tote.MaxNumbers {
		return malformed(s, fmt.Errorf("runners: 8 to %d", tote.MaxNumbers))
	}
	return measure(c.benchFolder, s, func(progress func(string)) (*bench.OddsResult, error) {
		return bench.Odds(ctx, bench.OddsOptions{Dir: c.Dir, Runners: c.Runners, Bets: c.Bets, Rounds: c.Rounds, Changes: c.Changes}, progress)
	})
}

type benchRestartCmd struct {
	benchFolder
	Bets   int `help:"Live bets." default:"3000000"`
	Tail   int `help:"Of these, those sold after the last snapshot; default 500000, or a sixth of the bets." optional:""`
	Rounds int `help:"Restarts." default:"3"`
}

func (c *benchRestartCmd) Run(ctx context.Context, s std) error {
	if err := check(s, 1, 1, c.Bets, c.Rounds, 1+c.Tail); err != nil {
		return err
	}
	return measure(c.benchFolder, s, func(progress func(string)) (*bench.RestartResult, error) {
		return bench.Restart(ctx, bench.RestartOptions{Dir: c.Dir, Bets: c.Bets, Tail: c.Tail, Rounds: c.Rounds}, progress)
	})
}

type benchMemoryCmd struct {
	benchFolder
	Bets int `help:"Live bets." default:"3000000"`
}

func (c *benchMemoryCmd) Run(ctx context.Context, s std) error {
	if err := check(s, 1, 1, c.Bets); err != nil {
		return err
	}
	return measure(c.benchFolder, s, func(progress func(string)) (*bench.MemoryResult, error) {
		return bench.Memory(ctx, bench.MemoryOptions{Dir: c.Dir, Bets: c.Bets}, progress)
	})
}

type benchTableCmd struct{}

func (benchTableCmd) Run(s std) error {
	if err := bench.Table(s.in, s.out); err != nil {
		return malformed(s, err)
	}
	return nil
}

type benchClientCmd struct{}

func (benchClientCmd) Run(ctx context.Context, s std) error { return bench.Client(ctx, s.in, s.out) }
