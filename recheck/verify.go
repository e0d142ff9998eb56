package recheck

import (
	"context"
	"fmt"

	"opentote/event"
	"opentote/follow"
	"opentote/journal"
	"opentote/tote"
)

// differencesMax bounds the differences of a report.
const differencesMax = 100

// Report is what the second calculator says of the dividends in a journal.
type Report struct {
	Races       int          `json:"races"` // computed again
	Pools       int          `json:"pools"`
	Differences []Difference `json:"differences"`
	Unlisted    int          `json:"unlisted"` // beyond the hundredth
}

// Difference is a pool whose dividends are not what the second calculator comes to.
type Difference struct {
	Event    event.Seq    `json:"event"` // that declares them
	Race     tote.RaceID  `json:"race"`
	Pool     event.PoolID `json:"pool"`
	Bet      string       `json:"bet"`
	Sentence string       `json:"sentence"` // the first figure, the journal's before the other
}

// Verify computes every race of a journal again, from the events before its
// dividends were declared. Differences are in the report; the error says why the
// journal could not be followed.
func Verify(ctx context.Context, j journal.Reader) (*Report, error) {
	v := &verifier{Follower: New(), ctx: ctx, report: Report{Differences: []Difference{}}}
	if _, err := follow.CatchUp(ctx, j, 0, v); err != nil {
		return nil, fmt.Errorf("recheck: %w", err)
	}
	return &v.report, nil
}

// verifier computes the races that it follows.
type verifier struct {
	*Follower
	ctx    context.Context
	report Report
	race   *race // that was computed last
	second []Pool
	err    error // why it could not be
}

// Apply is of follow.Handler.
func (v *verifier) Apply(seq event.Seq, at event.Millis, ev event.Event) error {
	if e, ok := ev.(*event.DividendsDeclared); ok && v.Follower.pools[e.Pool] != nil {
		v.declared(seq, e)
		if err := v.ctx.Err(); err != nil {
			return err
		}
	}
	return v.Follower.Apply(seq, at, ev)
}

// declared holds a pool's dividends against those of the race computed here; all
// of its pools are declared together.
func (v *verifier) declared(seq event.Seq, e *event.DividendsDeclared) {
	p := v.Follower.pools[e.Pool]
	if v.race != p.race {
		v.race, v.report.Races = p.race, v.report.Races+1
		v.second, v.err = p.race.copied().guarded(v.ctx)
	}
	v.report.Pools++
	said := ""
	if v.err != nil {
		said = "it cannot be computed: " + v.err.Error()
	} else {
		said = v.difference(e)
	}
	switch {
	case said == "":
	case len(v.report.Differences) == differencesMax:
		v.report.Unlisted++
	default:
		v.report.Differences = append(v.report.Differences, Difference{
			Event: seq, Race: p.race.id, Pool: e.Pool, Bet: string(p.terms.Bet), Sentence: said,
		})
	}
}

// difference says where an event first differs from what was computed. What the
// pool held is not in the event, but in the digest of the figures agreed on.
func (v *verifier) difference(e *event.DividendsDeclared) string {
	for i := range v.second {
		second := &v.second[i].Figures
		if second.Pool != e.Pool {
			continue
		}
		first := e.Figures(second.Held)
		if d := first.Difference(second); d != "" {
			return d
		}
		if e.Second != second.Digest() {
			return "the figures agreed on before the declaration were others"
		}
		return ""
	}
	return "it is not computed"
}
