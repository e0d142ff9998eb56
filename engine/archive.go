package engine

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"opentote/event"
	"opentote/tote"
)

// archive writes or reads a state. As with events, each part of the state names
// its fields once, and the archive's direction decides. What it writes is
// canonical: equal states give equal bytes.
type archive struct {
	w   io.Writer // writing
	r   io.Reader // reading
	buf []byte    // writing: not yet in w; reading: of r, from off on not yet taken
	off int
	err error // the first
}

// archiveBuffer is how many bytes are written and read at a time.
const archiveBuffer = 256 << 10

func archiveTo(w io.Writer) *archive {
	return &archive{w: w, buf: make([]byte, 0, archiveBuffer+binary.MaxVarintLen64)}
}

func archiveFrom(r io.Reader) *archive { return &archive{r: r} }

func (a *archive) reading() bool { return a.r != nil }

// flush writes what is in the buffer.
func (a *archive) flush() {
	if a.err == nil {
		_, a.err = a.w.Write(a.buf)
	}
	a.buf = a.buf[:0]
}

// fill reads on until n bytes can be taken, or as many as there are.
func (a *archive) fill(n int) {
	if a.buf == nil {
		a.buf = make([]byte, 0, archiveBuffer)
	}
	a.buf = a.buf[:copy(a.buf[:cap(a.buf)], a.buf[a.off:])]
	a.off = 0
	for len(a.buf) < n && a.err == nil {
		m, err := a.r.Read(a.buf[len(a.buf):cap(a.buf)])
		a.buf = a.buf[:len(a.buf)+m]
		if err != nil {
			if err != io.EOF {
				a.err = err
			}
			return
		}
	}
}

type archivable interface {
	~uint8 | ~uint32 | ~uint64 | ~int64
}

func put[T archivable](a *archive, p *T) {
	if a.err != nil {
		return
	}
	if !a.reading() {
		if a.buf = binary.AppendUvarint(a.buf, uint64(*p)); len(a.buf) >= archiveBuffer {
			a.flush()
		}
		return
	}
	if a.off < len(a.buf) && a.buf[a.off] < 0x80 { // most of a row
		*p = T(a.buf[a.off])
		a.off++
		return
	}
	if len(a.buf)-a.off < binary.MaxVarintLen64 {
		a.fill(binary.MaxVarintLen64)
	}
	n, size := binary.Uvarint(a.buf[a.off:])
	switch *p = T(n); {
	case size == 0:
		a.err = io.ErrUnexpectedEOF
	case size < 0 || uint64(*p) != n:
		a.err = errors.New("number out of range")
	default:
		a.off += size
	}
}

func putBool(a *archive, p *bool) {
	var n uint8
	if *p {
		n = 1
	}
	put(a, &n)
	*p = n != 0
}

func putText[T ~string](a *archive, p *T) {
	b := []byte(*p)
	putList(a, &b, func(a *archive, c *byte) { put(a, c) })
	*p = T(b)
}

// raw archives bytes as they are, at most archiveBuffer of them.
func (a *archive) raw(b []byte) {
	if a.err != nil {
		return
	}
	if !a.reading() {
		if a.buf = append(a.buf, b...); len(a.buf) >= archiveBuffer {
			a.flush()
		}
		return
	}
	if len(a.buf)-a.off < len(b) {
		if a.fill(len(b)); a.err == nil && len(a.buf) < len(b) {
			a.err = io.ErrUnexpectedEOF
		}
	}
	a.off += copy(b, a.buf[a.off:])
}

// putSmall archives a few small numbers, of which the last are mostly zero.
func putSmall[T ~uint8](a *archive, list []T) {
	n := uint8(len(list))
	if !a.reading() {
		for n > 0 && list[n-1] == 0 {
			n--
		}
	}
	put(a, &n)
	if int(n) > len(list) {
		if a.err == nil {
			a.err = errors.New("list too long")
		}
		return
	}
	for i := range list[:n] {
		put(a, &list[i])
	}
}

// putList archives a list. Reading grows it item by item, so that a damaged
// length cannot ask for more memory than the archive has bytes.
func putList[T any](a *archive, p *[]T, item func(*archive, *T)) {
	n := uint64(len(*p))
	put(a, &n)
	if !a.reading() {
		for i := range *p {
			item(a, &(*p)[i])
		}
		return
	}
	*p = nil
	for ; n > 0 && a.err == nil; n-- {
		var t T
		item(a, &t)
		*p = append(*p, t)
	}
}

// archive names everything that is in the state: what is changed in place
// first, then the columns, which may be read while the writer goes on.
func (s *State) archive(a *archive) {
	s.archiveHead(a)
	for _, p := range s.pools {
		p.bets.archive(a)
	}
	reports := s.reportsNow()
	reports.archive(a, s)
	s.keys.archive(a)
}

func (s *State) archiveHead(a *archive) {
	put(a, &s.last)
	put(a, &s.at)
	for i := range s.ledger {
		put(a, &s.ledger[i])
	}
	for _, f := range []*funds{&s.funds, &s.jackpots, &s.loans} {
		putList(a, (*[]fund)(f), func(a *archive, f *fund) {
			putText(a, &f.bet)
			put(a, &f.money)
		})
	}
	putList(a, &s.accounts, func(a *archive, x *account) { put(a, &x.balance) })
	putList(a, &s.tills, func(a *archive, t *till) { put(a, &t.cash) })
	putList(a, &s.races, func(a *archive, r **race) {
		if a.reading() {
			*r = new(race)
		}
		s.archiveRace(a, *r)
	})
	put(a, &s.keys.since)
}

