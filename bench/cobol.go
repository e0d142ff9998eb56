package bench

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"opentote/sim/cobol"
	"opentote/tote"
)

// COBOL is the batch of package cobol as a reference: two passes over the file of
// units, of which the first adds up winning stakes and the second pays.
type COBOL struct{}

// Name returns what the reference is called.
func (COBOL) Name() string { return "COBOL" }

// Settle compiles the program and runs it twice. Ranks that do not follow from
// places alone are beyond it.
func (COBOL) Settle(ctx context.Context, u *Units) (*Settled, error) {
	compiler, err := exec.LookPath("cobc")
	if err != nil {
		return nil, Unmeasured("no COBOL compiler (cobc) on this machine; on Debian: apt-get install gnucobol3")
	}
	b := batch{dir: filepath.Dir(u.Path), units: u.Path}
	rules, err := placeRules(u)
	if err != nil {
		return nil, err
	}
	var got Settled
	if got.Version, err = b.compile(ctx, compiler); err != nil {
		return nil, err
	}
	var out string
	if got.Count, out, err = b.run(ctx, rules); err != nil {
		return nil, err
	}
	stakes, err := stakesOf(out, u.Classes)
	if err != nil {
		return nil, err
	}
	dividends, err := u.Share(stakes)
	if err != nil {
		return nil, err
	}
	for class, d := range dividends {
		rules = append(rules, fmt.Sprintf("D%03d%03d%03d%015d", class+1, 0, 0, int64(d)))
	}
	if got.Pay, _, err = b.run(ctx, rules); err != nil {
		return nil, err
	}
	got.CPU = b.cpu
	got.Winnings, err = b.payments()
	got.Footprint = int64(u.Count) * UnitSize
	return &got, err
}

// batch is the program in the folder it works in.
type batch struct {
	dir, units string
	cpu        time.Duration // of its runs
}

func (b *batch) path(name string) string { return filepath.Join(b.dir, name) }

// compile compiles the program and returns the compiler's version.
func (b *batch) compile(ctx context.Context, compiler string) (version string, err error) {
	if err := os.WriteFile(b.path("settle.cob"), []byte(cobol.Settle), 0o600); err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, compiler, "-x", "-O2", "-o", b.path("settle"), b.path("settle.cob")).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("cobc: %w: %s", err, out)
	}
	out, err = exec.CommandContext(ctx, compiler, "--version").Output()
	version, _, _ = strings.Cut(string(out), "\n")
	return version, err
}

// run runs the program under the rules and returns what it displayed.
func (b *batch) run(ctx context.Context, rules []string) (took time.Duration, out string, err error) {
	if err := os.WriteFile(b.path("rules"), []byte(strings.Join(rules, "\n")+"\n"), 0o600); err != nil {
		return 0, "", err
	}
	program := exec.CommandContext(ctx, b.path("settle"))
	program.Env = append(os.Environ(), "DD_RULES="+b.path("rules"), "DD_UNITS="+b.units, "DD_PAID="+b.path("paid"))
	began := time.Now()
	answer, err := program.CombinedOutput()
	took = time.Since(began)
	if program.ProcessState != nil {
		b.cpu += program.ProcessState.UserTime() + program.ProcessState.SystemTime()
	}
	if err != nil {
		return 0, "", fmt.Errorf("settle.cob: %w: %s", err, answer)
	}
	return took, string(answer), nil
}

// payments reads the file of payments: the bet in four bytes, cents in eight.
func (b *batch) payments() ([]Payment, error) {
	raw, err := os.ReadFile(b.path("paid"))
	if err != nil {
		return nil, err
	}
	const size = 12
	if len(raw)%size != 0 {
		return nil, fmt.Errorf("payments of %d bytes", len(raw))
	}
	won := make([]Payment, 0, len(raw)/size)
	for ; len(raw) > 0; raw = raw[size:] {
		won = append(won, Payment{
			Bet: binary.BigEndian.Uint32(raw), Money: tote.Money(binary.BigEndian.Uint64(raw[4:])),
		})
	}
	return won, nil
}

// stakesOf reads the stakes of each class, a line "class cents" each.
func stakesOf(out string, classes int) ([]tote.Money, error) {
	stakes := make([]tote.Money, classes)
	for line := range strings.Lines(out) {
		class, cents, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err1 := strconv.Atoi(class)
		m, err2 := strconv.ParseInt(cents, 10, 64)
		if err := errors.Join(err1, err2); err != nil || n < 1 || n > classes {
			return nil, fmt.Errorf("settle.cob displays %q", bytes.TrimSpace([]byte(line)))
		}
		stakes[n-1] = tote.Money(m)
	}
	return stakes, nil
}

// placeRules says which units win by the places of their horses, as the program
// reads it.
func placeRules(u *Units) ([]string, error) {
	var rules []string
	for h, place := range u.Places {
		if place > 0 {
			rules = append(rules, fmt.Sprintf("P%03d%03d%03d%015d", h, place, 0, 0))
		}
	}
	type rank struct{ size, order, mask int }
	class := map[rank]int{}
	for key, of := range u.Winners {
		r := rank{order: 2}
		last := uint8(0)
		for _, h := range key.horses() {
			r.size++
			place := u.Places[h]
			if place == 0 {
				continue
			}
			r.mask |= 1 << (place - 1)
			if place < last {
				r.order = 1
			}
			last = place
		}
		if before, ok := class[r]; ok && before != of {
			return nil, Unmeasured("ranks of this bet do not follow from places alone")
		}
		if class[r] == 0 {
			class[r] = of
			rules = append(rules, fmt.Sprintf("R%03d%03d%03d%015d", r.size, r.order, r.mask+1, of))
		}
	}
	return rules, nil
}
