package tote

// Shape says which patterns make unit combinations of a bet: how many horses a
// combination has, whether in a stipulated order, and which formulas the chapter
// knows. An ordered bet knows the free field too.
type Shape struct {
	Horses     int  // in a unit combination, at most placesMax
	Bases      int  // most base horses of a field formula; 0: no field formula
	Complement bool // whether the chapter knows the complement horse (II-9-II)
	Ordered    bool // whether a unit combination stipulates the order
}

// placesMax is the most horses a unit combination holds: seven, in a Multi.
const placesMax = 8

// Units validates p against the field as it stands at the sale and returns how
// many unit combinations it holds. Without order: C(K, n) for K chosen horses,
// C(P, n-b) for b bases completed by P associates. An ordered bet has n! times
// as many in all orders; in the stipulated one a combined formula keeps the
// bettor's order, the associates of a field take the free places in every order,
// and a free field has one unit for each choice of different horses. The error is a
// *PatternError. It allocates nothing for a valid pattern.
func (s Shape) Units(p *Pattern, f Field) (int, error) {
	if err := s.check(p, f); err != nil {
		return 0, err
	}
	c := s.Read(p, 0)
	if c.way == freeField {
		return distinct(&c.places, s.Horses), nil
	}
	return c.orders * Choose(c.pool.Len(), s.Horses-c.fixed.Len()), nil
}

// check returns a plain *PatternError; callers must not store it in an error
// before comparing it with nil.
func (s Shape) check(p *Pattern, f Field) *PatternError {
	if !s.knows(p) {
		return &PatternError{Code: BadFormula}
	}
	named := s.named(p)
	if named > MaxNumbers {
		return &PatternError{Code: TooManyHorses} // II-6
	}
	for _, h := range p.Horses[named:] {
		if h != 0 {
			return &PatternError{Code: BadFormula}
		}
	}
	if p.Formula == Free {
		return s.checkFree(p, f)
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
	if err := s.checkPlaces(p); err != nil {
		return err
	}
	return s.checkComplement(p, f)
}

// named returns how many numbers a known formula holds.
func (s Shape) named(p *Pattern) int {
	if p.Formula != Free {
		return int(p.Sizes[0]) + int(p.Sizes[1])
	}
	n := 0
	for _, size := range p.Sizes[:s.Horses] {
		n += int(size)
	}
	return n
}

// knows reports whether the bet has the pattern's formula and the pattern is in
// its one canonical form.
func (s Shape) knows(p *Pattern) bool {
	if p.Variant != 0 || p.Flags&^(FullField|Spot|AllOrders) != 0 {
		return false
	}
	full, all := p.Flags&FullField != 0, p.Flags&AllOrders != 0
	if all && !s.Ordered || !full && p.Field != 0 {
		return false
	}
	switch p.Formula {
	case Unit, Combined:
		return !full && onlyZeros(p.Sizes[1:])
	case Base:
		return s.Bases > 0 && !(full && p.Sizes[1] != 0) && (s.placed(p) || onlyZeros(p.Sizes[2:]))
	case Free:
		return s.Ordered && !full && !all && onlyZeros(p.Sizes[s.Horses:])
	}
	return false
}

// placed reports whether the bases of p stand at stated places.
func (s Shape) placed(p *Pattern) bool {
	return p.Formula == Base && s.Ordered && p.Flags&AllOrders == 0
}

func onlyZeros(sizes []uint8) bool {
	for _, n := range sizes {
		if n != 0 {
			return false
		}
	}
	return true
}

// checkPlaces holds that each base of a field in the stipulated order has a
// place of its own.
func (s Shape) checkPlaces(p *Pattern) *PatternError {
	if !s.placed(p) {
		return nil
	}
	bases := int(p.Sizes[0])
	taken := uint(0)
	for _, place := range p.Sizes[2 : 2+bases] {
		if place == 0 || int(place) > s.Horses || taken>>place&1 == 1 {
			return &PatternError{Code: BadPlaces}
		}
		taken |= 1 << place
	}
	if !onlyZeros(p.Sizes[2+bases:]) {
		return &PatternError{Code: BadPlaces}
	}
	return nil
}

// checkFree holds that every place has a list, that no list repeats a horse, and
// that some unit holds no horse twice. The complement may be in the selection
// (01-general section 4).
func (s Shape) checkFree(p *Pattern, f Field) *PatternError {
	for i := range s.Horses {
		list := p.Group(i)
		if len(list) == 0 {
			return &PatternError{Code: TooFewHorses}
		}
		if err := checkHorses(list, f); err != nil {
			return err
		}
	}
	if c := s.Read(p, 0); distinct(&c.places, s.Horses) == 0 {
		return &PatternError{Code: TooFewHorses}
	}
	if p.Complement == 0 {
		return nil
	}
	if !s.Complement {
		return &PatternError{Code: BadComplement, Horse: p.Complement}
	}
	return checkHorse(p.Complement, f)
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
