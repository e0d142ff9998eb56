// Package postgres keeps a journal in a PostgreSQL database: for an operator
// who wants each acknowledged row on two machines.
//
// # Format
//
// Schema journal, made by Open when it is missing:
//
//	rows  first bigint PRIMARY KEY | count | epoch | prev bytea | hash bytea | payload bytea
//	head  one row: last | hash | epoch
//
// An append is one statement, so one round trip and one commit:
//
//	WITH moved AS (UPDATE head SET last, hash WHERE last = ? AND hash = ? AND epoch = ? RETURNING one)   -- the fence
//	INSERT INTO rows SELECT ? FROM moved
//
// so that a writer that lost the lead changes nothing, whatever it believes.
//
// # Durability
//
// A row is durable when the server has said that its statement is committed,
// under the settings that the writer reads back whenever it connects: it
// refuses a server with fsync or full_page_writes off, or with a
// synchronous_commit below on. With a synchronous standby the commit also waits
// for the standby's disk. A server that gives up this wait says COMMIT and
// warns: such a commit is on one machine only, so a warning counts as no
// answer, see below.
//
// # When the answer is missing
//
// After a lost connection, a shutdown, a deadlock, a serialization failure, a
// time-out or a warning, Append goes on by itself for Options.ResumeMax. It
// connects again and changes head's row without changing its content, which
// waits for whatever still holds the row and, committed as durably as an
// append, makes everything before it as durable. Then it knows: head is the
// row's hash, and Append returns nil; or head is where it was, and Append sends
// the row again, which cannot be appended twice; or the epoch has passed, and
// Append returns nil where rows holds the row, which was in time, or else
// ErrFenced. Anything else means that the server has lost rows.
// Then, and after any other error (disk full, no permission, damage), and when
// the time is over, the handle appends no more: the process must stop and
// recover by reading.
//
// # Readers
//
// They ask for rows by our own sequence number and never for what is new,
// because a standby may show commits in another order than its primary did.
// They look every tail.PollInterval instead of listening: NOTIFY would add a
// lock on the whole database to each commit, is lost with a connection, and
// does not exist on a standby, where reading is allowed.
package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"opentote/event"
	"opentote/internal/pgschema"
	"opentote/journal"
	"opentote/journal/tail"
)

// Options tune a journal. The zero value is right for production.
type Options struct {
	// ReadersMax is how many reads run at the same time. Default 4.
	ReadersMax int
	// AttemptMax is how long the server may take for one answer before the
	// connection counts as lost. Default 10 s.
	AttemptMax time.Duration
	// ResumeMax is how long Append, Lead and reads try to go on after a lost
	// connection, as while another server takes over. Default 30 s.
	ResumeMax time.Duration
	// MustExist makes Open fail on a database without the schema.
	MustExist bool
	// AcceptUnsafe accepts a server whose settings let acknowledged rows be
	// lost: for storage that does not need them, or for data that nobody needs.
	AcceptUnsafe bool
}

func (o Options) withDefaults() Options {
	if o.ReadersMax <= 0 {
		o.ReadersMax = 4
	}
	if o.AttemptMax <= 0 {
		o.AttemptMax = 10 * time.Second
	}
	if o.ResumeMax <= 0 {
		o.ResumeMax = 30 * time.Second
	}
	return o
}

// Journal is a journal in a PostgreSQL database. Reads never wait for appends
// nor appends for reads.
type Journal struct {
	opts Options

	mu sync.Mutex // held by Append and Lead
	w  *writer    // guarded by mu

	r    *readers
	tail *tail.Tail

	closeOnce sync.Once
	closed    chan struct{} // closed when Close begins
}

var _ journal.Journal = (*Journal)(nil)

//go:embed schema/*.sql
var schema embed.FS

// Open opens the journal in the database that a URL, or a string of libpq's
// key=value pairs, names. It makes the schema when it is missing, for which the
// role needs the right; a role that only reads may open a journal that exists,
// also on a standby. It connects without trying again.
func Open(ctx context.Context, url string, opts Options) (*Journal, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("journal/postgres: %w", err)
	}
	return openConfig(ctx, config, opts)
}

func openConfig(ctx context.Context, config *pgx.ConnConfig, opts Options) (*Journal, error) {
	setDefault(config.RuntimeParams, "application_name", "opentote")
	j := &Journal{
		opts: opts.withDefaults(), tail: tail.New(), closed: make(chan struct{}),
	}
	j.w = &writer{config: writing(config), opts: j.opts, closed: j.closed}
	if err := j.open(ctx, config); err != nil {
		j.release()
		return nil, fmt.Errorf("journal/postgres: open %s:%d/%s: %w", config.Host, config.Port, config.Database, err)
	}
	return j, nil
}

