package main

import (
	"context"
	"fmt"

	"opentote/bench"
	"opentote/bench/duck"
	"opentote/tote"
)

type benchSettleCmd struct {
	benchFolder
	Bet     tote.BetCode `help:"Bet of the pool, one with a pool of its own." default:"E_QUINTE_PLUS"`
	Bets    int          `help:"Bets in the pool, at most 16,777,216." default:"1000000"`
	Runners int          `help:"Runners of the race, 8 to 40." default:"16"`
	Seed    uint64       `help:"Seed of the public." default:"1"`
	Alone   bool         `help:"The engine alone, without DuckDB and COBOL."`
}

func (c *benchSettleCmd) Run(ctx context.Context, s std) error {
	if c.Bets < 1 || c.Bets > bench.SettleBetsMax || c.Runners < 8 || c.Runners > int(tote.MaxHorse) {
		return malformed(s, fmt.Errorf("1 to %d bets on 8 to %d runners", bench.SettleBetsMax, tote.MaxHorse))
	}
	o := bench.SettleOptions{Dir: c.Dir, Bet: c.Bet, Bets: c.Bets, Runners: c.Runners, Seed: c.Seed}
	if !c.Alone {
		o.References = []bench.Reference{duck.New(), bench.COBOL{}}
	}
	return measure(c.benchFolder, s, func(progress func(string)) (*bench.SettleResult, error) {
		return bench.Settle(ctx, o, progress)
	})
}
