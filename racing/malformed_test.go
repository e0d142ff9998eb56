package racing

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// TestMalformed changes the small day in one place and expects the one line
// that says where.
func TestMalformed(t *testing.T) {
	tests := []struct {
		name     string
		old, new string
		want     string
	}{
		{"runner out of range", `"numPmu": 5`, `"numPmu": 99`, "part.json: R1C1: runner 99: number out of range 1..40"},
		{"runner zero", `"numPmu": 5`, `"numPmu": 0`, "part.json: R1C1: runner 0: number out of range 1..40"},
		{"runner twice", `"numPmu": 5`, `"numPmu": 4`, "part.json: R1C1: runner 4 comes twice"},
		{"runner no number", `"numPmu": 5`, `"numPmu": "5"`, `part.json: byte 949: courses[0].participants[4].numPmu: want a whole number, got "5"`},
		{"runner fraction", `"numPmu": 5`, `"numPmu": 5.0`, `part.json: byte 949: courses[0].participants[4].numPmu: want a whole number, got 5.0`},
		{"runner status", `"statut": "NON_PARTANT"`, `"statut": "PEUT_ETRE"`, `part.json: R1C1: runner 3: status "PEUT_ETRE": want PARTANT or NON_PARTANT`},
		{"stable name", `"ecurie": "B"`, `"ecurie": "BBBBBBBBB"`, "part.json: R1C1: runner 3: the stable's name is longer than a few letters"},
		{"participants of another day", `"date": "05092026"`, `"date": "06092026"`, `part.json: date: the file says "06092026", the programme 05092026`},
		{"meeting number", `"numOfficiel": 1`, `"numOfficiel": 100`, "prog.json: meeting 100: number 100 out of range 1..99"},
		{"meeting of another day", `"dateReunion": 1788559200000`, `"dateReunion": 1788645600000`, "prog.json: meeting 1: dateReunion 1788645600000 is not the programme's date 1788559200000"},
		{"no midnight", `"date": 1788559200000`, `"date": 1788559200001`, "prog.json: date 1788559200001 is no midnight but 2026-09-05T00:00:00+02:00"},
		{"no date", `"date": 1788559200000, "time`, `"time`, "prog.json: the programme has no date"},
		{"date out of range", `"date": 1788559200000`, `"date": 99999999999999999`, "prog.json: date 99999999999999999 out of range"},
		{"absurd offset", `"timezoneOffset": 7200000, "reunions"`, `"timezoneOffset": 7200, "reunions"`, "prog.json: timezoneOffset 7200 is no offset in milliseconds"},
		{"race number", `"numOrdre": 2`, `"numOrdre": 0`, "prog.json: R1C0: race number 0 out of range 1..99"},
		{"race twice", `"numOrdre": 2`, `"numOrdre": 1`, "prog.json: R1C1: the race comes twice"},
		{"race of another meeting", `"numReunion": 1, "numOrdre": 2`, `"numReunion": 2, "numOrdre": 2`, "prog.json: R1C2: numReunion 2 is not its meeting's number 1"},
		{"no start", `"heureDepart": 1788648000000, `, ``, "prog.json: R1C2: no heureDepart"},
		{"start of another day", `"heureDepart": 1788648000000`, `"heureDepart": 1788700000000`, "prog.json: R1C2: start 1788700000000 does not fall on 2026-09-05"},
		{"start the day before", `"heureDepart": 1788648000000`, `"heureDepart": 1788559199999`, "prog.json: R1C2: start 1788559199999 does not fall on 2026-09-05"},
		{"too many announced", `"nombreDeclaresPartants": 5`, `"nombreDeclaresPartants": 41`, "prog.json: R1C1: nombreDeclaresPartants 41 out of range 0..40"},
		{"arrival unknown", `[[4], [1, 2]]`, `[[4], [6]]`, "prog.json: R1C1: arrival names horse 6, not on the official list"},
		{"arrival non-runner", `[[4], [1, 2]]`, `[[4], [3]]`, "prog.json: R1C1: arrival names horse 3, a non-runner"},
		{"arrival twice", `[[4], [1, 2]]`, `[[4], [1, 4]]`, "prog.json: R1C1: arrival: runner 4 comes twice"},
		{"arrival empty place", `[[4], [1, 2]]`, `[[4], []]`, "prog.json: R1C1: arrival: place number 2 holds no horse"},
		{"arrival out of range", `[[4], [1, 2]]`, `[[4], [null]]`, "prog.json: R1C1: arrival: runner 0: number out of range 1..40"},
		{"incident of nobody", `"numeroParticipants": [5]`, `"numeroParticipants": [7]`, `prog.json: R1C1: incident "DISQUALIFIE_POUR_ALLURE_IRREGULIERE" names runner 7, not on the official list`},
		{"incident out of range", `"numeroParticipants": [5]`, `"numeroParticipants": [-5]`, `prog.json: R1C1: incident "DISQUALIFIE_POUR_ALLURE_IRREGULIERE": runner -5: number out of range 1..40`},
		{"offer code", `"codePari": "MULTI"`, `"codePari": "multi\n"`, `prog.json: R1C1: offer "multi": a code is 1 to 40 capital letters, digits and underscores`},
		{"offer twice", `"codePari": "MULTI"`, `"codePari": "REPORT_PLUS"`, "prog.json: R1C1: offer REPORT_PLUS comes twice"},
		{"stake negative", `"miseBase": 300`, `"miseBase": -300`, `prog.json: R1C1: offer "MULTI": base stake -300 out of range 1..100000`},
		{"stake zero", `"miseBase": 300`, `"miseBase": 0`, `prog.json: R1C1: offer "MULTI": base stake 0 out of range 1..100000`},
		{"stake fraction", `"miseBase": 300`, `"miseBase": 1.5`, `prog.json: byte 1731: programme.reunions[0].courses[0].paris[1].miseBase: want a whole number, got 1.5`},
		{"stake NaN", `"miseBase": 300`, `"miseBase": NaN`, `prog.json: byte 1728: programme.reunions[0].courses[0].paris[1].miseBase: invalid character 'N' looking for beginning of value`},
		{"stake huge", `"miseBase": 300`, `"miseBase": 99999999999999999999`, `prog.json: byte 1748: programme.reunions[0].courses[0].paris[1].miseBase: want a whole number, got 99999999999999999999`},
		{"stake missing", `"miseBase": 300, `, ``, `prog.json: R1C1: offer "MULTI": no base stake`},
		{"largest stake", `"miseMax": 3000000`, `"miseMax": 99`, `prog.json: R1C1: offer "E_SIMPLE_GAGNANT": largest stake 99 out of range`},
		{"flexi", `[50, 25]`, `[50, 100]`, `prog.json: R1C1: offer "MULTI": flexi percentage 100 out of range 1..99`},
		{"flexi twice", `[50, 25]`, `[50, 50]`, `prog.json: R1C1: offer "MULTI": flexi percentage 50 comes twice`},
		{"risk", `[4, 5, 6, 7]`, `[4, 41]`, `prog.json: R1C1: offer "MULTI": risk value 41 out of range 1..40`},
		{"carry-over", `"cagnotte": 4000`, `"cagnotte": -1`, `prog.json: R1C1: offer "E_SIMPLE_GAGNANT": carry-over -1 out of range 0..100000000`},
		{"field twice", `"miseBase": 300`, `"miseBase": 300, "miseBase": 301`, `prog.json: byte 1743: programme.reunions[0].courses[0].paris[1].miseBase: the field comes twice`},
		{"object for text", `"libelle": "PRIX DE TAVLUNE"`, `"libelle": {}`, `prog.json: byte 617: programme.reunions[0].courses[0].libelle: want a text, got an object`},
		{"text for list", `"paris": []`, `"paris": "none"`, `prog.json: byte 2551: programme.reunions[0].courses[1].paris: want a list, got "none"`},
		{"number for flag", `"enVente": true`, `"enVente": 1`, `prog.json: byte 1745: programme.reunions[0].courses[0].paris[1].enVente: want true or false, got 1`},
		{"nothing for object", `"hippodrome": {"code": "VLB", "libelleCourt": "VALBRUME", "libelleLong": "HIPPODROME DE VALBRUME"}`, `"hippodrome": []`, `prog.json: byte 210: programme.reunions[0].hippodrome: want an object, got a list`},
		{"invalid UTF-8", `TAVLUNE`, "TAV\xffUNE", "prog.json: byte 628: invalid UTF-8"},
		{"control character", `TAVLUNE`, "TAV\x01UNE", `prog.json: byte 616: programme.reunions[0].courses[0].libelle: invalid character '\x01' in string literal`},
		{"missing comma", `"numOrdre": 2,`, `"numOrdre": 2`, `prog.json: byte 2373: programme.reunions[0].courses[1]: invalid character '"' after object key:value pair`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			programme, participants := small(t)
			if !strings.Contains(programme+participants, test.old) {
				t.Fatalf("testdata has no %s", test.old)
			}
			programme = strings.Replace(programme, test.old, test.new, 1)
			participants = strings.Replace(participants, test.old, test.new, 1)
			wantRefusal(t, test.want,
				Source{Name: "prog.json", Reader: strings.NewReader(programme)},
				Source{Name: "part.json", Reader: strings.NewReader(participants)})
		})
	}
}

