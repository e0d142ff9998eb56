package event

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"opentote/tote"
)

// Figures are what a calculation of a pool comes to, whichever calculator made
// it: how the pool is computed, what it pays, what it owes. Two calculators
// must come to equal ones before they count.
type Figures struct {
	Pool      PoolID
	Procedure tote.Procedure
	Reason    tote.Reason // of a whole refund
	// Held is what came into the pool: stakes less those that left, those received,
	// and money added.
	Held              tote.Money
	Refunds, Winnings tote.Money // owed to bettors
	Kept              tote.Money // for the funds of the bet
	Lines             []DividendLine
}

// Figures returns what the event declares of a pool that held some money, the
// lines sorted by rank and combination.
func (e *DividendsDeclared) Figures(held tote.Money) Figures {
	f := Figures{
		Pool: e.Pool, Procedure: e.Procedure, Reason: e.Reason, Held: held,
		Refunds: e.Refunds, Winnings: e.Winnings, Kept: e.Booster, Lines: slices.Clone(e.Lines),
	}
	f.Sort()
	return f
}

// Sort puts the lines in the one order that digests and comparisons are of.
func (f *Figures) Sort() {
	slices.SortFunc(f.Lines, func(a, b DividendLine) int {
		if c := strings.Compare(a.Rank, b.Rank); c != 0 {
			return c
		}
		return strings.Compare(a.Combination, b.Combination)
	})
}

// Digest is a hash of all that is in sorted figures: equal ones have equal
// digests.
func (f *Figures) Digest() Hash {
	c := codec{out: []byte("opentote figures 1\n")}
	number(&c, 1, &f.Pool)
	text(&c, 2, &f.Procedure)
	text(&c, 3, &f.Reason)
	repeated(&c, 4, &f.Lines, (*DividendLine).wire)
	number(&c, 5, &f.Refunds)
	number(&c, 6, &f.Winnings)
	number(&c, 7, &f.Kept)
	number(&c, 8, &f.Held)
	return sha256.Sum256(c.out)
}

// Difference says where sorted figures first differ from others of the pool,
// nothing where they are equal.
func (f *Figures) Difference(other *Figures) string {
	if f.Procedure != other.Procedure || f.Reason != other.Reason {
		return fmt.Sprintf("procedure %q %q, or %q %q", f.Procedure, f.Reason, other.Procedure, other.Reason)
	}
	for _, m := range []struct {
		name     string
		one, two tote.Money
	}{
		{"held", f.Held, other.Held},
		{"refunds", f.Refunds, other.Refunds},
		{"winnings", f.Winnings, other.Winnings},
		{"kept", f.Kept, other.Kept},
	} {
		if m.one != m.two {
			return fmt.Sprintf("%s %v, or %v", m.name, m.one, m.two)
		}
	}
	for i := range max(len(f.Lines), len(other.Lines)) {
		if i >= len(f.Lines) || i >= len(other.Lines) || f.Lines[i] != other.Lines[i] {
			return fmt.Sprintf("%s, or %s", lineAt(f.Lines, i), lineAt(other.Lines, i))
		}
	}
	return ""
}

// lineAt says what a line is, whether there is one or not.
func lineAt(lines []DividendLine, i int) string {
	if i >= len(lines) {
		return "no line"
	}
	l := lines[i]
	return fmt.Sprintf("%s %s %v on %v", l.Rank, l.Combination, l.Dividend, l.Stakes)
}
