package cases

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"opentote/tote"
	"opentote/tote/rulebook"
)

// isOrdered reports whether the bet is one of chapters 07 to 09: their fields can
// leave several places to associates, so that a unit of one is a pattern of its
// own.
func isOrdered(code tote.BetCode) bool {
	switch strings.TrimPrefix(string(code), "E_") {
	case "TIERCE", "QUARTE_PLUS", "QUINTE_PLUS":
		return true
	}
	return false
}

// onRace returns the bet as the race of the case offers it.
func (in *input) onRace(bet tote.BetType) (tote.BetType, error) {
	if in.Race == nil || in.Race.OffersQuarte == nil {
		return bet, nil
	}
	if !strings.HasSuffix(in.Bet, "QUINTE_PLUS") {
		return nil, fmt.Errorf("race.offers_quarte does not concern %s", in.Bet)
	}
	if *in.Race.OffersQuarte {
		return bet, nil
	}
	return rulebook.WithoutQuarte(bet), nil
}

// readOrdered makes the stake's pattern one combination in the order of the
// selection. The field formula it comes from, if any, is kept beside: it says
// whether the unit is refunded because its bases are out.
func (u *unit) readOrdered(s *stake) {
	if u.pattern.Formula != tote.Base {
		return
	}
	places := make([]int, len(s.Bases))
	for i, base := range s.Bases {
		places[i] = slices.Index(s.Selection, base) + 1
	}
	field := u.pattern.At(places...)
	u.field = &field
	selection, _ := horses(s.Selection, "")
	u.pattern = tote.UnitPattern(selection...)
	if c := field.Complement; !slices.Contains(selection, c) {
		u.pattern.Complement = c
	}
}

// counter is the part of a card that counts.
type counter interface {
	Lines() []tote.Line
	Count(p *tote.Pattern, t *tote.Tally)
}

// seller is the part of a bet type that validates patterns.
type seller interface {
	Units(p *tote.Pattern, f tote.Field) (int, error)
}

// tally counts the unit on the card. Units of one field hold the same
// horses: they are refunded together.
func (u *unit) tally(card counter, t *tote.Tally) {
	t.Reset(len(card.Lines()))
	if u.received {
		card.(tote.Receiver).CountReceived(&u.pattern, t)
		return
	}
	if u.field != nil {
		card.Count(u.field, t)
		if t.Refunded > 0 {
			return
		}
		t.Reset(len(card.Lines()))
	}
	card.Count(&u.pattern, t)
}

// readBet reads the bet of a stake. One of the e-Quinté+ can stand in an e-Quarté
// Plus: a unit that left the former for the latter (III-9-3-I-b).
func (u *unit) readBet(in *input, s *stake, out tote.HorseSet) error {
	if s.Bet == nil || *s.Bet == in.Bet {
		return nil
	}
	if to, ok := rulebook.ReceiverOf(tote.BetCode(*s.Bet)); !ok || string(to) != in.Bet {
		return fmt.Errorf(".bet %q does not belong to a pool of %s", *s.Bet, in.Bet)
	}
	if len(s.Bases) > 0 || s.Complement != nil {
		return errors.New(": a unit that left the e-Quinté+ has neither bases nor complement")
	}
	if (tote.SetOf(u.pattern.Horses[:u.pattern.Sizes[0]]...) & out).Len() != 1 {
		return errors.New(": a unit that left the e-Quinté+ holds exactly one non-runner")
	}
	u.received = true
	return nil
}

// check holds that the stake is one unit combination of its type, as it was when it
// was sold: non-runners were runners then.
func (u *unit) check(bet seller, declared tote.HorseSet) error {
	sale := tote.Field{Declared: declared}
	if u.received {
		bet = tote.Shape{Horses: 5, Ordered: true}
	}
	if u.field != nil {
		if _, err := bet.Units(u.field, sale); err != nil {
			return err
		}
	}
	n, err := bet.Units(&u.pattern, sale)
	if err == nil && n != 1 {
		return errTooMany // bases and more associates than a unit has room for
	}
	return err
}
