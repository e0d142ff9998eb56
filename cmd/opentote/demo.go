package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"opentote/node"
	"opentote/racing/sample"
	"opentote/sim"
)

type demoCmd struct {
	storeFlags
	Data    string  `help:"Data directory, kept; default a temporary one." type:"folder"`
	Listen  string  `help:"Address to serve." default:"127.0.0.1:8080"`
	Speed   float64 `help:"How many times faster than real time the day runs." default:"60"`
	Bettors int     `help:"People who bet on each day." default:"3000"`
	Seed    uint64  `help:"Seed of the public." default:"1"`
}

// betweenDays lets people read the last results, in real time.
const betweenDays = 20 * time.Second

func (c *demoCmd) Run(ctx context.Context, s std) (err error) {
	if !(c.Speed > 0 && c.Speed <= 10_000) || c.Bettors < 1 || c.Bettors > 1_000_000 {
		return malformed(s, errors.New("speed must be between 0 and 10,000, bettors between 1 and 1,000,000"))
	}
	if c.Data == "" {
		if c.Data, err = os.MkdirTemp("", "opentote-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(c.Data)
	}
	clock := sim.ScaledClock(time.Now(), c.Speed)
	n, err := node.Open(ctx, node.Options{Data: c.Data, Journal: c.Journal, AcceptUnsafe: c.AcceptUnsafe, Listen: c.Listen, Clock: clock})
	if err != nil {
		return err
	}
	first, second, err := staffTokens(n)
	if err != nil {
		return errors.Join(err, n.Close())
	}
	fmt.Fprintf(s.err, `OpenTote demo: an invented race day, %g times faster than real, again and again.

  Board          %s
  Data directory %s
  Staff tokens   control-1  %s
                 control-2  %s

Ctrl-C stops it.
`, c.Speed, n.URL(), c.Data, first, second)

	playing, stop := context.WithCancel(ctx)
	over := make(chan error, 1)
	go func() {
		over <- sim.Loop(playing, sim.LoopOptions{
			Server:    sim.Server{URL: n.URL(), EnterToken: first, ConfirmToken: second},
			Documents: []sim.Document{{Name: "programme", Content: sample.Programme()}, {Name: "participants", Content: sample.Participants()}},
			Seed:      c.Seed, Clock: clock, Bettors: c.Bettors, Between: betweenDays,
			Report: func(r *sim.Report) { c.dayOver(s, r) },
		})
	}()
	select {
	case err = <-over:
		stop()
	case <-ctx.Done():
		stop()
		err = <-over
	case <-n.Stopped():
		stop()
		err = errors.Join(errors.New("the engine stopped"), <-over)
	}
	return errors.Join(err, n.Close())
}

// dayOver says in one line how a day ended.
func (c *demoCmd) dayOver(s std, r *sim.Report) {
	verdict := "every check holds"
	if failed := r.Failed(); len(failed) > 0 {
		verdict = fmt.Sprintf("%d checks do not hold", len(failed))
	}
	fmt.Fprintf(s.err, "A day is over: %d bets, %s.\n", r.Measured.Bets, verdict)
}
