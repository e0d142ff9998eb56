package recheck

import (
	"context"

	"opentote/tote"
)

// CalculateApart is Calculate with all horses told apart: every unit of every bet
// is on the case as it was sold.
func (f *Follower) CalculateApart(ctx context.Context, id tote.RaceID) ([]Pool, error) {
	r, _ := f.copyOf(id)
	if r == nil {
		return nil, nil
	}
	r.apart = true
	return r.calculate(ctx)
}