func wantRefusal(t *testing.T, want string, sources ...Source) {
	t.Helper()
	p, rep, err := Import(sources...)
	if err == nil {
		t.Fatalf("got no error, want %q", want)
	}
	if got := err.Error(); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if p != nil || rep != nil {
		t.Errorf("an error came with a programme or a report")
	}
}

// TestBadFile imports single files that are no documents at all.
func TestBadFile(t *testing.T) {
	programme, participants := small(t)
	long := strings.Repeat("x", 100<<20)
	tests := []struct {
		name string
		text string
		want string
	}{
		{"empty", "", "f: the file is empty"},
		{"blank", " \n", "f: byte 0: the file ends before the document does"},
		{"binary", "\x7fELF\x02\x01\x01\x00", `f: byte 0: invalid character '\x7f' looking for beginning of value`},
		{"text", "hello", "f: byte 0: invalid character 'h' looking for beginning of value"},
		{"number", "12", "f: byte 2: want an object, or a list of one, got 12"},
		{"null", "null", "f: byte 4: want an object, or a list of one, got null"},
		{"empty object", "{}", "f: neither a programme nor participants"},
		{"other object", `{"a": 1}`, "f: neither a programme nor participants"},
		{"empty list", "[]", "f: byte 2: the list is empty"},
		{"list of two", `[{"programme": {}}, {}]`, "f: byte 21: the list holds more than one document"},
		{"two documents", `{"programme": {}} {}`, "f: byte 19: something follows the document"},
		{"both kinds", `{"programme": {}, "courses": []}`, "f: a programme and participants in one document"},
		{"no meetings", `{"programme": {"date": 0, "reunions": []}}`, "f: the programme holds no meeting"},
		{"participants alone", participants, "no programme among the files"},
		{"truncated", programme[:700], "f: byte 688: programme.reunions[0].courses[0]: the file ends before the document does"},
		{"gzip header only", "\x1f\x8b", "f: byte 0: not a whole gzip file: unexpected EOF"},
		{"gzip of another kind", "\x1f\x8bhello, world", "f: byte 0: not a whole gzip file: gzip: invalid header"},
		{"gzip truncated", zipped(programme)[:200], "f: byte 253: programme.reunions[0].hippodrome: the file ends before the document does"},
		{"gzip checksum", brokenSum(programme), "f: byte 2553: gzip: invalid checksum"},
		{"long line", `{"a": "` + long + `"}`, "f: byte 65543: string longer than 65536 bytes"},
		{"long number", `{"a": ` + strings.Repeat("1", 1<<20) + `}`, "f: byte 70: number or word longer than 64 bytes"},
		{"blanks", `{"a": ` + strings.Repeat(" ", 1<<20) + `1}`, "f: byte 65541: more than 65536 blanks in a row"},
		{"bomb", zipped(`{"a": [` + strings.Repeat(`"`+long[:32<<10]+`",`, 4000) + `1]}`), "f: byte 67108864: larger than 67108864 bytes once decompressed"},
		{"bomb of numbers", zipped(`{"a": [` + strings.Repeat("1,", 32<<20) + `1]}`), "f: byte 8000002: a: more than 4000000 values"},
		{"deep", `{"a": ` + strings.Repeat("[", 1000), "f: byte 37: nested deeper than 32"},
		{"many meetings", `{"programme": {"reunions": [` + strings.Repeat("{},", 100) + `{}]}}`, "f: byte 326: programme.reunions[98]: more than 99 elements"},
		{"many runners", `{"participants": [` + strings.Repeat("{},", 100) + `{}]}`, "f: byte 319: participants[99]: more than 100 elements"},
		{"many unknown fields", `{"programme": {` + strings.Repeat(`"a": 1, `, 1001) + `"b": 1}}`, "f: byte 8018: programme.a: more than 1000 unknown fields in one object"},
		{"odd field name", `{"programme": {"a\n.b": {]}}`, `f: byte 25: programme."a\n.b": invalid character ']'`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wantRefusal(t, test.want, Source{Name: "f", Reader: strings.NewReader(test.text)})
		})
	}
}

