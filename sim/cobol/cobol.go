// Package cobol holds the batch that settles a pool in COBOL, as the systems did
// that OpenTote replaces. The benchmark of settlement compiles it where there is
// a compiler (Debian: gnucobol3).
package cobol

import _ "embed"

// Settle is the program's source, in fixed form; its comment says how it is run.
//
//go:embed settle.cob
var Settle string