func (s *State) archiveRace(a *archive, r *race) {
	put(a, &r.id)
	put(a, &r.status)
	putBool(a, &r.cancelled)
	put(a, &r.start)
	put(a, &r.deadline)
	put(a, &r.declared)
	put(a, &r.nonRunners)
	putList(a, &r.stables, put[tote.HorseSet])
	putList(a, &r.arrival, func(a *archive, place *[]tote.Horse) { putList(a, place, put[tote.Horse]) })
	putText(a, &r.enteredBy)
	put(a, &r.stoppedAt)
	putBool(a, &r.detached)
	putList(a, &r.pools, func(a *archive, p **pool) {
		var terms event.PoolDeclared
		if !a.reading() {
			terms = (*p).terms
		}
		archiveTerms(a, &terms)
		if a.err != nil {
			return
		}
		if a.reading() {
			if int(terms.Pool) != len(s.pools)+1 {
				a.err = fmt.Errorf("pool %d out of order", terms.Pool)
				return
			}
			*p = newPool(r, terms)
			s.pools = append(s.pools, *p)
		}
		(*p).archive(a)
	})
	if a.reading() && a.err == nil {
		r.link()
		s.raceByID[r.id] = r
	}
}

func archiveTerms(a *archive, d *event.PoolDeclared) {
	put(a, &d.Pool)
	putText(a, &d.Bet)
	putText(a, &d.Rulebook)
	put(a, &d.BaseStake)
	put(a, &d.MaxStake)
	putList(a, &d.Flexi, put[uint8])
	putBool(a, &d.Complement)
	putBool(a, &d.Spot)
	putBool(a, &d.Report)
	putList(a, &d.Jackpot, func(a *archive, s *tote.Slot) {
		put(a, &s.Tenths)
		put(a, &s.Slots)
	})
}

func (p *pool) archive(a *archive) {
	put(a, &p.stakes)
	put(a, &p.added)
	put(a, &p.sent)
	put(a, &p.received)
	putBool(a, &p.joined)
	put(a, &p.level)
	put(a, &p.balance)
	put(a, &p.cancelled)
	put(a, &p.purged)
	put(a, &p.purgedStakes)
	put(a, &p.settled)
	put(a, &p.won)
	put(a, &p.refunded)
	put(a, &p.paid)
	for i := range p.backing {
		put(a, &p.backing[i])
	}
	putList(a, &p.extras, func(a *archive, x *extra) {
		put(a, &x.index)
		put(a, &x.drawn)
		a.raw(x.seed[:])
		put(a, &x.service)
		a.raw(x.multipliers[:])
		put(a, &x.owed)
		put(a, &x.report)
	})
	p.side.archive(a)
	p.hosted.archive(a)
	putList(a, &p.shares, func(a *archive, x *share) {
		put(a, &x.index)
		put(a, &x.money)
	})
	declared := p.declared != nil
	putBool(a, &declared)
	if declared {
		if a.reading() {
			p.declared = &event.DividendsDeclared{Pool: p.id}
		}
		archiveDividends(a, p.declared)
	}
}

func (c *columns) archive(a *archive) {
	n := c.len()
	put(a, &n)
	for i := uint32(0); i < n && a.err == nil; i++ {
		if a.reading() {
			var b row
			archiveRow(a, &b)
			c.add(b)
			continue
		}
		archiveRow(a, c.at(i))
	}
}

func (s *side) archive(a *archive) {
	putBool(a, &s.declared)
	for _, m := range []*tote.Money{&s.stakes, &s.refunds, &s.income, &s.takeout, &s.winnings, &s.won, &s.refunded, &s.paid} {
		put(a, m)
	}
}

func archiveDividends(a *archive, d *event.DividendsDeclared) {
	putText(a, &d.Procedure)
	putText(a, &d.Reason)
	putList(a, &d.Lines, func(a *archive, l *event.DividendLine) {
		putText(a, &l.Rank)
		putText(a, &l.Combination)
		put(a, &l.Dividend)
		put(a, &l.Stakes)
	})
	put(a, &d.Refunds)
	put(a, &d.Winnings)
	put(a, &d.Takeout)
	put(a, &d.Progressive)
	put(a, &d.Breakage)
	put(a, &d.Booster)
	putText(a, &d.Staff)
	put(a, &d.TopUp)
	a.raw(d.Second[:])
}

func archiveRow(a *archive, b *row) {
	archivePattern(a, &b.pattern)
	put(a, &b.owner)
	put(a, &b.unit)
	put(a, &b.at)
	put(a, &b.won)
	put(a, &b.refunded)
	put(a, &b.units)
	put(a, &b.state)
}

func archivePattern(a *archive, p *tote.Pattern) {
	put(a, &p.Formula)
	put(a, &p.Flags)
	put(a, &p.Variant)
	put(a, &p.Complement)
	putSmall(a, p.Sizes[:])
	putSmall(a, p.Horses[:])
	put(a, &p.Field)
}

// Hash returns a digest of the whole state: equal states have equal hashes.
func (s *State) Hash() event.Hash {
	sum := sha256.New()
	a := archiveTo(sum)
	s.archive(a)
	if a.flush(); a.err != nil {
		panic(a.err) // hashing does not fail
	}
	var h event.Hash
	sum.Sum(h[:0])
	return h
}
