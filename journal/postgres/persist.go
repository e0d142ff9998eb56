package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// persist calls f until it succeeds or fails for a reason that does not pass by
// itself, for most of the time given, and returns f's last error. A closed
// channel ends it with os.ErrClosed.
func persist(ctx context.Context, closed <-chan struct{}, timeMax time.Duration, f func() error) error {
	deadline := time.Now().Add(timeMax)
	for pause := time.Duration(0); ; pause = min(2*pause+5*time.Millisecond, 250*time.Millisecond) {
		err := f()
		if !passes(err) || time.Now().Add(pause).After(deadline) {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return errors.Join(ctx.Err(), err)
		case <-closed:
			timer.Stop()
			return errors.Join(os.ErrClosed, err)
		}
	}
}

// errDoubt is what came of a statement that the server may not have made
// durable, or that another one overtook.
var errDoubt = errors.New("outcome in doubt")

// passes reports whether an error may go away when one connects again or tries
// again. None of these leaves a part of a statement behind.
func passes(err error) bool {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		switch refused.Code {
		case
			"40001", "40P01", // serialization failure, deadlock; a standby that had to cancel a read
			"55P03", "57014", // lock_timeout, statement_timeout or a cancel
			"25006",                   // read only: a primary that is one no more
			"53300",                   // too many connections
			"57P01", "57P02", "57P03", // shutdown, crash, starting up
			"25P03", "25P04", "57P05": // sessions that were ended for their age
			return true
		}
		return strings.HasPrefix(refused.Code, "08") // the connection
	}
	var network net.Error
	var connect *pgconn.ConnectError
	return errors.Is(err, errDoubt) || errors.As(err, &network) || errors.As(err, &connect) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		pgconn.Timeout(err) || pgconn.SafeToRetry(err)
}
