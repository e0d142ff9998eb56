package audit

import (
	"opentote/engine"
	"opentote/tote"
)

// class numbers the ledger's accounts as the engine does, so that the two can
// be compared.
type class = engine.Class

// ledger is what each class of account holds. Unlike the engine's it is kept
// leg by leg, each from what the event says of it, so that an event whose legs
// do not balance shows.
type ledger [engine.Reports + 1]tote.Money

func (l *ledger) add(c class, m tote.Money) { l[c] += m }

func (l *ledger) sum() (sum tote.Money) {
	for _, m := range l {
		sum += m
	}
	return sum
}

func (l *ledger) balances() []Balance {
	out := make([]Balance, len(l))
	for i, m := range l {
		out[i] = Balance{Class: class(i).String(), Money: m}
	}
	return out
}
