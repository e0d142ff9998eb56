package racing

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode"
)

// opaque is a list that PMU's files always leave empty. Something in it would
// be news about runners or stables, so it is reported rather than ignored.
type opaque struct{}

// hundredths is a decimal of at most two places.
type hundredths int64

func parseHundredths(text string) (hundredths, bool) {
	whole, fraction, _ := strings.Cut(text, ".")
	for len(fraction) < 2 {
		fraction += "0"
	}
	if zeros := strings.Trim(fraction[2:], "0"); zeros != "" || len(whole) > 12 {
		return 0, false
	}
	n, err := strconv.ParseUint(whole+fraction[:2], 10, 63)
	return hundredths(n), err == nil
}

// MarshalJSON writes the shortest decimal.
func (h hundredths) MarshalJSON() ([]byte, error) {
	text := fmt.Sprintf("%d.%02d", h/100, h%100)
	return []byte(strings.TrimSuffix(strings.TrimRight(text, "0"), ".")), nil
}

// decoder reads one JSON document into a document struct, token by token. It
// differs from encoding/json's Unmarshal where money needs it: names match
// exactly, none comes twice, numbers are whole, lists are bounded, and fields
// nobody knows are reported.
type decoder struct {
	json   *json.Decoder
	path   []step
	tokens int
	notes  []note
	// noted finds a note by text; notes past notesMax are dropped.
	noted map[string]int
}

// step is a field on the way to a value, with its place in a list or -1.
type step struct {
	field string
	index int
}

// note is something tolerated, with the path to its first occurrence.
type note struct {
	path  []step
	text  string
	count int
}

// fieldPlan says where a JSON field goes. index is -1 when it is not kept.
type fieldPlan struct{ index, slot, max int }

// plans holds the fields of every document struct. It is written during
// initialisation only.
var plans = func() map[reflect.Type]map[string]fieldPlan {
	all := map[reflect.Type]map[string]fieldPlan{}
	addPlan(all, reflect.TypeFor[fileDoc]())
	return all
}()

func addPlan(all map[reflect.Type]map[string]fieldPlan, t reflect.Type) {
	switch {
	case t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice:
		addPlan(all, t.Elem())
		return
	case t.Kind() != reflect.Struct || all[t] != nil:
		return
	}
	plan := map[string]fieldPlan{}
	all[t] = plan
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		most, _ := strconv.Atoi(t.Field(i).Tag.Get("max"))
		plan[name] = fieldPlan{index: i, slot: len(plan), max: most}
		addPlan(all, t.Field(i).Type)
	}
	for _, name := range notKept[t] {
		plan[name] = fieldPlan{index: -1, slot: len(plan)}
	}
}

// decodeFile reads the one document of a file into doc.
func (d *decoder) decodeFile(doc *fileDoc) error {
	tok, err := d.token()
	if err != nil {
		return err
	}
	list := tok == json.Delim('[')
	if list {
		if tok, err = d.token(); err != nil {
			return err
		}
		if tok == json.Delim(']') {
			return d.errorf("the list is empty")
		}
	}
	if tok != json.Delim('{') {
		return d.errorf("want an object, or a list of one, got %s", describe(tok))
	}
	if err := d.value(tok, reflect.ValueOf(doc).Elem(), 0); err != nil {
		return err
	}
	if list {
		if tok, err = d.token(); err != nil {
			return err
		}
		if tok != json.Delim(']') {
			return d.errorf("the list holds more than one document")
		}
	}
	if _, err = d.json.Token(); err != io.EOF {
		if err != nil {
			return d.wrap(err)
		}
		return d.errorf("something follows the document")
	}
	return nil
}

// value reads into v the value that starts with tok. A null leaves v as it is.
func (d *decoder) value(tok json.Token, v reflect.Value, most int) error {
	if tok == nil {
		return nil
	}
	switch v.Interface().(type) {
	case opaque:
		return d.opaque(tok)
	case hundredths:
		return d.hundredths(tok, v)
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return d.value(tok, v.Elem(), most)
	case reflect.Struct:
		if tok == json.Delim('{') {
			return d.object(v)
		}
		return d.errorf("want an object, got %s", describe(tok))
	case reflect.Slice:
		if tok == json.Delim('[') {
			return d.list(v, most)
		}
		return d.errorf("want a list, got %s", describe(tok))
	case reflect.Int64:
		if n, ok := tok.(json.Number); ok {
			i, err := strconv.ParseInt(n.String(), 10, 64)
			v.SetInt(i)
			if err == nil {
				return nil
			}
		}
		return d.errorf("want a whole number, got %s", describe(tok))
	case reflect.Bool:
		b, ok := tok.(bool)
		v.SetBool(b)
		if ok {
			return nil
		}
		return d.errorf("want true or false, got %s", describe(tok))
	}
	s, ok := tok.(string)
	if !ok {
		return d.errorf("want a text, got %s", describe(tok))
	}
	v.SetString(cleanText(s))
	return nil
}

