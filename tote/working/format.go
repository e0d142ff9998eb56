package working

import (
	"fmt"
	"math/big"
	"strings"

	"opentote/tote"
)

// writer puts a pool into words of one language.
type writer struct {
	pool     *Pool
	lang     Language
	articles articles
	sections []Section
	calculation
}

// The kinds of figures that sentences take beside tote.Money, tote.Dividend and
// tote.Rate.
type (
	cents  struct{ *big.Rat } // exact cents, written in euros
	number struct{ *big.Rat } // a plain number, or what one euro brings
	part   struct{ *big.Rat } // a fraction of one
)

// section starts a section.
func (w *writer) section(fr, en string, args ...any) {
	title, _ := w.sentence(fr, en, args)
	w.sections = append(w.sections, Section{Title: title})
}

// say adds a line to the section. {=} in it becomes = where every figure of the line
// is written exactly, and ≈ where one had to be rounded.
func (w *writer) say(article, fr, en string, args ...any) {
	text, _ := w.sentence(fr, en, args)
	last := &w.sections[len(w.sections)-1]
	last.Lines = append(last.Lines, Line{Text: text, Article: article})
}

// done returns the sections that hold a line.
func (w *writer) done() []Section {
	var out []Section
	for _, s := range w.sections {
		if len(s.Lines) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// sentence fills in the figures.
func (w *writer) sentence(fr, en string, args []any) (text string, exact bool) {
	format := en
	if w.lang == French {
		format = fr
	}
	exact = true
	texts := make([]any, len(args))
	for i, arg := range args {
		written, is := w.figure(arg)
		texts[i], exact = written, exact && is
	}
	sign := "="
	if !exact {
		sign = "≈"
	}
	format = strings.ReplaceAll(format, "{=}", sign)
	if w.lang == French {
		format = spaced.Replace(format)
	}
	return fmt.Sprintf(format, texts...), exact
}

// spaced keeps French punctuation and units with the word before, and writes
// apostrophes as printers do.
var spaced = strings.NewReplacer("'", "’", " :", "\u00a0:", " ;", "\u00a0;", " %%", "\u00a0%%", " €", "\u00a0€")

// figure writes a figure and tells whether it is exact.
func (w *writer) figure(arg any) (text string, exact bool) {
	switch v := arg.(type) {
	case tote.Money:
		return w.euros(v.Rat())
	case cents:
		return w.euros(v.Rat)
	case number:
		return w.decimal(v.Rat, 0)
	case part:
		return w.part(v.Rat)
	case tote.Rate:
		return w.part(v.Rat())
	case tote.Dividend:
		return w.euros(tote.Money(v).Rat())
	case quoted:
		return v.text, v.exact
	}
	return fmt.Sprint(arg), true
}

// quoted is a text made of figures before.
type quoted struct {
	text  string
	exact bool
}

// places is how many decimals a figure has at most: enough that a product with stakes
// of a hundred thousand euros is right to the cent. A small number has as many digits
// after its zeros, up to placesMax decimals.
const (
	places    = 7
	placesMax = 18
)

// euros writes exact cents as an amount: at least two decimals, more only where
// there is more.
func (w *writer) euros(r *big.Rat) (text string, exact bool) {
	euros := new(big.Rat).Quo(r, big.NewRat(100, 1))
	text, exact = w.decimal(euros, 2)
	if w.lang == French {
		return text + "\u00a0€", exact
	}
	if rest, negative := strings.CutPrefix(text, "−"); negative {
		return "−€" + rest, exact
	}
	return "€" + text, exact
}

// part writes a fraction of one: in percent where that is short, else as a fraction.
func (w *writer) part(r *big.Rat) (text string, exact bool) {
	percent := new(big.Rat).Mul(r, big.NewRat(100, 1))
	if text, exact = w.decimal(percent, 0); exact {
		if w.lang == French {
			return text + "\u00a0%", true
		}
		return text + "%", true
	}
	if r.Denom().BitLen() < 12 {
		return r.Num().String() + "/" + r.Denom().String(), true
	}
	return w.decimal(r, 0)
}

// decimal writes a number with at least so many decimals.
func (w *writer) decimal(r *big.Rat, least int) (text string, exact bool) {
	size := new(big.Rat).Abs(r)
	shown := places
	for tenth := big.NewRat(1, 10); least == 0 && size.Sign() > 0 && size.Cmp(tenth) < 0 && shown < placesMax; shown++ {
		tenth.Quo(tenth, big.NewRat(10, 1))
	}
	digits := size.FloatString(shown)
	rounded, _ := new(big.Rat).SetString(digits)
	exact = rounded.Cmp(size) == 0
	whole, decimals, _ := strings.Cut(digits, ".")
	if exact {
		decimals = strings.TrimRight(decimals, "0")
	}
	if missing := least - len(decimals); missing > 0 {
		decimals += strings.Repeat("0", missing)
	}
	comma, point := ",", "."
	if w.lang == French {
		comma, point = "\u202f", ","
	}
	text = grouped(whole, comma)
	if decimals != "" {
		text += point + decimals
	}
	if r.Sign() < 0 {
		text = "−" + text
	}
	return text, exact
}

// grouped parts the thousands.
func grouped(digits, comma string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + comma + digits[i:]
	}
	return digits
}

// list joins with commas, at most so many, and says how many more there are.
func (w *writer) list(items []string, most int) string {
	if len(items) <= most {
		return strings.Join(items, ", ")
	}
	more := fmt.Sprintf(" and %d more", len(items)-most)
	if w.lang == French {
		more = fmt.Sprintf(" et %d autres", len(items)-most)
	}
	return strings.Join(items[:most], ", ") + more
}
