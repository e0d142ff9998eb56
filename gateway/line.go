package gateway

import (
	"context"
	"sync/atomic"
	"time"

	"connectrpc.com/connect"
)

const (
	// sendWithin is how long a caller may take to accept one message once the
	// buffers between us are full. It is shorter than a server's last wait for
	// requests under way: who does not read holds nothing up.
	sendWithin = 5 * time.Second
	// streamsMax bounds the open streams of a kind.
	streamsMax = 16_384
)

// unhurried lets race control's calls take their time: to settle a race of
// millions of bets takes longer than a server's patience with a request.
func unhurried(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		c := callOf(ctx)
		c.wait()
		res, err := next(ctx, req)
		_ = c.line.SetWriteDeadline(time.Now().Add(sendWithin))
		return res, err
	}
}

// wait takes the server's deadlines off a request that may last. Where a
// connection has no deadlines, as in some tests, none were set.
func (c *call) wait() {
	_ = c.line.SetReadDeadline(time.Time{})
	_ = c.line.SetWriteDeadline(time.Time{})
}

// send sends one message on a stream, which breaks if the caller does not
// accept it in time.
func (c *call) send(f func() error) error {
	_ = c.line.SetWriteDeadline(time.Now().Add(sendWithin))
	err := f()
	_ = c.line.SetWriteDeadline(time.Time{})
	return err
}

// endWith makes a stream's next wait for the caller end when done is closed,
// after what has already arrived. The function it returns must be called.
func (c *call) endWith(done <-chan struct{}) (release func()) {
	over := make(chan struct{})
	released := make(chan struct{})
	go func() {
		defer close(released)
		select {
		case <-done:
			_ = c.line.SetReadDeadline(time.Unix(1, 0))
		case <-over:
		}
	}()
	return func() {
		close(over)
		<-released
	}
}

// seats counts the open streams of a kind.
type seats struct{ taken atomic.Int64 }

// take takes a seat, if one is free.
func (s *seats) take() bool {
	if s.taken.Add(1) > streamsMax {
		s.taken.Add(-1)
		return false
	}
	return true
}

func (s *seats) leave() { s.taken.Add(-1) }
