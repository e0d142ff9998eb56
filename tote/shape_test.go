package tote_test

import (
	"errors"
	"testing"

	"opentote/tote"
)

// shapeCase is a pattern and what a shape makes of it.
type shapeCase struct {
	name  string
	shape tote.Shape
	p     tote.Pattern
	f     tote.Field
	want  int
	code  tote.PatternCode
	horse tote.Horse
}

var (
	sampleField = tote.Field{Declared: tote.Numbered(12), NonRunners: tote.SetOf(9)}
	wideField   = tote.Field{Declared: tote.Numbered(25)}
	single      = tote.Shape{Horses: 1}
	pair        = tote.Shape{Horses: 2, Bases: 1, Complement: true}
	triple      = tote.Shape{Horses: 3, Bases: 2, Complement: true}
	changed     = func(p tote.Pattern, change func(*tote.Pattern)) tote.Pattern {
		change(&p)
		return p
	}
	completed = func(p tote.Pattern, c tote.Horse) tote.Pattern {
		p.Complement = c
		return p
	}
	wideHorses    = wideField.Declared.Slice()
	sampleRunners = sampleField.Declared.Without(sampleField.NonRunners)
	numbers       = func(h ...tote.Horse) []tote.Horse { return h }
)

var shapeCases = []shapeCase{
	{"simple unit", single, tote.UnitPattern(3), sampleField, 1, "", 0},
	{"simple combined of four", single, tote.CombinedPattern(1, 2, 3, 4), sampleField, 4, "", 0},
	{"simple has no field formula", single, tote.BasePattern(numbers(1), numbers(2)), sampleField, 0, tote.BadFormula, 0},
	{"simple has no complement", single, completed(tote.UnitPattern(3), 4), sampleField, 0, tote.BadComplement, 4},
	{"pair unit", pair, tote.UnitPattern(3, 5), sampleField, 1, "", 0},
	{"pair combined of six", pair, tote.CombinedPattern(1, 2, 3, 4, 5, 6), sampleField, 15, "", 0},
	{"pair combined of twenty", pair, tote.CombinedPattern(wideHorses[:20]...), wideField, 190, "", 0},
	{"twenty-one numbers (II-6)", pair, changed(tote.CombinedPattern(wideHorses[:20]...), func(p *tote.Pattern) { p.Sizes[0] = 21 }), wideField, 0, tote.TooManyHorses, 0},
	{"twenty-one horses make no pattern", pair, tote.CombinedPattern(wideHorses[:21]...), wideField, 0, tote.BadFormula, 0},
	{"one base, four associates", pair, tote.BasePattern(numbers(1), numbers(2, 3, 4, 5)), sampleField, 4, "", 0},
	{"one base, full field", pair, tote.FullFieldPattern(numbers(1), sampleRunners), sampleField, 10, "", 0},
	{"full field of 25", pair, tote.FullFieldPattern(numbers(1), wideField.Declared), wideField, 24, "", 0},
	{"trio, one base", triple, tote.BasePattern(numbers(1), numbers(2, 3, 4, 5)), sampleField, 6, "", 0},
	{"trio, two bases", triple, tote.BasePattern(numbers(1, 2), numbers(3, 4, 5, 6)), sampleField, 4, "", 0},
	{"trio, one base, full field", triple, tote.FullFieldPattern(numbers(1), sampleRunners), sampleField, 45, "", 0},
	{"system's choice", pair, changed(tote.UnitPattern(3, 5), func(p *tote.Pattern) { p.Flags = tote.Spot }), sampleField, 1, "", 0},

	{"zero pattern", pair, tote.Pattern{}, sampleField, 0, tote.BadFormula, 0},
	{"free formula", pair, tote.Pattern{Formula: tote.Free, Sizes: [8]uint8{1, 1}}, sampleField, 0, tote.BadFormula, 0},
	{"order of an unordered bet", pair, changed(tote.UnitPattern(3, 5), func(p *tote.Pattern) { p.Flags = tote.AllOrders }), sampleField, 0, tote.BadFormula, 0},
	{"variant", pair, changed(tote.UnitPattern(3, 5), func(p *tote.Pattern) { p.Variant = 4 }), sampleField, 0, tote.BadFormula, 0},
	{"third group", pair, changed(tote.UnitPattern(3, 5), func(p *tote.Pattern) { p.Sizes[2] = 1 }), sampleField, 0, tote.BadFormula, 0},
	{"associates of a unit", pair, changed(tote.UnitPattern(3, 5), func(p *tote.Pattern) { p.Sizes[1] = 1 }), sampleField, 0, tote.BadFormula, 0},
	{"horse past the last group", pair, changed(tote.UnitPattern(3, 5), func(p *tote.Pattern) { p.Horses[2] = 7 }), sampleField, 0, tote.BadFormula, 0},
	{"field of a unit", pair, changed(tote.UnitPattern(3, 5), func(p *tote.Pattern) { p.Field = sampleRunners }), sampleField, 0, tote.BadFormula, 0},
	{"field of a partial field", pair, changed(tote.BasePattern(numbers(1), numbers(2)), func(p *tote.Pattern) { p.Field = sampleRunners }), sampleField, 0, tote.BadFormula, 0},
	{"full field with associates", pair, changed(tote.BasePattern(numbers(1), numbers(2)), func(p *tote.Pattern) { p.Flags = tote.FullField }), sampleField, 0, tote.BadFormula, 0},

	{"horse 0", pair, tote.UnitPattern(3, 0), sampleField, 0, tote.BadHorse, 0},
	{"horse 99", pair, tote.UnitPattern(3, 99), sampleField, 0, tote.BadHorse, 99},
	{"undeclared", pair, tote.UnitPattern(3, 13), sampleField, 0, tote.NotDeclared, 13},
	{"non-runner (II-9-I)", pair, tote.UnitPattern(3, 9), sampleField, 0, tote.IsNonRunner, 9},
	{"repeated", pair, tote.CombinedPattern(3, 5, 3), sampleField, 0, tote.RepeatedHorse, 3},
	{"base among the associates", pair, tote.BasePattern(numbers(1), numbers(2, 1)), sampleField, 0, tote.RepeatedHorse, 1},
	{"unit of one", pair, tote.UnitPattern(3), sampleField, 0, tote.TooFewHorses, 0},
	{"unit of three", pair, tote.UnitPattern(3, 4, 5), sampleField, 0, tote.TooManyHorses, 0},
	{"combined of one", pair, tote.CombinedPattern(3), sampleField, 0, tote.TooFewHorses, 0},
	{"no base", pair, tote.BasePattern(nil, numbers(2, 3)), sampleField, 0, tote.TooFewHorses, 0},
	{"two bases of a pair", pair, tote.BasePattern(numbers(1, 2), numbers(3)), sampleField, 0, tote.TooManyHorses, 0},
	{"no associate", pair, tote.BasePattern(numbers(1), nil), sampleField, 0, tote.TooFewHorses, 0},

	{"complement outside", pair, completed(tote.UnitPattern(3, 5), 7), sampleField, 1, "", 0},
	{"complement already chosen", pair, completed(tote.UnitPattern(3, 5), 5), sampleField, 0, tote.BadComplement, 5},
	{"complement is the base", pair, completed(tote.BasePattern(numbers(1), numbers(2, 3)), 1), sampleField, 0, tote.BadComplement, 1},
	{"complement among the associates", pair, completed(tote.BasePattern(numbers(1), numbers(2, 3)), 2), sampleField, 2, "", 0},
	{"complement in the full field", pair, completed(tote.FullFieldPattern(numbers(1), sampleRunners), 2), sampleField, 10, "", 0},
	{"complement out", pair, completed(tote.UnitPattern(3, 5), 9), sampleField, 0, tote.IsNonRunner, 9},
	{"complement undeclared", pair, completed(tote.UnitPattern(3, 5), 13), sampleField, 0, tote.NotDeclared, 13},

	{"full field that still holds a non-runner", pair, tote.FullFieldPattern(numbers(1), sampleField.Declared), sampleField, 0, tote.BadField, 0},
	{"full field short of a runner", pair, tote.FullFieldPattern(numbers(1), sampleRunners.Without(tote.SetOf(12))), sampleField, 0, tote.BadField, 0},
}

