package file

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
)

// disk is an FS in memory that can crash. What was synced survives; of what was
// not, each sector survives or not by the toss of a coin, and of the changes
// of names some first ones do.
type disk struct {
	mu      sync.Mutex
	names   map[string]*inode
	durable map[string]*inode // names as of the last Sync
	log     []func(map[string]*inode)
	locks   map[*memLock]LockMode

	ops    int // changes so far
	failAt int // the number of the change that fails, and all after it; 0 for none
	how    fault
}

// fault is what becomes of the change that fails.
type fault int

const (
	faultBefore fault = iota // nothing was done
	faultAfter               // all was done
	faultTorn                // some sectors were written, else as faultAfter
)

var errDisk = errors.New("disk is gone")

type inode struct {
	data    []byte
	durable []byte // as of the last Sync
	dirty   map[int64]bool
}

func newDisk() *disk {
	return &disk{names: map[string]*inode{}, durable: map[string]*inode{}, locks: map[*memLock]LockMode{}}
}

// crash returns the disk as it is found after a power cut now.
func (d *disk) crash(rnd *rand.Rand) *disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	after := newDisk()
	names := maps.Clone(d.durable)
	for _, change := range d.log[:rnd.IntN(len(d.log)+1)] {
		change(names)
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		n := names[name]
		data := slices.Clone(n.durable)
		for _, sector := range slices.Sorted(maps.Keys(n.dirty)) {
			if rnd.IntN(2) == 0 {
				continue
			}
			from, to := sector*sectorBytes, min((sector+1)*sectorBytes, int64(len(n.data)))
			if grow := int(to) - len(data); grow > 0 {
				data = append(data, make([]byte, grow)...)
			}
			copy(data[from:to], n.data[from:to])
		}
		after.names[name] = &inode{data: data, durable: slices.Clone(data), dirty: map[int64]bool{}}
	}
	after.durable = maps.Clone(after.names)
	return after
}

// change runs f, a change of the disk, unless it is the one to fail. torn, when
// not nil, does a part of f.
func (d *disk) change(f, torn func()) error {
	d.ops++
	if d.failAt == 0 || d.ops < d.failAt {
		f()
		return nil
	}
	if d.ops == d.failAt {
		switch {
		case d.how == faultTorn && torn != nil:
			torn()
		case d.how != faultBefore:
			f()
		}
	}
	return fmt.Errorf("change %d: %w", d.ops, errDisk)
}

func (d *disk) rename(f func(map[string]*inode)) error {
	return d.change(func() {
		f(d.names)
		d.log = append(d.log, f)
	}, nil)
}

func (d *disk) Names() ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(maps.Keys(d.names)), nil
}

func (d *disk) Create(name string) (File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.names[name] != nil {
		return nil, fs.ErrExist
	}
	n := &inode{dirty: map[int64]bool{}}
	if err := d.rename(func(m map[string]*inode) { m[name] = n }); err != nil {
		return nil, err
	}
	return &memFile{d, n}, nil
}

func (d *disk) Open(name string) (File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.names[name] == nil {
		return nil, fs.ErrNotExist
	}
	return &memFile{d, d.names[name]}, nil
}

func (d *disk) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.names[from]
	if n == nil {
		return fs.ErrNotExist
	}
	return d.rename(func(m map[string]*inode) {
		m[to] = n
		delete(m, from)
	})
}

func (d *disk) Remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.names[name] == nil {
		return fs.ErrNotExist
	}
	return d.rename(func(m map[string]*inode) { delete(m, name) })
}

func (d *disk) Sync() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.change(func() { d.durable, d.log = maps.Clone(d.names), nil }, nil)
}

func (d *disk) NewLock() (Lock, error) { return &memLock{d}, nil }

type memLock struct{ d *disk }

func (l *memLock) Try(mode LockMode) (bool, error) {
	l.d.mu.Lock()
	defer l.d.mu.Unlock()
	for other, has := range l.d.locks {
		if other != l && (mode == Exclusive || has == Exclusive) {
			return false, nil
		}
	}
	l.d.locks[l] = mode
	return true, nil
}

func (l *memLock) Unlock() error {
	l.d.mu.Lock()
	defer l.d.mu.Unlock()
	delete(l.d.locks, l)
	return nil
}

func (l *memLock) Close() error { return l.Unlock() }

type memFile struct {
	d *disk
	n *inode
}

func (f *memFile) ReadAt(b []byte, off int64) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if len(b) > 0 && off >= int64(len(f.n.data)) {
		return 0, io.EOF
	}
	n := copy(b, f.n.data[off:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (f *memFile) WriteAt(b []byte, off int64) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	all := func() { f.n.write(b, off) }
	torn := func() {
		rnd := rand.New(rand.NewPCG(uint64(f.d.ops), uint64(off)))
		for len(b) > 0 {
			n := min(int64(len(b)), sectorBytes-off%sectorBytes)
			if rnd.IntN(2) == 0 {
				f.n.write(b[:n], off)
			}
			b, off = b[n:], off+n
		}
	}
	n := len(b)
	return n, f.d.change(all, torn)
}

func (n *inode) write(b []byte, off int64) {
	if grow := int(off) + len(b) - len(n.data); grow > 0 {
		n.data = append(n.data, make([]byte, grow)...)
	}
	copy(n.data[off:], b)
	for s := off / sectorBytes; s*sectorBytes < off+int64(len(b)); s++ {
		n.dirty[s] = true
	}
}

func (f *memFile) Sync() error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	return f.d.change(func() {
		n := f.n
		if grow := len(n.data) - len(n.durable); grow > 0 {
			n.durable = append(n.durable, make([]byte, grow)...)
		}
		for s := range n.dirty {
			from, to := s*sectorBytes, min((s+1)*sectorBytes, int64(len(n.data)))
			copy(n.durable[from:to], n.data[from:to])
		}
		clear(n.dirty)
	}, nil)
}

func (f *memFile) Size() (int64, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	return int64(len(f.n.data)), nil
}

func (f *memFile) Close() error { return nil }
