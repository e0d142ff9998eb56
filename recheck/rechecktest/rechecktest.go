// Package rechecktest has tests declare dividends: it computes a race's pools a
// second time, as the second calculator does in a running system.
package rechecktest

import (
	"context"

	"opentote/event"
	"opentote/follow"
	"opentote/journal"
	"opentote/recheck"
	"opentote/tote"
)

// Failer is the part of a test, or of a property's, that is needed here.
type Failer interface {
	Helper()
	Fatal(args ...any)
}

// Figures returns what the second calculator comes to for a race, by all that is
// in the journal; none for a race that does not wait for its dividends.
func Figures(t Failer, j journal.Reader, race tote.RaceID) []event.Figures {
	t.Helper()
	ctx := context.Background()
	f := recheck.New()
	if _, err := follow.CatchUp(ctx, j, 0, f); err != nil {
		t.Fatal(err)
	}
	c, err := f.Calculate(ctx, race)
	if err != nil {
		t.Fatal(err)
	}
	return c.Figures()
}
