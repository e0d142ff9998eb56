// Package file keeps a journal in a folder of plain files: the bare minimum
// under the contract. It is the upper bound of the benchmark, the format of
// exports, and the journal whose disk a test can make crash.
//
// # Files
//
//	head             the epoch in force; replaced by rename
//	0000000001.seg   segments of the journal, all but the last one full
//	spare-7          the next segment, being written with zeros by the leader of epoch 7
//	lock             empty; flock'ed during every change
//
// Integers are big-endian, checksums CRC-32C.
//
//	head             0  "OTHEAD1\n"
//	                 8  epoch u64
//	                16  last u64      } the end when it was written, by Lead or Close: everything
//	                24  hash [32]     } up to here must be found, or the journal is corrupt
//	                56  crc u32 of bytes 0 to 56 | 0 u32
//
//	segment          0  "OTJRNL1\n"
//	                 8  index u64
//	                16  size u64      of the file
//	                24  crc u32 of bytes 0 to 24 | 0 u32
//	                32  frames, then zeros
//
//	frame            0  "OTFR"        0 where there is no frame yet
//	                 4  crc u32       of bytes 8 to 104
//	                 8  crc u32       of the payload
//	                12  length u32    of the payload
//	                16  count u32 | 0 u32
//	                24  first u64
//	                32  epoch u64
//	                40  prev [32]
//	                72  hash [32]     of the row
//	               104  payload, zeros to a multiple of 8
//
// # System calls
//
//	Append           flock(lock, LOCK_EX|LOCK_NB)
//	                 open, fstat, pread, close(head)   the fence
//	                 pwrite(segment, frame)            one call
//	                 fdatasync(segment)
//	                 flock(lock, LOCK_UN)
//	next segment     open(spare, O_CREAT|O_EXCL), pwrite zeros and header, fdatasync: beside the appends
//	                 rename(spare, segment), fsync(folder): when the last one is full
//	Lead             flock, scan the last segment, repair, fdatasync,
//	                 open(head.tmp, O_CREAT|O_EXCL), pwrite, fdatasync, close, rename(head.tmp, head), fsync(folder)
//
// Segments are written with zeros before use because overwriting a file costs
// half of growing one: no size and no extent changes, so that fdatasync need
// not commit the file system's own journal.
//
// # Torn tail
//
// A crash can leave any of the sectors (512 bytes) of the last frame written
// and any as they were, zero. That frame was not acknowledged; Open and Lead
// overwrite it with zeros. A frame that is bad although all of its sectors
// were written, or that anything follows, is corruption and nothing is
// changed. What this cannot tell apart: a sector of zeros inside the payload of
// the very last frame from one not written, when another byte of that frame
// rotted; after Close the head file tells.
package file

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"opentote/event"
	"opentote/journal"
	"opentote/journal/tail"
)

// Options tune a journal. The zero value is right for production.
type Options struct {
	// SegmentBytes is the size of the segments made from now on. Default
	// 64 MiB, at least 512 KiB.
	SegmentBytes int64
}

// Journal is a journal in a folder. Reads by the leader's handle never wait for
// its appends.
type Journal struct {
	fs   FS
	opts Options
	tail *tail.Tail
	end  atomic.Pointer[end] // the newest known end; what it points to does not change

	mu     sync.Mutex  // held by Append, Lead and whoever looks for what others appended
	lock   Lock        // guarded by mu
	led    event.Epoch // guarded by mu; of this handle's last Lead, 0 before
	broken error       // guarded by mu; why no more writes are accepted
	active File        // guarded by mu; the last segment, nil before it is known
	spare  chan spare  // guarded by mu; receives the next segment, nil when none is being made
	buf    []byte      // guarded by mu; the frame being written

	closeOnce sync.Once
	closeErr  error         // written in closeOnce
	closed    chan struct{} // closed when Close begins
}

// end is where the journal ends and how to find what is before.
type end struct {
	head  journal.Head
	led   event.Epoch // of the handle when it knew this
	seg   uint64      // index of the last segment
	size  int64       // of the last segment's file
	off   int64       // where the next frame goes
	marks []mark      // in order; append-only, shared between ends
}

// mark is the position of a row: one at the start of every segment, and one
// every markBytes of what this handle scanned or appended.
type mark struct {
	first event.Seq
	seg   uint64
	off   int64
}

const markBytes = 256 << 10

var _ journal.Journal = (*Journal)(nil)

// Open opens the journal in the folder at path and creates it, mode 0600 and
// durably, when the folder is empty or only its last element is missing. A
// folder of other files is an error and stays as it is. A torn tail is
// repaired. The journal may be open in several processes.
func Open(ctx context.Context, path string, opts Options) (*Journal, error) {
	dir, err := openFolder(path)
	if err != nil {
		return nil, fmt.Errorf("journal/file: open %s: %w", path, err)
	}
	j, err := OpenFS(ctx, dir, opts)
	if err != nil {
		return nil, fmt.Errorf("journal/file: open %s: %w", path, err)
	}
	return j, nil
}

