// Package retail is the business of points of sale. So far it holds the ticket
// code: what an anonymous ticket shows and whoever presents it is paid for.
package retail

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"hash"
	"strings"
	"sync"

	"opentote/event"
)

// Codes makes and reads ticket codes. A code is 28 characters in groups of four,
// as printed:
//
//	3F7K-9QXT-2M4V-H8ZC-W6PD-1RYJ-0NBE
//
// Its first 26 characters are 16 bytes in Crockford's base 32 (no I, L, O, U;
// case, spaces and hyphens do not matter; I and L read as 1, O as 0):
//
//	masked  [6]byte   pool (24 bits) and index (24 bits), masked by the tag
//	tag     [10]byte  HMAC-SHA256 of the bet's number under the system's key
//
// The last two characters are the first 26 as a number modulo 1021, in base
// 32: 1021 is prime and no power of 32 is near a multiple of it, so one wrong
// character or two swapped neighbours never pass.
//
// Guessing a code means guessing 80 bits. The number is masked so that codes
// tell nothing of how many tickets there are. A code only finds the ticket: what
// it is worth, and that it is paid once, is the ledger's business.
type Codes struct {
	macs sync.Pool // of hash.Hash under the key: to key one costs as much as to use it
}

const (
	alphabet   = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeBytes  = 16
	tagBytes   = 10
	codeChars  = 26
	textLength = 34 // with check characters and hyphens
	checkPrime = 1021
)

// NewCodes returns the codes of a system whose key is 32 secret bytes.
func NewCodes(key [32]byte) *Codes {
	c := new(Codes)
	c.macs.New = func() any { return hmac.New(sha256.New, key[:]) }
	return c
}

// ErrCode means that a text is not a ticket code: mistyped, or forged.
var ErrCode = errors.New("not a ticket code")

// tag is the proof that we issued a code for the bet.
func (c *Codes) tag(bet event.BetID) [tagBytes]byte {
	sum := c.mac(binary.BigEndian.AppendUint64([]byte("ticket 1"), uint64(bet)))
	return [tagBytes]byte(sum[:])
}

// mask hides the bet's number. It follows from the tag, so that whoever reads a
// code can take it off first.
func (c *Codes) mask(tag []byte) [6]byte {
	sum := c.mac(append([]byte("mask 1"), tag...))
	return [6]byte(sum[:])
}

func (c *Codes) mac(data []byte) (sum [sha256.Size]byte) {
	m := c.macs.Get().(hash.Hash)
	defer c.macs.Put(m)
	m.Reset()
	m.Write(data)
	m.Sum(sum[:0])
	return sum
}

// number packs a bet's number into six bytes. Pools and bets past 24 bits have
// no code.
func number(bet event.BetID) (n [6]byte, ok bool) {
	pool, index := bet.Pool(), bet.Index()
	if pool>>24 != 0 || index>>24 != 0 {
		return n, false
	}
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(pool)<<24|uint64(index))
	return [6]byte(b[2:]), true
}

// Code returns the ticket code of a bet. It is the same each time, so that a
// lost answer can be asked for again.
func (c *Codes) Code(bet event.BetID) (string, error) {
	n, ok := number(bet)
	if !ok {
		return "", errors.New("retail: no ticket codes left in this pool")
	}
	tag := c.tag(bet)
	mask := c.mask(tag[:])
	var raw [codeBytes]byte
	subtle.XORBytes(raw[:6], n[:], mask[:])
	copy(raw[6:], tag[:])
	return format(raw), nil
}

// Bet returns the bet whose code a text is. Anything else is ErrCode.
func (c *Codes) Bet(text string) (event.BetID, error) {
	raw, ok := parse(text)
	if !ok {
		return 0, ErrCode
	}
	mask := c.mask(raw[6:])
	var n [8]byte
	subtle.XORBytes(n[2:], raw[:6], mask[:])
	packed := binary.BigEndian.Uint64(n[:])
	bet := event.BetIn(event.PoolID(packed>>24), uint32(packed&0xFFFFFF))
	tag := c.tag(bet)
	if !hmac.Equal(tag[:], raw[6:]) {
		return 0, ErrCode
	}
	return bet, nil
}

// format writes a code with its check characters and hyphens. 16 bytes are 128
// bits; the first character carries only three of them.
func format(raw [codeBytes]byte) string {
	hi, lo := binary.BigEndian.Uint64(raw[:8]), binary.BigEndian.Uint64(raw[8:])
	var digits [codeChars + 2]byte
	for i := codeChars - 1; i >= 0; i-- {
		digits[i] = byte(lo & 31)
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	check := checkOf(digits[:codeChars])
	digits[codeChars], digits[codeChars+1] = byte(check>>5), byte(check&31)
	var out strings.Builder
	out.Grow(textLength)
	for i, d := range digits {
		if i > 0 && i%4 == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(alphabet[d])
	}
	return out.String()
}

func checkOf(digits []byte) int {
	n := 0
	for _, d := range digits {
		n = (n*32 + int(d)) % checkPrime
	}
	return n
}

// textMax bounds what is looked at: 28 characters with room for separators.
const textMax = 64

func parse(text string) (raw [codeBytes]byte, ok bool) {
	if len(text) > textMax {
		return raw, false
	}
	digits := make([]byte, 0, codeChars+2)
	for _, c := range []byte(strings.ToUpper(text)) {
		if c == '-' || c == ' ' {
			continue
		}
		d := strings.IndexByte(alphabet, readAs(c))
		if d < 0 || len(digits) == codeChars+2 {
			return raw, false
		}
		digits = append(digits, byte(d))
	}
	if len(digits) != codeChars+2 || digits[0] > 7 {
		return raw, false
	}
	if int(digits[codeChars])<<5|int(digits[codeChars+1]) != checkOf(digits[:codeChars]) {
		return raw, false
	}
	var hi, lo uint64
	for _, d := range digits[:codeChars] {
		hi = hi<<5 | lo>>59
		lo = lo<<5 | uint64(d)
	}
	binary.BigEndian.PutUint64(raw[:8], hi)
	binary.BigEndian.PutUint64(raw[8:], lo)
	return raw, true
}

// readAs maps the letters people take for digits.
func readAs(c byte) byte {
	switch c {
	case 'I', 'L':
		return '1'
	case 'O':
		return '0'
	}
	return c
}
