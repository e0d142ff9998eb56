package sim

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"opentote/tote"
)

// Lang is a language of the report.
type Lang string

// The languages. Any other is read as English.
const (
	English Lang = "en"
	French  Lang = "fr"
)

// words are the report's texts in one language.
type words struct {
	title, total, people, unsold, day, checks, refusals, ledger  string
	got, gave                                                    string // of pools computed as one
	fromHost, toHost                                             string // of international pools
	empty, colon                                                 string
	arrival, nonRunners, dividends, refunded, compared, ok, fail string
	columns                                                      [12]string
	remarks                                                      map[Remark]string
	procedures                                                   map[tote.Procedure]string
	reasons                                                      map[tote.Reason]string
	ranks                                                        map[string]string // by what follows the bet's code
	names                                                        map[CheckName]string
	deeds                                                        [7]string
	classes                                                      map[string]string
	allHold, someFail                                            string
}

// texts returns the words of a language.
func texts(lang Lang) *words {
	if lang == French {
		return &french
	}
	return &english
}

// page writes the report. The first error of the writer stops it.
type page struct {
	w    io.Writer
	t    *words
	lang Lang
	err  error
}

func (p *page) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// WriteText writes the report for people. It holds neither durations nor
// numbers that depend on scheduling: the same day, seed and bettors give the
// same text.
func (r *Report) WriteText(w io.Writer, lang Lang) error {
	p := &page{w: w, t: texts(lang), lang: lang}
	p.printf(p.t.title+"\n", r.Day)
	p.printf(p.t.people+"\n", p.count(r.Bettors), p.count(r.Accounts), p.count(r.Tills), r.Seed)
	for i := range r.Races {
		p.race(&r.Races[i])
	}
	if len(r.Unsold) > 0 {
		p.printf("\n"+p.t.unsold+"\n", strings.Join(r.Unsold, " "))
	}
	p.printf("\n"+p.t.day+"\n", p.count(len(r.Races)))
	p.header()
	for i := range r.Bets {
		p.amounts(r.Bets[i].Bet, r.Bets[i].Amounts)
	}
	p.amounts(p.t.total, r.Total)
	p.deeds(r)
	p.ledger(r)
	p.checks(r)
	return p.err
}

func (p *page) race(r *RaceReport) {
	p.printf("\n%s  %s  %s  %s\n", r.Race, r.Start.Format("15:04"), r.Meeting, r.Name)
	if r.Arrival != "" {
		p.printf("  %s %s\n", p.t.arrival, r.Arrival)
	}
	if len(r.NonRunners) > 0 {
		names := make([]string, len(r.NonRunners))
		for i, h := range r.NonRunners {
			names[i] = h.String()
		}
		p.printf("  %s %s\n", p.t.nonRunners, strings.Join(names, ", "))
	}
	if r.Remark != "" {
		p.printf("  %s\n", p.t.remarks[r.Remark])
	}
	if len(r.Pools) == 0 {
		return
	}
	p.header()
	for i := range r.Pools {
		p.pool(&r.Pools[i])
	}
	p.amounts(p.t.total, r.Total)
}

func (p *page) pool(r *PoolReport) {
	p.amounts(r.Bet, r.Amounts)
	switch {
	case r.Stakes == 0:
		p.printf("    %s\n", p.t.empty)
		return
	case r.Procedure == tote.Refund:
		p.printf("    %s%s\n", p.t.refunded, known(p.t.reasons, r.Reason))
		return
	case r.Procedure == tote.NoWinner && r.Booster == 0: // all was refunded: nothing is kept
	case r.Procedure != tote.Normal && r.Procedure != "":
		p.printf("    %s\n", known(p.t.procedures, r.Procedure))
	}
	switch {
	case r.Shared > 0:
		p.printf("    "+p.t.got+"\n", p.money(r.Shared))
	case r.Shared < 0:
		p.printf("    "+p.t.gave+"\n", p.money(-r.Shared))
	case r.Host > 0:
		p.printf("    "+p.t.fromHost+"\n", p.money(r.Host))
	case r.Host < 0:
		p.printf("    "+p.t.toHost+"\n", p.money(-r.Host))
	}
	if len(r.Dividends) > 0 {
		p.printf("    %s %s\n", p.t.dividends, p.dividends(r))
	}
}

