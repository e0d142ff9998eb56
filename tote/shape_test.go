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

func shapeCases() []shapeCase {
	field := tote.Field{Declared: tote.Numbered(12), NonRunners: tote.SetOf(9)}
	wide := tote.Field{Declared: tote.Numbered(25)}
	one := tote.Shape{Horses: 1}
	two := tote.Shape{Horses: 2, Bases: 1, Complement: true}
	three := tote.Shape{Horses: 3, Bases: 2, Complement: true}
	on := func(p tote.Pattern, change func(*tote.Pattern)) tote.Pattern {
		change(&p)
		return p
	}
	complement := func(p tote.Pattern, c tote.Horse) tote.Pattern {
		p.Complement = c
		return p
	}
	all := wide.Declared.Slice()
	runners := field.Declared.Without(field.NonRunners)
	bases := func(h ...tote.Horse) []tote.Horse { return h }
	return []shapeCase{
		{"simple unit", one, tote.UnitPattern(3), field, 1, "", 0},
		{"simple combined of four", one, tote.CombinedPattern(1, 2, 3, 4), field, 4, "", 0},
		{"simple has no field formula", one, tote.BasePattern(bases(1), bases(2)), field, 0, tote.BadFormula, 0},
		{"simple has no complement", one, complement(tote.UnitPattern(3), 4), field, 0, tote.BadComplement, 4},
		{"pair unit", two, tote.UnitPattern(3, 5), field, 1, "", 0},
		{"pair combined of six", two, tote.CombinedPattern(1, 2, 3, 4, 5, 6), field, 15, "", 0},
		{"pair combined of twenty", two, tote.CombinedPattern(all[:20]...), wide, 190, "", 0},
		{"twenty-one numbers (II-6)", two, on(tote.CombinedPattern(all[:20]...), func(p *tote.Pattern) { p.Sizes[0] = 21 }), wide, 0, tote.TooManyHorses, 0},
		{"twenty-one horses make no pattern", two, tote.CombinedPattern(all[:21]...), wide, 0, tote.BadFormula, 0},
		{"one base, four associates", two, tote.BasePattern(bases(1), bases(2, 3, 4, 5)), field, 4, "", 0},
		{"one base, full field", two, tote.FullFieldPattern(bases(1), runners), field, 10, "", 0},
		{"full field of 25", two, tote.FullFieldPattern(bases(1), wide.Declared), wide, 24, "", 0},
		{"trio, one base", three, tote.BasePattern(bases(1), bases(2, 3, 4, 5)), field, 6, "", 0},
		{"trio, two bases", three, tote.BasePattern(bases(1, 2), bases(3, 4, 5, 6)), field, 4, "", 0},
		{"trio, one base, full field", three, tote.FullFieldPattern(bases(1), runners), field, 45, "", 0},
		{"system's choice", two, on(tote.UnitPattern(3, 5), func(p *tote.Pattern) { p.Flags = tote.Spot }), field, 1, "", 0},

		{"zero pattern", two, tote.Pattern{}, field, 0, tote.BadFormula, 0},
		{"free formula", two, tote.Pattern{Formula: tote.Free, Sizes: [8]uint8{1, 1}}, field, 0, tote.BadFormula, 0},
		{"order of an unordered bet", two, on(tote.UnitPattern(3, 5), func(p *tote.Pattern) { p.Flags = tote.AllOrders }), field, 0, tote.BadFormula, 0},
		{"variant", two, on(tote.UnitPattern(3, 5), func(p *tote.Pattern) { p.Variant = 4 }), field, 0, tote.BadFormula, 0},
		{"third group", two, on(tote.UnitPattern(3, 5), func(p *tote.Pattern) { p.Sizes[2] = 1 }), field, 0, tote.BadFormula, 0},
		{"associates of a unit", two, on(tote.UnitPattern(3, 5), func(p *tote.Pattern) { p.Sizes[1] = 1 }), field, 0, tote.BadFormula, 0},
		{"horse past the last group", two, on(tote.UnitPattern(3, 5), func(p *tote.Pattern) { p.Horses[2] = 7 }), field, 0, tote.BadFormula, 0},
		{"field of a unit", two, on(tote.UnitPattern(3, 5), func(p *tote.Pattern) { p.Field = runners }), field, 0, tote.BadFormula, 0},
		{"field of a partial field", two, on(tote.BasePattern(bases(1), bases(2)), func(p *tote.Pattern) { p.Field = runners }), field, 0, tote.BadFormula, 0},
		{"full field with associates", two, on(tote.BasePattern(bases(1), bases(2)), func(p *tote.Pattern) { p.Flags = tote.FullField }), field, 0, tote.BadFormula, 0},

		{"horse 0", two, tote.UnitPattern(3, 0), field, 0, tote.BadHorse, 0},
		{"horse 99", two, tote.UnitPattern(3, 99), field, 0, tote.BadHorse, 99},
		{"undeclared", two, tote.UnitPattern(3, 13), field, 0, tote.NotDeclared, 13},
		{"non-runner (II-9-I)", two, tote.UnitPattern(3, 9), field, 0, tote.IsNonRunner, 9},
		{"repeated", two, tote.CombinedPattern(3, 5, 3), field, 0, tote.RepeatedHorse, 3},
		{"base among the associates", two, tote.BasePattern(bases(1), bases(2, 1)), field, 0, tote.RepeatedHorse, 1},
		{"unit of one", two, tote.UnitPattern(3), field, 0, tote.TooFewHorses, 0},
		{"unit of three", two, tote.UnitPattern(3, 4, 5), field, 0, tote.TooManyHorses, 0},
		{"combined of one", two, tote.CombinedPattern(3), field, 0, tote.TooFewHorses, 0},
		{"no base", two, tote.BasePattern(nil, bases(2, 3)), field, 0, tote.TooFewHorses, 0},
		{"two bases of a pair", two, tote.BasePattern(bases(1, 2), bases(3)), field, 0, tote.TooManyHorses, 0},
		{"no associate", two, tote.BasePattern(bases(1), nil), field, 0, tote.TooFewHorses, 0},

		{"complement outside", two, complement(tote.UnitPattern(3, 5), 7), field, 1, "", 0},
		{"complement already chosen", two, complement(tote.UnitPattern(3, 5), 5), field, 0, tote.BadComplement, 5},
		{"complement is the base", two, complement(tote.BasePattern(bases(1), bases(2, 3)), 1), field, 0, tote.BadComplement, 1},
		{"complement among the associates", two, complement(tote.BasePattern(bases(1), bases(2, 3)), 2), field, 2, "", 0},
		{"complement in the full field", two, complement(tote.FullFieldPattern(bases(1), runners), 2), field, 10, "", 0},
		{"complement out", two, complement(tote.UnitPattern(3, 5), 9), field, 0, tote.IsNonRunner, 9},
		{"complement undeclared", two, complement(tote.UnitPattern(3, 5), 13), field, 0, tote.NotDeclared, 13},

		{"full field that still holds a non-runner", two, tote.FullFieldPattern(bases(1), field.Declared), field, 0, tote.BadField, 0},
		{"full field short of a runner", two, tote.FullFieldPattern(bases(1), runners.Without(tote.SetOf(12))), field, 0, tote.BadField, 0},
	}}

func TestShapeUnits(t *testing.T) {
	for _, tt := range shapeCases() {
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
	shapes := []tote.Shape{{Horses: 1}, {Horses: 2, Bases: 1, Complement: true}, {Horses: 4, Bases: 3}}
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
