package gateway_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"opentote/racing"
	"opentote/racing/sample"
)

// documents encodes the sample day after it was changed.
func (w *world) documents(change func(*racing.Programme)) string {
	w.Helper()
	programme, err := sample.Load()
	w.ok(err)
	change(programme)
	var main, participants bytes.Buffer
	w.ok(racing.Encode(&main, &participants, programme))
	body, err := json.Marshal(map[string]any{"asPublished": true, "documents": []any{
		map[string]any{"name": "programme.json", "content": main.Bytes()},
		map[string]any{"name": "participants.json", "content": participants.Bytes()},
	}})
	w.ok(err)
	return string(body)
}

// shown returns what the public reads of the first race.
func (w *world) shown() (name, start string) {
	w.Helper()
	synctest.Wait()
	a := w.post(w.http1, "", "RacingService/GetRace", `{"raceId":`+number(w.race)+`}`)
	var got struct{ Race struct{ Name, Start string } }
	if err := json.Unmarshal([]byte(a.body), &got); err != nil || got.Race.Name == "" {
		w.Fatal(a.status, a.body)
	}
	return got.Race.Name, got.Race.Start
}

// TestTextsFollowTheJournal: what the journal refuses does not reach the
// public, and the one who imports is told which race is to blame.
func TestTextsFollowTheJournal(t *testing.T) {
	inWorld(t, func(w *world) {
		name, start := w.shown()
		a := w.post(w.http1, w.staff, "OfficeService/ImportProgramme", w.documents(func(p *racing.Programme) {
			r := &p.Meetings[0].Races[0]
			r.Name, r.Start = "PRIX CHANGÉ", r.Start.Add(time.Hour)
		}), "Accept-Language", "fr")
		if a.code() != "ALREADY_DECLARED" || !strings.Contains(a.message(), "R1C1") {
			w.Errorf("another start: %d %s %q", a.status, a.code(), a.message())
		}
		if gotName, gotStart := w.shown(); gotName != name || gotStart != start {
			w.Errorf("the public reads %s at %s, want %s at %s", gotName, gotStart, name, start)
		}
		// Texts alone may be corrected.
		a = w.post(w.http1, w.staff, "OfficeService/ImportProgramme", w.documents(func(p *racing.Programme) {
			p.Meetings[0].Races[0].Name = "PRIX CORRIGÉ"
		}))
		if gotName, gotStart := w.shown(); a.status != 200 || gotName != "PRIX CORRIGÉ" || gotStart != start {
			w.Errorf("%d: the public reads %s at %s", a.status, gotName, gotStart)
		}
	})
}

// TestAProgrammeWithoutItsParticipantsKeepsTheRunners: the two documents come
// apart, and the first may come again.
func TestAProgrammeWithoutItsParticipantsKeepsTheRunners(t *testing.T) {
	inWorld(t, func(w *world) {
		runners := func() int {
			synctest.Wait()
			a := w.post(w.http1, "", "RacingService/GetRace", `{"raceId":`+number(w.race)+`}`)
			return strings.Count(a.body, `"trainer"`)
		}
		before := runners()
		body, err := json.Marshal(map[string]any{"asPublished": true, "documents": []any{
			map[string]any{"name": "programme.json", "content": sample.Programme()},
		}})
		w.ok(err)
		if a := w.post(w.http1, w.staff, "OfficeService/ImportProgramme", string(body)); a.status != 200 {
			w.Fatal(a.status, a.body)
		}
		if after := runners(); before == 0 || after != before {
			w.Errorf("%d runners are shown, before it were %d", after, before)
		}
	})
}
