package racing

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzImport feeds two files. Whatever they hold, Import returns one line that
// says why not, or a day that survives Encode and Import.
func FuzzImport(f *testing.F) {
	programme, participants := small(f)
	f.Add([]byte(programme), []byte(participants))
	f.Add([]byte(zipped(programme)), []byte(zipped(participants)))
	f.Add([]byte(zipped(programme))[:300], []byte(participants)[:300])
	f.Add([]byte(`[{"programme": {"date": 0, "reunions": [{"timezoneOffset": 0, "numOfficiel": 1, "courses": []}]}}]`), []byte(`{"courses": []}`))
	f.Add([]byte(`{"programme": {"reunions": [null]}}`), []byte(`{"participants": [null, {"numPmu": 1e2}]}`))
	f.Add([]byte("\xef\xbb\xbf{}"), []byte("\x1f\x8b"))
	f.Add([]byte(`{"programme": {"date": -9223372036854775808, "timezoneOffset": 1}}`), []byte(`[[]]`))
	f.Fuzz(func(t *testing.T, programme, participants []byte) {
		p, rep, err := Import(
			Source{Name: "a", Reader: bytes.NewReader(programme)}, Source{Name: "b", Reader: bytes.NewReader(participants)})
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") || err.Error() == "" {
				t.Errorf("not one line: %q", err)
			}
			return
		}
		if len(rep.Warnings) > notesMax {
			t.Errorf("%d warnings", len(rep.Warnings))
		}
		for r := range p.Races {
			if result, ok := r.Result(); ok {
				if err := result.Check(); err != nil {
					t.Errorf("%s: %v", r.ID, err)
				}
			}
		}
		wantRoundTrip(t, p)
	})
}
