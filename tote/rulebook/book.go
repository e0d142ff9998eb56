// Package rulebook holds what differs by jurisdiction, network and date: which
// bets exist, their rates, scales, shares and minima, as data, and the chapters'
// own ways to share a pool, as strategies the data parametrises.
//
// A book is dated as a whole: when a rate changes, a new book starts from the
// old one's data. Settled pools name the book they were computed with.
package rulebook

import (
	"slices"

	"opentote/tote"
)

// ID names a book for ever, "fr-online-2020".
type ID string

// Book is one rulebook: valid on its network from a day until the next book's.
type Book struct {
	ID      ID
	Network tote.Network
	From    tote.Day
	// Provisional marks figures recovered from published dividends: evidence,
	// not law.
	Provisional bool
	// CancelDelay is how long after its recording a bettor may cancel a bet, in
	// milliseconds (II-6). An event that affects the bet, such as a
	// non-runner, lifts the limit until the start (AMB-12).
	CancelDelay int64

	bets     []bet        // sorted by code
	apart    []bet        // that settle with more than their own pool
	jackpots []jackpot    // services on bets
	single   *SinglePool  // of the three bets of Title III bis, nil without
	report   *ReportTerms // nil without reports
	hosted   []*HostedBet // sorted by code; their dividends come from abroad
}

// Apart returns a bet whose settlement takes more than a pool of its own: a
// reserve fund, or units that leave for another pool of the race. The bet of the
// shops also goes by its online code. take changes its rate unless nil.
func (b *Book) Apart(code tote.BetCode, take *tote.Rate) (tote.BetType, bool) {
	for i := range b.apart {
		if own := b.apart[i].code; own != code && "E_"+own != code {
			continue
		}
		terms := b.apart[i].terms
		if take != nil {
			terms.Take = *take
		}
		return b.apart[i].build(code, terms), true
	}
	return nil, false
}

// bet is a book's data for one code and the strategy that reads it.
type bet struct {
	code  tote.BetCode
	terms tote.Terms
	build func(tote.BetCode, tote.Terms) tote.BetType
	built tote.BetType
}

// books are sorted by network, then by first day.
var books = []*Book{open(frOnline2020), open(onlineObserved("fr-online-2026-observed")), open(frRetailObserved), open(frInternational2020)}

// evidence are the books that are computed with on request but never in force.
var evidence = []*Book{open(onlineObserved("fr-2026-observed"))}

func open(b Book) *Book {
	for _, list := range [][]bet{b.bets, b.apart} {
		for i := range list {
			list[i].built = list[i].build(list[i].code, list[i].terms)
		}
	}
	return &b
}

// ByID returns the book of that name.
func ByID(id ID) (*Book, bool) {
	for _, list := range [][]*Book{books, evidence} {
		for _, b := range list {
			if b.ID == id {
				return b, true
			}
		}
	}
	return nil, false
}

// For returns the book in force on a network for races of a day.
func For(network tote.Network, day tote.Day) (*Book, bool) {
	var found *Book
	for _, b := range books {
		if b.Network == network && b.From <= day {
			found = b
		}
	}
	return found, found != nil
}

// find returns the book's data for a code, nil if it has none.
func (b *Book) find(code tote.BetCode) *bet {
	for _, list := range [][]bet{b.bets, b.apart} {
		for i := range list {
			if list[i].code == code {
				return &list[i]
			}
		}
	}
	return nil
}

// Bet returns the bet of that code as it is sold under this book. It is a
// tote.BetType or, where it shares its pool with others, a *SharedBet, or, where a
// host abroad shares it out, a *HostedBet.
func (b *Book) Bet(code tote.BetCode) (tote.Bet, bool) {
	if bet, ok := b.Type(code); ok {
		return bet, true
	}
	for _, bet := range b.hosted {
		if bet.code == code {
			return bet, true
		}
	}
	if b.single == nil {
		return nil, false
	}
	bet, ok := b.single.Bet(code)
	return &SharedBet{b.single, bet}, ok
}

// Type returns the bet of that code that has a pool of its own under this book.
func (b *Book) Type(code tote.BetCode) (tote.BetType, bool) {
	if found := b.find(code); found != nil {
		return found.built, true
	}
	return nil, false
}

// ReceiverOf returns the bet whose pool on the same race takes over the units of
// a bet that are left with one non-runner (III-9-3-I-b).
func ReceiverOf(code tote.BetCode) (tote.BetCode, bool) {
	switch code {
	case "E_QUINTE_PLUS":
		return "E_QUARTE_PLUS", true
	case "QUINTE_PLUS":
		return "QUARTE_PLUS", true
	}
	return "", false
}

// TypeAt is Type with another take rate: a partner's, or a what-if.
func (b *Book) TypeAt(code tote.BetCode, take tote.Rate) (tote.BetType, bool) {
	found := b.find(code)
	if found == nil {
		return nil, false
	}
	terms := found.terms
	terms.Take = take
	return found.build(code, terms), true
}

// Terms returns the dated figures of a bet, for notices and reports.
func (b *Book) Terms(code tote.BetCode) (tote.Terms, bool) {
	if found := b.find(code); found != nil {
		return found.terms, true
	}
	if b.single != nil {
		if bet, ok := b.single.Bet(code); ok {
			return b.single.terms.Bets[bet.Index()], true
		}
	}
	return tote.Terms{}, false
}

// Codes returns the codes of the bets that the book computes, sorted.
func (b *Book) Codes() []tote.BetCode {
	codes := make([]tote.BetCode, 0, len(b.bets)+len(b.apart))
	for _, list := range [][]bet{b.bets, b.apart} {
		for i := range list {
			codes = append(codes, list[i].code)
		}
	}
	slices.Sort(codes)
	return codes
}
