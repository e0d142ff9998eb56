// Package cases answers `opentote dividends`: one JSON object a line, each a
// pool with its stakes and its result, gives one line with its dividends.
//
//	{"id": "a", "bet": "E_SIMPLE_GAGNANT",
//	 "race": {"runners": 9, "arrival": [[4], [2, 7]]},
//	 "stakes": [{"selection": [4], "cents": 200}]}
//
// A case that is not well formed gives {"id": .., "error": ".."} in its place
// and the next ones are still answered. Reading is strict: an unknown key, a
// repeated one or one in capitals is an error, because a key that is not
// understood may have meant money.
package cases

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// lineBytesMax bounds one case, and with it the memory of a run.
const lineBytesMax = 16 << 20

// Malformed are the lines of a run that were not well formed.
type Malformed struct {
	Count int
	Line  int   // number of the first one, from 1
	First error // what is wrong with it
}

// Add counts one more malformed line, for what is wrong with it.
func (m *Malformed) Add(line int, why error) {
	if m.Count == 0 {
		m.Line, m.First = line, why
	}
	m.Count++
}

// String says on one line what is wrong and where, and how much else.
func (m Malformed) String() string {
	text := fmt.Sprintf("line %d: %v", m.Line, m.First)
	if m.Count > 1 {
		text += fmt.Sprintf(" (the first of %d malformed lines)", m.Count)
	}
	return text
}

// Run answers the cases of in on out, in order, and returns which were
// malformed. The error is a fault of in or out; answers given before stand.
func Run(in io.Reader, out io.Writer) (Malformed, error) {
	return eachLine(in, out, answerCase)
}

// answerFunc answers one line, or writes nothing and says what is wrong with it.
// err is a fault of w.
type answerFunc func(w io.Writer, line []byte) (wrong, err error)

// byteOrderMark may open a file written on Windows; UTF-8 needs none.
var byteOrderMark = []byte("\ufeff")

// eachLine answers the lines of in on out, in order, and returns which were
// malformed.
func eachLine(in io.Reader, out io.Writer, answer answerFunc) (malformed Malformed, err error) {
	r := bufio.NewReaderSize(in, 64<<10)
	w := bufio.NewWriterSize(out, 64<<10)
	for number := 1; ; number++ {
		line, tooLong, readErr := readLine(r)
		if readErr != nil && readErr != io.EOF {
			return malformed, errors.Join(fmt.Errorf("read line %d: %w", number, readErr), w.Flush())
		}
		if number == 1 {
			line = bytes.TrimSpace(bytes.TrimPrefix(line, byteOrderMark))
		}
		wrong, err := answerLine(w, line, tooLong, answer)
		if err != nil {
			return malformed, fmt.Errorf("answer line %d: %w", number, err)
		}
		if wrong != nil {
			malformed.Add(number, wrong)
		}
		// A reader at the other end of a pipe gets its answer before the next
		// case must come.
		if r.Buffered() == 0 || readErr == io.EOF {
			if err := w.Flush(); err != nil {
				return malformed, fmt.Errorf("answer line %d: %w", number, err)
			}
		}
		if readErr == io.EOF {
			return malformed, nil
		}
	}
}

// answerLine answers a line, unless it is empty; a malformed one with what is
// wrong.
func answerLine(w io.Writer, line []byte, tooLong bool, answer answerFunc) (wrong, err error) {
	switch {
	case tooLong:
		wrong = fmt.Errorf("longer than %d bytes", lineBytesMax)
	case len(line) == 0:
		return nil, nil
	case !utf8.Valid(line):
		wrong = errors.New("not UTF-8 text")
	default:
		wrong, err = answer(w, line)
	}
	if wrong == nil || err != nil {
		return wrong, err
	}
	return wrong, writeJSON(w, failure{ID: idOf(line), Error: wrong.Error()})
}

func answerCase(w io.Writer, line []byte) (wrong, err error) {
	answer, wrong := Answer(line)
	if wrong != nil {
		return wrong, nil
	}
	return nil, writeJSON(w, answer)
}

// readLine returns the next line without its end. Of a line longer than the
// bound it keeps nothing, reads to its end and says so.
func readLine(r *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > lineBytesMax {
			line, tooLong = nil, true
		}
		if !tooLong {
			line = append(line, part...)
		}
		if err != bufio.ErrBufferFull {
			return bytes.TrimSpace(line), tooLong, err
		}
	}
}

func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// failure is the answer to a malformed case.
type failure struct {
	ID    json.RawMessage `json:"id"`
	Error string          `json:"error"`
}

// idOf finds the id of a case that may be malformed everywhere else.
func idOf(line []byte) json.RawMessage {
	var head struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(line, &head) != nil || head.ID == nil {
		return json.RawMessage("null")
	}
	return head.ID
}
