package sim

import (
	"context"
	"sync"
	"sync/atomic"
)

// workers is how many calls of one kind are under way at once.
const workers = 48

// crew runs work for every i below n on a bounded number of goroutines and
// returns once all is done. The first error stops what has not begun.
func crew(ctx context.Context, n int, work func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, workers) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := work(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}
