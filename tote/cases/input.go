package cases

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"opentote/tote"
)

// input is a case as FORMAT writes it.
type input struct {
	ID       string  `json:"id"`
	Rulebook string  `json:"rulebook"`
	Bet      string  `json:"bet"`
	Race     *race   `json:"race"`
	TakeRate *string `json:"take_rate"`
	// Stakes are decoded one by one, so that an error can say which.
	Stakes       []json.RawMessage `json:"stakes"`
	ReserveCents int64             `json:"reserve_cents"`
	TopUp        bool              `json:"top_up"`

	explained *Explained // what to explain the answer with, nil not to
}

type race struct {
	Runners    int     `json:"runners"`
	NonRunners []int   `json:"non_runners"`
	Stables    [][]int `json:"stables"`
	Arrival    [][]int `json:"arrival"`
	Status     string  `json:"status"`
	// OffersQuarte says whether the race has an e-Quarté Plus, for an e-Quinté+.
	OffersQuarte *bool `json:"offers_quarte"`
}

type stake struct {
	Selection  []int  `json:"selection"`
	Cents      *int64 `json:"cents"`
	Bases      []int  `json:"bases"`
	Complement *int   `json:"complement"`
	// Bet is the bet that the unit was sold as, where another sent it here.
	Bet *string `json:"bet"`
}

// betOf finds the bet of a case that may be malformed everywhere else.
func betOf(line []byte) string {
	var head struct {
		Bet string `json:"bet"`
	}
	if json.Unmarshal(line, &head) != nil {
		return ""
	}
	return head.Bet
}

// decode reads one case strictly.
func decode(line []byte) (*input, error) {
	if err := checkKeys(line); err != nil {
		return nil, err
	}
	var in input
	if err := decodeStrictly(line, &in); err != nil {
		return nil, err
	}
	return &in, nil
}

func decodeStrictly(data []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return explain(err)
	}
	return nil
}

// explain turns the decoder's error into a sentence about the case.
func explain(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		where := wrong.Field
		if where == "" {
			return fmt.Errorf("got %s: want %s", wrong.Value, wanted(wrong.Type.String()))
		}
		return fmt.Errorf("%s is %s: want %s", where, wrong.Value, wanted(wrong.Type.String()))
	}
	if text, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fmt.Errorf("unknown key %s", text)
	}
	return fmt.Errorf("not JSON: %w", err)
}

func wanted(goType string) string {
	switch {
	case strings.HasPrefix(goType, "int"):
		return "a whole number of at most 18 digits"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case goType == "string":
		return "text"
	case goType == "bool":
		return "true or false"
	}
	return "an object"
}

// checkKeys refuses what encoding/json lets pass and what could hide money: a
// key given twice in an object, in capitals, or null for a value, and anything
// after the object.
func checkKeys(line []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	token, err := decoder.Token()
	if err != nil {
		return fmt.Errorf("not JSON: %w", unexpected(err))
	}
	if token != json.Delim('{') {
		return errors.New("a case is a JSON object")
	}
	if err := checkObject(decoder, "", 1); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("something follows the case on its line")
	}
	return nil
}

// depthMax is far beyond what a case nests.
const depthMax = 8

// keyedByCode are the objects whose keys are codes of bets, in capitals.
var keyedByCode = []string{"take_rates", "primes_cents"}

// checkObject checks what follows the brace of the object that is the value of a
// key.
func checkObject(decoder *json.Decoder, of string, depth int) error {
	seen := map[string]bool{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return fmt.Errorf("not JSON: %w", unexpected(err))
		}
		key, ok := token.(string)
		switch {
		case !ok:
			return errors.New("not JSON: a key must be text")
		case seen[key]:
			return fmt.Errorf("key %q is given twice", key)
		case key != strings.ToLower(key) && !slices.Contains(keyedByCode, of):
			return fmt.Errorf("unknown key %q", key)
		}
		seen[key] = true
		if err := checkValue(decoder, key, depth); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	if err != nil {
		return fmt.Errorf("not JSON: %w", unexpected(err))
	}
	return nil
}

func checkValue(decoder *json.Decoder, key string, depth int) error {
	token, err := decoder.Token()
	if err != nil {
		return fmt.Errorf("not JSON: %w", unexpected(err))
	}
	if depth > depthMax {
		return fmt.Errorf("key %q nests too deep", key)
	}
	switch token {
	case nil:
		return fmt.Errorf("key %q is null", key)
	case json.Delim('{'):
		return checkObject(decoder, key, depth+1)
	case json.Delim('['):
		for decoder.More() {
			if err := checkValue(decoder, key, depth+1); err != nil {
				return err
			}
		}
		if _, err := decoder.Token(); err != nil {
			return fmt.Errorf("not JSON: %w", unexpected(err))
		}
	}
	return nil
}

// unexpected says "unexpected EOF" where the token reader says "EOF".
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

var statuses = map[string]tote.RaceStatus{
	"":                tote.Run,
	"run":             tote.Run,
	"cancelled":       tote.Cancelled,
	"rerun_same_day":  tote.RerunSameDay,
	"rerun_other_day": tote.RerunOtherDay,
}

// result builds and checks the official result of the case's race.
func (in *input) result() (tote.Result, error) {
	if in.Race == nil {
		return tote.Result{}, errors.New("race is missing")
	}
	r := in.Race
	if r.Runners < 1 || r.Runners > int(tote.MaxHorse) {
		return tote.Result{}, fmt.Errorf("race.runners is %d: want 1 to %d", r.Runners, tote.MaxHorse)
	}
	status, ok := statuses[r.Status]
	if !ok {
		return tote.Result{}, fmt.Errorf("race.status %q is unknown", r.Status)
	}
	result := tote.Result{Declared: tote.Numbered(r.Runners), Status: status}
	if r.Arrival == nil && !result.Refunded() {
		return tote.Result{}, errors.New("race.arrival is missing")
	}
	var err error
	if result.NonRunners, err = horseSet(r.NonRunners, "race.non_runners"); err != nil {
		return tote.Result{}, err
	}
	for _, numbers := range r.Stables {
		stable, err := horseSet(numbers, "race.stables")
		if err != nil {
			return tote.Result{}, err
		}
		result.Stables = append(result.Stables, stable)
	}
	for _, numbers := range r.Arrival {
		group, err := horses(numbers, "race.arrival")
		if err != nil {
			return tote.Result{}, err
		}
		result.Arrival = append(result.Arrival, group)
	}
	return result, result.Check()
}

func horses(numbers []int, where string) ([]tote.Horse, error) {
	list := make([]tote.Horse, len(numbers))
	for i, n := range numbers {
		if n < 1 || n > int(tote.MaxHorse) {
			return nil, fmt.Errorf("%s names horse %d: want 1 to %d", where, n, tote.MaxHorse)
		}
		list[i] = tote.Horse(n)
	}
	return list, nil
}

func horseSet(numbers []int, where string) (tote.HorseSet, error) {
	list, err := horses(numbers, where)
	if err != nil {
		return 0, err
	}
	set := tote.SetOf(list...)
	if set.Len() != len(list) {
		return 0, fmt.Errorf("%s names a horse twice", where)
	}
	return set, nil
}
