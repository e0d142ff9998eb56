package cases

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"opentote/tote"
)

// Expand answers `opentote expand`: one formula a line gives one line with its
// number of unit combinations, its cost and, unless countOnly, the units. It
// returns which lines were malformed; the error is a fault of in or out.
//
//	{"id": "a", "bet": "E_TIERCE", "formula": "field", "orders": "one", "bases": [4],
//	 "base_places": [1], "associates": [2, 7, 9], "runners": 12, "cents": 100}
//	{"id":"a","count":6,"cents":600,"units":[[4,2,7],[4,2,9],...]}
//
// Counting lists nothing: a full field of forty runners is counted at once, and
// listed as it is written, not in memory.
func Expand(in io.Reader, out io.Writer, countOnly bool) (Malformed, error) {
	return eachLine(in, out, func(w io.Writer, line []byte) (wrong, err error) {
		e, wrong := readExpansion(line)
		if wrong != nil {
			return wrong, nil
		}
		return nil, e.write(w, countOnly)
	})
}

// formula is a line of Expand as FORMAT writes it.
type formula struct {
	ID         json.RawMessage `json:"id"`
	Bet        string          `json:"bet"`
	Formula    string          `json:"formula"`
	Horses     []int           `json:"horses"`
	Orders     string          `json:"orders"`
	Bases      []int           `json:"bases"`
	BasePlaces []int           `json:"base_places"`
	Associates *[]int          `json:"associates"`
	Positions  [][]int         `json:"positions"`
	Runners    *int            `json:"runners"`
	NonRunners []int           `json:"non_runners"`
	Complement *int            `json:"complement"`
	K          *int            `json:"k"`
	Cents      *int64          `json:"cents"`
}

// expansion is a formula found to be a bet: one pattern, the parts of a free field
// that lists more numbers than a pattern holds, or the three unit bets of a
// Tic-Trois.
type expansion struct {
	id    json.RawMessage
	parts []expanded
	cents tote.Money // cost of all
	count int
}

type expanded struct {
	bet     string
	shape   tote.Shape
	pattern tote.Pattern
}

func readExpansion(line []byte) (*expansion, error) {
	if err := checkKeys(line); err != nil {
		return nil, err
	}
	var f formula
	if err := decodeStrictly(line, &f); err != nil {
		return nil, err
	}
	field, err := f.field()
	if err != nil {
		return nil, err
	}
	if f.Bet == tic3 {
		return f.ticTrois(field)
	}
	kind, shape, err := f.shape()
	if err != nil {
		return nil, err
	}
	patterns, err := f.patterns(shape, field)
	if err != nil {
		return nil, err
	}
	e := &expansion{id: f.ID}
	for i := range patterns {
		count, err := shape.Units(&patterns[i], field)
		if len(patterns) > 1 && holdsNothing(err) {
			continue // this part of a free field holds no horse of its own
		}
		if err != nil {
			return nil, err
		}
		e.count += count
		e.parts = append(e.parts, expanded{f.Bet, shape, patterns[i]})
	}
	if e.count == 0 {
		return nil, errTooFew
	}
	return e, e.addCost(f.Cents, kind.least, e.count)
}

// addCost adds the cost of units at the stake of the line, or at the minimum stake
// of the bet when the line gives none.
func (e *expansion) addCost(cents *int64, least tote.Money, units int) error {
	stake := least
	if cents != nil {
		if *cents < 1 || tote.Money(*cents) > tote.MaxStake {
			return fmt.Errorf("cents is %d: want 1 to %d", *cents, tote.MaxStake)
		}
		stake = tote.Money(*cents)
	}
	cost, ok := stake.Times(units)
	if ok {
		cost, ok = tote.CheckedAdd(e.cents, cost)
	}
	if !ok {
		return fmt.Errorf("%d units at %s euros cost more than %d cents", units, stake, tote.MaxStake)
	}
	e.cents = cost
	return nil
}

// field returns the runners as known when the bet is sold. Without their number
// any horse may run; only a full field needs it.
func (f *formula) field() (tote.Field, error) {
	runners := int(tote.MaxHorse)
	if f.Runners != nil {
		runners = *f.Runners
	}
	if runners < 1 || runners > int(tote.MaxHorse) {
		return tote.Field{}, fmt.Errorf("runners is %d: want 1 to %d", runners, tote.MaxHorse)
	}
	out, err := horseSet(f.NonRunners, "non_runners")
	if err != nil {
		return tote.Field{}, err
	}
	field := tote.Field{Declared: tote.Numbered(runners), NonRunners: out}
	for h := range out.Without(field.Declared).All {
		return tote.Field{}, fmt.Errorf("non-runner %d is not on the official list", h)
	}
	return field, nil
}

// write writes the answer, units one after the other.
func (e *expansion) write(w io.Writer, countOnly bool) error {
	id := e.id
	if id == nil {
		id = json.RawMessage("null")
	}
	if _, err := fmt.Fprintf(w, `{"id":%s,"count":%d,"cents":%d`, id, e.count, int64(e.cents)); err != nil {
		return err
	}
	if !countOnly {
		if err := e.writeUnits(w); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "}\n")
	return err
}

func (e *expansion) writeUnits(w io.Writer) error {
	if _, err := io.WriteString(w, `,"units":[`); err != nil {
		return err
	}
	text := make([]byte, 0, 64)
	for i := range e.parts {
		part := &e.parts[i]
		for unit := range part.shape.All(&part.pattern) {
			if !part.shape.Ordered {
				unit = tote.SetOf(unit...).Slice()
			}
			text = appendUnit(text, unit)
			if _, err := w.Write(text); err != nil {
				return err
			}
			text = append(text[:0], ',')
		}
	}
	_, err := io.WriteString(w, "]")
	return err
}

func appendUnit(text []byte, unit []tote.Horse) []byte {
	text = append(text, '[')
	for i, h := range unit {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, int64(h), 10)
	}
	return append(text, ']')
}

// tic3 is the entry that makes three bets at once (II-11 bis).
const tic3 = "TIC3"

// ticTrois returns the three unit bets of a Tic-Trois: five horses in order for the
// Quinté Plus, the first four for the Quarté Plus, the first three for the Tiercé.
func (f *formula) ticTrois(field tote.Field) (*expansion, error) {
	if f.Formula != "" && f.Formula != "unit" || f.Orders != "" && f.Orders != "one" || f.K != nil ||
		f.Bases != nil || f.BasePlaces != nil || f.Associates != nil || f.Positions != nil || f.Complement != nil {
		return nil, errors.New("TIC3 takes five horses in order and nothing else")
	}
	named, err := horses(f.Horses, "horses")
	if err != nil {
		return nil, err
	}
	if len(named) != 5 {
		return nil, fmt.Errorf("TIC3 takes five horses in order, not %d", len(named))
	}
	e := &expansion{id: f.ID}
	for _, bet := range []string{"E_QUINTE_PLUS", "E_QUARTE_PLUS", "E_TIERCE"} {
		kind := soldBets[bet]
		part := expanded{bet, kind.shape, tote.UnitPattern(named[:kind.shape.Horses]...)}
		if _, err := part.shape.Units(&part.pattern, field); err != nil {
			return nil, err
		}
		e.parts = append(e.parts, part)
		e.count++
		if err := e.addCost(f.Cents, kind.least, 1); err != nil {
			return nil, err
		}
	}
	return e, nil
}