func TestShapeUnits(t *testing.T) {
	for _, tt := range shapeCases {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.shape.Units(&tt.p, tt.f)
			if got != tt.want {
				t.Errorf("units: got %d, want %d (%v)", got, tt.want, err)
			}
			var wrong *tote.PatternError
			if !errors.As(err, &wrong) {
				wrong = &tote.PatternError{}
			}
			if (err == nil) != (tt.code == "") || wrong.Code != tt.code || wrong.Horse != tt.horse {
				t.Errorf("error: got %+v, want %s %d", wrong, tt.code, tt.horse)
			}
		})
	}
}

func TestPatternErrorText(t *testing.T) {
	tests := []struct {
		err  tote.PatternError
		want string
	}{
		{tote.PatternError{Code: tote.IsNonRunner, Horse: 9}, "horse is a non-runner: 9"},
		{tote.PatternError{Code: tote.BadField}, "full field is not the field on sale"},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestChoose(t *testing.T) {
	for _, tt := range []struct{ n, k, want int }{
		{20, 7, 77520}, {5, 0, 1}, {5, 5, 1}, {4, 5, 0}, {4, -1, 0}, {39, 1, 39}, {20, 2, 190},
	} {
		if got := tote.Choose(tt.n, tt.k); got != tt.want {
			t.Errorf("C(%d, %d): got %d, want %d", tt.n, tt.k, got, tt.want)
		}
	}
}

// FuzzUnits holds that no pattern, however broken, makes the validation panic
// or pass with no unit.
func FuzzUnits(f *testing.F) {
	f.Add(uint8(1), uint8(0), uint8(2), uint8(0), []byte{3, 5}, uint64(0), uint8(7))
	f.Add(uint8(3), uint8(2), uint8(1), uint8(0), []byte{1}, uint64(0x1ffc), uint8(0))
	f.Add(uint8(2), uint8(0), uint8(255), uint8(255), []byte{64, 200}, uint64(1), uint8(64))
	shapes := []tote.Shape{{Horses: 1}, {Horses: 2, Bases: 1, Complement: true}, {Horses: 4, Bases: 3}, {Horses: 5, Bases: 4, Ordered: true}}
	field := tote.Field{Declared: tote.Numbered(12), NonRunners: tote.SetOf(9)}
	f.Fuzz(func(t *testing.T, formula, flags, first, second uint8, horses []byte, set uint64, complement uint8) {
		p := tote.Pattern{
			Formula:    tote.Formula(formula),
			Flags:      tote.Flags(flags),
			Field:      tote.HorseSet(set),
			Complement: tote.Horse(complement),
		}
		p.Sizes[0], p.Sizes[1] = first, second
		for i, h := range horses[:min(len(horses), tote.MaxNumbers)] {
			p.Horses[i] = tote.Horse(h)
		}
		for _, s := range shapes {
			if n, err := s.Units(&p, field); (err == nil) != (n > 0) {
				t.Errorf("%+v: %d units, error %v", p, n, err)
			}
		}
	})
}
