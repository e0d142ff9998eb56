package racing

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"opentote/tote"
)

// Source is a file to import: a programme or participants, one JSON object or
// a list of one, plain or gzip. What it is is told by its content.
type Source struct {
	Name   string // for messages
	Reader io.Reader
	// Race names the race of an answer that holds the runners of a single
	// race and does not say which. Zero: the runners' own addresses of silks
	// tell.
	Race tote.RaceID
}

// Import reads one day's programme, and the participants of its races from any
// number of further sources in any order.
//
// The first thing wrong with what money depends on (numbers of meetings, races
// and runners, starts, offers, non-runners, stables, arrival) is returned as
// one line that names the place, and nothing else is. Runners that cannot be
// assigned to a race of the programme are such an error. Everything else that
// is odd is tolerated and listed in the report: unknown fields and codes,
// contradictions between the two files, races without runners.
//
// Where the files disagree: a horse is a non-runner if either says so; the
// programme's arrival counts, is completed by the runners' places where it is
// the beginning of theirs, and replaced by them where it is missing.
func Import(sources ...Source) (*Programme, *Report, error) {
	var runners []*file
	var programme *file
	for _, s := range sources {
		f, err := readFile(s)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		if f.doc.Programme == nil {
			runners = append(runners, f)
			continue
		}
		if programme != nil {
			return nil, nil, fmt.Errorf("%s: a second programme, %s is one already", s.Name, programme.source.Name)
		}
		programme = f
	}
	if programme == nil {
		return nil, nil, errors.New("no programme among the files")
	}
	b := builder{races: map[tote.RaceID]*Race{}, file: programme.source.Name, notes: &notebook{}}
	if err := b.programme(programme); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", programme.source.Name, err)
	}
	for _, f := range runners {
		if err := b.participants(f); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", f.source.Name, err)
		}
	}
	for r := range b.day.Races {
		if err := b.finish(r); err != nil {
			return nil, nil, fmt.Errorf("%s: %s: %w", programme.source.Name, shortID(r.ID), err)
		}
	}
	b.sort()
	return b.day, b.report(), nil
}

// file is a decoded source.
type file struct {
	source Source
	doc    fileDoc
	notes  []note
}

// readFile decodes a source and checks that it is one of the two kinds.
func readFile(s Source) (*file, error) {
	r, err := plainText(s.Reader)
	if err != nil {
		return nil, err
	}
	d := decoder{json: json.NewDecoder(&guard{r: r})}
	d.json.UseNumber()
	f := &file{source: s}
	if err := d.decodeFile(&f.doc); err != nil {
		return nil, err
	}
	f.notes = d.notes
	kinds := 0
	for _, is := range []bool{f.doc.Programme != nil, f.doc.Courses != nil, f.doc.Participants != nil} {
		if is {
			kinds++
		}
	}
	switch kinds {
	case 0:
		return nil, errors.New("neither a programme nor participants")
	case 1:
		return f, nil
	}
	return nil, errors.New("a programme and participants in one document")
}

// plainText undoes compression and a byte order mark.
func plainText(r io.Reader) (io.Reader, error) {
	if r == nil {
		return nil, errors.New("no reader")
	}
	text := bufio.NewReader(r)
	head, err := text.Peek(3)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("byte 0: %w", err)
	}
	switch {
	case len(head) == 0:
		return nil, errors.New("the file is empty")
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		unzipped, err := gzip.NewReader(text)
		if err != nil {
			return nil, fmt.Errorf("byte 0: not a whole gzip file: %w", err)
		}
		return unzipped, nil
	case bytes.Equal(head, []byte("\xef\xbb\xbf")):
		if _, err := text.Discard(3); err != nil {
			return nil, fmt.Errorf("byte 0: %w", err)
		}
	}
	return text, nil
}

// builder turns documents into a day.
type builder struct {
	day   *Programme
	file  string // name of the programme's file
	races map[tote.RaceID]*Race
	order []tote.RaceID // races in the programme's order
	notes *notebook
	// completed counts arrivals completed or taken from the runners' places.
	completed int
}

// sort puts meetings and races in order of number. Pointers in b.races are
// stale afterwards.
func (b *builder) sort() {
	slices.SortFunc(b.day.Meetings, func(x, y Meeting) int { return x.Number - y.Number })
	for i := range b.day.Meetings {
		slices.SortFunc(b.day.Meetings[i].Races, func(x, y Race) int { return x.Number - y.Number })
	}
}

// shortID names a race inside its day: R1C6.
func shortID(id tote.RaceID) string { return fmt.Sprintf("R%dC%d", id.Meeting(), id.Number()) }

// within returns n as an int, or an error that names it.
func within(what string, n int64, low, high int) (int, error) {
	if n < int64(low) || n > int64(high) {
		return 0, fmt.Errorf("%s %d out of range %d..%d", what, n, low, high)
	}
	return int(n), nil
}

// horse returns a runner's number, or an error that names it.
func horse(n int64) (tote.Horse, error) {
	if n < 1 || n > int64(tote.MaxHorse) {
		return 0, fmt.Errorf("runner %d: number out of range 1..%d", n, tote.MaxHorse)
	}
	return tote.Horse(n), nil
}
