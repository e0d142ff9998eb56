// Package working writes, for people, how a pool was computed: from its stakes to its
// dividends and to where every cent went, in French and in English. Each line names
// the article it follows, and its figures can be redone with a pocket calculator.
//
//	sections := working.Pool{...}.Sections(working.French)
//	text := working.Text(sections)
//
// It computes no dividend. It puts into words the steps that the calculation noted
// in a tote.Working.
package working

import (
	"strings"

	"opentote/tote"
)

// Language is a language of workings.
type Language uint8

// The languages.
const (
	English Language = iota
	French
)

// Pool is a settled pool and what its calculation noted.
type Pool struct {
	Bet      tote.BetCode
	Rulebook string
	Result   tote.Result
	// Lines is empty where the result alone refunds the pool.
	Lines      []tote.Line
	Stakes     tote.Stakes
	Received   tote.Money // of the stakes, those that another pool of the race sent
	Host       tote.Money // from the host abroad that shared the pool out, negative to it
	Settlement tote.Settlement
	// Accounts are the pool's money as it was shared out, nil to leave them out.
	Accounts *tote.Accounts
	Working  tote.Working
	// Refunds are the bets of a single pool that are refunded whole, and why.
	Refunds []Refund
}

// Refund is a bet of a single pool that is refunded whole.
type Refund struct {
	Bet    tote.BetCode
	Reason tote.Reason
}

// Section is a part of a working under one title.
type Section struct {
	Title string `json:"title"`
	Lines []Line `json:"lines"`
}

// Line is one sentence or one sum. Article is what it follows, "III-3-4", empty where
// it is no rule.
type Line struct {
	Text    string `json:"text"`
	Article string `json:"article,omitempty"`
}

// Text writes sections as plain text, articles at the ends of the lines.
func Text(sections []Section) string {
	var b strings.Builder
	for _, s := range sections {
		b.WriteString(s.Title)
		b.WriteByte('\n')
		for _, l := range s.Lines {
			b.WriteString("  ")
			b.WriteString(l.Text)
			if l.Article != "" {
				b.WriteString("  [" + l.Article + "]")
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// Sections puts the working of a pool into words.
func (p *Pool) Sections(lang Language) []Section {
	w := &writer{pool: p, lang: lang, articles: articlesOf(p.Bet)}
	w.race()
	w.stakes()
	w.steps()
	w.outcome()
	w.accounts()
	return w.done()
}