// object reads the fields of a struct after its opening brace.
func (d *decoder) object(v reflect.Value) error {
	plan := plans[v.Type()]
	seen := make([]bool, len(plan))
	for unknown := 0; ; {
		tok, err := d.token()
		if err != nil {
			return err
		}
		name, ok := tok.(string)
		if !ok {
			return nil // the closing brace: the decoder lets nothing else through
		}
		field, known := plan[name]
		d.path = append(d.path, step{name, -1})
		switch {
		case known && seen[field.slot]:
			return d.errorf("the field comes twice")
		case known && field.index >= 0:
			seen[field.slot] = true
			if tok, err = d.token(); err == nil {
				err = d.value(tok, v.Field(field.index), field.max)
			}
		default:
			if known {
				seen[field.slot] = true
			} else if unknown++; unknown > unknownMax {
				return d.errorf("more than %d unknown fields in one object", unknownMax)
			} else {
				d.note("unknown field " + d.fieldName())
			}
			err = d.skip()
		}
		if err != nil {
			return err
		}
		d.path = d.path[:len(d.path)-1]
	}
}

// list reads the elements of a slice after its opening bracket.
func (d *decoder) list(v reflect.Value, most int) error {
	last := len(d.path) - 1
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	for i := 0; ; i++ {
		tok, err := d.token()
		if err != nil {
			return err
		}
		if tok == json.Delim(']') {
			d.path[last].index = -1
			return nil
		}
		if i == most {
			return d.errorf("more than %d elements", most)
		}
		d.path[last].index = i
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		if err := d.value(tok, v.Index(i), most); err != nil {
			return err
		}
	}
}

func (d *decoder) opaque(tok json.Token) error {
	if tok != json.Delim('[') {
		return d.errorf("want a list, got %s", describe(tok))
	}
	if d.json.More() {
		d.note(fmt.Sprintf("field %s is not empty and is not read", d.fieldName()))
	}
	return d.skipRest()
}

func (d *decoder) hundredths(tok json.Token, v reflect.Value) error {
	n, ok := tok.(json.Number)
	if !ok {
		return d.errorf("want a number, got %s", describe(tok))
	}
	h, ok := parseHundredths(n.String())
	if !ok {
		d.note(fmt.Sprintf("%s is no decimal with two places: left out", d.fieldName()))
		return nil
	}
	v.SetInt(int64(h))
	return nil
}

// skip reads over one value.
func (d *decoder) skip() error {
	tok, err := d.token()
	if err != nil {
		return err
	}
	if tok == json.Delim('{') || tok == json.Delim('[') {
		return d.skipRest()
	}
	return nil
}

// skipRest reads over the rest of an opened object or list.
func (d *decoder) skipRest() error {
	for depth := 1; depth > 0; {
		tok, err := d.token()
		if err != nil {
			return err
		}
		switch tok {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

func (d *decoder) token() (json.Token, error) {
	tok, err := d.json.Token()
	if err != nil {
		return nil, d.wrap(err)
	}
	if d.tokens++; d.tokens > tokensMax {
		return nil, d.errorf("more than %d values", tokensMax)
	}
	return tok, nil
}

func (d *decoder) wrap(err error) error {
	var refused *guardError
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return d.errorf("the file ends before the document does")
	}
	return d.errorf("%w", err)
}

// errorf makes an error that names the place by byte and path.
func (d *decoder) errorf(format string, args ...any) error {
	place := fmt.Sprintf("byte %d: ", d.json.InputOffset())
	if len(d.path) > 0 {
		place += pathText(d.path) + ": "
	}
	return fmt.Errorf("%s%w", place, fmt.Errorf(format, args...))
}

// note remembers something tolerated at the current path.
func (d *decoder) note(text string) {
	if at, ok := d.noted[text]; ok {
		d.notes[at].count++
		return
	}
	if len(d.notes) == notesMax {
		return
	}
	if d.noted == nil {
		d.noted = map[string]int{}
	}
	d.noted[text] = len(d.notes)
	d.notes = append(d.notes, note{append([]step(nil), d.path...), text, 1})
}

// fieldName quotes the current field with the object that holds it inside its
// race or runner, leaving out positions.
func (d *decoder) fieldName() string {
	from := 0
	for i, s := range d.path[:len(d.path)-1] {
		if s.field == "programme" || s.field == "reunions" || s.field == "courses" {
			from = i + 1
		}
	}
	names := make([]string, 0, len(d.path))
	for _, s := range d.path[from:] {
		names = append(names, s.field)
	}
	return quote(strings.Join(names, "."))
}

func pathText(path []step) string {
	var b strings.Builder
	for i, s := range path {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(plain(s.field))
		if s.index >= 0 {
			fmt.Fprintf(&b, "[%d]", s.index)
		}
	}
	return b.String()
}

// plain returns a field's name, quoted if it has anything but letters.
func plain(field string) string {
	if quoted := quote(field); strings.ContainsAny(field, "\n\r .[]") || quoted != `"`+field+`"` {
		return quoted
	}
	return field
}

// describe says what a token is, in a form short enough for an error.
func describe(tok json.Token) string {
	switch tok := tok.(type) {
	case string:
		return quote(tok)
	case json.Delim:
		if tok == '{' {
			return "an object"
		}
		return "a list"
	case nil:
		return "null"
	}
	return fmt.Sprint(tok)
}

// quote quotes text that comes from a file so that it fits into one line.
func quote(s string) string { return strconv.QuoteToGraphic(shorten(s)) }

func shorten(s string) string {
	const most = 60
	if len(s) <= most {
		return strings.ToValidUTF8(s, "")
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}

// cleanText trims a text and turns control and invisible formatting characters
// into blanks, line ends excepted: names end up on receipts and screens.
func cleanText(s string) string {
	s = strings.Map(func(r rune) rune {
		if r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf) {
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}
