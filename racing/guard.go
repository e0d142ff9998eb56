package racing

import (
	"fmt"
	"io"
	"unicode/utf8"
)

// The limits of one file. The largest real one has 3 MB in 300,000 tokens, a
// nesting of 9 and strings of 1,201 characters.
const (
	fileMaxBytes   = 64 << 20 // decompressed
	stringMaxBytes = 64 << 10
	bareMaxBytes   = 64 // a number or a literal
	blankMaxBytes  = 64 << 10
	nestingMax     = 32

	betCodeMaxBytes = 40
	notesMax        = 200  // different warnings
	unknownMax      = 1000 // unknown fields of one object
	tokensMax       = 4_000_000
)

// guard checks the bytes of a JSON text on their way to the decoder, which
// keeps a whole token in memory before it looks at it: a string of a gigabyte
// or a gzip bomb must be stopped before. It also refuses invalid UTF-8, which
// the decoder would silently replace.
type guard struct {
	r      io.Reader
	offset int64 // of the next byte
	err    error

	inString, escaped bool
	depth             int
	run               int     // bytes of the current string, bare token or blank
	blank             bool    // the current run is blank
	rune              [4]byte // bytes of a character split over two reads
	runeBytes         int
}

// guardError is a refusal by the guard.
type guardError struct {
	offset int64
	text   string
}

func (e *guardError) Error() string { return fmt.Sprintf("byte %d: %s", e.offset, e.text) }

func (g *guard) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	n, err := g.r.Read(p)
	for i := range n {
		if text := g.check(p[i]); text != "" {
			g.err = &guardError{g.offset, text}
			return i, g.err
		}
		g.offset++
	}
	if err == io.EOF && g.runeBytes > 0 {
		err = &guardError{g.offset, "invalid UTF-8"}
	}
	g.err = err
	return n, err
}

// check takes in one byte and returns what is wrong, or nothing.
func (g *guard) check(b byte) string {
	if g.offset >= fileMaxBytes {
		return fmt.Sprintf("larger than %d bytes once decompressed", fileMaxBytes)
	}
	if b >= utf8.RuneSelf || g.runeBytes > 0 {
		if !g.checkRune(b) {
			return "invalid UTF-8"
		}
	}
	if g.inString {
		return g.checkString(b)
	}
	return g.checkBare(b)
}

func (g *guard) checkRune(b byte) bool {
	g.rune[g.runeBytes] = b
	g.runeBytes++
	if !utf8.FullRune(g.rune[:g.runeBytes]) {
		return true
	}
	r, size := utf8.DecodeRune(g.rune[:g.runeBytes])
	valid := size == g.runeBytes && (r != utf8.RuneError || size > 1)
	g.runeBytes = 0
	return valid
}

func (g *guard) checkString(b byte) string {
	switch {
	case g.escaped:
		g.escaped = false
	case b == '\\':
		g.escaped = true
	case b == '"':
		g.inString, g.run = false, 0
		return ""
	}
	if g.run++; g.run > stringMaxBytes {
		return fmt.Sprintf("string longer than %d bytes", stringMaxBytes)
	}
	return ""
}

func (g *guard) checkBare(b byte) string {
	switch b {
	case '"':
		g.inString, g.run = true, 0
	case '{', '[':
		g.run = 0
		if g.depth++; g.depth > nestingMax {
			return fmt.Sprintf("nested deeper than %d", nestingMax)
		}
	case '}', ']':
		g.run = 0
		g.depth--
	case ',', ':':
		g.run = 0
	default:
		return g.checkRun(b)
	}
	return ""
}

// checkRun bounds the length of blanks and of numbers and literals.
func (g *guard) checkRun(b byte) string {
	blank := b == ' ' || b == '\n' || b == '\r' || b == '\t'
	if blank != g.blank {
		g.blank, g.run = blank, 0
	}
	g.run++
	if blank && g.run > blankMaxBytes {
		return fmt.Sprintf("more than %d blanks in a row", blankMaxBytes)
	}
	if !blank && g.run > bareMaxBytes {
		return fmt.Sprintf("number or word longer than %d bytes", bareMaxBytes)
	}
	return ""
}
