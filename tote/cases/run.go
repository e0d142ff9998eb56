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
)

// lineBytesMax bounds one case, and with it the memory of a run.
const lineBytesMax = 16 << 20

// Run answers the cases of in on out, in order, and returns how many were
// malformed. The error is a fault of in or out; answers given before stand.
func Run(in io.Reader, out io.Writer) (malformed int, err error) {
	return eachLine(in, out, answerLine)
}

// answerFunc answers one line, unless it is empty. malformed lines are answered too.
type answerFunc func(w io.Writer, line []byte, tooLong bool, number int) (answered, malformed bool, err error)

// eachLine answers the lines of in on out, in order, and returns how many were
// malformed.
func eachLine(in io.Reader, out io.Writer, answer answerFunc) (malformed int, err error) {
	r := bufio.NewReaderSize(in, 64<<10)
	w := bufio.NewWriterSize(out, 64<<10)
	for number := 1; ; number++ {
		line, tooLong, readErr := readLine(r)
		if readErr != nil && readErr != io.EOF {
			return malformed, errors.Join(fmt.Errorf("read line %d: %w", number, readErr), w.Flush())
		}
		answered, bad, err := answer(w, line, tooLong, number)
		if err != nil {
			return malformed, fmt.Errorf("answer line %d: %w", number, err)
		}
		if bad {
			malformed++
		}
		// A reader at the other end of a pipe gets its answer before the next
		// case must come.
		if answered && r.Buffered() == 0 || readErr == io.EOF {
			if err := w.Flush(); err != nil {
				return malformed, fmt.Errorf("answer line %d: %w", number, err)
			}
		}
		if readErr == io.EOF {
			return malformed, nil
		}
	}
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

func answerLine(w io.Writer, line []byte, tooLong bool, number int) (answered, malformed bool, err error) {
	if tooLong {
		text := fmt.Sprintf("line %d is longer than %d bytes", number, lineBytesMax)
		return true, true, writeJSON(w, failure{ID: json.RawMessage("null"), Error: text})
	}
	if len(line) == 0 {
		return false, false, nil
	}
	answer, fault := Answer(line)
	if fault != nil {
		return true, true, writeJSON(w, failure{ID: idOf(line), Error: fault.Error()})
	}
	return true, false, writeJSON(w, answer)
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
