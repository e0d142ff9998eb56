//go:build !cgo

package duck

import (
	"context"

	"opentote/bench"
)

func (reference) Settle(context.Context, *bench.Units) (*bench.Settled, error) {
	return nil, bench.Unmeasured("built without cgo")
}