func setDefault(params map[string]string, name, value string) {
	if params[name] == "" {
		params[name] = value
	}
}

func (j *Journal) open(ctx context.Context, config *pgx.ConnConfig) error {
	if err := bring(ctx, config, j.opts.MustExist); err != nil {
		return err
	}
	var err error
	if j.r, err = openReaders(ctx, config, j.opts); err != nil {
		return err
	}
	head, err := j.r.head(ctx)
	j.tail.Advance(head.Last)
	return err
}

// connect is pgx.ConnectConfig with errors of one line.
func connect(ctx context.Context, config *pgx.ConnConfig) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, lineError{err}
	}
	return conn, nil
}

type lineError struct{ error }

func (e lineError) Error() string { return strings.Join(strings.Fields(e.error.Error()), " ") }
func (e lineError) Unwrap() error { return e.error }

// bring makes the schema what this program knows, or makes sure that it is.
func bring(ctx context.Context, config *pgx.ConnConfig, mustExist bool) error {
	conn, err := connect(ctx, config)
	if err != nil {
		return err
	}
	get := pgschema.Bring
	if mustExist {
		get = pgschema.Has
	}
	steps, err := fs.Sub(schema, "schema")
	if err == nil {
		err = get(ctx, conn, "journal", steps)
	}
	return errors.Join(err, conn.Close(ctx))
}

// Head implements journal.Reader.
func (j *Journal) Head(ctx context.Context) (journal.Head, error) {
	err := j.usable(ctx)
	var head journal.Head
	if err == nil {
		head, err = j.r.head(ctx)
	}
	if err != nil {
		return journal.Head{}, fmt.Errorf("journal/postgres: read head: %w", err)
	}
	return head, nil
}

// Wait implements journal.Reader. It returns at once when this handle
// appends, and within tail.PollInterval when another does.
func (j *Journal) Wait(ctx context.Context, last event.Seq) error {
	err := j.usable(ctx)
	if err == nil {
		err = j.tail.Wait(ctx, last, func(ctx context.Context) (event.Seq, error) {
			head, err := j.r.head(ctx)
			return head.Last, err
		})
	}
	if err != nil {
		return fmt.Errorf("journal/postgres: wait for event %d: %w", last+1, j.reason(err))
	}
	return nil
}

// Lead implements journal.Journal.
func (j *Journal) Lead(ctx context.Context) (journal.Head, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.usable(ctx)
	if err == nil {
		err = j.w.lead(ctx)
	}
	if err != nil {
		return journal.Head{}, fmt.Errorf("journal/postgres: lead: %w", err)
	}
	j.tail.Advance(j.w.head.Last)
	return j.w.head, nil
}

// Append implements journal.Journal. ctx is looked at before the write begins
// and while the server does not answer; a write that has begun is not
// interrupted. See the package's comment for errors.
func (j *Journal) Append(ctx context.Context, row event.Row) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.usable(ctx)
	if err == nil {
		err = j.w.append(ctx, &row)
	} else {
		j.w.poison(err)
	}
	if err != nil {
		return fmt.Errorf("journal/postgres: append row %d: %w", row.First, err)
	}
	j.tail.Advance(row.Last())
	return nil
}

// usable returns os.ErrClosed after Close, and ctx's error.
func (j *Journal) usable(ctx context.Context) error {
	select {
	case <-j.closed:
		return os.ErrClosed
	default:
		return ctx.Err()
	}
}

// reason returns os.ErrClosed after Close, whatever that made fail, else err.
func (j *Journal) reason(err error) error {
	if j.usable(context.Background()) != nil {
		return os.ErrClosed
	}
	return err
}

// Close implements journal.Journal. It waits for the append and the reads in
// flight.
func (j *Journal) Close() error {
	j.closeOnce.Do(func() {
		close(j.closed)
		j.tail.Close()
		j.release()
	})
	return nil
}

func (j *Journal) release() {
	if j.r != nil {
		j.r.pool.Close()
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.w.close()
}

// pool is how readers connect.
func pool(config *pgx.ConnConfig, opts Options) (*pgxpool.Config, error) {
	p, err := pgxpool.ParseConfig(config.ConnString())
	if err != nil {
		return nil, err
	}
	p.ConnConfig = config.Copy()
	// Not when it connects, or a URL that asks for the server that takes writes
	// would find none.
	p.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SET default_transaction_read_only = on")
		return err
	}
	p.MaxConns = int32(opts.ReadersMax)
	return p, nil
}
