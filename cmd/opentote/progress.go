package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"opentote/sim"
)

// progressLine shows how far a day has come: on a terminal one line that is
// written over, elsewhere a line every few seconds.
type progressLine struct {
	w        io.Writer
	terminal bool
	every    time.Duration
	last     time.Time
}

func newProgressLine(w io.Writer) *progressLine {
	p := &progressLine{w: w, every: 5 * time.Second, last: time.Now()}
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.terminal, p.every = true, 100*time.Millisecond
		}
	}
	return p
}

func (p *progressLine) show(at sim.Progress) {
	if time.Since(p.last) < p.every {
		return
	}
	p.last = time.Now()
	line := fmt.Sprintf("%s  %d of %d bets, %d of %d races paid", at.Now.Format("15:04:05"), at.Bets, at.Planned, at.Races, at.Of)
	if p.terminal {
		fmt.Fprintf(p.w, "\r\x1b[K%s", line)
		return
	}
	fmt.Fprintln(p.w, line)
}

func (p *progressLine) end() {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
