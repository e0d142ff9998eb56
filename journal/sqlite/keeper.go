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
// keeper does it on its own connection, in two steps:
//
//	copy      PASSIVE beside the appends, every Options.CheckpointBytes
//	restart   PASSIVE with Journal.mu held, once the WAL passed
//	          Options.WALBytes, or when nothing was appended for a while:
//	          nothing is left to copy, so the next append starts the WAL again
//
// Without the second step a writer that never rests would never find the WAL
// wholly copied, and it would grow without bound. It makes one append wait for
// the sync of what was appended during the copy, 1 to 4 ms here, so it is
// rarer than the copies, by which the most is done already. A reader in the
// middle of a chunk can prevent the restart; the next one gets it.
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
			k.copy()
		case <-tick.C:
			if !k.appended.Swap(false) && k.pending.Load() > 0 {
				k.restart()
			}
		}
	}
}

// copy copies what is in the WAL beside the appends, and restarts the WAL when
// it is large.
func (k *keeper) copy() {
	pending := k.pending.Load()
	if pending < k.opts.CheckpointBytes {
		return
	}
	bytes, _, err := k.passive()
	if err != nil || bytes >= k.opts.WALBytes {
		k.restart()
		return
	}
	k.pending.Add(-pending)
}

// restart copies the rest while nobody appends. An I/O error poisons the
// writer: nothing is lost, for what was not copied is durable in the WAL, but a
// disk that fails is not one to sell on.
func (k *keeper) restart() {
	k.mu.Lock()
	defer k.mu.Unlock()
	_, left, err := k.passive()
	if err != nil {
		k.w.poison(err)
	}
	// What a reader kept from being copied must not wake the keeper at once.
	k.pending.Store(min(left, k.opts.CheckpointBytes/2))
}

// passive copies what it can without making anybody wait. It returns how much
// of the WAL was in use when it began and how much of that it left.
func (k *keeper) passive() (used, left int64, err error) {
	var busy, log, copied int64
	row := k.db.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)")
	if err := row.Scan(&busy, &log, &copied); err != nil {
		return 0, 0, fmt.Errorf("checkpoint: %w", err)
	}
	return log * (pageSize + 24), (log - copied) * (pageSize + 24), nil
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
