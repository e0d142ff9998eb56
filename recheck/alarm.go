package recheck

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"opentote/event"
	"opentote/recount"
	"opentote/tote"
)

// Alarms keep the workings of both calculators where they disagree, in a folder
// of two files a race, of which the latest are kept:
//
//	202511230101.json   what each pool in dispute comes to, by both
//	202511230101.jsonl  the cases of these pools, for `opentote dividends --check`
//
// They outlive the process. Alarms are safe for concurrent use.
type Alarms struct {
	folder string

	mu   sync.Mutex // guards what follows, and the folder
	open map[tote.RaceID]Alarm
}

// Alarm is a race on which the calculators disagree.
type Alarm struct {
	Race       tote.RaceID
	Difference string // the first one, the engine's figure before the other
	File       string // its path from the folder's parent; empty when it could not be written
}

// alarmsMax bounds the races whose workings are kept.
const alarmsMax = 100

// disputed is the file of a race.
type disputed struct {
	Race     tote.RaceID    `json:"race"`
	Position event.Seq      `json:"position"` // of the journal
	Pools    []disputedPool `json:"pools"`
}

// disputedPool is a pool in dispute.
type disputedPool struct {
	Pool       event.PoolID `json:"pool"`
	Bet        string       `json:"bet"`
	Difference string       `json:"difference"`
	Engine     working      `json:"engine"`
	Second     working      `json:"second"`
}

// working is what a calculator came to.
type working struct {
	Procedure     tote.Procedure     `json:"procedure"`
	Reason        tote.Reason        `json:"reason,omitempty"`
	HeldCents     tote.Money         `json:"held_cents"`
	RefundedCents tote.Money         `json:"refunded_cents"`
	PayoutCents   tote.Money         `json:"payout_cents"`
	KeptCents     tote.Money         `json:"kept_cents"`
	Dividends     []recount.Dividend `json:"dividends"`
}

func workingOf(f *event.Figures) working {
	w := working{
		Procedure: f.Procedure, Reason: f.Reason, HeldCents: f.Held, RefundedCents: f.Refunds,
		PayoutCents: f.Winnings, KeptCents: f.Kept, Dividends: []recount.Dividend{},
	}
	for _, l := range f.Lines {
		w.Dividends = append(w.Dividends, recount.Dividend{
			Rank: l.Rank, Combination: l.Combination, Dividend: l.Dividend.String(), StakeCents: int64(l.Stakes),
		})
	}
	return w
}

// OpenAlarms reads the alarms kept in a folder, which is made when it is missing.
func OpenAlarms(folder string) (*Alarms, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("recheck: alarms: %w", err)
	}
	a := &Alarms{folder: folder, open: map[tote.RaceID]Alarm{}}
	names, err := a.kept()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return nil, fmt.Errorf("recheck: alarms: %w", err)
		}
		var d disputed
		if json.Unmarshal(text, &d) == nil && len(d.Pools) > 0 {
			a.open[d.Race] = Alarm{Race: d.Race, Difference: d.Pools[0].said(), File: a.path(name)}
		}
	}
	return a, nil
}

func (p *disputedPool) said() string { return fmt.Sprintf("%s: %s", p.Bet, p.Difference) }

// path names a file from the folder's parent: what staff find in the data
// directory.
func (a *Alarms) path(name string) string { return filepath.Base(a.folder) + "/" + name }

// kept lists the files of races, the oldest first.
func (a *Alarms) kept() ([]string, error) {
	entries, err := os.ReadDir(a.folder)
	if err != nil {
		return nil, fmt.Errorf("recheck: alarms: %w", err)
	}
	written := map[string]time.Time{}
	for _, e := range entries {
		if _, err := strconv.ParseUint(strings.TrimSuffix(e.Name(), ".json"), 10, 64); err != nil {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, fmt.Errorf("recheck: alarms: %w", err)
		}
		written[e.Name()] = info.ModTime()
	}
	return slices.SortedFunc(maps.Keys(written), func(x, y string) int {
		return cmp.Or(written[x].Compare(written[y]), strings.Compare(x, y))
	}), nil
}

// Raise keeps what both calculators say of a race and notes the alarm, which
// stands even when it cannot be written.
func (a *Alarms) Raise(second *Calculation, engine []event.Figures) (Alarm, error) {
	d := disputed{Race: second.Race, Position: second.At, Pools: []disputedPool{}}
	var cases bytes.Buffer
	var errs []error
	for i := range engine {
		first := &engine[i]
		at := slices.IndexFunc(second.Pools, func(p Pool) bool { return p.Figures.Pool == first.Pool })
		if at < 0 {
			continue // was refused as not computed
		}
		p := &second.Pools[at]
		difference := first.Difference(&p.Figures)
		if difference == "" {
			continue
		}
		d.Pools = append(d.Pools, disputedPool{
			Pool: first.Pool, Bet: p.Case.Bet, Difference: difference, Engine: workingOf(first), Second: workingOf(&p.Figures),
		})
		if !abroad(tote.BetCode(p.Case.Bet)) { // only its host can compute that one
			errs = append(errs, json.NewEncoder(&cases).Encode(p.Case))
		}
	}
	alarm := Alarm{Race: d.Race}
	if len(d.Pools) > 0 {
		alarm.Difference = d.Pools[0].said()
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err = errors.Join(append(errs, err)...); err == nil {
		name := strconv.FormatUint(uint64(d.Race), 10)
		if err = a.keep(name, append(text, '\n'), cases.Bytes()); err == nil {
			alarm.File = a.path(name + ".json")
		}
	}
	a.mu.Lock()
	a.open[d.Race] = alarm
	a.mu.Unlock()
	return alarm, err
}

// keep writes the files of a race and removes the oldest beyond the bound.
func (a *Alarms) keep(name string, text, cases []byte) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	err := errors.Join(a.write(name+".jsonl", cases), a.write(name+".json", text))
	names, lerr := a.kept()
	for ; len(names) > alarmsMax; names = names[1:] {
		old := filepath.Join(a.folder, names[0])
		lerr = errors.Join(lerr, os.Remove(old), os.Remove(old+"l"))
	}
	if err = errors.Join(err, lerr); err != nil {
		return fmt.Errorf("recheck: alarm: %w", err)
	}
	return nil
}

// write makes a file that is whole or absent.
func (a *Alarms) write(name string, content []byte) error {
	f, err := os.CreateTemp(a.folder, "new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(a.folder, name))
}

// Of tells of the alarm of a race.
func (a *Alarms) Of(race tote.RaceID) (Alarm, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	alarm, ok := a.open[race]
	return alarm, ok
}

// Races lists the races with an alarm, in order.
func (a *Alarms) Races() []tote.RaceID {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Sorted(maps.Keys(a.open))
}

// End notes that the dividends of a race are declared. Its files stay.
func (a *Alarms) End(race tote.RaceID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.open, race)
}
