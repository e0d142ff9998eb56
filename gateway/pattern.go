package gateway

import (
	"context"

	"connectrpc.com/connect"

	opentotev1 "opentote/api/gen/opentote/v1"
	"opentote/engine"
	"opentote/tote"
)

// horsesOf narrows runner numbers. What is no possible runner is refused here,
// in the words of the bet types.
func horsesOf(ctx context.Context, numbers []uint32) ([]tote.Horse, error) {
	if len(numbers) > tote.MaxNumbers {
		return nil, rpcError(ctx, &engine.Rejection{Code: engine.Code(tote.TooManyHorses)})
	}
	horses := make([]tote.Horse, len(numbers))
	for i, n := range numbers {
		h, err := horseOf(ctx, n)
		if err != nil {
			return nil, err
		}
		horses[i] = h
	}
	return horses, nil
}

func horseOf(ctx context.Context, n uint32) (tote.Horse, error) {
	if n == 0 || n > uint32(tote.MaxHorse) {
		return 0, refusal(ctx, connect.CodeInvalidArgument, "BAD_NUMBER")
	}
	return tote.Horse(n), nil
}

// patternOf makes the pattern of a bet. Whether the bet type knows it is for
// the engine to say.
func patternOf(ctx context.Context, bet *opentotev1.Bet) (p tote.Pattern, err error) {
	if bet == nil {
		bet = &opentotev1.Bet{}
	}
	lists, err := listsOf(ctx, bet)
	if err != nil {
		return p, err
	}
	if p, ok := lists.pattern(bet); ok {
		return decorate(ctx, p, bet)
	}
	return p, refusal(ctx, connect.CodeInvalidArgument, "BAD_SHAPE")
}

// lists are the horses of a bet, narrowed.
type lists struct {
	horses, bases, associates []tote.Horse
	positions                 [][]tote.Horse
}

func listsOf(ctx context.Context, bet *opentotev1.Bet) (l lists, err error) {
	if l.horses, err = horsesOf(ctx, bet.GetHorses()); err != nil {
		return l, err
	}
	if l.bases, err = horsesOf(ctx, bet.GetBases()); err != nil {
		return l, err
	}
	if l.associates, err = horsesOf(ctx, bet.GetAssociates()); err != nil {
		return l, err
	}
	n := max(len(l.horses), len(l.bases)+len(l.associates))
	for _, place := range bet.GetPositions() {
		horses, err := horsesOf(ctx, place.GetHorses())
		if err != nil {
			return l, err
		}
		l.positions = append(l.positions, horses)
		// An empty list is a place all the same, and places are limited too.
		n += max(1, len(horses))
	}
	if n > tote.MaxNumbers {
		return l, rpcError(ctx, &engine.Rejection{Code: engine.Code(tote.TooManyHorses)})
	}
	return l, nil
}

// pattern puts the lists together as the formula says. ok is false when lists
// are given that the formula has no use for.
func (l *lists) pattern(bet *opentotev1.Bet) (p tote.Pattern, ok bool) {
	listed := len(l.horses) > 0
	based := len(l.bases)+len(l.associates)+len(bet.GetBasePlaces()) > 0 || bet.GetFullField()
	placed := len(l.positions) > 0
	switch bet.GetFormula() {
	case opentotev1.Formula_FORMULA_UNIT:
		return tote.UnitPattern(l.horses...), !based && !placed
	case opentotev1.Formula_FORMULA_COMBINED:
		return tote.CombinedPattern(l.horses...), !based && !placed
	case opentotev1.Formula_FORMULA_FREE:
		p = tote.FreePattern(l.positions...)
		return p, !listed && !based && p != tote.Pattern{}
	case opentotev1.Formula_FORMULA_BASE:
		p = tote.BasePattern(l.bases, l.associates)
		if bet.GetFullField() {
			p = tote.FullFieldPattern(l.bases, 0) // the engine knows the field
		}
		ok = !listed && !placed && (!bet.GetFullField() || len(l.associates) == 0)
		if at := bet.GetBasePlaces(); len(at) > 0 {
			p = p.At(ints(at)...)
			ok = ok && p != tote.Pattern{}
		}
		return p, ok
	}
	return p, false
}

// ints narrows places; what is too large for a place stays too large.
func ints(numbers []uint32) []int {
	out := make([]int, len(numbers))
	for i, n := range numbers {
		out[i] = int(min(n, tote.MaxNumbers+1))
	}
	return out
}

// variantMax is the largest "en k".
const variantMax = tote.MaxNumbers

// decorate adds what goes with any formula.
func decorate(ctx context.Context, p tote.Pattern, bet *opentotev1.Bet) (tote.Pattern, error) {
	if n := bet.GetSpot(); n > 0 {
		if p.Formula != tote.Unit && p.Formula != tote.Combined {
			return p, refusal(ctx, connect.CodeInvalidArgument, "BAD_SHAPE")
		}
		spot := tote.SpotPattern(p.Formula, int(min(n, tote.MaxNumbers+1)), p.Group(0)...)
		if spot == (tote.Pattern{}) {
			return p, rpcError(ctx, &engine.Rejection{Code: engine.Code(tote.TooManyHorses)})
		}
		p = spot
	}
	if bet.GetAllOrders() {
		p = p.InAllOrders()
	}
	if bet.GetVariant() > variantMax {
		return p, refusal(ctx, connect.CodeInvalidArgument, "BAD_SHAPE")
	}
	p.Variant = uint8(bet.GetVariant())
	if c := bet.GetComplement(); c != 0 {
		h, err := horseOf(ctx, c)
		if err != nil {
			return p, err
		}
		p.Complement = h
	}
	return p, nil
}

// betOf is patternOf backwards, for what was recorded.
func betOf(race tote.RaceID, code tote.BetCode, unit tote.Money, p *tote.Pattern, drawn uint8) *opentotev1.Bet {
	b := &opentotev1.Bet{
		RaceId: uint64(race), Bet: string(code), StakeCents: int64(unit), Spot: uint32(drawn),
		Complement: uint32(p.Complement), Variant: uint32(p.Variant), AllOrders: p.Flags&tote.AllOrders != 0,
	}
	switch p.Formula {
	case tote.Combined:
		b.Formula, b.Horses = opentotev1.Formula_FORMULA_COMBINED, numbers(p.Group(0))
	case tote.Base:
		b.Formula, b.Bases = opentotev1.Formula_FORMULA_BASE, numbers(p.Group(0))
		if b.FullField = p.Flags&tote.FullField != 0; !b.FullField {
			b.Associates = numbers(p.Group(1))
		}
		for _, place := range p.Sizes[2:min(2+len(b.Bases), len(p.Sizes))] {
			if place != 0 {
				b.BasePlaces = append(b.BasePlaces, uint32(place))
			}
		}
	case tote.Free:
		b.Formula = opentotev1.Formula_FORMULA_FREE
		for i, n := range p.Sizes {
			if n > 0 {
				b.Positions = append(b.Positions, &opentotev1.Place{Horses: numbers(p.Group(i))})
			}
		}
	default:
		b.Formula, b.Horses = opentotev1.Formula_FORMULA_UNIT, numbers(p.Group(0))
	}
	return b
}

func numbers(horses []tote.Horse) []uint32 {
	out := make([]uint32, len(horses))
	for i, h := range horses {
		out[i] = uint32(h)
	}
	return out
}
