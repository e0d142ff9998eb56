// Package tote holds the rules of pari-mutuel betting: what a bet is, how many
// unit combinations it holds, which of them a result makes win, and what each
// is paid. Everything is a pure function of its arguments.
//
// A pool is settled in these steps, whatever the bet (01-general section 12.4):
//
//	Result.Check       the official result is possible
//	BetType.Card       the payable combinations, or why all is refunded
//	Card.Count         each bet's units: refunded, won on a line, or lost
//	Card.Share         stakes by line -> dividends
//	Dividend.Pay       a unit's win, to the cent
//	Settlement.Split   where every cent of the pool went
//
// Bet types live in package rulebook, which differs by jurisdiction and date.
// They are made of the parts here: Shape validates patterns, SetsInTop and
// TopOrderings find winners under dead heats, Terms and Pool carry the exact
// money from the stakes to the published dividend.
//
// Money and Dividend are integers; between the two everything is an exact
// rational, rounded only where the rulebook rounds.
package tote
