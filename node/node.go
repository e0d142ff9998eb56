// Package node runs OpenTote in one process on one data directory: the journal
// and its engine, the board that follows it, the registry, and the gateway that
// serves them over HTTP.
//
//	DATA/journal.db    the journal (SQLite), the truth, unless it is in PostgreSQL
//	DATA/registry.db   programme texts (SQLite), unless they are there too
//	DATA/snapshots/    short-cuts for the next start
//	DATA/alarms/       races on which the two calculators disagree
//	DATA/secret        32 random bytes in hex: keys of tickets and tokens
//	DATA/lock          held while a process runs on the directory
package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"opentote/board"
	"opentote/engine"
	"opentote/event"
	"opentote/follow"
	"opentote/gateway"
	"opentote/journal"
	"opentote/journal/recent"
	"opentote/recheck"
	"opentote/registry"
	"opentote/retail"
	"opentote/tote"
	"opentote/web"
)

// Options say where and how a node runs. The zero value of each field but Data
// has a default.
type Options struct {
	// Data is the data directory; it is created when it is missing.
	Data string
	// Journal is the URL of the PostgreSQL database that keeps the journal and
	// the registry; default two SQLite files in Data.
	Journal string
	// AcceptUnsafe accepts a PostgreSQL server whose settings let acknowledged
	// rows be lost.
	AcceptUnsafe bool
	// Listen is the TCP address served; default "127.0.0.1:0".
	Listen string
	// Clock is the operator's time; default the machine's.
	Clock gateway.Clock
	// Grace is how long after its scheduled start a race closes by itself when
	// nobody stops it; default ten minutes.
	Grace time.Duration
	// Second, when set, stands between the office and the second calculator: a
	// test's way to have it err.
	Second func(gateway.Second) gateway.Second
	// Seed replaces the random source of what is drawn, for simulations.
	Seed func(key string) tote.Seed
}

// realClock is the machine's time.
type realClock struct{}

func (realClock) Now() time.Time { return time.Now() }
func (realClock) Rate() float64  { return 1 }

// Node is a running system.
type Node struct {
	dir        *directory
	journal    journal.Journal
	engine     *engine.Engine
	registry   *registry.Registry
	board      *board.Board
	alarms     *recheck.Alarms
	tokens     *gateway.Tokens
	server     *http.Server
	listener   net.Listener
	done       chan struct{}   // closed by Close: streams end
	background context.Context // of what runs beside the requests
	cancel     context.CancelFunc
	headroom   func() // ends the care for garbage
	running    sync.WaitGroup
	closing    sync.Once
	closeErr   error
}

func newNode() *Node {
	n := &Node{done: make(chan struct{})}
	n.background, n.cancel = context.WithCancel(context.Background())
	return n
}

// Open starts a node. It serves once Open returns.
func Open(ctx context.Context, opts Options) (_ *Node, err error) {
	if opts.Listen == "" {
		opts.Listen = "127.0.0.1:0"
	}
	if opts.Clock == nil {
		opts.Clock = realClock{}
	}
	if opts.Grace == 0 {
		opts.Grace = 10 * time.Minute
	}
	n := newNode()
	n.headroom = keepHeadroom()
	defer func() {
		if err != nil {
			err = errors.Join(err, n.Close())
		}
	}()
	if n.dir, err = openDirectory(opts.Data); err != nil {
		return nil, err
	}
	if err := n.openStores(ctx, opts); err != nil {
		return nil, err
	}
	n.journal = recent.Of(n.journal)
	programmes, err := gateway.OpenProgrammes(ctx, n.registry)
	if err != nil {
		return nil, err
	}
	following := n.follow()
	n.engine, err = engine.Start(ctx, n.journal, engine.Options{
		Now: opts.Clock.Now, Snapshots: n.dir.path("snapshots"),
	})
	if err != nil {
		return nil, err
	}
	var stale chan struct{}
	if n.board, stale, err = following(ctx); err != nil {
		return nil, err
	}
	if n.alarms, err = recheck.OpenAlarms(n.dir.path("alarms")); err != nil {
		return nil, err
	}
	second := n.recheck()
	if opts.Second != nil {
		second = opts.Second(second)
	}
	n.tokens = gateway.NewTokens(n.dir.key("tokens"))
	return n, n.serve(opts, gateway.Config{
		Engine: n.engine, Board: n.board, Programmes: programmes, Clock: opts.Clock,
		Tokens: n.tokens, Codes: retail.NewCodes(n.dir.key("tickets")),
		Second: second, Alarms: n.alarms, Grace: opts.Grace, Done: n.done, Stale: stale, Seed: opts.Seed,
	})
}

