package tote

// Shape says which patterns make unit combinations of an unordered bet: how
// many horses a combination has, and which formulas the chapter knows.
type Shape struct {
	Horses     int  // in a unit combination
	Bases      int  // most base horses of a field formula; 0: no field formula
	Complement bool // whether the chapter knows the complement horse (II-9-II)
}

// Units validates p against the field as it stands at the sale and returns how
// many unit combinations it holds: C(K, n) for K chosen horses, C(P, n-b) for b
// bases completed by P associates. The error is a *PatternError. It allocates
// nothing for a valid pattern.
func (s Shape) Units(p *Pattern, f Field) (int, error) {
	if err := s.check(p, f); err != nil {
		return 0, err
	}
	if p.Formula == Base {
		return Choose(p.Associates().Len(), s.Horses-int(p.Sizes[0])), nil
	}
	return Choose(int(p.Sizes[0]), s.Horses), nil
}

// check returns a plain *PatternError; callers must not store it in an error
// before comparing it with nil.
func (s Shape) check(p *Pattern, f Field) *PatternError {
	if !s.knows(p) {
		return &PatternError{Code: BadFormula}
	}
	named := int(p.Sizes[0]) + int(p.Sizes[1])
	if named > MaxNumbers {
		return &PatternError{Code: TooManyHorses} // II-6
	}
	for _, h := range p.Horses[named:] {
		if h != 0 {
			return &PatternError{Code: BadFormula}
		}
	}
	if err := checkHorses(p.Horses[:named], f); err != nil {
		return err
	}
	if err := s.checkSizes(p); err != nil {
		return err
	}
	if p.Flags&FullField != 0 && p.Field != f.Declared.Without(f.NonRunners).Without(p.Bases()) {
		return &PatternError{Code: BadField}
	}
	return s.checkComplement(p, f)
}

// knows reports whether the bet has the pattern's formula and the pattern is in
// its one canonical form.
func (s Shape) knows(p *Pattern) bool {
	if p.Variant != 0 || p.Flags&^(FullField|Spot) != 0 {
		return false
	}
	for _, n := range p.Sizes[2:] {
		if n != 0 {
			return false
		}
	}
	full := p.Flags&FullField != 0
	switch p.Formula {
	case Unit, Combined:
		return p.Sizes[1] == 0 && !full && p.Field == 0
	case Base:
		return s.Bases > 0 && (full && p.Sizes[1] == 0 || !full && p.Field == 0)
	}
	return false
}

func checkHorses(horses []Horse, f Field) *PatternError {
	var seen HorseSet
	for _, h := range horses {
		if err := checkHorse(h, f); err != nil {
			return err
		}
		if seen.Has(h) {
			return &PatternError{Code: RepeatedHorse, Horse: h}
		}
		seen = seen.With(h)
	}
	return nil
}

func checkHorse(h Horse, f Field) *PatternError {
	switch {
	case !h.Valid():
		return &PatternError{Code: BadHorse, Horse: h}
	case !f.Declared.Has(h):
		return &PatternError{Code: NotDeclared, Horse: h}
	case f.NonRunners.Has(h):
		return &PatternError{Code: IsNonRunner, Horse: h} // II-9-I
	}
	return nil
}

func (s Shape) checkSizes(p *Pattern) *PatternError {
	first := int(p.Sizes[0])
	switch {
	case p.Formula == Base && first > s.Bases:
		return &PatternError{Code: TooManyHorses}
	case p.Formula == Base && (first == 0 || p.Associates().Len() < s.Horses-first):
		return &PatternError{Code: TooFewHorses}
	case p.Formula != Base && first < s.Horses:
		return &PatternError{Code: TooFewHorses}
	case p.Formula == Unit && first > s.Horses:
		return &PatternError{Code: TooManyHorses}
	}
	return nil
}

// checkComplement applies the table of 01-general section 4: outside the chosen
// horses, but only outside the bases of a field formula.
func (s Shape) checkComplement(p *Pattern, f Field) *PatternError {
	c := p.Complement
	if c == 0 {
		return nil
	}
	if !s.Complement {
		return &PatternError{Code: BadComplement, Horse: c}
	}
	if err := checkHorse(c, f); err != nil {
		return err
	}
	if SetOf(p.Horses[:p.Sizes[0]]...).Has(c) {
		return &PatternError{Code: BadComplement, Horse: c}
	}
	return nil
}

// Choose returns the binomial coefficient C(n, k), 0 when k > n.
func Choose(n, k int) int {
	if k < 0 || k > n {
		return 0
	}
	k = min(k, n-k)
	c := 1
	for i := 1; i <= k; i++ {
		c = c * (n - i + 1) / i
	}
	return c
}