// dividends writes a pool's dividends: the combinations paid the same together,
// each rank but the bet's own behind its name.
//
//	2-7 : 37.50 | 1 non-runner: 2-NP : 3.00 · 7-NP : 2.10
func (p *page) dividends(r *PoolReport) string {
	var b strings.Builder
	rank := ""
	for i, l := range r.Dividends {
		switch {
		case i > 0 && l.Rank != rank:
			b.WriteString(" | ")
		case i > 0:
			b.WriteString(" · ")
		}
		if suffix := strings.TrimPrefix(strings.TrimPrefix(l.Rank, r.Bet), "_"); l.Rank != rank && suffix != "" {
			b.WriteString(known(p.t.ranks, suffix) + p.t.colon)
		}
		rank = l.Rank
		b.WriteString(strings.Join(l.Combinations, " ") + " : " + p.money(tote.Money(l.Dividend)))
	}
	return b.String()
}

// known returns a code's words, or the code itself when it is a new one.
func known[K ~string](words map[K]string, code K) string {
	if text, ok := words[code]; ok {
		return text
	}
	return string(code)
}

// widths of the columns.
var widths = [12]int{28, 8, 8, 14, 13, 14, 13, 11, 11, 11, 14, 12}

func (p *page) header() { p.row(p.t.columns) }

func (p *page) amounts(name string, a Amounts) {
	p.row([12]string{
		name, p.count(a.Bets), p.count(a.Cancelled), p.money(a.Stakes), p.money(a.Refunds), p.money(a.Winnings),
		p.money(a.Takeout), p.money(a.Progressive), p.money(a.Breakage), p.money(a.Booster), p.money(a.Paid),
		p.money(a.Unclaimed),
	})
}

func (p *page) row(cells [12]string) {
	var b strings.Builder
	b.WriteString("  ")
	for i, cell := range cells {
		blank := strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(cell)))
		if i == 0 {
			b.WriteString(cell + blank)
			continue
		}
		b.WriteString(" " + blank + cell)
	}
	p.printf("%s\n", strings.TrimRight(b.String(), " "))
}

func (p *page) deeds(r *Report) {
	p.printf("\n")
	for i, n := range []int{
		r.Deeds.Plain, r.Deeds.Twice, r.Deeds.Lost, r.Deeds.Withdrawn, r.Deeds.Refused, r.Deeds.Late, r.Deeds.Left,
	} {
		p.printf("  %9s %s\n", p.count(n), p.t.deeds[i])
	}
	p.printf("\n%s\n", p.t.refusals)
	for _, s := range r.Refusals {
		p.printf("  %9s %s\n", p.count(s.N), s.Code)
	}
}

func (p *page) ledger(r *Report) {
	p.printf("\n%s\n", p.t.ledger)
	for _, l := range r.Ledger {
		p.printf("  %18s %s\n", p.money(l.Cents), known(p.t.classes, l.Class))
	}
}

func (p *page) checks(r *Report) {
	p.printf("\n%s\n", p.t.checks)
	for _, c := range r.Checks {
		verdict := p.t.ok
		if !c.OK {
			verdict = p.t.fail
		}
		p.printf("  %-6s %s (%s)\n", verdict, p.t.names[c.Name], fmt.Sprintf(p.t.compared, p.count(c.Compared)))
		for _, line := range c.Detail {
			p.printf("         %s\n", line)
		}
	}
	if n := len(r.Failed()); n > 0 {
		p.printf(p.t.someFail+"\n", n)
		return
	}
	p.printf("%s\n", p.t.allHold)
}

// money writes an amount in euros: 1,234.50 in English, 1 234,50 in French, with
// no-break spaces.
func (p *page) money(m tote.Money) string {
	text := m.String()
	whole, cents := text[:len(text)-3], text[len(text)-2:]
	point := "."
	if p.lang == French {
		point = ","
	}
	return p.grouped(whole) + point + cents
}

func (p *page) count(n int) string { return p.grouped(strconv.Itoa(n)) }

// grouped puts a separator between thousands.
func (p *page) grouped(digits string) string {
	separator := ","
	if p.lang == French {
		separator = "\u202f"
	}
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(separator)
		}
		b.WriteByte(digits[i])
	}
	return sign + b.String()
}
