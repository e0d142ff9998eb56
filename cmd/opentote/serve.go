package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"opentote/gateway"
	"opentote/node"
)

// storeFlags say where journal and registry are.
type storeFlags struct {
	Journal      string `help:"PostgreSQL database that keeps journal and registry, postgres://...; default files in the data directory." type:"database" placeholder:"URL"`
	AcceptUnsafe bool   `help:"Accept a PostgreSQL server whose settings let acknowledged bets be lost."`
}

type serveCmd struct {
	storeFlags

	Data   string        `required:"" help:"Data directory; created when it is missing." type:"folder"`
	Listen string        `help:"Address to serve." default:"127.0.0.1:8080"`
	Grace  time.Duration `help:"How long after its scheduled start a race closes by itself when nobody stops it." default:"10m"`
}

// second stands between the office and the second calculator; only tests set it.
var second func(gateway.Second) gateway.Second

func (c *serveCmd) Run(ctx context.Context, s std) error {
	if c.Grace <= 0 {
		return malformed(s, errors.New("grace: a positive duration"))
	}
	n, err := node.Open(ctx, node.Options{
		Data: c.Data, Journal: c.Journal, AcceptUnsafe: c.AcceptUnsafe, Listen: c.Listen, Grace: c.Grace, Second: second,
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.err, "OpenTote serves %s at %s (Ctrl-C stops it)\n", c.Data, n.URL())
	return wait(ctx, n)
}

// wait serves until the program is told to end or the engine stops by itself,
// and closes the node.
func wait(ctx context.Context, n *node.Node) error {
	select {
	case <-ctx.Done():
		return n.Close()
	case <-n.Stopped():
		return errors.Join(errors.New("the engine stopped"), n.Close())
	}
}

// staffTokens returns the tokens of two members of staff, who check each other.
func staffTokens(n *node.Node) (first, second string, err error) {
	first, err = n.Token(gateway.Identity{Role: gateway.Staff, Subject: "control-1"})
	if err != nil {
		return "", "", err
	}
	second, err = n.Token(gateway.Identity{Role: gateway.Staff, Subject: "control-2"})
	return first, second, err
}
