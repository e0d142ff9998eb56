package recheck_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"opentote/engine"
	"opentote/event"
	"opentote/journal"
	"opentote/recheck"
)

// told is a journal whose events are told otherwise than they were written.
type told struct {
	journal.Reader
	change func(event.Event)
}

func (j told) Read(ctx context.Context, from event.Seq, f func(event.Row) error) error {
	var dec event.Decoder
	return j.Reader.Read(ctx, from, func(row event.Row) error {
		var enc event.Encoder
		first := true
		err := dec.Decode(row.Payload, func(at event.Millis, ev event.Event) error {
			if first {
				enc.Reset(at)
				first = false
			}
			j.change(ev)
			enc.Append(ev)
			return nil
		})
		if err != nil {
			return err
		}
		row.Payload = bytes.Clone(enc.Payload())
		return f(row)
	})
}

// TestDeclaredRacesAreComputedAgain: dividends of random races are found right, and
// wrong once any figure of them is another.
func TestDeclaredRacesAreComputedAgain(t *testing.T) {
	falsified := []struct {
		says   string
		change func(*event.DividendsDeclared)
	}{
		{"winnings", func(e *event.DividendsDeclared) { e.Winnings++ }},
		{"refunds", func(e *event.DividendsDeclared) { e.Refunds++ }},
		{"procedure", func(e *event.DividendsDeclared) { e.Procedure = "other" }},
		{"agreed on", func(e *event.DividendsDeclared) { e.Second[0]++ }},
		{"E_NOTHING", func(e *event.DividendsDeclared) {
			e.Lines = append(e.Lines, event.DividendLine{Rank: "E_NOTHING", Combination: "1", Dividend: 110})
		}},
	}
	rapid.Check(t, func(t *rapid.T) {
		r := open(t)
		defer r.engine.Close()
		r.run()
		r.must(&engine.DeclareDividends{Race: r.id, Second: r.calculate().Figures()})
		if len(r.codes) == 0 {
			return
		}
		report, err := recheck.Verify(context.Background(), r.journal)
		if err != nil || report.Races != 1 || report.Pools != len(r.codes) || len(report.Differences) > 0 {
			t.Errorf("%d pools: %+v, %v", len(r.codes), report, err)
		}
		wrong := rapid.SampledFrom(falsified).Draw(t, "falsified")
		pool, at := rapid.IntRange(1, len(r.codes)).Draw(t, "pool"), 0
		report, err = recheck.Verify(context.Background(), told{Reader: r.journal, change: func(ev event.Event) {
			if e, ok := ev.(*event.DividendsDeclared); ok {
				if at++; at == pool {
					wrong.change(e)
				}
			}
		}})
		if err != nil || len(report.Differences) != 1 || !strings.Contains(report.Differences[0].Sentence, wrong.says) {
			t.Errorf("%s: %+v, %v", wrong.says, report, err)
		}
	})
}

// TestARaceThatCannotBeComputedIsADifference: the others are still computed.
func TestARaceThatCannotBeComputedIsADifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := open(t)
		defer r.engine.Close()
		r.run()
		r.must(&engine.DeclareDividends{Race: r.id, Second: r.calculate().Figures()})
		report, err := recheck.Verify(context.Background(), told{Reader: r.journal, change: func(ev event.Event) {
			if e, ok := ev.(*event.RaceDeclared); ok {
				for i := range e.Pools {
					e.Pools[i].Rulebook = "none"
				}
			}
		}})
		if err != nil || len(report.Differences) != len(r.codes) {
			t.Fatalf("%d pools: %+v, %v", len(r.codes), report, err)
		}
		for _, d := range report.Differences {
			if !strings.Contains(d.Sentence, "cannot be computed: ") {
				t.Errorf("%+v", d)
			}
		}
	})
}