func brokenSum(text string) string {
	b := []byte(zipped(text))
	b[len(b)-8] ^= 0xff
	return string(b)
}

func TestBadSources(t *testing.T) {
	programme, _ := small(t)
	wantRefusal(t, "no programme among the files")
	wantRefusal(t, "f: no reader", Source{Name: "f"})
	wantRefusal(t, "b: a second programme, a is one already",
		Source{Name: "a", Reader: strings.NewReader(programme)}, Source{Name: "b", Reader: strings.NewReader(programme)})
	wantRefusal(t, "f: byte 0: disk on fire",
		Source{Name: "f", Reader: io.MultiReader(strings.NewReader("{"), failingReader{})})
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("disk on fire") }

// TestWarningsBounded imports a programme with more kinds of unknown fields
// than a report keeps.
func TestWarningsBounded(t *testing.T) {
	programme, participants := small(t)
	var many bytes.Buffer
	for i := range 900 {
		fmt.Fprintf(&many, "\"%d%s\": 1, ", i, strings.Repeat("f", i))
	}
	_, rep, err := importTexts(strings.Replace(programme, `"numExterne"`, many.String()+`"numExterne"`, 1), participants)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(rep.Warnings), notesMax; got != want {
		t.Errorf("warnings: got %d, want %d", got, want)
	}
	if got, most := strings.Count(rep.String(), "\n"), 60; got > most {
		t.Errorf("the report has %d lines, more than %d", got, most)
	}
	for _, line := range strings.Split(rep.String(), "\n") {
		if len(line) > 200 {
			t.Errorf("line of %d bytes", len(line))
		}
	}
}
