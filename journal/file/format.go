package file

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"opentote/event"
	"opentote/journal"
)

// Sizes and names of the format; the package comment draws it.
const (
	segmentHeader = 32
	frameHeader   = 104
	frameMax      = frameHeader + event.PayloadMax
	headBytes     = 64
	align         = 8
	sectorBytes   = 512 // what a disk writes wholly or not at all

	headName    = "head"
	headTemp    = "head.tmp"
	sparePrefix = "spare-"

	segmentMagic = "OTJRNL1\n"
	headMagic    = "OTHEAD1\n"
	frameMagic   = 0x4f544652 // "OTFR"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func segmentName(index uint64) string { return fmt.Sprintf("%010d.seg", index) }

// segmentIndex is the inverse of segmentName.
func segmentIndex(name string) (uint64, bool) {
	var index uint64
	_, err := fmt.Sscanf(name, "%d.seg", &index)
	return index, err == nil && index > 0 && name == segmentName(index)
}

// frameSize returns how many bytes a payload of n bytes takes in a segment.
func frameSize(n int) int64 { return (frameHeader + int64(n) + align - 1) / align * align }

func encodeSegmentHeader(index uint64, size int64) []byte {
	b := append(make([]byte, 0, segmentHeader), segmentMagic...)
	b = binary.BigEndian.AppendUint64(b, index)
	b = binary.BigEndian.AppendUint64(b, uint64(size))
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	return append(b, 0, 0, 0, 0)
}

// decodeSegmentHeader returns the size in the header of segment index.
func decodeSegmentHeader(b []byte, index uint64) (int64, error) {
	size := int64(binary.BigEndian.Uint64(b[16:]))
	if size < 0 || string(b) != string(encodeSegmentHeader(index, size)) {
		return 0, fmt.Errorf("%s is not the journal's segment %d", segmentName(index), index)
	}
	return size, nil
}

func encodeHead(h journal.Head) []byte {
	b := append(make([]byte, 0, headBytes), headMagic...)
	b = binary.BigEndian.AppendUint64(b, uint64(h.Epoch))
	b = binary.BigEndian.AppendUint64(b, uint64(h.Last))
	b = append(b, h.Hash[:]...)
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	return append(b, 0, 0, 0, 0)
}

func decodeHead(b []byte) (journal.Head, error) {
	if len(b) != headBytes || string(b[:8]) != headMagic {
		return journal.Head{}, errors.New("not a journal: head is another file")
	}
	h := journal.Head{
		Epoch: event.Epoch(binary.BigEndian.Uint64(b[8:])),
		Last:  event.Seq(binary.BigEndian.Uint64(b[16:])),
		Hash:  event.Hash(b[24:56]),
	}
	if string(b) != string(encodeHead(h)) {
		return journal.Head{}, errors.New("head: checksum differs")
	}
	return h, nil
}

// appendFrame appends the frame of row to b.
func appendFrame(b []byte, row *event.Row) []byte {
	start := len(b)
	b = append(b, make([]byte, 8)...)
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(row.Payload, castagnoli))
	b = binary.BigEndian.AppendUint32(b, uint32(len(row.Payload)))
	b = binary.BigEndian.AppendUint32(b, row.Count)
	b = append(b, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint64(b, uint64(row.First))
	b = binary.BigEndian.AppendUint64(b, uint64(row.Epoch))
	b = append(b, row.Prev[:]...)
	b = append(b, row.Hash[:]...)
	binary.BigEndian.PutUint32(b[start:], frameMagic)
	binary.BigEndian.PutUint32(b[start+4:], crc32.Checksum(b[start+8:], castagnoli))
	b = append(b, row.Payload...)
	return append(b, make([]byte, int(frameSize(len(row.Payload)))-(len(b)-start))...)
}

var (
	errNoFrame    = errors.New("no frame") // the frame's first bytes are as pre-written, or there is no room
	errBadHeader  = errors.New("checksum of the header differs")
	errBadPayload = errors.New("checksum of the payload differs")
)

// readFrame reads the frame at off into row, with a payload of its own, and
// returns its size. limit is the size of the segment. It returns errNoFrame,
// errBadHeader, or errBadPayload, then with a row that lacks only the payload,
// or an error of the disk.
func readFrame(f io.ReaderAt, off, limit int64, row *event.Row) (int64, error) {
	var b [frameHeader]byte
	if off+frameHeader > limit {
		return 0, errNoFrame
	}
	if _, err := f.ReadAt(b[:], off); err != nil {
		return 0, err
	}
	magic, length := binary.BigEndian.Uint32(b[0:]), binary.BigEndian.Uint32(b[12:])
	if magic == 0 {
		return 0, errNoFrame
	}
	if magic != frameMagic || binary.BigEndian.Uint32(b[4:]) != crc32.Checksum(b[8:], castagnoli) ||
		length > event.PayloadMax || off+frameSize(int(length)) > limit {
		return 0, errBadHeader
	}
	*row = event.Row{
		Count:   binary.BigEndian.Uint32(b[16:]),
		First:   event.Seq(binary.BigEndian.Uint64(b[24:])),
		Epoch:   event.Epoch(binary.BigEndian.Uint64(b[32:])),
		Prev:    event.Hash(b[40:72]),
		Hash:    event.Hash(b[72:104]),
		Payload: make([]byte, length),
	}
	if _, err := f.ReadAt(row.Payload, off+frameHeader); err != nil {
		return 0, err
	}
	if binary.BigEndian.Uint32(b[8:]) != crc32.Checksum(row.Payload, castagnoli) {
		return 0, errBadPayload
	}
	return frameSize(int(length)), nil
}
