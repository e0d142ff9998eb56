package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"opentote/event"
	"opentote/journal"
)

// cut is a network that fails once: at the n-th message, sent or received.
type cut struct {
	left     atomic.Int64 // messages until it fails
	answered bool         // the server's answer is lost, rather than the question
	dial     pgconn.DialFunc
}

type cutConn struct {
	net.Conn
	cut *cut
}

func (c *cut) connect(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := c.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &cutConn{Conn: conn, cut: c}, nil
}

func (c *cutConn) Write(p []byte) (int, error) {
	if !c.cut.answered {
		if c.cut.left.Add(-1) == 0 {
			return 0, errors.Join(syscall.EPIPE, c.Conn.Close())
		}
	}
	return c.Conn.Write(p)
}

func (c *cutConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.cut.answered && err == nil {
		if c.cut.left.Add(-1) == 0 {
			return 0, errors.Join(syscall.ECONNRESET, c.Conn.Close())
		}
	}
	return n, err
}

// TestEveryMessageMayBeLost makes the n-th message on the network fail, for
// every n until none does, before the server has seen it and after it has
// answered. Opening may fail then; whatever comes later goes on by itself, and
// does everything once.
func TestEveryMessageMayBeLost(t *testing.T) {
	for _, answered := range []bool{false, true} {
		t.Run(fmt.Sprintf("answered=%v", answered), func(t *testing.T) {
			_, url := fresh(t, Options{})
			opened, failed := 0, 0
			for n := int64(1); ; n++ {
				config, err := pgx.ParseConfig(url)
				if err != nil {
					t.Fatal(err)
				}
				c := &cut{answered: answered, dial: config.DialFunc}
				c.left.Store(n)
				config.DialFunc = c.connect
				j, err := openConfig(t.Context(), config, Options{})
				if err != nil {
					opened++
					continue
				}
				appendAndRead(t, j, n)
				if c.left.Load() > 0 {
					break
				}
				failed++
			}
			if failed < 20 {
				t.Errorf("only %d messages failed", failed)
			}
			t.Logf("%d messages failed while it was opened and %d later", opened, failed)
		})
	}
}

// TestOvertakenAfterTheCommit loses the answer to an append, and has another take the
// lead and append before the writer is back: its row was written all the same.
func TestOvertakenAfterTheCommit(t *testing.T) {
	rival, url := fresh(t, Options{})
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	c := &cut{answered: true, dial: config.DialFunc}
	var lost atomic.Bool
	overtake := sync.OnceFunc(func() { leadWith(t, rival).append(3, 100) })
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		if lost.Load() {
			overtake()
		}
		return c.connect(ctx, network, address)
	}
	j, err := openConfig(t.Context(), config, Options{})
	if err != nil {
		t.Fatal(err)
	}
	closes(t, j)
	b := leadWith(t, j)
	b.append(2, 100)
	lost.Store(true)
	c.left.Store(1)
	b.append(1, 100)
	if err := b.try(100); !errors.Is(err, journal.ErrFenced) {
		t.Errorf("Append by who was overtaken: %v", err)
	}
	b.heldBy(rival, 3)
}

// appendAndRead leads, appends four rows, reads them, and closes.
func appendAndRead(t *testing.T, j *Journal, n int64) {
	t.Helper()
	b := leadWith(t, j)
	first := b.head.Last + 1
	b.append(4, 3000)
	rows := 0
	if err := j.Read(t.Context(), first, func(event.Row) error { rows++; return nil }); err != nil || rows != 4 {
		t.Fatalf("message %d lost: %d rows of 4, %v", n, rows, err)
	}
	if err := j.Close(); err != nil {
		t.Fatalf("message %d lost: Close: %v", n, err)
	}
}
