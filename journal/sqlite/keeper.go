package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// keeper checkpoints: it copies what the WAL holds into the database, so that
// the WAL starts again at its beginning instead of growing. SQLite would do it
// inside every thousandth commit, which costs that commit 5 ms and more; the
// keeper does it beside the commits, on its own connection:
//
//	PASSIVE    beside the appends, until few frames are left
//	           (each round leaves what was appended meanwhile)
//	PASSIVE    with Journal.mu held: nothing is left, the next append starts
//	           the WAL again; one sync of a few pages is all an append waits for
//
// Without the second step a writer that never rests would never find the WAL
// wholly copied, and it would grow without bound. A reader in the middle of a
// chunk can prevent the restart; the next checkpoint gets it.
type keeper struct {
	mu   *sync.Mutex // Journal.mu: no append while held
	w    *writer     // guarded by mu; poisoned when a checkpoint fails
	db   *sql.DB
	path string
	opts Options

	pending  atomic.Int64  // about how many bytes the WAL holds that are not in the database
	appended atomic.Bool   // since the last tick
	wake     chan struct{} // of capacity 1: pending passed the limit

	quit chan struct{}
	done sync.WaitGroup
}

// frameBytes is what a commit writes beside its payload: the head's page, the
// leaf, the first page of the file, each a frame.
const frameBytes = 3 * (pageSize + 24)

// leftMax is how many frames the last step may leave to a held lock.
const leftMax = 64

func startKeeper(ctx context.Context, path string, opts Options, mu *sync.Mutex, w *writer) (*keeper, error) {
	db, err := connect(path, "rw", 1, opts, "synchronous=FULL", "wal_autocheckpoint=0", "checkpoint_fullfsync=1")
	if err != nil {
		return nil, err
	}
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	k := &keeper{mu: mu, w: w, db: db, path: path, opts: opts, wake: make(chan struct{}, 1), quit: make(chan struct{})}
	k.done.Go(k.run)
	return k, nil
}

// wrote notes an append of a payload of n bytes.
func (k *keeper) wrote(n int) {
	if !k.appended.Load() {
		k.appended.Store(true)
	}
	if k.pending.Add(int64(n+frameBytes)) >= k.opts.CheckpointBytes {
		select {
		case k.wake <- struct{}{}:
		default:
		}
	}
}

// measure takes the size of the WAL for what is pending.
func (k *keeper) measure() {
	if info, err := os.Stat(k.path + "-wal"); err == nil {
		k.pending.Store(info.Size())
	}
}

func (k *keeper) run() {
	tick := time.NewTicker(k.opts.CheckpointIdle)
	defer tick.Stop()
	for {
		select {
		case <-k.quit:
			return
		case <-k.wake:
			if k.pending.Load() >= k.opts.CheckpointBytes {
				k.checkpoint()
			}
		case <-tick.C:
			if !k.appended.Swap(false) && k.pending.Load() > 0 {
				k.checkpoint()
			}
		}
	}
}

// checkpoint copies the whole WAL. An I/O error poisons the writer: nothing is
// lost, for what was not copied is durable in the WAL, but a disk that fails
// is not one to sell on.
func (k *keeper) checkpoint() {
	var left int64
	var err error
	for range 4 {
		if left, err = k.passive(); err != nil || left <= leftMax {
			break
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if err == nil {
		left, err = k.passive()
	}
	if err != nil {
		k.w.poison(err)
	}
	// What a reader kept from being copied must not wake the keeper at once.
	k.pending.Store(min(left*(pageSize+24), k.opts.CheckpointBytes/2))
}

// passive copies what it can without making anybody wait and returns the
// number of frames it left.
func (k *keeper) passive() (left int64, err error) {
	var busy, log, copied int64
	row := k.db.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)")
	if err := row.Scan(&busy, &log, &copied); err != nil {
		return 0, fmt.Errorf("checkpoint: %w", err)
	}
	return log - copied, nil
}

// stop ends the goroutine and, when truncate is set, empties the WAL. Readers
// in other processes can prevent that, which is no error.
func (k *keeper) stop(truncate bool) error {
	close(k.quit)
	k.done.Wait()
	var err error
	if truncate {
		var busy, log, copied int64
		row := k.db.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
		if err = row.Scan(&busy, &log, &copied); err != nil {
			err = fmt.Errorf("last checkpoint: %w", err)
		}
	}
	return errors.Join(err, k.db.Close())
}