// OpenFS is Open on any FS.
func OpenFS(ctx context.Context, fs FS, opts Options) (*Journal, error) {
	if opts.SegmentBytes == 0 {
		opts.SegmentBytes = 64 << 20
	}
	opts.SegmentBytes = max(opts.SegmentBytes, 512<<10) / sectorBytes * sectorBytes
	j := &Journal{fs: fs, opts: opts, tail: tail.New(), closed: make(chan struct{})}
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.open(ctx)
	if err != nil {
		return nil, errors.Join(err, j.release())
	}
	return j, nil
}

func (j *Journal) open(ctx context.Context) (err error) {
	names, err := j.fs.Names()
	if err != nil {
		return err
	}
	if err := checkNames(names); err != nil {
		return err
	}
	if j.lock, err = j.fs.NewLock(); err != nil {
		return err
	}
	return j.locked(ctx, Exclusive, func() error {
		if err := j.create(); err != nil {
			return err
		}
		if err := j.load(); err != nil {
			return err
		}
		return j.catchUp(repair)
	})
}

// locked runs f while the lock of the folder is held. It waits for it as long
// as ctx lasts. mu is held.
func (j *Journal) locked(ctx context.Context, mode LockMode, f func() error) (err error) {
	ok, err := j.lock.Try(mode)
	if err == nil && !ok {
		ok, err = j.waitLock(ctx, mode)
	}
	if err != nil || !ok {
		return fmt.Errorf("lock: %w", err)
	}
	defer func() {
		if unlockErr := j.lock.Unlock(); unlockErr != nil {
			err = errors.Join(err, fmt.Errorf("unlock: %w", unlockErr))
		}
	}()
	return f()
}

func (j *Journal) waitLock(ctx context.Context, mode LockMode) (bool, error) {
	tick := time.NewTicker(200 * time.Microsecond) // two syncs
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-j.closed:
			return false, os.ErrClosed
		case <-tick.C:
		}
		if ok, err := j.lock.Try(mode); ok || err != nil {
			return ok, err
		}
	}
}

// Head implements journal.Reader.
func (j *Journal) Head(ctx context.Context) (journal.Head, error) {
	e, err := j.current(ctx)
	if err != nil {
		return journal.Head{}, fmt.Errorf("journal/file: read head: %w", err)
	}
	return e.head, nil
}

// Wait implements journal.Reader. It returns at once when this handle
// appends, and within tail.PollInterval when another does.
func (j *Journal) Wait(ctx context.Context, last event.Seq) error {
	err := j.usable(ctx)
	if err == nil {
		err = j.tail.Wait(ctx, last, func(ctx context.Context) (event.Seq, error) {
			e, err := j.current(ctx)
			if err != nil {
				return 0, err
			}
			return e.head.Last, nil
		})
	}
	if err != nil {
		return fmt.Errorf("journal/file: wait for event %d: %w", last+1, err)
	}
	return nil
}

// current returns the durable end of the journal. While this handle leads that
// is what it appended; otherwise it looks.
func (j *Journal) current(ctx context.Context) (*end, error) {
	if err := j.usable(ctx); err != nil {
		return nil, err
	}
	e := j.end.Load()
	head, err := readHead(j.fs)
	if err != nil {
		return nil, err
	}
	if e.led != 0 && e.led == head.Epoch {
		return e, nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.usable(ctx); err != nil { // it may have waited for a Close
		return nil, err
	}
	if err := j.locked(ctx, Shared, func() error { return j.catchUp(look) }); err != nil {
		return nil, err
	}
	return j.end.Load(), nil
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

// Close implements journal.Journal. It waits for the append in flight; the
// leader also records the end in the head file.
func (j *Journal) Close() error {
	j.closeOnce.Do(func() {
		close(j.closed)
		j.tail.Close()
		j.mu.Lock()
		defer j.mu.Unlock()
		if err := errors.Join(j.recordEnd(), j.release()); err != nil {
			j.closeErr = fmt.Errorf("journal/file: close: %w", err)
		}
	})
	return j.closeErr
}

// recordEnd writes the end to the head file if this handle still leads.
func (j *Journal) recordEnd() error {
	if j.led == 0 || j.broken != nil {
		return nil
	}
	if ok, err := j.lock.Try(Exclusive); !ok || err != nil {
		return err // another handle is in the middle of something: it leads or will
	}
	head, err := readHead(j.fs)
	if e := j.end.Load(); err == nil && head.Epoch == j.led && e.head != head {
		err = writeHead(j.fs, e.head)
	}
	return errors.Join(err, j.lock.Unlock())
}

// release closes what is open. mu is held.
func (j *Journal) release() error {
	var errs []error
	if j.spare != nil {
		s := <-j.spare
		j.spare = nil
		errs = append(errs, s.discard(j.fs))
	}
	if j.active != nil {
		errs = append(errs, j.active.Close())
		j.active = nil
	}
	if j.lock != nil {
		errs = append(errs, j.lock.Close())
	}
	return errors.Join(errs...)
}