// follow has the board read the journal while the engine does; what it returns
// brings the board up to the journal's end, and keeps it there. A board that
// fails is no reason not to sell: stale is closed, and the gateway shows races
// no more. A journal that cannot be read is one.
func (n *Node) follow() func(context.Context) (b *board.Board, stale chan struct{}, err error) {
	b, begun := board.New(), make(chan struct{})
	var last event.Seq
	var err error
	n.running.Go(func() {
		defer close(begun)
		last, err = follow.CatchUp(n.background, n.journal, 0, b)
	})
	return func(ctx context.Context) (*board.Board, chan struct{}, error) {
		<-begun
		if err == nil {
			last, err = follow.CatchUp(ctx, n.journal, last, b)
		}
		return n.keepFollowing(b, last, err)
	}
}

// keepFollowing goes on from where the board came to, or says why it cannot.
func (n *Node) keepFollowing(b *board.Board, last event.Seq, err error) (*board.Board, chan struct{}, error) {
	stale := make(chan struct{})
	var broken *follow.HandlerError
	switch {
	case errors.As(err, &broken):
		slog.Error("the board cannot follow the journal: races are not shown", "err", err)
		close(stale)
		return b, stale, nil
	case err != nil:
		return nil, nil, err
	}
	n.running.Go(func() {
		if err := follow.Run(n.background, n.journal, last, b); n.background.Err() == nil {
			slog.Error("the board stopped following the journal: races are not shown", "err", err)
			close(stale)
		}
	})
	return b, stale, nil
}

// recheck starts the second calculator. It comes to the journal's end while the
// node serves: who needs it before waits.
func (n *Node) recheck() gateway.Second {
	second := recheck.New()
	n.running.Go(func() {
		if err := follow.Run(n.background, n.journal, 0, second); n.background.Err() == nil {
			slog.Error("the second calculator stopped following the journal: no dividends are declared", "err", err)
			second.Fail(err)
		}
	})
	return second
}

func (n *Node) serve(opts Options, cfg gateway.Config) error {
	mux := http.NewServeMux()
	rpc := gateway.Handler(cfg)
	for _, service := range gateway.Services() {
		mux.Handle("/"+service+"/", rpc)
	}
	mux.HandleFunc("GET /healthz", n.health)
	mux.Handle("/", web.Handler("board"))
	var err error
	if n.listener, err = net.Listen("tcp", opts.Listen); err != nil {
		return fmt.Errorf("node: %w", err)
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true) // streams from gateways and terminals
	n.server = &http.Server{
		Handler: mux, Protocols: protocols,
		ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		// For whole requests and answers; the gateway lifts them where it must.
		ReadTimeout: time.Minute, WriteTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	n.running.Go(func() {
		if err := n.server.Serve(n.listener); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("the server stopped", "err", err)
		}
	})
	return nil
}

// health answers 200 while bets can be decided, and names the races that are not
// paid because the calculators disagree.
func (n *Node) health(w http.ResponseWriter, _ *http.Request) {
	select {
	case <-n.engine.Stopped():
		http.Error(w, "engine stopped", http.StatusServiceUnavailable)
	default:
		_, _ = w.Write([]byte("ok\n"))
		for _, race := range n.alarms.Races() {
			if n.waits(race) {
				_, _ = fmt.Fprintf(w, "race %d: the calculators disagree, its dividends are not declared\n", race)
			}
		}
	}
}

// waits reports whether a race is still without dividends.
func (n *Node) waits(race tote.RaceID) bool {
	view, _ := n.board.Race(race, 0)
	return slices.ContainsFunc(view.Pools, func(p board.Pool) bool { return p.Result == nil })
}

// URL returns the address the node serves on this machine.
func (n *Node) URL() string { return "http://" + n.listener.Addr().String() }

// Token returns the bearer token of an identity.
func (n *Node) Token(id gateway.Identity) (string, error) { return n.tokens.Issue(id) }

// Stopped is closed when the engine has stopped; the node is of no more use
// then but to be closed.
func (n *Node) Stopped() <-chan struct{} { return n.engine.Stopped() }

// closeWithin is how long requests under way may take to end.
const closeWithin = 10 * time.Second

// Close ends streams and requests, then the engine, then the stores. It is
// idempotent. It returns why the engine had stopped by itself, if it had.
func (n *Node) Close() error {
	n.closing.Do(func() {
		close(n.done)
		var errs []error
		if n.server != nil {
			ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
			defer cancel()
			if err := n.server.Shutdown(ctx); err != nil {
				errs = append(errs, n.server.Close())
			}
		} else if n.listener != nil {
			errs = append(errs, n.listener.Close())
		}
		if n.engine != nil {
			errs = append(errs, n.engine.Close())
		}
		n.cancel()
		n.running.Wait()
		if n.registry != nil {
			errs = append(errs, n.registry.Close())
		}
		if n.journal != nil {
			errs = append(errs, n.journal.Close())
		}
		if n.dir != nil {
			errs = append(errs, n.dir.close())
		}
		if n.headroom != nil {
			n.headroom()
		}
		n.closeErr = errors.Join(errs...)
	})
	return n.closeErr
}
