// Package sqlite keeps a journal in one SQLite file: the embedded default.
//
// # Format
//
// A database in WAL mode with application id "OTJR" and two STRICT tables:
//
//	rows  first INTEGER PRIMARY KEY | count | epoch | prev BLOB | hash BLOB | payload BLOB
//	head  one row: last | hash | epoch
//
// An append is one transaction, four statements:
//
//	BEGIN IMMEDIATE
//	UPDATE head SET last, hash WHERE last = ? AND epoch = ?   -- the fence
//	INSERT INTO rows
//	COMMIT                                                    -- pwrite the frames, fdatasync the WAL
//
// so that a writer that lost the lead changes nothing, whatever it believes.
//
// # Durability
//
// synchronous=FULL syncs the WAL in every commit; Open reads the setting back.
// On Linux the sync is fdatasync, as in SQLite's own builds: Open switches
// modernc.org/sqlite to it for the whole process.
//
// Checkpoints, which copy the WAL into the database and sync both, are kept
// out of commits: see keeper.
//
// # Traps
//
// POSIX locks belong to a process and a file: never open the database file
// with anything but SQLite while a Journal is open in the same process, for
// closing it would drop SQLite's locks. To copy a journal read it, or use
// VACUUM INTO. The file may not live on a network file system.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	driver "modernc.org/sqlite"

	"opentote/event"
	"opentote/journal"
	"opentote/journal/tail"
)

// Options tune a journal. The zero value is right for production.
type Options struct {
	// BusyTimeout is how long a write waits for a writer in another process to
	// finish its transaction. Default 5 s.
	BusyTimeout time.Duration
	// CheckpointBytes is how much is appended between two copies of the WAL
	// into the database. Default 4 MiB.
	CheckpointBytes int64
	// WALBytes is how large the WAL grows before it starts again. Default
	// 32 MiB, which makes the pause for it rarer than one append in 100 even of
	// 64 KiB (p99 0.5 ms; with 4 MiB 2.5 ms); 64 MiB was slower. It can be
	// passed by what is appended during a checkpoint.
	WALBytes int64
	// CheckpointIdle is how long nothing must have been appended for the WAL to
	// be copied and started again whatever its size. Default 1 s.
	CheckpointIdle time.Duration
	// ReadersMax is how many reads run at the same time. Default 4.
	ReadersMax int
}

func (o Options) withDefaults() Options {
	if o.BusyTimeout <= 0 {
		o.BusyTimeout = 5 * time.Second
	}
	if o.CheckpointBytes <= 0 {
		o.CheckpointBytes = 4 << 20
	}
	if o.WALBytes <= 0 {
		o.WALBytes = 32 << 20
	}
	if o.CheckpointIdle <= 0 {
		o.CheckpointIdle = time.Second
	}
	if o.ReadersMax <= 0 {
		o.ReadersMax = 4
	}
	return o
}

// Journal is a journal in an SQLite file. Reads never wait for appends nor
// appends for reads.
type Journal struct {
	path string
	opts Options

	mu sync.Mutex // held by Append, by Lead and by the keeper's last step
	w  *writer    // guarded by mu

	r      *readers
	tail   *tail.Tail
	keeper *keeper

	closeOnce sync.Once
	closeErr  error         // written in closeOnce
	closed    chan struct{} // closed when Close begins
}

var _ journal.Journal = (*Journal)(nil)

// Open opens the journal at path and creates it, mode 0600 and durably, when
// there is no file. A file that is not a journal, or of a later format, is an
// error and stays as it is. The journal may be open in several processes.
func Open(ctx context.Context, path string, opts Options) (*Journal, error) {
	j := &Journal{opts: opts.withDefaults(), tail: tail.New(), closed: make(chan struct{})}
	if err := j.open(ctx, path); err != nil {
		return nil, errors.Join(fmt.Errorf("journal/sqlite: open %s: %w", path, err), j.release())
	}
	return j, nil
}

func (j *Journal) open(ctx context.Context, path string) (err error) {
	if j.path, err = filepath.Abs(path); err != nil {
		return err
	}
	if _, err := driver.Fdatasync(true); err != nil && !errors.Is(err, driver.ErrFdatasyncUnavailable) {
		return err
	}
	if err := create(ctx, j.path); err != nil {
		return err
	}
	if err := probe(ctx, j.path); err != nil {
		return err
	}
	if j.w, err = openWriter(ctx, j.path, j.opts); err != nil {
		return err
	}
	if j.r, err = openReaders(ctx, j.path, j.opts); err != nil {
		return err
	}
	head, err := j.r.head(ctx)
	if err != nil {
		return err
	}
	j.tail.Advance(head.Last)
	j.keeper, err = startKeeper(ctx, j.path, j.opts, &j.mu, j.w)
	return err
}

// Head implements journal.Reader.
func (j *Journal) Head(ctx context.Context) (journal.Head, error) {
	if err := j.usable(ctx); err != nil {
		return journal.Head{}, fmt.Errorf("journal/sqlite: read head: %w", err)
	}
	head, err := j.r.head(ctx)
	if err != nil {
		return journal.Head{}, fmt.Errorf("journal/sqlite: read head: %w", err)
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
		return fmt.Errorf("journal/sqlite: wait for event %d: %w", last+1, err)
	}
	return nil
}

// Lead implements journal.Journal. It waits Options.BusyTimeout at most for
// another process that is in the middle of an append.
func (j *Journal) Lead(ctx context.Context) (journal.Head, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.usable(ctx)
	if err == nil {
		err = j.w.lead()
	}
	if err != nil {
		return journal.Head{}, fmt.Errorf("journal/sqlite: lead: %w", err)
	}
	j.tail.Advance(j.w.head.Last)
	j.keeper.measure() // what the leader before left in the WAL
	return j.w.head, nil
}

// Append implements journal.Journal. ctx is looked at before the write begins;
// a write that has begun is not interrupted, so that its outcome is known.
func (j *Journal) Append(ctx context.Context, row event.Row) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.usable(ctx)
	if err == nil {
		err = j.w.append(&row)
	} else {
		j.w.poison(err)
	}
	if err != nil {
		return fmt.Errorf("journal/sqlite: append row %d: %w", row.First, err)
	}
	j.tail.Advance(row.Last())
	j.keeper.wrote(len(row.Payload))
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

// Close implements journal.Journal. It waits for the append, the reads and the
// checkpoint in flight; the leader also empties the WAL.
func (j *Journal) Close() error {
	j.closeOnce.Do(func() {
		close(j.closed)
		j.tail.Close()
		if err := j.release(); err != nil {
			j.closeErr = fmt.Errorf("journal/sqlite: close %s: %w", j.path, err)
		}
	})
	return j.closeErr
}

// release closes what is open, the writer last: SQLite removes the WAL with
// the last connection that may write.
func (j *Journal) release() error {
	var errs []error
	if j.r != nil {
		errs = append(errs, j.r.close())
	}
	if j.keeper != nil {
		errs = append(errs, j.keeper.stop(j.leads()))
	}
	if j.w != nil {
		j.mu.Lock()
		defer j.mu.Unlock()
		errs = append(errs, j.w.close())
	}
	return errors.Join(errs...)
}

func (j *Journal) leads() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.w.leads()
}

// connect returns a pool of at most n connections to the file at path. Each
// connection runs the pragmas when it is made.
func connect(path, mode string, n int, opts Options, pragmas ...string) (*sql.DB, error) {
	connector, err := driver.NewConnector(dsn(path, mode, opts, pragmas))
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}
