// Package duck settles a pool with DuckDB, an embedded column store, so that
// figures stand beside those of a database made for scans. It is the only package
// that needs cgo; built without, it says that it measured nothing.
package duck

import "opentote/bench"

// New returns DuckDB as a reference of the benchmark of settlement.
func New() bench.Reference { return reference{} }

type reference struct{}

func (reference) Name() string { return "DuckDB" }
