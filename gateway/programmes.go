package gateway

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"opentote/racing"
	"opentote/registry"
	"opentote/tote"
)

// Programmes holds the texts of days: names, conditions, runners. They come
// from the registry and are kept in memory whole; a day's texts take about a
// megabyte. Programmes are never changed in place, so what is returned may be
// read freely.
type Programmes struct {
	store *registry.Registry
	put   sync.Mutex   // held while a day is stored, so that store and days agree
	mu    sync.RWMutex // guards days
	days  map[tote.Day]*racing.Programme
}

// OpenProgrammes reads the registry's programmes.
func OpenProgrammes(ctx context.Context, store *registry.Registry) (*Programmes, error) {
	p := &Programmes{store: store, days: map[tote.Day]*racing.Programme{}}
	err := store.Programmes(ctx, func(day tote.Day, document []byte) error {
		r, err := gzip.NewReader(bytes.NewReader(document))
		if err != nil {
			return fmt.Errorf("gateway: programme of %v: %w", day, err)
		}
		programme := new(racing.Programme)
		if err := json.NewDecoder(r).Decode(programme); err != nil {
			return fmt.Errorf("gateway: programme of %v: %w", day, err)
		}
		p.days[day] = programme
		return nil
	})
	return p, err
}

// Put stores a day's programme. Races it brings without runners, as a programme
// without its participants does, keep those that are known.
func (p *Programmes) Put(ctx context.Context, programme *racing.Programme) error {
	p.put.Lock()
	defer p.put.Unlock()
	for r := range programme.Races {
		if _, known := p.race(r.ID); known != nil && len(r.Runners) == 0 {
			r.Runners = known.Runners
		}
	}
	var document bytes.Buffer
	w := gzip.NewWriter(&document)
	if err := json.NewEncoder(w).Encode(programme); err != nil {
		return fmt.Errorf("gateway: encode programme: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("gateway: encode programme: %w", err)
	}
	if err := p.store.PutProgramme(ctx, programme.Day, document.Bytes()); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.days[programme.Day] = programme
	return nil
}

// Day returns a day's programme, or nil.
func (p *Programmes) Day(day tote.Day) *racing.Programme {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.days[day]
}

// Days lists the days that have a programme, in order.
func (p *Programmes) Days() []tote.Day {
	p.mu.RLock()
	defer p.mu.RUnlock()
	days := make([]tote.Day, 0, len(p.days))
	for day := range p.days {
		days = append(days, day)
	}
	slices.Sort(days)
	return days
}
